//! Which routes Microsoft may send, as sets: the routes over which verdicts are decided.

use std::ops::RangeInclusive;

use pairlint_eval::prefixes::PrefixSet;
use pairlint_eval::space::Cover;
use pairlint_model::bgp::{Family, IpNet, prefix};

/// Space that is never announced on Microsoft peering: special-purpose addresses (RFC 6890 and the IANA
/// special-purpose registries, 2026), and 3ffe::/16, which IANA took back (RFC 3701).
const SPECIAL_IPV4: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
];
const SPECIAL_IPV6: &[&str] = &[
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3ffe::/16",
    "3fff::/20",
];

/// Global unicast space (RFC 4291, 2.4, and the IANA allocations).
const GLOBAL_IPV6: &str = "2000::/3";

/// Space whose acceptance from Microsoft is a finding: RFC 1918, unique local (RFC 4193), documentation
/// (RFC 5737, RFC 3849, RFC 9637) and multicast.
const PRIVATE_IPV4: &[&str] = &[
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "192.0.2.0/24",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
];
const PRIVATE_IPV6: &[&str] = &["fc00::/7", "2001:db8::/32", "3fff::/20", "ff00::/8"];

/// Lengths that are announced between networks. Nobody holds more than a /8, and longer than /24 or /48 does
/// not travel (RFC 7454, 6.1.3); Microsoft's own longer routes are looked up in the tables one by one.
const LENGTHS_IPV4: RangeInclusive<u8> = 8..=24;
const LENGTHS_IPV6: RangeInclusive<u8> = 20..=48;

/// The sets of one address family, by their place in a program's bases.
pub(crate) struct Bases {
    pub sets: [PrefixSet; 4],
}

/// What Microsoft can announce.
pub(crate) const PUBLIC: usize = 0;
/// Every route, default and special-purpose ones included.
pub(crate) const EVERY: usize = 1;
pub(crate) const DEFAULT_ROUTE: usize = 2;
pub(crate) const PRIVATE: usize = 3;

impl Bases {
    pub fn new(family: Family) -> Bases {
        let nets =
            |texts: &[&str]| -> Vec<IpNet> { texts.iter().filter_map(|text| prefix(text).ok()).collect() };
        let (global, lengths, special, private) = match family {
            Family::Ipv4 => (
                nets(&["0.0.0.0/0"]),
                LENGTHS_IPV4,
                nets(SPECIAL_IPV4),
                nets(PRIVATE_IPV4),
            ),
            Family::Ipv6 => (
                nets(&[GLOBAL_IPV6]),
                LENGTHS_IPV6,
                nets(SPECIAL_IPV6),
                nets(PRIVATE_IPV6),
            ),
        };
        let all = 0..=family.width();
        let special = PrefixSet::within(&special, all.clone(), family);
        let public = PrefixSet::within(&global, lengths, family).minus(&special);
        Bases {
            sets: [
                public,
                PrefixSet::all(family),
                PrefixSet::exactly(&[family.default_route()], family),
                PrefixSet::within(&private, all, family),
            ],
        }
    }
}

/// The space that is never announced on Microsoft peering: of IPv6, all beside global unicast too.
pub(crate) fn special_space() -> Cover {
    const BESIDE_GLOBAL: &[&str] = &["::/3", "4000::/2", "8000::/1"];
    let texts = SPECIAL_IPV4.iter().chain(SPECIAL_IPV6).chain(BESIDE_GLOBAL);
    Cover::of(texts.filter_map(|text| prefix(text).ok()))
}

/// Whether a route is longer than what travels between networks, so that only a table can tell that it is sent.
pub(crate) fn is_long(route: &IpNet) -> bool {
    match Family::of(route) {
        Family::Ipv4 => route.prefix_len() > *LENGTHS_IPV4.end(),
        Family::Ipv6 => route.prefix_len() > *LENGTHS_IPV6.end(),
    }
}
