//! Policies as they are used: each with its arguments, in the way it is called.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use pairlint_model::bgp::Asn;
use pairlint_model::network::Device;
use pairlint_model::policy::{
    AsPathEntry, AsPathList, AsPathTest, CommunityEntry, CommunityList, CommunityPattern, CommunityTest,
    PrefixEntry, PrefixList, PrefixPattern, Verdict,
};
use pairlint_model::source::{Span, Spanned};

use super::library::{Library, Set};
use super::sets;
use super::values::Values;
use crate::cisco_xr::tokens::{self, Kind, Token, elements, parenthesis, span};

/// How a policy is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mode {
    /// Attached to a session, or by `apply` as a statement.
    Statement,
    /// By `if apply`: accepts where the condition holds.
    Condition,
    /// The same, but accepts where the route is dropped on the way.
    Drops,
}

/// A policy to be lowered.
pub(super) struct Instance<'a> {
    /// As the model knows it: `P(100)`.
    pub name: String,
    pub policy: &'a str,
    pub values: Values<'a>,
    pub mode: Mode,
}

/// Policies that differ in their arguments only; beyond this parameters stay open.
const MOST_INSTANCES: usize = 4000;
/// Words that are lowered in all, beyond so many times what is written; policies that apply one another can multiply.
const MOST_WORDS: usize = 500_000;
const MOST_TIMES: usize = 8;
/// Sets are written into arguments, too.
const LONGEST_ARGUMENT: usize = 16 * 1024;
/// Letters of a value that cost as much as a word.
const LONG: usize = 64;

pub(super) struct Lowering<'a, 'd> {
    pub library: &'a Library<'a>,
    pub device: &'d mut Device,
    pub queue: Vec<Instance<'a>>,
    /// The router's AS number.
    pub own_as: Option<Asn>,
    /// The policy that is being lowered: where it is named.
    pub place: Span,
    known: HashSet<String>,
    /// Policies that were lowered, with the name under which they were first.
    first: BTreeMap<&'a str, String>,
    /// Places that were not interpreted, by policy or set and line.
    pub doubts: BTreeMap<&'a str, BTreeSet<u32>>,
    budget: usize,
    longest_global: usize,
}

impl<'a, 'd> Lowering<'a, 'd> {
    pub fn new(library: &'a Library<'a>, device: &'d mut Device, place: Span) -> Lowering<'a, 'd> {
        let written: usize = library.policies.values().map(|policy| policy.tokens.len()).sum();
        Lowering {
            library,
            device,
            queue: Vec::new(),
            own_as: None,
            place,
            known: HashSet::new(),
            first: BTreeMap::new(),
            doubts: BTreeMap::new(),
            budget: MOST_WORDS + MOST_TIMES * written,
            longest_global: library.globals.values().map(String::len).max().unwrap_or(0),
        }
    }

    /// Lowers every policy that is used somewhere, with what it is used with, and the others as they are.
    pub fn all(&mut self) {
        self.run();
        for (name, policy) in &self.library.policies {
            if policy.parameters.is_empty() || !self.first.contains_key(name) {
                self.instance(name, &[], None, Mode::Statement);
                self.run();
            }
        }
    }

    fn run(&mut self) {
        while let Some(instance) = self.queue.pop() {
            self.first
                .entry(instance.policy)
                .or_insert_with(|| instance.name.clone());
            super::statements::lower(self, &instance);
        }
    }

    /// The name under which lines of a policy are reported.
    pub fn first_name(&self, policy: &str) -> String {
        self.first
            .get(policy)
            .cloned()
            .unwrap_or_else(|| policy.to_owned())
    }

    /// Takes words from what may be lowered in all.
    pub fn spend(&mut self, words: usize) -> bool {
        let left = self.budget >= words;
        self.budget = self.budget.saturating_sub(words);
        left
    }

    /// The same for words into which values are put: long values cost as much as long policies.
    pub fn spend_on(&mut self, words: &[Token<'_>], values: &Values<'_>) -> bool {
        let longest = values.longest().max(self.longest_global);
        self.spend(words.len().saturating_mul(1 + longest / LONG))
    }

    /// The policy with these arguments, to be lowered if it is new; its name in the model.
    pub fn instance(&mut self, name: &str, arguments: &[String], peer: Option<Asn>, mode: Mode) -> String {
        let Some((policy, written)) = self.library.policies.get_key_value(name) else {
            return name.to_owned();
        };
        let given = written.parameters.len().min(arguments.len());
        let arguments = arguments.get(..given).unwrap_or_default();
        // They are copied into names; a word has some eight letters.
        let length: usize = arguments.iter().map(String::len).sum();
        let arguments = match self.known.len() < MOST_INSTANCES && self.spend(length / 8) {
            true => arguments,
            false => &[],
        };
        let peer = peer.filter(|_| self.library.needs_peer(name));
        let mut full = name.to_owned();
        if !arguments.is_empty() {
            full = format!("{full}({})", arguments.join(", "));
        }
        if let Some(peer) = peer {
            full = format!("{full} for AS {peer}");
        }
        full.push_str(match mode {
            Mode::Statement => "",
            Mode::Condition => " as a condition",
            Mode::Drops => " where it drops",
        });
        if self.known.insert(full.clone()) {
            let pairs = written.parameters.iter().zip(arguments);
            let values = Values {
                arguments: pairs
                    .map(|(name, value)| ((*name).to_owned(), value.clone()))
                    .collect(),
                peer,
                globals: Some(&self.library.globals),
            };
            self.queue.push(Instance {
                name: full.clone(),
                policy,
                values,
                mode,
            });
        }
        full
    }

    /// Reads `(a, b)`, or nothing. An argument may be a set in parentheses. `None` also where one is too long.
    pub fn arguments(&self, words: &[Token<'_>], values: &Values<'_>) -> Option<Vec<String>> {
        if words.is_empty() {
            return Some(Vec::new());
        }
        if words.first()?.kind != Kind::Open || parenthesis(words) != words.len() {
            return None;
        }
        let inside = words.get(1..words.len() - 1)?;
        let argument = |element: &[Token<'_>]| {
            let mut text = String::new();
            for (at, token) in element.iter().enumerate() {
                let glued = matches!(token.kind, Kind::Close | Kind::Comma)
                    || at
                        .checked_sub(1)
                        .and_then(|at| element.get(at))
                        .is_some_and(|before| before.kind == Kind::Open);
                if at > 0 && !glued {
                    text.push(' ');
                }
                match token.kind {
                    // Inside a set an expression needs its quotes; alone they only hold it together.
                    Kind::Quoted if element.len() > 1 => {
                        text.push('\'');
                        text.push_str(&values.resolve(token.text));
                        text.push('\'');
                    }
                    _ => text.push_str(&values.resolve(token.text)),
                }
                if text.len() > LONGEST_ARGUMENT {
                    return None;
                }
            }
            Some(text)
        };
        elements(inside).map(argument).collect()
    }

    /// Takes down that a place was not interpreted.
    pub fn doubt(&mut self, owner: &'a str, line: u32) {
        self.doubts.entry(owner).or_default().insert(line);
    }

    /// The name of a community set, which may be another one for each peer.
    pub fn community_set(&mut self, name: Spanned<String>, values: &Values<'_>) -> Spanned<String> {
        let (Some(peer), true) = (values.peer, self.library.needs_peer(&name.value)) else {
            return name;
        };
        let Some(set) = self.library.set("community-set", &name.value) else {
            return name;
        };
        let full = format!("{} for AS {peer}", name.value);
        let list = community_list(set, Spanned::new(name.span, full.clone()), values);
        self.device.community_lists.entry(full.clone()).or_insert(list);
        Spanned::new(name.span, full)
    }

    pub fn as_path_set(&mut self, name: Spanned<String>, values: &Values<'_>) -> Spanned<String> {
        let (Some(peer), true) = (values.peer, self.library.needs_peer(&name.value)) else {
            return name;
        };
        let Some(set) = self.library.set("as-path-set", &name.value) else {
            return name;
        };
        let full = format!("{} for AS {peer}", name.value);
        let list = as_path_list(set, Spanned::new(name.span, full.clone()), values);
        self.device.as_path_lists.entry(full.clone()).or_insert(list);
        Spanned::new(name.span, full)
    }

    /// A set in parentheses as a list of its own, where the model wants one.
    pub fn inline_communities(
        &mut self,
        inside: &[Token<'_>],
        values: &Values<'_>,
        place: Span,
    ) -> Spanned<String> {
        let name = Spanned::new(place, inline_name(inside, values));
        let entries = elements(inside).filter_map(|element| community_entry(element, values));
        let list = CommunityList {
            name: name.clone(),
            entries: entries.collect(),
            span: place,
        };
        self.device
            .community_lists
            .entry(name.value.clone())
            .or_insert(list);
        name
    }

    pub fn inline_large(
        &mut self,
        inside: &[Token<'_>],
        values: &Values<'_>,
        place: Span,
    ) -> Spanned<String> {
        let name = Spanned::new(place, inline_name(inside, values));
        let entries = elements(inside).filter_map(|element| large_entry(element, values));
        let list = CommunityList {
            name: name.clone(),
            entries: entries.collect(),
            span: place,
        };
        self.device
            .large_community_lists
            .entry(name.value.clone())
            .or_insert(list);
        name
    }

    /// A list that any large community meets.
    pub fn any_large(&mut self, place: Span) -> Spanned<String> {
        let any = tokens::all("*", place);
        self.inline_large(&any, &Values::default(), place)
    }

    /// A list of extended communities; what is in it does not matter.
    pub fn extended(&mut self, what: &str, place: Span) -> Spanned<String> {
        let name = Spanned::new(place, format!("({what})"));
        let list = CommunityList {
            name: name.clone(),
            entries: Vec::new(),
            span: place,
        };
        self.device
            .extended_community_lists
            .entry(name.value.clone())
            .or_insert(list);
        name
    }

    /// Lowers the named sets; returns how each line fared, as the policies' lines are.
    pub fn sets(&mut self) {
        let library = self.library;
        let values = Values {
            globals: Some(&library.globals),
            ..Values::default()
        };
        for (kind, sets) in &library.sets {
            for (name, set) in sets {
                let named = Spanned::new(set.name.span, (*name).to_owned());
                let mut doubtful: Vec<Span> = Vec::new();
                match kind.as_str() {
                    "prefix-set" => {
                        let list = prefix_list(set, named, &values);
                        let open = list
                            .entries
                            .iter()
                            .filter(|e| matches!(e.pattern, PrefixPattern::Unsupported));
                        doubtful.extend(open.map(|entry| entry.span));
                        let lists = self
                            .device
                            .prefix_lists
                            .entry(pairlint_model::policy::ListFamily::Both);
                        lists.or_default().insert((*name).to_owned(), list);
                    }
                    "community-set" => {
                        let list = community_list(set, named, &values);
                        // What depends on the peer is read where the peer is known.
                        let open = list
                            .entries
                            .iter()
                            .filter(|e| is_open(&e.test) && !library.needs_peer(name));
                        doubtful.extend(open.map(|entry| entry.span));
                        self.device.community_lists.insert((*name).to_owned(), list);
                    }
                    "large-community-set" => {
                        let mut list = community_list(set, named, &values);
                        list.entries = elements(&set.tokens)
                            .filter_map(|e| large_entry(e, &values))
                            .collect();
                        let open = list.entries.iter().filter(|e| is_open(&e.test));
                        doubtful.extend(open.map(|entry| entry.span));
                        self.device.large_community_lists.insert((*name).to_owned(), list);
                    }
                    "as-path-set" => {
                        let list = as_path_list(set, named, &values);
                        let open = list.entries.iter().filter(|e| e.test == AsPathTest::Unsupported);
                        doubtful.extend(open.filter(|_| !library.needs_peer(name)).map(|entry| entry.span));
                        self.device.as_path_lists.insert((*name).to_owned(), list);
                    }
                    kind if kind.starts_with("extcommunity-set") => {
                        let list = CommunityList {
                            span: named.span,
                            name: named,
                            entries: Vec::new(),
                        };
                        self.device
                            .extended_community_lists
                            .insert((*name).to_owned(), list);
                    }
                    _ => {}
                }
                let lines = doubtful.iter().filter_map(|place| {
                    let token = set.tokens.iter().find(|token| token.span.start == place.start)?;
                    Some(token.line)
                });
                let lines: Vec<u32> = lines.collect();
                for line in lines {
                    self.doubt(name, line);
                }
            }
        }
    }
}

fn is_open(test: &CommunityTest) -> bool {
    match test {
        CommunityTest::Line(patterns) => patterns.iter().any(|p| p.value == CommunityPattern::Unsupported),
        CommunityTest::Unsupported(_) => true,
        _ => false,
    }
}

fn inline_name(inside: &[Token<'_>], values: &Values<'_>) -> String {
    let texts: Vec<String> = elements(inside)
        .map(|element| {
            let words: Vec<String> = element.iter().map(|token| values.resolve(token.text)).collect();
            words.join(" ")
        })
        .collect();
    format!("({})", texts.join(", "))
}

fn prefix_list(set: &Set<'_>, name: Spanned<String>, values: &Values<'_>) -> PrefixList {
    let mut entries: Vec<PrefixEntry> = elements(&set.tokens)
        .filter_map(|element| sets::prefix(element, values))
        .collect();
    if !set.closed {
        entries.push(PrefixEntry {
            verdict: Verdict::Accept,
            pattern: PrefixPattern::Unsupported,
            span: name.span,
        });
    }
    PrefixList {
        span: whole(set),
        name,
        entries,
    }
}

/// From the name to the last element.
fn whole(set: &Set<'_>) -> Span {
    let name = set.name.span;
    span(&set.tokens).map_or(name, |elements| name.to(elements))
}

fn community_entry(element: &[Token<'_>], values: &Values<'_>) -> Option<CommunityEntry> {
    let pattern = sets::community(element, values)?;
    Some(CommunityEntry {
        verdict: Verdict::Accept,
        span: pattern.span,
        test: CommunityTest::Line(vec![pattern]),
    })
}

fn large_entry(element: &[Token<'_>], values: &Values<'_>) -> Option<CommunityEntry> {
    let test = sets::large_community(element, values)?;
    Some(CommunityEntry {
        verdict: Verdict::Accept,
        span: test.span,
        test: test.value,
    })
}

fn community_list(set: &Set<'_>, name: Spanned<String>, values: &Values<'_>) -> CommunityList {
    let mut entries: Vec<CommunityEntry> = elements(&set.tokens)
        .filter_map(|element| community_entry(element, values))
        .collect();
    if !set.closed {
        entries.push(CommunityEntry {
            verdict: Verdict::Accept,
            test: CommunityTest::Unsupported(set.name.span),
            span: set.name.span,
        });
    }
    CommunityList {
        span: whole(set),
        name,
        entries,
    }
}

fn as_path_list(set: &Set<'_>, name: Spanned<String>, values: &Values<'_>) -> AsPathList {
    let entry = |element: &[Token<'_>]| {
        Some(AsPathEntry {
            verdict: Verdict::Accept,
            test: sets::as_path(element, values),
            span: span(element)?,
        })
    };
    let mut entries: Vec<AsPathEntry> = elements(&set.tokens).filter_map(entry).collect();
    if !set.closed {
        entries.push(AsPathEntry {
            verdict: Verdict::Accept,
            test: AsPathTest::Unsupported,
            span: set.name.span,
        });
    }
    AsPathList {
        span: whole(set),
        name,
        entries,
    }
}
