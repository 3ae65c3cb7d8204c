//! HCL: `hcl-edit` parses, this turns its tree into ours. A file that does not parse is read item by item, so
//! that a fault costs the item it stands in.

use std::ops::Range;
use std::rc::Rc;

use hcl_edit::Span as _;
use hcl_edit::expr::{self, BinaryOperator, Expression, ObjectKey, TraversalOperator, UnaryOperator};
use hcl_edit::structure::{Body as HclBody, Structure};
use hcl_edit::template::{Directive, Element, Strip, Template};
use pairlint_model::source::{Source, Span};

use super::tree::{Attribute, Block, Body, Expr, For, ITEM, Kind, Operator, Part};

/// A file as far as it could be parsed.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub body: Body,
    /// Where it could not, and the parser's reason.
    pub faults: Vec<(Span, String)>,
}

/// Reads a file of HCL.
pub(super) fn parse(source: &Source) -> Parsed {
    let text = source.text();
    let mut parsed = Parsed::default();
    match hcl_edit::parser::parse_body(text) {
        Ok(body) => Reader { source, base: 0 }.body_into(&body, &mut parsed.body),
        Err(_) => {
            for part in items(text) {
                let Some(slice) = text.get(part.clone()) else {
                    continue;
                };
                match hcl_edit::parser::parse_body(slice) {
                    Ok(body) => Reader {
                        source,
                        base: part.start,
                    }
                    .body_into(&body, &mut parsed.body),
                    Err(error) => {
                        let at = part.start + error.location().offset();
                        let span = source.range(at.min(part.end), at.min(part.end));
                        parsed.faults.push((span, error.message().to_owned()));
                    }
                }
            }
        }
    }
    parsed
}

/// Reads a template that stands in a JSON text; the whole has the place of that text.
pub(super) fn template(source: &Source, text: &str, span: Span) -> Kind {
    if !text.contains("${") && !text.contains("%{") {
        return Kind::Text(text.into());
    }
    match hcl_edit::parser::parse_template(text) {
        Ok(template) => {
            let reader = Reader { source, base: 0 };
            let mut kind = reader.template(&template);
            place(&mut kind, span);
            kind
        }
        Err(error) => Kind::Unsupported(format!("`{text}` is no template: {}", error.message()).into()),
    }
}

/// Puts an expression at one place, since its parts have none of their own in the file.
fn place(kind: &mut Kind, span: Span) {
    let expr = |expr: &mut Expr| {
        expr.span = span;
        place(&mut expr.kind, span);
    };
    match kind {
        Kind::Template(parts) => parts.iter_mut().for_each(|part| place_part(part, span)),
        Kind::List(items) | Kind::Call { arguments: items, .. } => items.iter_mut().for_each(expr),
        Kind::Object(items) => {
            for (key, value) in items {
                for each in [key, value] {
                    each.span = span;
                    place(&mut each.kind, span);
                }
            }
        }
        Kind::Attribute(of, _) | Kind::Not(of) | Kind::Negate(of) => expr(of),
        Kind::Index(a, b) | Kind::Splat(a, b) => [a, b].into_iter().for_each(|each| expr(each)),
        Kind::Conditional(three) => three.iter_mut().for_each(expr),
        Kind::Binary(_, two) => two.iter_mut().for_each(expr),
        Kind::For(inner) => {
            let For {
                collection,
                key,
                value,
                condition,
                ..
            } = &mut **inner;
            [Some(collection), key.as_mut(), Some(value), condition.as_mut()]
                .into_iter()
                .flatten()
                .for_each(expr);
        }
        Kind::Null
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::Text(_)
        | Kind::Variable(_)
        | Kind::Unsupported(_) => {}
    }
}

fn place_part(part: &mut Part, span: Span) {
    let expr = |expr: &mut Expr| {
        expr.span = span;
        place(&mut expr.kind, span);
    };
    match part {
        Part::Literal(_) => {}
        Part::Interpolation(inner) => expr(inner),
        Part::If(condition, then, otherwise) => {
            expr(condition);
            then.iter_mut()
                .chain(otherwise)
                .for_each(|part| place_part(part, span));
        }
        Part::For { collection, body, .. } => {
            expr(collection);
            body.iter_mut().for_each(|part| place_part(part, span));
        }
    }
}

/// Cuts a text where a line starts with a word: at that column only blocks and attributes of a file do.
fn items(text: &str) -> Vec<Range<usize>> {
    let starts = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
    let starts = std::iter::once(0).chain(starts);
    let word = |at: &usize| text.as_bytes().get(*at).is_some_and(u8::is_ascii_alphabetic);
    let mut starts: Vec<usize> = starts.filter(word).collect();
    starts.push(text.len());
    starts.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

struct Reader<'s> {
    source: &'s Source,
    base: usize,
}

impl Reader<'_> {
    fn span(&self, range: Option<Range<usize>>) -> Span {
        let range = range.unwrap_or(0..0);
        self.source.range(self.base + range.start, self.base + range.end)
    }

    fn body_into(&self, from: &HclBody, body: &mut Body) {
        for structure in from {
            match structure {
                Structure::Attribute(attribute) => body.attributes.push(Attribute {
                    name: attribute.key.as_str().into(),
                    value: self.expr(&attribute.value),
                }),
                Structure::Block(block) => {
                    let mut inner = Body::default();
                    self.body_into(&block.body, &mut inner);
                    body.blocks.push(Block {
                        name: block.ident.as_str().into(),
                        labels: block.labels.iter().map(|label| label.as_str().into()).collect(),
                        body: inner,
                        span: self.span(block.span()),
                    });
                }
            }
        }
    }

    fn boxed(&self, from: &Expression) -> Box<Expr> {
        Box::new(self.expr(from))
    }

    fn expr(&self, from: &Expression) -> Expr {
        let span = self.span(from.span());
        let kind = match from {
            Expression::Null(_) => Kind::Null,
            Expression::Bool(value) => Kind::Bool(*value.value()),
            Expression::Number(number) => number.value().as_f64().map_or(
                Kind::Unsupported("a number that is out of range".into()),
                Kind::Number,
            ),
            Expression::String(text) => Kind::Text(text.value().as_str().into()),
            Expression::Array(items) => Kind::List(items.iter().map(|item| self.expr(item)).collect()),
            Expression::Object(object) => Kind::Object(
                object
                    .iter()
                    .map(|(key, value)| (self.key(key), self.expr(value.expr())))
                    .collect(),
            ),
            Expression::StringTemplate(template) => self.elements(template.iter()),
            Expression::HeredocTemplate(heredoc) => self.template(&heredoc.template),
            Expression::Parenthesis(inner) => return self.expr(inner.inner()),
            Expression::Variable(name) => Kind::Variable(name.as_str().into()),
            Expression::Conditional(inner) => Kind::Conditional(Box::new([
                self.expr(&inner.cond_expr),
                self.expr(&inner.true_expr),
                self.expr(&inner.false_expr),
            ])),
            Expression::FuncCall(call) => self.call(call),
            Expression::Traversal(traversal) => {
                let of = self.expr(&traversal.expr);
                let mut traversed = self.traversal(of, &traversal.operators);
                traversed.span = span;
                return traversed;
            }
            Expression::UnaryOp(inner) => match inner.operator.value() {
                UnaryOperator::Neg => Kind::Negate(self.boxed(&inner.expr)),
                UnaryOperator::Not => Kind::Not(self.boxed(&inner.expr)),
            },
            Expression::BinaryOp(inner) => Kind::Binary(
                operator(*inner.operator.value()),
                Box::new([self.expr(&inner.lhs_expr), self.expr(&inner.rhs_expr)]),
            ),
            Expression::ForExpr(inner) => self.for_expr(inner),
        };
        Expr { kind, span }
    }

    fn key(&self, key: &ObjectKey) -> Expr {
        match key {
            ObjectKey::Ident(name) => Expr {
                kind: Kind::Text(name.as_str().into()),
                span: self.span(name.span()),
            },
            ObjectKey::Expression(Expression::Variable(name)) => Expr {
                kind: Kind::Text(name.as_str().into()),
                span: self.span(name.span()),
            },
            ObjectKey::Expression(expr) => self.expr(expr),
        }
    }

    fn call(&self, call: &expr::FuncCall) -> Kind {
        let mut name = String::new();
        for part in &call.name.namespace {
            name.push_str(part.as_str());
            name.push_str("::");
        }
        name.push_str(call.name.name.as_str());
        // `core::` is another spelling of the functions that are built in.
        Kind::Call {
            name: name.strip_prefix("core::").unwrap_or(&name).into(),
            arguments: call.args.iter().map(|argument| self.expr(argument)).collect(),
            expand: call.args.expand_final(),
        }
    }

    fn for_expr(&self, from: &expr::ForExpr) -> Kind {
        Kind::For(Box::new(For {
            key_name: from.intro.key_var.as_ref().map(|name| name.as_str().into()),
            value_name: from.intro.value_var.as_str().into(),
            collection: self.expr(&from.intro.collection_expr),
            key: from.key_expr.as_ref().map(|key| self.expr(key)),
            value: self.expr(&from.value_expr),
            grouping: from.grouping,
            condition: from.cond.as_ref().map(|cond| self.expr(&cond.expr)),
        }))
    }

    fn traversal(&self, mut of: Expr, operators: &[hcl_edit::Decorated<TraversalOperator>]) -> Expr {
        for (at, operator) in operators.iter().enumerate() {
            let span = of.span.to(self.span(operator.span()));
            let rest = operators.get(at + 1..).unwrap_or(&[]);
            let kind = match operator.value() {
                TraversalOperator::GetAttr(name) => Kind::Attribute(Box::new(of), name.as_str().into()),
                TraversalOperator::Index(index) => Kind::Index(Box::new(of), self.boxed(index)),
                TraversalOperator::LegacyIndex(index) => {
                    let index = Expr {
                        kind: Kind::Number(*index.value() as f64),
                        span,
                    };
                    Kind::Index(Box::new(of), Box::new(index))
                }
                // Only attributes follow `.*` to each item; all that follows `[*]` does (HCL native syntax
                // specification, "Splat Operators").
                TraversalOperator::AttrSplat(_) => {
                    let attribute = |step: &&hcl_edit::Decorated<TraversalOperator>| {
                        matches!(step.value(), TraversalOperator::GetAttr(_))
                    };
                    let each = rest.iter().take_while(attribute).count();
                    let (each, rest) = rest.split_at(each);
                    let splat = self.splat(of, each, span);
                    return self.traversal(splat, rest);
                }
                TraversalOperator::FullSplat(_) => return self.splat(of, rest, span),
            };
            of = Expr { kind, span };
        }
        of
    }

    fn splat(&self, of: Expr, each: &[hcl_edit::Decorated<TraversalOperator>], span: Span) -> Expr {
        let item = Expr {
            kind: Kind::Variable(ITEM.into()),
            span,
        };
        let each = self.traversal(item, each);
        Expr {
            kind: Kind::Splat(Box::new(of), Box::new(each)),
            span,
        }
    }

    fn template(&self, template: &Template) -> Kind {
        self.elements(template.iter())
    }

    fn elements<'e>(&self, elements: impl Iterator<Item = &'e Element>) -> Kind {
        match self.parts(elements) {
            Ok(parts) => Kind::Template(parts),
            Err(why) => Kind::Unsupported(why),
        }
    }

    fn parts<'e>(&self, elements: impl Iterator<Item = &'e Element>) -> Result<Vec<Part>, Rc<str>> {
        let mut parts: Vec<Part> = Vec::new();
        let mut strip_next = false;
        for element in elements {
            let (part, strip) = match element {
                Element::Literal(text) => {
                    let mut text = text.value().as_str();
                    if std::mem::take(&mut strip_next) {
                        text = text.trim_start();
                    }
                    parts.push(Part::Literal(text.into()));
                    continue;
                }
                Element::Interpolation(inner) => (Part::Interpolation(self.expr(&inner.expr)), inner.strip),
                Element::Directive(directive) => (self.directive(directive)?, Strip::None),
            };
            if matches!(strip, Strip::Start | Strip::Both)
                && let Some(Part::Literal(text)) = parts.last_mut()
            {
                *text = text.trim_end().into();
            }
            strip_next = matches!(strip, Strip::End | Strip::Both);
            parts.push(part);
        }
        Ok(parts)
    }

    fn directive(&self, directive: &Directive) -> Result<Part, Rc<str>> {
        let plain = |strip: Strip| match strip {
            Strip::None => Ok(()),
            _ => Err(Rc::from("a template directive with `~` is not evaluated")),
        };
        match directive {
            Directive::If(inner) => {
                plain(inner.if_expr.strip)?;
                plain(inner.endif_expr.strip)?;
                let otherwise = match &inner.else_expr {
                    Some(other) => {
                        plain(other.strip)?;
                        self.parts(other.template.iter())?
                    }
                    None => Vec::new(),
                };
                let then = self.parts(inner.if_expr.template.iter())?;
                Ok(Part::If(self.expr(&inner.if_expr.cond_expr), then, otherwise))
            }
            Directive::For(inner) => {
                plain(inner.for_expr.strip)?;
                plain(inner.endfor_expr.strip)?;
                Ok(Part::For {
                    key_name: inner.for_expr.key_var.as_ref().map(|name| name.as_str().into()),
                    value_name: inner.for_expr.value_var.as_str().into(),
                    collection: self.expr(&inner.for_expr.collection_expr),
                    body: self.parts(inner.for_expr.template.iter())?,
                })
            }
        }
    }
}

fn operator(operator: BinaryOperator) -> Operator {
    match operator {
        BinaryOperator::Eq => Operator::Equal,
        BinaryOperator::NotEq => Operator::NotEqual,
        BinaryOperator::LessEq => Operator::LessEqual,
        BinaryOperator::GreaterEq => Operator::GreaterEqual,
        BinaryOperator::Less => Operator::Less,
        BinaryOperator::Greater => Operator::Greater,
        BinaryOperator::Plus => Operator::Plus,
        BinaryOperator::Minus => Operator::Minus,
        BinaryOperator::Mul => Operator::Times,
        BinaryOperator::Div => Operator::Divide,
        BinaryOperator::Mod => Operator::Modulo,
        BinaryOperator::And => Operator::And,
        BinaryOperator::Or => Operator::Or,
    }
}

/// Reads an expression that stands in a JSON text.
pub(super) fn expression(source: &Source, text: &str, span: Span) -> Expr {
    let kind = match hcl_edit::parser::parse_expr(text) {
        Ok(expr) => {
            let mut kind = Reader { source, base: 0 }.expr(&expr).kind;
            place(&mut kind, span);
            kind
        }
        Err(error) => Kind::Unsupported(format!("`{text}` is no expression: {}", error.message()).into()),
    };
    Expr { kind, span }
}
