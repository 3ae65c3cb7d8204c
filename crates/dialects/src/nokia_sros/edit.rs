//! Writes a further value into an expression: `expression "12076:51002 OR 12076:51003"` (7x50 Unicast Routing Protocols
//! Guide, "Regular Expressions": a community's expression is a logical one).

use pairlint_model::bgp::Community;
use pairlint_model::remedy::{Change, Edit, Entry};
use pairlint_model::source::Source;

use crate::edits::{Lines, range, reword};

pub(super) fn edit(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    match change {
        Change::AddEntries { entry, values } => {
            let value = range(entry.value);
            joined(source, entry, "OR")?;
            let more: String = values.iter().map(|value| format!(" OR {value}")).collect();
            Some(vec![Lines::new(source).insert(value.end, more)])
        }
        Change::SplitEntry { entry, .. } => {
            let words = joined(source, entry, "AND")?;
            Some(vec![Lines::new(source).edit(range(entry.value), words.join(" OR "))])
        }
        Change::Reword { at, to } => reword(source, at, to),
        Change::RemoveEntry { .. }
        | Change::AddValues { .. }
        | Change::RemoveValue { .. }
        | Change::ReplaceValue { .. } => None,
    }
}

/// The values of an expression that joins them by this word and says nothing else.
fn joined<'s>(source: &'s Source, entry: &Entry, word: &str) -> Option<Vec<&'s str>> {
    let lines = Lines::new(source);
    let value = range(entry.value);
    let before = lines.get(lines.start(value.start)..value.start);
    let after = lines.get(value.end..lines.end(value.end));
    let whole = before.trim_end().ends_with("expression \"") && after.starts_with('"');
    let words: Vec<&str> = source.slice(entry.value).split_whitespace().collect();
    let values: Vec<&str> = words.iter().copied().step_by(2).collect();
    let between = words.iter().skip(1).step_by(2).all(|between| *between == word);
    let plain = values.iter().all(|value| value.parse::<Community>().is_ok());
    (whole && between && plain && words.len() % 2 == 1).then_some(values)
}
