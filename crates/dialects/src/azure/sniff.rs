//! Cheap looks at a text, so that files that are not ours cost a scan at most.

use memchr::{memchr2_iter, memmem};

/// Whether a text names anything of route filters or circuits, in whatever case.
///
/// Each word is searched by its rarest letter.
pub(super) fn has_tell(text: &str) -> bool {
    let bytes = text.as_bytes();
    let microsoft = || memmem::find(bytes, b"12076").is_some();
    names_resource(text)
        || contains(bytes, b"peeringtype", 8)
        || contains(bytes, b"circuitprovisioningstate", 10)
        || contains(bytes, b"rulestext", 7)
        || (microsoft() && (contains(bytes, b"communities", 2) || text.trim_start().starts_with('[')))
        || ((microsoft() || has_depth_mark(bytes)) && contains(bytes, b"\"rules\"", 2))
}

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
    let Some(&letter) = word.get(pivot) else {
        return false;
    };
    memchr2_iter(letter, letter.to_ascii_uppercase(), text).any(|at| {
        let start = at.checked_sub(pivot);
        let window = start.and_then(|start| text.get(start..start + word.len()));
        window.is_some_and(|window| window.eq_ignore_ascii_case(word))
    })
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
}
