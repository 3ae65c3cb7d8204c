//! PowerShell, as far as scripts for Azure need it: assignments, pipelines, parameters with their values, hash tables that
//! are splatted ("about_Parsing", "about_Splatting" of the PowerShell documentation).

mod cmdlets;
mod members;
mod parameters;
mod paths;
mod texts;
mod values;

use std::collections::BTreeMap;

use pairlint_model::source::{Source, Span};

use super::world::{Text, World};
use crate::deployment::value::{Kind, Object, Value};

pub(super) fn run(source: &Source, start: usize, end: usize) -> World {
    let mut script = Script {
        source,
        text: source.text().get(..end).unwrap_or(""),
        at: start,
        variables: BTreeMap::new(),
        world: World::default(),
        doubts: Vec::new(),
        depth: 0,
        pending: BTreeMap::new(),
        fetched: BTreeMap::new(),
    };
    script.statements(None);
    script.finish();
    script.world
}

const MAXIMUM_DEPTH: u32 = 60;
const CONDITION: &str = "the command is in a condition";
const LOOP: &str = "the command is in a loop";
const FUNCTION: &str = "the command is in a function";

struct Script<'s> {
    source: &'s Source,
    text: &'s str,
    at: usize,
    /// By their names in lower case, as they are at this place.
    variables: BTreeMap<String, Text>,
    world: World,
    doubts: Vec<&'static str>,
    depth: u32,
    /// Filters that were changed and not sent to the service yet.
    pending: BTreeMap<usize, bool>,
    /// Filters that were read from the service: what else is in them is not known.
    fetched: BTreeMap<usize, bool>,
}

/// A step behind a variable.
#[derive(Debug, Clone)]
enum Step {
    Member(String),
    Index(Text),
    /// A method with its arguments.
    Call(String, Vec<Text>),
}

impl Script<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn span_from(&self, start: usize) -> Span {
        self.source.range(start, self.at.max(start))
    }

    fn doubt(&self) -> Option<&'static str> {
        self.doubts.last().copied()
    }

    /// Skips blanks, continued lines and comments; line ends where they end nothing.
    fn skip(&mut self, lines: bool) {
        loop {
            let rest = self.rest();
            let mut chars = rest.chars();
            match chars.next() {
                Some(' ' | '\t' | '\r' | '\u{feff}' | '\u{a0}') => {
                    self.at += rest.len() - chars.as_str().len();
                }
                Some('\n') if lines => self.at += 1,
                Some('`') => {
                    let behind = rest.get(1..).unwrap_or("");
                    let blank = behind.trim_start_matches([' ', '\t', '\r']);
                    match blank.strip_prefix('\n') {
                        Some(next) => self.at += rest.len() - next.len(),
                        None => return,
                    }
                }
                Some('#') => self.at += rest.find('\n').unwrap_or(rest.len()),
                Some('<') if rest.starts_with("<#") => {
                    self.at += rest.find("#>").map_or(rest.len(), |end| end + 2);
                }
                _ => return,
            }
        }
    }

    /// Reads statements up to a closing bracket, which is left.
    fn statements(&mut self, end: Option<char>) {
        loop {
            self.skip(true);
            match self.next() {
                None => return,
                Some(c) if Some(c) == end => return,
                Some(';') => self.at += 1,
                Some(_) => {
                    let before = self.at;
                    self.statement();
                    if self.at == before {
                        // Whatever it is, it is not followed.
                        self.at += self.next().map_or(1, char::len_utf8);
                    }
                }
            }
        }
    }

    fn word(&self) -> &str {
        let rest = self.rest();
        let end = rest
            .find(|c: char| {
                !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '\\' | '/' | '?' | '%'))
            })
            .unwrap_or(rest.len());
        rest.get(..end).unwrap_or("")
    }

    fn statement(&mut self) {
        if self.depth > MAXIMUM_DEPTH {
            self.at = self.text.len();
            return;
        }
        let word = self.word().to_ascii_lowercase();
        match word.as_str() {
            "if" | "elseif" | "while" | "switch" | "for" | "foreach" | "until" => {
                self.at += word.len();
                self.skip(true);
                let condition = self.next() == Some('(');
                if condition {
                    self.forget_loop_variable();
                    self.at += parentheses(self.rest()).max(1);
                }
                let why = match word.as_str() {
                    "if" | "elseif" | "switch" => CONDITION,
                    _ => LOOP,
                };
                self.braces(Some(why));
            }
            "else" | "catch" | "trap" => {
                self.at += word.len();
                self.braces(Some(CONDITION));
            }
            "do" => {
                self.at += word.len();
                self.braces(Some(LOOP));
            }
            "try" | "finally" | "begin" | "process" | "end" => {
                self.at += word.len();
                self.braces(None);
            }
            "function" | "filter" | "workflow" | "configuration" => {
                self.at += word.len();
                self.skip(false);
                self.at += self.word().len();
                self.skip(true);
                if self.next() == Some('(') {
                    self.at += parentheses(self.rest()).max(1);
                }
                self.braces(Some(FUNCTION));
            }
            "param" => {
                self.at += word.len();
                self.skip(true);
                if self.next() == Some('(') {
                    let length = parentheses(self.rest()).max(1);
                    let inner = self.rest().get(..length).unwrap_or("").to_owned();
                    self.parameters(&inner);
                    self.at += length;
                }
            }
            "return" | "throw" | "exit" if !word.is_empty() => {
                self.at += word.len();
                self.skip(false);
                if !matches!(self.next(), None | Some('\n' | ';' | '}')) {
                    self.pipeline();
                }
            }
            _ => self.simple(),
        }
    }

    /// What the caller of a script gives is not known, whatever its default is.
    fn parameters(&mut self, text: &str) {
        let span = self.source.range(self.at, self.at);
        for piece in text.split('$').skip(1) {
            let length = piece
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(piece.len());
            let name = piece.get(..length).unwrap_or("").to_ascii_lowercase();
            if !matches!(name.as_str(), "true" | "false" | "null" | "") {
                let value = unknown(&name, "it is a parameter of the script", span);
                self.variables.insert(name, value);
            }
        }
    }

    fn forget_loop_variable(&mut self) {
        let inner = self.rest().get(1..).unwrap_or("").trim_start();
        if let Some(behind) = inner.strip_prefix('$') {
            let length = behind
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(behind.len());
            let name = behind.get(..length).unwrap_or("").to_ascii_lowercase();
            let again = behind.get(length..).unwrap_or("").trim_start();
            if again.starts_with("in ") {
                let value = unknown(&name, "it changes with every round", self.span_from(self.at));
                self.variables.insert(name, value);
            }
        }
    }

    fn braces(&mut self, doubt: Option<&'static str>) {
        self.skip(true);
        // The types that `catch` names.
        while self.next() == Some('[') {
            let rest = self.rest();
            self.at += rest.find(']').map_or(rest.len(), |end| end + 1);
            self.skip(true);
        }
        if self.next() != Some('{') {
            return;
        }
        self.at += 1;
        self.doubts.extend(doubt);
        self.depth += 1;
        self.statements(Some('}'));
        self.depth -= 1;
        if doubt.is_some() {
            self.doubts.pop();
        }
        if self.next() == Some('}') {
            self.at += 1;
        }
    }

    /// An assignment or a pipeline.
    fn simple(&mut self) {
        let start = self.at;
        // `[string[]]$x = …`
        while self.next() == Some('[') {
            let length = brackets(self.rest());
            self.at += length.max(1);
            self.skip(false);
        }
        if self.next() == Some('$')
            && !self.rest().starts_with("$(")
            && let Some((name, path)) = self.target()
        {
            let behind = self.at;
            self.skip(false);
            let rest = self.rest();
            let plain = rest.starts_with('=') && !rest.starts_with("==");
            let added = rest.starts_with("+=");
            if plain || added {
                self.at += if added { 2 } else { 1 };
                self.skip(true);
                let value = self.pipeline();
                return self.assign(&name, &path, value, added);
            }
            self.at = behind;
            let base = self.variable(&name, start);
            let value = self.walk(base, &path, start);
            self.piped(value);
            return;
        }
        self.at = start;
        self.pipeline();
    }

    fn assign(&mut self, name: &str, path: &[Step], value: Text, added: bool) {
        if !path.is_empty() {
            let base = self.variables.get(name).cloned();
            if let Some(base) = base {
                self.assign_member(name, &base, path, value, added);
            }
            return;
        }
        let value = match (self.doubt(), added) {
            (Some(why), _) => unknown(name, why, value.span),
            (None, true) => match self.variables.get(name) {
                Some(known) => joined(known, &value),
                None => unknown(name, "it is put together", value.span),
            },
            (None, false) => value,
        };
        self.variables.insert(name.to_owned(), value);
    }
}

/// What `+` makes: a longer list, or a longer text.
fn joined(left: &Text, right: &Text) -> Text {
    let items = |value: &Text| match &value.kind {
        Kind::List(items) => items.to_vec(),
        _ => vec![value.clone()],
    };
    match (&left.kind, &right.kind) {
        (Kind::List(_), _) => {
            let mut all = items(left);
            all.extend(items(right));
            Value::list(all, left.span)
        }
        (Kind::Text(a), Kind::Text(b)) => Value::text(format!("{a}{b}"), left.span),
        _ => {
            let why = [left, right]
                .iter()
                .find_map(|value| value.as_unknown())
                .map_or("it is put together".to_owned(), |unknown| unknown.why.clone());
            Value::unknown(why, format!("{}{}", left.symbol(), right.symbol()), left.span)
        }
    }
}

fn unknown(name: &str, why: &str, span: Span) -> Text {
    Value::unknown(
        format!("the variable `${name}` is not known: {why}"),
        format!("{{${name}}}"),
        span,
    )
}

/// The length of `(…)` at the start of a text; brackets in texts and in comments do not count.
fn parentheses(text: &str) -> usize {
    let bytes = text.as_bytes();
    let find = |from: usize, what: &[u8]| {
        let rest = bytes.get(from..).unwrap_or_default();
        memchr::memmem::find(rest, what).map_or(bytes.len(), |at| from + at + what.len())
    };
    let (mut depth, mut at) = (0_u32, 0);
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            b'<' if bytes.get(at + 1) == Some(&b'#') => find(at + 2, b"#>"),
            b'#' => find(at + 1, b"\n"),
            b'\'' => find(at + 1, b"'"),
            b'"' => {
                let mut end = at + 1;
                while let Some(byte) = bytes.get(end).filter(|byte| **byte != b'"') {
                    end += 1 + usize::from(*byte == b'`');
                }
                end + 1
            }
            b'`' => at + 2,
            b'(' => {
                depth += 1;
                at + 1
            }
            b')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
                at + 1
            }
            _ => at + 1,
        };
    }
    text.len()
}

/// The length of `[…]` at the start of a text.
fn brackets(text: &str) -> usize {
    let mut depth = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            b'\n' => return 1,
            _ => {}
        }
    }
    text.len()
}

/// An object of the script with its properties.
fn object(properties: Vec<(&'static str, Option<Text>)>, span: Span) -> Text {
    let mut made = Object::default();
    for (key, value) in properties {
        made.properties.extend(value.map(|value| (key.into(), value)));
    }
    Value::object(made, span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_close_outside_of_texts_and_comments() {
        for whole in [
            "()",
            "(a (b) c)",
            "( # the circuit's :)\n)",
            "( <# it's :) #> )",
            "( 'it''s )' )",
            "( \"a`\" )\" )",
            "( `) )",
        ] {
            assert_eq!(parentheses(&format!("{whole} rest)")), whole.len(), "{whole}");
        }
        assert_eq!(parentheses("(é"), "(é".len());
        assert_eq!(parentheses("( 'open"), "( 'open".len());
    }
}
