//! Which statements of a policy any route can reach, and which statements take the routes of the others.
//!
//! The policy is walked for every route there is: any prefix, any communities, any AS path, and both ways where
//! something is not known. A statement that no way executes is dead, whoever attaches the policy.

use std::collections::{BTreeSet, HashSet};

use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::network::Device;
use pairlint_model::policy::{
    ChainDefault, NumberEdit, Outcome, PolicyChain, PolicyExpression, RoutePolicy, Verdict,
};
use rustc_hash::FxBuildHasher;

use super::{Prefixes, Question, Run};
use crate::bits::Bits;
use crate::compile::compile;
use crate::expressions::PathLanguage;
use crate::judge::{FUEL, Judge};
use crate::prefixes::PrefixSet;
use crate::program::{Act, Cond, Others, Policy, Program, World};

/// What is known about how routes come to a statement, or to an entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Some route does, or may.
    Reached,
    /// No route does: those that meet it are all taken by these before it, by index and in order.
    Taken(Vec<usize>),
    /// No route meets it, whatever stands before it.
    Never,
    /// Not decided within the budget.
    Undecided,
}

impl Fate {
    /// What two worlds together come to, the address families or two readings of one text.
    #[must_use]
    pub fn and(self, other: Fate) -> Fate {
        match (self, other) {
            (Fate::Reached, _) | (_, Fate::Reached) => Fate::Reached,
            (Fate::Undecided, _) | (_, Fate::Undecided) => Fate::Undecided,
            (Fate::Never, fate) | (fate, Fate::Never) => fate,
            (Fate::Taken(mut by), Fate::Taken(more)) => {
                by.extend(more);
                by.sort_unstable();
                by.dedup();
                Fate::Taken(by)
            }
        }
    }
}

/// Decides for each statement of a policy whether any route at all reaches it.
///
/// With `session_facts`, what the sessions of the file say about a route holds (it came by BGP); else it may hold or
/// not. `work` is what may be spent, in statements that are examined, and is reduced by what was.
pub fn statement_fates(
    device: &Device,
    policy: &RoutePolicy,
    session_facts: bool,
    work: &mut u64,
) -> Vec<Fate> {
    let chain = PolicyChain {
        filters: Vec::new(),
        policies: vec![PolicyExpression::Policy(policy.name.clone())],
        default: ChainDefault {
            verdict: Some(Verdict::Reject),
            reason: "",
            span: None,
        },
    };
    let path = PathLanguage {
        first: Vec::new(),
        without: Vec::new(),
        open: true,
    };
    let question = Question {
        prefixes: Prefixes::Exactly(&[]),
        present: &[],
        optional: &[],
        others: Others::Any,
        path: &path,
    };
    let mut fates = vec![Fate::Never; policy.statements.len()];
    // Both families need the same expressions.
    let judge = Judge::new(device);
    for family in Family::BOTH {
        let bases = [PrefixSet::all(family)];
        let world = World::Any { facts: session_facts };
        let program = compile(
            judge.clone(),
            &chain,
            family,
            &bases,
            &BTreeSet::new(),
            Others::Any,
            world,
        );
        let found = Reach::of(&program, &question, &policy.name.value, work);
        for (fate, found) in fates.iter_mut().zip(found.unwrap_or_default()) {
            *fate = std::mem::replace(fate, Fate::Undecided).and(found);
        }
    }
    fates
}

/// The walk over one policy in one address family.
struct Reach<'p, 'q, 'w> {
    run: Run<'p, 'q>,
    policy: &'p Policy,
    /// Every class, with a route of it; statements that cannot hold are left out of its key.
    classes: Vec<(Bits, IpNet)>,
    work: &'w mut u64,
}

impl<'p, 'q, 'w> Reach<'p, 'q, 'w> {
    fn of(
        program: &'p Program<'p>,
        question: &'q Question<'q>,
        name: &str,
        work: &'w mut u64,
    ) -> Option<Vec<Fate>> {
        let span = program.judge.device().policies.get(name)?.name.span;
        let policy = program.policies.iter().find(|policy| policy.name == span)?;
        let mut run = Run::new(program, question);
        let mask = run.possible_columns();
        let mut seen: HashSet<Bits, FxBuildHasher> = HashSet::default();
        let mut classes = Vec::new();
        for (class, full) in program.keys.iter().enumerate() {
            let mut key = Bits::new(program.columns);
            full.common(&mask, &mut key);
            if seen.insert(key.clone()) {
                classes.push((key, program.classes.sample(class)));
            }
        }
        let reach = Reach {
            run,
            policy,
            classes,
            work,
        };
        Some(reach.fates())
    }

    fn fates(mut self) -> Vec<Fate> {
        let first = self.policy.column;
        let steps = self.policy.steps.len();
        let cut = cut(self.policy);
        // What stands behind a statement that takes everything needs no search.
        let searched = cut.map_or(steps, |cut| cut + 1);
        let decidable = decidable(self.run.program) && !self.run.program.incomplete;
        let mut open = Bits::new(self.run.program.columns);
        (first..first + searched).for_each(|column| open.insert(column));
        let proven = decidable && self.discover(&mut open);
        let mut fates = Vec::with_capacity(steps);
        for at in 0..steps {
            fates.push(match cut {
                _ if at < searched && !open.contains(first + at) => Fate::Reached,
                _ if at < searched && !proven => Fate::Undecided,
                Some(cut) if at > cut => match self.policy.steps.get(at) {
                    Some(step) if self.run.may_hold(&step.condition).0 => Fate::Taken(vec![cut]),
                    _ => Fate::Never,
                },
                _ => self.takers(at),
            });
        }
        fates
    }

    /// What a statement counts as: an expression over the whole text is walked over all communities.
    fn weight(&self) -> u64 {
        if self.run.program.whole_texts { 64 } else { 1 }
    }

    /// Strikes out the columns that some route reaches. Returns whether the rest is proven to be dead.
    fn discover(&mut self, open: &mut Bits) -> bool {
        let (first, end) = (self.policy.column, self.policy.column + self.policy.steps.len());
        for (key, _) in &self.classes {
            let mut key = key.clone();
            // Behind the last open statement nothing matters.
            let last = open.iter().last().unwrap_or(first);
            (last + 1..end).for_each(|column| key.remove(column));
            if !open.meets(&key) {
                continue;
            }
            loop {
                self.run.run(&key);
                let cost = u64::from(FUEL - self.run.fuel) + 1;
                *self.work = self.work.saturating_sub(cost * self.weight());
                let news = self.run.executed.iter().any(|&column| open.contains(column));
                if news && self.run.path().is_some() {
                    self.run.executed.iter().for_each(|&column| open.remove(column));
                    if !open.meets(&key) {
                        self.run.undo_all();
                        break;
                    }
                }
                if self.run.spent || *self.work == 0 {
                    self.run.undo_all();
                    return false;
                }
                if !self.run.back() {
                    break;
                }
            }
        }
        true
    }

    /// For a statement that no route reaches: which statements take those that would meet it.
    fn takers(&mut self, at: usize) -> Fate {
        let (first, end) = (self.policy.column, self.policy.column + self.policy.steps.len());
        let Some(step) = self.policy.steps.get(at) else {
            return Fate::Undecided;
        };
        let mut by = BTreeSet::new();
        let mut seen: HashSet<Bits, FxBuildHasher> = HashSet::default();
        for (key, _) in &self.classes {
            if !key.contains(first + at) {
                continue;
            }
            let mut key = key.clone();
            (first + at..end).for_each(|column| key.remove(column));
            if !seen.insert(key.clone()) {
                continue;
            }
            loop {
                self.run.fuel = FUEL;
                self.run.edited = false;
                self.run.prepended = false;
                self.run.poisoned = None;
                self.run.local_preference = None;
                self.run.active.clear();
                let meets = self.run.holds(&step.condition, &key, false);
                let mut cost = u64::from(FUEL - self.run.fuel) + 1;
                if meets {
                    self.run.run(&key);
                    cost += u64::from(FUEL - self.run.fuel);
                    let mut own = self
                        .run
                        .executed
                        .iter()
                        .filter(|&&column| (first..end).contains(&column));
                    // The last one executed led the route away.
                    if let Some(&taker) = own.next_back()
                        && !by.contains(&(taker - first))
                        && self.run.path().is_some()
                    {
                        by.insert(taker - first);
                    }
                }
                *self.work = self.work.saturating_sub(cost * self.weight());
                if self.run.spent || *self.work == 0 {
                    self.run.undo_all();
                    return match by.is_empty() {
                        true => Fate::Undecided,
                        false => Fate::Taken(by.into_iter().collect()),
                    };
                }
                if !self.run.back() {
                    break;
                }
            }
        }
        match by.is_empty() {
            true => Fate::Never,
            false => Fate::Taken(by.into_iter().collect()),
        }
    }
}

/// The first statement that takes every route that comes to it, where none goes past it.
fn cut(policy: &Policy) -> Option<usize> {
    let mut furthest = 0;
    for (at, step) in policy.steps.iter().enumerate() {
        let ends = matches!(
            step.outcome,
            Outcome::Accept | Outcome::Reject | Outcome::NextPolicy | Outcome::EndOfPolicy
        );
        if ends && furthest <= at && always(&step.condition) {
            return Some(at);
        }
        if let Outcome::GoTo(to) = step.outcome {
            furthest = furthest.max(to);
        }
    }
    None
}

fn always(condition: &Cond) -> bool {
    match condition {
        Cond::Constant(value) => *value,
        Cond::All(parts) => parts.iter().all(always),
        Cond::Any(parts) => parts.iter().any(always),
        Cond::Attribute(part, _) => always(part),
        _ => false,
    }
}

/// Whether the guesses of a walk are about one thing each: behind two edits of which one is not followed exactly,
/// the same test may be answered twice.
fn decidable(program: &Program<'_>) -> bool {
    let policies = &program.policies;
    if !policies.iter().any(|policy| policy.sees_sets) {
        return true;
    }
    let mut actions = policies
        .iter()
        .flat_map(|policy| &policy.steps)
        .flat_map(|step| &step.actions);
    !actions.any(|action| match action {
        Act::Poison(_) | Act::LargeEdit => true,
        Act::Set(_) | Act::Add(_) | Act::Delete(_) => program.counts || program.whole_texts,
        Act::Prepend => !program.path_expressions.is_empty(),
        Act::LocalPreference(edit) | Act::Med(edit) => !matches!(edit, NumberEdit::To(_)),
        _ => false,
    })
}
