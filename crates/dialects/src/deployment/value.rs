//! What an expression gives: a value, the place of the literal that it came from, or why it is not known.

use std::borrow::Cow;
use std::rc::Rc;

use pairlint_model::source::Span;

#[derive(Debug, Clone)]
pub struct Value<'a> {
    pub kind: Kind<'a>,
    /// The literal where it stands, however many variables it went through.
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum Kind<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Text(Cow<'a, str>),
    List(Rc<Vec<Value<'a>>>),
    Object(Rc<Object<'a>>),
    Unknown(Rc<Unknown>),
}

/// Why a value is not known, and a text that stands for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Completes "not verified: …".
    pub why: String,
    /// Equal symbols are equal values: with them a peering finds its filter where both are named by a parameter
    /// without a value.
    pub symbol: String,
}

#[derive(Debug, Clone, Default)]
pub struct Object<'a> {
    pub properties: Vec<(Cow<'a, str>, Value<'a>)>,
    /// It may have other properties than these.
    pub open: Option<Rc<Unknown>>,
}

impl<'a> Object<'a> {
    /// Resource Manager does not tell case apart in keys.
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        let mut properties = self.properties.iter().rev();
        properties
            .find(|(name, _)| name.eq_ignore_ascii_case(key))
            .map(|(_, value)| value)
    }

    pub fn set(&mut self, key: Cow<'a, str>, value: Value<'a>) {
        match self
            .properties
            .iter_mut()
            .find(|(name, _)| name.eq_ignore_ascii_case(&key))
        {
            Some((_, old)) => *old = value,
            None => self.properties.push((key, value)),
        }
    }
}

impl<'a> Value<'a> {
    pub fn new(kind: Kind<'a>, span: Span) -> Value<'a> {
        Value { kind, span }
    }

    pub fn null(span: Span) -> Value<'a> {
        Value::new(Kind::Null, span)
    }

    pub fn text(text: impl Into<Cow<'a, str>>, span: Span) -> Value<'a> {
        Value::new(Kind::Text(text.into()), span)
    }

    pub fn list(items: Vec<Value<'a>>, span: Span) -> Value<'a> {
        Value::new(Kind::List(Rc::new(items)), span)
    }

    pub fn object(object: Object<'a>, span: Span) -> Value<'a> {
        Value::new(Kind::Object(Rc::new(object)), span)
    }

    pub fn unknown(why: impl Into<String>, symbol: impl Into<String>, span: Span) -> Value<'a> {
        let unknown = Unknown {
            why: why.into(),
            symbol: bounded(symbol.into()),
        };
        Value::new(Kind::Unknown(Rc::new(unknown)), span)
    }

    /// The value without what it borrows of the text it was read from.
    pub fn owned<'b>(&self) -> Value<'b> {
        let kind = match &self.kind {
            Kind::Null => Kind::Null,
            Kind::Bool(value) => Kind::Bool(*value),
            Kind::Int(value) => Kind::Int(*value),
            Kind::Text(text) => Kind::Text(Cow::Owned(text.to_string())),
            Kind::Unknown(unknown) => Kind::Unknown(unknown.clone()),
            Kind::List(items) => return Value::list(items.iter().map(Value::owned).collect(), self.span),
            Kind::Object(object) => {
                let properties = object.properties.iter();
                let made = Object {
                    properties: properties
                        .map(|(key, value)| (Cow::Owned(key.to_string()), value.owned()))
                        .collect(),
                    open: object.open.clone(),
                };
                return Value::object(made, self.span);
            }
        };
        Value::new(kind, self.span)
    }

    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Value<'a>]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_object(&self) -> Option<&Object<'a>> {
        match &self.kind {
            Kind::Object(object) => Some(object),
            _ => None,
        }
    }

    pub fn as_unknown(&self) -> Option<&Rc<Unknown>> {
        match &self.kind {
            Kind::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// The text that stands for the value: itself where it is known. It is cut where it grows long.
    pub fn symbol(&self) -> String {
        match &self.kind {
            Kind::Text(text) => text.to_string(),
            Kind::Unknown(unknown) => unknown.symbol.clone(),
            _ => {
                let mut text = String::new();
                self.write_symbol(&mut text, 0);
                text
            }
        }
    }

    fn write_symbol(&self, out: &mut String, depth: usize) {
        const LONGEST: usize = 20_000;
        if out.len() > LONGEST || depth > 16 {
            // Only what is not known is told apart by its symbol, and such a list is long enough.
            return;
        }
        match &self.kind {
            Kind::Null => out.push_str("null"),
            Kind::Bool(value) => out.push_str(if *value { "True" } else { "False" }),
            Kind::Int(value) => out.push_str(&value.to_string()),
            Kind::Text(text) => out.push_str(text),
            Kind::Unknown(unknown) => out.push_str(&unknown.symbol),
            Kind::List(items) => {
                out.push('[');
                for item in items.iter() {
                    item.write_symbol(out, depth + 1);
                    out.push(',');
                }
                out.push(']');
            }
            Kind::Object(object) => {
                out.push('{');
                for (key, value) in &object.properties {
                    out.push_str(key);
                    out.push(':');
                    value.write_symbol(out, depth + 1);
                    out.push(',');
                }
                out.push('}');
            }
        }
    }

    /// Whether two values are equal; `None` where something in them is not known.
    pub fn equals(&self, other: &Value<'a>) -> Option<bool> {
        // Values share their parts, so that a small file may describe an endless one.
        self.equals_within(other, &mut 100_000)
    }

    fn equals_within(&self, other: &Value<'a>, steps: &mut u32) -> Option<bool> {
        *steps = steps.checked_sub(1)?;
        match (&self.kind, &other.kind) {
            (Kind::Unknown(a), Kind::Unknown(b)) if a.symbol == b.symbol => Some(true),
            (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => None,
            (Kind::Null, Kind::Null) => Some(true),
            (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
            (Kind::Int(a), Kind::Int(b)) => Some(a == b),
            (Kind::Text(a), Kind::Text(b)) => Some(a == b),
            (Kind::List(a), Kind::List(b)) => {
                if a.len() != b.len() {
                    return Some(false);
                }
                all(a.iter().zip(b.iter()).map(|(a, b)| a.equals_within(b, steps)))
            }
            (Kind::Object(a), Kind::Object(b)) => {
                if a.open.is_some() || b.open.is_some() {
                    return None;
                }
                if a.properties.len() != b.properties.len() {
                    return Some(false);
                }
                all(a.properties.iter().map(|(key, value)| {
                    let other = b.get(key);
                    other.map_or(Some(false), |other| value.equals_within(other, steps))
                }))
            }
            _ => Some(false),
        }
    }
}

/// Keeps a symbol short; what is cut stays different from what differs behind the cut.
pub fn bounded(symbol: String) -> String {
    const LONGEST: usize = 2000;
    let Some((at, _)) = symbol.char_indices().nth(LONGEST) else {
        return symbol;
    };
    // FNV-1a.
    let hash = symbol.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{}…{hash:016x}", symbol.get(..at).unwrap_or(""))
}

/// Whether all are true: false where one is false, not known where one of the others is not.
fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            None => known = None,
            Some(true) => {}
        }
    }
    known
}
