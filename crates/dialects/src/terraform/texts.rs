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
    "indent",
    "join",
    "log",
    "lower",
    "parseint",
    "pow",
    "regex",
    "regexall",
    "replace",
    "signum",
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
        "log" => {
            let (number, base) = (call.number(0)?, call.number(1)?);
            // Exact powers come out exact.
            let log = number.ln() / base.ln();
            let near = log.round();
            call.of_number(if (log - near).abs() < 1e-12 { near } else { log })
        }
        "signum" => {
            let number = call.number(0)?;
            call.of_number(if number == 0.0 { 0.0 } else { number.signum() })
        }
        "indent" => {
            let (spaces, text) = (call.number(0)?, call.text(1)?);
            if !(0.0..=1000.0).contains(&spaces) {
                return None;
            }
            let blank = " ".repeat(spaces as usize);
            let lines = text.replace('\n', &format!("\n{blank}"));
            Some(Value::text(call.get(1)?.span, lines))
        }
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
            kept(call, &text.replace(&*from, &to))
        }
        "split" => {
            let (separator, text) = (call.text(0)?, call.text(1)?);
            let span = call.get(1)?.span;
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
            if has_other_verbs(&pattern) {
                return Some(Value::unknown(call.span, "a verb of `format` is not evaluated"));
            }
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
    if has_other_verbs(&pattern) {
        return Some(Value::unknown(
            call.span,
            "a verb of `formatlist` is not evaluated",
        ));
    }
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

/// A verb with what stands before it: `%-8.3f`, `%[1]05d`.
#[derive(Default)]
struct Verb {
    zero: bool,
    left: bool,
    plus: bool,
    width: usize,
    precision: Option<usize>,
}

/// Whether a pattern has verbs that are not evaluated here: powers of ten, Go's own notation.
fn has_other_verbs(pattern: &str) -> bool {
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        let after = rest.get(at + 1..).unwrap_or("");
        let verb = after.find(|c: char| c.is_ascii_alphabetic() || c == '%' || c == '#');
        let letter = verb.and_then(|verb| after.get(verb..)?.chars().next());
        if matches!(letter, Some('e' | 'E' | 'g' | 'G' | '#')) {
            return true;
        }
        rest = verb.and_then(|verb| after.get(verb + 1..)).unwrap_or("");
    }
    false
}

/// Fills a pattern, with zeros and widths, and `%[1]s`; `None` where Terraform refuses it.
fn format(pattern: &str, arguments: &[Value<'_>]) -> Option<String> {
    let mut out = String::new();
    let (mut next, mut highest) = (0, 0);
    let mut chars = pattern.chars().peekable();
    let digits = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| {
        let mut number = 0_usize;
        while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
            chars.next();
            number = number.checked_mul(10)?.checked_add(digit as usize)?;
        }
        (number <= 256).then_some(number)
    };
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut verb = Verb::default();
        loop {
            match chars.peek()? {
                '[' => {
                    chars.next();
                    next = digits(&mut chars)?.checked_sub(1)?;
                    chars.next_if_eq(&']')?;
                }
                '0' if verb.width == 0 => {
                    verb.zero = true;
                    chars.next();
                }
                '-' => {
                    verb.left = true;
                    chars.next();
                }
                '+' => {
                    verb.plus = true;
                    chars.next();
                }
                '.' => {
                    chars.next();
                    verb.precision = Some(digits(&mut chars)?);
                }
                digit if digit.is_ascii_digit() => verb.width = digits(&mut chars)?,
                _ => break,
            }
        }
        let letter = chars.next()?;
        if letter == '%' {
            out.push('%');
            continue;
        }
        let argument = arguments.get(next)?;
        next += 1;
        highest = highest.max(next);
        let text = verb.text(letter, argument)?;
        let fill = verb.width.saturating_sub(text.chars().count());
        match (verb.left, verb.zero && letter != 's') {
            (true, _) => out.push_str(&format!("{text}{:fill$}", "")),
            (false, true) => out.push_str(&format!("{}{text}", "0".repeat(fill))),
            (false, false) => out.push_str(&format!("{:fill$}{text}", "")),
        }
    }
    // Terraform refuses arguments that no verb takes.
    (highest >= arguments.len()).then_some(out)
}

impl Verb {
    fn text(&self, letter: char, argument: &Value<'_>) -> Option<String> {
        let json = |value: &Value<'_>| {
            let mut text = String::new();
            value.write_json(&mut text).then_some(text)
        };
        let whole = || {
            let number = argument.as_number()?;
            (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
        };
        let text = match letter {
            's' => {
                let text = argument.as_text()?;
                match self.precision {
                    Some(length) => text.chars().take(length).collect(),
                    None => text.to_string(),
                }
            }
            'd' => whole()?.to_string(),
            'b' => format!("{:b}", u64::try_from(whole()?).ok()?),
            'o' => format!("{:o}", u64::try_from(whole()?).ok()?),
            'x' => format!("{:x}", u64::try_from(whole()?).ok()?),
            'X' => format!("{:X}", u64::try_from(whole()?).ok()?),
            'f' | 'F' => format!("{:.*}", self.precision.unwrap_or(6), argument.as_number()?),
            'q' => json(&Value::text(argument.span, argument.as_text()?))?,
            't' => argument.as_bool()?.to_string(),
            'v' => match (&argument.data, argument.as_text()) {
                (Data::Null, _) => "null".to_owned(),
                (_, Some(text)) => text.to_string(),
                (_, None) => json(argument)?,
            },
            _ => return None,
        };
        let signed = self.plus && argument.as_number().is_some_and(|number| number >= 0.0);
        Some(if signed { format!("+{text}") } else { text })
    }
}
