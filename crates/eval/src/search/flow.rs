//! One run through the policies, for one prefix class and the decisions so far.

use pairlint_model::policy::{End, Outcome, Verdict};

use super::{Ending, Flow, Overlay, Run};
use crate::bits::Bits;
use crate::guesses::Key;
use crate::judge::{FUEL, edited};
use crate::program::{Act, Expr, Policy, Step};
use crate::route::Because;

impl Run<'_, '_> {
    pub(super) fn run(&mut self, key: &Bits) -> Verdict {
        self.edited = false;
        self.local_preference = None;
        self.med = None;
        self.large_edited = false;
        self.prepended = false;
        self.poisoned = None;
        self.default = None;
        self.decided_by.clear();
        self.executed.clear();
        self.active.clear();
        self.fuel = FUEL;
        for (span, condition) in &self.program.filters {
            if !self.holds(condition, key, false) {
                self.decided_by.push(*span);
                return Verdict::Reject;
            }
        }
        match self.expressions(&self.program.expressions, key) {
            Flow::Accept => Verdict::Accept,
            Flow::Reject => Verdict::Reject,
            Flow::Fall => {
                if let Some(verdict) = self.default {
                    return verdict;
                }
                self.decided_by.extend(self.program.chain.default.span);
                match self.program.chain.default.verdict {
                    Some(verdict) => verdict,
                    None => match self.guess(&self.program.default_opaque) {
                        true => Verdict::Accept,
                        false => Verdict::Reject,
                    },
                }
            }
        }
    }

    pub(super) fn expressions(&mut self, policies: &[Expr], key: &Bits) -> Flow {
        for policy in policies {
            match self.expression(policy, key) {
                Flow::Fall => {}
                decided => return decided,
            }
        }
        Flow::Fall
    }

    pub(super) fn expression(&mut self, expression: &Expr, key: &Bits) -> Flow {
        match expression {
            Expr::Policy(at) => {
                let policy = &self.program.policies[*at];
                let mut pending = None;
                let ending = self.policy(policy, key, &mut pending);
                self.ending(policy, ending, pending)
            }
            Expr::Undefined(truth, opaque, span) => {
                self.decided_by.push(*span);
                if self.truth(*truth, opaque) {
                    Flow::Accept
                } else {
                    Flow::Reject
                }
            }
            Expr::And(parts) => self.until(parts, key, |flow| flow == Flow::Reject),
            Expr::Or(parts) => self.until(parts, key, |flow| flow != Flow::Reject),
            Expr::Not(part) => match self.expression(part, key) {
                Flow::Reject => Flow::Accept,
                Flow::Accept | Flow::Fall => Flow::Reject,
            },
            Expr::Opaque(opaque) => match self.guess(opaque) {
                true => Flow::Accept,
                false => Flow::Reject,
            },
        }
    }

    pub(super) fn until(&mut self, parts: &[Expr], key: &Bits, settled: impl Fn(Flow) -> bool) -> Flow {
        let mut last = Flow::Fall;
        for part in parts {
            last = self.expression(part, key);
            if settled(last) {
                break;
            }
        }
        last
    }

    pub(super) fn ending(&mut self, policy: &Policy, ending: Ending, pending: Option<Verdict>) -> Flow {
        let flow = |verdict| {
            if verdict == Verdict::Accept {
                Flow::Accept
            } else {
                Flow::Reject
            }
        };
        match (ending, pending) {
            (Ending::Decided(verdict), _) | (Ending::EndOfPolicy, Some(verdict)) => flow(verdict),
            (Ending::NextPolicy, _) => Flow::Fall,
            (Ending::EndOfPolicy, None) => {
                if policy.end != End::NextPolicy {
                    self.decided_by.push(policy.name);
                }
                match policy.end {
                    End::Accept => Flow::Accept,
                    End::Reject => Flow::Reject,
                    End::NextPolicy => Flow::Fall,
                    End::Unknown if self.guess(&policy.end_opaque) => Flow::Accept,
                    End::Unknown => Flow::Reject,
                }
            }
        }
    }

    pub(super) fn policy(&mut self, policy: &Policy, key: &Bits, pending: &mut Option<Verdict>) -> Ending {
        let running = self.active.contains(&policy.column) && !policy.steps.is_empty();
        if running || self.fuel == 0 {
            self.spent |= self.fuel == 0;
            let because = || Because {
                span: Some(policy.name),
                text: "a policy calls itself".to_owned(),
            };
            return Ending::Decided(match self.guess_key(&Key::Place(policy.name), because) {
                true => Verdict::Accept,
                false => Verdict::Reject,
            });
        }
        self.active.push(policy.column);
        let ending = self.steps(policy, key, pending);
        self.active.pop();
        ending
    }

    pub(super) fn steps(&mut self, policy: &Policy, key: &Bits, pending: &mut Option<Verdict>) -> Ending {
        let (first, end) = (policy.column, policy.column + policy.steps.len());
        let mut at = first;
        while at < end {
            let next = key.next(at, end);
            let failed = next != Some(at);
            if failed && policy.failed_match_rejects_pending && pending.is_some() {
                *pending = Some(Verdict::Reject);
            }
            let Some(next) = next else { break };
            self.fuel = self.fuel.saturating_sub(1);
            let step = &policy.steps[next - first];
            if !self.holds(&step.condition, key, policy.sees_sets) {
                if policy.failed_match_rejects_pending && pending.is_some() {
                    *pending = Some(Verdict::Reject);
                }
                at = next + 1;
                continue;
            }
            self.decided_by.push(step.head);
            self.executed.push(next);
            for action in &step.actions {
                if let Some(verdict) = self.act(action, key, pending) {
                    return Ending::Decided(verdict);
                }
            }
            match step.outcome {
                Outcome::Accept => return Ending::Decided(Verdict::Accept),
                Outcome::Reject => return Ending::Decided(Verdict::Reject),
                Outcome::Next => at = next + 1,
                Outcome::GoTo(to) => at = (first + to).max(next + 1),
                Outcome::NextPolicy => return Ending::NextPolicy,
                Outcome::EndOfPolicy => return Ending::EndOfPolicy,
                // What is not interpreted may as well let the route go on.
                Outcome::Unknown if self.program.any_route && self.goes_on(step) => at = next + 1,
                Outcome::Unknown => {
                    let because = || Because {
                        span: Some(step.head),
                        text: "what this statement does is not interpreted".into(),
                    };
                    return Ending::Decided(match self.guess_key(&Key::Place(step.head), because) {
                        true => Verdict::Accept,
                        false => Verdict::Reject,
                    });
                }
            }
        }
        Ending::EndOfPolicy
    }

    fn goes_on(&mut self, step: &Step) -> bool {
        let because = || Because {
            span: Some(step.head),
            text: "whether a route goes on from here is not known".into(),
        };
        self.guess_key(&Key::Behind(step.head, "goes on".to_owned()), because)
    }

    pub(super) fn act(&mut self, action: &Act, key: &Bits, pending: &mut Option<Verdict>) -> Option<Verdict> {
        match action {
            Act::Set(_) | Act::Add(_) | Act::Delete(_) if !self.program.edits_seen => {}
            Act::Set(atoms) => {
                self.overlay.clear();
                self.overlay.resize(self.program.atoms.len(), Overlay::Absent);
                atoms.iter().for_each(|&at| self.overlay[at] = Overlay::Present);
                self.edited = true;
            }
            Act::Add(atoms) => {
                self.begin_edit();
                atoms.iter().for_each(|&at| self.overlay[at] = Overlay::Present);
            }
            Act::Delete(atoms) => {
                self.begin_edit();
                atoms.iter().for_each(|at| self.overlay[at] = Overlay::Absent);
            }
            Act::LocalPreference(edit) => {
                self.local_preference = Some(edited(self.local_preference.unwrap_or(100), *edit));
            }
            Act::Med(edit) => {
                self.med = match (edit, self.med) {
                    (pairlint_model::policy::NumberEdit::To(value), _) => Some(*value),
                    (_, known) => known.map(|med| edited(med, *edit)),
                };
            }
            Act::Prepend => self.prepended = true,
            Act::Pending(verdict) => *pending = Some(*verdict),
            Act::Default(verdict) => self.default = Some(*verdict),
            Act::LargeEdit => self.large_edited = true,
            Act::Poison(span) => self.poisoned = Some(*span),
            Act::Call {
                policy: None,
                undefined,
                opaque,
                ..
            } => {
                return (!self.truth(*undefined, opaque)).then_some(Verdict::Reject);
            }
            Act::Call {
                policy: Some(at),
                gate,
                ..
            } => {
                let callee = &self.program.policies[*at];
                if *gate {
                    let mut own = None;
                    let ending = self.policy(callee, key, &mut own);
                    return (self.ending(callee, ending, own) == Flow::Reject).then_some(Verdict::Reject);
                }
                if let Ending::Decided(verdict) = self.policy(callee, key, pending) {
                    return Some(verdict);
                }
            }
        }
        None
    }

    pub(super) fn begin_edit(&mut self) {
        if !self.edited {
            self.overlay.clear();
            self.overlay.resize(self.program.atoms.len(), Overlay::AsReceived);
            self.edited = true;
        }
    }
}
