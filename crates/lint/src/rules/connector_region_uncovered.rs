//! `connector-region-uncovered`: connectors call from a region whose routes do not come over ExpressRoute.

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::environments::DeclaredEnvironment;
use crate::words::{communities, literal_list};

pub(super) static RULE: Rule = Rule {
    name: "connector-region-uncovered",
    severity: Severity::Note,
    summary: "an Azure region from which an environment's connectors call is in none of its route filters",
    page: include_str!("../../../../docs/rules/connector-region-uncovered.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, environment) in cx.environments.iter().enumerate() {
        if environment.declared.connectors {
            found.extend(finding(cx, index, environment));
        }
    }
}

fn finding(cx: &Context<'_>, index: usize, environment: &DeclaredEnvironment<'_>) -> Option<Diagnostic> {
    let geography = environment.geography?;
    let filters = cx.scope.filters_of(index).filter_map(|(filter, _)| cx.filters.get(filter));
    let filters: Vec<_> = filters.collect();
    // What is not known whole may hold the region.
    if filters.iter().any(|view| !view.complete) {
        return None;
    }
    let place = filters.first()?.list_span();
    // What is required has a rule of its own.
    let required = environment.required();
    let regions = geography.connector_regions().iter();
    let mut uncovered: Vec<Community> = regions
        .filter_map(|region| cx.tables.regional_community(geography.cloud, region))
        .filter(|community| !required.contains(community))
        .filter(|community| !filters.iter().any(|view| view.passing.contains(community)))
        .collect();
    uncovered.sort_unstable();
    uncovered.dedup();
    if uncovered.is_empty() {
        return None;
    }
    let name = &environment.declared.name;
    let words = communities(cx, Some(geography.cloud), &uncovered);
    Some(
        RULE.at(format!("connectors of environment `{name}` also call from {words}, which no route filter brings"))
            .label(place, "the replies to those calls take another path than the calls")
            .help(format!(
                "where your endpoints are called over ExpressRoute, add {}; else leave `connectors` out",
                literal_list(&uncovered)
            ))
            .object(name.as_str())
            .fact("environment", name.as_str())
            .fact("region", environment.region())
            .fact("communities", uncovered),
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(connectors: bool) -> Case {
        Case::new().environment("united states", |environment| environment.connectors = connectors)
    }

    #[test]
    fn connectors_call_from_more_regions_than_the_pair() {
        let pair = &["12076:51004", "12076:51006"];
        let found = case(true).filter("rf", pair).run(RULE);
        assert!(found.len() == 1 && found.iter().all(|found| found.starts_with("note")), "{found:?}");
        case(false).filter("rf", pair).finds(RULE, &[]);
    }

    #[test]
    fn what_is_not_known_is_not_missing() {
        case(true).unresolved_filter("rf").finds(RULE, &[]);
        case(true).finds(RULE, &[]);
    }
}
