//! The matrix environment × circuit × session, as a picture of a few aligned columns.

use pairlint_lint::matrix::{Row, Stop, Verdict};

use super::Run;
use super::excerpt::printable;

/// Returns the lines, each ended; nothing where no circuit was joined to a session.
pub fn matrix(run: &Run<'_>, odd: char) -> String {
    let joined = |row: &&Row| row.circuit.is_some() && row.session.is_some();
    if !run.matrix.iter().any(|row| joined(&row)) {
        return String::new();
    }
    let head = ["environment", "circuit", "session", "family", "end to end"].map(str::to_owned);
    let mut table = vec![head];
    for row in run.matrix {
        let session = row.session.as_ref().map_or("-", |session| session.name.as_str());
        let cells = [
            row.environment.clone(),
            row.circuit.clone().unwrap_or_else(|| "-".to_owned()),
            session.to_owned(),
            row.family.to_string(),
            outcome(row),
        ];
        table.push(cells.map(|cell| printable(&cell, odd).replace('\n', " ")));
    }
    let mut widths = [0; 5];
    for row in &table {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in &table {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn outcome(row: &Row) -> String {
    let at = |stop: Stop| match stop {
        Stop::Circuit => "the circuit",
        Stop::Peering => "the peering",
        Stop::RouteFilter => "the route filter",
        Stop::Session => "the session",
        Stop::ImportPolicy => "the import policy",
    };
    let because = row.because.replace('`', "");
    match (row.verdict, row.at) {
        (Verdict::Met, _) => "met".to_owned(),
        (Verdict::Unknown, _) | (_, None) => format!("unknown because {because}"),
        (Verdict::Half, Some(_)) => format!("half: {because}"),
        (Verdict::Blocked, Some(stop)) => format!("blocked at {}: {because}", at(stop)),
    }
}
