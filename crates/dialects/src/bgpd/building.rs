//! What all lists have in common: entries under one name, in the order of their numbers.

use std::collections::BTreeMap;

use pairlint_model::policy::Verdict;
use pairlint_model::source::{Span, Spanned};

use super::notes::Notes;
use crate::atoms::{number, verdict};
use crate::lines::Words;

/// Removals by text that look through a list; beyond this nobody typed them.
const MOST_REMOVALS: u32 = 1000;

/// A list while it is being collected. An entry takes the place of one with the same number.
#[derive(Debug)]
pub struct Building<'a, E> {
    pub name: Spanned<String>,
    /// The first line.
    pub span: Span,
    entries: BTreeMap<u32, (&'a str, E)>,
    removals: u32,
}

impl<'a, E> Building<'a, E> {
    pub fn new(name: &str, line: &str, notes: &Notes<'_>) -> Building<'a, E> {
        Building {
            name: notes.name(name),
            span: notes.span(line),
            entries: BTreeMap::new(),
            removals: 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds an entry; one without a number comes at the next multiple of five.
    pub fn add(&mut self, sequence: Option<u32>, text: &'a str, entry: E) {
        let highest = self.entries.keys().next_back().copied().unwrap_or(0);
        let next = (highest / 5).saturating_mul(5).saturating_add(5);
        self.entries.insert(sequence.unwrap_or(next), (text, entry));
    }

    /// Takes away the entry of that number, or those of that text; false where there are none.
    pub fn remove(&mut self, sequence: Option<u32>, text: &str) -> bool {
        if let Some(sequence) = sequence {
            return self.entries.remove(&sequence).is_some();
        }
        self.removals += 1;
        if self.removals > MOST_REMOVALS {
            return false;
        }
        let before = self.entries.len();
        self.entries
            .retain(|_, (known, _)| !Words::new(known).eq(Words::new(text)));
        self.entries.len() < before
    }

    pub fn in_order(self) -> Vec<E> {
        self.entries.into_values().map(|(_, entry)| entry).collect()
    }
}

/// The words after a list's name: `[seq 10] permit …`.
#[derive(Debug, Clone, Copy)]
pub struct Tail<'a> {
    pub sequence: Option<u32>,
    pub verdict: Verdict,
    /// What follows the verdict.
    pub value: Words<'a>,
    /// From the verdict on.
    pub text: &'a str,
}

impl<'a> Tail<'a> {
    pub fn read(mut words: Words<'a>) -> Option<Tail<'a>> {
        let sequence = match words.eat("seq") {
            true => Some(words.eat_if(number).filter(|number| *number > 0)?),
            false => None,
        };
        let text = words.rest();
        let verdict = words.eat_if(verdict)?;
        Some(Tail {
            sequence,
            verdict,
            value: words,
            text,
        })
    }
}
