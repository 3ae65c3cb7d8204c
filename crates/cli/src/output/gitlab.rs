//! `--format gitlab`: a Code Quality report, which GitLab shows on a merge request.
//!
//! GitLab, "Code Quality", section "Code Quality report format" (2025): `description`, `check_name`, `fingerprint`,
//! `location.path`, `location.lines.begin` and `severity` (info, minor, major, critical, blocker), no byte order mark.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use serde::Serialize;

use super::terminal::Look;
use super::{Format, Run};

pub static FORMAT: Format = Format {
    name: "gitlab",
    summary: "a Code Quality report for GitLab",
    write: |run, _: Look| {
        let findings = run.diagnostics.iter().zip(run.fingerprints);
        let issues: Vec<Issue<'_>> = findings
            .map(|(finding, print)| issue(run, finding, print))
            .collect();
        // Serialising our own structs of numbers and texts cannot fail.
        let mut text = serde_json::to_string_pretty(&issues).unwrap_or_default();
        text.push('\n');
        text
    },
};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

fn issue<'a>(run: &'a Run<'_>, finding: &'a Diagnostic, fingerprint: &'a str) -> Issue<'a> {
    let place = run.first_place(finding);
    let (path, begin, end) = place.map_or(("", 1, 1), |place| (place.file, place.start.line, place.end.line));
    let help = finding.help.as_ref();
    Issue {
        description: match help {
            Some(help) => format!("{} (help: {help})", finding.message),
            None => finding.message.clone(),
        },
        check_name: finding.rule,
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        location: Location {
            // GitLab wants a path relative to the repository, without `./`.
            path: path.strip_prefix("./").unwrap_or(path),
            lines: Lines { begin, end },
        },
    }
}
