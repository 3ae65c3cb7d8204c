//! Values: texts with variables in them, lists, hash tables, commands in parentheses.

use std::borrow::Cow;

use super::{Script, brackets, joined};
use crate::deployment::value::{Kind, Object, Value};
use crate::scripts::world::Text;

/// An argument of a command.
pub(super) enum Argument {
    /// `-Name`, without the dash, and where it stands.
    Parameter(String),
    Value(Text),
    /// `@name`.
    Splat(Text),
}

impl Script<'_> {
    /// A value or command, and what it is piped to.
    pub(super) fn pipeline(&mut self) -> Text {
        self.skip(false);
        let value = match self.next() {
            Some(c) if c.is_alphabetic() => self.command(None),
            Some('&' | '.') => {
                self.at += 1;
                self.skip(false);
                match self.next() {
                    Some(c) if c.is_alphabetic() => self.command(None),
                    _ => self.expression(),
                }
            }
            _ => self.expression(),
        };
        self.piped(value)
    }

    pub(super) fn piped(&mut self, value: Text) -> Text {
        let mut value = value;
        loop {
            self.skip(false);
            if self.next() != Some('|') {
                return value;
            }
            self.at += 1;
            self.skip(true);
            match self.next() {
                Some(c) if c.is_alphabetic() || matches!(c, '%' | '?') => value = self.command(Some(value)),
                _ => return value,
            }
        }
    }

    /// Values with commas and operators between them.
    fn expression(&mut self) -> Text {
        let start = self.at;
        let mut value = self.listed();
        loop {
            self.skip(false);
            let rest = self.rest();
            if rest.starts_with('+') && !rest.starts_with("+=") {
                self.at += 1;
                self.skip(true);
                let right = self.listed();
                value = joined(&value, &right);
                continue;
            }
            let operator = rest
                .strip_prefix('-')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
                || rest.starts_with(['*', '/', '?', '='])
                || rest.starts_with("..");
            if !operator {
                return value;
            }
            // Other operators are not followed.
            self.rest_of_expression();
            let span = self.span_from(start);
            let written = crate::scripts::posix::short(self.source.slice(span));
            let symbol = format!("{{{written}}}").replace('/', "|");
            return Value::unknown(format!("`{written}` is known when the script runs"), symbol, span);
        }
    }

    fn rest_of_expression(&mut self) {
        loop {
            self.skip(false);
            match self.next() {
                None | Some('\n' | ';' | '|' | ')' | '}' | ']') => return,
                Some(_) => {
                    let before = self.at;
                    self.value();
                    if self.at == before {
                        self.at += self.next().map_or(1, char::len_utf8);
                    }
                }
            }
        }
    }

    fn listed(&mut self) -> Text {
        let start = self.at;
        let first = self.value();
        let mut items = vec![first];
        loop {
            let before = self.at;
            self.skip(false);
            if self.next() != Some(',') {
                self.at = before;
                break;
            }
            self.at += 1;
            self.skip(true);
            items.push(self.value());
        }
        match items.len() {
            1 => items.pop().unwrap_or_else(|| Value::null(self.span_from(start))),
            _ => {
                let span = self.span_from(start);
                Value::list(items, span)
            }
        }
    }

    fn value(&mut self) -> Text {
        self.skip(false);
        let start = self.at;
        let rest = self.rest();
        if self.depth > super::MAXIMUM_DEPTH {
            self.at = self.text.len();
            return Value::unknown("the script is too deep", "{…}", self.span_from(start));
        }
        let value = match self.next() {
            Some('\'' | '\u{2018}' | '\u{2019}') => self.single_quoted(),
            Some('"' | '\u{201c}' | '\u{201d}') => self.double_quoted(),
            Some('@') if rest.starts_with("@'") || rest.starts_with("@\"") => self.here_string(),
            Some('@') if rest.starts_with("@(") => {
                self.at += 2;
                let items = self.items(')');
                let span = self.span_from(start);
                let flat = items.into_iter().flat_map(|item| match &item.kind {
                    Kind::List(items) => items.to_vec(),
                    _ => vec![item],
                });
                Value::list(flat.collect(), span)
            }
            Some('@') if rest.starts_with("@{") => self.table(),
            Some('$') if rest.starts_with("$(") => {
                self.at += 2;
                self.grouped(start)
            }
            Some('(') => {
                self.at += 1;
                self.grouped(start)
            }
            Some('$') => match self.target() {
                Some((name, path)) => {
                    let base = self.variable(&name, start);
                    let value = self.walk(base, &path, start);
                    return value;
                }
                None => {
                    self.at += 1;
                    Value::unknown("a variable without a name", "{$}", self.span_from(start))
                }
            },
            Some('[') => {
                // A cast says what the value is to be, not what it is.
                self.at += brackets(rest).max(1);
                if self.rest().starts_with("::") {
                    self.at += 2 + self.word().len().max(1);
                    if self.next() == Some('(') {
                        self.at += super::parentheses(self.rest()).max(1);
                    }
                    return Value::unknown("a method is called", "{[]}", self.span_from(start));
                }
                self.depth += 1;
                let value = self.value();
                self.depth -= 1;
                return value;
            }
            Some('{') => {
                self.braces(Some(super::LOOP));
                Value::unknown("a block of a script", "{block}", self.span_from(start))
            }
            _ => self.bare(),
        };
        let path = match self.text.as_bytes().get(start) {
            Some(b'(' | b'@' | b'\'' | b'"') => self.steps(),
            _ => Vec::new(),
        };
        match path.is_empty() {
            true => value,
            false => self.walk(value, &path, start),
        }
    }

    /// What stands in parentheses: one value, or several.
    fn grouped(&mut self, start: usize) -> Text {
        let mut items = self.items(')');
        match items.len() {
            1 => items.pop().unwrap_or_else(|| Value::null(self.span_from(start))),
            _ => {
                let span = self.span_from(start);
                Value::list(items, span)
            }
        }
    }

    fn bare(&mut self) -> Text {
        let start = self.at;
        let rest = self.rest();
        let end = rest
            .find(|c: char| {
                c.is_whitespace() || matches!(c, ',' | ';' | '|' | ')' | '}' | ']' | '"' | '\'' | '(' | '{')
            })
            .unwrap_or(rest.len());
        let text = rest.get(..end).unwrap_or("").to_owned();
        self.at += end;
        let span = self.span_from(start);
        if text.contains('$') {
            return self.expanded(&text, span);
        }
        match text.parse::<i64>() {
            Ok(number) if !text.starts_with('0') || text == "0" => Value::new(Kind::Int(number), span),
            _ => Value::text(text, span),
        }
    }

    fn single_quoted(&mut self) -> Text {
        let start = self.at;
        let quote = self.next().map_or(1, char::len_utf8);
        self.at += quote;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let Some(end) = rest.find(['\'', '\u{2018}', '\u{2019}']) else {
                text.push_str(rest);
                self.at = self.text.len();
                break;
            };
            text.push_str(rest.get(..end).unwrap_or(""));
            self.at += end;
            self.at += self.next().map_or(1, char::len_utf8);
            // A quote in a text is doubled.
            if self.rest().starts_with('\'') {
                text.push('\'');
                self.at += 1;
                continue;
            }
            break;
        }
        Value::text(text, self.span_from(start))
    }

    fn double_quoted(&mut self) -> Text {
        let start = self.at;
        self.at += self.next().map_or(1, char::len_utf8);
        let inner = self.at;
        while let Some(c) = self.next() {
            match c {
                '`' => {
                    self.at += 1;
                    self.at += self.next().map_or(0, char::len_utf8);
                }
                '"' | '\u{201c}' | '\u{201d}' if self.rest().starts_with("\"\"") => self.at += 2,
                '"' | '\u{201c}' | '\u{201d}' => break,
                '$' if self.rest().starts_with("$(") => {
                    let length = super::parentheses(self.rest().get(1..).unwrap_or(""));
                    self.at += 1 + length;
                }
                _ => self.at += c.len_utf8(),
            }
        }
        let text = self.text.get(inner..self.at).unwrap_or("").to_owned();
        self.at += self.next().map_or(0, char::len_utf8);
        let span = self.span_from(start);
        self.expanded(&text, span)
    }

    fn here_string(&mut self) -> Text {
        let start = self.at;
        let double = self.rest().starts_with("@\"");
        let close = if double { "\n\"@" } else { "\n'@" };
        let rest = self.rest();
        let first = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let end = rest.find(close).unwrap_or(rest.len()).max(first.min(rest.len()));
        let text = rest
            .get(first..end)
            .unwrap_or("")
            .trim_end_matches('\r')
            .to_owned();
        self.at = (self.at + end + close.len()).min(self.text.len());
        let span = self.span_from(start);
        match double {
            true => self.expanded(&text, span),
            false => Value::text(text, span),
        }
    }

    /// `@{ Name = 'x'; CommunityList = 'a', 'b' }`.
    fn table(&mut self) -> Text {
        let start = self.at;
        self.at += 2;
        let mut made = Object::default();
        self.depth += 1;
        loop {
            self.skip(true);
            match self.next() {
                None => break,
                Some('}') => {
                    self.at += 1;
                    break;
                }
                Some(';') => {
                    self.at += 1;
                    continue;
                }
                Some(_) => {}
            }
            let before = self.at;
            let key = match self.next() {
                Some('\'' | '"') => self.value().symbol(),
                _ => {
                    let word = self.word().to_owned();
                    self.at += word.len();
                    word
                }
            };
            self.skip(false);
            if self.next() == Some('=') {
                self.at += 1;
                self.skip(true);
                let value = self.pipeline();
                made.set(Cow::Owned(key), value);
            }
            if self.at == before {
                self.at += self.next().map_or(1, char::len_utf8);
            }
        }
        self.depth -= 1;
        Value::object(made, self.span_from(start))
    }

    /// Reads the arguments of a command up to its end.
    pub(super) fn arguments(&mut self) -> Vec<Argument> {
        let mut found = Vec::new();
        loop {
            self.skip(false);
            let rest = self.rest();
            match self.next() {
                None | Some('\n' | ';' | '|' | ')' | '}') => return found,
                Some('-')
                    if rest
                        .get(1..)
                        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic())) =>
                {
                    let length = rest
                        .get(1..)
                        .and_then(|rest| rest.find(|c: char| !(c.is_alphanumeric() || c == '_')))
                        .unwrap_or(rest.len() - 1);
                    let name = rest.get(1..1 + length).unwrap_or("").to_owned();
                    self.at += 1 + length;
                    if self.next() == Some(':') {
                        self.at += 1;
                    }
                    found.push(Argument::Parameter(name));
                }
                Some('@')
                    if rest
                        .get(1..)
                        .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '_')) =>
                {
                    let start = self.at;
                    self.at += 1;
                    let name = self.word().to_ascii_lowercase();
                    self.at += name.len();
                    found.push(Argument::Splat(self.variable(&name, start)));
                }
                // Streams.
                Some('>') => {
                    self.at += 1;
                }
                Some(_) => {
                    let before = self.at;
                    let value = self.listed();
                    if self.at == before {
                        self.at += self.next().map_or(1, char::len_utf8);
                    }
                    found.push(Argument::Value(value));
                }
            }
        }
    }
}
