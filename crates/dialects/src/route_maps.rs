//! Route maps while they are collected: entries by number, each with its lines.

use std::collections::BTreeMap;

use pairlint_model::network::Owner;
use pairlint_model::policy::Verdict;
use pairlint_model::source::Span;

use crate::atoms::{number, verdict};
use crate::lines::Words;
use crate::notes::Notes;

/// By name.
pub(crate) type RouteMaps<'a> = BTreeMap<&'a str, RouteMap<'a>>;

pub(crate) struct RouteMap<'a> {
    /// Where it is named first.
    pub name: &'a str,
    pub entries: BTreeMap<u32, Entry<'a>>,
}

/// One sequence: its lines, each as often as it is written.
pub(crate) struct Entry<'a> {
    pub head: &'a str,
    pub verdict: Verdict,
    pub lines: Vec<&'a str>,
    /// The last line of the block that is written first.
    end: &'a str,
    /// Something of its head was not understood.
    pub doubtful: bool,
}

impl Entry<'_> {
    pub fn span(&self, notes: &Notes<'_>) -> Span {
        notes.across(self.head, self.end)
    }
}

/// A `route-map` command with the lines of its block.
pub(crate) struct Written<'a> {
    pub text: &'a str,
    /// What follows `route-map`.
    pub words: Words<'a>,
    pub negated: bool,
    pub lines: Vec<&'a str>,
}

/// Reads `NAME [permit|deny] [10]`: the entry is permitting and has the number 10 where nothing else is said.
pub(crate) fn collect<'a>(maps: &mut RouteMaps<'a>, written: Written<'a>, notes: &mut Notes<'_>) {
    let Written { text, mut words, .. } = written;
    let Some(name) = words.next() else {
        return notes.unread(text, Owner::Policy(String::new()));
    };
    let verdict = words.eat_if(verdict);
    let sequence: Option<u32> = words.eat_if(number);
    if written.negated {
        if let (Some(sequence), Some(map)) = (sequence, maps.get_mut(name)) {
            map.entries.remove(&sequence);
            if !map.entries.is_empty() {
                return notes.read();
            }
        }
        maps.remove(name);
        return notes.read();
    }
    let doubtful = !words.is_empty();
    match doubtful {
        true => notes.unread(text, Owner::Policy(name.to_owned())),
        false => notes.read(),
    }
    let map = maps.entry(name).or_insert_with(|| RouteMap {
        name,
        entries: BTreeMap::new(),
    });
    let verdict = verdict.unwrap_or(Verdict::Accept);
    let entry = map
        .entries
        .entry(sequence.unwrap_or(10))
        .or_insert_with(|| Entry {
            head: text,
            verdict,
            lines: Vec::new(),
            end: written.lines.last().copied().unwrap_or(text),
            doubtful: false,
        });
    entry.verdict = verdict;
    entry.doubtful |= doubtful;
    entry.lines.extend(written.lines);
}
