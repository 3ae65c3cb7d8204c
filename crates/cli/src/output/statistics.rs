//! `--statistics`: findings by rule, and how much of the router configurations was understood.

use std::collections::BTreeMap;

use pairlint_model::source::Span;

use super::excerpt::printable;
use super::{Run, counted};

/// How many kinds of lines are listed.
const LISTED: usize = 20;

/// Returns the tables, each line ended.
pub fn statistics(run: &Run<'_>) -> String {
    let mut out = String::new();
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in run.diagnostics {
        *rules.entry(finding.rule).or_insert(0) += 1;
    }
    let mut rules: Vec<(&str, usize)> = rules.into_iter().collect();
    rules.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    for (rule, number) in rules {
        out.push_str(&format!("{number:>7}  {rule}\n"));
    }
    out.push_str(&interpreted(run));
    out
}

/// For each dialect the share of lines in policies, lists and BGP sections that was interpreted or is
/// known to have no effect; then the first words of the rest.
fn interpreted(run: &Run<'_>) -> String {
    let mut dialects: BTreeMap<&str, (u64, u64, u64)> = BTreeMap::new();
    let mut rest: BTreeMap<String, usize> = BTreeMap::new();
    for device in &run.network.devices {
        let (relevant, read, ignored) = dialects.entry(device.dialect).or_default();
        *relevant += u64::from(device.lines.relevant);
        *read += u64::from(device.lines.read);
        *ignored += u64::from(device.lines.ignored);
        for line in &device.unread {
            *rest.entry(first_words(run, line.span)).or_insert(0) += 1;
        }
    }
    let mut out = String::new();
    for (dialect, (relevant, read, ignored)) in dialects {
        let known = read + ignored;
        let share = if relevant == 0 {
            100.0
        } else {
            known as f64 * 100.0 / relevant as f64
        };
        out.push_str(&format!(
            "{dialect}: {share:.1} % of {} in policies, lists and BGP understood ({read} interpreted, {ignored} without effect)\n",
            counted(usize::try_from(relevant).unwrap_or(usize::MAX), "line"),
        ));
    }
    let mut rest: Vec<(String, usize)> = rest.into_iter().collect();
    rest.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let more = rest.len().saturating_sub(LISTED);
    for (words, number) in rest.iter().take(LISTED) {
        out.push_str(&format!("{number:>7}  not interpreted: {words} …\n"));
    }
    if more > 0 {
        out.push_str(&format!("         and {more} other beginnings\n"));
    }
    out
}

/// Two words say which command a line is without saying whose it is: names and keys come after.
fn first_words(run: &Run<'_>, span: Span) -> String {
    let source = run.sources.get(span.source);
    let line = run.secrets.masked_line(source, source.line_of(span.start));
    let mut words = line.split_whitespace();
    // The neighbor's address is not what the line is about.
    let words: Vec<&str> = match words.next() {
        Some("neighbor") => vec!["neighbor", "…"].into_iter().chain(words.nth(1)).collect(),
        Some(first) => std::iter::once(first).chain(words.next()).collect(),
        None => Vec::new(),
    };
    printable(&words.join(" "), '?').chars().take(60).collect()
}
