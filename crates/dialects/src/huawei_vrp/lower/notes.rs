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

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Read,
    /// Known to have no effect on which routes are accepted.
    Ignored,
    Unread,
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

    pub fn span(&self, part: &str) -> Span {
        self.source.span(part)
    }

    pub fn name(&self, part: &str) -> Spanned<String> {
        self.source.spanned(part, part.to_owned())
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

    pub fn refused(&mut self, line: &str, owner: Owner, effect: impl Into<String>) {
        self.read();
        let span = self.span(line);
        self.refused.push(RefusedLine {
            span,
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
