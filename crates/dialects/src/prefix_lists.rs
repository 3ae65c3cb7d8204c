//! `ip prefix-list` and `ipv6 prefix-list` where entries have sequence numbers in steps of five.

use std::collections::BTreeMap;

use pairlint_model::bgp::Family;
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{ListFamily, PrefixEntry, PrefixPattern};

use crate::clauses::{Pattern, prefix_list};
use crate::lines::Words;
use crate::lists::{Building, Lists, Tail};
use crate::notes::Notes;

#[derive(Default)]
pub(crate) struct PrefixLists<'a> {
    ipv4: Lists<'a, PrefixEntry>,
    ipv6: Lists<'a, PrefixEntry>,
}

/// What follows a list's name in one line, with the line.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub family: Family,
    pub name: &'a str,
    pub text: &'a str,
    pub words: Words<'a>,
    pub negated: bool,
}

impl<'a> PrefixLists<'a> {
    fn lists(&mut self, family: Family) -> &mut Lists<'a, PrefixEntry> {
        match family {
            Family::Ipv4 => &mut self.ipv4,
            Family::Ipv6 => &mut self.ipv6,
        }
    }

    /// Notes that there is a list of that name.
    pub fn open(&mut self, family: Family, name: &'a str, text: &'a str, notes: &Notes<'_>) {
        let lists = self.lists(family);
        lists
            .entry(name)
            .or_insert_with(|| Building::new(name, text, notes));
    }

    pub fn remove(&mut self, family: Family, name: &str) {
        self.lists(family).remove(name);
    }

    /// Reads `[seq N] permit|deny RULE` or a description; `pattern` reads the rule, the verdict included.
    pub fn line(&mut self, line: Line<'a>, pattern: fn(&str, Family) -> Pattern, notes: &mut Notes<'_>) {
        let Line {
            family,
            name,
            text,
            words,
            negated,
        } = line;
        let owner = || Owner::PrefixList(ListFamily::of(family), name.to_owned());
        let is = |word: &str| words.peek().is_some_and(|first| first.eq_ignore_ascii_case(word));
        if is("description") || is("remark") {
            if !negated {
                self.open(family, name, text, notes);
            }
            return notes.ignored();
        }
        let tail = Tail::read(words);
        let read = tail.and_then(|tail| Some((tail, tail.verdict()?.0)));
        let lists = self.lists(family);
        if negated {
            let Some(tail) = tail else {
                return notes.unread(text, owner());
            };
            if let Some(list) = lists.get_mut(name) {
                list.remove(tail.sequence, tail.text);
                // A list whose last entry goes, goes with it.
                if list.is_empty() {
                    lists.remove(name);
                }
            }
            return notes.read();
        }
        let span = notes.span(text);
        let found = read.map(|(tail, verdict)| (tail, verdict, pattern(tail.text, family)));
        if let Some((_, _, Pattern::Refused(why))) = found {
            let effect = format!("the device refuses the line ({why}), so the list has no such entry");
            return notes.refused(text, owner(), effect);
        }
        let list = lists
            .entry(name)
            .or_insert_with(|| Building::new(name, text, notes));
        let (tail, verdict, pattern) = match found {
            Some((tail, verdict, Pattern::Is(pattern))) => (tail, verdict, Some(pattern)),
            Some((tail, verdict, _)) => (tail, verdict, None),
            None => {
                list.add_unknown(words.rest(), |verdict| PrefixEntry {
                    verdict,
                    pattern: PrefixPattern::Unsupported,
                    span,
                });
                return notes.unread(text, owner());
            }
        };
        match pattern {
            Some(_) => notes.read(),
            None => notes.unread(text, owner()),
        }
        let entry = PrefixEntry {
            verdict,
            pattern: pattern.unwrap_or(PrefixPattern::Unsupported),
            span,
        };
        list.add(tail.sequence, 5, tail.text, entry);
    }

    pub fn finish(self, device: &mut Device, notes: &mut Notes<'_>) {
        for (family, lists) in [(Family::Ipv4, self.ipv4), (Family::Ipv6, self.ipv6)] {
            let lists: BTreeMap<_, _> = lists
                .into_iter()
                .map(|(name, list)| (name.to_owned(), prefix_list(list, family, notes)))
                .collect();
            if !lists.is_empty() {
                device.prefix_lists.insert(ListFamily::of(family), lists);
            }
        }
    }
}
