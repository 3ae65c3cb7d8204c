//! `--format rdjson`: the Reviewdog Diagnostic Format, `DiagnosticResult` as JSON
//! (reviewdog, proto/rdf/jsonschema/DiagnosticResult.json, 2025). Columns there count bytes of UTF-8 from 1.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::source::Span;
use serde::Serialize;

use super::terminal::Look;
use super::{Format, Run};

pub static FORMAT: Format = Format {
    name: "rdjson",
    summary: "the Reviewdog Diagnostic Format",
    write: |run, _: Look| {
        let result = DiagnosticResult {
            source: Tool { name: "pairlint" },
            diagnostics: run.diagnostics.iter().map(|finding| item(run, finding)).collect(),
        };
        // Serialising our own structs of numbers and texts cannot fail.
        let mut text = serde_json::to_string_pretty(&result).unwrap_or_default();
        text.push('\n');
        text
    },
};

#[derive(Serialize)]
struct DiagnosticResult<'a> {
    source: Tool,
    diagnostics: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
}

#[derive(Serialize)]
struct Item<'a> {
    message: String,
    location: Location<'a>,
    severity: &'static str,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
}

/// A text for a range of the finding's own file.
#[derive(Serialize)]
struct Suggestion<'a> {
    range: Option<Range>,
    text: &'a str,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
}

fn item<'a>(run: &'a Run<'_>, finding: &'a Diagnostic) -> Item<'a> {
    let labels = finding.labels.iter();
    let related = labels.skip(1).map(|label| Related {
        message: &label.text,
        location: location(run, label.span),
    });
    Item {
        message: run.in_words(finding),
        location: finding.labels.first().map_or(
            Location {
                path: "",
                range: None,
            },
            |label| location(run, label.span),
        ),
        severity: match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        code: Code { value: finding.rule },
        related_locations: related.collect(),
        suggestions: suggestions(run, finding),
    }
}

/// The edits of a safe fix that stays within the finding's file: a suggestion is taken with a click.
fn suggestions<'a>(run: &'a Run<'_>, finding: &'a Diagnostic) -> Vec<Suggestion<'a>> {
    let file = finding.labels.first().map(|label| label.span.source);
    let fix = finding.fix.as_ref().filter(|fix| {
        let mut edits = fix.edits.iter();
        fix.is_safe() && edits.all(|edit| Some(edit.span.source) == file)
    });
    let edits = fix.into_iter().flat_map(|fix| &fix.edits);
    edits
        .map(|edit| Suggestion {
            range: location(run, edit.span).range,
            text: &edit.replacement,
        })
        .collect()
}

fn location<'a>(run: &'a Run<'_>, span: Span) -> Location<'a> {
    let source = run.sources.get(span.source);
    let point = |offset: u32| {
        let line = source.line_of(offset);
        let start = source.line_starts().get(line).copied().unwrap_or(0);
        Point {
            line: line as u32 + 1,
            column: offset.saturating_sub(start) + 1,
        }
    };
    Location {
        path: &source.name,
        range: Some(Range {
            start: point(span.start),
            end: point(span.end),
        }),
    }
}
