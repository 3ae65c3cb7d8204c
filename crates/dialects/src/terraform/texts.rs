//! Functions on texts and numbers.

use super::functions::Call;
use super::value::{Data, Value};

/// Those that refuse what they cannot take.
pub(super) const NAMES: &[&str] = &[
    "abs",
    "ceil",
    "chomp",
    "endswith",
    "floor",
    "format",
    "formatlist",
    "join",
    "lower",
    "parseint",
    "pow",
    "replace",
    "split",
    "startswith",
    "strcontains",
    "strrev",
    "substr",
    "title",
    "trim",
    "trimprefix",
    "trimspace",
    "trimsuffix",
    "upper",
];

/// Returns the value of a call; `None` where the arguments do not fit, or the function is another.
pub(super) fn call<'a>(call: &Call<'_, 'a>) -> Option<Value<'a>> {
    match call.name {
        "abs" => call.of_number(call.number(0)?.abs()),
        "ceil" => call.of_number(call.number(0)?.ceil()),
        "floor" => call.of_number(call.number(0)?.floor()),
        "pow" => call.of_number(call.number(0)?.powf(call.number(1)?)),
        "parseint" => {
            let base = call.number(1).filter(|base| (2.0..=36.0).contains(base))? as u32;
            match i64::from_str_radix(call.text(0)?.trim(), base) {
                Ok(number) => call.of_number(number as f64),
                Err(_) => call.fail("it is no number"),
            }
        }
        "lower" => one(call, |text| text.to_lowercase()),
        "upper" => one(call, |text| text.to_uppercase()),
        "trimspace" => one(call, |text| text.trim().to_owned()),
        "chomp" => one(call, |text| text.trim_end_matches(['\n', '\r']).to_owned()),
        "strrev" => one(call, |text| text.chars().rev().collect()),
        "title" => one(call, title),
        "endswith" => call.of_bool(call.text(0)?.ends_with(&*call.text(1)?)),
        "startswith" => call.of_bool(call.text(0)?.starts_with(&*call.text(1)?)),
        "strcontains" => call.of_bool(call.text(0)?.contains(&*call.text(1)?)),
        "trim" => {
            let (text, set) = (call.text(0)?, call.text(1)?);
            kept(call, text.trim_matches(|c| set.contains(c)))
        }
        "trimprefix" => {
            let (text, prefix) = (call.text(0)?, call.text(1)?);
            kept(call, text.strip_prefix(&*prefix).unwrap_or(&text))
        }
        "trimsuffix" => {
            let (text, suffix) = (call.text(0)?, call.text(1)?);
            kept(call, text.strip_suffix(&*suffix).unwrap_or(&text))
        }
        "substr" => {
            let (text, from, length) = (call.text(0)?, call.number(1)?, call.number(2)?);
            let count = text.chars().count() as f64;
            let from = if from < 0.0 { from + count } else { from };
            if from < 0.0 {
                return call.fail("it starts before the text");
            }
            let rest = text.chars().skip(from as usize);
            match length < 0.0 {
                true => call.of_text(rest.collect::<String>()),
                false => call.of_text(rest.take(length as usize).collect::<String>()),
            }
        }
        "replace" => {
            let (text, from, to) = (call.text(0)?, call.text(1)?, call.text(2)?);
            // Between slashes stands an expression, which is not evaluated here.
            if from.len() > 1 && from.starts_with('/') && from.ends_with('/') {
                let why = "the function `replace` with an expression is not evaluated";
                return Some(Value::unknown(call.span, why));
            }
            kept(call, &text.replace(&*from, &to))
        }
        "split" => {
            let (separator, text) = (call.text(0)?, call.text(1)?);
            let span = call.get(1)?.span;
            if text.is_empty() {
                return call.list(Vec::new());
            }
            let parts: Vec<Value<'a>> = match separator.is_empty() {
                true => text.chars().map(|c| Value::text(span, c.to_string())).collect(),
                false => text
                    .split(&*separator)
                    .map(|part| Value::text(span, part))
                    .collect(),
            };
            call.list(parts)
        }
        "join" => {
            let separator = call.text(0)?;
            let mut parts = Vec::new();
            for list in call.arguments.get(1..)? {
                for item in list.items()? {
                    parts.push(item.as_text()?.to_string());
                }
            }
            call.of_text(parts.join(&separator))
        }
        "format" => {
            let pattern = call.text(0)?;
            call.of_text(format(&pattern, call.arguments.get(1..)?)?)
        }
        "formatlist" => format_list(call),
        _ => None,
    }
}

/// A text that is a part of, or stands for, the one given keeps its place.
fn kept<'a>(call: &Call<'_, 'a>, text: &str) -> Option<Value<'a>> {
    Some(Value::text(call.get(0)?.span, text))
}

fn one<'a>(call: &Call<'_, 'a>, change: impl Fn(&str) -> String) -> Option<Value<'a>> {
    kept(call, &change(&call.text(0)?))
}

fn title(text: &str) -> String {
    let mut start = true;
    let each = text.chars().map(|c| {
        let first = std::mem::replace(&mut start, !c.is_alphanumeric());
        if first { c.to_ascii_uppercase() } else { c }
    });
    each.collect()
}

/// Each list contributes an item to each text, everything else stands in all.
fn format_list<'a>(call: &Call<'_, 'a>) -> Option<Value<'a>> {
    let pattern = call.text(0)?;
    let arguments = call.arguments.get(1..)?;
    let lists = arguments.iter().filter_map(Value::items);
    let lengths: Vec<usize> = lists.map(<[_]>::len).collect();
    let length = lengths.first().copied().unwrap_or(1);
    if lengths.iter().any(|other| *other != length) {
        return call.fail("the lists are not of one length");
    }
    let mut texts = Vec::with_capacity(length);
    for at in 0..length {
        let row: Option<Vec<Value<'a>>> = arguments
            .iter()
            .map(|argument| match argument.items() {
                Some(items) => items.get(at).cloned(),
                None => Some(argument.clone()),
            })
            .collect();
        let row = row?;
        // The text stands where its item does.
        let first = arguments.iter().position(|argument| argument.items().is_some());
        let span = first
            .and_then(|first| row.get(first))
            .map_or(call.span, |item| item.span);
        texts.push(Value::text(span, format(&pattern, &row)?));
    }
    call.list(texts)
}

/// The verbs that configurations use: `%s`, `%d`, `%v`, `%q`, `%%`, with zeros and widths, and `%[1]s`.
fn format(pattern: &str, arguments: &[Value<'_>]) -> Option<String> {
    let mut out = String::new();
    let mut next = 0;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let (mut zero, mut left, mut width) = (false, false, 0_usize);
        loop {
            match chars.peek()? {
                '[' => {
                    chars.next();
                    let mut number = 0_usize;
                    loop {
                        match chars.next()? {
                            ']' => break,
                            digit => {
                                number = number
                                    .checked_mul(10)?
                                    .checked_add(digit.to_digit(10)? as usize)?
                            }
                        }
                    }
                    next = number.checked_sub(1)?;
                }
                '0' if width == 0 => {
                    zero = true;
                    chars.next();
                }
                '-' => {
                    left = true;
                    chars.next();
                }
                digit if digit.is_ascii_digit() => {
                    width = width.checked_mul(10)?.checked_add(digit.to_digit(10)? as usize)?;
                    chars.next();
                }
                _ => break,
            }
        }
        if width > 256 {
            return None;
        }
        let verb = chars.next()?;
        if verb == '%' {
            out.push('%');
            continue;
        }
        let argument = arguments.get(next)?;
        next += 1;
        let text = verb_text(verb, argument)?;
        let fill = width.saturating_sub(text.chars().count());
        match (left, zero && verb != 's') {
            (true, _) => out.push_str(&format!("{text}{:fill$}", "")),
            (false, true) => out.push_str(&format!("{}{text}", "0".repeat(fill))),
            (false, false) => out.push_str(&format!("{:fill$}{text}", "")),
        }
    }
    // Terraform refuses arguments that no verb takes.
    (next >= arguments.len()).then_some(out)
}

fn verb_text(verb: char, argument: &Value<'_>) -> Option<String> {
    match verb {
        's' => Some(argument.as_text()?.to_string()),
        'd' => {
            let number = argument.as_number()?;
            (number.fract() == 0.0).then(|| super::value::number_text(number))
        }
        'q' => Some(format!("{:?}", argument.as_text()?)),
        't' => Some(argument.as_bool()?.to_string()),
        'v' => match &argument.data {
            Data::Null => Some("null".to_owned()),
            _ => match argument.as_text() {
                Some(text) => Some(text.to_string()),
                None => {
                    let mut text = String::new();
                    argument.write_json(&mut text).then_some(text)
                }
            },
        },
        _ => None,
    }
}
