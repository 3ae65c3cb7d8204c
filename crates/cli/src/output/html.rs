//! `--format html`: one page that needs nothing else, for whoever has no terminal.

use std::fmt::Write;

use pairlint_lint::matrix::Verdict;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::source::Span;

use super::finding::witness;
use super::markup::escaped;
use super::terminal::Look;
use super::{Format, Run};

pub static FORMAT: Format = Format {
    name: "html",
    summary: "one self-contained page: the matrix, and the findings with their lines",
    write: |run, _: Look| write(run),
};

const STYLE: &str = "
:root { color-scheme: light dark; --line: #8884; --dim: #777; --error: #c62828; --warning: #a66300; --note: #1565c0;
  --good: #2e7d32; --mark: #ffd54f55; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--dim); }
code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { margin: 0; overflow-x: auto; }
article { border: 1px solid var(--line); border-left: 4px solid; border-radius: 4px; padding: .7rem 1rem; margin: .8rem 0; }
article.error { border-left-color: var(--error); } article.warning { border-left-color: var(--warning); }
article.note { border-left-color: var(--note); }
.error b, .blocked { color: var(--error); } .warning b, .half, .missing { color: var(--warning); }
.note b, .unknown, .unsure, .unchecked { color: var(--note); } .met { color: var(--good); }
article p { margin: .3rem 0; } .dim { color: var(--dim); }
figure { margin: .6rem 0; } figcaption { font-size: .9rem; } mark { background: var(--mark); color: inherit; display: block; }
";

fn write(run: &Run<'_>) -> String {
    let mut out = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>pairlint</title>\n",
    );
    let _ = writeln!(out, "<style>{STYLE}</style>\n</head>\n<body>\n<h1>pairlint</h1>");
    let _ = writeln!(out, "<p>{}</p>", text(&run.summary.line(run.environments)));
    let _ = writeln!(
        out,
        "<p class=\"dim\">as of {}, pairlint {}</p>",
        run.as_of,
        env!("CARGO_PKG_VERSION")
    );
    environments(run, &mut out);
    matrix(run, &mut out);
    if !run.diagnostics.is_empty() {
        out.push_str("<h2>Findings</h2>\n");
    }
    for finding in run.diagnostics {
        article(run, finding, &mut out);
    }
    sessions(run, &mut out);
    tables(run, &mut out);
    out.push_str("</body>\n</html>\n");
    out
}

/// Text between backticks is code.
fn text(given: &str) -> String {
    let parts: Vec<&str> = given.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped(given);
    }
    let part = |(at, part): (usize, &&str)| match at % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    };
    parts.iter().enumerate().map(part).collect()
}

fn head(title: &str, columns: &[&str], out: &mut String) {
    let _ = write!(out, "<h2>{title}</h2>\n<div class=\"wide\"><table>\n<tr>");
    for column in columns {
        let _ = write!(out, "<th>{column}</th>");
    }
    out.push_str("</tr>\n");
}

fn environments(run: &Run<'_>, out: &mut String) {
    if run.environments.is_empty() {
        return;
    }
    let columns = ["environment", "region", "required communities", "verdict"];
    head("Environments", &columns, out);
    for environment in run.environments {
        let required: Vec<String> = environment.required.iter().map(ToString::to_string).collect();
        let verdict = environment.verdict.to_string();
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td><code>{}</code></td><td class=\"{verdict}\">{verdict}</td></tr>",
            escaped(&environment.name),
            escaped(&environment.region),
            required.join(" ")
        );
    }
    out.push_str("</table></div>\n");
}

fn matrix(run: &Run<'_>, out: &mut String) {
    if run.matrix.is_empty() {
        return;
    }
    let columns = ["environment", "circuit", "session", "family", "end to end"];
    head("End to end", &columns, out);
    for row in run.matrix {
        let session = row.session.as_ref().map_or("-", |session| session.name.as_str());
        let because = match row.verdict {
            Verdict::Met => String::new(),
            _ => format!(": {}", text(&row.because)),
        };
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td><span class=\"{}\">{}</span>{because}</td></tr>",
            escaped(&row.environment),
            escaped(row.circuit.as_deref().unwrap_or("-")),
            escaped(session),
            row.family,
            row.verdict,
            row.verdict
        );
    }
    out.push_str("</table></div>\n");
}

fn article(run: &Run<'_>, finding: &Diagnostic, out: &mut String) {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let _ = writeln!(
        out,
        "<article class=\"{severity}\">\n<p><b>{severity}</b> <code>{}</code></p>\n<p>{}</p>",
        escaped(finding.rule),
        text(&finding.message)
    );
    for label in &finding.labels {
        let place = run.place(label.span);
        let _ = writeln!(
            out,
            "<figure><figcaption><code>{}:{}</code> {}</figcaption>\n<pre>{}</pre></figure>",
            escaped(place.file),
            place.start.line,
            text(&label.text),
            excerpt(run, label.span)
        );
    }
    if let Some(found) = &finding.witness {
        let _ = writeln!(out, "<p><code>{}</code></p>", escaped(&witness(found)));
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(out, "<p><b>help</b> {}</p>", text(help));
    }
    out.push_str("</article>\n");
}

/// The line that a label is about, with its neighbors.
fn excerpt(run: &Run<'_>, span: Span) -> String {
    let source = run.sources.get(span.source);
    let (count, at) = (source.line_starts().len(), source.line_of(span.start));
    let mut out = String::new();
    for number in at.saturating_sub(1)..(at + 2).min(count) {
        let start = source
            .line_starts()
            .get(number)
            .map_or(span.start, |&start| start);
        let line = run.line(source.range(start as usize, start as usize));
        let line = format!("{:>6}  {}", number + 1, escaped(line.trim_end()));
        match number == at {
            true => {
                let _ = write!(out, "<mark>{line}</mark>");
            }
            false => {
                let _ = writeln!(out, "{line}");
            }
        }
    }
    out
}

fn sessions(run: &Run<'_>, out: &mut String) {
    if run.sessions.is_empty() {
        return;
    }
    let columns = ["session", "family", "import", "what it lets in", "untagged"];
    head("Sessions", &columns, out);
    for session in run.sessions {
        let vrf = session
            .vrf
            .as_ref()
            .map_or_else(String::new, |vrf| format!("{vrf}/"));
        let communities: Vec<String> = session
            .communities
            .iter()
            .map(|(community, verdict)| format!("{community}&nbsp;{verdict}"))
            .collect();
        let lets_in = match session.active {
            true => communities.join(", "),
            false => "not active".to_owned(),
        };
        let untagged = session
            .untagged
            .map_or_else(String::new, |verdict| verdict.to_string());
        let _ = writeln!(
            out,
            "<tr><td>{}/{}{}</td><td>{}</td><td>{}</td><td>{lets_in}</td><td>{untagged}</td></tr>",
            escaped(&session.device),
            escaped(&vrf),
            escaped(&session.neighbor),
            session.family,
            escaped(&session.policies.join(" "))
        );
    }
    out.push_str("</table></div>\n");
}

fn tables(run: &Run<'_>, out: &mut String) {
    if run.tables.is_empty() {
        return;
    }
    head("Reference tables", &["table", "source", "date"], out);
    for table in run.tables {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&table.name),
            escaped(&table.source),
            escaped(table.retrieved.as_deref().unwrap_or(""))
        );
    }
    out.push_str("</table></div>\n");
}
