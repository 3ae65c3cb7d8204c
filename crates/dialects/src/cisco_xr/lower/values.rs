//! What parameters stand for where a policy is used.

use std::borrow::Cow;
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

/// How much longer than the text values may make it. A policy that applies itself with its parameter twice in
/// the argument doubles it each time.
const MOST_ADDED: usize = 4096;

impl Values<'_> {
    /// Puts values in place of parameters; what has none stays, and so do all where the text became too long.
    pub fn resolve(&self, text: &str) -> String {
        let value = |name: &str| {
            let global = || self.globals.and_then(|globals| globals.get(name));
            self.arguments.get(name).or_else(global).map(String::as_str)
        };
        let resolved = substitute(text, text.len() + MOST_ADDED, &value);
        resolved.unwrap_or(Cow::Borrowed(text)).into_owned()
    }

    /// The length of the longest argument.
    pub fn longest(&self) -> usize {
        self.arguments.values().map(String::len).max().unwrap_or(0)
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
