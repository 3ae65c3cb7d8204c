//! Address space that a session loses, although routes with its community are accepted in general.

use std::collections::{BTreeSet, HashMap};

use pairlint_eval::space::Cover;
use pairlint_eval::{Coverage, Others, Prefixes, Question, Sample, Search};
use pairlint_model::bgp::{Community, IpNet};
use pairlint_model::policy::Verdict;

use super::Judged;
use crate::announced::PUBLIC;
use crate::verdicts::{CommunityVerdict, Lost, SessionVerdicts};

/// Sets of companions that are tried.
const COMPANION_SETS: usize = 64;

impl Judged<'_, '_, '_> {
    /// Looks for Power Platform address space that no accepted route reaches, although routes with the
    /// community are accepted in general.
    pub(super) fn lost(&self, community: Community, verdicts: &mut SessionVerdicts) {
        let verdict = verdicts.verdict(community);
        let accepted = verdicts
            .answers
            .get(&community)
            .is_some_and(|answer| answer.accepted.is_some());
        if !accepted || verdict == CommunityVerdict::All {
            return;
        }
        let of = (self.cloud, community, self.program.family());
        let region = self.session.shared.regions.region(of);
        for companions in self.companion_sets(community) {
            let mut present = companions.clone();
            present.push(community);
            let mut by_class: HashMap<usize, Option<Sample>> = HashMap::new();
            // `None` where the route is accepted on some path, else a route that shows that it is not.
            let mut rejected = |route: &IpNet| {
                let class = self.program.class_of(route);
                let decide = || {
                    let prefixes = Prefixes::Exactly(std::slice::from_ref(route));
                    let others = Others::None;
                    let question = Question {
                        prefixes,
                        present: &present,
                        optional: &[],
                        others,
                        path: &self.path,
                    };
                    let answer = self.program.ask(&question);
                    answer.rejected.filter(|_| answer.coverage == Coverage::None)
                };
                by_class.entry(class).or_insert_with(decide).clone()
            };
            let mut shut = Vec::new();
            for (at, route) in (0..).zip(region.routes) {
                shut.extend(rejected(route).map(|sample| (at, *route, sample)));
            }
            if shut.is_empty() {
                continue;
            }
            let loss = self
                .session
                .shared
                .regions
                .loss(of, shut.iter().map(|&(at, ..)| at).collect());
            let whatever_the_prefix = !companions.is_empty()
                && self.ask(PUBLIC, &[], &present, &[], Others::None).coverage == Coverage::None;
            let (found, space, prefixes) = match loss.space.is_empty() {
                true => (&mut verdicts.lost_regional, &loss.rejected, shut.len()),
                false => (&mut verdicts.lost, &loss.space, loss.prefixes),
            };
            let shut_off = Cover::of(loss.space.iter().copied());
            let shows = |route: &IpNet| loss.space.is_empty() || shut_off.touches(route);
            let sample = shut.into_iter().find(|(_, route, _)| shows(route));
            let lost = Lost {
                space: space.clone(),
                prefixes,
                evidence: region.evidence,
                whatever_the_prefix,
                companions: companions.clone(),
                sample: sample.map(|(_, prefix, sample)| Sample { prefix, ..sample }),
            };
            // What is lost by the prefix alone comes first; companions are told only where they lose more.
            let worse = found
                .get(&community)
                .is_none_or(|known| lost.prefixes > known.prefixes);
            if worse {
                found.insert(community, lost);
            }
        }
    }

    /// The sets of companions that make a difference: none, and those of the ways that end in a rejection.
    fn companion_sets(&self, community: Community) -> Vec<Vec<Community>> {
        let companions = self.session.cx.tables.companions(self.cloud, community);
        let mut sets = BTreeSet::from([Vec::new()]);
        let question = Question {
            prefixes: Prefixes::Base {
                base: PUBLIC,
                also: &[],
            },
            present: &[community],
            optional: &companions,
            others: Others::None,
            path: &self.path,
        };
        self.program.ways(&question, |way| {
            if way.verdict == Verdict::Reject {
                sets.insert(
                    way.communities
                        .iter()
                        .copied()
                        .filter(|&c| c != community)
                        .collect(),
                );
            }
            if sets.len() > COMPANION_SETS {
                Search::Stop
            } else {
                Search::GoOn
            }
        });
        let mut sets: Vec<Vec<Community>> = sets.into_iter().collect();
        sets.sort_by_key(|set| (set.len(), set.clone()));
        sets
    }
}
