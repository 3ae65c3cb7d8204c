//! HCL: `hcl-edit` parses, this turns its tree into ours. A file that does not parse is read item by item, so
//! that a fault costs the item it stands in.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use hcl_edit::Span as _;
use hcl_edit::expr::{self, BinaryOperator, Expression, ObjectKey, TraversalOperator, UnaryOperator};
use hcl_edit::structure::{Body as HclBody, Structure};
use hcl_edit::template::{Directive, Element, HeredocTemplate, Strip, Template};
use pairlint_model::source::{Source, Span};

use super::heredocs::{self, Literals};
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
        Ok(body) => Reader::new(source, 0).body_into(&body, &mut parsed.body),
        Err(_) => {
            for part in items(text) {
                let Some(slice) = text.get(part.clone()) else {
                    continue;
                };
                match hcl_edit::parser::parse_body(slice) {
                    Ok(body) => Reader::new(source, part.start).body_into(&body, &mut parsed.body),
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
            let reader = Reader::new(source, 0);
            let mut kind = reader.template(&template);
            place(&mut kind, span);
            kind
        }
        Err(error) => Kind::Unsupported(format!("`{text}` is no template: {}", error.message()).into()),
    }
}

/// Reads a file that is a template.
pub(super) fn file_template(source: &Source) -> Expr {
    let text = source.text();
    let span = source.range(0, text.len());
    let plain = !text.contains("${") && !text.contains("%{");
    let kind = match hcl_edit::parser::parse_template(text) {
        _ if plain => Kind::Text(text.into()),
        Ok(template) => Reader::new(source, 0).template(&template),
        Err(error) => {
            Kind::Unsupported(format!("`{}` is no template: {}", source.name, error.message()).into())
        }
    };
    Expr { kind, span }
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
    /// `~` took blanks somewhere.
    stripped: Cell<bool>,
}

impl<'s> Reader<'s> {
    fn new(source: &'s Source, base: usize) -> Reader<'s> {
        Reader {
            source,
            base,
            stripped: Cell::new(false),
        }
    }

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
            Expression::StringTemplate(template) => {
                Kind::Template(self.parts(template.iter(), Literals::Whole, false))
            }
            Expression::HeredocTemplate(heredoc) => self.heredoc(heredoc),
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
        Kind::Template(self.parts(template.iter(), Literals::Lines, false))
    }

    /// An indented heredoc is read once more, since its indentation is that of all its lines, also within directives.
    fn heredoc(&self, heredoc: &HeredocTemplate) -> Kind {
        let span = self.span(heredoc.span());
        let text = self.source.slice(span);
        if !text.starts_with("<<-") {
            return self.template(&heredoc.template);
        }
        let body = text.find('\n').map_or(text.len(), |at| at + 1);
        let end = text.rfind('\n').map_or(text.len(), |at| at + 1).max(body);
        let inner = text.get(body..end).unwrap_or("");
        let base = span.start as usize + body;
        let reader = Reader::new(self.source, base);
        match hcl_edit::parser::parse_template(inner) {
            Ok(template) => {
                let mut parts = reader.parts(template.iter(), Literals::Lines, false);
                if reader.stripped.get() {
                    return Kind::Unsupported("an indented template with `~` is not evaluated".into());
                }
                heredocs::flush(&mut parts);
                Kind::Template(parts)
            }
            Err(error) => {
                Kind::Unsupported(format!("a template that does not parse: {}", error.message()).into())
            }
        }
    }

    /// The parts of a template; `strip` says that `~` before it takes the blanks at its start. Blanks are literal: what
    /// an expression gives keeps its own.
    fn parts<'e>(
        &self,
        elements: impl Iterator<Item = &'e Element>,
        literals: Literals,
        mut strip: bool,
    ) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for element in elements {
            let (part, [before, after]) = match element {
                Element::Literal(text) => {
                    let text = text.value().as_str();
                    parts.push(Part::Literal(if std::mem::take(&mut strip) {
                        self.stripped(text, literals.strip_start(text))
                    } else {
                        text.into()
                    }));
                    continue;
                }
                Element::Interpolation(inner) => {
                    (Part::Interpolation(self.expr(&inner.expr)), sides(inner.strip))
                }
                Element::Directive(directive) => self.directive(directive, literals),
            };
            self.strip_end(&mut parts, literals, before);
            strip = after;
            parts.push(part);
        }
        parts
    }

    fn stripped(&self, text: &str, stripped: String) -> Rc<str> {
        self.stripped
            .set(self.stripped.get() || stripped.len() != text.len());
        stripped.into()
    }

    fn strip_end(&self, parts: &mut [Part], literals: Literals, strip: bool) {
        if strip && let Some(Part::Literal(text)) = parts.last_mut() {
            *text = self.stripped(text, literals.strip_end(text));
        }
    }

    /// A directive, and whether its outer ends take the blanks beside it.
    fn directive(&self, directive: &Directive, literals: Literals) -> (Part, [bool; 2]) {
        match directive {
            Directive::If(inner) => {
                let [before, into_then] = sides(inner.if_expr.strip);
                let [out_of_last, after] = sides(inner.endif_expr.strip);
                let mut then = self.parts(inner.if_expr.template.iter(), literals, into_then);
                let otherwise = match &inner.else_expr {
                    Some(other) => {
                        let [out_of_then, into_other] = sides(other.strip);
                        self.strip_end(&mut then, literals, out_of_then);
                        let mut otherwise = self.parts(other.template.iter(), literals, into_other);
                        self.strip_end(&mut otherwise, literals, out_of_last);
                        otherwise
                    }
                    None => {
                        self.strip_end(&mut then, literals, out_of_last);
                        Vec::new()
                    }
                };
                let condition = self.expr(&inner.if_expr.cond_expr);
                (Part::If(condition, then, otherwise), [before, after])
            }
            Directive::For(inner) => {
                let [before, inward] = sides(inner.for_expr.strip);
                let [outward, after] = sides(inner.endfor_expr.strip);
                let mut body = self.parts(inner.for_expr.template.iter(), literals, inward);
                self.strip_end(&mut body, literals, outward);
                let part = Part::For {
                    key_name: inner.for_expr.key_var.as_ref().map(|name| name.as_str().into()),
                    value_name: inner.for_expr.value_var.as_str().into(),
                    collection: self.expr(&inner.for_expr.collection_expr),
                    body,
                };
                (part, [before, after])
            }
        }
    }
}

/// Whether `~` stands at the start, and at the end.
fn sides(strip: Strip) -> [bool; 2] {
    [
        matches!(strip, Strip::Start | Strip::Both),
        matches!(strip, Strip::End | Strip::Both),
    ]
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
            let mut kind = Reader::new(source, 0).expr(&expr).kind;
            place(&mut kind, span);
            kind
        }
        Err(error) => Kind::Unsupported(format!("`{text}` is no expression: {}", error.message()).into()),
    };
    Expr { kind, span }
}
