//! What leaves a router of every platform: the same four rules about exports over the same network in each dialect.
//!
//! Two sessions to Microsoft on one router, a private network and a default route in its table. A line of a
//! configuration may begin with `O|` (there where a policy without a condition is attached outbound), `F|` (where one
//! permits the public prefix only), or `P|` (where any is).

mod support;

use std::collections::BTreeSet;
use std::fs;

use support::{check, root};

const RULES: [&str; 4] = [
    "default-route-advertised",
    "microsoft-route-readvertised",
    "no-export-policy",
    "private-prefix-advertised",
];

struct Case {
    /// In `fixtures/exports/`.
    file: &'static str,
    /// What is said where nothing is attached, and where a policy without a condition is. Where only the public prefix
    /// goes out, nothing is said.
    bare: &'static [&'static str],
    open: &'static [&'static str],
}

/// The configuration for one of the three.
fn written(text: &str, what: char) -> String {
    let lines = text.lines().filter_map(|line| match line.split_once('|') {
        Some(("O", line)) => (what == 'O').then_some(line),
        Some(("F", line)) => (what == 'F').then_some(line),
        Some(("P", line)) => (what != '-').then_some(line),
        _ => Some(line),
    });
    lines.map(|line| format!("{line}\n")).collect()
}

fn said(case: &Case, what: char) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("fixtures/exports").join(case.file)).expect(case.file);
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(case.file), written(&text, what)).expect(case.file);
    let report = check(folder.path(), &["."]);
    let findings = report.diagnostics().iter().filter_map(|finding| {
        let rule = finding["rule"].as_str()?;
        let severity = finding["severity"].as_str()?;
        RULES.contains(&rule).then(|| format!("{rule} {severity}"))
    });
    findings.collect()
}

#[test]
fn what_goes_out_is_told_on_every_platform() {
    for case in CASES {
        for (what, expected) in [('-', case.bare), ('O', case.open), ('F', &[])] {
            let expected: BTreeSet<String> = expected.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(said(case, what), expected, "{} {what}", case.file);
        }
    }
}

const DEFAULT: &str = "default-route-advertised error";
const MAYBE_DEFAULT: &str = "default-route-advertised warning";
const BACK: &str = "microsoft-route-readvertised warning";
const NONE: &str = "no-export-policy warning";
const PRIVATE: &str = "private-prefix-advertised error";

const CASES: &[Case] = &[
    Case {
        file: "ios.cfg",
        bare: &[DEFAULT, BACK, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "asa.cfg",
        bare: &[DEFAULT, BACK, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "nxos.cfg",
        bare: &[DEFAULT, NONE, PRIVATE],
        open: &[DEFAULT, PRIVATE],
    },
    Case {
        file: "eos.cfg",
        bare: &[DEFAULT, BACK, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "xr.cfg",
        bare: &[],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "junos.conf",
        bare: &[NONE],
        open: &[DEFAULT, PRIVATE],
    },
    Case {
        file: "frr.conf",
        bare: &[DEFAULT, BACK, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "vyos.set",
        bare: &[DEFAULT, BACK, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "sros.cfg",
        bare: &[],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "vrp.cfg",
        bare: &[DEFAULT, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "comware.cfg",
        bare: &[DEFAULT, NONE, PRIVATE],
        open: &[DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "fortios.conf",
        bare: &[MAYBE_DEFAULT, NONE, PRIVATE],
        open: &[MAYBE_DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "panos.set",
        bare: &[DEFAULT, NONE, PRIVATE],
        open: &[DEFAULT, PRIVATE],
    },
    Case {
        file: "mikrotik7.rsc",
        bare: &[],
        open: &[MAYBE_DEFAULT, BACK, PRIVATE],
    },
    Case {
        file: "mikrotik6.rsc",
        bare: &[],
        open: &[MAYBE_DEFAULT, BACK, PRIVATE],
    },
];
