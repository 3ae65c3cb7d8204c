//! Changes to a route filter's list of values.

use std::ops::Range;

use pairlint_model::bgp::Community;
use pairlint_model::remedy::{Change, Edit, ValueList};
use pairlint_model::source::{Source, Spanned};

use super::bracketed::{Bracketed, Separator};
use super::scan;
use super::text::{Lines, Literal, range, reword};

/// How a language writes lists.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub quote: char,
    pub separator: Separator,
    /// Values of a list that was empty get lines of their own where the text is spread over lines.
    pub spread: bool,
}

/// Writes a change to a list in brackets.
pub(crate) fn write(source: &Source, change: &Change, style: Style) -> Option<Vec<Edit>> {
    match change {
        Change::AddValues { list, values } => add(source, list, values, style),
        Change::RemoveValue { list, item } => {
            let (list, index) = find(source, list, item, style)?;
            list.remove(index)
        }
        Change::ReplaceValue { list, item, values } => {
            let lines = Lines::new(source);
            let literal = Literal::of(source.slice(item.span), &item.value)?;
            let (found, index) = find(source, list, item, style)?;
            // A bare number is no text; its neighbors show how one is written.
            let quoted = match literal {
                Literal::Bare if !item.value.contains(':') => quoted(source, list, style),
                literal => literal,
            };
            let (first, others) = values.split_first()?;
            let first = lines.edit(range(item.span), quoted.write(&first.to_string()));
            let mut edits = match others {
                [] => Vec::new(),
                others => found.insert_after(index, &written(others, quoted))?,
            };
            merge(&mut edits, first);
            Some(edits)
        }
        Change::Reword { at, to } => reword(source, at, to),
        Change::AddEntries { .. } | Change::SplitEntry { .. } | Change::RemoveEntry { .. } => None,
    }
}

/// Two edits that touch are one.
fn merge(edits: &mut Vec<Edit>, first: Edit) {
    match edits.first_mut() {
        Some(next) if next.span.start == first.span.end => {
            next.span.start = first.span.start;
            next.replacement.insert_str(0, &first.replacement);
        }
        _ => edits.insert(0, first),
    }
}

fn add(source: &Source, list: &ValueList, values: &[Community], style: Style) -> Option<Vec<Edit>> {
    let literal = quoted(source, list, style);
    let Some(last) = &list.last else {
        let found = read(source, range(list.span), style)?;
        let unit = style.spread.then(|| unit(source, list)).flatten();
        return found
            .is_empty()
            .then(|| found.fill(&written(values, literal), unit))?;
    };
    let (found, index) = find(source, list, last, style)?;
    found.insert_after(index, &written(values, literal))
}

pub(crate) fn written(values: &[Community], literal: Literal) -> Vec<String> {
    values
        .iter()
        .map(|value| literal.write(&value.to_string()))
        .collect()
}

/// The quotes of the list's last text, else the language's.
fn quoted(source: &Source, list: &ValueList, style: Style) -> Literal {
    let example = list.example.as_ref().filter(|item| item.span.source == source.id);
    let literal = example.and_then(|item| Literal::of(source.slice(item.span), &item.value));
    literal.unwrap_or(Literal::Quoted(style.quote))
}

/// The list in the text that a value is an element of, and which one.
fn find<'a>(
    source: &'a Source,
    list: &ValueList,
    item: &Spanned<String>,
    style: Style,
) -> Option<(Bracketed<'a>, usize)> {
    // What the place says must be the value itself.
    Literal::of(source.slice(item.span), &item.value)?;
    let place = range(item.span);
    let text = source.text();
    let own = range(list.span);
    let whole = list.span.source == source.id && own.start < place.start && place.end < own.end;
    let bracket = whole && source.slice(list.span).starts_with('[');
    let found = match bracket {
        true => scan::closing(text, own.start).filter(|found| *found == own),
        // Put together by an expression, or handed over: the brackets around the value are meant.
        false => scan::enclosing(text, place.start),
    }?;
    let found = Bracketed::read(Lines::new(source), found, style.separator)?;
    let index = found.at(&place)?;
    Some((found, index))
}

fn read(source: &Source, span: Range<usize>, style: Style) -> Option<Bracketed<'_>> {
    let opened = source.text().get(span.clone())?.starts_with('[');
    let found = scan::closing(source.text(), span.start).filter(|found| opened && *found == span)?;
    Bracketed::read(Lines::new(source), found, style.separator)
}

/// One step of indentation, where the text is spread over lines and the list's key begins its line.
fn unit<'a>(source: &'a Source, list: &ValueList) -> Option<&'a str> {
    let lines = Lines::new(source);
    let here = lines.indent(range(list.span).start);
    let mut indents = source.text().lines().map(|line| {
        let rest = line.trim_start();
        line.get(..line.len() - rest.len()).unwrap_or("")
    });
    let first = indents.find(|indent| !indent.is_empty())?;
    let key = lines.line(range(list.span).start).trim_start();
    (!here.is_empty() && key.starts_with(['"', '\''])).then_some(first)
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::SourceId;

    use super::*;

    const JSON: Style = Style {
        quote: '"',
        separator: Separator::Comma,
        spread: true,
    };
    const BICEP: Style = Style {
        quote: '\'',
        separator: Separator::CommaOrNewline,
        spread: false,
    };

    /// The values in quotes between the first `[` and the last `]` of a text.
    fn items(source: &Source) -> Vec<Spanned<String>> {
        let text = source.text();
        let (start, end) = (
            text.find('[').expect("a list"),
            text.rfind(']').expect("its end") + 1,
        );
        let mut items = Vec::new();
        let mut at = start;
        while let Some(found) = text[at..end].find("12076:") {
            let open = at + found - 1;
            let quote = &text[open..=open];
            let close = open + 1 + text[open + 1..].find(quote).expect("a quote") + 1;
            let value = text[open + 1..close - 1].to_owned();
            items.push(Spanned::new(source.range(open, close), value));
            at = close;
        }
        items
    }

    fn list(source: &Source) -> ValueList {
        let text = source.text();
        let (start, end) = (
            text.find('[').expect("a list"),
            text.rfind(']').expect("its end") + 1,
        );
        let items = items(source);
        ValueList {
            span: source.range(start, end),
            last: items.last().cloned(),
            example: items.last().cloned(),
            len: items.len(),
        }
    }

    #[track_caller]
    fn check(style: Style, text: &str, change: impl Fn(&Source) -> Change, expected: &str) {
        let source = Source::new(SourceId(0), "a", text);
        let mut edits = write(&source, &change(&source), style).expect("edits");
        edits.sort();
        let mut changed = text.to_owned();
        for edit in edits.iter().rev() {
            changed.replace_range(range(edit.span), &edit.replacement);
        }
        assert_eq!(changed, expected);
    }

    fn add(source: &Source) -> Change {
        Change::AddValues {
            list: list(source),
            values: vec![Community::new(12076, 3)],
        }
    }

    fn remove(at: usize) -> impl Fn(&Source) -> Change {
        move |source| Change::RemoveValue {
            item: items(source)[at].clone(),
            list: list(source),
        }
    }

    fn replace(at: usize) -> impl Fn(&Source) -> Change {
        move |source| Change::ReplaceValue {
            item: items(source)[at].clone(),
            list: list(source),
            values: vec![Community::new(12076, 3), Community::new(12076, 4)],
        }
    }

    #[test]
    fn on_one_line() {
        check(JSON, r#"["12076:1"]"#, add, r#"["12076:1", "12076:3"]"#);
        check(
            JSON,
            r#"{"c":["12076:1"]}"#,
            add,
            r#"{"c":["12076:1","12076:3"]}"#,
        );
        check(
            JSON,
            r#"[ "12076:1" ,"12076:2" ]"#,
            add,
            r#"[ "12076:1" ,"12076:2" ,"12076:3" ]"#,
        );
        check(JSON, r#"["12076:1",]"#, add, r#"["12076:1", "12076:3",]"#);
        check(JSON, r#"["12076:1", "12076:2"]"#, remove(0), r#"["12076:2"]"#);
        check(JSON, r#"["12076:1", "12076:2"]"#, remove(1), r#"["12076:1"]"#);
        check(JSON, r#"["12076:1"]"#, remove(0), "[]");
        check(
            JSON,
            r#"["12076:1,12076:2", "12076:5"]"#,
            replace(0),
            r#"["12076:3", "12076:4", "12076:5"]"#,
        );
        check(BICEP, "['12076:1']", add, "['12076:1', '12076:3']");
    }

    #[test]
    fn on_lines_of_their_own() {
        check(
            JSON,
            "[\r\n\t\"12076:1\"\r\n]",
            add,
            "[\r\n\t\"12076:1\",\r\n\t\"12076:3\"\r\n]",
        );
        check(
            JSON,
            "[\n  \"12076:1\", // one\n  \"12076:2\" // two\n]",
            add,
            "[\n  \"12076:1\", // one\n  \"12076:2\", // two\n  \"12076:3\"\n]",
        );
        check(
            JSON,
            "[\n  \"12076:1\", # one\n  \"12076:2\", # two\n]",
            replace(0),
            "[\n  \"12076:3\", # one\n  \"12076:4\",\n  \"12076:2\", # two\n]",
        );
        check(
            JSON,
            "[\n  \"12076:1\", // one\n  \"12076:2\" // two\n]",
            remove(1),
            "[\n  \"12076:1\" // one\n]",
        );
        check(
            JSON,
            "[\n  \"12076:1\",\n  \"12076:2\",\n]",
            remove(1),
            "[\n  \"12076:1\",\n]",
        );
        check(
            JSON,
            "[\n  \"12076:1\",\n  \"12076:2\"\n]",
            remove(0),
            "[\n  \"12076:2\"\n]",
        );
        check(
            BICEP,
            "[\n  '12076:1'\n  '12076:2' // two\n]",
            remove(1),
            "[\n  '12076:1'\n]",
        );
        check(BICEP, "[\n  '12076:1'\n]", add, "[\n  '12076:1'\n  '12076:3'\n]");
        check(
            BICEP,
            "[\n  '12076:1',\n  '12076:2'\n]",
            add,
            "[\n  '12076:1',\n  '12076:2',\n  '12076:3'\n]",
        );
    }

    #[test]
    fn several_to_a_line() {
        check(
            JSON,
            "[\n  \"12076:1\", \"12076:2\",\n  \"12076:5\"]",
            add,
            "[\n  \"12076:1\", \"12076:2\",\n  \"12076:5\", \"12076:3\"]",
        );
        check(JSON, "[\"12076:1\",\n \"12076:2\"]", remove(1), "[\"12076:1\"]");
        check(JSON, "[\"12076:1\",\n \"12076:2\"]", remove(0), "[\"12076:2\"]");
    }

    #[test]
    fn an_empty_list() {
        check(
            JSON,
            "{\n  \"c\": [ ]\n}",
            add,
            "{\n  \"c\": [\n    \"12076:3\"\n  ]\n}",
        );
        check(JSON, "{\"c\": []}", add, "{\"c\": [\"12076:3\"]}");
        check(BICEP, "c: []", add, "c: ['12076:3']");
    }

    #[test]
    fn what_is_not_written_out_is_left_alone() {
        let source = Source::new(SourceId(0), "a", r#"c = ["12076:${var.west}"]"#);
        let item = Spanned::new(source.range(5, 24), "12076:51002".to_owned());
        let list = ValueList {
            span: source.range(4, 25),
            last: Some(item.clone()),
            example: Some(item.clone()),
            len: 1,
        };
        let values = vec![Community::new(12076, 3)];
        let add = Change::AddValues {
            list: list.clone(),
            values,
        };
        for change in [add, Change::RemoveValue { list, item }] {
            assert_eq!(write(&source, &change, JSON), None);
        }
    }
}
