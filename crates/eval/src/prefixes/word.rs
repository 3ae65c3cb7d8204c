//! The two widths of an address, and bit arithmetic that both need.

use std::fmt;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::{BitAnd, BitOr, BitXor, Not};

use pairlint_model::bgp::{Family, IpNet, Ipv4Net, Ipv6Net};

/// An address as a number; the same type also holds a set of prefix lengths.
///
/// Lengths 1 to `WIDTH` have one bit each, length 1 the most significant one, so that "`length` and longer"
/// is a shift to the right. The default route (length 0) is kept apart by every user: there is one, and
/// without it the lengths of a family fit exactly into its address type (33 and 129 bits would not).
pub(super) trait Word:
    Copy
    + Ord
    + Hash
    + fmt::Debug
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Not<Output = Self>
{
    const FAMILY: Family;
    const WIDTH: u8;
    const ZERO: Self;
    const ONES: Self;

    fn leading_zeros(self) -> u8;
    fn trailing_zeros(self) -> u8;
    fn leading_ones(self) -> u8;
    fn count_ones(self) -> u8;
    /// Shifts; zero where `bits` is the width or more.
    fn shl(self, bits: u8) -> Self;
    fn shr(self, bits: u8) -> Self;
    fn wrapping_sub(self, other: Self) -> Self;
    fn checked_next(self) -> Option<Self>;
    fn as_f64(self) -> f64;
    fn of(address: IpAddr) -> Option<Self>;
    fn net(self, length: u8) -> Option<IpNet>;

    /// The bits of an address after the first `length`.
    fn host_bits(length: u8) -> Self {
        Self::ONES.shr(length)
    }

    fn truncated(self, length: u8) -> Self {
        self & !Self::host_bits(length)
    }

    /// The last address of the prefix of this length that holds this address.
    fn last(self, length: u8) -> Self {
        self | Self::host_bits(length)
    }

    /// The set that holds one length, 1 to `WIDTH`; empty for others.
    fn length(length: u8) -> Self {
        Self::lengths(length, length)
    }

    /// The set of lengths from `low` to `high`, as far as they lie in 1 to `WIDTH`.
    fn lengths(low: u8, high: u8) -> Self {
        let (low, high) = (low.max(1), high.min(Self::WIDTH));
        if low > high {
            return Self::ZERO;
        }
        Self::ONES.shr(low - 1) & Self::ONES.shl(Self::WIDTH - high)
    }

    /// The shortest length in a set of lengths that is not empty.
    fn shortest(self) -> u8 {
        self.leading_zeros() + 1
    }

    /// The longest length in a set of lengths that is not empty.
    fn longest(self) -> u8 {
        Self::WIDTH - self.trailing_zeros()
    }

    /// Takes lengths out of a set, shortest first.
    fn pop_shortest(&mut self) -> Option<u8> {
        if *self == Self::ZERO {
            return None;
        }
        let length = self.shortest();
        *self = *self & !Self::length(length);
        Some(length)
    }

    /// The lengths that have a network address between `first` and `last`.
    fn starting_between(first: Self, last: Self) -> Self {
        if first == Self::ZERO {
            return Self::ONES;
        }
        // A block of 2^k addresses starts in first..=last where first-1 and last differ in bit k or a higher one.
        let differing = first.wrapping_sub(Self::length(Self::WIDTH)) ^ last;
        Self::ONES.shr(differing.leading_zeros())
    }

    /// How many routes with a length of the set have their network address between `first` and `last`.
    fn routes_between(first: Self, last: Self, lengths: Self) -> f64 {
        let mut lengths = lengths & Self::starting_between(first, last);
        let mut total = 0.0;
        while let Some(length) = lengths.pop_shortest() {
            let shift = Self::WIDTH - length;
            total += if first == Self::ZERO {
                last.shr(shift).as_f64() + 1.0
            } else {
                let before = first.wrapping_sub(Self::length(Self::WIDTH)).shr(shift);
                last.shr(shift).wrapping_sub(before).as_f64()
            };
        }
        total
    }
}

macro_rules! word {
    ($word:ty, $family:expr, $address:ident, $ip:ident, $net:ident) => {
        impl Word for $word {
            const FAMILY: Family = $family;
            const WIDTH: u8 = <$word>::BITS as u8;
            const ZERO: Self = 0;
            const ONES: Self = <$word>::MAX;

            fn leading_zeros(self) -> u8 {
                self.leading_zeros() as u8
            }
            fn trailing_zeros(self) -> u8 {
                self.trailing_zeros() as u8
            }
            fn leading_ones(self) -> u8 {
                self.leading_ones() as u8
            }
            fn count_ones(self) -> u8 {
                self.count_ones() as u8
            }
            fn shl(self, bits: u8) -> Self {
                self.checked_shl(bits.into()).unwrap_or(0)
            }
            fn shr(self, bits: u8) -> Self {
                self.checked_shr(bits.into()).unwrap_or(0)
            }
            fn wrapping_sub(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            fn checked_next(self) -> Option<Self> {
                self.checked_add(1)
            }
            fn as_f64(self) -> f64 {
                self as f64
            }
            fn of(address: IpAddr) -> Option<Self> {
                match address {
                    IpAddr::$ip(address) => Some(address.to_bits()),
                    _ => None,
                }
            }
            fn net(self, length: u8) -> Option<IpNet> {
                $net::new($address::from_bits(self), length)
                    .ok()
                    .map(IpNet::$ip)
            }
        }
    };
}

word!(u32, Family::Ipv4, Ipv4Addr, V4, Ipv4Net);
word!(u128, Family::Ipv6, Ipv6Addr, V6, Ipv6Net);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_lengths() {
        assert_eq!(u32::lengths(0, 40), u32::MAX);
        assert_eq!(u32::lengths(9, 8), 0);
        assert_eq!(u32::lengths(0, 0), 0);
        assert_eq!(u128::length(128), 1);
        let mut lengths = u32::lengths(8, 9) | u32::length(32);
        assert_eq!((lengths.shortest(), lengths.longest()), (8, 32));
        assert_eq!(
            [(); 4].map(|()| lengths.pop_shortest()),
            [Some(8), Some(9), Some(32), None]
        );
    }

    #[test]
    fn network_addresses_between_two_addresses_agree_with_enumeration() {
        for first in 0..64_u32 {
            for last in first..64 {
                let (mut lengths, mut count) = (0, 0);
                for length in 1..=32 {
                    let starts = (first..=last).filter(|a| a & u32::host_bits(length) == 0).count();
                    count += starts;
                    if starts > 0 {
                        lengths |= u32::length(length);
                    }
                }
                assert_eq!(u32::starting_between(first, last), lengths, "{first}..={last}");
                assert_eq!(
                    u32::routes_between(first, last, u32::MAX),
                    count as f64,
                    "{first}..={last}"
                );
            }
        }
    }
}
