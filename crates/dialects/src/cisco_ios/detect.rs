//! Whether a text is an IOS configuration.
//!
//! The command line of IOS was copied by many, so most of its lines prove nothing. What does is in the table
//! below; text without a telling line is taken for IOS, since IOS is the original.

use pairlint_model::source::Source;

use super::capture;
use crate::lines::{Line, Words};

/// What a line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// Only IOS and IOS XE write this.
    Ios,
    /// IOS never has this: another platform, or no configuration at all.
    Other,
    /// The command line that IOS shares with its copies.
    Like,
    /// IOS refuses this, others take it: decides where nothing proves IOS.
    Unlike,
}

use Sign::{Ios, Like, Other, Unlike};

/// Lines as patterns: `*` is any word, `#` a word that begins with a digit, `a|b` one of these, `a~` a word
/// that begins so, `$` the end of the line. What follows the last word of a pattern does not matter.
#[rustfmt::skip]
const EVIDENCE: &[(Sign, &str)] = &[
    // IOS and IOS XE
    (Ios,    "version 12.~|15.~|16.~|17.~ $"),
    (Ios,    "Current configuration : #"),
    (Ios,    "boot-start-marker $"),
    (Ios,    "no aaa new-model $"),
    (Ios,    "aaa new-model $"),
    (Ios,    "ip cef $"),
    (Ios,    "ip forward-protocol nd|udp"),
    (Ios,    "ip bgp-community new-format $"),
    (Ios,    "multilink bundle-name authenticated $"),
    (Ios,    "line con|aux 0 $"),
    (Ios,    "vrf definition *"),
    (Ios,    "ip policy-list * permit|deny"),
    (Ios,    "address-family ipv4|ipv6 vrf * $"),
    (Ios,    "template peer-policy|peer-session *"),
    (Ios,    "exit-peer-policy|exit-peer-session $"),
    (Ios,    "!RANCID-CONTENT-TYPE: cisco $"),
    // shared with NX-OS, EOS, FRR and others
    (Like,   "router bgp #|<~"),
    (Like,   "route-map * permit|deny"),
    (Like,   "route-map * $"),
    (Like,   "ip|ipv6 prefix-list * seq|permit|deny"),
    (Like,   "ip community-list standard|expanded|# *"),
    (Like,   "ip as-path access-list # permit|deny"),
    (Like,   "ip access-list standard|extended *"),
    (Like,   "access-list # permit|deny|remark"),
    (Like,   "neighbor * remote-as|route-map|prefix-list|peer-group *"),
    (Like,   "ip address # 255.~"),
    // accepted elsewhere, refused by IOS
    (Unlike, "ip address */#~ $"),
    (Unlike, "ip community-list regexp"),
    (Unlike, "ip as-path access-list regexp"),
    (Unlike, "interface lo $"),
    (Unlike, "vrf * $"),
    (Unlike, "line vty $"),
    (Unlike, "exit-vrf $"),
    (Unlike, "call * $"),
    (Unlike, "ip router-id *"),
    // NX-OS
    (Other,  "feature *"),
    (Other,  "install feature-set *"),
    (Other,  "vdc * id"),
    (Other,  "boot nxos|system|kickstart *"),
    (Other,  "!Command: show *"),
    (Other,  "!Running configuration last"),
    (Other,  "vrf context|member *"),
    (Other,  "template peer *"),
    (Other,  "inherit peer *"),
    (Other,  "neighbor * $"),
    (Other,  "!RANCID-CONTENT-TYPE: cisco-nx|cisco-xr|arista|juniper|force10|foundry"),
    // EOS
    (Other,  "! device: *"),
    (Other,  "! Command: show *"),
    (Other,  "service routing protocols model"),
    (Other,  "transceiver qsfp"),
    (Other,  "daemon *"),
    (Other,  "management api|ssh|telnet|security|console"),
    (Other,  "vlan internal order"),
    (Other,  "mlag configuration $"),
    (Other,  "neighbor * peer group"),
    (Other,  "bgp missing-policy"),
    (Other,  "peer-filter *"),
    (Other,  "maximum-paths # ecmp"),
    (Other,  "vrf instance *"),
    (Other,  "router bfd|general|path-selection $"),
    (Other,  "ip virtual-router mac-address"),
    (Other,  "username * secret sha512"),
    (Other,  "no aaa root $"),
    (Other,  "!RANCID-CONTENT-TYPE: arista"),
    (Other,  "ip as-path regex-mode"),
    (Other,  "ip|ipv6 prefix-list * $"),
    (Other,  "seq # permit|deny"),
    // IOS-XR
    (Other,  "!! IOS XR"),
    (Other,  "route-policy *"),
    (Other,  "end-policy|end-set $"),
    (Other,  "prefix-set|community-set|as-path-set|extcommunity-set *"),
    (Other,  "ipv4 address *"),
    (Other,  "neighbor-group|af-group|session-group *"),
    (Other,  "use neighbor-group|af-group|session-group *"),
    (Other,  "router static $"),
    (Other,  "bgp origin-as validation"),
    (Other,  "bgp bestpath origin-as"),
    (Other,  "rpki server|cache *"),
    (Other,  "interface Bundle-Ether~|MgmtEth~"),
    // ASA
    (Other,  "ASA|PIX|FWSM Version"),
    (Other,  ": Saved $"),
    (Other,  "nameif *"),
    (Other,  "security-level #"),
    (Other,  "same-security-traffic permit"),
    (Other,  "access-list * extended|standard permit|deny"),
    (Other,  "object network|service *"),
    (Other,  "prefix-list|policy-list * seq|permit|deny"),
    (Other,  "community-list standard|expanded|# *"),
    // FRR, Quagga, Cumulus, VyOS
    (Other,  "frr version|defaults"),
    (Other,  "!FRRouting"),
    (Other,  "! FRRouting"),
    (Other,  "! Zebra configuration"),
    (Other,  "! -*- *"),
    (Other,  "bgp community-list|as-path|large-community-list|extcommunity-list *"),
    (Other,  "bgp ebgp-requires-policy"),
    (Other,  "no bgp ebgp-requires-policy"),
    (Other,  "no bgp network import-check"),
    (Other,  "service integrated-vtysh-config"),
    (Other,  "log stdout|file|syslog|commands|timestamp"),
    (Other,  "password zebra"),
    (Other,  "enable password zebra"),
    (Other,  "on-match next|goto"),
    (Other,  "neighbor * interface *"),
    (Other,  "neighbor * interface $"),
    (Other,  "neighbor * bfd"),
    (Other,  "neighbor * timers connect"),
    (Other,  "neighbor * local-role"),
    (Other,  "advertise-all-vni $"),
    (Other,  "bgp default ipv6-unicast|l2vpn-evpn"),
    (Other,  "bgp minimum-holdtime"),
    (Other,  "bgp graceful-shutdown $"),
    (Other,  "access-list * seq|permit|deny */#~"),
    (Other,  "access-list * seq #"),
    (Other,  "ipv6 access-list * seq|permit|deny"),
    (Other,  "router ripng $"),
    (Other,  "router bgp # vrf|view *"),
    (Other,  "ip forwarding $"),
    (Other,  "ip nht|protocol *"),
    (Other,  "agentx $"),
    (Other,  "net add *"),
    (Other,  "iface *"),
    (Other,  "auto lo|eth~|swp~"),
    (Other,  "set protocols|policy|interfaces|system|firewall|deviceconfig|routing-options|policy-options *"),
    // VRP, SR OS, FortiOS, RouterOS, Dell and Extreme
    (Other,  "sysname *"),
    (Other,  "bgp # $"),
    (Other,  "peer * as-number"),
    (Other,  "ip ip-prefix|community-filter|as-path-filter *"),
    (Other,  "/configure|configure|/routing|/ip *"),
    (Other,  "config router|system|firewall|vdom *"),
    (Other,  "neighbor * router-id|asn *"),
    // no configuration of any kind
    (Other,  "```~"),
    (Other,  "--- $"),
    (Other,  "#!~"),
    (Other,  "// *"),
    (Other,  "/* *"),
    (Other,  "from|package|using|#include *"),
    (Other,  "def|func|fn|public|private|const|let|var|return *"),
    (Other,  "- *: *"),
];

/// Beyond this a text is taken for what it was up to here.
const ENOUGH: usize = 256 * 1024;

pub(super) fn detect(source: &Source) -> bool {
    let text = beginning(source.text());
    let first = text.trim_start().bytes().next().unwrap_or(b' ');
    if matches!(first, b'{' | b'[' | b'<' | b'"' | b'%') || text.as_bytes().contains(&0) {
        return false;
    }
    let mut tally = Tally::default();
    for capture in capture::devices(text) {
        // A prompt on a line of its own proves nothing, but what was typed at one counts.
        for line in &capture.lines {
            tally.line(line);
            if tally.other {
                return false;
            }
        }
    }
    tally.ios || (tally.like && !tally.unlike)
}

/// Cuts a long text at a line end.
fn beginning(text: &str) -> &str {
    if text.len() <= ENOUGH {
        return text;
    }
    let end = memchr::memrchr(b'\n', text.as_bytes().get(..ENOUGH).unwrap_or_default());
    text.get(..end.unwrap_or(0)).unwrap_or("")
}

#[derive(Default)]
struct Tally {
    ios: bool,
    other: bool,
    like: bool,
    unlike: bool,
    /// Lines that end like a program's or a braced configuration's.
    braced: u32,
    /// The indentation of the line before, where that was a neighbor's.
    neighbor: Option<u32>,
}

impl Tally {
    fn line(&mut self, line: &Line<'_>) {
        let text = line.text;
        if text.contains("{{") || text.contains("{%") {
            // A template, not a configuration.
            self.other = true;
            return;
        }
        self.braced += u32::from(text.ends_with(['{', ';']) || text == "}");
        self.other |= self.braced >= 3;
        // NX-OS and IOS-XR write a neighbor's lines below it, further right.
        let below = self.neighbor.is_some_and(|indent| line.indent > indent);
        if below
            && ["address-family ", "remote-as ", "use ", "inherit "]
                .iter()
                .any(|word| text.starts_with(word))
        {
            self.other = true;
        }
        if !text.starts_with('!') {
            self.neighbor = text.starts_with("neighbor ").then_some(line.indent);
        }
        match sign(text) {
            Some(Ios) => self.ios = true,
            Some(Other) => self.other = true,
            Some(Like) => self.like = true,
            Some(Unlike) => self.unlike = true,
            None => {}
        }
        // Headings, comments of YAML and shell, and the separators of VRP.
        self.unlike |= text.starts_with('#') || is_unlike_list(text);
    }
}

/// Returns what the first pattern that fits tells; patterns that disprove come before those that are shared.
fn sign(text: &str) -> Option<Sign> {
    let mut found = None;
    for (sign, pattern) in EVIDENCE {
        if fits(pattern, text) {
            match sign {
                Other => return Some(Other),
                sign => found = found.or(Some(*sign)),
            }
        }
    }
    found
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

fn fits(pattern: &str, text: &str) -> bool {
    // The first letter excludes most.
    let (wanted, found) = (pattern.as_bytes().first(), text.as_bytes().first());
    let open = matches!(wanted, Some(b'*' | b'#'))
        || pattern.split(' ').next().is_some_and(|first| first.contains('|'));
    if !open
        && !wanted
            .zip(found)
            .is_some_and(|(wanted, found)| wanted.eq_ignore_ascii_case(found))
    {
        return false;
    }
    let mut words = text.split([' ', '\t']).filter(|word| !word.is_empty());
    for part in pattern.split(' ') {
        if part == "$" {
            return words.next().is_none();
        }
        let Some(word) = words.next() else { return false };
        if !part.split('|').any(|choice| fits_word(choice, word)) {
            return false;
        }
    }
    true
}

fn fits_word(choice: &str, word: &str) -> bool {
    match choice {
        "*" => true,
        "#" => word.starts_with(|c: char| c.is_ascii_digit()),
        "*/#~" => word
            .split_once('/')
            .is_some_and(|(_, length)| length.starts_with(|c: char| c.is_ascii_digit())),
        "*:" => word.ends_with(':'),
        _ => match choice.strip_suffix('~') {
            Some(start) => word
                .as_bytes()
                .get(..start.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes())),
            None => choice.eq_ignore_ascii_case(word),
        },
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::SourceId;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(detect(&Source::new(SourceId(0), "x", text)), expected, "{text}");
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
