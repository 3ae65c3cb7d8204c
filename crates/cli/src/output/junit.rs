//! `--format junit`: one test case for each file; a finding at or above a warning is a failure of its file.

use std::collections::BTreeMap;
use std::fmt::Write;

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::markup::{attribute, escaped};
use super::terminal::Look;
use super::{Format, Run, counted};

pub static FORMAT: Format = Format {
    name: "junit",
    summary: "a JUnit report: one test case for each file",
    write: |run, _: Look| write(run),
};

fn write(run: &Run<'_>) -> String {
    // Every file that is part of the network, and whatever else a finding points at.
    let mut cases: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for id in run.read {
        cases.entry(&run.sources.get(*id).name).or_default();
    }
    for finding in run.diagnostics {
        let file = run.first_place(finding).map_or("", |place| place.file);
        cases.entry(file).or_default().push(finding);
    }
    let fails = |findings: &[&Diagnostic]| {
        findings
            .iter()
            .any(|finding| finding.severity >= Severity::Warning)
    };
    let failures = cases.values().filter(|findings| fails(findings)).count();
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\"", cases.len());
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites name=\"pairlint\" {counts}>");
    let _ = writeln!(
        out,
        "  <testsuite name=\"pairlint\" {counts} skipped=\"0\" time=\"0\">"
    );
    for (file, findings) in &cases {
        let name = attribute(file);
        let _ = write!(
            out,
            "    <testcase name=\"{name}\" classname=\"pairlint\" file=\"{name}\" time=\"0\""
        );
        if findings.is_empty() {
            out.push_str("/>\n");
            continue;
        }
        out.push_str(">\n");
        let (failing, notes): (Vec<&Diagnostic>, Vec<&Diagnostic>) = findings
            .iter()
            .copied()
            .partition(|finding| finding.severity >= Severity::Warning);
        if let Some(worst) = failing.iter().map(|finding| finding.severity).max() {
            // Some readers take one failure for each case, so all findings of a file stand in one.
            let message = match failing.as_slice() {
                [one] => one.message.clone(),
                many => counted(many.len(), "finding"),
            };
            let _ = writeln!(
                out,
                "      <failure type=\"{worst}\" message=\"{}\">{}</failure>",
                attribute(&message),
                escaped(&texts(run, &failing))
            );
        }
        if !notes.is_empty() {
            let _ = writeln!(
                out,
                "      <system-out>{}</system-out>",
                escaped(&texts(run, &notes))
            );
        }
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn texts(run: &Run<'_>, findings: &[&Diagnostic]) -> String {
    let text = |finding: &&Diagnostic| {
        format!(
            "{} {}: {}\n",
            finding.severity,
            finding.rule,
            run.in_words(finding)
        )
    };
    findings.iter().map(text).collect::<Vec<_>>().join("\n")
}
