//! Answers questions about sets of routes: every way through the policies is walked once.
//!
//! For one prefix class and one set of known communities the policies are simply executed. Where the run
//! needs something that the question leaves open (is this community there? does the AS path match? what does
//! this line mean?) it decides one way and notes the other, to come back for it. What was never asked never
//! mattered, so the walk over all ways is exact, and the route at its end is a witness.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use pairlint_model::bgp::{AsPath, Community, IpNet};
use pairlint_model::policy::{CommunityRendering, End, Outcome, Truth, Verdict, WellKnownNames};
use pairlint_model::source::Span;
use rustc_hash::FxBuildHasher;

use crate::bits::Bits;
use crate::expressions::{PathLanguage, PathSearch, StateId, find_path};
use crate::guesses::Key;
use crate::program::{Act, Cond, Expr, Opaque, Others, PathTest, Policy, Program, Test, TextTest};
use crate::route::{Because, FUEL, edited};

/// Ways through the policies that one question may walk.
const WAYS: u32 = 40_000;
/// Statements that one question may examine.
const WORK: u64 = 20_000_000;
/// States that one search for an AS path may visit.
const PATH_STATES: usize = 20_000;

/// Which prefixes a question is about.
#[derive(Debug, Clone, Copy)]
pub enum Prefixes<'q> {
    /// The base set of that index, and these routes beside it.
    Base {
        base: usize,
        also: &'q [IpNet],
    },
    Exactly(&'q [IpNet]),
}

/// A set of routes: all combinations of what it allows.
#[derive(Clone)]
pub struct Question<'q> {
    pub prefixes: Prefixes<'q>,
    /// On every route.
    pub present: &'q [Community],
    /// On some routes.
    pub optional: &'q [Community],
    /// Whether further communities may stand beside them; no more than the program was made for.
    pub others: Others,
    pub path: &'q PathLanguage,
}

/// One way through the policies, and a route that takes it.
#[derive(Debug, Clone)]
pub struct Way {
    pub verdict: Verdict,
    pub prefix: IpNet,
    pub communities: Vec<Community>,
    pub as_path: AsPath,
    /// What had to be assumed; empty where the verdict is certain.
    pub assumed: Vec<Because>,
    /// The statements and filters that decided, in order.
    pub decided_by: Vec<Span>,
    /// As the policies leave it; `None` where nobody set it.
    pub local_preference: Option<u32>,
}

/// Whether to look for more ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    GoOn,
    Stop,
}

impl Program<'_> {
    /// Walks every way that a route of the question can take. Returns `false` where the budget was spent first.
    pub fn ways(&self, question: &Question<'_>, mut visit: impl FnMut(Way) -> Search) -> bool {
        let mut run = Run::new(self, question);
        let mask = run.possible_columns();
        let mut seen: HashSet<Bits, FxBuildHasher> = HashSet::default();
        let mut key = Bits::new(self.columns);
        let (base, listed) = match question.prefixes {
            Prefixes::Base { base, also } => (Some(base), also),
            Prefixes::Exactly(prefixes) => (None, prefixes),
        };
        let in_base =
            (0..self.classes.len()).filter(|&class| base.is_some_and(|base| self.in_base(class, base)));
        let listed = listed
            .iter()
            .map(|prefix| (self.classes.class_of(prefix), Some(*prefix)));
        for (class, prefix) in in_base.map(|class| (class, None)).chain(listed) {
            let Some(full) = self.keys.get(class) else {
                continue;
            };
            full.common(&mask, &mut key);
            if !seen.insert(key.clone()) {
                continue;
            }
            let prefix = prefix.unwrap_or_else(|| self.classes.sample(class));
            match run.all_ways(&key, prefix, &mut visit) {
                Walked::All => {}
                Walked::Stopped => return true,
                Walked::Spent => return false,
            }
        }
        !run.spent
    }
}

enum Walked {
    All,
    Stopped,
    Spent,
}

/// Something that was decided one way.
#[derive(Debug)]
struct Decision {
    what: What,
    /// The other way is still to be walked.
    open: bool,
}

#[derive(Debug)]
enum What {
    Atom(usize),
    Path(usize),
    Guess,
}

struct Run<'p, 'q> {
    program: &'p Program<'p>,
    question: &'p Question<'q>,
    present: Bits,
    unknown: Bits,
    paths: Vec<Option<bool>>,
    found_paths: HashMap<Vec<(usize, bool)>, Option<AsPath>>,
    guesses: Vec<(Key, bool, Because)>,
    trail: Vec<Decision>,
    ways: u32,
    work: u64,
    spent: bool,
    // What one run changes.
    overlay: Vec<Overlay>,
    edited: bool,
    local_preference: Option<u32>,
    med: Option<u32>,
    large_edited: bool,
    prepended: bool,
    poisoned: Option<Span>,
    default: Option<Verdict>,
    decided_by: Vec<Span>,
    /// The policies that are running, by their first column.
    active: Vec<usize>,
    fuel: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Overlay {
    AsReceived,
    Present,
    Absent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Accept,
    Reject,
    Fall,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Decided(Verdict),
    NextPolicy,
    EndOfPolicy,
}

impl<'p, 'q> Run<'p, 'q> {
    fn new(program: &'p Program<'p>, question: &'p Question<'q>) -> Run<'p, 'q> {
        let size = program.atoms.len();
        let (mut present, mut unknown) = (Bits::new(size), Bits::new(size));
        let at = |community: &Community| program.atoms.binary_search(community).ok();
        question
            .present
            .iter()
            .filter_map(at)
            .for_each(|at| present.insert(at));
        let mut open: Vec<usize> = question.optional.iter().filter_map(at).collect();
        match question.others {
            Others::None => {}
            Others::NotMicrosoft => {
                open.extend(
                    (0..size)
                        .filter(|&at| u32::from(program.atoms[at].asn) != pairlint_model::bgp::MICROSOFT.0),
                );
            }
            Others::Any => open.extend(0..size),
        }
        // Where tests only ask which patterns are met, communities that meet the same ones are interchangeable.
        let mut signatures = HashSet::new();
        let interchangeable = !(program.counts || program.whole_texts || program.edits_seen);
        for at in open {
            if !present.contains(at) && (!interchangeable || signatures.insert(program.signatures[at])) {
                unknown.insert(at);
            }
        }
        Run {
            program,
            question,
            present,
            unknown,
            paths: vec![None; program.path_expressions.len()],
            found_paths: HashMap::new(),
            guesses: Vec::new(),
            trail: Vec::new(),
            ways: 0,
            work: 0,
            spent: false,
            overlay: Vec::new(),
            edited: false,
            local_preference: None,
            med: None,
            large_edited: false,
            prepended: false,
            poisoned: None,
            default: None,
            decided_by: Vec::new(),
            active: Vec::new(),
            fuel: FUEL,
        }
    }

    fn all_ways(&mut self, key: &Bits, prefix: IpNet, visit: &mut impl FnMut(Way) -> Search) -> Walked {
        loop {
            self.ways += 1;
            if self.ways > WAYS || self.work > WORK {
                self.spent = true;
                self.undo_all();
                return Walked::Spent;
            }
            let verdict = self.run(key);
            self.work += u64::from(FUEL - self.fuel);
            if let Some(as_path) = self.path() {
                let way = Way {
                    verdict,
                    prefix,
                    communities: self.present.iter().map(|at| self.program.atoms[at]).collect(),
                    as_path,
                    assumed: self
                        .guesses
                        .iter()
                        .map(|(_, _, because)| because.clone())
                        .collect(),
                    decided_by: std::mem::take(&mut self.decided_by),
                    local_preference: self.local_preference,
                };
                if visit(way) == Search::Stop {
                    self.undo_all();
                    return Walked::Stopped;
                }
            }
            if !self.back() {
                return Walked::All;
            }
        }
    }

    /// Goes back to the last decision that has another way, and takes it.
    fn back(&mut self) -> bool {
        while let Some(decision) = self.trail.pop() {
            let was = self.undo(&decision.what);
            if !decision.open {
                continue;
            }
            match decision.what {
                What::Atom(at) => {
                    self.unknown.remove(at);
                    self.present.insert(at);
                }
                What::Path(at) => self.paths[at] = Some(!was.is_some_and(|(_, value, _)| value)),
                What::Guess => {
                    if let Some((key, value, because)) = was {
                        self.guesses.push((key, !value, because));
                    }
                }
            }
            self.trail.push(Decision {
                what: decision.what,
                open: false,
            });
            return true;
        }
        false
    }

    fn undo(&mut self, what: &What) -> Option<(Key, bool, Because)> {
        match what {
            What::Atom(at) => {
                self.present.remove(*at);
                self.unknown.insert(*at);
                None
            }
            What::Path(at) => {
                let value = self.paths[*at].take().unwrap_or(false);
                Some((
                    Key::Fact("path"),
                    value,
                    Because {
                        span: None,
                        text: String::new(),
                    },
                ))
            }
            What::Guess => self.guesses.pop(),
        }
    }

    fn undo_all(&mut self) {
        while let Some(decision) = self.trail.pop() {
            self.undo(&decision.what);
        }
    }

    /// A path on which the expressions answer as decided.
    fn path(&mut self) -> Option<AsPath> {
        let wanted: Vec<(usize, bool)> = self
            .paths
            .iter()
            .enumerate()
            .filter_map(|(at, answer)| answer.map(|answer| (at, answer)))
            .collect();
        self.find(wanted)
    }

    fn find(&mut self, wanted: Vec<(usize, bool)>) -> Option<AsPath> {
        if let Some(found) = self.found_paths.get(&wanted) {
            return found.clone();
        }
        let expressions: Vec<_> = wanted
            .iter()
            .map(|&(at, answer)| (&*self.program.path_expressions[at], answer))
            .collect();
        let found = match find_path(self.question.path, &expressions, PATH_STATES) {
            PathSearch::Found(path) => Some(path),
            PathSearch::None => None,
            PathSearch::Spent => {
                self.spent = true;
                None
            }
        };
        self.found_paths.insert(wanted, found.clone());
        found
    }

    fn ask_path(&mut self, at: usize) -> bool {
        if let Some(answer) = self.paths[at] {
            return answer;
        }
        let decided: Vec<(usize, bool)> = self
            .paths
            .iter()
            .enumerate()
            .filter_map(|(at, answer)| answer.map(|answer| (at, answer)))
            .collect();
        let mut possible = |answer: bool| {
            let mut wanted = decided.clone();
            let place = wanted.partition_point(|&(other, _)| other < at);
            wanted.insert(place, (at, answer));
            self.find(wanted).is_some()
        };
        let (yes, no) = (possible(true), possible(false));
        self.paths[at] = Some(yes);
        self.trail.push(Decision {
            what: What::Path(at),
            open: yes && no,
        });
        yes
    }

    fn ask_atom(&mut self, at: usize) -> bool {
        if self.present.contains(at) {
            return true;
        }
        if !self.unknown.contains(at) {
            return false;
        }
        self.unknown.remove(at);
        self.trail.push(Decision {
            what: What::Atom(at),
            open: true,
        });
        false
    }

    fn guess(&mut self, opaque: &Opaque) -> bool {
        self.guess_key(&opaque.key, || opaque.because.clone())
    }

    fn guess_key(&mut self, key: &Key, because: impl FnOnce() -> Because) -> bool {
        if let Some((_, value, _)) = self.guesses.iter().find(|(known, ..)| known == key) {
            return *value;
        }
        self.guesses.push((key.clone(), false, because()));
        self.trail.push(Decision {
            what: What::Guess,
            open: true,
        });
        false
    }

    fn truth(&mut self, truth: Truth, opaque: &Opaque) -> bool {
        match truth {
            Truth::Yes => true,
            Truth::No => false,
            Truth::Unknown => self.guess(opaque),
        }
    }

    fn run(&mut self, key: &Bits) -> Verdict {
        self.edited = false;
        self.local_preference = None;
        self.med = None;
        self.large_edited = false;
        self.prepended = false;
        self.poisoned = None;
        self.default = None;
        self.decided_by.clear();
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

    fn expressions(&mut self, policies: &[Expr], key: &Bits) -> Flow {
        for policy in policies {
            match self.expression(policy, key) {
                Flow::Fall => {}
                decided => return decided,
            }
        }
        Flow::Fall
    }

    fn expression(&mut self, expression: &Expr, key: &Bits) -> Flow {
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

    fn until(&mut self, parts: &[Expr], key: &Bits, settled: impl Fn(Flow) -> bool) -> Flow {
        let mut last = Flow::Fall;
        for part in parts {
            last = self.expression(part, key);
            if settled(last) {
                break;
            }
        }
        last
    }

    fn ending(&mut self, policy: &Policy, ending: Ending, pending: Option<Verdict>) -> Flow {
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

    fn policy(&mut self, policy: &Policy, key: &Bits, pending: &mut Option<Verdict>) -> Ending {
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

    fn steps(&mut self, policy: &Policy, key: &Bits, pending: &mut Option<Verdict>) -> Ending {
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

    fn act(&mut self, action: &Act, key: &Bits, pending: &mut Option<Verdict>) -> Option<Verdict> {
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

    fn begin_edit(&mut self) {
        if !self.edited {
            self.overlay.clear();
            self.overlay.resize(self.program.atoms.len(), Overlay::AsReceived);
            self.edited = true;
        }
    }

    fn holds(&mut self, condition: &Cond, key: &Bits, sees: bool) -> bool {
        match condition {
            Cond::All(parts) => parts.iter().all(|part| self.holds(part, key, sees)),
            Cond::Any(parts) => parts.iter().any(|part| self.holds(part, key, sees)),
            Cond::Not(part) => !self.holds(part, key, sees),
            Cond::Constant(value) => *value,
            Cond::Prefix(leaf) => {
                let column = self.program.leaf_column + 2 * leaf;
                key.contains(column)
                    || (key.contains(column + 1) && self.guess(&self.program.prefix_leaves[*leaf].opaque))
            }
            Cond::Communities(leaf) => self.test(&self.program.community_leaves[*leaf], sees),
            Cond::Path(test) => self.path_test(test, sees),
            Cond::LocalPreference(range) => match self.local_preference.filter(|_| sees) {
                Some(value) => range.contains(&value),
                None if !range.contains(&100) => false,
                None => {
                    let because = || Because {
                        span: None,
                        text: "whether an unset local preference counts as 100".to_owned(),
                    };
                    match self.program.unset_local_preference_is_100 {
                        Truth::Yes => true,
                        Truth::No => false,
                        Truth::Unknown => self.guess_key(&Key::Fact("unset local preference"), because),
                    }
                }
            },
            Cond::Opaque(opaque) => self.guess(opaque),
            Cond::Med(range, opaque) => match self.med.filter(|_| sees) {
                Some(value) => range.contains(&value),
                None => self.guess(opaque),
            },
            Cond::OtherKinds {
                none: Some(answer), ..
            } if self.question.others == Others::None && !(sees && self.large_edited) => *answer,
            Cond::OtherKinds { opaque, .. } => self.guess(opaque),
            Cond::Policy { chain, default } => match self.expressions(chain, key) {
                Flow::Accept => true,
                Flow::Reject => false,
                Flow::Fall => *default == Verdict::Accept,
            },
            Cond::Attribute(inner, text) => match self.poisoned.filter(|_| sees) {
                Some(action) => {
                    let because = || Because {
                        span: Some(action),
                        text: "an action before it was not interpreted and may have changed the route"
                            .to_owned(),
                    };
                    self.guess_key(&Key::Behind(action, text.clone()), because)
                }
                None => self.holds(inner, key, sees),
            },
        }
    }

    fn path_test(&mut self, test: &PathTest, sees: bool) -> bool {
        match test {
            PathTest::Expression(at) if sees && self.prepended => {
                let because = || Because {
                    span: None,
                    text: "the AS path was changed before an expression tests it".to_owned(),
                };
                self.guess_key(&Key::Outside(format!("prepended path {at}")), because)
            }
            PathTest::Expression(at) => self.ask_path(*at),
            PathTest::List(entries) => {
                for (verdict, test) in entries {
                    if self.path_test(test, sees) {
                        return *verdict == Verdict::Accept;
                    }
                }
                false
            }
            PathTest::Any(tests) => tests.iter().any(|test| self.path_test(test, sees)),
            PathTest::All(tests) => tests.iter().all(|test| self.path_test(test, sees)),
            PathTest::Not(test) => !self.path_test(test, sees),
            PathTest::Opaque(opaque) => self.guess(opaque),
        }
    }

    fn test(&mut self, test: &Test, sees: bool) -> bool {
        match test {
            Test::Always => true,
            Test::Empty => !self.any_of(None, sees),
            Test::Has(pattern) => self.any_of(Some(&self.program.patterns[*pattern]), sees),
            Test::Line(patterns) => {
                // A pattern that certainly fails saves the questions about the others.
                let fails = |run: &Self, at: usize| run.certainly_none(&run.program.patterns[at], sees);
                !patterns.iter().any(|&at| fails(self, at))
                    && patterns
                        .iter()
                        .all(|&at| self.any_of(Some(&self.program.patterns[at]), sees))
            }
            Test::Exact(patterns) => {
                let fails = |run: &Self, at: usize| run.certainly_none(&run.program.patterns[at], sees);
                !patterns.iter().any(|&at| fails(self, at))
                    && !self.certainly_outside(patterns, sees)
                    && patterns
                        .iter()
                        .all(|&at| self.any_of(Some(&self.program.patterns[at]), sees))
                    && !self.any_outside(patterns, sees)
            }
            Test::Within(patterns, none) => {
                if !self.any_of(None, sees) {
                    return self.guess(none);
                }
                !self.any_outside(patterns, sees)
            }
            Test::Text(text) => self.text(text, sees),
            Test::All(tests) => tests.iter().all(|test| self.test(test, sees)),
            Test::Any(tests) => tests.iter().any(|test| self.test(test, sees)),
            Test::Not(test) => !self.test(test, sees),
            Test::Opaque(opaque) => self.guess(opaque),
            Test::OtherKinds(_) if self.question.others == Others::None && !(sees && self.large_edited) => {
                false
            }
            Test::OtherKinds(opaque) => self.guess(opaque),
            Test::List(entries) => {
                for (verdict, test) in entries {
                    if self.test(test, sees) {
                        return *verdict == Verdict::Accept;
                    }
                }
                false
            }
            Test::Count(range, many) if self.question.others != Others::None => {
                let least = self.present.iter().count() as u32;
                match least > *range.end() {
                    true if !self.changed(sees) => false,
                    _ => self.guess(many),
                }
            }
            Test::Count(range, _) => {
                let count = (0..self.program.atoms.len())
                    .filter(|&at| self.atom(at, sees))
                    .count();
                range.contains(&(count as u32))
            }
        }
    }

    fn changed(&self, sees: bool) -> bool {
        sees && self.edited
    }

    /// Whether a community is on the route as this condition sees it.
    fn atom(&mut self, at: usize, sees: bool) -> bool {
        match self.changed(sees).then(|| self.overlay[at]) {
            Some(Overlay::Present) => true,
            Some(Overlay::Absent) => false,
            Some(Overlay::AsReceived) | None => self.ask_atom(at),
        }
    }

    /// Whether a community of these (of all, with `None`) is there.
    fn any_of(&mut self, atoms: Option<&Bits>, sees: bool) -> bool {
        if !self.changed(sees) {
            let Some(atoms) = atoms else {
                if !self.present.is_empty() {
                    return true;
                }
                while let Some(at) = self.unknown.first() {
                    if self.ask_atom(at) {
                        return true;
                    }
                }
                return false;
            };
            if atoms.meets(&self.present) {
                return true;
            }
            while let Some(at) = atoms.first_common(&self.unknown) {
                if self.ask_atom(at) {
                    return true;
                }
            }
            return false;
        }
        let candidates: Vec<usize> = match atoms {
            Some(atoms) => atoms.iter().collect(),
            None => (0..self.program.atoms.len()).collect(),
        };
        let sure = |run: &Self, at: usize| match run.overlay[at] {
            Overlay::Present => true,
            Overlay::Absent => false,
            Overlay::AsReceived => run.present.contains(at),
        };
        candidates.iter().any(|&at| sure(self, at)) || candidates.iter().any(|&at| self.atom(at, sees))
    }

    fn certainly_none(&self, atoms: &Bits, sees: bool) -> bool {
        match self.changed(sees) {
            false => !atoms.meets(&self.present) && !atoms.meets(&self.unknown),
            true => !atoms.iter().any(|at| match self.overlay[at] {
                Overlay::Present => true,
                Overlay::Absent => false,
                Overlay::AsReceived => self.present.contains(at) || self.unknown.contains(at),
            }),
        }
    }

    fn inside(&self, patterns: &[usize], at: usize) -> bool {
        patterns
            .iter()
            .any(|&pattern| self.program.patterns[pattern].contains(at))
    }

    fn certainly_outside(&self, patterns: &[usize], sees: bool) -> bool {
        (0..self.program.atoms.len()).any(|at| {
            let there = match self.changed(sees).then(|| self.overlay[at]) {
                Some(Overlay::Present) => true,
                Some(Overlay::Absent) => false,
                Some(Overlay::AsReceived) | None => self.present.contains(at),
            };
            there && !self.inside(patterns, at)
        })
    }

    /// Whether a community that meets none of the patterns is there.
    fn any_outside(&mut self, patterns: &[usize], sees: bool) -> bool {
        self.certainly_outside(patterns, sees)
            || (0..self.program.atoms.len()).any(|at| !self.inside(patterns, at) && self.atom(at, sees))
    }

    fn text(&mut self, text: &TextTest, sees: bool) -> bool {
        let as_written = self.text_as(text, &text.texts, sees);
        let Some((packed_texts, opaque)) = &text.packed else {
            return as_written;
        };
        let packed = self.text_as(text, packed_texts, sees);
        if as_written == packed {
            packed
        } else {
            self.guess(opaque) == packed
        }
    }

    /// Walks the expression over the text of the communities, in order; with every open community both there
    /// and not there, until the answer no longer depends on one.
    fn text_as(&mut self, text: &TextTest, texts: &[String], sees: bool) -> bool {
        let expression = &text.expression;
        let empty_never = matches!(text.rendering, CommunityRendering::Names(WellKnownNames::Frr10));
        let others = self.question.others != Others::None;
        loop {
            // (state, something was written before)
            let mut states = vec![(expression.start(), false)];
            let mut first_open = None;
            for (at, word) in texts.iter().enumerate() {
                let (there, open) = match self.changed(sees).then(|| self.overlay[at]) {
                    Some(Overlay::Present) => (true, false),
                    Some(Overlay::Absent) => (false, false),
                    Some(Overlay::AsReceived) | None => {
                        (self.present.contains(at), self.unknown.contains(at))
                    }
                };
                if !there && !open {
                    continue;
                }
                if open && first_open.is_none() {
                    first_open = Some(at);
                }
                if others {
                    states = text.after_anything(&states);
                }
                let mut after = if open { states.clone() } else { Vec::new() };
                for (state, written) in states {
                    let state = if written {
                        expression.step(state, " ")
                    } else {
                        state
                    };
                    let next = (expression.step(state, word), true);
                    if !after.contains(&next) {
                        after.push(next);
                    }
                }
                states = after;
            }
            if others {
                states = text.after_anything(&states);
            }
            let mut answers = states
                .iter()
                .map(|&(state, written)| (written || !empty_never) && expression.accepts_at_end(state));
            let answer = answers.next().unwrap_or(false);
            if answers.all(|other| other == answer) {
                return answer;
            }
            match first_open {
                Some(at) => self.ask_atom(at),
                None => return self.guess(&text.open),
            };
        }
    }

    /// The columns that can matter for this question: statements whose condition is not already false for
    /// every route of it, and the prefix leaves that those look at.
    fn possible_columns(&mut self) -> Bits {
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
                if changes || self.may_hold(&step.condition).0 {
                    mask.insert(policy.column + i);
                    each_prefix_leaf(&step.condition, &mut |at| leaf(&mut mask, at));
                }
            }
        }
        mask
    }

    /// Whether the condition can hold, and whether it can fail, for some route of the question.
    fn may_hold(&self, condition: &Cond) -> (bool, bool) {
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

    fn may_test(&self, test: &Test) -> (bool, bool) {
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

impl TextTest {
    /// Where any number of further communities can lead. Numbers of any size are allowed, so that this errs
    /// on the side of "it depends".
    fn after_anything(&self, states: &[(StateId, bool)]) -> Vec<(StateId, bool)> {
        let mut reached = states.to_vec();
        let mut next = 0;
        while let Some(&state) = reached.get(next) {
            for &after in self.after_one(state).iter() {
                if !reached.contains(&after) {
                    reached.push(after);
                }
            }
            next += 1;
        }
        reached
    }

    fn after_one(&self, from: (StateId, bool)) -> Rc<Vec<(StateId, bool)>> {
        if let Some(known) = self.anything.borrow().get(&from) {
            return known.clone();
        }
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let expression = &self.expression;
        let start = if from.1 {
            expression.step(from.0, " ")
        } else {
            from.0
        };
        let mut ends = Vec::new();
        // (state, in the second half, a digit of this half was read)
        let mut open = vec![(start, false, false)];
        let mut seen: HashSet<(StateId, bool, bool)> = open.iter().copied().collect();
        while let Some((state, second, read)) = open.pop() {
            if second && read && !ends.contains(&(state, true)) {
                ends.push((state, true));
            }
            let digits = DIGITS
                .iter()
                .map(|digit| (expression.step(state, digit), second, true));
            let colon = (!second && read).then(|| (expression.step(state, ":"), true, false));
            for next in digits.chain(colon) {
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        let ends = Rc::new(ends);
        self.anything.borrow_mut().insert(from, ends.clone());
        ends
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
