//! Values that BGP routes carry. Each parses and prints itself; the two round-trip.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

pub use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// AS 12076, from which Microsoft announces on ExpressRoute (private and Microsoft peering alike).
pub const MICROSOFT: Asn = Asn(12076);

/// An autonomous system number (RFC 6793), printed as plain decimal (RFC 5396 asplain).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asn(pub u32);

impl fmt::Display for Asn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Asn {
    type Err = NotAValue;

    /// Reads asplain (`12076`) or asdot (`1.10`) notation (RFC 5396).
    fn from_str(text: &str) -> Result<Asn, NotAValue> {
        match text.split_once('.') {
            Some((high, low)) => Ok(Asn(
                u32::from(decimal::<u16>(high)?) << 16 | u32::from(decimal::<u16>(low)?)
            )),
            None => decimal(text).map(Asn),
        }
    }
}

/// A community, `asn:value` (RFC 1997).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Community {
    pub asn: u16,
    pub value: u16,
}

impl Community {
    pub const NO_EXPORT: Community = Community::new(65535, 65281);
    pub const NO_ADVERTISE: Community = Community::new(65535, 65282);
    pub const LOCAL_AS: Community = Community::new(65535, 65283);
    pub const NO_PEER: Community = Community::new(65535, 65284);
    pub const GRACEFUL_SHUTDOWN: Community = Community::new(65535, 0);
    pub const ACCEPT_OWN: Community = Community::new(65535, 1);
    pub const BLACKHOLE: Community = Community::new(65535, 666);

    pub const fn new(asn: u16, value: u16) -> Community {
        Community { asn, value }
    }

    /// The community `12076:value`.
    pub const fn microsoft(value: u16) -> Community {
        Community::new(12076, value)
    }

    /// The value as the 32-bit number that travels on the wire.
    pub const fn packed(self) -> u32 {
        (self.asn as u32) << 16 | self.value as u32
    }

    pub const fn from_packed(packed: u32) -> Community {
        Community::new((packed >> 16) as u16, (packed & 0xffff) as u16)
    }
}

impl fmt::Display for Community {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.asn, self.value)
    }
}

impl FromStr for Community {
    type Err = NotAValue;

    /// Reads `asn:value` and nothing else: no names, no packed numbers, no spaces, no leading zeros.
    fn from_str(text: &str) -> Result<Community, NotAValue> {
        let (asn, value) = text.split_once(':').ok_or(NotAValue)?;
        Ok(Community {
            asn: decimal(asn)?,
            value: decimal(value)?,
        })
    }
}

/// A large community, `global:local1:local2` (RFC 8092).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LargeCommunity(pub u32, pub u32, pub u32);

impl fmt::Display for LargeCommunity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.0, self.1, self.2)
    }
}

impl FromStr for LargeCommunity {
    type Err = NotAValue;

    fn from_str(text: &str) -> Result<LargeCommunity, NotAValue> {
        let mut parts = text.split(':').map(decimal);
        let mut part = || parts.next().unwrap_or(Err(NotAValue));
        let community = LargeCommunity(part()?, part()?, part()?);
        if parts.next().is_some() {
            Err(NotAValue)
        } else {
            Ok(community)
        }
    }
}

/// An AS path as a route carries it: leftmost AS first (RFC 4271, 4.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AsPath(pub Vec<AsPathSegment>);

/// One hop of an AS path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AsPathSegment {
    As(Asn),
    /// An AS_SET, unordered; rendered `{1,2}`.
    Set(Vec<Asn>),
}

impl AsPath {
    pub fn sequence(asns: impl IntoIterator<Item = u32>) -> AsPath {
        AsPath(asns.into_iter().map(|asn| AsPathSegment::As(Asn(asn))).collect())
    }

    /// Returns the length as the decision process counts it: a set is one hop (RFC 4271, 9.1.2.2).
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for AsPath {
    /// Writes the text that `show bgp` prints and AS-path expressions see: `12076 8075 {1,2}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, segment) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            match segment {
                AsPathSegment::As(asn) => asn.fmt(f)?,
                AsPathSegment::Set(set) => {
                    f.write_str("{")?;
                    for (i, asn) in set.iter().enumerate() {
                        write!(f, "{}{asn}", if i > 0 { "," } else { "" })?;
                    }
                    f.write_str("}")?;
                }
            }
        }
        Ok(())
    }
}

impl FromStr for AsPath {
    type Err = NotAValue;

    fn from_str(text: &str) -> Result<AsPath, NotAValue> {
        let segment = |word: &str| match word.strip_prefix('{') {
            Some(rest) => {
                let inner = rest.strip_suffix('}').ok_or(NotAValue)?;
                inner
                    .split(',')
                    .map(str::parse)
                    .collect::<Result<_, _>>()
                    .map(AsPathSegment::Set)
            }
            None => word.parse().map(AsPathSegment::As),
        };
        text.split_ascii_whitespace()
            .map(segment)
            .collect::<Result<_, _>>()
            .map(AsPath)
    }
}

/// The address family of a route or session; all are unicast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    Ipv4,
    Ipv6,
}

impl Family {
    pub const BOTH: [Family; 2] = [Family::Ipv4, Family::Ipv6];

    /// Address width in bits, which is also the longest prefix length.
    pub const fn width(self) -> u8 {
        match self {
            Family::Ipv4 => 32,
            Family::Ipv6 => 128,
        }
    }

    pub const fn of(net: &IpNet) -> Family {
        match net {
            IpNet::V4(_) => Family::Ipv4,
            IpNet::V6(_) => Family::Ipv6,
        }
    }

    pub const fn of_address(address: IpAddr) -> Family {
        match address {
            IpAddr::V4(_) => Family::Ipv4,
            IpAddr::V6(_) => Family::Ipv6,
        }
    }

    /// The default route of this family.
    pub const fn default_route(self) -> IpNet {
        match self {
            Family::Ipv4 => IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0)),
            Family::Ipv6 => IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0)),
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Family::Ipv4 => "ipv4",
            Family::Ipv6 => "ipv6",
        })
    }
}

/// The ORIGIN attribute (RFC 4271, 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    Igp,
    Egp,
    Incomplete,
}

/// The text is not a value of the requested kind; the caller knows which text and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAValue;

impl fmt::Display for NotAValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a value of this kind")
    }
}

impl std::error::Error for NotAValue {}

/// Reads a decimal number without sign, spaces or leading zeros.
pub fn decimal<T: FromStr>(text: &str) -> Result<T, NotAValue> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain {
        text.parse().map_err(|_| NotAValue)
    } else {
        Err(NotAValue)
    }
}

/// Reads `address/length` strictly: no leading zeros, length within the family. Host bits are kept;
/// call [`IpNet::trunc`] where the platform masks them.
///
/// `ipnet` itself accepts `010.0.0.0/8` and `10.0.0.0/08`, which routers refuse.
pub fn prefix(text: &str) -> Result<IpNet, NotAValue> {
    let (address, length) = text.split_once('/').ok_or(NotAValue)?;
    let address: IpAddr = address.parse().map_err(|_| NotAValue)?;
    IpNet::new(address, decimal(length)?).map_err(|_| NotAValue)
}

/// Returns the prefix length of a contiguous mask (`255.255.0.0` is 16), or `None` for any other address.
pub fn mask_length(mask: Ipv4Addr) -> Option<u8> {
    let bits = u32::from(mask);
    (bits.leading_ones() + bits.trailing_zeros().min(32) >= 32).then(|| bits.leading_ones() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn communities_round_trip_and_nothing_else_is_one() {
        for text in ["12076:51002", "0:0", "65535:65535"] {
            assert_eq!(
                text.parse::<Community>().map(|c| c.to_string()).as_deref(),
                Ok(text)
            );
        }
        for text in [
            "12076",
            "12076:",
            ":1",
            "12076:051002",
            "65536:1",
            "1:65536",
            "1:2:3",
            " 1:2",
            "1:+2",
            "",
        ] {
            assert_eq!(text.parse::<Community>(), Err(NotAValue), "{text}");
        }
        assert_eq!(Community::microsoft(51002).packed(), 791_463_738);
        assert_eq!(Community::from_packed(791_463_738), Community::microsoft(51002));
    }

    #[test]
    fn prefixes_are_strict() {
        assert_eq!(
            prefix("10.1.2.3/8").map(|p| p.trunc().to_string()).as_deref(),
            Ok("10.0.0.0/8")
        );
        for text in [
            "010.0.0.0/8",
            "10.0.0.0/08",
            "10.0.0.0/33",
            "10.0.0.0",
            "10.0.0/8",
            "::/129",
        ] {
            assert_eq!(prefix(text), Err(NotAValue), "{text}");
        }
    }

    #[test]
    fn as_paths_round_trip() {
        for text in ["", "12076", "12076 8075 {1,2}"] {
            assert_eq!(text.parse::<AsPath>().map(|p| p.to_string()).as_deref(), Ok(text));
        }
        assert_eq!("1.10".parse(), Ok(Asn(65546)));
    }

    #[test]
    fn only_contiguous_masks_have_a_length() {
        assert_eq!(mask_length(Ipv4Addr::new(255, 255, 0, 0)), Some(16));
        assert_eq!(mask_length(Ipv4Addr::new(0, 0, 0, 0)), Some(0));
        assert_eq!(mask_length(Ipv4Addr::new(255, 255, 255, 255)), Some(32));
        assert_eq!(mask_length(Ipv4Addr::new(255, 0, 255, 0)), None);
    }
}
