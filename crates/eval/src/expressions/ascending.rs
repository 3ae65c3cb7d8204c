//! The exact search for a set of communities whose whole text answers otherwise than each by itself.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::hash::Hash;
use std::rc::Rc;

use pairlint_model::bgp::Community;
use rustc_hash::{FxHashMap, FxHashSet};

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
        let with_names: FxHashSet<u16> = self.texts.named.keys().map(|community| community.asn).collect();
        let grouped = Grouped::of(self.automaton, (before, self.automaton.start()), |asn, states| {
            let (whole, alone) = self.both(states, b':');
            (whole, alone, with_names.contains(&asn).then_some(asn))
        });
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
        let is_named =
            |value| asn.is_some_and(|asn| self.texts.named.contains_key(&Community::new(asn, value)));
        let grouped = Grouped::of(self.automaton, (whole, alone), |value, (whole, alone)| {
            (!is_named(value)).then(|| (whole, self.automaton.accepts(alone)))
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
    fn of(automaton: &Automaton, start: (State, State), key: impl Fn(u16, (State, State)) -> K) -> Self {
        let step = |(whole, alone): (State, State), digit: u32| {
            let byte = b'0' + digit as u8;
            (automaton.step(whole, byte), automaton.step(alone, byte))
        };
        // Each number's digits are those of a tenth of it and one more.
        let mut after = vec![start; 1 << 16];
        let mut known: FxHashMap<K, u16> = FxHashMap::default();
        let mut numbers = Vec::with_capacity(1 << 16);
        let mut groups: Vec<(K, Vec<u16>)> = Vec::new();
        for number in 0..=u16::MAX {
            let shorter = match number {
                0..10 => start,
                _ => after.get(usize::from(number / 10)).copied().unwrap_or(start),
            };
            let states = step(shorter, u32::from(number % 10));
            if let Some(after) = after.get_mut(usize::from(number)) {
                *after = states;
            }
            let key = key(number, states);
            let group = *known.entry(key).or_insert_with(|| {
                groups.push((key, Vec::new()));
                (groups.len() - 1) as u16
            });
            numbers.push(group);
            if let Some((_, members)) = groups.get_mut(usize::from(group)) {
                members.push(number);
            }
        }
        Grouped { numbers, groups }
    }
}
