//! YAML 1.2 as tools print it and people write it: several documents in a file, log lines before them, terminal
//! colours, aliases, an end that comes too early.
//!
//! The events are `saphyr-parser`'s, whose places count characters. The tree is built here, without recursion and
//! with a bound on what aliases unfold to. Values are those of the core schema (YAML 1.2.2, 10.3): `12076:51004` is a
//! text, `12076:50` is one, too.

pub mod loaded;
mod text;
mod values;

use std::borrow::Cow;
use std::collections::BTreeMap;

use memchr::memmem;
use pairlint_model::source::{SourceId, Span, Spanned};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::{Damage, Document, Kind, Node, Object, Property};
pub use text::Text;
use text::{Cursor, quoted};
use values::{is_number, merged, resolve};

/// Deeper values are in no export; what walks the tree may recurse this deep.
const MAXIMUM_DEPTH: usize = 256;
/// How many values the aliases of a file may copy.
const MAXIMUM_COPIES: usize = 100_000;
/// After so many damaged documents the file is something else.
const MAXIMUM_DAMAGES: usize = 16;

/// Returns the documents of a text in their order.
pub fn documents<'t>(text: &'t Text<'_>, source: SourceId) -> Vec<Document<'t>> {
    let plain: &'t str = &text.plain;
    let mut reader = Reader {
        text,
        source,
        plain,
        // Without an alias no anchor is ever looked up.
        aliased: plain.contains('*'),
        anchors: BTreeMap::new(),
        copies: 0,
        open: Vec::new(),
        root: None,
        comments: Vec::new(),
        last_end: 0,
        documents: Vec::new(),
    };
    let (mut byte, mut character) = (0, 0);
    for _ in 0..MAXIMUM_DAMAGES {
        let Some(error) = reader.read(byte, character) else {
            break;
        };
        // What is damaged ends where the next document starts.
        let rest = plain.get(byte..).unwrap_or("");
        let behind = rest.char_indices().nth(error).map_or(rest.len(), |(at, _)| at);
        // The mark itself may be what does not fit.
        let from = behind.saturating_sub("\n---".len());
        let bytes = rest.as_bytes().get(from..).unwrap_or(&[]);
        let Some(next) = memmem::find(bytes, b"\n---") else {
            break;
        };
        let skipped = rest.get(..from + next + 1).unwrap_or("");
        byte += skipped.len();
        character += skipped.chars().count();
    }
    reader.documents
}

enum Open<'t> {
    List {
        start: usize,
        items: Vec<Node<'t>>,
        anchor: usize,
    },
    Object {
        start: usize,
        properties: Vec<Property<'t>>,
        key: Option<Cow<'t, str>>,
        /// The key is a list or an object, which no reader of ours asks for.
        odd: bool,
        anchor: usize,
    },
}

struct Reader<'t, 's> {
    text: &'t Text<'s>,
    source: SourceId,
    plain: &'t str,
    aliased: bool,
    anchors: BTreeMap<usize, Node<'t>>,
    copies: usize,
    open: Vec<Open<'t>>,
    root: Option<Node<'t>>,
    comments: Vec<Spanned<&'t str>>,
    /// The end, in bytes of the file, of the last thing that stands in it.
    last_end: usize,
    documents: Vec<Document<'t>>,
}

impl<'t> Reader<'t, '_> {
    /// Reads from a place to the end; returns where it stopped being YAML, in characters from there.
    fn read(&mut self, byte: usize, character: usize) -> Option<usize> {
        let rest = self.plain.get(byte..).unwrap_or("");
        self.anchors.clear();
        self.last_end = self.text.start(character);
        let mut parser = Parser::new_from_str(rest);
        // Places of the parser are looked up once for each event, nearly always in order.
        let mut cursor = Cursor { byte, character };
        loop {
            let (event, place) = match parser.next_event()? {
                Ok(event) => event,
                Err(error) => {
                    let at = error.marker().index();
                    let stop = self.text.start(character + at);
                    self.damaged(stop, format!("YAML that is not valid: {}", error.info()));
                    return Some(at);
                }
            };
            let (start, end) = (character + place.start.index(), character + place.end.index());
            match event {
                Event::StreamEnd => {
                    self.finish();
                    return None;
                }
                Event::DocumentEnd => self.finish(),
                Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
                Event::Alias(anchor) => {
                    let node = self.alias(anchor, start, end);
                    self.last_end = self.text.end(end);
                    self.attach(node);
                }
                Event::Scalar(value, style, anchor, tag) => {
                    let raw = cursor.slice(self.plain, start, end);
                    let node = self.scalar(raw, value, style, tag.as_deref(), start, end);
                    self.keep(anchor, &node);
                    self.attach(node);
                }
                Event::SequenceStart(anchor, tag) => {
                    let start = self.behind_properties(start, anchor, tag.is_some());
                    self.last_end = self.last_end.max(start);
                    self.open.push(Open::List {
                        start,
                        items: Vec::new(),
                        anchor,
                    });
                }
                Event::MappingStart(anchor, tag) => {
                    let start = self.behind_properties(start, anchor, tag.is_some());
                    self.last_end = self.last_end.max(start);
                    self.open.push(Open::Object {
                        start,
                        properties: Vec::new(),
                        key: None,
                        odd: false,
                        anchor,
                    });
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    // The end of a collection in brackets is its bracket; of one in lines, nothing.
                    let bracket = matches!(cursor.slice(self.plain, start, end), "]" | "}");
                    if bracket {
                        self.last_end = self.text.end(end);
                        self.note_comment();
                    }
                    self.close(false, bracket);
                }
            }
            if self.open.len() > MAXIMUM_DEPTH {
                let what = format!("YAML that is nested more than {MAXIMUM_DEPTH} deep");
                let at = place.start.index();
                self.damaged(self.text.start(start), what);
                return Some(at);
            }
        }
    }

    /// Where a list or object starts behind its anchor and tag.
    fn behind_properties(&self, start: usize, anchor: usize, tagged: bool) -> usize {
        let mut at = self.text.start(start);
        if anchor == 0 && !tagged {
            return at;
        }
        while let Some(rest) = self.text.original.get(at..)
            && rest.starts_with(['&', '!'])
        {
            let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let behind = rest.get(word..).unwrap_or("");
            at += rest.len() - behind.trim_start().len();
        }
        at
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span {
            source: self.source,
            start: start as u32,
            end: end.max(start) as u32,
        }
    }

    fn node(&self, kind: Kind<'t>, start: usize, end: usize) -> Node<'t> {
        Node {
            kind,
            span: self.span(start, end),
            cut: false,
        }
    }

    fn scalar(
        &mut self,
        raw: &'t str,
        value: Cow<'t, str>,
        style: ScalarStyle,
        tag: Option<&Tag>,
        start: usize,
        end: usize,
    ) -> Node<'t> {
        let plain = style == ScalarStyle::Plain;
        if plain && raw.is_empty() {
            let at = self.place_of_nothing();
            self.last_end = at;
            let kind = match tag {
                Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => {
                    Kind::Text(Cow::Borrowed(""))
                }
                Some(tag) if !tag.is_yaml_core_schema() => Kind::Opaque(TAGGED),
                _ => Kind::Null,
            };
            return self.node(kind, at, at);
        }
        let mut end = self.text.end(end);
        let start = self.text.start(start);
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            let whole = self.text.original.get(start..end).unwrap_or("");
            end -= whole.len() - whole.trim_end().len();
        }
        if matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) {
            // The parser counts blanks and a comment behind the quotes to the text.
            let whole = self.text.original.get(start..end).unwrap_or("");
            end = quoted(whole).map_or(end, |length| start + length);
        }
        self.last_end = end;
        self.note_comment();
        // The value as written, unless lines were folded or escapes undone within it.
        let text = match raw.find(&*value).and_then(|at| raw.get(at..at + value.len())) {
            Some(written) => Cow::Borrowed(written),
            None => value,
        };
        let kind = match tag {
            Some(tag) if !tag.is_yaml_core_schema() => match tag.suffix.as_str() {
                // `!` alone says that it is a text.
                "" => Kind::Text(text),
                _ => Kind::Opaque(TAGGED),
            },
            Some(tag) => match (tag.suffix.as_str(), text) {
                ("int" | "float", Cow::Borrowed(digits)) if is_number(digits) => Kind::Number(digits),
                ("null", _) => Kind::Null,
                ("bool", _) => Kind::Bool,
                ("str", text) => Kind::Text(text),
                _ => Kind::Opaque(TAGGED),
            },
            None if plain => resolve(text),
            None => Kind::Text(text),
        };
        self.node(kind, start, end)
    }

    /// Where a value would stand that is left out: behind the colon or the dash.
    fn place_of_nothing(&self) -> usize {
        let rest = self.text.original.get(self.last_end..).unwrap_or("");
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if rest.as_bytes().get(blanks) == Some(&b':') {
            return self.last_end + blanks + 1;
        }
        let item = rest.trim_start();
        let listed = matches!(self.open.last(), Some(Open::List { .. }))
            && item
                .strip_prefix('-')
                .is_some_and(|behind| behind.is_empty() || behind.starts_with(char::is_whitespace));
        match listed {
            true => self.last_end + (rest.len() - item.len()) + 1,
            false => self.last_end,
        }
    }

    /// Keeps the comment behind what was read last, on its line.
    fn note_comment(&mut self) {
        let rest = self.text.original.get(self.last_end..).unwrap_or("");
        let behind = rest.trim_start_matches([' ', '\t', ',', ']', '}']);
        if !behind.starts_with('#') || behind.len() == rest.len() {
            return;
        }
        let line = behind.split(['\n', '\r']).next().unwrap_or("");
        let start = self.last_end + (rest.len() - behind.len());
        if self
            .comments
            .last()
            .is_some_and(|last| last.span.start as usize >= start)
        {
            return;
        }
        let words = line.trim_start_matches('#').trim();
        let span = self.span(start, start + line.trim_end().len());
        // The file outlives the text made of it only where they are one; else the words are not kept.
        if let Cow::Borrowed(_) = self.text.plain
            && let Some(at) = self.plain.len().checked_sub(self.text.original.len() - start)
            && let Some(own) = self.plain.get(at..at + line.len())
            && !words.is_empty()
        {
            let own = own.trim_start_matches('#').trim();
            self.comments.push(Spanned::new(span, own));
        }
    }

    fn alias(&mut self, anchor: usize, start: usize, end: usize) -> Node<'t> {
        let here = (self.text.start(start), self.text.end(end));
        let Some(node) = self.anchors.get(&anchor) else {
            // Within the very value that it names, or after too many.
            return self.node(Kind::Opaque(UNFOLDED), here.0, here.1);
        };
        match weight(node, MAXIMUM_COPIES.saturating_sub(self.copies)) {
            Some(weight) => {
                self.copies += weight;
                node.clone()
            }
            None => self.node(Kind::Opaque(UNFOLDED), here.0, here.1),
        }
    }

    /// Keeps a value that has an anchor.
    fn keep(&mut self, anchor: usize, node: &Node<'t>) {
        if anchor == 0 || !self.aliased {
            return;
        }
        if let Some(weight) = weight(node, MAXIMUM_COPIES.saturating_sub(self.copies)) {
            self.copies += weight;
            self.anchors.insert(anchor, node.clone());
        }
    }

    fn attach(&mut self, mut node: Node<'t>) {
        let original: &'t str = self.text.original;
        match self.open.last_mut() {
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Object {
                properties, key, odd, ..
            }) => match key.take() {
                Some(key) => {
                    if std::mem::take(odd) {
                        node.kind = Kind::Opaque(KEYED);
                    }
                    properties.push(Property { key, value: node });
                }
                None => {
                    let written = original.get(node.span.start as usize..node.span.end as usize);
                    *key = Some(match node.kind {
                        Kind::Text(text) => text,
                        Kind::Number(digits) => Cow::Borrowed(digits),
                        Kind::Null if written == Some("") => Cow::Borrowed("null"),
                        Kind::Null | Kind::Bool => Cow::Borrowed(written.unwrap_or("")),
                        Kind::List(_) | Kind::Object(_) | Kind::Opaque(_) => {
                            *odd = true;
                            Cow::Borrowed("")
                        }
                    });
                }
            },
            None => self.root = Some(node),
        }
    }

    fn close(&mut self, cut: bool, bracket: bool) {
        let (start, kind, anchor) = match self.open.pop() {
            Some(Open::List { start, items, anchor }) => {
                let start = if bracket { start } else { self.dash_of(start) };
                (start, Kind::List(items), anchor)
            }
            Some(Open::Object {
                start,
                properties,
                anchor,
                ..
            }) => (start, Kind::Object(Object(merged(properties))), anchor),
            None => return,
        };
        let mut node = self.node(kind, start, self.last_end);
        node.cut = cut;
        self.keep(anchor, &node);
        self.attach(node);
    }

    /// Where the dash of a list's first item stands: the events of a list that is not indented start at the item.
    fn dash_of(&self, start: usize) -> usize {
        let text = self.text.original;
        let dash = text
            .get(start..)
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']));
        if dash {
            return start;
        }
        let before = text.get(..start).unwrap_or("").trim_end();
        match before.strip_suffix('-') {
            Some(rest) => rest.len(),
            None => start,
        }
    }

    fn finish(&mut self) {
        while !self.open.is_empty() {
            self.close(false, false);
        }
        let comments = std::mem::take(&mut self.comments);
        if let Some(root) = self.root.take() {
            self.documents.push(Document {
                root,
                comments,
                damage: None,
                trailing: None,
            });
        }
    }

    fn damaged(&mut self, at: usize, what: String) {
        let end = at.min(self.text.original.len());
        let whole = self.open.is_empty() && self.root.is_some();
        while !self.open.is_empty() {
            self.close(true, false);
        }
        let comments = std::mem::take(&mut self.comments);
        let span = self.span(end, end);
        let mut root = self
            .root
            .take()
            .unwrap_or_else(|| self.node(Kind::Null, end, end));
        root.cut |= !whole;
        self.documents.push(Document {
            root,
            comments,
            damage: Some(Damage { span, what }),
            trailing: None,
        });
    }
}

const TAGGED: &str = "a tag makes something else of the value";
const KEYED: &str = "a key that is no text";
const UNFOLDED: &str = "an alias that does not unfold";

/// How many values a tree holds, unless more than allowed.
fn weight(node: &Node<'_>, allowed: usize) -> Option<usize> {
    let mut left = allowed.checked_sub(1)?;
    let mut inner = |node: &Node<'_>| {
        let weight = weight(node, left)?;
        left -= weight;
        Some(())
    };
    match &node.kind {
        Kind::List(items) => items.iter().try_for_each(&mut inner)?,
        Kind::Object(object) => object.0.iter().try_for_each(|property| inner(&property.value))?,
        _ => {}
    }
    Some(allowed - left)
}

#[cfg(test)]
mod tests;
