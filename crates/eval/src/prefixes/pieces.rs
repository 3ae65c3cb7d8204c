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

/// What a pattern stands for.
#[derive(Debug, Clone)]
pub(super) struct Pieces<W> {
    pub default_route: bool,
    pub pieces: Vec<Piece<W>>,
    /// The pattern is exactly this; otherwise it is somewhere within it.
    pub exact: bool,
}

impl<W: Word> Piece<W> {
    /// Every route but the default route.
    pub const fn everything() -> Self {
        Piece {
            start: W::ZERO,
            length: 0,
            lengths: W::ONES,
        }
    }
}

impl<W: Word> Pieces<W> {
    fn none() -> Self {
        Pieces {
            default_route: false,
            pieces: Vec::new(),
            exact: true,
        }
    }

    fn everything() -> Self {
        Pieces {
            default_route: true,
            pieces: vec![Piece::everything()],
            exact: true,
        }
    }

    fn anything() -> Self {
        Pieces {
            exact: false,
            ..Self::everything()
        }
    }

    pub fn of_pattern(pattern: &PrefixPattern) -> Self {
        match pattern {
            PrefixPattern::Range { prefix, lengths } => Self::within(prefix, lengths),
            PrefixPattern::Masked {
                address,
                mask,
                lengths,
            } => match (W::of(*address), W::of(*mask)) {
                (Some(address), Some(mask)) => Self::masked(
                    address,
                    mask,
                    lengths.contains(&0),
                    W::lengths(*lengths.start(), *lengths.end()),
                ),
                (None, None) => Self::none(),
                _ => Self::anything(),
            },
            PrefixPattern::Any => Self::everything(),
            PrefixPattern::Unsupported => Self::anything(),
        }
    }

    pub fn of_access(pattern: &AccessPattern) -> Self {
        match pattern {
            AccessPattern::Address { address, wildcard } => match (W::of(*address), W::of(*wildcard)) {
                (Some(address), Some(wildcard)) => Self::masked(address, !wildcard, true, W::ONES),
                (None, None) => Self::none(),
                _ => Self::anything(),
            },
            AccessPattern::AddressAndMask {
                address,
                wildcard,
                mask,
                mask_wildcard,
            } => Self::address_and_mask([address, wildcard, mask, mask_wildcard]),
            AccessPattern::Prefix { prefix, exact: true } => {
                Self::within(prefix, &(prefix.prefix_len()..=prefix.prefix_len()))
            }
            AccessPattern::Prefix { prefix, exact: false } => Self::within(prefix, &(0..=W::WIDTH)),
            AccessPattern::Any => Self::everything(),
            AccessPattern::Unsupported => Self::anything(),
        }
    }

    fn address_and_mask(parts: [&IpAddr; 4]) -> Self {
        let numbers = parts.map(|part| W::of(*part));
        if numbers.iter().all(Option::is_none) {
            return Self::none();
        }
        let [Some(address), Some(wildcard), Some(mask), Some(mask_wildcard)] = numbers else {
            return Self::anything();
        };
        let fits = |length| (!W::host_bits(length) ^ mask) & !mask_wildcard == W::ZERO;
        let lengths = (1..=W::WIDTH)
            .filter(|&length| fits(length))
            .fold(W::ZERO, |lengths, length| lengths | W::length(length));
        Self::masked(address, !wildcard, fits(0), lengths)
    }

    /// Routes inside a prefix whose length is in the range.
    pub fn within(prefix: &IpNet, lengths: &RangeInclusive<u8>) -> Self {
        let (Some(start), length) = (W::of(prefix.addr()), prefix.prefix_len()) else {
            return Self::none();
        };
        let inside = W::lengths(length.max(*lengths.start()), *lengths.end());
        Pieces {
            default_route: length == 0 && lengths.contains(&0),
            pieces: match inside == W::ZERO {
                true => Vec::new(),
                false => vec![Piece {
                    start: start.truncated(length),
                    length,
                    lengths: inside,
                }],
            },
            exact: true,
        }
    }

    /// Routes whose network address equals `address` in the bits of `care`.
    ///
    /// A network address ends in zeros, so a route shorter than the last bit of `care` can match too: standard
    /// list `permit 10.0.0.0 0.255.255.255` lets 10.0.0.0/7 pass.
    fn masked(address: W, care: W, default_route: bool, lengths: W) -> Self {
        let address = address & care;
        let mut result = Pieces {
            default_route: default_route && address == W::ZERO,
            ..Self::none()
        };
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
            if bits > MOST_PIECES.ilog2() as usize || result.pieces.len() + (1 << bits) > MOST_PIECES {
                let length = care.leading_ones().min(first);
                result.exact = false;
                result.pieces.push(Piece {
                    start: address.truncated(length),
                    length,
                    lengths: group,
                });
                continue;
            }
            let mut filling = W::ZERO;
            loop {
                result.pieces.push(Piece {
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
        result
    }
}
