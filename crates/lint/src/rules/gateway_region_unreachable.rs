//! `gateway-region-unreachable`: an on-premises data gateway whose cloud side is not reached over ExpressRoute.

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::environments::DeclaredEnvironment;
use crate::tables::AzureRegion;
use crate::words::{and, literal_list};

pub(super) static RULE: Rule = Rule {
    name: "gateway-region-unreachable",
    severity: Severity::Warning,
    summary: "a data gateway's Azure region is not let in, or is of another geography than the environments",
    page: include_str!("../../../../docs/rules/gateway-region-unreachable.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for name in &cx.settings.gateways {
        let Some(region) = cx.tables.azure_region(name) else { continue };
        found.extend(elsewhere(cx, region));
        if let Some(community) = cx.tables.regional_community(region.cloud, &region.name) {
            lacking(cx, region, community, found);
        }
    }
}

/// The gateway stands in the Azure region of a geography in which no environment is declared.
///
/// Only a region that the tables give to some geography is judged: gateways may stand in more Azure regions
/// than environments do.
fn elsewhere(cx: &Context<'_>, region: &AzureRegion) -> Option<Diagnostic> {
    let geographies: Vec<&str> =
        cx.tables.geographies_of(&region.name).map(|geography| geography.name.as_str()).collect();
    let of_gateway = |environment: &DeclaredEnvironment<'_>| serves(cx, environment, region);
    if cx.environments.is_empty() || geographies.is_empty() || cx.environments.iter().any(of_gateway) {
        return None;
    }
    let place = cx.place_of(0);
    let names: Vec<String> = cx.environments.iter().map(|e| e.region().to_owned()).collect();
    Some(
        RULE.at(format!(
            "the gateway in {} is in {}, but the environments are in {}",
            region.display,
            and(&geographies),
            and(&names)
        ))
        .label(place, "no environment of the gateway's geography is declared")
        .help(
            "a gateway has to stand in the geography of its environment: correct the gateway's region, or declare \
             its environment",
        )
        .fact("azure_region", region.name.as_str()),
    )
}

/// Whether the environment may use a gateway in that Azure region, as far as any source tells.
fn serves(cx: &Context<'_>, environment: &DeclaredEnvironment<'_>, region: &AzureRegion) -> bool {
    let own = environment.region_sets.iter().flat_map(|set| &set.regions);
    let named = own.map(|own| own.name.as_str()).any(|own| own == region.name);
    let seen = environment.geography.is_some_and(|geography| {
        geography.may_use(&region.name)
            || geography.also_seen.iter().any(|seen| seen.region == region.name)
            || geography.connector_regions().contains(&region.name)
            || cx.tables.geographies_of(&region.name).any(|other| other.name == geography.name)
    });
    named || seen
}

/// The filters of the environments that use the gateway lack its region. Where no environment claims the
/// gateway, one filter that carries it is enough.
fn lacking(cx: &Context<'_>, region: &AzureRegion, community: Community, found: &mut Vec<Diagnostic>) {
    let has = |filter: usize| {
        let view = cx.filters.get(filter);
        view.is_none_or(|view| !view.complete || view.passing.contains(&community))
    };
    let users: Vec<usize> = (0..cx.environments.len())
        .filter(|&index| cx.environments.get(index).is_some_and(|e| serves(cx, e, region)))
        .collect();
    let mut filters: Vec<usize> = match users.is_empty() {
        true => (0..cx.filters.len()).collect(),
        false => users.iter().flat_map(|&user| cx.scope.filters_of(user)).map(|(filter, _)| filter).collect(),
    };
    filters.sort_unstable();
    filters.dedup();
    if filters.iter().any(|&filter| has(filter)) && (users.is_empty() || filters.iter().all(|&f| has(f))) {
        return;
    }
    for filter in filters.into_iter().filter(|&filter| !has(filter)) {
        let required = cx.filter_environments(filter).any(|(e, _)| e.required().contains(&community));
        // Then it is missing in its own right, and the finding about that is the worse one.
        let Some(view) = cx.filters.get(filter).filter(|_| !required) else { continue };
        found.push(
            RULE.at(format!(
                "route filter `{}` lacks `{community}` ({}), where a gateway stands",
                view.name(),
                region.display
            ))
            .label(view.list_span(), format!("`{community}` belongs here"))
            .help(format!(
                "add {}: a data gateway speaks to Azure Service Bus in its own Azure region, which is otherwise \
                 reached over the internet",
                literal_list(&[community])
            ))
            .object(view.name())
            .identity(view.identity())
            .fact("azure_region", region.name.as_str())
            .fact("communities", vec![community]),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn the_gateway_is_not_in_the_filter() {
        let case = || Case::region("united states").gateway("centralus");
        case().filter("rf", &["12076:51004", "12076:51006"]).finds(
            RULE,
            &["warning: route filter `rf` lacks `12076:51009` (Central US), where a gateway stands @ \
               [\"12076:51004\", \"12076:51006\"]"],
        );
        case().filter("rf", &["12076:51004", "12076:51006", "12076:51009"]).finds(RULE, &[]);
    }

    #[test]
    fn the_gateway_is_in_another_geography() {
        let case = Case::region("europe").gateway("uksouth");
        case.filter("rf", &["12076:51002", "12076:51003", "12076:51024"]).finds(
            RULE,
            &["warning: the gateway in UK South is in United Kingdom, but the environments are in Europe @ \
               [\"12076:51002\", \"12076:51003\", \"12076:51024\"]"],
        );
    }

    #[test]
    fn a_required_region_is_another_rules_matter() {
        Case::region("europe").gateway("westeurope").filter("rf", &["12076:51003"]).finds(RULE, &[]);
    }

    #[test]
    fn without_environments_one_filter_is_enough() {
        Case::new()
            .gateway("westeurope")
            .filter("a", &["12076:51002"])
            .filter("b", &["12076:51003"])
            .finds(RULE, &[]);
        Case::new().gateway("westeurope").filter("b", &["12076:51003"]).finds(
            RULE,
            &["warning: route filter `b` lacks `12076:51002` (West Europe), where a gateway stands @ \
               [\"12076:51003\"]"],
        );
    }
}
