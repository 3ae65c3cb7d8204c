//! All policies and sets of a device, before any is used.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::source::Source;

use super::sets;
use crate::cisco_xr::rpl::{self, Policy, Step};
use crate::cisco_xr::syntax::{Text, Tree};
use crate::cisco_xr::tokens::{self, Kind, Place, Token};

/// A named set: its elements' words.
#[derive(Debug)]
pub(super) struct Set<'a> {
    /// `prefix-set`, `extcommunity-set rt` …, in lower case.
    pub kind: String,
    pub name: Token<'a>,
    pub tokens: Vec<Token<'a>>,
    pub closed: bool,
}

pub(super) struct Library<'a> {
    pub policies: BTreeMap<&'a str, Policy<'a>>,
    /// By kind, then by name.
    pub sets: BTreeMap<String, BTreeMap<&'a str, Set<'a>>>,
    /// `policy-global` parameters, with the `$`.
    pub globals: BTreeMap<String, String>,
    /// Policies and sets that say different things to different peers.
    peer: BTreeSet<&'a str>,
    /// Policies that may drop a route.
    dropping: BTreeSet<&'a str>,
}

impl<'a> Library<'a> {
    pub fn new(source: &'a Source, tree: &Tree<'a>) -> Library<'a> {
        let policies: BTreeMap<&'a str, Policy<'a>> = tree
            .policies
            .iter()
            .filter_map(|text| rpl::policy(text, source))
            .map(|policy| (policy.name.text, policy))
            .collect();
        let mut sets: BTreeMap<String, BTreeMap<&'a str, Set<'a>>> = BTreeMap::new();
        for set in tree.sets.iter().filter_map(|text| set(text, source)) {
            sets.entry(set.kind.clone())
                .or_default()
                .insert(set.name.text, set);
        }
        let peer_sets: BTreeSet<&str> = sets
            .values()
            .flat_map(BTreeMap::values)
            .filter(|set| sets::needs_peer(&set.tokens))
            .map(|set| set.name.text)
            .collect();
        let speaks_of_peer = |policy: &Policy<'a>| {
            sets::needs_peer(&policy.tokens)
                || policy.tokens.iter().any(|token| peer_sets.contains(token.text))
        };
        let drops = |policy: &Policy<'a>| {
            let is_drop = |step: &Step| match step {
                Step::Do(range) => policy.words(range).first().is_some_and(|word| word.is("drop")),
                _ => false,
            };
            policy.steps.iter().any(is_drop)
        };
        let peer_policies = reaching(&policies, speaks_of_peer);
        let dropping = reaching(&policies, drops);
        Library {
            globals: tree
                .globals
                .iter()
                .flat_map(|text| globals(text, source))
                .collect(),
            peer: peer_policies.union(&peer_sets).copied().collect(),
            dropping,
            policies,
            sets,
        }
    }

    pub fn needs_peer(&self, name: &str) -> bool {
        self.peer.contains(name)
    }

    pub fn may_drop(&self, name: &str) -> bool {
        self.dropping.contains(name)
    }

    pub fn set(&self, kind: &str, name: &str) -> Option<&Set<'a>> {
        self.sets.get(kind)?.get(name)
    }
}

/// The policies of which this is true, and those that apply one of them, directly or not.
fn reaching<'a>(
    policies: &BTreeMap<&'a str, Policy<'a>>,
    is: impl Fn(&Policy<'a>) -> bool,
) -> BTreeSet<&'a str> {
    let mut callers: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
    for (name, policy) in policies {
        for applied in policy.applied() {
            match applied.strip_suffix('*') {
                Some(start) => {
                    let wanted = policies.keys().filter(|known| known.starts_with(start));
                    wanted.for_each(|known| callers.entry(known).or_default().push(name));
                }
                None => callers.entry(applied).or_default().push(name),
            }
        }
    }
    let start = policies
        .iter()
        .filter(|(_, policy)| is(policy))
        .map(|(name, _)| *name);
    let mut open: Vec<&'a str> = start.collect();
    let mut found: BTreeSet<&'a str> = open.iter().copied().collect();
    while let Some(name) = open.pop() {
        for caller in callers.get(name).into_iter().flatten() {
            if found.insert(caller) {
                open.push(caller);
            }
        }
    }
    found
}

fn set<'a>(text: &Text<'a>, source: &Source) -> Option<Set<'a>> {
    let mut tokens = Vec::new();
    for (number, line) in text.lines.iter().enumerate() {
        tokens::line(line, number as u32, Place::Source(source), &mut tokens);
    }
    let mut kind = tokens.first()?.text.to_ascii_lowercase();
    let mut at = 1;
    if kind == "extcommunity-set" {
        kind = format!("{kind} {}", tokens.get(1)?.text.to_ascii_lowercase());
        at = 2;
    }
    let name = *tokens.get(at).filter(|token| token.kind == Kind::Word)?;
    let end = tokens
        .iter()
        .rposition(|token| token.is("end-set"))
        .unwrap_or(tokens.len());
    tokens.truncate(end.max(at + 1));
    tokens.drain(..=at);
    Some(Set {
        kind,
        name,
        tokens,
        closed: text.closed,
    })
}

/// Reads `name 'value', name 'value'` of `policy-global`.
fn globals<'a>(text: &Text<'a>, source: &Source) -> Vec<(String, String)> {
    let mut tokens = Vec::new();
    for (number, line) in text.lines.iter().enumerate() {
        tokens::line(line, number as u32, Place::Source(source), &mut tokens);
    }
    let inside = tokens.get(1..).unwrap_or_default();
    let pairs = tokens::elements(inside).filter_map(|element| match element {
        [name, value, ..] if name.kind == Kind::Word => {
            Some((format!("${}", name.text), value.text.to_owned()))
        }
        _ => None,
    });
    pairs.collect()
}
