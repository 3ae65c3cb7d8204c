//! `policy prefix-list`, `community-list`, `as-path-list`, `access-list` and their like.

use std::net::Ipv4Addr;

use pairlint_model::bgp::Family;
use pairlint_model::network::Owner;
use pairlint_model::policy::{AccessPattern, ListFamily, Verdict};

use super::config::Config;
use crate::atoms::number;
use crate::bgpd::community::{Kind, Style, numbered};
use crate::bgpd::lists::{Lists, PrefixRule, REFUSED, net};
use crate::braces::NodeId;
use crate::notes::Notes;

/// One rule of a list: its number, its verdict, and its node.
struct Rule<'a> {
    node: NodeId,
    sequence: Option<u32>,
    /// None where there is no action, which VyOS does not commit; it may stand elsewhere.
    verdict: Option<Verdict>,
    line: &'a str,
}

/// Reads one kind of list below `policy`; false where the word names none.
pub(super) fn lists<'a>(
    config: Config<'a>,
    word: &str,
    node: NodeId,
    lists: &mut Lists<'a>,
    notes: &mut Notes<'_>,
) -> bool {
    for list in config.children(node) {
        let name = config.word(list);
        match word {
            "prefix-list" => prefix_list(config, Family::Ipv4, list, name, lists, notes),
            "prefix-list6" => prefix_list(config, Family::Ipv6, list, name, lists, notes),
            "as-path-list" => as_path_list(config, list, name, lists, notes),
            "community-list" => community_list(config, Kind::Community, list, name, lists, notes),
            "large-community-list" => community_list(config, Kind::Large, list, name, lists, notes),
            "extcommunity-list" => community_list(config, Kind::Extended, list, name, lists, notes),
            "access-list" => access_list(config, Family::Ipv4, list, name, lists, notes),
            "access-list6" => access_list(config, Family::Ipv6, list, name, lists, notes),
            _ => return false,
        }
    }
    true
}

/// The rules of a list.
fn rules<'a>(
    config: Config<'a>,
    list: NodeId,
    owner: &dyn Fn() -> Owner,
    notes: &mut Notes<'_>,
) -> Vec<Rule<'a>> {
    let mut found = Vec::new();
    for child in config.children(list) {
        match config.word(child) {
            "rule" => {
                for node in config.children(child) {
                    let line = config.line(node);
                    let verdict = match config.value(node, "action") {
                        Some("permit") => Some(Verdict::Accept),
                        Some("deny") => Some(Verdict::Reject),
                        _ => None,
                    };
                    for leaf in config.leaves(node) {
                        match leaf.words.first() {
                            Some(&"action") => notes.read(),
                            Some(&"description") => notes.ignored(),
                            // Counted by whoever reads the value.
                            _ => {}
                        }
                    }
                    let sequence = number(config.word(node));
                    match config.value(node, "action") {
                        // The commit fails (vyos-1x, `policy.py`, read 2026-11): each of these must be there.
                        None if sequence.is_some() => notes.refused(line, owner(), lacking("an action")),
                        _ if sequence.is_none() || verdict.is_none() => notes.unread(line, owner()),
                        _ => {}
                    }
                    let verdict = verdict.filter(|_| sequence.is_some());
                    found.push(Rule {
                        node,
                        sequence,
                        verdict,
                        line,
                    });
                }
            }
            "description" => notes.ignored(),
            _ => notes.unread(config.line(child), owner()),
        }
    }
    found
}

/// How the effect of a rule begins that lacks one of its parts.
pub(super) const LACKING: &str = "the commit fails (";

/// What becomes of a rule without one of its parts.
fn lacking(part: &str) -> String {
    format!("{LACKING}{part} must be specified), so the device does not run what stands here")
}

fn prefix_list<'a>(
    config: Config<'a>,
    family: Family,
    list: NodeId,
    name: &'a str,
    lists: &mut Lists<'a>,
    notes: &mut Notes<'_>,
) {
    let owner = || Owner::PrefixList(ListFamily::of(family), name.to_owned());
    for rule in rules(config, list, &owner, notes) {
        let Some(verdict) = rule.verdict else {
            lists.unknown_prefix(family, name, rule.line, notes);
            continue;
        };
        let bounds = ["ge", "le"].map(|bound| config.value(rule.node, bound));
        bounds.iter().flatten().for_each(|_| notes.read());
        match config.value(rule.node, "prefix") {
            Some(prefix) => {
                let written = PrefixRule {
                    sequence: rule.sequence,
                    verdict,
                    prefix,
                    ge: bounds[0],
                    le: bounds[1],
                };
                let line = line_of(config, rule.node, "prefix").unwrap_or(rule.line);
                lists.prefix_rule(family, name, line, line, written, notes);
            }
            None => {
                notes.refused(rule.line, owner(), lacking("a prefix"));
                lists.unknown_prefix(family, name, rule.line, notes);
            }
        }
    }
    lists.declare_prefix_list(family, name, config.line(list), notes);
}

fn as_path_list<'a>(
    config: Config<'a>,
    list: NodeId,
    name: &'a str,
    lists: &mut Lists<'a>,
    notes: &mut Notes<'_>,
) {
    let owner = || Owner::AsPathList(name.to_owned());
    for rule in rules(config, list, &owner, notes) {
        match (config.value(rule.node, "regex"), rule.verdict) {
            (Some(regex), Some(verdict)) => {
                let line = line_of(config, rule.node, "regex").unwrap_or(rule.line);
                lists.as_path_rule(name, line, line, rule.sequence, (verdict, regex), notes);
            }
            (_, verdict) => {
                if verdict.is_some() {
                    notes.refused(rule.line, owner(), lacking("an expression"));
                }
                lists.unknown_as_path(name, rule.line, notes);
            }
        }
    }
}

/// A list with a name is always of expressions; one with a number is what FRR makes of the number
/// (`policy.frr.j2`).
fn community_list<'a>(
    config: Config<'a>,
    kind: Kind,
    list: NodeId,
    name: &'a str,
    lists: &mut Lists<'a>,
    notes: &mut Notes<'_>,
) {
    let owner = || kind.owner(name);
    let style = match number::<u32>(name) {
        Some(_) => numbered(name),
        None => Some(Style::Expanded),
    };
    for rule in rules(config, list, &owner, notes) {
        let line = line_of(config, rule.node, "regex").unwrap_or(rule.line);
        match (config.value(rule.node, "regex"), rule.verdict, style) {
            (_, _, None) => notes.refused(line, owner(), REFUSED),
            (Some(value), Some(verdict), Some(style)) => {
                let entry = (rule.sequence, verdict, value);
                lists
                    .community
                    .rule(kind, (style, name), line, line, entry, notes);
            }
            (_, verdict, Some(style)) => {
                if verdict.is_some() {
                    notes.refused(rule.line, owner(), lacking("an expression"));
                }
                lists.community.unknown(kind, (style, name), rule.line, notes);
            }
        }
    }
}

fn access_list<'a>(
    config: Config<'a>,
    family: Family,
    list: NodeId,
    name: &'a str,
    lists: &mut Lists<'a>,
    notes: &mut Notes<'_>,
) {
    let owner = || Owner::AccessList(family, name.to_owned());
    // 100–199 and 2000–2699 have a destination.
    let extended = matches!(number::<u32>(name), Some(100..=199 | 2000..=2699));
    for rule in rules(config, list, &owner, notes) {
        let source = config.child(rule.node, "source");
        let destination = config.child(rule.node, "destination").filter(|_| extended);
        let pattern = match (family, source) {
            (Family::Ipv6, Some(source)) => ipv6(config, source),
            (Family::Ipv4, Some(source)) if extended => destination
                .and_then(|to| Some((target(config, source)?, target(config, to)?)))
                .map(
                    |((address, wildcard), (mask, mask_wildcard))| AccessPattern::AddressAndMask {
                        address: address.into(),
                        wildcard: wildcard.into(),
                        mask: mask.into(),
                        mask_wildcard: mask_wildcard.into(),
                    },
                ),
            (Family::Ipv4, Some(source)) => {
                target(config, source).map(|(address, wildcard)| AccessPattern::Address {
                    address: address.into(),
                    wildcard: wildcard.into(),
                })
            }
            (_, None) => None,
        };
        match (pattern, rule.verdict) {
            (Some(pattern), Some(verdict)) => {
                notes.read();
                let entry = (rule.sequence, verdict, pattern);
                lists
                    .access
                    .rule(family, name, rule.line, rule.line, entry, notes);
            }
            (_, verdict) => {
                if verdict.is_some() {
                    notes.refused(rule.line, owner(), lacking("an expression"));
                }
                for verdict in [Verdict::Accept, Verdict::Reject] {
                    let entry = (None, verdict, AccessPattern::Unsupported);
                    lists
                        .access
                        .rule(family, name, rule.line, rule.line, entry, notes);
                }
            }
        }
    }
}

/// Reads `any`, `host A` or `network A` with `inverse-mask W`.
fn target(config: Config<'_>, node: NodeId) -> Option<(Ipv4Addr, Ipv4Addr)> {
    if config.child(node, "any").is_some() {
        return Some((Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST));
    }
    if let Some(host) = config.value(node, "host") {
        return Some((host.parse().ok()?, Ipv4Addr::UNSPECIFIED));
    }
    let network = config.value(node, "network")?;
    Some((
        network.parse().ok()?,
        config.value(node, "inverse-mask")?.parse().ok()?,
    ))
}

fn ipv6(config: Config<'_>, node: NodeId) -> Option<AccessPattern> {
    if config.child(node, "any").is_some() {
        return Some(AccessPattern::Any);
    }
    let prefix = net(config.value(node, "network")?, Family::Ipv6)?;
    let exact = config.child(node, "exact-match").is_some();
    Some(AccessPattern::Prefix { prefix, exact })
}

/// The statement that sets a leaf.
pub(super) fn line_of<'a>(config: Config<'a>, node: NodeId, word: &str) -> Option<&'a str> {
    let leaf = config.child(node, word)?;
    let at = config.tree.value(leaf).unwrap_or(leaf);
    Some(config.line(at))
}
