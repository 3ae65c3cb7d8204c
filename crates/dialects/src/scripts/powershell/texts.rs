//! Texts with variables in them.

use pairlint_model::source::Span;

use super::Script;
use crate::deployment::value::Value;
use crate::scripts::world::Text;

impl Script<'_> {
    /// The text with its variables and escapes replaced.
    pub(super) fn expanded(&mut self, text: &str, span: Span) -> Text {
        if !text.contains(['$', '`']) && !text.contains("\"\"") {
            return Value::text(text.to_owned(), span);
        }
        let mut whole = String::new();
        let mut doubt: Option<String> = None;
        let mut alone = None;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let behind = rest.get(c.len_utf8()..).unwrap_or("");
            match c {
                '`' => {
                    let next = behind.chars().next();
                    match next {
                        Some('n') => whole.push('\n'),
                        Some('r') => whole.push('\r'),
                        Some('t') => whole.push('\t'),
                        Some('0') | None => {}
                        Some(other) => whole.push(other),
                    }
                    rest = behind.get(next.map_or(0, char::len_utf8)..).unwrap_or("");
                }
                '"' if behind.starts_with('"') => {
                    whole.push('"');
                    rest = behind.get(1..).unwrap_or("");
                }
                '$' => {
                    let (name, path, length) = reference(behind);
                    if length == 0 {
                        whole.push('$');
                        rest = behind;
                        continue;
                    }
                    let value = match name {
                        Some(name) => {
                            let base = match self.variables.get(&name) {
                                Some(value) => value.clone(),
                                None => super::unknown(&name, "it is not set in the script", span),
                            };
                            member(base, &path, span)
                        }
                        None => Value::unknown("it is put together", "{$()}", span),
                    };
                    if let Some(unknown) = value.as_unknown() {
                        doubt.get_or_insert_with(|| unknown.why.clone());
                    } else if value.as_list().is_some() || value.as_object().is_some() {
                        doubt.get_or_insert_with(|| "a list stands in a text".to_owned());
                    }
                    if whole.is_empty() && 1 + length == rest.len() && rest.len() == text.len() {
                        alone = Some(value.clone());
                    }
                    whole.push_str(&value.symbol());
                    rest = behind.get(length..).unwrap_or("");
                }
                _ => {
                    whole.push(c);
                    rest = behind;
                }
            }
            if whole.len() > 1 << 16 {
                return Value::unknown("the value is too large", "{…}", span);
            }
        }
        match (alone, doubt) {
            (Some(value), None) if value.as_text().is_some() => value,
            (Some(value), Some(_)) if value.as_unknown().is_some() => value,
            (_, Some(why)) => Value::unknown(why, whole, span),
            (_, None) => Value::text(whole, span),
        }
    }
}

/// The name behind a dollar sign, the members that `$(…)` reads of it, and the length of all that.
fn reference(text: &str) -> (Option<String>, Vec<String>, usize) {
    let name_length = |text: &str| {
        text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':')))
            .unwrap_or(text.len())
    };
    let plain = |name: &str| name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
    if let Some(inner) = text.strip_prefix('{') {
        let end = inner.find('}').unwrap_or(inner.len());
        let name = plain(inner.get(..end).unwrap_or(""));
        return (Some(name), Vec::new(), (end + 2).min(text.len()));
    }
    if text.starts_with('(') {
        let length = super::parentheses(text);
        let inner = text.get(1..length.saturating_sub(1)).unwrap_or("").trim();
        let path = inner.strip_prefix('$').unwrap_or("");
        let simple = !path.is_empty()
            && path
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'));
        if !simple {
            return (None, Vec::new(), length);
        }
        let mut parts = path.split('.');
        let name = plain(parts.next().unwrap_or(""));
        return (Some(name), parts.map(str::to_owned).collect(), length);
    }
    // `$name:` names a drive only where more follows; a colon at the end is a colon.
    let mut length = name_length(text);
    while text.get(..length).is_some_and(|name| name.ends_with(':')) {
        length -= 1;
    }
    match length {
        0 => (None, Vec::new(), 0),
        _ => (text.get(..length).map(plain), Vec::new(), length),
    }
}

fn member(base: Text, path: &[String], span: Span) -> Text {
    let mut value = base;
    for name in path {
        let next = value.as_object().and_then(|object| object.get(name)).cloned();
        value = match next {
            Some(next) => next,
            None => {
                return Value::unknown(
                    format!("`{name}` is known when the script runs"),
                    format!("{{{}.{name}}}", value.symbol()).replace('/', "|"),
                    span,
                );
            }
        };
    }
    value
}
