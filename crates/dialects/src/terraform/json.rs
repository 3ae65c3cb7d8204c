//! JSON with places: `.tf.json`, `.tfvars.json`, plans and states.

use std::borrow::Cow;
use std::rc::Rc;

use jsonc_parser::ast::Value as Json;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use pairlint_model::source::{Source, Span};

use super::syntax::{self, Parsed};
use super::tree::{Attribute, Block, Body, Expr, Kind};
use super::value::{Data, Value};

/// Terraform's JSON has no liberties.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Deeper than any configuration; what walks the tree recurses as deep.
const DEEPEST: usize = 64;

/// Reads a file; the fault is where and why it is none.
pub(super) fn read<'a>(source: &Source) -> Result<Value<'a>, (Span, String)> {
    let place = |start: usize, end: usize| source.range(start, end);
    match parse_to_ast(source.text(), &CollectOptions::default(), &STRICT) {
        Ok(parsed) => match parsed.value {
            Some(json) => value(&json, &place, 0).ok_or((source.end(), "it is nested too deep".to_owned())),
            None => Err((source.end(), "it is empty".to_owned())),
        },
        Err(error) => {
            let range = error.range();
            Err((source.range(range.start, range.end), error.kind().to_string()))
        }
    }
}

/// Decodes a text that stands at one place.
pub(super) fn decode<'a>(text: &str, span: Span) -> Option<Value<'a>> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).ok()?;
    value(&parsed.value?, &|_, _| span, 0)
}

fn value<'a>(json: &Json<'_>, place: &dyn Fn(usize, usize) -> Span, depth: usize) -> Option<Value<'a>> {
    if depth > DEEPEST {
        return None;
    }
    let text = |text: &Cow<'_, str>| Rc::from(&**text);
    let (range, data) = match json {
        Json::StringLit(lit) => (lit.range, Data::Text(text(&lit.value))),
        Json::NumberLit(lit) => (lit.range, Data::Number(lit.value.parse().ok()?)),
        Json::BooleanLit(lit) => (lit.range, Data::Bool(lit.value)),
        Json::NullKeyword(lit) => (lit.range, Data::Null),
        Json::Array(array) => {
            let items: Option<Vec<Value<'a>>> = array
                .elements
                .iter()
                .map(|item| value(item, place, depth + 1))
                .collect();
            (array.range, Data::List(items?.into()))
        }
        Json::Object(object) => {
            let mut entries = Vec::with_capacity(object.properties.len());
            for property in &object.properties {
                let key: Rc<str> = property.name.as_str().into();
                entries.push((key, value(&property.value, place, depth + 1)?));
            }
            let span = place(object.range.start, object.range.end);
            return Some(Value::object(span, entries));
        }
    };
    Some(Value::new(place(range.start, range.end), data))
}

/// Reads a `.tf.json` file ("JSON Configuration Syntax").
pub(super) fn configuration(source: &Source) -> Parsed {
    let mut parsed = Parsed::default();
    let root = match read(source) {
        Ok(root) => root,
        Err(fault) => {
            parsed.faults.push(fault);
            return parsed;
        }
    };
    let reader = Reader { source };
    for (name, value) in each(&root) {
        match &**name {
            "resource" | "data" => reader.labelled(name, value, 2, &[], &mut parsed.body.blocks),
            "variable" | "output" | "module" => reader.labelled(name, value, 1, &[], &mut parsed.body.blocks),
            "locals" => reader.labelled(name, value, 0, &[], &mut parsed.body.blocks),
            _ => {}
        }
    }
    parsed
}

/// Reads a `.tfvars.json` file, in which nothing is an expression.
pub(super) fn variables(source: &Source) -> Parsed {
    let mut parsed = Parsed::default();
    match read(source) {
        Ok(root) => {
            let entries = root.entries().unwrap_or(&[]).iter();
            parsed.body.attributes = entries
                .map(|(name, value)| Attribute {
                    name: name.clone(),
                    value: literal(value, &|text, _| Kind::Text(text.clone())),
                })
                .collect();
        }
        Err(fault) => parsed.faults.push(fault),
    }
    parsed
}

/// The properties of an object, or of every object of a list.
fn each<'v, 'a>(value: &'v Value<'a>) -> Vec<&'v (Rc<str>, Value<'a>)> {
    match &value.data {
        Data::Object(entries) => entries.iter().collect(),
        Data::List(items) => items.iter().filter_map(Value::entries).flatten().collect(),
        _ => Vec::new(),
    }
}

struct Reader<'s> {
    source: &'s Source,
}

impl Reader<'_> {
    /// Blocks stand in objects, one for each label, and in lists where there are several.
    fn labelled(
        &self,
        name: &str,
        value: &Value<'_>,
        labels: usize,
        known: &[Rc<str>],
        blocks: &mut Vec<Block>,
    ) {
        if known.len() < labels {
            for (label, inner) in each(value) {
                let mut known = known.to_vec();
                known.push(label.clone());
                self.labelled(name, inner, labels, &known, blocks);
            }
            return;
        }
        let bodies: &[Value<'_>] = value.items().unwrap_or(std::slice::from_ref(value));
        for body in bodies {
            blocks.push(Block {
                name: name.into(),
                labels: known.to_vec(),
                body: self.body(name, body),
                span: body.span,
            });
        }
    }

    fn body(&self, of: &str, value: &Value<'_>) -> Body {
        let mut body = Body::default();
        for (name, value) in each(value) {
            match &**name {
                "//" => {}
                "dynamic" => self.labelled("dynamic", value, 1, &[], &mut body.blocks),
                "content" if of == "dynamic" => self.labelled("content", value, 0, &[], &mut body.blocks),
                "type" if of == "variable" => {
                    let text = value.as_text().unwrap_or_default();
                    body.attributes.push(Attribute {
                        name: name.clone(),
                        value: syntax::expression(self.source, &text, value.span),
                    });
                }
                _ => body.attributes.push(Attribute {
                    name: name.clone(),
                    value: literal(value, &|text, span| syntax::template(self.source, text, span)),
                }),
            }
        }
        body
    }
}

fn literal(value: &Value<'_>, text: &dyn Fn(&Rc<str>, Span) -> Kind) -> Expr {
    let kind = match &value.data {
        Data::Null => Kind::Null,
        Data::Bool(value) => Kind::Bool(*value),
        Data::Number(number) => Kind::Number(*number),
        Data::Text(inner) => text(inner, value.span),
        Data::List(items) => Kind::List(items.iter().map(|item| literal(item, text)).collect()),
        Data::Object(entries) => Kind::Object(
            entries
                .iter()
                .map(|(key, item)| {
                    let key = Expr {
                        kind: text(key, item.span),
                        span: item.span,
                    };
                    (key, literal(item, text))
                })
                .collect(),
        ),
        _ => Kind::Null,
    };
    Expr {
        kind,
        span: value.span,
    }
}
