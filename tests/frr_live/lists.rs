//! Random lists of every kind.

use crate::policies::Section;
use crate::random::{COMMUNITIES, LARGE, Random};

pub const STANDARD: [&str; 6] = ["S1", "S2", "S3", "S4", "11", "12"];
pub const EXPANDED: [&str; 5] = ["E1", "E2", "E3", "111", "112"];
pub const PREFIXES: [&str; 3] = ["P1", "P2", "P3"];
pub const PREFIXES_6: [&str; 2] = ["V1", "P1"];
pub const ACCESS: [&str; 2] = ["AC1", "AC2"];
pub const PATHS: [&str; 2] = ["A1", "A2"];
pub const LARGE_LISTS: [&str; 3] = ["L1", "L2", "LE"];

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

/// Some of the lists, each line a section.
pub fn lists(random: &mut Random) -> Vec<Section> {
    let mut sections = Vec::new();
    for name in STANDARD {
        define(random, &mut sections, 9, |random, sections| {
            standard(random, name, sections)
        });
    }
    for name in EXPANDED {
        define(random, &mut sections, 8, |random, sections| {
            expanded(random, name, sections)
        });
    }
    for name in PREFIXES {
        define(random, &mut sections, 6, |random, sections| {
            prefix_list(random, "ip", name, sections)
        });
    }
    for name in PREFIXES_6 {
        define(random, &mut sections, 6, |random, sections| {
            prefix_list(random, "ipv6", name, sections)
        });
    }
    for name in PATHS {
        define(random, &mut sections, 6, |random, sections| {
            path_list(random, name, sections)
        });
    }
    for name in LARGE_LISTS {
        define(random, &mut sections, 4, |random, sections| {
            large_list(random, name, sections)
        });
    }
    for name in ACCESS {
        define(random, &mut sections, 3, |random, sections| {
            access_list(random, name, sections)
        });
    }
    sections
}

/// Defines a list in so many of twelve policies.
fn define(
    random: &mut Random,
    sections: &mut Vec<Section>,
    twelfths: usize,
    lines: impl FnOnce(&mut Random, &mut Vec<Section>),
) {
    if random.below(12) < twelfths {
        lines(random, sections);
    }
}

pub fn line(head: String, undo: String) -> Section {
    Section {
        head,
        lines: Vec::new(),
        undo,
    }
}

pub fn action(random: &mut Random) -> &'static str {
    if random.one_in(4) { "deny" } else { "permit" }
}

/// ` seq 10`, now and then: in any order, sometimes the same twice.
pub fn sequence(random: &mut Random) -> String {
    match random.one_in(3) {
        true => format!(" seq {}", random.pick(&[3, 5, 10, 15])),
        false => String::new(),
    }
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

pub fn values(random: &mut Random) -> String {
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
