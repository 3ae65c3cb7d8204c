//! The expressions in the strings of a template: `[concat('12076:', parameters('value'))]`.
//!
//! The grammar is that of "Syntax and expressions in ARM templates": a call or a literal, with members and items
//! behind it; an apostrophe within a text is doubled.

use std::borrow::Cow;

use pairlint_model::source::Span;

use super::reader::short;
use crate::deployment::expr::{Access, Expr, ExprKind};

const MAXIMUM_DEPTH: u32 = 60;

/// Reads a string of a template; `span` is the literal with its quotes, `raw` its text in the file.
pub(super) fn of_text<'a>(text: &Cow<'a, str>, span: Span, raw: &str) -> Expr<'a> {
    let is_expression = text.starts_with('[') && text.ends_with(']');
    if !is_expression {
        return Expr::text(text.clone(), span);
    }
    if text.starts_with("[[") {
        return Expr::text(cut(text, 1, text.len()), span);
    }
    let mut parser = Parser {
        text,
        at: 1,
        end: text.len() - 1,
        // With escapes in the literal its parts have no place of their own.
        plain: raw.len() == text.len() + 2,
        span,
        depth: 0,
    };
    let parsed = parser.expression();
    parser.space();
    match parsed {
        Some(expr) if parser.at == parser.end => expr,
        _ => Expr::unsupported(format!("the expression `{}` is not evaluated", short(text)), span),
    }
}

fn cut<'a>(text: &Cow<'a, str>, start: usize, end: usize) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(start..end).unwrap_or("")),
        Cow::Owned(text) => Cow::Owned(text.get(start..end).unwrap_or("").to_owned()),
    }
}

struct Parser<'t, 'a> {
    text: &'t Cow<'a, str>,
    at: usize,
    end: usize,
    plain: bool,
    span: Span,
    depth: u32,
}

impl<'a> Parser<'_, 'a> {
    fn rest(&self) -> &str {
        self.text.get(self.at..self.end).unwrap_or("")
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        let there = self.rest().starts_with(token);
        if there {
            self.at += token.len();
        }
        there
    }

    fn place(&self, start: usize) -> Span {
        if !self.plain {
            return self.span;
        }
        let first = self.span.start + 1;
        Span {
            start: first + start as u32,
            end: first + self.at as u32,
            ..self.span
        }
    }

    fn expression(&mut self) -> Option<Expr<'a>> {
        let outer = self.depth;
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            return None;
        }
        self.space();
        let start = self.at;
        let mut expr = self.primary()?;
        loop {
            // A chain is a tree as deep as it is long.
            if self.depth > MAXIMUM_DEPTH {
                return None;
            }
            if self.eat("[") {
                let access = if self.eat("?") {
                    Access::Safe
                } else {
                    Access::Strict
                };
                let index = self.expression()?;
                if !self.eat("]") {
                    return None;
                }
                self.depth += 1;
                let (base, index) = (Box::new(expr), Box::new(index));
                expr = Expr::new(ExprKind::Index { base, index, access }, self.place(start));
            } else if self.eat(".") {
                let access = if self.eat("?") {
                    Access::Safe
                } else {
                    Access::Strict
                };
                let name = self.identifier()?;
                self.depth += 1;
                let base = Box::new(expr);
                expr = Expr::new(ExprKind::Member { base, name, access }, self.place(start));
            } else {
                break;
            }
        }
        self.depth = outer;
        Some(expr)
    }

    fn primary(&mut self) -> Option<Expr<'a>> {
        let start = self.at;
        match self.rest().chars().next()? {
            '\'' => {
                let text = self.literal()?;
                Some(Expr::text(text, self.place(start)))
            }
            c if c.is_ascii_digit() || c == '-' || c == '+' => {
                let rest = self.rest();
                let digits = rest.get(1..)?.bytes().take_while(u8::is_ascii_digit).count();
                let number = rest.get(..1 + digits)?.parse().ok()?;
                self.at += 1 + digits;
                Some(Expr::new(ExprKind::Int(number), self.place(start)))
            }
            _ => {
                self.identifier()?;
                // A function of the template stands in a namespace.
                while self.rest().starts_with('.') {
                    self.at += 1;
                    self.identifier()?;
                }
                let name = cut(self.text, start, self.at);
                if !self.eat("(") {
                    return None;
                }
                let mut args = Vec::new();
                if !self.eat(")") {
                    loop {
                        args.push(self.expression()?);
                        if self.eat(")") {
                            break;
                        }
                        if !self.eat(",") {
                            return None;
                        }
                    }
                }
                Some(Expr::new(ExprKind::Call { name, args }, self.place(start)))
            }
        }
    }

    fn identifier(&mut self) -> Option<Cow<'a, str>> {
        self.space();
        let start = self.at;
        let length = self
            .rest()
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-'))
            .count();
        self.at += length;
        (length > 0).then(|| cut(self.text, start, self.at))
    }

    fn literal(&mut self) -> Option<Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        let mut doubled = false;
        loop {
            let quote = self.rest().find('\'')?;
            self.at += quote + 1;
            if !self.rest().starts_with('\'') {
                break;
            }
            doubled = true;
            self.at += 1;
        }
        let text = cut(self.text, start, self.at - 1);
        Some(if doubled {
            Cow::Owned(text.replace("''", "'"))
        } else {
            text
        })
    }
}
