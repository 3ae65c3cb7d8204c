//! Whether a text is a configuration of VRP or Comware. Its commands are its own, so a few lines prove it.

use pairlint_model::source::Source;

use super::capture;
use crate::Fit;
use crate::evidence::Sign::{Foreign, Own, Shared};
use crate::evidence::{self, Signs, Tally};

#[rustfmt::skip]
const EVIDENCE: Signs = &[
    (Own,     "sysname * $"),
    (Own,     "!Software Version V~"),
    (Own,     "bgp # $"),
    (Own,     "bgp # instance *"),
    (Own,     "peer * as-number #"),
    (Own,     "peer * as-number <~"),
    (Own,     "peer * enable $"),
    (Own,     "peer * group *"),
    (Own,     "peer * route-policy * import|export"),
    (Own,     "ipv4-family|ipv6-family $"),
    (Own,     "ipv4-family|ipv6-family unicast|vpn-instance|multicast"),
    (Own,     "ip ip-prefix|ipv6-prefix|community-filter|as-path-filter|large-community-filter|extcommunity-filter *"),
    (Own,     "undo ip ip-prefix|ipv6-prefix|community-filter|as-path-filter *"),
    (Own,     "ip prefix-list * index # permit|deny # #"),
    (Own,     "ipv6 prefix-list * index # permit|deny * #"),
    (Own,     "ip community-list basic|advanced *"),
    (Own,     "ip vpn-instance *"),
    (Own,     "ip binding vpn-instance *"),
    (Own,     "route-policy * permit|deny node #"),
    (Own,     "if-match ip-prefix|community-filter|community|as-path-filter|as-path|acl|ip|ipv6|cost|tag|interface|protocol"),
    (Own,     "apply community|comm-filter|local-preference|cost|as-path|preferred-value|ip-address"),
    (Own,     "goto next-node"),
    (Own,     "acl number #"),
    (Own,     "undo synchronization $"),
    (Own,     "xpl route-filter|ip-prefix-list|community-list *"),
    (Shared,  "acl # $"),
    // others that say `route-policy` or `sysname`, and no configuration of any kind
    (Foreign, "route-policy * $"),
    (Foreign, "end-policy|end-set $"),
    (Foreign, "router bgp *"),
    (Foreign, "config router|system|firewall|vdom *"),
    (Foreign, "```~"),
    (Foreign, "--- $"),
    (Foreign, "#!~"),
    (Foreign, "// *"),
    (Foreign, "/* *"),
    (Foreign, "def|func|fn|public|private|const|let|var|class *"),
    (Foreign, "- *: *"),
];

pub(super) fn detect(source: &Source) -> Fit {
    let text = evidence::beginning(source.text());
    let first = text.trim_start().bytes().next().unwrap_or(b' ');
    if matches!(first, b'{' | b'"' | b'%') || text.as_bytes().contains(&0) {
        return Fit::No;
    }
    let mut tally = Tally::new(EVIDENCE);
    // Lines that end like a program's or a braced configuration's.
    let mut braced = 0;
    for capture in capture::devices(text) {
        for line in &capture.lines {
            braced += u32::from(line.text.ends_with(['{', ';']) || line.text == "}");
            let template = line.text.contains("{{") || line.text.contains("{%");
            if template || braced >= 3 {
                return Fit::No;
            }
            // A comment proves nothing, but the header and what a program has do.
            tally.line(line.text);
            if tally.foreign {
                return Fit::No;
            }
        }
    }
    tally.fit()
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
    fn configurations_and_pieces() {
        for text in [
            "!Software Version V200R005C00SPC500\nsysname ams\n#\nreturn\n",
            "bgp 65001\n peer 192.0.2.2 as-number 12076\n",
            "ip ip-prefix P index 10 permit 10.0.0.0 8\n",
            "route-policy X permit node 10\n if-match community-filter 1\n",
            "[~ams-bgp] peer 192.0.2.2 as-number 12076\n",
            " ip community-filter 1 permit 1:1\n",
            " version 7.1.064\n#\n sysname hp\n",
        ] {
            check(text, Fit::Certain);
        }
    }

    #[test]
    fn others() {
        for text in [
            "",
            "hello\n",
            "route-policy PASS\n  pass\nend-policy\n",
            "router bgp 65001\n neighbor 192.0.2.2 remote-as 12076\n",
            "# How to\n\n```\nbgp 65001\n```\n",
            "config router bgp\n    set as 65001\nend\n",
            "bgp {{ asn }}\n peer {{ peer }} as-number 12076\n",
            "{ \"sysname\": 1 }",
            "bgp {\n    group X {\n        peer-as 12076;\n    }\n}\n",
        ] {
            check(text, Fit::No);
        }
    }
}
