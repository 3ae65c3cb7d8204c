//! Takes down what became of each line.

use pairlint_model::network::{
    Device, LineCounts, Network, Owner, RefusedLine, Remark, RemarkKind, UnreadLine,
};
use pairlint_model::source::{Source, Span, Spanned};

pub struct Notes<'s> {
    source: &'s Source,
    pub lines: LineCounts,
    unread: Vec<UnreadLine>,
    refused: Vec<RefusedLine>,
    remarks: Vec<Remark>,
}

impl<'s> Notes<'s> {
    pub fn new(source: &'s Source, total: u32) -> Notes<'s> {
        let lines = LineCounts {
            total,
            ..LineCounts::default()
        };
        Notes {
            source,
            lines,
            unread: Vec::new(),
            refused: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Puts what was noted where it belongs.
    pub fn finish(mut self, device: &mut Device, network: &mut Network) {
        self.unread.sort_by_key(|line| line.span);
        self.refused.sort_by_key(|line| line.span);
        device.unread = self.unread;
        device.refused = self.refused;
        device.lines = self.lines;
        // A front end may say in one statement what counts as two here.
        device.lines.total = device.lines.total.max(device.lines.relevant);
        network.remarks.extend(self.remarks);
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

    /// Known to have no effect on which routes are accepted.
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

    /// A line that was read turned out to be without effect.
    pub fn replaced(&mut self, line: &str, owner: Owner, effect: impl Into<String>) {
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

/// Whether somebody has still to fill something in: `<peer>`, `{{ peer }}`.
pub fn is_placeholder(text: &str) -> bool {
    text.contains('<') || text.contains("{{") || text.contains("{%")
}
