//! Writes further elements of sets, and has one element of a set be enough ("Implementing Routing Policy": `matches-any`
//! holds where one of them is met, `matches-every` where all are).

use pairlint_model::remedy::{Change, Edit};
use pairlint_model::source::Source;

use crate::edits::{Lines, entries, range};

pub(super) fn edit(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    const EVERY: &str = "matches-every";
    match change {
        Change::SplitEntry { entry, values } if values.is_empty() => {
            let lines = Lines::new(source);
            let before = lines.get(0..range(entry.span).start).trim_end();
            let start = before.strip_suffix(EVERY)?.len();
            Some(vec![lines.edit(start..before.len(), "matches-any")])
        }
        change => entries::elements(source, change),
    }
}
