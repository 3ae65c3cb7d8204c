//! Which statements can matter to a question at all.

use pairlint_model::policy::Verdict;

use super::Run;
use crate::bits::Bits;
use crate::program::{Cond, Others, Test};

impl Run<'_, '_> {
    /// The columns that can matter for this question: statements whose condition is not already false for
    /// every route of it, and the prefix leaves that those look at.
    pub(super) fn possible_columns(&mut self) -> Bits {
        let mut mask = Bits::new(self.program.columns);
        let leaf = |mask: &mut Bits, leaf: usize| {
            mask.insert(self.program.leaf_column + 2 * leaf);
            mask.insert(self.program.leaf_column + 2 * leaf + 1);
        };
        for (_, condition) in &self.program.filters {
            each_prefix_leaf(condition, &mut |at| leaf(&mut mask, at));
        }
        for policy in &self.program.policies {
            let changes = policy.sees_sets && self.program.edits_seen;
            for (i, step) in policy.steps.iter().enumerate() {
                if changes || step.condition.edits() || self.may_hold(&step.condition).0 {
                    mask.insert(policy.column + i);
                    each_prefix_leaf(&step.condition, &mut |at| leaf(&mut mask, at));
                }
            }
        }
        mask
    }

    /// Whether the condition can hold, and whether it can fail, for some route of the question.
    pub(super) fn may_hold(&self, condition: &Cond) -> (bool, bool) {
        match condition {
            Cond::All(parts) => parts
                .iter()
                .map(|part| self.may_hold(part))
                .fold((true, false), |(yes, no), (y, n)| (yes && y, no || n)),
            Cond::Any(parts) => parts
                .iter()
                .map(|part| self.may_hold(part))
                .fold((false, true), |(yes, no), (y, n)| (yes || y, no && n)),
            Cond::Not(part) => {
                let (yes, no) = self.may_hold(part);
                (no, yes)
            }
            Cond::Constant(value) => (*value, !value),
            Cond::Communities(leaf) => self.may_test(&self.program.community_leaves[*leaf]),
            Cond::Attribute(inner, _) => self.may_hold(inner),
            _ => (true, true),
        }
    }

    pub(super) fn may_test(&self, test: &Test) -> (bool, bool) {
        let has = |pattern: usize| {
            let atoms = &self.program.patterns[pattern];
            let sure = atoms.meets(&self.present);
            (sure || atoms.meets(&self.unknown), !sure)
        };
        let both = |parts: &mut dyn Iterator<Item = (bool, bool)>| {
            parts.fold((true, false), |(yes, no), (y, n)| (yes && y, no || n))
        };
        match test {
            Test::Always => (true, false),
            Test::Has(pattern) => has(*pattern),
            Test::Line(patterns) => both(&mut patterns.iter().map(|&at| has(at))),
            Test::Exact(patterns) => (patterns.iter().all(|&at| has(at).0), true),
            Test::All(tests) => both(&mut tests.iter().map(|test| self.may_test(test))),
            Test::Any(tests) => tests
                .iter()
                .map(|test| self.may_test(test))
                .fold((false, true), |(yes, no), (y, n)| (yes || y, no && n)),
            Test::Not(test) => {
                let (yes, no) = self.may_test(test);
                (no, yes)
            }
            Test::List(entries) => {
                let permits = |entry: &&(Verdict, Test)| entry.0 == Verdict::Accept;
                let yes = entries
                    .iter()
                    .filter(permits)
                    .any(|(_, test)| self.may_test(test).0);
                (yes, true)
            }
            Test::OtherKinds(_) if self.question.others == Others::None && !self.program.edits_seen => {
                (false, true)
            }
            _ => (true, true),
        }
    }
}

fn each_prefix_leaf(condition: &Cond, found: &mut impl FnMut(usize)) {
    match condition {
        Cond::Prefix(leaf) => found(*leaf),
        Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|part| each_prefix_leaf(part, found)),
        Cond::Not(part) | Cond::Attribute(part, _) => each_prefix_leaf(part, found),
        _ => {}
    }
}
