//! Writes a further value into an expression: `expression "12076:51002 OR 12076:51003"` (7x50 Unicast Routing Protocols
//! Guide, "Regular Expressions": a community's expression is a logical one).

use pairlint_model::bgp::Community;
use pairlint_model::remedy::{Change, Edit, Entry};
use pairlint_model::source::Source;

use crate::edits::{Lines, range, reword};

pub(super) fn edit(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    match change {
        Change::AddEntries { entry, values } => {
            let end = alternatives(source, entry)?;
            let more: String = values.iter().map(|value| format!(" OR {value}")).collect();
            Some(vec![Lines::new(source).insert(end, more)])
        }
        Change::Reword { at, to } => reword(source, at, to),
        Change::SplitEntry { .. }
        | Change::RemoveEntry { .. }
        | Change::AddValues { .. }
        | Change::RemoveValue { .. }
        | Change::ReplaceValue { .. } => None,
    }
}

/// Where an expression ends that names values of which one is enough, and nothing else.
fn alternatives(source: &Source, entry: &Entry) -> Option<usize> {
    const OPENING: &str = "expression \"";
    let text = source.slice(entry.value);
    let start = text.find(OPENING)? + OPENING.len();
    let inner = text.get(start..)?;
    let inner = inner.get(..inner.find('"')?)?;
    let words: Vec<&str> = inner.split_whitespace().collect();
    let mut values = words.iter().step_by(2);
    let or = words.iter().skip(1).step_by(2).all(|word| *word == "OR");
    let plain = or && words.len() % 2 == 1 && values.all(|value| value.parse::<Community>().is_ok());
    plain.then(|| range(entry.value).start + start + inner.len())
}
