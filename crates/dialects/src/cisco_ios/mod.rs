//! Cisco IOS and IOS-XE.

use pairlint_model::network::Network;
use pairlint_model::source::Source;

use crate::{Dialect, Kind};

pub static DIALECT: Dialect = Dialect {
    name: "cisco-ios",
    kind: Kind::Router,
    detect,
    parse,
};

fn detect(_source: &Source) -> bool {
    false
}

fn parse(_source: &Source) -> Network {
    Network::default()
}
