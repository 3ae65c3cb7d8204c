//! Juniper Junos, in curly and in `set` form (`show configuration`, `show configuration | display set`).
//!
//! Follows Juniper's "Routing Policies, Firewall Filters, and Traffic Policers User Guide", "BGP User Guide" and
//! "CLI User Guide" (editions of 2023 to 2026), and what devices were seen to do (Batfish's lab-validation, vJunos
//! 17.4 and 25.4). `docs/dialects/juniper-junos.md` lists the facts relied on with their sources.

mod actions;
mod bgp;
mod communities;
mod conditions;
mod config;
mod detect;
mod edit;
mod expressions;
mod filters;
mod groups;
mod interfaces;
mod lists;
mod lower;
mod options;
mod originations;
mod parts;
mod policies;
mod prefix_conditions;
mod scene;
mod statements;
mod syntax;
mod uses;
mod values;

use crate::{Dialect, Kind};

pub static DIALECT: Dialect = Dialect {
    name: "juniper-junos",
    kind: Kind::Router,
    detect: detect::detect,
    parse: lower::parse,
    together: None,
    edit: Some(edit::edit),
};
