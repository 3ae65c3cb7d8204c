//! `substitute-community`: a value that sounds right and carries something else.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::Remedy;

use super::Rule;
use crate::environments::Region;
use crate::tables::{Cloud, CommunityEntry, CommunityKind};
use crate::verdicts::CommunityVerdict;
use crate::words::{and, literal_list, plain_list};
use crate::{Context, Holder, ValueSite};

pub(super) static RULE: Rule = Rule {
    name: "substitute-community",
    severity: Severity::Error,
    summary: "a service's community stands where a region's is needed, and does not stand in for it",
    page: include_str!("../../../../docs/rules/substitute-community.md"),
    check,
};

/// The service whose community Microsoft's own how-to pages use as their example, and which Dynamics 365 and
/// Power Platform have not used since version 8.2.
const CRM_ONLINE: &str = "crm-online";

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let in_filters: Vec<Vec<&Region>> =
        (0..cx.filters.len()).map(|filter| missing_in_filter(cx, filter)).collect();
    let on_devices = rejected_on_devices(cx);
    for site in cx.values() {
        let missing = match site.holder {
            Holder::Filter(filter) => in_filters.get(filter),
            Holder::Device { index, .. } => on_devices.get(&index),
        };
        let wanted = match site.holder {
            Holder::Filter(filter) => cx.needed_at_filter(filter, site.community),
            Holder::Device { .. } => cx.allowed.has(site.cloud, site.community),
        };
        let Some(missing) = missing.filter(|missing| !missing.is_empty() && !wanted && site.permitted) else {
            continue;
        };
        let entry = cx.entries(site.cloud, site.community).first().copied();
        found.extend(entry.and_then(|entry| finding(cx, site, entry, missing)));
    }
}

/// The Azure regions whose communities a filter's environments need and the filter lacks.
fn missing_in_filter<'c>(cx: &'c Context<'_>, filter: usize) -> Vec<&'c Region> {
    let Some(view) = cx.filters.get(filter).filter(|view| view.complete) else { return Vec::new() };
    let environments = cx.filter_environments(filter);
    let missing = environments.filter_map(|(environment, _)| {
        let coverage = environment.coverage(|community| view.passing.contains(&community))?;
        Some(coverage.missing)
    });
    unique(missing.flatten())
}

/// For each device, the Azure regions whose communities an environment needs and some session rejects, or takes
/// in part without a list that names them.
fn rejected_on_devices<'c>(cx: &'c Context<'_>) -> BTreeMap<usize, Vec<&'c Region>> {
    let named: BTreeSet<(usize, Community)> = cx
        .values()
        .iter()
        .filter(|site| site.permitted)
        .filter_map(|site| match site.holder {
            Holder::Device { index, .. } => Some((index, site.community)),
            Holder::Filter(_) => None,
        })
        .collect();
    let mut rejected: BTreeMap<usize, Vec<&Region>> = BTreeMap::new();
    for verdicts in cx.verdicts.iter().filter(|verdicts| verdicts.active) {
        let Some(peer) = cx.peers.get(verdicts.peer) else { continue };
        // A substitute lets in the routes that carry it beside the region's own community, and no others.
        let passes = |c: Community| match verdicts.verdict(c) {
            CommunityVerdict::None => false,
            CommunityVerdict::Some => named.contains(&(peer.device_index, c)),
            CommunityVerdict::All | CommunityVerdict::Unsure => true,
        };
        for (environment, _) in cx.peer_environments(verdicts.peer) {
            let missing = environment.coverage(passes).map(|coverage| coverage.missing);
            rejected.entry(peer.device_index).or_default().extend(missing.into_iter().flatten());
        }
    }
    for regions in rejected.values_mut() {
        *regions = unique(regions.iter().copied());
    }
    rejected
}

fn unique<'c>(regions: impl Iterator<Item = &'c Region>) -> Vec<&'c Region> {
    let mut unique: Vec<&Region> = Vec::new();
    for region in regions {
        if !unique.contains(&region) {
            unique.push(region);
        }
    }
    unique
}

fn finding(cx: &Context<'_>, site: &ValueSite<'_>, entry: &CommunityEntry, missing: &[&Region]) -> Option<Diagnostic> {
    let (replaced, why): (Vec<&Region>, &str) = match entry.kind {
        CommunityKind::RegionalService => {
            let same = |region: &&&Region| Some(region.name.as_str()) == entry.region.as_deref();
            let replaced = missing.iter().filter(same).copied().collect();
            (replaced, "it carries the routes of that one service only")
        }
        CommunityKind::GlobalService if entry.service.as_deref() == Some(CRM_ONLINE) => (
            missing.to_vec(),
            match entry.cloud {
                Cloud::Public => "it carries the routes of Dynamics 8.2 and earlier only",
                Cloud::UsGov | Cloud::China => "newer versions need the communities of their Azure regions",
            },
        ),
        CommunityKind::GlobalService | CommunityKind::Region | CommunityKind::PrivateRegion => return None,
    };
    let values: Vec<Community> = replaced.iter().filter_map(|region| region.community).collect();
    if values.is_empty() {
        return None;
    }
    let wanted: Vec<String> = replaced
        .iter()
        .filter_map(|region| Some(format!("`{}` ({})", region.community?, region.display)))
        .collect();
    let message = format!(
        "`{}` ({}) in {} does not stand in for {}",
        site.community,
        entry.name,
        cx.place(site),
        and(&wanted)
    );
    let title = format!("replace `{}` by {}", site.community, plain_list(&values));
    let remedy = cx.replacement(site, &values).map(|changes| Remedy::guessed(title, changes));
    Some(
        cx.about(site, RULE.at(message))
            .remedy(remedy)
            .label(site.span, why)
            .help(format!("use {} instead", literal_list(&values)))
            .fact("instead_of", values),
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn a_service_is_not_its_region() {
        Case::region("europe").filter("rf", &["12076:52002", "12076:51003"]).finds(
            RULE,
            &["error: `12076:52002` (Storage West Europe) in route filter `rf` does not stand in for \
               `12076:51002` (West Europe) @ \"12076:52002\""],
        );
        // Of another region it is merely extra.
        Case::region("europe").filter("rf", &["12076:52004", "12076:51003"]).finds(RULE, &[]);
        // Beside the region it is harmless.
        let values = &["12076:52002", "12076:51002", "12076:51003"];
        Case::region("europe").filter("rf", values).finds(RULE, &[]);
    }

    #[test]
    fn crm_online_is_not_power_platform() {
        Case::region("europe").filter("rf", &["12076:5040"]).finds(
            RULE,
            &["error: `12076:5040` (CRM Online) in route filter `rf` does not stand in for `12076:51002` (West \
               Europe) and `12076:51003` (North Europe) @ \"12076:5040\""],
        );
    }

    #[test]
    fn without_an_environment_nothing_is_replaced() {
        Case::new().filter("rf", &["12076:5040"]).finds(RULE, &[]);
    }
}
