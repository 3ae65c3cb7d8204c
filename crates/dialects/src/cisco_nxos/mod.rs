//! Cisco NX-OS.
//!
//! Follows "Cisco Nexus 9000 Series NX-OS Unicast Routing Configuration Guide" (7.x to 10.x) and the unicast routing
//! command references of the Nexus series, read in November 2026. What is certain and what is not:
//! `docs/dialects/cisco-nxos.md`.

mod detect;
mod lower;
mod platform;
mod syntax;
mod tables;
mod terminal;

use pairlint_model::network::Network;
use pairlint_model::source::Source;

use crate::{Dialect, Kind, captures, edits};

pub static DIALECT: Dialect = Dialect {
    name: "cisco-nxos",
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
