//! Whether a text is Junos.

use memchr::memchr;

use pairlint_model::source::Source;

use super::syntax::prompt;
use crate::Fit;
use crate::structured::{Form, form};

/// `show configuration | display xml` and `| display json` ("CLI User Guide", "Filtering Command Output").
pub(super) const FORMS: &[Form] = &[
    Form {
        what: "a Junos configuration in XML",
        instead: TEXT,
        begin: '<',
        words: &["<configuration", "<protocols", "<bgp>"],
    },
    Form {
        what: "a Junos configuration in JSON",
        instead: TEXT,
        begin: '{',
        words: &["\"configuration\"", "\"protocols\"", "\"bgp\""],
    },
];

const TEXT: &str = "show configuration | no-more";

/// How much of a file is looked at; whole configurations show what they are in their first lines.
const LOOKED_AT: usize = 1 << 20;

/// Hierarchies that no other vendor's `set` commands have (VyOS has `policy`, PAN-OS `network`).
const SET_HIERARCHIES: [&str; 11] = [
    "policy-options ",
    "protocols bgp group ",
    "protocols bgp import ",
    "protocols bgp export ",
    "protocols bgp family ",
    "routing-options ",
    "routing-instances ",
    "logical-systems ",
    "groups ",
    "apply-groups ",
    "firewall family inet",
];

/// Blocks that begin like this are Junos, or SR OS where nothing ends with `;`.
const BLOCKS: [&str; 7] = [
    "policy-options",
    "routing-options",
    "routing-instances",
    "logical-systems",
    "policy-statement ",
    "prefix-list ",
    "protocols",
];

/// Recognises curly and `set` form, whole or in pieces.
pub(super) fn detect(source: &Source) -> Fit {
    let ours = form(source.text(), FORMS).is_some() || is_junos(source);
    if ours { Fit::Certain } else { Fit::No }
}

fn is_junos(source: &Source) -> bool {
    let text = source.text();
    let bytes = text.as_bytes();
    let mut seen = Seen::default();
    let mut at = 0;
    while at < bytes.len().min(LOOKED_AT) {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = memchr(b'\n', rest).unwrap_or(rest.len());
        // A line of this length is not what a router prints.
        let line = text.get(at..at + length.min(4096)).unwrap_or("").trim();
        if seen.line(line) {
            return true;
        }
        if seen.other {
            return false;
        }
        at += length + 1;
    }
    false
}

#[derive(Default)]
struct Seen {
    block: bool,
    semicolon: bool,
    /// It is another vendor's.
    other: bool,
}

impl Seen {
    /// Looks at a line; true where there is no doubt any more.
    fn line(&mut self, line: &str) -> bool {
        let line = prompt(line)
            .and_then(|length| line.get(length..))
            .unwrap_or(line)
            .trim_start();
        if line.starts_with('#') || line.starts_with("/*") || line.starts_with('*') {
            // RANCID writes what it was told the device is into the first line.
            let is_labelled = line.contains("RANCID-CONTENT-TYPE: juniper");
            return is_labelled
                || line.starts_with("## Last commit: ")
                || line.starts_with("## Last changed: ");
        }
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        match first {
            "set" | "delete" | "deactivate" | "activate" => return is_set(rest),
            // SR OS in MD-CLI form shares names of blocks.
            "configure" if rest.starts_with('{') => self.other = true,
            "entry" | "named-entry" if rest.ends_with('{') => self.other = true,
            "prefix" if rest.contains(" type ") => self.other = true,
            "action-type" => self.other = true,
            _ => {}
        }
        self.semicolon |= line.ends_with(';') || line.contains("; ");
        self.block |= is_block(line);
        self.block && self.semicolon
    }
}

fn is_set(rest: &str) -> bool {
    let rest = rest.trim_start();
    let is_hierarchy = SET_HIERARCHIES.iter().any(|name| rest.starts_with(name));
    let is_version = rest
        .strip_prefix("version ")
        .is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('R'));
    // `set interfaces ge-0/0/0 unit 0 family inet …`.
    let is_unit = rest.starts_with("interfaces ") && rest.contains(" unit ");
    is_hierarchy || is_version || is_unit
}

fn is_block(line: &str) -> bool {
    let line = ["inactive: ", "replace: ", "protect: "]
        .iter()
        .fold(line, |line, mark| line.strip_prefix(mark).unwrap_or(line));
    BLOCKS.iter().any(|name| {
        line.strip_prefix(name).is_some_and(|rest| {
            let rest = rest.trim_start();
            match name.ends_with(' ') {
                // A name comes before the brace.
                true => rest.split_once('{').is_some_and(|(name, _)| !name.is_empty()),
                false => rest.starts_with('{'),
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pairlint_model::source::SourceId;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(is_junos(&Source::new(SourceId(0), "x", text)), expected, "{text}");
    }

    #[test]
    fn both_forms_and_pieces_of_them_are_recognised() {
        check("set policy-options policy-statement A then accept\n", true);
        check("set version 21.4R3.15\nset system host-name ce1\n", true);
        check("ops@ce1# set protocols bgp group MS peer-as 12076\n", true);
        check("deactivate protocols bgp group MS\n", true);
        check(
            "set interfaces xe-0/0/0 unit 0 family inet address 192.0.2.1/30\n",
            true,
        );
        check(
            "policy-options {\n    prefix-list A {\n        192.0.2.0/24;\n    }\n}\n",
            true,
        );
        check("policy-statement A { then reject; }\n", true);
        check(
            "## Last commit: 2026-01-01 00:00:00 UTC by ops\nversion 21.4R3.15;\n",
            true,
        );
        check(
            "protocols {\n    bgp {\n        group MS {\n            peer-as 12076;\n",
            true,
        );
        check("inactive: policy-options {\n a;\n}\n", true);
    }

    #[test]
    fn look_alikes_are_not() {
        // VyOS
        check(
            "set policy route-map A rule 10 action 'permit'\nset protocols bgp 65000 neighbor 192.0.2.1 x\n",
            false,
        );
        check(
            "set protocols bgp neighbor 192.0.2.1 address-family ipv4-unicast\nset system host-name 'r1'\n",
            false,
        );
        check(
            "policy {\n    prefix-list A {\n        rule 10 {\n            action permit\n",
            false,
        );
        check(
            "set protocols ospf area 0 network 192.0.2.0/24\nset protocols isis interface eth0\n",
            false,
        );
        check("protocols {\n    bgp {\n        system-as 65000\n", false);
        // SR OS
        check(
            "configure {\n    policy-options {\n        policy-statement \"A\" {\n            entry 10 {\n",
            false,
        );
        check(
            "policy-options {\n    policy-statement \"A\" {\n        entry 10 {\n",
            false,
        );
        check(
            "    policy-options\n        begin\n        prefix-list \"A\"\n",
            false,
        );
        // PAN-OS
        check(
            "set network virtual-router default protocol bgp enable yes\nset deviceconfig system hostname fw\n",
            false,
        );
        // Others
        check("{ \"policy-options\": { \"a\": 1; } }\n", false);
        check(
            "resource \"azurerm_route_filter\" \"a\" {\n  name = \"x\"\n}\n",
            false,
        );
        check(
            "protocol bgp ms {\n  local as 65000;\n  neighbor 192.0.2.1 as 12076;\n}\n",
            false,
        );
        check(
            "route-map A permit 10\n match community X\n set community 1:1\n",
            false,
        );
        check("param a string\nvar b = {\n}\n", false);
        check("", false);
    }
}
