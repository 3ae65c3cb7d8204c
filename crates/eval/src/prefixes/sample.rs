//! Choosing the route that is shown for a set of routes.

use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

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
    let (widest, usual) = (W::host_bits(W::WIDTH / 4), announced::<W>().0);
    if size >= widest
        && let Some(address) = familiar::<W>().find(|&address| first <= address && address <= last)
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
    let (shortest, longest) = announced::<W>();
    if special::<W>()
        .any(|(prefix, of)| address.truncated(of.min(length)) == prefix.truncated(of.min(length)))
    {
        Rank::Special
    } else if (shortest / 2..=longest).contains(&length) {
        Rank::Natural
    } else {
        Rank::OddLength
    }
}

/// A length that is common for Microsoft's routes, and the longest that is accepted on the Internet.
fn announced<W: Word>() -> (u8, u8) {
    match W::WIDTH {
        32 => (17, 24),
        _ => (40, 48),
    }
}

/// Addresses of Azure regions, in the middle of what people know as public.
fn familiar<W: Word>() -> impl Iterator<Item = W> {
    [
        Ipv4Addr::new(13, 69, 0, 0).into(),
        Ipv4Addr::new(20, 50, 0, 0).into(),
        Ipv4Addr::new(40, 74, 0, 0).into(),
        Ipv4Addr::new(52, 236, 0, 0).into(),
        Ipv4Addr::new(104, 40, 0, 0).into(),
        Ipv4Addr::new(191, 232, 0, 0).into(),
        Ipv6Addr::new(0x2603, 0x1020, 0x200, 0, 0, 0, 0, 0).into(),
        Ipv6Addr::new(0x2a01, 0x111, 0x2000, 0, 0, 0, 0, 0).into(),
    ]
    .into_iter()
    .filter_map(W::of)
}

/// Space that is not announced on the Internet (IANA special-purpose address registries, RFC 6890; RFC 9637).
fn special<W: Word>() -> impl Iterator<Item = (W, u8)> {
    let v4 = |a, b, c, length| (Ipv4Addr::new(a, b, c, 0).into(), length);
    let v6 = |a, b, length| (Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0).into(), length);
    [
        v4(0, 0, 0, 8),
        v4(10, 0, 0, 8),
        v4(100, 64, 0, 10),
        v4(127, 0, 0, 8),
        v4(169, 254, 0, 16),
        v4(172, 16, 0, 12),
        v4(192, 0, 0, 24),
        v4(192, 0, 2, 24),
        v4(192, 88, 99, 24),
        v4(192, 168, 0, 16),
        v4(198, 18, 0, 15),
        v4(198, 51, 100, 24),
        v4(203, 0, 113, 24),
        v4(224, 0, 0, 3),
        // Only 2000::/3 is global unicast.
        v6(0, 0, 3),
        v6(0x4000, 0, 2),
        v6(0x8000, 0, 1),
        v6(0x2001, 0, 23),
        v6(0x2001, 0xdb8, 32),
        v6(0x2002, 0, 16),
        v6(0x3fff, 0, 20),
    ]
    .into_iter()
    .filter_map(|(address, length)| Some((W::of(address)?, length)))
}
