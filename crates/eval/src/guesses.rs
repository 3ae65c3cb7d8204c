//! What is not known is guessed, both ways.

use std::collections::BTreeMap;

use pairlint_model::policy::Truth;
use pairlint_model::source::Span;

use crate::route::Because;

/// What a guess is about. The same thing asked twice gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    /// A fact of the platform or of the route: "default", "MED".
    Fact(&'static str),
    /// A line that was not interpreted.
    Place(Span),
    /// A condition behind an action that was not interpreted: the action, and which condition.
    Behind(Span, String),
    /// An undefined object: its kind and name.
    Undefined(&'static str, String),
    /// Something a configuration does not tell, by name: "RPKI state".
    Outside(String),
}

/// A row of guesses, run through in order like a binary counter.
#[derive(Debug, Default)]
pub(crate) struct Guesses {
    made: Vec<(Key, bool, Because)>,
    index: BTreeMap<Key, usize>,
}

impl Guesses {
    /// Returns the present guess, `false` first.
    pub fn guess(&mut self, key: Key, span: Option<Span>, text: impl FnOnce() -> String) -> bool {
        if let Some(&at) = self.index.get(&key) {
            return self.made[at].1;
        }
        self.index.insert(key.clone(), self.made.len());
        self.made.push((key, false, Because { span, text: text() }));
        false
    }

    /// Returns the fact where it is one, else a guess.
    pub fn truth(
        &mut self,
        truth: Truth,
        key: Key,
        span: Option<Span>,
        text: impl FnOnce() -> String,
    ) -> bool {
        match truth {
            Truth::Yes => true,
            Truth::No => false,
            Truth::Unknown => self.guess(key, span, text),
        }
    }

    /// Turns to the next row: the last `false` becomes `true`, what came after it is asked anew. `false` when
    /// all were tried.
    pub fn advance(&mut self) -> bool {
        while let Some((key, tried, because)) = self.made.pop() {
            self.index.remove(&key);
            if !tried {
                self.index.insert(key.clone(), self.made.len());
                self.made.push((key, true, because));
                return true;
            }
        }
        false
    }

    /// What the present row rests on.
    pub fn because(&self) -> Vec<Because> {
        self.made.iter().map(|(_, _, because)| because.clone()).collect()
    }
}
