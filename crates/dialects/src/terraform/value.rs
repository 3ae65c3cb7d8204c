//! What expressions come to. Every value keeps the place of the text that it came from, through variables, lists
//! and functions.

use std::collections::BTreeMap;
use std::rc::Rc;

use pairlint_model::source::Span;

use super::module::{Instance, Module};

#[derive(Clone)]
pub(super) struct Value<'a> {
    pub data: Data<'a>,
    pub span: Span,
    /// The address of the resource whose attribute it is.
    pub origin: Option<Rc<str>>,
    /// How many values it holds; shared parts count each time, since who walks it meets them each time.
    pub weight: u32,
}

#[derive(Clone)]
pub(super) enum Data<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    /// Lists, sets and tuples.
    List(Rc<[Value<'a>]>),
    /// Maps and objects, in the order of their keys, as Terraform walks them.
    Object(Rc<[(Rc<str>, Value<'a>)]>),
    /// A text that is this value as JSON.
    Json(Rc<Value<'a>>),
    Resource(Rc<Instance<'a>>),
    Module(Rc<Module<'a>>),
    /// It depends on something that no file tells.
    Unknown(Rc<str>),
    /// Terraform refuses it; `try` and `can` go by that.
    Failed(Rc<str>),
}

impl<'a> Value<'a> {
    pub(super) fn new(span: Span, data: Data<'a>) -> Value<'a> {
        let sum = |weights: &mut dyn Iterator<Item = u32>| weights.fold(1, u32::saturating_add);
        let weight = match &data {
            Data::List(items) => sum(&mut items.iter().map(|item| item.weight)),
            Data::Object(entries) => sum(&mut entries.iter().map(|(_, item)| item.weight)),
            Data::Json(value) => value.weight,
            _ => 1,
        };
        Value {
            data,
            span,
            origin: None,
            weight,
        }
    }

    pub(super) fn text(span: Span, text: impl Into<Rc<str>>) -> Value<'a> {
        Value::new(span, Data::Text(text.into()))
    }

    pub(super) fn bool(span: Span, value: bool) -> Value<'a> {
        Value::new(span, Data::Bool(value))
    }

    pub(super) fn number(span: Span, value: f64) -> Value<'a> {
        Value::new(span, Data::Number(value))
    }

    pub(super) fn null(span: Span) -> Value<'a> {
        Value::new(span, Data::Null)
    }

    pub(super) fn list(span: Span, items: Vec<Value<'a>>) -> Value<'a> {
        Value::new(span, Data::List(items.into()))
    }

    /// Of equal keys the last counts.
    pub(super) fn object(span: Span, entries: impl IntoIterator<Item = (Rc<str>, Value<'a>)>) -> Value<'a> {
        let entries: BTreeMap<Rc<str>, Value<'a>> = entries.into_iter().collect();
        Value::new(span, Data::Object(entries.into_iter().collect()))
    }

    pub(super) fn unknown(span: Span, why: impl Into<Rc<str>>) -> Value<'a> {
        Value::new(span, Data::Unknown(why.into()))
    }

    pub(super) fn failed(span: Span, why: impl Into<Rc<str>>) -> Value<'a> {
        Value::new(span, Data::Failed(why.into()))
    }

    /// The same value, seen as another's: what is not known is not known here either.
    pub(super) fn at(&self, span: Span) -> Value<'a> {
        Value { span, ..self.clone() }
    }

    /// Why it is no value.
    pub(super) fn gap(&self) -> Option<&Rc<str>> {
        match &self.data {
            Data::Unknown(why) | Data::Failed(why) => Some(why),
            _ => None,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    pub(super) fn items(&self) -> Option<&[Value<'a>]> {
        match &self.data {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn entries(&self) -> Option<&[(Rc<str>, Value<'a>)]> {
        match &self.data {
            Data::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key of an object, unless null.
    pub(super) fn get(&self, key: &str) -> Option<&Value<'a>> {
        let entries = self.entries()?;
        let at = entries.binary_search_by(|(name, _)| (**name).cmp(key)).ok()?;
        entries
            .get(at)
            .map(|(_, value)| value)
            .filter(|value| !value.is_null())
    }

    /// As Terraform writes it where a text belongs; `None` for what is none.
    pub(super) fn as_text(&self) -> Option<Rc<str>> {
        match &self.data {
            Data::Text(text) => Some(text.clone()),
            Data::Bool(value) => Some(value.to_string().into()),
            Data::Number(number) => Some(number_text(*number).into()),
            Data::Json(value) => {
                let mut text = String::new();
                value.write_json(&mut text).then(|| text.into())
            }
            _ => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        match &self.data {
            Data::Number(number) => Some(*number),
            Data::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match &self.data {
            Data::Bool(value) => Some(*value),
            Data::Text(text) if &**text == "true" => Some(true),
            Data::Text(text) if &**text == "false" => Some(false),
            _ => None,
        }
    }

    /// The first gap anywhere in it.
    pub(super) fn inner_gap(&self) -> Option<&Rc<str>> {
        match &self.data {
            Data::List(items) => items.iter().find_map(Value::inner_gap),
            Data::Object(entries) => entries.iter().find_map(|(_, value)| value.inner_gap()),
            Data::Json(value) => value.inner_gap(),
            _ => self.gap(),
        }
    }

    /// Whether two values are equal; `None` where that hangs on a gap.
    pub(super) fn equals(&self, other: &Value<'a>) -> Option<bool> {
        if self.gap().is_some() || other.gap().is_some() {
            return None;
        }
        Some(match (&self.data, &other.data) {
            (Data::Null, Data::Null) => true,
            (Data::Null, Data::Resource(_) | Data::Module(_))
            | (Data::Resource(_) | Data::Module(_), Data::Null) => false,
            (Data::Bool(a), Data::Bool(b)) => a == b,
            (Data::Number(a), Data::Number(b)) => a == b,
            (Data::Text(a), Data::Text(b)) => a == b,
            (Data::Json(_), _) | (_, Data::Json(_)) => self.as_text()? == other.as_text()?,
            (Data::List(a), Data::List(b)) => {
                if a.len() != b.len() {
                    return Some(false);
                }
                return all(a.iter().zip(b.iter()).map(|(a, b)| a.equals(b)));
            }
            (Data::Object(a), Data::Object(b)) => {
                if a.len() != b.len() || a.iter().zip(b.iter()).any(|(a, b)| a.0 != b.0) {
                    return Some(false);
                }
                return all(a.iter().zip(b.iter()).map(|(a, b)| a.1.equals(&b.1)));
            }
            (Data::Resource(_) | Data::Module(_), _) | (_, Data::Resource(_) | Data::Module(_)) => {
                return None;
            }
            _ => false,
        })
    }

    /// Writes it as `jsonencode` does; false where that hangs on a gap.
    pub(super) fn write_json(&self, out: &mut String) -> bool {
        match &self.data {
            Data::Null => out.push_str("null"),
            Data::Bool(value) => out.push_str(&value.to_string()),
            Data::Number(number) => out.push_str(&number_text(*number)),
            Data::Text(text) => write_json_text(text, out),
            Data::Json(value) => {
                let mut text = String::new();
                if !value.write_json(&mut text) {
                    return false;
                }
                write_json_text(&text, out);
            }
            Data::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    if !item.write_json(out) {
                        return false;
                    }
                }
                out.push(']');
            }
            Data::Object(entries) => {
                out.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    write_json_text(key, out);
                    out.push(':');
                    if !value.write_json(out) {
                        return false;
                    }
                }
                out.push('}');
            }
            Data::Resource(_) | Data::Module(_) | Data::Unknown(_) | Data::Failed(_) => return false,
        }
        true
    }
}

fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = None,
        }
    }
    known
}

/// Whole numbers have no point.
pub(super) fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{}", number as i64)
    } else {
        format!("{number}")
    }
}

/// `jsonencode` escapes `<`, `>` and `&`, as Go does.
fn write_json_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}
