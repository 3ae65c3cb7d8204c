//! Cisco IOS XR and its routing policy language.
//!
//! Follows "Cisco IOS XR Routing Configuration Guide", chapter "Implementing Routing Policy", and "Cisco IOS XR Routing
//! Command Reference", chapters "BGP Commands" and "Routing Policy Language Commands" (3.4 to 7.x, ASR 9000, NCS 5500,
//! Cisco 8000), read in November 2026. What is certain and what is not: `docs/dialects/cisco-xr.md`.

mod capture;
mod detect;
mod edit;
mod lower;
mod platform;
mod rpl;
mod syntax;
mod tokens;
mod words;

use pairlint_model::network::Network;
use pairlint_model::source::Source;

use crate::{Dialect, Kind};

pub static DIALECT: Dialect = Dialect {
    name: "cisco-xr",
    kind: Kind::Router,
    detect: detect::detect,
    parse,
    together: None,
    edit: Some(edit::edit),
};

fn parse(source: &Source) -> Network {
    let mut network = Network::default();
    for capture in capture::devices(source.text()) {
        lower::device(source, &capture, &mut network);
    }
    network
}
