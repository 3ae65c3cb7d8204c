//! What a `match` line tests (NX-OS unicast routing command reference, `match`): values of a line and lines of a
//! kind are alternatives, kinds are joined by "and".

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use pairlint_model::bgp::Family;
use pairlint_model::policy::{AsPathTest, CommunityMatch, Condition, ListFamily, PrefixMatch};
use pairlint_model::source::Spanned;

use crate::atoms::{asn, keyword, number};
use crate::cisco_nxos::tables::MATCH;
use crate::clauses::{all, any};
use crate::lines::Words;
use crate::notes::Notes;

/// The conditions of one entry while its lines are read.
#[derive(Default)]
pub(super) struct Matches {
    kinds: BTreeMap<&'static str, Vec<Condition>>,
    /// Prefix lists of both families.
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
            "as-number" => self.as_number(words, notes)?,
            "as-path" => self.add(
                what,
                words.map(|name| Condition::AsPathList {
                    name: notes.name(name),
                }),
            ),
            "community" => {
                let lists = lists(words, notes, |name, how| Condition::CommunityList { name, how });
                self.add(what, lists);
            }
            "large-community" => {
                let lists = lists(words, notes, |name, how| Condition::LargeCommunityList {
                    name,
                    how,
                });
                self.add(what, lists);
            }
            "extcommunity" => {
                let lists = lists(words, notes, |name, how| Condition::ExtendedCommunityList {
                    name,
                    how,
                });
                self.add(what, lists);
            }
            "local-preference" => {
                let values: Option<Vec<u32>> = words.map(number).collect();
                self.add(
                    what,
                    values?
                        .into_iter()
                        .map(|value| Condition::LocalPreference(value..=value)),
                );
            }
            "metric" if words.peek() != Some("external") => self.metric(words)?,
            "ip" => self.ip(words, Family::Ipv4, notes)?,
            "ipv6" => self.ip(words, Family::Ipv6, notes)?,
            other => {
                let (_, on) = UNDECIDABLE.iter().find(|(word, _)| *word == other)?;
                self.undecidable(on, words, notes);
            }
        }
        Some(())
    }

    fn undecidable(&mut self, on: &'static str, words: Words<'_>, notes: &Notes<'_>) {
        let span = notes.span(words.rest());
        self.add(
            on,
            [Condition::Undecidable {
                span,
                on: on.to_owned(),
            }],
        );
    }

    /// Reads `64512, 64520-64530` and `as-path-list NAME`: the AS of the peer, which is the leftmost of its paths.
    fn as_number(&mut self, mut words: Words<'_>, notes: &Notes<'_>) -> Option<()> {
        let span = notes.span(words.rest());
        if words.eat("as-path-list") {
            self.undecidable(
                "the peer's AS number, compared with an AS-path list",
                words,
                notes,
            );
            return Some(());
        }
        let mut tests = Vec::new();
        for range in words.rest().split([',', ' ']).filter(|range| !range.is_empty()) {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            tests.push(AsPathTest::Neighbor(asn(first)?.0..=asn(last)?.0));
        }
        let test = AsPathTest::Any(tests);
        self.add("as-number", [Condition::AsPath(Spanned::new(span, test))]);
        Some(())
    }

    /// Reads `100 200`, `100 +- 10`.
    fn metric(&mut self, mut words: Words<'_>) -> Option<()> {
        let mut ranges: Vec<RangeInclusive<u32>> = Vec::new();
        while let Some(word) = words.next() {
            if word == "+-" {
                let deviation: u32 = words.eat_if(number)?;
                let last = ranges.last_mut()?;
                let middle = *last.start();
                *last = middle.saturating_sub(deviation)..=middle.saturating_add(deviation);
            } else {
                let value = number(word)?;
                ranges.push(value..=value);
            }
        }
        self.add("metric", ranges.into_iter().map(Condition::Med));
        Some(())
    }

    /// Reads `address prefix-list LISTS`, `address ACL`, `next-hop …` and the like.
    fn ip(&mut self, mut words: Words<'_>, family: Family, notes: &Notes<'_>) -> Option<()> {
        let kinds = ["address", "multicast", "next-hop", "route-source"];
        match keyword(words.next()?, &kinds)? {
            "address" if words.eat("prefix-list") => {
                if words.is_empty() {
                    return None;
                }
                self.addresses.extend(words.map(|name| Condition::PrefixList {
                    name: notes.name(name),
                    family: ListFamily::of(family),
                    how: PrefixMatch::Listed,
                }));
            }
            // An access list is for policy routing; for BGP's routes the line is as if it were not there (Batfish).
            "address" => {
                words.next()?;
                words.is_empty().then_some(())?;
            }
            "next-hop" => self.undecidable("the next hop", words, notes),
            "route-source" => self.undecidable("the router that announced the route", words, notes),
            _ => self.undecidable("a multicast group", words, notes),
        }
        Some(())
    }

    pub fn condition(self) -> Condition {
        let addresses = (!self.addresses.is_empty()).then(|| any(self.addresses));
        let kinds = self.kinds.into_values().map(any);
        all(addresses.into_iter().chain(kinds).chain(self.unread).collect())
    }
}

/// Reads `LIST… [exact-match]`.
fn lists(
    words: Words<'_>,
    notes: &Notes<'_>,
    condition: impl Fn(Spanned<String>, CommunityMatch) -> Condition,
) -> Vec<Condition> {
    let how = match words.last_word() {
        Some("exact-match") => CommunityMatch::Exact,
        _ => CommunityMatch::Listed,
    };
    let names = words.filter(|word| *word != "exact-match");
    names.map(|name| condition(notes.name(name), how)).collect()
}

/// Understood, but decided by what a configuration does not tell.
const UNDECIDABLE: &[(&str, &str)] = &[
    ("evpn", "an EVPN route"),
    ("interface", "the interface behind the next hop"),
    ("length", "a packet's length"),
    ("mac-list", "a MAC address"),
    ("metric", "the metric of another protocol"),
    ("mpls", "whether the route has a label"),
    ("ospf-area", "an OSPF area"),
    ("route-type", "the route's type"),
    ("source-protocol", "the protocol the route comes from"),
    ("tag", "a tag"),
    ("vlan", "a VLAN"),
];
