//! Whether one route meets one condition: lists walked entry by entry, as a router does.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::rc::Rc;

use pairlint_model::bgp::{AsPath, AsPathSegment, Community, Family, IpNet, LargeCommunity};
use pairlint_model::network::{Device, ExactExpression};
use pairlint_model::policy::{
    AccessEntry, AccessPattern, AsPathTest, CommunityEntry, CommunityList, CommunityMatch, CommunityPattern,
    CommunityRegex, CommunityRendering, CommunityTest, Condition, ListFamily, PrefixEntry, PrefixMatch,
    PrefixPattern, RegexSyntax, RouteFilterEntry, Truth, Verdict, WellKnownNames,
};
use pairlint_model::source::{Span, Spanned};

use crate::expressions::{Expression, Subject, render, render_one};
use crate::guesses::{Guesses, Key};
use crate::route::Route;

/// The route that a condition sees.
#[derive(Clone, Copy)]
pub(crate) struct View<'r> {
    pub route: &'r Route,
    /// An action that was not interpreted may have changed the attributes.
    pub poisoned: Option<Span>,
}

type Cached = HashMap<(String, RegexSyntax, Subject, bool), Option<Rc<Expression>>>;

/// Answers conditions for one device; keeps compiled expressions.
pub(crate) struct Matcher<'a> {
    device: &'a Device,
    expressions: RefCell<Cached>,
}

impl<'a> Matcher<'a> {
    pub fn new(device: &'a Device) -> Matcher<'a> {
        Matcher {
            device,
            expressions: RefCell::default(),
        }
    }

    /// Returns the compiled expression, or `None` where it is not of its language.
    pub fn expression(
        &self,
        text: &str,
        syntax: RegexSyntax,
        subject: Subject,
        anchored: bool,
    ) -> Option<Rc<Expression>> {
        let key = (text.to_owned(), syntax, subject, anchored);
        let compile = || {
            Expression::compile(text, syntax, subject, anchored)
                .ok()
                .map(Rc::new)
        };
        self.expressions
            .borrow_mut()
            .entry(key)
            .or_insert_with(compile)
            .clone()
    }

    /// Answers a condition that is neither a connective nor a call. `seen` is told which list lines decided.
    pub fn leaf(
        &self,
        condition: &Condition,
        view: View<'_>,
        guesses: &mut Guesses,
        seen: &mut dyn FnMut(Span, String),
    ) -> bool {
        let route = view.route;
        if let (Some(action), true) = (view.poisoned, sees_attributes(condition)) {
            let text = || "an action before it was not interpreted and may have changed the route".to_owned();
            return guesses.guess(Key::Behind(action, format!("{condition:?}")), Some(action), text);
        }
        match condition {
            Condition::PrefixList { name, family, how } => {
                self.prefix_list(name, *family, *how, &route.prefix, guesses, seen)
            }
            Condition::Prefixes(entries) => {
                prefix_entries(entries, PrefixMatch::Listed, &route.prefix, guesses, seen)
            }
            Condition::LongestPrefix(entries) => longest_prefix(entries, &route.prefix, guesses),
            Condition::AccessList { name, family } => {
                self.access_list(name, *family, &route.prefix, guesses, seen)
            }
            Condition::CommunityList { name, how } => {
                let list = self.device.community_lists.get(&name.value);
                self.named_communities(list, name, *how, route, guesses, seen)
            }
            Condition::LargeCommunityList { name, how } => {
                let list = self.device.large_community_lists.get(&name.value);
                match list {
                    Some(list) => self.large_list(list, *how, &route.large_communities, guesses),
                    None => self.undefined_community_list(name, guesses),
                }
            }
            Condition::ExtendedCommunityList { name, .. } => {
                // Extended communities are not modelled, and Microsoft sends none (RFC 4360 values never match nothing).
                !self.device.extended_community_lists.contains_key(&name.value)
                    && self.undefined_community_list(name, guesses)
            }
            Condition::Community(test) => self.community_test(&test.value, route, guesses),
            Condition::CommunityCount(range) => range.contains(&(route.communities.len() as u32)),
            Condition::AsPathList { name } => match self.device.as_path_lists.get(&name.value) {
                Some(list) => {
                    for entry in &list.entries {
                        if self.as_path(&entry.test, &route.as_path, entry.span, guesses) {
                            seen(entry.span, format!("AS path `{}` matches", route.as_path));
                            return entry.verdict == Verdict::Accept;
                        }
                    }
                    false
                }
                None => {
                    let truth = self.device.platform.undefined_as_path_list_matches;
                    undefined(truth, "AS-path list", name, guesses)
                }
            },
            Condition::AsPath(test) => self.as_path(&test.value, &route.as_path, test.span, guesses),
            Condition::AsPathLength { hops, unique } => {
                let length = match unique {
                    false => route.as_path.len(),
                    true => route.as_path.0.iter().collect::<BTreeSet<_>>().len(),
                };
                hops.contains(&(length as u32))
            }
            Condition::LocalPreference(range) => match route.local_preference {
                Some(value) => range.contains(&value),
                None if !range.contains(&100) => false,
                None => {
                    let truth = self.device.platform.unset_local_preference_is_100;
                    let text = || "whether an unset local preference counts as 100".to_owned();
                    guesses.truth(truth, Key::Fact("unset local preference"), None, text)
                }
            },
            Condition::Med(range) => match route.med {
                Some(value) => range.contains(&value),
                None => guesses.guess(Key::Outside(format!("MED {range:?}")), None, || {
                    "the MED that is received".into()
                }),
            },
            Condition::Origin(origin) => match route.origin {
                Some(value) => value == *origin,
                None => guesses.guess(Key::Outside(format!("origin {origin:?}")), None, || {
                    "the origin that is received".into()
                }),
            },
            Condition::Family(family) => route.family() == *family,
            Condition::Constant(value) => *value,
            Condition::Undecidable { span, on } => {
                guesses.guess(Key::Outside(on.clone()), Some(*span), || {
                    format!("it depends on {on}")
                })
            }
            Condition::Unsupported(span) => guesses.guess(Key::Place(*span), Some(*span), || {
                "this line is not interpreted".into()
            }),
            Condition::All(_)
            | Condition::Any(_)
            | Condition::Not(_)
            | Condition::PolicyList { .. }
            | Condition::Policy { .. } => {
                debug_assert!(false, "the walk answers connectives and calls");
                false
            }
        }
    }

    fn prefix_list(
        &self,
        name: &Spanned<String>,
        family: ListFamily,
        how: PrefixMatch,
        prefix: &IpNet,
        guesses: &mut Guesses,
        seen: &mut dyn FnMut(Span, String),
    ) -> bool {
        if is_other(family, prefix) {
            return self.other_family(name, guesses);
        }
        match self.device.prefix_list(family, &name.value) {
            None => undefined(
                self.device.platform.undefined_prefix_list_matches,
                "prefix list",
                name,
                guesses,
            ),
            Some(list) if list.entries.is_empty() => {
                let truth = self.device.platform.empty_prefix_list_matches;
                let text = || {
                    format!(
                        "what the platform does with the empty prefix list `{}`",
                        name.value
                    )
                };
                guesses.truth(
                    truth,
                    Key::Undefined("empty prefix list", name.value.clone()),
                    Some(name.span),
                    text,
                )
            }
            Some(list) => prefix_entries(&list.entries, how, prefix, guesses, seen),
        }
    }

    fn access_list(
        &self,
        name: &Spanned<String>,
        family: Family,
        prefix: &IpNet,
        guesses: &mut Guesses,
        seen: &mut dyn FnMut(Span, String),
    ) -> bool {
        if Family::of(prefix) != family {
            return self.other_family(name, guesses);
        }
        match self.device.access_list(family, &name.value) {
            Some(list) if !list.entries.is_empty() => access_entries(&list.entries, prefix, guesses, seen),
            _ => undefined(
                self.device.platform.undefined_access_list_matches,
                "access list",
                name,
                guesses,
            ),
        }
    }

    fn other_family(&self, name: &Spanned<String>, guesses: &mut Guesses) -> bool {
        let text = || "whether a condition of the other address family holds".to_owned();
        guesses.truth(
            self.device.platform.other_family_matches,
            Key::Fact("other family"),
            Some(name.span),
            text,
        )
    }

    /// A prefix list attached to the session: what it does not permit is rejected.
    pub fn session_prefix_list(
        &self,
        name: &Spanned<String>,
        family: ListFamily,
        prefix: &IpNet,
        guesses: &mut Guesses,
    ) -> bool {
        if is_other(family, prefix) {
            return true;
        }
        match self.device.prefix_list(family, &name.value) {
            None => self.undefined_filter(name, guesses),
            Some(list) if list.entries.is_empty() => {
                let truth = self.device.platform.empty_session_filter_passes;
                let text = || format!("what the platform does with the empty list `{}`", name.value);
                guesses.truth(
                    truth,
                    Key::Undefined("empty filter", name.value.clone()),
                    Some(name.span),
                    text,
                )
            }
            Some(list) => prefix_entries(
                &list.entries,
                PrefixMatch::Listed,
                prefix,
                guesses,
                &mut |_, _| {},
            ),
        }
    }

    pub fn session_access_list(
        &self,
        name: &Spanned<String>,
        family: Family,
        prefix: &IpNet,
        guesses: &mut Guesses,
    ) -> bool {
        match self.device.access_list(family, &name.value) {
            Some(list) if !list.entries.is_empty() => {
                access_entries(&list.entries, prefix, guesses, &mut |_, _| {})
            }
            _ => self.undefined_filter(name, guesses),
        }
    }

    pub fn session_as_path_list(
        &self,
        name: &Spanned<String>,
        view: View<'_>,
        guesses: &mut Guesses,
    ) -> bool {
        match self.device.as_path_lists.contains_key(&name.value) {
            true => self.leaf(
                &Condition::AsPathList { name: name.clone() },
                view,
                guesses,
                &mut |_, _| {},
            ),
            false => self.undefined_filter(name, guesses),
        }
    }

    pub fn session_community_list(
        &self,
        name: &Spanned<String>,
        view: View<'_>,
        guesses: &mut Guesses,
    ) -> bool {
        match self.device.community_lists.get(&name.value) {
            Some(list) => self.communities(list, CommunityMatch::Listed, view.route, guesses, &mut |_, _| {}),
            None => self.undefined_filter(name, guesses),
        }
    }

    fn undefined_filter(&self, name: &Spanned<String>, guesses: &mut Guesses) -> bool {
        undefined(
            self.device.platform.undefined_session_filter_passes,
            "filter",
            name,
            guesses,
        )
    }

    fn undefined_community_list(&self, name: &Spanned<String>, guesses: &mut Guesses) -> bool {
        undefined(
            self.device.platform.undefined_community_list_matches,
            "community list",
            name,
            guesses,
        )
    }

    fn named_communities(
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

    fn exactly(&self, entry: &CommunityEntry, route: &Route, guesses: &mut Guesses) -> bool {
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
            CommunityTest::Text(_) if self.device.platform.exact_expression == ExactExpression::AsListed => {
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

    fn community_test(&self, test: &CommunityTest, route: &Route, guesses: &mut Guesses) -> bool {
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

    fn community_text(
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
    fn met(&self, pattern: &CommunityPattern, span: Span, route: &Route, guesses: &mut Guesses) -> bool {
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

    fn large_list(
        &self,
        list: &CommunityList,
        how: CommunityMatch,
        set: &BTreeSet<LargeCommunity>,
        guesses: &mut Guesses,
    ) -> bool {
        let text = set
            .iter()
            .map(LargeCommunity::to_string)
            .collect::<Vec<_>>()
            .join(" ");
        for entry in &list.entries {
            let holds = match &entry.test {
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
                    match (values, how) {
                        (Some(values), CommunityMatch::Exact) => values == *set,
                        (Some(values), _) => values.is_subset(set),
                        (None, _) => not_interpreted(entry.span, guesses),
                    }
                }
                CommunityTest::Text(regex) => {
                    let syntax = regex.value.syntax;
                    match self.expression(&regex.value.expression, syntax, Subject::Communities, false) {
                        Some(expression) => !set.is_empty() && expression.is_match(&text),
                        None => not_interpreted(regex.span, guesses),
                    }
                }
                _ => not_interpreted(entry.span, guesses),
            };
            if holds {
                return entry.verdict == Verdict::Accept;
            }
        }
        false
    }

    fn as_path(&self, test: &AsPathTest, path: &AsPath, span: Span, guesses: &mut Guesses) -> bool {
        let in_range = |segment: Option<&AsPathSegment>, range: &std::ops::RangeInclusive<u32>| match segment
        {
            Some(AsPathSegment::As(asn)) => range.contains(&asn.0),
            Some(AsPathSegment::Set(set)) => set.iter().any(|asn| range.contains(&asn.0)),
            None => false,
        };
        match test {
            AsPathTest::Regex { expression, syntax } => {
                match self.expression(expression, *syntax, Subject::AsPath, false) {
                    Some(compiled) => compiled.is_match(&path.to_string()),
                    None => not_interpreted(span, guesses),
                }
            }
            AsPathTest::PassesThrough(range) => path.0.iter().any(|segment| in_range(Some(segment), range)),
            AsPathTest::Neighbor(range) => in_range(path.0.first(), range),
            AsPathTest::Origin(range) => in_range(path.0.last(), range),
            AsPathTest::Any(tests) => tests.iter().any(|t| self.as_path(t, path, span, guesses)),
            AsPathTest::All(tests) => tests.iter().all(|t| self.as_path(t, path, span, guesses)),
            AsPathTest::Not(test) => !self.as_path(test, path, span, guesses),
            AsPathTest::Unsupported => not_interpreted(span, guesses),
        }
    }
}

/// Whether an uninterpreted edit of the route could change this condition's answer.
pub(crate) fn sees_attributes(condition: &Condition) -> bool {
    matches!(
        condition,
        Condition::CommunityList { .. }
            | Condition::Community(_)
            | Condition::CommunityCount(_)
            | Condition::LargeCommunityList { .. }
            | Condition::ExtendedCommunityList { .. }
            | Condition::AsPathList { .. }
            | Condition::AsPath(_)
            | Condition::AsPathLength { .. }
            | Condition::LocalPreference(_)
            | Condition::Med(_)
            | Condition::Origin(_)
    )
}

fn is_other(family: ListFamily, prefix: &IpNet) -> bool {
    match family {
        ListFamily::Both => false,
        one => one != ListFamily::of(Family::of(prefix)),
    }
}

fn undefined(truth: Truth, kind: &'static str, name: &Spanned<String>, guesses: &mut Guesses) -> bool {
    let text = || {
        format!(
            "what the platform does with the undefined {kind} `{}`",
            name.value
        )
    };
    guesses.truth(
        truth,
        Key::Undefined(kind, name.value.clone()),
        Some(name.span),
        text,
    )
}

fn not_interpreted(span: Span, guesses: &mut Guesses) -> bool {
    guesses.guess(Key::Place(span), Some(span), || "this is not interpreted".into())
}

/// Whether expressions see packed numbers on this device.
pub(crate) fn guess_packed(span: Span, guesses: &mut Guesses) -> bool {
    let text = || {
        "without `ip bgp-community new-format` it is not certain which form of a community expressions see"
            .into()
    };
    guesses.guess(Key::Fact("packed"), Some(span), text)
}

fn prefix_entries(
    entries: &[PrefixEntry],
    how: PrefixMatch,
    prefix: &IpNet,
    guesses: &mut Guesses,
    seen: &mut dyn FnMut(Span, String),
) -> bool {
    for entry in entries {
        if prefix_pattern(&entry.pattern, how, prefix).unwrap_or_else(|| not_interpreted(entry.span, guesses))
        {
            let word = if entry.verdict == Verdict::Accept {
                "permits"
            } else {
                "denies"
            };
            seen(entry.span, format!("{word} {prefix}"));
            return entry.verdict == Verdict::Accept;
        }
    }
    false
}

/// Whether the pattern stands for the route; `None` where it is not interpreted.
pub(crate) fn prefix_pattern(pattern: &PrefixPattern, how: PrefixMatch, route: &IpNet) -> Option<bool> {
    let length = route.prefix_len();
    match pattern {
        PrefixPattern::Range { prefix, lengths } => {
            let lengths = match how {
                PrefixMatch::Listed => lengths.clone(),
                PrefixMatch::OrLonger => prefix.prefix_len()..=prefix.max_prefix_len(),
                PrefixMatch::Longer => prefix.prefix_len().saturating_add(1)..=prefix.max_prefix_len(),
            };
            let inside = Family::of(prefix) == Family::of(route)
                && agree(prefix.addr(), route.network(), prefix.netmask());
            Some(inside && lengths.contains(&length))
        }
        PrefixPattern::Masked {
            address,
            mask,
            lengths,
        } => Some(lengths.contains(&length) && agree(*address, route.network(), *mask)),
        PrefixPattern::Any => Some(true),
        PrefixPattern::Unsupported => None,
    }
}

fn access_entries(
    entries: &[AccessEntry],
    route: &IpNet,
    guesses: &mut Guesses,
    seen: &mut dyn FnMut(Span, String),
) -> bool {
    for entry in entries {
        let holds = match &entry.pattern {
            AccessPattern::Any => true,
            AccessPattern::Address { address, wildcard } => {
                agree(*address, route.network(), inverse(*wildcard))
            }
            AccessPattern::AddressAndMask {
                address,
                wildcard,
                mask,
                mask_wildcard,
            } => {
                agree(*address, route.network(), inverse(*wildcard))
                    && agree(*mask, route.netmask(), inverse(*mask_wildcard))
            }
            AccessPattern::Prefix { prefix, exact } => {
                prefix_pattern(
                    &PrefixPattern::Range {
                        prefix: *prefix,
                        lengths: prefix.prefix_len()..=if *exact {
                            prefix.prefix_len()
                        } else {
                            prefix.max_prefix_len()
                        },
                    },
                    PrefixMatch::Listed,
                    route,
                ) == Some(true)
            }
            AccessPattern::Unsupported => not_interpreted(entry.span, guesses),
        };
        if holds {
            let word = if entry.verdict == Verdict::Accept {
                "permits"
            } else {
                "denies"
            };
            seen(entry.span, format!("{word} {route}"));
            return entry.verdict == Verdict::Accept;
        }
    }
    false
}

fn longest_prefix(entries: &[RouteFilterEntry], route: &IpNet, guesses: &mut Guesses) -> bool {
    let contains = |entry: &&RouteFilterEntry| {
        Family::of(&entry.prefix) == Family::of(route)
            && entry.prefix.prefix_len() <= route.prefix_len()
            && agree(entry.prefix.addr(), route.network(), entry.prefix.netmask())
    };
    let Some(longest) = entries
        .iter()
        .filter(contains)
        .map(|entry| entry.prefix.prefix_len())
        .max()
    else {
        return false;
    };
    entries
        .iter()
        .filter(contains)
        .filter(|entry| entry.prefix.prefix_len() == longest)
        .any(|entry| {
            prefix_pattern(&entry.pattern, PrefixMatch::Listed, route)
                .unwrap_or_else(|| not_interpreted(entry.span, guesses))
        })
}

/// Whether two addresses of one family are equal in the bits that the mask sets.
fn agree(a: IpAddr, b: IpAddr, mask: IpAddr) -> bool {
    match (a, b, mask) {
        (IpAddr::V4(a), IpAddr::V4(b), IpAddr::V4(mask)) => {
            (u32::from(a) ^ u32::from(b)) & u32::from(mask) == 0
        }
        (IpAddr::V6(a), IpAddr::V6(b), IpAddr::V6(mask)) => {
            (u128::from(a) ^ u128::from(b)) & u128::from(mask) == 0
        }
        _ => false,
    }
}

fn inverse(wildcard: IpAddr) -> IpAddr {
    match wildcard {
        IpAddr::V4(bits) => IpAddr::V4((!u32::from(bits)).into()),
        IpAddr::V6(bits) => IpAddr::V6((!u128::from(bits)).into()),
    }
}
