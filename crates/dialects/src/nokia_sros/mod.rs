//! Nokia SR OS (7750 SR, 7705, 7210): MD-CLI with braces (`admin show configuration`), MD-CLI flat
//! (`/configure router "Base" bgp …`) and the classic CLI (`admin display-config`).
//!
//! Follows Nokia's "Unicast Routing Protocols Guide", "MD-CLI User Guide" and the command references (22.2 to 25.3),
//! and what devices were seen to do (Batfish's lab-validation, SR-SIM 26.3). `docs/dialects/nokia-sros.md` lists the
//! facts relied on with their sources.

mod actions;
mod bgp;
mod chains;
mod communities;
mod conditions;
mod config;
mod defaults;
mod detect;
mod edit;
mod groups;
mod interfaces;
mod lists;
mod logic;
mod lower;
mod originations;
mod platform;
mod policies;
mod prompt;
mod scene;
mod settings;
mod syntax;
mod tokens;
mod uses;

use crate::{Dialect, Kind};

pub static DIALECT: Dialect = Dialect {
    name: "nokia-sros",
    kind: Kind::Router,
    detect: detect::detect,
    parse: lower::parse,
    together: None,
    edit: Some(edit::edit),
};
