//! Values of documents: JSON and YAML as values of a deployment.

use std::borrow::Cow;
use std::rc::Rc;

use pairlint_model::source::{Source, Span};

use super::value::{Kind, Object, Unknown, Value};
use crate::documents::{Kind as NodeKind, Node};

const MAXIMUM_DEPTH: u32 = 100;

/// What a language makes of the texts and objects of its documents.
pub trait Language<'a> {
    fn source(&self) -> &Source;

    fn text(&self, text: &Cow<'a, str>, span: Span, depth: u32) -> Value<'a>;

    /// The value of an object that is more than its properties.
    fn special(&self, node: &Node<'a>, depth: u32) -> Option<Value<'a>>;
}

pub fn value<'a>(language: &dyn Language<'a>, node: &Node<'a>, depth: u32) -> Value<'a> {
    let span = node.span;
    if depth > MAXIMUM_DEPTH {
        return Value::unknown("the value is too deep to be evaluated", "{…}", span);
    }
    match &node.kind {
        NodeKind::Null => Value::null(span),
        NodeKind::Bool => {
            let written = language.source().slice(span);
            Value::new(Kind::Bool(written.eq_ignore_ascii_case("true")), span)
        }
        NodeKind::Number(digits) => match digits.parse() {
            // The digits of a community count, `05040` included.
            Ok(number) if !digits.starts_with('0') || *digits == "0" => Value::new(Kind::Int(number), span),
            _ => Value::text(*digits, span),
        },
        NodeKind::Text(text) => language.text(text, span, depth),
        NodeKind::Opaque(why) => Value::unknown(*why, "{…}", span),
        NodeKind::List(_) if node.cut => Value::unknown(CUT, "{…}", span),
        NodeKind::List(items) => {
            let items = items.iter().map(|item| value(language, item, depth + 1));
            Value::list(items.collect(), span)
        }
        NodeKind::Object(object) => {
            if let Some(value) = language.special(node, depth) {
                return value;
            }
            let mut made = Object::default();
            for property in &object.0 {
                let inner = value(language, &property.value, depth + 1);
                match made.get(&property.key) {
                    Some(other) if other.equals(&inner) != Some(true) => {
                        let why = format!("`{}` stands twice in one object", property.key);
                        made.set(property.key.clone(), Value::unknown(why, "{…}", inner.span));
                    }
                    Some(_) => {}
                    None => made.properties.push((property.key.clone(), inner)),
                }
            }
            if node.cut {
                made.open = Some(Rc::new(Unknown {
                    why: CUT.to_owned(),
                    symbol: "{…}".to_owned(),
                }));
            }
            Value::object(made, closed(language.source(), span))
        }
    }
}

/// The span of an object with a character at its end behind which nothing more can stand: its bracket, else the end of
/// its last line. What is absent is shown before it.
fn closed(source: &Source, span: Span) -> Span {
    let text = source.text();
    let end = span.end as usize;
    if source.slice(span).ends_with(['}', ']']) {
        return span;
    }
    if matches!(text.as_bytes().get(end), Some(b'\n' | b'\r')) {
        return source.range(span.start as usize, end + 1);
    }
    let fits = |end: usize| text.is_char_boundary(end) && text.is_char_boundary(end.saturating_sub(1));
    let end = (span.start as usize..=end).rev().find(|end| fits(*end));
    source.range(span.start as usize, end.unwrap_or(span.start as usize))
}

const CUT: &str = "the file ends within it";
