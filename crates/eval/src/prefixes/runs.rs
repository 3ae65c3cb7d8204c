//! Sets of routes of one address width.

use super::word::Word;

/// A set of routes: for each address the lengths of the member routes **that contain it**.
///
/// This function of the address is determined by the set and determines it, so the list of its maximal
/// constant runs is a canonical form: two sets are equal exactly if their lists are. Storing at each address
/// only the routes that *start* there would leave the lengths without an aligned address undetermined.
/// It also makes and, or, minus and not act on each address alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Runs<W> {
    /// The default route is a member. It contains every address, so it would be in every run or in none.
    pub default_route: bool,
    /// First address and lengths (1 and more); a run ends where the next begins. The first run begins at
    /// address zero, neighbours differ.
    pub runs: Vec<(W, W)>,
}

impl<W: Word> Runs<W> {
    pub fn constant(default_route: bool, lengths: W) -> Self {
        Runs {
            default_route,
            runs: vec![(W::ZERO, lengths)],
        }
    }

    pub fn is_empty(&self) -> bool {
        !self.default_route && self.runs.iter().all(|&(_, lengths)| lengths == W::ZERO)
    }

    /// The lengths of the members that contain an address.
    pub fn lengths_at(&self, address: W) -> W {
        let after = self.runs.partition_point(|&(start, _)| start <= address);
        self.runs[..after].last().map_or(W::ZERO, |&(_, lengths)| lengths)
    }

    pub fn contains(&self, address: W, length: u8) -> bool {
        match length {
            0 => self.default_route,
            _ => self.lengths_at(address) & W::length(length) != W::ZERO,
        }
    }

    /// Each run as first address, last address, lengths.
    pub fn iter(&self) -> impl Iterator<Item = (W, W, W)> {
        let ends = self.runs.iter().skip(1).map(|&(start, _)| start);
        self.runs
            .iter()
            .zip(ends.map(Some).chain([None]))
            .map(|(&(start, lengths), next)| {
                let last = next.map_or(W::ONES, |next| next.wrapping_sub(W::length(W::WIDTH)));
                (start, last, lengths)
            })
    }

    pub fn count(&self) -> f64 {
        let routes: f64 = self
            .iter()
            .map(|(first, last, lengths)| W::routes_between(first, last, lengths))
            .sum();
        routes + f64::from(u8::from(self.default_route))
    }

    pub fn not(&self) -> Self {
        Runs {
            default_route: !self.default_route,
            runs: self
                .runs
                .iter()
                .map(|&(start, lengths)| (start, !lengths))
                .collect(),
        }
    }

    /// Combines two sets run by run.
    pub fn zip(&self, other: &Self, default_route: bool, lengths: impl Fn(W, W) -> W) -> Self {
        let mut builder = Builder::with_capacity(self.runs.len() + other.runs.len());
        let (mut left, mut right) = (self.runs.iter().peekable(), other.runs.iter().peekable());
        let (mut here, mut there) = (W::ZERO, W::ZERO);
        loop {
            let start = match (left.peek(), right.peek()) {
                (Some(&&(a, _)), Some(&&(b, _))) => a.min(b),
                (Some(&&(a, _)), None) | (None, Some(&&(a, _))) => a,
                (None, None) => break,
            };
            if let Some(&(_, lengths)) = left.next_if(|&&(at, _)| at == start) {
                here = lengths;
            }
            if let Some(&(_, lengths)) = right.next_if(|&&(at, _)| at == start) {
                there = lengths;
            }
            builder.push(start, lengths(here, there));
        }
        builder.finish(default_route)
    }
}

/// Collects runs in address order and keeps them canonical.
pub(super) struct Builder<W> {
    runs: Vec<(W, W)>,
}

impl<W: Word> Builder<W> {
    pub fn with_capacity(capacity: usize) -> Self {
        Builder {
            runs: Vec::with_capacity(capacity),
        }
    }

    /// From `start` on these lengths hold. What was said for the same address before is replaced.
    pub fn push(&mut self, start: W, lengths: W) {
        if self.runs.last().is_some_and(|&(at, _)| at == start) {
            self.runs.pop();
        }
        if self.runs.last().is_none_or(|&(_, before)| before != lengths) {
            self.runs.push((start, lengths));
        }
    }

    pub fn finish(self, default_route: bool) -> Runs<W> {
        Runs {
            default_route,
            runs: self.runs,
        }
    }
}
