//! Judges every session to Microsoft over the routes that Microsoft may send.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use pairlint_eval::expressions::PathLanguage;
use pairlint_eval::{Answer, Coverage, Others, Prefixes, Program, Question, Sample, Search};
use pairlint_model::bgp::{Asn, Community, Family, IpNet, MICROSOFT};
use pairlint_model::network::{NeighborFamily, RemoteAs};
use pairlint_model::policy::{PolicyChain, PolicyExpression, SessionFilter, Verdict};

use crate::announced::{Bases, DEFAULT_ROUTE, EVERY, PRIVATE, PUBLIC, is_long};
use crate::context::Context;
use crate::peers::Peer;
use crate::reach;
use crate::tables::{Cloud, CommunityKind};
use crate::verdicts::{CommunityVerdict, Lost, SessionVerdicts};

/// Sets of companions that are tried when looking for address space that is lost.
const COMPANION_SETS: usize = 64;

/// Judges every session on Microsoft peering, in the order of the peers.
pub(crate) fn judge_all(cx: &Context<'_>) -> Vec<SessionVerdicts> {
    let bases = Family::BOTH.map(Bases::new);
    let mut verdicts = Vec::new();
    let mut known: HashMap<String, SessionVerdicts> = HashMap::new();
    let mut device = None;
    for (index, peer) in cx
        .peers
        .iter()
        .enumerate()
        .filter(|(_, peer)| peer.is_microsoft())
    {
        if device != Some(peer.device_index) {
            known.clear();
            device = Some(peer.device_index);
        }
        for (family_index, family) in peer.neighbor.families.iter().enumerate() {
            let session = Session {
                cx,
                index,
                peer,
                family,
            };
            if !(family.active && peer.neighbor.shutdown.is_none()) {
                verdicts.push(session.inactive(family_index));
                continue;
            }
            // The two sessions of a circuit usually carry the same policies.
            let key = session.key();
            let mut verdict = match known.get(&key) {
                Some(same) => same.clone(),
                None => {
                    let [v4, v6] = &bases;
                    let bases = if family.family == Family::Ipv4 { v4 } else { v6 };
                    known.entry(key).or_insert(session.judge(bases)).clone()
                }
            };
            (verdict.peer, verdict.family_index) = (index, family_index);
            verdicts.push(verdict);
        }
    }
    verdicts
}

struct Session<'c, 'a> {
    cx: &'c Context<'a>,
    index: usize,
    peer: &'c Peer<'a>,
    family: &'a NeighborFamily,
}

impl Session<'_, '_> {
    fn cloud(&self) -> Cloud {
        self.cx.peer_cloud(self.index).unwrap_or(Cloud::Public)
    }

    /// What makes two sessions of a device the same question.
    fn key(&self) -> String {
        let mut key = format!(
            "{} {:?} {:?} {:?} {:?}",
            self.family.family,
            self.cloud(),
            self.peer.neighbor.remote_as,
            self.peer.neighbor.local_as,
            self.cx.needed_set_at_peer(self.index),
        );
        chain_key(&self.family.import, &mut key);
        let _ = write!(
            key,
            " {} {:?}",
            self.family.own_as_allowed,
            self.cx.required_at_peer(self.index)
        );
        key
    }

    /// Required, allowed, or named by the policies.
    fn listed(&self) -> BTreeSet<Community> {
        let mut listed = self.cx.needed_set_at_peer(self.index);
        listed.extend(self.cx.required_at_peer(self.index));
        let literals = reach::reach(self.peer.device, &self.family.import).literals;
        listed.extend(
            literals
                .iter()
                .map(|literal| literal.community)
                .filter(|c| u32::from(c.asn) == MICROSOFT.0),
        );
        listed
    }

    fn empty(&self, family_index: usize) -> SessionVerdicts {
        SessionVerdicts {
            peer: self.index,
            family: self.family.family,
            family_index,
            active: true,
            communities: BTreeMap::new(),
            untagged: CommunityVerdict::None,
            answers: BTreeMap::new(),
            untagged_accepted: None,
            untagged_because: Vec::new(),
            default_accepted: None,
            private_accepted: None,
            unneeded: Vec::new(),
            unneeded_unsure: Vec::new(),
            lost: BTreeMap::new(),
            lost_regional: BTreeMap::new(),
        }
    }

    fn inactive(&self, family_index: usize) -> SessionVerdicts {
        let communities = self
            .listed()
            .into_iter()
            .map(|community| (community, CommunityVerdict::None))
            .collect();
        SessionVerdicts {
            active: false,
            communities,
            ..self.empty(family_index)
        }
    }

    fn path(&self) -> PathLanguage {
        arriving_paths(self.peer, self.family)
    }

    fn judge(&self, bases: &Bases) -> SessionVerdicts {
        let (cx, cloud) = (self.cx, self.cloud());
        let listed = self.listed();
        let needed = cx.needed_set_at_peer(self.index);
        let others = match self.peer.neighbor.remote_as {
            RemoteAs::Asn(asn) if asn != MICROSOFT => Others::NotMicrosoft,
            _ => Others::None,
        };
        let mut named = listed.clone();
        named.extend(
            cx.tables
                .communities()
                .iter()
                .filter(|entry| entry.cloud == cloud)
                .map(|entry| entry.value),
        );
        for &community in &listed {
            named.extend(cx.tables.regional_services(community));
        }
        let program = Program::new(
            self.peer.device,
            &self.family.import,
            self.family.family,
            &bases.sets,
            &named,
            others,
        );
        let judged = Judged {
            session: self,
            program,
            cloud,
            others,
            path: self.path(),
        };
        let mut verdicts = self.empty(0);
        for &community in &listed {
            let answer = judged.carrying(community);
            verdicts.communities.insert(community, answer.coverage.into());
            verdicts.answers.insert(community, answer);
        }
        judged.untagged(&mut verdicts);
        judged.unneeded(&needed, &mut verdicts);
        for community in cx.required_at_peer(self.index) {
            judged.lost(community, &mut verdicts);
        }
        verdicts
    }
}

/// The paths that arrive on a session: the neighbor's AS first, Microsoft's, then anything but our own.
pub(crate) fn arriving_paths(peer: &Peer<'_>, family: &NeighborFamily) -> PathLanguage {
    let first = match peer.neighbor.remote_as {
        RemoteAs::Asn(asn) if asn != MICROSOFT => vec![asn, MICROSOFT],
        _ => vec![MICROSOFT],
    };
    let own: Vec<Asn> = peer.neighbor.local_as.into_iter().collect();
    let looped = family.own_as_allowed > 0 || own.iter().any(|asn| first.contains(asn));
    PathLanguage {
        first,
        without: if looped { Vec::new() } else { own },
        open: true,
    }
}

/// Communities that no test tells apart: the signature of the one asked about, and of those beside it.
type Alike = (u32, BTreeSet<u32>);

/// A session's program and what its questions have in common.
struct Judged<'s, 'c, 'a> {
    session: &'s Session<'c, 'a>,
    program: Program<'a>,
    cloud: Cloud,
    others: Others,
    path: PathLanguage,
}

impl Judged<'_, '_, '_> {
    /// The answer over all routes that carry the community.
    fn carrying(&self, community: Community) -> Answer {
        let tables = self.session.cx.tables;
        match CommunityKind::of_value(community.value) {
            CommunityKind::Region => {
                let long = self.long_routes(community);
                self.ask(
                    PUBLIC,
                    &long,
                    &[community],
                    &tables.companions(self.cloud, community),
                    self.others,
                )
            }
            CommunityKind::GlobalService => {
                let beside: Vec<Community> =
                    self.services().filter(|&service| service != community).collect();
                let alone = self.ask(PUBLIC, &[], &[community], &beside, self.others);
                if tables.never_beside_regional(self.cloud, community) || alone.coverage == Coverage::Some {
                    return alone;
                }
                self.with_each_region(community, alone)
            }
            CommunityKind::RegionalService => {
                let regional = Community::microsoft(51000 + community.value % 1000);
                let companions = tables.companions(self.cloud, regional);
                self.ask(PUBLIC, &[], &[regional, community], &companions, self.others)
            }
            _ => self.ask(PUBLIC, &[], &[community], &[], self.others),
        }
    }

    /// A global service also stands beside each regional community.
    fn with_each_region(&self, community: Community, alone: Answer) -> Answer {
        let tables = self.session.cx.tables;
        let mut answer = alone;
        let mut seen = BTreeSet::new();
        for region in self.regions() {
            if !seen.insert(self.program.signature(region)) {
                continue;
            }
            let companions = tables.companions(self.cloud, region);
            let beside = self.ask(PUBLIC, &[], &[region, community], &companions, self.others);
            answer = joined(answer, beside);
            if answer.coverage == Coverage::Some {
                break;
            }
        }
        answer
    }

    fn regions(&self) -> impl Iterator<Item = Community> {
        let entries = self.session.cx.tables.communities().iter();
        entries
            .filter(|e| e.cloud == self.cloud && e.kind == CommunityKind::Region && e.status.may_be_sent())
            .map(|entry| entry.value)
    }

    fn services(&self) -> impl Iterator<Item = Community> {
        let services = self.session.cx.tables.global_services(self.cloud);
        services
            .filter(|entry| entry.status.may_be_sent())
            .map(|entry| entry.value)
    }

    /// The routes of the region that are longer than what travels, where prefixes matter to the policy.
    fn long_routes(&self, community: Community) -> Vec<IpNet> {
        if !self.program.looks_at_prefixes() {
            return Vec::new();
        }
        self.region_routes(community)
            .0
            .iter()
            .filter(|route| is_long(route))
            .copied()
            .collect()
    }

    fn region_routes(&self, community: Community) -> (&[IpNet], crate::tables::Evidence) {
        let tables = self.session.cx.tables;
        let mut regions = tables
            .community(self.cloud, community)
            .iter()
            .filter_map(|e| e.region.as_deref());
        let Some(region) = regions.next() else {
            return (&[], crate::tables::Evidence::Estimate);
        };
        let routes = tables.region_routes(self.cloud, region).of(self.program.family());
        (routes.prefixes, routes.evidence)
    }

    fn ask(
        &self,
        base: usize,
        also: &[IpNet],
        present: &[Community],
        optional: &[Community],
        others: Others,
    ) -> Answer {
        let prefixes = Prefixes::Base { base, also };
        self.program.ask(&Question {
            prefixes,
            present,
            optional,
            others,
            path: &self.path,
        })
    }

    fn untagged(&self, verdicts: &mut SessionVerdicts) {
        let answer = self.ask(EVERY, &[], &[], &[], self.others);
        verdicts.untagged = answer.coverage.into();
        // What a provider's own communities let in is the network's business; bare routes are not.
        let bare = match self.others {
            Others::None => answer,
            _ => self.ask(EVERY, &[], &[], &[], Others::None),
        };
        verdicts.untagged_because = bare.because;
        verdicts.untagged_accepted = bare.accepted;
        if verdicts.untagged_accepted.is_some() {
            let public = self.ask(PUBLIC, &[], &[], &[], Others::None).accepted;
            verdicts.untagged_accepted = public.or(verdicts.untagged_accepted.take());
            verdicts.default_accepted = self.ask(DEFAULT_ROUTE, &[], &[], &[], Others::None).accepted;
            verdicts.private_accepted = self.ask(PRIVATE, &[], &[], &[], Others::None).accepted;
        }
    }

    /// Looks for routes that carry only communities nobody needs and are accepted by one of them.
    fn unneeded(&self, needed: &BTreeSet<Community>, verdicts: &mut SessionVerdicts) {
        let tables = self.session.cx.tables;
        let needless = |list: Vec<Community>| -> Vec<Community> {
            list.into_iter()
                .filter(|community| !needed.contains(community))
                .collect()
        };
        let regions: Vec<Community> = needless(self.regions().collect());
        let services: Vec<Community> = needless(self.services().collect());
        let questions = regions
            .iter()
            .map(|&region| (region, needless(tables.companions(self.cloud, region))))
            .chain(services.iter().map(|&service| (service, Vec::new())));
        let mut same: HashMap<Alike, Option<(Coverage, Answer)>> = HashMap::new();
        for (community, beside) in questions {
            let signature = |c: &Community| self.program.signature(*c);
            let key = (signature(&community), beside.iter().map(signature).collect());
            let answer = same.entry(key).or_insert_with(|| {
                let answer = self.ask(PUBLIC, &[], &[community], &beside, Others::None);
                (answer.coverage != Coverage::None).then_some((answer.coverage, answer))
            });
            match answer {
                Some((
                    _,
                    Answer {
                        accepted: Some(sample),
                        ..
                    },
                )) => {
                    let mut sample = sample.clone();
                    if !sample.communities.contains(&community) {
                        // The same for this community as for the one that was asked about.
                        sample.communities = vec![community];
                    }
                    verdicts.unneeded.push((community, sample));
                }
                Some((Coverage::Unsure, answer)) => {
                    verdicts.unneeded_unsure.push((community, answer.because.clone()));
                }
                _ => {}
            }
        }
    }

    /// Looks for Power Platform address space that no accepted route reaches, although routes with the
    /// community are accepted in general.
    fn lost(&self, community: Community, verdicts: &mut SessionVerdicts) {
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
            let reachable: Vec<IpNet> = wanted
                .iter()
                .filter(|prefix| routes.iter().any(|route| route.contains(*prefix)))
                .copied()
                .collect();
            let space = pairlint_eval::space::uncovered(&reachable, &open);
            let whatever_the_prefix = !companions.is_empty()
                && self.ask(PUBLIC, &[], &present, &[], Others::None).coverage == Coverage::None;
            let hit = |route: &IpNet| {
                space
                    .iter()
                    .any(|lost| route.contains(lost) || lost.contains(route))
            };
            let lost = Lost {
                prefixes: reachable.iter().filter(|prefix| hit(prefix)).count(),
                evidence,
                whatever_the_prefix,
                companions: companions.clone(),
                sample: shut.iter().find(|(route, _)| space.is_empty() || hit(route)).map(
                    |(route, sample)| Sample {
                        prefix: *route,
                        ..sample.clone()
                    },
                ),
                space,
            };
            let (found, lost) = match lost.space.is_empty() {
                false => (&mut verdicts.lost, lost),
                true => {
                    let space = shut.iter().map(|(route, _)| *route).collect::<Vec<_>>();
                    let prefixes = space.len();
                    let space = pairlint_eval::space::aggregate(&space);
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

/// The answer over two sets of routes together.
fn joined(a: Answer, b: Answer) -> Answer {
    let accepted = a.accepted.or(b.accepted);
    let rejected = a.rejected.or(b.rejected);
    let coverage = match (a.coverage, b.coverage) {
        _ if accepted.is_some() && rejected.is_some() => Coverage::Some,
        (a, b) if a == b => a,
        _ => Coverage::Unsure,
    };
    let mut because = a.because;
    because.extend(b.because);
    if coverage != Coverage::Unsure {
        because.clear();
    }
    Answer {
        coverage,
        accepted,
        rejected,
        because,
        spent: a.spent || b.spent,
    }
}

/// Writes what a chain is made of, without where it stands.
pub(crate) fn chain_key(chain: &PolicyChain, key: &mut String) {
    for filter in &chain.filters {
        let _ = match &filter.value {
            SessionFilter::PrefixList { name, family } => {
                write!(key, " prefix-list {family:?} {}", name.value)
            }
            SessionFilter::AsPathList { name } => write!(key, " as-path {}", name.value),
            SessionFilter::AccessList { name, family } => {
                write!(key, " access-list {family:?} {}", name.value)
            }
            SessionFilter::CommunityList { name } => write!(key, " community-list {}", name.value),
            SessionFilter::Unsupported => write!(key, " unsupported {:?}", filter.span),
        };
    }
    chain
        .policies
        .iter()
        .for_each(|policy| expression_key(policy, key));
    let _ = write!(key, " default {:?}", chain.default.verdict);
}

fn expression_key(expression: &PolicyExpression, key: &mut String) {
    match expression {
        PolicyExpression::Policy(name) => {
            let _ = write!(key, " policy {}", name.value);
        }
        PolicyExpression::And(parts) | PolicyExpression::Or(parts) => {
            key.push_str(if matches!(expression, PolicyExpression::And(_)) {
                " and("
            } else {
                " or("
            });
            parts.iter().for_each(|part| expression_key(part, key));
            key.push(')');
        }
        PolicyExpression::Not(part) => {
            key.push_str(" not");
            expression_key(part, key);
        }
        PolicyExpression::Unsupported(span) => {
            let _ = write!(key, " unsupported {span:?}");
        }
    }
}
