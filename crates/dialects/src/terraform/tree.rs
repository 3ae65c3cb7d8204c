//! The tree of a Terraform file, in either of its two syntaxes, with the place of every expression.

use std::rc::Rc;

use pairlint_model::source::Span;

/// What stands in braces, or a file as a whole.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub attributes: Vec<Attribute>,
    pub blocks: Vec<Block>,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub name: Rc<str>,
    pub value: Expr,
}

#[derive(Debug)]
pub(super) struct Block {
    pub name: Rc<str>,
    pub labels: Vec<Rc<str>>,
    pub body: Body,
    pub span: Span,
}

#[derive(Debug)]
pub(super) struct Expr {
    pub kind: Kind,
    pub span: Span,
}

#[derive(Debug)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    Template(Vec<Part>),
    List(Vec<Expr>),
    Object(Vec<(Expr, Expr)>),
    Variable(Rc<str>),
    Attribute(Box<Expr>, Rc<str>),
    Index(Box<Expr>, Box<Expr>),
    /// `of[*]` with what follows applied to each item, which is the variable [`ITEM`] there.
    Splat(Box<Expr>, Box<Expr>),
    Conditional(Box<[Expr; 3]>),
    Call {
        name: Rc<str>,
        arguments: Vec<Expr>,
        /// The last argument is a list of arguments (`...`).
        expand: bool,
    },
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Operator, Box<[Expr; 2]>),
    For(Box<For>),
    /// What this reader does not interpret, and why.
    Unsupported(Rc<str>),
}

/// The variable that stands for the item of a splat; no identifier is spelled like it.
pub(super) const ITEM: &str = "*";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    LessEqual,
    GreaterEqual,
    Less,
    Greater,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
    And,
    Or,
}

#[derive(Debug)]
pub(super) struct For {
    pub key_name: Option<Rc<str>>,
    pub value_name: Rc<str>,
    pub collection: Expr,
    /// Of an object; a list has none.
    pub key: Option<Expr>,
    pub value: Expr,
    pub grouping: bool,
    pub condition: Option<Expr>,
}

#[derive(Debug)]
pub(super) enum Part {
    Literal(Rc<str>),
    Interpolation(Expr),
    If(Expr, Vec<Part>, Vec<Part>),
    For {
        key_name: Option<Rc<str>>,
        value_name: Rc<str>,
        collection: Expr,
        body: Vec<Part>,
    },
}

impl Body {
    /// Returns an attribute's value; of several, which Terraform refuses, the last.
    pub(super) fn get(&self, name: &str) -> Option<&Expr> {
        let mut attributes = self.attributes.iter().rev();
        attributes
            .find(|attribute| &*attribute.name == name)
            .map(|attribute| &attribute.value)
    }
}

impl Block {
    pub(super) fn label(&self, index: usize) -> &str {
        self.labels.get(index).map_or("", |label| label)
    }
}

impl Expr {
    /// The text of a plain string.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }
}
