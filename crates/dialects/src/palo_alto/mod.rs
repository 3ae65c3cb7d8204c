//! Palo Alto Networks PAN-OS: `set` commands, blocks with braces, and the XML of an exported configuration.
//!
//! Follows the "PAN-OS Networking Administrator's Guide" (BGP of the legacy routing engine) and, for what becomes of
//! routes that no rule decides, Batfish, a simulator. How community and AS-path expressions are matched is in neither,
//! so they are left open; the advanced routing engine is recognised and not evaluated.
//! `docs/dialects/palo-alto.md` says more.

mod bgp;
mod config;
mod detect;
mod interfaces;
mod lower;
mod originations;
mod rules;
mod xml;

use crate::{Dialect, Kind};

pub static DIALECT: Dialect = Dialect {
    name: "palo-alto",
    kind: Kind::Router,
    detect: detect::detect,
    parse: lower::parse,
    together: None,
    edit: None,
};
