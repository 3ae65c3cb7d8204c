//! How messages put lists and values into words.

use pairlint_model::bgp::Community;

use crate::context::Context;
use crate::tables::Cloud;

/// Joins words as a sentence does: `a`, `a and b`, `a, b and c`.
pub fn and<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// The same with `or`.
pub fn or<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", first.join(", "), last.as_ref())
        }
        _ => and(words),
    }
}

/// ``12076:51002` (West Europe) and `12076:51003` (North Europe)``.
pub fn communities(cx: &Context<'_>, cloud: Option<Cloud>, values: &[Community]) -> String {
    let quoted: Vec<String> = values.iter().map(|&value| cx.quoted(cloud, value)).collect();
    and(&quoted)
}

/// `"12076:51002", "12076:51003"`, as a list in an export or in the configuration holds them.
pub fn literal_list(values: &[Community]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
    quoted.join(", ")
}

/// `` `12076:51002` and `12076:51003` ``, for the titles of remedies.
pub fn plain_list(values: &[Community]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    and(&quoted)
}

/// How people call a cloud.
pub fn cloud_name(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Public => "the public Azure cloud",
        Cloud::UsGov => "Azure Government",
        Cloud::China => "Azure China (21Vianet)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(and::<&str>(&[]), "");
        assert_eq!(and(&["a"]), "a");
        assert_eq!(and(&["a", "b", "c"]), "a, b and c");
        assert_eq!(or(&["a"]), "a");
        assert_eq!(or(&["a", "b"]), "a or b");
    }
}
