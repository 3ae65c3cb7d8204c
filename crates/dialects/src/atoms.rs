//! Values and clauses whose syntax the manuals of several platforms agree on.
//!
//! Shapes only: whether a platform accepts a value, and what it means there, is decided in its dialect.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;

use ipnet::IpNet;
use nom::branch::alt;
use nom::bytes::complete::{tag_no_case, take_while1};
use nom::character::complete::{space0, space1};
use nom::combinator::{opt, value};
use nom::sequence::preceded;
use nom::{IResult, Parser};
use pairlint_model::bgp::{Asn, Community, LargeCommunity};
use pairlint_model::policy::Verdict;

/// Returns the keyword that a word stands for: itself, in any case, or the only one it begins.
/// Command lines complete an unambiguous abbreviation silently, and pasted commands use that.
pub fn keyword<'t>(word: &str, table: &[&'t str]) -> Option<&'t str> {
    let exact = table
        .iter()
        .copied()
        .find(|entry| entry.eq_ignore_ascii_case(word));
    if exact.is_some() {
        return exact;
    }
    let mut longer = table.iter().copied().filter(|entry| {
        word.len() > 1
            && entry
                .as_bytes()
                .get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    });
    let only = longer.next()?;
    longer.next().is_none().then_some(only)
}

/// Reads a decimal number as a command line does: leading zeros are no error.
pub fn number<T: TryFrom<u64>>(word: &str) -> Option<T> {
    let plain = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let number: u64 = if plain { word.parse().ok()? } else { return None };
    T::try_from(number).ok()
}

/// Reads an AS number, `65001` or `1.10`.
pub fn asn(word: &str) -> Option<Asn> {
    word.parse().ok().filter(|asn| *asn != Asn(0))
}

/// Reads `permit` or `deny`.
pub fn verdict(word: &str) -> Option<Verdict> {
    match keyword(word, &["permit", "deny"])? {
        "permit" => Some(Verdict::Accept),
        _ => Some(Verdict::Reject),
    }
}

/// What a word that should be a community turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommunityWord {
    Value(Community),
    /// Digits and a colon, but a half does not fit into 16 bits, or a bare number not into 32.
    OutOfRange,
    /// Something else: a name, an expression, a placeholder.
    Other,
}

/// Reads `aa:nn` or a bare 32-bit number (RFC 1997 writes neither; every Cisco-like manual takes both).
pub fn community(word: &str) -> CommunityWord {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match word.split_once(':') {
        Some((asn, value)) if digits(asn) && digits(value) => match (number(asn), number(value)) {
            (Some(asn), Some(value)) => CommunityWord::Value(Community::new(asn, value)),
            _ => CommunityWord::OutOfRange,
        },
        None if digits(word) => match number(word) {
            Some(packed) => CommunityWord::Value(Community::from_packed(packed)),
            None => CommunityWord::OutOfRange,
        },
        _ => CommunityWord::Other,
    }
}

/// Reads `global:local1:local2`.
pub fn large_community(word: &str) -> Option<LargeCommunity> {
    word.parse().ok()
}

/// An address with its mask in words: `10.1.2.1 255.255.255.252`.
pub fn with_mask(address: &str, mask: &str) -> Option<IpNet> {
    let address: Ipv4Addr = address.parse().ok()?;
    let length = pairlint_model::bgp::mask_length(mask.parse().ok()?)?;
    IpNet::new(IpAddr::V4(address), length).ok()
}

/// Reads an IP address; the zone of a link-local one (`fe80::1%Gi0/0`) is set aside.
pub fn address(word: &str) -> Option<IpAddr> {
    let plain = word.split_once('%').map_or(word, |(address, _)| address);
    plain.parse().ok()
}

/// The tail of a prefix-list line, as written: `permit 10.0.0.0/8 ge 16 le 24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrefixRule<'a> {
    pub verdict: Verdict,
    /// `address/length` or whatever stands in its place.
    pub prefix: &'a str,
    pub ge: Option<&'a str>,
    pub le: Option<&'a str>,
    pub eq: Option<&'a str>,
}

/// Reads `permit 10.0.0.0/8 ge 16 le 24`; bounds may stand in any order.
pub fn prefix_rule(input: &str) -> IResult<&str, PrefixRule<'_>> {
    let (input, verdict) = alt((
        value(Verdict::Accept, tag_no_case("permit")),
        value(Verdict::Reject, tag_no_case("deny")),
    ))
    .parse(input)?;
    let (mut input, prefix) = preceded(space1, word).parse(input)?;
    let mut rule = PrefixRule {
        verdict,
        prefix,
        ge: None,
        le: None,
        eq: None,
    };
    while let (rest, Some((bound, length))) = opt(preceded(space1, bound)).parse(input)? {
        let slot = match bound {
            Bound::Ge => &mut rule.ge,
            Bound::Le => &mut rule.le,
            Bound::Eq => &mut rule.eq,
        };
        if slot.replace(length).is_some() {
            break;
        }
        input = rest;
    }
    let (input, _) = space0.parse(input)?;
    Ok((input, rule))
}

#[derive(Debug, Clone, Copy)]
enum Bound {
    Ge,
    Le,
    Eq,
}

fn bound(input: &str) -> IResult<&str, (Bound, &str)> {
    let name = alt((
        value(Bound::Ge, tag_no_case("ge")),
        value(Bound::Le, tag_no_case("le")),
        value(Bound::Eq, tag_no_case("eq")),
    ));
    (name, preceded(space1, word)).parse(input)
}

/// Reads up to the next blank.
pub fn word(input: &str) -> IResult<&str, &str> {
    take_while1(|c: char| !c.is_ascii_whitespace()).parse(input)
}

/// Returns the lengths that `ge` and `le` leave of a prefix of this length in a family of this width;
/// `None` where they exclude each other.
pub fn lengths(length: u8, width: u8, ge: Option<u8>, le: Option<u8>) -> Option<RangeInclusive<u8>> {
    let (from, to) = match (ge, le) {
        (None, None) => (length, length),
        (ge, Some(le)) => (ge.unwrap_or(length), le),
        // `ge` alone is open upward (Cisco IOS IP Routing: BGP, "ip prefix-list"; every look-alike agrees).
        (Some(ge), None) => (ge, width),
    };
    (length <= from && from <= to && to <= width).then_some(from..=to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_may_be_abbreviated_where_that_is_unambiguous() {
        let table = ["local-preference", "local-as", "match", "ip", "ipv6"];
        for (word, expected) in [
            ("match", Some("match")),
            ("MATCH", Some("match")),
            ("ma", Some("match")),
            ("m", None),
            ("local-p", Some("local-preference")),
            ("local", None),
            ("ip", Some("ip")),
            ("ipv", Some("ipv6")),
            ("matching", None),
            ("é", None),
        ] {
            assert_eq!(keyword(word, &table), expected, "{word}");
        }
    }

    #[test]
    fn communities_of_every_form() {
        let check = |word, expected| assert_eq!(community(word), expected, "{word}");
        check("12076:51004", CommunityWord::Value(Community::new(12076, 51004)));
        check("791463738", CommunityWord::Value(Community::new(12076, 51002)));
        check("12076:051004", CommunityWord::Value(Community::new(12076, 51004)));
        check("12076:70000", CommunityWord::OutOfRange);
        check("4294967296", CommunityWord::OutOfRange);
        check("12076:*", CommunityWord::Other);
        check("12076:", CommunityWord::Other);
        check("no-export", CommunityWord::Other);
        check("1:2:3", CommunityWord::Other);
    }

    #[track_caller]
    fn rule(text: &str) -> (&str, &str, [Option<&str>; 3]) {
        let (rest, rule) = prefix_rule(text).unwrap();
        (rest, rule.prefix, [rule.ge, rule.le, rule.eq])
    }

    #[test]
    fn prefix_rules() {
        assert_eq!(rule("permit 10.0.0.0/8"), ("", "10.0.0.0/8", [None; 3]));
        assert_eq!(
            rule("deny 10.0.0.0/8 le 24 ge 16 "),
            ("", "10.0.0.0/8", [Some("16"), Some("24"), None])
        );
        assert_eq!(rule("permit ::/0 eq 48"), ("", "::/0", [None, None, Some("48")]));
        assert_eq!(rule("permit 10.0.0.0/8 ge 9 ge 10").0, "ge 10");
        assert_eq!(rule("permit any extra").0, "extra");
        assert!(prefix_rule("perm 10.0.0.0/8").is_err() && prefix_rule("permit").is_err());
    }

    #[test]
    fn bounds_of_lengths() {
        assert_eq!(lengths(8, 32, None, None), Some(8..=8));
        assert_eq!(lengths(8, 32, Some(16), None), Some(16..=32));
        assert_eq!(lengths(8, 32, None, Some(24)), Some(8..=24));
        assert_eq!(lengths(8, 32, Some(16), Some(24)), Some(16..=24));
        assert_eq!(lengths(24, 32, Some(8), None), None);
        assert_eq!(lengths(8, 32, Some(24), Some(16)), None);
        assert_eq!(lengths(8, 32, None, Some(33)), None);
    }

    #[test]
    fn addresses_with_masks() {
        let net = with_mask("192.0.2.1", "255.255.255.252").map(|net| net.to_string());
        assert_eq!(net.as_deref(), Some("192.0.2.1/30"));
        assert_eq!(with_mask("192.0.2.1", "255.0.255.0"), None);
        assert_eq!(address("fe80::1%GigabitEthernet0/0"), "fe80::1".parse().ok());
    }
}
