//! Azure exports: `az` and ARM REST JSON.

use pairlint_model::network::Network;
use pairlint_model::source::Source;

use crate::{Dialect, Kind};

pub static DIALECT: Dialect = Dialect {
    name: "azure",
    kind: Kind::Azure,
    detect,
    parse,
};

fn detect(_source: &Source) -> bool {
    false
}

fn parse(_source: &Source) -> Network {
    Network::default()
}
