//! Functions of texts.

use pairlint_model::source::Span;

use super::json_text;
use super::reach::joined;
use super::value::{Kind, Value};
use crate::base64;

/// `None` where the function is another, or its arguments are not what it takes.
pub(super) fn plain<'a>(name: &str, args: &[Value<'a>], span: Span) -> Option<Value<'a>> {
    let text = |value: String| Some(Value::text(value, span));
    let number = |value: i64| Some(Value::new(Kind::Int(value), span));
    let bool = |value: bool| Some(Value::new(Kind::Bool(value), span));
    if name == "format" {
        return format(args, span);
    }
    if let ("string", [value]) = (name, args) {
        return match &value.kind {
            Kind::Unknown(_) => None,
            Kind::List(_) | Kind::Object(_) => text(json_text::written(value)?),
            Kind::Null => text(String::new()),
            _ => text(value.symbol()),
        };
    }
    if let ("join", [list, between]) = (name, args) {
        return Some(joined(list.as_list()?, between.as_text()?, span));
    }
    let first = args.first()?.as_text()?;
    let second = args.get(1).and_then(Value::as_text);
    let at = |index: usize| match args.get(index)?.kind {
        Kind::Int(number) => usize::try_from(number).ok(),
        _ => None,
    };
    match name {
        "tolower" => text(first.to_lowercase()),
        "toupper" => text(first.to_uppercase()),
        "trim" => text(first.trim().to_owned()),
        "replace" => text(first.replace(second?, args.get(2)?.as_text()?)),
        "startswith" => bool(first.to_lowercase().starts_with(&second?.to_lowercase())),
        "endswith" => bool(first.to_lowercase().ends_with(&second?.to_lowercase())),
        "contains" => bool(first.contains(second?)),
        "indexof" => number(
            first
                .to_lowercase()
                .find(&second?.to_lowercase())
                .map_or(-1, |at| at as i64),
        ),
        "lastindexof" => number(
            first
                .to_lowercase()
                .rfind(&second?.to_lowercase())
                .map_or(-1, |at| at as i64),
        ),
        "base64" => text(base64::encode(first.as_bytes())),
        "base64tostring" => text(String::from_utf8(base64::decode(first)?).ok()?),
        "base64tojson" => {
            let decoded = String::from_utf8(base64::decode(first)?).ok()?;
            json_text::value(&decoded, args.first()?.span)
        }
        "datauri" => text(format!(
            "data:text/plain;charset=utf8;base64,{}",
            base64::encode(first.as_bytes())
        )),
        "datauritostring" => {
            let (_, encoded) = first.strip_prefix("data:")?.split_once(";base64,")?;
            text(String::from_utf8(base64::decode(encoded)?).ok()?)
        }
        "uricomponent" => text(escaped(first)),
        "uricomponenttostring" => text(unescaped(first)?),
        "first" => text(first.chars().next().map(String::from).unwrap_or_default()),
        "last" => text(first.chars().next_back().map(String::from).unwrap_or_default()),
        "skip" => text(first.chars().skip(at(1)?).collect()),
        "take" => text(first.chars().take(at(1)?).collect()),
        "substring" => {
            let chars = first.chars().skip(at(1)?);
            match args.get(2) {
                Some(_) => text(chars.take(at(2)?).collect()),
                None => text(chars.collect()),
            }
        }
        "padleft" => {
            let width = at(1)?.min(1000);
            let with = second
                .or_else(|| args.get(2)?.as_text())
                .and_then(|with| with.chars().next());
            let missing = width.saturating_sub(first.chars().count());
            let pad = std::iter::repeat_n(with.unwrap_or(' '), missing);
            text(pad.chain(first.chars()).collect())
        }
        "split" => {
            // The parts stand where the whole stands.
            let place = args.first()?.span;
            let marks: Vec<&str> = match &args.get(1)?.kind {
                Kind::Text(mark) => vec![mark.as_ref()],
                Kind::List(marks) => marks.iter().map(Value::as_text).collect::<Option<_>>()?,
                _ => return None,
            };
            if marks.iter().any(|mark| mark.is_empty()) {
                return None;
            }
            let mut parts = vec![first.to_owned()];
            for mark in marks {
                parts = parts
                    .iter()
                    .flat_map(|part| part.split(mark).map(str::to_owned))
                    .collect();
            }
            let parts = parts.into_iter().map(|part| Value::text(part, place));
            Some(Value::list(parts.collect(), span))
        }
        "json" => json_text::value(first, args.first()?.span),
        _ => None,
    }
}

/// Everything but letters, digits and `-_.~` as bytes (RFC 3986, 2.3).
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(after.get(..2)?, 16).ok()?);
        rest = after.get(2..)?;
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

/// `format('{0}:{1}', a, b)`, with `{{` for a brace; formats behind a colon are not evaluated.
fn format<'a>(args: &[Value<'a>], span: Span) -> Option<Value<'a>> {
    let (pattern, values) = args.split_first()?;
    let mut rest = pattern.as_text()?;
    let mut parts: Vec<Value<'a>> = Vec::new();
    let mut text = String::new();
    while let Some(brace) = rest.find(['{', '}']) {
        text.push_str(rest.get(..brace)?);
        let from = rest.get(brace..)?;
        if let Some(after) = from.strip_prefix("{{") {
            text.push('{');
            rest = after;
        } else if let Some(after) = from.strip_prefix("}}") {
            text.push('}');
            rest = after;
        } else {
            let (number, after) = from.strip_prefix('{')?.split_once('}')?;
            let value = values.get(number.trim().parse::<usize>().ok()?)?;
            parts.push(Value::text(std::mem::take(&mut text), span));
            parts.push(value.clone());
            rest = after;
        }
    }
    text.push_str(rest);
    parts.push(Value::text(text, span));
    Some(joined(&parts, "", span))
}
