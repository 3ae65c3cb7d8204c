//! From the model to a [`Program`]: names are resolved, platform facts and implicit endings put in place.

mod communities;
mod conditions;
mod prefixes;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use pairlint_model::bgp::{Community, Family};
use pairlint_model::network::Device;
use pairlint_model::policy::{
    Action, Call, CommunityMatch, CommunityRendering, Condition, ListFamily, PolicyChain, PolicyExpression,
    PrefixMatch, RegexSyntax, SessionFilter, Truth,
};
use pairlint_model::source::{Span, Spanned};
use rustc_hash::FxHashMap;

use crate::bits::Bits;
use crate::expressions::Expression;
use crate::gather::{Gathered, gather};
use crate::guesses::{Guesses, Key};
use crate::judge::Judge;
use crate::prefixes::{Classes, PrefixSet};
use crate::program::{
    Act, Cond, Expr, Opaque, Others, Policy, PrefixLeaf, Program, Step, Test, Words, World,
};
use crate::route::Because;

pub(crate) fn compile<'a>(
    judge: Judge<'a>,
    chain: &'a PolicyChain,
    family: Family,
    bases: &[PrefixSet],
    communities: &BTreeSet<Community>,
    others: Others,
    world: World,
) -> Program<'a> {
    let device = judge.device();
    let gathered = gather(device, chain, &judge, communities, others);
    let mut compiler = Compiler {
        device,
        family,
        judge: &judge,
        index: gathered
            .policies
            .iter()
            .enumerate()
            .map(|(i, &name)| (name, i))
            .collect(),
        gathered: &gathered,
        prefix_leaves: Vec::new(),
        prefix_index: HashMap::new(),
        community_leaves: Vec::new(),
        community_index: HashMap::new(),
        path_expressions: Vec::new(),
        path_index: HashMap::new(),
        patterns: Vec::new(),
        pattern_index: HashMap::new(),
        renderings: HashMap::new(),
        counts: false,
        whole_texts: false,
        community_edits: false,
        column: 0,
        world,
        facts: 0,
    };
    let filters = chain
        .filters
        .iter()
        .map(|f| (f.span, compiler.filter(&f.value, f.span)))
        .collect();
    let expressions = compiler.expressions(&chain.policies);
    let policies: Vec<Policy> = gathered
        .policies
        .iter()
        .filter_map(|name| compiler.policy(name))
        .collect();
    let Compiler {
        prefix_leaves,
        community_leaves,
        path_expressions,
        patterns,
        counts,
        whole_texts,
        ..
    } = compiler;
    let edits_seen = compiler.community_edits && policies.iter().any(|policy| policy.sees_sets);
    let (columns, leaf_column) = (compiler.column + 2 * prefix_leaves.len(), compiler.column);

    let sets: Vec<&PrefixSet> = bases
        .iter()
        .chain(
            prefix_leaves
                .iter()
                .flat_map(|leaf| [&leaf.accepted, &leaf.uncertain]),
        )
        .collect();
    let classes = Classes::of(family, &sets);
    let keys = keys(&classes, bases.len(), &policies, columns, leaf_column);
    let default_opaque = Opaque {
        key: Key::Fact("default"),
        because: Because {
            span: chain.default.span,
            text: chain.default.reason.to_owned(),
        },
    };
    let atoms = gathered.atoms.clone();
    let signatures = signatures(atoms.len(), &patterns);
    Program {
        chain,
        family,
        policies,
        filters,
        expressions,
        default_opaque,
        prefix_leaves,
        community_leaves,
        path_expressions,
        atoms,
        patterns,
        signatures,
        incomplete: gathered.incomplete,
        any_route: world != World::Session,
        unset_local_preference_is_100: device.platform.unset_local_preference_is_100,
        counts,
        whole_texts,
        edits_seen,
        classes,
        keys,
        columns,
        leaf_column,
        bases: bases.len(),
        judge,
    }
}

/// Numbers the atoms so that those which meet the same patterns have the same number: each pattern parts its
/// members from the others.
fn signatures(atoms: usize, patterns: &[Bits]) -> Vec<u32> {
    let mut numbers = vec![0; atoms];
    let mut fresh = 0;
    let mut parted = FxHashMap::default();
    for pattern in patterns {
        parted.clear();
        for at in pattern.iter() {
            if let Some(number) = numbers.get_mut(at) {
                *number = *parted.entry(*number).or_insert_with(|| {
                    fresh += 1;
                    fresh
                });
            }
        }
    }
    numbers
}

/// For each class, which statements' prefix parts may hold and what each prefix leaf says.
fn keys(
    classes: &Classes,
    bases: usize,
    policies: &[Policy],
    columns: usize,
    leaf_column: usize,
) -> Vec<Bits> {
    let needs: Vec<(usize, Vec<usize>)> = policies
        .iter()
        .flat_map(|policy| {
            policy
                .steps
                .iter()
                .enumerate()
                .map(move |(i, step)| (policy.column + i, &step.condition))
        })
        .map(|(column, condition)| {
            (
                column,
                if condition.edits() {
                    Vec::new()
                } else {
                    plain_prefix_leaves(condition)
                },
            )
        })
        .collect();
    // Statements without a prefix part hold for every class; the others are found by their first leaf.
    let mut always = Bits::new(columns);
    let mut by_leaf: HashMap<usize, Vec<usize>> = HashMap::new();
    for (i, (column, leaves)) in needs.iter().enumerate() {
        match leaves.first() {
            None => always.insert(*column),
            Some(&first) => by_leaf.entry(first).or_default().push(i),
        }
    }
    (0..classes.len())
        .map(|class| {
            let mut key = always.clone();
            let leaves = classes
                .members(class)
                .iter()
                .filter_map(|&set| (set as usize).checked_sub(bases));
            leaves.clone().for_each(|leaf| key.insert(leaf_column + leaf));
            let may = |key: &Bits, leaf: usize| {
                key.contains(leaf_column + 2 * leaf) || key.contains(leaf_column + 2 * leaf + 1)
            };
            for leaf in leaves.map(|set| set / 2) {
                for &i in by_leaf.get(&leaf).map_or(&[][..], Vec::as_slice) {
                    let (column, needed) = &needs[i];
                    if needed.iter().all(|&leaf| may(&key, leaf)) {
                        key.insert(*column);
                    }
                }
            }
            key
        })
        .collect()
}

/// The prefix leaves that must hold for the condition to hold.
fn plain_prefix_leaves(condition: &Cond) -> Vec<usize> {
    match condition {
        Cond::Prefix(leaf) => vec![*leaf],
        Cond::All(parts) => parts.iter().flat_map(plain_prefix_leaves).collect(),
        _ => Vec::new(),
    }
}

struct Compiler<'c, 'a> {
    device: &'a Device,
    family: Family,
    judge: &'c Judge<'a>,
    gathered: &'c Gathered<'a>,
    index: HashMap<&'a str, usize>,
    prefix_leaves: Vec<PrefixLeaf>,
    prefix_index: HashMap<(u8, String), usize>,
    community_leaves: Vec<Test>,
    community_index: HashMap<(CommunityMatch, String), usize>,
    path_expressions: Vec<Rc<Expression>>,
    path_index: HashMap<(String, RegexSyntax), usize>,
    patterns: Vec<Bits>,
    pattern_index: HashMap<Bits, usize>,
    renderings: HashMap<CommunityRendering, Rc<Words>>,
    counts: bool,
    whole_texts: bool,
    community_edits: bool,
    column: usize,
    world: World,
    /// Facts about sessions that were taken as not known; each by itself.
    facts: u32,
}

impl<'a> Compiler<'_, 'a> {
    fn policy(&mut self, name: &str) -> Option<Policy> {
        let policy = self.device.policies.get(name)?;
        let column = self.column;
        self.column += policy.statements.len();
        let steps = policy
            .statements
            .iter()
            .map(|statement| Step {
                head: statement.head,
                condition: self.condition(&statement.condition),
                actions: statement
                    .actions
                    .iter()
                    .filter_map(|action| self.action(action))
                    .collect(),
                outcome: statement.outcome,
            })
            .collect();
        Some(Policy {
            name: policy.name.span,
            column,
            steps,
            sees_sets: policy.sees_sets,
            failed_match_rejects_pending: policy.failed_match_rejects_pending,
            end: policy.end,
            end_opaque: opaque(
                Key::Place(policy.name.span),
                Some(policy.name.span),
                format!("how policy `{name}` ends is not known"),
            ),
        })
    }

    fn expressions(&mut self, policies: &[PolicyExpression]) -> Vec<Expr> {
        policies.iter().map(|policy| self.expression(policy)).collect()
    }

    fn expression(&mut self, expression: &PolicyExpression) -> Expr {
        match expression {
            PolicyExpression::Policy(name) => match self.index.get(name.value.as_str()) {
                Some(&at) => Expr::Policy(at),
                None => Expr::Undefined(
                    self.device.platform.undefined_policy_accepts,
                    opaque(
                        Key::Undefined("policy", name.value.clone()),
                        Some(name.span),
                        format!(
                            "what the platform does with the undefined policy `{}`",
                            name.value
                        ),
                    ),
                    name.span,
                ),
            },
            PolicyExpression::And(parts) => Expr::And(self.expressions(parts)),
            PolicyExpression::Or(parts) => Expr::Or(self.expressions(parts)),
            PolicyExpression::Not(part) => Expr::Not(Box::new(self.expression(part))),
            PolicyExpression::Unsupported(span) => {
                Expr::Opaque(place(*span, "this policy expression is not interpreted"))
            }
        }
    }

    fn filter(&mut self, filter: &SessionFilter, span: Span) -> Cond {
        let platform = &self.device.platform;
        let undefined =
            |name: &Spanned<String>| truth(platform.undefined_session_filter_passes, missing("filter", name));
        match filter {
            SessionFilter::PrefixList { name, family } => match self.device.prefix_list(*family, &name.value)
            {
                _ if is_other(*family, self.family) => Cond::Constant(true),
                None => undefined(name),
                Some(list) if list.entries.is_empty() => truth(
                    platform.empty_session_filter_passes,
                    opaque(
                        Key::Undefined("empty filter", name.value.clone()),
                        Some(name.span),
                        format!("what the platform does with the empty list `{}`", name.value),
                    ),
                ),
                Some(_) => self.prefix_list(name, *family, PrefixMatch::Listed),
            },
            SessionFilter::AsPathList { name } => match self.device.as_path_lists.contains_key(&name.value) {
                true => self.condition(&Condition::AsPathList { name: name.clone() }),
                false => undefined(name),
            },
            SessionFilter::AccessList { name, family } => match self.device.access_list(*family, &name.value)
            {
                Some(list) if !list.entries.is_empty() => self.condition(&Condition::AccessList {
                    name: name.clone(),
                    family: *family,
                }),
                _ => undefined(name),
            },
            SessionFilter::CommunityList { name } => {
                match self.device.community_lists.contains_key(&name.value) {
                    true => self.condition(&Condition::CommunityList {
                        name: name.clone(),
                        how: CommunityMatch::Listed,
                    }),
                    false => undefined(name),
                }
            }
            SessionFilter::Unsupported => Cond::Opaque(place(span, "this filter is not interpreted")),
        }
    }

    fn action(&mut self, action: &Spanned<Action>) -> Option<Act> {
        let atom = |community: &Community| self.gathered.atoms.binary_search(community).ok();
        Some(match &action.value {
            Action::SetCommunities(set) => {
                let act = Act::Set(set.iter().filter_map(atom).collect());
                self.community_edits = true;
                act
            }
            Action::AddCommunities(set) => {
                let act = Act::Add(set.iter().filter_map(atom).collect());
                self.community_edits = true;
                act
            }
            Action::DeleteCommunityList { name } => {
                let matcher = self.judge.matcher();
                self.delete(action.span, |community, guesses| {
                    matcher.permits_alone(name, community, guesses)
                })
            }
            Action::DeleteMeantCommunities { name, seen } => {
                let matcher = self.judge.matcher();
                self.delete(action.span, |community, guesses| {
                    matcher.permits_meant(name, community, *seen, guesses)
                })
            }
            Action::DeleteCommunities(patterns) => {
                let matcher = self.judge.matcher();
                self.delete(action.span, |community, guesses| {
                    patterns
                        .iter()
                        .any(|pattern| matcher.means(pattern, action.span, community, guesses))
                })
            }
            Action::KeepCommunityList { name } => {
                let matcher = self.judge.matcher();
                self.delete(action.span, |community, guesses| {
                    !matcher.permits_alone(name, community, guesses)
                })
            }
            Action::KeepCommunities(patterns) => {
                let matcher = self.judge.matcher();
                self.delete(action.span, |community, guesses| {
                    !patterns
                        .iter()
                        .any(|pattern| matcher.means(pattern, action.span, community, guesses))
                })
            }
            Action::SetLargeCommunities(_)
            | Action::AddLargeCommunities(_)
            | Action::DeleteLargeCommunityList { .. }
            | Action::DeleteMeantLargeCommunities { .. } => Act::LargeEdit,
            Action::SetLocalPreference(edit) => Act::LocalPreference(*edit),
            Action::SetMed(edit) => Act::Med(*edit),
            Action::PrependAsPath(_) => Act::Prepend,
            Action::Pending(verdict) => Act::Pending(*verdict),
            Action::Default(verdict) => Act::Default(*verdict),
            Action::Call { policy, kind } => Act::Call {
                policy: self.index.get(policy.value.as_str()).copied(),
                undefined: self.device.platform.undefined_call_accepts,
                opaque: opaque(
                    Key::Undefined("call", policy.value.clone()),
                    Some(policy.span),
                    format!(
                        "what the platform does where it calls the undefined policy `{}`",
                        policy.value
                    ),
                ),
                gate: *kind == Call::Gate,
            },
            Action::SetWeight(_) | Action::SetOrigin(_) | Action::Inert => return None,
            Action::Unsupported => {
                self.community_edits = true;
                Act::Poison(action.span)
            }
        })
    }

    fn delete(&mut self, span: Span, removed: impl Fn(Community, &mut Guesses) -> bool) -> Act {
        self.community_edits = true;
        let mut guesses = Guesses::default();
        let mut bits = Bits::new(self.gathered.atoms.len());
        for (at, &community) in self.gathered.atoms.iter().enumerate() {
            if removed(community, &mut guesses) {
                bits.insert(at);
            }
        }
        if guesses.because().is_empty() {
            Act::Delete(bits)
        } else {
            Act::Poison(span)
        }
    }
}

pub(super) fn is_other(list: ListFamily, family: Family) -> bool {
    list != ListFamily::Both && list != ListFamily::of(family)
}

pub(super) fn opaque(key: Key, span: Option<Span>, text: impl Into<String>) -> Opaque {
    Opaque {
        key,
        because: Because {
            span,
            text: text.into(),
        },
    }
}

pub(super) fn place(span: Span, text: &str) -> Opaque {
    opaque(Key::Place(span), Some(span), text)
}

pub(super) fn outside(what: &str, name: &str, span: Span) -> Opaque {
    opaque(
        Key::Outside(format!("{what} {name}")),
        Some(span),
        format!("which {what} the route carries"),
    )
}

pub(super) fn missing(kind: &'static str, name: &Spanned<String>) -> Opaque {
    opaque(
        Key::Undefined(kind, name.value.clone()),
        Some(name.span),
        format!(
            "what the platform does with the undefined {kind} `{}`",
            name.value
        ),
    )
}

pub(super) fn truth(truth: Truth, opaque: Opaque) -> Cond {
    match truth {
        Truth::Yes => Cond::Constant(true),
        Truth::No => Cond::Constant(false),
        Truth::Unknown => Cond::Opaque(opaque),
    }
}
