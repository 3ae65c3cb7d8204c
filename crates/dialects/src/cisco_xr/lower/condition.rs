//! Conditions of `if`: `not`, `and`, `or` in this order of precedence ("Implementing Routing Policy", Boolean
//! Operator Precedence), and what stands between them.

use pairlint_model::bgp::Origin;
use pairlint_model::network::Protocol;
use pairlint_model::policy::{
    AsPathTest, CommunityMatch, CommunityTest, Condition, ListFamily, PolicyExpression, PrefixMatch, Verdict,
};
use pairlint_model::source::{Span, Spanned};

use super::policy::{Lowering, Mode};
use super::sets;
use super::values::Values;
use crate::atoms::number;
use crate::cisco_xr::tokens::{self, Kind, Token, elements, parenthesis, span};
use crate::cisco_xr::words::{PROTOCOLS, UNKNOWN, UNKNOWN_ALONE};

/// Deeper conditions are not interpreted: what evaluates them descends into them.
const DEEPEST: usize = 60;
/// Conditions in front of `apply` that are kept as what must hold for it to be reached.
const GUARDS: usize = 8;

/// A policy whose `drop` may end everything where it is used as a condition.
pub(super) struct Dropping {
    /// What holds where the condition gets that far.
    pub reached: Vec<Condition>,
    /// The policy that accepts what would be dropped.
    pub name: String,
    pub span: Span,
}

pub(super) struct Reader<'r, 'a, 'd> {
    pub lowering: &'r mut Lowering<'a, 'd>,
    pub values: &'r Values<'a>,
    pub dropping: Vec<Dropping>,
    /// Places that were not interpreted.
    pub doubts: Vec<Span>,
    reached: Vec<Condition>,
}

impl<'r, 'a, 'd> Reader<'r, 'a, 'd> {
    pub fn new(lowering: &'r mut Lowering<'a, 'd>, values: &'r Values<'a>) -> Reader<'r, 'a, 'd> {
        Reader {
            lowering,
            values,
            dropping: Vec::new(),
            doubts: Vec::new(),
            reached: Vec::new(),
        }
    }

    /// Reads all of the words.
    pub fn condition(&mut self, words: &[Token<'_>], place: Span) -> Condition {
        let mut rest = words;
        let condition = match depth(words) <= DEEPEST {
            true => self.or(&mut rest),
            false => self.open(place),
        };
        match rest.is_empty() || depth(words) > DEEPEST {
            true => condition,
            false => self.open(place),
        }
    }

    fn open(&mut self, place: Span) -> Condition {
        self.doubts.push(place);
        Condition::Unsupported(place)
    }

    fn or(&mut self, rest: &mut &[Token<'_>]) -> Condition {
        let mut parts = vec![self.and(rest)];
        while eat(rest, "or") {
            parts.push(self.and(rest));
        }
        one_or(parts, Condition::Any)
    }

    fn and(&mut self, rest: &mut &[Token<'_>]) -> Condition {
        let outside = self.reached.len();
        let mut parts = vec![self.not(rest)];
        while eat(rest, "and") {
            if self.reached.len() < GUARDS && rest.iter().any(|token| token.is("apply")) {
                self.reached.extend(parts.last().cloned());
            }
            parts.push(self.not(rest));
        }
        self.reached.truncate(outside);
        one_or(parts, Condition::All)
    }

    fn not(&mut self, rest: &mut &[Token<'_>]) -> Condition {
        let mut negated = false;
        while eat(rest, "not") {
            negated = !negated;
        }
        let condition = self.primary(rest);
        match negated {
            true => Condition::Not(Box::new(condition)),
            false => condition,
        }
    }

    fn primary(&mut self, rest: &mut &[Token<'_>]) -> Condition {
        let Some((first, after)) = rest.split_first() else {
            let place = self.lowering.place;
            return self.open(place);
        };
        if first.kind == Kind::Open {
            *rest = after;
            let condition = self.or(rest);
            return match rest.split_first() {
                Some((close, after)) if close.kind == Kind::Close => {
                    *rest = after;
                    condition
                }
                _ => {
                    *rest = &[];
                    self.open(first.span)
                }
            };
        }
        let length = leaf_length(rest);
        let (leaf, after) = rest.split_at(length);
        *rest = after;
        let Some(place) = span(leaf) else {
            // `and and`, or a parenthesis that closes nothing.
            *rest = &[];
            return self.open(first.span);
        };
        if let Some(name) = leaf.iter().find(|token| self.values.is_open(token.text)) {
            let on = format!("the value of `{}`", name.text);
            return Condition::Undecidable { span: place, on };
        }
        match self.leaf(leaf, place) {
            Some(condition) => condition,
            None => self.open(place),
        }
    }

    fn leaf(&mut self, leaf: &[Token<'_>], place: Span) -> Option<Condition> {
        let (first, rest) = leaf.split_first()?;
        match (first.text.to_ascii_lowercase().as_str(), rest) {
            ("destination", [verb, set @ ..]) if verb.is("in") => self.destination(set),
            ("community", rest) => self.community(rest, place),
            ("large-community", rest) => self.large_community(rest, place),
            ("extcommunity", rest) => self.extended_community(rest, place),
            ("as-path", [verb, set @ ..]) if verb.is("in") => self.as_path_in(set, place),
            ("as-path", rest) => {
                let test = sets::as_path(rest, self.values);
                (test != AsPathTest::Unsupported).then(|| Condition::AsPath(Spanned::new(place, test)))
            }
            ("med", [comparison, value]) => {
                let value = number(&self.values.resolve(value.text))?;
                Some(Condition::Med(sets::compared(comparison.text, value)?))
            }
            ("local-preference", [comparison, value]) => {
                let value = number(&self.values.resolve(value.text))?;
                Some(Condition::LocalPreference(sets::compared(
                    comparison.text,
                    value,
                )?))
            }
            ("origin", [verb, value]) if verb.is_one_of(&["is", "eq"]) => {
                let value = self.values.resolve(value.text);
                Some(Condition::Origin(match value.to_ascii_lowercase().as_str() {
                    "igp" => Origin::Igp,
                    "egp" => Origin::Egp,
                    "incomplete" => Origin::Incomplete,
                    _ => return None,
                }))
            }
            ("protocol", [verb, value @ ..]) if verb.is_one_of(&["is", "in", "eq"]) => {
                self.protocol(value, place)
            }
            ("apply", rest) => self.apply(rest),
            (word, [_, ..]) if UNKNOWN.contains(&word) => Some(Condition::Undecidable {
                span: place,
                on: format!("the route's {word}"),
            }),
            (word, _) if UNKNOWN_ALONE.contains(&word) => Some(Condition::Undecidable {
                span: place,
                on: format!("whether `{word}`"),
            }),
            _ => None,
        }
    }

    /// Calls `inline` with the elements in parentheses, or `named` with each name that is meant.
    fn set<R>(
        &mut self,
        words: &[Token<'_>],
        kind: &str,
        inline: impl FnOnce(&mut Self, &[Token<'_>]) -> R,
        named: impl Fn(&mut Self, Spanned<String>) -> R,
        any: impl FnOnce(Vec<R>) -> R,
    ) -> Option<R> {
        if words.first()?.kind == Kind::Open {
            let length = parenthesis(words);
            if length != words.len() || words.last()?.kind != Kind::Close {
                return None;
            }
            let inside = words.get(1..length - 1)?;
            if let [name] = inside
                && let Some(names) = self.wildcard(name.text, kind, name.span)
            {
                let found = names.into_iter().map(|name| named(self, name)).collect();
                return Some(any(found));
            }
            return Some(inline(self, inside));
        }
        let [word] = words else { return None };
        let text = self.values.resolve(word.text);
        if text.starts_with('(') {
            let tokens = tokens::all(&text, word.span);
            let inside = tokens.get(1..tokens.len().saturating_sub(1))?;
            return Some(inline(self, inside));
        }
        if let Some(names) = self.wildcard(&text, kind, word.span) {
            let found = names.into_iter().map(|name| named(self, name)).collect();
            return Some(any(found));
        }
        (word.kind == Kind::Word).then(|| named(self, Spanned::new(word.span, text)))
    }

    /// The sets whose names begin so, for `NAME*` ("Wildcards for Route Policy Sets").
    fn wildcard(&self, text: &str, kind: &str, place: Span) -> Option<Vec<Spanned<String>>> {
        let start = text.strip_suffix('*').filter(|start| !start.is_empty())?;
        if start.contains(':') || start.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let sets = self
            .lowering
            .library
            .sets
            .get(kind)
            .into_iter()
            .flat_map(|sets| sets.keys());
        let wanted = sets.filter(|name| name.starts_with(start));
        Some(
            wanted
                .map(|name| Spanned::new(place, (*name).to_owned()))
                .collect(),
        )
    }

    fn destination(&mut self, set: &[Token<'_>]) -> Option<Condition> {
        self.set(
            set,
            "prefix-set",
            |reader, inside| {
                let entries = elements(inside).filter_map(|element| sets::prefix(element, reader.values));
                Condition::Prefixes(entries.collect())
            },
            |reader, name| match sets::prefix(&tokens::all(&name.value, name.span), reader.values) {
                // An argument may be a prefix itself.
                Some(entry) if name.value.contains(['/', ':']) => Condition::Prefixes(vec![entry]),
                _ => Condition::PrefixList {
                    name,
                    family: ListFamily::Both,
                    how: PrefixMatch::Listed,
                },
            },
            Condition::Any,
        )
    }

    fn community(&mut self, rest: &[Token<'_>], place: Span) -> Option<Condition> {
        let (verb, set) = rest.split_first()?;
        if verb.is("is-empty") && set.is_empty() {
            return Some(Condition::Community(Spanned::new(place, CommunityTest::Empty)));
        }
        let how = matching(verb)?;
        self.set(
            set,
            "community-set",
            |reader, inside| {
                let patterns = elements(inside).filter_map(|element| sets::community(element, reader.values));
                let test = match how {
                    CommunityMatch::AnyElement => CommunityTest::Any(
                        patterns
                            .map(|pattern| CommunityTest::Line(vec![pattern]))
                            .collect(),
                    ),
                    // What has no element is met by nothing (an empty set fails both kinds).
                    CommunityMatch::EveryElement if inside.is_empty() => CommunityTest::Any(Vec::new()),
                    CommunityMatch::EveryElement => CommunityTest::Line(patterns.collect()),
                    _ => {
                        let name = reader.lowering.inline_communities(inside, reader.values, place);
                        return Condition::CommunityList { name, how };
                    }
                };
                Condition::Community(Spanned::new(place, test))
            },
            |reader, name| {
                let name = reader.lowering.community_set(name, reader.values);
                Condition::CommunityList { name, how }
            },
            Condition::Any,
        )
    }

    fn large_community(&mut self, rest: &[Token<'_>], place: Span) -> Option<Condition> {
        let (verb, set) = rest.split_first()?;
        if verb.is("is-empty") && set.is_empty() {
            let name = self.lowering.any_large(place);
            let how = CommunityMatch::AnyElement;
            return Some(Condition::Not(Box::new(Condition::LargeCommunityList {
                name,
                how,
            })));
        }
        let how = matching(verb)?;
        self.set(
            set,
            "large-community-set",
            |reader, inside| {
                let name = reader.lowering.inline_large(inside, reader.values, place);
                Condition::LargeCommunityList { name, how }
            },
            |_, name| Condition::LargeCommunityList { name, how },
            Condition::Any,
        )
    }

    /// Extended communities are not modelled; a condition on them is known where a route has none.
    fn extended_community(&mut self, rest: &[Token<'_>], place: Span) -> Option<Condition> {
        let (kind, rest) = rest.split_first()?;
        let (verb, set) = rest.split_first()?;
        if verb.is("is-empty") && set.is_empty() {
            let name = self.lowering.extended("any", place);
            let how = CommunityMatch::AnyElement;
            return Some(Condition::Not(Box::new(Condition::ExtendedCommunityList {
                name,
                how,
            })));
        }
        let how = matching(verb)?;
        if how == CommunityMatch::Within {
            return Some(Condition::Undecidable {
                span: place,
                on: "the route's extended communities".to_owned(),
            });
        }
        self.set(
            set,
            &format!("extcommunity-set {}", kind.text.to_ascii_lowercase()),
            |reader, _| {
                let name = reader.lowering.extended("inline", place);
                Condition::ExtendedCommunityList { name, how }
            },
            |_, name| Condition::ExtendedCommunityList { name, how },
            Condition::Any,
        )
    }

    fn as_path_in(&mut self, set: &[Token<'_>], place: Span) -> Option<Condition> {
        self.set(
            set,
            "as-path-set",
            |reader, inside| {
                let tests: Vec<AsPathTest> = elements(inside)
                    .map(|element| sets::as_path(element, reader.values))
                    .collect();
                if tests.contains(&AsPathTest::Unsupported) {
                    reader.doubts.push(place);
                }
                Condition::AsPath(Spanned::new(place, AsPathTest::Any(tests)))
            },
            |reader, name| {
                let name = reader.lowering.as_path_set(name, reader.values);
                Condition::AsPathList { name }
            },
            Condition::Any,
        )
    }

    /// A route that arrives on a session comes from BGP; which process is not said.
    fn protocol(&mut self, words: &[Token<'_>], place: Span) -> Option<Condition> {
        let inside = match words.first()?.kind {
            Kind::Open => words.get(1..words.len() - 1)?,
            _ => words,
        };
        let one = |element: &[Token<'_>]| {
            let protocol = self.values.resolve(element.first()?.text).to_ascii_lowercase();
            Some(match (protocol.as_str(), element.len()) {
                ("bgp", 1) => Condition::Protocol(Protocol::Bgp),
                ("static", _) => Condition::Protocol(Protocol::Static),
                ("connected", _) => Condition::Protocol(Protocol::Connected),
                ("bgp", _) => Condition::Undecidable {
                    span: place,
                    on: "the BGP process of the route".to_owned(),
                },
                (other, _) if PROTOCOLS.contains(&other) => Condition::Protocol(Protocol::Other),
                _ => return None,
            })
        };
        let parts: Option<Vec<Condition>> = elements(inside).map(one).collect();
        Some(one_or(parts?, Condition::Any))
    }

    fn apply(&mut self, words: &[Token<'_>]) -> Option<Condition> {
        let words = match words.split_first()? {
            (word, rest) if word.is("route-policy") && !rest.is_empty() => rest,
            _ => words,
        };
        let (name, arguments) = words.split_first()?;
        let arguments = self.lowering.arguments(arguments, self.values)?;
        let text = self.values.resolve(name.text);
        if text.ends_with('*') {
            return None;
        }
        if self.lowering.library.may_drop(&text) {
            let mode = Mode::Drops;
            let dropping = Dropping {
                reached: self.reached.clone(),
                name: self.lowering.instance(&text, &arguments, self.values.peer, mode),
                span: name.span,
            };
            self.dropping.push(dropping);
        }
        let instance = self
            .lowering
            .instance(&text, &arguments, self.values.peer, Mode::Condition);
        Some(Condition::Policy {
            chain: vec![PolicyExpression::Policy(Spanned::new(name.span, instance))],
            default: Verdict::Reject,
        })
    }
}

fn matching(verb: &Token<'_>) -> Option<CommunityMatch> {
    Some(match verb.text.to_ascii_lowercase().as_str() {
        "matches-any" => CommunityMatch::AnyElement,
        "matches-every" => CommunityMatch::EveryElement,
        "matches-within" => CommunityMatch::Within,
        _ => return None,
    })
}

fn eat(rest: &mut &[Token<'_>], word: &str) -> bool {
    match rest.split_first() {
        Some((first, after)) if first.is(word) => {
            *rest = after;
            true
        }
        _ => false,
    }
}

fn one_or(mut parts: Vec<Condition>, several: impl FnOnce(Vec<Condition>) -> Condition) -> Condition {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            several(parts)
        }
    }
}

/// How deep the parentheses go.
fn depth(words: &[Token<'_>]) -> usize {
    let (mut now, mut deepest) = (0usize, 0);
    for word in words {
        match word.kind {
            Kind::Open => now += 1,
            Kind::Close => now = now.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(now);
    }
    deepest
}

/// Up to the next `and`, `or` or closing parenthesis that is not inside the leaf.
fn leaf_length(words: &[Token<'_>]) -> usize {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match word.kind {
            Kind::Open => at += parenthesis(words.get(at..).unwrap_or_default()),
            Kind::Close => return at,
            _ if word.is("and") || word.is("or") => return at,
            _ => at += 1,
        }
    }
    words.len().min(at)
}
