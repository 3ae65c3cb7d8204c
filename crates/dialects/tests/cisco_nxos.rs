//! Cisco NX-OS: what its fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::cisco_nxos;
use support::Tested;

static DIALECT: Tested = Tested {
    dialect: &cisco_nxos::DIALECT,
    file: "edge.cfg",
};

#[test]
fn passwords_are_marked_and_appear_nowhere() {
    let text = "feature bgp\nrouter bgp 1\n  neighbor 192.0.2.2\n    remote-as 2\n    password 3 082F4E1A\n  template peer T\n    password hunter2\n";
    DIALECT.check_secrets(text, "neighbor password", &["082F4E1A", "hunter2"]);
}

/// Lines of `router bgp` and what the sessions become.
#[track_caller]
fn sessions(bgp: &str, expected: &str) {
    DIALECT.check_sessions(
        &format!("feature bgp\nhostname x\nrouter bgp 64500\n{bgp}"),
        expected,
    );
}

#[test]
fn a_family_is_active_where_its_block_is() {
    sessions(
        "  neighbor 192.0.2.2 remote-as 12076\n  neighbor 192.0.2.6 remote-as 12076\n    address-family ipv4 unicast\n",
        "neighbor 192.0.2.2 @4 AS 12076 @4, local AS 64500
         ipv4 inactive @4
         import: nothing; else accept
         export: nothing; else accept
         neighbor 192.0.2.6 @5 AS 12076 @5, local AS 64500
         ipv4 active @6
         import: nothing; else accept
         export: nothing; else accept",
    );
    // A session for EVPN only has no family of ours, and is not called inactive.
    sessions(
        "  neighbor 192.0.2.2\n    remote-as 64500\n    address-family l2vpn evpn\n      send-community\n",
        "neighbor 192.0.2.2 @4 AS 64500 @5, local AS 64500",
    );
}

#[test]
fn the_lowest_number_of_policy_templates_wins_after_the_own_line() {
    let templates = "  template peer-policy A\n    route-map A in\n    prefix-list A in\n  template peer-policy B\n    route-map B in\n    prefix-list B in\n";
    sessions(
        &format!(
            "{templates}  neighbor 192.0.2.2\n    remote-as 12076\n    address-family ipv4 unicast\n      inherit peer-policy A 20\n      inherit peer-policy B 10\n      route-map OWN in\n"
        ),
        "neighbor 192.0.2.2 @10 AS 12076 @11, local AS 64500
         ipv4 active @12
         import: filter ipv4 prefix list B @9, policy OWN; else accept
         export: nothing; else accept",
    );
}

#[test]
fn a_piece_of_a_configuration_is_called_one() {
    let fragment = |text: &str| DIALECT.read(text).devices[0].fragment;
    assert!(fragment("router bgp 1\n"));
    for whole in ["hostname x\nrouter bgp 1\n", "router bgp 1\nend\n"] {
        assert!(!fragment(whole), "{whole}");
    }
}

#[test]
fn weird_text_ends() {
    let long = "neighbor ".repeat(200_000);
    let nested =
        "router bgp 1\n  vrf A\n    neighbor 192.0.2.2\n      address-family ipv4 unicast\n".repeat(20_000);
    let lists = "ip prefix-list A permit 10.0.0.0/8\nno ip prefix-list A seq 7\n".repeat(5_000);
    let noes = format!(
        "route-map X permit 10\n{}",
        "  match community C\n  no match community D\n".repeat(5_000)
    );
    let chain: String = (0..5_000)
        .map(|i| {
            format!(
                "  template peer-policy T{i}\n    inherit peer-policy T{} 10\n",
                i + 1
            )
        })
        .collect();
    let members: String = (0..3_000)
        .map(|i| {
            let (high, low) = (i / 256, i % 256);
            format!(
                "  neighbor 10.0.{high}.{low} peer group G\n  neighbor G frob {i}\n  neighbor 10.1.{high}.{low}\n    inherit peer T\n  template peer T\n    frob {i}\n"
            )
        })
        .collect();
    let tree: String = (0..400)
        .map(|i| {
            let inherits: String = (0..16)
                .map(|k| format!("    inherit peer-policy T{} {k}\n", (i * 16 + k) % 400))
                .collect();
            format!("  template peer-policy T{i}\n{inherits}  neighbor 10.2.0.{i}\n    address-family ipv4 unicast\n      inherit peer-policy T{i} 1\n")
        })
        .collect();
    let blanks = " ".repeat(100_000) + "\u{a0}" + &"<".repeat(100_000);
    for text in [
        long,
        nested,
        lists,
        noes,
        format!("router bgp 1\n{chain}"),
        format!("router bgp 1\n{tree}"),
        format!("router bgp 1\n{members}"),
        blanks,
        "\0\u{1}\u{2}\u{fffd}é\u{8}".repeat(10_000),
    ] {
        DIALECT.survives(&text);
    }
}
