//! Whether two programs accept the same routes: every way through the first is followed by every way that its
//! routes can take through the second. What neither asked never mattered, so the comparison is exact.

use std::collections::HashSet;

use pairlint_model::bgp::IpNet;
use pairlint_model::diagnostic::RouteVerdict;
use rustc_hash::FxBuildHasher;

use super::{Given, Prefixes, Question, Run, Search, WAYS, Walked, Way};
use crate::answer::Sample;
use crate::bits::Bits;
use crate::prefixes::PrefixSet;
use crate::program::{Others, Program};

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
            ways: 0,
            unsure: false,
            found: None,
        };
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
            match (walked, pair.found.take()) {
                (_, Some(found)) => return Comparison::Different(found),
                (Walked::All, None) => {}
                (Walked::Stopped | Walked::Spent, None) => return Comparison::Unsure,
            }
        }
        let incomplete = (self.incomplete || other.incomplete) && question.others != Others::None;
        match first.spent || pair.unsure || incomplete {
            true => Comparison::Unsure,
            false => Comparison::Same,
        }
    }
}

/// A comparison under way.
struct Pair<'p, 'q> {
    first: &'p Program<'p>,
    second: &'p Program<'p>,
    question: &'p Question<'q>,
    ways: u32,
    unsure: bool,
    found: Option<Box<(Sample, Sample)>>,
}

impl Pair<'_, '_> {
    /// Sends the routes of a way through the other program.
    fn follow(&mut self, way: &Way, key: &Bits, prefix: IpNet) -> Search {
        let question = Question {
            present: &way.communities,
            ..self.question.clone()
        };
        let given = Given {
            absent: way.absent.clone(),
            paths: way.path_answers.clone(),
        };
        let mut run = Run::given(self.second, &question, given);
        let mut doubtful = Vec::new();
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
            doubtful.push(samples);
            Search::GoOn
        });
        self.ways = ways;
        self.found = found.or_else(|| {
            doubtful
                .iter()
                .take(8)
                .find(|pair| self.is_certain(pair))
                .cloned()
        });
        self.unsure |= !doubtful.is_empty() || run.spent || ways > WAYS || matches!(walked, Walked::Spent);
        match self.found.is_some() || ways > WAYS {
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
