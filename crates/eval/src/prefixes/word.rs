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
    + 'static
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
    /// Space that is not announced on the Internet, by prefix (IANA special-purpose address registries, RFC 6890).
    const SPECIAL: &[(Self, u8)];
    /// Addresses of Azure regions, in the middle of what people know as public.
    const FAMILIAR: &[Self];
    /// A length that is common for Microsoft's routes, and the longest that is accepted on the Internet.
    const ANNOUNCED: (u8, u8);

    fn leading_zeros(self) -> u8;
    fn trailing_zeros(self) -> u8;
    fn leading_ones(self) -> u8;
    fn count_ones(self) -> u8;
    fn reverse_bits(self) -> Self;
    /// Shifts; zero where `bits` is the width or more.
    fn shl(self, bits: u8) -> Self;
    fn shr(self, bits: u8) -> Self;
    fn wrapping_add(self, other: Self) -> Self;
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
        let one = Self::length(Self::WIDTH);
        let before = first.wrapping_sub(one);
        let routes = |length: u8| {
            let shift = Self::WIDTH - length;
            match first == Self::ZERO {
                true => last.shr(shift).as_f64() + 1.0,
                false => last.shr(shift).wrapping_sub(before.shr(shift)).as_f64(),
            }
        };
        // From the length to which both ends are aligned, each longer length has twice as many.
        let ends = first | last.wrapping_add(one);
        let aligned = (Self::WIDTH - ends.trailing_zeros().min(Self::WIDTH)).max(1);
        let regular = lengths & Self::lengths(aligned, Self::WIDTH);
        let mut total = match regular == Self::ZERO {
            true => 0.0,
            false => routes(aligned) * regular.reverse_bits().shr(aligned - 1).as_f64(),
        };
        let mut irregular = lengths & Self::starting_between(first, last) & !regular;
        while let Some(length) = irregular.pop_shortest() {
            total += routes(length);
        }
        total
    }
}

macro_rules! word {
    ($word:ty, $family:expr, $address:ident, $ip:ident, $net:ident, $announced:expr, $familiar:expr, $special:expr) => {
        impl Word for $word {
            const FAMILY: Family = $family;
            const WIDTH: u8 = <$word>::BITS as u8;
            const ZERO: Self = 0;
            const ONES: Self = <$word>::MAX;
            const SPECIAL: &[(Self, u8)] = &$special;
            const FAMILIAR: &[Self] = &$familiar;
            const ANNOUNCED: (u8, u8) = $announced;

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
            fn reverse_bits(self) -> Self {
                self.reverse_bits()
            }
            fn shl(self, bits: u8) -> Self {
                self.checked_shl(bits.into()).unwrap_or(0)
            }
            fn shr(self, bits: u8) -> Self {
                self.checked_shr(bits.into()).unwrap_or(0)
            }
            fn wrapping_add(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            fn wrapping_sub(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            fn checked_next(self) -> Option<Self> {
                self.checked_add(1)
            }
            fn as_f64(self) -> f64 {
                // Small numbers convert much faster as 64 bits.
                u64::try_from(self).map_or(self as f64, |small| small as f64)
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

const fn v4(a: u8, b: u8, c: u8) -> u32 {
    u32::from_be_bytes([a, b, c, 0])
}

/// The first three groups of an address.
const fn v6(a: u128, b: u128, c: u128) -> u128 {
    a << 112 | b << 96 | c << 80
}

word!(
    u32,
    Family::Ipv4,
    Ipv4Addr,
    V4,
    Ipv4Net,
    (17, 24),
    [
        v4(13, 69, 0),
        v4(20, 50, 0),
        v4(40, 74, 0),
        v4(52, 236, 0),
        v4(104, 40, 0),
        v4(191, 232, 0),
    ],
    [
        (v4(0, 0, 0), 8),
        (v4(10, 0, 0), 8),
        (v4(100, 64, 0), 10),
        (v4(127, 0, 0), 8),
        (v4(169, 254, 0), 16),
        (v4(172, 16, 0), 12),
        (v4(192, 0, 0), 24),
        (v4(192, 0, 2), 24),
        (v4(192, 88, 99), 24),
        (v4(192, 168, 0), 16),
        (v4(198, 18, 0), 15),
        (v4(198, 51, 100), 24),
        (v4(203, 0, 113), 24),
        (v4(224, 0, 0), 3),
    ]
);
word!(
    u128,
    Family::Ipv6,
    Ipv6Addr,
    V6,
    Ipv6Net,
    (40, 48),
    [v6(0x2603, 0x1020, 0x200), v6(0x2a01, 0x111, 0x2000)],
    [
        // Only 2000::/3 is global unicast.
        (v6(0, 0, 0), 3),
        (v6(0x4000, 0, 0), 2),
        (v6(0x8000, 0, 0), 1),
        (v6(0x2001, 0, 0), 23),
        (v6(0x2001, 0xdb8, 0), 32),
        (v6(0x2002, 0, 0), 16),
        // RFC 9637.
        (v6(0x3fff, 0, 0), 20),
    ]
);

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
