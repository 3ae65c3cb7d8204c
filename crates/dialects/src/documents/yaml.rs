//! YAML 1.2 as tools print it and people write it: several documents in a file, log lines before them, terminal
//! colours, aliases, an end that comes too early.
//!
//! The events are `saphyr-parser`'s, whose places count characters. The tree is built here, without recursion and
//! with a bound on what aliases unfold to. Values are those of the core schema (YAML 1.2.2, 10.3): `12076:51004` is a
//! text, `12076:50` is one, too.

use std::borrow::Cow;
use std::collections::BTreeMap;

use memchr::memmem;
use pairlint_model::source::{SourceId, Span, Spanned};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::json::is_log_line;
use super::{Damage, Document, Kind, Node, Object, Property};

/// Deeper values are in no export; what walks the tree may recurse this deep.
const MAXIMUM_DEPTH: usize = 256;
/// How many values the aliases of a file may copy.
const MAXIMUM_COPIES: usize = 100_000;
/// After so many damaged documents the file is something else.
const MAXIMUM_DAMAGES: usize = 16;
const BYTE_ORDER_MARK: char = '\u{feff}';
const ESCAPE: char = '\u{1b}';

/// The text of a file without what is no YAML, and where its characters stand.
pub struct Text<'s> {
    plain: Cow<'s, str>,
    original: &'s str,
    places: Places,
}

enum Places {
    /// Every character is a byte; the first stands here.
    Bytes(usize),
    /// The place of every character.
    Characters(Vec<u32>),
}

impl<'s> Text<'s> {
    /// Log lines and byte order marks at the start are left out, and terminal colours everywhere.
    pub fn new(original: &'s str) -> Text<'s> {
        let start = content_start(original);
        let content = original.get(start..).unwrap_or("");
        let marked = content.contains([ESCAPE, BYTE_ORDER_MARK]);
        if content.is_ascii() && !marked {
            return Text {
                plain: Cow::Borrowed(content),
                original,
                places: Places::Bytes(start),
            };
        }
        let mut places = Vec::with_capacity(content.len());
        let place = |at: usize| (start + at) as u32;
        if !marked {
            places.extend(content.char_indices().map(|(at, _)| place(at)));
            return Text {
                plain: Cow::Borrowed(content),
                original,
                places: Places::Characters(places),
            };
        }
        let mut plain = String::with_capacity(content.len());
        let mut at = 0;
        while let Some(character) = content.get(at..).and_then(|rest| rest.chars().next()) {
            match character {
                ESCAPE => at += escape_length(content.get(at..).unwrap_or("")),
                BYTE_ORDER_MARK => at += character.len_utf8(),
                _ => {
                    plain.push(character);
                    places.push(place(at));
                    at += character.len_utf8();
                }
            }
        }
        Text {
            plain: Cow::Owned(plain),
            original,
            places: Places::Characters(places),
        }
    }

    /// What is parsed.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// The byte where a character starts.
    fn start(&self, character: usize) -> usize {
        match &self.places {
            Places::Bytes(first) => (first + character).min(self.original.len()),
            Places::Characters(places) => places
                .get(character)
                .map_or(self.original.len(), |at| *at as usize),
        }
    }

    /// The byte behind the character before this one.
    fn end(&self, character: usize) -> usize {
        let (Places::Characters(places), Some(before)) = (&self.places, character.checked_sub(1)) else {
            return self.start(character);
        };
        let Some(at) = places.get(before) else {
            return self.original.len();
        };
        let at = *at as usize;
        let length = self.original.get(at..).and_then(|rest| rest.chars().next());
        at + length.map_or(0, char::len_utf8)
    }
}

/// The length of a terminal escape sequence (ECMA-48).
fn escape_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.get(1) {
        Some(b'[') => {
            let body = bytes.get(2..).unwrap_or(&[]);
            let length = body
                .iter()
                .take_while(|byte| (0x20..=0x3f).contains(*byte))
                .count();
            let last = body.get(length).is_some_and(|byte| (0x40..=0x7e).contains(byte));
            2 + length + usize::from(last)
        }
        Some(byte) if byte.is_ascii() && !byte.is_ascii_control() => 2,
        _ => 1,
    }
}

/// Where the text starts behind blank lines and lines of a log.
fn content_start(text: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches(|c: char| c.is_whitespace() || c == BYTE_ORDER_MARK);
        if !content.is_empty() && !is_log_line(content) {
            let marks = line.len() - line.trim_start_matches(BYTE_ORDER_MARK).len();
            return at + marks;
        }
        at += line.len();
    }
    text.len()
}

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
                (_, text) => Kind::Text(text),
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

    fn attach(&mut self, node: Node<'t>) {
        match self.open.last_mut() {
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Object { properties, key, .. }) => match key.take() {
                Some(key) => properties.push(Property { key, value: node }),
                None => {
                    *key = Some(match node.kind {
                        Kind::Text(text) => text,
                        Kind::Number(digits) => Cow::Borrowed(digits),
                        Kind::Null => Cow::Borrowed("null"),
                        _ => Cow::Borrowed(""),
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
        let mut root = self.root.take().unwrap_or_else(|| self.node(Kind::Null, end, end));
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
const UNFOLDED: &str = "an alias that does not unfold";

/// From characters to bytes of the text that is parsed.
struct Cursor {
    byte: usize,
    character: usize,
}

impl Cursor {
    fn slice<'t>(&mut self, text: &'t str, start: usize, end: usize) -> &'t str {
        let from = self.byte_of(text, start);
        let to = self.byte_of(text, end);
        text.get(from..to).unwrap_or("")
    }

    fn byte_of(&mut self, text: &str, character: usize) -> usize {
        if character >= self.character {
            let rest = text.get(self.byte..).unwrap_or("");
            let wanted = character - self.character;
            // Most of what there is are ASCII letters.
            let ahead = rest.as_bytes().get(..wanted);
            let bytes = match ahead {
                Some(ahead) if ahead.is_ascii() => wanted,
                _ => rest.char_indices().nth(wanted).map_or(rest.len(), |(at, _)| at),
            };
            self.byte += bytes;
        } else {
            let before = text.get(..self.byte).unwrap_or("");
            let wanted = self.character - character;
            let back = before.char_indices().rev().nth(wanted - 1);
            self.byte = back.map_or(0, |(at, _)| at);
        }
        self.character = character;
        self.byte
    }
}

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
        Kind::Object(object) => object
            .0
            .iter()
            .try_for_each(|property| inner(&property.value))?,
        _ => {}
    }
    Some(allowed - left)
}

/// The properties with those of `<<` among them, which own ones override ("Merge Key Language-Independent Type for
/// YAML").
fn merged(mut properties: Vec<Property<'_>>) -> Vec<Property<'_>> {
    while let Some(at) = properties.iter().position(|property| {
        property.key == "<<" && matches!(property.value.kind, Kind::Object(_) | Kind::List(_))
    }) {
        let merge = properties.remove(at);
        let sources = match merge.value.kind {
            Kind::Object(object) => vec![object],
            Kind::List(items) => items
                .into_iter()
                .filter_map(|item| match item.kind {
                    Kind::Object(object) => Some(object),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let own: std::collections::BTreeSet<Cow<'_, str>> =
            properties.iter().map(|property| property.key.clone()).collect();
        let mut added = std::collections::BTreeSet::new();
        let inherited = sources
            .into_iter()
            .flat_map(|object| object.0)
            .filter(|property| !own.contains(&property.key) && added.insert(property.key.clone()));
        let inherited: Vec<Property<'_>> = inherited.collect();
        properties.extend(inherited);
    }
    properties
}

/// A plain scalar by the core schema.
fn resolve(text: Cow<'_, str>) -> Kind<'_> {
    match &*text {
        "null" | "Null" | "NULL" | "~" => return Kind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => return Kind::Bool,
        _ => {}
    }
    match text {
        Cow::Borrowed(digits) if is_number(digits) => Kind::Number(digits),
        text => Kind::Text(text),
    }
}

fn is_number(text: &str) -> bool {
    let all = |digits: &str, test: fn(&u8) -> bool| !digits.is_empty() && digits.bytes().all(|b| test(&b));
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, u8::is_ascii_hexdigit);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, |b| (b'0'..=b'7').contains(b));
    }
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(text, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    !(whole.is_empty() && fraction.is_empty())
        && digits(whole)
        && digits(fraction)
        && all(exponent, u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as text, every scalar and list with its place.
    fn show(node: &Node<'_>, text: &str) -> String {
        let raw = text
            .get(node.span.start as usize..node.span.end as usize)
            .unwrap_or("?");
        match &node.kind {
            Kind::Null => format!("null<{raw}>"),
            Kind::Bool => format!("bool<{raw}>"),
            Kind::Number(digits) => format!("number {digits}<{raw}>"),
            Kind::Text(words) => format!("{words:?}<{raw}>"),
            Kind::Opaque(_) => format!("opaque<{raw}>"),
            Kind::List(items) => {
                let items: Vec<String> = items.iter().map(|item| show(item, text)).collect();
                format!("[{}]<{raw}>", items.join(" "))
            }
            Kind::Object(object) => {
                let inner: Vec<String> = object
                    .0
                    .iter()
                    .map(|property| format!("{}={}", property.key, show(&property.value, text)))
                    .collect();
                format!("{{{}}}", inner.join(" "))
            }
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let read = Text::new(text);
        let documents = documents(&read, SourceId(0));
        let shown: Vec<String> = documents
            .iter()
            .map(|document| {
                let damage = document
                    .damage
                    .as_ref()
                    .map_or("", |damage| damage.what.split(':').next().unwrap_or(""));
                let comments: Vec<&str> = document.comments.iter().map(|comment| comment.value).collect();
                let mut shown = show(&document.root, text);
                for more in comments.iter().chain([damage].iter().filter(|what| !what.is_empty())) {
                    shown.push_str(&format!(" #{more}"));
                }
                shown
            })
            .collect();
        assert_eq!(shown, expected, "{text:?}");
    }

    #[test]
    fn every_value_and_every_list_has_its_place() {
        check(
            "a:\n- 12076:51004\n- 'x'\n\nb: {c: [1, \"y\"]}\n",
            &[r#"{a=["12076:51004"<12076:51004> "x"<'x'>]<- 12076:51004
- 'x'> b={c=[number 1<1> "y"<"y">]<[1, "y"]>}}"#],
        );
        check(
            "é: ü\nlist:\n  - ö # first\n  - 2\n# 3\n  \n",
            &["{é=\"ü\"<ü> list=[\"ö\"<ö> number 2<2>]<- ö # first\n  - 2>} #first"],
        );
        check(
            "a:\r\n  - 12076:50\r\n  -\r\nb:\r\n",
            &["{a=[\"12076:50\"<12076:50> null<>]<- 12076:50\r\n  -> b=null<>}"],
        );
        check("- - 1\n  - 2\n- []\n", &["[[number 1<1> number 2<2>]<- 1\n  - 2> []<[]>]<- - 1\n  - 2\n- []>"]);
    }

    #[test]
    fn values_are_those_of_the_core_schema() {
        check(
            "[null, ~, true, 0x2F2C13B0, 791417776, 1.5, 12076:5040, 190:20:30, yes, !!str 5040, !!int \"7\", !vault x, '', 05040]",
            &[concat!(
                "[null<null> null<~> bool<true> number 0x2F2C13B0<0x2F2C13B0> number 791417776<791417776> number 1.5<1.5> ",
                "\"12076:5040\"<12076:5040> \"190:20:30\"<190:20:30> \"yes\"<yes> \"5040\"<!!str 5040> number 7<!!int \"7\"> opaque<!vault x> \"\"<''> ",
                "number 05040<05040>]",
                "<[null, ~, true, 0x2F2C13B0, 791417776, 1.5, 12076:5040, 190:20:30, yes, !!str 5040, !!int \"7\", !vault x, '', 05040]>"
            )],
        );
        check("a: |\n  12076:51004\n", &["{a=\"12076:51004\\n\"<12076:51004>}"]);
    }

    #[test]
    fn aliases_unfold_within_bounds() {
        check(
            "x: &x [1]\ny: *x\nz: {<<: &m {a: 1, b: 2}, b: 3}\n",
            &["{x=[number 1<1>]<[1]> y=[number 1<1>]<[1]> z={b=number 3<3> a=number 1<1>}}"],
        );
        let mut bomb = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let inner = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("b{level}: &a{level} [{inner}]\n"));
        }
        let read = Text::new(&bomb);
        assert_eq!(documents(&read, SourceId(0)).len(), 1);
    }

    #[test]
    fn what_is_no_yaml_is_seen_through() {
        check("WARNING: a: b: c\na: 1\n", &["{a=number 1<1>}"]);
        check("\u{feff}a: 1\n", &["{a=number 1<1>}"]);
        check("\u{1b}[94ma\u{1b}[39m:\n  \u{1b}[1m- \u{1b}[m12076:51004\n", &["{a=[\"12076:51004\"<12076:51004>]<- \u{1b}[m12076:51004>}"]);
        check("---\na: 1\n---\nb: 2\n...\n", &["{a=number 1<1>}", "{b=number 2<2>}"]);
    }

    #[test]
    fn damage_costs_one_document() {
        check(
            "a: [1, 2\n---\nb: 2\n---\nc: : :\n---\nd: 1\n",
            &[
                "{a=[number 1<1> number 2<2>]<[1, 2>} #YAML that is not valid",
                "{b=number 2<2>}",
                "{} #YAML that is not valid",
                "{d=number 1<1>}",
            ],
        );
        let deep = "[".repeat(1_000_000);
        let read = Text::new(&deep);
        assert!(documents(&read, SourceId(0))[0].damage.is_some());
        let deep: String = (0..5_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
        let read = Text::new(&deep);
        assert!(documents(&read, SourceId(0))[0].damage.is_some());
    }
}
