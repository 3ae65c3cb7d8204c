//! Platforms that are recognised and not evaluated: Check Point Gaia (`show configuration`), A10 ACOS and F5 imish
//! (`show running-config`).
//!
//! Their sessions are found, so that none goes unseen; what their route maps do is in no source that was read, so
//! everything about the sessions is undecided. One module, because there is nothing to tell them apart by but the
//! lines that name a session.

mod detect;
mod lower;

use crate::{Dialect, Kind};

pub static GAIA: Dialect = Dialect {
    name: "checkpoint-gaia",
    kind: Kind::Router,
    detect: detect::gaia,
    parse: lower::gaia,
    together: None,
    edit: None,
};

pub static ACOS: Dialect = Dialect {
    name: "a10-acos",
    kind: Kind::Router,
    detect: detect::acos,
    parse: lower::acos,
    together: None,
    edit: None,
};

pub static IMISH: Dialect = Dialect {
    name: "f5-imish",
    kind: Kind::Router,
    detect: detect::imish,
    parse: lower::imish,
    together: None,
    edit: None,
};
