//! The conditions of `from` that are about prefixes: lists and route filters, which are alternatives.

use pairlint_model::policy::{Condition, ListFamily, PrefixMatch};
use pairlint_model::source::Spanned;

use super::actions::{Then, then};
use super::conditions::{PrefixTest, Reader};
use super::filters::filters;
use super::scene::FilterList;
use super::uses::undecidable;
use crate::braces::NodeId;

/// More entries than this are not copied into terms.
const MAX_INLINED: usize = 1_000_000;

impl Reader<'_, '_> {
    /// Reads prefix lists and route filters.
    pub(super) fn prefixes(&mut self, node: NodeId) -> bool {
        let (config, scene) = (self.config, self.scene);
        let tree = config.tree;
        match config.word(node) {
            "route-filter" => {
                let (filters, unread) = filters(config, node, &scene.definitions);
                self.from.filters.extend(filters);
                self.from.sources += 1;
                self.unread_alternatives(unread);
            }
            "prefix-list" => {
                for name in tree.children(node) {
                    if !tree.is_leaf(name) {
                        return false;
                    }
                    config.read(name);
                    self.list(list(config.name(name), PrefixMatch::Listed), None);
                }
            }
            "prefix-list-filter" => {
                for name in tree.children(node) {
                    for kind in tree.children(name) {
                        let how = match config.word(kind) {
                            "exact" => PrefixMatch::Listed,
                            "longer" => PrefixMatch::Longer,
                            "orlonger" => PrefixMatch::OrLonger,
                            _ => return false,
                        };
                        let own = (!tree.is_leaf(kind)).then(|| then(config, kind, &scene.definitions));
                        if own.is_none() {
                            config.read(kind);
                        }
                        let condition = self.filtered(config.name(name), how);
                        self.list(condition, own);
                    }
                    if tree.is_leaf(name) {
                        return false;
                    }
                }
            }
            _ => {
                // Filters that stand beside others are looked up with them; alone, a list may stay a list.
                let filters = tree
                    .parent(node)
                    .and_then(|from| tree.child(from, "route-filter"));
                let alone = filters.is_none() && tree.children(node).count() == 1;
                for name in tree.children(node) {
                    self.filter_list(name, alone);
                }
            }
        }
        true
    }

    fn list(&mut self, condition: Condition, then: Option<Then>) {
        self.from.lists.push(PrefixTest { condition, then });
    }

    fn unread_alternatives(&mut self, unread: Vec<Condition>) {
        for condition in unread {
            self.list(condition, None);
        }
    }

    /// The test of `prefix-list-filter`. Where the list has a prefix inside another, `longer` on a route that
    /// is itself in the list depends on whether the longest match is looked up, which no source settles.
    fn filtered(&self, name: Spanned<String>, how: PrefixMatch) -> Condition {
        let span = name.span;
        let is_open = how == PrefixMatch::Longer && self.scene.nested.contains(&name.value);
        let listed = is_open.then(|| list(name.clone(), PrefixMatch::Listed));
        let test = list(name, how);
        match listed {
            None => test,
            Some(listed) => Condition::All(vec![
                test,
                Condition::Any(vec![
                    Condition::Not(Box::new(listed)),
                    undecidable(span, "how `longer` treats a prefix inside another of the list"),
                ]),
            ]),
        }
    }

    fn filter_list(&mut self, name: NodeId, alone: bool) {
        let (config, scene) = (self.config, self.scene);
        let tree = config.tree;
        let own = (!tree.is_leaf(name)).then(|| then(config, name, &scene.definitions));
        if own.is_none() {
            config.read(name);
        }
        match scene.filter_lists.get(config.word(name)) {
            // The device refuses it; as a reference to nothing it is reported.
            None => self.list(list(config.name(name), PrefixMatch::Listed), own),
            Some(FilterList {
                prefix_list: Some(equal),
                filters,
                ..
            }) if alone || filters.is_empty() => {
                let name = config.name(name).map(|_| equal.clone());
                self.list(list(name, PrefixMatch::Listed), own);
            }
            Some(found) if self.scene.inlined.get() + found.filters.len() > MAX_INLINED => {
                self.list(Condition::Unsupported(config.statement(name)), own);
            }
            Some(found) => {
                self.scene
                    .inlined
                    .set(self.scene.inlined.get() + found.filters.len());
                self.from.sources += 1;
                let filters = found.filters.iter().cloned().map(|mut filter| {
                    // What the reference says wins over what the entry says.
                    if own.is_some() {
                        filter.then.clone_from(&own);
                    }
                    filter
                });
                self.from.filters.extend(filters);
                self.unread_alternatives(found.unread.clone());
            }
        }
    }
}

fn list(name: Spanned<String>, how: PrefixMatch) -> Condition {
    Condition::PrefixList {
        name,
        family: ListFamily::Both,
        how,
    }
}
