//! Huawei VRP and H3C Comware: what their fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::huawei_vrp;
use support::Tested;

static DIALECT: Tested = Tested {
    dialect: &huawei_vrp::DIALECT,
    file: "edge.cfg",
};

#[test]
fn passwords_are_marked_and_appear_nowhere() {
    let text = "bgp 1\n peer 192.0.2.2 as-number 2\n peer 192.0.2.2 password cipher %^%#hunter2#%^%\n";
    DIALECT.check_secrets(text, "peer password", &["%^%#hunter2#%^%"]);
}

/// Lines of `bgp` and what the sessions become.
#[track_caller]
fn sessions(bgp: &str, expected: &str) {
    DIALECT.check_sessions(&format!("sysname x\nbgp 64500\n{bgp}"), expected);
}

#[test]
fn what_is_active_without_a_word() {
    sessions(
        " peer 192.0.2.2 as-number 12076\n",
        "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 active @3
         import: nothing; else accept
         export: nothing; else accept",
    );
    sessions(
        " undo default ipv4-unicast\n peer 192.0.2.2 as-number 12076\n",
        "neighbor 192.0.2.2 @4 AS 12076 @4, local AS 64500
         ipv4 inactive @4
         import: nothing; else accept
         export: nothing; else accept",
    );
    sessions(
        " peer 192.0.2.2 as-number 12076\n ipv4-family unicast\n  undo peer 192.0.2.2 enable\n",
        "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 inactive @5
         import: nothing; else accept
         export: nothing; else accept",
    );
    // Comware 7 wants the word.
    sessions(
        " peer 192.0.2.2 as-number 12076\n address-family ipv4 unicast\n  network 10.0.0.0 8\n",
        "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 inactive @3
         import: nothing; else accept
         export: nothing; else accept",
    );
    sessions(
        " peer 2001:db8::2 as-number 12076\n",
        "neighbor 2001:db8::2 @3 AS 12076 @3, local AS 64500
         ipv6 inactive @3
         import: nothing; else accept
         export: nothing; else accept",
    );
}

#[test]
fn undo_takes_filters_away() {
    sessions(
        " peer 192.0.2.2 as-number 12076\n peer 192.0.2.2 route-policy A import\n undo peer 192.0.2.2 route-policy A import\n \
         peer 192.0.2.2 ip-prefix P import\n undo peer 192.0.2.2 ip-prefix import\n peer 192.0.2.6 as-number 1\n undo peer 192.0.2.6\n",
        "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 active @3
         import: nothing; else accept
         export: nothing; else accept",
    );
}

#[test]
fn names_come_from_sysname_prompt_or_file() {
    let name = |file: &str, text: &str| {
        let network = DIALECT.read_as(file, text);
        network
            .devices
            .into_iter()
            .map(|device| device.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(name("lab/edge.one.cfg", "bgp 1\n"), ["edge.one"]);
    assert_eq!(name("edge.cfg", "sysname ams\nbgp 1\n"), ["ams"]);
    assert_eq!(
        name("edge.cfg", "<par>display current-configuration\nbgp 1\n"),
        ["par"]
    );
    assert_eq!(
        name("edge.cfg", "sysname a\nreturn\nsysname b\nreturn\n"),
        ["a", "b"]
    );
    assert_eq!(name("edge.cfg", "nothing of ours\n"), Vec::<String>::new());
}

#[test]
fn a_piece_of_a_configuration_is_called_one() {
    let fragment = |text: &str| DIALECT.read(text).devices[0].fragment;
    assert!(fragment("bgp 1\n"));
    for whole in [
        "sysname x\nbgp 1\n",
        "!Software Version V800R022\nbgp 1\n",
        "bgp 1\nreturn\n",
    ] {
        assert!(!fragment(whole), "{whole}");
    }
}

#[test]
fn weird_text_ends() {
    let long = "peer ".repeat(200_000);
    let nested = "bgp 1\n ipv4-family unicast\n".repeat(20_000);
    let lists = "ip ip-prefix A permit 10.0.0.0 8\nundo ip ip-prefix A 10.0.0.0 8\n".repeat(5_000);
    let noes = format!(
        "route-policy X permit node 10\n{}",
        " if-match community-filter C\n undo if-match community-filter D\n".repeat(5_000)
    );
    let goes_on: String = (0..20_000)
        .map(|i| format!("route-policy X permit node {i}\n apply community 1:1 additive\n goto next-node\n"))
        .collect();
    let members: String = (0..3_000)
        .map(|i| format!(" peer 10.0.{}.{} group G\n peer G frob {i}\n", i / 256, i % 256))
        .collect();
    let members = format!("bgp 1\n group G external\n{members}");
    let blanks = " ".repeat(100_000) + "\u{a0}" + &"<".repeat(100_000);
    let quotes = format!("ip ip-prefix {}", "\"a ".repeat(50_000));
    for text in [
        long,
        nested,
        lists,
        noes,
        goes_on,
        members,
        blanks,
        quotes,
        "\0\u{1}\u{2}\u{fffd}é\u{8}".repeat(10_000),
    ] {
        DIALECT.survives(&text);
    }
}
