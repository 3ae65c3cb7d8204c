//! Functions that read and write other notations ("Encoding Functions"), and paths.

use std::borrow::Cow;
use std::rc::Rc;

use pairlint_model::source::{Source, SourceId, Span};

use super::eval::World;
use super::functions::Call;
use super::json;
use super::value::{Data, Value};
use crate::base64;
use crate::documents::Node;
use crate::documents::yaml::{Text, loaded};

/// Those that refuse what they cannot take.
pub(super) const NAMES: &[&str] = &[
    "base64decode",
    "base64encode",
    "basename",
    "csvdecode",
    "dirname",
    "jsondecode",
    "urlencode",
    "yamldecode",
];

/// Returns the value of a call; `None` where the arguments do not fit, or the function is another.
pub(super) fn call<'a>(world: &World<'a>, call: &Call<'_, 'a>) -> Option<Value<'a>> {
    let given = call.get(0)?;
    let place = given.span;
    match call.name {
        "jsondecode" => {
            if let Data::Json(value) = &given.data {
                return Some((**value).clone());
            }
            let text = call.text(0)?;
            match world.whole(given, &text) {
                Some(source) => json::read(source).ok(),
                None => json::decode(&text, place),
            }
        }
        "yamldecode" => {
            if let Data::Json(value) = &given.data {
                return Some((**value).clone());
            }
            let text = call.text(0)?;
            let source = world.whole(given, &text);
            let read = Text::whole(&text);
            let root = loaded::root(&read, SourceId(0))?;
            Some(from_yaml(&read, &root, &Places { source, place }))
        }
        "csvdecode" => {
            let text = call.text(0)?;
            let source = world.whole(given, &text);
            from_csv(call, &text, &Places { source, place })
        }
        "base64encode" => Some(Value::text(place, base64::encode(call.text(0)?.as_bytes()))),
        "base64decode" => match base64::decode(&call.text(0)?).map(String::from_utf8) {
            Some(Ok(text)) => Some(Value::text(place, text)),
            _ => call.fail("it is no text in Base64"),
        },
        "urlencode" => {
            // As forms do: a blank is a plus (Go, `url.QueryEscape`).
            let mut out = String::new();
            for byte in call.text(0)?.bytes() {
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                        out.push(char::from(byte));
                    }
                    b' ' => out.push('+'),
                    byte => out.push_str(&format!("%{byte:02X}")),
                }
            }
            Some(Value::text(place, out))
        }
        "basename" => {
            let path = call.text(0)?;
            let trimmed = path.trim_end_matches('/');
            let name = trimmed.rsplit('/').next().unwrap_or("");
            let name = match (path.is_empty(), name) {
                (true, _) => ".",
                (false, "") => "/",
                (false, name) => name,
            };
            Some(Value::text(place, name))
        }
        "dirname" => {
            let path = call.text(0)?;
            let folder = path.rsplit_once('/').map_or(".", |(folder, _)| match folder {
                "" => "/",
                folder => folder,
            });
            // Go's `filepath.Dir` cleans the path; what would change by that is left alone.
            let clean = !folder.contains("//") && !folder.contains("/./") && !folder.contains("..");
            clean.then(|| Value::text(place, folder.strip_prefix("./").unwrap_or(folder)))
        }
        _ => None,
    }
}

/// Where the parts of a text stand: in its file, or all where the whole does.
struct Places<'s> {
    source: Option<&'s Source>,
    place: Span,
}

impl Places<'_> {
    fn at(&self, start: usize, end: usize) -> Span {
        match self.source {
            Some(source) => source.range(start, end),
            None => self.place,
        }
    }
}

fn from_yaml<'a>(text: &Text<'_>, node: &Node<'_>, places: &Places<'_>) -> Value<'a> {
    let span = places.at(node.span.start as usize, node.span.end as usize);
    match loaded::value(text, node) {
        loaded::Value::Null => Value::null(span),
        loaded::Value::Bool(value) => Value::bool(span, value),
        loaded::Value::Number(digits) => match digits.parse() {
            Ok(number) => Value::number(span, number),
            Err(_) => Value::unknown(span, "a number that is out of range"),
        },
        loaded::Value::Text(words) => Value::text(span, words),
        loaded::Value::List(items) => {
            let items = items.iter().map(|item| from_yaml(text, item, places));
            Value::list(span, items.collect())
        }
        loaded::Value::Map(properties) => {
            let entries = properties.iter().map(|property| {
                let value = from_yaml(text, &property.value, places);
                (Rc::from(&*property.key), value)
            });
            Value::object(span, entries)
        }
        loaded::Value::Open(why) => Value::unknown(span, why),
    }
}

/// Rows as objects of texts, by the names of the first row (RFC 4180).
fn from_csv<'a>(call: &Call<'_, 'a>, text: &str, places: &Places<'_>) -> Option<Value<'a>> {
    let mut rows = csv_rows(text)?.into_iter();
    let Some(names) = rows.next() else {
        return call.fail("there is no row of names");
    };
    let mut list = Vec::new();
    for row in rows {
        if row.len() != names.len() {
            return call.fail("the rows are not of one length");
        }
        let entries = names.iter().zip(row).map(|(name, field)| {
            let span = places.at(field.start, field.end);
            (Rc::from(&*name.text), Value::text(span, &*field.text))
        });
        list.push(Value::object(call.span, entries));
    }
    call.list(list)
}

struct Field<'t> {
    text: Cow<'t, str>,
    start: usize,
    end: usize,
}

fn csv_rows(text: &str) -> Option<Vec<Vec<Field<'_>>>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..)?;
        // Lines with nothing on them are no rows (Go, `encoding/csv`).
        if row.is_empty()
            && let Some(end) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))
        {
            at = text.len() - end.len();
            continue;
        }
        let start = at;
        let value: Cow<'_, str> = if rest.starts_with('"') {
            let mut inner = String::new();
            let mut from = at + 1;
            loop {
                let quote = from + text.get(from..)?.find('"')?;
                inner.push_str(text.get(from..quote)?);
                if text.get(quote + 1..)?.starts_with('"') {
                    inner.push('"');
                    from = quote + 2;
                } else {
                    at = quote + 1;
                    break;
                }
            }
            Cow::Owned(inner)
        } else {
            let length = rest.find([',', '\n']).unwrap_or(rest.len());
            let field = rest.get(..length)?;
            let field = match rest.get(length..)?.starts_with('\n') {
                true => field.strip_suffix('\r').unwrap_or(field),
                false => field,
            };
            if field.contains('"') {
                return None;
            }
            at += field.len();
            Cow::Borrowed(field)
        };
        row.push(Field {
            text: value,
            start,
            end: at,
        });
        let rest = text.get(at..)?;
        if rest.is_empty() {
            break;
        } else if rest.starts_with(',') {
            at += 1;
            // A comma at the very end has an empty field behind it.
            if at == text.len() {
                row.push(Field {
                    text: Cow::Borrowed(""),
                    start: at,
                    end: at,
                });
            }
        } else {
            let end = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
            at = text.len() - end.len();
            rows.push(std::mem::take(&mut row));
        }
    }
    if !row.is_empty() {
        rows.push(row);
    }
    Some(rows)
}
