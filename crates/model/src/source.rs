//! Files and places in them.

use std::sync::OnceLock;

/// Which file of the run a span lies in; an index into [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A byte range of one file's decoded text. Half open; `start == end` marks a place between characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub source: SourceId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// Returns the span from the start of `self` to the end of `other`, both of one file.
    pub fn to(self, other: Span) -> Span {
        Span {
            end: other.end.max(self.end),
            ..self
        }
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The empty span at the start of this one.
    pub fn at_start(self) -> Span {
        Span {
            end: self.start,
            ..self
        }
    }

    /// The empty span at the end of this one.
    pub fn at_end(self) -> Span {
        Span {
            start: self.end,
            ..self
        }
    }
}

/// A value and the text it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T> Spanned<T> {
    pub fn new(span: Span, value: T) -> Spanned<T> {
        Spanned { value, span }
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned {
            value: f(self.value),
            span: self.span,
        }
    }
}

/// A line and column, both from 1; a column counts Unicode scalar values. `offset` is in bytes of the decoded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    pub column: u32,
    pub offset: u32,
}

/// One file: its name as reported, and its decoded text (UTF-8, without byte order mark).
#[derive(Debug)]
pub struct Source {
    pub id: SourceId,
    /// Relative to the working directory, with `/`.
    pub name: String,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
}

impl Source {
    /// `text` must be shorter than 4 GiB, since spans are 32 bits wide; the loader refuses larger files.
    pub fn new(id: SourceId, name: impl Into<String>, text: impl Into<String>) -> Source {
        Source {
            id,
            name: name.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns where `part`, a sub-slice of this source's text, stands: the distance between two pointers.
    /// A slice from elsewhere is a defect of the caller, and gives the start of the file.
    pub fn span(&self, part: &str) -> Span {
        let offset = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let inside = offset <= self.text.len() && part.len() <= self.text.len() - offset;
        debug_assert!(inside, "not a part of {}: {part:?}", self.name);
        if inside {
            self.range(offset, offset + part.len())
        } else {
            self.range(0, 0)
        }
    }

    /// Returns the span of a byte range, cut to the text and widened to whole characters: what libraries say of
    /// an error may be a place inside one.
    pub fn range(&self, start: usize, end: usize) -> Span {
        let start = start.min(self.text.len());
        let end = end.clamp(start, self.text.len());
        let whole = |at: &usize| self.text.is_char_boundary(*at);
        let start = (0..=start).rev().find(whole).unwrap_or(0);
        let end = (end..=self.text.len()).find(whole).unwrap_or(self.text.len());
        Span {
            source: self.id,
            start: start as u32,
            end: end as u32,
        }
    }

    pub fn spanned<T>(&self, part: &str, value: T) -> Spanned<T> {
        Spanned {
            value,
            span: self.span(part),
        }
    }

    /// The place after the last character.
    pub fn end(&self) -> Span {
        self.range(self.text.len(), self.text.len())
    }

    /// Returns the text of a span; empty where the span is not of this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// Byte offsets of the line starts, made on first use.
    pub fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
            std::iter::once(0)
                .chain(newlines.map(|(at, _)| at as u32 + 1))
                .collect()
        })
    }

    /// Returns the number, from 0, of the line that holds the byte offset.
    pub fn line_of(&self, offset: u32) -> usize {
        self.line_starts()
            .partition_point(|&start| start <= offset)
            .saturating_sub(1)
    }

    /// Returns the text of a line, from 0, without its line end.
    pub fn line(&self, line: usize) -> &str {
        let starts = self.line_starts();
        let start = starts.get(line).map_or(self.text.len(), |&s| s as usize);
        let end = starts.get(line + 1).map_or(self.text.len(), |&s| s as usize);
        self.text
            .get(start..end)
            .unwrap_or("")
            .trim_end_matches(['\n', '\r'])
    }

    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = self.line_starts().get(line).copied().unwrap_or(0);
        let before = self.text.get(start as usize..offset as usize).unwrap_or("");
        Position {
            line: line as u32 + 1,
            column: before.chars().count() as u32 + 1,
            offset,
        }
    }
}

/// All files of a run, in the order of their names; a [`SourceId`] is the index.
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(self.0.len() as u32);
        self.0.push(Source::new(id, name, text));
        id
    }

    /// # Panics
    /// If the id is of another run.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source).slice(span)
    }
}

impl From<Vec<Source>> for Sources {
    /// The sources' ids must be their indices.
    fn from(sources: Vec<Source>) -> Sources {
        debug_assert!(sources.iter().enumerate().all(|(i, s)| s.id.0 as usize == i));
        Sources(sources)
    }
}

impl From<Sources> for Vec<Source> {
    fn from(sources: Sources) -> Vec<Source> {
        sources.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_the_distance_between_two_pointers() {
        let source = Source::new(SourceId(0), "edge.cfg", "neighbor 192.0.2.2\n shutdown\n");
        let part = &source.text()[9..18];
        assert_eq!(source.span(part), source.range(9, 18));
        assert_eq!(source.slice(source.span(part)), "192.0.2.2");
    }

    #[test]
    fn a_range_is_of_whole_characters_of_the_text() {
        let source = Source::new(SourceId(0), "x", "aé1");
        let cut = |start, end| {
            let span = source.range(start, end);
            (span.start, span.end)
        };
        assert_eq!(cut(1, 3), (1, 3));
        assert_eq!(cut(2, 2), (1, 3));
        assert_eq!(cut(2, 9), (1, 4));
        assert_eq!(cut(7, 2), (4, 4));
    }

    #[test]
    fn columns_count_characters_and_offsets_count_bytes() {
        let source = Source::new(SourceId(0), "x", "é: 1\r\nß 2");
        assert_eq!(
            source.position(4),
            Position {
                line: 1,
                column: 4,
                offset: 4
            }
        );
        assert_eq!(
            source.position(10),
            Position {
                line: 2,
                column: 3,
                offset: 10
            }
        );
        assert_eq!(
            (source.line(0), source.line(1), source.line(7)),
            ("é: 1", "ß 2", "")
        );
    }
}
