//! Arista EOS: what its fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::arista_eos;
use support::Tested;

static DIALECT: Tested = Tested {
    dialect: &arista_eos::DIALECT,
    file: "edge.cfg",
};

#[test]
fn passwords_are_marked_and_appear_nowhere() {
    let text = "router bgp 1\n   neighbor 192.0.2.2 peer group G\n   neighbor 192.0.2.2 remote-as 2\n   neighbor G password 7 082F4E1A==\n   \
                neighbor 192.0.2.2 password hunter2\n   neighbor 192.0.2.2 password 7 <removed>\n";
    DIALECT.check_secrets(text, "neighbor password", &["082F4E1A==", "hunter2"]);
}

/// Lines of `router bgp` and what the sessions become.
#[track_caller]
fn sessions(bgp: &str, expected: &str) {
    DIALECT.check_sessions(&format!("hostname x\nrouter bgp 64500\n{bgp}"), expected);
}

#[test]
fn what_is_active_without_a_word() {
    sessions(
        "   neighbor 192.0.2.2 remote-as 12076\n",
        "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 active @3
         import: nothing; else accept
         export: nothing; else accept",
    );
    sessions(
        "   no bgp default ipv4-unicast\n   neighbor 192.0.2.2 remote-as 12076\n",
        "neighbor 192.0.2.2 @4 AS 12076 @4, local AS 64500
         ipv4 inactive @4
         import: nothing; else accept
         export: nothing; else accept",
    );
    sessions(
        "   neighbor 2001:db8::2 remote-as 12076\n",
        "neighbor 2001:db8::2 @3 AS 12076 @3, local AS 64500
         ipv6 inactive @3
         import: nothing; else accept
         export: nothing; else accept",
    );
}

#[test]
fn a_vrf_is_not_another() {
    sessions(
        "   no bgp default ipv4-unicast\n   vrf A\n      neighbor 192.0.2.2 remote-as 12076\n   vrf B\n      neighbor 192.0.2.2 remote-as 64600\n      address-family ipv4\n         neighbor 192.0.2.2 activate\n",
        "neighbor 192.0.2.2 @5 AS 12076 @5, local AS 64500, vrf A
         ipv4 inactive @5
         import: nothing; else accept
         export: nothing; else accept
         neighbor 192.0.2.2 @7 AS 64600 @7, local AS 64500, vrf B
         ipv4 active @9
         import: nothing; else accept
         export: nothing; else accept",
    );
}

#[test]
fn expressions_of_paths_by_their_mode() {
    let list = "ip as-path access-list P permit _12076_\n";
    assert!(DIALECT.dump(list).contains(".* (12076) .*"));
    assert!(
        DIALECT
            .dump(&format!("ip as-path regex-mode string\n{list}"))
            .contains("_12076_")
    );
    let dotted = format!("{list}router bgp 1\n   bgp asn notation asdot\n");
    assert!(
        DIALECT.dump(&dotted).contains("+Unsupported"),
        "{}",
        DIALECT.dump(&dotted)
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
    let blanks = " ".repeat(100_000) + "\u{a0}" + &"<".repeat(100_000);
    for text in [
        long,
        nested,
        lists,
        noes,
        format!("router bgp 1\n{chain}"),
        format!("router bgp 1\n{members}"),
        blanks,
        "\0\u{1}\u{2}\u{fffd}é\u{8}".repeat(10_000),
    ] {
        DIALECT.survives(&text);
    }
}
