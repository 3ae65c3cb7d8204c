//! Which routes a session lets in that it did not let in before: every kind of route that Microsoft may send,
//! and those that it does not, put through both states.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pairlint_eval::expressions::PathLanguage;
use pairlint_eval::{Answer, Because, Others, Prefixes, Program, Question, Route, Sample, Step};
use pairlint_model::bgp::{Community, Family, IpNet, MICROSOFT};
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::network::{BgpNeighbor, Device, NeighborFamily, RemoteAs};
use pairlint_model::source::Span;

use super::alike::States;
use super::{Fate, RouteChange, SessionChange, Subject, Witness};
use crate::announced::{Bases, DEFAULT_ROUTE, EVERY, PRIVATE, PUBLIC, is_long};
use crate::context::Context;
use crate::judging::arriving_paths;
use crate::reach;
use crate::tables::{Cloud, CommunityKind};
use crate::verdicts::CommunityVerdict;

/// An active session of one state.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub device: &'a Device,
    pub neighbor: &'a BgpNeighbor,
    pub family: &'a NeighborFamily,
}

/// Communities that no test of either program tells apart: what is asked about, and what may stand beside it.
type Kind = (Vec<u32>, BTreeSet<Vec<u32>>);

type Changes = BTreeMap<Subject, RouteChange>;

/// Compares the session in every reading of the two texts. What is not the same in all of them is unsure.
pub(super) fn compare<'a>(
    cx: &Context<'a>,
    cloud: Cloud,
    olds: &[Option<Side<'a>>],
    news: &[Option<Side<'a>>],
    change: &mut SessionChange,
) {
    let mut readings: Vec<(usize, usize)> = Vec::new();
    if olds.len() == news.len() {
        readings.extend((0..olds.len()).map(|at| (at, at)));
    } else {
        readings.extend((0..olds.len()).flat_map(|old| (0..news.len()).map(move |new| (old, new))));
    }
    let mut all: Vec<(String, Changes)> = Vec::new();
    for (old, new) in readings {
        let (before, after) = (side(olds, old), side(news, new));
        let platform = |side: Option<Side<'_>>| side.map(|side| side.device.platform.name);
        let names: BTreeSet<&str> = [platform(before), platform(after)]
            .into_iter()
            .flatten()
            .collect();
        let name = names.into_iter().collect::<Vec<_>>().join(" and ");
        let compared = match (before, after) {
            (None, None) => Changes::new(),
            _ => Comparing::new(cx, cloud, before, after, change).changes(),
        };
        all.push((name, compared));
    }
    change.routes = reconciled(all).into_values().collect();
}

fn side<'a>(sides: &[Option<Side<'a>>], at: usize) -> Option<Side<'a>> {
    sides.get(at).copied().flatten()
}

fn reconciled(mut all: Vec<(String, Changes)>) -> Changes {
    if all.is_empty() {
        return Changes::new();
    }
    let (first_name, mut known) = all.remove(0);
    for (name, other) in all {
        for (subject, theirs) in &other {
            if !known.contains_key(subject) {
                let mut change = theirs.clone();
                (change.gained, change.lost) = (None, None);
                change.because.push(disagreement(&first_name, &name));
                known.insert(subject.clone(), change);
            }
        }
        for (subject, change) in &mut known {
            let theirs = other.get(subject);
            let gained = theirs.is_some_and(|theirs| theirs.gained.is_some());
            let lost = theirs.is_some_and(|theirs| theirs.lost.is_some());
            if change.gained.is_some() != gained || change.lost.is_some() != lost {
                change.gained = change.gained.take().filter(|_| gained);
                change.lost = change.lost.take().filter(|_| lost);
                change.because.push(disagreement(&first_name, &name));
            }
            if let Some(theirs) = theirs {
                for (mine, other) in [
                    (&mut change.before, theirs.before),
                    (&mut change.after, theirs.after),
                ] {
                    if *mine != other {
                        *mine = CommunityVerdict::Unsure;
                    }
                }
                for because in &theirs.because {
                    if !change.because.contains(because) {
                        change.because.push(because.clone());
                    }
                }
            }
        }
    }
    known
}

fn disagreement(first: &str, other: &str) -> Because {
    Because {
        span: None,
        text: format!(
            "no line tells the platform or its version: as {first} it is not the same as as {other}"
        ),
    }
}

/// Two programs and the routes that arrive on both.
struct Comparing<'c, 'a> {
    cx: &'c Context<'a>,
    cloud: Cloud,
    family: Family,
    old: Option<Side<'a>>,
    new: Option<Side<'a>>,
    first: Option<Program<'a>>,
    second: Option<Program<'a>>,
    states: Option<States<'a>>,
    paths: PathLanguage,
    others: Others,
    /// What keeps routes out where there is no program: the line that shuts the session down.
    stops: [Option<Span>; 2],
}

/// What a question came to.
#[derive(Clone)]
struct Found {
    before: CommunityVerdict,
    after: CommunityVerdict,
    gained: Option<Sample>,
    lost: Option<Sample>,
    because: Vec<Because>,
}

impl<'c, 'a> Comparing<'c, 'a> {
    fn new(
        cx: &'c Context<'a>,
        cloud: Cloud,
        old: Option<Side<'a>>,
        new: Option<Side<'a>>,
        change: &SessionChange,
    ) -> Comparing<'c, 'a> {
        let sides = || [old, new].into_iter().flatten();
        let family = change.family;
        let mut named: BTreeSet<Community> = literals(old);
        named.extend(literals(new));
        let entries = cx.tables.communities().iter();
        let of_cloud = entries.filter(|entry| entry.cloud == cloud);
        named.extend(of_cloud.map(|entry| entry.value));
        let regions: Vec<Community> = named.iter().copied().filter(|c| is_region(*c)).collect();
        for region in regions {
            named.extend(cx.tables.regional_services(region));
        }
        let through_provider =
            |side: Side<'_>| matches!(side.neighbor.remote_as, RemoteAs::Asn(asn) if asn != MICROSOFT);
        let others = match sides().any(through_provider) {
            true => Others::NotMicrosoft,
            false => Others::None,
        };
        let mut paths = sides().map(|side| arriving_paths(side.neighbor, side.family));
        let mut language = paths.next().unwrap_or(PathLanguage {
            first: vec![MICROSOFT],
            without: Vec::new(),
            open: true,
        });
        language.without.extend(paths.flat_map(|other| other.without));
        let bases = Bases::new(family);
        let program = |side: Side<'a>, sets: &[_]| {
            Program::new(side.device, &side.family.import, family, sets, &named, others)
        };
        let second = new.map(|side| program(side, &bases.sets));
        let mut sets = bases.sets.to_vec();
        sets.extend(second.iter().flat_map(Program::prefix_sets));
        let first = old.map(|side| program(side, &sets));
        let states = match (old, new) {
            (Some(old), Some(new)) => Some(States::new(cx.sources, old.device, new.device)),
            _ => None,
        };
        Comparing {
            cx,
            cloud,
            family,
            old,
            new,
            first,
            second,
            states,
            paths: language,
            others,
            stops: [change.old.span(), change.new.span()],
        }
    }

    fn changes(&self) -> Changes {
        let mut changes = Changes::new();
        let mut known: HashMap<Kind, Option<Found>> = HashMap::new();
        for community in self.communities() {
            let Some((present, beside)) = self.carrying(community) else {
                continue;
            };
            let long = self.long_routes(community);
            let kind = present.iter().flat_map(|&c| self.signature(c)).collect();
            let key = (kind, beside.iter().map(|&c| self.signature(c)).collect());
            let fresh = || self.ask(PUBLIC, &long, &present, &beside);
            let found = match (known.get(&key), long.is_empty()) {
                // Communities that no test tells apart fare alike.
                (Some(found), true) => {
                    let found = found.clone();
                    match found.map(|found| self.for_community(found, &present)) {
                        None => None,
                        Some(Some(found)) => Some(found),
                        Some(None) => fresh(),
                    }
                }
                (_, alone) => {
                    let found = fresh();
                    if alone {
                        known.insert(key, found.clone());
                    }
                    found
                }
            };
            self.add(Subject::Community(community), found, &mut changes);
        }
        for (subject, base) in [
            (Subject::Untagged, PUBLIC),
            (Subject::DefaultRoute, DEFAULT_ROUTE),
            (Subject::Private, PRIVATE),
        ] {
            self.add(subject, self.ask(base, &[], &[], &[]), &mut changes);
        }
        // Longer, shorter and reserved ones, where none of the kinds above tells already.
        let bare = |subject: &Subject| !matches!(subject, Subject::Community(_));
        if !changes.keys().any(bare) {
            self.add(Subject::Other, self.ask(EVERY, &[], &[], &[]), &mut changes);
        }
        changes
    }

    /// What Microsoft may send in the cloud, and what the policies spell out.
    fn communities(&self) -> BTreeSet<Community> {
        let entries = self.cx.tables.communities().iter();
        let sent = entries.filter(|entry| {
            let kind = CommunityKind::of_value(entry.value.value);
            let asked = matches!(kind, CommunityKind::Region | CommunityKind::GlobalService);
            entry.cloud == self.cloud && entry.status.may_be_sent() && asked
        });
        let mut communities: BTreeSet<Community> = sent.map(|entry| entry.value).collect();
        communities.extend(literals(self.old));
        communities.extend(literals(self.new));
        communities
    }

    /// What stands on every route of the question about a community, and what may stand beside it.
    fn carrying(&self, community: Community) -> Option<(Vec<Community>, Vec<Community>)> {
        let tables = self.cx.tables;
        Some(match CommunityKind::of_value(community.value) {
            CommunityKind::Region => (vec![community], tables.companions(self.cloud, community)),
            CommunityKind::GlobalService => {
                let services = tables.global_services(self.cloud);
                let sent = services.filter(|entry| entry.status.may_be_sent());
                let others = sent.map(|entry| entry.value).filter(|&value| value != community);
                (vec![community], others.collect())
            }
            CommunityKind::RegionalService => {
                let region = Community::microsoft(51000 + community.value % 1000);
                let beside = tables.companions(self.cloud, region);
                let beside = beside.into_iter().filter(|&value| value != community);
                (vec![region, community], beside.collect())
            }
            _ => (vec![community], Vec::new()),
        })
    }

    fn programs(&self) -> impl Iterator<Item = &Program<'a>> {
        [&self.first, &self.second].into_iter().flatten()
    }

    fn signature(&self, community: Community) -> Vec<u32> {
        self.programs()
            .map(|program| program.signature(community))
            .collect()
    }

    /// The routes of a region that are longer than what travels, where prefixes matter.
    fn long_routes(&self, community: Community) -> Vec<IpNet> {
        if !is_region(community) || !self.programs().any(Program::looks_at_prefixes) {
            return Vec::new();
        }
        let mut entries = self.cx.tables.community(self.cloud, community).iter();
        let Some(region) = entries.find_map(|entry| entry.region.as_deref()) else {
            return Vec::new();
        };
        let routes = self.cx.tables.region_routes(self.cloud, region).of(self.family);
        routes
            .prefixes
            .iter()
            .filter(|route| is_long(route))
            .copied()
            .collect()
    }

    /// `None` where both let in the same.
    fn ask(
        &self,
        base: usize,
        also: &[IpNet],
        present: &[Community],
        optional: &[Community],
    ) -> Option<Found> {
        let question = Question {
            prefixes: Prefixes::Base { base, also },
            present,
            optional,
            others: self.others,
            path: &self.paths,
        };
        let one_sided =
            |answer: &Answer| (!answer.because.is_empty() || answer.accepted.is_some()).then_some(());
        match (&self.first, &self.second, &self.states) {
            (Some(first), Some(second), Some(states)) => {
                let found = first.differences(second, &question, &|old, new| states.alike(old, new));
                if found.gained.is_none() && found.lost.is_none() && found.because.is_empty() {
                    return None;
                }
                Some(Found {
                    before: first.ask(&question).coverage.into(),
                    after: second.ask(&question).coverage.into(),
                    gained: found.gained.map(|samples| samples.0),
                    lost: found.lost.map(|samples| samples.0),
                    because: found.because,
                })
            }
            (Some(first), None, _) | (Some(first), Some(_), None) => {
                let answer = first.ask(&question);
                one_sided(&answer)?;
                Some(Found {
                    before: answer.coverage.into(),
                    after: CommunityVerdict::None,
                    gained: None,
                    lost: answer.accepted,
                    because: answer.because,
                })
            }
            (None, Some(second), _) => {
                let answer = second.ask(&question);
                one_sided(&answer)?;
                Some(Found {
                    before: CommunityVerdict::None,
                    after: answer.coverage.into(),
                    gained: answer.accepted,
                    lost: None,
                    because: answer.because,
                })
            }
            (None, None, _) => None,
        }
    }

    /// The same for a community that fares like the one that was asked about; `None` where the routes do not show it.
    fn for_community(&self, mut found: Found, present: &[Community]) -> Option<Found> {
        for sample in [&mut found.gained, &mut found.lost].into_iter().flatten() {
            // Of what was asked about, only this one has to be on the route.
            sample.communities = present.to_vec();
        }
        let holds = |sample: &Option<Sample>, gained: bool| {
            sample
                .as_ref()
                .is_none_or(|sample| self.witness(sample, gained).is_some())
        };
        (holds(&found.gained, true) && holds(&found.lost, false)).then_some(found)
    }

    fn add(&self, subject: Subject, found: Option<Found>, changes: &mut Changes) {
        let Some(found) = found else { return };
        let meaning = match subject {
            Subject::Community(community) => self.cx.meaning(Some(self.cloud), community).map(str::to_owned),
            _ => None,
        };
        let mut because = found.because;
        let mut show = |sample: Option<Sample>, gained: bool| {
            let witness = self.witness(sample.as_ref()?, gained);
            if witness.is_none() {
                because.push(Because {
                    span: None,
                    text: "a route that showed a difference did not hold before the judge".to_owned(),
                });
            }
            witness
        };
        let (gained, lost) = (show(found.gained, true), show(found.lost, false));
        let change = RouteChange {
            subject: subject.clone(),
            meaning,
            before: found.before,
            after: found.after,
            gained,
            lost,
            because,
        };
        changes.insert(subject, change);
    }

    /// What becomes of the route on both sides; `None` where that is not the difference that was found.
    fn witness(&self, sample: &Sample, gained: bool) -> Option<Witness> {
        let route = sample.route();
        let [old_stop, new_stop] = self.stops;
        let old = fate(self.first.as_ref(), old_stop, &route);
        let new = fate(self.second.as_ref(), new_stop, &route);
        let (accepting, rejecting) = if gained { (&new, &old) } else { (&old, &new) };
        let shown = accepting.verdict == RouteVerdict::Accept && rejecting.verdict == RouteVerdict::Reject;
        shown.then_some(Witness { route, old, new })
    }
}

fn fate(program: Option<&Program<'_>>, stop: Option<Span>, route: &Route) -> Fate {
    match program {
        Some(program) => {
            let mut decision = program.judge().session(program.chain(), route);
            // Where nothing is attached, the platform's default decides.
            let default = &program.chain().default;
            if let (true, Some(span)) = (decision.steps.is_empty(), default.span.or(stop)) {
                decision.steps.push(Step {
                    span,
                    effect: default.reason.to_owned(),
                });
            }
            Fate {
                verdict: decision.verdict,
                steps: decision.steps,
            }
        }
        None => Fate {
            verdict: RouteVerdict::Reject,
            steps: stop
                .map(|span| Step {
                    span,
                    effect: "the session is not active: no route passes".to_owned(),
                })
                .into_iter()
                .collect(),
        },
    }
}

/// Microsoft's communities that a session's policies spell out.
fn literals(side: Option<Side<'_>>) -> BTreeSet<Community> {
    let Some(side) = side else {
        return BTreeSet::new();
    };
    let literals = reach::reach(side.device, &side.family.import).literals;
    literals
        .iter()
        .map(|literal| literal.community)
        .filter(|community| u32::from(community.asn) == MICROSOFT.0)
        .collect()
}

fn is_region(community: Community) -> bool {
    u32::from(community.asn) == MICROSOFT.0
        && CommunityKind::of_value(community.value) == CommunityKind::Region
}
