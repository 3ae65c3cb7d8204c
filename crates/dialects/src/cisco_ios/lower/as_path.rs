//! `ip as-path access-list`.

use std::collections::BTreeMap;

use pairlint_model::network::Owner;
use pairlint_model::policy::{AsPathEntry, AsPathList, AsPathTest, RegexSyntax};

use super::Notes;
use crate::atoms::{keyword, number};
use crate::lines::Words;
use crate::lists::{Building, Lists, Tail, remove};

#[derive(Default)]
pub(super) struct AsPathLists<'a> {
    lists: Lists<'a, AsPathEntry>,
}

impl<'a> AsPathLists<'a> {
    /// Reads `[no] ip as-path access-list 1–500 permit|deny EXPRESSION`.
    pub fn line(&mut self, text: &'a str, notes: &mut Notes<'_>) {
        let mut words = Words::new(text);
        let negated = words.eat("no");
        let known = words
            .nth(2)
            .is_some_and(|word| keyword(word, &["access-list"]).is_some());
        let Some(name) = words.next().filter(|_| known) else {
            return notes.unread(text, Owner::AsPathList(String::new()));
        };
        let owner = || Owner::AsPathList(name.to_owned());
        if negated {
            remove(&mut self.lists, name, words);
            return notes.read();
        }
        let tail = Tail::read(words);
        let entry = |verdict, test| AsPathEntry {
            verdict,
            test,
            span: notes.span(text),
        };
        let Some((verdict, rest)) = tail.and_then(Tail::verdict).filter(|(_, rest)| !rest.is_empty()) else {
            let list = self
                .lists
                .entry(name)
                .or_insert_with(|| Building::new(name, text, notes));
            list.add_unknown(text, |verdict| entry(verdict, AsPathTest::Unsupported));
            return notes.unread(text, owner());
        };
        // Cisco-IOS-XE-bgp.yang 17.9, `ip as-path access-list`.
        if !matches!(number::<u32>(name), Some(1..=500)) && !name.starts_with('<') {
            let effect = "the device refuses the line (AS-path lists are numbers from 1 to 500), so there is no such list";
            return notes.refused(text, owner(), effect);
        }
        let regex = AsPathTest::Regex {
            expression: rest.rest().to_owned(),
            syntax: RegexSyntax::Cisco,
        };
        let entry = entry(verdict, regex);
        let (sequence, written) = tail.map_or((None, ""), |tail| (tail.sequence, tail.text));
        let list = self
            .lists
            .entry(name)
            .or_insert_with(|| Building::new(name, text, notes));
        list.add(sequence, 1, written, entry);
        notes.read();
    }

    pub fn finish(self) -> BTreeMap<String, AsPathList> {
        let finished = self.lists.into_iter().map(|(name, list)| {
            let list = AsPathList {
                name: list.name.clone(),
                span: list.span,
                entries: list.in_order().map(|numbered| numbered.entry).collect(),
            };
            (name.to_owned(), list)
        });
        finished.collect()
    }
}
