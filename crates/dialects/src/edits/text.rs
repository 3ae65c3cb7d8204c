//! Lines and literals of a text.

use std::ops::Range;

use pairlint_model::remedy::Edit;
use pairlint_model::source::{Source, Span, Spanned};

/// The lines of a text around an offset.
#[derive(Clone, Copy)]
pub(crate) struct Lines<'a> {
    pub source: &'a Source,
    pub text: &'a str,
}

impl<'a> Lines<'a> {
    pub fn new(source: &'a Source) -> Lines<'a> {
        Lines {
            source,
            text: source.text(),
        }
    }

    pub fn get(self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or("")
    }

    pub fn start(self, offset: usize) -> usize {
        self.get(0..offset).rfind('\n').map_or(0, |at| at + 1)
    }

    /// The end of the line without its line end.
    pub fn end(self, offset: usize) -> usize {
        let rest = self.get(offset..self.text.len());
        let end = offset + rest.find('\n').unwrap_or(rest.len());
        match self.get(offset..end).ends_with('\r') {
            true => end - 1,
            false => end,
        }
    }

    /// The start of the next line, or the end of the text.
    pub fn next(self, offset: usize) -> usize {
        let rest = self.get(offset..self.text.len());
        rest.find('\n').map_or(self.text.len(), |at| offset + at + 1)
    }

    pub fn line(self, offset: usize) -> &'a str {
        self.get(self.start(offset)..self.end(offset))
    }

    /// The blanks that the line begins with.
    pub fn indent(self, offset: usize) -> &'a str {
        let line = self.line(offset);
        line.get(..line.len() - line.trim_start().len()).unwrap_or("")
    }

    /// How the line ends, or the one before it where it is the last.
    pub fn newline(self, offset: usize) -> &'static str {
        let here = self.get(self.end(offset)..self.next(offset));
        let before = || self.get(0..self.start(offset)).ends_with("\r\n");
        match here.is_empty() && before() || here == "\r\n" {
            true => "\r\n",
            false => "\n",
        }
    }

    pub fn edit(self, range: Range<usize>, replacement: impl Into<String>) -> Edit {
        Edit {
            span: self.source.range(range.start, range.end),
            replacement: replacement.into(),
        }
    }

    pub fn insert(self, at: usize, text: impl Into<String>) -> Edit {
        self.edit(at..at, text)
    }

    /// Takes out whole lines, with the line end.
    pub fn remove_lines(self, range: Range<usize>) -> Edit {
        let (start, end) = (self.start(range.start), self.next(range.end));
        // The last line of a text without a line end takes the one before with it.
        let cut = end == self.text.len() && !self.text.ends_with('\n');
        let start = match self.get(0..start) {
            before if cut && before.ends_with("\r\n") => start - 2,
            before if cut && before.ends_with('\n') => start - 1,
            _ => start,
        };
        self.edit(start..end, "")
    }
}

/// A value as it is written: in quotes or bare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Literal {
    Quoted(char),
    Bare,
}

impl Literal {
    /// How a place writes a value; `None` where it says anything else.
    pub fn of(written: &str, value: &str) -> Option<Literal> {
        if written == value && !written.is_empty() {
            return Some(Literal::Bare);
        }
        let quote = written
            .chars()
            .next()
            .filter(|quote| matches!(quote, '"' | '\''))?;
        let inner = written.strip_prefix(quote)?.strip_suffix(quote)?;
        (inner == value && !inner.contains([quote, '\\'])).then_some(Literal::Quoted(quote))
    }

    pub fn write(self, value: &str) -> String {
        match self {
            Literal::Quoted(quote) => format!("{quote}{value}{quote}"),
            Literal::Bare => value.to_owned(),
        }
    }
}

pub(crate) fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// Has a word read differently, in the quotes that it has.
pub(crate) fn reword(source: &Source, at: &Spanned<String>, to: &str) -> Option<Vec<Edit>> {
    let literal = Literal::of(source.slice(at.span), &at.value)?;
    Some(vec![Edit {
        span: at.span,
        replacement: literal.write(to),
    }])
}
