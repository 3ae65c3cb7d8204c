//! What a chain reaches: its policies, and the communities that can make a difference to them.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use pairlint_model::bgp::{Community, MICROSOFT};
use pairlint_model::network::Device;
use pairlint_model::policy::{
    Action, CommunityMatch, CommunityPattern, CommunityRendering, CommunityTest, Condition, Outcome,
    PolicyChain, PolicyExpression, RegexSyntax, SessionFilter, Statement,
};

use crate::expressions::{Expression, Subject, render_one, representatives};
use crate::judge::Judge;
use crate::program::Others;

/// States that the search for representative communities may visit.
const REPRESENTATIVES: usize = 200_000;
/// Communities that platforms print by name (IANA "BGP Well-known Communities", 2026), and 0:0.
const WELL_KNOWN: [Community; 17] = [
    Community::new(0, 0),
    Community::GRACEFUL_SHUTDOWN,
    Community::ACCEPT_OWN,
    Community::new(65535, 2),
    Community::new(65535, 3),
    Community::new(65535, 4),
    Community::new(65535, 5),
    Community::new(65535, 6),
    Community::new(65535, 7),
    Community::new(65535, 8),
    Community::new(65535, 9),
    Community::BLACKHOLE,
    Community::NO_EXPORT,
    Community::NO_ADVERTISE,
    Community::LOCAL_AS,
    Community::NO_PEER,
    Community::new(65535, 65285),
];
/// Corner values of ranges that are taken up as atoms.
const CORNERS: usize = 4096;

pub(crate) struct Gathered<'a> {
    /// Every policy that can be reached, once.
    pub policies: Vec<&'a str>,
    /// Ascending.
    pub atoms: Vec<Community>,
    /// Unnamed communities may stand beside the named ones.
    pub open: bool,
    /// The search for communities that stand for unnamed ones was given up.
    pub incomplete: bool,
}

pub(crate) fn gather<'a>(
    device: &'a Device,
    chain: &PolicyChain,
    judge: &Judge<'a>,
    communities: &BTreeSet<Community>,
    others: Others,
) -> Gathered<'a> {
    let mut walk = Walk {
        device,
        policies: Vec::new(),
        known: HashSet::new(),
        lists: HashSet::new(),
        literals: communities.clone(),
        patterns: Vec::new(),
        texts: Vec::new(),
        cut: false,
        deletes_cut: false,
        goes_on_after: false,
    };
    for filter in &chain.filters {
        if let SessionFilter::CommunityList { name } = &filter.value {
            walk.list(&name.value);
        }
    }
    walk.expressions(&chain.policies);
    let mut next = 0;
    while let Some(policy) = walk
        .policies
        .get(next)
        .and_then(|name| device.policies.get(*name))
    {
        for statement in &policy.statements {
            walk.condition(&statement.condition);
            statement
                .actions
                .iter()
                .for_each(|action| walk.action(&action.value));
            walk.deletion(statement);
        }
        next += 1;
    }
    let Walk {
        policies,
        literals,
        patterns,
        texts,
        cut,
        deletes_cut,
        goes_on_after,
        ..
    } = walk;
    // An expression that sees communities cut short tells unnamed ones apart that are one class to all others.
    let cut = cut || deletes_cut && (goes_on_after || policies.len() > 1);
    let mut incomplete = false;
    let unnamed = match others {
        Others::None => Vec::new(),
        Others::NotMicrosoft => stand_ins(
            judge,
            &literals,
            &patterns,
            &texts,
            Some(MICROSOFT.0 as u16),
            &mut incomplete,
        ),
        Others::Any => stand_ins(judge, &literals, &patterns, &texts, None, &mut incomplete),
    };
    incomplete |= cut && others != Others::None;
    let atoms: Vec<Community> = literals
        .iter()
        .copied()
        .chain(unnamed.iter().copied())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    Gathered {
        policies,
        atoms,
        open: others != Others::None,
        incomplete,
    }
}

/// Communities that stand for all that are not named: one for each answer vector of the patterns, and a low
/// and a high one that no pattern means (an expression over the whole text can tell what comes first).
fn stand_ins(
    judge: &Judge<'_>,
    literals: &BTreeSet<Community>,
    patterns: &[&CommunityPattern],
    texts: &[(&str, RegexSyntax)],
    exclude: Option<u16>,
    incomplete: &mut bool,
) -> Vec<Community> {
    let matcher = judge.matcher();
    let mut expressions: Vec<Rc<Expression>> = Vec::new();
    let (mut asns, mut values) = (BTreeSet::new(), BTreeSet::new());
    for pattern in patterns {
        match pattern {
            CommunityPattern::Text {
                expression,
                syntax,
                anchored,
            } => {
                expressions.extend(matcher.expression(expression, *syntax, Subject::OneCommunity, *anchored));
            }
            CommunityPattern::Halves { asn, value, syntax } => {
                let both = format!("({asn}):({value})");
                expressions.extend(matcher.expression(&both, *syntax, Subject::OneCommunity, true));
            }
            CommunityPattern::Range { asn, value } => {
                let edges = |r: &std::ops::RangeInclusive<u16>, into: &mut BTreeSet<u16>| {
                    into.extend([
                        *r.start(),
                        *r.end(),
                        r.start().saturating_sub(1),
                        r.end().saturating_add(1),
                    ]);
                };
                edges(asn, &mut asns);
                edges(value, &mut values);
            }
            _ => {}
        }
    }
    for (text, syntax) in texts {
        expressions.extend(matcher.expression(text, *syntax, Subject::OneCommunity, false));
    }
    let allowed = |community: &Community| Some(community.asn) != exclude && !literals.contains(community);
    let plain: Vec<&Expression> = expressions.iter().map(Rc::as_ref).collect();
    let classes = representatives(&plain, exclude, literals, REPRESENTATIVES);
    *incomplete = classes.is_none();
    let mut found: Vec<Community> = classes.unwrap_or_default();
    let corners = asns
        .iter()
        .flat_map(|&asn| values.iter().map(move |&value| Community::new(asn, value)));
    found.extend(corners.take(CORNERS).filter(allowed));
    let unmet = |community: &Community| {
        let text = render_one(*community, CommunityRendering::Numbers);
        allowed(community) && !plain.iter().any(|expression| expression.is_match(&text))
    };
    found.extend((1..2000).map(|n| Community::new(n, 1)).find(unmet));
    found.extend((1..2000).map(|n| Community::new(65500 - n, 65000)).find(unmet));
    found
}

struct Walk<'a, 'w> {
    device: &'a Device,
    policies: Vec<&'a str>,
    known: HashSet<&'a str>,
    lists: HashSet<&'a str>,
    literals: BTreeSet<Community>,
    patterns: Vec<&'w CommunityPattern>,
    texts: Vec<(&'w str, RegexSyntax)>,
    /// A condition tells unnamed communities apart that stand for one another.
    cut: bool,
    /// A deletion does; it matters where something looks at the route afterwards.
    deletes_cut: bool,
    goes_on_after: bool,
}

impl<'a: 'w, 'w> Walk<'a, 'w> {
    fn expressions(&mut self, policies: &[PolicyExpression]) {
        for policy in policies {
            match policy {
                PolicyExpression::Policy(name) => self.policy(&name.value),
                PolicyExpression::And(parts) | PolicyExpression::Or(parts) => self.expressions(parts),
                PolicyExpression::Not(part) => self.expressions(std::slice::from_ref(part)),
                PolicyExpression::Unsupported(_) => {}
            }
        }
    }

    fn policy(&mut self, name: &str) {
        if let Some((name, _)) = self.device.policies.get_key_value(name)
            && self.known.insert(name)
        {
            self.policies.push(name);
        }
    }

    fn condition(&mut self, condition: &'a Condition) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|part| self.condition(part))
            }
            Condition::Not(part) => self.condition(part),
            Condition::CommunityList { name, how } => {
                self.list(&name.value);
                if *how == CommunityMatch::AnyValue {
                    let list = self.device.community_lists.get(&name.value);
                    let entries = list.map_or(&[][..], |list| list.entries.as_slice());
                    let first = entries.first().map(|entry| entry.verdict);
                    let mixed = entries.iter().any(|entry| Some(entry.verdict) != first);
                    self.cut |= mixed || self.has_text(&name.value);
                }
            }
            Condition::Community(test) => self.test(&test.value),
            Condition::Policy { chain, .. } => self.expressions(chain),
            Condition::PolicyList { name } => {
                if let Some(list) = self.device.policy_lists.get(&name.value) {
                    self.condition(&list.condition);
                }
            }
            _ => {}
        }
    }

    fn has_text(&self, name: &str) -> bool {
        let list = self.device.community_lists.get(name);
        list.is_some_and(|list| {
            list.entries
                .iter()
                .any(|entry| matches!(entry.test, CommunityTest::Text(_)))
        })
    }

    fn deletion(&mut self, statement: &Statement) {
        let cut = statement.actions.iter().any(|action| match &action.value {
            Action::DeleteMeantCommunities { name, .. } => self.has_text(&name.value),
            _ => false,
        });
        self.deletes_cut |= cut;
        self.goes_on_after |= cut && !matches!(statement.outcome, Outcome::Accept | Outcome::Reject);
    }

    fn list(&mut self, name: &str) {
        if let Some((name, list)) = self.device.community_lists.get_key_value(name)
            && self.lists.insert(name)
        {
            list.entries.iter().for_each(|entry| self.test(&entry.test));
        }
    }

    fn test(&mut self, test: &'a CommunityTest) {
        match test {
            CommunityTest::Line(patterns) => {
                for pattern in patterns {
                    match &pattern.value {
                        CommunityPattern::Exactly(community) => {
                            self.literals.insert(*community);
                        }
                        other => self.patterns.push(other),
                    }
                }
            }
            CommunityTest::Text(regex) => {
                self.texts.push((&regex.value.expression, regex.value.syntax));
                // Names are spelled by no number automaton; each named value is an atom of its own.
                if matches!(regex.value.rendering, CommunityRendering::Names(_)) {
                    self.literals.extend(WELL_KNOWN);
                }
            }
            CommunityTest::All(tests) | CommunityTest::Any(tests) => tests.iter().for_each(|t| self.test(t)),
            CommunityTest::Not(test) => self.test(test),
            CommunityTest::Always | CommunityTest::Empty | CommunityTest::Unsupported(_) => {}
        }
    }

    fn action(&mut self, action: &'a Action) {
        match action {
            Action::SetCommunities(set) | Action::AddCommunities(set) => self.literals.extend(set),
            Action::DeleteCommunityList { name }
            | Action::DeleteMeantCommunities { name, .. }
            | Action::KeepCommunityList { name } => {
                self.list(&name.value);
            }
            Action::DeleteCommunities(patterns) | Action::KeepCommunities(patterns) => {
                for pattern in patterns {
                    match pattern {
                        CommunityPattern::Exactly(community) => {
                            self.literals.insert(*community);
                        }
                        other => self.patterns.push(other),
                    }
                }
            }
            Action::Call { policy, .. } => self.policy(&policy.value),
            _ => {}
        }
    }
}
