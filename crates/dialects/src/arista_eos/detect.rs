//! Whether a text is an EOS configuration.
//!
//! Its command line is that of IOS with additions of its own; without one of them, only the indentation by three
//! columns tells.

use pairlint_model::source::Source;

use super::terminal::TERMINAL;
use crate::Fit;
use crate::evidence::Sign::{Foreign, Own, Shared, Unlike};
use crate::evidence::{self, Signs, Steps};
use crate::lines::Words;
use crate::structured::{Form, form};

#[rustfmt::skip]
const EVIDENCE: Signs = &[
    // EOS
    (Own,     "! device: *"),
    (Own,     "! Command: show *"),
    (Own,     "!RANCID-CONTENT-TYPE: arista"),
    (Own,     "service routing protocols model"),
    (Own,     "transceiver qsfp"),
    (Own,     "daemon TerminAttr"),
    (Own,     "management api|security|console|accounts|defaults"),
    (Own,     "vlan internal order"),
    (Own,     "mlag configuration $"),
    (Own,     "neighbor * peer group"),
    (Own,     "neighbor * maximum-routes #"),
    (Own,     "neighbor * rcf in|out"),
    (Own,     "bgp missing-policy"),
    (Own,     "peer-filter *"),
    (Own,     "maximum-paths # ecmp"),
    (Own,     "vrf instance *"),
    (Own,     "router general|path-selection|traffic-engineering $"),
    (Own,     "ip virtual-router mac-address"),
    (Own,     "username * secret sha512"),
    (Own,     "no aaa root $"),
    (Own,     "ip as-path regex-mode"),
    (Own,     "ip|ipv6 community-list regexp *"),
    (Own,     "sub-route-map *"),
    (Own,     "set community community-list *"),
    (Own,     "match invert-result *"),
    (Own,     "match community * or-results"),
    (Own,     "ip address virtual *"),
    // shared with IOS, FRR and others
    (Shared,  "router bgp #|<~"),
    (Shared,  "route-map * permit|deny"),
    (Shared,  "ip|ipv6 prefix-list * seq|permit|deny"),
    (Shared,  "ip|ipv6 prefix-list * $"),
    (Shared,  "ip community-list * permit|deny"),
    (Shared,  "ip community-list standard|expanded *"),
    (Shared,  "ip as-path access-list * permit|deny"),
    (Shared,  "neighbor * remote-as|route-map|prefix-list|peer-group *"),
    // accepted elsewhere, refused by EOS
    (Unlike,  "ip address # 255.~"),
    (Unlike,  "access-list # permit|deny|remark"),
    (Unlike,  "ip access-list extended *"),
    (Unlike,  "neighbor * distribute-list|filter-list *"),
    (Unlike,  "neighbor * $"),
    (Unlike,  "call * $"),
    (Unlike,  "exit-vrf $"),
    (Foreign, "!RANCID-CONTENT-TYPE: cisco|cisco-xr|cisco-nx|juniper|force10|foundry"),
    // IOS and IOS XE
    (Foreign, "version 12.~|15.~|16.~|17.~ $"),
    (Foreign, "Current configuration : #"),
    (Foreign, "boot-start-marker $"),
    (Foreign, "no aaa new-model $"),
    (Foreign, "aaa new-model $"),
    (Foreign, "ip cef $"),
    (Foreign, "ip forward-protocol nd|udp"),
    (Foreign, "ip bgp-community new-format $"),
    (Foreign, "multilink bundle-name authenticated $"),
    (Foreign, "line con|aux 0 $"),
    (Foreign, "ip policy-list * permit|deny"),
    (Foreign, "address-family ipv4|ipv6 vrf *"),
    (Foreign, "exit-peer-policy|exit-peer-session|exit-address-family $"),
    // NX-OS
    (Foreign, "feature *"),
    (Foreign, "install feature-set *"),
    (Foreign, "vdc * id"),
    (Foreign, "boot nxos|kickstart *"),
    (Foreign, "!Command: show *"),
    (Foreign, "!Running configuration last"),
    (Foreign, "vrf context|member *"),
    (Foreign, "template peer *"),
    (Foreign, "inherit peer *"),
    (Foreign, "match as-number *"),
    (Foreign, "copp profile *"),
    (Foreign, "limit-resource *"),
    // IOS-XR
    (Foreign, "!! IOS XR"),
    (Foreign, "route-policy *"),
    (Foreign, "end-policy|end-set $"),
    (Foreign, "prefix-set|community-set|as-path-set|extcommunity-set *"),
    (Foreign, "bgp bestpath origin-as"),
    (Foreign, "interface Bundle-Ether~|MgmtEth~"),

    // ASA
    (Foreign, "ASA|PIX|FWSM Version"),
    (Foreign, ": Saved $"),
    (Foreign, "nameif *"),
    (Foreign, "security-level #"),
    (Foreign, "same-security-traffic permit"),
    (Foreign, "access-list * extended|standard permit|deny"),
    (Foreign, "object network|service *"),
    (Foreign, "prefix-list|policy-list * seq|permit|deny"),
    (Foreign, "community-list standard|expanded|# *"),

    // FRR, Quagga, Cumulus, VyOS
    (Foreign, "frr version|defaults"),
    (Foreign, "!FRRouting"),
    (Foreign, "! FRRouting"),
    (Foreign, "! Zebra configuration"),
    (Foreign, "! -*- *"),
    (Foreign, "bgp community-list|as-path|large-community-list|extcommunity-list *"),
    (Foreign, "bgp ebgp-requires-policy"),
    (Foreign, "no bgp ebgp-requires-policy"),
    (Foreign, "no bgp network import-check"),
    (Foreign, "service integrated-vtysh-config"),
    (Foreign, "password zebra"),
    (Foreign, "enable password zebra"),
    (Foreign, "on-match next|goto"),
    (Foreign, "neighbor * timers connect"),
    (Foreign, "neighbor * local-role"),
    (Foreign, "advertise-all-vni $"),
    (Foreign, "bgp default ipv6-unicast|l2vpn-evpn"),
    (Foreign, "router ripng $"),
    (Foreign, "router bgp # vrf|view *"),
    (Foreign, "ip nht|protocol *"),
    (Foreign, "net add *"),
    (Foreign, "iface *"),
    (Foreign, "auto lo|eth~|swp~"),
    (Foreign, "set protocols|policy|interfaces|system|firewall|deviceconfig|routing-options|policy-options *"),
    // VRP, SR OS, FortiOS, RouterOS, Dell and Extreme
    (Foreign, "sysname *"),
    (Foreign, "bgp # $"),
    (Foreign, "peer * as-number"),
    (Foreign, "ip ip-prefix|community-filter|as-path-filter *"),
    (Foreign, "/configure|configure|/routing|/ip *"),
    (Foreign, "config router|system|firewall|vdom *"),
    (Foreign, "neighbor * router-id|asn *"),
    // no configuration of any kind
    (Foreign, "```~"),
    (Foreign, "--- $"),
    (Foreign, "#!~"),
    (Foreign, "// *"),
    (Foreign, "/* *"),
    (Foreign, "from|package|using|#include *"),
    (Foreign, "def|func|fn|public|private|const|let|var|return *"),
    (Foreign, "- *: *"),
];

/// `show running-config | json` (Arista EOS User Manual, "Command-Line Interface").
pub(super) const FORMS: &[Form] = &[Form {
    what: "an EOS configuration in JSON",
    instead: "show running-config | no-more",
    begin: '{',
    words: &["\"cmds\"", "\"router bgp "],
}];

pub(super) fn detect(source: &Source) -> Fit {
    if form(source.text(), FORMS).is_some() {
        return Fit::Certain;
    }
    let mut steps = Steps::default();
    let mut listed = false;
    let tally = evidence::of_commands(source, EVIDENCE, &TERMINAL, |line| {
        steps.line(line, 3);
        // A prefix list with its entries below it, which IOS and FRR do not have.
        listed |= line.text.starts_with("seq ") || is_listed(line.text);
        None
    });
    match tally.fit() {
        Fit::Possible if !steps.are_usual() && !listed => Fit::No,
        fit => fit,
    }
}

/// A list by name where IOS wants a number or a keyword: `ip community-list EU permit`.
fn is_listed(text: &str) -> bool {
    let mut words = Words::new(text);
    if !words.eat("ip") {
        return false;
    }
    let name = match words.next() {
        Some("community-list") => words.next(),
        Some("as-path") => words.nth(1),
        _ => None,
    };
    name.is_some_and(|name| {
        !name.starts_with(|c: char| c.is_ascii_digit() || c == '<')
            && !matches!(name, "standard" | "expanded")
    })
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::SourceId;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Fit) {
        assert_eq!(detect(&Source::new(SourceId(0), "x", text)), expected, "{text}");
    }

    #[test]
    fn what_eos_writes() {
        check(
            "! device: leaf1 (DCS-7050SX3, EOS-4.28.1F)\nrouter bgp 65001\n",
            Fit::Certain,
        );
        check("router bgp 65001\n   neighbor MS peer group\n", Fit::Certain);
        check("vrf instance MS\nrouter bgp 65001\n", Fit::Certain);
        check(
            "router bgp 65001\n   neighbor 192.0.2.2 remote-as 12076\n",
            Fit::Possible,
        );
        check("ip prefix-list P\n   seq 10 permit 10.0.0.0/8\n", Fit::Possible);
        check("ip community-list EU permit 12076:51002\n", Fit::Possible);
        check("ipv6 prefix-list P\n    seq 10 permit ::/0\n", Fit::Possible);
    }

    #[test]
    fn what_it_does_not() {
        check("router bgp 65001\n neighbor 192.0.2.2 remote-as 12076\n", Fit::No);
        check(
            "version 15.7\nrouter bgp 65001\n   neighbor 192.0.2.2 remote-as 12076\n",
            Fit::No,
        );
        check("feature bgp\nrouter bgp 65001\n", Fit::No);
        check(
            "frr version 8.4\nip community-list EU permit 12076:51002\n",
            Fit::No,
        );
        check("hostname only\n", Fit::No);
        check("", Fit::No);
    }
}
