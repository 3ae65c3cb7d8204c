//! What the list commands have in common: entries under one name, in an order, that can be taken away again.

use std::collections::BTreeMap;

use pairlint_model::policy::Verdict;
use pairlint_model::source::{Span, Spanned};

use crate::atoms::{number, verdict};
use crate::lines::Words;
use crate::notes::Notes;

/// Lists by name.
pub(crate) type Lists<'a, E> = BTreeMap<&'a str, Building<'a, E>>;

/// A list while it is being collected.
#[derive(Debug)]
pub(crate) struct Building<'a, E> {
    pub name: Spanned<String>,
    /// The first line.
    pub span: Span,
    /// What was taken away leaves a gap.
    entries: Vec<Option<Numbered<'a, E>>>,
    left: usize,
    highest: u32,
    /// Made when something is taken away first, which is rare.
    index: Option<Index<'a>>,
}

/// An entry with its place in the list.
#[derive(Debug)]
pub(crate) struct Numbered<'a, E> {
    pub sequence: u32,
    /// What follows the number, to recognise the same entry again.
    pub text: &'a str,
    pub entry: E,
}

#[derive(Debug, Default)]
struct Index<'a> {
    sequences: BTreeMap<u32, Vec<usize>>,
    texts: BTreeMap<Vec<&'a str>, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn add(&mut self, at: usize, sequence: u32, text: &'a str) {
        self.sequences.entry(sequence).or_default().push(at);
        self.texts.entry(Words::new(text).collect()).or_default().push(at);
    }
}

impl<'a, E> Building<'a, E> {
    pub fn new(name: &str, line: &str, notes: &Notes<'_>) -> Building<'a, E> {
        Building {
            name: notes.name(name),
            span: notes.span(line),
            entries: Vec::new(),
            left: 0,
            highest: 0,
            index: None,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// Adds an entry; without a number it comes `step` after the highest one.
    pub fn add(&mut self, sequence: Option<u32>, step: u32, text: &'a str, entry: E) {
        let sequence = sequence.unwrap_or(self.highest.saturating_add(step));
        self.highest = self.highest.max(sequence);
        if let Some(index) = &mut self.index {
            index.add(self.entries.len(), sequence, text);
        }
        self.left += 1;
        self.entries.push(Some(Numbered {
            sequence,
            text,
            entry,
        }));
    }

    /// Adds what may permit, deny or do nothing: a line of which not even the verdict was understood.
    pub fn add_unknown(&mut self, text: &'a str, entry: impl Fn(Verdict) -> E) {
        self.add(None, 1, text, entry(Verdict::Accept));
        self.add(None, 1, text, entry(Verdict::Reject));
    }

    /// Takes away what a `no` command names: the entry of that number, or those of that text.
    pub fn remove(&mut self, sequence: Option<u32>, text: &'a str) {
        let entries = &self.entries;
        let index = self.index.get_or_insert_with(|| {
            let mut index = Index::default();
            for (at, entry) in entries.iter().enumerate() {
                if let Some(entry) = entry {
                    index.add(at, entry.sequence, entry.text);
                }
            }
            index
        });
        let found = match sequence {
            Some(sequence) => index.sequences.remove(&sequence),
            None => index.texts.remove(&Words::new(text).collect::<Vec<_>>()),
        };
        for at in found.unwrap_or_default() {
            let taken = self.entries.get_mut(at).and_then(Option::take);
            self.left -= usize::from(taken.is_some());
        }
    }

    /// Returns what is left, in the order of the numbers.
    pub fn in_order(self) -> impl Iterator<Item = Numbered<'a, E>> {
        let mut entries: Vec<_> = self.entries.into_iter().flatten().collect();
        if !entries.is_sorted_by_key(|entry| entry.sequence) {
            entries.sort_by_key(|entry| entry.sequence);
        }
        entries.into_iter()
    }
}

/// Reads what follows the name in a `no` command: nothing, or the entry to take away.
pub(crate) fn remove<'a, E>(lists: &mut Lists<'a, E>, name: &'a str, words: Words<'a>) {
    if let (false, Some(list)) = (words.is_empty(), lists.get_mut(name)) {
        if let Some(tail) = Tail::read(words) {
            list.remove(tail.sequence, tail.text);
        }
        if !list.is_empty() {
            return;
        }
    }
    lists.remove(name);
}

/// The words after a list's name: `[seq 10] permit …`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tail<'a> {
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
