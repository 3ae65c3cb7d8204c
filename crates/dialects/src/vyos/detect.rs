//! Whether a text is a configuration of VyOS.

use pairlint_model::source::Source;

use super::syntax::prompt;
use crate::Fit;
use crate::evidence::Sign::{Foreign, Own, Shared};
use crate::evidence::{self, Signs, Tally};

/// Lines without the brace that ends them.
#[rustfmt::skip]
const EVIDENCE: Signs = &[
    (Own,     "// vyos-config-version:"),
    (Own,     "/* === vyatta-config-version:"),
    (Own,     "set policy prefix-list|prefix-list6|route-map|as-path-list|access-list|access-list6 *"),
    (Own,     "set policy community-list|large-community-list|extcommunity-list *"),
    (Own,     "set protocols bgp system-as|local-as|parameters|neighbor|peer-group|listen|address-family *"),
    (Own,     "set protocols bgp # neighbor|peer-group|parameters|address-family *"),
    (Own,     "set vrf name * protocols bgp"),
    (Own,     "prefix-list6 * $"),
    (Own,     "prefix-list6 * {"),
    (Own,     "as-path-list * {"),
    (Own,     "large-community-list * {"),
    (Own,     "ipv4-unicast|ipv6-unicast {"),
    (Own,     "system-as # $"),
    (Shared,  "route-map * {"),
    (Shared,  "community-list * {"),
    (Shared,  "rule # {"),
    (Shared,  "bgp # {"),
    (Foreign, "configure {"),
    (Foreign, "entry # {"),
    (Foreign, "policy-options|routing-options|policy-statement|routing-instances *"),
    (Foreign, "set policy-options|routing-options|routing-instances|deviceconfig|network|logical-systems *"),
    (Foreign, "set protocols bgp group|import|export|family *"),
    (Foreign, "protocol bgp *"),
    (Foreign, "resource|module|variable|provider|locals *"),
    (Foreign, "frr version|defaults"),
    (Foreign, "router bgp *"),
    (Foreign, "```~"),
    (Foreign, "--- $"),
    (Foreign, "#!~"),
    (Foreign, "def|func|fn|const|let|var|return *"),
];

pub(super) fn detect(source: &Source) -> Fit {
    let whole = source.text();
    let text = evidence::beginning(whole);
    let first = text.trim_start().bytes().next().unwrap_or(b' ');
    if matches!(first, b'{' | b'[' | b'<' | b'"' | b'%') || text.as_bytes().contains(&0) {
        return Fit::No;
    }
    let mut tally = Tally::new(EVIDENCE);
    let mut semicolons = 0u32;
    // The trailer that names the release may lie beyond what is looked at.
    let tail = whole
        .get(whole.len().saturating_sub(4096)..)
        .filter(|_| text.len() < whole.len());
    for line in text.lines().chain(tail.into_iter().flat_map(str::lines)) {
        let line = line.trim();
        let line = prompt(line)
            .and_then(|length| line.get(length..))
            .unwrap_or(line)
            .trim();
        semicolons += u32::from(line.ends_with(';'));
        let template = line.contains("{{") || line.contains("{%");
        if template || semicolons > 2 {
            return Fit::No;
        }
        tally.line(line);
        if tally.foreign {
            return Fit::No;
        }
    }
    match tally.fit() {
        // What is shared is shared with languages that we do not read.
        Fit::Possible if !text.contains("rule ") => Fit::No,
        Fit::Possible => Fit::Certain,
        other => other,
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
    fn configurations_of_vyos() {
        for text in [
            "policy {\n    route-map X {\n        rule 10 {\n            action permit\n        }\n    }\n}\n",
            "protocols {\n    bgp 65001 {\n        neighbor 192.0.2.2 {\n            remote-as 12076\n            \
             address-family {\n                ipv4-unicast {\n                }\n            }\n        }\n    }\n}\n",
            "set protocols bgp system-as '65001'\nset protocols bgp neighbor 192.0.2.2 remote-as '12076'\n",
            "set policy community-list EU rule 10 regex '12076:51002'\n",
            "vyos@edge# set policy prefix-list P rule 10 prefix 172.16.0.0/16\n",
            "interfaces {\n}\n// vyos-config-version: \"bgp@4\"\n// Release version: 1.4.0\n",
        ] {
            check(text, Fit::Certain);
        }
    }

    #[test]
    fn other_texts() {
        for text in [
            "",
            "set protocols bgp group MS neighbor 192.0.2.2\n",
            "policy-options {\n    policy-statement X {\n        then accept;\n    }\n}\n",
            "configure {\n    policy-options {\n        entry 10 {\n        }\n    }\n}\n",
            "router bgp 65001\n neighbor 192.0.2.2 remote-as 12076\n",
            "resource \"x\" \"y\" {\n  rule 1 {\n  }\n}\n",
            "# How to\n\n```\nset policy prefix-list P rule 10\n```\n",
            "protocol bgp ms {\n    neighbor 192.0.2.2 as 12076;\n}\n",
        ] {
            check(text, Fit::No);
        }
    }
}
