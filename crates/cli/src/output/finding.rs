//! What several formats say about a finding: its place, its evidence, the lines it is about.

use pairlint_model::diagnostic::{Diagnostic, Witness};
use pairlint_model::source::{Position, Span};

use super::Run;

/// Lines longer than this are cut, in characters.
const LONGEST: usize = 200;

/// A span in terms of its file.
pub struct Place<'a> {
    pub file: &'a str,
    pub start: Position,
    pub end: Position,
}

impl Run<'_> {
    pub fn place(&self, span: Span) -> Place<'_> {
        let source = self.sources.get(span.source);
        Place {
            file: &source.name,
            start: source.position(span.start),
            end: source.position(span.end),
        }
    }

    /// Where to edit. A finding without a place would be a rule's fault; its message is not lost.
    pub fn first_place(&self, finding: &Diagnostic) -> Option<Place<'_>> {
        finding.labels.first().map(|label| self.place(label.span))
    }

    /// The line on which a span begins, without secrets.
    pub fn line(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        let line = self.secrets.masked_line(source, source.line_of(span.start));
        match line.char_indices().nth(LONGEST) {
            Some((at, _)) => format!("{}…", line.get(..at).unwrap_or("")),
            None => line,
        }
    }

    /// Message, labels, witness and help, each on a line of its own.
    pub fn in_words(&self, finding: &Diagnostic) -> String {
        let mut lines = vec![finding.message.clone()];
        for label in &finding.labels {
            let place = self.place(label.span);
            let text = match label.text.as_str() {
                "" => String::new(),
                text => format!(": {text}"),
            };
            lines.push(format!("{}:{}{text}", place.file, place.start.line));
        }
        lines.extend(finding.witness.as_ref().map(witness));
        lines.extend(finding.help.as_ref().map(|help| format!("help: {help}")));
        lines.join("\n")
    }
}

/// `witness: 1.0.0.0/8 [12076:51002] path 12076: reject`.
pub fn witness(witness: &Witness) -> String {
    let communities: Vec<String> = witness.communities.iter().map(ToString::to_string).collect();
    format!(
        "witness: {} [{}] path {}: {}",
        witness.prefix,
        communities.join(" "),
        witness.as_path,
        witness.verdict
    )
}
