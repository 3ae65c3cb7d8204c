//! Writes further communities. All members of a community must be on a route, so another value is a community of its
//! own, named beside the first where policies name that ("Understanding How to Define BGP Communities").

use std::ops::Range;

use pairlint_model::bgp::Community;
use pairlint_model::remedy::{Change, Edit, Entry};
use pairlint_model::source::{Source, Span, Spanned};

use crate::edits::{Lines, range, reword};

pub(super) fn edit(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    match change {
        Change::AddEntries { entry, values } => add(source, entry, values),
        Change::SplitEntry { entry, values } => divide(source, entry, values),
        Change::Reword { at, to } => reword(source, at, to),
        Change::RemoveEntry { entry } => remove(source, entry),
        Change::AddValues { .. } | Change::RemoveValue { .. } | Change::ReplaceValue { .. } => None,
    }
}

fn add(source: &Source, entry: &Entry, values: &[Community]) -> Option<Vec<Edit>> {
    let name = entry.list.as_deref()?;
    source.slice(entry.value).parse::<Community>().ok()?;
    let definition = Definition::of(source, name, &range(entry.value))?;
    let prefix = match name.contains(|c: char| c.is_ascii_lowercase()) {
        true => "microsoft",
        false => "MICROSOFT",
    };
    let named: Vec<(String, String)> = values
        .iter()
        .map(|value| (format!("{prefix}-{}", value.value), value.to_string()))
        .collect();
    let names = free(source, &named)?;
    let mut edits = vec![definition.followed_by(&named)];
    edits.extend(mention(source, name, &names, &entry.references)?);
    Some(edits)
}

/// Leaves the first value to the community and makes one of each other.
fn divide(source: &Source, entry: &Entry, values: &[Spanned<Community>]) -> Option<Vec<Edit>> {
    let name = entry.list.as_deref()?;
    let (first, others) = values.split_first()?;
    let named: Vec<(String, String)> = others
        .iter()
        .map(|value| (format!("{name}-{}", value.value.value), value.value.to_string()))
        .collect();
    let names = free(source, &named)?;
    let lines = Lines::new(source);
    let text = source.slice(entry.value);
    let mut edits = Vec::new();
    let defined = if text.contains('\n') {
        // One command for each member.
        for (value, new) in others.iter().zip(&names) {
            let definition = Definition::of(source, name, &range(value.span))?;
            edits.push(lines.edit(definition.name, new.as_str()));
        }
        Definition::of(source, name, &range(first.span))?;
        values.len()
    } else {
        let words: Vec<&str> = text.split_whitespace().collect();
        let written: Vec<&str> = values.iter().map(|value| source.slice(value.span)).collect();
        let value = range(entry.value);
        let before = lines.get(lines.start(value.start)..value.start);
        let open = lines.start(value.start) + before.trim_end().strip_suffix('[')?.len();
        let rest = lines.get(value.end..lines.end(value.end));
        let close = value.end + rest.len() - rest.trim_start().strip_prefix(']')?.len();
        if words != written {
            return None;
        }
        let definition = Definition::of(source, name, &(open..close))?;
        edits.push(lines.edit(open..close, source.slice(first.span)));
        edits.push(definition.followed_by(&named));
        1
    };
    // Whatever else names the community would mean something else afterwards.
    let mentions = words(source.text(), name).count();
    if mentions != defined + entry.references.len() {
        return None;
    }
    edits.extend(mention(source, name, &names, &entry.references)?);
    Some(edits)
}

/// Takes out a community of one value, and its name where policies have others beside it: a term without a condition
/// would take every route.
fn remove(source: &Source, entry: &Entry) -> Option<Vec<Edit>> {
    let name = entry.list.as_deref()?;
    source.slice(entry.value).parse::<Community>().ok()?;
    let definition = Definition::of(source, name, &range(entry.value))?;
    let lines = definition.lines;
    let rest = lines.get(definition.end..lines.end(definition.end));
    let mut places: Vec<Range<usize>> = entry.references.iter().map(|span| range(*span)).collect();
    places.sort_by_key(|place| place.start);
    places.dedup();
    let mentions = words(source.text(), name).count();
    if !rest.trim().is_empty() || places.is_empty() || mentions != 1 + places.len() {
        return None;
    }
    let mut edits = vec![lines.remove_lines(definition.place.start..definition.end)];
    for place in places {
        edits.push(unmention(lines, name, &place)?);
    }
    Some(edits)
}

/// Takes a name out of a list of names.
fn unmention(lines: Lines<'_>, name: &str, place: &Range<usize>) -> Option<Edit> {
    if lines.get(place.clone()) != name {
        return None;
    }
    let before = lines.get(lines.start(place.start)..place.start);
    let rest = lines.get(place.end..lines.end(place.end));
    if let Some(open) = before.rfind('[').filter(|open| Some(*open) > before.rfind(']')) {
        let close = rest.find(']')?;
        let others = before.get(open + 1..)?.split_whitespace().count()
            + rest.get(..close)?.split_whitespace().count();
        let blanks = before.len() - before.trim_end().len();
        return match (others, blanks) {
            (0, _) => None,
            (_, 0) => Some(lines.edit(place.start..place.end + rest.len() - rest.trim_start().len(), "")),
            _ => Some(lines.edit(place.start - blanks..place.end, "")),
        };
    }
    // A command for each name.
    let command = before.trim_start();
    let alike = lines
        .text
        .lines()
        .filter(|line| line.trim_start().starts_with(command));
    let removable = command.starts_with("set ") && rest.trim().is_empty() && alike.count() > 1;
    removable.then(|| lines.remove_lines(place.start..lines.end(place.end)))
}

/// The new names, if nothing in the file has one of them.
fn free(source: &Source, named: &[(String, String)]) -> Option<Vec<String>> {
    let names: Vec<String> = named.iter().map(|(name, _)| name.clone()).collect();
    let taken = names
        .iter()
        .any(|name| words(source.text(), name).next().is_some());
    (!taken).then_some(names)
}

/// Where a name stands as a word.
fn words<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/');
    text.match_indices(name).map(|(at, _)| at).filter(move |&at| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

/// `community NAME members 12076:51002;`, as a command or between braces.
struct Definition<'a> {
    lines: Lines<'a>,
    /// The lines of it.
    place: Range<usize>,
    name: Range<usize>,
    value: Range<usize>,
    /// Where its text ends, before a comment.
    end: usize,
}

impl<'a> Definition<'a> {
    fn of(source: &'a Source, name: &str, value: &Range<usize>) -> Option<Definition<'a>> {
        let lines = Lines::new(source);
        let start = lines.start(value.start);
        let before = lines.get(start..value.start).trim_end();
        let lead = before.strip_suffix("members")?.trim_end();
        let rest = lines.get(value.end..lines.end(value.end));
        let end = match rest.trim_start().starts_with(';') {
            true => value.end + rest.len() - rest.trim_start().len() + 1,
            false if rest.trim().is_empty() => value.end,
            false => return None,
        };
        let found = |end: usize, place: Range<usize>, stop: usize| Definition {
            lines,
            place,
            name: end - name.len()..end,
            value: value.clone(),
            end: stop,
        };
        let named = |text: &str| {
            let head = text.strip_suffix(name)?;
            head.trim_end().ends_with("community").then_some(())
        };
        if named(lead).is_some() {
            return Some(found(start + lead.len(), start..end, end));
        }
        // `community NAME {`, `members …;` and `}` on three lines.
        let above = lines.start(start.checked_sub(1)?);
        let head = lines.line(above).trim_end().strip_suffix('{')?.trim_end();
        let below = lines.next(end);
        let closed = lines.line(below).trim() == "}";
        named(head).filter(|()| closed && lead.is_empty())?;
        let stop = lines.end(below);
        Some(found(above + head.len(), above..stop, stop))
    }

    fn followed_by(&self, named: &[(String, String)]) -> Edit {
        let lines = self.lines;
        let newline = lines.newline(self.place.start);
        let mut text = String::new();
        for (name, value) in named {
            text.push_str(newline);
            text.push_str(lines.get(self.place.start..self.name.start));
            text.push_str(name);
            text.push_str(lines.get(self.name.end..self.value.start));
            text.push_str(value);
            text.push_str(lines.get(self.value.end..self.end));
        }
        lines.insert(lines.end(self.place.end), text)
    }
}

/// Names the new communities wherever the policies name the one.
fn mention(source: &Source, name: &str, new: &[String], references: &[Span]) -> Option<Vec<Edit>> {
    let lines = Lines::new(source);
    let mut places: Vec<Range<usize>> = references.iter().map(|span| range(*span)).collect();
    places.sort_by_key(|place| place.start);
    places.dedup();
    let one = |place: &Range<usize>| {
        let exact = lines.get(place.clone()) == name;
        let line = lines.get(lines.start(place.start)..place.start);
        let rest = lines.get(place.end..lines.end(place.end));
        let listed = line.rfind('[') > line.rfind(']');
        let together = new.join(" ");
        match (listed, rest.trim_start().chars().next()) {
            _ if !exact => None,
            (true, _) => Some(lines.insert(place.end, format!(" {together}"))),
            (false, Some(';')) => Some(lines.edit(place.clone(), format!("[ {name} {together} ]"))),
            // A command: one more for each.
            (false, None) if line.trim_start().starts_with("set ") => {
                let newline = lines.newline(place.start);
                let more: String = new.iter().map(|new| format!("{newline}{line}{new}")).collect();
                Some(lines.insert(lines.end(place.end), more))
            }
            (false, _) => None,
        }
    };
    if places.is_empty() {
        return None;
    }
    places.iter().map(one).collect()
}
