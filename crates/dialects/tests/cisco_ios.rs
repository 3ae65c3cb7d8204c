//! Cisco IOS: what its fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::cisco_ios;
use support::Tested;

static DIALECT: Tested = Tested {
    dialect: &cisco_ios::DIALECT,
    file: "edge.cfg",
};

#[test]
fn passwords_are_marked_and_appear_nowhere() {
    let text = "router bgp 1\n neighbor 192.0.2.2 remote-as 2\n neighbor 192.0.2.2 password 7 082F4E1A\n \
                template peer-session S\n  password hunter2 with blanks\n exit-peer-session\n";
    DIALECT.check_secrets(text, "neighbor password", &["082F4E1A", "hunter2 with blanks"]);
}

/// A neighbor line and what the sessions become.
#[track_caller]
fn sessions(bgp: &str, expected: &str) {
    DIALECT.check_sessions(&format!("hostname x\nrouter bgp 64500\n{bgp}"), expected);
}

#[test]
fn what_is_active_without_a_word() {
    sessions(
        " neighbor 192.0.2.2 remote-as 12076\n",
        "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 active @3
         import: nothing; else accept
         export: nothing; else accept",
    );
    sessions(
        " no bgp default ipv4-unicast\n neighbor 192.0.2.2 remote-as 12076\n",
        "neighbor 192.0.2.2 @4 AS 12076 @4, local AS 64500
         ipv4 inactive @4
         import: nothing; else accept
         export: nothing; else accept",
    );
    sessions(
        " neighbor 2001:db8::2 remote-as 12076\n",
        "neighbor 2001:db8::2 @3 AS 12076 @3, local AS 64500
         ipv6 inactive @3
         import: nothing; else accept
         export: nothing; else accept",
    );
    // A session for VPN routes only has no family of ours, and is not called inactive.
    sessions(
        " no bgp default ipv4-unicast\n neighbor 192.0.2.2 remote-as 64500\n address-family vpnv4\n  neighbor 192.0.2.2 activate\n",
        "neighbor 192.0.2.2 @4 AS 64500 @4, local AS 64500",
    );
}

#[test]
fn a_group_activates_and_a_member_answers_for_itself() {
    sessions(
        " no bgp default ipv4-unicast\n neighbor G peer-group\n neighbor G remote-as 12076\n neighbor 192.0.2.2 peer-group G\n \
         neighbor 192.0.2.6 peer-group G\n address-family ipv4\n  neighbor G activate\n  no neighbor 192.0.2.6 activate\n",
        "neighbor 192.0.2.2 @6 AS 12076 @5, local AS 64500, group G
         ipv4 active @9
         import: nothing; else accept
         export: nothing; else accept
         neighbor 192.0.2.6 @7 AS 12076 @5, local AS 64500, group G
         ipv4 inactive @10
         import: nothing; else accept
         export: nothing; else accept",
    );
}

#[test]
fn a_policy_without_a_direction_leaves_both_open() {
    sessions(
        " neighbor 192.0.2.2 remote-as 12076\n neighbor 192.0.2.2 route-map X\n",
        "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 active @3
         import: filter NOT INTERPRETED neighbor 192.0.2.2 route-map X @4; else accept
         export: filter NOT INTERPRETED neighbor 192.0.2.2 route-map X @4; else accept",
    );
}

#[test]
fn one_address_in_two_spellings_is_one_neighbor() {
    sessions(
        " neighbor 2001:DB8:0:0::2 remote-as 12076\n address-family ipv6\n  neighbor 2001:db8::2 activate\n",
        "neighbor 2001:DB8:0:0::2 @3 AS 12076 @3, local AS 64500
         ipv6 active @5
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
    assert_eq!(name("lab/edge.one.cfg", "router bgp 1\n"), ["edge.one"]);
    assert_eq!(name("edge.cfg", "hostname ams\nrouter bgp 1\n"), ["ams"]);
    assert_eq!(name("edge.cfg", "par#sh run\nrouter bgp 1\n"), ["par"]);
    assert_eq!(name("edge.cfg", "hostname a\nend\nhostname b\nend\n"), ["a", "b"]);
    assert_eq!(name("edge.cfg", "nothing of ours\n"), Vec::<String>::new());
}

#[test]
fn a_piece_of_a_configuration_is_called_one() {
    let fragment = |text: &str| DIALECT.read(text).devices[0].fragment;
    assert!(fragment("router bgp 1\n"));
    for whole in [
        "hostname x\nrouter bgp 1\n",
        "version 15.2\nrouter bgp 1\n",
        "router bgp 1\nend\n",
    ] {
        assert!(!fragment(whole), "{whole}");
    }
}

#[test]
fn expressions_see_numbers_or_names_by_the_format() {
    let list = "ip community-list 100 permit 12076:51002\n";
    assert!(DIALECT.dump(list).contains("in NumbersOrPacked"));
    assert!(
        DIALECT
            .dump(&format!("{list}ip bgp-community new-format\n"))
            .contains("in Names(Ios)")
    );
    assert!(
        DIALECT
            .dump(&format!(
                "ip bgp-community new-format\n{list}no ip bgp-community new-format\n"
            ))
            .contains("in NumbersOrPacked")
    );
}

#[test]
fn weird_text_ends() {
    let long = "neighbor ".repeat(200_000);
    let nested = "router bgp 1\n address-family ipv4\n".repeat(20_000);
    let lists = "ip prefix-list A permit 10.0.0.0/8\nno ip prefix-list A seq 7\n".repeat(5_000);
    let noes = format!(
        "route-map X permit 10\n{}",
        " match community C\n no match community D\n".repeat(5_000)
    );
    let chain: String = (0..5_000)
        .map(|i| {
            format!(
                " template peer-policy T{i}\n  inherit peer-policy T{} 10\n",
                i + 1
            )
        })
        .collect();
    let chain = format!("router bgp 1\n{chain} neighbor 192.0.2.2 inherit peer-policy T0\n");
    let members: String = (0..3_000)
        .map(|i| {
            format!(
                " neighbor 10.0.{}.{} peer-group G\n neighbor G frob {i}\n",
                i / 256,
                i % 256
            )
        })
        .collect();
    let members = format!("router bgp 1\n neighbor G peer-group\n{members}");
    let blanks = " ".repeat(100_000) + "\u{a0}" + &"<".repeat(100_000);
    for text in [
        long,
        nested,
        lists,
        noes,
        chain,
        members,
        blanks,
        "\0\u{1}\u{2}\u{fffd}é\u{8}".repeat(10_000),
    ] {
        DIALECT.survives(&text);
    }
}
