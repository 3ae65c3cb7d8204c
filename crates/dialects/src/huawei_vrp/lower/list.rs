//! What the list commands have in common: entries under one name, by index, that can be taken away again.

use std::collections::BTreeMap;

use pairlint_model::policy::Verdict;
use pairlint_model::source::{Span, Spanned};

use super::take_name;
use crate::atoms::{number, verdict};
use crate::lines::Words;
use crate::notes::Notes;

/// Lists by name.
pub(super) type Lists<'a, E> = BTreeMap<&'a str, List<'a, E>>;

#[derive(Debug)]
pub(super) struct List<'a, E> {
    pub name: Spanned<String>,
    /// The first line.
    pub span: Span,
    /// By index; with the text behind it, to recognise the same entry again.
    entries: BTreeMap<u64, (&'a str, E)>,
}

impl<'a, E> List<'a, E> {
    fn new(name: &str, line: &str, notes: &Notes<'_>) -> List<'a, E> {
        List {
            name: notes.name(name),
            span: notes.span(line),
            entries: BTreeMap::new(),
        }
    }

    pub fn into_entries(self) -> Vec<E> {
        self.entries.into_values().map(|(_, entry)| entry).collect()
    }
}

/// The words of a list command after its keyword: `NAME [index 10] permit …`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub name: &'a str,
    pub index: Option<u64>,
    /// From the verdict on.
    pub text: &'a str,
    pub verdict: Option<Verdict>,
    /// Behind the verdict.
    pub values: Words<'a>,
}

impl<'a> Entry<'a> {
    pub fn read(mut words: Words<'a>) -> Option<Entry<'a>> {
        let name = take_name(&mut words)?;
        let ahead = words;
        let named = words.eat("index");
        let index = words.eat_if(number::<u64>).filter(|_| named);
        if named && index.is_none() {
            // Not even the place of the entry was understood.
            words = ahead;
        }
        let text = words.rest();
        let verdict = words.eat_if(verdict);
        Some(Entry {
            name,
            index,
            text,
            verdict,
            values: words,
        })
    }
}

/// Adds an entry. One with the index of an earlier one takes its place; without an index it comes ten after the
/// highest (Huawei, "ip ip-prefix").
pub(super) fn add<'a, E>(
    lists: &mut Lists<'a, E>,
    entry: &Entry<'a>,
    line: &'a str,
    value: E,
    notes: &Notes<'_>,
) {
    let list = lists
        .entry(entry.name)
        .or_insert_with(|| List::new(entry.name, line, notes));
    let highest = list.entries.keys().next_back().copied().unwrap_or(0);
    let index = entry.index.unwrap_or(highest.saturating_add(10));
    list.entries.insert(index, (entry.text, value));
}

/// Reads an `undo` command: the whole list, the entry of an index, or that of a text.
pub(super) fn remove<'a, E>(lists: &mut Lists<'a, E>, entry: &Entry<'a>) {
    if let (false, Some(list)) = (
        entry.index.is_none() && entry.text.is_empty(),
        lists.get_mut(entry.name),
    ) {
        match entry.index {
            Some(index) => {
                list.entries.remove(&index);
            }
            // Each looks through the list: of a long one nothing is taken away by its text.
            None if list.entries.len() <= 1_000 => {
                list.entries
                    .retain(|_, (text, _)| !Words::new(text).eq(Words::new(entry.text)));
            }
            None => {}
        }
        if !list.entries.is_empty() {
            return;
        }
    }
    lists.remove(entry.name);
}
