//! Route filters: prefixes with a match type, and sometimes actions, inside a term.
//!
//! Sources: Junos Routing Policies User Guide, "Understanding Route Filters for Use in Routing Policy Match
//! Conditions": only the filters with the longest prefix that contains the route are consulted, of those in
//! the order of the lines; where none of their match types holds the condition is false; a filter's own
//! actions run instead of the term's. "Walkup for Route Filters Overview": with `walkup` shorter prefixes
//! are tried as well.

use std::collections::BTreeMap;
use std::net::IpAddr;

use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::policy::{Condition, PrefixEntry, PrefixPattern, RouteFilterEntry, Verdict};
use pairlint_model::source::Span;

use super::actions::{Definitions, Then, then};
use super::config::Config;
use super::values::{length, length_range, prefix};
use crate::braces::NodeId;

/// A `route-filter`, or one of a `route-filter-list`.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    /// What the longest match is looked up by.
    pub prefix: IpNet,
    /// Empty where nothing can match, as with `longer` on a host address.
    pub patterns: Vec<PrefixPattern>,
    pub span: Span,
    /// Its own actions.
    pub then: Option<Then>,
    /// The order of the lines.
    order: usize,
}

/// Reads the route filters under a node, `192.0.2.0/24 orlonger accept` each. What is not understood
/// is returned as conditions.
pub(super) fn filters(
    config: &Config<'_>,
    node: NodeId,
    definitions: &Definitions<'_>,
) -> (Vec<Filter>, Vec<Condition>) {
    let tree = config.tree;
    let mut filters = Vec::new();
    let mut unread = Vec::new();
    let mut give_up = |node: NodeId| {
        config.unread(node);
        unread.push(Condition::Unsupported(config.statement(node)));
    };
    for destination in tree.children(node) {
        let Some(prefix) = prefix(config.word(destination)).map(|p| p.trunc()) else {
            match config.word(destination) {
                "apply-groups" | "apply-groups-except" => config.read(destination),
                _ => give_up(destination),
            }
            continue;
        };
        if tree.is_leaf(destination) {
            // Without a match type the device refuses it.
            give_up(destination);
        }
        for kind in tree.children(destination) {
            let bounds: Vec<NodeId> = match config.word(kind) {
                "exact" | "longer" | "orlonger" => vec![kind],
                "upto" | "through" | "prefix-length-range" | "address-mask" => tree.children(kind).collect(),
                _ => Vec::new(),
            };
            if bounds.is_empty() {
                give_up(kind);
            }
            for bound in bounds {
                let Some(patterns) = patterns(prefix, config.word(kind), config.word(bound)) else {
                    give_up(bound);
                    continue;
                };
                let own = (!tree.is_leaf(bound)).then(|| then(config, bound, definitions));
                if own.is_none() {
                    config.read(bound);
                }
                filters.push(Filter {
                    prefix: lookup_key(prefix, &patterns),
                    patterns,
                    span: config.statement(bound),
                    then: own,
                    order: bound.index(),
                });
            }
        }
    }
    filters.sort_by_key(|filter| filter.order);
    (filters, unread)
}

/// Returns what a match type stands for.
fn patterns(prefix: IpNet, kind: &str, bound: &str) -> Option<Vec<PrefixPattern>> {
    let own = prefix.prefix_len();
    let width = Family::of(&prefix).width();
    let range = |lengths| vec![PrefixPattern::Range { prefix, lengths }];
    match kind {
        "exact" => Some(range(own..=own)),
        "orlonger" => Some(range(own..=width)),
        // Nothing is longer than a host route.
        "longer" if own == width => Some(Vec::new()),
        "longer" => Some(range(own + 1..=width)),
        "upto" => {
            let upper = length(bound).filter(|&upper| upper <= width)?;
            Some(if upper < own {
                Vec::new()
            } else {
                range(own..=upper)
            })
        }
        "prefix-length-range" => {
            let (low, high) = length_range(bound).filter(|&(_, high)| high <= width)?;
            let low = low.max(own);
            Some(if low > high { Vec::new() } else { range(low..=high) })
        }
        "through" => through(prefix, self::prefix(bound)?.trunc()),
        "address-mask" => {
            let mask: IpAddr = bound.parse().ok()?;
            (mask.is_ipv4() == prefix.addr().is_ipv4()).then(|| {
                vec![PrefixPattern::Masked {
                    address: prefix.addr(),
                    mask,
                    lengths: own..=own,
                }]
            })
        }
        _ => None,
    }
}

/// Returns the prefix that a filter is found by. For `address-mask` the length of the prefix does not count,
/// but the number of leading bits that the mask sets.
fn lookup_key(prefix: IpNet, patterns: &[PrefixPattern]) -> IpNet {
    let leading = match patterns.first() {
        Some(PrefixPattern::Masked {
            mask: IpAddr::V4(mask),
            ..
        }) => mask.to_bits().leading_ones(),
        Some(PrefixPattern::Masked {
            mask: IpAddr::V6(mask),
            ..
        }) => mask.to_bits().leading_ones(),
        _ => return prefix,
    };
    IpNet::new(prefix.addr(), leading as u8).map_or(prefix, |key| key.trunc())
}

/// Returns whether some filter's prefix lies within another's.
pub(super) fn is_nested(filters: &[Filter]) -> bool {
    let mut prefixes: Vec<IpNet> = filters.iter().map(|filter| filter.prefix).collect();
    prefixes.sort();
    // The same prefix twice counts as well: the order of the two lists would matter.
    prefixes
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a.contains(b)))
}

/// The prefixes on the way from one prefix down to another, both included.
fn through(from: IpNet, to: IpNet) -> Option<Vec<PrefixPattern>> {
    if !from.contains(&to) {
        return None;
    }
    let steps = (from.prefix_len()..=to.prefix_len()).map(|length| {
        let prefix = IpNet::new(to.addr(), length).ok()?.trunc();
        Some(PrefixPattern::Range {
            prefix,
            lengths: length..=length,
        })
    });
    steps.collect()
}

/// How filters of several prefixes work together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lookup {
    /// Only the longest prefix that contains the route counts.
    Longest,
    /// Shorter ones count as well (`walkup`).
    Walkup,
}

/// The condition that some filter's match type holds, whatever its actions.
pub(super) fn condition<'f>(filters: impl Iterator<Item = &'f Filter>, lookup: Lookup) -> Condition {
    match lookup {
        Lookup::Longest => Condition::LongestPrefix(
            filters
                .flat_map(|filter| {
                    filter.patterns.iter().map(|pattern| RouteFilterEntry {
                        prefix: filter.prefix,
                        pattern: pattern.clone(),
                        span: filter.span,
                    })
                })
                .collect(),
        ),
        Lookup::Walkup => Condition::Prefixes(filters.flat_map(entries).collect()),
    }
}

fn entries(filter: &Filter) -> impl Iterator<Item = PrefixEntry> + '_ {
    filter.patterns.iter().map(|pattern| PrefixEntry {
        verdict: Verdict::Accept,
        pattern: pattern.clone(),
        span: filter.span,
    })
}

/// One step of a term whose filters have actions of their own.
pub(super) enum Step {
    /// These prefixes take these actions; `None` are the term's.
    Take(Condition, Option<Then>),
    /// For these prefixes no further filter counts.
    Stop(Condition),
}

/// Takes filters apart into steps that are tried in order: for each prefix length, the longest first, the
/// filters in the order of their lines, then a stop for what they contain and do not match.
pub(super) fn steps(filters: &[Filter], lookup: Lookup) -> Vec<Step> {
    let mut by_length: BTreeMap<u8, Vec<&Filter>> = BTreeMap::new();
    for filter in filters {
        by_length
            .entry(filter.prefix.prefix_len())
            .or_default()
            .push(filter);
    }
    let mut steps = Vec::new();
    while let Some((_, filters)) = by_length.pop_last() {
        // Prefixes of one length do not overlap, so only filters of the very same prefix need an order.
        let mut layers: BTreeMap<IpNet, (usize, &str)> = BTreeMap::new();
        let mut groups: BTreeMap<(usize, &str), Vec<&Filter>> = BTreeMap::new();
        for filter in &filters {
            let text = filter.then.as_ref().map_or("", |then| then.text.as_str());
            let layer = match layers.get(&filter.prefix) {
                None => 0,
                Some(&(layer, before)) if before == text => layer,
                Some(&(layer, _)) => layer + 1,
            };
            layers.insert(filter.prefix, (layer, text));
            groups.entry((layer, text)).or_default().push(filter);
        }
        for group in groups.into_values() {
            let taken: Vec<PrefixEntry> = group.iter().flat_map(|filter| entries(filter)).collect();
            let then = group.first().and_then(|filter| filter.then.clone());
            if !taken.is_empty() {
                steps.push(Step::Take(Condition::Prefixes(taken), then));
            }
        }
        if lookup == Lookup::Longest && !by_length.is_empty() {
            let stops = uncovered(&filters);
            if !stops.is_empty() {
                steps.push(Step::Stop(Condition::Prefixes(stops)));
            }
        }
    }
    steps
}

/// Returns the prefixes that contain routes none of their filters takes.
fn uncovered(filters: &[&Filter]) -> Vec<PrefixEntry> {
    let covers = |filter: &Filter| {
        let all = filter.prefix.prefix_len()..=Family::of(&filter.prefix).width();
        filter.patterns.iter().any(|pattern| match pattern {
            PrefixPattern::Range { prefix, lengths } => *prefix == filter.prefix && *lengths == all,
            _ => false,
        })
    };
    let mut open: BTreeMap<IpNet, Option<Span>> = BTreeMap::new();
    for filter in filters {
        let span = open.entry(filter.prefix).or_insert(Some(filter.span));
        if covers(filter) {
            *span = None;
        }
    }
    let open = open
        .into_iter()
        .filter_map(|(prefix, span)| Some((prefix, span?)));
    open.map(|(prefix, span)| PrefixEntry {
        verdict: Verdict::Accept,
        pattern: PrefixPattern::Range {
            prefix,
            lengths: prefix.prefix_len()..=Family::of(&prefix).width(),
        },
        span,
    })
    .collect()
}
