//! Platforms that are recognised and not evaluated: sessions are found, everything about them is open.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::{detect, named};
use pairlint_model::policy::PolicyExpression;
use pairlint_model::source::{Source, SourceId};
use support::fixture;

const CASES: [(&str, &str); 3] = [
    ("checkpoint-gaia", "gw1.txt"),
    ("a10-acos", "adc1.cfg"),
    ("f5-imish", "lb1.cfg"),
];

#[test]
fn every_case_is_recognised_and_open() {
    for (dialect, file) in CASES {
        let text = fixture(&format!("{dialect}/sessions/{file}"));
        let source = Source::new(SourceId(0), file, text);
        let found: Vec<&str> = detect(&source).iter().map(|dialect| dialect.name).collect();
        assert_eq!(found, [dialect]);
        let network = (named(dialect).unwrap().parse)(&source);
        let sessions: Vec<_> = network
            .devices
            .iter()
            .flat_map(|device| &device.neighbors)
            .collect();
        assert!(!sessions.is_empty());
        for family in sessions.iter().flat_map(|session| &session.families) {
            for chain in [&family.import, &family.export] {
                assert!(matches!(
                    chain.policies.as_slice(),
                    [PolicyExpression::Unsupported(_)]
                ));
                assert_eq!(chain.default.verdict, None);
            }
        }
    }
}
