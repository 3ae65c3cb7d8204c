//! What makes a finding the same finding in the next run, wherever its lines have moved.

use std::collections::BTreeMap;

use pairlint_model::diagnostic::{Diagnostic, Fact};
use pairlint_model::source::Sources;

/// Returns a fingerprint for each finding, in order: rule, object and facts, and which of several equal
/// ones it is. Of a finding about no object, its file stands for the object.
pub fn fingerprints(findings: &[Diagnostic], sources: &Sources) -> Vec<String> {
    let mut seen: BTreeMap<u128, u64> = BTreeMap::new();
    let one = |finding: &Diagnostic| {
        let identity = identity(finding, sources);
        let occurrence = seen.entry(identity).or_insert(0);
        *occurrence += 1;
        let mut hash = Fnv(identity);
        hash.number(*occurrence);
        format!("{:032x}", hash.0)
    };
    findings.iter().map(one).collect()
}

/// What two findings that say the same about the same have in common.
pub fn identity(finding: &Diagnostic, sources: &Sources) -> u128 {
    let mut hash = Fnv(OFFSET);
    hash.text(finding.rule);
    let object = finding.identity.as_deref().or(finding.object.as_deref());
    let file = || {
        finding
            .labels
            .first()
            .map(|label| sources.get(label.span.source).name.as_str())
    };
    match object {
        // Azure's ids are the same in any case.
        Some(object) => hash.text(&object.to_lowercase()),
        None => hash.text(file().unwrap_or("")),
    }
    for (key, fact) in &finding.facts {
        hash.text(key);
        match fact {
            Fact::Text(text) => hash.text(text),
            Fact::Number(number) => hash.number(*number),
            Fact::List(list) => {
                hash.number(list.len() as u64);
                for text in list {
                    hash.text(text);
                }
            }
        }
    }
    hash.0
}

/// FNV-1a with 128 bits: fingerprints are kept in files, so they must not change with a library.
struct Fnv(u128);

const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(PRIME);
        }
    }

    /// The length keeps `ab` + `c` apart from `a` + `bc`.
    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::diagnostic::Severity;
    use pairlint_model::source::{SourceId, Span};

    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        let mut hash = Fnv(OFFSET);
        hash.bytes(b"foobar");
        // A test vector of the FNV authors.
        assert_eq!(format!("{:032x}", hash.0), "343e1662793c64bf6f0d3597ba446f18");
    }

    #[test]
    fn what_changes_a_fingerprint() {
        let finding = |at: u32| {
            let span = Span {
                source: SourceId(0),
                start: at,
                end: at,
            };
            Diagnostic::new("extra-community", Severity::Warning, "m")
                .label(span, "")
                .object("rf-prod")
                .fact("communities", vec!["12076:51004"])
        };
        let mut sources = Sources::default();
        sources.add("a.json", "one\ntwo\nthree\n");
        let one = |finding: Diagnostic| fingerprints(&[finding], &sources).remove(0);
        let before = one(finding(0));
        assert_eq!(before, one(finding(8)), "the place does not matter");
        assert_eq!(
            before,
            one(finding(0).severity(Severity::Note)),
            "nor the severity"
        );
        assert_eq!(
            before,
            one(finding(0).object("RF-Prod")),
            "nor the case of the object"
        );
        assert_ne!(before, one(finding(0).object("rf-test")));
        assert_ne!(before, one(finding(0).identity("/subscriptions/1/rf-prod")));
        assert_ne!(before, one(finding(0).fact("communities", vec!["12076:51005"])));
        assert_ne!(before, one(finding(0).fact("region", "Europe")));
        let twice = fingerprints(&[finding(0), finding(4)], &sources);
        assert_eq!(twice[0], before);
        assert_ne!(
            twice[1], before,
            "the second of two equal ones is another finding"
        );
    }
}
