//! Keys in exports: where they stand, never what they are.

use pairlint_model::network::RemarkKind;

use super::json;
use super::node::{Kind, Node};
use super::reader::Reader;

/// What the properties that hold keys are called, in the spelling of Resource Manager.
pub(super) const KEYS: &[&str] = &["serviceKey", "sharedKey", "authorizationKey"];

impl Reader<'_> {
    /// Remarks on every key in a value.
    pub(super) fn secrets(&mut self, node: &Node<'_>) {
        match &node.kind {
            Kind::List(items) => items.iter().for_each(|item| self.secrets(item)),
            Kind::Object(object) => {
                for property in &object.0 {
                    let value = &property.value;
                    match value.text() {
                        Some(text) => self.secret(&property.key, text, value),
                        None => self.secrets(value),
                    }
                }
            }
            _ => {}
        }
    }

    fn secret(&mut self, key: &str, text: &str, value: &Node<'_>) {
        if let Some(what) = KEYS.iter().find(|secret| secret.eq_ignore_ascii_case(key)) {
            if !is_masked(text) {
                self.remark(
                    value.span,
                    RemarkKind::Secret {
                        what: (*what).to_owned(),
                    },
                );
            }
            return;
        }
        // Windows PowerShell prints lists once more as text: `PeeringsText`.
        if key.ends_with("Text") {
            for mut document in json::documents(text, self.source.id, false) {
                document.root.place(value.span);
                self.secrets(&document.root);
            }
        }
    }
}

/// Whether somebody has already put something else in the key's place: nothing, zeros, stars, a word in
/// angle brackets.
pub(super) fn is_masked(text: &str) -> bool {
    let text = text.trim();
    let filler = text
        .chars()
        .all(|c| matches!(c, '0' | '*' | 'x' | 'X' | '-' | '.' | '#' | '•' | '_'));
    let bracketed =
        (text.starts_with('<') && text.ends_with('>')) || (text.starts_with('[') && text.ends_with(']'));
    let word = ["redacted", "hidden", "masked", "removed", "null", "none"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    filler || bracketed || word
}
