//! VyOS: `config.boot` and its `set` commands.
//!
//! Follows the VyOS documentation 1.3, 1.4 and 1.5 ("Policy", "Protocols: BGP") and the templates by which VyOS
//! configures FRR (vyos-1x, `data/templates/frr`: `bgpd.frr.j2`, `policy.frr.j2`, read in November 2026); FRR decides
//! what it means. What is certain and what is not: `docs/dialects/vyos.md`.

mod bgp;
mod config;
mod detect;
mod interface;
mod lists;
mod lower;
mod originations;
mod route_map;
mod syntax;

use pairlint_model::network::Network;
use pairlint_model::source::Source;

use crate::bgpd::Version;
use crate::{Dialect, Kind, edits};

pub static DIALECT: Dialect = Dialect {
    name: "vyos",
    kind: Kind::Router,
    detect: detect::detect,
    parse,
    together: None,
    edit: Some(edits::blocks::write),
};

fn parse(source: &Source) -> Network {
    lower::parse(source, versions(source.text()))
}

/// VyOS 1.2 and 1.3 run FRR 7; what later releases run changed within each of them.
fn versions(text: &str) -> &'static [Version] {
    let finder = memchr::memmem::Finder::new("Release version: ");
    let release = finder.find(text.as_bytes()).and_then(|at| text.get(at + 17..));
    match release {
        Some(release) if ["1.1", "1.2", "1.3"].iter().any(|old| release.starts_with(old)) => &[Version::V8],
        _ => &[Version::V8, Version::V10],
    }
}
