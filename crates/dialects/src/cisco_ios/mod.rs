//! Cisco IOS and IOS XE.
//!
//! Follows "Cisco IOS IP Routing: BGP Command Reference" and "Cisco IOS IP Routing: Protocol-Independent
//! Command Reference" (12.4 to XE 17), and Cisco's YANG models of IOS XE 17.9, read in November 2026.
//! What is certain and what is not: `docs/dialects/cisco-ios.md`.

mod detect;
mod lower;
mod platform;
mod syntax;
mod tables;
mod terminal;
mod words;

use pairlint_model::network::Network;
use pairlint_model::source::Source;

use crate::{Dialect, Kind, captures, edits};

pub static DIALECT: Dialect = Dialect {
    name: "cisco-ios",
    kind: Kind::Router,
    detect: detect::detect,
    parse,
    together: None,
    edit: Some(edits::entries::lines),
};

fn parse(source: &Source) -> Network {
    let mut network = Network::default();
    for capture in captures::devices(source.text(), &terminal::TERMINAL) {
        lower::device(source, &capture, &mut network);
    }
    network
}
