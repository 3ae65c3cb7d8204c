//! FRR: what its fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::frr;
use support::{Tested, check_sessions, dump};

static DIALECT: Tested = Tested {
    dialect: &frr::DIALECT,
    file: "edge.conf",
};

#[test]
fn passwords_are_marked_and_appear_nowhere() {
    let text = "router bgp 1\n neighbor 192.0.2.2 remote-as 2\n neighbor 192.0.2.2 password hunter2 with blanks\n \
                neighbor G password 082F4E1A\n";
    DIALECT.check_secrets(text, "neighbor password", &["hunter2 with blanks", "082F4E1A"]);
}

/// Lines of `router bgp` and what the sessions become for release 8.4.
#[track_caller]
fn sessions(head: &str, bgp: &str, expected: &str) {
    let source = DIALECT.source(&format!("{head}\nrouter bgp 64500\n{bgp}"));
    let network = pairlint_dialects::frr::parse_as(&source, pairlint_dialects::frr::Version::V8);
    check_sessions(&dump::network(&network, &source), expected, source.text());
}

const PEER: &str = " neighbor 192.0.2.2 remote-as 12076\n";

#[test]
fn what_passes_without_a_policy() {
    let accepts = "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 active @3
         import: nothing; else accept @1
         export: nothing; else accept @1";
    let rejects = "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 active @3
         import: nothing; else reject
         export: nothing; else reject";
    sessions("frr version 7.3.1", PEER, accepts);
    sessions("frr version 7.4", PEER, rejects);
    sessions("frr defaults datacenter", PEER, accepts);
    sessions("frr defaults traditional", PEER, rejects);
    sessions("!", PEER, rejects);
    // The line of the process wins over the header.
    sessions(
        "frr defaults datacenter",
        " bgp ebgp-requires-policy\n neighbor 192.0.2.2 remote-as 12076\n",
        "neighbor 192.0.2.2 @4 AS 12076 @4, local AS 64500
         ipv4 active @4
         import: nothing; else reject @3
         export: nothing; else reject @3",
    );
    sessions(
        "!",
        " no bgp ebgp-requires-policy\n neighbor 192.0.2.2 remote-as 12076\n",
        "neighbor 192.0.2.2 @4 AS 12076 @4, local AS 64500
         ipv4 active @4
         import: nothing; else accept @3
         export: nothing; else accept @3",
    );
    // It is about eBGP only, and each direction answers for itself.
    sessions(
        "!",
        " neighbor 192.0.2.2 remote-as 64500\n neighbor 192.0.2.6 remote-as external\n \
         neighbor 192.0.2.6 prefix-list P in\n",
        "neighbor 192.0.2.2 @3 AS 64500 @3, local AS 64500
         ipv4 active @3
         import: nothing; else accept
         export: nothing; else accept
         neighbor 192.0.2.6 @4 external @4, local AS 64500
         ipv4 active @4
         import: filter ipv4 prefix list P @5; else accept
         export: nothing; else reject",
    );
}

#[test]
fn families_are_active_by_default_or_by_word() {
    sessions(
        "frr defaults datacenter",
        " no bgp default ipv4-unicast\n neighbor 192.0.2.2 remote-as 12076\n neighbor 2001:db8::2 remote-as 12076\n \
         address-family ipv6 unicast\n  neighbor 2001:db8::2 activate\n",
        "neighbor 192.0.2.2 @4 AS 12076 @4, local AS 64500
         ipv4 inactive @4
         import: nothing; else accept @1
         export: nothing; else accept @1
         neighbor 2001:db8::2 @5 AS 12076 @5, local AS 64500
         ipv6 active @7
         import: nothing; else accept @1
         export: nothing; else accept @1",
    );
}

#[test]
fn a_member_overrides_its_group_line_by_line() {
    sessions(
        "frr defaults datacenter",
        " neighbor G peer-group\n neighbor G remote-as 12076\n neighbor G shutdown\n neighbor 192.0.2.2 peer-group G\n \
         address-family ipv4 unicast\n  neighbor G route-map GROUP in\n  neighbor G prefix-list P in\n  \
         neighbor 192.0.2.2 route-map OWN in\n  no neighbor 192.0.2.2 activate\n",
        "neighbor 192.0.2.2 @6 AS 12076 @4, local AS 64500, group G, shutdown @5
         ipv4 inactive @11
         import: filter ipv4 prefix list P @9, policy OWN; else accept
         export: nothing; else accept @1",
    );
}

#[test]
fn the_release_is_taken_from_the_header() {
    let readings = |text: &str| DIALECT.read(text).devices[0].readings.len();
    assert_eq!(readings("frr version 8.4.4\nhostname a\n"), 0);
    assert_eq!(readings("frr version 7.5\nhostname a\n"), 0);
    assert_eq!(readings("frr version 10.3\nhostname a\n"), 0);
    // Between the releases that were observed, and where nothing tells.
    assert_eq!(readings("frr version 9.1\nhostname a\n"), 1);
    assert_eq!(
        readings("router bgp 64500\n neighbor 192.0.2.2 remote-as 12076\n"),
        1
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
    assert_eq!(name("lab/edge.one.conf", "router bgp 1\n"), ["edge.one"]);
    assert_eq!(name("frr.conf", "hostname ams\nrouter bgp 1\n"), ["ams"]);
    assert_eq!(
        name("frr.conf", "par# show running-config\nrouter bgp 1\n"),
        ["par"]
    );
    assert_eq!(name("frr.conf", "net add hostname leaf1\n"), ["leaf1"]);
    assert_eq!(name("frr.conf", "hostname a\nend\nhostname b\nend\n"), ["a", "b"]);
    assert_eq!(name("frr.conf", "nothing of ours\n"), Vec::<String>::new());
}

#[test]
fn weird_text_ends() {
    let long = "neighbor ".repeat(200_000);
    let nested = "router bgp 1\n address-family ipv4 unicast\n".repeat(20_000);
    let lists = "ip prefix-list A permit 10.0.0.0/8\nno ip prefix-list A permit 11.0.0.0/8\n".repeat(5_000);
    let noes = format!(
        "route-map X permit 10\n{}",
        " match community C\n no match community D\n".repeat(5_000)
    );
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
    let commands = "net add routing route-map X permit 10 match community C\n".repeat(10_000);
    let blanks = " ".repeat(100_000) + "\u{a0}" + &"<".repeat(100_000);
    let odd = "\0\u{1}\u{2}\u{fffd}é\u{8}".repeat(10_000);
    for text in [long, nested, lists, noes, members, commands, blanks, odd] {
        DIALECT.survives(&text);
    }
}
