//! `--format human`: for the eyes.

use pairlint_model::diagnostic::Severity;

use super::statistics::statistics;
use super::terminal::{Look, Renderer};
use super::{Format, Run};

pub static FORMAT: Format = Format {
    name: "human",
    summary: "findings with the lines they are about, and a closing line",
    write,
};

fn write(run: &Run<'_>, look: Look) -> String {
    let renderer = Renderer::new(run.sources, run.secrets, look);
    let mut out = String::new();
    for finding in run.diagnostics {
        renderer.draw(finding, &mut out);
        out.push('\n');
    }
    if run.statistics {
        out.push_str(&statistics(run));
        out.push('\n');
    }
    if !run.quiet {
        let line = run.summary.line(run.environments);
        let worst = run.diagnostics.iter().map(|finding| finding.severity).max();
        // The colour of the first word tells the outcome from across the room.
        let line = match worst {
            None => line,
            Some(severity) => {
                let word = line.find([',', ' ']).unwrap_or(line.len());
                let word = line[word..].find(|c: char| c == ',' || c == ';').map_or(word, |at| word + at);
                let end = line.find(" in ").map_or(word, |at| at.min(word));
                format!("{}{}", renderer.paint(severity, &line[..end]), &line[end..])
            }
        };
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// Only so that the severities of this file stay in one place with their colours.
const _: Severity = Severity::Error;
