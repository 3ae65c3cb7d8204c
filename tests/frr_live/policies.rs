//! Random route maps and the lists they refer to, as configuration text.
//!
//! Names come from small pools and not every name is defined, so that undefined, empty and twice defined lists
//! occur by themselves; so do lines that the daemon refuses.

use std::collections::BTreeSet;

use crate::random::{COMMUNITIES, LARGE, Random};

/// The policy that is attached to the session.
pub const IMPORT: &str = "IN";

/// Configuration that stands or falls together: a list's line, or an entry of a route map with its lines.
#[derive(Debug, Clone)]
pub struct Section {
    pub head: String,
    pub lines: Vec<String>,
    /// The command that removes what the section defines.
    pub undo: String,
}

/// A whole policy.
#[derive(Debug, Clone)]
pub struct Policy {
    pub sections: Vec<Section>,
    /// Attached to the neighbor in each family, beside the route map.
    pub session: Vec<(Family, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Ipv4,
    Ipv6,
}

impl Policy {
    /// As it stands in a file.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for section in &self.sections {
            text += &format!("{}\n", section.head);
            for line in &section.lines {
                text += &format!(" {line}\n");
            }
            if section.is_entry() {
                text += "exit\n!\n";
            }
        }
        text
    }

    /// The commands that remove everything, route maps first.
    pub fn undo(&self) -> Vec<String> {
        let commands: BTreeSet<(bool, &str)> = self
            .sections
            .iter()
            .map(|section| (!section.is_entry(), section.undo.as_str()))
            .collect();
        commands.into_iter().map(|(_, undo)| undo.to_owned()).collect()
    }

    pub fn without_session(&self) -> Policy {
        Policy {
            session: Vec::new(),
            ..self.clone()
        }
    }

    pub fn without_section(&self, at: usize) -> Policy {
        let mut less = self.clone();
        less.sections.remove(at);
        less
    }

    pub fn without_line(&self, at: usize, line: usize) -> Policy {
        let mut less = self.clone();
        less.sections[at].lines.remove(line);
        less
    }
}

impl Section {
    pub fn is_entry(&self) -> bool {
        self.head.starts_with("route-map ")
    }
}

const STANDARD: [&str; 6] = ["S1", "S2", "S3", "S4", "11", "12"];
const EXPANDED: [&str; 5] = ["E1", "E2", "E3", "111", "112"];
const PREFIXES: [&str; 3] = ["P1", "P2", "P3"];
const PREFIXES_6: [&str; 2] = ["V1", "P1"];
const ACCESS: [&str; 2] = ["AC1", "AC2"];
const PATHS: [&str; 2] = ["A1", "A2"];
const LARGE_LISTS: [&str; 3] = ["L1", "L2", "LE"];
const CALLED: [&str; 3] = ["SUB1", "SUB2", "NOPE"];

const NAMES: [&str; 6] = [
    "no-export",
    "internet",
    "graceful-shutdown",
    "local-AS",
    "no-peer",
    "blackhole",
];
const MALFORMED: [&str; 6] = [
    "51002",
    "12076:70000",
    "any",
    "12076:510..",
    "0x2f2cc73a",
    "12076:51002,12076:5040",
];

/// Expressions over the text of all communities.
const EXPRESSIONS: [&str; 28] = [
    "12076:5100[1-4]",
    "_12076:51002_",
    "12076:51002",
    "^12076:51002$",
    "12076:51002 12076:5040",
    "12076:5040 12076:51002",
    "12076:5100",
    "2076:51002",
    "12076:*",
    ".*",
    "^$",
    "no-export",
    "internet",
    "65535:65281",
    "^0:0$",
    r"\d",
    "(12076:51002|12076:51003)",
    "12076:51[0-9]{3}",
    "_65001:",
    "^12076:",
    ":1$",
    "[^0-9]1:1",
    "12076:5[01]..[02]$",
    "(",
    "12076:51002.*12076:51003",
    "_graceful-shutdown_",
    "^(12076:[0-9]+ ?)+$",
    "_12076:.*_65001:.*_",
];
/// Parts from which more of them are made.
const PARTS: [&str; 20] = [
    "12076:", "_", "510", "0[1-3]", "[0-9]+", ".", "$", "^", "5040", "(1|2)", "65001", ":1", " ", ".*", "5?",
    "[^:]", "(_|:)", "0*", "{1,2}", "no-",
];
const PATH_EXPRESSIONS: [&str; 16] = [
    "_8075_",
    "8075",
    "^12076$",
    "^12076_8075$",
    "^$",
    ".*",
    "^12076( [0-9]+)*$",
    "_12076$",
    "75",
    "12076 12076",
    "(_12076)+$",
    "^12076_[0-9]+$",
    "_65010_",
    "4200000000",
    "[",
    "^1207[0-9] .*[58]$",
];

/// Makes a policy: lists in random order before, between and after the maps.
pub fn policy(random: &mut Random) -> Policy {
    let mut sections = Vec::new();
    for name in STANDARD {
        define(random, &mut sections, 2, |random, sections| {
            standard(random, name, sections)
        });
    }
    for name in EXPANDED {
        define(random, &mut sections, 3, |random, sections| {
            expanded(random, name, sections)
        });
    }
    for name in PREFIXES {
        define(random, &mut sections, 2, |random, sections| {
            prefix_list(random, "ip", name, sections)
        });
    }
    for name in PREFIXES_6 {
        define(random, &mut sections, 2, |random, sections| {
            prefix_list(random, "ipv6", name, sections)
        });
    }
    for name in PATHS {
        define(random, &mut sections, 2, |random, sections| {
            path_list(random, name, sections)
        });
    }
    for name in LARGE_LISTS {
        define(random, &mut sections, 3, |random, sections| {
            large_list(random, name, sections)
        });
    }
    for name in ACCESS {
        define(random, &mut sections, 4, |random, sections| {
            access_list(random, name, sections)
        });
    }
    if random.one_in(2) {
        // Lists whose lines are interleaved, and defined after their use.
        random.shuffle(&mut sections);
    }
    let mut maps = entries(random, IMPORT, 5);
    for name in ["SUB1", "SUB2"] {
        if !random.one_in(3) {
            maps.extend(entries(random, name, 2));
        }
    }
    match random.below(3) {
        0 => sections.splice(0..0, maps).for_each(drop),
        _ => sections.extend(maps),
    }
    let session = if random.one_in(8) {
        session(random)
    } else {
        Vec::new()
    };
    Policy { sections, session }
}

/// Defines a list in one of `odds` policies.
fn define(
    random: &mut Random,
    sections: &mut Vec<Section>,
    odds: usize,
    lines: impl FnOnce(&mut Random, &mut Vec<Section>),
) {
    if random.one_in(odds) {
        lines(random, sections);
    }
}

fn line(head: String, undo: String) -> Section {
    Section {
        head,
        lines: Vec::new(),
        undo,
    }
}

fn action(random: &mut Random) -> &'static str {
    if random.one_in(4) { "deny" } else { "permit" }
}

/// ` seq 10`, now and then: in any order, sometimes the same twice.
fn sequence(random: &mut Random) -> String {
    match random.one_in(3) {
        true => format!(" seq {}", random.pick(&[3, 5, 10, 15])),
        false => String::new(),
    }
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

fn values(random: &mut Random) -> String {
    let count = random.pick(&[1, 1, 1, 2, 2, 3]);
    let values: Vec<&str> = (0..count)
        .map(|_| match random.below(12) {
            0 => random.pick(&NAMES),
            _ => random.pick(&COMMUNITIES),
        })
        .collect();
    values.join(" ")
}

fn standard(random: &mut Random, name: &str, sections: &mut Vec<Section>) {
    let typed = if is_number(name) {
        name.to_owned()
    } else {
        format!("standard {name}")
    };
    for _ in 0..1 + random.below(3) {
        let value = match random.below(25) {
            0 => random.pick(&MALFORMED).to_owned(),
            1 => random.pick(&NAMES).to_owned(),
            _ => values(random),
        };
        let head = format!(
            "bgp community-list {typed}{} {} {value}",
            sequence(random),
            action(random)
        );
        sections.push(line(head, format!("no bgp community-list {typed}")));
    }
    if random.one_in(20) {
        // A second kind of list under a name is refused.
        let head = format!("bgp community-list expanded {name} permit .*");
        sections.push(line(head, format!("no bgp community-list expanded {name}")));
    }
}

fn expression(random: &mut Random) -> String {
    if random.one_in(2) {
        return random.pick(&EXPRESSIONS).to_owned();
    }
    (0..1 + random.below(4))
        .map(|_| random.pick(&PARTS))
        .collect::<String>()
        .trim()
        .to_owned()
}

fn expanded(random: &mut Random, name: &str, sections: &mut Vec<Section>) {
    let typed = if is_number(name) {
        name.to_owned()
    } else {
        format!("expanded {name}")
    };
    for _ in 0..1 + random.below(2) {
        let expression = expression(random);
        let head = format!(
            "bgp community-list {typed}{} {} {expression}",
            sequence(random),
            action(random)
        );
        sections.push(line(head, format!("no bgp community-list {typed}")));
    }
}

fn large_list(random: &mut Random, name: &str, sections: &mut Vec<Section>) {
    let expanded = name == "LE";
    let kind = if expanded { "expanded" } else { "standard" };
    for _ in 0..1 + random.below(2) {
        let value = match expanded {
            true => random
                .pick(&[
                    "12076:1:[23]",
                    "^65001:",
                    ".*",
                    "_12076:1:2_",
                    "12076:1:2 12076:1:3",
                ])
                .to_owned(),
            false => {
                let count = random.pick(&[1, 1, 2]);
                (0..count)
                    .map(|_| random.pick(&LARGE))
                    .collect::<Vec<_>>()
                    .join(" ")
            }
        };
        let head = format!(
            "bgp large-community-list {kind} {name}{} {} {value}",
            sequence(random),
            action(random)
        );
        sections.push(line(head, format!("no bgp large-community-list {kind} {name}")));
    }
}

fn path_list(random: &mut Random, name: &str, sections: &mut Vec<Section>) {
    for _ in 0..1 + random.below(2) {
        let expression = random.pick(&PATH_EXPRESSIONS);
        let head = format!(
            "bgp as-path access-list {name}{} {} {expression}",
            sequence(random),
            action(random)
        );
        sections.push(line(head, format!("no bgp as-path access-list {name}")));
    }
}

fn prefix_list(random: &mut Random, family: &str, name: &str, sections: &mut Vec<Section>) {
    let undo = format!("no {family} prefix-list {name}");
    if random.one_in(6) {
        sections.push(line(
            format!("{family} prefix-list {name} description nothing else"),
            undo.clone(),
        ));
        if random.one_in(2) {
            return;
        }
    }
    // Each number once, in any order, and none that the daemon gives to a line without one: an entry that takes the
    // place of another disturbs the daemon's own lookups (in a saved configuration none does).
    let mut numbers = [7, 11, 26, 61];
    random.shuffle(&mut numbers);
    for number in numbers.into_iter().take(1 + random.below(4)) {
        let prefix = if family == "ip" {
            random.pick(&[
                "any",
                "0.0.0.0/0",
                "10.0.0.0/8",
                "10.1.0.0/16",
                "10.2.0.0/16",
                "10.1.1.0/24",
                "10.1.1.128/25",
                "10.1.2.3/16",
                "10.0.0.0/9",
                "192.0.2.0/24",
                "10.1.1.7/32",
            ])
        } else {
            random.pick(&[
                "any",
                "::/0",
                "2001:db8::/32",
                "2001:db8:1::/48",
                "2001:db8:2::/48",
                "2001:db8:1:1::/64",
                "2001:db8:1:8000::/49",
                "2001:db8:1::5/48",
            ])
        };
        let mut bounds = String::new();
        let width = if family == "ip" { 32 } else { 128 };
        if let Some((_, length)) = prefix.split_once('/').filter(|_| random.one_in(2)) {
            let length: usize = length.parse().unwrap_or_default();
            // Now and then not above the prefix's own length, which is refused.
            let least = if random.one_in(12) {
                length.saturating_sub(2)
            } else {
                length
            };
            let ge = least + random.below(width - least + 1);
            if random.one_in(2) {
                bounds += &format!(" ge {ge}");
            }
            if random.one_in(2) {
                let from = if bounds.is_empty() { least } else { ge };
                bounds += &format!(" le {}", from + random.below(width - from + 1));
            }
        }
        let head = format!(
            "{family} prefix-list {name}{} {} {prefix}{bounds}",
            if random.one_in(2) {
                format!(" seq {number}")
            } else {
                String::new()
            },
            action(random)
        );
        sections.push(line(head, undo.clone()));
    }
}

fn access_list(random: &mut Random, name: &str, sections: &mut Vec<Section>) {
    for _ in 0..1 + random.below(2) {
        let prefix = random.pick(&[
            "any",
            "10.0.0.0/8",
            "10.1.0.0/16",
            "10.1.1.0/24",
            "10.1.1.0/24 exact-match",
        ]);
        let head = format!(
            "access-list {name}{} {} {prefix}",
            sequence(random),
            action(random)
        );
        sections.push(line(head, format!("no access-list {name}")));
    }
}

/// Up to `most` entries of one map; sometimes out of order, sometimes one sequence twice.
fn entries(random: &mut Random, name: &str, most: usize) -> Vec<Section> {
    let mut entries: Vec<Section> = (1..=1 + random.below(most))
        .map(|at| {
            let sequence = if random.one_in(12) { 10 } else { 10 * at };
            entry(random, name, sequence)
        })
        .collect();
    if random.one_in(6) {
        random.shuffle(&mut entries);
    }
    entries
}

fn entry(random: &mut Random, name: &str, sequence: usize) -> Section {
    let action = action(random);
    let mut lines: Vec<String> = (0..random.pick(&[0, 1, 1, 1, 1, 2, 2, 3]))
        .map(|_| condition(random))
        .collect();
    if action == "permit" || random.one_in(4) {
        lines.extend((0..random.pick(&[0, 0, 1, 1, 2, 3])).map(|_| edit(random)));
        if random.one_in(3) {
            lines.push(flow(random, sequence));
        }
        if random.one_in(5) {
            // A called map calls none itself, so no map calls itself.
            let callee = if name == IMPORT {
                random.pick(&CALLED)
            } else {
                "NOPE"
            };
            lines.push(format!("call {callee}"));
        }
    }
    if random.one_in(30) {
        lines.push(refused(random).to_owned());
    }
    if random.one_in(3) {
        random.shuffle(&mut lines);
    }
    Section {
        head: format!("route-map {name} {action} {sequence}"),
        lines,
        undo: format!("no route-map {name}"),
    }
}

fn any_list(random: &mut Random) -> &'static str {
    match random.below(8) {
        0..4 => random.pick(&STANDARD),
        4..7 => random.pick(&EXPANDED),
        _ => "NOPE",
    }
}

fn condition(random: &mut Random) -> String {
    match random.below(26) {
        0..10 => {
            let suffix = random.pick(&["", "", "", " exact-match"]);
            let suffix = if random.one_in(25) { " any" } else { suffix };
            format!("match community {}{suffix}", any_list(random))
        }
        10..15 => format!(
            "match ip address prefix-list {}",
            random.pick(&["P1", "P2", "P3", "P3", "NOPE"])
        ),
        15..17 => format!(
            "match ipv6 address prefix-list {}",
            random.pick(&["V1", "P1", "P2"])
        ),
        17..20 => format!("match as-path {}", random.pick(&["A1", "A2", "A2", "NOPE"])),
        20 | 21 => {
            let suffix = random.pick(&["", "", " exact-match"]);
            format!("match large-community {}{suffix}", random.pick(&LARGE_LISTS))
        }
        22 => format!("match local-preference {}", random.pick(&[100, 200, 300])),
        23 => format!("match metric {}", random.pick(&[10, 50, 60])),
        24 => format!("match ip address {}", random.pick(&["AC1", "AC2", "NOPE"])),
        _ => format!("match origin {}", random.pick(&["igp", "egp", "incomplete"])),
    }
}

fn edit(random: &mut Random) -> String {
    match random.below(20) {
        0..3 => format!("set community {}", values(random)),
        3..6 => format!("set community {} additive", values(random)),
        6 => "set community none".to_owned(),
        7..10 => format!(
            "set comm-list {} delete",
            random.pick(&["S1", "S2", "S3", "11", "12", "NOPE", "E1"])
        ),
        10..13 => format!(
            "set local-preference {}",
            random.pick(&["0", "100", "200", "300", "4294967295"])
        ),
        13..15 => format!("set metric {}", random.pick(&["10", "60", "+10", "-20", "0"])),
        15 => format!(
            "set as-path prepend {}",
            random.pick(&["65010", "65010 65010", "8075"])
        ),
        16 => format!(
            "set large-community {}{}",
            random.pick(&LARGE),
            random.pick(&["", " additive"])
        ),
        17 => random
            .pick(&[
                "set large-community none",
                "set large-comm-list L1 delete",
                "set large-comm-list LE delete",
            ])
            .to_owned(),
        18 => format!("set origin {}", random.pick(&["igp", "egp", "incomplete"])),
        _ => random
            .pick(&[
                "set weight 7",
                "set ip next-hop 192.0.2.9",
                "set tag 5",
                "set community 51002",
            ])
            .to_owned(),
    }
}

fn flow(random: &mut Random, sequence: usize) -> String {
    match random.below(5) {
        0 | 1 => "on-match next".to_owned(),
        2 | 3 => format!("on-match goto {}", sequence + random.pick(&[5, 10, 20, 20, 30])),
        _ => format!("continue {}", sequence + random.pick(&[10, 20, 25])),
    }
}

/// Lines that the daemon does not take, each of which leaves the entry wider than it reads.
fn refused(random: &mut Random) -> &'static str {
    random.pick(&[
        "match community",
        "match community S1 S2",
        "match ip address prefix-list P1 P2",
        "match nonsense",
        "match metric 0",
        "continue",
        "on-match goto 5",
        "continue 1",
        "set community 12076:51002 12076:70000",
        "match as-path",
        "set local-preference",
    ])
}

fn session(random: &mut Random) -> Vec<(Family, String)> {
    let line = match random.below(3) {
        0 => (
            Family::Ipv4,
            format!("prefix-list {} in", random.pick(&["P1", "P2", "NOPE"])),
        ),
        1 => (
            Family::Ipv6,
            format!("prefix-list {} in", random.pick(&["V1", "P1"])),
        ),
        _ => (
            random.pick(&[Family::Ipv4, Family::Ipv6]),
            format!("filter-list {} in", random.pick(&["A1", "A2"])),
        ),
    };
    vec![line]
}
