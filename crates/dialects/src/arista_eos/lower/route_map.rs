//! Route maps: entries, what they test and do, and where they lead.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::Family;
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    Action, CommunityList, Condition, End, Outcome, PolicyExpression, RoutePolicy, Statement, Verdict,
};
use pairlint_model::source::Spanned;

use super::matching::Matches;
use super::setting;
use crate::atoms::keyword;
use crate::clauses::{Target, all, join_communities, target, without_removed};
use crate::lines::Words;
use crate::notes::Notes;
use crate::route_maps::{Entry, RouteMap, RouteMaps};

/// Names of access lists that some entry tests.
pub(super) fn used_access_lists<'a>(maps: &RouteMaps<'a>) -> BTreeSet<(Family, &'a str)> {
    let lines = maps
        .values()
        .flat_map(|map| map.entries.values())
        .flat_map(|entry| &entry.lines);
    let used = lines.filter_map(|line| {
        let mut words = Words::new(line);
        words.next();
        words.eat("invert-result");
        let family = match words.next()? {
            "ip" => Family::Ipv4,
            "ipv6" => Family::Ipv6,
            _ => return None,
        };
        words.next();
        words
            .eat("access-list")
            .then(|| words.next())
            .flatten()
            .map(|name| (family, name))
    });
    used.collect()
}

/// Builds the policies; the device's lists must be there already.
pub(super) fn finish(maps: RouteMaps<'_>, device: &mut Device, notes: &mut Notes<'_>) {
    let known: BTreeSet<&str> = maps.keys().copied().collect();
    let policies: Vec<RoutePolicy> = maps
        .into_values()
        .map(|map| policy(map, &known, &device.community_lists, notes))
        .collect();
    for policy in policies {
        device.policies.insert(policy.name.value.clone(), policy);
    }
}

/// Where a statement leads, before entries are spread over several.
enum Flow {
    Outcome(Outcome),
    Entry(usize),
}

fn policy(
    map: RouteMap<'_>,
    known: &BTreeSet<&str>,
    lists: &BTreeMap<String, CommunityList>,
    notes: &mut Notes<'_>,
) -> RoutePolicy {
    let sequences: Vec<u32> = map.entries.keys().copied().collect();
    let mut statements: Vec<(Statement, Flow)> = Vec::new();
    let mut starts = Vec::with_capacity(sequences.len() + 1);
    for (index, (sequence, entry)) in map.entries.into_iter().enumerate() {
        starts.push(statements.len());
        let place = Place {
            map: map.name,
            index,
            sequence,
            sequences: &sequences,
        };
        statements.extend(place.statements(entry, known, lists, notes));
    }
    starts.push(statements.len());
    let statements = statements.into_iter().map(|(statement, flow)| Statement {
        outcome: match flow {
            Flow::Outcome(outcome) => outcome,
            Flow::Entry(entry) => Outcome::GoTo(starts.get(entry).copied().unwrap_or(usize::MAX)),
        },
        ..statement
    });
    RoutePolicy {
        name: notes.name(map.name),
        statements: statements.collect(),
        // Conditions test the route as it came (Batfish).
        sees_sets: false,
        failed_match_rejects_pending: false,
        end: End::Reject,
    }
}

/// Which entry of which route map.
struct Place<'p> {
    map: &'p str,
    index: usize,
    sequence: u32,
    sequences: &'p [u32],
}

/// The lines of an entry, sorted by what they do.
#[derive(Default)]
struct Read<'a> {
    matches: Matches<'a>,
    actions: Vec<(&'a str, Action)>,
    goes_on: Option<&'a str>,
    /// The name after `sub-route-map`.
    called: Option<&'a str>,
}

impl Place<'_> {
    fn read<'a>(
        &self,
        entry: Entry<'a>,
        lists: &BTreeMap<String, CommunityList>,
        notes: &mut Notes<'_>,
    ) -> Read<'a> {
        let owner = || Owner::Policy(self.map.to_owned());
        let mut read = Read::default();
        if entry.doubtful {
            read.matches.unread(entry.head, notes);
        }
        for line in without_removed(entry.lines, notes) {
            let mut words = Words::new(line);
            let word = words.next().unwrap_or("");
            let known = ["match", "set", "continue", "sub-route-map", "description", "exit"];
            match keyword(word, &known) {
                Some("match") => match read.matches.line(words, line, notes) {
                    true => notes.read(),
                    false => notes.unread(line, owner()),
                },
                Some("set") => match setting::actions(words, lists, notes) {
                    Some(actions) => {
                        match actions.as_slice() {
                            [Action::Inert] => notes.ignored(),
                            _ => notes.read(),
                        }
                        read.actions
                            .extend(actions.into_iter().map(|action| (line, action)));
                    }
                    None => {
                        notes.unread(line, owner());
                        read.actions.push((line, Action::Unsupported));
                    }
                },
                Some("continue") => {
                    if read.goes_on.replace(line).is_some() {
                        notes.read();
                    }
                }
                Some("sub-route-map") if words.only().is_some() => {
                    read.called = words.only();
                    notes.read();
                }
                Some("sub-route-map") | None => {
                    read.matches.unread(line, notes);
                    notes.unread(line, owner());
                }
                Some(_) => notes.ignored(),
            }
        }
        read
    }

    /// The statements that an entry comes to; the first whose condition holds leads on.
    fn statements(
        &self,
        entry: Entry<'_>,
        known: &BTreeSet<&str>,
        lists: &BTreeMap<String, CommunityList>,
        notes: &mut Notes<'_>,
    ) -> Vec<(Statement, Flow)> {
        let head = notes.span(entry.head);
        let span = entry.span(notes);
        let verdict = entry.verdict;
        let read = self.read(entry, lists, notes);
        let matches = read.matches.condition(notes);
        let actions = join_communities(read.actions, notes);
        let statement = |condition, actions| Statement {
            label: self.sequence.to_string(),
            head,
            span,
            condition,
            actions,
            outcome: Outcome::Accept,
        };
        let unknown = |part: &str, on: &str| Condition::Undecidable {
            span: notes.span(part),
            on: on.to_owned(),
        };
        let condition = match read.called {
            None => matches.clone(),
            Some(name) if known.contains(name) => {
                let called = Condition::Policy {
                    chain: vec![PolicyExpression::Policy(notes.name(name))],
                    default: Verdict::Reject,
                };
                all(vec![matches.clone(), called])
            }
            Some(name) => {
                let undefined = unknown(name, "what an undefined sub-route-map does");
                all(vec![matches.clone(), undefined])
            }
        };
        let end = match verdict {
            Verdict::Accept => Outcome::Accept,
            Verdict::Reject => Outcome::Reject,
        };
        let mut statements = Vec::new();
        match read.goes_on.map(|line| (line, self.target(line))) {
            Some((line, Some(to))) => {
                let mut actions = actions;
                actions.push(Spanned::new(notes.span(line), Action::Pending(verdict)));
                if verdict == Verdict::Reject {
                    // Whether the rejection stands at once or stays pending is not documented.
                    let stands = unknown(line, "whether EOS goes on where a deny entry has `continue`");
                    let condition = all(vec![condition.clone(), stands]);
                    statements.push((statement(condition, Vec::new()), Flow::Outcome(Outcome::Reject)));
                }
                statements.push((statement(condition, actions), Flow::Entry(to)));
            }
            // To an entry that is not there, as if there were no `continue` (`show ip bgp` of
            // batfish/lab-validation `eos_rm_undefined_continue`, read 2026-11).
            Some((line, None)) if self.is_missing(line) => {
                statements.push((statement(condition, actions), Flow::Outcome(end)));
            }
            Some((_, None)) => {
                statements.push((statement(condition, actions), Flow::Outcome(Outcome::Unknown)));
            }
            None => statements.push((statement(condition, actions), Flow::Outcome(end))),
        }
        if let Some(name) = read.called {
            // What the called route map denies does not match this entry, or is denied: sources differ.
            let denied = unknown(name, "whether what a sub-route-map denies is denied at once");
            let condition = all(vec![matches, denied]);
            statements.push((statement(condition, Vec::new()), Flow::Outcome(Outcome::Reject)));
        }
        if let Some(line) = read.goes_on {
            match self.target(line).is_some() || self.is_missing(line) {
                true => notes.read(),
                false => notes.unread(line, Owner::Policy(self.map.to_owned())),
            }
        }
        statements
    }

    fn target(&self, line: &str) -> Option<usize> {
        match target(line, self.sequence, self.sequences)? {
            Target::Next => Some(self.index + 1),
            Target::Statement(index) => Some(index),
            Target::Missing | Target::Backward => None,
        }
    }

    fn is_missing(&self, line: &str) -> bool {
        matches!(target(line, self.sequence, self.sequences), Some(Target::Missing))
    }
}
