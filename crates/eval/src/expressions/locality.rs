//! Whether an expression over the whole text of a set speaks of single communities.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use pairlint_model::bgp::Community;
use pairlint_model::policy::{CommunityRendering, WellKnownNames};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Expression;
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
    match Ascending::new(&expression.automaton, &texts).map(Ascending::run) {
        Some(Ok(None)) => Locality::Local,
        Some(Ok(Some(set))) if separates(&set) => Locality::NotLocal(set),
        _ => Locality::Unknown,
    }
}

/// The search was given up.
struct Spent;

/// States that a walk may look at.
const BUDGET: usize = 500_000;

/// How single communities are written.
struct Texts {
    /// Values with a name.
    named: BTreeMap<Community, &'static str>,
    halves: Decimal,
    /// One decimal number instead of two halves.
    packed: Option<Decimal>,
    empty_matches: bool,
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

/// Sets that a reader understands at once, made of a community that matches by itself and others.
fn plain_sets(
    expression: &Expression,
    texts: &Texts,
    rendering: CommunityRendering,
) -> Vec<BTreeSet<Community>> {
    let companions = [
        Community::microsoft(51002),
        Community::microsoft(51003),
        Community::new(65000, 100),
        Community::new(64500, 100),
        Community::new(8075, 100),
    ];
    let matching = single_match(expression, texts, "12076:").or_else(|| single_match(expression, texts, ""));
    let mut singles: Vec<Community> = companions.into_iter().chain(matching).collect();
    singles.retain(|&community| {
        render_one(community, rendering) == community.to_string() || texts.packed.is_some()
    });
    let pairs = singles
        .iter()
        .flat_map(|&a| singles.iter().map(move |&b| BTreeSet::from([a, b])));
    pairs.collect()
}

/// The shortest community that matches by itself and whose text begins so.
fn single_match(expression: &Expression, texts: &Texts, prefix: &str) -> Option<Community> {
    if texts.packed.is_some() {
        return None;
    }
    let automaton = &expression.automaton;
    let half = u8::from(prefix.ends_with(':'));
    let start = (automaton.run(automaton.start(), prefix), half, Decimal::START);
    let mut seen = FxHashSet::from_iter([start]);
    let mut queue = VecDeque::from([(start, prefix.to_owned())]);
    while let Some(((state, half, digits), text)) = queue.pop_front() {
        let ended = texts.halves.accepts(digits);
        if half == 1 && ended && automaton.accepts(state) {
            return text.parse().ok();
        }
        let mut next = Vec::new();
        if half == 0 && ended {
            next.push((b':', 1, Decimal::START));
        }
        let digit = |digit| Some((b'0' + digit, half, texts.halves.step(digits, digit)?));
        next.extend([1, 2, 3, 4, 5, 6, 7, 8, 9, 0].into_iter().filter_map(digit));
        for (byte, half, digits) in next {
            let key = (automaton.step(state, byte), half, digits);
            if seen.insert(key) {
                queue.push_back((key, format!("{text}{}", char::from(byte))));
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
type Between = (State, bool);

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
                let (decimal, last) = match &self.texts.packed {
                    Some(packed) => (packed, true),
                    None => (&self.texts.halves, half == 1),
                };
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

fn unwind(came: &FxHashMap<Between, (Option<Between>, Community)>, end: Between) -> BTreeSet<Community> {
    let mut set = BTreeSet::new();
    let mut at = Some(end);
    while let Some((before, community)) = at.and_then(|at| came.get(&at)) {
        set.insert(*community);
        at = *before;
    }
    set
}

/// The exact search over ascending communities: to reach a state with a smaller last community is always at
/// least as good, so for each state the smallest one is found, as shortest paths are.
struct Ascending<'a> {
    automaton: &'a Automaton,
    texts: &'a Texts,
    tables: FxHashMap<State, Table>,
}

/// What each community does to the whole text from one state on.
struct Table {
    /// For each AS, the index into `values`.
    kinds: Vec<u16>,
    /// For each kind of AS: by effect, the values, ascending.
    values: Vec<BTreeMap<Between, Vec<u16>>>,
    /// For each kind of AS, its members, ascending.
    asns: Vec<Vec<u16>>,
}

/// Tables that may be made, each of 65,536 values for each kind of AS.
const TABLES: usize = 64;
const KINDS: usize = 64;

impl<'a> Ascending<'a> {
    fn new(automaton: &'a Automaton, texts: &'a Texts) -> Option<Self> {
        texts.packed.is_none().then(|| Ascending {
            automaton,
            texts,
            tables: FxHashMap::default(),
        })
    }

    fn run(mut self) -> Result<Option<BTreeSet<Community>>, Spent> {
        let start = self.automaton.start();
        if self.texts.empty_matches && self.automaton.accepts(start) {
            return Ok(Some(BTreeSet::new()));
        }
        let mut came: FxHashMap<Between, (Option<Between>, Community)> = FxHashMap::default();
        let mut queue = BinaryHeap::new();
        self.relax(None, start, None, &mut queue)?;
        while let Some(Reverse((community, between, from))) = queue.pop() {
            if came.contains_key(&between) {
                continue;
            }
            came.insert(between, (from, community));
            let (state, any) = between;
            if self.automaton.accepts(state) != any {
                return Ok(Some(unwind(&came, between)));
            }
            let before = self.automaton.step(state, b' ');
            self.relax(Some(between), before, Some(community), &mut queue)?;
        }
        Ok(None)
    }

    /// Queues for each effect the smallest community above the last one.
    #[allow(clippy::type_complexity)]
    fn relax(
        &mut self,
        from: Option<Between>,
        before: State,
        last: Option<Community>,
        queue: &mut BinaryHeap<Reverse<(Community, Between, Option<Between>)>>,
    ) -> Result<(), Spent> {
        if !self.tables.contains_key(&before) {
            if self.tables.len() >= TABLES {
                return Err(Spent);
            }
            let table = self.table(before)?;
            self.tables.insert(before, table);
        }
        let matched = from.is_some_and(|(_, any)| any);
        let mut smallest: BTreeMap<Between, Community> = BTreeMap::new();
        if let Some(table) = self.tables.get(&before) {
            for ((state, alone), community) in table.smallest_above(last) {
                let best = smallest.entry((state, matched || alone)).or_insert(community);
                *best = community.min(*best);
            }
        }
        for (between, community) in smallest {
            queue.push(Reverse((community, between, from)));
        }
        Ok(())
    }

    fn table(&self, before: State) -> Result<Table, Spent> {
        let start = self.automaton.start();
        let automaton = self.automaton;
        let step =
            |(whole, alone): (State, State), byte| (automaton.step(whole, byte), automaton.step(alone, byte));
        let with_name: FxHashSet<u16> = self.texts.named.keys().map(|community| community.asn).collect();
        let mut numbers: FxHashMap<((State, State), Option<u16>), u16> = FxHashMap::default();
        let mut table = Table {
            kinds: vec![0; 1 << 16],
            values: Vec::new(),
            asns: Vec::new(),
        };
        let mut kinds = Vec::new();
        for (asn, states) in every_number((before, start), step) {
            let states = step(states, b':');
            let kind = (states, with_name.contains(&asn).then_some(asn));
            let fresh = numbers.len() as u16;
            let number = *numbers.entry(kind).or_insert(fresh);
            if number == fresh {
                kinds.push(kind);
                table.asns.push(Vec::new());
            }
            if let (Some(kind), Some(asns)) = (
                table.kinds.get_mut(usize::from(asn)),
                table.asns.get_mut(usize::from(number)),
            ) {
                *kind = number;
                asns.push(asn);
            }
        }
        if kinds.len() > KINDS {
            return Err(Spent);
        }
        for asns in &mut table.asns {
            asns.sort_unstable();
        }
        for (states, asn) in kinds {
            let mut effects: BTreeMap<Between, Vec<u16>> = BTreeMap::new();
            for (value, (mut whole, mut alone)) in every_number(states, step) {
                let name = asn.and_then(|asn| self.texts.named.get(&Community::new(asn, value)));
                if let Some(name) = name {
                    (whole, alone) = (automaton.run(before, name), automaton.run(start, name));
                }
                effects
                    .entry((whole, automaton.accepts(alone)))
                    .or_default()
                    .push(value);
            }
            for values in effects.values_mut() {
                values.sort_unstable();
            }
            table.values.push(effects);
        }
        Ok(table)
    }
}

impl Table {
    /// For each effect the smallest community above `last`; an effect may occur several times.
    fn smallest_above(&self, last: Option<Community>) -> impl Iterator<Item = (Between, Community)> {
        let above = |values: &[u16], last: u16| {
            let at = values.partition_point(|&value| value <= last);
            values.get(at).copied()
        };
        let same_asn = last.into_iter().flat_map(move |last| {
            let kind = self.kinds.get(usize::from(last.asn)).copied().unwrap_or(0);
            let effects = self.values.get(usize::from(kind)).into_iter().flatten();
            effects.filter_map(move |(&effect, values)| {
                Some((effect, Community::new(last.asn, above(values, last.value)?)))
            })
        });
        let later_asn = self
            .values
            .iter()
            .zip(&self.asns)
            .flat_map(move |(effects, asns)| {
                let asn = match last {
                    Some(last) => above(asns, last.asn),
                    None => asns.first().copied(),
                };
                effects.iter().filter_map(move |(&effect, values)| {
                    Some((effect, Community::new(asn?, values.first().copied()?)))
                })
            });
        same_asn.chain(later_asn)
    }
}

/// Every number up to 65535 with what its digits lead to; each digit is taken once for all numbers it begins.
fn every_number<S: Copy>(start: S, step: impl Fn(S, u8) -> S) -> impl Iterator<Item = (u16, S)> {
    let digit = |digit: u8| b'0' + digit;
    let mut stack: Vec<(u32, S)> = (0..10)
        .map(|first| (first.into(), step(start, digit(first))))
        .collect();
    std::iter::from_fn(move || {
        let (number, states) = stack.pop()?;
        if number > 0 {
            let longer = (0..10).map(|next| (number * 10 + u32::from(next), next));
            let longer = longer.filter(|&(longer, _)| longer <= u16::MAX.into());
            stack.extend(longer.map(|(longer, next)| (longer, step(states, digit(next)))));
        }
        Some((number as u16, states))
    })
}
