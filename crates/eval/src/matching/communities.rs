//! One route's communities against lists and expressions.

use std::collections::BTreeSet;

use pairlint_model::bgp::{AsPath, Community, Family, LargeCommunity};
use pairlint_model::network::ExactExpression;
use pairlint_model::policy::{
    CommunityEntry, CommunityList, CommunityMatch, CommunityPattern, CommunityRegex, CommunityRendering,
    CommunityTest, Verdict, WellKnownNames,
};
use pairlint_model::source::{Span, Spanned};

use super::{Matcher, not_interpreted};
use crate::expressions::{Subject, render, render_one};
use crate::guesses::{Guesses, Key};
use crate::route::Route;

/// What an expression sees of one community in a match of single values: as in a deletion, bgpd writes it into room
/// for ten characters (`community_str_get`, FRR 10 source).
pub const MEANT_BY_MATCH: usize = 10;

impl Matcher<'_> {
    pub(super) fn named_communities(
        &self,
        list: Option<&CommunityList>,
        name: &Spanned<String>,
        how: CommunityMatch,
        route: &Route,
        guesses: &mut Guesses,
        seen: &mut dyn FnMut(Span, String),
    ) -> bool {
        match list {
            Some(list) => self.communities(list, how, route, guesses, seen),
            None => self.undefined_community_list(name, guesses),
        }
    }

    /// Applies a community list to a route.
    pub fn communities(
        &self,
        list: &CommunityList,
        how: CommunityMatch,
        route: &Route,
        guesses: &mut Guesses,
        seen: &mut dyn FnMut(Span, String),
    ) -> bool {
        match how {
            CommunityMatch::Listed | CommunityMatch::Exact => {
                for entry in &list.entries {
                    let holds = match how {
                        CommunityMatch::Exact => self.exactly(entry, route, guesses),
                        _ => self.community_test(&entry.test, route, guesses),
                    };
                    if holds {
                        let word = if entry.verdict == Verdict::Accept {
                            "permits"
                        } else {
                            "denies"
                        };
                        seen(
                            entry.span,
                            format!("community list `{}` {word} the route", list.name.value),
                        );
                        return entry.verdict == Verdict::Accept;
                    }
                }
                false
            }
            CommunityMatch::AnyElement => list
                .entries
                .iter()
                .any(|e| self.community_test(&e.test, route, guesses)),
            // Cisco IOS XR "Implementing Routing Policy": matches-every on an empty set is false.
            CommunityMatch::EveryElement => {
                !list.entries.is_empty()
                    && list
                        .entries
                        .iter()
                        .all(|e| self.community_test(&e.test, route, guesses))
            }
            CommunityMatch::AnyValue => {
                let decided = route
                    .communities
                    .iter()
                    .find_map(|&community| self.meant(list, community, MEANT_BY_MATCH, guesses));
                decided == Some(Verdict::Accept)
            }
            CommunityMatch::Within if route.communities.is_empty() => {
                let text = || "whether a route without communities is within a set".to_owned();
                guesses.guess(Key::Fact("within of nothing"), Some(list.name.span), text)
            }
            CommunityMatch::Within => route.communities.iter().all(|&community| {
                let alone = Route {
                    communities: BTreeSet::from([community]),
                    ..route.clone()
                };
                list.entries
                    .iter()
                    .any(|e| self.community_test(&e.test, &alone, guesses))
            }),
        }
    }

    pub(super) fn exactly(&self, entry: &CommunityEntry, route: &Route, guesses: &mut Guesses) -> bool {
        match &entry.test {
            CommunityTest::Line(patterns) => {
                let every = patterns
                    .iter()
                    .all(|p| self.met(&p.value, p.span, route, guesses));
                every
                    && route
                        .communities
                        .iter()
                        .all(|&c| patterns.iter().any(|p| self.means(&p.value, p.span, c, guesses)))
            }
            CommunityTest::Text(_) | CommunityTest::Always
                if self.device.platform.exact_expression == ExactExpression::AsListed =>
            {
                self.community_test(&entry.test, route, guesses)
            }
            CommunityTest::Empty => route.communities.is_empty(),
            _ => {
                let text = || "what an exact match of this entry means".to_owned();
                guesses.guess(
                    Key::Behind(entry.span, "exact".to_owned()),
                    Some(entry.span),
                    text,
                )
            }
        }
    }

    pub(super) fn community_test(&self, test: &CommunityTest, route: &Route, guesses: &mut Guesses) -> bool {
        match test {
            CommunityTest::Always => true,
            CommunityTest::Line(patterns) => patterns
                .iter()
                .all(|p| self.met(&p.value, p.span, route, guesses)),
            CommunityTest::Text(regex) => {
                self.community_text(&regex.value, regex.span, &route.communities, guesses)
            }
            CommunityTest::All(tests) => tests.iter().all(|t| self.community_test(t, route, guesses)),
            CommunityTest::Any(tests) => tests.iter().any(|t| self.community_test(t, route, guesses)),
            CommunityTest::Not(test) => !self.community_test(test, route, guesses),
            CommunityTest::Empty => route.communities.is_empty(),
            CommunityTest::Unsupported(span) => not_interpreted(*span, guesses),
        }
    }

    pub(super) fn community_text(
        &self,
        regex: &CommunityRegex,
        span: Span,
        set: &BTreeSet<Community>,
        guesses: &mut Guesses,
    ) -> bool {
        let Some(expression) = self.expression(&regex.expression, regex.syntax, Subject::Communities, false)
        else {
            return not_interpreted(span, guesses);
        };
        match regex.rendering {
            CommunityRendering::Names(WellKnownNames::Frr10) if set.is_empty() => false,
            CommunityRendering::NumbersOrPacked => {
                let numbers = expression.is_match(&render(set, CommunityRendering::Numbers));
                let packed = expression.is_match(&render(set, CommunityRendering::Packed));
                if numbers == packed {
                    numbers
                } else {
                    guess_packed(span, guesses) == packed
                }
            }
            rendering => expression.is_match(&render(set, rendering)),
        }
    }

    /// Whether some community of the route meets the pattern.
    pub(super) fn met(
        &self,
        pattern: &CommunityPattern,
        span: Span,
        route: &Route,
        guesses: &mut Guesses,
    ) -> bool {
        match pattern {
            CommunityPattern::Exactly(community) => route.communities.contains(community),
            CommunityPattern::Large(large) => route.large_communities.contains(large),
            CommunityPattern::Other => false,
            _ => route
                .communities
                .iter()
                .any(|&c| self.means(pattern, span, c, guesses)),
        }
    }

    /// Whether a pattern means this single community.
    pub fn means(
        &self,
        pattern: &CommunityPattern,
        span: Span,
        community: Community,
        guesses: &mut Guesses,
    ) -> bool {
        match pattern {
            CommunityPattern::Exactly(value) => *value == community,
            CommunityPattern::Range { asn, value } => {
                asn.contains(&community.asn) && value.contains(&community.value)
            }
            CommunityPattern::Text {
                expression,
                syntax,
                anchored,
            } => match self.expression(expression, *syntax, Subject::OneCommunity, *anchored) {
                Some(e) => e.is_match(&render_one(community, CommunityRendering::Numbers)),
                None => not_interpreted(span, guesses),
            },
            CommunityPattern::Halves { asn, value, syntax } => {
                let whole = |text: &str, number: u16| {
                    self.expression(text, *syntax, Subject::OneCommunity, true)
                        .map(|e| e.is_match(&number.to_string()))
                };
                match (whole(asn, community.asn), whole(value, community.value)) {
                    (Some(a), Some(v)) => a && v,
                    _ => not_interpreted(span, guesses),
                }
            }
            CommunityPattern::Large(_) | CommunityPattern::Other => false,
            CommunityPattern::Unsupported => not_interpreted(span, guesses),
        }
    }

    /// What the first entry that means this community by one of its values, or by its expression, says of it; an
    /// expression sees the first `seen` characters of numbers.
    pub fn meant(
        &self,
        list: &CommunityList,
        community: Community,
        seen: usize,
        guesses: &mut Guesses,
    ) -> Option<Verdict> {
        let entry = list.entries.iter().find(|entry| match &entry.test {
            CommunityTest::Always => true,
            CommunityTest::Line(patterns) => patterns
                .iter()
                .any(|p| self.means(&p.value, p.span, community, guesses)),
            CommunityTest::Text(regex) => {
                let CommunityRegex {
                    expression,
                    syntax,
                    rendering,
                } = &regex.value;
                let mut text = render_one(community, *rendering);
                // Names are written whole.
                if text.starts_with(|c: char| c.is_ascii_digit()) {
                    text.truncate(seen);
                }
                match self.expression(expression, *syntax, Subject::Communities, false) {
                    Some(expression) => expression.is_match(&text),
                    None => not_interpreted(regex.span, guesses),
                }
            }
            _ => not_interpreted(entry.span, guesses),
        })?;
        Some(entry.verdict)
    }

    /// Whether the named list permits a community that [`Matcher::meant`] is asked about.
    pub fn permits_meant(
        &self,
        name: &Spanned<String>,
        community: Community,
        seen: usize,
        guesses: &mut Guesses,
    ) -> bool {
        let list = self.device.community_lists.get(&name.value);
        list.is_some_and(|list| self.meant(list, community, seen, guesses) == Some(Verdict::Accept))
    }

    /// Whether the list permits a community that stands alone, as `set comm-list … delete` asks.
    pub fn permits_alone(&self, name: &Spanned<String>, community: Community, guesses: &mut Guesses) -> bool {
        let Some(list) = self.device.community_lists.get(&name.value) else {
            return false;
        };
        let alone = Route::new(Family::Ipv4.default_route(), AsPath::default(), [community]);
        self.communities(list, CommunityMatch::Listed, &alone, guesses, &mut |_, _| {})
    }

    pub fn permits_large_alone(
        &self,
        name: &Spanned<String>,
        community: LargeCommunity,
        guesses: &mut Guesses,
    ) -> bool {
        let Some(list) = self.device.large_community_lists.get(&name.value) else {
            return false;
        };
        self.large_list(
            list,
            CommunityMatch::Listed,
            &BTreeSet::from([community]),
            guesses,
        )
    }

    /// Whether the first entry that means this community by one of its values, or by its expression, permits it.
    pub fn permits_large_meant(
        &self,
        name: &Spanned<String>,
        community: LargeCommunity,
        guesses: &mut Guesses,
    ) -> bool {
        let Some(list) = self.device.large_community_lists.get(&name.value) else {
            return false;
        };
        let entry = list.entries.iter().find(|entry| match &entry.test {
            CommunityTest::Line(patterns) => patterns
                .iter()
                .any(|pattern| pattern.value == CommunityPattern::Large(community)),
            CommunityTest::Text(regex) => {
                let syntax = regex.value.syntax;
                match self.expression(&regex.value.expression, syntax, Subject::Communities, false) {
                    Some(expression) => expression.is_match(&community.to_string()),
                    None => not_interpreted(regex.span, guesses),
                }
            }
            _ => not_interpreted(entry.span, guesses),
        });
        entry.is_some_and(|entry| entry.verdict == Verdict::Accept)
    }

    pub fn large_list(
        &self,
        list: &CommunityList,
        how: CommunityMatch,
        set: &BTreeSet<LargeCommunity>,
        guesses: &mut Guesses,
    ) -> bool {
        match how {
            CommunityMatch::Listed | CommunityMatch::Exact | CommunityMatch::AnyElement => {
                let exact = how == CommunityMatch::Exact;
                let decided = list
                    .entries
                    .iter()
                    .find(|e| self.large_entry(e, exact, set, guesses));
                decided.is_some_and(|e| how == CommunityMatch::AnyElement || e.verdict == Verdict::Accept)
            }
            CommunityMatch::EveryElement => {
                !list.entries.is_empty()
                    && list
                        .entries
                        .iter()
                        .all(|e| self.large_entry(e, false, set, guesses))
            }
            CommunityMatch::Within if set.is_empty() => {
                let text = || "whether a route without communities is within a set".to_owned();
                guesses.guess(Key::Fact("within of nothing"), Some(list.name.span), text)
            }
            // No platform that is read asks large communities so.
            CommunityMatch::AnyValue => {
                let text = || "whether a value of a large-community list is there".to_owned();
                guesses.guess(Key::Fact("any large value"), Some(list.name.span), text)
            }
            CommunityMatch::Within => set.iter().all(|&community| {
                let alone = BTreeSet::from([community]);
                list.entries
                    .iter()
                    .any(|e| self.large_entry(e, false, &alone, guesses))
            }),
        }
    }

    fn large_entry(
        &self,
        entry: &CommunityEntry,
        exact: bool,
        set: &BTreeSet<LargeCommunity>,
        guesses: &mut Guesses,
    ) -> bool {
        match &entry.test {
            CommunityTest::Always => true,
            CommunityTest::Empty => set.is_empty(),
            CommunityTest::Line(patterns) => {
                let values: Option<BTreeSet<LargeCommunity>> = patterns
                    .iter()
                    .map(|p| {
                        if let CommunityPattern::Large(value) = &p.value {
                            Some(*value)
                        } else {
                            None
                        }
                    })
                    .collect();
                match (values, exact) {
                    (Some(values), true) => values == *set,
                    (Some(values), false) => values.is_subset(set),
                    (None, _) => not_interpreted(entry.span, guesses),
                }
            }
            CommunityTest::Text(regex) => {
                let text = set
                    .iter()
                    .map(LargeCommunity::to_string)
                    .collect::<Vec<_>>()
                    .join(" ");
                let CommunityRegex {
                    expression,
                    syntax,
                    rendering,
                } = &regex.value;
                // Up to 8.4 FRR has an expression look at no communities too.
                let looks_at_none = *rendering == CommunityRendering::Names(WellKnownNames::Frr8);
                match self.expression(expression, *syntax, Subject::Communities, false) {
                    Some(expression) => (looks_at_none || !set.is_empty()) && expression.is_match(&text),
                    None => not_interpreted(regex.span, guesses),
                }
            }
            _ => not_interpreted(entry.span, guesses),
        }
    }
}

/// Whether expressions see packed numbers on this device.
fn guess_packed(span: Span, guesses: &mut Guesses) -> bool {
    let text = || {
        "without `ip bgp-community new-format` it is not certain which form of a community expressions see"
            .into()
    };
    guesses.guess(Key::Fact("packed"), Some(span), text)
}
