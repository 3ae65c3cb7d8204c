//! What the list commands have in common: entries under one name, in an order, that can be taken away again.

use pairlint_model::policy::Verdict;
use pairlint_model::source::{Span, Spanned};

use super::Notes;
use crate::atoms::{number, verdict};
use crate::lines::Words;

/// A list while it is being collected.
#[derive(Debug)]
pub(super) struct Building<'a, E> {
    pub name: Spanned<String>,
    /// The first line.
    pub span: Span,
    pub entries: Vec<Numbered<'a, E>>,
    highest: u32,
}

/// An entry with its place in the list.
#[derive(Debug)]
pub(super) struct Numbered<'a, E> {
    pub sequence: u32,
    /// What follows the number, to recognise the same entry again.
    pub text: &'a str,
    pub entry: E,
}

impl<'a, E> Building<'a, E> {
    pub fn new(name: &str, line: &str, notes: &Notes<'_>) -> Building<'a, E> {
        Building {
            name: notes.name(name),
            span: notes.span(line),
            entries: Vec::new(),
            highest: 0,
        }
    }

    /// Adds an entry; without a number it comes `step` after the highest one.
    pub fn add(&mut self, sequence: Option<u32>, step: u32, text: &'a str, entry: E) {
        let sequence = sequence.unwrap_or(self.highest.saturating_add(step));
        self.highest = self.highest.max(sequence);
        self.entries.push(Numbered {
            sequence,
            text,
            entry,
        });
    }

    /// Adds what may permit, deny or do nothing: a line of which not even the verdict was understood.
    pub fn add_unknown(&mut self, text: &'a str, entry: impl Fn(Verdict) -> E) {
        self.add(None, 1, text, entry(Verdict::Accept));
        self.add(None, 1, text, entry(Verdict::Reject));
    }

    /// Takes away what a `no` command names: the entry of that number, or those of that text.
    pub fn remove(&mut self, sequence: Option<u32>, text: &str) {
        let same = |entry: &Numbered<'_, E>| match sequence {
            Some(sequence) => entry.sequence == sequence,
            None => Words::new(entry.text).eq(Words::new(text)),
        };
        self.entries.retain(|entry| !same(entry));
    }

    pub fn in_order(mut self) -> impl Iterator<Item = E> {
        self.sort();
        self.entries.into_iter().map(|numbered| numbered.entry)
    }

    pub fn sort(&mut self) {
        if !self.entries.is_sorted_by_key(|entry| entry.sequence) {
            self.entries.sort_by_key(|entry| entry.sequence);
        }
    }
}

/// The words after a list's name: `[seq 10] permit …`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tail<'a> {
    pub sequence: Option<u32>,
    /// From the verdict on.
    pub text: &'a str,
}

impl<'a> Tail<'a> {
    /// Reads an optional number, with or without `seq` in front.
    pub fn read(mut words: Words<'a>) -> Option<Tail<'a>> {
        let named = words.eat("seq") || words.eat("sequence");
        let sequence = words.eat_if(number);
        if named && sequence.is_none() {
            return None;
        }
        Some(Tail {
            sequence,
            text: words.rest(),
        })
    }

    pub fn verdict(self) -> Option<(Verdict, Words<'a>)> {
        let mut words = Words::new(self.text);
        let verdict = words.eat_if(verdict)?;
        Some((verdict, words))
    }
}
