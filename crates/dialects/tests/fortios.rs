//! FortiOS: what its fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::fortios;
use support::Tested;

static DIALECT: Tested = Tested {
    dialect: &fortios::DIALECT,
    file: "fw.conf",
};

#[test]
fn passwords_are_marked_and_appear_nowhere() {
    let text = "config router bgp\nconfig neighbor\nedit 192.0.2.2\nset password ENC hunter2==\nnext\nedit 192.0.2.6\nset password \"hunter2 too\"\nend\nend\n";
    DIALECT.check_secrets(text, "neighbor password", &["hunter2==", "\"hunter2 too\""]);
}

/// Lines of a neighbor and what its session becomes.
#[track_caller]
fn session(address: &str, lines: &[&str], expected: &str) {
    let lines: String = lines.iter().map(|line| format!("set {line}\n")).collect();
    let text =
        format!("config router bgp\nset as 64500\nconfig neighbor\nedit {address}\n{lines}next\nend\nend\n");
    DIALECT.check_sessions(&text, expected);
}

#[test]
fn which_families_a_session_has() {
    session(
        "192.0.2.2",
        &["remote-as 12076"],
        "neighbor 192.0.2.2 @4 AS 12076 @5, local AS 64500
         ipv4 active @4
         import: nothing; else accept
         export: nothing; else accept",
    );
    session(
        "192.0.2.2",
        &["remote-as 12076", "activate disable"],
        "neighbor 192.0.2.2 @4 AS 12076 @5, local AS 64500
         ipv4 inactive @6
         import: nothing; else accept
         export: nothing; else accept",
    );
    session(
        "2001:db8::2",
        &[
            "remote-as 12076",
            "route-map-in6 X",
            "filter-list-in6 Y",
            "route-map-out6 Z",
        ],
        "neighbor 2001:db8::2 @4 AS 12076 @5, local AS 64500
         ipv6 active @4
         import: filter AS-path list Y @7, policy X; else accept
         export: policy Z; else accept",
    );
    // IPv4 over an IPv6 session is a thing where something is said about it.
    session(
        "2001:db8::2",
        &["remote-as 12076", "activate6 disable", "prefix-list-in P"],
        "neighbor 2001:db8::2 @4 AS 12076 @5, local AS 64500
         ipv4 active @4
         import: filter ipv4 prefix list P @7; else accept
         export: nothing; else accept
         ipv6 inactive @6
         import: nothing; else accept
         export: nothing; else accept",
    );
}

#[test]
fn names_come_from_hostname_prompt_or_file() {
    let name = |file: &str, text: &str| {
        let network = DIALECT.read_as(file, text);
        network
            .devices
            .into_iter()
            .map(|device| device.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        name("lab/edge.one.conf", "config router bgp\nend\n"),
        ["edge.one"]
    );
    assert_eq!(
        name(
            "x.conf",
            "config system global\nset hostname \"ams\"\nend\nconfig router bgp\nend\n"
        ),
        ["ams"]
    );
    assert_eq!(
        name("x.conf", "par # config router bgp\nset as 1\nend\n"),
        ["par"]
    );
    // One domain with routes is the device; several are several.
    let domain = |name: &str| format!("config vdom\nedit {name}\nconfig router bgp\nset as 1\nend\nend\n");
    assert_eq!(name("x.conf", &domain("a")), ["x"]);
    assert_eq!(name("x.conf", &(domain("a") + &domain("b"))), ["x/a", "x/b"]);
    assert_eq!(name("x.conf", "nothing of ours\n"), Vec::<String>::new());
}

#[test]
fn a_piece_of_a_configuration_is_called_one() {
    let fragment = |text: &str| DIALECT.read(text).devices[0].fragment;
    assert!(fragment("config router bgp\nend\n"));
    for whole in [
        "config system global\nset hostname x\nend\nconfig router bgp\nend\n",
        "#config-version=FGT60F-7.2.5\nconfig router bgp\nend\n",
    ] {
        assert!(!fragment(whole), "{whole}");
    }
}

#[test]
fn weird_text_ends() {
    let nested = "config router bgp\nedit 1\n".repeat(50_000);
    let entries = "config router route-map\nedit X\nconfig rule\nedit 1\nset match-tag 1\n".repeat(5_000);
    let renames: String = (0..5_000).map(|i| format!("rename {i} to {}\n", i + 1)).collect();
    let renames = format!("config router route-map\nedit 0\nnext\n{renames}end\n");
    let members: String = (0..3_000)
        .map(|i| format!("edit 10.0.{}.{}\nset neighbor-group G\nnext\n", i / 256, i % 256))
        .collect();
    let lines: String = (0..3_000).map(|i| format!("set frob{i} x\n")).collect();
    let members = format!(
        "config router bgp\nconfig neighbor-group\nedit G\n{lines}next\nend\nconfig neighbor\n{members}end\nend\n"
    );
    let quotes = format!("config a\nset b {}\n", "\"a ".repeat(50_001));
    let blanks = " ".repeat(100_000) + "\u{a0}" + &"<".repeat(100_000);
    for text in [
        nested,
        entries,
        renames,
        members,
        quotes,
        blanks,
        "\0\u{1}\u{2}\u{fffd}é\u{8}".repeat(10_000),
    ] {
        DIALECT.survives(&text);
    }
}
