//! PAN-OS: what its fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::palo_alto;
use support::{Tested, fixture};

static DIALECT: Tested = Tested {
    dialect: &palo_alto::DIALECT,
    file: "x.conf",
};

#[test]
fn the_three_forms_mean_the_same() {
    let read = |name: &str| {
        let meaning = DIALECT.meaning(&fixture(&format!("palo-alto/{name}")));
        // What was not understood is quoted in its own form, and moving a rule has no other.
        let lines = meaning.lines().filter(|line| !line.starts_with("  unread"));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let set = read("set/fw1.set");
    assert_eq!(read("xml/fw1.xml"), set);
    assert_eq!(read("curly/fw1.conf"), set);
}

#[test]
fn any_input_is_read() {
    let noise: String = (0..200_000u32)
        .map(|n| char::from_u32(n.wrapping_mul(2_654_435_761) >> 21).unwrap_or('{'))
        .collect();
    for text in [
        String::new(),
        "<a>".repeat(1_000_000),
        "<a ".repeat(1_000_000),
        "</a>".repeat(1_000_000),
        "<!--".repeat(1_000_000),
        "<config urldb=\"paloaltonetworks\"><entry name=\"".repeat(100_000),
        "network { ".to_owned() + &"{".repeat(1_000_000),
        "set network virtual-router ".to_owned() + &"x ".repeat(500_000),
        "set network virtual-router v protocol bgp policy import rules r used-by [ ".to_owned()
            + &"g ".repeat(300_000),
        noise,
    ] {
        DIALECT.survives(&text);
    }
}

/// One peer in one group, with lines of `protocol bgp`.
fn bgp(lines: &[&str]) -> String {
    let peer = [
        "peer-group G peer p peer-as 12076",
        "peer-group G peer p peer-address ip 192.0.2.1",
    ];
    let lines = peer.iter().chain(lines);
    lines
        .map(|line| format!("set network virtual-router v protocol bgp {line}\n"))
        .collect()
}

#[test]
fn what_no_rule_decides_depends_on_there_being_rules() {
    let import =
        |lines: &[&str], expected: &str| DIALECT.check(&bgp(lines), &[&format!("import: {expected}")]);
    import(&[], "nothing; else accept");
    import(
        &[
            "policy import rules r action allow",
            "policy import rules r used-by OTHER",
        ],
        "nothing; else accept",
    );
    import(
        &[
            "policy import rules r action allow",
            "policy import rules r used-by G",
        ],
        "policy import rules of G in v; else reject",
    );
    import(
        &[
            "policy import rules r enable no",
            "policy import rules r used-by G",
        ],
        "nothing; else ?",
    );
}

#[test]
fn expressions_are_left_open_and_what_is_not_understood_is_listed() {
    let rule = |lines: &[&str], expected: &[&str]| {
        let lines: Vec<String> = lines
            .iter()
            .map(|line| format!("policy import rules r {line}"))
            .collect();
        let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        lines.push("policy import rules r used-by G");
        DIALECT.check(&bgp(&lines), expected);
    };
    rule(
        &["match community regex 12076:51004", "action allow"],
        &["r if (UNDECIDED on how PAN-OS matches an expression against communities): accept"],
    );
    rule(
        &["match humidity high", "action deny"],
        &[
            "r if (NOT INTERPRETED): reject",
            "unread (bgp): set network virtual-router v protocol bgp policy import rules r match humidity high",
        ],
    );
    rule(&["match route-table unicast"], &["r if always: unknown"]);
    rule(
        &["action allow update as-path remove"],
        &["r if always: NOT INTERPRETED, accept"],
    );
    rule(
        &[
            "match address-prefix 10.0.0.0/8 exact no",
            "action allow update med 5",
        ],
        &["r if (prefixes [ +10.0.0.0/8{8-32}]): MED = 5, accept"],
    );
}

#[test]
fn the_advanced_engine_is_found_and_left_open() {
    DIALECT.check(
        "set network logical-router l vrf default bgp peer-group G peer p peer-address ip 192.0.2.1\n\
         set network logical-router l vrf default bgp peer-group G peer p peer-as 12076\n",
        &["import: NOT INTERPRETED; else ?"],
    );
}

#[test]
fn a_rule_that_is_moved_is_moved_or_leaves_the_order_open() {
    let text = |command: &str| {
        let rules = ["a", "b"].map(|rule| {
            let place = format!("set network virtual-router v protocol bgp policy import rules {rule}");
            format!("{place} action allow\n{place} used-by G\n")
        });
        let place = "network virtual-router v protocol bgp policy import rules b";
        bgp(&[]) + &rules.concat() + &format!("move {place} {command}\n")
    };
    let moved = DIALECT.meaning(&text("before a"));
    let order = |label: &str| moved.find(&format!("    {label} if")).unwrap();
    assert!(order("b") < order("a"), "{moved}");
    DIALECT.check(&text("top"), &["import: NOT INTERPRETED; else reject"]);
}
