//! Named communities: what `members` mean in a match and in an action.
//!
//! Sources: Junos Routing Policies User Guide, "Understanding How to Define BGP Communities and Extended
//! Communities" and "How BGP Communities … Are Evaluated" (a route matches when every member is met by one
//! of its communities; expressions are POSIX extended ones over the text of one community; `*` stands for
//! any number in a half), and devices: `community delete` with `.*:.*` (lab, vJunos 25.4) removes every kind.

use pairlint_model::bgp::{Community, LargeCommunity};
use pairlint_model::policy::{
    CommunityEntry, CommunityList, CommunityPattern, CommunityTest, RegexSyntax, Verdict,
};
use pairlint_model::source::{Span, Spanned};

use super::config::Config;
use crate::atoms::number;
use crate::braces::NodeId;

/// A named community as written.
pub(super) struct Named {
    pub name: Spanned<String>,
    pub span: Span,
    pub members: Vec<Spanned<Member>>,
    /// `invert-match`: matches routes that the members do not match.
    pub inverted: bool,
    /// Something in it was not interpreted.
    pub unread: Option<Span>,
}

/// One member of a named community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Member {
    Standard(Community),
    Large(LargeCommunity),
    Pattern(CommunityPattern),
    /// `76:*`: the manual's wildcard means AS 76, read as an unanchored expression it also means 12076.
    Ambiguous {
        strict: CommunityPattern,
        loose: CommunityPattern,
    },
    /// Of a kind that a route from Microsoft does not carry: extended, or beyond 16 bits.
    OtherKind,
    Unread,
}

/// Names that Junos knows for values (RFC 1997, 3765, 7611, 7999, 8326, 9494).
const WELL_KNOWN: [(&str, Community); 10] = [
    ("no-export", Community::NO_EXPORT),
    ("no-advertise", Community::NO_ADVERTISE),
    ("no-export-subconfed", Community::LOCAL_AS),
    ("no-peer", Community::NO_PEER),
    ("graceful-shutdown", Community::GRACEFUL_SHUTDOWN),
    ("blackhole", Community::BLACKHOLE),
    ("accept-own", Community::ACCEPT_OWN),
    ("llgr-stale", Community::new(65535, 6)),
    ("no-llgr", Community::new(65535, 7)),
    ("accept-own-nexthop", Community::new(65535, 8)),
];

/// Reads one member.
pub(super) fn member(text: &str) -> Member {
    if let Some(&(_, community)) = WELL_KNOWN.iter().find(|(name, _)| *name == text) {
        return Member::Standard(community);
    }
    if let Some(value) = text.strip_prefix("large:") {
        return value.parse().map_or(Member::OtherKind, Member::Large);
    }
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.iter().any(|b| b.is_ascii_whitespace()) {
        return Member::Unread;
    }
    if bytes
        .iter()
        .all(|b| b.is_ascii_digit() || *b == b':' || *b == b'L')
    {
        return literal(text);
    }
    // `target:…`, `origin:…`, `color:…`, `0x0002:…`: kinds of extended communities.
    let (kind, _) = text.split_once(':').unwrap_or_default();
    if kind.starts_with(|c: char| c.is_ascii_alphabetic()) || kind.starts_with("0x") {
        return Member::OtherKind;
    }
    if bytes.iter().all(|b| b.is_ascii_digit() || b":*".contains(b)) {
        return wildcard(text);
    }
    if bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return Member::Unread;
    }
    Member::Pattern(expression(text))
}

/// Reads a member of digits and colons. A half that is left out is 0 (Batfish, from a device); digits
/// without a colon are an expression, not a number.
fn literal(text: &str) -> Member {
    let half = |half: &str| {
        if half.is_empty() {
            Some(0)
        } else {
            number::<u16>(half)
        }
    };
    match text.split_once(':') {
        None if text.contains('L') => Member::Unread,
        None => Member::Pattern(expression(text)),
        Some((_, value)) if value.contains(':') => Member::OtherKind,
        Some((asn, value)) => match (half(asn), half(value)) {
            (Some(asn), Some(value)) => Member::Standard(Community::new(asn, value)),
            // The commit fails: "not in range 0 to 65535" (batfish/batfish#9384, 2025-04-09, from a device).
            _ => Member::Unread,
        },
    }
}

/// Reads `12076:*`, `*:51004`, `*:*`.
fn wildcard(text: &str) -> Member {
    let Some((asn, value)) = text.split_once(':') else {
        return Member::Unread;
    };
    if value.contains(':') {
        // `large:` was handled; three parts are an extended community.
        return Member::OtherKind;
    }
    let range = |half: &str| match half {
        "*" => Some(0..=u16::MAX),
        _ => number::<u16>(half).map(|n| n..=n),
    };
    let (Some(asn_range), Some(value_range)) = (range(asn), range(value)) else {
        // `12*:1` is an expression after all.
        let plain = |half: &str| half == "*" || half.bytes().all(|b| b.is_ascii_digit());
        return match plain(asn) && plain(value) {
            true => Member::OtherKind,
            false => Member::Pattern(expression(text)),
        };
    };
    let strict = CommunityPattern::Range {
        asn: asn_range,
        value: value_range,
    };
    // A number of five digits cannot be a part of a longer one: 65535 is the greatest.
    let whole = |half: &str| half == "*" || half.trim_start_matches('0').len() >= 5;
    let value_whole = whole(value) || value == "0";
    match whole(asn) && value_whole {
        true => Member::Pattern(strict),
        false => Member::Ambiguous {
            strict,
            loose: expression(text),
        },
    }
}

/// An expression over the text of one community; a half that is `*` means `.*`.
fn expression(text: &str) -> CommunityPattern {
    let mut expression = String::with_capacity(text.len() + 2);
    let rest = match text.strip_prefix("*:") {
        Some(rest) => {
            expression.push_str(".*:");
            rest
        }
        None => text,
    };
    match rest.strip_suffix(":*") {
        Some(rest) => {
            expression.push_str(rest);
            expression.push_str(":.*");
        }
        None if rest == "*" => expression.push_str(".*"),
        None => expression.push_str(rest),
    }
    CommunityPattern::Text {
        expression,
        syntax: RegexSyntax::Posix,
        anchored: false,
    }
}

impl Named {
    /// Reads `community NAME { members [ … ]; invert-match; }`.
    pub fn read(config: &Config<'_>, node: NodeId) -> Named {
        let tree = config.tree;
        let span = tree.span(config.source, node);
        let mut named = Named {
            name: config.name(node),
            span,
            members: Vec::new(),
            inverted: false,
            unread: tree.is_leaf(node).then(|| config.statement(node)),
        };
        for child in tree.children(node) {
            match config.word(child) {
                "members" => {
                    for value in tree.children(child) {
                        let found = match tree.is_leaf(value) {
                            true => member(config.word(value)),
                            false => Member::Unread,
                        };
                        match found {
                            Member::Unread => {
                                config.unread(value);
                                named.unread.get_or_insert(config.word_span(value));
                            }
                            _ => config.read(value),
                        }
                        named.members.push(Spanned::new(config.word_span(value), found));
                    }
                }
                "invert-match" => {
                    config.read(child);
                    named.inverted = true;
                }
                "apply-groups" | "apply-groups-except" => config.read(child),
                _ => {
                    config.unread(child);
                    named.unread.get_or_insert(config.statement(child));
                }
            }
        }
        if named.members.is_empty() {
            named.unread.get_or_insert(config.statement(node));
        }
        named
    }

    /// The list that conditions refer to.
    pub fn list(&self) -> CommunityList {
        let mut tests = Vec::new();
        let mut patterns = Vec::new();
        for member in &self.members {
            let pattern = |pattern: &CommunityPattern| Spanned::new(member.span, pattern.clone());
            match &member.value {
                Member::Standard(community) => patterns.push(pattern(&CommunityPattern::Exactly(*community))),
                Member::Large(large) => patterns.push(pattern(&CommunityPattern::Large(*large))),
                Member::Pattern(text) => patterns.push(pattern(text)),
                Member::OtherKind => patterns.push(pattern(&CommunityPattern::Other)),
                Member::Ambiguous { strict, loose } => tests.push(CommunityTest::Any(vec![
                    CommunityTest::Line(vec![pattern(strict)]),
                    CommunityTest::All(vec![
                        CommunityTest::Line(vec![pattern(loose)]),
                        CommunityTest::Unsupported(member.span),
                    ]),
                ])),
                Member::Unread => {}
            }
        }
        tests.extend(self.unread.map(CommunityTest::Unsupported));
        let test = match tests.is_empty() {
            true => CommunityTest::Line(patterns),
            false => {
                if !patterns.is_empty() {
                    tests.insert(0, CommunityTest::Line(patterns));
                }
                CommunityTest::All(tests)
            }
        };
        let test = match self.inverted {
            true => CommunityTest::Not(Box::new(test)),
            false => test,
        };
        CommunityList {
            name: self.name.clone(),
            entries: vec![CommunityEntry {
                verdict: Verdict::Accept,
                test,
                span: self.span,
            }],
            span: self.span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(expression: &str) -> Member {
        Member::Pattern(CommunityPattern::Text {
            expression: expression.to_owned(),
            syntax: RegexSyntax::Posix,
            anchored: false,
        })
    }

    #[test]
    fn literals_wildcards_and_expressions_are_told_by_their_syntax() {
        let exactly = |asn, value| Member::Standard(Community::new(asn, value));
        for (member, expected) in [
            ("12076:51004", exactly(12076, 51004)),
            ("12076:", exactly(12076, 0)),
            (":2222", exactly(0, 2222)),
            (":", exactly(0, 0)),
            ("no-export", exactly(65535, 65281)),
            ("12076", text("12076")),
            ("12076:5*", text("12076:5*")),
            ("^12076:51004$", text("^12076:51004$")),
            (".*:.*", text(".*:.*")),
            ("*:5100[1-4]", text(".*:5100[1-4]")),
            ("(12076|8075):*", text("(12076|8075):.*")),
            ("large:65001:1:2", Member::Large(LargeCommunity(65001, 1, 2))),
            ("large:*:*:*", Member::OtherKind),
            ("target:65000:1", Member::OtherKind),
            ("origin:*:*", Member::OtherKind),
            ("65000:672277L:36867", Member::OtherKind),
            ("100000:1", Member::Unread),
            ("1:70000", Member::Unread),
            ("somename", Member::Unread),
            ("^((56) | (78)):(.*)$", Member::Unread),
            ("*", Member::Unread),
        ] {
            assert_eq!(super::member(member), expected, "{member}");
        }
    }

    #[test]
    fn a_wildcard_beside_a_short_number_may_mean_more() {
        let range = |asn: std::ops::RangeInclusive<u16>, value| {
            Member::Pattern(CommunityPattern::Range { asn, value })
        };
        assert_eq!(member("12076:*"), range(12076..=12076, 0..=65535));
        assert_eq!(member("*:51004"), range(0..=65535, 51004..=51004));
        assert_eq!(member("*:*"), range(0..=65535, 0..=65535));
        for ambiguous in ["76:*", "*:666", "0:*"] {
            assert!(
                matches!(member(ambiguous), Member::Ambiguous { .. }),
                "{ambiguous}"
            );
        }
    }
}
