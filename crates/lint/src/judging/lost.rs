//! Address space that a session loses, although routes with its community are accepted in general.

use std::collections::{BTreeSet, HashMap};

use pairlint_eval::space::{Cover, aggregate, uncovered};
use pairlint_eval::{Coverage, Others, Prefixes, Question, Sample, Search};
use pairlint_model::bgp::{Community, Family, IpNet};
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
        let tables = self.session.cx.tables;
        let family = self.program.family();
        let (routes, evidence) = self.region_routes(community);
        let mut entries = tables.community(self.cloud, community).iter();
        let Some(region) = entries.find_map(|entry| entry.region.as_deref()) else {
            return;
        };
        let wanted: Vec<IpNet> = tables
            .power_platform_prefixes(self.cloud, region)
            .map(|(_, prefix)| prefix)
            .filter(|prefix| Family::of(prefix) == family)
            .collect();
        let announced = Cover::of(routes.iter().copied());
        let reachable: Vec<IpNet> = wanted
            .into_iter()
            .filter(|prefix| announced.holds(prefix))
            .collect();
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
            let mut open = Vec::new();
            let mut shut = Vec::new();
            for route in routes {
                match rejected(route) {
                    None => open.push(*route),
                    Some(sample) => shut.push((*route, sample)),
                }
            }
            if shut.is_empty() {
                continue;
            }
            let lost_space = uncovered(&reachable, &open);
            let whatever_the_prefix = !companions.is_empty()
                && self.ask(PUBLIC, &[], &present, &[], Others::None).coverage == Coverage::None;
            let shut_off = Cover::of(lost_space.iter().copied());
            let hit = |route: &IpNet| shut_off.touches(route);
            let lost = Lost {
                prefixes: reachable.iter().filter(|prefix| hit(prefix)).count(),
                evidence,
                whatever_the_prefix,
                companions: companions.clone(),
                sample: shut
                    .iter()
                    .find(|(route, _)| lost_space.is_empty() || hit(route))
                    .map(|(route, sample)| Sample {
                        prefix: *route,
                        ..sample.clone()
                    }),
                space: lost_space,
            };
            let (found, lost) = match lost.space.is_empty() {
                false => (&mut verdicts.lost, lost),
                true => {
                    let space = shut.iter().map(|(route, _)| *route).collect::<Vec<_>>();
                    let prefixes = space.len();
                    let space = aggregate(&space);
                    (
                        &mut verdicts.lost_regional,
                        Lost {
                            prefixes,
                            space,
                            ..lost
                        },
                    )
                }
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
