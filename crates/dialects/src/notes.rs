//! What became of each line of a text while it is lowered.

use pairlint_model::network::{Device, LineCounts, Owner, RefusedLine, Remark, RemarkKind, UnreadLine};
use pairlint_model::source::{Source, Span, Spanned};

/// Takes down what became of each line.
pub(crate) struct Notes<'s> {
    pub source: &'s Source,
    lines: LineCounts,
    pub unread: Vec<UnreadLine>,
    pub refused: Vec<RefusedLine>,
    pub remarks: Vec<Remark>,
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

    /// A line that was read before turned out to leave something open.
    pub fn doubtful(&mut self, span: Span, owner: Owner) {
        self.lines.read = self.lines.read.saturating_sub(1);
        self.unread.push(UnreadLine { span, owner });
    }

    /// The same for a line of which several parts may be open: it is listed once.
    pub fn doubtful_line(&mut self, line: &str, owner: Owner) {
        let span = self.span(line);
        if self.unread.last().is_none_or(|last| last.span != span) {
            self.doubtful(span, owner);
        }
    }

    pub fn refused(&mut self, line: &str, owner: Owner, effect: impl Into<String>) {
        self.read();
        self.replaced(line, owner, effect);
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

    /// Gives the device its lines; returns what there is to remark about the file.
    pub fn finish(mut self, device: &mut Device) -> Vec<Remark> {
        self.unread.sort_by_key(|line| line.span);
        self.refused.sort_by_key(|line| line.span);
        device.unread = self.unread;
        device.refused = self.refused;
        device.lines = self.lines;
        // What is written in one line may count as two statements.
        device.lines.total = device.lines.total.max(device.lines.relevant);
        self.remarks
    }
}

/// The file's name without folders and the last extension.
pub(crate) fn stem(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => file.to_owned(),
    }
}
