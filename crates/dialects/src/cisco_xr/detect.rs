//! Whether a text is an IOS XR configuration.

use pairlint_model::source::Source;

use super::capture;
use crate::Fit;
use crate::evidence::Sign::{Foreign, Own, Shared};
use crate::evidence::{self, Signs};
use crate::lines::Line;

#[rustfmt::skip]
const EVIDENCE: Signs = &[
    (Own,     "!! IOS XR"),
    (Own,     "!RANCID-CONTENT-TYPE: cisco-xr"),
    (Own,     "end-policy $"),
    (Own,     "end-set $"),
    (Own,     "end-global $"),
    (Own,     "route-policy * in|out $"),
    (Own,     "prefix-set|community-set|large-community-set|as-path-set *"),
    (Own,     "extcommunity-set rt|soo|cost|bandwidth|opaque *"),
    (Own,     "use neighbor-group|session-group|af-group *"),
    (Own,     "neighbor-group|session-group|af-group *"),
    (Own,     "send-community-ebgp $"),
    (Own,     "remove-private-AS $"),
    (Own,     "interface MgmtEth~|Bundle-Ether~|HundredGigE~"),
    (Own,     "interface preconfigure *"),
    (Own,     "ipv4 address *"),
    (Own,     "ipv4 access-list *"),
    (Own,     "call-home"),
    (Own,     "router bgp # instance *"),
    (Own,     "router bgp # neighbor|address-family|neighbor-group *"),
    (Own,     "router bgp # vrf * neighbor|address-family|rd *"),
    (Shared,  "route-policy *"),
    (Shared,  "router bgp #|<~"),
    (Shared,  "neighbor * $"),
    (Shared,  "address-family ipv4|ipv6|vpnv4 unicast $"),
    (Shared,  "remote-as #"),
    // IOS, NX-OS, EOS, FRR: lists and policies of another kind
    (Foreign, "version #"),
    (Foreign, "Current configuration : #"),
    (Foreign, "route-map * permit|deny"),
    (Foreign, "ip|ipv6 prefix-list *"),
    (Foreign, "ip community-list|as-path *"),
    (Foreign, "ip address *"),
    (Foreign, "neighbor * route-map|prefix-list|peer-group|activate"),
    (Foreign, "neighbor * peer group"),
    (Foreign, "exit-address-family $"),
    (Foreign, "feature *"),
    (Foreign, "vrf context|definition|instance|forwarding *"),
    (Foreign, "frr version|defaults"),
    (Foreign, "no|bgp bgp|ebgp-requires-policy"),
    (Foreign, "router bgp # view *"),
    (Foreign, "neighbor * timers|interface|password|description|update-source|ebgp-multihop *"),
    (Foreign, "template peer *"),
    (Foreign, "inherit peer *"),
    (Foreign, "nameif *"),
    (Foreign, "ASA Version"),
    // VRP, SR OS, Junos, FortiOS, RouterOS
    (Foreign, "sysname *"),
    (Foreign, "bgp # $"),
    (Foreign, "peer * as-number"),
    (Foreign, "ip ip-prefix|community-filter|as-path-filter *"),
    (Foreign, "if-match *"),
    (Foreign, "route-policy * permit|deny"),
    (Foreign, "xpl *"),
    (Foreign, "/configure|configure|/routing|/ip *"),
    (Foreign, "config router|system|firewall|vdom *"),
    (Foreign, "set protocols|policy|interfaces|system|firewall|deviceconfig|routing-options|policy-options *"),
    (Foreign, "policy-options|protocols|routing-options {"),
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
    let mut tally = Tally {
        signs: evidence::Tally::new(EVIDENCE),
        braced: 0,
        telling: false,
        neighbor: None,
    };
    for capture in capture::devices(text) {
        for line in &capture.lines {
            tally.line(line);
            if tally.signs.foreign {
                return Fit::No;
            }
        }
    }
    match tally.signs.fit() {
        // Words that several platforms write prove nothing by themselves.
        Fit::Possible if !tally.telling => Fit::No,
        fit => fit,
    }
}

struct Tally {
    signs: evidence::Tally,
    /// Lines that end like a program's or a braced configuration's.
    braced: u32,
    /// A policy begins, or a neighbor has lines below it.
    telling: bool,
    neighbor: Option<u32>,
}

impl Tally {
    fn line(&mut self, line: &Line<'_>) {
        let text = line.text;
        self.braced += u32::from(text.ends_with(['{', ';']) || text == "}");
        if text.contains("{{") || text.contains("{%") || self.braced >= 3 {
            self.signs.foreign = true;
            return;
        }
        if text.starts_with('!') && !text.starts_with("!!") && !text.starts_with("!RANCID") {
            return;
        }
        let below = self.neighbor.is_some_and(|indent| line.indent > indent)
            && ["remote-as ", "use ", "address-family "]
                .iter()
                .any(|word| text.starts_with(word));
        self.telling |= below || text.starts_with("route-policy ");
        self.neighbor = match text.starts_with("neighbor ") && line.words().count() == 2 {
            true => Some(line.indent),
            false => self.neighbor.filter(|indent| line.indent > *indent),
        };
        self.signs.line(text);
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::SourceId;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Fit) {
        let fit = detect(&Source::new(SourceId(0), "x", text));
        assert_eq!(fit, expected, "{text}");
    }

    #[test]
    fn configurations_and_pieces() {
        for text in [
            "Building configuration...\n!! IOS XR Configuration 7.3.2\nhostname a\n",
            "route-policy PASS\n  pass\nend-policy\n",
            "prefix-set P\n  10.0.0.0/8 le 24\nend-set\n",
            "router bgp 65001\n neighbor 192.0.2.2\n  remote-as 12076\n  use neighbor-group MS\n",
            "RP/0/RSP0/CPU0:edge1#show run int Gi0/0/0/1\ninterface GigabitEthernet0/0/0/1\n ipv4 address 192.0.2.1 255.255.255.252\n",
            "router bgp 65001 neighbor 192.0.2.2 remote-as 12076\n",
        ] {
            check(text, Fit::Certain);
        }
        check(
            "router bgp 65001\n neighbor 192.0.2.2\n  remote-as 12076\n",
            Fit::Possible,
        );
    }

    #[test]
    fn others() {
        for text in [
            "",
            "router bgp 65001\n neighbor 192.0.2.2 remote-as 12076\n",
            "version 15.7\nhostname a\nend\n",
            "version 9.3(5)\nfeature bgp\nrouter bgp 65001\n  neighbor 192.0.2.2\n    remote-as 12076\n",
            "route-map X permit 10\n match community 1\n",
            "sysname R1\nbgp 65001\n peer 192.0.2.2 as-number 12076\nroute-policy X permit node 10\n",
            "frr version 8.4\nrouter bgp 65001\n",
            "{\n \"route-policy\": \"end-policy\"\n}",
            "policy-options {\n    policy-statement X {\n        then accept;\n    }\n}\n",
            "hostname only\n",
        ] {
            check(text, Fit::No);
        }
    }
}
