//! What the entries of a policy refer to.

use std::collections::{BTreeMap, BTreeSet};

use super::communities::Named;
use super::uses::Use;

pub(super) struct Scene<'s> {
    pub communities: &'s BTreeMap<String, Named>,
    /// The names of `as-path`s.
    pub as_paths: &'s BTreeSet<String>,
    /// Policies that may leave a route undecided.
    pub fall_through: &'s BTreeSet<String>,
    pub uses: &'s BTreeMap<String, Use>,
}
