//! Access lists, as far as routes are compared with them.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::Family;
use pairlint_model::network::Owner;
use pairlint_model::policy::{AccessEntry, AccessList, AccessPattern};

use super::{Block, family};
use crate::lines::Words;
use crate::lists::{Building, Tail};
use crate::notes::Notes;

/// Lists are kept as they are until it is known which are used on routes: most are packet filters.
#[derive(Default)]
pub(super) struct AccessLists<'a> {
    lists: BTreeMap<(Family, &'a str), &'a Block<'a>>,
}

impl<'a> AccessLists<'a> {
    /// Reads `ip access-list [standard] NAME`.
    pub fn block(&mut self, block: &'a Block<'a>) {
        let mut words = block.words();
        let negated = words.eat("no");
        let family = family(words.next());
        words.next();
        if words.count() > 1 {
            words.eat("standard");
        }
        let Some(name) = words.next() else { return };
        match negated {
            true => self.lists.remove(&(family, name)),
            false => self.lists.insert((family, name), block),
        };
    }

    /// Reads the lists that are used on routes.
    pub fn finish(
        self,
        used: &BTreeSet<(Family, &str)>,
        notes: &mut Notes<'_>,
    ) -> BTreeMap<Family, BTreeMap<String, AccessList>> {
        let mut finished: BTreeMap<Family, BTreeMap<String, AccessList>> = BTreeMap::new();
        for ((family, name), block) in self.lists {
            if used.contains(&(family, name)) {
                let list = finish(family, name, block, notes);
                finished.entry(family).or_default().insert(name.to_owned(), list);
            }
        }
        finished
    }
}

fn finish(family: Family, name: &str, block: &Block<'_>, notes: &mut Notes<'_>) -> AccessList {
    let mut list = Building::new(name, block.text, notes);
    notes.read();
    for line in &block.body {
        let mut words = line.words();
        let negated = words.eat("no");
        let inert = ["remark", "statistics", "counters", "exit", "resequence"];
        let remark = words.ahead().find(|word| word.parse::<u32>().is_err());
        if remark.is_some_and(|word| inert.contains(&word)) {
            notes.ignored();
            continue;
        }
        let span = notes.span(line.text);
        let owner = || Owner::AccessList(family, name.to_owned());
        let tail = Tail::read(words);
        if negated {
            list.remove(
                tail.and_then(|tail| tail.sequence),
                tail.map_or("", |tail| tail.text),
            );
            notes.read();
            continue;
        }
        let Some((tail, (verdict, rest))) = tail.and_then(|tail| Some((tail, tail.verdict()?))) else {
            notes.unread(line.text, owner());
            list.add_unknown(line.text, |verdict| AccessEntry {
                verdict,
                pattern: AccessPattern::Unsupported,
                span,
            });
            continue;
        };
        // Which lengths of routes an address in an access list stands for is not documented.
        let pattern = match is_any(rest) {
            true => AccessPattern::Any,
            false => AccessPattern::Unsupported,
        };
        match pattern {
            AccessPattern::Any => notes.read(),
            _ => notes.unread(line.text, owner()),
        }
        let entry = AccessEntry {
            verdict,
            pattern,
            span,
        };
        list.add(tail.sequence, 10, tail.text, entry);
    }
    AccessList {
        name: list.name.clone(),
        span: list.span,
        entries: list.in_order().map(|numbered| numbered.entry).collect(),
    }
}

fn is_any(mut words: Words<'_>) -> bool {
    words.eat("ip");
    words.eat("ipv6");
    let mut anys = 0;
    while words.eat("any") {
        anys += 1;
    }
    words.eat("log");
    anys > 0 && words.is_empty()
}
