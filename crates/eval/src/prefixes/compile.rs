//! Lists to sets of routes: one sort by address and one sweep with a stack of the prefixes around an address.

use std::cell::Cell;

use pairlint_model::policy::PrefixPattern;

use super::pieces::{Pattern, Piece};
use super::runs::{Builder, Runs};
use super::word::Word;

/// What an entry decides for the routes it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Accept,
    Reject,
    Uncertain,
}

/// The result of a compilation for one address width.
pub(super) struct Compiled<W> {
    pub accepted: Runs<W>,
    pub uncertain: Runs<W>,
    pub steps: u64,
}

/// An entry's piece with what it means.
#[derive(Clone, Copy)]
struct Ranked<W> {
    piece: Piece<W>,
    order: u32,
    decision: Decision,
}

/// The prefixes around the address that the sweep has reached, outermost first.
struct Frame<W> {
    start: W,
    last: W,
    accepted: W,
    uncertain: W,
}

/// Compiles a list in which the first entry that matches decides.
pub(super) fn first_match<W: Word, P: Pattern>(entries: impl Iterator<Item = (Decision, P)>) -> Compiled<W> {
    let mut ranked = Vec::with_capacity(entries.size_hint().0);
    let mut pieces = Vec::new();
    let mut default_route = None;
    for ((decision, pattern), order) in entries.zip(0_u32..) {
        let extent = pattern.cut(&mut pieces);
        let decision = match extent.exact {
            true => decision,
            false => Decision::Uncertain,
        };
        if extent.default_route {
            default_route.get_or_insert(decision);
        }
        ranked.extend(pieces.drain(..).map(|piece| Ranked {
            piece,
            order,
            decision,
        }));
    }
    let comparisons = Cell::new(0_u64);
    ranked.sort_by(|a, b| {
        comparisons.set(comparisons.get() + 1);
        (a.piece.start, a.piece.length).cmp(&(b.piece.start, b.piece.length))
    });

    let mut sweep = FirstMatch::new(ranked.len());
    for entry in &ranked {
        sweep.leave_before(entry.piece.start);
        sweep.enter(entry.piece.start, entry.piece.last());
        sweep.apply(entry);
    }
    sweep.leave_all();
    Compiled {
        accepted: sweep.accepted.finish(default_route == Some(Decision::Accept)),
        uncertain: sweep.uncertain.finish(default_route == Some(Decision::Uncertain)),
        steps: sweep.steps + comparisons.get(),
    }
}

struct FirstMatch<W> {
    frames: Vec<Frame<W>>,
    /// For each frame the order of the deciding entry of each length, `WIDTH` numbers a frame.
    winners: Vec<u32>,
    accepted: Builder<W>,
    uncertain: Builder<W>,
    steps: u64,
}

impl<W: Word> FirstMatch<W> {
    fn new(pieces: usize) -> Self {
        let mut sweep = FirstMatch {
            frames: vec![Frame {
                start: W::ZERO,
                last: W::ONES,
                accepted: W::ZERO,
                uncertain: W::ZERO,
            }],
            winners: vec![u32::MAX; W::WIDTH.into()],
            accepted: Builder::with_capacity(pieces + 1),
            uncertain: Builder::with_capacity(1),
            steps: 0,
        };
        sweep.emit(W::ZERO);
        sweep
    }

    /// From this address on the innermost frame holds.
    fn emit(&mut self, start: W) {
        if let Some(frame) = self.frames.last() {
            self.accepted.push(start, frame.accepted);
            self.uncertain.push(start, frame.uncertain);
            self.steps += 1;
        }
    }

    /// Leaves the prefixes that end before an address.
    fn leave_before(&mut self, address: W) {
        while let Some(frame) = self.frames.pop_if(|frame| frame.last < address) {
            self.leave(&frame);
        }
    }

    fn leave_all(&mut self) {
        while self.frames.len() > 1 {
            if let Some(frame) = self.frames.pop() {
                self.leave(&frame);
            }
        }
    }

    fn leave(&mut self, frame: &Frame<W>) {
        self.winners.truncate(self.frames.len() * usize::from(W::WIDTH));
        if let Some(next) = frame.last.checked_next() {
            self.emit(next);
        }
    }

    fn enter(&mut self, start: W, last: W) {
        let Some(outer) = self.frames.last() else { return };
        if (outer.start, outer.last) == (start, last) {
            return;
        }
        let frame = Frame {
            start,
            last,
            ..*outer
        };
        let inherited = self.winners.len().saturating_sub(W::WIDTH.into());
        self.winners.extend_from_within(inherited..);
        self.frames.push(frame);
    }

    fn apply(&mut self, entry: &Ranked<W>) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let first = self.winners.len().saturating_sub(W::WIDTH.into());
        let mut won = W::ZERO;
        let mut lengths = entry.piece.lengths;
        while let Some(length) = lengths.pop_shortest() {
            self.steps += 1;
            if let Some(winner) = self.winners.get_mut(first + usize::from(length) - 1)
                && entry.order < *winner
            {
                *winner = entry.order;
                won = won | W::length(length);
            }
        }
        frame.accepted = frame.accepted & !won;
        frame.uncertain = frame.uncertain & !won;
        match entry.decision {
            Decision::Accept => frame.accepted = frame.accepted | won,
            Decision::Reject => {}
            Decision::Uncertain => frame.uncertain = frame.uncertain | won,
        }
        self.emit(entry.piece.start);
    }
}

/// Compiles route filters, each with the prefix that is looked up: only those with the longest prefix around
/// the route are asked.
pub(super) fn longest_match<'a, W: Word>(
    filters: impl Iterator<Item = (Piece<W>, &'a PrefixPattern)>,
) -> Compiled<W> {
    let mut events = Vec::new();
    let mut pieces = Vec::new();
    let mut default_route = Truths::default();
    for (prefix, pattern) in filters {
        let extent = pattern.cut(&mut pieces);
        if prefix.length == 0 && extent.default_route {
            default_route.note(extent.exact);
        }
        events.push(Event {
            piece: prefix,
            owner: prefix.length,
            kind: Kind::Prefix,
        });
        events.extend(pieces.drain(..).filter_map(|piece| {
            Some(Event {
                piece: piece.inside(&prefix)?,
                owner: prefix.length,
                kind: match extent.exact {
                    true => Kind::Match,
                    false => Kind::Perhaps,
                },
            })
        }));
    }
    let comparisons = Cell::new(0_u64);
    // A prefix is entered before what is matched inside it.
    events.sort_by(|a, b| {
        comparisons.set(comparisons.get() + 1);
        (a.piece.start, a.piece.length, a.kind).cmp(&(b.piece.start, b.piece.length, b.kind))
    });

    let mut sweep = LongestMatch {
        frames: vec![LongestFrame::default()],
        accepted: Builder::with_capacity(events.len()),
        uncertain: Builder::with_capacity(1),
        steps: 0,
    };
    sweep.emit(W::ZERO);
    for event in &events {
        sweep.leave_before(event.piece.start);
        sweep.apply(event);
    }
    sweep.leave_all();
    Compiled {
        accepted: sweep.accepted.finish(default_route.certain),
        uncertain: sweep
            .uncertain
            .finish(default_route.possible && !default_route.certain),
        steps: sweep.steps + comparisons.get(),
    }
}

#[derive(Default)]
struct Truths {
    certain: bool,
    possible: bool,
}

impl Truths {
    fn note(&mut self, exact: bool) {
        self.certain |= exact;
        self.possible |= !exact;
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Prefix,
    Match,
    Perhaps,
}

#[derive(Clone, Copy)]
struct Event<W> {
    piece: Piece<W>,
    /// The length of the filter's own prefix; around one address it names the filter.
    owner: u8,
    kind: Kind,
}

/// What holds inside the innermost piece that the sweep is in.
#[derive(Clone, Copy)]
struct LongestFrame<W> {
    start: W,
    last: W,
    /// The lengths of the filters' prefixes around this address, and whether the default prefix is one.
    owners: W,
    matched: W,
    perhaps: W,
}

impl<W: Word> Default for LongestFrame<W> {
    fn default() -> Self {
        LongestFrame {
            start: W::ZERO,
            last: W::ONES,
            owners: W::ZERO,
            matched: W::ZERO,
            perhaps: W::ZERO,
        }
    }
}

struct LongestMatch<W> {
    frames: Vec<LongestFrame<W>>,
    accepted: Builder<W>,
    uncertain: Builder<W>,
    steps: u64,
}

impl<W: Word> LongestMatch<W> {
    fn emit(&mut self, start: W) {
        if let Some(frame) = self.frames.last() {
            self.accepted.push(start, frame.matched);
            self.uncertain.push(start, frame.perhaps & !frame.matched);
            self.steps += 1;
        }
    }

    fn leave_before(&mut self, address: W) {
        while let Some(frame) = self.frames.pop_if(|frame| frame.last < address) {
            self.leave(&frame);
        }
    }

    fn leave_all(&mut self) {
        while self.frames.len() > 1 {
            if let Some(frame) = self.frames.pop() {
                self.leave(&frame);
            }
        }
    }

    fn leave(&mut self, frame: &LongestFrame<W>) {
        if let Some(next) = frame.last.checked_next() {
            self.emit(next);
        }
    }

    fn apply(&mut self, event: &Event<W>) {
        let (start, last) = (event.piece.start, event.piece.last());
        let Some(outer) = self.frames.last() else { return };
        let mut frame = LongestFrame {
            start,
            last,
            ..*outer
        };
        if (outer.start, outer.last) == (start, last) {
            self.frames.pop();
        }
        // Routes as long as a filter's prefix or longer are its own, up to the next longer prefix.
        let from_owner = W::lengths(event.owner, W::WIDTH);
        match event.kind {
            Kind::Prefix => {
                if frame.owners & W::length(event.owner) == W::ZERO {
                    frame.owners = frame.owners | W::length(event.owner);
                    frame.matched = frame.matched & !from_owner;
                    frame.perhaps = frame.perhaps & !from_owner;
                }
            }
            Kind::Match | Kind::Perhaps => {
                let longer = frame.owners & W::lengths(event.owner + 1, W::WIDTH);
                let own = match longer == W::ZERO {
                    true => from_owner,
                    false => from_owner & W::lengths(0, longer.shortest() - 1),
                };
                let lengths = event.piece.lengths & own;
                match event.kind {
                    Kind::Match => frame.matched = frame.matched | lengths,
                    _ => frame.perhaps = frame.perhaps | lengths,
                }
            }
        }
        self.frames.push(frame);
        self.emit(start);
    }
}

impl<W: Word> Piece<W> {
    fn last(&self) -> W {
        self.start.last(self.length)
    }

    /// What of this piece lies inside a prefix.
    fn inside(&self, prefix: &Piece<W>) -> Option<Piece<W>> {
        let (outer, inner) = match self.length <= prefix.length {
            true => (self, prefix),
            false => (prefix, self),
        };
        if inner.start.truncated(outer.length) != outer.start {
            return None;
        }
        let lengths = self.lengths & W::lengths(prefix.length, W::WIDTH);
        (lengths != W::ZERO).then_some(Piece { lengths, ..*inner })
    }
}
