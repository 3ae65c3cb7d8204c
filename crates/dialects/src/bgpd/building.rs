//! What all lists have in common: entries under one name, in the order of their numbers.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::{Community, IpNet, LargeCommunity};
use pairlint_model::policy::Verdict;
use pairlint_model::source::{Span, Spanned};

use crate::atoms::{number, verdict};
use crate::lines::Words;
use crate::notes::Notes;

/// Removals by text that look through a list; beyond this nobody typed them.
const MOST_REMOVALS: u32 = 1000;

/// What an entry says, as bgpd compares it: a line that says what another one says already is ignored, whatever its
/// number (observed in 8.4.4 and 10.3; prefix lists of 10.3 keep both).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value<'a> {
    /// `any`, or a prefix with `ge` and `le` as written.
    Prefix(Option<IpNet>, Option<u8>, Option<u8>),
    Communities(BTreeSet<Community>),
    Large(BTreeSet<LargeCommunity>),
    Text(&'a str),
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    Yes,
    /// The list says it already.
    Known,
}

/// A list while it is being collected. An entry takes the place of one with the same number.
#[derive(Debug)]
pub struct Building<'a, E> {
    pub name: Spanned<String>,
    /// The first line.
    pub span: Span,
    /// An entry without a number comes five after the last, not at the next multiple of five.
    steps: bool,
    entries: BTreeMap<u32, Line<'a, E>>,
    values: BTreeSet<(Verdict, Value<'a>)>,
    removals: u32,
}

#[derive(Debug)]
struct Line<'a, E> {
    text: &'a str,
    /// Where other lines are compared with it.
    value: Option<(Verdict, Value<'a>)>,
    entry: E,
}

impl<'a, E> Building<'a, E> {
    pub fn new(name: &str, line: &str, notes: &Notes<'_>) -> Building<'a, E> {
        Building {
            name: notes.name(name),
            span: notes.span(line),
            steps: false,
            entries: BTreeMap::new(),
            values: BTreeSet::new(),
            removals: 0,
        }
    }

    /// A prefix list or an access list, which count on from the last number (observed in 8.4.4 and 10.3).
    pub fn in_steps(name: &str, line: &str, notes: &Notes<'_>) -> Building<'a, E> {
        Building {
            steps: true,
            ..Building::new(name, line, notes)
        }
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds an entry.
    pub fn add(&mut self, sequence: Option<u32>, text: &'a str, entry: E) {
        self.insert(sequence, text, None, entry);
    }

    /// Adds an entry unless the list says the same already.
    pub fn add_new(
        &mut self,
        sequence: Option<u32>,
        text: &'a str,
        value: (Verdict, Value<'a>),
        entry: E,
    ) -> Added {
        if !self.values.insert(value.clone()) {
            return Added::Known;
        }
        self.insert(sequence, text, Some(value), entry);
        Added::Yes
    }

    /// Adds an entry even where the list says the same already.
    pub fn add_again(&mut self, sequence: Option<u32>, text: &'a str, value: (Verdict, Value<'a>), entry: E) {
        self.insert(sequence, text, Some(value), entry);
    }

    pub fn says(&self, value: &(Verdict, Value<'a>)) -> bool {
        self.values.contains(value)
    }

    /// What the entry of that number says.
    pub fn said(&self, sequence: u32) -> Option<&Value<'a>> {
        let line = self.entries.get(&sequence)?;
        line.value.as_ref().map(|(_, value)| value)
    }

    fn insert(
        &mut self,
        sequence: Option<u32>,
        text: &'a str,
        value: Option<(Verdict, Value<'a>)>,
        entry: E,
    ) {
        let highest = self.entries.keys().next_back().copied().unwrap_or(0);
        let last = if self.steps { highest } else { highest / 5 * 5 };
        let next = last.saturating_add(5);
        let line = Line { text, value, entry };
        let replaced = self.entries.insert(sequence.unwrap_or(next), line);
        if let Some(value) = replaced.and_then(|line| line.value) {
            self.values.remove(&value);
        }
    }

    /// Takes away the entry of that number, or those of that text; false where there are none.
    pub fn remove(&mut self, sequence: Option<u32>, text: &str) -> bool {
        if let Some(sequence) = sequence {
            let removed = self.entries.remove(&sequence);
            if let Some(value) = removed.as_ref().and_then(|line| line.value.as_ref()) {
                self.values.remove(value);
            }
            return removed.is_some();
        }
        self.removals += 1;
        if self.removals > MOST_REMOVALS {
            return false;
        }
        let before = self.entries.len();
        let values = &mut self.values;
        self.entries.retain(|_, line| {
            let stays = !Words::new(line.text).eq(Words::new(text));
            if let (false, Some(value)) = (stays, &line.value) {
                values.remove(value);
            }
            stays
        });
        self.entries.len() < before
    }

    pub fn in_order(self) -> Vec<E> {
        self.entries.into_values().map(|line| line.entry).collect()
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
