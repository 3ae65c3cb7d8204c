//! Choosing the route that is shown for a set of routes.

use pairlint_model::bgp::IpNet;

use super::word::Word;

/// The best route so far; offers may come in any number, the first of equals stays.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice<W> {
    best: Option<(Rank, W, u8)>,
}

/// Smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// What a reader takes for a route from the Internet.
    Natural,
    /// The same, but it begins before the run: somebody wrote about a part of it.
    Partial,
    /// Public space, but shorter or longer than what is announced.
    OddLength,
    /// Space that nobody announces to others.
    Special,
}

impl<W: Word> Choice<W> {
    pub const fn new() -> Self {
        Choice { best: None }
    }

    /// Offers the routes with a length of `lengths` that contain the addresses `first` to `last`.
    pub fn offer(&mut self, first: W, last: W, lengths: W) {
        if lengths == W::ZERO || matches!(self.best, Some((Rank::Natural, ..))) {
            return;
        }
        let (address, length) = candidate(first, last, lengths);
        let rank = match rank(address, length) {
            Rank::Natural if address < first => Rank::Partial,
            rank => rank,
        };
        if self.best.is_none_or(|(best, ..)| rank < best) {
            self.best = Some((rank, address, length));
        }
    }

    pub fn route(&self) -> Option<IpNet> {
        self.best.and_then(|(_, address, length)| address.net(length))
    }
}

/// Picks a route of a run, any of which is a member: it contains an address of the run and has one of its lengths.
fn candidate<W: Word>(first: W, last: W, lengths: W) -> (W, u8) {
    let size = last.wrapping_sub(first);
    let (widest, usual) = (W::host_bits(W::WIDTH / 4), W::ANNOUNCED.0);
    if size >= widest
        && let Some(&address) = W::FAMILIAR
            .iter()
            .find(|&&address| first <= address && address <= last)
    {
        // Nobody wrote this address: any will do, so one that looks like a route from Microsoft.
        let longer = lengths & W::lengths(usual, W::WIDTH);
        let length = match longer == W::ZERO {
            true => lengths.longest(),
            false => longer.shortest(),
        };
        return (address.truncated(length), length);
    }
    // A list's own prefix begins where the run begins. Unless that is far too short: then what fits in the run.
    let aligned = W::WIDTH - first.trailing_zeros().min(W::WIDTH);
    let fitting = match size.checked_next() {
        Some(addresses) => addresses.leading_zeros() + 1,
        None => 0,
    };
    let beginning = |shortest: u8| {
        let longer = lengths & W::lengths(shortest, W::WIDTH);
        (longer != W::ZERO).then(|| longer.shortest())
    };
    let usual = |&length: &u8| length >= usual / 2;
    let begins = beginning(aligned)
        .filter(usual)
        .or_else(|| beginning(aligned.max(fitting)));
    if let Some(length) = begins.or_else(|| beginning(aligned)) {
        return (first, length);
    }
    let length = lengths.longest();
    (first.truncated(length), length)
}

fn rank<W: Word>(address: W, length: u8) -> Rank {
    let (shortest, longest) = W::ANNOUNCED;
    let overlaps = |&(prefix, of): &(W, u8)| (address ^ prefix).truncated(of.min(length)) == W::ZERO;
    if W::SPECIAL.iter().any(overlaps) {
        Rank::Special
    } else if (shortest / 2..=longest).contains(&length) {
        Rank::Natural
    } else {
        Rank::OddLength
    }
}
