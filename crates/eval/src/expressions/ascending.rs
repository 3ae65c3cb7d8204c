//! The exact search for a set of communities whose whole text answers otherwise than each by itself.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::hash::Hash;
use std::rc::Rc;

use pairlint_model::bgp::Community;
use rustc_hash::FxHashMap;

use super::automaton::{Automaton, State};
use super::locality::{Between, Spent, Texts, unwind};

/// The exact search over ascending communities: to reach a state with a smaller last community is always at
/// least as good, so for each state the smallest one is found, as shortest paths are.
pub struct Ascending<'a> {
    automaton: &'a Automaton,
    texts: &'a Texts,
    tables: FxHashMap<State, Table>,
    effects: FxHashMap<Kind, Rc<Effects>>,
}

/// What is known of a community after its AS: the state of the whole text, that of the community alone, and the
/// AS where some of its values have names.
type Kind = (State, State, Option<u16>);

/// By effect the values, ascending.
type Effects = BTreeMap<Between, Vec<u16>>;

/// A community, where it leads, and from where.
type Step = (Community, Between, Option<Between>);

/// What each community does to the whole text from one state on.
struct Table {
    /// For each AS, the index into `values`.
    kinds: Vec<u16>,
    /// For each kind of AS what its values do.
    values: Vec<Rc<Effects>>,
    /// For each kind of AS, its members, ascending.
    asns: Vec<Vec<u16>>,
}

/// Tables that may be made, each of 65,536 values for each kind of AS.
const TABLES: usize = 64;
const KINDS: usize = 64;

impl<'a> Ascending<'a> {
    /// None where communities are written as one number: there are too many to tabulate.
    pub fn new(automaton: &'a Automaton, texts: &'a Texts) -> Option<Self> {
        texts.packed.is_none().then(|| Ascending {
            automaton,
            texts,
            tables: FxHashMap::default(),
            effects: FxHashMap::default(),
        })
    }

    /// Returns a set that separates, none if there is no such.
    pub fn run(mut self) -> Result<Option<BTreeSet<Community>>, Spent> {
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
    fn relax(
        &mut self,
        from: Option<Between>,
        before: State,
        last: Option<Community>,
        queue: &mut BinaryHeap<Reverse<Step>>,
    ) -> Result<(), Spent> {
        if !self.tables.contains_key(&before) {
            if self.tables.len() >= TABLES {
                return Err(Spent);
            }
            let table = self.table(before)?;
            self.tables.insert(before, table);
        }
        let matched = from.is_some_and(|(_, any)| any);
        let named = self.texts.named.iter();
        let named = named.filter(|&(&community, _)| last.is_none_or(|last| last < community));
        let named = named.map(|(&community, name)| {
            let alone = self.automaton.run(self.automaton.start(), name);
            let effect = (self.automaton.run(before, name), self.automaton.accepts(alone));
            (effect, community)
        });
        let table = self.tables.get(&before).into_iter();
        let numbers = table.flat_map(|table| table.smallest_above(last));
        let mut smallest: BTreeMap<Between, Community> = BTreeMap::new();
        for ((state, alone), community) in numbers.chain(named) {
            let best = smallest.entry((state, matched || alone)).or_insert(community);
            *best = community.min(*best);
        }
        for (between, community) in smallest {
            queue.push(Reverse((community, between, from)));
        }
        Ok(())
    }

    fn table(&mut self, before: State) -> Result<Table, Spent> {
        let start = (before, self.automaton.start());
        let kind = |states: (State, State), asn: Option<u16>| {
            let (whole, alone) = self.both(states, b':');
            (whole, alone, asn)
        };
        let with_names = self.texts.named.keys().map(|community| {
            let digits = community.asn.to_string();
            let run = |state| self.automaton.run(state, &digits);
            (
                community.asn,
                kind((run(start.0), run(start.1)), Some(community.asn)),
            )
        });
        let with_names: BTreeMap<u16, Kind> = with_names.collect();
        let grouped = Grouped::of(self.automaton, start, &with_names, |states| kind(states, None));
        if grouped.groups.len() > KINDS {
            return Err(Spent);
        }
        let (kinds, asns): (Vec<Kind>, _) = grouped.groups.into_iter().unzip();
        Ok(Table {
            kinds: grouped.numbers,
            values: kinds.into_iter().map(|kind| self.effects(kind)).collect(),
            asns,
        })
    }

    /// What the values after an AS of this kind do; a named value's text has nothing of the AS.
    fn effects(&mut self, kind: Kind) -> Rc<Effects> {
        if let Some(known) = self.effects.get(&kind) {
            return Rc::clone(known);
        }
        let (whole, alone, asn) = kind;
        let named = self
            .texts
            .named
            .keys()
            .filter(|community| asn == Some(community.asn));
        let named = named.map(|community| (community.value, None)).collect();
        let grouped = Grouped::of(self.automaton, (whole, alone), &named, |(whole, alone)| {
            Some((whole, self.automaton.accepts(alone)))
        });
        let effects = grouped
            .groups
            .into_iter()
            .filter_map(|(effect, values)| Some((effect?, values)));
        let effects: Rc<Effects> = Rc::new(effects.collect());
        self.effects.insert(kind, Rc::clone(&effects));
        effects
    }

    fn both(&self, (whole, alone): (State, State), byte: u8) -> (State, State) {
        (self.automaton.step(whole, byte), self.automaton.step(alone, byte))
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
            let effects = self
                .values
                .get(usize::from(kind))
                .into_iter()
                .flat_map(|effects| effects.iter());
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

/// The numbers up to 65535, grouped by what their digits do to two states.
struct Grouped<K> {
    /// For each number, its group.
    numbers: Vec<u16>,
    /// The members of each group, ascending.
    groups: Vec<(K, Vec<u16>)>,
}

impl<K: Copy + Eq + Hash> Grouped<K> {
    /// Groups all numbers by `key` of the states after them; those that `apart` names have a key of their own.
    fn of(
        automaton: &Automaton,
        start: (State, State),
        apart: &BTreeMap<u16, K>,
        key: impl Fn((State, State)) -> K,
    ) -> Self {
        let mut pairs = Pairs::new(automaton, start);
        let mut known: FxHashMap<K, u16> = FxHashMap::default();
        let mut groups: Vec<(K, Vec<u16>)> = Vec::new();
        let mut group_of = |key: K, groups: &mut Vec<(K, Vec<u16>)>| {
            *known.entry(key).or_insert_with(|| {
                groups.push((key, Vec::new()));
                (groups.len() - 1) as u16
            })
        };
        // By the number of a pair of states; there are few of those.
        let mut group_of_pair: Vec<Option<u16>> = Vec::new();
        let mut numbers = Vec::with_capacity(1 << 16);
        // Each number's digits are those of a tenth of it and one more.
        let mut after: Vec<u32> = Vec::with_capacity(1 << 16);
        let mut apart = apart.iter().peekable();
        for number in 0..=u16::MAX {
            let shorter = match number {
                0..10 => Pairs::START,
                _ => after
                    .get(usize::from(number / 10))
                    .copied()
                    .unwrap_or(Pairs::START),
            };
            let pair = pairs.step(shorter, number % 10);
            after.push(pair);
            let group = match apart.next_if(|&(&other, _)| other == number) {
                Some((_, &own)) => group_of(own, &mut groups),
                None => {
                    if group_of_pair.len() <= pair as usize {
                        group_of_pair.resize(pair as usize + 1, None);
                    }
                    match group_of_pair.get(pair as usize).copied().flatten() {
                        Some(group) => group,
                        None => {
                            let group = group_of(key(pairs.states(pair)), &mut groups);
                            if let Some(known) = group_of_pair.get_mut(pair as usize) {
                                *known = Some(group);
                            }
                            group
                        }
                    }
                }
            };
            numbers.push(group);
            if let Some((_, members)) = groups.get_mut(usize::from(group)) {
                members.push(number);
            }
        }
        Grouped { numbers, groups }
    }
}

/// The pairs of states that digits lead to, numbered as they are met; each transition is computed once.
struct Pairs<'a> {
    automaton: &'a Automaton,
    numbers: FxHashMap<(State, State), u32>,
    states: Vec<(State, State)>,
    /// For each pair and digit the pair after it.
    next: Vec<Option<u32>>,
}

impl<'a> Pairs<'a> {
    const START: u32 = 0;

    fn new(automaton: &'a Automaton, start: (State, State)) -> Self {
        Pairs {
            automaton,
            numbers: FxHashMap::from_iter([(start, Pairs::START)]),
            states: vec![start],
            next: vec![None; 10],
        }
    }

    fn states(&self, pair: u32) -> (State, State) {
        self.states.get(pair as usize).copied().unwrap_or_default()
    }

    fn step(&mut self, pair: u32, digit: u16) -> u32 {
        let at = pair as usize * 10 + usize::from(digit);
        if let Some(known) = self.next.get(at).copied().flatten() {
            return known;
        }
        let (whole, alone) = self.states(pair);
        let byte = b'0' + digit as u8;
        let states = (self.automaton.step(whole, byte), self.automaton.step(alone, byte));
        let fresh = self.states.len() as u32;
        let number = *self.numbers.entry(states).or_insert(fresh);
        if number == fresh {
            self.states.push(states);
            self.next.resize(self.states.len() * 10, None);
        }
        if let Some(next) = self.next.get_mut(at) {
            *next = Some(number);
        }
        number
    }
}
