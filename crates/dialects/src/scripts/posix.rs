//! Runs the commands of a shell script in their order, with the variables that it sets itself.

use std::collections::BTreeMap;

use pairlint_model::source::{Source, Span};

use super::az;
use super::shell::{self, Command, Flavor, Piece, Word};
use super::world::{Text, World};
use crate::deployment::value::Value;

pub(super) fn run(source: &Source, start: usize, end: usize, flavor: Flavor) -> World {
    let mut script = Script {
        source,
        flavor,
        variables: BTreeMap::new(),
        world: World::default(),
    };
    for command in shell::commands(source, start, end, flavor) {
        script.run(&command);
    }
    script.world
}

struct Script<'s> {
    source: &'s Source,
    flavor: Flavor,
    /// The values as they are at this place of the script.
    variables: BTreeMap<String, Vec<Text>>,
    world: World,
}

impl Script<'_> {
    fn run(&mut self, command: &Command) {
        if let Some((name, items)) = &command.array {
            let values = match command.doubt {
                Some(why) => vec![unknown(name, why, command.span)],
                None => items.iter().flat_map(|item| self.resolve(item)).collect(),
            };
            self.variables.insert(name.clone(), values);
            return;
        }
        let mut words = command.words.as_slice();
        while let Some((first, rest)) = words.split_first() {
            match first.literal() {
                Some(
                    "export" | "readonly" | "local" | "declare" | "typeset" | "sudo" | "command" | "call"
                    | "@call",
                ) => words = rest,
                Some("set") if self.flavor == Flavor::Cmd => return self.set(rest, command),
                Some(option) if option.starts_with('-') && words.len() > 1 && is_assignment(rest.first()) => {
                    words = rest
                }
                _ if is_assignment(Some(first)) => {
                    self.assign(first, command);
                    words = rest;
                }
                _ => break,
            }
        }
        let Some(first) = words.first() else { return };
        let name = first.literal().unwrap_or("");
        let name = name
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or("")
            .trim_start_matches('@');
        if !matches!(name, "az" | "az.cmd" | "az.exe") {
            return;
        }
        let arguments: Vec<Text> = words
            .get(1..)
            .unwrap_or(&[])
            .iter()
            .flat_map(|word| self.resolve(word))
            .collect();
        az::run(
            self.source,
            &mut self.world,
            &arguments,
            command.span,
            command.doubt,
        );
    }

    /// `name=value`.
    fn assign(&mut self, word: &Word, command: &Command) {
        let Some(Piece::Literal(first)) = word.pieces.first() else {
            return;
        };
        let Some((name, behind)) = first.split_once('=') else {
            return;
        };
        let (name, appended) = match name.strip_suffix('+') {
            Some(name) => (name, true),
            None => (name, false),
        };
        let mut pieces = word.pieces.clone();
        if let Some(Piece::Literal(first)) = pieces.first_mut() {
            *first = behind.to_owned();
        }
        if behind.is_empty() && pieces.len() > 1 {
            pieces.remove(0);
        }
        let equals = self.source.slice(word.span).find('=').map_or(0, |at| at + 1);
        let value = Word {
            pieces,
            span: Span {
                start: word.span.start + equals as u32,
                ..word.span
            },
        };
        let values = match (command.doubt, appended) {
            (Some(why), _) => vec![unknown(name, why, word.span)],
            (None, true) => vec![unknown(name, "it is put together", word.span)],
            (None, false) => vec![self.joined(&value)],
        };
        self.variables.insert(name.to_owned(), values);
    }

    /// `set NAME=value` of `cmd`.
    fn set(&mut self, words: &[Word], command: &Command) {
        let Some((first, last)) = words.first().zip(words.last()) else {
            return;
        };
        let span = first.span.to(last.span);
        let text = self.source.slice(span).trim().trim_matches('"');
        let Some((name, value)) = text.split_once('=') else {
            return;
        };
        let name = name.trim().to_ascii_lowercase();
        if let Some(prompted) = name.strip_prefix("/p ") {
            let name = prompted.trim().to_owned();
            let value = unknown(&name, "it is asked for", span);
            self.variables.insert(name, vec![value]);
            return;
        }
        let open = command.doubt.is_some() || value.contains(['%', '!']) || name.starts_with('/');
        let place = self.source.slice(span).find(value).map_or(span, |at| {
            let start = span.start + at as u32;
            Span {
                start,
                end: start + value.len() as u32,
                ..span
            }
        });
        let value = match open {
            true => unknown(&name, command.doubt.unwrap_or("it is put together"), span),
            false => Value::text(value.to_owned(), place),
        };
        self.variables.insert(name, vec![value]);
    }

    /// The words that a word becomes.
    fn resolve(&self, word: &Word) -> Vec<Text> {
        let mut written = word
            .pieces
            .iter()
            .filter(|piece| !matches!(piece, Piece::Literal(text) if text.is_empty()));
        if let (Some(Piece::Variable { name, quoted }), None) = (written.next(), written.next()) {
            let values = self.variable(name, word.span);
            return match (quoted, values.as_slice()) {
                (true, [_] | []) => values,
                (true, [first, ..]) => vec![first.clone()],
                (false, _) => values.iter().flat_map(|value| self.split(value)).collect(),
            };
        }
        vec![self.joined(word)]
    }

    fn variable(&self, name: &str, span: Span) -> Vec<Text> {
        match self.variables.get(name) {
            Some(values) => values.clone(),
            None => vec![unknown(name, "it is not set in the script", span)],
        }
    }

    /// A value without quotes is split at its blanks.
    fn split(&self, value: &Text) -> Vec<Text> {
        let Some(text) = value.as_text() else {
            return vec![value.clone()];
        };
        if self.flavor == Flavor::Posix && !text.contains(char::is_whitespace) {
            return vec![value.clone()];
        }
        let written = self.source.slice(value.span);
        let mut from = 0;
        text.split_whitespace()
            .map(|part| {
                let at = written.get(from..).and_then(|rest| rest.find(part));
                let span = match at {
                    Some(at) => {
                        let start = value.span.start + (from + at) as u32;
                        from += at + part.len();
                        Span {
                            start,
                            end: start + part.len() as u32,
                            ..value.span
                        }
                    }
                    None => value.span,
                };
                Value::text(part.to_owned(), span)
            })
            .collect()
    }

    fn joined(&self, word: &Word) -> Text {
        if let Some(text) = word.literal() {
            return Value::text(text.to_owned(), word.span);
        }
        let mut whole = String::new();
        let mut doubt: Option<String> = None;
        let parts = word
            .pieces
            .iter()
            .filter(|piece| !matches!(piece, Piece::Literal(text) if text.is_empty()));
        let mut alone = None;
        let count = parts.clone().count();
        for piece in parts {
            let value = match piece {
                Piece::Literal(text) => Value::text(text.clone(), word.span),
                Piece::Variable { name, .. } => {
                    let values = self.variable(name, word.span);
                    match values.as_slice() {
                        [one] => one.clone(),
                        _ => unknown(name, "it is a list", word.span),
                    }
                }
                Piece::Output(span) => self.output(*span),
                Piece::Open(text) => {
                    let why = format!("`{text}` is known when the script runs");
                    Value::unknown(why, format!("{{{text}}}").replace('/', "|"), word.span)
                }
            };
            if let Some(unknown) = value.as_unknown() {
                doubt.get_or_insert_with(|| unknown.why.clone());
            }
            whole.push_str(&value.symbol());
            if count == 1 {
                alone = Some(value);
            }
            if whole.len() > 1 << 16 {
                return Value::unknown("the value is too large", "{…}", word.span);
            }
        }
        match (alone, doubt) {
            (Some(value), _) => value,
            (None, Some(why)) => Value::unknown(why, whole, word.span),
            (None, None) => Value::text(whole, word.span),
        }
    }

    /// What a command prints is known where it looks up an id.
    fn output(&self, span: Span) -> Text {
        let inner = shell::commands(self.source, span.start as usize, span.end as usize, self.flavor);
        let written = self.source.slice(span);
        if let [command] = inner.as_slice() {
            let words: Vec<Text> = command
                .words
                .iter()
                .flat_map(|word| self.resolve_shallow(word))
                .collect();
            if let Some(id) = az::id_of_output(&words, span) {
                return id;
            }
        }
        let why = format!("`$({})` is known when the script runs", short(written));
        Value::unknown(why, format!("{{$({written})}}").replace('/', "|"), span)
    }

    /// Without the output of commands within.
    fn resolve_shallow(&self, word: &Word) -> Vec<Text> {
        match word.pieces.iter().any(|piece| matches!(piece, Piece::Output(_))) {
            true => vec![Value::unknown("the output of a command", "{output}", word.span)],
            false => self.resolve(word),
        }
    }
}

fn is_assignment(word: Option<&Word>) -> bool {
    let Some(Piece::Literal(text)) = word.and_then(|word| word.pieces.first()) else {
        return false;
    };
    let Some((name, _)) = text.split_once('=') else {
        return false;
    };
    let name = name.strip_suffix('+').unwrap_or(name);
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn unknown(name: &str, why: &str, span: Span) -> Text {
    Value::unknown(
        format!("the variable `{name}` is not known: {why}"),
        format!("{{${name}}}"),
        span,
    )
}

pub(super) fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or("").trim();
    match line.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or("")),
        None => line.to_owned(),
    }
}
