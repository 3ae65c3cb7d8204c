//! Cisco ASA: what its fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::cisco_asa;
use support::Tested;

static DIALECT: Tested = Tested {
    dialect: &cisco_asa::DIALECT,
    file: "edge.cfg",
};

#[test]
fn passwords_are_marked_and_appear_nowhere() {
    let text = "ASA Version 9.16\nrouter bgp 1\n address-family ipv4 unicast\n  neighbor 192.0.2.2 remote-as 2\n  \
                neighbor 192.0.2.2 password 7 082F4E1A\n";
    DIALECT.check_secrets(text, "neighbor password", &["082F4E1A"]);
}

/// Long and strange text is read in time in proportion to its length.
#[test]
fn weird_text_ends() {
    let noes = " match community C\n no match community D\n".repeat(5_000);
    for text in [
        "neighbor ".repeat(200_000),
        "router bgp 1\n address-family ipv4\n".repeat(20_000),
        "prefix-list A permit 10.0.0.0/8\nno prefix-list A seq 7\n".repeat(5_000),
        format!("route-map X permit 10\n{noes}"),
        format!(
            "router bgp 1\n{}",
            "  neighbor 192.0.2.1 remote-as 1\n  no neighbor 192.0.2.1\n".repeat(10_000)
        ),
        "access-list A standard permit any4\n".repeat(20_000),
        " ".repeat(100_000) + "\u{a0}" + &"<".repeat(100_000),
        "\0\u{1}\u{2}\u{fffd}é\u{8}".repeat(10_000),
    ] {
        DIALECT.survives(&text);
    }
}
