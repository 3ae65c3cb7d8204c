//! Changes to a list of which each entry is a numbered block: several commands with the same number, or lines between
//! a numbered head and its end.

use std::ops::Range;

use pairlint_model::remedy::{Change, Edit, Entry};
use pairlint_model::source::Source;

use super::entries::{free, like, number_in, split};
use super::text::{Lines, range, reword};

/// Writes a change to such a list.
pub(crate) fn write(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    match change {
        Change::AddEntries { entry, values } => {
            let block = Block::of(source, entry)?;
            let text = source.slice(entry.value);
            let written: Option<Vec<String>> = values.iter().map(|value| like(text, *value)).collect();
            Some(vec![
                block.lines.insert(block.place.end, block.copies(&written?)?),
            ])
        }
        Change::SplitEntry { entry, values } => {
            let block = Block::of(source, entry)?;
            let written = split(source, entry, values)?;
            let (first, others) = written.split_first()?;
            let copies = block.copies(others)?;
            let first = block.lines.edit(block.value.clone(), first.as_str());
            Some(vec![first, block.lines.insert(block.place.end, copies)])
        }
        Change::RemoveEntry { entry } => {
            let block = Block::of(source, entry)?;
            Some(vec![block.lines.remove_lines(block.place)])
        }
        Change::Reword { at, to } => reword(source, at, to),
        Change::AddValues { .. } | Change::RemoveValue { .. } | Change::ReplaceValue { .. } => None,
    }
}

struct Block<'a> {
    lines: Lines<'a>,
    /// From the start of its first line to the end of its last.
    place: Range<usize>,
    value: Range<usize>,
    /// What stands in front of the number wherever it is repeated, without indentation.
    lead: &'a str,
    number: u32,
    /// Where the numbers of the list's other entries are.
    siblings: Range<usize>,
}

impl<'a> Block<'a> {
    fn of(source: &'a Source, entry: &Entry) -> Option<Block<'a>> {
        let lines = Lines::new(source);
        let value = range(entry.value);
        Block::of_commands(lines, &value).or_else(|| Block::of_lines(lines, &value))
    }

    /// `set policy community-list X rule 20 regex '12076:51003'` and the commands with the same number.
    fn of_commands(lines: Lines<'a>, value: &Range<usize>) -> Option<Block<'a>> {
        let start = lines.start(value.start);
        let before = lines.get(start..value.start).trim_start();
        let (lead, number, _) = number_in(before).filter(|(lead, ..)| lead.starts_with("set "))?;
        let same = format!("{lead}{number} ");
        let is_same = |at: usize| lines.line(at).trim_start().starts_with(&same);
        let (mut first, mut last) = (start, start);
        while first > 0 && is_same(first - 1) {
            first = lines.start(first - 1);
        }
        while lines.next(last) < lines.text.len() && is_same(lines.next(last)) {
            last = lines.next(last);
        }
        Some(Block {
            lines,
            place: first..lines.end(last),
            value: value.clone(),
            lead,
            number,
            siblings: 0..lines.text.len(),
        })
    }

    /// `rule 20 {` to `}`, `edit 2` to `next`.
    fn of_lines(lines: Lines<'a>, value: &Range<usize>) -> Option<Block<'a>> {
        let width = |at: usize| lines.indent(at).len();
        let mut head = lines.start(value.start);
        let own = width(head);
        while width(head) >= own || lines.line(head).trim().is_empty() {
            head = lines.start(head.checked_sub(1)?);
        }
        let line = lines.line(head).trim_start();
        let (lead, number, rest) = number_in(line)?;
        let close = match (lead.trim_end(), rest.trim()) {
            ("rule", "{") => "}",
            ("edit", "") => "next",
            _ => return None,
        };
        let mut last = lines.next(head);
        while !(lines.line(last).trim() == close && width(last) == width(head)) {
            // The end is not in sight where something stands further out.
            let outside = width(last) <= width(head) && !lines.line(last).trim().is_empty();
            if outside || lines.next(last) >= lines.text.len() {
                return None;
            }
            last = lines.next(last);
        }
        let outer = |at: usize| width(at) < width(head) && !lines.line(at).trim().is_empty();
        let (mut from, mut to) = (head, last);
        while from > 0 && !outer(from) {
            from = lines.start(from - 1);
        }
        while lines.next(to) < lines.text.len() && !outer(to) {
            to = lines.next(to);
        }
        Some(Block {
            lines,
            place: head..lines.end(last),
            value: value.clone(),
            lead,
            number,
            siblings: from..to,
        })
    }

    fn copies(&self, values: &[String]) -> Option<String> {
        let lines = self.lines;
        let numbers = free(
            lines.get(self.siblings.clone()),
            self.lead,
            self.number,
            values.len(),
        )?;
        let newline = lines.newline(self.place.start);
        let before = lines.get(self.place.start..self.value.start);
        let after = lines.get(self.value.end..self.place.end);
        let own = format!("{}{}", self.lead, self.number);
        let mut text = String::new();
        for (value, number) in values.iter().zip(numbers) {
            let new = format!("{}{number}", self.lead);
            text.push_str(newline);
            text.push_str(&before.replace(&own, &new));
            text.push_str(value);
            text.push_str(&after.replace(&own, &new));
        }
        Some(text)
    }
}
