//! RouterOS: what its fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::mikrotik;
use support::Tested;

static DIALECT: Tested = Tested {
    dialect: &mikrotik::DIALECT,
    file: "x.conf",
};

#[test]
fn any_input_is_read() {
    let noise: String = (0..200_000u32)
        .map(|n| char::from_u32(n.wrapping_mul(2_654_435_761) >> 21).unwrap_or('{'))
        .collect();
    let rule = |rule: String| format!("/routing filter rule\nadd chain=c rule=\"{rule}\"\n");
    for text in [
        String::new(),
        rule("(".repeat(1_000_000)),
        rule("if (".repeat(300_000)),
        rule("if (afi ipv4) { ".repeat(300_000)),
        rule("not ".repeat(300_000)),
        rule("accept; ".repeat(300_000)),
        "/".repeat(1_000_000),
        "/a [".to_owned() + &"[".repeat(1_000_000),
        "/a\n".to_owned() + &"add x=\\\n".repeat(300_000),
        "/routing filter rule add chain=a rule=\"jump a\"\n/routing bgp peer add remote-address=192.0.2.1 in-filter=a\n"
            .to_owned(),
        noise,
    ] {
        DIALECT.survives(&text);
    }
}

/// The statements that a rule of RouterOS 7 lowers to.
#[track_caller]
fn rule(rule: &str, expected: &[&str]) {
    let text = format!("/routing filter rule\nadd chain=C rule=\"{rule}\"\n");
    let meaning = DIALECT.meaning(&text);
    let found: Vec<&str> = meaning
        .lines()
        .filter_map(|line| line.trim().strip_prefix("1 if "))
        .collect();
    assert_eq!(found, expected, "{meaning}");
}

#[test]
fn rules_of_seven() {
    rule("accept", &["always: accept"]);
    rule(
        "set bgp-local-pref +10; accept;",
        &["always: local preference + 10, accept"],
    );
    rule(
        "if (dst in 10.0.0.0/8) { reject }",
        &["prefixes [ +10.0.0.0/8{8-32}]: reject"],
    );
    rule(
        "if (afi ipv6) {accept} else {reject}",
        &["family ipv6: accept", "always: reject"],
    );
    // What falls out of the first block must not run into the other.
    rule(
        "if (afi ipv6) { set bgp-med 1 } else { set bgp-med 2 }",
        &[
            "not family ipv6: go to #3",
            "always: MED = 1, next",
            "always: go to #4",
            "always: MED = 2, next",
        ],
    );
    rule(
        "if (afi ipv4 && not (protocol bgp || afi ipv6)) { return }",
        &["(family ipv4 and not (true or family ipv6)): endofpolicy"],
    );
    rule("if (humidity high) { accept }", &["NOT INTERPRETED: accept"]);
    rule("if (afi ipv4", &["NOT INTERPRETED: NOT INTERPRETED, unknown"]);
}

#[test]
fn what_a_chain_leaves_over_is_rejected_in_seven_and_open_in_six() {
    let seven = "/routing bgp connection add remote.address=192.0.2.1 .as=12076 input.filter=F\n";
    DIALECT.check(
        seven,
        &["import: policy F; else reject", "export: nothing; else accept"],
    );
    let six = "/routing bgp peer add remote-address=192.0.2.1 remote-as=12076 in-filter=F\n";
    DIALECT.check(six, &["import: policy F; else ?", "export: nothing; else accept"]);
}

#[test]
fn a_connection_takes_from_its_templates_what_it_does_not_say() {
    let text = "/routing bgp template\nset default as=64500 input.filter=D\nadd name=t as=64501 input.filter=T\n\
                /routing bgp connection\nadd remote.address=192.0.2.1 .as=12076 templates=t,default\n\
                add remote.address=192.0.2.2 .as=12076 templates=default input.filter=O as=64502\n\
                add remote.address=192.0.2.3 .as=12076\n";
    DIALECT.check(
        text,
        &[
            "neighbor 192.0.2.1 AS 12076, local AS 64501, group t,default",
            "neighbor 192.0.2.2 AS 12076, local AS 64502, group default",
            "neighbor 192.0.2.3 AS 12076",
            "import: policy T; else reject",
            "import: policy O; else reject",
        ],
    );
}

#[test]
fn what_is_not_understood_is_listed() {
    DIALECT.check(
        "/routing bgp connection\nadd remote.address=192.0.2.1 .as=12076 input.accept-nlri=ours\n",
        &["unread (neighbor 192.0.2.1): add remote.address=192.0.2.1 .as=12076 input.accept-nlri=ours"],
    );
    DIALECT.check(
        "/routing filter rule\nmove 3 destination=1\n",
        &["unread (bgp): move 3 destination=1"],
    );
}
