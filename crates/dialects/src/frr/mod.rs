//! FRR: `frr.conf` and `bgpd.conf` of FRRouting, SONiC and Cumulus Linux, and Cumulus' `net add …` commands.
//!
//! Follows the daemons 7.5.1, 8.4.4 and 10.3 as observed in November 2026, the FRR user guide ("BGP", "Route Maps",
//! "Filtering") and, for NCLU, NVIDIA's "Cumulus Linux User Guide" 3.7 and 4.4. What is certain and what is not:
//! `docs/dialects/frr.md`.

mod capture;
mod detect;
mod interface;
mod lower;
mod nclu;
mod router;
mod syntax;
mod version;

use pairlint_model::network::Network;
use pairlint_model::source::Source;

pub use crate::bgpd::Version;
use crate::{Dialect, Kind, edits};

pub static DIALECT: Dialect = Dialect {
    name: "frr",
    kind: Kind::Router,
    detect: detect::detect,
    parse,
    together: None,
    edit: Some(edits::entries::lines),
};

/// Reads each device as the release that its text names; one that names none has a second reading.
fn parse(source: &Source) -> Network {
    let mut network = Network::default();
    for capture in capture::devices(source.text()) {
        let tree = syntax::read(&capture.lines);
        lower::device(source, &capture, &tree, None, &mut network);
    }
    network
}

/// Reads every device as this release, whatever its text says.
pub fn parse_as(source: &Source, version: Version) -> Network {
    let mut network = Network::default();
    for capture in capture::devices(source.text()) {
        let tree = syntax::read(&capture.lines);
        lower::device(source, &capture, &tree, Some(version), &mut network);
    }
    network
}
