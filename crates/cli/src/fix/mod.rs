//! Fixes: what rules want changed, as edits of the files, each tried before it is offered.

mod diff;
mod files;
mod run;
mod trial;

use std::collections::BTreeMap;

use pairlint_model::diagnostic::Diagnostic;
use pairlint_model::remedy::{Edit, Fix};
use pairlint_model::source::{SourceId, Sources};

use crate::gather::Gathered;

pub use run::{Fixing, Judged, Outcome};

/// Writes a finding's remedy as edits; `None` where it has none, or its text does not allow it.
fn written(finding: &Diagnostic, gathered: &Gathered) -> Option<Fix> {
    let remedy = finding.remedy.as_ref()?;
    let mut edits: Vec<Edit> = Vec::new();
    for change in &remedy.changes {
        let source = change.span().source;
        // What was only read to understand others was not given to be edited.
        if gathered.context.ids.contains(&source) {
            return None;
        }
        let write = gathered.writer(source)?.edit?;
        edits.extend(write(gathered.sources.get(source), change)?);
    }
    edits.sort();
    edits.dedup();
    let in_text = edits.iter().all(|edit| {
        let text = gathered.sources.get(edit.span.source).text();
        text.get(edit.span.start as usize..edit.span.end as usize)
            .is_some()
    });
    let apart = edits
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if !collide(a, b)));
    (in_text && apart && !edits.is_empty()).then(|| Fix {
        title: remedy.title.clone(),
        safety: remedy.safety,
        edits,
    })
}

/// Whether two edits cannot both be made: they overlap, or put different texts in one place.
fn collide(a: &Edit, b: &Edit) -> bool {
    if a.span.source != b.span.source || a == b {
        return false;
    }
    match (a.span.is_empty(), b.span.is_empty()) {
        (true, true) => a.span == b.span,
        // What is put in at an end of another edit stands before or behind it.
        (true, false) => b.span.start < a.span.start && a.span.start < b.span.end,
        (false, true) => a.span.start < b.span.start && b.span.start < a.span.end,
        (false, false) => a.span.start < b.span.end && b.span.start < a.span.end,
    }
}

/// Returns the texts of the files that the edits change.
fn applied<'e>(edits: impl IntoIterator<Item = &'e Edit>, sources: &Sources) -> BTreeMap<SourceId, String> {
    let mut by_source: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        by_source.entry(edit.span.source).or_default().push(edit);
    }
    let changed = by_source.into_iter().map(|(id, mut edits)| {
        edits.sort();
        edits.dedup();
        let text = sources.get(id).text();
        let mut changed = String::with_capacity(text.len() + 64);
        let mut done = 0;
        for edit in edits {
            changed.push_str(text.get(done..edit.span.start as usize).unwrap_or(""));
            changed.push_str(&edit.replacement);
            done = done.max(edit.span.end as usize);
        }
        changed.push_str(text.get(done..).unwrap_or(""));
        (id, changed)
    });
    changed.collect()
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::Span;

    use super::*;

    fn edit(start: u32, end: u32, replacement: &str) -> Edit {
        let source = SourceId(0);
        Edit {
            span: Span { source, start, end },
            replacement: replacement.to_owned(),
        }
    }

    #[test]
    fn edits_that_cannot_both_be_made() {
        assert!(collide(&edit(1, 4, ""), &edit(3, 5, "")));
        assert!(!collide(&edit(1, 3, ""), &edit(3, 5, "")));
        assert!(collide(&edit(3, 3, "a"), &edit(3, 3, "b")));
        assert!(
            !collide(&edit(3, 3, "a"), &edit(3, 3, "a")),
            "the same edit twice is one"
        );
        assert!(collide(&edit(1, 3, ""), &edit(2, 2, "a")));
        assert!(!collide(&edit(1, 3, ""), &edit(3, 3, "a")));
        assert!(!collide(&edit(3, 3, "a"), &edit(3, 5, "")));
    }

    #[test]
    fn edits_are_made_from_the_start() {
        let mut sources = Sources::default();
        sources.add("a", "0123456789");
        let edits = [
            edit(8, 8, "x"),
            edit(1, 3, ""),
            edit(5, 6, "five"),
            edit(8, 8, "x"),
        ];
        let texts = applied(&edits, &sources);
        assert_eq!(texts.get(&SourceId(0)).map(String::as_str), Some("034five67x89"));
    }
}
