//! Searching an AS path on which expressions give wanted answers.

use std::collections::VecDeque;

use pairlint_model::bgp::{AsPath, Asn};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Expression;
use super::decimal::Decimal;
use super::product::{Form, Product};

/// Which AS paths are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathLanguage {
    /// The path begins with these.
    pub first: Vec<Asn>,
    /// These never occur.
    pub without: Vec<Asn>,
    /// More hops may follow.
    pub open: bool,
}

/// The end of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathSearch {
    Found(AsPath),
    /// No path of the language.
    None,
    /// The budget was spent before the end.
    Spent,
}

/// Neighbours of Microsoft, and others a reader knows; they are tried before invented numbers.
const FAMILIAR: [u32; 10] = [
    8075, 8068, 3598, 12076, 174, 3356, 64500, 65001, 65550, 4200000000,
];

/// Finds a path of the language on which every expression gives the wanted answer, with the fewest hops.
///
/// Hops are plain AS numbers, 1 to 4294967295 (RFC 7607 reserves 0); no AS sets. The budget is in states.
pub fn find_path(language: &PathLanguage, wanted: &[(&Expression, bool)], budget: usize) -> PathSearch {
    if language.first.iter().any(|asn| language.without.contains(asn)) {
        return PathSearch::None;
    }
    // Most policies look at no path: the shortest will do.
    let shortest = AsPath::sequence(language.first.iter().map(|asn| asn.0));
    let text = shortest.to_string();
    if wanted
        .iter()
        .all(|(expression, answer)| expression.is_match(&text) == *answer)
    {
        return PathSearch::Found(shortest);
    }
    // Most expressions agree with a path by themselves: only those that once did not are searched for. A path
    // with the fewest hops for some that suits all is one for all.
    let mut asked: Vec<(&Expression, bool)> = Vec::new();
    let mut left = budget;
    for _ in 0..=wanted.len() {
        let mut search = Search::new(language, &asked, left);
        let path = match search.run(language) {
            PathSearch::Found(path) => path,
            end => return end,
        };
        let text = path.to_string();
        let other = wanted
            .iter()
            .find(|(expression, answer)| expression.is_match(&text) != *answer);
        let Some(other) = other else {
            return PathSearch::Found(path);
        };
        left = left.saturating_sub(search.seen.len());
        asked.push(*other);
    }
    PathSearch::Spent
}

struct Search<'a> {
    product: Product<'a>,
    wanted: Vec<bool>,
    hops: Decimal,
    /// The state after the given hops, which need not be reached again.
    again: Option<u32>,
    /// For the state after a further hop: the state before that, if it was one, and the hop.
    came: FxHashMap<u32, (Option<u32>, u32)>,
    /// States inside a hop, with the state of the number.
    seen: FxHashSet<(u32, u32)>,
    budget: usize,
}

impl<'a> Search<'a> {
    fn new(language: &PathLanguage, wanted: &[(&'a Expression, bool)], budget: usize) -> Self {
        let without = language.without.iter().map(|asn| asn.0).filter(|&asn| asn > 0);
        Search {
            product: Product::of(wanted.iter().map(|&(expression, _)| expression), Form::Path),
            wanted: wanted.iter().map(|&(_, answer)| answer).collect(),
            hops: Decimal::without(1, u32::MAX, without.collect()),
            again: None,
            came: FxHashMap::default(),
            seen: FxHashSet::default(),
            budget,
        }
    }

    fn run(&mut self, language: &PathLanguage) -> PathSearch {
        let first = AsPath::sequence(language.first.iter().map(|asn| asn.0));
        let start = self.product.run(Product::START, &first.to_string());
        if self.is_wanted(start) {
            return PathSearch::Found(first);
        }
        if !language.open || self.hops.is_empty() || self.is_hopeless(start) {
            return PathSearch::None;
        }
        // Without hops yet, the next one takes no space before it: that state is none of those after a hop.
        let mut ends = vec![(None, start)];
        let mut separator = "";
        if !language.first.is_empty() {
            self.again = Some(start);
            separator = " ";
        }
        while !ends.is_empty() {
            let mut queue = VecDeque::new();
            let mut after = Vec::new();
            for &(from, end) in &ends {
                let before = self.product.run(end, separator);
                for asn in FAMILIAR
                    .into_iter()
                    .filter(|&asn| !language.without.contains(&Asn(asn)))
                {
                    let next = self.product.run(before, &asn.to_string());
                    if self.arrive(from, asn, next, &mut after) {
                        return self.found(language, next);
                    }
                }
                if self.seen.insert((before, Decimal::START)) {
                    queue.push_back((from, before, Decimal::START, 0));
                }
            }
            while let Some((from, state, digits, asn)) = queue.pop_front() {
                if self.seen.len() > self.budget {
                    return PathSearch::Spent;
                }
                if self.hops.accepts(digits) && self.arrive(from, asn, state, &mut after) {
                    return self.found(language, state);
                }
                for digit in 0..10_u8 {
                    let Some(next_digits) = self.hops.step(digits, digit) else {
                        continue;
                    };
                    let next = self.product.step(state, b'0' + digit);
                    if !self.is_hopeless(next) && self.seen.insert((next, next_digits)) {
                        let asn = u32::wrapping_add(u32::wrapping_mul(asn, 10), digit.into());
                        queue.push_back((from, next, next_digits, asn));
                    }
                }
            }
            ends = after;
            separator = " ";
        }
        PathSearch::None
    }

    /// Notes a state after a hop; true if the path may end here.
    fn arrive(
        &mut self,
        from: Option<u32>,
        asn: u32,
        state: u32,
        after: &mut Vec<(Option<u32>, u32)>,
    ) -> bool {
        if self.again == Some(state) || self.came.contains_key(&state) || self.is_hopeless(state) {
            return false;
        }
        self.came.insert(state, (from, asn));
        after.push((Some(state), state));
        self.is_wanted(state)
    }

    fn found(&self, language: &PathLanguage, end: u32) -> PathSearch {
        let mut hops = Vec::new();
        let mut state = Some(end);
        while let Some(&(before, asn)) = state.and_then(|state| self.came.get(&state)) {
            hops.push(asn);
            state = before;
        }
        let first = language.first.iter().map(|asn| asn.0);
        PathSearch::Found(AsPath::sequence(first.chain(hops.into_iter().rev())))
    }

    fn is_wanted(&self, state: u32) -> bool {
        self.product.answers(state).eq(self.wanted.iter().copied())
    }

    /// No continuation gives the wanted answers.
    fn is_hopeless(&self, state: u32) -> bool {
        let mut pairs = self.product.settled(state).zip(&self.wanted);
        pairs.any(|(settled, &wanted)| settled == Some(!wanted))
    }
}
