//! Classes of routes that no list of a configuration tells apart.

use pairlint_model::bgp::{Family, IpNet};
use rustc_hash::FxHashMap;

use super::runs::Runs;
use super::sample::Choice;
use super::word::Word;
use super::{PrefixSet, Set};

/// The routes of a family, cut into classes by which of the given sets hold them.
///
/// Every route is in exactly one class, and no class is empty.
#[derive(Debug, Clone)]
pub struct Classes {
    kind: Kind,
    /// The members of class `c` are `members[bounds[c]..bounds[c + 1]]`.
    members: Vec<u32>,
    bounds: Vec<u32>,
    steps: u64,
}

#[derive(Debug, Clone)]
enum Kind {
    V4(Sweep<u32>),
    V6(Sweep<u128>),
}

impl Classes {
    /// Cuts the routes of a family. A set of the other family holds none.
    pub fn of(family: Family, sets: &[&PrefixSet]) -> Classes {
        let mut unions = Unions::new(sets.len());
        let (kind, nodes) = match family {
            Family::Ipv4 => {
                let runs = sets.iter().map(|set| match &set.0 {
                    Set::V4(runs) => Some(runs),
                    Set::V6(_) => None,
                });
                let (sweep, nodes) = Sweep::of(runs, &mut unions);
                (Kind::V4(sweep), nodes)
            }
            Family::Ipv6 => {
                let runs = sets.iter().map(|set| match &set.0 {
                    Set::V6(runs) => Some(runs),
                    Set::V4(_) => None,
                });
                let (sweep, nodes) = Sweep::of(runs, &mut unions);
                (Kind::V6(sweep), nodes)
            }
        };
        let (mut members, mut bounds) = (Vec::new(), vec![0]);
        for node in nodes {
            unions.members(node, &mut members);
            bounds.push(members.len() as u32);
        }
        Classes {
            kind,
            members,
            bounds,
            steps: unions.steps,
        }
    }

    pub fn len(&self) -> usize {
        self.bounds.len().saturating_sub(1)
    }

    /// Never true: a family has routes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sets that hold the routes of a class, ascending.
    pub fn members(&self, class: usize) -> &[u32] {
        let bound = |at: usize| self.bounds.get(at).map_or(0, |&bound| bound as usize);
        self.members
            .get(bound(class)..bound(class + 1))
            .unwrap_or_default()
    }

    /// A route of the class to show to a reader.
    pub fn sample(&self, class: usize) -> IpNet {
        match &self.kind {
            Kind::V4(sweep) => sweep.sample(class),
            Kind::V6(sweep) => sweep.sample(class),
        }
    }

    /// The number of routes of the class; exact for IPv4.
    pub fn count(&self, class: usize) -> f64 {
        match &self.kind {
            Kind::V4(sweep) => sweep.classes.get(class).map_or(0.0, |class| class.count),
            Kind::V6(sweep) => sweep.classes.get(class).map_or(0.0, |class| class.count),
        }
    }

    /// The class of a route (host bits are ignored). A route of the other family has none of its own: it
    /// gets the default route's.
    pub fn class_of(&self, route: &IpNet) -> usize {
        match (&self.kind, route) {
            (Kind::V4(sweep), IpNet::V4(net)) => sweep.class_of(net.network().to_bits(), net.prefix_len()),
            (Kind::V6(sweep), IpNet::V6(net)) => sweep.class_of(net.network().to_bits(), net.prefix_len()),
            _ => 0,
        }
    }

    /// Returns how many elementary steps the sweep took.
    pub fn steps(&self) -> u64 {
        self.steps
    }
}

/// One pass over the breakpoints of all sets.
#[derive(Debug, Clone)]
struct Sweep<W> {
    /// First address of each segment, and where its parts begin.
    segments: Vec<(W, u32)>,
    /// Lengths and their class. The default route is class 0 and in no part.
    parts: Vec<(W, u32)>,
    classes: Vec<Class<W>>,
}

#[derive(Debug, Clone, Copy)]
struct Class<W> {
    count: f64,
    choice: Choice<W>,
}

impl<W: Word> Sweep<W> {
    /// Also returns for each class the union of sets that makes it.
    fn of<'a>(
        sets: impl ExactSizeIterator<Item = Option<&'a Runs<W>>>,
        unions: &mut Unions,
    ) -> (Self, Vec<Node>)
    where
        W: 'a,
    {
        let mut events: Vec<(W, u32, W)> = Vec::new();
        let mut with_default_route = EMPTY;
        for (set, runs) in (0..).zip(sets) {
            let Some(runs) = runs else { continue };
            let mut before = W::ZERO;
            for &(start, lengths) in &runs.runs {
                if lengths != before {
                    events.push((start, set, lengths ^ before));
                }
                before = lengths;
            }
            if runs.default_route {
                with_default_route = unions.toggle(with_default_route, set);
            }
        }
        let comparisons = std::cell::Cell::new(0_u64);
        events.sort_by(|a, b| {
            comparisons.set(comparisons.get() + 1);
            (a.0, a.1).cmp(&(b.0, b.1))
        });
        unions.steps += comparisons.get();

        let mut sweep = Sweep {
            segments: Vec::new(),
            parts: Vec::new(),
            classes: vec![Class {
                count: 1.0,
                choice: Choice::new(),
            }],
        };
        let mut nodes = vec![with_default_route];
        let mut class_of_node = FxHashMap::from_iter([(with_default_route, 0_u32)]);
        let mut groups = vec![(W::ONES, EMPTY)];
        let mut regrouped = Vec::new();
        let mut rest = events.as_slice();
        let mut start = W::ZERO;
        loop {
            while let Some((&(_, set, changed), after)) =
                rest.split_first().filter(|(event, _)| event.0 == start)
            {
                rest = after;
                toggle(&mut groups, &mut regrouped, set, changed, unions);
            }
            let next = rest.first().map(|event| event.0);
            let last = next.map_or(W::ONES, |next| next.wrapping_sub(W::length(W::WIDTH)));
            let starting = W::starting_between(start, last);
            sweep.segments.push((start, sweep.parts.len() as u32));
            for &(lengths, node) in &groups {
                unions.steps += 1;
                let lengths = lengths & starting;
                if lengths == W::ZERO {
                    continue;
                }
                let class = *class_of_node.entry(node).or_insert_with(|| {
                    nodes.push(node);
                    sweep.classes.push(Class {
                        count: 0.0,
                        choice: Choice::new(),
                    });
                    (sweep.classes.len() - 1) as u32
                });
                sweep.parts.push((lengths, class));
                if let Some(class) = sweep.classes.get_mut(class as usize) {
                    class.count += W::routes_between(start, last, lengths);
                    class.choice.offer(start, last, lengths);
                }
            }
            let Some(next) = next else { break };
            start = next;
        }
        (sweep, nodes)
    }

    fn sample(&self, class: usize) -> IpNet {
        let class = self.classes.get(class);
        class
            .and_then(|class| class.choice.route())
            .unwrap_or_else(|| W::FAMILY.default_route())
    }

    fn class_of(&self, address: W, length: u8) -> usize {
        let after = self.segments.partition_point(|&(start, _)| start <= address);
        let from = after.checked_sub(1).and_then(|at| self.segments.get(at));
        let from = from.map_or(0, |&(_, from)| from as usize);
        let to = self
            .segments
            .get(after)
            .map_or(self.parts.len(), |&(_, to)| to as usize);
        let parts = self.parts.get(from..to).unwrap_or_default();
        let part = parts
            .iter()
            .find(|(lengths, _)| *lengths & W::length(length) != W::ZERO);
        part.map_or(0, |&(_, class)| class as usize)
    }
}

/// Lets a set begin or end to hold the routes of some lengths.
fn toggle<W: Word>(
    groups: &mut Vec<(W, Node)>,
    regrouped: &mut Vec<(W, Node)>,
    set: u32,
    changed: W,
    unions: &mut Unions,
) {
    regrouped.clear();
    for &(lengths, node) in groups.iter() {
        let stays = lengths & !changed;
        if stays != W::ZERO {
            regrouped.push((stays, node));
        }
    }
    let untouched = regrouped.len();
    for &(lengths, node) in groups.iter() {
        let changes = lengths & changed;
        if changes == W::ZERO {
            continue;
        }
        unions.steps += 1;
        let node = unions.toggle(node, set);
        // Different nodes stay different when both are toggled, so only an untouched group can be the same.
        match regrouped.iter_mut().take(untouched).find(|group| group.1 == node) {
            Some(group) => group.0 = group.0 | changes,
            None => regrouped.push((changes, node)),
        }
    }
    std::mem::swap(groups, regrouped);
}

/// A set of set numbers; equal sets have the same node.
type Node = u32;

const EMPTY: Node = 0;

/// Sets of set numbers as shared binary trees over 64-bit words, each distinct tree stored once.
///
/// Equality is that of node numbers, so it is exact without comparing lists and without trusting a hash.
struct Unions {
    /// Levels of inner nodes above the words.
    depth: u32,
    words: Vec<u64>,
    word_nodes: FxHashMap<u64, Node>,
    inner: Vec<(Node, Node)>,
    inner_nodes: FxHashMap<(Node, Node), Node>,
    toggled: FxHashMap<(Node, u32), Node>,
    steps: u64,
}

impl Unions {
    fn new(sets: usize) -> Self {
        let words = sets.div_ceil(64).max(1);
        let mut unions = Unions {
            depth: words.next_power_of_two().ilog2(),
            words: Vec::new(),
            word_nodes: FxHashMap::default(),
            inner: Vec::new(),
            inner_nodes: FxHashMap::default(),
            toggled: FxHashMap::default(),
            steps: 0,
        };
        // The empty word and the empty trees of each height are number 0 of their kind.
        unions.word(0);
        unions.pair(EMPTY, EMPTY);
        unions
    }

    fn word(&mut self, word: u64) -> Node {
        *self.word_nodes.entry(word).or_insert_with(|| {
            self.words.push(word);
            (self.words.len() - 1) as Node
        })
    }

    fn pair(&mut self, left: Node, right: Node) -> Node {
        *self.inner_nodes.entry((left, right)).or_insert_with(|| {
            self.inner.push((left, right));
            (self.inner.len() - 1) as Node
        })
    }

    /// The set with one number more or less.
    fn toggle(&mut self, node: Node, number: u32) -> Node {
        if let Some(&known) = self.toggled.get(&(node, number)) {
            return known;
        }
        let toggled = self.toggle_at(node, self.depth, number);
        self.toggled.insert((node, number), toggled);
        self.toggled.insert((toggled, number), node);
        toggled
    }

    fn toggle_at(&mut self, node: Node, height: u32, number: u32) -> Node {
        self.steps += 1;
        let Some(below) = height.checked_sub(1) else {
            let word = self.words.get(node as usize).copied().unwrap_or(0);
            return self.word(word ^ 1 << (number % 64));
        };
        let (left, right) = self.inner.get(node as usize).copied().unwrap_or((EMPTY, EMPTY));
        if number >> (6 + below) & 1 == 0 {
            let left = self.toggle_at(left, below, number);
            self.pair(left, right)
        } else {
            let right = self.toggle_at(right, below, number);
            self.pair(left, right)
        }
    }

    /// Appends the numbers of a set, ascending.
    fn members(&self, node: Node, members: &mut Vec<u32>) {
        self.members_at(node, self.depth, 0, members);
    }

    fn members_at(&self, node: Node, height: u32, base: u32, members: &mut Vec<u32>) {
        if node == EMPTY {
            return;
        }
        match height.checked_sub(1) {
            Some(below) => {
                let (left, right) = self.inner.get(node as usize).copied().unwrap_or((EMPTY, EMPTY));
                self.members_at(left, below, base, members);
                self.members_at(right, below, base + (64 << below), members);
            }
            None => {
                let mut word = self.words.get(node as usize).copied().unwrap_or(0);
                while word != 0 {
                    members.push(base + word.trailing_zeros());
                    word &= word - 1;
                }
            }
        }
    }
}
