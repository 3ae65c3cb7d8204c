//! Which entries of a list no route reaches, and which entries take their routes.
//!
//! The sweep is that of [`compile`](super::compile): between two borders of prefixes, the entry that decides is known
//! for each length. An entry that decides nowhere is dead. A second sweep asks who decides where the dead ones stand.

use std::collections::BTreeSet;

use super::pieces::{Pattern, Piece};
use super::word::Word;
use crate::search::Fate;

/// More entries than this that take another's routes are not told apart.
const MOST_TAKERS: usize = 16;
/// Steps of the second sweep for each piece and length; an adversary's list is told without its takers.
const STEPS: usize = 64;

const NOBODY: u32 = u32::MAX;

struct Ranked<W> {
    piece: Piece<W>,
    order: u32,
}

pub(super) fn fates<W: Word, P: Pattern>(patterns: impl Iterator<Item = P>) -> Vec<Fate> {
    let mut ranked = Vec::new();
    let mut pieces = Vec::new();
    let mut fates = Vec::new();
    let mut default_route = NOBODY;
    let mut default_takers = Vec::new();
    for (pattern, order) in patterns.zip(0_u32..) {
        let extent = pattern.cut::<W>(&mut pieces);
        let something = extent.default_route || pieces.iter().any(|piece| piece.lengths != W::ZERO);
        // An entry that is not interpreted takes nothing for certain, and may be meant for anything.
        fates.push(match (extent.exact, something) {
            (false, _) => Fate::Reached,
            (true, false) => Fate::Never,
            (true, true) => Fate::Taken(Vec::new()),
        });
        if extent.exact && extent.default_route {
            if default_route == NOBODY {
                default_route = order;
                if let Some(fate) = fates.last_mut() {
                    *fate = Fate::Reached;
                }
            } else {
                default_takers.push(order);
            }
        }
        let exact = pieces
            .drain(..)
            .filter(|piece| extent.exact && piece.lengths != W::ZERO);
        ranked.extend(exact.map(|piece| Ranked { piece, order }));
    }
    ranked.sort_by_key(|entry| (entry.piece.start, entry.piece.length));

    let mut first = Sweep::new();
    first.run(&ranked, |winners, _, from, to| {
        let mut lengths = W::starting_between(from, to);
        while let Some(length) = lengths.pop_shortest() {
            let winner = winners.get(usize::from(length) - 1).copied().unwrap_or(NOBODY);
            if let Some(fate) = fates.get_mut(winner as usize)
                && *fate != Fate::Reached
            {
                *fate = Fate::Reached;
            }
        }
    });

    let dead: Vec<bool> = fates.iter().map(|fate| matches!(fate, Fate::Taken(_))).collect();
    let is_dead = |order: u32| dead.get(order as usize).copied().unwrap_or(false);
    if !dead.contains(&true) {
        return fates;
    }
    let mut takers: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); dead.len()];
    for order in default_takers.into_iter().filter(|&order| is_dead(order)) {
        if let Some(by) = takers.get_mut(order as usize) {
            by.insert(default_route);
        }
    }
    let mut budget = (ranked.len() + 1)
        .saturating_mul(STEPS)
        .saturating_mul(W::WIDTH.into());
    let mut second = Sweep::new();
    second.run(&ranked, |winners, inside, from, to| {
        let starting = W::starting_between(from, to);
        for entry in inside.iter().filter(|entry| is_dead(entry.order)) {
            let Some(by) = takers.get_mut(entry.order as usize) else {
                continue;
            };
            let mut lengths = entry.piece.lengths & starting;
            while let Some(length) = lengths.pop_shortest() {
                if budget == 0 || by.len() >= MOST_TAKERS {
                    break;
                }
                budget -= 1;
                if let Some(&winner) = winners.get(usize::from(length) - 1) {
                    by.insert(winner);
                }
            }
        }
    });
    for (fate, by) in fates.iter_mut().zip(takers) {
        if let Fate::Taken(named) = fate {
            named.extend(by.into_iter().map(|order| order as usize));
        }
    }
    fates
}

/// The prefixes around the address that the sweep has reached, outermost first.
struct Sweep<'r, W> {
    /// First and last address of each.
    frames: Vec<(W, W)>,
    /// For each frame the order of the deciding entry of each length, `WIDTH` numbers a frame.
    winners: Vec<u32>,
    /// The entries around the address.
    inside: Vec<&'r Ranked<W>>,
    /// The first address whose decision was not told yet; `None` behind the last.
    next: Option<W>,
}

impl<'r, W: Word> Sweep<'r, W> {
    fn new() -> Self {
        Sweep {
            frames: vec![(W::ZERO, W::ONES)],
            winners: vec![NOBODY; W::WIDTH.into()],
            inside: Vec::new(),
            next: Some(W::ZERO),
        }
    }

    /// Tells for each stretch of addresses who decides for each length, and which entries stand there.
    fn run(&mut self, ranked: &'r [Ranked<W>], mut tell: impl FnMut(&[u32], &[&'r Ranked<W>], W, W)) {
        for entry in ranked {
            let (start, last) = (entry.piece.start, entry.piece.start.last(entry.piece.length));
            self.leave(Some(start), &mut tell);
            if let Some(next) = self.next
                && next < start
            {
                self.tell(start.wrapping_sub(W::length(W::WIDTH)), &mut tell);
            }
            if self.frames.last() != Some(&(start, last)) {
                let inherited = self.winners.len().saturating_sub(W::WIDTH.into());
                self.winners.extend_from_within(inherited..);
                self.frames.push((start, last));
            }
            self.inside.push(entry);
            let first = self.winners.len().saturating_sub(W::WIDTH.into());
            let mut lengths = entry.piece.lengths;
            while let Some(length) = lengths.pop_shortest() {
                if let Some(winner) = self.winners.get_mut(first + usize::from(length) - 1) {
                    *winner = entry.order.min(*winner);
                }
            }
        }
        self.leave(None, &mut tell);
        self.tell(W::ONES, &mut tell);
    }

    /// Leaves the prefixes that end before an address, or all.
    fn leave(&mut self, before: Option<W>, tell: &mut impl FnMut(&[u32], &[&'r Ranked<W>], W, W)) {
        while let Some(&(_, last)) = self.frames.last()
            && self.frames.len() > 1
            && before.is_none_or(|address| last < address)
        {
            self.tell(last, tell);
            self.frames.pop();
            self.winners.truncate(self.frames.len() * usize::from(W::WIDTH));
            while let Some(entry) = self.inside.last()
                && entry.piece.start.last(entry.piece.length) <= last
            {
                self.inside.pop();
            }
        }
    }

    /// Tells about the addresses up to this one.
    fn tell(&mut self, last: W, tell: &mut impl FnMut(&[u32], &[&'r Ranked<W>], W, W)) {
        let Some(from) = self.next.filter(|from| *from <= last) else {
            return;
        };
        let first = self.winners.len().saturating_sub(W::WIDTH.into());
        tell(self.winners.get(first..).unwrap_or(&[]), &self.inside, from, last);
        self.next = last.checked_next();
    }
}
