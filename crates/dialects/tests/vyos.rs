//! VyOS: what its fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::vyos;
use support::Tested;

static DIALECT: Tested = Tested {
    dialect: &vyos::DIALECT,
    file: "edge.conf",
};

#[test]
fn passwords_are_marked_and_appear_nowhere() {
    let text = "set protocols bgp neighbor 192.0.2.2 password 'hunter2 with blanks'\n\
                set protocols bgp peer-group G password 082F4E1A\n";
    DIALECT.check_secrets(text, "neighbor password", &["hunter2 with blanks", "082F4E1A"]);
}

/// Statements, and the lines of the dump that hold a word.
#[track_caller]
fn check(text: &str, word: &str, expected: &[&str]) {
    let found = DIALECT.dump(text);
    // The readings of a text say the same here.
    let first = found.split("or else").next().unwrap();
    let found: Vec<_> = first
        .lines()
        .filter(|line| line.contains(word))
        .map(str::trim)
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn what_is_disabled_is_not_there() {
    check(
        "set policy route-map X rule 10 action permit\nset policy route-map X rule 20 action deny\n\
         set policy route-map X rule 20 disable\n",
        " if ",
        &["10 @1 if always: accept"],
    );
    check(
        "protocols {\n bgp {\n  system-as 64500\n  neighbor 192.0.2.2 {\n   disable\n   remote-as 12076\n  }\n  neighbor \
         192.0.2.6 {\n   remote-as 12076\n  }\n }\n}\n",
        "neighbor",
        &["neighbor 192.0.2.6 @9 AS 12076 @9, local AS 64500"],
    );
}

#[test]
fn families_are_active_where_they_are_named() {
    let neighbor = "set protocols bgp neighbor 192.0.2.2 remote-as 12076\n";
    check(
        &format!("set protocols bgp system-as 64500\n{neighbor}"),
        "ipv4",
        &["ipv4 inactive @2"],
    );
    check(
        &format!(
            "set protocols bgp system-as 64500\n{neighbor}set protocols bgp neighbor 192.0.2.2 address-family ipv4-unicast\n"
        ),
        "ipv4",
        &["ipv4 active @3"],
    );
    // With the AS number in the path, as up to 1.3, IPv4 is active without a word.
    check(
        "set protocols bgp 64500 neighbor 192.0.2.2 remote-as 12076\n",
        "ipv4",
        &["ipv4 active @1"],
    );
}

#[test]
fn the_last_of_several_values_counts() {
    check(
        "set policy prefix-list P rule 5 action permit\nset policy prefix-list P rule 5 prefix 10.20.0.0/16\n\
         set policy prefix-list P rule 5 prefix 10.30.0.0/16\n",
        "prefix list",
        &["ipv4 prefix list P @3: +10.30.0.0/16{16-16}"],
    );
}

#[test]
fn the_release_is_taken_from_the_trailer() {
    let readings = |text: &str| DIALECT.read(text).devices[0].readings.len();
    let text = "system {\n host-name a\n}\n";
    assert_eq!(readings(text), 1);
    assert_eq!(readings(&format!("{text}// Release version: 1.3.4\n")), 0);
    assert_eq!(readings(&format!("{text}// Release version: 1.4.0\n")), 1);
}

#[test]
fn weird_text_ends() {
    let deep = "a {\n".repeat(50_000);
    let wide = "set policy prefix-list A rule 5 prefix 10.0.0.0/8\n".repeat(20_000);
    let rules: String = (0..20_000)
        .map(|i| format!("set policy route-map X rule {i} match community community-list C\n"))
        .collect();
    let members: String = (0..2_000)
        .map(|i| {
            format!(
                "set protocols bgp neighbor 10.0.{}.{} peer-group G\nset protocols bgp peer-group G frob {i}\n",
                i / 256,
                i % 256
            )
        })
        .collect();
    let odd = "\0\u{1}'\"{}é\u{8}".repeat(1_000);
    for text in [deep, wide, rules, members, odd] {
        DIALECT.survives(&text);
    }
}
