//! YAML with the place of every value, for files that configurations load (YAML 1.2, core schema).
//!
//! Aliases unfold within a bound, and what the versions of YAML do not agree on (`yes`, `on`) is left open.

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    pub kind: Kind<'a>,
    /// In bytes of the text, quotes included.
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind<'a> {
    Null,
    Bool(bool),
    /// As written, in decimal.
    Number(Cow<'a, str>),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    /// In the order of the text; `<<` is merged in.
    Map(Vec<(Cow<'a, str>, Node<'a>)>),
    /// What readers of YAML do not agree on, and why.
    Open(&'static str),
}

const MAXIMUM_DEPTH: usize = 60;
/// Aliases of aliases make endless values out of small files.
const MOST_NODES: usize = 100_000;

/// Reads a text with one document; `None` where it is no YAML, or too large.
pub(crate) fn read(text: &str) -> Option<Node<'_>> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        places: Places::new(text),
        anchors: BTreeMap::new(),
        nodes: 0,
    };
    let mut root = None;
    loop {
        let (event, span) = reader.parser.next_event()?.ok()?;
        match event {
            Event::StreamEnd => break,
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            event if root.is_none() => root = Some(reader.node(event, span, 0)?),
            // Another document.
            _ => return None,
        }
    }
    root.or(Some(Node {
        kind: Kind::Null,
        start: 0,
        end: 0,
    }))
}

/// Offsets of characters.
struct Places {
    /// Empty where every character is one byte.
    offsets: Vec<usize>,
    length: usize,
}

impl Places {
    fn new(text: &str) -> Places {
        let offsets = match text.is_ascii() {
            true => Vec::new(),
            false => text.char_indices().map(|(at, _)| at).collect(),
        };
        Places {
            offsets,
            length: text.len(),
        }
    }

    fn of(&self, index: usize) -> usize {
        match self.offsets.is_empty() {
            true => index.min(self.length),
            false => self.offsets.get(index).copied().unwrap_or(self.length),
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    places: Places,
    anchors: BTreeMap<usize, Node<'a>>,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<(Event<'a>, Span)> {
        self.parser.next_event()?.ok()
    }

    fn spend(&mut self, nodes: usize) -> Option<()> {
        self.nodes += nodes;
        (self.nodes <= MOST_NODES).then_some(())
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Option<Node<'a>> {
        self.spend(1)?;
        if depth > MAXIMUM_DEPTH {
            return None;
        }
        let start = self.places.of(span.start.index());
        let mut end = self.places.of(span.end.index());
        let (kind, anchor) = match event {
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor)?.clone();
                self.spend(count(&node))?;
                return Some(node);
            }
            Event::Scalar(text, style, anchor, tag) => (scalar(text, style, tag.as_deref()), anchor),
            Event::SequenceStart(anchor, _) => {
                let mut items = Vec::new();
                loop {
                    let (event, span) = self.next()?;
                    if matches!(event, Event::SequenceEnd) {
                        end = self.places.of(span.end.index());
                        break;
                    }
                    items.push(self.node(event, span, depth + 1)?);
                }
                (Kind::List(items), anchor)
            }
            Event::MappingStart(anchor, _) => {
                let mut entries: Vec<(Cow<'a, str>, Node<'a>)> = Vec::new();
                let mut merged: Vec<Node<'a>> = Vec::new();
                loop {
                    let (event, span) = self.next()?;
                    if matches!(event, Event::MappingEnd) {
                        end = self.places.of(span.end.index());
                        break;
                    }
                    // Keys are texts, however they are written.
                    let Event::Scalar(key, style, ..) = event else {
                        return None;
                    };
                    let (event, span) = self.next()?;
                    let value = self.node(event, span, depth + 1)?;
                    if key == "<<" && style == ScalarStyle::Plain {
                        merged.push(value);
                    } else {
                        entries.push((key, value));
                    }
                }
                merge(&mut entries, merged)?;
                (Kind::Map(entries), anchor)
            }
            _ => return None,
        };
        let node = Node { kind, start, end };
        if anchor > 0 {
            self.spend(count(&node))?;
            self.anchors.insert(anchor, node.clone());
        }
        Some(node)
    }
}

fn count(node: &Node<'_>) -> usize {
    match &node.kind {
        Kind::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        Kind::Map(entries) => 1 + entries.iter().map(|(_, value)| count(value)).sum::<usize>(),
        _ => 1,
    }
}

/// `<<: *base`, or a list of such: what the map itself says counts.
fn merge<'a>(entries: &mut Vec<(Cow<'a, str>, Node<'a>)>, merged: Vec<Node<'a>>) -> Option<()> {
    let mut maps = Vec::new();
    for node in merged {
        match node.kind {
            Kind::Map(inner) => maps.push(inner),
            Kind::List(items) => {
                for item in items {
                    let Kind::Map(inner) = item.kind else { return None };
                    maps.push(inner);
                }
            }
            _ => return None,
        }
    }
    for map in maps {
        for (key, value) in map {
            if !entries.iter().any(|(known, _)| *known == key) {
                entries.push((key, value));
            }
        }
    }
    Some(())
}

fn scalar<'a>(text: Cow<'a, str>, style: ScalarStyle, tag: Option<&Tag>) -> Kind<'a> {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => return Kind::Text(text),
        // `!` alone says that it is a text, too.
        Some(tag) if tag.handle == "!" && tag.suffix.is_empty() => return Kind::Text(text),
        Some(_) => return Kind::Open("a value of YAML with a tag is not read"),
        None if style != ScalarStyle::Plain => return Kind::Text(text),
        None => {}
    }
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "true" | "True" | "TRUE" => return Kind::Bool(true),
        "false" | "False" | "FALSE" => return Kind::Bool(false),
        "y" | "Y" | "n" | "N" => return Kind::Open(DISPUTED),
        word if ["yes", "no", "on", "off"]
            .iter()
            .any(|other| word.eq_ignore_ascii_case(other)) =>
        {
            return Kind::Open(DISPUTED);
        }
        _ => {}
    }
    number(&text).map_or(Kind::Text(text), |number| number)
}

const DISPUTED: &str =
    "`yes`, `no`, `on` and `off` are words in one version of YAML, and truth values in another";

fn number<'a>(text: &str) -> Option<Kind<'a>> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = unsigned.strip_prefix(prefix) {
            let number = i64::from_str_radix(digits, radix).ok()?;
            return Some(Kind::Number(number.to_string().into()));
        }
    }
    let digits = unsigned.bytes().all(|byte| byte.is_ascii_digit());
    if digits && unsigned.len() > 1 && unsigned.starts_with('0') {
        return Some(Kind::Open(
            "a number with a leading zero is octal in one version of YAML, and decimal in another",
        ));
    }
    let plain = unsigned
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !plain || text.parse::<f64>().is_err() {
        return None;
    }
    Some(Kind::Number(text.trim_start_matches('+').to_owned().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(node: &Node<'_>) -> String {
        match &node.kind {
            Kind::Null => "null".to_owned(),
            Kind::Bool(value) => value.to_string(),
            Kind::Number(digits) => digits.to_string(),
            Kind::Text(text) => format!("{text:?}"),
            Kind::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(",")),
            Kind::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| format!("{key}={}", show(value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
            }
            Kind::Open(_) => "?".to_owned(),
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = read(text).as_ref().map_or_else(|| "!".to_owned(), show);
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn values_are_what_the_core_schema_says() {
        check("a: 1\nb: [x, 'y', \"z\"]\n", r#"{a=1,b=["x","y","z"]}"#);
        check(
            "- 12076:51002\n- '12076:51003'\n",
            r#"["12076:51002","12076:51003"]"#,
        );
        check("- ~\n-\n- null\n- true\n- False\n", "[null,null,null,true,false]");
        check("- 1\n- -2\n- 1.5\n- 0x10\n- 1e3\n", "[1,-2,1.5,16,1e3]");
        check("- yes\n- Off\n- 017\n- !!int 3\n- !!str 3\n", r#"[?,?,?,?,"3"]"#);
        check("a: |\n  one\n  two\n", r#"{a="one\ntwo\n"}"#);
        check("# nothing\n", "null");
        check("--- 1\n--- 2\n", "!");
        check("a: [1\n", "!");
        check("? [a]\n: 1\n", "!");
    }

    #[test]
    fn aliases_and_merged_maps() {
        check("a: &x [1]\nb: *x\n", "{a=[1],b=[1]}");
        check(
            "base: &b {p: 1, q: 2}\nit:\n  <<: *b\n  q: 3\n",
            "{base={p=1,q=2},it={q=3,p=1}}",
        );
        let mut bomb = String::from("a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
        for at in 1..12 {
            let before = at - 1;
            bomb.push_str(&format!(
                "a{at}: &a{at} [{}]\n",
                vec![format!("*a{before}"); 10].join(", ")
            ));
        }
        check(&bomb, "!");
        check(&"[".repeat(5000), "!");
    }

    #[test]
    fn places_are_in_bytes() {
        let text = "ä: 1\nö: ['ü', 12076:51002]\n";
        let root = read(text).expect("YAML");
        let Kind::Map(entries) = &root.kind else {
            panic!("a map")
        };
        let Kind::List(items) = &entries[1].1.kind else {
            panic!("a list")
        };
        let slices: Vec<&str> = items.iter().map(|item| &text[item.start..item.end]).collect();
        assert_eq!(slices, ["'ü'", "12076:51002"]);
    }
}
