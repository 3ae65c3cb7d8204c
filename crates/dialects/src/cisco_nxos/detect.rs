//! Whether a text is an NX-OS configuration.
//!
//! Its features, its blocks below `neighbor` and its templates are its own; without one of them, only the
//! indentation by two columns tells.

use pairlint_model::source::Source;

use super::terminal::TERMINAL;
use crate::Fit;
use crate::evidence::Sign::{self, Foreign, Own, Shared, Unlike};
use crate::evidence::{self, Signs, Steps};
use crate::lines::Line;

#[rustfmt::skip]
const EVIDENCE: Signs = &[
    // NX-OS
    (Own,     "feature *"),
    (Own,     "install feature-set *"),
    (Own,     "vdc * id"),
    (Own,     "boot nxos|kickstart *"),
    (Own,     "!Command: show *"),
    (Own,     "!Running configuration last"),
    (Own,     "!RANCID-CONTENT-TYPE: cisco-nx"),
    (Own,     "vrf context|member *"),
    (Own,     "template peer *"),
    (Own,     "inherit peer *"),
    (Own,     "match as-number *"),
    (Own,     "copp profile *"),
    (Own,     "limit-resource *"),
    // shared with IOS, EOS and others
    (Shared,  "router bgp #|<~"),
    (Shared,  "route-map * permit|deny"),
    (Shared,  "ip|ipv6 prefix-list * seq|permit|deny"),
    (Shared,  "ip community-list standard|expanded *"),
    (Shared,  "ip as-path access-list * seq|permit|deny"),
    // accepted elsewhere, refused by NX-OS
    (Unlike,  "ip address # 255.~"),
    (Unlike,  "access-list # permit|deny|remark"),
    (Unlike,  "ip access-list standard|extended *"),
    (Unlike,  "ip community-list # permit|deny"),
    (Unlike,  "neighbor * route-map|prefix-list|filter-list|distribute-list|activate|send-community|peer-group"),
    (Unlike,  "neighbor * update-source|ebgp-multihop|next-hop-self|description|password|timers"),
    (Unlike,  "address-family ipv4|ipv6 $"),
    (Unlike,  "no bgp default ipv4-unicast $"),
    (Unlike,  "bgp log-neighbor-changes $"),
    (Unlike,  "call * $"),
    (Unlike,  "exit-vrf $"),
    (Foreign, "!RANCID-CONTENT-TYPE: cisco|cisco-xr|arista|juniper|force10|foundry"),
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
    (Foreign, "vrf definition *"),
    (Foreign, "ip policy-list * permit|deny"),
    (Foreign, "address-family ipv4|ipv6 vrf *"),
    (Foreign, "exit-peer-policy|exit-peer-session|exit-address-family $"),
    // EOS
    (Foreign, "! device: *"),
    (Foreign, "! Command: show *"),
    (Foreign, "!RANCID-CONTENT-TYPE: arista"),
    (Foreign, "service routing protocols model"),
    (Foreign, "transceiver qsfp"),
    (Foreign, "daemon TerminAttr"),
    (Foreign, "management api|security|console|accounts|defaults"),
    (Foreign, "vlan internal order"),
    (Foreign, "mlag configuration $"),
    (Foreign, "neighbor * peer group"),
    (Foreign, "neighbor * maximum-routes #"),
    (Foreign, "neighbor * rcf in|out"),
    (Foreign, "bgp missing-policy"),
    (Foreign, "peer-filter *"),
    (Foreign, "maximum-paths # ecmp"),
    (Foreign, "vrf instance *"),
    (Foreign, "router general|path-selection|traffic-engineering $"),
    (Foreign, "ip virtual-router mac-address"),
    (Foreign, "username * secret sha512"),
    (Foreign, "no aaa root $"),
    (Foreign, "ip as-path regex-mode"),
    (Foreign, "ip|ipv6 community-list regexp *"),
    (Foreign, "sub-route-map *"),
    (Foreign, "set community community-list *"),
    (Foreign, "match invert-result *"),
    (Foreign, "match community * or-results"),
    (Foreign, "ip address virtual *"),
    (Foreign, "ip|ipv6 prefix-list * $"),
    // IOS-XR
    (Foreign, "!! IOS XR"),
    (Foreign, "route-policy *"),
    (Foreign, "end-policy|end-set $"),
    (Foreign, "prefix-set|community-set|as-path-set|extcommunity-set *"),
    (Foreign, "ipv4 address *"),
    (Foreign, "neighbor-group|af-group|session-group *"),
    (Foreign, "use neighbor-group|af-group|session-group *"),
    (Foreign, "router static $"),
    (Foreign, "bgp origin-as validation"),
    (Foreign, "bgp bestpath origin-as"),
    (Foreign, "rpki server|cache *"),
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
    (Foreign, "log stdout|file|syslog|commands|timestamp"),
    (Foreign, "password zebra"),
    (Foreign, "enable password zebra"),
    (Foreign, "on-match next|goto"),
    (Foreign, "neighbor * bfd"),
    (Foreign, "neighbor * timers connect"),
    (Foreign, "neighbor * local-role"),
    (Foreign, "advertise-all-vni $"),
    (Foreign, "bgp default ipv6-unicast|l2vpn-evpn"),
    (Foreign, "bgp graceful-shutdown $"),
    (Foreign, "router ripng $"),
    (Foreign, "router bgp # vrf|view *"),
    (Foreign, "ip nht|protocol *"),
    (Foreign, "agentx $"),
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

pub(super) fn detect(source: &Source) -> Fit {
    let mut steps = Steps::default();
    let mut neighbor = None;
    let mut blocks = false;
    let tally = evidence::of_commands(source, EVIDENCE, &TERMINAL, |line| {
        steps.line(line, 2);
        blocks |= is_below(&mut neighbor, line);
        is_release(line.text).then_some(Sign::Own)
    });
    match tally.fit() {
        // A neighbor with its lines below it is written by IOS XR too, which indents by one column.
        Fit::Possible if !steps.are_usual() && !blocks => Fit::No,
        fit => fit,
    }
}

/// Releases look like `9.3(5)`; other platforms have no brackets in theirs.
fn is_release(text: &str) -> bool {
    text.strip_prefix("version ")
        .is_some_and(|release| release.starts_with(|c: char| c.is_ascii_digit()) && release.contains('('))
}

/// Whether the line stands further right than the `neighbor` above it, and is one of its own.
fn is_below(neighbor: &mut Option<u32>, line: &Line<'_>) -> bool {
    let text = line.text;
    if text.starts_with('!') {
        return false;
    }
    let below = neighbor.is_some_and(|indent| line.indent > indent)
        && [
            "address-family ",
            "remote-as ",
            "inherit ",
            "description ",
            "update-source ",
        ]
        .iter()
        .any(|word| text.starts_with(word));
    *neighbor = text.starts_with("neighbor ").then_some(line.indent);
    below
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
    fn what_nxos_writes() {
        check("feature bgp\nrouter bgp 65001\n", Fit::Certain);
        check("version 9.3(5) Bios:version 05.42\nhostname n9k\n", Fit::Certain);
        check(
            "router bgp 65001\n  neighbor 192.0.2.2\n    remote-as 12076\n",
            Fit::Possible,
        );
        check(
            "router bgp 65001\n  neighbor 192.0.2.2 remote-as 12076\n    address-family ipv4 unicast\n",
            Fit::Possible,
        );
        check("route-map X permit 10\n  match community EU\n", Fit::Possible);
    }

    #[test]
    fn what_it_does_not() {
        check("router bgp 65001\n neighbor 192.0.2.2 remote-as 12076\n", Fit::No);
        check("version 15.7\nrouter bgp 65001\n", Fit::No);
        check(
            "router bgp 65001\n  neighbor 192.0.2.2 remote-as 12076\n  neighbor 192.0.2.2 route-map X in\n",
            Fit::No,
        );
        check(
            "router bgp 65001\n neighbor 192.0.2.2\n  remote-as 12076\n  address-family ipv4 unicast\n   route-policy P in\n",
            Fit::No,
        );
        check("hostname only\n", Fit::No);
    }
}
