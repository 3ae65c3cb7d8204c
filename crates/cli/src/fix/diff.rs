//! What fixes would change, as a unified diff.

use pairlint_model::source::Source;
use similar::TextDiff;

use crate::secrets::Secrets;

/// Returns the difference between two versions of a file, with the secrets of both masked.
pub fn unified(before: (&Source, &Secrets), after: (&Source, &Secrets)) -> String {
    let (old, new) = (masked(before.0, before.1), masked(after.0, after.1));
    let name = &before.0.name;
    TextDiff::from_lines(&old, &new)
        .unified_diff()
        .header(name, name)
        .to_string()
}

fn masked(source: &Source, secrets: &Secrets) -> String {
    let mut text = String::with_capacity(source.text().len());
    let starts = source.line_starts();
    for (line, start) in starts.iter().enumerate() {
        let end = starts
            .get(line + 1)
            .map_or(source.text().len(), |end| *end as usize);
        let whole = source.text().get(*start as usize..end).unwrap_or("");
        text.push_str(&secrets.masked_line(source, line));
        text.push_str(whole.get(source.line(line).len()..).unwrap_or(""));
    }
    text
}
