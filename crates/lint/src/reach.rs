//! What a policy chain uses: the policies it runs, the lists they test, and the communities spelled there.

use std::collections::BTreeSet;

use pairlint_model::bgp::Community;
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    Action, CommunityPattern, CommunityTest, Condition, PolicyChain, PolicyExpression, SessionFilter, Verdict,
};
use pairlint_model::source::{Span, Spanned};

/// Everything that a chain can consult, whatever its conditions.
#[derive(Debug, Default)]
pub struct Reach<'a> {
    /// Policies and lists that are named, defined or not.
    pub used: BTreeSet<Owner>,
    /// Where each is named, in the order in which the walk met them.
    pub references: Vec<Reference>,
    /// Single communities that are spelled out, in lists and in the statements themselves.
    pub literals: Vec<Literal<'a>>,
    /// Tests whose place is known but whose meaning is not.
    pub unsupported: Vec<Span>,
    pub policies: Vec<&'a str>,
}

/// A place where a policy or list is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub target: Owner,
    pub span: Span,
}

/// A community spelled out in a test.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Literal<'a> {
    pub span: Span,
    pub community: Community,
    /// The list, where it stands in one.
    pub list: Option<&'a str>,
    /// What its entry does with a route that carries it.
    pub verdict: Verdict,
}

/// Returns what the chain can consult on the device.
pub fn reach<'a>(device: &'a Device, chain: &'a PolicyChain) -> Reach<'a> {
    reach_all(device, [chain])
}

/// The same for several chains together.
pub fn reach_all<'a>(device: &'a Device, chains: impl IntoIterator<Item = &'a PolicyChain>) -> Reach<'a> {
    let mut walk = Walk {
        device,
        reach: Reach::default(),
        pending: Vec::new(),
    };
    for chain in chains {
        walk.chain(chain);
    }
    // Definitions are visited once each, from a worklist: policies may call one another in a circle.
    while let Some(owner) = walk.pending.pop() {
        walk.definition(&owner);
    }
    walk.reach.literals.sort_unstable();
    walk.reach.literals.dedup();
    walk.reach
}

struct Walk<'a> {
    device: &'a Device,
    reach: Reach<'a>,
    pending: Vec<Owner>,
}

impl<'a> Walk<'a> {
    fn chain(&mut self, chain: &'a PolicyChain) {
        for filter in &chain.filters {
            match &filter.value {
                SessionFilter::PrefixList { name, family } => {
                    self.name(name, |name| Owner::PrefixList(*family, name));
                }
                SessionFilter::AsPathList { name } => self.name(name, Owner::AsPathList),
                SessionFilter::AccessList { name, family } => {
                    self.name(name, |name| Owner::AccessList(*family, name));
                }
                SessionFilter::CommunityList { name } => self.name(name, Owner::CommunityList),
                SessionFilter::Unsupported => self.reach.unsupported.push(filter.span),
            }
        }
        self.expressions(&chain.policies);
    }

    fn expressions(&mut self, expressions: &'a [PolicyExpression]) {
        let mut open: Vec<&PolicyExpression> = expressions.iter().collect();
        while let Some(expression) = open.pop() {
            match expression {
                PolicyExpression::Policy(name) => self.name(name, Owner::Policy),
                PolicyExpression::And(parts) | PolicyExpression::Or(parts) => open.extend(parts),
                PolicyExpression::Not(part) => open.push(part),
                PolicyExpression::Unsupported(span) => self.reach.unsupported.push(*span),
            }
        }
    }

    fn name(&mut self, name: &Spanned<String>, owner: impl FnOnce(String) -> Owner) {
        let target = owner(name.value.clone());
        if self.reach.used.insert(target.clone()) {
            self.pending.push(target.clone());
        }
        self.reach.references.push(Reference {
            target,
            span: name.span,
        });
    }

    fn definition(&mut self, owner: &Owner) {
        match owner {
            Owner::Policy(name) => {
                let Some(policy) = self.device.policies.get(name) else {
                    return;
                };
                self.reach.policies.push(&policy.name.value);
                for statement in &policy.statements {
                    self.condition(&statement.condition);
                    for action in &statement.actions {
                        self.action(action);
                    }
                }
            }
            Owner::CommunityList(name) => {
                let Some((name, list)) = self.device.community_lists.get_key_value(name) else {
                    return;
                };
                for entry in &list.entries {
                    self.community_test(&entry.test, entry.verdict, Some(name));
                }
            }
            Owner::PolicyList(name) => {
                let Some(list) = self.device.policy_lists.get(name) else {
                    return;
                };
                self.condition(&list.condition);
            }
            Owner::PrefixList(..)
            | Owner::LargeCommunityList(_)
            | Owner::ExtendedCommunityList(_)
            | Owner::AsPathList(_)
            | Owner::AccessList(..)
            | Owner::Neighbors(_)
            | Owner::Bgp => {}
        }
    }

    fn condition(&mut self, condition: &'a Condition) {
        let mut open = vec![condition];
        while let Some(condition) = open.pop() {
            match condition {
                Condition::All(parts) | Condition::Any(parts) => open.extend(parts),
                Condition::Not(part) => open.push(part),
                Condition::PrefixList { name, family, .. } => {
                    self.name(name, |name| Owner::PrefixList(*family, name));
                }
                Condition::AccessList { name, family } => {
                    self.name(name, |name| Owner::AccessList(*family, name));
                }
                Condition::CommunityList { name, .. } => self.name(name, Owner::CommunityList),
                Condition::Community(test) => self.community_test(&test.value, Verdict::Accept, None),
                Condition::LargeCommunityList { name, .. } => self.name(name, Owner::LargeCommunityList),
                Condition::ExtendedCommunityList { name, .. } => {
                    self.name(name, Owner::ExtendedCommunityList);
                }
                Condition::AsPathList { name } => self.name(name, Owner::AsPathList),
                Condition::PolicyList { name } => self.name(name, Owner::PolicyList),
                Condition::Policy { chain, .. } => self.expressions(chain),
                Condition::Unsupported(span) => self.reach.unsupported.push(*span),
                Condition::Prefixes(_)
                | Condition::LongestPrefix(_)
                | Condition::CommunityCount(_)
                | Condition::AsPath(_)
                | Condition::AsPathLength { .. }
                | Condition::LocalPreference(_)
                | Condition::Med(_)
                | Condition::Origin(_)
                | Condition::Family(_)
                | Condition::Constant(_)
                | Condition::Protocol(_)
                | Condition::Undecidable { .. } => {}
            }
        }
    }

    fn action(&mut self, action: &'a Spanned<Action>) {
        match &action.value {
            Action::DeleteCommunityList { name }
            | Action::DeleteMeantCommunities { name, .. }
            | Action::KeepCommunityList { name } => {
                self.name(name, Owner::CommunityList);
            }
            Action::DeleteLargeCommunityList { name } | Action::DeleteMeantLargeCommunities { name } => {
                self.name(name, Owner::LargeCommunityList);
            }
            Action::Call { policy, .. } => self.name(policy, Owner::Policy),
            Action::Unsupported => self.reach.unsupported.push(action.span),
            Action::SetCommunities(_)
            | Action::AddCommunities(_)
            | Action::DeleteCommunities(_)
            | Action::KeepCommunities(_)
            | Action::SetLargeCommunities(_)
            | Action::AddLargeCommunities(_)
            | Action::SetLocalPreference(_)
            | Action::SetMed(_)
            | Action::SetWeight(_)
            | Action::SetOrigin(_)
            | Action::PrependAsPath(_)
            | Action::Pending(_)
            | Action::Default(_)
            | Action::Inert => {}
        }
    }

    fn community_test(&mut self, test: &'a CommunityTest, verdict: Verdict, list: Option<&'a str>) {
        let mut open = vec![test];
        while let Some(test) = open.pop() {
            match test {
                CommunityTest::Line(patterns) => {
                    for pattern in patterns {
                        if let CommunityPattern::Exactly(community) = pattern.value {
                            self.reach.literals.push(Literal {
                                span: pattern.span,
                                community,
                                list,
                                verdict,
                            });
                        }
                    }
                }
                CommunityTest::All(parts) | CommunityTest::Any(parts) => open.extend(parts),
                CommunityTest::Not(part) => open.push(part),
                CommunityTest::Unsupported(span) => self.reach.unsupported.push(*span),
                CommunityTest::Always | CommunityTest::Text(_) | CommunityTest::Empty => {}
            }
        }
    }
}
