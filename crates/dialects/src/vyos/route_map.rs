//! `policy route-map`.

use pairlint_model::network::Owner;
use pairlint_model::policy::Verdict;

use super::config::{Config, Leaf};
use crate::atoms::number;
use crate::bgpd::Version;
use crate::bgpd::entry::{Entry, Exit};
use crate::bgpd::route_map::RouteMaps;
use crate::braces::NodeId;
use crate::notes::Notes;

pub(super) fn route_map<'a>(
    config: Config<'a>,
    map: NodeId,
    version: Version,
    maps: &mut RouteMaps<'a>,
    notes: &mut Notes<'_>,
) {
    let name = config.word(map);
    let owner = || Owner::Policy(name.to_owned());
    for child in config.children(map) {
        match config.word(child) {
            "rule" => {
                for rule in config.children(child) {
                    match number::<u32>(config.word(rule)) {
                        Some(sequence) => {
                            let verdict = match config.value(rule, "action") {
                                Some("deny") => Verdict::Reject,
                                _ => Verdict::Accept,
                            };
                            let head = config.line(rule);
                            let entry = maps.entry(name, sequence, verdict, head);
                            if !matches!(config.value(rule, "action"), Some("permit" | "deny")) {
                                // VyOS does not commit a rule without an action; here it may stand elsewhere.
                                notes.unread(head, owner());
                                entry.unread(head);
                            }
                            read(config, rule, sequence, version, entry, &owner, notes);
                        }
                        None => notes.unread(config.line(rule), owner()),
                    }
                }
            }
            "description" => notes.ignored(),
            _ => notes.unread(config.line(child), owner()),
        }
    }
}

fn read<'a>(
    config: Config<'a>,
    rule: NodeId,
    sequence: u32,
    version: Version,
    entry: &mut Entry<'a>,
    owner: &dyn Fn() -> Owner,
    notes: &mut Notes<'_>,
) {
    for child in config.children(rule) {
        let word = config.word(child);
        match word {
            "match" => {
                for leaf in config.leaves(child) {
                    matching(config, child, &leaf, version, entry, owner, notes);
                }
            }
            "set" => setting(config, child, version, entry, owner, notes),
            _ => {
                for leaf in config.leaves(child) {
                    match (word, leaf.words.as_slice()) {
                        ("action", _) => notes.read(),
                        ("description", _) => notes.ignored(),
                        ("call", [name]) => entry.call(name, leaf.line, notes),
                        ("on-match", ["next"]) => entry.exit(Exit::Next, sequence, leaf.line, owner, notes),
                        ("on-match", ["goto", to]) | ("continue", [to]) if number::<u32>(to).is_some() => {
                            let to = Exit::GoTo(number(to).unwrap_or(0));
                            entry.exit(to, sequence, leaf.line, owner, notes);
                        }
                        _ => {
                            notes.unread(leaf.line, owner());
                            entry.unread(leaf.line);
                        }
                    }
                }
            }
        }
    }
}

/// Writes the path of a condition as FRR's command (`policy.frr.j2`) and reads that.
fn matching<'a>(
    config: Config<'a>,
    matches: NodeId,
    leaf: &Leaf<'a>,
    version: Version,
    entry: &mut Entry<'a>,
    owner: &dyn Fn() -> Owner,
    notes: &mut Notes<'_>,
) {
    let exact = config.path(matches, &["community", "exact-match"]).is_some();
    let command: Vec<&str> = match leaf.words.as_slice() {
        ["community", "exact-match"] => return notes.read(),
        ["community", "community-list", name] if exact => vec!["community", name, "exact-match"],
        ["community", "community-list", name] => vec!["community", name],
        ["large-community", "large-community-list", name] => vec!["large-community", name],
        ["ip", "address", "access-list", name] => vec!["ip", "address", name],
        ["ipv6", "address", "access-list", name] => vec!["ipv6", "address", name],
        ["ip", "nexthop" | "next-hop", ..] => vec!["ip", "next-hop", "address", "…"],
        ["ipv6", "nexthop" | "next-hop", ..] => vec!["ipv6", "next-hop", "address", "…"],
        ["ip", "route-source", ..] => vec!["ip", "route-source", "…"],
        ["protocol", protocol] => vec!["source-protocol", protocol],
        words => words.to_vec(),
    };
    entry.matching_or_unread(&command, leaf.line, version, owner, notes);
}

/// Several values of one leaf are one command; the words of a quoted value are values too.
fn setting<'a>(
    config: Config<'a>,
    sets: NodeId,
    version: Version,
    entry: &mut Entry<'a>,
    owner: &dyn Fn() -> Owner,
    notes: &mut Notes<'_>,
) {
    for child in config.children(sets) {
        let word = config.word(child);
        match word {
            "community" | "large-community" => {
                communities(config, child, word, version, entry, owner, notes);
            }
            _ => {
                for leaf in config.leaves(child) {
                    let values: Vec<&str> = leaf
                        .words
                        .iter()
                        .flat_map(|words| words.split_ascii_whitespace())
                        .collect();
                    let command: Vec<&str> = match (word, values.as_slice()) {
                        ("comm-list", ["comm-list", name]) => vec!["comm-list", name, "delete"],
                        ("comm-list", ["delete"]) => {
                            notes.read();
                            continue;
                        }
                        ("large-comm-list-delete", [name]) => vec!["large-comm-list", name, "delete"],
                        ("as-path-prepend", path) => [&["as-path", "prepend"], path].concat(),
                        ("as-path-exclude", path) => [&["as-path", "exclude"], path].concat(),
                        ("as-path", ["prepend-last-as", times]) => {
                            vec!["as-path", "prepend", "last-as", times]
                        }
                        ("ip-next-hop" | "ipv6-next-hop" | "l3vpn-nexthop" | "evpn", _) => {
                            vec!["ip", "next-hop", "…"]
                        }
                        ("bgp-extcommunity-rt" | "extcommunity-rt" | "extcommunity-soo", _) => {
                            vec!["extcommunity", "…"]
                        }
                        ("atomic-aggregate", _) => vec!["atomic-aggregate"],
                        (word, values) => [&[word], values].concat(),
                    };
                    entry.setting_or_unread(&command, leaf.line, version, owner, notes);
                }
            }
        }
    }
    let path = |words| config.path(sets, words);
    if path(&["community", "delete"]).is_some() || path(&["comm-list"]).is_some() {
        entry.order_is_unknown();
    }
}

/// Reads `community add|replace|delete|none …`, and the older `community '65001:1 additive'`.
fn communities<'a>(
    config: Config<'a>,
    node: NodeId,
    word: &str,
    version: Version,
    entry: &mut Entry<'a>,
    owner: &dyn Fn() -> Owner,
    notes: &mut Notes<'_>,
) {
    let leaves = config.leaves(node);
    let mut added: Vec<&str> = Vec::new();
    let mut replaced: Vec<&str> = Vec::new();
    let mut last = None;
    for leaf in &leaves {
        let values = |words: &[&'a str]| -> Vec<&'a str> {
            words
                .iter()
                .flat_map(|words| words.split_ascii_whitespace())
                .collect()
        };
        match leaf.words.as_slice() {
            ["add", rest @ ..] => added.extend(values(rest)),
            ["replace", rest @ ..] => replaced.extend(values(rest)),
            ["delete", name] => {
                let list = if word == "community" {
                    "comm-list"
                } else {
                    "large-comm-list"
                };
                entry.setting_or_unread(&[list, name, "delete"], leaf.line, version, owner, notes);
                continue;
            }
            words => {
                let command = [&[word], values(words).as_slice()].concat();
                entry.setting_or_unread(&command, leaf.line, version, owner, notes);
                continue;
            }
        }
        if last.is_some() {
            notes.read();
        }
        last = Some(leaf.line);
    }
    let Some(line) = last else { return };
    let additive = replaced.is_empty();
    let mut command = vec![word];
    command.extend(if additive { &added } else { &replaced });
    // The template writes it as FRR wants it.
    command
        .iter_mut()
        .filter(|word| **word == "local-as")
        .for_each(|word| *word = "local-AS");
    if additive {
        command.push("additive");
    }
    entry.setting_or_unread(&command, line, version, owner, notes);
}
