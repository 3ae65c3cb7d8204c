//! What a `match` line tests: values of a line and lines of a kind are alternatives, kinds are joined by "and".

use std::collections::BTreeMap;

use pairlint_model::bgp::Family;
use pairlint_model::policy::{CommunityMatch, Condition, ListFamily, PrefixMatch};

use crate::atoms::{keyword, number};
use crate::cisco_asa::words::MATCH;
use crate::clauses::{all, any};
use crate::lines::Words;
use crate::notes::Notes;

/// The conditions of one entry while its lines are read.
#[derive(Default)]
pub(super) struct Matches {
    kinds: BTreeMap<&'static str, Vec<Condition>>,
    /// Prefix and access lists of both families: an entry for both takes a route of either.
    addresses: Vec<Condition>,
    unread: Vec<Condition>,
}

impl Matches {
    /// Reads what follows `match`; false where it is not understood.
    pub fn line(&mut self, words: Words<'_>, line: &str, notes: &Notes<'_>) -> bool {
        let read = self.read(words, notes);
        if read.is_none() {
            self.unread(line, notes);
        }
        read.is_some()
    }

    pub fn unread(&mut self, line: &str, notes: &Notes<'_>) {
        self.unread.push(Condition::Unsupported(notes.span(line)));
    }

    fn add(&mut self, kind: &'static str, conditions: impl IntoIterator<Item = Condition>) {
        self.kinds.entry(kind).or_default().extend(conditions);
    }

    fn read(&mut self, mut words: Words<'_>, notes: &Notes<'_>) -> Option<()> {
        let what = keyword(words.next()?, MATCH)?;
        if words.is_empty() {
            return None;
        }
        match what {
            "as-path" => self.add(
                what,
                words.map(|name| Condition::AsPathList {
                    name: notes.name(name),
                }),
            ),
            "community" => {
                let exact = words.last_word() == Some("exact-match");
                let how = match exact {
                    true => CommunityMatch::Exact,
                    false => CommunityMatch::Listed,
                };
                let names = words.filter(|word| *word != "exact-match");
                let lists = names.map(|name| Condition::CommunityList {
                    name: notes.name(name),
                    how,
                });
                let lists: Vec<Condition> = lists.collect();
                // Whether the word counts for every list is not documented.
                if lists.is_empty() || exact && lists.len() > 1 {
                    return None;
                }
                self.add(what, lists);
            }
            "policy-list" => self.add(
                what,
                words.map(|name| Condition::PolicyList {
                    name: notes.name(name),
                }),
            ),
            "metric" => {
                let values: Option<Vec<u32>> = words.map(number).collect();
                self.add(
                    what,
                    values?.into_iter().map(|value| Condition::Med(value..=value)),
                );
            }
            "ip" => self.address(words, Family::Ipv4, notes)?,
            "ipv6" => self.address(words, Family::Ipv6, notes)?,
            other => {
                let (_, on) = UNDECIDABLE.iter().find(|(word, _)| *word == other)?;
                self.undecidable(on, words, notes);
            }
        }
        Some(())
    }

    fn undecidable(&mut self, on: &'static str, words: Words<'_>, notes: &Notes<'_>) {
        let span = notes.span(words.rest());
        let condition = Condition::Undecidable {
            span,
            on: on.to_owned(),
        };
        self.add(on, [condition]);
    }

    /// Reads `address ACL…`, `address prefix-list LIST…`, `next-hop …`, `route-source …`.
    fn address(&mut self, mut words: Words<'_>, family: Family, notes: &Notes<'_>) -> Option<()> {
        match keyword(words.next()?, &["address", "next-hop", "route-source"])? {
            "address" => {
                let prefixes = words.eat("prefix-list");
                if words.is_empty() {
                    return None;
                }
                self.addresses.extend(words.map(|name| match prefixes {
                    true => Condition::PrefixList {
                        name: notes.name(name),
                        family: ListFamily::of(family),
                        how: PrefixMatch::Listed,
                    },
                    false => Condition::AccessList {
                        name: notes.name(name),
                        family,
                    },
                }));
            }
            "next-hop" => self.undecidable("the next hop", words, notes),
            _ => self.undecidable("the router that announced the route", words, notes),
        }
        Some(())
    }

    pub fn condition(self) -> Condition {
        let addresses = (!self.addresses.is_empty()).then(|| any(self.addresses));
        let kinds = self.kinds.into_values().map(any);
        all(addresses.into_iter().chain(kinds).chain(self.unread).collect())
    }
}

/// The access lists in one `match ip address` line.
pub(super) fn access_lists(line: &str) -> Vec<(Family, &str)> {
    let mut words = Words::new(line);
    let is_match = words
        .next()
        .is_some_and(|word| keyword(word, &["match"]).is_some());
    let family = match words.next().filter(|_| is_match) {
        Some("ip") => Family::Ipv4,
        Some("ipv6") => Family::Ipv6,
        _ => return Vec::new(),
    };
    let address = words
        .next()
        .is_some_and(|word| keyword(word, &["address"]).is_some());
    if !address || words.eat("prefix-list") {
        return Vec::new();
    }
    words.map(|name| (family, name)).collect()
}

/// Understood, but decided by what a configuration does not tell.
const UNDECIDABLE: &[(&str, &str)] = &[
    ("interface", "the interface behind the next hop"),
    ("metric-type", "a metric's type"),
    ("route-type", "the route's type"),
    ("tag", "a tag"),
];
