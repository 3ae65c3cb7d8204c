//! `from`: which routes a term is about.
//!
//! Sources: Junos Routing Policies User Guide, "Routing Policy Match Conditions": conditions of different
//! kinds must all hold, of several values of one kind one must. Of `color`, `family`, `local-preference`,
//! `metric` and the counts only the last line is kept (Batfish, from a device). Prefix lists and route filters
//! of one term are alternatives (Batfish). `from condition` is true on import (device, `juniper_from_condition`).

use std::ops::RangeInclusive;

use pairlint_model::bgp::Family;
use pairlint_model::network::Protocol;
use pairlint_model::policy::{AsPathTest, CommunityMatch, Condition, Verdict};
use pairlint_model::source::{Span, Spanned};

use super::actions::{Then, leaves, origin_named, words_between};
use super::config::Config;
use super::expressions::chain;
use super::filters::Filter;
use super::scene::Scene;
use super::uses::{Use, undecidable};
use crate::atoms::number;
use crate::braces::NodeId;

/// What a `from` says.
#[derive(Default)]
pub(super) struct From {
    /// Every one must hold.
    pub all: Vec<Condition>,
    /// Of these and the filters one must hold.
    pub lists: Vec<PrefixTest>,
    pub filters: Vec<Filter>,
    /// How many statements the filters come from that are looked up apart from one another.
    pub sources: usize,
}

/// A prefix list as an alternative to route filters.
pub(super) struct PrefixTest {
    pub condition: Condition,
    /// Its own actions.
    pub then: Option<Then>,
}

/// Protocols a route may come from; all but `bgp` are false for what BGP received.
const PROTOCOLS: [&str; 30] = [
    "access",
    "access-internal",
    "aggregate",
    "anchor",
    "arp",
    "direct",
    "dvmrp",
    "esis",
    "evpn",
    "fabric",
    "frr",
    "isis",
    "l2circuit",
    "l2vpn",
    "ldp",
    "local",
    "mpls",
    "msdp",
    "ospf",
    "ospf2",
    "ospf3",
    "pim",
    "rift",
    "rip",
    "ripng",
    "route-target",
    "rsvp",
    "spring-te",
    "static",
    "vpls",
];

/// Conditions whose answer is not in a configuration.
const OPEN: [(&str, &str); 23] = [
    (
        "aggregate-contributor",
        "whether the route contributes to an aggregate",
    ),
    ("bgp-output-queue-priority", "the output queue of the route"),
    ("color", "the color of the route"),
    ("color2", "the color of the route"),
    ("community-origin", "where a community comes from"),
    ("interface", "the interface the route points to"),
    ("mac-filter-list", "MAC addresses of the route"),
    ("metric2", "the second metric of the route"),
    ("multicast-scope", "the multicast scope of the route"),
    ("next-hop", "the next hop of the route"),
    ("next-hop-type", "the next hop of the route"),
    ("next-hop-weight", "the next hop of the route"),
    ("preference", "the preference of the route"),
    ("preference2", "the preference of the route"),
    ("programmed", "whether the route was programmed"),
    ("route-distinguisher", "the route distinguisher"),
    ("source-address-filter", "the source of the route"),
    ("source-address-filter-list", "the source of the route"),
    ("state", "whether the route is active"),
    ("tag", "the tag of the route"),
    ("tag2", "the tag of the route"),
    ("validation-database", "RPKI origin validation"),
    ("validation-database-instance", "RPKI origin validation"),
];

/// Conditions that no unicast route from a BGP session meets: those of other protocols and families.
const NEVER: [&str; 12] = [
    "area",
    "community-evpn",
    "evpn-esi",
    "evpn-mac-route",
    "evpn-tag",
    "external",
    "level",
    "nlri-route-type",
    "prefix-segment",
    "rtf-prefix-list",
    "srte-color",
    "traffic-engineering",
];

/// Reads a `from`.
pub(super) fn from(config: &Config<'_>, node: NodeId, scene: &Scene<'_>) -> From {
    let mut reader = Reader {
        config,
        scene,
        from: From::default(),
    };
    for kind in config.tree.children(node) {
        if !reader.kind(kind) {
            config.unread(kind);
            reader
                .from
                .all
                .push(Condition::Unsupported(config.statement(kind)));
        }
    }
    if config.tree.is_leaf(node) {
        config.read(node);
    }
    reader.from
}

/// Reads a `to`: where the route goes. It asks what a configuration does not tell on import, and on
/// export about other sessions than the one judged.
pub(super) fn to(config: &Config<'_>, node: NodeId) -> Vec<Condition> {
    config.read(node);
    let kinds = config.tree.children(node);
    kinds
        .map(|kind| undecidable(config.statement(kind), "a `to` condition"))
        .collect()
}

/// One condition where there is one, else their alternative.
pub(super) fn any(mut conditions: Vec<Condition>) -> Condition {
    match conditions.len() {
        1 => conditions.remove(0),
        _ => Condition::Any(conditions),
    }
}

pub(super) struct Reader<'r, 'a> {
    pub config: &'r Config<'a>,
    pub scene: &'r Scene<'r>,
    pub from: From,
}

impl Reader<'_, '_> {
    /// Reads the conditions of one kind; false where the kind is not known.
    fn kind(&mut self, node: NodeId) -> bool {
        let (config, scene) = (self.config, self.scene);
        let tree = config.tree;
        let word = config.word(node);
        let span = config.statement(node);
        let condition = match word {
            "prefix-list" | "prefix-list-filter" | "route-filter" | "route-filter-list" => {
                return self.prefixes(node);
            }
            "apply-groups" | "apply-groups-except" => {
                config.read(node);
                return true;
            }
            "community" => self.named(node, |name| Condition::CommunityList {
                name,
                how: CommunityMatch::Listed,
            }),
            "as-path" => self.named(node, |name| Condition::AsPathList { name }),
            "as-path-group" => self.named(node, |name| {
                let renamed = scene.renamed_groups.contains(&name.value);
                let name = name.map(|name| if renamed { renamed_group(&name) } else { name });
                Condition::AsPathList { name }
            }),
            "as-path-neighbors" => return self.as_lists(node, AsPathTest::Neighbor),
            "as-path-origins" => return self.as_lists(node, AsPathTest::Origin),
            "as-path-transits" => return self.as_lists(node, AsPathTest::PassesThrough),
            "policy" => {
                let chain = chain(config, node);
                Condition::Policy {
                    chain,
                    // A subroutine that decides nothing returns the protocol's default.
                    default: Verdict::Accept,
                }
            }
            "condition" => self.named(node, |name| {
                match scene.sessions.export || !scene.conditions.contains(&name.value) {
                    true => undecidable(name.span, "a condition that the device evaluates"),
                    false => Condition::ALWAYS,
                }
            }),
            "protocol" => {
                return self.each(node, |word| match word {
                    "bgp" => Some(Condition::Protocol(Protocol::Bgp)),
                    "static" => Some(Condition::Protocol(Protocol::Static)),
                    "direct" => Some(Condition::Protocol(Protocol::Connected)),
                    "aggregate" => Some(Condition::Protocol(Protocol::Aggregate)),
                    _ if PROTOCOLS.contains(&word) => Some(Condition::Protocol(Protocol::Other)),
                    _ => None,
                });
            }
            "neighbor" | "instance" => {
                config.read(node);
                let values: Vec<&str> = tree.children(node).map(|value| config.word(value)).collect();
                match word {
                    "neighbor" => scene.sessions.neighbor(span, &values),
                    _ => scene.sessions.instance(span, &values),
                }
            }
            "rib" => return self.each(node, |word| Some(rib(scene.sessions, span, word))),
            "route-type" => {
                return self.each(node, |word| match word {
                    "external" => Some(scene.sessions.is_external(span, true)),
                    "internal" => Some(scene.sessions.is_external(span, false)),
                    _ => None,
                });
            }
            "family" => match self.last(node).as_slice() {
                ["inet"] => Condition::Family(Family::Ipv4),
                ["inet6"] => Condition::Family(Family::Ipv6),
                [other] if OTHER_FAMILIES.contains(other) => Condition::Constant(false),
                _ => return false,
            },
            "origin" => {
                return self.each(node, |word| origin_named(word).map(Condition::Origin));
            }
            "metric" => match self.last(node).as_slice() {
                [value] if number::<u32>(value).is_some() => {
                    let value = number(value).unwrap_or(0);
                    Condition::Med(value..=value)
                }
                _ => return false,
            },
            "local-preference" => match self.last(node).as_slice() {
                [value] if number::<u32>(value).is_some() => {
                    let value = number(value).unwrap_or(0);
                    Condition::LocalPreference(value..=value)
                }
                _ => return false,
            },
            "community-count" | "as-path-calc-length" | "as-path-unique-count" => {
                let Some(range) = count(&self.last(node)) else {
                    return false;
                };
                match word {
                    "community-count" => Condition::CommunityCount(range),
                    _ => Condition::AsPathLength {
                        hops: range,
                        unique: word == "as-path-unique-count",
                    },
                }
            }
            _ if NEVER.contains(&word) => {
                config.read(node);
                Condition::Constant(false)
            }
            _ => match OPEN.iter().find(|(name, _)| *name == word) {
                Some(&(_, on)) => {
                    config.read(node);
                    undecidable(span, on)
                }
                None => return false,
            },
        };
        self.from.all.push(condition);
        true
    }

    /// Reads names of which one must match.
    fn named(&self, node: NodeId, condition: impl Fn(Spanned<String>) -> Condition) -> Condition {
        let tree = self.config.tree;
        let mut conditions = Vec::new();
        for name in tree.children(node) {
            if tree.is_leaf(name) {
                self.config.read(name);
                conditions.push(condition(self.config.name(name)));
            } else {
                self.config.unread(name);
                conditions.push(Condition::Unsupported(self.config.statement(name)));
            }
        }
        if conditions.is_empty() {
            self.config.unread(node);
            conditions.push(Condition::Unsupported(self.config.statement(node)));
        }
        any(conditions)
    }

    /// Reads words of which one must hold; each that is not understood is an uninterpreted alternative.
    fn each(&mut self, node: NodeId, condition: impl Fn(&str) -> Option<Condition>) -> bool {
        let config = self.config;
        let named = self.named(node, |name| match condition(&name.value) {
            Some(condition) => condition,
            None => Condition::Unsupported(name.span),
        });
        for name in config.tree.children(node) {
            if condition(config.word(name)).is_none() {
                config.unread(name);
            }
        }
        self.from.all.push(named);
        true
    }

    /// Returns the words of the line that is kept of a condition that stands once.
    fn last(&self, node: NodeId) -> Vec<&str> {
        let tree = self.config.tree;
        let leaves = leaves(tree, node);
        let kept = leaves
            .into_iter()
            .max_by_key(|&leaf| (std::cmp::Reverse(tree.rank(leaf)), leaf.index()));
        self.config.read(node);
        kept.map_or_else(Vec::new, |leaf| words_between(tree, node, leaf))
    }

    fn as_lists(&mut self, node: NodeId, test: fn(RangeInclusive<u32>) -> AsPathTest) -> bool {
        let (config, scene) = (self.config, self.scene);
        let mut tests = Vec::new();
        for kind in config.tree.children(node) {
            if !matches!(config.word(kind), "as-list" | "as-list-group") {
                return false;
            }
            for name in config.tree.children(kind) {
                config.read(name);
                match scene.as_lists.get(config.word(name)) {
                    Some(Some(ranges)) => tests.extend(ranges.iter().cloned().map(test)),
                    Some(None) | None => tests.push(AsPathTest::Unsupported),
                }
            }
        }
        if tests.is_empty() {
            return false;
        }
        let test = Spanned::new(config.statement(node), AsPathTest::Any(tests));
        self.from.all.push(Condition::AsPath(test));
        true
    }
}

/// Families that carry no unicast IP routes.
const OTHER_FAMILIES: [&str; 14] = [
    "bridge-vpn",
    "evpn",
    "inet-mdt",
    "inet-mvpn",
    "inet-srte",
    "inet-vpn",
    "inet6-mvpn",
    "inet6-srte",
    "inet6-vpn",
    "iso",
    "iso-vpn",
    "l2vpn",
    "route-target",
    "traffic-engineering",
];

/// The name an `as-path-group` is kept under where an `as-path` has its own.
pub(super) fn renamed_group(name: &str) -> String {
    format!("as-path-group {name}")
}

/// `from rib inet.0`, `VRF.inet6.0`: the table that the session's routes go to.
fn rib(sessions: &Use, span: Span, table: &str) -> Condition {
    let (instance, family) = match table.rsplit_once(".inet") {
        Some((instance, rest)) => (instance, rest),
        None => match table.strip_prefix("inet") {
            Some(rest) => ("master", rest),
            None => return Condition::Constant(false),
        },
    };
    let family = match family {
        ".0" => Family::Ipv4,
        "6.0" => Family::Ipv6,
        // Multicast, labels and the like.
        _ => return Condition::Constant(false),
    };
    match sessions.instance(span, &[instance]) {
        Condition::Constant(true) => Condition::Family(family),
        Condition::Constant(false) => Condition::Constant(false),
        open => Condition::All(vec![Condition::Family(family), open]),
    }
}

/// Reads `2 orhigher`; without a word it is the very number.
fn count(words: &[&str]) -> Option<RangeInclusive<u32>> {
    let (value, how) = match words {
        [value] => (value, "equal"),
        [value, how] => (value, *how),
        _ => return None,
    };
    let value: u32 = number(value)?;
    match how {
        "equal" => Some(value..=value),
        "orhigher" => Some(value..=u32::MAX),
        "orlower" => Some(0..=value),
        _ => None,
    }
}
