//! Conditions, with platform facts in place of what is undefined.

use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;

use pairlint_model::network::{Device, Protocol};
use pairlint_model::policy::{
    AsPathTest, CommunityList, CommunityMatch, Condition, PolicyExpression, PrefixPattern, RegexSyntax,
    Verdict,
};
use pairlint_model::source::Span;

use super::{Compiler, missing, opaque, outside, place, truth};
use crate::expressions::Subject;
use crate::guesses::{Guesses, Key};
use crate::prefixes::{PrefixSet, longest_match};
use crate::program::{Cond, Opaque, PathTest, Test, World};

impl Compiler<'_, '_> {
    pub(super) fn condition(&mut self, condition: &Condition) -> Cond {
        let compiled = match condition {
            Condition::All(parts) => Cond::All(parts.iter().map(|part| self.condition(part)).collect()),
            Condition::Any(parts) => Cond::Any(parts.iter().map(|part| self.condition(part)).collect()),
            Condition::Not(part) => Cond::Not(Box::new(self.condition(part))),
            Condition::PrefixList { name, family, how } => self.prefix_condition(name, *family, *how),
            Condition::Prefixes(entries) => {
                let sets =
                    PrefixSet::first_match(entries.iter().map(|e| (e.verdict, &e.pattern)), self.family);
                let at = entries
                    .iter()
                    .find(|e| matches!(e.pattern, PrefixPattern::Unsupported))
                    .map(|e| e.span);
                self.prefix_leaf(sets.accepted, sets.uncertain, at)
            }
            Condition::LongestPrefix(entries) => {
                let sets = longest_match(entries, self.family);
                let at = entries
                    .iter()
                    .find(|e| matches!(e.pattern, PrefixPattern::Unsupported))
                    .map(|e| e.span);
                self.prefix_leaf(sets.accepted, sets.uncertain, at)
            }
            Condition::AccessList { name, family } => self.access_list(name, *family),
            Condition::CommunityList { name, how } => match self.device.community_lists.get(&name.value) {
                Some(list) => self.community_list(list, *how),
                None => truth(
                    self.device.platform.undefined_community_list_matches,
                    missing("community list", name),
                ),
            },
            Condition::Community(test) => {
                let test = self.test(&test.value);
                self.community_leaf(test)
            }
            Condition::CommunityCount(range) => {
                self.counts = true;
                let many = opaque(
                    Key::Outside(format!("community count {range:?}")),
                    None,
                    "how many communities the route carries",
                );
                self.community_leaf(Test::Count(range.clone(), many))
            }
            Condition::LargeCommunityList { name, how } => {
                match self.device.large_community_lists.get(&name.value) {
                    Some(list) => Cond::OtherKinds {
                        none: self.large_without_any(list, *how),
                        opaque: outside("large communities", &name.value, name.span),
                    },
                    None => truth(
                        self.device.platform.undefined_community_list_matches,
                        missing("community list", name),
                    ),
                }
            }
            Condition::ExtendedCommunityList { name, .. } => {
                match self.device.extended_community_lists.contains_key(&name.value) {
                    true => Cond::OtherKinds {
                        none: Some(false),
                        opaque: outside("extended communities", &name.value, name.span),
                    },
                    false => truth(
                        self.device.platform.undefined_community_list_matches,
                        missing("community list", name),
                    ),
                }
            }
            Condition::AsPathList { name } => match self.device.as_path_lists.get(&name.value) {
                Some(list) => {
                    let entries = &list.entries;
                    Cond::Path(PathTest::List(
                        entries
                            .iter()
                            .map(|e| (e.verdict, self.path(&e.test, e.span)))
                            .collect(),
                    ))
                }
                None => truth(
                    self.device.platform.undefined_as_path_list_matches,
                    missing("AS-path list", name),
                ),
            },
            Condition::AsPath(test) => Cond::Path(self.path(&test.value, test.span)),
            Condition::AsPathLength { hops, unique: false } => Cond::Path(self.path_length(hops)),
            Condition::AsPathLength { hops, unique: true } => Cond::Opaque(unique_hops(hops)),
            Condition::LocalPreference(range) => Cond::LocalPreference(range.clone()),
            Condition::Med(range) => Cond::Med(
                range.clone(),
                opaque(
                    Key::Outside(format!("MED {range:?}")),
                    None,
                    "the MED that is received",
                ),
            ),
            Condition::Origin(origin) => Cond::Opaque(opaque(
                Key::Outside(format!("origin {origin:?}")),
                None,
                "the origin that is received",
            )),
            Condition::Family(family) => Cond::Constant(*family == self.family),
            Condition::PolicyList { name } => match self.device.policy_lists.get(&name.value) {
                Some(list) => Cond::All(vec![
                    self.condition(&list.condition),
                    Cond::Constant(list.verdict == Verdict::Accept),
                ]),
                None => Cond::Opaque(missing("policy list", name)),
            },
            Condition::Policy { chain, default } => Cond::Policy {
                chain: self.expressions(chain),
                default: *default,
                edits: may_edit(self.device, chain),
            },
            Condition::Constant(_) if self.world == (World::Any { facts: false }) => {
                self.facts += 1;
                let key = Key::Outside(format!("session {}", self.facts));
                Cond::Opaque(opaque(key, None, "where the route comes from"))
            }
            Condition::Constant(value) => Cond::Constant(*value),
            Condition::Protocol(protocol) if self.world != World::Session => Cond::Opaque(opaque(
                Key::Outside(format!("protocol {protocol:?}")),
                None,
                "where the route comes from",
            )),
            // Questions are about routes that arrived on a session.
            Condition::Protocol(protocol) => Cond::Constant(*protocol == Protocol::Bgp),
            // Two lines that ask for the same thing may ask for different values of it.
            Condition::Undecidable { span, on } if self.world != World::Session => {
                Cond::Opaque(place(*span, &format!("it depends on {on}")))
            }
            Condition::Undecidable { span, on } => Cond::Opaque(opaque(
                Key::Outside(on.clone()),
                Some(*span),
                format!("it depends on {on}"),
            )),
            Condition::Unsupported(span) => Cond::Opaque(place(*span, "this line is not interpreted")),
        };
        match crate::matching::sees_attributes(condition) {
            true => Cond::Attribute(Box::new(compiled), format!("{condition:?}")),
            false => compiled,
        }
    }

    pub(super) fn path(&mut self, test: &AsPathTest, span: Span) -> PathTest {
        let range = |r: &RangeInclusive<u32>| match r.start() == r.end() {
            true => r.start().to_string(),
            false => format!("[{}-{}]", r.start(), r.end()),
        };
        let tokens =
            |compiler: &mut Self, text: String| compiler.path_expression(&text, RegexSyntax::AsTokens);
        let compiled = match test {
            AsPathTest::Regex { expression, syntax } => self.path_expression(expression, *syntax),
            AsPathTest::PassesThrough(r) => tokens(self, format!(".* {} .*", range(r))),
            AsPathTest::Neighbor(r) => tokens(self, format!("{} .*", range(r))),
            AsPathTest::Origin(r) => tokens(self, format!(".* {}", range(r))),
            AsPathTest::Length { hops, unique: false } => Some(self.path_length(hops)),
            AsPathTest::Length { hops, unique: true } => Some(PathTest::Opaque(unique_hops(hops))),
            AsPathTest::Any(tests) => Some(PathTest::Any(tests.iter().map(|t| self.path(t, span)).collect())),
            AsPathTest::All(tests) => Some(PathTest::All(tests.iter().map(|t| self.path(t, span)).collect())),
            AsPathTest::Not(test) => Some(PathTest::Not(Box::new(self.path(test, span)))),
            AsPathTest::Unsupported => None,
        };
        compiled.unwrap_or_else(|| PathTest::Opaque(place(span, "this is not interpreted")))
    }

    fn path_length(&mut self, hops: &RangeInclusive<u32>) -> PathTest {
        let (min, max) = (*hops.start(), *hops.end());
        let text = if max >= 255 {
            format!(".{{{min},}}")
        } else {
            format!(".{{{min},{max}}}")
        };
        self.path_expression(&text, RegexSyntax::AsTokens)
            .unwrap_or_else(|| {
                PathTest::Opaque(opaque(
                    Key::Outside(format!("AS-path length {text}")),
                    None,
                    "the AS-path length",
                ))
            })
    }

    pub(super) fn path_expression(&mut self, text: &str, syntax: RegexSyntax) -> Option<PathTest> {
        let key = (text.to_owned(), syntax);
        if let Some(&at) = self.path_index.get(&key) {
            return Some(PathTest::Expression(at));
        }
        let expression = self
            .judge
            .matcher()
            .expression(text, syntax, Subject::AsPath, false)?;
        self.path_expressions.push(expression);
        self.path_index.insert(key, self.path_expressions.len() - 1);
        Some(PathTest::Expression(self.path_expressions.len() - 1))
    }

    /// What the list says of a route without large communities, where that is known.
    fn large_without_any(&self, list: &CommunityList, how: CommunityMatch) -> Option<bool> {
        let mut guesses = Guesses::default();
        let holds = self
            .judge
            .matcher()
            .large_list(list, how, &BTreeSet::new(), &mut guesses);
        guesses.because().is_empty().then_some(holds)
    }
}

/// Whether a policy that the chain reaches has an action.
fn may_edit(device: &Device, chain: &[PolicyExpression]) -> bool {
    let mut open: Vec<&PolicyExpression> = chain.iter().collect();
    let mut known: HashSet<&str> = HashSet::new();
    while let Some(expression) = open.pop() {
        match expression {
            PolicyExpression::Policy(name) => {
                let policy = known
                    .insert(&name.value)
                    .then(|| device.policies.get(&name.value));
                for statement in policy.flatten().iter().flat_map(|policy| &policy.statements) {
                    if !statement.actions.is_empty() {
                        return true;
                    }
                    chains(device, &statement.condition, &mut open);
                }
            }
            PolicyExpression::And(parts) | PolicyExpression::Or(parts) => open.extend(parts),
            PolicyExpression::Not(part) => open.push(part),
            PolicyExpression::Unsupported(_) => {}
        }
    }
    false
}

/// The chains that a condition runs.
fn chains<'a>(device: &'a Device, condition: &'a Condition, found: &mut Vec<&'a PolicyExpression>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| chains(device, part, found));
        }
        Condition::Not(part) => chains(device, part, found),
        Condition::PolicyList { name } => {
            if let Some(list) = device.policy_lists.get(&name.value) {
                chains(device, &list.condition, found);
            }
        }
        Condition::Policy { chain, .. } => found.extend(chain),
        _ => {}
    }
}

fn unique_hops(hops: &RangeInclusive<u32>) -> Opaque {
    opaque(
        Key::Outside(format!("unique hops {hops:?}")),
        None,
        "the number of distinct ASes",
    )
}
