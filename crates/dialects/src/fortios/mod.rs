//! FortiOS, the system of FortiGate firewalls.
//!
//! Follows Fortinet's "FortiOS CLI Reference" (5.2, 6.0, 6.2, 7.4: `router bgp`, `route-map`, `prefix-list`,
//! `access-list`, `community-list`, `aspath-list`), read in November 2026. What is certain and what is not:
//! `docs/dialects/fortios.md`.

mod detect;
mod lower;
mod platform;
mod syntax;

use pairlint_model::network::Network;
use pairlint_model::source::Source;

use crate::{Dialect, Kind, edits};

pub static DIALECT: Dialect = Dialect {
    name: "fortios",
    kind: Kind::Router,
    detect: detect::detect,
    parse,
    together: None,
    edit: Some(edits::blocks::write),
};

fn parse(source: &Source) -> Network {
    let mut network = Network::default();
    lower::network(source, &mut network);
    network
}
