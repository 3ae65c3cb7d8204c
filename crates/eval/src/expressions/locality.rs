//! Whether an expression over the whole text of a set speaks of single communities.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use pairlint_model::bgp::Community;
use pairlint_model::policy::{CommunityRendering, WellKnownNames};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Expression;
use super::ascending::Ascending;
use super::automaton::{Automaton, State};
use super::communities::{matches_set, named, render_one};
use super::decimal::Decimal;

/// Whether matching a set is the same as matching one of its communities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locality {
    /// For every set: the text matches exactly if the text of one community alone does.
    Local,
    /// For this set it is different.
    NotLocal(BTreeSet<Community>),
    /// Not decided within the limits.
    Unknown,
}

/// Decides whether an expression over the whole text equals "some community matches by itself".
pub fn locality(expression: &Expression, rendering: CommunityRendering) -> Locality {
    let texts = Texts::of(rendering);
    let walk = match Walk::new(&expression.automaton, &texts).run() {
        Ok(None) => return Locality::Local,
        Ok(Some(set)) => Some(set),
        Err(Spent) => None,
    };
    let separates = |set: &BTreeSet<Community>| {
        let one = set
            .iter()
            .any(|&c| expression.is_match(&render_one(c, rendering)));
        matches_set(expression, set, rendering) != one
    };
    // The walk takes communities in any order and repeats them; a router sorts them, each once.
    let mut candidates = plain_sets(expression, &texts, rendering);
    candidates.extend(walk);
    candidates.sort_by_key(BTreeSet::len);
    if let Some(set) = candidates.into_iter().find(&separates) {
        return Locality::NotLocal(set);
    }
    let mut pairs = COMPANIONS
        .iter()
        .filter_map(|&first| two_together(expression, &texts, first, rendering));
    if let Some(set) = pairs.find(&separates) {
        return Locality::NotLocal(set);
    }
    match Ascending::new(&expression.automaton, &texts).map(Ascending::run) {
        Some(Ok(None)) => Locality::Local,
        Some(Ok(Some(set))) if separates(&set) => Locality::NotLocal(set),
        _ => Locality::Unknown,
    }
}

/// The search was given up.
pub struct Spent;

/// States that a walk may look at.
const BUDGET: usize = 500_000;

/// How single communities are written.
pub struct Texts {
    /// Values with a name.
    pub named: BTreeMap<Community, &'static str>,
    halves: Decimal,
    /// One decimal number instead of two halves.
    pub packed: Option<Decimal>,
    pub empty_matches: bool,
}

impl Texts {
    fn of(rendering: CommunityRendering) -> Texts {
        let all = |last| Decimal::of(&[(0, last)]);
        Texts {
            named: match rendering {
                CommunityRendering::Names(names) => named(names).collect(),
                _ => BTreeMap::new(),
            },
            halves: all(u16::MAX.into()),
            packed: (rendering == CommunityRendering::Packed).then(|| all(u32::MAX)),
            empty_matches: rendering != CommunityRendering::Names(WellKnownNames::Frr10),
        }
    }
}

impl Texts {
    /// The numbers of a half of the text, and whether it is the last one.
    fn number(&self, half: u8) -> (&Decimal, bool) {
        match &self.packed {
            Some(packed) => (packed, true),
            None => (&self.halves, half == 1),
        }
    }
}

/// Communities that stand beside others on a route.
const COMPANIONS: [Community; 6] = [
    Community::microsoft(51002),
    Community::microsoft(51003),
    Community::new(65000, 100),
    Community::new(64500, 100),
    Community::new(8075, 100),
    Community::new(1, 1),
];

/// Sets that a reader understands at once, made of a community that matches by itself and others.
fn plain_sets(
    expression: &Expression,
    texts: &Texts,
    rendering: CommunityRendering,
) -> Vec<BTreeSet<Community>> {
    let known = COMPANIONS
        .into_iter()
        .find(|&one| expression.is_match(&render_one(one, rendering)));
    let microsoft = |expression| {
        texts
            .packed
            .is_none()
            .then(|| single_match(expression, texts, "12076:"))?
    };
    let matching = known
        .or_else(|| microsoft(expression))
        .or_else(|| single_match(expression, texts, ""));
    let singles: Vec<Community> = COMPANIONS.into_iter().chain(matching).collect();
    let pairs = singles
        .iter()
        .flat_map(|&a| singles.iter().map(move |&b| BTreeSet::from([a, b])));
    pairs.collect()
}

/// The shortest community that matches by itself and whose text begins so.
fn single_match(expression: &Expression, texts: &Texts, prefix: &str) -> Option<Community> {
    let automaton = &expression.automaton;
    let half = u8::from(prefix.ends_with(':'));
    let start = (automaton.run(automaton.start(), prefix), half, Decimal::START);
    let mut seen = FxHashSet::from_iter([start]);
    let mut queue = VecDeque::from([(start, prefix.to_owned())]);
    while let Some(((state, half, digits), text)) = queue.pop_front() {
        let (decimal, last) = texts.number(half);
        let ended = decimal.accepts(digits);
        if last && ended && automaton.accepts(state) {
            let packed = text.parse().map(Community::from_packed);
            return packed.ok().or_else(|| text.parse().ok());
        }
        let mut next = Vec::new();
        if ended && !last {
            next.push((b':', 1, Decimal::START));
        }
        let digit = |digit| Some((b'0' + digit, half, decimal.step(digits, digit)?));
        next.extend([1, 2, 3, 4, 5, 6, 7, 8, 9, 0].into_iter().filter_map(digit));
        for (byte, half, digits) in next {
            let key = (automaton.step(state, byte), half, digits);
            if seen.len() < BUDGET && seen.insert(key) {
                queue.push_back((key, format!("{text}{}", char::from(byte))));
            }
        }
    }
    None
}

/// The first community and the shortest of a higher AS with which it matches though neither does alone.
///
/// Most expressions that span communities show it so, and the exact search costs a hundred times as much.
fn two_together(
    expression: &Expression,
    texts: &Texts,
    first: Community,
    rendering: CommunityRendering,
) -> Option<BTreeSet<Community>> {
    let automaton = &expression.automaton;
    let asns = Decimal::of(&[(u32::from(first.asn) + 1, u16::MAX.into())]);
    let written = render_one(first, rendering);
    if texts.packed.is_some() || expression.is_match(&written) {
        return None;
    }
    let before = automaton.step(automaton.run(automaton.start(), &written), b' ');
    let start = (before, automaton.start(), 0, Decimal::START);
    let mut seen = FxHashSet::from_iter([start]);
    let mut queue = VecDeque::from([(start, 0_u32, 0_u32)]);
    while let Some(((whole, alone, half, digits), asn, value)) = queue.pop_front() {
        let decimal = if half == 0 { &asns } else { &texts.halves };
        let ended = decimal.accepts(digits);
        if half == 1 && ended && automaton.accepts(whole) && !automaton.accepts(alone) {
            let second = Community::new(asn as u16, value as u16);
            if !texts.named.contains_key(&second) {
                return Some(BTreeSet::from([first, second]));
            }
        }
        let mut push = |byte: u8, half: u8, digits: u32, asn: u32, value: u32| {
            let next = (
                automaton.step(whole, byte),
                automaton.step(alone, byte),
                half,
                digits,
            );
            if seen.len() < BUDGET && seen.insert(next) {
                queue.push_back((next, asn, value));
            }
        };
        if half == 0 && ended {
            push(b':', 1, Decimal::START, asn, 0);
        }
        for digit in [1, 2, 3, 4, 5, 6, 7, 8, 9, 0] {
            let Some(next) = decimal.step(digits, digit) else {
                continue;
            };
            let more = u32::from(digit);
            match half {
                0 => push(b'0' + digit, half, next, asn * 10 + more, 0),
                _ => push(b'0' + digit, half, next, asn, value * 10 + more),
            }
        }
    }
    None
}

/// A walk over all texts of communities in any order, by breadth: the whole text and the community
/// by itself are followed together.
struct Walk<'a> {
    automaton: &'a Automaton,
    texts: &'a Texts,
}

/// Where a walk stands between two communities: the state of the whole text, and whether one matched.
pub type Between = (State, bool);

/// Where it stands inside one: the whole text, the community alone, whether an earlier one matched,
/// the half, its number.
type Inside = (State, State, bool, u8, u32);

impl<'a> Walk<'a> {
    fn new(automaton: &'a Automaton, texts: &'a Texts) -> Self {
        Walk { automaton, texts }
    }

    /// Returns communities whose text answers differently from each by itself, none if there are no such.
    fn run(&self) -> Result<Option<BTreeSet<Community>>, Spent> {
        let start = self.automaton.start();
        if self.texts.empty_matches && self.automaton.accepts(start) {
            return Ok(Some(BTreeSet::new()));
        }
        // For each state between two communities: the one before, if any, and the community.
        let mut came: FxHashMap<Between, (Option<Between>, Community)> = FxHashMap::default();
        let mut inside: FxHashSet<Inside> = FxHashSet::default();
        let mut ends: Vec<(Option<Between>, State, bool)> = vec![(None, start, false)];
        while !ends.is_empty() {
            let mut after = Vec::new();
            let mut queue = VecDeque::new();
            let mut arrive = |from: Option<Between>, state: State, any: bool, community: Community| {
                let between = (state, any);
                if came.contains_key(&between) {
                    return None;
                }
                came.insert(between, (from, community));
                after.push((Some(between), state, any));
                (self.automaton.accepts(state) != any).then(|| unwind(&came, between))
            };
            for &(from, state, any) in &ends {
                let before = match from {
                    Some(_) => self.automaton.step(state, b' '),
                    None => state,
                };
                for (&community, name) in &self.texts.named {
                    let alone = self.automaton.accepts(self.automaton.run(start, name));
                    let whole = self.automaton.run(before, name);
                    if let Some(set) = arrive(from, whole, any || alone, community) {
                        return Ok(Some(set));
                    }
                }
                let key: Inside = (before, start, any, 0, Decimal::START);
                if inside.insert(key) {
                    queue.push_back((from, key, 0_u64));
                }
            }
            while let Some((from, key, number)) = queue.pop_front() {
                let (whole, alone, any, half, digits) = key;
                if inside.len() > BUDGET {
                    return Err(Spent);
                }
                let (decimal, last) = self.texts.number(half);
                let ended = decimal.accepts(digits);
                if ended && last {
                    let community = match &self.texts.packed {
                        Some(_) => Community::from_packed(number as u32),
                        None => Community::new((number >> 16) as u16, number as u16),
                    };
                    let any = any || self.automaton.accepts(alone);
                    if !self.texts.named.contains_key(&community)
                        && let Some(set) = arrive(from, whole, any, community)
                    {
                        return Ok(Some(set));
                    }
                }
                let mut push = |byte: u8, half: u8, digits: u32, number: u64| {
                    let (whole, alone) = (self.automaton.step(whole, byte), self.automaton.step(alone, byte));
                    let key = (whole, alone, any, half, digits);
                    if inside.insert(key) {
                        queue.push_back((from, key, number));
                    }
                };
                if ended && !last {
                    push(b':', 1, Decimal::START, number << 16);
                }
                for digit in [1, 2, 3, 4, 5, 6, 7, 8, 9, 0] {
                    if let Some(next) = decimal.step(digits, digit) {
                        let (kept, grown) = match half {
                            0 => (0, number),
                            _ => (number >> 16 << 16, number & 0xffff),
                        };
                        push(b'0' + digit, half, next, kept + grown * 10 + u64::from(digit));
                    }
                }
            }
            ends = after;
        }
        Ok(None)
    }
}

/// The communities on the way to a state.
pub fn unwind(came: &FxHashMap<Between, (Option<Between>, Community)>, end: Between) -> BTreeSet<Community> {
    let mut set = BTreeSet::new();
    let mut at = Some(end);
    while let Some((before, community)) = at.and_then(|at| came.get(&at)) {
        set.insert(*community);
        at = *before;
    }
    set
}
