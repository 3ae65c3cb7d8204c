//! JSON within a text or another file: `json(…)`, `loadJsonContent(…)`.

use std::borrow::Cow;

use jsonc_parser::ast;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};
use pairlint_model::source::{Source, Span};

use super::expr::{Element, Entry, Expr, ExprKind};
use super::value::{Kind, Object, Value};

const MAXIMUM_DEPTH: u32 = 60;

fn parse(text: &str) -> Option<ast::Value<'_>> {
    let collect = CollectOptions {
        comments: CommentCollectionStrategy::Off,
        tokens: false,
    };
    let options = ParseOptions::default();
    parse_to_ast(text, &collect, &options).ok()?.value
}

/// A file's content; its values stand in the file.
pub fn expression<'a>(source: &'a Source) -> Option<Expr<'a>> {
    Some(of_ast(source, parse(source.text())?, 0))
}

fn of_ast<'a>(source: &'a Source, value: ast::Value<'a>, depth: u32) -> Expr<'a> {
    use jsonc_parser::common::Ranged;
    let range = value.range();
    let span = source.range(range.start, range.end);
    if depth > MAXIMUM_DEPTH {
        return Expr::unsupported("the JSON is too deep", span);
    }
    let kind = match value {
        ast::Value::NullKeyword(_) => ExprKind::Null,
        ast::Value::BooleanLit(value) => ExprKind::Bool(value.value),
        ast::Value::NumberLit(value) => match value.value.parse() {
            Ok(number) => ExprKind::Int(number),
            Err(_) => ExprKind::Text(Cow::Borrowed(value.value)),
        },
        ast::Value::StringLit(value) => ExprKind::Text(value.value),
        ast::Value::Array(list) => {
            let items = list.elements.into_iter();
            ExprKind::List(
                items
                    .map(|item| Element::One(of_ast(source, item, depth + 1)))
                    .collect(),
            )
        }
        ast::Value::Object(object) => ExprKind::Object(
            object
                .properties
                .into_iter()
                .map(|property| {
                    let at = property.name.range();
                    let key = match property.name {
                        ast::ObjectPropName::String(name) => name.value,
                        ast::ObjectPropName::Word(name) => Cow::Borrowed(name.value),
                    };
                    Entry::Property {
                        key: Expr::text(key, source.range(at.start, at.end)),
                        value: of_ast(source, property.value, depth + 1),
                    }
                })
                .collect(),
        ),
    };
    Expr::new(kind, span)
}

/// The value of a text; its parts stand where the text stands.
pub(super) fn value<'a>(text: &str, span: Span) -> Option<Value<'a>> {
    Some(of_text(parse(text)?, span, 0))
}

fn of_text<'a>(value: ast::Value<'_>, span: Span, depth: u32) -> Value<'a> {
    if depth > MAXIMUM_DEPTH {
        return Value::unknown("the JSON is too deep", "{json}", span);
    }
    match value {
        ast::Value::NullKeyword(_) => Value::null(span),
        ast::Value::BooleanLit(value) => Value::new(Kind::Bool(value.value), span),
        ast::Value::NumberLit(value) => match value.value.parse() {
            Ok(number) => Value::new(Kind::Int(number), span),
            Err(_) => Value::text(value.value.to_owned(), span),
        },
        ast::Value::StringLit(value) => Value::text(value.value.into_owned(), span),
        ast::Value::Array(list) => {
            let items = list.elements.into_iter();
            Value::list(items.map(|item| of_text(item, span, depth + 1)).collect(), span)
        }
        ast::Value::Object(object) => {
            let mut made = Object::default();
            for property in object.properties {
                let key = property.name.into_string();
                made.set(key.into(), of_text(property.value, span, depth + 1));
            }
            Value::object(made, span)
        }
    }
}

/// A value as JSON; `None` where something in it is not known, or it is too large.
pub(super) fn written(value: &Value<'_>) -> Option<String> {
    let mut out = String::new();
    write(value, &mut out, 0)?;
    Some(out)
}

fn write(value: &Value<'_>, out: &mut String, depth: u32) -> Option<()> {
    const LONGEST: usize = 1 << 20;
    if depth > MAXIMUM_DEPTH || out.len() > LONGEST {
        return None;
    }
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Int(number) => out.push_str(&number.to_string()),
        Kind::Text(text) => quoted(text, out),
        Kind::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out, depth + 1)?;
            }
            out.push(']');
        }
        Kind::Object(object) if object.open.is_none() => {
            out.push('{');
            for (at, (key, value)) in object.properties.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                quoted(key, out);
                out.push(':');
                write(value, out, depth + 1)?;
            }
            out.push('}');
        }
        Kind::Object(_) | Kind::Unknown(_) => return None,
    }
    Some(())
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}
