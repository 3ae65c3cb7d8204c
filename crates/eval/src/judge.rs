//! One route at a time: the judge that the symbolic evaluator answers to, and what `trace` prints.
//!
//! It walks the model itself, statement by statement, as the platform would. What is not known (an
//! uninterpreted line, RPKI state, an uncertain platform fact) is guessed, both ways; only where every
//! guess leads to the same end is the verdict certain.

mod actions;

use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::network::Device;
use pairlint_model::policy::{
    Condition, End, Outcome, PolicyChain, PolicyExpression, RoutePolicy, SessionFilter, Verdict,
};
use pairlint_model::source::{Span, Spanned};

use crate::effects;
use crate::guesses::{Guesses, Key};
use crate::matching::{Matcher, View};
use crate::route::{Because, Decision, Route, Step};
pub(crate) use actions::edited;

/// Statements that one walk may examine: policies that call one another can make a run exponential.
pub(crate) const FUEL: u32 = 200_000;
/// Runs with different guesses before the verdict is given up as unsure.
const GUESSES: usize = 512;

/// Judges routes against the policies of one device.
#[derive(Clone)]
pub struct Judge<'a> {
    device: &'a Device,
    matcher: Matcher<'a>,
}

impl<'a> Judge<'a> {
    pub fn new(device: &'a Device) -> Judge<'a> {
        Judge {
            device,
            matcher: Matcher::new(device),
        }
    }

    pub(crate) fn device(&self) -> &'a Device {
        self.device
    }

    pub(crate) fn matcher(&self) -> &Matcher<'a> {
        &self.matcher
    }

    /// Judges a session's whole attachment in one direction, the platform's default included.
    pub fn session(&self, chain: &PolicyChain, route: &Route) -> Decision {
        self.with_guesses(route, |walk| walk.chain(chain))
    }

    /// Judges policies in order, by themselves: where all fall through, no session default is added and
    /// the route is rejected.
    pub fn policies(&self, policies: &[PolicyExpression], route: &Route) -> Decision {
        self.with_guesses(route, |walk| match walk.expressions(policies) {
            Flow::Accept => Verdict::Accept,
            Flow::Reject => Verdict::Reject,
            Flow::Fall => walk.default.unwrap_or(Verdict::Reject),
        })
    }

    /// Whether the condition holds for the route; unsure is `None`.
    pub fn condition(&self, condition: &Condition, route: &Route) -> Option<bool> {
        match self.test(condition, route).verdict {
            RouteVerdict::Accept => Some(true),
            RouteVerdict::Reject => Some(false),
            RouteVerdict::Unsure => None,
        }
    }

    /// Whether the condition holds (accept) for the route or not (reject), and which lines say so.
    pub fn test(&self, condition: &Condition, route: &Route) -> Decision {
        self.with_guesses(route, |walk| match walk.holds(condition, true) {
            true => Verdict::Accept,
            false => Verdict::Reject,
        })
    }

    fn with_guesses(&self, route: &Route, run: impl Fn(&mut Walk<'a, '_>) -> Verdict) -> Decision {
        let mut guesses = Guesses::default();
        let mut first: Option<(Verdict, Route, Vec<Step>)> = None;
        let mut because = Vec::new();
        let mut route_is_certain = true;
        for attempt in 0.. {
            let mut walk = Walk {
                judge: self,
                received: route,
                route: route.clone(),
                default: None,
                poisoned: None,
                guesses: &mut guesses,
                steps: Vec::new(),
                active: Vec::new(),
                fuel: FUEL,
            };
            let verdict = run(&mut walk);
            let (after, steps) = (walk.route, walk.steps);
            route_is_certain &= walk.poisoned.is_none();
            if let Some((_, earlier, _)) = &first {
                route_is_certain &= *earlier == after;
            }
            match &first {
                None => first = Some((verdict, after, steps)),
                Some((earlier, ..)) if *earlier != verdict => {
                    because = guesses.because();
                    break;
                }
                Some(_) => {}
            }
            if !guesses.advance() {
                break;
            }
            if attempt >= GUESSES {
                because = vec![Because {
                    span: None,
                    text: "too many things that are not known".to_owned(),
                }];
                break;
            }
        }
        let (verdict, route, steps) = first.unwrap_or((Verdict::Reject, route.clone(), Vec::new()));
        let verdict = match (because.is_empty(), verdict) {
            (false, _) => RouteVerdict::Unsure,
            (true, Verdict::Accept) => RouteVerdict::Accept,
            (true, Verdict::Reject) => RouteVerdict::Reject,
        };
        Decision {
            verdict,
            route,
            route_is_certain,
            steps,
            because,
        }
    }
}

/// What a policy, or a part of a chain, came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Accept,
    Reject,
    /// Undecided here; whoever comes next decides.
    Fall,
}

impl From<Verdict> for Flow {
    fn from(verdict: Verdict) -> Flow {
        match verdict {
            Verdict::Accept => Flow::Accept,
            Verdict::Reject => Flow::Reject,
        }
    }
}

/// One walk of one route under one set of guesses.
struct Walk<'a, 'w> {
    judge: &'w Judge<'a>,
    received: &'w Route,
    route: Route,
    /// The chain's default where a policy replaced it.
    default: Option<Verdict>,
    /// An action that was not interpreted may have changed any attribute.
    poisoned: Option<Span>,
    guesses: &'w mut Guesses,
    steps: Vec<Step>,
    /// The policies that are running, outermost first.
    active: Vec<&'w str>,
    fuel: u32,
}

impl<'a: 'w, 'w> Walk<'a, 'w> {
    fn chain(&mut self, chain: &PolicyChain) -> Verdict {
        for filter in &chain.filters {
            if !self.passes(filter) {
                self.step(filter.span, "does not let the route pass: rejected");
                return Verdict::Reject;
            }
            self.step(filter.span, "lets the route pass");
        }
        match self.expressions(&chain.policies) {
            Flow::Accept => Verdict::Accept,
            Flow::Reject => Verdict::Reject,
            Flow::Fall => {
                if let Some(verdict) = self.default {
                    return verdict;
                }
                let accepts = match chain.default.verdict {
                    Some(verdict) => verdict == Verdict::Accept,
                    None => self.guesses.guess(Key::Fact("default"), chain.default.span, || {
                        chain.default.reason.to_owned()
                    }),
                };
                if let Some(span) = chain.default.span {
                    self.step(span, chain.default.reason);
                }
                if accepts { Verdict::Accept } else { Verdict::Reject }
            }
        }
    }

    fn passes(&mut self, filter: &Spanned<SessionFilter>) -> bool {
        let view = View {
            route: self.received,
            poisoned: None,
        };
        let matcher = &self.judge.matcher;
        match &filter.value {
            SessionFilter::PrefixList { name, family } => {
                matcher.session_prefix_list(name, *family, &self.received.prefix, self.guesses)
            }
            SessionFilter::AsPathList { name } => matcher.session_as_path_list(name, view, self.guesses),
            SessionFilter::AccessList { name, family } => {
                matcher.session_access_list(name, *family, &self.received.prefix, self.guesses)
            }
            SessionFilter::CommunityList { name } => matcher.session_community_list(name, view, self.guesses),
            SessionFilter::Unsupported => {
                self.guesses
                    .guess(Key::Place(filter.span), Some(filter.span), || {
                        "this filter is not interpreted".into()
                    })
            }
        }
    }

    fn expressions(&mut self, policies: &[PolicyExpression]) -> Flow {
        for policy in policies {
            match self.expression(policy) {
                Flow::Fall => {}
                decided => return decided,
            }
        }
        Flow::Fall
    }

    fn expression(&mut self, expression: &PolicyExpression) -> Flow {
        match expression {
            PolicyExpression::Policy(name) => self.named_policy(name),
            // Junos "Policy Expressions": evaluation stops at the first policy that settles the value, and
            // the last policy evaluated gives the action.
            PolicyExpression::And(parts) => {
                let mut last = Flow::Fall;
                for part in parts {
                    last = self.expression(part);
                    if last == Flow::Reject {
                        break;
                    }
                }
                last
            }
            PolicyExpression::Or(parts) => {
                let mut last = Flow::Fall;
                for part in parts {
                    last = self.expression(part);
                    if last != Flow::Reject {
                        break;
                    }
                }
                last
            }
            PolicyExpression::Not(part) => match self.expression(part) {
                Flow::Reject => Flow::Accept,
                Flow::Accept | Flow::Fall => Flow::Reject,
            },
            PolicyExpression::Unsupported(span) => {
                let key = Key::Place(*span);
                match self.guesses.guess(key, Some(*span), || {
                    "this policy expression is not interpreted".into()
                }) {
                    true => Flow::Accept,
                    false => Flow::Reject,
                }
            }
        }
    }

    fn named_policy(&mut self, name: &Spanned<String>) -> Flow {
        let Some(policy) = self.judge.device.policies.get(&name.value) else {
            let truth = self.judge.device.platform.undefined_policy_accepts;
            let text = || {
                format!(
                    "what the platform does with the undefined policy `{}`",
                    name.value
                )
            };
            let accepts = self.guesses.truth(
                truth,
                Key::Undefined("policy", name.value.clone()),
                Some(name.span),
                text,
            );
            let end = if accepts {
                "accepts every route"
            } else {
                "rejects every route"
            };
            self.step(
                name.span,
                format!("policy `{}` is not defined: the platform {end}", name.value),
            );
            return if accepts { Flow::Accept } else { Flow::Reject };
        };
        let mut pending = None;
        let flow = self.policy(policy, &mut pending);
        self.ending(policy, flow, pending)
    }

    /// Applies the implicit ending of a policy.
    fn ending(&mut self, policy: &RoutePolicy, flow: Ending, pending: Option<Verdict>) -> Flow {
        match (flow, pending) {
            (Ending::Decided(verdict), _) => verdict.into(),
            (Ending::NextPolicy, _) => Flow::Fall,
            (Ending::EndOfPolicy, Some(verdict)) => verdict.into(),
            (Ending::EndOfPolicy, None) => {
                let (flow, effect) = match policy.end {
                    End::Accept => (Flow::Accept, "no statement decided: the policy accepts"),
                    End::Reject => (Flow::Reject, "no statement decided: the policy rejects"),
                    End::NextPolicy => (Flow::Fall, "no statement decided: on to what follows the policy"),
                    End::Unknown => {
                        let text = || format!("how policy `{}` ends is not known", policy.name.value);
                        let key = Key::Place(policy.name.span);
                        match self.guesses.guess(key, Some(policy.name.span), text) {
                            true => (Flow::Accept, "no statement decided"),
                            false => (Flow::Reject, "no statement decided"),
                        }
                    }
                };
                self.step(policy.name.span, effect);
                flow
            }
        }
    }

    /// Runs a policy's statements; `pending` is what an earlier `continue`, `pass` or `set` left.
    fn policy(&mut self, policy: &'a RoutePolicy, pending: &mut Option<Verdict>) -> Ending {
        if self.active.contains(&policy.name.value.as_str()) || self.fuel == 0 {
            let text = || format!("policy `{}` calls itself", policy.name.value);
            let verdict = match self
                .guesses
                .guess(Key::Place(policy.name.span), Some(policy.name.span), text)
            {
                true => Verdict::Accept,
                false => Verdict::Reject,
            };
            return Ending::Decided(verdict);
        }
        self.active.push(&policy.name.value);
        let ending = self.statements(policy, pending);
        self.active.pop();
        ending
    }

    fn statements(&mut self, policy: &RoutePolicy, pending: &mut Option<Verdict>) -> Ending {
        let mut at = 0;
        while let Some(statement) = policy.statements.get(at) {
            self.fuel = self.fuel.saturating_sub(1);
            let evidence = self.steps.len();
            if !self.holds(&statement.condition, policy.sees_sets) {
                self.steps.truncate(evidence);
                if policy.failed_match_rejects_pending && pending.is_some() {
                    *pending = Some(Verdict::Reject);
                }
                at += 1;
                continue;
            }
            self.step(
                statement.head,
                format!(
                    "`{}` matches: {}",
                    statement.label,
                    effects::of_outcome(statement.outcome)
                ),
            );
            for action in &statement.actions {
                if let Some(effect) = effects::of_action(&action.value) {
                    self.step(action.span, effect);
                }
                if let Some(verdict) = self.act(action, pending) {
                    return Ending::Decided(verdict);
                }
            }
            match statement.outcome {
                Outcome::Accept => return Ending::Decided(Verdict::Accept),
                Outcome::Reject => return Ending::Decided(Verdict::Reject),
                Outcome::Next => at += 1,
                // Only forward jumps exist on any platform; a backward one would not end.
                Outcome::GoTo(to) => at = to.max(at + 1),
                Outcome::NextPolicy => return Ending::NextPolicy,
                Outcome::EndOfPolicy => return Ending::EndOfPolicy,
                Outcome::Unknown => {
                    let text = || "what this statement does is not interpreted".to_owned();
                    let accepts = self
                        .guesses
                        .guess(Key::Place(statement.head), Some(statement.head), text);
                    return Ending::Decided(if accepts { Verdict::Accept } else { Verdict::Reject });
                }
            }
        }
        Ending::EndOfPolicy
    }

    fn holds(&mut self, condition: &Condition, sees_sets: bool) -> bool {
        match condition {
            Condition::All(parts) => parts.iter().all(|part| self.holds(part, sees_sets)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part, sees_sets)),
            Condition::Not(part) => !self.holds(part, sees_sets),
            Condition::PolicyList { name } => match self.judge.device.policy_lists.get(&name.value) {
                // A list with `deny` fails where its conditions hold (Cisco "BGP Policy Lists").
                Some(list) => self.holds(&list.condition, sees_sets) && list.verdict == Verdict::Accept,
                None => {
                    let key = Key::Undefined("policy list", name.value.clone());
                    let text = || {
                        format!(
                            "what the platform does with the undefined policy list `{}`",
                            name.value
                        )
                    };
                    self.guesses.guess(key, Some(name.span), text)
                }
            },
            Condition::Policy { chain, default } => match self.expressions(chain) {
                Flow::Accept => true,
                Flow::Reject => false,
                Flow::Fall => *default == Verdict::Accept,
            },
            leaf => {
                let route = if sees_sets { &self.route } else { self.received };
                let view = View {
                    route,
                    poisoned: self.poisoned.filter(|_| sees_sets),
                };
                let mut seen = |span: Span, effect: String| self.steps.push(Step { span, effect });
                self.judge.matcher.leaf(leaf, view, self.guesses, &mut seen)
            }
        }
    }

    fn step(&mut self, span: Span, effect: impl Into<String>) {
        self.steps.push(Step {
            span,
            effect: effect.into(),
        });
    }
}

/// How a run through a policy's statements ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Decided(Verdict),
    NextPolicy,
    EndOfPolicy,
}
