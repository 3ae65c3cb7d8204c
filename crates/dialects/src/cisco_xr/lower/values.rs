//! What parameters stand for where a policy is used.

use std::collections::BTreeMap;

use pairlint_model::bgp::Asn;

use crate::cisco_xr::tokens::substitute;

/// The values of one use of a policy.
#[derive(Debug, Clone, Default)]
pub(super) struct Values<'g> {
    /// By name with the `$`.
    pub arguments: BTreeMap<String, String>,
    /// The AS on the other side of the session, where that is asked for (`peeras`).
    pub peer: Option<Asn>,
    /// `policy-global` parameters, by name with the `$`.
    pub globals: Option<&'g BTreeMap<String, String>>,
}

impl Values<'_> {
    /// Puts values in place of parameters; what has none stays.
    pub fn resolve(&self, text: &str) -> String {
        let value = |name: &str| {
            let global = || self.globals.and_then(|globals| globals.get(name));
            self.arguments.get(name).or_else(global).cloned()
        };
        substitute(text, &value).into_owned()
    }

    /// Whether some parameter in the text has no value.
    pub fn is_open(&self, text: &str) -> bool {
        let text = self.resolve(text);
        let starts = text.match_indices('$').map(|(at, _)| at + 1);
        starts
            .filter_map(|at| text.as_bytes().get(at))
            .any(|b| b.is_ascii_alphanumeric() || *b == b'_')
    }
}
