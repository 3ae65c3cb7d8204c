//! `maximum-prefix-too-low`: the session goes down before the needed routes are in.

use std::collections::BTreeSet;

use pairlint_model::bgp::{Community, IpNet};
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::session_findings::{Judged, SESSIONS, grouped, judged};
use crate::tables::{Cloud, Evidence};
use crate::verdicts::CommunityVerdict;

pub(super) static RULE: Rule = Rule {
    name: "maximum-prefix-too-low",
    severity: Severity::Error,
    summary: "the session's limit is below the number of routes that the needed communities bring",
    page: include_str!("../../../../docs/rules/maximum-prefix-too-low.md"),
    check,
};

/// No Azure region has as many prefixes of a family under its AzureCloud tag; a test counts them.
const MOST_ROUTES_OF_A_REGION: u64 = 2_000;

/// The routes of a set of regions; those of a supplied list apart, because only they are certain.
#[derive(Default)]
struct Counted {
    all: BTreeSet<IpNet>,
    supplied: BTreeSet<IpNet>,
}

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in judged(cx) {
        // A limit that only logs keeps no route out.
        let Some(maximum) = session.family.maximum_prefix.filter(|maximum| !maximum.value.warning_only) else {
            continue;
        };
        let limit = maximum.value.limit;
        if is_ample(cx, &session, limit) {
            continue;
        }
        let communities = needed(cx, &session);
        let counted = count(cx, &session, &communities);
        let over = |routes: &BTreeSet<IpNet>| routes.len() as u64 > u64::from(limit);
        let (severity, routes, by) = match (over(&counted.supplied), over(&counted.all)) {
            (true, _) => (Severity::Error, counted.supplied.len(), "by the supplied list"),
            (false, true) => (Severity::Warning, counted.all.len(), "by estimate"),
            (false, false) => continue,
        };
        let family = session.verdicts.family;
        let finding = RULE
            .at(format!(
                "{SESSIONS} goes down at more than {limit} {family} routes, but the needed communities bring {routes} \
                 ({by})"
            ))
            .severity(severity)
            .label(maximum.span, "the limit")
            .help(format!(
                "raise the limit well above {routes}: Microsoft adds routes every month, and a session that goes \
                 down takes both regions with it"
            ));
        let finding = session.name(finding);
        findings.push(
            finding
                .fact("communities", communities.into_iter().collect::<Vec<_>>())
                .fact("limit", u64::from(limit))
                .fact("count", routes as u64),
        );
    }
    found.extend(grouped(findings));
}

/// The limit is beyond anything that the regions can bring, so that the tables need not be looked into.
fn is_ample(cx: &Context<'_>, session: &Judged<'_, '_>, limit: u32) -> bool {
    let cloud = session.cloud.unwrap_or(Cloud::Public);
    let mut needed = cx.needed_set_at_peer(session.verdicts.peer);
    needed.extend(cx.required_at_peer(session.verdicts.peer));
    let supplied = needed.iter().any(|&community| !cx.tables.supplied_prefixes(cloud, community).is_empty());
    !supplied && needed.len() as u64 * MOST_ROUTES_OF_A_REGION < u64::from(limit)
}

/// The communities whose routes certainly come: of several possible sets of an environment the smallest, and of
/// what may pass only what the session lets in.
fn needed(cx: &Context<'_>, session: &Judged<'_, '_>) -> BTreeSet<Community> {
    let peer = session.verdicts.peer;
    let mut needed = BTreeSet::new();
    for (environment, _) in cx.peer_environments(peer) {
        let sets = environment.region_sets.iter().map(|set| set.communities().collect::<BTreeSet<_>>());
        let smallest = sets.min_by_key(|set| count(cx, session, set).all.len());
        needed.extend(smallest.into_iter().flatten());
    }
    let lets_in = |community: &Community| {
        matches!(session.verdicts.verdict(*community), CommunityVerdict::All | CommunityVerdict::Some)
    };
    let filters = session.peer.filters(session.verdicts.family);
    let sent = |community: &Community| {
        let views = filters.iter().filter_map(|&filter| cx.filters.get(filter));
        let mut known = views.filter(|view| view.complete);
        known.all(|view| view.passing.contains(community))
    };
    let allowed = cx.allowed.communities(session.cloud);
    needed.extend(allowed.into_iter().filter(|community| lets_in(community) && sent(community)));
    needed
}

fn count(cx: &Context<'_>, session: &Judged<'_, '_>, communities: &BTreeSet<Community>) -> Counted {
    let cloud = session.cloud.unwrap_or(Cloud::Public);
    let mut counted = Counted::default();
    for &community in communities {
        let entries = cx.entries(Some(cloud), community);
        let regions: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.region.as_deref()).collect();
        for region in regions {
            let routes = cx.tables.region_routes(cloud, region).of(session.verdicts.family);
            counted.all.extend(routes.prefixes);
            if routes.evidence == Evidence::Supplied {
                counted.supplied.extend(routes.prefixes);
            }
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{ServiceTag, Tables};

    #[test]
    fn no_region_has_more_routes_than_counts_as_ample() {
        let tables = Tables::embedded();
        for cloud in Cloud::ALL {
            for region in tables.azure_regions() {
                let prefixes = tables.prefixes(cloud, &region.name, ServiceTag::AzureCloud).len() as u64;
                assert!(prefixes < MOST_ROUTES_OF_A_REGION, "{}: {prefixes}", region.name);
            }
        }
    }
}
