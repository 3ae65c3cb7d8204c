//! Prefix lists and AS-path expressions.
//!
//! Sources: Junos Routing Policies User Guide, "Understanding Prefix Lists for Use in Routing Policy Match
//! Conditions" (an exact match) and "Understanding AS Path Regular Expressions" (whole AS numbers, the
//! whole path); host bits are masked (device, `junos_commit_check`), an empty list matches nothing (device).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use pairlint_model::policy::{
    AsPathEntry, AsPathList, AsPathTest, PrefixEntry, PrefixList, PrefixPattern, RegexSyntax, Verdict,
};

use super::config::Config;
use super::values::{asn, prefix};
use crate::braces::NodeId;

/// Reads `prefix-list NAME { 192.0.2.0/24; apply-path "…"; }`.
pub(super) fn prefix_list(config: &Config<'_>, node: NodeId) -> PrefixList {
    let tree = config.tree;
    let mut entries = Vec::new();
    for child in tree.children(node) {
        let found = prefix(config.word(child)).filter(|_| tree.is_leaf(child));
        let pattern = match (found, config.word(child)) {
            (Some(found), _) => {
                config.read(child);
                PrefixPattern::Range {
                    prefix: found.trunc(),
                    lengths: found.prefix_len()..=found.prefix_len(),
                }
            }
            (None, "apply-groups" | "apply-groups-except") => {
                config.read(child);
                continue;
            }
            // Filled from other parts of the configuration or by another source; not known here.
            (None, "apply-path" | "dynamic-db") => {
                config.read(child);
                PrefixPattern::Unsupported
            }
            (None, _) => {
                config.unread(child);
                PrefixPattern::Unsupported
            }
        };
        entries.push(PrefixEntry {
            verdict: Verdict::Accept,
            pattern,
            span: config.statement(child),
        });
    }
    if entries.is_empty() {
        config.read(node);
    }
    PrefixList {
        name: config.name(node),
        entries,
        span: tree.span(config.source, node),
    }
}

/// Returns whether some entry lies within another, so that the longest match among them matters.
pub(super) fn is_nested(list: &PrefixList) -> bool {
    let mut prefixes: Vec<_> = list
        .entries
        .iter()
        .filter_map(|entry| match &entry.pattern {
            PrefixPattern::Range { prefix, .. } => Some(*prefix),
            _ => None,
        })
        .collect();
    // In this order a prefix stands right before what it contains.
    prefixes.sort();
    prefixes.dedup();
    prefixes
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a.contains(b)))
}

/// Reads `as-path NAME "expression"`; a second definition replaces the first.
pub(super) fn as_path(config: &Config<'_>, node: NodeId) -> AsPathList {
    let tree = config.tree;
    let value = config.scalar(node);
    let entry = match value {
        Some(value) => as_path_entry(config, value),
        None => {
            config.unread(node);
            AsPathEntry {
                verdict: Verdict::Accept,
                test: AsPathTest::Unsupported,
                span: config.statement(node),
            }
        }
    };
    AsPathList {
        name: config.name(node),
        entries: vec![entry],
        span: tree.span(config.source, node),
    }
}

/// Reads an expression; without quotation marks it may be several words.
fn as_path_entry(config: &Config<'_>, value: NodeId) -> AsPathEntry {
    let tree = config.tree;
    let mut expression = config.word(value).to_owned();
    let mut at = value;
    while let Some(next) = tree.value(at) {
        expression.push(' ');
        expression.push_str(config.word(next));
        at = next;
    }
    let test = match expression.as_str() {
        "dynamic-db" => AsPathTest::Unsupported,
        _ => AsPathTest::Regex {
            expression,
            syntax: RegexSyntax::AsTokens,
        },
    };
    AsPathEntry {
        verdict: Verdict::Accept,
        test,
        span: config.statement(value),
    }
}

/// Reads `as-path-group NAME { as-path A "…"; as-path B "…"; }`: one must match.
pub(super) fn as_path_group(config: &Config<'_>, node: NodeId) -> AsPathList {
    let tree = config.tree;
    let mut entries = Vec::new();
    for child in tree.children(node) {
        match config.word(child) {
            "as-path" => {
                for name in tree.children(child) {
                    match config.scalar(name) {
                        Some(value) => entries.push(as_path_entry(config, value)),
                        None => entries.push(unread_entry(config, name)),
                    }
                }
            }
            "apply-groups" | "apply-groups-except" => config.read(child),
            _ => entries.push(unread_entry(config, child)),
        }
    }
    if tree.is_leaf(node) {
        config.read(node);
    }
    AsPathList {
        name: config.name(node),
        entries,
        span: tree.span(config.source, node),
    }
}

fn unread_entry(config: &Config<'_>, node: NodeId) -> AsPathEntry {
    config.unread(node);
    AsPathEntry {
        verdict: Verdict::Accept,
        test: AsPathTest::Unsupported,
        span: config.statement(node),
    }
}

/// AS lists and groups of them, by name (Junos 21.3, "as-list"); `None` where a list was not understood.
pub(super) type AsLists = BTreeMap<String, Option<Vec<RangeInclusive<u32>>>>;

/// Reads `as-list NAME members [ 64496 64500-64510 ]`.
pub(super) fn as_list(config: &Config<'_>, node: NodeId) -> Option<Vec<RangeInclusive<u32>>> {
    let tree = config.tree;
    let mut ranges = Some(Vec::new());
    for child in tree.children(node) {
        if config.word(child) != "members" {
            config.unread(child);
            ranges = None;
            continue;
        }
        for value in tree.children(child) {
            match as_range(config.word(value)) {
                Some(range) => {
                    config.read(value);
                    if let Some(ranges) = &mut ranges {
                        ranges.push(range);
                    }
                }
                None => {
                    config.unread(value);
                    ranges = None;
                }
            }
        }
    }
    ranges
}

/// Reads `as-list-group NAME { as-list A members …; }`: the lists together.
pub(super) fn as_list_group(config: &Config<'_>, node: NodeId) -> Option<Vec<RangeInclusive<u32>>> {
    let tree = config.tree;
    let mut ranges = Some(Vec::new());
    for child in tree.children(node) {
        if config.word(child) != "as-list" {
            config.unread(child);
            ranges = None;
            continue;
        }
        for name in tree.children(child) {
            let list = as_list(config, name);
            ranges = ranges.zip(list).map(|(mut all, list)| {
                all.extend(list);
                all
            });
        }
    }
    ranges
}

fn as_range(text: &str) -> Option<RangeInclusive<u32>> {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    Some(asn(low)?.0..=asn(high)?.0)
}
