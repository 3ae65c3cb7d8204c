//! Patterns of lists, cut into prefixes with a set of lengths each.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use pairlint_model::bgp::IpNet;
use pairlint_model::policy::{AccessPattern, PrefixPattern};

use super::word::Word;

/// More prefixes than this are not made of one pattern; a mask with holes needs two for each bit in a hole.
const MOST_PIECES: usize = 4096;

/// Routes inside a prefix that have one of the lengths (none shorter than the prefix's own).
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<W> {
    pub start: W,
    pub length: u8,
    pub lengths: W,
}

/// What a pattern stands for, beside its pieces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub default_route: bool,
    /// The pattern is exactly its pieces; otherwise it is somewhere within them.
    pub exact: bool,
}

impl Extent {
    const NOTHING: Extent = Extent {
        default_route: false,
        exact: true,
    };
}

/// A pattern that can be cut into prefixes with lengths.
pub(super) trait Pattern {
    /// Appends the pieces.
    fn cut<W: Word>(&self, pieces: &mut Vec<Piece<W>>) -> Extent;
}

impl<P: Pattern> Pattern for &P {
    fn cut<W: Word>(&self, pieces: &mut Vec<Piece<W>>) -> Extent {
        (*self).cut(pieces)
    }
}

impl Pattern for PrefixPattern {
    fn cut<W: Word>(&self, pieces: &mut Vec<Piece<W>>) -> Extent {
        match self {
            PrefixPattern::Range { prefix, lengths } => (prefix, lengths).cut(pieces),
            PrefixPattern::Masked {
                address,
                mask,
                lengths,
            } => match (W::of(*address), W::of(*mask)) {
                (Some(address), Some(mask)) => {
                    let longer = W::lengths(*lengths.start(), *lengths.end());
                    masked(pieces, address, mask, lengths.contains(&0), longer)
                }
                (None, None) => Extent::NOTHING,
                _ => anything(pieces),
            },
            PrefixPattern::Any => everything(pieces),
            PrefixPattern::Unsupported => anything(pieces),
        }
    }
}

impl Pattern for AccessPattern {
    fn cut<W: Word>(&self, pieces: &mut Vec<Piece<W>>) -> Extent {
        match self {
            AccessPattern::Address { address, wildcard } => match (W::of(*address), W::of(*wildcard)) {
                (Some(address), Some(wildcard)) => masked(pieces, address, !wildcard, true, W::ONES),
                (None, None) => Extent::NOTHING,
                _ => anything(pieces),
            },
            AccessPattern::AddressAndMask {
                address,
                wildcard,
                mask,
                mask_wildcard,
            } => address_and_mask(pieces, [address, wildcard, mask, mask_wildcard]),
            AccessPattern::Prefix { prefix, exact: true } => Exactly(prefix).cut(pieces),
            AccessPattern::Prefix { prefix, exact: false } => (prefix, &(0..=W::WIDTH)).cut(pieces),
            AccessPattern::Any => everything(pieces),
            AccessPattern::Unsupported => anything(pieces),
        }
    }
}

/// Routes inside a prefix whose length is in the range.
impl Pattern for (&IpNet, &RangeInclusive<u8>) {
    fn cut<W: Word>(&self, pieces: &mut Vec<Piece<W>>) -> Extent {
        let (prefix, range) = *self;
        let (Some(start), length) = (W::of(prefix.addr()), prefix.prefix_len()) else {
            return Extent::NOTHING;
        };
        let lengths = W::lengths(length.max(*range.start()), *range.end());
        if lengths != W::ZERO {
            pieces.push(Piece {
                start: start.truncated(length),
                length,
                lengths,
            });
        }
        Extent {
            default_route: length == 0 && range.contains(&0),
            exact: true,
        }
    }
}

/// One route.
pub(super) struct Exactly<'a>(pub &'a IpNet);

impl Pattern for Exactly<'_> {
    fn cut<W: Word>(&self, pieces: &mut Vec<Piece<W>>) -> Extent {
        (self.0, &(self.0.prefix_len()..=self.0.prefix_len())).cut(pieces)
    }
}

fn everything<W: Word>(pieces: &mut Vec<Piece<W>>) -> Extent {
    pieces.push(Piece {
        start: W::ZERO,
        length: 0,
        lengths: W::ONES,
    });
    Extent {
        default_route: true,
        exact: true,
    }
}

fn anything<W: Word>(pieces: &mut Vec<Piece<W>>) -> Extent {
    Extent {
        exact: false,
        ..everything(pieces)
    }
}

fn address_and_mask<W: Word>(pieces: &mut Vec<Piece<W>>, parts: [&IpAddr; 4]) -> Extent {
    let numbers = parts.map(|part| W::of(*part));
    if numbers.iter().all(Option::is_none) {
        return Extent::NOTHING;
    }
    let [Some(address), Some(wildcard), Some(mask), Some(mask_wildcard)] = numbers else {
        return anything(pieces);
    };
    let fits = |length| (!W::host_bits(length) ^ mask) & !mask_wildcard == W::ZERO;
    let lengths = (1..=W::WIDTH)
        .filter(|&length| fits(length))
        .fold(W::ZERO, |lengths, length| lengths | W::length(length));
    masked(pieces, address, !wildcard, fits(0), lengths)
}

/// Routes whose network address equals `address` in the bits of `care`.
///
/// A network address ends in zeros, so a route shorter than the last bit of `care` can match too: standard
/// list `permit 10.0.0.0 0.255.255.255` lets 10.0.0.0/7 pass.
fn masked<W: Word>(
    pieces: &mut Vec<Piece<W>>,
    address: W,
    care: W,
    default_route: bool,
    lengths: W,
) -> Extent {
    let address = address & care;
    let (before, mut exact) = (pieces.len(), true);
    let mut left = lengths;
    while let Some(first) = left.pop_shortest() {
        // All lengths before the next bit of `care` ask the same of the address.
        let seen = care & !W::host_bits(first);
        let last = (care & W::host_bits(first)).leading_zeros().min(W::WIDTH);
        let group = lengths & W::lengths(first, last.max(first));
        left = left & !group;
        if address & W::host_bits(first) != W::ZERO {
            continue;
        }
        let length = W::WIDTH - seen.trailing_zeros().min(W::WIDTH);
        let holes = !seen & !W::host_bits(length);
        let bits = usize::from(holes.count_ones());
        if bits > MOST_PIECES.ilog2() as usize || pieces.len() - before + (1 << bits) > MOST_PIECES {
            let length = care.leading_ones().min(first);
            exact = false;
            pieces.push(Piece {
                start: address.truncated(length),
                length,
                lengths: group,
            });
            continue;
        }
        let mut filling = W::ZERO;
        loop {
            pieces.push(Piece {
                start: address | filling,
                length,
                lengths: group,
            });
            // The next subset of the holes, in ascending order.
            filling = filling.wrapping_sub(holes) & holes;
            if filling == W::ZERO {
                break;
            }
        }
    }
    Extent {
        default_route: default_route && address == W::ZERO,
        exact,
    }
}
