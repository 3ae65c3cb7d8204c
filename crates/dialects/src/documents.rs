//! Documents of data, JSON and YAML alike: one tree of values and where they stand, with equal keys, damage and
//! comments kept.

pub mod json;
pub mod yaml;

use std::borrow::Cow;

use pairlint_model::source::{Span, Spanned};

/// A value and its text.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    pub kind: Kind<'a>,
    /// Quotes and brackets included.
    pub span: Span,
    /// The text ended, or stopped making sense, before this value did. Only lists and objects can be cut:
    /// a scalar that is cut is no value.
    pub cut: bool,
}

#[derive(Debug, Clone)]
pub enum Kind<'a> {
    Null,
    Bool,
    /// As written.
    Number(&'a str),
    /// Decoded.
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Object(Object<'a>),
    /// Not in the text as such: what a tag makes of a value, an alias that unfolds to too much. Completes "not
    /// verified: …".
    Opaque(&'static str),
}

/// Properties in the order of the text, equal keys included.
#[derive(Debug, Clone, Default)]
pub struct Object<'a>(pub Vec<Property<'a>>);

#[derive(Debug, Clone)]
pub struct Property<'a> {
    pub key: Cow<'a, str>,
    pub value: Node<'a>,
}

/// One value with all that it holds, as a file of its own would have it.
#[derive(Debug)]
pub struct Document<'a> {
    pub root: Node<'a>,
    /// In the order of the text; the spans include the comment marks.
    pub comments: Vec<Spanned<&'a str>>,
    /// Why the text was not read to its end.
    pub damage: Option<Damage>,
    /// Text behind it that is neither a document nor of a terminal.
    pub trailing: Option<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    pub span: Span,
    /// Completes "this is …".
    pub what: String,
}

impl<'a> Node<'a> {
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn object(&self) -> Option<&Object<'a>> {
        match &self.kind {
            Kind::Object(object) => Some(object),
            _ => None,
        }
    }

    pub fn list(&self) -> Option<&[Node<'a>]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// Puts the whole tree at one place: for values read out of a string, whose parts have no place of
    /// their own in the file.
    pub fn place(&mut self, span: Span) {
        self.span = span;
        match &mut self.kind {
            Kind::List(items) => items.iter_mut().for_each(|item| item.place(span)),
            Kind::Object(object) => object
                .0
                .iter_mut()
                .for_each(|property| property.value.place(span)),
            _ => {}
        }
    }

    /// Moves every span of the tree.
    pub fn move_spans(&mut self, to: &impl Fn(Span) -> Span) {
        self.span = to(self.span);
        match &mut self.kind {
            Kind::List(items) => items.iter_mut().for_each(|item| item.move_spans(to)),
            Kind::Object(object) => object
                .0
                .iter_mut()
                .for_each(|property| property.value.move_spans(to)),
            _ => {}
        }
    }
}

impl<'a> Object<'a> {
    /// Returns every value of a key. Azure Resource Manager and PowerShell do not tell case apart in keys,
    /// and the tools differ in it: `azureASN`, `azureAsn`, `AzureASN`.
    pub fn all<'o>(&'o self, key: &'o str) -> impl Iterator<Item = &'o Node<'a>> + 'o {
        self.0
            .iter()
            .filter(move |property| property.key.eq_ignore_ascii_case(key))
            .map(|property| &property.value)
    }

    /// Returns the value of a key; of several, the last, as most readers do.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.0
            .iter()
            .rev()
            .find(|property| property.key.eq_ignore_ascii_case(key))
            .map(|property| &property.value)
    }

    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Returns the value of a key here or under `properties`, where Resource Manager keeps what `az` and
    /// PowerShell put beside the name. A null here gives way to a value there.
    pub fn field(&self, key: &str) -> Option<&Node<'a>> {
        let here = self.get(key);
        let there = || self.properties().and_then(|properties| properties.get(key));
        match here {
            Some(node) if !node.is_null() => Some(node),
            Some(null) => there().or(Some(null)),
            None => there(),
        }
    }

    /// The text of [`Object::field`], unless empty.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.field(key)?.text().filter(|text| !text.is_empty())
    }

    pub fn properties(&self) -> Option<&Object<'a>> {
        self.get("properties")?.object()
    }
}
