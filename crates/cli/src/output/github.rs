//! `--format github`: workflow commands, which GitHub Actions shows as annotations.

use std::fmt::Write;

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::source::Sources;

use super::Format;
use super::terminal::Look;

pub static FORMAT: Format = Format {
    name: "github",
    summary: "workflow commands, which GitHub Actions shows as annotations",
    write: |run, _: Look| {
        let mut out = String::new();
        for finding in run.diagnostics {
            command(finding, run.sources, &mut out);
        }
        out
    },
};

/// `::error file=edge.cfg,line=1,…::message`, one line for each finding.
fn command(finding: &Diagnostic, sources: &Sources, out: &mut String) {
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let _ = write!(out, "::{name} ");
    if let Some(label) = finding.labels.first() {
        let source = sources.get(label.span.source);
        let (start, end) = (source.position(label.span.start), source.position(label.span.end));
        let _ = write!(out, "file={},line={}", property(&source.name), start.line);
        // Annotations have columns only where they begin and end on one line.
        if start.line == end.line {
            let _ = write!(out, ",col={}", start.column);
            if start.column < end.column {
                let _ = write!(out, ",endLine={},endColumn={}", end.line, end.column);
            }
        } else {
            let _ = write!(out, ",endLine={}", end.line);
        }
        out.push(',');
    }
    let mut text = finding.message.clone();
    if let Some(label) = finding.labels.first().filter(|label| !label.text.is_empty()) {
        let _ = write!(text, "\n{}", label.text);
    }
    // What an annotation cannot point at is told in its text.
    for label in finding.labels.iter().skip(1) {
        let source = sources.get(label.span.source);
        let line = source.position(label.span.start).line;
        let _ = write!(text, "\n{}:{line}: {}", source.name, label.text);
    }
    if let Some(witness) = &finding.witness {
        let communities: Vec<String> = witness.communities.iter().map(ToString::to_string).collect();
        let _ = write!(
            text,
            "\nwitness: {} [{}] path {}: {}",
            witness.prefix,
            communities.join(" "),
            witness.as_path,
            witness.verdict
        );
    }
    if let Some(help) = &finding.help {
        let _ = write!(text, "\nhelp: {help}");
    }
    let title = format!("pairlint: {}", finding.rule);
    let _ = writeln!(out, "title={}::{}", property(&title), data(&text));
}

/// Escapes a message as GitHub's toolkit does (actions/toolkit, packages/core/src/command.ts, `escapeData`).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property (the same file, `escapeProperty`).
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, span: std::ops::Range<usize>, expected: &str) {
        let mut sources = Sources::default();
        let id = sources.add("a,b:c%.cfg", text);
        let span = sources.get(id).range(span.start, span.end);
        let finding = Diagnostic::new("refused-line", Severity::Note, "100% wrong: a, b")
            .label(span, "here")
            .help("first\r\nthen");
        let mut out = String::new();
        command(&finding, &sources, &mut out);
        assert_eq!(
            out,
            format!(
                "::notice file=a%2Cb%3Ac%25.cfg,{expected},title=pairlint%3A refused-line::100%25 wrong: a, \
                 b%0Ahere%0Ahelp: first%0D%0Athen\n"
            )
        );
    }

    #[test]
    fn what_would_end_a_command_is_escaped() {
        check("é one\ntwo\n", 3..6, "line=1,col=3,endLine=1,endColumn=6");
    }

    #[test]
    fn columns_stand_only_where_one_line_is_meant() {
        check("one\ntwo\n", 0..7, "line=1,endLine=2");
        check("one\ntwo\n", 4..4, "line=2,col=1");
    }
}
