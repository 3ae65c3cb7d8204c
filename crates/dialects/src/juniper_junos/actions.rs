//! `then`: what happens to a route that matched.
//!
//! Sources: Junos Routing Policies User Guide, "Actions in Routing Policy Terms"; devices (vJunos 25.4R1,
//! labs `junos_then_action_conflicts` and `junos_rmw_localpref`): of several actions on one attribute in one
//! `then` the device keeps the last; community actions are all kept and run in order; of `accept` and `reject`
//! the last is kept; `next term` and `next policy` (the last of them) win over both; `default-action` never
//! ends anything.

use std::collections::BTreeMap;

use pairlint_model::bgp::{Asn, Community, LargeCommunity, Origin};
use pairlint_model::policy::{Action, CommunityPattern, NumberEdit, Outcome, Verdict};
use pairlint_model::source::Spanned;

use super::communities::{Member, Named};
use super::config::Config;
use super::values::asn;
use crate::atoms::number;
use crate::braces::{NodeId, Tree};

/// Actions that change nothing that is decided or reported.
const INERT: [&str; 55] = [
    "add-path",
    "aigp-adjust",
    "aigp-originate",
    "analyze",
    "bgp-output-queue-priority",
    "class",
    "color",
    "color2",
    "cos-next-hop-map",
    "damping",
    "destination-class",
    "dynamic-tunnel-attributes",
    "expedited-forwarding",
    "external",
    "forwarding-class",
    "get-route-range",
    "install-nexthop",
    "install-to-fib",
    "label",
    "label-allocation",
    "label-allocation-fallback-reject",
    "limit-bandwidth",
    "link-protection",
    "load-balance",
    "map-to-interface",
    "metric2",
    "metric3",
    "metric4",
    "mhop",
    "multipath-resolve",
    "next-hop",
    "no-backup",
    "no-entropy-label-capability",
    "no-install-to-fib",
    "no-route-localize",
    "p2mp-lsp-root",
    "preference",
    "preference2",
    "prefix-segment",
    "priority",
    "priority2",
    "propagate-tag",
    "resolution-map",
    "set-down-bit",
    "source-class",
    "sr-te-template",
    "srv6",
    "ssm-source",
    "tag",
    "tag2",
    "trace",
    "tunnel-attribute",
    "tunnel-end-point-address",
    "validation-state",
    "vrf-table-label",
];

/// What a `then` says.
#[derive(Debug, Clone, Default)]
pub(super) struct Then {
    pub actions: Vec<Spanned<Action>>,
    verdict: Option<Verdict>,
    next: Option<Next>,
    /// The statements' words, to compare what two route filters do.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Term,
    Policy,
}

impl Then {
    /// Where evaluation goes.
    pub fn outcome(&self) -> Outcome {
        match (self.next, self.verdict) {
            (Some(Next::Term), _) | (None, None) => Outcome::Next,
            (Some(Next::Policy), _) => Outcome::NextPolicy,
            (None, Some(Verdict::Accept)) => Outcome::Accept,
            (None, Some(Verdict::Reject)) => Outcome::Reject,
        }
    }
}

/// What actions refer to.
pub(super) struct Definitions<'d> {
    pub communities: &'d BTreeMap<String, Named>,
    /// Some policy tests the metric, so what `metric igp` makes of it matters.
    pub metric_is_tested: bool,
}

/// Reads the actions under a node, all of them marked.
pub(super) fn then(config: &Config<'_>, node: NodeId, definitions: &Definitions<'_>) -> Then {
    let tree = config.tree;
    let mut leaves = leaves(tree, node);
    // What is written here is decided last, and so wins; of what is inherited, the preferred group.
    leaves.sort_by_key(|&leaf| (std::cmp::Reverse(tree.rank(leaf)), leaf.index()));
    let mut reader = Reader {
        config,
        definitions,
        then: Then::default(),
        slots: Vec::new(),
    };
    for leaf in leaves {
        let words = words_between(tree, node, leaf);
        if !reader.then.text.is_empty() {
            reader.then.text.push(';');
        }
        reader.then.text.push_str(&words.join(" "));
        if reader.action(&words, leaf) {
            config.read(leaf);
        } else {
            config.unread(leaf);
            reader.push(Action::Unsupported, leaf);
        }
    }
    if tree.is_leaf(node) {
        config.read(node);
    }
    let mut then = reader.then;
    // Prepending runs before expanding, whatever the order of the lines.
    reader.slots.sort_by_key(|(slot, _)| *slot == Slot::Expand);
    then.actions
        .extend(reader.slots.into_iter().map(|(_, action)| action));
    then
}

/// Returns the last words under a node.
pub(super) fn leaves(tree: &Tree<'_>, node: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut pending: Vec<NodeId> = tree.children(node).collect();
    while let Some(node) = pending.pop() {
        let before = pending.len();
        pending.extend(tree.children(node));
        if pending.len() == before {
            found.push(node);
        }
    }
    found
}

/// Returns the words below `from` down to `to`.
pub(super) fn words_between<'a>(tree: &Tree<'a>, from: NodeId, to: NodeId) -> Vec<&'a str> {
    let mut words = Vec::new();
    let mut at = to;
    while at != from {
        words.push(tree.word(at));
        match tree.parent(at) {
            Some(parent) => at = parent,
            None => break,
        }
    }
    words.reverse();
    words
}

/// An attribute that one `then` changes only once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    LocalPreference,
    Metric,
    Origin,
    Default,
    Prepend,
    Expand,
}

struct Reader<'r, 'a> {
    config: &'r Config<'a>,
    definitions: &'r Definitions<'r>,
    then: Then,
    slots: Vec<(Slot, Spanned<Action>)>,
}

impl Reader<'_, '_> {
    fn push(&mut self, action: Action, leaf: NodeId) {
        let action = Spanned::new(self.config.statement(leaf), action);
        self.then.actions.push(action);
    }

    fn put(&mut self, slot: Slot, action: Action, leaf: NodeId) {
        self.slots.retain(|(other, _)| *other != slot);
        self.slots
            .push((slot, Spanned::new(self.config.statement(leaf), action)));
    }

    /// Reads one action; false where it is not understood.
    fn action(&mut self, words: &[&str], leaf: NodeId) -> bool {
        match words {
            ["accept"] => self.then.verdict = Some(Verdict::Accept),
            ["reject"] => self.then.verdict = Some(Verdict::Reject),
            ["next", "term"] => self.then.next = Some(Next::Term),
            ["next", "policy"] => self.then.next = Some(Next::Policy),
            ["default-action", verdict @ ("accept" | "reject")] => {
                let verdict = if *verdict == "accept" {
                    Verdict::Accept
                } else {
                    Verdict::Reject
                };
                self.put(Slot::Default, Action::Default(verdict), leaf);
            }
            ["community", how, name] => return self.community(how, name, leaf),
            ["local-preference", change @ ..] => match edit(change) {
                Some(edit) => self.put(Slot::LocalPreference, Action::SetLocalPreference(edit), leaf),
                None => return false,
            },
            ["metric", "igp" | "minimum-igp" | "aigp" | "expression", ..] => {
                // The metric becomes one that this file does not hold.
                let action = if self.definitions.metric_is_tested {
                    Action::Unsupported
                } else {
                    Action::Inert
                };
                self.put(Slot::Metric, action, leaf);
            }
            ["metric", change @ ..] => match edit(change) {
                Some(edit) => self.put(Slot::Metric, Action::SetMed(edit), leaf),
                None => return false,
            },
            ["origin", origin] => match origin_named(origin) {
                Some(origin) => self.put(Slot::Origin, Action::SetOrigin(origin), leaf),
                None => return false,
            },
            ["as-path-prepend", path @ ..] => match as_numbers(path) {
                Some(path) => self.put(Slot::Prepend, Action::PrependAsPath(path), leaf),
                None => return false,
            },
            // The AS that is repeated depends on the route.
            ["as-path-expand", "last-as", ..] => self.put(Slot::Expand, Action::Unsupported, leaf),
            ["as-path-expand", path @ ..] => match as_numbers(path) {
                Some(path) => self.put(Slot::Expand, Action::PrependAsPath(path), leaf),
                None => return false,
            },
            ["apply-groups" | "apply-groups-except", ..] => {}
            [first, ..] if INERT.contains(first) => self.push(Action::Inert, leaf),
            _ => return false,
        }
        true
    }

    fn community(&mut self, how: &str, name: &str, leaf: NodeId) -> bool {
        let named = self.definitions.communities.get(name);
        match how {
            "delete" | "-" => {
                let Some(named) = named else {
                    let name = self.config.name(leaf);
                    self.push(Action::DeleteCommunityList { name }, leaf);
                    return true;
                };
                match patterns(named) {
                    Some(patterns) => self.push(Action::DeleteCommunities(patterns), leaf),
                    None => return false,
                }
            }
            "add" | "+" | "set" | "=" => {
                let Some((communities, large)) = named.and_then(literals) else {
                    return false;
                };
                if how == "set" || how == "=" {
                    self.push(Action::SetCommunities(communities), leaf);
                    self.push(Action::SetLargeCommunities(large), leaf);
                } else {
                    if !communities.is_empty() || large.is_empty() {
                        self.push(Action::AddCommunities(communities), leaf);
                    }
                    if !large.is_empty() {
                        self.push(Action::AddLargeCommunities(large), leaf);
                    }
                }
            }
            _ => return false,
        }
        true
    }
}

/// Returns the members as values to add or set; `None` where one is not a value (the device refuses it).
fn literals(named: &Named) -> Option<(Vec<Community>, Vec<LargeCommunity>)> {
    let (mut communities, mut large) = (Vec::new(), Vec::new());
    if named.inverted || named.unread.is_some() {
        return None;
    }
    for member in &named.members {
        match &member.value {
            Member::Standard(community) => communities.push(*community),
            Member::Large(community) => large.push(*community),
            // Extended communities are not modelled.
            Member::OtherKind => {}
            Member::Pattern(_) | Member::Ambiguous { .. } | Member::Unread => return None,
        }
    }
    Some((communities, large))
}

/// Returns the members as patterns of single communities to delete.
fn patterns(named: &Named) -> Option<Vec<CommunityPattern>> {
    if named.inverted || named.unread.is_some() {
        return None;
    }
    let pattern = |member: &Spanned<Member>| match &member.value {
        Member::Standard(community) => Some(CommunityPattern::Exactly(*community)),
        Member::Large(large) => Some(CommunityPattern::Large(*large)),
        Member::Pattern(pattern) => Some(pattern.clone()),
        Member::OtherKind => Some(CommunityPattern::Other),
        Member::Ambiguous { .. } | Member::Unread => None,
    };
    named.members.iter().map(pattern).collect()
}

/// Reads `100`, `add 50`, `subtract 50`.
fn edit(words: &[&str]) -> Option<NumberEdit> {
    match words {
        [value] => number(value).map(NumberEdit::To),
        ["add", value] => number(value).map(NumberEdit::Add),
        ["subtract", value] => number(value).map(NumberEdit::Subtract),
        _ => None,
    }
}

pub(super) fn origin_named(text: &str) -> Option<Origin> {
    match text {
        "igp" => Some(Origin::Igp),
        "egp" => Some(Origin::Egp),
        "incomplete" => Some(Origin::Incomplete),
        _ => None,
    }
}

/// Reads `"65001 65001"`, the leftmost AS first.
fn as_numbers(words: &[&str]) -> Option<Vec<Asn>> {
    let numbers: Option<Vec<Asn>> = words
        .iter()
        .flat_map(|word| word.split_ascii_whitespace())
        .map(asn)
        .collect();
    numbers.filter(|numbers| !numbers.is_empty())
}
