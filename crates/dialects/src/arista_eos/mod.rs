//! Arista EOS.
//!
//! Follows the "EOS User Manual" (chapters "Border Gateway Protocol" and "Route Maps", 4.21 to 4.32) and the
//! configurations of Arista's AVD collection, read in November 2026. What is certain and what is not:
//! `docs/dialects/arista-eos.md`.

mod detect;
mod lower;
mod platform;
mod syntax;
mod tables;
mod terminal;

use pairlint_model::network::Network;
use pairlint_model::source::Source;

use crate::{Dialect, Kind, captures, edits, structured};

pub static DIALECT: Dialect = Dialect {
    name: "arista-eos",
    kind: Kind::Router,
    detect: detect::detect,
    parse,
    together: None,
    edit: Some(edits::entries::lines),
};

fn parse(source: &Source) -> Network {
    if let Some(form) = structured::form(source.text(), detect::FORMS) {
        return structured::unread(source, form);
    }
    let mut network = Network::default();
    for capture in captures::devices(source.text(), &terminal::TERMINAL) {
        lower::device(source, &capture, &mut network);
    }
    network
}
