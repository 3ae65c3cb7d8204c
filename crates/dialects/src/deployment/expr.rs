//! Expressions of Resource Manager templates and of Bicep: two spellings of one language.

use std::borrow::Cow;

use pairlint_model::source::Span;

#[derive(Debug)]
pub struct Expr<'a> {
    pub kind: ExprKind<'a>,
    pub span: Span,
}

#[derive(Debug)]
pub enum ExprKind<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Text(Cow<'a, str>),
    /// A text with values in it: `'12076:${value}'`.
    Concat(Vec<Expr<'a>>),
    List(Vec<Element<'a>>),
    Object(Vec<Entry<'a>>),
    /// A name of Bicep: of a loop, a parameter, a variable, a resource, a module.
    Name(Cow<'a, str>),
    Call {
        name: Cow<'a, str>,
        args: Vec<Expr<'a>>,
    },
    Member {
        base: Box<Expr<'a>>,
        name: Cow<'a, str>,
        access: Access,
    },
    Index {
        base: Box<Expr<'a>>,
        index: Box<Expr<'a>>,
        access: Access,
    },
    If(Box<[Expr<'a>; 3]>),
    Binary(Op, Box<[Expr<'a>; 2]>),
    Not(Box<Expr<'a>>),
    Negate(Box<Expr<'a>>),
    For(Box<For<'a>>),
    Copy(Box<Copy<'a>>),
    Lambda {
        params: Vec<Cow<'a, str>>,
        body: Box<Expr<'a>>,
    },
    /// Not understood, and why.
    Unsupported(String),
}

#[derive(Debug)]
pub enum Element<'a> {
    One(Expr<'a>),
    Spread(Expr<'a>),
}

#[derive(Debug)]
pub enum Entry<'a> {
    Property { key: Expr<'a>, value: Expr<'a> },
    Spread(Expr<'a>),
}

/// What happens where there is nothing to reach into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// An error of the deployment.
    Strict,
    /// `.?` and `[?…]`: null.
    Safe,
    /// Behind a safe access: null where that gave null.
    Chained,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Coalesce,
    Or,
    And,
    Equal,
    NotEqual,
    /// `=~`, without case.
    Like,
    NotLike,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// `[for (item, index) in list: if (condition) body]`.
#[derive(Debug)]
pub struct For<'a> {
    pub head: Loop<'a>,
    pub condition: Option<Expr<'a>>,
    pub body: Expr<'a>,
}

#[derive(Debug)]
pub struct Loop<'a> {
    pub item: Cow<'a, str>,
    pub index: Option<Cow<'a, str>>,
    pub list: Expr<'a>,
}

/// One entry of `copy` in an object: the list `name` with `count` times `input`.
#[derive(Debug)]
pub struct Copy<'a> {
    pub name: Cow<'a, str>,
    pub count: Expr<'a>,
    pub input: Expr<'a>,
}

impl<'a> Expr<'a> {
    pub fn new(kind: ExprKind<'a>, span: Span) -> Expr<'a> {
        Expr { kind, span }
    }

    pub fn text(text: impl Into<Cow<'a, str>>, span: Span) -> Expr<'a> {
        Expr::new(ExprKind::Text(text.into()), span)
    }

    pub fn unsupported(why: impl Into<String>, span: Span) -> Expr<'a> {
        Expr::new(ExprKind::Unsupported(why.into()), span)
    }

    /// The value of a property that is written as such.
    pub fn property(&self, key: &str) -> Option<&Expr<'a>> {
        let ExprKind::Object(entries) = &self.kind else {
            return None;
        };
        entries.iter().rev().find_map(|entry| match entry {
            Entry::Property { key: name, value } => match &name.kind {
                ExprKind::Text(name) if name.eq_ignore_ascii_case(key) => Some(value),
                _ => None,
            },
            Entry::Spread(_) => None,
        })
    }

    /// Takes a property out of an object.
    pub fn take(&mut self, key: &str) -> Option<Expr<'a>> {
        let ExprKind::Object(entries) = &mut self.kind else {
            return None;
        };
        let at = entries.iter().rposition(|entry| match entry {
            Entry::Property { key: name, .. } => {
                matches!(&name.kind, ExprKind::Text(name) if name.eq_ignore_ascii_case(key))
            }
            Entry::Spread(_) => false,
        })?;
        match entries.remove(at) {
            Entry::Property { value, .. } => Some(value),
            Entry::Spread(_) => None,
        }
    }
}
