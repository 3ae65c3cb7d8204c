//! What a `match` line tests.
//!
//! Values of one line, and lines of one kind, are alternatives; kinds are joined by "and" (Cisco IOS IP
//! Routing: BGP, "route-map"; Zhang and Bartell, BGP Design and Implementation, chapter 4).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use pairlint_model::bgp::Family;
use pairlint_model::policy::{CommunityMatch, Condition, ListFamily, PrefixMatch};

use super::Notes;
use crate::atoms::{keyword, number};
use crate::cisco_ios::tables::MATCH;
use crate::clauses::{all, any};
use crate::lines::Words;

/// Lines of one kind are alternatives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    AsPath,
    Community,
    LargeCommunity,
    ExtendedCommunity,
    LocalPreference,
    Metric,
    PolicyList,
    /// Depends on what the configuration does not tell; the words that name it.
    Undecidable(&'static str),
}

/// What the names in `match` lines can refer to, and whether it is there.
#[derive(Default)]
pub(super) struct Defined {
    pub prefix_lists: BTreeSet<(Family, String)>,
    pub access_lists: BTreeSet<(Family, String)>,
}

/// The conditions of one entry while its lines are read.
#[derive(Default)]
pub(super) struct Matches<'a> {
    kinds: BTreeMap<Kind, Vec<Condition>>,
    addresses: BTreeMap<Family, Addresses<'a>>,
    unread: Vec<Condition>,
}

#[derive(Default)]
struct Addresses<'a> {
    access_lists: Vec<&'a str>,
    prefix_lists: Vec<&'a str>,
}

impl<'a> Matches<'a> {
    /// Reads what follows `match`; false where it is not understood.
    pub fn line(&mut self, words: Words<'a>, line: &str, notes: &Notes<'_>) -> bool {
        let read = self.read(words, notes);
        if read.is_none() {
            self.unread(line, notes);
        }
        read.is_some()
    }

    pub fn unread(&mut self, line: &str, notes: &Notes<'_>) {
        self.unread.push(Condition::Unsupported(notes.span(line)));
    }

    fn read(&mut self, mut words: Words<'a>, notes: &Notes<'_>) -> Option<()> {
        let what = keyword(words.next()?, MATCH)?;
        match what {
            "as-path" => {
                let lists = names(words)?.map(|name| Condition::AsPathList {
                    name: notes.name(name),
                });
                self.add(Kind::AsPath, lists);
            }
            "community" => {
                let lists = community_lists(words, notes)?;
                self.add(Kind::Community, lists);
            }
            "large-community" => {
                let how = |exact| {
                    if exact {
                        CommunityMatch::Exact
                    } else {
                        CommunityMatch::Listed
                    }
                };
                let exact = words.ahead().any(is_exact);
                let lists = names(words)?.filter(|name| !is_exact(name));
                let lists = lists.map(|name| Condition::LargeCommunityList {
                    name: notes.name(name),
                    how: how(exact),
                });
                self.add(Kind::LargeCommunity, lists);
            }
            "extcommunity" => {
                let lists = names(words)?.map(|name| Condition::ExtendedCommunityList {
                    name: notes.name(name),
                    how: CommunityMatch::Listed,
                });
                self.add(Kind::ExtendedCommunity, lists);
            }
            "local-preference" => {
                let values: Option<Vec<u32>> = names(words)?.map(number).collect();
                let conditions = values?
                    .into_iter()
                    .map(|value| Condition::LocalPreference(value..=value));
                self.add(Kind::LocalPreference, conditions);
            }
            "metric" => self.metric(words, notes)?,
            "policy-list" => {
                let lists = names(words)?.map(|name| Condition::PolicyList {
                    name: notes.name(name),
                });
                self.add(Kind::PolicyList, lists);
            }
            "ip" => self.ip(words, Family::Ipv4, notes)?,
            "ipv6" => self.ip(words, Family::Ipv6, notes)?,
            other => {
                let (_, on) = UNDECIDABLE.iter().find(|(word, _)| *word == other)?;
                self.undecidable(on, words, notes);
            }
        }
        Some(())
    }

    fn add(&mut self, kind: Kind, conditions: impl IntoIterator<Item = Condition>) {
        self.kinds.entry(kind).or_default().extend(conditions);
    }

    fn undecidable(&mut self, on: &'static str, words: Words<'a>, notes: &Notes<'_>) {
        let span = notes.span(words.rest());
        let on_text = on.to_owned();
        self.add(
            Kind::Undecidable(on),
            [Condition::Undecidable { span, on: on_text }],
        );
    }

    /// Reads `metric 100 200`, `metric 100 +- 10`, `metric external …`.
    fn metric(&mut self, mut words: Words<'a>, notes: &Notes<'_>) -> Option<()> {
        if words.eat("external") {
            self.undecidable("the metric of another protocol", words, notes);
            return Some(());
        }
        let mut ranges: Vec<RangeInclusive<u32>> = Vec::new();
        while let Some(word) = words.next() {
            match word.strip_prefix("+-") {
                Some(deviation) => {
                    let deviation = if deviation.is_empty() {
                        words.next()?
                    } else {
                        deviation
                    };
                    let deviation: u32 = number(deviation)?;
                    let last = ranges.last_mut()?;
                    let middle = *last.start();
                    *last = middle.saturating_sub(deviation)..=middle.saturating_add(deviation);
                }
                None => {
                    let value = number(word)?;
                    ranges.push(value..=value);
                }
            }
        }
        if ranges.is_empty() {
            return None;
        }
        self.add(Kind::Metric, ranges.into_iter().map(Condition::Med));
        Some(())
    }

    /// Reads `ip address LISTS`, `ip address prefix-list LISTS`, `ip next-hop …` and the like.
    fn ip(&mut self, mut words: Words<'a>, family: Family, notes: &Notes<'_>) -> Option<()> {
        let what = keyword(
            words.next()?,
            &[
                "address",
                "flowspec",
                "multicast",
                "next-hop",
                "redistribution-source",
                "route-source",
            ],
        )?;
        if words.is_empty() {
            return None;
        }
        match what {
            "address" => {
                let addresses = self.addresses.entry(family).or_default();
                let mut prefix_lists = false;
                for word in words {
                    if keyword(word, &["prefix-list"]).is_some() && word.len() > 5 && !prefix_lists {
                        prefix_lists = true;
                    } else if prefix_lists {
                        addresses.prefix_lists.push(word);
                    } else {
                        addresses.access_lists.push(word);
                    }
                }
                if prefix_lists && addresses.prefix_lists.is_empty() {
                    return None;
                }
            }
            "next-hop" => self.undecidable("the next hop", words, notes),
            "route-source" => self.undecidable("the router that announced the route", words, notes),
            "redistribution-source" => self.undecidable("the source of a redistributed route", words, notes),
            _ => self.undecidable("a group or flow specification", words, notes),
        }
        Some(())
    }

    pub fn condition(self, defined: &Defined, notes: &Notes<'_>) -> Condition {
        let addresses: Vec<Condition> = self
            .addresses
            .iter()
            .filter_map(|(family, lists)| lists.condition(*family, defined, notes))
            .collect();
        // An entry for both families takes a route of either (Batfish, RouteMapClause).
        let addresses = (!addresses.is_empty()).then(|| any(addresses));
        let kinds = self.kinds.into_values().map(any);
        all(addresses.into_iter().chain(kinds).chain(self.unread).collect())
    }
}

impl Addresses<'_> {
    fn condition(&self, family: Family, defined: &Defined, notes: &Notes<'_>) -> Option<Condition> {
        let prefix_lists = several(&self.prefix_lists, &defined.prefix_lists, family, notes, |name| {
            Condition::PrefixList {
                name: notes.name(name),
                family: ListFamily::of(family),
                how: PrefixMatch::Listed,
            }
        });
        let access_lists = several(&self.access_lists, &defined.access_lists, family, notes, |name| {
            Condition::AccessList {
                name: notes.name(name),
                family,
            }
        });
        match (access_lists, prefix_lists) {
            (Some(access), Some(prefix)) => {
                // One entry with both kinds of lists: Batfish takes either, the manual says nothing.
                let span = self.prefix_lists.first().map(|name| notes.span(name))?;
                let unknown = Condition::Undecidable {
                    span,
                    on: "whether IOS wants both the access list and the prefix list".to_owned(),
                };
                let both = all(vec![access.clone(), prefix.clone()]);
                Some(any(vec![both, all(vec![any(vec![access, prefix]), unknown])]))
            }
            (one, other) => one.or(other),
        }
    }
}

/// Joins the lists of one `match ip address`. An undefined list holds for every route where it stands alone;
/// beside a defined one Batfish passes over it, which no Cisco source confirms.
fn several(
    names: &[&str],
    defined: &BTreeSet<(Family, String)>,
    family: Family,
    notes: &Notes<'_>,
    condition: impl Fn(&str) -> Condition,
) -> Option<Condition> {
    let is_defined = |name: &str| defined.contains(&(family, name.to_owned()));
    let some_defined = names.iter().any(|name| is_defined(name));
    let conditions: Vec<Condition> = names
        .iter()
        .map(|name| {
            let reference = condition(name);
            if !some_defined || is_defined(name) {
                return reference;
            }
            let unknown = Condition::Undecidable {
                span: notes.span(name),
                on: "what an undefined list does beside a defined one".to_owned(),
            };
            all(vec![reference, unknown])
        })
        .collect();
    (!conditions.is_empty()).then(|| any(conditions))
}

fn is_exact(word: &str) -> bool {
    word.eq_ignore_ascii_case("exact-match") || word.eq_ignore_ascii_case("exact")
}

/// Reads `1 2 NAME`, `1 exact-match 2`, `1 2 exact-match`.
///
/// The manual of 12.x puts `exact-match` after each list it is for, the YANG model of IOS XE 17 once behind all
/// of them; where the two differ, the answer is open.
fn community_lists(words: Words<'_>, notes: &Notes<'_>) -> Option<Vec<Condition>> {
    let mut lists: Vec<(&str, bool)> = Vec::new();
    let mut exact = 0;
    let mut trailing = false;
    for word in words {
        trailing = is_exact(word) && !lists.is_empty();
        if trailing {
            lists.last_mut()?.1 = true;
            exact += 1;
        } else {
            lists.push((word, false));
        }
    }
    let open = trailing && exact == 1 && lists.len() > 1;
    let condition = |(name, is_exact): (&str, bool)| {
        let list = |how| Condition::CommunityList {
            name: notes.name(name),
            how,
        };
        match (is_exact, open) {
            (true, _) => list(CommunityMatch::Exact),
            (false, false) => list(CommunityMatch::Listed),
            (false, true) => {
                let unknown = Condition::Undecidable {
                    span: notes.span(name),
                    on: "whether `exact-match` counts for every list of the line".to_owned(),
                };
                let listed = all(vec![list(CommunityMatch::Listed), unknown]);
                any(vec![list(CommunityMatch::Exact), listed])
            }
        }
    };
    (!lists.is_empty()).then(|| lists.into_iter().map(condition).collect())
}

/// The words, unless there are none.
fn names<'a>(words: Words<'a>) -> Option<Words<'a>> {
    (!words.is_empty()).then_some(words)
}

/// Understood, but decided by what a configuration does not tell.
const UNDECIDABLE: &[(&str, &str)] = &[
    ("additional-paths", "which additional path it is"),
    ("application", "an application"),
    ("clns", "a CLNS address"),
    ("interface", "the interface behind the next hop"),
    ("length", "a packet's length"),
    ("mdt-group", "a multicast group"),
    ("mpls-label", "whether the route has a label"),
    ("nlri", "the kind of route"),
    ("omp-tag", "an OMP tag"),
    ("route-type", "the route's type"),
    ("rpki", "the RPKI state"),
    ("security-group", "a security group"),
    ("source-protocol", "the protocol the route comes from"),
    ("tag", "a tag"),
    ("track", "a tracked object"),
    ("virtual-router", "a virtual router"),
];
