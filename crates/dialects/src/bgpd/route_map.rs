//! Route maps.

use std::collections::BTreeMap;

use pairlint_model::network::Device;
use pairlint_model::policy::{Condition, End, Outcome, RoutePolicy, Statement, Verdict};

use super::Version;
use super::entry::Entry;
use crate::notes::Notes;

#[derive(Default)]
pub struct RouteMaps<'a> {
    maps: BTreeMap<&'a str, RouteMap<'a>>,
}

struct RouteMap<'a> {
    /// Where it is named first.
    name: &'a str,
    entries: BTreeMap<u32, Entry<'a>>,
    /// `no route-map NAME optimization`.
    unoptimized: Option<&'a str>,
}

impl<'a> RouteMaps<'a> {
    fn map(&mut self, name: &'a str) -> &mut RouteMap<'a> {
        self.maps.entry(name).or_insert_with(|| RouteMap {
            name,
            entries: BTreeMap::new(),
            unoptimized: None,
        })
    }

    /// Opens an entry, again perhaps: its lines are kept, its verdict is the last one.
    pub fn entry(&mut self, name: &'a str, sequence: u32, verdict: Verdict, head: &'a str) -> &mut Entry<'a> {
        let entries = &mut self.map(name).entries;
        let entry = entries
            .entry(sequence)
            .or_insert_with(|| Entry::new(head, verdict));
        entry.verdict = verdict;
        if verdict == Verdict::Reject {
            entry.no_exit();
        }
        entry
    }

    /// Takes away an entry, or the whole map.
    pub fn remove(&mut self, name: &str, sequence: Option<u32>) {
        if let (Some(sequence), Some(map)) = (sequence, self.maps.get_mut(name)) {
            map.entries.remove(&sequence);
            if !map.entries.is_empty() {
                return;
            }
        }
        self.maps.remove(name);
    }

    pub fn optimization(&mut self, name: &'a str, line: &'a str, off: bool) {
        self.map(name).unoptimized = off.then_some(line);
    }

    pub fn finish(self, version: Version, device: &mut Device, notes: &Notes<'_>) {
        for (name, map) in self.maps {
            // One without entries is as good as none.
            if !map.entries.is_empty() {
                device
                    .policies
                    .insert(name.to_owned(), map.finish(version, notes));
            }
        }
    }
}

impl RouteMap<'_> {
    fn finish(self, version: Version, notes: &Notes<'_>) -> RoutePolicy {
        let sequences: Vec<u32> = self.entries.keys().copied().collect();
        let mut statements: Vec<Statement> = self
            .entries
            .into_iter()
            .map(|(sequence, entry)| entry.finish(sequence, &sequences, version, notes))
            .collect();
        if let (Some(line), Version::V10) = (self.unoptimized, version) {
            // 10.3 without the optimization denied more than it should in 78 of 200 random policies.
            let span = notes.span(line);
            for statement in &mut statements {
                if let Outcome::GoTo(to) = &mut statement.outcome {
                    *to += 1;
                }
            }
            let on = "what FRR 10 makes of a route map without its optimization".to_owned();
            let doubt = Statement {
                label: "optimization".to_owned(),
                head: span,
                span,
                condition: Condition::Undecidable { span, on },
                actions: Vec::new(),
                outcome: Outcome::Reject,
            };
            statements.insert(0, doubt);
        }
        RoutePolicy {
            name: notes.name(self.name),
            statements,
            sees_sets: true,
            failed_match_rejects_pending: true,
            end: End::Reject,
        }
    }
}
