//! Random entries of route maps, and what else is attached to a session.

use crate::lists::{EXPANDED, LARGE_LISTS, STANDARD, action, values};
use crate::policies::{Family, IMPORT, Section};
use crate::random::{LARGE, Random};

const CALLED: [&str; 3] = ["SUB1", "SUB2", "NOPE"];

/// Up to `most` entries of one map; sometimes out of order, sometimes one sequence twice.
pub fn entries(random: &mut Random, name: &str, most: usize) -> Vec<Section> {
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
    let mut lines: Vec<String> = (0..random.pick(&[0, 1, 1, 1, 1, 1, 2, 2]))
        .map(|_| condition(random))
        .collect();
    if action == "permit" || random.one_in(4) {
        lines.extend((0..random.pick(&[0, 1, 1, 2, 2, 3])).map(|_| edit(random)));
        if random.one_in(2) {
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
        // Some more often, so that one entry deletes what another looks for.
        0..2 => random.pick(&["S1", "S2"]),
        2..4 => random.pick(&STANDARD),
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
            random.pick(&["S1", "S1", "S2", "11", "NOPE", "E1", "E2", "111"])
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

pub fn session(random: &mut Random) -> Vec<(Family, String)> {
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
