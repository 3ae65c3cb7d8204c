//! What the terms of a policy refer to, and what is known about the sessions that reach it.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::policy::Condition;

use super::actions::Definitions;
use super::filters::Filter;
use super::lists::AsLists;
use super::uses::Use;

/// What conditions refer to.
pub(super) struct Scene<'s> {
    pub definitions: Definitions<'s>,
    pub filter_lists: &'s BTreeMap<String, FilterList>,
    /// Prefix lists with entries inside one another.
    pub nested: &'s BTreeSet<String>,
    pub as_lists: &'s AsLists,
    /// `as-path-group`s that are kept under another name, because an `as-path` has theirs.
    pub renamed_groups: &'s BTreeSet<String>,
    pub conditions: &'s BTreeSet<String>,
    /// How many entries of route-filter lists were copied into terms so far.
    pub inlined: &'s Cell<usize>,
    pub sessions: &'s Use,
}

/// A `route-filter-list`.
pub(super) struct FilterList {
    pub filters: Vec<Filter>,
    pub unread: Vec<Condition>,
    /// The name of the prefix list that says the same, where there is one.
    pub prefix_list: Option<String>,
}
