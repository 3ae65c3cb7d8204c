//! Keys and passwords in the files of a run, which no output may show.

use std::collections::BTreeMap;

use pairlint_model::network::{Network, RemarkKind};
use pairlint_model::source::{Source, SourceId, Span};

/// What stands in the place of a secret.
pub const MASK: &str = "***";

/// Where the secrets are.
#[derive(Debug, Default)]
pub struct Secrets(BTreeMap<SourceId, Vec<(u32, u32)>>);

impl Secrets {
    pub fn of(network: &Network) -> Secrets {
        let mut spans: Vec<Span> = network
            .remarks
            .iter()
            .filter(|remark| matches!(remark.kind, RemarkKind::Secret { .. }) && !remark.span.is_empty())
            .map(|remark| remark.span)
            .collect();
        spans.sort();
        let mut secrets: BTreeMap<SourceId, Vec<(u32, u32)>> = BTreeMap::new();
        for span in spans {
            let of_source = secrets.entry(span.source).or_default();
            match of_source.last_mut() {
                // Two readers of a nested value may both have seen it.
                Some((_, end)) if *end >= span.start => *end = (*end).max(span.end),
                _ => of_source.push((span.start, span.end)),
            }
        }
        Secrets(secrets)
    }

    /// Returns the secret that holds the offset, or else the next one after it.
    pub fn at_or_after(&self, source: SourceId, offset: usize) -> Option<(usize, usize)> {
        let spans = self.0.get(&source)?;
        let next = spans.partition_point(|&(_, end)| end as usize <= offset);
        spans
            .get(next)
            .map(|&(start, end)| (start as usize, end as usize))
    }

    /// Returns a line, from 0, with its secrets masked.
    pub fn masked_line(&self, source: &Source, line: usize) -> String {
        let text = source.line(line);
        let start = source.line_starts().get(line).map_or(0, |&start| start as usize);
        let mut masked = String::with_capacity(text.len());
        let mut done = 0;
        while let Some((from, to)) = self.at_or_after(source.id, start + done) {
            if from >= start + text.len() {
                break;
            }
            let from = from.saturating_sub(start).max(done);
            let to = (to - start).min(text.len());
            masked.push_str(text.get(done..from).unwrap_or(""));
            masked.push_str(MASK);
            done = to;
            // A secret that goes on in the next line has no more to hide in this one.
            if done == text.len() {
                break;
            }
        }
        masked.push_str(text.get(done..).unwrap_or(""));
        masked
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::network::Remark;

    use super::*;

    #[test]
    fn lines_are_shown_without_their_secrets() {
        check("a\nkey one two\nb", &["one"], 1, "key *** two");
        check("key one two\n", &["one", "two"], 0, "key *** ***");
        check("key one two\n", &["one two"], 0, "key ***");
        check("key one\ntwo three\n", &["one\ntwo"], 0, "key ***");
        check("key one\ntwo three\n", &["one\ntwo"], 1, "*** three");
        check("nothing here\n", &[], 0, "nothing here");
    }

    #[track_caller]
    fn check(text: &str, values: &[&str], line: usize, expected: &str) {
        let source = Source::new(SourceId(0), "x", text);
        let mut network = Network::default();
        for value in values {
            let at = text.find(value).unwrap();
            network.remarks.push(Remark {
                span: source.range(at, at + value.len()),
                kind: RemarkKind::Secret {
                    what: "key".to_owned(),
                },
            });
        }
        assert_eq!(Secrets::of(&network).masked_line(&source, line), expected);
    }
}
