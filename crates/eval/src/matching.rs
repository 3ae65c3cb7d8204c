//! Whether one route meets one condition: lists walked entry by entry, as a router does.

mod communities;
mod prefixes;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::rc::Rc;

use pairlint_model::bgp::{AsPath, AsPathSegment, Family, IpNet};
use pairlint_model::network::Device;
use pairlint_model::policy::{
    AsPathTest, CommunityMatch, CommunityRendering, Condition, ListFamily, PrefixMatch, RegexSyntax, Truth,
    Verdict,
};
use pairlint_model::source::{Span, Spanned};

use crate::expressions::{Expression, Locality, Subject, locality};
use crate::guesses::{Guesses, Key};
use crate::route::Route;
pub(crate) use communities::MEANT_BY_MATCH;
use prefixes::{access_entries, longest_prefix, prefix_entries};

/// The route that a condition sees.
#[derive(Clone, Copy)]
pub(crate) struct View<'r> {
    pub route: &'r Route,
    /// An action that was not interpreted may have changed the attributes.
    pub poisoned: Option<Span>,
}

type Cached = HashMap<(String, RegexSyntax, Subject, bool), Option<Rc<Expression>>>;

/// Whether expressions over all communities of a route ask for one that satisfies them alone.
type Localities = HashMap<(String, RegexSyntax, CommunityRendering), bool>;

/// Answers conditions for one device; keeps compiled expressions, which its clones share.
#[derive(Clone)]
pub(crate) struct Matcher<'a> {
    device: &'a Device,
    expressions: Rc<RefCell<Cached>>,
    localities: Rc<RefCell<Localities>>,
}

impl<'a> Matcher<'a> {
    pub fn new(device: &'a Device) -> Matcher<'a> {
        Matcher {
            device,
            expressions: Rc::default(),
            localities: Rc::default(),
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

    /// Whether matching a set of communities is the same as matching one of them.
    pub fn is_local(
        &self,
        text: &str,
        syntax: RegexSyntax,
        rendering: CommunityRendering,
        expression: &Expression,
    ) -> bool {
        let key = (text.to_owned(), syntax, rendering);
        let mut known = self.localities.borrow_mut();
        *known
            .entry(key)
            .or_insert_with(|| locality(expression, rendering) == Locality::Local)
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
            Condition::AsPathLength { hops, unique } => has_length(&route.as_path, hops, *unique),
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
            Condition::Protocol(protocol) => route.protocol == *protocol,
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

    fn as_path(&self, test: &AsPathTest, path: &AsPath, span: Span, guesses: &mut Guesses) -> bool {
        let in_range = |segment: Option<&AsPathSegment>, range: &RangeInclusive<u32>| match segment {
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
            AsPathTest::Length { hops, unique } => has_length(path, hops, *unique),
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

fn has_length(path: &AsPath, hops: &RangeInclusive<u32>, unique: bool) -> bool {
    let length = match unique {
        false => path.len(),
        true => path.0.iter().collect::<BTreeSet<_>>().len(),
    };
    hops.contains(&(length as u32))
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
