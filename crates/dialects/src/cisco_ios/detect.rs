//! Whether a text is an IOS configuration.
//!
//! The command line of IOS was copied by many, so most of its lines prove nothing. What does is in the table
//! below; text without a telling line is taken for IOS, since IOS is the original.

use pairlint_model::source::Source;

use super::terminal::TERMINAL;
use crate::Fit;
use crate::captures;
use crate::evidence::Sign::{Foreign, Own, Shared, Unlike};
use crate::evidence::{self, Signs};
use crate::lines::{Line, Words};

#[rustfmt::skip]
const EVIDENCE: Signs = &[
    // IOS and IOS XE
    (Own,     "version 12.~|15.~|16.~|17.~ $"),
    (Own,     "Current configuration : #"),
    (Own,     "boot-start-marker $"),
    (Own,     "no aaa new-model $"),
    (Own,     "aaa new-model $"),
    (Own,     "ip cef $"),
    (Own,     "ip forward-protocol nd|udp"),
    (Own,     "ip bgp-community new-format $"),
    (Own,     "multilink bundle-name authenticated $"),
    (Own,     "line con|aux 0 $"),
    (Own,     "vrf definition *"),
    (Own,     "ip policy-list * permit|deny"),
    (Own,     "address-family ipv4|ipv6 vrf * $"),
    (Own,     "template peer-policy|peer-session *"),
    (Own,     "exit-peer-policy|exit-peer-session $"),
    (Own,     "!RANCID-CONTENT-TYPE: cisco $"),
    // shared with NX-OS, EOS, FRR and others
    (Shared,  "router bgp #|<~"),
    (Shared,  "route-map * permit|deny"),
    (Shared,  "route-map * $"),
    (Shared,  "ip|ipv6 prefix-list * seq|permit|deny"),
    (Shared,  "ip community-list standard|expanded|# *"),
    (Shared,  "ip as-path access-list # permit|deny"),
    (Shared,  "ip access-list standard|extended *"),
    (Shared,  "access-list # permit|deny|remark"),
    (Shared,  "neighbor * remote-as|route-map|prefix-list|peer-group *"),
    (Shared,  "ip address # 255.~"),
    // accepted elsewhere, refused by IOS
    (Unlike,  "ip address */#~ $"),
    (Unlike,  "ip community-list regexp"),
    (Unlike,  "ip as-path access-list regexp"),
    (Unlike,  "interface lo $"),
    (Unlike,  "vrf * $"),
    (Unlike,  "line vty $"),
    (Unlike,  "exit-vrf $"),
    (Unlike,  "call * $"),
    (Unlike,  "ip router-id *"),
    // A10, F5
    (Foreign, "!64-bit Advanced Core OS"),
    (Foreign, "#RANCID-CONTENT-TYPE: bigip"),
    (Foreign, "net route-domain *"),
    // NX-OS
    (Foreign, "feature *"),
    (Foreign, "install feature-set *"),
    (Foreign, "vdc * id"),
    (Foreign, "boot nxos|system|kickstart *"),
    (Foreign, "!Command: show *"),
    (Foreign, "!Running configuration last"),
    (Foreign, "vrf context|member *"),
    (Foreign, "template peer *"),
    (Foreign, "inherit peer *"),
    (Foreign, "neighbor * $"),
    (Foreign, "!RANCID-CONTENT-TYPE: cisco-nx|cisco-xr|arista|juniper|force10|foundry"),
    // EOS
    (Foreign, "! device: *"),
    (Foreign, "! Command: show *"),
    (Foreign, "service routing protocols model"),
    (Foreign, "transceiver qsfp"),
    (Foreign, "daemon *"),
    (Foreign, "management api|ssh|telnet|security|console"),
    (Foreign, "vlan internal order"),
    (Foreign, "mlag configuration $"),
    (Foreign, "neighbor * peer group"),
    (Foreign, "bgp missing-policy"),
    (Foreign, "peer-filter *"),
    (Foreign, "maximum-paths # ecmp"),
    (Foreign, "vrf instance *"),
    (Foreign, "router bfd|general|path-selection $"),
    (Foreign, "ip virtual-router mac-address"),
    (Foreign, "username * secret sha512"),
    (Foreign, "no aaa root $"),
    (Foreign, "!RANCID-CONTENT-TYPE: arista"),
    (Foreign, "ip as-path regex-mode"),
    (Foreign, "ip|ipv6 prefix-list * $"),
    (Foreign, "seq # permit|deny"),
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
    (Foreign, "neighbor * interface *"),
    (Foreign, "neighbor * interface $"),
    (Foreign, "neighbor * bfd"),
    (Foreign, "neighbor * timers connect"),
    (Foreign, "neighbor * local-role"),
    (Foreign, "advertise-all-vni $"),
    (Foreign, "bgp default ipv6-unicast|l2vpn-evpn"),
    (Foreign, "bgp minimum-holdtime"),
    (Foreign, "bgp graceful-shutdown $"),
    (Foreign, "access-list * seq|permit|deny */#~"),
    (Foreign, "access-list * seq #"),
    (Foreign, "ipv6 access-list * seq|permit|deny"),
    (Foreign, "router ripng $"),
    (Foreign, "router bgp # vrf|view *"),
    (Foreign, "ip forwarding $"),
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
    let text = evidence::beginning(source.text());
    let first = text.trim_start().bytes().next().unwrap_or(b' ');
    if matches!(first, b'{' | b'[' | b'<' | b'"' | b'%') || text.as_bytes().contains(&0) {
        return Fit::No;
    }
    let mut tally = Tally::new();
    let Some(devices) = captures::unless_braced(text, &TERMINAL, captures::BRACED) else {
        return Fit::No;
    };
    for capture in devices {
        // A prompt on a line of its own proves nothing, but what was typed at one counts.
        for line in &capture.lines {
            tally.line(line);
            if tally.signs.foreign {
                return Fit::No;
            }
        }
    }
    tally.signs.fit()
}

struct Tally {
    signs: evidence::Tally,
    /// Lines that end like a program's or a braced configuration's.
    braced: u32,
    /// The indentation of the line before, where that was a neighbor's.
    neighbor: Option<u32>,
}

impl Tally {
    fn new() -> Tally {
        Tally {
            signs: evidence::Tally::new(EVIDENCE),
            braced: 0,
            neighbor: None,
        }
    }

    fn line(&mut self, line: &Line<'_>) {
        let text = line.text;
        self.braced += u32::from(captures::is_braced(text));
        // NX-OS and IOS-XR write a neighbor's lines below it, further right.
        let below = self.neighbor.is_some_and(|indent| line.indent > indent)
            && ["address-family ", "remote-as ", "use ", "inherit "]
                .iter()
                .any(|word| text.starts_with(word));
        let template = text.contains("{{") || text.contains("{%");
        if below || template || self.braced >= captures::BRACED {
            self.signs.foreign = true;
            return;
        }
        if !text.starts_with('!') {
            self.neighbor = text.starts_with("neighbor ").then_some(line.indent);
        }
        self.signs.line(text);
        // Headings, comments of YAML and shell, and the separators of VRP.
        self.signs.unlike |= text.starts_with('#') || is_unlike_list(text);
    }
}

/// A list by name where IOS wants a number or a keyword: `ip community-list EU permit`.
fn is_unlike_list(text: &str) -> bool {
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
    fn check(text: &str, expected: bool) {
        let fit = detect(&Source::new(SourceId(0), "x", text));
        assert_eq!(fit != Fit::No, expected, "{text}");
    }

    #[test]
    fn configurations_and_pieces_of_ios() {
        for text in [
            "version 15.7\nhostname a\nend\n",
            "Building configuration...\n\nCurrent configuration : 3434 bytes\n!\n",
            "router bgp 65001\n neighbor 192.0.2.2 remote-as 12076\n",
            "route-map X permit 10\n match community 1\n",
            "ip community-list standard EU permit 12076:51002\n",
            "   ip prefix-list P seq 10 permit 172.16.0.0/16\n",
            "interface GigabitEthernet<N>\n ip address <A> <M>\nrouter bgp <Customer_ASN>\n",
            "ce1(config)#route-map X permit 10\nce1(config-route-map)#set weight 1000\n",
            "ce1#sh run | s bgp\nrouter bgp 65001\n",
            "interface Gi0/0\n ip address 192.0.2.1 255.255.255.252\n",
            "version 17.9\nip prefix-list A permit 10.0.0.0/8\nip community-list EU permit 1:1\n",
        ] {
            check(text, true);
        }
    }

    #[test]
    fn other_platforms() {
        for text in [
            "version 9.3(5)\nfeature bgp\nrouter bgp 65001\n",
            "router bgp 65001\n  neighbor 192.0.2.2 remote-as 12076\n    address-family ipv4 unicast\n",
            "router bgp 65001\n  neighbor 192.0.2.2\n    remote-as 12076\n",
            "! device: leaf1 (DCS-7050, EOS-4.28)\nrouter bgp 65001\n",
            "router bgp 65001\n   neighbor 192.0.2.2 peer group SPINE\n",
            "!! IOS XR Configuration 7.3.1\nrouter bgp 65001\n",
            "route-policy PASS\n  pass\nend-policy\n",
            "ASA Version 9.8(1)\nrouter bgp 65001\n",
            "frr version 8.4\nrouter bgp 65001\n",
            "bgp community-list standard EU permit 12076:51002\n",
            "ip community-list EU permit 12076:51002\n",
            "interface lo\n ip address 10.0.0.1/32\nrouter bgp 65001\n",
            "sysname R1\nbgp 65001\n peer 192.0.2.2 as-number 12076\n",
            "policy-options {\n    policy-statement X {\n        then accept;\n    }\n}\n",
            "set protocols bgp 65001 neighbor 192.0.2.2 remote-as 12076\n",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn no_configurations() {
        for text in [
            "",
            "{\n  \"name\": \"router bgp 65001\"\n}",
            "# How to\n\n```\nrouter bgp 65001\n```\n",
            "---\n- name: bgp\n  lines:\n    - router bgp 65001\n",
            "router bgp {{ asn }}\n neighbor {{ peer }} remote-as 12076\n",
            "def f():\n    return 'router bgp 65001'\n",
            "hostname only\n",
            "router bgp 65001\n\0",
            "The router bgp 65001 command starts a process.\n",
        ] {
            check(text, false);
        }
    }
}
