//! The rule language of RouterOS 7: `if (dst in 10.0.0.0/8 && bgp-communities includes 1:2) { accept } else { reject }`.
//!
//! MikroTik help, "Route Selection and Filters" (`help.mikrotik.com/docs/display/ROS/Route+Selection+and+Filters`).

use std::ops::RangeInclusive;

use pairlint_model::bgp::Family;
use pairlint_model::policy::{CommunityMatch, Condition};
use pairlint_model::source::{Span, Spanned};

use super::values::{between, communities, has, net, of_length, range, within};
use crate::atoms::number;

/// A part of a rule.
#[derive(Debug, Clone)]
pub(super) enum Item {
    /// An action by its words.
    Do(Vec<String>),
    If {
        condition: Condition,
        then: Vec<Item>,
        otherwise: Vec<Item>,
    },
}

/// Blocks and parentheses nest no deeper than this; what does is not read.
const MAX_DEPTH: u32 = 16;

/// Reads a rule; `None` where its shape is not known.
pub(super) fn rule(text: &str, span: Span, is_export: bool) -> Option<Vec<Item>> {
    let mut parser = Parser {
        tokens: tokens(text),
        at: 0,
        span,
        is_export,
    };
    let items = parser.items(0)?;
    (parser.at == parser.tokens.len()).then_some(items)
}

const SIGNS: [&str; 13] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "(", ")", "{", "}", ";",
];

fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let length = match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            Some(sign) => sign.len(),
            None => {
                let end = rest.find(|c: char| c.is_whitespace() || "&|=!<>(){};".contains(c));
                let end = end.unwrap_or(rest.len());
                // `!` and a sign that belongs to nothing stand alone.
                end.max(rest.chars().next().map_or(1, char::len_utf8))
            }
        };
        let (token, after) = rest.split_at(length);
        found.push(token);
        rest = after.trim_start();
    }
    found
}

struct Parser<'t> {
    tokens: Vec<&'t str>,
    at: usize,
    span: Span,
    is_export: bool,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t str> {
        self.tokens.get(self.at).copied()
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn items(&mut self, depth: u32) -> Option<Vec<Item>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut items = Vec::new();
        loop {
            match self.peek() {
                None | Some("}") => return Some(items),
                Some(";") => self.at += 1,
                Some("if") => {
                    self.at += 1;
                    let condition = self.any(depth)?;
                    let then = self.block(depth)?;
                    let otherwise = match self.eat("else") {
                        true if self.peek() == Some("if") => return None,
                        true => self.block(depth)?,
                        false => Vec::new(),
                    };
                    items.push(Item::If {
                        condition,
                        then,
                        otherwise,
                    });
                }
                Some(_) => {
                    let mut words = Vec::new();
                    while let Some(word) = self.peek().filter(|word| !["}", ";", "{", "if"].contains(word)) {
                        words.push(word.to_owned());
                        self.at += 1;
                    }
                    if words.is_empty() {
                        return None;
                    }
                    items.push(Item::Do(words));
                }
            }
        }
    }

    fn block(&mut self, depth: u32) -> Option<Vec<Item>> {
        if !self.eat("{") {
            return None;
        }
        let items = self.items(depth + 1)?;
        self.eat("}").then_some(items)
    }

    fn any(&mut self, depth: u32) -> Option<Condition> {
        let mut parts = vec![self.all(depth)?];
        while self.eat("||") {
            parts.push(self.all(depth)?);
        }
        Some(match parts.len() {
            1 => parts.remove(0),
            _ => Condition::Any(parts),
        })
    }

    fn all(&mut self, depth: u32) -> Option<Condition> {
        let mut parts = vec![self.one(depth)?];
        while self.eat("&&") {
            parts.push(self.one(depth)?);
        }
        Some(match parts.len() {
            1 => parts.remove(0),
            _ => Condition::All(parts),
        })
    }

    fn one(&mut self, depth: u32) -> Option<Condition> {
        if depth > MAX_DEPTH {
            return None;
        }
        if self.eat("not") || self.eat("!") {
            return Some(Condition::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.eat("(") {
            let inner = self.any(depth + 1)?;
            return self.eat(")").then_some(inner);
        }
        let start = self.at;
        while self
            .peek()
            .is_some_and(|token| !["&&", "||", ")", "{", "}", ";", "("].contains(&token))
        {
            self.at += 1;
        }
        let words = self.tokens.get(start..self.at)?;
        if words.is_empty() {
            return None;
        }
        let known = matcher(words, self.span, self.is_export);
        Some(known.unwrap_or(Condition::Unsupported(self.span)))
    }
}

/// What a configuration does not tell of a route, or what says how it came here.
const UNDECIDABLE: [&str; 19] = [
    "bgp-atomic-aggregate",
    "bgp-igp-metric",
    "bgp-input-local-addr",
    "bgp-input-local-as",
    "bgp-input-remote-addr",
    "bgp-input-remote-as",
    "bgp-network",
    "bgp-weight",
    "comment",
    "distance",
    "dst-type",
    "gw",
    "gw-interface",
    "pref-src",
    "routing-table",
    "rpki",
    "scope",
    "vrf",
    "vrf-interface",
];

fn matcher(words: &[&str], span: Span, is_export: bool) -> Option<Condition> {
    Some(match *words {
        ["dst", "in", text] => {
            let net = net(text)?;
            let width = Family::of(&net).width();
            within(net, net.prefix_len()..=width, span)
        }
        // Early releases used `==` for what is now `in`.
        ["dst", "==", text] => {
            let net = net(text)?;
            let (length, width) = (net.prefix_len(), Family::of(&net).width());
            let (exact, inside) = (
                within(net, length..=length, span),
                within(net, length..=width, span),
            );
            between(
                exact,
                inside,
                span,
                "whether `==` on a prefix takes what lies inside it (it did in early releases)",
            )
        }
        ["dst-len", ref bound @ ..] => {
            let (negated, lengths) = bounds(bound)?;
            let of = |family| of_length(family, lengths.clone(), span);
            negate(negated, Condition::Any(vec![of(Family::Ipv4), of(Family::Ipv6)]))
        }
        ["bgp-path-len", ref bound @ ..] => {
            let (negated, hops) = bounds(bound)?;
            negate(negated, Condition::AsPathLength { hops, unique: false })
        }
        ["bgp-med", ref bound @ ..] => {
            let (negated, med) = bounds(bound)?;
            negate(negated, Condition::Med(med))
        }
        ["bgp-local-pref", ref bound @ ..] => {
            let (negated, preference) = bounds(bound)?;
            negate(negated, Condition::LocalPreference(preference))
        }
        ["afi", family] | ["afi", "==", family] => match family {
            "ipv4" | "ip" => Condition::Family(Family::Ipv4),
            "ipv6" => Condition::Family(Family::Ipv6),
            _ => return None,
        },
        ["protocol", ref rest @ ..] if !rest.is_empty() => match is_export {
            true => Condition::Undecidable {
                span,
                on: "the protocol that the route came from".to_owned(),
            },
            false => match rest {
                [name] | ["==", name] => Condition::Constant(*name == "bgp"),
                _ => return None,
            },
        },
        ["bgp-communities", how, text] => by_communities(how, text, span)?,
        [first, ..] if UNDECIDABLE.contains(&first) => Condition::Undecidable {
            span,
            on: format!("the route's {first}"),
        },
        _ => return None,
    })
}

fn negate(negated: bool, condition: Condition) -> Condition {
    match negated {
        true => Condition::Not(Box::new(condition)),
        false => condition,
    }
}

/// Reads `>= 8`, `in 8-24`; the first is whether the range is meant without itself.
fn bounds(words: &[&str]) -> Option<(bool, RangeInclusive<u32>)> {
    let [operator, text] = words else { return None };
    if *operator == "in" {
        return Some((false, range(text)?));
    }
    let bound: u32 = number(text)?;
    Some(match *operator {
        "==" => (false, bound..=bound),
        "!=" => (true, bound..=bound),
        "<=" => (false, 0..=bound),
        ">=" => (false, bound..=u32::MAX),
        "<" => (true, bound..=u32::MAX),
        ">" => (true, 0..=bound),
        _ => return None,
    })
}

fn by_communities(how: &str, text: &str, span: Span) -> Option<Condition> {
    let list = |how| Condition::CommunityList {
        name: Spanned::new(span, text.to_owned()),
        how,
    };
    let each = || -> Option<Vec<Condition>> {
        let values = communities(text)?;
        Some(values.into_iter().map(|value| has(value, span)).collect())
    };
    Some(match how {
        "any" => Condition::Any(each()?),
        "includes" => match each()? {
            one if one.len() == 1 => Condition::All(one),
            several => between(
                Condition::All(several.clone()),
                Condition::Any(several),
                span,
                "whether `includes` asks for all of several communities",
            ),
        },
        "equal" => {
            let values = each()?;
            let count = values.len() as u32;
            let mut all = values;
            all.push(Condition::CommunityCount(count..=count));
            Condition::All(all)
        }
        "any-list" => list(CommunityMatch::AnyElement),
        "includes-list" => between(
            list(CommunityMatch::EveryElement),
            list(CommunityMatch::AnyElement),
            span,
            "whether `includes-list` asks for all communities of the list",
        ),
        _ => return None,
    })
}
