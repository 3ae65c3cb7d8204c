//! Elements of sets, named or in parentheses.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;

use pairlint_model::bgp::{self, Asn, Community, Family, IpNet, LargeCommunity};
use pairlint_model::policy::{
    AsPathTest, CommunityPattern, CommunityRegex, CommunityRendering, CommunityTest, PrefixEntry,
    PrefixPattern, RegexSyntax, Verdict,
};
use pairlint_model::source::{Span, Spanned};

use super::values::Values;
use crate::atoms::{self, number};
use crate::cisco_xr::tokens::{Kind, Token, span};

/// Reads an element of a prefix set: `10.0.0.0/8 ge 16 le 24`.
pub(super) fn prefix(element: &[Token<'_>], values: &Values<'_>) -> Option<PrefixEntry> {
    let place = span(element)?;
    let words: Vec<String> = element.iter().map(|token| values.resolve(token.text)).collect();
    let words: Vec<&str> = words.iter().flat_map(|word| word.split_whitespace()).collect();
    Some(PrefixEntry {
        verdict: Verdict::Accept,
        pattern: prefix_pattern(&words).unwrap_or(PrefixPattern::Unsupported),
        span: place,
    })
}

fn prefix_pattern(words: &[&str]) -> Option<PrefixPattern> {
    let (first, mut rest) = words.split_first()?;
    let (address, length) = match first.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        // A mask in words.
        None => match rest.split_first() {
            Some((mask, after)) if mask.contains(['.', ':']) => {
                rest = after;
                (*first, Some(*mask))
            }
            _ => (*first, None),
        },
    };
    let address: IpAddr = address.parse().ok()?;
    let width = Family::of_address(address).width();
    let (mut ge, mut le, mut eq) = (None, None, None);
    while let [bound, value, after @ ..] = rest {
        let slot = match bound.to_ascii_lowercase().as_str() {
            "ge" => &mut ge,
            "le" => &mut le,
            "eq" => &mut eq,
            _ => return None,
        };
        if slot.replace(number::<u8>(value)?).is_some() {
            return None;
        }
        rest = after;
    }
    if !rest.is_empty() || (eq.is_some() && (ge.is_some() || le.is_some())) {
        return None;
    }
    let (ge, le) = (eq.or(ge), eq.or(le));
    // Without a length the address itself is meant ("Implementing Routing Policy", prefix-set).
    let length = match length {
        None => width,
        Some(length) => match number::<u8>(length) {
            Some(length) => length,
            None => match mask(address, length.parse().ok()?)? {
                Mask::Length(length) => length,
                Mask::Bits(mask) => {
                    // Which lengths are meant is only certain where they are said.
                    let lengths = atoms::lengths(0, width, Some(ge?), le)?;
                    return Some(PrefixPattern::Masked {
                        address,
                        mask,
                        lengths,
                    });
                }
            },
        },
    };
    Some(PrefixPattern::Range {
        prefix: IpNet::new(address, length).ok()?,
        lengths: atoms::lengths(length, width, ge, le)?,
    })
}

enum Mask {
    Length(u8),
    Bits(IpAddr),
}

/// A mask whose first bit is set is a network mask; the others could also be meant the other way round.
fn mask(address: IpAddr, mask: IpAddr) -> Option<Mask> {
    let (IpAddr::V4(_), IpAddr::V4(mask)) = (address, mask) else {
        return None;
    };
    if let Some(length) = bgp::mask_length(mask).filter(|length| *length > 0) {
        return Some(Mask::Length(length));
    }
    let bits = u32::from(mask);
    (bits >> 31 == 1).then(|| Mask::Bits(IpAddr::V4(Ipv4Addr::from(bits))))
}

/// Well-known communities by name ("Implementing Routing Policy", community-set: `internet` is 0:0 here, and does not
/// stand for any route).
fn well_known(word: &str) -> Option<Community> {
    Some(match word.to_ascii_lowercase().as_str() {
        "internet" => Community::new(0, 0),
        "no-export" => Community::NO_EXPORT,
        "no-advertise" => Community::NO_ADVERTISE,
        "local-as" => Community::LOCAL_AS,
        "accept-own" => Community::ACCEPT_OWN,
        "graceful-shutdown" | "gshut" => Community::GRACEFUL_SHUTDOWN,
        "blackhole" => Community::BLACKHOLE,
        "no-peer" => Community::NO_PEER,
        _ => return None,
    })
}

/// Reads an element of a community set: `12076:51004`, `12076:*`, `[10..20]:5`, `ios-regex '…'`.
pub(super) fn community(element: &[Token<'_>], values: &Values<'_>) -> Option<Spanned<CommunityPattern>> {
    let place = span(element)?;
    let pattern = match element {
        [kind, text] if kind.is_one_of(&["ios-regex", "dfa-regex"]) => CommunityPattern::Text {
            expression: values.resolve(text.text),
            syntax: RegexSyntax::XrIos,
            anchored: false,
        },
        [word] => community_word(&values.resolve(word.text), values).unwrap_or(CommunityPattern::Unsupported),
        _ => CommunityPattern::Unsupported,
    };
    Some(Spanned::new(place, pattern))
}

fn community_word(word: &str, values: &Values<'_>) -> Option<CommunityPattern> {
    if let Some(community) = well_known(word) {
        return Some(CommunityPattern::Exactly(community));
    }
    if word == "*" {
        return Some(CommunityPattern::Range {
            asn: 0..=u16::MAX,
            value: 0..=u16::MAX,
        });
    }
    let (high, low) = word.split_once(':')?;
    if let (Half::Starts(_), _) | (_, Half::Starts(_)) = (half(high, values)?, half(low, values)?) {
        return Some(CommunityPattern::Halves {
            asn: half(high, values)?.expression()?,
            value: half(low, values)?.expression()?,
            syntax: RegexSyntax::Posix,
        });
    }
    let (Half::In(asn), Half::In(value)) = (half(high, values)?, half(low, values)?) else {
        return None;
    };
    Some(match (asn.start() == asn.end(), value.start() == value.end()) {
        (true, true) => CommunityPattern::Exactly(Community::new(*asn.start(), *value.start())),
        _ => CommunityPattern::Range { asn, value },
    })
}

enum Half {
    In(RangeInclusive<u16>),
    /// `5*`: begins with these digits.
    Starts(String),
}

impl Half {
    fn expression(self) -> Option<String> {
        match self {
            Half::Starts(digits) => Some(format!("{digits}[0-9]*")),
            Half::In(range) if range.start() == range.end() => Some(range.start().to_string()),
            Half::In(range) if range == (0..=u16::MAX) => Some("[0-9]+".to_owned()),
            Half::In(_) => None,
        }
    }
}

fn half(word: &str, values: &Values<'_>) -> Option<Half> {
    let word = word.trim();
    match word.to_ascii_lowercase().as_str() {
        "*" => return Some(Half::In(0..=u16::MAX)),
        // RFC 6996.
        "private-as" => return Some(Half::In(64512..=65534)),
        "peeras" => {
            let peer = u16::try_from(values.peer?.0).ok()?;
            return Some(Half::In(peer..=peer));
        }
        _ => {}
    }
    if let Some((from, to)) = range(word) {
        let (from, to) = (number(from)?, number(to)?);
        return (from <= to).then_some(Half::In(from..=to));
    }
    if let Some(digits) = word.strip_suffix('*') {
        return number::<u16>(digits).map(|_| Half::Starts(digits.to_owned()));
    }
    let value = number(word)?;
    Some(Half::In(value..=value))
}

/// Takes `[10..20]` apart.
fn range(word: &str) -> Option<(&str, &str)> {
    let inside = word.strip_prefix('[')?.strip_suffix(']')?;
    let (from, to) = inside.split_once("..")?;
    Some((from.trim(), to.trim()))
}

/// Reads an element of a large community set: `12076:1:*`, `ios-regex '…'`.
pub(super) fn large_community(element: &[Token<'_>], values: &Values<'_>) -> Option<Spanned<CommunityTest>> {
    let place = span(element)?;
    let test = match element {
        [kind, text] if kind.is_one_of(&["ios-regex", "dfa-regex"]) => {
            text_test(values.resolve(text.text), place)
        }
        [word] => {
            large_word(&values.resolve(word.text), place, values).unwrap_or(CommunityTest::Unsupported(place))
        }
        _ => CommunityTest::Unsupported(place),
    };
    Some(Spanned::new(place, test))
}

fn text_test(expression: String, place: Span) -> CommunityTest {
    let regex = CommunityRegex {
        expression,
        syntax: RegexSyntax::XrIos,
        rendering: CommunityRendering::Numbers,
    };
    CommunityTest::Text(Spanned::new(place, regex))
}

/// A range is written out in an expression up to so many values.
const WRITTEN_OUT: u32 = 256;

fn large_word(word: &str, place: Span, values: &Values<'_>) -> Option<CommunityTest> {
    if let Ok(value) = word.parse::<LargeCommunity>() {
        let pattern = Spanned::new(place, CommunityPattern::Large(value));
        return Some(CommunityTest::Line(vec![pattern]));
    }
    if word == "*" {
        return Some(text_test(".".to_owned(), place));
    }
    let part = |part: &str| {
        if part == "*" {
            return Some("[0-9]+".to_owned());
        }
        if part.eq_ignore_ascii_case("peeras") {
            return values.peer.map(|peer| peer.to_string());
        }
        if part.eq_ignore_ascii_case("private-as") {
            // RFC 6996, the 16-bit ones: the others are too many to be written out.
            return None;
        }
        match range(part) {
            Some((from, to)) => {
                let (from, to): (u32, u32) = (number(from)?, number(to)?);
                if from > to || to - from >= WRITTEN_OUT {
                    return None;
                }
                let all: Vec<String> = (from..=to).map(|value| value.to_string()).collect();
                Some(format!("({})", all.join("|")))
            }
            None => number::<u32>(part).map(|value| value.to_string()),
        }
    };
    let parts: Option<Vec<String>> = word.split(':').map(part).collect();
    let parts = parts.filter(|parts| parts.len() == 3)?;
    Some(text_test(format!("_{}_", parts.join(":")), place))
}

/// Reads an element of an AS-path set, or an AS-path condition without its first word.
pub(super) fn as_path(element: &[Token<'_>], values: &Values<'_>) -> AsPathTest {
    as_path_test(element, values).unwrap_or(AsPathTest::Unsupported)
}

fn as_path_test(element: &[Token<'_>], values: &Values<'_>) -> Option<AsPathTest> {
    let (kind, rest) = element.split_first()?;
    match (kind.text.to_ascii_lowercase().as_str(), rest) {
        // Both kinds of expression understand the same language (the first names who reads it).
        ("ios-regex" | "dfa-regex", [text]) => Some(AsPathTest::Regex {
            expression: values.resolve(text.text),
            syntax: RegexSyntax::XrIos,
        }),
        ("is-local", []) => Some(AsPathTest::Length {
            hops: 0..=0,
            unique: false,
        }),
        ("neighbor-is" | "passes-through" | "originates-from", [text, after @ ..]) => {
            let exact = match after {
                [] => false,
                [word] if word.is("exact") => true,
                _ => return None,
            };
            sequence(
                &kind.text.to_ascii_lowercase(),
                &values.resolve(text.text),
                exact,
                values,
            )
        }
        // `all` counts confederations and sets too, which a path from Microsoft does not have.
        (which @ ("length" | "unique-length"), [comparison, count, after @ ..]) => {
            if !matches!(after, []) && !matches!(after, [word] if word.is("all")) {
                return None;
            }
            Some(AsPathTest::Length {
                hops: compared(comparison.text, number(&values.resolve(count.text))?)?,
                unique: which == "unique-length",
            })
        }
        _ => None,
    }
}

/// Hops in a row; without `exact` each may stand there several times ("as-path neighbor-is": `'10 11'` is
/// `^10(_10)*_11…`).
fn sequence(kind: &str, text: &str, exact: bool, values: &Values<'_>) -> Option<AsPathTest> {
    let spaced = text
        .replace(" ..", "..")
        .replace(".. ", "..")
        .replace("[ ", "[")
        .replace(" ]", "]");
    let hop = |word: &str| -> Option<RangeInclusive<u32>> {
        if word.eq_ignore_ascii_case("peeras") {
            let peer = values.peer?.0;
            return Some(peer..=peer);
        }
        if word.eq_ignore_ascii_case("private-as") {
            return Some(64512..=65534);
        }
        let (from, to) = range(word).unwrap_or((word, word));
        let (from, to): (Asn, Asn) = (from.parse().ok()?, to.parse().ok()?);
        (from <= to).then_some(from.0..=to.0)
    };
    let hops: Option<Vec<RangeInclusive<u32>>> = spaced.split_whitespace().map(hop).collect();
    let hops = hops.filter(|hops| !hops.is_empty())?;
    if let ([one], false) = (hops.as_slice(), exact) {
        return Some(match kind {
            "neighbor-is" => AsPathTest::Neighbor(one.clone()),
            "passes-through" => AsPathTest::PassesThrough(one.clone()),
            _ => AsPathTest::Origin(one.clone()),
        });
    }
    let several = if exact { "" } else { "+" };
    let written: Vec<String> = hops
        .iter()
        .map(|hop| match hop.start() == hop.end() {
            true => format!("{}{several}", hop.start()),
            false => format!("[{}-{}]{several}", hop.start(), hop.end()),
        })
        .collect();
    let written = written.join(" ");
    let expression = match kind {
        "neighbor-is" => format!("{written} .*"),
        "passes-through" => format!(".* {written} .*"),
        _ => format!(".* {written}"),
    };
    Some(AsPathTest::Regex {
        expression,
        syntax: RegexSyntax::AsTokens,
    })
}

/// The numbers that `eq 5`, `ge 5`, `le 5` allow.
pub(super) fn compared(comparison: &str, value: u32) -> Option<RangeInclusive<u32>> {
    Some(match comparison.to_ascii_lowercase().as_str() {
        "eq" | "is" => value..=value,
        "ge" => value..=u32::MAX,
        "le" => 0..=value,
        _ => return None,
    })
}

/// Communities to be set: single values only.
pub(super) fn exact_communities(element: &[Token<'_>], values: &Values<'_>) -> Option<Community> {
    match community(element, values)?.value {
        CommunityPattern::Exactly(community) => Some(community),
        _ => None,
    }
}

/// Whether a set cannot be told without knowing the peer.
pub(super) fn needs_peer(tokens: &[Token<'_>]) -> bool {
    tokens.iter().any(|token| {
        matches!(token.kind, Kind::Word | Kind::Quoted)
            && token
                .text
                .as_bytes()
                .windows(6)
                .any(|part| part.eq_ignore_ascii_case(b"peeras"))
    })
}
