//! Whether a text is a FortiOS configuration. Its blocks are its own, so a few lines prove it.

use pairlint_model::source::Source;

use crate::Fit;
use crate::evidence::Sign::{Foreign, Own, Shared};
use crate::evidence::{self, Signs, Tally};
use crate::lines::Lines;

#[rustfmt::skip]
const EVIDENCE: Signs = &[
    (Own,     "#config-version=~"),
    (Own,     "config router bgp|route-map|prefix-list|prefix-list6|access-list|access-list6|community-list|aspath-list|static $"),
    (Own,     "config system global|interface|settings|zone|ha $"),
    (Own,     "config firewall policy|address|addrgrp|vip $"),
    (Own,     "config vdom|global $"),
    (Own,     "config neighbor|neighbor-group|neighbor-range $"),
    (Own,     "set route-map-in|route-map-out|prefix-list-in|match-ip-address|match-community *"),
    (Shared,  "config rule $"),
    // no configuration of this kind
    (Foreign, "router bgp *"),
    (Foreign, "bgp # $"),
    (Foreign, "set protocols|policy|interfaces|firewall|routing-options|policy-options|deviceconfig *"),
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
    if matches!(first, b'{' | b'[' | b'"' | b'%') || text.as_bytes().contains(&0) {
        return Fit::No;
    }
    let mut tally = Tally::new(EVIDENCE);
    let mut braced = 0;
    for line in Lines::new(text) {
        let text = line.text;
        braced += u32::from(text.ends_with(['{', ';']) || text == "}");
        let template = text.contains("{{") || text.contains("{%");
        if template || (braced >= 3 && !tally.own) {
            return Fit::No;
        }
        // What proves it comes early; messages and scripts inside a backup hold anything.
        if !tally.own {
            // What was typed at a prompt counts.
            tally.line(text.split_once(" # ").map_or(text, |(_, command)| command));
            if tally.foreign {
                return Fit::No;
            }
        }
    }
    match tally.own {
        true => Fit::Certain,
        false => Fit::No,
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
    fn configurations_and_pieces() {
        for text in [
            "#config-version=FGT60F-7.2.5-FW-build1517-230606:opmode=0:vdom=0:user=admin\n",
            "config router bgp\n    set as 65001\nend\n",
            "config neighbor\n edit \"192.0.2.2\"\n  set remote-as 12076\n",
            "ams-fw # show router bgp\nconfig router bgp\n    set as 65001\nend\n",
            "ams-fw (vdom) # config router route-map\n",
            "config system global\n    set hostname \"ams\"\nend\n",
        ] {
            check(text, Fit::Certain);
        }
    }

    #[test]
    fn others() {
        for text in [
            "",
            "hello\n",
            "# How to\n\n```\nconfig router bgp\n```\n",
            "router bgp 65001\n neighbor 192.0.2.2 remote-as 12076\n",
            "set protocols bgp group X\n",
            "config router bgp\n set as {{ asn }}\n",
            "{ \"config router bgp\": 1 }",
        ] {
            check(text, Fit::No);
        }
    }
}
