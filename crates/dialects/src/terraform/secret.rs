//! Keys in states and configurations: where they stand, never what they are.

use pairlint_model::network::{Remark, RemarkKind};

use super::value::{Data, Value};

/// As the providers' attributes, and the bodies of Resource Manager, are called.
const KEYS: &[&str] = &[
    "service_key",
    "shared_key",
    "authorization_key",
    "serviceKey",
    "sharedKey",
    "authorizationKey",
];

/// Remarks on every key in a value.
pub(super) fn remarks(of: &Value<'_>, found: &mut Vec<Remark>) {
    match &of.data {
        Data::List(items) => items.iter().for_each(|item| remarks(item, found)),
        Data::Object(entries) => {
            for (key, value) in entries.iter() {
                match (&value.data, KEYS.iter().find(|known| **known == &**key)) {
                    (Data::Text(text), Some(what)) if !is_masked(text) => found.push(Remark {
                        span: value.span,
                        kind: RemarkKind::Secret {
                            what: (*what).to_owned(),
                        },
                    }),
                    _ => remarks(value, found),
                }
            }
        }
        Data::Json(value) => remarks(value, found),
        _ => {}
    }
}

/// Nothing, zeros, stars, a word in angle brackets: somebody has put something else in its place.
fn is_masked(text: &str) -> bool {
    let filler = |c: char| matches!(c, '0' | '*' | 'x' | 'X' | '-' | '.' | '#' | '_');
    text.chars().all(filler)
        || (text.starts_with('<') && text.ends_with('>'))
        || ["redacted", "hidden", "masked", "sensitive"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}
