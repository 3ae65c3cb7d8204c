//! `--format human`: for the eyes.

use super::matrix::matrix;
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
        let picture = matrix(run.matrix, renderer.odd());
        if !picture.is_empty() {
            out.push_str(&picture);
            out.push('\n');
        }
        let line = run.summary.line(run.environments);
        let worst = run.diagnostics.iter().map(|finding| finding.severity).max();
        // The colour of the first words tells the outcome from across the room.
        match (worst, line.split_once(" in ")) {
            (Some(severity), Some((found, rest))) => {
                out.push_str(&renderer.paint(severity, found));
                out.push_str(" in ");
                out.push_str(rest);
            }
            _ => out.push_str(&line),
        }
        out.push('\n');
    }
    out
}
