//! What the ways of a question come to.

use std::collections::BTreeSet;

use pairlint_model::bgp::{AsPath, Community, IpNet};
use pairlint_model::diagnostic::{RouteVerdict, Witness};
use pairlint_model::policy::Verdict;
use pairlint_model::source::Span;

use crate::program::Program;
use crate::route::{Because, Route};
use crate::search::{Question, Search, Way};

/// Uncertain ways that are put before the judge before a question is called unsure.
const APPEALS: usize = 8;

/// How much of a set of routes is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coverage {
    All,
    Some,
    None,
    /// It hangs on something that was not understood or is not known.
    Unsure,
}

/// A route of the question and what becomes of it.
#[derive(Debug, Clone)]
pub struct Sample {
    pub prefix: IpNet,
    pub communities: Vec<Community>,
    pub as_path: AsPath,
    pub verdict: Verdict,
    /// The statements and filters that decided, in order; the last one had the last word.
    pub decided_by: Vec<Span>,
    pub local_preference: Option<u32>,
}

impl Sample {
    pub fn witness(&self) -> Witness {
        let verdict = match self.verdict {
            Verdict::Accept => RouteVerdict::Accept,
            Verdict::Reject => RouteVerdict::Reject,
        };
        let (prefix, communities) = (self.prefix, self.communities.clone());
        Witness {
            prefix,
            communities,
            as_path: self.as_path.clone(),
            verdict,
        }
    }

    pub fn route(&self) -> Route {
        Route::new(
            self.prefix,
            self.as_path.clone(),
            self.communities.iter().copied(),
        )
    }
}

/// The answer to a question.
#[derive(Debug, Clone)]
pub struct Answer {
    pub coverage: Coverage,
    /// A route that is certainly accepted.
    pub accepted: Option<Sample>,
    /// A route that is certainly rejected.
    pub rejected: Option<Sample>,
    /// Where unsure: what it hangs on.
    pub because: Vec<Because>,
    /// The search budget ran out.
    pub spent: bool,
}

impl Program<'_> {
    /// Decides how much of the question's routes is accepted.
    pub fn ask(&self, question: &Question<'_>) -> Answer {
        let (mut accepted, mut rejected) = (None, None);
        let mut doubtful: Vec<Way> = Vec::new();
        let mut because = BTreeSet::new();
        let (mut any_accept, mut any_reject) = (false, false);
        let finished = self.ways(question, |way| {
            let (any, certain) = match way.verdict {
                Verdict::Accept => (&mut any_accept, &mut accepted),
                Verdict::Reject => (&mut any_reject, &mut rejected),
            };
            *any = true;
            if certain.is_none() {
                if way.assumed.is_empty() {
                    *certain = Some(sample(&way));
                } else {
                    because.extend(way.assumed.iter().cloned());
                    if doubtful.len() < APPEALS {
                        doubtful.push(way);
                    }
                }
            }
            if accepted.is_some() && rejected.is_some() {
                Search::Stop
            } else {
                Search::GoOn
            }
        });
        // An assumption may make no difference to the very route; the judge tries it both ways.
        for way in doubtful {
            let certain = if way.verdict == Verdict::Accept {
                &mut accepted
            } else {
                &mut rejected
            };
            if certain.is_none() {
                let sample = sample(&way);
                let decision = self.judge.session(self.chain, &sample.route());
                if decision.verdict == sample.witness().verdict {
                    *certain = Some(sample);
                }
            }
        }
        let coverage = match (any_accept, any_reject, &accepted, &rejected) {
            (_, _, Some(_), Some(_)) => Coverage::Some,
            (true, false, ..) if finished => Coverage::All,
            (false, ..) if finished => Coverage::None,
            _ => Coverage::Unsure,
        };
        let mut because: Vec<Because> = because.into_iter().collect();
        if coverage != Coverage::Unsure {
            because.clear();
        } else if !finished {
            because.push(Because {
                span: None,
                text: "the search budget was spent".to_owned(),
            });
        }
        Answer {
            coverage,
            accepted,
            rejected,
            because,
            spent: !finished,
        }
    }
}

fn sample(way: &Way) -> Sample {
    Sample {
        prefix: way.prefix,
        communities: way.communities.clone(),
        as_path: way.as_path.clone(),
        verdict: way.verdict,
        decided_by: way.decided_by.clone(),
        local_preference: way.local_preference,
    }
}
