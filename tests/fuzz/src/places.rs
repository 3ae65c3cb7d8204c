//! Every place of a value, from its debug form: nothing else shows all of them.

use std::fmt::Debug;

use pairlint_model::source::Source;

/// The debug form of a value whose places are all on characters of the sources.
pub fn checked(value: &impl Debug, sources: &[Source]) -> String {
    let written = format!("{value:?}");
    for (at, key) in written.match_indices("source: SourceId(") {
        let rest = written.get(at + key.len()..).unwrap_or("");
        let Some((id, rest)) = number(rest) else { continue };
        let Some((start, rest)) = rest.strip_prefix("), start: ").and_then(number) else {
            continue;
        };
        let Some((end, _)) = rest.strip_prefix(", end: ").and_then(number) else {
            continue;
        };
        let source = sources.get(id).unwrap_or_else(|| panic!("a place in file {id}"));
        let inside = source.text().get(start..end).is_some();
        assert!(
            inside,
            "{start}..{end} of {} is no part of it: {}",
            source.name,
            around(&written, at)
        );
    }
    written
}

fn number(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (digits, rest) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}

/// What the place belongs to.
fn around(written: &str, at: usize) -> &str {
    let start = (0..=at.saturating_sub(200))
        .rev()
        .find(|&at| written.is_char_boundary(at));
    written.get(start.unwrap_or(0)..at).unwrap_or("")
}
