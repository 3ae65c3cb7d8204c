//! Answers questions about sets of routes: every way through the policies is walked once.
//!
//! For one prefix class and one set of known communities the policies are simply executed. Where the run
//! needs something that the question leaves open (is this community there? does the AS path match? what does
//! this line mean?) it decides one way and notes the other, to come back for it. What was never asked never
//! mattered, so the walk over all ways is exact, and the route at its end is a witness.

mod columns;
mod conditions;
mod difference;
mod flow;
mod question;
mod reach;

pub use difference::{Alike, Comparison, Differences};
pub use question::{Prefixes, Question, Search, Way};
pub use reach::{Fate, statement_fates};

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use pairlint_model::bgp::{AsPath, Community, IpNet};
use pairlint_model::policy::{Truth, Verdict};
use pairlint_model::source::Span;
use rustc_hash::FxBuildHasher;

use crate::bits::Bits;
use crate::expressions::{Expression, PathSearch, find_path};
use crate::guesses::Key;
use crate::judge::FUEL;
use crate::program::{Opaque, Others, Program};
use crate::route::Because;

/// Ways through the policies that one question may walk.
const WAYS: u32 = 40_000;
/// Statements that one question may examine.
const WORK: u64 = 20_000_000;
/// States that one search for an AS path may visit.
const PATH_STATES: usize = 20_000;

/// What is known about the routes of a question beforehand, from a way through another program.
#[derive(Default)]
struct Given<'q> {
    absent: Vec<Community>,
    paths: Vec<(Rc<Expression>, bool)>,
    /// What the other program had to assume, and which way; it holds here for what is alike.
    guesses: Vec<(Key, Because, bool)>,
    alike: Option<Alike<'q>>,
}

impl Given<'_> {
    /// What the other program assumed about the same thing.
    fn guess(&self, key: &Key, because: &Because) -> Option<bool> {
        let alike = self.alike?;
        let nowhere = |because: &Because| Because {
            span: None,
            text: because.text.clone(),
        };
        let same = |other: &Key, reason: &Because| match (other, key) {
            (Key::Place(_), Key::Place(_)) => alike(reason, because),
            (Key::Behind(_, other), Key::Behind(_, what)) => other == what && alike(reason, because),
            // What goes by a name is the same wherever it is asked first.
            (other, key) => other == key && alike(&nowhere(reason), &nowhere(because)),
        };
        let mut guesses = self.guesses.iter();
        guesses
            .find(|(other, reason, _)| same(other, reason))
            .map(|&(.., value)| value)
    }
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
        !(run.spent || self.incomplete && question.others != Others::None)
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
    /// Set where ways are compared; then no community stands for another.
    given: Option<Given<'q>>,
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
    /// The columns of the statements whose conditions held.
    executed: Vec<usize>,
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
        Run::with(program, question, None)
    }

    fn given(program: &'p Program<'p>, question: &'p Question<'q>, given: Given<'q>) -> Run<'p, 'q> {
        Run::with(program, question, Some(given))
    }

    fn with(program: &'p Program<'p>, question: &'p Question<'q>, given: Option<Given<'q>>) -> Run<'p, 'q> {
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
        let interchangeable =
            given.is_none() && !(program.counts || program.whole_texts || program.edits_seen);
        if let Some(given) = &given {
            open.retain(|&at| {
                program
                    .atoms
                    .get(at)
                    .is_some_and(|atom| !given.absent.contains(atom))
            });
        }
        for at in open {
            if !present.contains(at) && (!interchangeable || signatures.insert(program.signatures[at])) {
                unknown.insert(at);
            }
        }
        Run {
            program,
            question,
            given,
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
            executed: Vec::new(),
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
                    absent: self.decided_absent(),
                    path_answers: self.path_answers(),
                    guessed: self
                        .guesses
                        .iter()
                        .map(|(key, value, _)| (key.clone(), *value))
                        .collect(),
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

    fn decided_absent(&self) -> Vec<Community> {
        if self.given.is_none() {
            return Vec::new();
        }
        let absent = self.trail.iter().filter_map(|decision| match decision.what {
            What::Atom(at) if !self.present.contains(at) => self.program.atoms.get(at).copied(),
            _ => None,
        });
        absent.collect()
    }

    fn path_answers(&self) -> Vec<(Rc<Expression>, bool)> {
        let Some(given) = &self.given else {
            return Vec::new();
        };
        let decided = self.paths.iter().zip(&self.program.path_expressions);
        let decided = decided.filter_map(|(answer, expression)| Some((Rc::clone(expression), (*answer)?)));
        given.paths.iter().cloned().chain(decided).collect()
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
        let given = self.given.iter().flat_map(|given| &given.paths);
        let expressions: Vec<_> = wanted
            .iter()
            .map(|&(at, answer)| (&*self.program.path_expressions[at], answer))
            .chain(given.map(|(expression, answer)| (&**expression, *answer)))
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
        let because = because();
        if let Some(value) = self.given.as_ref().and_then(|given| given.guess(key, &because)) {
            return value;
        }
        self.guesses.push((key.clone(), false, because));
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
}
