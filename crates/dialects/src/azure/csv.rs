//! Comma-separated values: what the portal's Resource Graph Explorer downloads, `Export-Csv`, a saved spreadsheet.
//!
//! A row is an object by the names of its columns; a cell may hold JSON (RFC 4180 doubles the quotes within it), whose
//! values keep their places in the file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use pairlint_model::network::Network;
use pairlint_model::source::{Source, SourceId, Span};

use super::reader::Reader;
use super::{class, sniff};
use crate::documents::{Document, Kind, Node, Object, Property, json};

/// The text of a cell, where it starts in the file, and where quotes were doubled.
struct Cell<'t> {
    text: Cow<'t, str>,
    /// Where `text` starts; behind the quote of a quoted cell.
    start: usize,
    /// The whole cell.
    outer: (usize, usize),
    /// Offsets in `text` of quotes that are doubled in the file.
    doubled: Vec<usize>,
    quoted: bool,
    /// The file ends within the quotes.
    open: bool,
}

impl Cell<'_> {
    fn place(&self, offset: usize) -> usize {
        self.start + offset + self.doubled.partition_point(|at| *at < offset)
    }
}

type Row<'t> = Vec<Cell<'t>>;

/// A row of a query, its object, and the one property that holds a community.
type Expanded<'n, 'a> = (&'n Node<'a>, &'n Object<'a>, &'n Property<'a>);

/// The character between the cells of a header.
pub(super) fn separator(header: &str) -> Option<u8> {
    [b',', b';', b'\t']
        .into_iter()
        .find(|byte| header.as_bytes().contains(byte))
}

/// The header line of a table and where it starts: spreadsheets and PowerShell put a line before it.
pub(super) fn header(text: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches('\u{feff}').trim();
        let before = content.is_empty() || content.starts_with("sep=") || content.starts_with("#TYPE ");
        if !before {
            let marks = line.len() - line.trim_start_matches('\u{feff}').len();
            return Some((at + marks, content));
        }
        at += line.len();
    }
    None
}

pub(super) fn read(source: &Source) -> Network {
    let text = source.text();
    let Some((start, line)) = header(text) else {
        return Network::default();
    };
    let Some(separator) = separator(line) else {
        return Network::default();
    };
    let mut rows = rows(text, start, separator).into_iter();
    let Some(columns) = rows.next() else {
        return Network::default();
    };
    let rows: Vec<Row<'_>> = rows.collect();
    let mut items = Vec::with_capacity(rows.len());
    let mut cut = None;
    for row in &rows {
        let (first, last) = (row.first(), row.last());
        let (Some(first), Some(last)) = (first, last) else {
            continue;
        };
        let span = span(source.id, first.outer.0, last.outer.1);
        // A row that lacks cells, or ends within one, ends early. The tools end the last line, so that a cell which
        // nothing closes may be a part.
        let closed = last.outer.1 < text.len() || last.text.is_empty() || last.quoted;
        let early = last.open || !closed || row.len() < columns.len();
        if early {
            cut = Some(span.at_end());
        }
        let mut properties = Vec::with_capacity(row.len());
        for (column, cell) in columns.iter().zip(row) {
            let broken = early && std::ptr::eq(cell, last);
            properties.push(Property {
                key: column.text.clone(),
                value: value(source.id, cell, broken),
            });
        }
        items.push(Node {
            kind: Kind::Object(Object(properties)),
            span,
            cut: early,
        });
    }
    let whole = items
        .first()
        .zip(items.last())
        .map(|(first, last)| first.span.to(last.span));
    let Some(whole) = whole else {
        return Network::default();
    };
    let list = Node {
        kind: Kind::List(items),
        span: whole,
        cut: cut.is_some(),
    };
    let document = Document {
        root: list,
        comments: Vec::new(),
        damage: cut.map(|span| crate::documents::Damage {
            span,
            what: "a table of comma-separated values that ends early".to_owned(),
        }),
        trailing: None,
    };
    super::read_wrapped(source, &[document], "CSV", Some("resource-graph"))
}

fn span(source: SourceId, start: usize, end: usize) -> Span {
    Span {
        source,
        start: start as u32,
        end: end as u32,
    }
}

/// JSON in a cell is read; any other cell is a text.
fn value<'c>(source: SourceId, cell: &'c Cell<'_>, broken: bool) -> Node<'c> {
    let span = span(source, cell.outer.0, cell.outer.1);
    let text: &'c str = &cell.text;
    if text.trim_start().starts_with(['{', '[']) {
        let mut documents = json::documents(text, source, false);
        if let (Some(mut document), true) = (documents.pop(), documents.is_empty()) {
            document.root.move_spans(&|inner| Span {
                start: cell.place(inner.start as usize) as u32,
                end: cell.place(inner.end as usize) as u32,
                ..inner
            });
            return document.root;
        }
    }
    Node {
        kind: Kind::Text(Cow::Borrowed(text)),
        span,
        cut: broken,
    }
}

fn rows(text: &str, start: usize, separator: u8) -> Vec<Row<'_>> {
    let bytes = text.as_bytes();
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut at = start;
    while at < bytes.len() {
        let cell = if bytes.get(at) == Some(&b'"') {
            quoted(text, at)
        } else {
            let rest = bytes.get(at..).unwrap_or(&[]);
            let length = rest
                .iter()
                .position(|byte| *byte == separator || matches!(byte, b'\n' | b'\r'));
            let end = length.map_or(bytes.len(), |length| at + length);
            Cell {
                text: Cow::Borrowed(text.get(at..end).unwrap_or("")),
                start: at,
                outer: (at, end),
                doubled: Vec::new(),
                quoted: false,
                open: false,
            }
        };
        at = cell.outer.1;
        row.push(cell);
        match bytes.get(at) {
            Some(byte) if *byte == separator => {
                at += 1;
                // The last cell of a file may be empty.
                if at == bytes.len() {
                    row.push(empty(at));
                }
            }
            Some(b'\r' | b'\n') => {
                at += match bytes.get(at..at + 2) {
                    Some(b"\r\n") => 2,
                    _ => 1,
                };
                let blank = matches!(row.as_slice(), [only] if only.text.is_empty());
                let row = std::mem::take(&mut row);
                if !blank {
                    rows.push(row);
                }
            }
            // Something behind the closing quote: it belongs to no cell.
            Some(_) => {
                let rest = bytes.get(at..).unwrap_or(&[]);
                let length = rest
                    .iter()
                    .position(|byte| *byte == separator || matches!(byte, b'\n' | b'\r'));
                at = length.map_or(bytes.len(), |length| at + length);
                if bytes.get(at) == Some(&separator) {
                    at += 1;
                }
            }
            None => {}
        }
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}

fn empty<'t>(at: usize) -> Cell<'t> {
    Cell {
        text: Cow::Borrowed(""),
        start: at,
        outer: (at, at),
        doubled: Vec::new(),
        quoted: false,
        open: false,
    }
}

/// A cell in quotes, in which quotes are doubled and lines may end.
fn quoted(text: &str, at: usize) -> Cell<'_> {
    let start = at + 1;
    let mut plain = String::new();
    let mut doubled = Vec::new();
    let mut from = start;
    loop {
        let rest = text.get(from..).unwrap_or("");
        let Some(quote) = rest.find('"') else {
            plain.push_str(rest);
            return Cell {
                text: Cow::Owned(plain),
                start,
                outer: (at, text.len()),
                doubled,
                quoted: true,
                open: true,
            };
        };
        let end = from + quote;
        if text.as_bytes().get(end + 1) != Some(&b'"') {
            let text = match doubled.is_empty() {
                true => Cow::Borrowed(text.get(start..end).unwrap_or("")),
                false => {
                    plain.push_str(rest.get(..quote).unwrap_or(""));
                    Cow::Owned(plain)
                }
            };
            return Cell {
                text,
                start,
                outer: (at, end + 1),
                doubled,
                quoted: true,
                open: false,
            };
        }
        plain.push_str(rest.get(..=quote).unwrap_or(""));
        doubled.push(plain.len() - 1);
        from = end + 2;
    }
}

impl Reader<'_> {
    /// Rows that a query expanded, one for each community, as the filters that they are of. `None` where the rows
    /// are something else.
    pub(super) fn gathered<'n, 'a>(&self, items: &'n [Node<'a>]) -> Option<Vec<Node<'a>>> {
        let rows: Vec<Expanded<'n, 'a>> = items
            .iter()
            .map(|item| {
                let object = item.object()?;
                let mut single = object
                    .0
                    .iter()
                    .filter(|property| is_one_community(&property.value));
                let found = single.next()?;
                single.next().is_none().then_some((item, object, found))
            })
            .collect::<Option<_>>()?;
        rows.first()?;
        // Elsewhere than in a query's result, only an id tells whose the communities are.
        let queried = self.wrapper == Some("resource-graph");
        let named = |object: &Object<'_>| {
            let mut texts = object.0.iter().filter_map(|property| property.value.text());
            texts.any(sniff::names_resource)
        };
        let ours = |object: &Object<'_>| class::may_be_row(object) && (queried || named(object));
        if !rows
            .iter()
            .all(|(_, object, found)| ours(object) && sniff::contains(found.key.as_bytes(), b"communit", 3))
        {
            return None;
        }
        let mut filters: Vec<Vec<usize>> = Vec::new();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (at, (_, object, _)) in rows.iter().enumerate() {
            let key = [
                "id",
                "resourceId",
                "routeFilterId",
                "name",
                "routeFilterName",
                "filter",
            ]
            .iter()
            .find_map(|key| object.get(key)?.text())
            .unwrap_or("")
            .to_ascii_lowercase();
            let next = filters.len();
            let index = *known.entry(key).or_insert(next);
            match filters.get_mut(index) {
                Some(rows) => rows.push(at),
                None => filters.push(vec![at]),
            }
        }
        let made = filters.iter().map(|members| {
            let members: Vec<_> = members.iter().filter_map(|at| rows.get(*at)).collect();
            filter_of(&members)
        });
        made.collect()
    }
}

fn is_one_community(node: &Node<'_>) -> bool {
    node.text().is_some_and(|text| {
        let text = text.trim();
        text.strip_prefix("12076:")
            .is_some_and(|value| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// One filter of its rows, with a rule for each name of a rule in them.
fn filter_of<'a>(rows: &[&Expanded<'_, 'a>]) -> Option<Node<'a>> {
    let ((first, object, _), (last, ..)) = (rows.first()?, rows.last()?);
    let span = first.span.to(last.span);
    let node = |kind| Node {
        kind,
        span,
        cut: rows.iter().any(|(row, ..)| row.cut),
    };
    let property = |key: &'static str, value: Node<'a>| Property {
        key: Cow::Borrowed(key),
        value,
    };
    let rule_name = |object: &Object<'a>| {
        ["ruleName", "rule", "rules_name", "rules.name"]
            .iter()
            .find_map(|key| object.get(key).filter(|node| node.text().is_some()))
            .cloned()
    };
    let mut rules: Vec<(Option<Node<'a>>, Vec<&Expanded<'_, 'a>>)> = Vec::new();
    for row in rows {
        let name = rule_name(row.1);
        let text = name.as_ref().and_then(Node::text);
        let known = rules
            .iter_mut()
            .find(|(known, _)| known.as_ref().and_then(Node::text) == text);
        match known {
            Some((_, members)) => members.push(row),
            None => rules.push((name, vec![row])),
        }
    }
    let rules = rules.into_iter().map(|(name, members)| {
        let communities = members.iter().map(|(_, _, found)| found.value.clone()).collect();
        let mut properties = vec![property("communities", node(Kind::List(communities)))];
        properties.extend(name.map(|name| property("name", name)));
        let access = members
            .iter()
            .find_map(|(_, object, _)| object.get("access").filter(|node| node.text().is_some()));
        properties.extend(access.map(|access| property("access", access.clone())));
        node(Kind::Object(Object(properties)))
    });
    let rules = node(Kind::List(rules.collect()));
    let mut properties = vec![property("rules", rules)];
    for (key, others) in [
        ("id", &["id", "resourceId", "routeFilterId"][..]),
        ("name", &["name", "routeFilterName", "filter"][..]),
        ("location", &["location"][..]),
    ] {
        let value = others
            .iter()
            .find_map(|other| object.get(other).filter(|node| node.text().is_some()));
        properties.extend(value.map(|value| property(key, value.clone())));
    }
    Some(node(Kind::Object(Object(properties))))
}
