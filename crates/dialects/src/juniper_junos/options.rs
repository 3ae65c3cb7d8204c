//! `policy-options`: definitions first, then the policies that use them.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::network::{BgpNeighbor, Device};
use pairlint_model::policy::{ListFamily, PrefixEntry, PrefixList, Verdict};
use pairlint_model::source::Spanned;

use super::actions::Definitions;
use super::communities::Named;
use super::conditions::renamed_group;
use super::config::{Config, POLICY_STATEMENTS};
use super::expressions::chain;
use super::filters::{Lookup, filters, is_nested};
use super::lists::{as_list, as_list_group, as_path, as_path_group, prefix_list};
use super::policies::{lookup_of, policy};
use super::scene::{FilterList, Scene};
use super::uses::{Use, collect, uses};
use super::{lists, lists::AsLists};
use crate::braces::NodeId;

/// Statements of `policy-options` that no route policy decision depends on.
const IGNORED: [&str; 13] = [
    "application-maps",
    "apply-flags",
    "apply-groups",
    "apply-groups-except",
    "apply-macro",
    "damping",
    "default",
    "defaults",
    "mac-list",
    "redundancy-group",
    "resolution-map",
    "rtf-prefix-list",
    "tunnel-attribute",
];

/// Longer route-filter lists are not copied into terms.
const LONGEST_COPIED: usize = 100_000;

/// Everything under one `policy-options`, by kind and in the order of the file.
struct Sections {
    by_kind: BTreeMap<&'static str, Vec<NodeId>>,
    options: Option<NodeId>,
}

impl Sections {
    /// Collects the definitions under a root: in `policy-options`, or beside it in snippets.
    fn new(config: &Config<'_>, root: NodeId) -> Sections {
        let tree = config.tree;
        let options = tree.child(root, "policy-options");
        let mut by_kind: BTreeMap<&'static str, Vec<NodeId>> = BTreeMap::new();
        for place in options.into_iter().chain([root]) {
            for kind in POLICY_STATEMENTS {
                if let Some(node) = tree.child(place, kind) {
                    let definitions = by_kind.entry(kind).or_default();
                    let names = tree.children(node);
                    definitions.extend(names.filter(|&name| !config.word(name).starts_with("apply-")));
                }
            }
        }
        Sections { by_kind, options }
    }

    fn of(&self, kind: &str) -> &[NodeId] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }
}

/// Returns whether there is anything that `read` would read.
pub(super) fn is_there(config: &Config<'_>, root: NodeId) -> bool {
    !Sections::new(config, root).by_kind.is_empty()
}

/// Reads all definitions and policies under a root into the device.
pub(super) fn read(
    config: &Config<'_>,
    root: NodeId,
    system: Option<&Spanned<String>>,
    sessions: &[BgpNeighbor],
    device: &mut Device,
) {
    let tree = config.tree;
    let sections = Sections::new(config, root);
    let mut lookup = Lookup::Longest;
    if let Some(options) = sections.options {
        lookup = lookup_of(config, options).unwrap_or(lookup);
        for child in tree.children(options) {
            match config.word(child) {
                word if POLICY_STATEMENTS.contains(&word) => {}
                word if IGNORED.contains(&word) => config.ignore(child),
                _ => config.unread(child),
            }
        }
        if tree.is_leaf(options) {
            config.read(options);
        }
    }
    let mut communities = BTreeMap::new();
    for &node in sections.of("community") {
        let named = Named::read(config, node);
        device
            .community_lists
            .insert(named.name.value.clone(), named.list());
        communities.insert(named.name.value.clone(), named);
    }
    let mut prefix_lists: BTreeMap<String, PrefixList> = BTreeMap::new();
    let mut nested = BTreeSet::new();
    for &node in sections.of("prefix-list") {
        let list = prefix_list(config, node);
        if lists::is_nested(&list) {
            nested.insert(list.name.value.clone());
        }
        prefix_lists.insert(list.name.value.clone(), list);
    }
    for &node in sections.of("as-path") {
        let list = as_path(config, node);
        device.as_path_lists.insert(list.name.value.clone(), list);
    }
    let mut renamed_groups = BTreeSet::new();
    for &node in sections.of("as-path-group") {
        let list = as_path_group(config, node);
        let name = list.name.value.clone();
        if device.as_path_lists.contains_key(&name) {
            device.as_path_lists.insert(renamed_group(&name), list);
            renamed_groups.insert(name);
        } else {
            device.as_path_lists.insert(name, list);
        }
    }
    let as_lists = as_lists(config, &sections);
    for kind in ["condition", "damping"] {
        sections.of(kind).iter().for_each(|&node| config.ignore(node));
    }
    let conditions = sections
        .of("condition")
        .iter()
        .map(|&node| config.word(node).to_owned())
        .collect();

    let metric_is_tested = sections
        .of("policy-statement")
        .iter()
        .any(|&node| tests_metric(config, node));
    let definitions = || Definitions {
        communities: &communities,
        metric_is_tested,
    };
    let filter_lists = filter_lists(config, &sections, &definitions(), &mut prefix_lists);
    let calls = calls(config, &sections);
    let uses = uses(sessions, system.map(|system| system.value.as_str()), &calls);
    let unused = Use::default();
    let inlined = Cell::new(0);
    for &node in sections.of("policy-statement") {
        let scene = Scene {
            definitions: definitions(),
            filter_lists: &filter_lists,
            nested: &nested,
            as_lists: &as_lists,
            renamed_groups: &renamed_groups,
            conditions: &conditions,
            inlined: &inlined,
            sessions: uses.get(config.word(node)).unwrap_or(&unused),
        };
        let policy = policy(config, node, lookup, &scene);
        device.policies.insert(policy.name.value.clone(), policy);
    }
    if !prefix_lists.is_empty() {
        device.prefix_lists.insert(ListFamily::Both, prefix_lists);
    }
}

fn as_lists(config: &Config<'_>, sections: &Sections) -> AsLists {
    let mut found = AsLists::new();
    for &node in sections.of("as-list") {
        found.insert(config.word(node).to_owned(), as_list(config, node));
    }
    for &node in sections.of("as-list-group") {
        found.insert(config.word(node).to_owned(), as_list_group(config, node));
    }
    found
}

/// Reads `route-filter-list`s. One without actions, and without prefixes inside one another, is a prefix
/// list; the others are copied into the terms that refer to them.
fn filter_lists(
    config: &Config<'_>,
    sections: &Sections,
    definitions: &Definitions<'_>,
    prefix_lists: &mut BTreeMap<String, PrefixList>,
) -> BTreeMap<String, FilterList> {
    let mut found = BTreeMap::new();
    for &node in sections.of("route-filter-list") {
        let name = config.name(node);
        let (entries, unread) = filters(config, node, definitions);
        let has_own = entries.iter().any(|filter| filter.then.is_some());
        let is_plain = unread.is_empty() && !has_own && !is_nested(&entries);
        let too_long = entries.len() > LONGEST_COPIED;
        let mut list = FilterList {
            filters: entries,
            unread,
            prefix_list: None,
        };
        if is_plain || too_long {
            let key = match prefix_lists.contains_key(&name.value) {
                true => format!("route-filter-list {}", name.value),
                false => name.value.clone(),
            };
            let span = config.tree.span(config.source, node);
            let mut entries = Vec::new();
            for filter in &list.filters {
                entries.extend(filter.patterns.iter().map(|pattern| PrefixEntry {
                    verdict: Verdict::Accept,
                    pattern: match is_plain {
                        true => pattern.clone(),
                        false => pairlint_model::policy::PrefixPattern::Unsupported,
                    },
                    span: filter.span,
                }));
            }
            let name = name.clone();
            prefix_lists.insert(key.clone(), PrefixList { name, entries, span });
            list.prefix_list = Some(key);
            if too_long {
                list.filters = Vec::new();
            }
        }
        found.insert(name.value, list);
    }
    found
}

/// Returns whether a policy has `from metric`.
fn tests_metric(config: &Config<'_>, node: NodeId) -> bool {
    froms(config, node).any(|from| config.tree.child(from, "metric").is_some())
}

/// Returns every `from` of a policy.
fn froms<'c>(config: &'c Config<'_>, node: NodeId) -> impl Iterator<Item = NodeId> + 'c {
    let tree = config.tree;
    let terms = tree
        .child(node, "term")
        .into_iter()
        .flat_map(|terms| tree.children(terms));
    terms.chain([node]).filter_map(|term| tree.child(term, "from"))
}

/// Returns which policies each policy calls.
fn calls(config: &Config<'_>, sections: &Sections) -> BTreeMap<String, BTreeSet<String>> {
    let mut calls: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for &node in sections.of("policy-statement") {
        for from in froms(config, node) {
            let Some(called) = config.tree.child(from, "policy") else {
                continue;
            };
            let chain = chain(config, called);
            let mut names = BTreeSet::new();
            collect(&chain, &mut names);
            let callees = calls.entry(config.word(node).to_owned()).or_default();
            callees.extend(names.into_iter().map(str::to_owned));
        }
    }
    calls
}
