//! Texts: `'…'` with escapes and values in them, and `'''…'''` as it stands.

use std::borrow::Cow;

use super::scanner::Scanner;
use crate::deployment::expr::{Expr, ExprKind};

impl<'a> Scanner<'a> {
    pub fn text_literal(&mut self) -> Option<Expr<'a>> {
        let start = self.at;
        if let Some(inner) = self.rest().strip_prefix("'''") {
            let end = memchr::memmem::find(inner.as_bytes(), b"'''")?;
            let mut end = end;
            // Quotes before the closing three belong to the text.
            while inner.get(end + 3..).is_some_and(|rest| rest.starts_with('\'')) {
                end += 1;
            }
            self.at += end + 6;
            let text = inner.get(..end)?;
            let text = text
                .strip_prefix("\r\n")
                .or_else(|| text.strip_prefix('\n'))
                .unwrap_or(text);
            return Some(Expr::text(text, self.span_from(start)));
        }
        if self.rest().starts_with('$') {
            return self.raw_with_values();
        }
        self.at += 1;
        let mut parts: Vec<Expr<'a>> = Vec::new();
        let mut from = self.at;
        // Filled where escapes stand in the text.
        let mut decoded: Option<String> = None;
        loop {
            let rest = self.rest();
            let stop = rest.find(['\'', '\\', '$', '\n'])?;
            self.at += stop;
            match self.rest().as_bytes() {
                [b'\'', ..] => {
                    let text = self.piece(from, decoded.take());
                    self.at += 1;
                    if parts.is_empty() {
                        return Some(Expr::text(text, self.span_from(start)));
                    }
                    parts.push(Expr::text(text, self.span_from(start)));
                    return Some(Expr::new(ExprKind::Concat(parts), self.span_from(start)));
                }
                [b'$', b'{', ..] => {
                    let text = self.piece(from, decoded.take());
                    parts.push(Expr::text(text, self.span_from(start)));
                    self.at += 2;
                    self.space();
                    parts.push(self.expression()?);
                    self.space();
                    if !self.eat("}") {
                        return None;
                    }
                    from = self.at;
                }
                [b'$', ..] => self.at += 1,
                [b'\\', ..] => {
                    let mut text = self.piece(from, decoded.take()).into_owned();
                    self.escape(&mut text)?;
                    decoded = Some(text);
                    from = self.at;
                }
                _ => return None,
            }
        }
    }

    /// `$'''…${value}…'''`; with more dollars as many stand before a value.
    fn raw_with_values(&mut self) -> Option<Expr<'a>> {
        let start = self.at;
        let dollars = self.rest().bytes().take_while(|byte| *byte == b'$').count();
        self.at += dollars;
        let inner = self.rest().strip_prefix("'''")?;
        self.at += 3;
        self.at += match inner {
            inner if inner.starts_with("\r\n") => 2,
            inner if inner.starts_with('\n') => 1,
            _ => 0,
        };
        let mark = format!("{}{{", "$".repeat(dollars));
        let mut parts: Vec<Expr<'a>> = Vec::new();
        loop {
            let rest = self.rest();
            let close = memchr::memmem::find(rest.as_bytes(), b"'''")?;
            let value = memchr::memmem::find(rest.as_bytes(), mark.as_bytes()).filter(|value| *value < close);
            let text = rest.get(..value.unwrap_or(close))?;
            match value {
                Some(at) => {
                    parts.push(Expr::text(text, self.source.span(text)));
                    self.at += at + mark.len();
                    self.space();
                    parts.push(self.expression()?);
                    self.space();
                    if !self.eat("}") {
                        return None;
                    }
                }
                None => {
                    let mut end = close;
                    while rest.get(end + 3..).is_some_and(|rest| rest.starts_with('\'')) {
                        end += 1;
                    }
                    let text = rest.get(..end)?;
                    self.at += end + 3;
                    parts.push(Expr::text(text, self.source.span(text)));
                    return Some(Expr::new(ExprKind::Concat(parts), self.span_from(start)));
                }
            }
        }
    }

    fn piece(&self, from: usize, decoded: Option<String>) -> Cow<'a, str> {
        let text = self.text.get(from..self.at).unwrap_or("");
        match decoded {
            Some(mut before) => {
                before.push_str(text);
                Cow::Owned(before)
            }
            None => Cow::Borrowed(text),
        }
    }

    fn escape(&mut self, into: &mut String) -> Option<()> {
        let rest = self.rest().get(1..)?;
        let (c, length) = match rest.as_bytes().first()? {
            b'n' => ('\n', 1),
            b'r' => ('\r', 1),
            b't' => ('\t', 1),
            b'\\' => ('\\', 1),
            b'\'' => ('\'', 1),
            b'$' => ('$', 1),
            b'u' => {
                let (digits, _) = rest.strip_prefix("u{")?.split_once('}')?;
                let code = u32::from_str_radix(digits, 16).ok()?;
                (char::from_u32(code)?, digits.len() + 3)
            }
            _ => return None,
        };
        into.push(c);
        self.at += 1 + length;
        Some(())
    }
}
