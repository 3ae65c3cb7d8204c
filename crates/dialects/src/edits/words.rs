//! Values that are words of a command: `--communities 12076:51002 12076:51003`, `-CommunityList '…', '…'`.

use pairlint_model::remedy::{Change, Edit};
use pairlint_model::source::{Source, Spanned};

use super::text::{Lines, Literal, range, reword};
use super::values::written;

/// Writes a change to such values; `between` is what separates them where the command shows none yet.
pub(crate) fn write(source: &Source, change: &Change, between: &str) -> Option<Vec<Edit>> {
    match change {
        Change::AddValues { list, values } => {
            let word = Word::of(source, list.last.as_ref()?)?;
            let gap = word.gap().unwrap_or(between);
            let more = written(values, word.literal);
            let text: String = more.iter().map(|value| format!("{gap}{value}")).collect();
            Some(vec![word.lines.insert(word.end, text)])
        }
        Change::ReplaceValue { item, values, .. } => {
            let word = Word::of(source, item)?;
            let values = written(values, word.literal).join(word.gap().unwrap_or(between));
            Some(vec![word.lines.edit(word.start..word.end, values)])
        }
        Change::RemoveValue { list, item } => {
            let word = Word::of(source, item)?;
            if list.len < 2 {
                return None;
            }
            let after = word.lines.get(word.end..source.text().len());
            let comma = after.trim_start_matches([' ', '\t']).strip_prefix(',');
            Some(vec![match (word.gap(), comma) {
                (Some(gap), _) => word.lines.edit(word.start - gap.len()..word.end, ""),
                (None, Some(rest)) => {
                    let end = source.text().len() - rest.trim_start_matches([' ', '\t']).len();
                    word.lines.edit(word.start..end, "")
                }
                // The first of words between blanks: the blank behind it goes with it.
                (None, None) => {
                    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
                    word.lines.edit(word.start..word.end + blanks, "")
                }
            }])
        }
        Change::Reword { at, to } => reword(source, at, to),
        Change::AddEntries { .. } | Change::SplitEntry { .. } | Change::RemoveEntry { .. } => None,
    }
}

struct Word<'a> {
    lines: Lines<'a>,
    start: usize,
    end: usize,
    literal: Literal,
}

impl<'a> Word<'a> {
    fn of(source: &'a Source, item: &Spanned<String>) -> Option<Word<'a>> {
        let literal = Literal::of(source.slice(item.span), &item.value)?;
        let place = range(item.span);
        // A bare number is a word like any other, but a value is to be written whole.
        let text = literal != Literal::Bare || item.value.contains(':');
        text.then_some(Word {
            lines: Lines::new(source),
            start: place.start,
            end: place.end,
            literal,
        })
    }

    /// What stands between this value and one before it.
    fn gap(&self) -> Option<&'a str> {
        let before = self.lines.get(0..self.start);
        let trimmed = before.trim_end_matches([' ', '\t']);
        let gap = match trimmed.strip_suffix(',') {
            Some(rest) => before.get(rest.trim_end_matches([' ', '\t']).len()..),
            None => {
                let last = trimmed
                    .rsplit([' ', '\t', '\n'])
                    .next()?
                    .trim_matches(['"', '\'']);
                let value = last.starts_with(|c: char| c.is_ascii_digit()) && last.contains(':');
                before.get(trimmed.len()..).filter(|_| value)
            }
        };
        gap.filter(|gap| !gap.is_empty())
    }
}
