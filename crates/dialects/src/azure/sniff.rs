//! Cheap looks at a text, so that files that are not ours cost a scan at most.

use memchr::{memchr2_iter, memmem};

/// Whether a text names anything of route filters or circuits, in whatever case.
///
/// Each word is searched by its rarest letter.
pub(super) fn has_tell(text: &str) -> bool {
    let bytes = text.as_bytes();
    let microsoft = || memmem::find(bytes, b"12076").is_some();
    if bytes.len() > CHUNK && !contains_any(bytes, TELLS) && !microsoft() && !has_depth_mark(bytes) {
        return false;
    }
    names_resource(text)
        || contains(bytes, b"peeringtype", 8)
        || contains(bytes, b"circuitprovisioningstate", 10)
        || contains(bytes, b"rulestext", 7)
        || (microsoft() && (contains(bytes, b"communities", 2) || text.trim_start().starts_with('[')))
        || ((microsoft() || has_depth_mark(bytes)) && contains(bytes, b"\"rules\"", 2))
}

/// The words that tell by themselves.
const TELLS: &[&[u8]] = &[
    b"routefilter",
    b"expressroutecircuit",
    b"peeringtype",
    b"circuitprovisioningstate",
    b"rulestext",
];

/// Whether a text names a route filter or a circuit by its type.
pub(super) fn names_resource(text: &str) -> bool {
    let bytes = text.as_bytes();
    contains(bytes, b"routefilter", 5) || contains(bytes, b"expressroutecircuit", 1)
}

/// Whether a text is what Terraform prints or keeps: a plan, a state, a log.
pub(super) fn is_of_terraform(text: &str) -> bool {
    let bytes = text.as_bytes();
    memmem::find(bytes, b"\"terraform_version\"").is_some()
        || text.trim_start().starts_with("{\"@level\"")
        || memmem::find(bytes, b"will perform the following actions").is_some()
        || memmem::find(bytes, b"Terraform used the selected providers").is_some()
}

/// Whether a file's name speaks of a route filter or circuit: `route-filters.json`, `er_circuit.json`.
pub(super) fn names_resource_loosely(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    ["routefilter", "expressroute", "ercircuit"]
        .iter()
        .any(|word| plain.contains(word))
}

fn has_depth_mark(bytes: &[u8]) -> bool {
    memmem::find(bytes, b"System.Object[]").is_some() || memmem::find(bytes, b"\"@{").is_some()
}

/// Whether a word, given in lower case, stands in a text in any case; `pivot` is the index of its rarest
/// letter.
pub(super) fn contains(text: &[u8], word: &[u8], pivot: usize) -> bool {
    if text.len() > CHUNK {
        return contains_any(text, &[word]);
    }
    let Some(&letter) = word.get(pivot) else {
        return false;
    };
    memchr2_iter(letter, letter.to_ascii_uppercase(), text).any(|at| {
        let start = at.checked_sub(pivot);
        let window = start.and_then(|start| text.get(start..start + word.len()));
        window.is_some_and(|window| window.eq_ignore_ascii_case(word))
    })
}

/// A part of a long text that stays in the processor's cache while all words are searched in it.
const CHUNK: usize = 64 * 1024;

/// Whether one of the words, given in lower case, stands in a long text in any case. In text without line ends each
/// letter is frequent, so the text is made lower case piece by piece and searched as it is.
fn contains_any(text: &[u8], words: &[&[u8]]) -> bool {
    let finders: Vec<memmem::Finder<'_>> = words.iter().map(memmem::Finder::new).collect();
    let overlap = words.iter().map(|word| word.len()).max().unwrap_or(1) - 1;
    let mut plain = Vec::with_capacity(CHUNK + overlap);
    let mut at = 0;
    while at < text.len() {
        let end = text.len().min(at + CHUNK + overlap);
        plain.clear();
        plain.extend_from_slice(text.get(at..end).unwrap_or_default());
        plain.make_ascii_lowercase();
        if finders.iter().any(|finder| finder.find(&plain).is_some()) {
            return true;
        }
        at += CHUNK;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        for text in ["routeFilter", "x RouteFilters", "/ROUTEFILTERS/", "ffrouTefilteR"] {
            assert!(contains(text.as_bytes(), b"routefilter", 5), "{text}");
        }
        for text in ["", "route filter", "f", "routefilte"] {
            assert!(!contains(text.as_bytes(), b"routefilter", 5), "{text}");
        }
    }

    #[test]
    fn words_are_found_anywhere_in_a_long_text() {
        let blank = "f ".repeat(CHUNK);
        for at in [0, 1, CHUNK - 11, CHUNK - 5, CHUNK - 1, CHUNK, 2 * CHUNK - 11] {
            let mut text = blank.clone();
            text.replace_range(at..at + 11, "RouteFilter");
            assert!(contains(text.as_bytes(), b"routefilter", 5), "{at}");
            assert!(has_tell(&text), "{at}");
        }
        assert!(!contains(blank.as_bytes(), b"routefilter", 5));
        assert!(!has_tell(&blank));
        assert!(has_tell(&format!("{blank} \"communities\": [\"12076:51002\"]")));
        assert!(has_tell(&format!("{blank} \"rules\": \"System.Object[]\"")));
    }
}
