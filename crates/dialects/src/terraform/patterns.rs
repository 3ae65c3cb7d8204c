//! `regex`, `regexall` and `replace` with an expression. Their language is RE2's (Go, package `regexp/syntax`), which is
//! matched here in linear time, too; what the two spell differently is translated, and what is not is not evaluated.

use regex_automata::nfa::thompson;
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::util::captures::Captures;

use super::eval::World;
use super::functions::Call;
use super::value::Value;

/// Automata of expressions with large counts are large.
const LARGEST: usize = 1 << 20;

/// Returns the value of a call; `None` where the arguments do not fit, or the function is another.
pub(super) fn call<'a>(world: &World<'a>, call: &Call<'_, 'a>) -> Option<Value<'a>> {
    let (text, pattern) = match call.name {
        "regex" | "regexall" => (call.text(1)?, call.text(0)?),
        "replace" => {
            let pattern = call.text(1)?;
            let inner = pattern
                .strip_prefix('/')
                .and_then(|rest| rest.strip_suffix('/'))?;
            (call.text(0)?, inner.into())
        }
        _ => return None,
    };
    let unknown = |why: String| Some(Value::unknown(call.span, why));
    let Some(vm) = compiled(&pattern) else {
        return unknown(format!("the expression `{pattern}` is not evaluated"));
    };
    // Linear in the text, with the size of the expression.
    if !world.spend(text.len().saturating_mul(pattern.len()) / 16) {
        return unknown("the configuration is too large to be evaluated".to_owned());
    }
    let mut cache = vm.create_cache();
    if call.name == "replace" {
        return replace(call, &vm, &text);
    }
    let matches = vm.captures_iter(&mut cache, text.as_bytes());
    let mut found = matches.map(|captures| matched(call, &vm, &captures, &text));
    if call.name == "regexall" {
        let all: Option<Vec<Value<'a>>> = found.collect();
        return call.list(all?);
    }
    match found.next() {
        Some(first) => first,
        None => call.fail("nothing matches"),
    }
}

/// Without groups the text, with groups a list of theirs, with names an object.
fn matched<'a>(call: &Call<'_, 'a>, vm: &PikeVM, captures: &Captures, text: &str) -> Option<Value<'a>> {
    let place = call.get(usize::from(call.name != "replace"))?.span;
    let group = |at: usize| match captures.get_group(at) {
        Some(span) => Some(Value::text(place, text.get(span.start..span.end)?)),
        None => Some(Value::null(place)),
    };
    let info = vm.get_nfa().group_info();
    let names: Vec<Option<&str>> = info.pattern_names(regex_automata::PatternID::ZERO).collect();
    let groups = names.get(1..).unwrap_or(&[]);
    if groups.is_empty() {
        return group(0);
    }
    let mut values = Vec::with_capacity(groups.len());
    for at in 1..names.len() {
        values.push(group(at)?);
    }
    let named = groups.iter().filter(|name| name.is_some()).count();
    match named {
        0 => Some(Value::list(call.span, values)),
        _ if named == groups.len() => {
            let entries = groups.iter().flatten().zip(values);
            Some(Value::object(
                call.span,
                entries.map(|(name, value)| ((*name).into(), value)),
            ))
        }
        _ => call.fail("some groups have names, and others none"),
    }
}

/// Every match, with `$1`, `${1}` and `${name}` in what comes instead (Go, `Regexp.Expand`).
fn replace<'a>(call: &Call<'_, 'a>, vm: &PikeVM, text: &str) -> Option<Value<'a>> {
    let to = call.text(2)?;
    let mut out = String::new();
    let mut from = 0;
    let mut cache = vm.create_cache();
    for captures in vm.captures_iter(&mut cache, text.as_bytes()) {
        let whole = captures.get_match()?;
        out.push_str(text.get(from..whole.start())?);
        expand(vm, &captures, text, &to, &mut out)?;
        from = whole.end();
    }
    out.push_str(text.get(from..)?);
    Some(Value::text(call.get(0)?.span, out))
}

fn expand(vm: &PikeVM, captures: &Captures, text: &str, to: &str, out: &mut String) -> Option<()> {
    let mut rest = to;
    while let Some(dollar) = rest.find('$') {
        out.push_str(rest.get(..dollar)?);
        let after = rest.get(dollar + 1..)?;
        if let Some(plain) = after.strip_prefix('$') {
            out.push('$');
            rest = plain;
            continue;
        }
        let (name, behind) = match after.strip_prefix('{') {
            Some(inner) => inner.split_once('}')?,
            None => {
                let letter = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
                after.split_at(after.find(letter).unwrap_or(after.len()))
            }
        };
        if name.is_empty() {
            out.push('$');
        } else {
            let group = match name.parse::<usize>() {
                Ok(number) => captures.get_group(number),
                Err(_) => vm
                    .get_nfa()
                    .group_info()
                    .to_index(regex_automata::PatternID::ZERO, name)
                    .and_then(|at| captures.get_group(at)),
            };
            // A group that is not there is empty.
            if let Some(span) = group {
                out.push_str(text.get(span.start..span.end)?);
            }
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(())
}

fn compiled(pattern: &str) -> Option<PikeVM> {
    let translated = translated(pattern)?;
    PikeVM::builder()
        .thompson(thompson::Config::new().nfa_size_limit(Some(LARGEST)))
        .build(&translated)
        .ok()
}

/// RE2's classes by letter are of ASCII, and within brackets only `[:` starts something.
fn translated(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut chars = pattern.chars().peekable();
    // Whether the next character is the first in brackets.
    let (mut inside, mut first) = (false, false);
    while let Some(c) = chars.next() {
        let was_first = std::mem::take(&mut first);
        match c {
            '\\' => {
                let letter = chars.next()?;
                let class = match letter {
                    'd' => "0-9",
                    'D' => "^0-9",
                    'w' => "0-9A-Za-z_",
                    'W' => "^0-9A-Za-z_",
                    's' => "\\t\\n\\x0C\\r ",
                    'S' => "^\\t\\n\\x0C\\r ",
                    'b' | 'B' if !inside => {
                        out.push_str(if letter == 'b' { "(?-u:\\b)" } else { "(?-u:\\B)" });
                        continue;
                    }
                    // Quoting, classes of Unicode, single bytes: spelled alike or not, they are not evaluated.
                    'Q' | 'E' | 'C' | 'p' | 'P' => return None,
                    letter => {
                        out.push('\\');
                        out.push(letter);
                        continue;
                    }
                };
                // A class within brackets may stand in them.
                out.push('[');
                out.push_str(class);
                out.push(']');
            }
            '[' if !inside => {
                inside = true;
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                first = true;
            }
            ']' if inside && was_first => out.push_str("\\]"),
            ']' if inside => {
                inside = false;
                out.push(']');
            }
            '[' if chars.peek() == Some(&':') => {
                out.push('[');
                for c in chars.by_ref() {
                    out.push(c);
                    if c == ']' {
                        break;
                    }
                }
            }
            '[' | '&' | '~' if inside => {
                out.push('\\');
                out.push(c);
            }
            '-' if inside && chars.peek() == Some(&'-') => return None,
            c => out.push(c),
        }
    }
    Some(out)
}
