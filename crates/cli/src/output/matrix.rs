//! The matrix environment × circuit × session, as a picture of a few aligned columns.

use pairlint_lint::matrix::{Row, Stop, Verdict};

use super::counted;
use super::excerpt::printable;

/// A longer picture shows what is not met, and counts the rest.
const WHOLE: usize = 24;
const LONGEST: usize = 60;

/// Returns the lines, each ended; nothing where no circuit was joined to a session.
pub fn matrix(rows: &[Row], odd: char) -> String {
    let joined = |row: &&Row| row.circuit.is_some() && row.session.is_some();
    if !rows.iter().any(|row| joined(&row)) {
        return String::new();
    }
    let head = ["environment", "circuit", "session", "family", "end to end"].map(str::to_owned);
    let mut table = vec![head];
    let long = rows.len() > WHOLE;
    let wanted = |row: &&Row| !long || row.verdict != Verdict::Met;
    let shown: Vec<&Row> = rows.iter().filter(wanted).take(LONGEST).collect();
    for row in &shown {
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
    let met = |rows: &mut dyn Iterator<Item = &Row>| rows.filter(|row| row.verdict == Verdict::Met).count();
    let rest = rows.len() - shown.len();
    if rest > 0 {
        let of_rest = met(&mut rows.iter()) - met(&mut shown.iter().copied());
        out.push_str(&format!(
            "and {}, {of_rest} of them met\n",
            counted(rest, "more line")
        ));
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pairlint_lint::matrix::SessionName;
    use pairlint_model::bgp::Family;

    use super::*;

    fn row(number: usize, verdict: Verdict, at: Option<Stop>, because: &str) -> Row {
        Row {
            environment: "prod".to_owned(),
            region: "Europe".to_owned(),
            circuit: Some("er-ams-1".to_owned()),
            session: Some(SessionName {
                name: format!("edge{number}/192.0.2.2"),
                device: format!("edge{number}"),
                vrf: None,
                neighbor: "192.0.2.2".to_owned(),
            }),
            family: Family::Ipv4,
            verdict,
            at,
            because: because.to_owned(),
            communities: BTreeMap::new(),
        }
    }

    #[test]
    fn columns_are_aligned() {
        let rows = [
            row(1, Verdict::Met, None, ""),
            row(
                10,
                Verdict::Half,
                Some(Stop::RouteFilter),
                "`rf` lacks 12076:51003",
            ),
            row(2, Verdict::Blocked, Some(Stop::Peering), "`state` is Disabled"),
            row(3, Verdict::Unknown, None, "route filter `rf` is not in the run"),
        ];
        let expected = "\
environment  circuit   session           family  end to end
prod         er-ams-1  edge1/192.0.2.2   ipv4    met
prod         er-ams-1  edge10/192.0.2.2  ipv4    half: rf lacks 12076:51003
prod         er-ams-1  edge2/192.0.2.2   ipv4    blocked at the peering: state is Disabled
prod         er-ams-1  edge3/192.0.2.2   ipv4    unknown because route filter rf is not in the run
";
        assert_eq!(matrix(&rows, '?'), expected);
    }

    #[test]
    fn a_long_picture_shows_what_is_not_met() {
        let mut rows: Vec<Row> = (0..100)
            .map(|number| row(number, Verdict::Met, None, ""))
            .collect();
        rows.push(row(
            100,
            Verdict::Blocked,
            Some(Stop::Session),
            "the session is not active",
        ));
        let text = matrix(&rows, '?');
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.ends_with("and 100 more lines, 100 of them met\n"), "{text}");
    }

    #[test]
    fn nothing_is_shown_without_a_join() {
        let mut alone = row(
            1,
            Verdict::Unknown,
            None,
            "no circuit of this session is in the run",
        );
        alone.circuit = None;
        assert_eq!(matrix(&[alone], '?'), "");
    }
}
