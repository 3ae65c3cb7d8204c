//! Platforms that are recognised and not evaluated: sessions are found, everything about them is open.

#![allow(clippy::unwrap_used)] // helpers of tests

mod dump;

use std::path::Path;

use pairlint_dialects::{detect, named};
use pairlint_model::policy::PolicyExpression;
use pairlint_model::source::{Source, SourceId};

const CASES: [(&str, &str); 3] = [
    ("checkpoint-gaia", "gw1.txt"),
    ("a10-acos", "adc1.cfg"),
    ("f5-imish", "lb1.cfg"),
];

fn load(dialect: &str, file: &str) -> (std::path::PathBuf, Source) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects");
    let folder = root.join(dialect).join("sessions");
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    (folder, Source::new(SourceId(0), file, text))
}

#[test]
fn every_case_lowers_to_its_snapshot() {
    for (dialect, file) in CASES {
        let (folder, source) = load(dialect, file);
        let network = (named(dialect).unwrap().parse)(&source);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("model", dump::network(&network, &source)));
    }
}

#[test]
fn every_case_is_recognised_and_open() {
    for (dialect, file) in CASES {
        let (_, source) = load(dialect, file);
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

#[test]
fn a_text_cut_anywhere_is_read_without_a_panic() {
    for (dialect, file) in CASES {
        let (_, source) = load(dialect, file);
        let text = source.text();
        for cut in (0..text.len()).filter(|&cut| text.is_char_boundary(cut)) {
            let source = Source::new(SourceId(0), file, &text[..cut]);
            (named(dialect).unwrap().parse)(&source);
        }
    }
}
