//! `--format markdown`: a comment on a pull request, with the details folded.

use std::fmt::Write;

use pairlint_lint::matrix::{Row, Verdict};
use pairlint_model::diagnostic::Diagnostic;

use super::finding::witness;
use super::markup::{code, markdown, preformatted};
use super::terminal::Look;
use super::{Format, Run, counted};

pub static FORMAT: Format = Format {
    name: "markdown",
    summary: "a comment for a pull request: a table, with the details folded",
    write: |run, _: Look| write(run),
};

/// GitHub takes comments of 65,536 characters; the findings come first, most severe first.
const LONGEST: usize = 60_000;

fn write(run: &Run<'_>) -> String {
    let mut out = String::from("### pairlint\n\n");
    let _ = writeln!(out, "{}", markdown(&run.summary.line(run.environments)));
    let mut findings: Vec<&Diagnostic> = run.diagnostics.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut left = findings.len();
    if !findings.is_empty() {
        out.push_str("\n| | rule | where | what |\n|---|---|---|---|\n");
        for finding in &findings {
            let row = row(run, finding);
            // Half of the room is for the details.
            if out.len() + row.len() > LONGEST / 2 {
                break;
            }
            out.push_str(&row);
            left -= 1;
        }
        if left > 0 {
            let _ = writeln!(out, "\nand {}", counted(left, "more finding"));
        }
        let mut unfolded = 0;
        for finding in &findings {
            let details = details(run, finding);
            if out.len() + details.len() > LONGEST {
                break;
            }
            out.push_str(&details);
            unfolded += 1;
        }
        let rest = findings.len() - unfolded;
        if rest > 0 && rest != left {
            let _ = writeln!(out, "\nThe details of {} are left out.", counted(rest, "finding"));
        }
    }
    if !run.quiet {
        let matrix = matrix(run.matrix);
        if out.len() + matrix.len() <= LONGEST + 5_000 {
            out.push_str(&matrix);
        }
    }
    out
}

fn row(run: &Run<'_>, finding: &Diagnostic) -> String {
    let place = run.first_place(finding).map_or_else(String::new, |place| {
        code(&format!("{}:{}", place.file, place.start.line))
    });
    format!(
        "| {} | {} | {place} | {} |\n",
        finding.severity,
        code(finding.rule),
        markdown(&finding.message)
    )
}

/// A finding's lines, its witness and what to do.
fn details(run: &Run<'_>, finding: &Diagnostic) -> String {
    let mut out = format!(
        "\n<details><summary>{} {}: {}</summary>\n\n",
        finding.severity,
        code(finding.rule),
        markdown(&finding.message)
    );
    let mut lines = String::new();
    for label in &finding.labels {
        let place = run.place(label.span);
        let text = run.line(label.span);
        let _ = writeln!(lines, "{}:{}: {}", place.file, place.start.line, label.text);
        let _ = writeln!(lines, "    {}", text.trim());
    }
    if let Some(found) = &finding.witness {
        let _ = writeln!(lines, "{}", witness(found));
    }
    let _ = writeln!(out, "{}", preformatted(&lines));
    if let Some(help) = &finding.help {
        let _ = writeln!(out, "\nHelp: {}", markdown(help));
    }
    out.push_str("\n</details>\n");
    out
}

/// The matrix, folded where all of it is met.
fn matrix(rows: &[Row]) -> String {
    if !rows
        .iter()
        .any(|row| row.circuit.is_some() && row.session.is_some())
    {
        return String::new();
    }
    let met = rows.iter().filter(|row| row.verdict == Verdict::Met).count();
    let mut out = format!(
        "\n<details><summary>environments, end to end: {met} of {} met</summary>\n\n| environment | circuit | session | \
         family | end to end |\n|---|---|---|---|---|\n",
        rows.len()
    );
    for row in rows {
        let session = row.session.as_ref().map_or("", |session| session.name.as_str());
        let because = match row.because.as_str() {
            "" => String::new(),
            because => format!(": {}", markdown(because)),
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {}{because} |",
            code(&row.environment),
            code(row.circuit.as_deref().unwrap_or("")),
            code(session),
            row.family,
            row.verdict
        );
    }
    out.push_str("\n</details>\n");
    out
}
