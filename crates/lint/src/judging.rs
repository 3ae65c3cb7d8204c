//! Judges every session to Microsoft over the routes that Microsoft may send.

mod keys;
mod lost;
mod readings;
mod regions;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::sync::Arc;

use pairlint_eval::expressions::PathLanguage;
use pairlint_eval::{Answer, Coverage, Others, Prefixes, Program, Question};
use pairlint_model::bgp::{Asn, Community, Family, IpNet, MICROSOFT};
use pairlint_model::network::{BgpNeighbor, Device, NeighborFamily, RemoteAs};
use rayon::prelude::*;

use crate::announced::{Bases, DEFAULT_ROUTE, EVERY, PRIVATE, PUBLIC};
use crate::context::Context;
use crate::peers::{Peer, in_reading};
use crate::reach;
use crate::tables::{Cloud, CommunityKind};
use crate::verdicts::{CommunityVerdict, SessionVerdicts};
pub(crate) use keys::chain_key;
use regions::{Region, Regions};

/// Up to here they are judged one after the other.
pub(crate) const FEW_DEVICES: usize = 8;

/// Judges every session on Microsoft peering, in the order of the peers; devices are judged side by side.
pub(crate) fn judge_all(cx: &Context<'_>) -> Vec<SessionVerdicts> {
    let shared = Shared {
        bases: Family::BOTH.map(Bases::new),
        regions: Regions::new(cx.tables),
    };
    let peers: Vec<(usize, &Peer<'_>)> = cx.peers.iter().enumerate().collect();
    let devices: Vec<&[(usize, &Peer<'_>)]> = peers
        .chunk_by(|(_, a), (_, b)| a.device_index == b.device_index)
        .collect();
    // Threads take longer to start than a few devices to judge.
    let verdicts: Vec<Vec<SessionVerdicts>> = if devices.len() > FEW_DEVICES {
        devices
            .par_iter()
            .map(|device| judge_device(cx, device, &shared))
            .collect()
    } else {
        devices
            .iter()
            .map(|device| judge_device(cx, device, &shared))
            .collect()
    };
    verdicts.into_iter().flatten().collect()
}

/// What the questions about all sessions have in common.
struct Shared<'t> {
    bases: [Bases; 2],
    regions: Regions<'t>,
}

/// Judges the sessions of one device.
fn judge_device<'a>(
    cx: &Context<'a>,
    peers: &[(usize, &Peer<'a>)],
    shared: &Shared<'a>,
) -> Vec<SessionVerdicts> {
    let mut verdicts = Vec::new();
    // The two sessions of a circuit usually carry the same policies.
    let mut known: HashMap<String, SessionVerdicts> = HashMap::new();
    for &(index, peer) in peers.iter().filter(|(_, peer)| peer.is_microsoft()) {
        for (family_index, family) in peer.neighbor.families.iter().enumerate() {
            let session = Session {
                cx,
                shared,
                index,
                device: peer.device,
                neighbor: peer.neighbor,
                family,
            };
            let mut verdict = session.known(&mut known);
            for (number, reading) in peer.device.readings.iter().enumerate() {
                let other = session.of_reading(reading);
                let other = match &other {
                    Some(other) => other.known_as(number + 1, &mut known),
                    None => session.inactive(),
                };
                readings::reconcile(&mut verdict, other, peer, reading);
            }
            (verdict.peer, verdict.family_index) = (index, family_index);
            verdicts.push(verdict);
        }
    }
    verdicts
}

struct Session<'c, 'a> {
    cx: &'c Context<'a>,
    shared: &'c Shared<'a>,
    index: usize,
    /// The peer's device, or another reading of the same text.
    device: &'a Device,
    neighbor: &'a BgpNeighbor,
    family: &'a NeighborFamily,
}

impl<'c, 'a> Session<'c, 'a> {
    /// The verdicts, worked out once for each question.
    fn known(&self, known: &mut HashMap<String, SessionVerdicts>) -> SessionVerdicts {
        self.known_as(0, known)
    }

    /// The same in the reading of that number; the device itself is number 0.
    fn known_as(&self, reading: usize, known: &mut HashMap<String, SessionVerdicts>) -> SessionVerdicts {
        if !(self.family.active && self.neighbor.shutdown.is_none()) {
            return self.inactive();
        }
        let key = format!("{reading} {}", self.key());
        if let Some(same) = known.get(&key) {
            return same.clone();
        }
        let [v4, v6] = &self.shared.bases;
        let verdicts = self.judge(match self.family.family {
            Family::Ipv4 => v4,
            Family::Ipv6 => v6,
        });
        known.entry(key).or_insert(verdicts).clone()
    }

    /// The same session as another reading of the text has it.
    fn of_reading(&self, device: &'a Device) -> Option<Session<'c, 'a>> {
        let (neighbor, family) = in_reading(device, self.neighbor, self.family.family)?;
        Some(Session {
            device,
            neighbor,
            family,
            ..*self
        })
    }

    fn cloud(&self) -> Cloud {
        self.cx.peer_cloud(self.index).unwrap_or(Cloud::Public)
    }

    /// What makes two sessions of a device the same question.
    fn key(&self) -> String {
        let mut key = format!(
            "{} {:?} {:?} {:?} {:?}",
            self.family.family,
            self.cloud(),
            self.neighbor.remote_as,
            self.neighbor.local_as,
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
        let literals = reach::reach(self.device, &self.family.import).literals;
        listed.extend(
            literals
                .iter()
                .map(|literal| literal.community)
                .filter(|c| u32::from(c.asn) == MICROSOFT.0),
        );
        listed
    }

    fn empty(&self) -> SessionVerdicts {
        SessionVerdicts {
            peer: self.index,
            family: self.family.family,
            family_index: 0,
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

    fn inactive(&self) -> SessionVerdicts {
        let communities = self
            .listed()
            .into_iter()
            .map(|community| (community, CommunityVerdict::None))
            .collect();
        SessionVerdicts {
            active: false,
            communities,
            ..self.empty()
        }
    }

    fn path(&self) -> PathLanguage {
        arriving_paths(self.neighbor, self.family)
    }

    fn judge(&self, bases: &Bases) -> SessionVerdicts {
        let (cx, cloud) = (self.cx, self.cloud());
        let listed = self.listed();
        let needed = cx.needed_set_at_peer(self.index);
        let others = match self.neighbor.remote_as {
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
            self.device,
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
        let mut verdicts = self.empty();
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
pub(crate) fn arriving_paths(neighbor: &BgpNeighbor, family: &NeighborFamily) -> PathLanguage {
    let first = match neighbor.remote_as {
        RemoteAs::Asn(asn) if asn != MICROSOFT => vec![asn, MICROSOFT],
        _ => vec![MICROSOFT],
    };
    let own: Vec<Asn> = neighbor.local_as.into_iter().collect();
    let looped = family.own_as_allowed > 0 || own.iter().any(|asn| first.contains(asn));
    PathLanguage {
        first,
        without: if looped { Vec::new() } else { own },
        open: true,
    }
}

/// Communities that no test tells apart: the signature of the one asked about, and of those beside it.
type Alike = (u32, Vec<u32>);

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
                // Without prefix lists nobody parses a table of prefixes.
                let looks = self.program.looks_at_prefixes();
                let region = looks.then(|| self.region(community));
                let long = region.as_ref().map_or(&[][..], |region| &region.long);
                self.ask(
                    PUBLIC,
                    long,
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
    fn region(&self, community: Community) -> Arc<Region<'_>> {
        let of = (self.cloud, community, self.program.family());
        self.session.shared.regions.region(of)
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
            let mut others: Vec<u32> = beside.iter().map(signature).collect();
            others.sort_unstable();
            others.dedup();
            let key = (signature(&community), others);
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
