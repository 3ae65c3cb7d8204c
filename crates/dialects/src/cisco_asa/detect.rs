//! Whether a text is an ASA configuration.

use pairlint_model::source::Source;

use crate::Fit;
use crate::captures;
use crate::evidence::Sign::{Foreign, Own, Shared, Unlike};
use crate::evidence::{self, Signs};

#[rustfmt::skip]
const EVIDENCE: Signs = &[
    (Own,     "ASA Version #"),
    (Own,     ": Saved $"),
    (Own,     ": Serial Number: *"),
    (Own,     "nameif *"),
    (Own,     "security-level #"),
    (Own,     "same-security-traffic permit"),
    (Own,     "object network|service *"),
    (Own,     "community-list standard|expanded * permit|deny"),
    (Own,     "community-list # permit|deny"),
    (Own,     "as-path access-list # permit|deny"),
    (Own,     "prefix-list * seq # permit|deny"),
    (Own,     "prefix-list * permit|deny */#~"),
    (Own,     "policy-list * permit|deny $"),
    (Own,     "bgp-community new-format $"),
    (Own,     "names $"),
    (Own,     "pager lines #"),
    (Own,     "threat-detection basic-threat"),
    (Own,     "asdm image|history *"),
    (Shared,  "router bgp #"),
    (Shared,  "route-map * permit|deny"),
    (Shared,  "access-list * standard|extended permit|deny"),
    (Unlike,  "ip address */#~"),
    (Foreign, "version #"),
    (Foreign, "ip|bgp prefix-list|community-list|as-path|policy-list *"),
    (Foreign, "ip access-list *"),
    (Foreign, "vrf *"),
    (Foreign, "address-family * vrf *"),
    (Foreign, "ip vrf *"),
    (Foreign, "frr version|defaults"),
    (Foreign, "feature *"),
    (Foreign, "!! IOS XR"),
    (Foreign, "route-policy *"),
    (Foreign, "end-policy|end-set $"),
    (Foreign, "prefix-set|community-set|as-path-set *"),
    (Foreign, "ipv4 address *"),
    (Foreign, "sysname *"),
    (Foreign, "ip ip-prefix|community-filter|as-path-filter *"),
    (Foreign, "peer * as-number"),
    (Foreign, "/configure|configure|/routing|/ip *"),
    (Foreign, "config router|system|firewall|vdom *"),
    (Foreign, "set protocols|policy|interfaces|system|firewall|deviceconfig|routing-options|policy-options *"),
    (Foreign, "line vty|con *"),
    (Foreign, "boot-start-marker $"),
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
    let mut signs = evidence::Tally::new(EVIDENCE);
    let mut braced = 0u32;
    let Some(devices) = captures::unless_braced(text, &super::TERMINAL, captures::BRACED) else {
        return Fit::No;
    };
    for capture in devices {
        for line in &capture.lines {
            braced += u32::from(captures::is_braced(line.text));
            if !line.text.starts_with('!') {
                signs.line(line.text);
            }
            if signs.foreign
                || braced >= captures::BRACED
                || line.text.contains("{{")
                || line.text.contains("{%")
            {
                return Fit::No;
            }
        }
    }
    match signs.fit() {
        // What the platform shares with all its kin proves nothing: such text is taken for theirs.
        Fit::Possible => Fit::No,
        fit => fit,
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
    fn what_it_is_and_what_not() {
        check(": Saved\n:\nASA Version 9.8(1)\nhostname a\n", Fit::Certain);
        check(
            "interface Gi0/0\n nameif outside\n security-level 0\n",
            Fit::Certain,
        );
        check("prefix-list P seq 5 permit 10.0.0.0/8\n", Fit::Certain);
        check("community-list standard EU permit 12076:51002\n", Fit::Certain);
        check("as-path access-list 1 permit ^12076_\n", Fit::Certain);
        check("router bgp 65001\n neighbor 192.0.2.2 remote-as 12076\n", Fit::No);
        check("ip prefix-list P seq 5 permit 10.0.0.0/8\n", Fit::No);
        check("bgp community-list standard EU permit 12076:51002\n", Fit::No);
        check("version 15.7\nip prefix-list A permit 10.0.0.0/8\n", Fit::No);
        check("", Fit::No);
    }
}
