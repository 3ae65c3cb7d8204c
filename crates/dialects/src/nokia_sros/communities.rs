//! `community "X"`: members, and expressions over values.
//!
//! Nokia "Unicast Routing Protocols Guide" and the command references ("community", "members", "expression"): a member
//! is `asn:value`, a well-known name, an extended or large community, or two expressions with a colon between, one for
//! each half. Not settled by any source, so decided both ways: whether several members of one list mean any or all,
//! and whether an expression for a half must match all of it.

use pairlint_model::bgp::{Community, LargeCommunity};
use pairlint_model::policy::{
    CommunityEntry, CommunityList, CommunityPattern, CommunityTest, RegexSyntax, Verdict,
};
use pairlint_model::source::{Span, Spanned};

use super::config::Config;
use super::logic::{Logic, logic};
use crate::atoms::{CommunityWord, community};
use crate::braces::NodeId;

/// A community list by its members.
pub(super) struct Named {
    pub list: CommunityList,
    /// The members, where it has no expression.
    pub members: Option<Vec<Member>>,
}

/// What one member means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Member {
    Standard(Community),
    Large(LargeCommunity),
    /// Extended: a route from Microsoft carries none.
    Other,
    /// An expression for each half; `loose` is what it matches where the halves are searched, if that is more.
    Expression {
        whole: CommunityPattern,
        loose: Option<CommunityPattern>,
    },
    Unknown,
}

impl Member {
    /// The pattern of a member whose meaning is certain.
    pub fn pattern(&self) -> Option<CommunityPattern> {
        match self {
            Member::Standard(value) => Some(CommunityPattern::Exactly(*value)),
            Member::Large(value) => Some(CommunityPattern::Large(*value)),
            Member::Other => Some(CommunityPattern::Other),
            Member::Expression { whole, loose: None } => Some(whole.clone()),
            Member::Expression { .. } | Member::Unknown => None,
        }
    }

    fn test(&self, span: Span) -> CommunityTest {
        let line = |pattern| CommunityTest::Line(vec![Spanned::new(span, pattern)]);
        match (self, self.pattern()) {
            (_, Some(pattern)) => line(pattern),
            (
                Member::Expression {
                    whole,
                    loose: Some(loose),
                },
                None,
            ) => between(line(whole.clone()), line(loose.clone()), span),
            _ => CommunityTest::Unsupported(span),
        }
    }
}

/// Holds where `narrow` does, fails where `wide` does not, and is open between.
fn between(narrow: CommunityTest, wide: CommunityTest, span: Span) -> CommunityTest {
    CommunityTest::Any(vec![
        narrow,
        CommunityTest::All(vec![wide, CommunityTest::Unsupported(span)]),
    ])
}

pub(super) fn community_list(config: &Config<'_>, node: NodeId) -> Named {
    let mut members: Vec<(Member, Span)> = Vec::new();
    let mut expressions = Vec::new();
    let mut is_open = false;
    for child in config.children(node) {
        match config.word(child) {
            "member" | "members" if !config.tree.is_quoted(child) => {
                for value in config.values(child) {
                    let found = member(config.word(value));
                    match found {
                        Member::Unknown => config.unread(value),
                        _ => config.read(value),
                    }
                    members.push((found, config.statement(value)));
                }
            }
            "expression" => {
                for value in config.children(child) {
                    let test = expression(config, value);
                    is_open |= test.is_none();
                    expressions.extend(test);
                }
            }
            "description" | "apply-groups" => config.ignore(child),
            _ => {
                config.unread(child);
                is_open = true;
            }
        }
    }
    if config.tree.is_leaf(node) {
        config.read(node);
    }
    let span = config.span(node);
    let mut tests = expressions;
    let is_plain = tests.is_empty() && !is_open;
    match members.as_slice() {
        [] => {}
        [(only, place)] => tests.push(only.test(*place)),
        several => {
            let each = || {
                several
                    .iter()
                    .map(|(member, place)| member.test(*place))
                    .collect()
            };
            tests.push(between(
                CommunityTest::All(each()),
                CommunityTest::Any(each()),
                span,
            ));
        }
    }
    if is_open {
        tests.push(CommunityTest::Unsupported(span));
    }
    let entries = match tests.len() {
        0 => Vec::new(),
        _ => vec![CommunityEntry {
            verdict: Verdict::Accept,
            test: match tests.len() {
                1 => tests.remove(0),
                // A list has members or one expression; both together are refused by the device.
                _ => CommunityTest::Unsupported(span),
            },
            span,
        }],
    };
    Named {
        list: CommunityList {
            name: config.name(node),
            entries,
            span,
        },
        members: is_plain.then(|| members.into_iter().map(|(member, _)| member).collect()),
    }
}

/// Reads `expression "1:1 AND NOT 2:2" { exact-match true }`, in classic form `expression "1:1" exact`.
fn expression(config: &Config<'_>, node: NodeId) -> Option<CommunityTest> {
    let span = config.statement(node);
    let options = config.texts(&config.values(node));
    let is_exact = match options.as_slice() {
        [] | ["exact-match", "false"] => false,
        ["exact-match", "true"] | ["exact"] => true,
        _ => {
            config.unread(node);
            return None;
        }
    };
    let test = logic(config.word(node)).and_then(|logic| test(&logic, span));
    match &test {
        Some(_) => config.read(node),
        None => config.unread(node),
    }
    let test = test?;
    Some(match is_exact {
        false => test,
        // What else a route may carry then is in no manual we read, so only the failing side is certain.
        true => CommunityTest::All(vec![test, CommunityTest::Unsupported(span)]),
    })
}

fn test(logic: &Logic<'_>, span: Span) -> Option<CommunityTest> {
    let each = |parts: &[Logic<'_>]| {
        parts
            .iter()
            .map(|part| test(part, span))
            .collect::<Option<Vec<_>>>()
    };
    Some(match logic {
        Logic::Name(text) => match member(text) {
            Member::Unknown => return None,
            member => member.test(span),
        },
        Logic::And(parts) => CommunityTest::All(each(parts)?),
        Logic::Or(parts) => CommunityTest::Any(each(parts)?),
        Logic::Not(part) => CommunityTest::Not(Box::new(test(part, span)?)),
    })
}

const EXTENDED: [&str; 8] = [
    "target:",
    "origin:",
    "bandwidth:",
    "ext:",
    "color:",
    "flowspec-set:",
    "flowspec-set-trans:",
    "rt:",
];

pub(super) fn member(text: &str) -> Member {
    let text = text.trim();
    let well_known = match text {
        "no-export" => Some(Community::NO_EXPORT),
        "no-advertise" => Some(Community::NO_ADVERTISE),
        "no-export-subconfed" => Some(Community::LOCAL_AS),
        "blackhole" => Some(Community::BLACKHOLE),
        "llgr-stale" => Some(Community::new(65535, 6)),
        "no-llgr" => Some(Community::new(65535, 7)),
        _ => None,
    };
    if let Some(value) = well_known {
        return Member::Standard(value);
    }
    if EXTENDED.iter().any(|kind| text.starts_with(kind)) {
        return Member::Other;
    }
    if let Ok(large) = text.parse::<LargeCommunity>() {
        return Member::Large(large);
    }
    match community(text) {
        CommunityWord::Value(value) if text.contains(':') => Member::Standard(value),
        CommunityWord::Other => halves(text).unwrap_or(Member::Unknown),
        // A bare number is no community here, and a half beyond 16 bits is refused.
        CommunityWord::Value(_) | CommunityWord::OutOfRange => Member::Unknown,
    }
}

/// Reads `<expression>:<expression>`.
fn halves(text: &str) -> Option<Member> {
    let (asn, value) = text.split_once(':')?;
    // `^` and `$` around the whole say that nothing is around it.
    let asn = asn.strip_prefix('^').unwrap_or(asn);
    let value = value.strip_suffix('$').unwrap_or(value);
    let known = |half: &str| {
        !half.is_empty()
            && !half.starts_with(['*', '+', '?', '{'])
            && half
                .bytes()
                .all(|b| b.is_ascii_digit() || b".*+?[]^-()|{},$".contains(&b))
    };
    if !known(asn) || !known(value) {
        return None;
    }
    let pattern = |asn: String, value: String| CommunityPattern::Halves {
        asn,
        value,
        syntax: RegexSyntax::Posix,
    };
    let searched = |half: &str| match is_whole(half) {
        true => half.to_owned(),
        false => format!(".*({half}).*"),
    };
    let loose = !is_whole(asn) || !is_whole(value);
    Some(Member::Expression {
        whole: pattern(asn.to_owned(), value.to_owned()),
        loose: loose.then(|| pattern(searched(asn), searched(value))),
    })
}

/// Whether a half means the same searched and matched as a whole: plain digits (a value, not an expression), open
/// at both ends, or always five digits long, which is as long as a half can be.
fn is_whole(half: &str) -> bool {
    if half.bytes().all(|b| b.is_ascii_digit()) || half == ".*" || half == ".+" {
        return true;
    }
    if half.len() >= 4 && half.starts_with(".*") && half.ends_with(".*") {
        return true;
    }
    let inner = half
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(half);
    inner.split('|').all(has_five_digits)
}

fn has_five_digits(text: &str) -> bool {
    let mut atoms = 0;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '0'..='9' | '.' => 1,
            '[' => match rest.find(']') {
                Some(end) => end + 1,
                None => return false,
            },
            _ => return false,
        };
        rest = rest.get(length..).unwrap_or("");
        atoms += 1;
    }
    atoms == 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members() {
        assert_eq!(
            member("12076:51004"),
            Member::Standard(Community::microsoft(51004))
        );
        assert_eq!(member("no-export"), Member::Standard(Community::NO_EXPORT));
        assert_eq!(member("target:1:1"), Member::Other);
        assert_eq!(member("1:2:3"), Member::Large(LargeCommunity(1, 2, 3)));
        for text in ["12076:70000", "791463738", "NAME", "*:1", "1:", "a:b", "1&2"] {
            assert_eq!(member(text), Member::Unknown, "{text}");
        }
    }

    #[test]
    fn expressions_are_loose_only_where_it_matters() {
        let loose = |text: &str| match member(text) {
            Member::Expression { loose, .. } => loose.is_some(),
            other => panic!("{text}: {other:?}"),
        };
        for text in [
            "12076:.*",
            "12076:5100.",
            "12076:510[0-4]5",
            "^12076:5100.$",
            "12076:.*51.*",
            "12076:(51004|5101.)",
        ] {
            assert!(!loose(text), "{text}");
        }
        for text in ["12076:51.", "12076:510.*", "12.:51004", "12076:(51004|5100)"] {
            assert!(loose(text), "{text}");
        }
    }
}
