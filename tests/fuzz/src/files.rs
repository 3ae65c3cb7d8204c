//! Several files in one input, as `head` and `tail` print them: `==> modules/filter.bicep <==` begins a file.

use pairlint_model::source::{Source, SourceId};

/// The files of an input, in the order of their names; what stands before the first such line is named `first`.
pub fn files(first: &str, bytes: &[u8]) -> Vec<Source> {
    let text = String::from_utf8_lossy(bytes);
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match header(line) {
            Some(name) => files.push((name.to_owned(), String::new())),
            None if files.is_empty() => files.push((first.to_owned(), line.to_owned())),
            None => files.last_mut().expect("a file").1.push_str(line),
        }
    }
    files.sort();
    files.dedup_by(|later, earlier| later.0 == earlier.0);
    let numbered = files.into_iter().enumerate();
    numbered
        .map(|(at, (name, text))| Source::new(SourceId(at as u32), name, text))
        .collect()
}

fn header(line: &str) -> Option<&str> {
    let name = line.trim_end().strip_prefix("==> ")?.strip_suffix(" <==")?;
    (!name.is_empty() && !name.starts_with('/')).then_some(name)
}
