//! Whether a text is a configuration of FRR, or of Cumulus Linux or SONiC, which run it.
//!
//! FRR inherited the command line of IOS by way of Zebra and Quagga, so most of its lines prove nothing.

use pairlint_model::source::Source;

use super::capture;
use crate::Fit;
use crate::evidence::Sign::{Foreign, Own, Shared, Unlike};
use crate::evidence::{self, Signs, Tally};
use crate::lines::Line;

#[rustfmt::skip]
const EVIDENCE: Signs = &[
    (Own,     "frr version|defaults"),
    (Own,     "! FRRouting *"),
    (Own,     "!FRRouting *"),
    (Own,     "! Zebra configuration"),
    (Own,     "! -*- *"),
    (Own,     "service integrated-vtysh-config $"),
    (Own,     "no service integrated-vtysh-config $"),
    (Own,     "bgp community-list standard|expanded|# *"),
    (Own,     "bgp large-community-list|extcommunity-list *"),
    (Own,     "bgp as-path access-list *"),
    (Own,     "bgp community alias *"),
    (Own,     "bgp ebgp-requires-policy $"),
    (Own,     "no bgp ebgp-requires-policy $"),
    (Own,     "bgp network import-check $"),
    (Own,     "no bgp network import-check $"),
    (Own,     "bgp suppress-duplicates $"),
    (Own,     "no bgp suppress-duplicates $"),
    (Own,     "bgp default ipv6-unicast|l2vpn-evpn $"),
    (Own,     "bgp route-map delay-timer #"),
    (Own,     "bgp minimum-holdtime #"),
    (Own,     "router bgp # vrf|view|as-notation *"),
    (Own,     "on-match next $"),
    (Own,     "on-match goto # $"),
    (Own,     "neighbor * interface $"),
    (Own,     "neighbor * interface remote-as|peer-group|v6only"),
    (Own,     "neighbor * timers connect #"),
    (Own,     "neighbor * maximum-prefix # force"),
    (Own,     "access-list * seq # permit|deny"),
    (Own,     "access-list * permit|deny */#~"),
    (Own,     "ipv6 access-list * seq|permit|deny *"),
    (Own,     "advertise-all-vni $"),
    (Own,     "line vty $"),
    (Own,     "log stdout|syslog|commands"),
    (Own,     "log file|timestamp *"),
    (Own,     "password zebra $"),
    (Own,     "enable password zebra $"),
    (Own,     "ip|ipv6 nht *"),
    (Own,     "ip|ipv6 protocol bgp|any route-map *"),
    (Own,     "ip|ipv6 forwarding $"),
    (Own,     "no ip|ipv6 forwarding $"),
    (Own,     "agentx $"),
    (Own,     "net add bgp|routing *"),
    (Own,     "net del bgp|routing *"),
    // shared with IOS, EOS and NX-OS
    (Shared,  "router bgp #|<~"),
    (Shared,  "route-map * permit|deny #"),
    (Shared,  "ip|ipv6 prefix-list * seq|permit|deny"),
    (Shared,  "neighbor * remote-as|route-map|prefix-list|peer-group|filter-list|distribute-list *"),
    // refused by FRR: the spelling of IOS
    (Unlike,  "ip community-list|extcommunity-list|large-community-list *"),
    (Unlike,  "ip as-path access-list *"),
    (Unlike,  "route-map * $"),
    (Unlike,  "route-map * permit|deny $"),
    (Unlike,  "match policy-list *"),
    (Unlike,  "set dampening|traffic-index|automatic-tag|vrf|global|interface|mpls-label|level"),
    (Unlike,  "set metric|as-path igp-metric|tag"),
    (Unlike,  "continue $"),
    (Unlike,  "access-list # permit|deny|remark"),
    // IOS
    (Foreign, "version 12.~|15.~|16.~|17.~"),
    (Foreign, "Current configuration : #"),
    (Foreign, "boot-start-marker $"),
    (Foreign, "aaa new-model $"),
    (Foreign, "no aaa new-model $"),
    (Foreign, "ip cef"),
    (Foreign, "ip forward-protocol"),
    (Foreign, "ip bgp-community new-format"),
    (Foreign, "line con|aux 0"),
    (Foreign, "line vty #"),
    (Foreign, "vrf definition|forwarding|instance|context|member *"),
    (Foreign, "ip vrf *"),
    (Foreign, "ip policy-list *"),
    (Foreign, "ip access-list *"),
    (Foreign, "ip address # 255.~"),
    (Foreign, "address-family ipv4|ipv6 vrf *"),
    (Foreign, "template peer-policy|peer-session|peer *"),
    (Foreign, "neighbor * fall-over"),
    (Foreign, "neighbor * inherit *"),
    (Foreign, "interface GigabitEthernet~|TenGigabitEthernet~|FastEthernet~|HundredGig~|FortyGig~|TwentyFiveGig~"),
    (Foreign, "interface TenGigE~|Bundle-Ether~|MgmtEth~|Port-channel~"),
    (Unlike,  "interface Ethernet~|Management~|Gi~|Te~|Fa~|Hu~|Serial~|Tunnel~|Loopback~|Vlan~"),
    (Unlike,  "vrf * $"),
    (Foreign, "!RANCID-CONTENT-TYPE: *"),
    // NX-OS and EOS
    (Foreign, "feature *"),
    (Foreign, "vdc * id"),
    (Foreign, "boot nxos|system|kickstart *"),
    (Foreign, "!Command: show *"),
    (Foreign, "neighbor * $"),
    (Foreign, "! device: *"),
    (Foreign, "! Command: show *"),
    (Foreign, "neighbor * peer group"),
    (Foreign, "ip routing $"),
    (Foreign, "switchport"),
    (Foreign, "peer-filter *"),
    (Foreign, "no aaa root $"),
    (Foreign, "no enable password $"),
    (Foreign, "vlan internal order"),
    (Foreign, "transceiver qsfp"),
    (Foreign, "daemon *"),
    (Foreign, "mlag configuration $"),
    (Foreign, "service routing protocols model"),
    (Foreign, "ip as-path regex-mode"),
    (Foreign, "bgp missing-policy"),
    (Foreign, "maximum-paths # ecmp"),
    (Foreign, "seq # permit|deny"),
    (Foreign, "management api|ssh|telnet|security|console"),
    (Foreign, "ip|ipv6 prefix-list * $"),
    // A10, F5
    (Foreign, "!64-bit Advanced Core OS"),
    (Foreign, "#RANCID-CONTENT-TYPE: bigip"),
    (Foreign, "net route-domain *"),
    // IOS-XR, ASA
    (Foreign, "!! IOS XR"),
    (Foreign, "route-policy *"),
    (Foreign, "end-policy|end-set $"),
    (Foreign, "rpki server *"),
    (Foreign, "bgp origin-as validation"),
    (Foreign, "bgp bestpath origin-as"),
    (Foreign, "prefix-set|community-set|as-path-set|extcommunity-set *"),
    (Foreign, "ipv4 address *"),
    (Foreign, "neighbor-group|af-group|session-group *"),
    (Foreign, "ASA|PIX|FWSM Version"),
    (Foreign, ": Saved $"),
    (Foreign, "nameif *"),
    (Foreign, "access-list * extended|standard permit|deny"),
    (Foreign, "prefix-list|policy-list * seq|permit|deny"),
    // VRP, SR OS, FortiOS, RouterOS, VyOS, Junos
    (Foreign, "sysname *"),
    (Foreign, "bgp # $"),
    (Foreign, "peer * as-number"),
    (Foreign, "/configure|/routing|/ip *"),
    (Foreign, "configure router|port|service|system|{"),
    (Foreign, "config router|system|firewall|vdom *"),
    (Foreign, "set protocols|policy|interfaces|system|firewall|deviceconfig|routing-options|policy-options *"),
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
    let mut look = Look {
        signs: Tally::new(EVIDENCE),
        braced: 0,
        neighbor: None,
    };
    for capture in capture::devices(text) {
        for line in &capture.lines {
            look.line(line);
            if look.signs.foreign {
                return Fit::No;
            }
        }
    }
    look.signs.fit()
}

struct Look {
    signs: Tally,
    /// Lines that end like a program's or a braced configuration's.
    braced: u32,
    /// The indentation of the line before, where that was a neighbor's.
    neighbor: Option<u32>,
}

impl Look {
    fn line(&mut self, line: &Line<'_>) {
        let text = line.text;
        self.braced += u32::from(text.ends_with(['{', ';']) || text == "}");
        // NX-OS and IOS-XR write a neighbor's lines below it, further right.
        let below = self.neighbor.is_some_and(|indent| line.indent > indent)
            && ["address-family ", "remote-as ", "use ", "inherit "]
                .iter()
                .any(|word| text.starts_with(word));
        let template = text.contains("{{") || text.contains("{%");
        if below || template || self.braced >= 3 {
            self.signs.foreign = true;
            return;
        }
        if !text.starts_with('!') {
            self.neighbor = text.starts_with("neighbor ").then_some(line.indent);
        }
        self.signs.line(text);
        // Comments of shell and YAML, and headings, where nothing proves FRR.
        self.signs.unlike |= text.starts_with('#');
    }
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
    fn configurations_of_frr() {
        for text in [
            "frr version 8.4.4\nfrr defaults traditional\nhostname a\n",
            "bgp community-list standard EU permit 12076:51002\n",
            "bgp as-path access-list MS permit ^12076_\n",
            "router bgp 65001 vrf AZURE\n neighbor 192.0.2.2 remote-as 12076\n",
            "router bgp 65001\n neighbor swp1 interface remote-as external\n",
            "router bgp 65001\n no bgp ebgp-requires-policy\n",
            "route-map X permit 10\n on-match next\n",
            "net add bgp autonomous-system 65001\n",
            "access-list A permit 10.0.0.0/8\n",
            "leaf1# show running-config\nBuilding configuration...\n\nCurrent configuration:\n!\nfrr version 8.2.2\n",
            "frr version 8.4\nip community-list standard EU permit 12076:51002\n",
            "# written by hand\nfrr version 8.4\n",
        ] {
            check(text, Fit::Certain);
        }
    }

    #[test]
    fn pieces_that_may_be_of_frr() {
        for text in [
            "router bgp 65001\n neighbor 192.0.2.2 remote-as 12076\n",
            "route-map X permit 10\n match community EU\n",
            "ip prefix-list P seq 10 permit 172.16.0.0/16\n",
        ] {
            check(text, Fit::Possible);
        }
    }

    #[test]
    fn other_texts() {
        for text in [
            "",
            "ip community-list standard EU permit 12076:51002\n",
            "ip as-path access-list 1 permit ^12076_\nroute-map X permit 10\n",
            "interface GigabitEthernet0/0\n ip address 192.0.2.1 255.255.255.252\nrouter bgp 65001\n",
            "version 15.7\nrouter bgp 65001\n",
            "feature bgp\nrouter bgp 65001\n",
            "router bgp 65001\n  neighbor 192.0.2.2\n    remote-as 12076\n",
            "router bgp 65001\n  neighbor 192.0.2.2 remote-as 12076\n    address-family ipv4 unicast\n",
            "router bgp 65001\n   neighbor 192.0.2.2 peer group SPINE\n",
            "set protocols bgp neighbor 192.0.2.2 remote-as 12076\n",
            "protocols {\n    bgp {\n    }\n}\n",
            "# How to\n\n```\nfrr version 8.4\n```\n",
            "router bgp {{ asn }}\n",
            "hostname only\n",
        ] {
            check(text, Fit::No);
        }
    }
}
