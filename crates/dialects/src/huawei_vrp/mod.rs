//! Huawei VRP (NetEngine, CloudEngine, AR, S series), and H3C or HPE Comware in outline.
//!
//! Follows Huawei's "CloudEngine 6800 Command Reference" (V300R023C00), "NetEngine 8000 Command Reference" and "S2720,
//! S5700 and S6700 Command Reference", and H3C's and HPE's "Layer 3 - IP Routing Command Reference" (Comware 7), read in
//! November 2026. What is certain and what is not: `docs/dialects/huawei-vrp.md`.

mod capture;
mod detect;
mod lower;
mod platform;
mod syntax;
mod tables;

use pairlint_model::network::Network;
use pairlint_model::source::Source;

use crate::{Dialect, Kind, edits};

pub static DIALECT: Dialect = Dialect {
    name: "huawei-vrp",
    kind: Kind::Router,
    detect: detect::detect,
    parse,
    together: None,
    edit: Some(edits::entries::lines),
};

fn parse(source: &Source) -> Network {
    let mut network = Network::default();
    for capture in capture::devices(source.text()) {
        lower::device(source, &capture, &mut network);
    }
    network
}
