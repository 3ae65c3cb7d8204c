//! Prefix lists and AS paths.
//!
//! Nokia "Unicast Routing Protocols Guide", route policy prefix lists: `exact`, `longer` (without the prefix itself),
//! `through`, `range`. Devices (lab-validation `sros_prefix_bounds`, 26.3.R1): `to` means the prefixes on the way from
//! the one to the other and nothing beside it; an `address-mask` that is the prefix's own mask means the prefix itself.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use pairlint_model::bgp::{Family, IpNet, prefix};
use pairlint_model::policy::{
    AsPathEntry, AsPathList, AsPathTest, PrefixEntry, PrefixList, PrefixPattern, RegexSyntax, Verdict,
};

use super::config::Config;
use crate::atoms::number;
use crate::braces::NodeId;

pub(super) fn prefix_list(config: &Config<'_>, node: NodeId) -> PrefixList {
    let mut entries = Vec::new();
    for child in config.children(node) {
        if config.is(child, "prefix") {
            for value in config.children(child) {
                prefixes(config, value, &mut entries);
            }
        } else if ["apply-groups", "description"]
            .iter()
            .any(|word| config.is(child, word))
        {
            config.ignore(child);
        } else {
            config.unread(child);
            entries.push(unread(config, child));
        }
    }
    if config.tree.is_leaf(node) {
        config.read(node);
    }
    PrefixList {
        name: config.name(node),
        entries,
        span: config.span(node),
    }
}

fn unread(config: &Config<'_>, node: NodeId) -> PrefixEntry {
    PrefixEntry {
        verdict: Verdict::Accept,
        pattern: PrefixPattern::Unsupported,
        span: config.statement(node),
    }
}

/// Reads one prefix with each of its types.
fn prefixes(config: &Config<'_>, node: NodeId, entries: &mut Vec<PrefixEntry>) {
    let mut kinds: Vec<NodeId> = config
        .children(node)
        .flat_map(|child| match config.is(child, "type") {
            true => config.children(child).collect(),
            false => vec![child],
        })
        .collect();
    // A device never prints a prefix without a type in MD-CLI; the classic default is `exact`.
    let is_bare = kinds.is_empty();
    if is_bare {
        kinds.push(node);
    }
    for kind in kinds {
        let net = prefix(config.word(node)).ok();
        let patterns = net.and_then(|net| match is_bare {
            true => Some(vec![range(net, net.prefix_len()..=net.prefix_len())]),
            false => patterns(config, kind, net),
        });
        match patterns {
            Some(patterns) => {
                config.read(kind);
                entries.extend(patterns.into_iter().map(|pattern| PrefixEntry {
                    verdict: Verdict::Accept,
                    pattern,
                    span: config.statement(kind),
                }));
            }
            None => {
                config.unread(kind);
                entries.push(unread(config, kind));
            }
        }
    }
}

fn range(prefix: IpNet, lengths: RangeInclusive<u8>) -> PrefixPattern {
    PrefixPattern::Range { prefix, lengths }
}

/// Reads a type with its bounds: `through { through-length 24 }`, or `through 24` in classic form.
fn patterns(config: &Config<'_>, kind: NodeId, net: IpNet) -> Option<Vec<PrefixPattern>> {
    let (length, width) = (net.prefix_len(), Family::of(&net).width());
    let values = config.texts(&config.values(kind));
    let bound = |word: &str| -> Option<u8> { number(config.word(config.value(kind, word)?)) };
    let checked = |from: u8, to: u8| (length <= from && from <= to && to <= width).then_some(from..=to);
    let one = |lengths| Some(vec![range(net, lengths)]);
    match config.word(kind) {
        "exact" if values.is_empty() => one(length..=length),
        // A prefix of full length has nothing longer in it.
        "longer" if values.is_empty() => match checked(length.saturating_add(1), width) {
            Some(lengths) => one(lengths),
            None => Some(Vec::new()),
        },
        "through" => {
            let to = match values.as_slice() {
                [to] => number(to)?,
                _ => bound("through-length")?,
            };
            one(checked(length, to)?)
        }
        "range" | "prefix-length-range" => {
            let (from, to) = match values.as_slice() {
                [both] => {
                    let (from, to) = both.split_once('-')?;
                    (number(from)?, number(to)?)
                }
                _ => (bound("start-length")?, bound("end-length")?),
            };
            one(checked(from, to)?)
        }
        "to" => {
            let targets = values.into_iter().filter(|&word| word != "to-prefix");
            let mut found = Vec::new();
            for target in targets {
                let target: IpNet = prefix(target).ok().filter(|target| net.contains(target))?;
                for length in length..=target.prefix_len() {
                    let parent = IpNet::new(target.addr(), length).ok()?.trunc();
                    found.push(range(parent, length..=length));
                }
            }
            (!found.is_empty()).then_some(found)
        }
        "address-mask" => {
            let masks = values.into_iter().filter(|&word| word != "mask-pattern");
            let mut found = Vec::new();
            for mask in masks {
                let mask: IpAddr = mask.parse().ok().filter(|mask| same_family(mask, &net))?;
                // Whether a mask of other bits also binds the length was not seen on a device.
                if mask != net.netmask() {
                    return None;
                }
                found.push(range(net, length..=length));
            }
            (!found.is_empty()).then_some(found)
        }
        _ => None,
    }
}

fn same_family(mask: &IpAddr, net: &IpNet) -> bool {
    mask.is_ipv4() == net.addr().is_ipv4()
}

/// Reads `as-path "X" { expression "…" }`, in old classic form `as-path "X" "…"`.
pub(super) fn as_path(config: &Config<'_>, node: NodeId) -> AsPathList {
    let entries = expressions(config, node);
    AsPathList {
        name: config.name(node),
        entries,
        span: config.span(node),
    }
}

/// Reads `as-path-group "X" { entry 10 { expression "…" } }`: any of them.
pub(super) fn as_path_group(config: &Config<'_>, node: NodeId) -> AsPathList {
    let mut entries = Vec::new();
    for child in config.children(node) {
        if config.is(child, "entry") {
            for entry in config.children(child) {
                entries.extend(expressions(config, entry));
            }
        } else if config.is(child, "apply-groups") {
            config.ignore(child);
        } else {
            config.unread(child);
            entries.push(unsupported(config, child));
        }
    }
    AsPathList {
        name: config.name(node),
        entries,
        span: config.span(node),
    }
}

fn unsupported(config: &Config<'_>, node: NodeId) -> AsPathEntry {
    AsPathEntry {
        verdict: Verdict::Accept,
        test: AsPathTest::Unsupported,
        span: config.statement(node),
    }
}

fn expressions(config: &Config<'_>, node: NodeId) -> Vec<AsPathEntry> {
    let mut found = Vec::new();
    for child in config.children(node) {
        let value = match config.is(child, "expression") {
            true => config.tree.value(child),
            false => Some(child).filter(|&child| config.tree.is_leaf(child)),
        };
        if config.is(child, "description") || config.is(child, "apply-groups") {
            config.ignore(child);
            continue;
        }
        let Some(value) = value else {
            config.unread(child);
            found.push(unsupported(config, child));
            continue;
        };
        config.read(child);
        // `null` stands for the empty path.
        let expression = match config.word(value) {
            "null" => "()",
            text => text,
        };
        found.push(AsPathEntry {
            verdict: Verdict::Accept,
            test: AsPathTest::Regex {
                expression: expression.to_owned(),
                syntax: RegexSyntax::AsTokens,
            },
            span: config.statement(child),
        });
    }
    if config.tree.is_leaf(node) {
        config.read(node);
    }
    found
}
