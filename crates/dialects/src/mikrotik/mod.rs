//! MikroTik RouterOS 6 and 7 (`/export`, and commands to paste).
//!
//! Follows MikroTik's help pages "BGP" and "Route Selection and Filters" (RouterOS 7, read in November 2026) and the wiki's
//! "Manual:Routing/Routing filters" (RouterOS 6). `docs/dialects/mikrotik.md` lists the facts relied on, and what is
//! left open because neither says it.

mod bgp;
mod detect;
mod filters;
mod lower;
mod originations;
mod rule;
mod syntax;
mod values;

use crate::{Dialect, Kind, edits};

pub static DIALECT: Dialect = Dialect {
    name: "mikrotik",
    kind: Kind::Router,
    detect: detect::detect,
    parse: lower::parse,
    together: None,
    edit: Some(edits::entries::lines),
};
