//! Variables and what stands behind them: members, items, methods.

use super::{MAXIMUM_DEPTH, Script, Step, unknown};
use crate::deployment::value::{Kind, Value};
use crate::scripts::world::Text;

impl Script<'_> {
    /// A variable with the steps behind it.
    pub(super) fn target(&mut self) -> Option<(String, Vec<Step>)> {
        let rest = self.rest().strip_prefix('$')?;
        let (name, length) = match rest.strip_prefix('{') {
            Some(inner) => {
                let end = inner.find('}')?;
                (inner.get(..end)?, end + 2)
            }
            None => {
                let end = rest
                    .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':' | '?' | '^')))
                    .unwrap_or(rest.len());
                (rest.get(..end)?, end)
            }
        };
        if name.is_empty() {
            return None;
        }
        let name = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
        self.at += 1 + length;
        Some((name, self.steps()))
    }

    pub(super) fn steps(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        loop {
            let rest = self.rest();
            if let Some(behind) = rest.strip_prefix('.') {
                let length = behind
                    .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .unwrap_or(behind.len());
                if length == 0 {
                    return steps;
                }
                let name = behind.get(..length).unwrap_or("").to_ascii_lowercase();
                self.at += 1 + length;
                if self.next() == Some('(') {
                    self.at += 1;
                    let arguments = self.items(')');
                    steps.push(Step::Call(name, arguments));
                } else {
                    steps.push(Step::Member(name));
                }
            } else if rest.starts_with('[') {
                self.at += 1;
                let mut inner = self.items(']');
                match inner.len() {
                    1 => steps.extend(inner.pop().map(Step::Index)),
                    _ => return steps,
                }
            } else {
                return steps;
            }
        }
    }

    /// Values up to a closing bracket, which is read.
    pub(super) fn items(&mut self, end: char) -> Vec<Text> {
        let mut items = Vec::new();
        if self.depth > MAXIMUM_DEPTH {
            self.at = self.text.len();
            return items;
        }
        self.depth += 1;
        loop {
            self.skip(true);
            match self.next() {
                None => break,
                Some(c) if c == end => {
                    self.at += 1;
                    break;
                }
                Some(',' | ';') => self.at += 1,
                Some(_) => {
                    let before = self.at;
                    items.push(self.pipeline());
                    if self.at == before {
                        self.at += self.next().map_or(1, char::len_utf8);
                    }
                }
            }
        }
        self.depth -= 1;
        items
    }

    pub(super) fn variable(&self, name: &str, start: usize) -> Text {
        let span = self.span_from(start);
        match name {
            "null" => Value::null(span),
            "true" => Value::new(Kind::Bool(true), span),
            "false" => Value::new(Kind::Bool(false), span),
            _ => match self.variables.get(name) {
                Some(value) => value.clone(),
                None => unknown(name, "it is not set in the script", span),
            },
        }
    }

    pub(super) fn walk(&mut self, base: Text, path: &[Step], start: usize) -> Text {
        let mut value = base;
        let mut walked: Vec<Step> = Vec::new();
        let handle = value.clone();
        for step in path {
            if let Step::Call(name, arguments) = step {
                return self.method(&handle, &walked, &value, name, arguments, start);
            }
            walked.push(step.clone());
            let next = match (step, &value.kind) {
                (Step::Member(name), Kind::Object(object)) => object.get(name).cloned(),
                // A member of a list is that of each item; of one, of it.
                (Step::Member(_), Kind::List(items)) if items.len() == 1 => items
                    .first()
                    .and_then(Value::as_object)
                    .and_then(|object| match step {
                        Step::Member(name) => object.get(name).cloned(),
                        _ => None,
                    }),
                (Step::Index(at), Kind::List(items)) => match &at.kind {
                    Kind::Int(at) => usize::try_from(*at).ok().and_then(|at| items.get(at)).cloned(),
                    Kind::Text(text) => text.parse::<usize>().ok().and_then(|at| items.get(at)).cloned(),
                    _ => None,
                },
                (Step::Index(key), Kind::Object(object)) => {
                    key.as_text().and_then(|key| object.get(key)).cloned()
                }
                _ => None,
            };
            value = next.unwrap_or_else(|| {
                let span = self.span_from(start);
                let written = self.source.slice(span).to_owned();
                let why = format!("`{written}` is known when the script runs");
                Value::unknown(why, format!("{{{written}}}").replace('/', "|"), span)
            });
        }
        value
    }
}
