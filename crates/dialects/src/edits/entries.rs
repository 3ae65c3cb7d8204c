//! Changes to a router's list of communities of which each entry is a line, a block of lines or an element between
//! commas. A further entry is written as the one beside it is.

use std::ops::Range;

use pairlint_model::bgp::Community;
use pairlint_model::remedy::{Change, Edit, Entry};
use pairlint_model::source::{Source, Spanned};

use super::text::{Lines, range, reword};

/// Writes a change to a list of lines: `ip community-list standard X [seq 10] permit 12076:51002`.
pub(crate) fn lines(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    match change {
        Change::AddEntries { entry, values } => {
            let line = Line::of(source, entry)?;
            let written = line.written(values)?;
            let end = line.lines.end(line.place.end);
            Some(vec![line.lines.insert(end, line.copies(&written)?)])
        }
        Change::SplitEntry { entry, values } => {
            let line = Line::of(source, entry)?;
            let written = split(source, entry, values)?;
            let (first, others) = written.split_first()?;
            let copies = line.copies(others)?;
            let value = line.value.clone();
            // What follows the values stays behind each of them.
            Some(vec![
                line.lines.edit(value, first.as_str()),
                line.lines.insert(line.lines.end(line.place.end), copies),
            ])
        }
        Change::RemoveEntry { entry } => {
            let place = alone(source, entry)?;
            Some(vec![Lines::new(source).remove_lines(place)])
        }
        Change::Reword { at, to } => reword(source, at, to),
        Change::AddValues { .. } | Change::RemoveValue { .. } | Change::ReplaceValue { .. } => None,
    }
}

/// The values of an entry as they are written, if it holds them and blanks only.
pub(super) fn split(source: &Source, entry: &Entry, values: &[Spanned<Community>]) -> Option<Vec<String>> {
    let text = source.slice(entry.value);
    let words: Vec<&str> = text.split_whitespace().collect();
    let written: Vec<String> = values
        .iter()
        .map(|value| source.slice(value.span).to_owned())
        .collect();
    let distinct = values.len() > 1 && words == written;
    distinct.then_some(written)
}

/// The place of an entry that is all that its line holds.
fn alone(source: &Source, entry: &Entry) -> Option<Range<usize>> {
    let place = range(entry.span);
    let line = Lines::new(source).line(place.start).trim();
    (line == source.slice(entry.span) && !line.is_empty()).then_some(place)
}

/// An entry that has a line of its own.
struct Line<'a> {
    lines: Lines<'a>,
    /// The line without its indentation and blanks at its end.
    place: Range<usize>,
    value: Range<usize>,
}

impl<'a> Line<'a> {
    fn of(source: &'a Source, entry: &Entry) -> Option<Line<'a>> {
        let lines = Lines::new(source);
        let (place, value) = (alone(source, entry)?, range(entry.value));
        let inside = place.start < value.start && value.end <= place.end;
        inside.then_some(Line { lines, place, value })
    }

    fn written(&self, values: &[Community]) -> Option<Vec<String>> {
        let text = self.lines.get(self.value.clone());
        values.iter().map(|value| like(text, *value)).collect()
    }

    /// Further lines like this one with other values.
    fn copies(&self, values: &[String]) -> Option<String> {
        let lines = self.lines;
        let newline = lines.newline(self.place.start);
        let indent = lines.indent(self.place.start);
        let before = lines.get(self.place.start..self.value.start);
        let after = lines.get(self.value.end..self.place.end);
        let numbered = number_in(before);
        let numbers = match &numbered {
            Some((lead, own, _)) => free(lines.text, lead, *own, values.len())?,
            None => Vec::new(),
        };
        let mut text = String::new();
        for (at, value) in values.iter().enumerate() {
            text.push_str(newline);
            text.push_str(indent);
            match (&numbered, numbers.get(at)) {
                (Some((lead, _, rest)), Some(number)) => text.push_str(&format!("{lead}{number}{rest}")),
                _ => text.push_str(before),
            }
            text.push_str(value);
            text.push_str(after);
        }
        Some(text)
    }
}

/// A value in the way of another: in its quotes, as an expression where that is one.
pub(crate) fn like(text: &str, value: Community) -> Option<String> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''));
    let inner = match quote {
        Some(quote) => text.strip_prefix(quote)?.strip_suffix(quote)?,
        None => text,
    };
    let written = match inner {
        plain if plain.parse::<Community>().is_ok() => value.to_string(),
        whole if whole.starts_with('^') && whole.ends_with('$') => format!("^{value}$"),
        _ => format!("_{value}_"),
    };
    Some(match quote {
        Some(quote) => format!("{quote}{written}{quote}"),
        None => written,
    })
}

/// The words in front of an entry's number.
const NUMBERED: &[&str] = &["seq", "sequence", "index", "rule", "edit"];

/// The words in front of a list's name.
const KINDS: &[&str] = &["standard", "expanded", "basic", "advanced"];

/// Cuts a line at its entry's number: what stands before, the number, and the rest.
pub(super) fn number_in(before: &str) -> Option<(&str, u32, &str)> {
    let words = before.split_inclusive(char::is_whitespace).scan(0, |at, word| {
        let start = *at;
        *at += word.len();
        Some((start, word.trim_end()))
    });
    let (mut earlier, mut last) = ("", "");
    let (start, word) = words.filter(|(_, word)| !word.is_empty()).find(|(_, word)| {
        // Behind a kind and a name a number needs no word of its own.
        let found = NUMBERED.contains(&last) || KINDS.contains(&earlier);
        (earlier, last) = (last, word);
        found && word.parse::<u32>().is_ok()
    })?;
    let end = start + word.len();
    Some((before.get(..start)?, word.parse().ok()?, before.get(end..)?))
}

/// Numbers after one that no other line of the list has and that stand before the next one in use.
pub(super) fn free(text: &str, lead: &str, own: u32, count: usize) -> Option<Vec<u32>> {
    let mut used: Vec<u32> = text
        .lines()
        .filter_map(|line| {
            let rest = line.trim_start().strip_prefix(lead)?;
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest.get(..digits)?.parse().ok()
        })
        .collect();
    used.sort_unstable();
    used.dedup();
    let count = u32::try_from(count).ok()?;
    let before = used.iter().rev().find(|number| **number < own);
    let step = match (before, own) {
        (Some(before), _) => own - before,
        (None, own) if own % 10 == 0 => 10,
        (None, own) if own % 5 == 0 => 5,
        _ => 1,
    };
    let next = used.iter().find(|number| **number > own);
    let step = match next {
        Some(next) if own.checked_add(step.checked_mul(count)?)? >= *next => (next - own) / (count + 1),
        _ => step,
    };
    (step > 0).then(|| (1..=count).map(|at| own + step * at).collect())
}

/// Writes a change to elements between commas: `community-set X`, `12076:51002,` and so on.
pub(crate) fn elements(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    let (entry, values) = match change {
        Change::AddEntries { entry, values } => (entry, values.as_slice()),
        Change::RemoveEntry { entry } => return remove_element(source, entry),
        Change::Reword { at, to } => return reword(source, at, to),
        _ => return None,
    };
    let lines = Lines::new(source);
    let place = range(entry.span);
    // Only a value that is written out shows how another is.
    source.slice(entry.span).parse::<Community>().ok()?;
    let end = lines.end(place.end);
    let rest = lines.get(place.end..end);
    let comma = rest.trim_start().starts_with(',');
    let before = lines.get(lines.start(place.start)..place.start);
    let behind = rest.trim_start().trim_start_matches(',').trim_start();
    let own_line = before.trim().is_empty() && (behind.is_empty() || behind.starts_with('#'));
    if !own_line {
        let text: String = values.iter().map(|value| format!(", {value}")).collect();
        return Some(vec![lines.insert(place.end, text)]);
    }
    let newline = lines.newline(place.end);
    let mut text = String::new();
    for (at, value) in values.iter().enumerate() {
        let last = at + 1 == values.len() && !comma;
        let mark = if last { "" } else { "," };
        text.push_str(&format!("{newline}{before}{value}{mark}"));
    }
    Some(match (comma, end == place.end) {
        (true, _) => vec![lines.insert(end, text)],
        (false, true) => vec![lines.insert(end, format!(",{text}"))],
        (false, false) => vec![lines.insert(place.end, ","), lines.insert(end, text)],
    })
}

fn remove_element(source: &Source, entry: &Entry) -> Option<Vec<Edit>> {
    let lines = Lines::new(source);
    let place = range(entry.span);
    let before = lines.get(0..place.start);
    let rest = lines.get(place.end..source.text().len());
    let gap = rest.len() - rest.trim_start().len();
    let alone = lines.line(place.start).trim().trim_end_matches(',').trim() == source.slice(entry.span);
    let comma_behind = rest.trim_start().starts_with(',');
    let comma_before = before.trim_end().ends_with(',');
    match (alone, comma_behind, comma_before) {
        (true, true, _) => Some(vec![lines.remove_lines(place)]),
        (true, false, true) => {
            let comma = before.trim_end().len() - 1;
            Some(vec![lines.edit(comma..comma + 1, ""), lines.remove_lines(place)])
        }
        (false, true, _) => {
            let behind = place.end + gap + 1;
            let blanks = lines.get(behind..source.text().len());
            let skipped = blanks.len() - blanks.trim_start_matches([' ', '\t']).len();
            Some(vec![lines.edit(place.start..behind + skipped, "")])
        }
        (false, false, true) => {
            let comma = before.trim_end().len() - 1;
            Some(vec![lines.edit(comma..place.end, "")])
        }
        // The only element: a set without any is something else.
        (_, false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_as_they_began() {
        let lead = "ip community-list standard X seq ";
        let text = |numbers: &[u32]| {
            let lines = numbers.iter().map(|n| format!("{lead}{n} permit 12076:{n}\n"));
            lines.collect::<String>()
        };
        let check = |numbers: &[u32], own, count, expected: Option<&[u32]>| {
            assert_eq!(
                free(&text(numbers), lead, own, count).as_deref(),
                expected,
                "{numbers:?}"
            );
        };
        check(&[10, 20], 20, 2, Some(&[30, 40]));
        check(&[5], 5, 1, Some(&[10]));
        check(&[10], 10, 1, Some(&[20]));
        check(&[1, 2], 2, 1, Some(&[3]));
        check(&[10, 20, 30], 20, 1, Some(&[25]));
        check(&[10, 20, 100], 20, 2, Some(&[30, 40]));
        check(&[10, 11], 10, 1, None);
        assert_eq!(
            number_in("ip community-list standard 7 seq 10 permit "),
            Some(("ip community-list standard 7 seq ", 10, " permit "))
        );
        assert_eq!(number_in("ip community-list 7 permit "), None);
    }

    #[test]
    fn a_value_like_another() {
        let value = Community::new(12076, 51003);
        for (text, expected) in [
            ("12076:51002", "12076:51003"),
            ("\"12076:51002\"", "\"12076:51003\""),
            ("_12076:51002_", "_12076:51003_"),
            ("12076:5100[12]", "_12076:51003_"),
            ("'^12076:51002$'", "'^12076:51003$'"),
        ] {
            assert_eq!(like(text, value).as_deref(), Some(expected), "{text}");
        }
    }
}
