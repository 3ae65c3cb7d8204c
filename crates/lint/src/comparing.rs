//! Whether two sessions let in the same routes, and a route that tells them apart where they do not.

use std::collections::BTreeSet;

use pairlint_eval::expressions::PathLanguage;
use pairlint_eval::{Comparison, Others, Prefixes, Program, Question, Sample};
use pairlint_model::bgp::{Community, Family, IpNet, MICROSOFT};
use pairlint_model::network::RemoteAs;

use crate::announced::{Bases, EVERY, PUBLIC, is_long};
use crate::context::Context;
use crate::judging::{arriving_paths, chain_key};
use crate::session_findings::Judged;
use crate::tables::{Cloud, CommunityKind};

/// A route that one of two sessions accepts and the other rejects.
#[derive(Debug)]
pub(crate) struct Difference {
    /// As the first session leaves it, and as the second does.
    pub samples: (Sample, Sample),
    /// The route carries a community that is needed, or nothing says what is.
    pub needed: bool,
}

/// Looks for a route that tells the sessions apart, the ones that somebody needs first. Both are of one
/// address family. `None` where there is none, and where that hangs on what is not known.
pub(crate) fn difference(
    cx: &Context<'_>,
    one: &Judged<'_, '_>,
    other: &Judged<'_, '_>,
) -> Option<Difference> {
    let same_device = std::ptr::eq(one.peer.device, other.peer.device);
    if same_device && key(one) == key(other) {
        return None;
    }
    // Where a text has several readings, no single one of them proves a difference.
    let several = |judged: &Judged<'_, '_>| !judged.peer.device.readings.is_empty();
    if several(one) || several(other) {
        return None;
    }
    let (paths, others) = arriving(one, other)?;
    let cloud = one.cloud.unwrap_or(Cloud::Public);
    let needed: BTreeSet<Community> = [one, other]
        .iter()
        .flat_map(|judged| {
            let mut needed = cx.required_at_peer(judged.verdicts.peer);
            needed.extend(cx.needed_set_at_peer(judged.verdicts.peer));
            needed
        })
        .collect();
    let mut named: BTreeSet<Community> = needed.clone();
    named.extend(one.verdicts.communities.keys());
    named.extend(other.verdicts.communities.keys());
    let entries = cx.tables.communities().iter();
    named.extend(
        entries
            .filter(|entry| entry.cloud == cloud)
            .map(|entry| entry.value),
    );
    let regional: Vec<Community> = named
        .iter()
        .copied()
        .filter(|community| CommunityKind::of_value(community.value) == CommunityKind::Region)
        .collect();
    for &community in &regional {
        named.extend(cx.tables.regional_services(community));
    }
    let family = one.verdicts.family;
    let bases = Bases::new(family);
    let second = Program::new(
        other.peer.device,
        other.chain(),
        family,
        &bases.sets,
        &named,
        others,
    );
    let mut sets = bases.sets.to_vec();
    sets.extend(second.prefix_sets());
    let first = Program::new(one.peer.device, one.chain(), family, &sets, &named, others);
    let pair = Pair {
        first,
        second,
        paths,
        others,
    };
    let mut asked = BTreeSet::new();
    let mut questions: Vec<Community> = needed.iter().copied().collect();
    questions.extend(
        named
            .iter()
            .copied()
            .filter(|community| !needed.contains(community)),
    );
    for community in questions.into_iter().filter(|community| community.asn == 12076) {
        let beside = match CommunityKind::of_value(community.value) {
            CommunityKind::Region => cx.tables.companions(cloud, community),
            CommunityKind::GlobalService => {
                let services = cx.tables.global_services(cloud);
                let sent = services.filter(|entry| entry.status.may_be_sent());
                sent.map(|entry| entry.value)
                    .filter(|&value| value != community)
                    .collect()
            }
            // These only stand beside a regional community.
            _ => continue,
        };
        let alike = (
            pair.signatures(community),
            beside
                .iter()
                .map(|&c| pair.signatures(c))
                .collect::<BTreeSet<_>>(),
        );
        // Longer routes than usual count where a table holds them, so they differ from region to region.
        let long = pair.long_routes(cx, cloud, community, family);
        if !asked.insert(alike) && long.is_empty() {
            continue;
        }
        if let Some(samples) = pair.ask(PUBLIC, &long, &[community], &beside) {
            return Some(Difference {
                samples,
                needed: needed.is_empty() || needed.contains(&community),
            });
        }
    }
    let samples = pair.ask(EVERY, &[], &[], &[])?;
    Some(Difference {
        samples,
        needed: needed.is_empty(),
    })
}

/// What makes two sessions of one device take the same decisions.
fn key(judged: &Judged<'_, '_>) -> String {
    let neighbor = judged.peer.neighbor;
    let mut key = format!(
        "{:?} {:?} {}",
        neighbor.remote_as, neighbor.local_as, judged.family.own_as_allowed
    );
    chain_key(judged.chain(), &mut key);
    key
}

/// The paths that may arrive on both sessions; none where they hear different neighbors.
fn arriving(one: &Judged<'_, '_>, other: &Judged<'_, '_>) -> Option<(PathLanguage, Others)> {
    let mut paths = arriving_paths(one.peer.neighbor, one.family);
    let beside = arriving_paths(other.peer.neighbor, other.family);
    if paths.first != beside.first {
        return None;
    }
    paths.without.extend(beside.without);
    let others = match one.peer.neighbor.remote_as {
        RemoteAs::Asn(asn) if asn != MICROSOFT => Others::NotMicrosoft,
        _ => Others::None,
    };
    Some((paths, others))
}

struct Pair<'a> {
    first: Program<'a>,
    second: Program<'a>,
    paths: PathLanguage,
    others: Others,
}

impl Pair<'_> {
    /// The same for communities that neither program tells apart.
    fn signatures(&self, community: Community) -> (u32, u32) {
        (self.first.signature(community), self.second.signature(community))
    }

    /// The routes of a region that are longer than what travels, where prefixes matter to either program.
    fn long_routes(
        &self,
        cx: &Context<'_>,
        cloud: Cloud,
        community: Community,
        family: Family,
    ) -> Vec<IpNet> {
        if !(self.first.looks_at_prefixes() || self.second.looks_at_prefixes()) {
            return Vec::new();
        }
        let mut entries = cx.tables.community(cloud, community).iter();
        let Some(region) = entries.find_map(|entry| entry.region.as_deref()) else {
            return Vec::new();
        };
        let routes = cx.tables.region_routes(cloud, region).of(family).prefixes;
        routes.iter().filter(|route| is_long(route)).copied().collect()
    }

    fn ask(
        &self,
        base: usize,
        also: &[IpNet],
        present: &[Community],
        optional: &[Community],
    ) -> Option<(Sample, Sample)> {
        let question = Question {
            prefixes: Prefixes::Base { base, also },
            present,
            optional,
            others: self.others,
            path: &self.paths,
        };
        match self.first.compare(&self.second, &question) {
            Comparison::Different(samples) => Some(*samples),
            Comparison::Same | Comparison::Unsure => None,
        }
    }
}
