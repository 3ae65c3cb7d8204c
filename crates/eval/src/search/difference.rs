//! Whether two programs accept the same routes: every way through the first is followed by every way that its
//! routes can take through the second. What neither asked never mattered, so the comparison is exact.

use std::collections::{BTreeSet, HashSet};

use pairlint_model::bgp::IpNet;
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::policy::Verdict;
use rustc_hash::FxBuildHasher;

use super::{Given, Prefixes, Question, Run, Search, WAYS, Walked, Way};
use crate::answer::Sample;
use crate::bits::Bits;
use crate::prefixes::PrefixSet;
use crate::program::{Others, Program};
use crate::route::Because;

/// Doubtful pairs of ways that are put before the judge, for each way of the first program.
const APPEALS: usize = 8;
/// Reasons that are kept for what is not certain.
const REASONS: usize = 8;

/// What comparing two programs over the routes of a question comes to.
#[derive(Debug, Clone)]
pub enum Comparison {
    /// Each route fares alike.
    Same,
    /// One route that one of them certainly accepts and the other certainly rejects: as the first leaves it, and
    /// as the second does.
    Different(Box<(Sample, Sample)>),
    /// No such route was found, but whether there is one hangs on what is not known.
    Unsure,
}

/// What two programs do differently with the routes of a question.
#[derive(Debug, Clone, Default)]
pub struct Differences {
    /// A route that the first certainly rejects and the second certainly accepts: as each of them leaves it.
    pub gained: Option<Box<(Sample, Sample)>>,
    /// A route that the first certainly accepts and the second certainly rejects.
    pub lost: Option<Box<(Sample, Sample)>>,
    /// Whether there are others hangs on this. Empty where the answer is certain.
    pub because: Vec<Because>,
}

/// Tells whether something that the first program does not know is the same as something that the second does
/// not know, so that one guess holds for both.
pub type Alike<'f> = &'f dyn Fn(&Because, &Because) -> bool;

/// How much is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// One route that tells the programs apart.
    One,
    /// One of each kind.
    Each,
}

impl Program<'_> {
    /// The sets of prefixes that the program's lists tell apart. A program that is to be compared with this
    /// one needs them among its bases.
    pub fn prefix_sets(&self) -> Vec<PrefixSet> {
        let leaves = self.prefix_leaves.iter();
        leaves
            .flat_map(|leaf| [leaf.accepted.clone(), leaf.uncertain.clone()])
            .collect()
    }

    /// Compares what the two programs accept of the question's routes. This one must have been made with the
    /// other's [`Program::prefix_sets`] among its bases.
    pub fn compare(&self, other: &Program<'_>, question: &Question<'_>) -> Comparison {
        let found = self.walk_beside(other, question, &|_, _| false, Wanted::One);
        match found.gained.or(found.lost) {
            Some(samples) => Comparison::Different(samples),
            None if found.because.is_empty() => Comparison::Same,
            None => Comparison::Unsure,
        }
    }

    /// Looks for routes of the question that only one of the two programs accepts, in both directions. This one must
    /// have been made with the other's [`Program::prefix_sets`] among its bases.
    pub fn differences(&self, other: &Program<'_>, question: &Question<'_>, alike: Alike<'_>) -> Differences {
        self.walk_beside(other, question, alike, Wanted::Each)
    }

    fn walk_beside(
        &self,
        other: &Program<'_>,
        question: &Question<'_>,
        alike: Alike<'_>,
        wanted: Wanted,
    ) -> Differences {
        let mut first = Run::given(self, question, Given::default());
        let mask = first.possible_columns();
        let other_mask = Run::given(other, question, Given::default()).possible_columns();
        let mut seen: HashSet<(Bits, Bits), FxBuildHasher> = HashSet::default();
        let (mut key, mut other_key) = (Bits::new(self.columns), Bits::new(other.columns));
        let (base, listed) = match question.prefixes {
            Prefixes::Base { base, also } => (Some(base), also),
            Prefixes::Exactly(prefixes) => (None, prefixes),
        };
        let in_base =
            (0..self.classes.len()).filter(|&class| base.is_some_and(|base| self.in_base(class, base)));
        let classes = in_base.map(|class| (class, self.classes.sample(class)));
        let listed = listed
            .iter()
            .map(|prefix| (self.classes.class_of(prefix), *prefix));
        let mut pair = Pair {
            first: self,
            second: other,
            question,
            alike,
            wanted,
            ways: 0,
            spent: false,
            found: Differences::default(),
            because: BTreeSet::new(),
        };
        let mut finished = true;
        for (class, prefix) in classes.chain(listed) {
            let other_class = other.classes.class_of(&prefix);
            let (Some(full), Some(other_full)) = (self.keys.get(class), other.keys.get(other_class)) else {
                continue;
            };
            full.common(&mask, &mut key);
            other_full.common(&other_mask, &mut other_key);
            if !seen.insert((key.clone(), other_key.clone())) {
                continue;
            }
            let walked = first.all_ways(&key, prefix, &mut |way| pair.follow(&way, &other_key, prefix));
            if pair.is_done() {
                break;
            }
            if let Walked::Stopped | Walked::Spent = walked {
                finished = false;
                break;
            }
        }
        let incomplete = (self.incomplete || other.incomplete) && question.others != Others::None;
        if !finished || first.spent || pair.spent || incomplete {
            pair.because.insert(Because {
                span: None,
                text: "the search budget was spent".to_owned(),
            });
        }
        let Pair {
            mut found, because, ..
        } = pair;
        found.because = because.into_iter().take(REASONS).collect();
        found
    }
}

/// A comparison under way.
struct Pair<'p, 'q> {
    first: &'p Program<'p>,
    second: &'p Program<'p>,
    question: &'p Question<'q>,
    alike: Alike<'q>,
    wanted: Wanted,
    ways: u32,
    spent: bool,
    found: Differences,
    because: BTreeSet<Because>,
}

impl Pair<'_, '_> {
    fn is_done(&self) -> bool {
        match self.wanted {
            Wanted::One => self.found.gained.is_some() || self.found.lost.is_some(),
            Wanted::Each => self.found.gained.is_some() && self.found.lost.is_some(),
        }
    }

    /// Where a pair with that verdict of the first is kept.
    fn place(&mut self, first: Verdict) -> &mut Option<Box<(Sample, Sample)>> {
        match first {
            Verdict::Accept => &mut self.found.lost,
            Verdict::Reject => &mut self.found.gained,
        }
    }

    /// Sends the routes of a way through the other program.
    fn follow(&mut self, way: &Way, key: &Bits, prefix: IpNet) -> Search {
        if self.place(way.verdict).is_some() {
            return Search::GoOn;
        }
        let question = Question {
            present: &way.communities,
            ..self.question.clone()
        };
        let guesses = way.guessed.iter().zip(&way.assumed);
        let guesses = guesses.map(|((key, value), because)| (key.clone(), because.clone(), *value));
        let given = Given {
            absent: way.absent.clone(),
            paths: way.path_answers.clone(),
            guesses: guesses.collect(),
            alike: Some(self.alike),
        };
        let mut run = Run::given(self.second, &question, given);
        let mut doubtful = Vec::new();
        let mut because = Vec::new();
        let mut ways = self.ways;
        let mut found = None;
        let walked = run.all_ways(key, prefix, &mut |other| {
            ways += 1;
            if ways > WAYS {
                return Search::Stop;
            }
            if other.verdict == way.verdict {
                return Search::GoOn;
            }
            let samples = samples(way, &other);
            if way.assumed.is_empty() && other.assumed.is_empty() {
                found = Some(samples);
                return Search::Stop;
            }
            if doubtful.len() < APPEALS {
                doubtful.push(samples);
                because.extend(way.assumed.iter().chain(&other.assumed).cloned());
            }
            Search::GoOn
        });
        let spent = run.spent || ways > WAYS || matches!(walked, Walked::Spent);
        self.ways = ways;
        self.spent |= spent;
        let certain = found.or_else(|| doubtful.iter().find(|pair| self.is_certain(pair)).cloned());
        if certain.is_none() {
            self.because.extend(because);
        }
        *self.place(way.verdict) = certain;
        match self.is_done() || ways > WAYS {
            true => Search::Stop,
            false => Search::GoOn,
        }
    }

    /// The judge comes to the same two verdicts without assuming anything.
    fn is_certain(&self, (one, other): &(Sample, Sample)) -> bool {
        let agrees = |program: &Program<'_>, sample: &Sample| {
            let decision = program.judge.session(program.chain, &sample.route());
            decision.verdict != RouteVerdict::Unsure && decision.verdict == sample.witness().verdict
        };
        agrees(self.first, one) && agrees(self.second, other)
    }
}

/// One route that goes both ways: what the second decided on top of the first.
fn samples(way: &Way, other: &Way) -> Box<(Sample, Sample)> {
    let mut communities = way.communities.clone();
    communities.extend(&other.communities);
    communities.sort_unstable();
    communities.dedup();
    let sample = |of: &Way| Sample {
        prefix: other.prefix,
        communities: communities.clone(),
        as_path: other.as_path.clone(),
        verdict: of.verdict,
        decided_by: of.decided_by.clone(),
        local_preference: of.local_preference,
    };
    Box::new((sample(way), sample(other)))
}
