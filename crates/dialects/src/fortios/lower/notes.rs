//! Takes down what became of each line.

use pairlint_model::network::{LineCounts, Owner, RefusedLine, Remark, RemarkKind, UnreadLine};
use pairlint_model::source::{Source, Span, Spanned};

pub(super) struct Notes<'s> {
    source: &'s Source,
    pub lines: LineCounts,
    pub unread: Vec<UnreadLine>,
    pub refused: Vec<RefusedLine>,
    pub remarks: Vec<Remark>,
}

impl<'s> Notes<'s> {
    pub fn new(source: &'s Source, total: u32) -> Notes<'s> {
        Notes {
            source,
            lines: LineCounts {
                total,
                ..LineCounts::default()
            },
            unread: Vec::new(),
            refused: Vec::new(),
            remarks: Vec::new(),
        }
    }

    pub fn source(&self) -> &'s Source {
        self.source
    }

    pub fn span(&self, part: &str) -> Span {
        self.source.span(part)
    }

    pub fn name(&self, part: &str) -> Spanned<String> {
        self.source.spanned(part, part.to_owned())
    }

    /// A name that is written elsewhere, at a place that shows why it counts here.
    pub fn elsewhere(&self, name: &str, place: &str) -> Spanned<String> {
        self.source.spanned(place, name.to_owned())
    }

    /// From the start of one part to the end of a later one.
    pub fn across(&self, from: &str, to: &str) -> Span {
        let (from, to) = (self.span(from), self.span(to));
        if to.start >= from.start { from.to(to) } else { from }
    }

    pub fn read(&mut self) {
        self.lines.relevant += 1;
        self.lines.read += 1;
    }

    pub fn ignored(&mut self) {
        self.lines.relevant += 1;
        self.lines.ignored += 1;
    }

    pub fn unread(&mut self, line: &str, owner: Owner) {
        self.lines.relevant += 1;
        let span = self.span(line);
        self.unread.push(UnreadLine { span, owner });
    }

    /// A line that was read before turned out to leave something open.
    pub fn doubtful(&mut self, line: &str, owner: Owner) {
        let span = self.span(line);
        if self.unread.last().is_none_or(|last| last.span != span) {
            self.lines.read = self.lines.read.saturating_sub(1);
            self.unread.push(UnreadLine { span, owner });
        }
    }

    /// A line that was read before turned out to be one that the device does not take.
    pub fn refused(&mut self, line: &str, owner: Owner, effect: impl Into<String>) {
        self.refused.push(RefusedLine {
            span: self.span(line),
            owner,
            effect: effect.into(),
        });
    }

    pub fn secret(&mut self, value: &str, what: &str) {
        let kind = RemarkKind::Secret {
            what: what.to_owned(),
        };
        let span = self.span(value);
        self.remarks.push(Remark { span, kind });
    }
}
