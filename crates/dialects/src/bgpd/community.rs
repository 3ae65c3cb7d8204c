//! Community lists of all kinds, and the words for communities.

use std::collections::BTreeMap;

use pairlint_model::bgp::Community;
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    CommunityEntry, CommunityList, CommunityPattern, CommunityRegex, CommunityRendering, CommunityTest,
    RegexSyntax, Verdict,
};
use pairlint_model::source::Spanned;

use super::Version;
use super::abbreviation::complete;
use super::building::{Building, Tail, Value};
use super::expressions::is_expression;
use super::is_placeholder;
use super::lists::REFUSED;
use crate::atoms::{self, CommunityWord, number};
use crate::lines::Words;
use crate::notes::Notes;

/// What a list's lines hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Standard,
    Expanded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Community,
    Large,
    Extended,
}

impl Kind {
    pub fn owner(self, name: &str) -> Owner {
        let name = name.to_owned();
        match self {
            Kind::Community => Owner::CommunityList(name),
            Kind::Large => Owner::LargeCommunityList(name),
            Kind::Extended => Owner::ExtendedCommunityList(name),
        }
    }
}

pub struct CommunityLists<'a> {
    version: Version,
    lists: BTreeMap<(Kind, &'a str), (Style, Building<'a, CommunityEntry>)>,
    /// `bgp community alias`: expressions see the alias in place of the value.
    aliases: bool,
}

impl<'a> CommunityLists<'a> {
    pub fn new(version: Version) -> CommunityLists<'a> {
        CommunityLists {
            version,
            lists: BTreeMap::new(),
            aliases: false,
        }
    }

    pub fn alias(&mut self) {
        self.aliases = true;
    }

    /// Reads what follows `bgp community-list` and its like: `standard|expanded NAME` or `1–500`.
    pub fn line(
        &mut self,
        kind: Kind,
        line: &'a str,
        negated: bool,
        mut words: Words<'a>,
        notes: &mut Notes<'_>,
    ) {
        let first = words.next().unwrap_or("");
        let style = match complete(first, &["standard", "expanded"]).filter(|_| first.len() > 1) {
            Some("standard") => Some(Style::Standard),
            Some(_) => Some(Style::Expanded),
            None => None,
        };
        let named = style.and_then(|style| Some((style, words.next()?)));
        let Some((style, name)) = named.or_else(|| Some((numbered(first)?, first))) else {
            return match is_placeholder(line) {
                true => notes.unread(line, kind.owner(first)),
                false => notes.refused(line, kind.owner(first), REFUSED),
            };
        };
        if negated {
            self.remove(kind, name, words);
            return notes.read();
        }
        match Tail::read(words) {
            Some(tail) => {
                let rule = (tail.sequence, tail.verdict, tail.value.rest());
                self.rule(kind, (style, name), line, tail.text, rule, notes);
            }
            None => notes.refused(line, kind.owner(name), REFUSED),
        }
    }

    /// Adds one entry: a line of values or an expression.
    pub fn rule(
        &mut self,
        kind: Kind,
        (style, name): (Style, &'a str),
        line: &'a str,
        text: &'a str,
        (sequence, verdict, value): (Option<u32>, Verdict, &'a str),
        notes: &mut Notes<'_>,
    ) {
        let owner = || kind.owner(name);
        if self
            .lists
            .get(&(kind, name))
            .is_some_and(|(known, _)| *known != style)
        {
            let effect = "drops the line: the list has the other type already";
            return notes.refused(line, owner(), effect);
        }
        let test = match (style, kind) {
            (Style::Expanded, _) => self.expression(value, notes),
            (Style::Standard, Kind::Community) => self.values(value, notes),
            (Style::Standard, Kind::Large) => large_values(value, notes),
            // Not modelled: a route from Microsoft carries none.
            (Style::Standard, Kind::Extended) => Some(CommunityTest::Line(vec![Spanned::new(
                notes.span(value),
                CommunityPattern::Other,
            )])),
        };
        let Some(test) = test else {
            if is_placeholder(value) {
                notes.unread(line, owner());
                let test = CommunityTest::Unsupported(notes.span(line));
                return self.add(kind, (style, name), line, text, (sequence, verdict, test), notes);
            }
            let effect = match style {
                Style::Standard => "drops the line, since a value of it is malformed, and goes on without it",
                Style::Expanded => REFUSED,
            };
            return notes.refused(line, owner(), effect);
        };
        notes.read();
        self.add(kind, (style, name), line, text, (sequence, verdict, test), notes);
    }

    fn add(
        &mut self,
        kind: Kind,
        (style, name): (Style, &'a str),
        line: &'a str,
        text: &'a str,
        (sequence, verdict, test): (Option<u32>, Verdict, CommunityTest),
        notes: &Notes<'_>,
    ) {
        let entry = CommunityEntry {
            verdict,
            test,
            span: notes.span(line),
        };
        let value = said(&entry.test, text);
        let (_, list) = self
            .lists
            .entry((kind, name))
            .or_insert_with(|| (style, Building::new(name, line, notes)));
        match value {
            Some(value) => drop(list.add_new(sequence, text, (verdict, value), entry)),
            None => list.add(sequence, text, entry),
        }
    }

    /// Adds what may permit, deny or do nothing.
    pub fn unknown(&mut self, kind: Kind, list: (Style, &'a str), line: &'a str, notes: &Notes<'_>) {
        for verdict in [Verdict::Accept, Verdict::Reject] {
            let test = CommunityTest::Unsupported(notes.span(line));
            self.add(kind, list, line, line, (None, verdict, test), notes);
        }
    }

    fn remove(&mut self, kind: Kind, name: &'a str, words: Words<'a>) {
        if let (false, Some((_, list))) = (words.is_empty(), self.lists.get_mut(&(kind, name))) {
            if let Some(tail) = Tail::read(words) {
                list.remove(tail.sequence, tail.text);
            }
            if !list.is_empty() {
                return;
            }
        }
        self.lists.remove(&(kind, name));
    }

    fn expression(&self, value: &str, notes: &Notes<'_>) -> Option<CommunityTest> {
        if value.is_empty() || !is_expression(value) {
            return None;
        }
        let regex = CommunityRegex {
            expression: value.to_owned(),
            syntax: RegexSyntax::PosixDelimiter,
            rendering: CommunityRendering::Names(self.version.names()),
        };
        Some(CommunityTest::Text(Spanned::new(notes.span(value), regex)))
    }

    /// Reads the values of a standard line; nothing where one of them is malformed.
    fn values(&self, value: &'a str, notes: &Notes<'_>) -> Option<CommunityTest> {
        let mut patterns = Vec::new();
        let mut internet = false;
        for word in Words::new(value) {
            let community = listed(word, self.version)?;
            // Up to 8.4 0:0 is `internet`, and a line that names it holds for every route.
            internet |= self.version == Version::V8 && community == Community::new(0, 0);
            patterns.push(Spanned::new(
                notes.span(word),
                CommunityPattern::Exactly(community),
            ));
        }
        match (patterns.is_empty(), internet) {
            (true, _) => None,
            (_, true) => Some(CommunityTest::Always),
            _ => Some(CommunityTest::Line(patterns)),
        }
    }

    pub fn finish(self, device: &mut Device) {
        for ((kind, name), (_, list)) in self.lists {
            let mut list = CommunityList {
                name: list.name.clone(),
                span: list.span,
                entries: list.in_order(),
            };
            if self.aliases && kind == Kind::Community {
                for entry in &mut list.entries {
                    if matches!(entry.test, CommunityTest::Text(_)) {
                        entry.test = CommunityTest::Unsupported(entry.span);
                    }
                }
            }
            let lists = match kind {
                Kind::Community => &mut device.community_lists,
                Kind::Large => &mut device.large_community_lists,
                Kind::Extended => &mut device.extended_community_lists,
            };
            lists.insert(name.to_owned(), list);
        }
    }
}

/// What an entry says, as bgpd compares it with others: the values in any order, the expression as it is written.
fn said<'a>(test: &CommunityTest, text: &'a str) -> Option<Value<'a>> {
    let values = match test {
        // A line that names `internet` may name more.
        CommunityTest::Text(_) | CommunityTest::Always => return Some(Value::Text(text)),
        CommunityTest::Line(values) => values,
        _ => return None,
    };
    let communities = values.iter().map(|value| match value.value {
        CommunityPattern::Exactly(community) => Some(community),
        _ => None,
    });
    let large = values.iter().map(|value| match value.value {
        CommunityPattern::Large(large) => Some(large),
        _ => None,
    });
    let communities = communities.collect::<Option<_>>().map(Value::Communities);
    communities.or_else(|| large.collect::<Option<_>>().map(Value::Large))
}

/// The type of a list that has a number for its name.
pub fn numbered(name: &str) -> Option<Style> {
    match number::<u32>(name)? {
        1..=99 => Some(Style::Standard),
        100..=500 => Some(Style::Expanded),
        _ => None,
    }
}

fn large_values(value: &str, notes: &Notes<'_>) -> Option<CommunityTest> {
    let patterns: Option<Vec<_>> = Words::new(value)
        .map(|word| {
            let large = atoms::large_community(word)?;
            Some(Spanned::new(notes.span(word), CommunityPattern::Large(large)))
        })
        .collect();
    patterns
        .filter(|patterns| !patterns.is_empty())
        .map(CommunityTest::Line)
}

/// Reads a value of a standard list: two halves, or a name. One number is refused.
fn listed(word: &str, version: Version) -> Option<Community> {
    match atoms::community(word) {
        CommunityWord::Value(community) if word.contains(':') => Some(community),
        CommunityWord::Value(_) | CommunityWord::OutOfRange => None,
        CommunityWord::Other => well_known(word, version),
    }
}

/// The names that bgpd takes (`community_gettoken`, FRR 8.4 and 10.3 source); 10.3 has no `internet` any more.
pub fn well_known(word: &str, version: Version) -> Option<Community> {
    let value = match word {
        "internet" => return (version == Version::V8).then_some(Community::new(0, 0)),
        "graceful-shutdown" => 0,
        "accept-own" => 1,
        "route-filter-translated-v4" => 2,
        "route-filter-v4" => 3,
        "route-filter-translated-v6" => 4,
        "route-filter-v6" => 5,
        "llgr-stale" => 6,
        "no-llgr" => 7,
        "accept-own-nexthop" => 8,
        "blackhole" => 666,
        "no-export" => 65281,
        "no-advertise" => 65282,
        "local-AS" => 65283,
        "no-peer" => 65284,
        _ => return None,
    };
    Some(Community::new(65535, value))
}
