//! A list of which each value stands on a line of its own behind a dash (YAML, "block sequences").

use pairlint_model::bgp::Community;
use pairlint_model::remedy::{Change, Edit, ValueList};
use pairlint_model::source::{Source, Spanned};

use super::text::{Lines, Literal, range, reword};
use super::values::written;

/// Writes a change to such a list.
pub(crate) fn write(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    match change {
        Change::AddValues { list, values } => {
            let last = list.last.as_ref()?;
            let line = Line::of(source, last)?;
            let literal = usual(source, list)?;
            Some(vec![line.followed_by(values, literal)])
        }
        Change::RemoveValue { list, item } => {
            let line = Line::of(source, item)?;
            // A key without values would have none at all, which is something else than an empty list.
            (list.len > 1).then(|| vec![line.lines.remove_lines(range(item.span))])
        }
        Change::ReplaceValue { list, item, values } => {
            let line = Line::of(source, item)?;
            let literal = match Literal::of(source.slice(item.span), &item.value)? {
                Literal::Bare if !item.value.contains(':') => usual(source, list)?,
                literal => literal,
            };
            let (first, others) = values.split_first()?;
            let mut edits = vec![
                line.lines
                    .edit(range(item.span), literal.write(&first.to_string())),
            ];
            if !others.is_empty() {
                edits.push(line.followed_by(others, literal));
            }
            Some(edits)
        }
        Change::Reword { at, to } => reword(source, at, to),
        Change::AddEntries { .. } | Change::SplitEntry { .. } | Change::RemoveEntry { .. } => None,
    }
}

/// How the list's texts are quoted; a bare number shows nothing.
fn usual(source: &Source, list: &ValueList) -> Option<Literal> {
    let example = list.example.as_ref().filter(|item| item.span.source == source.id);
    let literal = example.and_then(|item| Literal::of(source.slice(item.span), &item.value));
    literal.or(Some(Literal::Quoted('\'')))
}

struct Line<'a> {
    lines: Lines<'a>,
    at: usize,
    /// Blanks and the dash.
    lead: &'a str,
}

impl<'a> Line<'a> {
    fn of(source: &'a Source, item: &Spanned<String>) -> Option<Line<'a>> {
        Literal::of(source.slice(item.span), &item.value)?;
        let lines = Lines::new(source);
        let place = range(item.span);
        let lead = lines.get(lines.start(place.start)..place.start);
        let rest = lines.get(place.end..lines.end(place.end)).trim_start();
        let dash = lead.trim_start().strip_prefix('-')?;
        let alone = rest.is_empty() || rest.starts_with('#');
        (!dash.is_empty() && dash.trim().is_empty() && alone).then_some(Line {
            lines,
            at: place.end,
            lead,
        })
    }

    fn followed_by(&self, values: &[Community], literal: Literal) -> Edit {
        let newline = self.lines.newline(self.at);
        let text: String = written(values, literal)
            .iter()
            .map(|value| format!("{newline}{}{value}", self.lead))
            .collect();
        self.lines.insert(self.lines.end(self.at), text)
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::SourceId;

    use super::*;

    fn items(source: &Source, values: &[&str]) -> Vec<Spanned<String>> {
        let item = |written: &&str| {
            let at = source.text().find(written).expect("a value");
            let span = source.range(at, at + written.len());
            Spanned::new(span, written.trim_matches(['"', '\'']).to_owned())
        };
        values.iter().map(item).collect()
    }

    fn list(items: &[Spanned<String>]) -> ValueList {
        ValueList {
            span: items[0].span.to(items[items.len() - 1].span),
            last: items.last().cloned(),
            example: items.last().cloned(),
            len: items.len(),
        }
    }

    #[track_caller]
    fn check(
        text: &str,
        values: &[&str],
        change: impl Fn(&[Spanned<String>]) -> Change,
        expected: Option<&str>,
    ) {
        let source = Source::new(SourceId(0), "rf.yaml", text);
        let edits = write(&source, &change(&items(&source, values)));
        let result = edits.map(|mut edits| {
            edits.sort();
            let mut text = text.to_owned();
            for edit in edits.iter().rev() {
                text.replace_range(range(edit.span), &edit.replacement);
            }
            text
        });
        assert_eq!(result.as_deref(), expected);
    }

    fn add(items: &[Spanned<String>]) -> Change {
        Change::AddValues {
            list: list(items),
            values: vec![Community::new(12076, 51003)],
        }
    }

    #[test]
    fn values_are_added_as_the_last_one_is_written() {
        check(
            "communities:\n- 12076:51002\nname: rf\n",
            &["12076:51002"],
            add,
            Some("communities:\n- 12076:51002\n- 12076:51003\nname: rf\n"),
        );
        check(
            "communities:\r\n  -  '12076:5060'\r\n  -  '12076:51002' # West Europe\r\n",
            &["'12076:5060'", "'12076:51002'"],
            add,
            Some(
                "communities:\r\n  -  '12076:5060'\r\n  -  '12076:51002' # West Europe\r\n  -  '12076:51003'\r\n",
            ),
        );
        check("communities: [12076:51002]\n", &["12076:51002"], add, None);
        check("- {a: 12076:51002, b: 1}\n", &["12076:51002"], add, None);
    }

    #[test]
    fn values_are_taken_out_and_replaced() {
        let text = "communities:\n- \"12076:51002\"\n- \"12076:51002,12076:51003\"\n";
        let values = ["\"12076:51002\"", "\"12076:51002,12076:51003\""];
        let remove = |items: &[Spanned<String>]| Change::RemoveValue {
            item: items[0].clone(),
            list: list(items),
        };
        check(
            text,
            &values,
            remove,
            Some("communities:\n- \"12076:51002,12076:51003\"\n"),
        );
        let split = |items: &[Spanned<String>]| Change::ReplaceValue {
            item: items[1].clone(),
            list: list(items),
            values: vec![Community::new(12076, 51003), Community::new(12076, 51004)],
        };
        let expected = "communities:\n- \"12076:51002\"\n- \"12076:51003\"\n- \"12076:51004\"\n";
        check(text, &values, split, Some(expected));
        // The last one of a list is not taken out: nothing would be left of the list.
        check("communities:\n- 12076:51002\n", &["12076:51002"], remove, None);
    }
}
