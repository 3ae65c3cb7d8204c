//! `extra-community`: a value that no declared environment needs.

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::Remedy;

use super::Rule;
use crate::Context;
use crate::environments::DeclaredEnvironment;
use crate::settings::Filtering;
use crate::tables::{Cloud, CommunityEntry, CommunityKind};
use crate::words::{and, or};

pub(super) static RULE: Rule = Rule {
    name: "extra-community",
    severity: Severity::Warning,
    summary: "a route filter lets in a community that no declared environment needs",
    page: include_str!("../../../../docs/rules/extra-community.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // The filter is wide on purpose where the routers choose.
    if cx.settings.filtering == Filtering::Router {
        return;
    }
    for (index, view) in cx.filters.iter().enumerate() {
        let environments: Vec<_> = cx.filter_environments(index).map(|(e, _)| e).collect();
        if environments.is_empty() {
            continue;
        }
        let cloud = cx.filter_cloud(index);
        for value in view.values.iter().filter(|value| value.allowed) {
            let Some(community) = value.reading.community() else { continue };
            if cx.needed_at_filter(index, community) || is_another_matter(cx, cloud, community) {
                continue;
            }
            let names: Vec<String> = environments.iter().map(|e| format!("`{}`", e.declared.name)).collect();
            let subject = match names.as_slice() {
                [only] => format!("environment {only} does not need"),
                several => format!("none of the environments {} needs", and(several)),
            };
            let quoted = cx.quoted(cloud, community);
            found.push(
                RULE.at(format!("route filter `{}` lets in {quoted}, which {subject}", view.name()))
                    .label(value.written.span, "nobody needs this value")
                    .help(help(cx, cloud, community, &environments))
                    .object(view.name())
                    .identity(view.identity())
                    .fact("communities", vec![community])
                    .remedy(
                        view.removal(value)
                            .map(|change| Remedy::guessed(format!("remove `{community}`"), vec![change])),
                    ),
            );
        }
    }
}

/// Whether another rule says what is wrong with the value: it is not merely unneeded, it does not work.
fn is_another_matter(cx: &Context<'_>, cloud: Option<Cloud>, community: Community) -> bool {
    let entries = cx.entries(cloud, community);
    let rule = if CommunityKind::of_value(community.value) == CommunityKind::PrivateRegion {
        "private-peering-community"
    } else if entries.is_empty() {
        match cx.tables.community_any_cloud(community).next() {
            Some(_) => "wrong-cloud-community",
            None => "unknown-community",
        }
    } else if !entries.iter().any(|entry| entry.status.may_be_sent()) {
        "stale-community"
    } else {
        return false;
    };
    cx.settings.runs(rule)
}

/// Whichever way out fits the value: an environment to declare, a service to allow, or its removal.
fn help(
    cx: &Context<'_>,
    cloud: Option<Cloud>,
    community: Community,
    environments: &[&DeclaredEnvironment<'_>],
) -> String {
    let mut help = "remove it from the communities of this rule".to_owned();
    let entry = cx.entries(cloud, community).first().copied();
    if let Some(why) = entry.and_then(|entry| disputed(entry, environments)) {
        help.push_str(&format!("; a source does name its Azure region ({why})"));
    }
    let region = entry.filter(|entry| entry.kind == CommunityKind::Region).and_then(|e| e.region.as_deref());
    let geographies: Vec<String> = region
        .map(|region| cx.tables.geographies_of(region))
        .into_iter()
        .flatten()
        .map(|geography| geography.name.clone())
        .collect();
    if !geographies.is_empty() {
        let shown = or(&geographies);
        help.push_str(&format!("; if the filter also serves an environment in {shown}, declare that one"));
    }
    let allow = match (region, entry.and_then(|entry| entry.service.as_deref())) {
        (Some(region), _) => format!("azure-regions = [\"{region}\"]"),
        (None, Some(service)) if entry.is_some_and(|e| e.kind == CommunityKind::GlobalService) => {
            format!("services = [\"{service}\"]")
        }
        _ => format!("communities = [\"{community}\"]"),
    };
    help.push_str(&format!("; if it is wanted for something else, put `{allow}` under `[allow]`"));
    help
}

/// Why some source names the value's Azure region for a declared geography, although it is not required.
fn disputed<'e>(entry: &CommunityEntry, environments: &[&DeclaredEnvironment<'e>]) -> Option<&'e str> {
    let region = entry.region.as_deref().filter(|_| entry.kind == CommunityKind::Region)?;
    let geographies = environments.iter().filter_map(|environment| environment.geography);
    let mut seen = geographies.flat_map(|geography| &geography.also_seen);
    seen.find(|seen| seen.region == region).map(|seen| seen.why.as_str())
}

#[cfg(test)]
mod tests {
    use crate::settings::Filtering;
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn a_value_nobody_needs() {
        let case = || Case::region("europe").filter("rf", &["12076:51002", "12076:51003", "12076:51024"]);
        case().finds(
            RULE,
            &["warning: route filter `rf` lets in `12076:51024` (UK South), which environment `europe` does \
               not need @ \"12076:51024\""],
        );
        case().allow(&["12076:51024"]).finds(RULE, &[]);
        case().gateway("uksouth").finds(RULE, &[]);
        case().filtering(Filtering::Router).finds(RULE, &[]);
    }

    #[test]
    fn services_are_allowed_by_name() {
        let values = &["12076:51002", "12076:51003", "12076:5010", "12076:5060"];
        let case = || Case::region("europe").filter("rf", values);
        case().allow_services(&["microsoft-365", "entra-id"]).finds(RULE, &[]);
        case().allow_services(&["microsoft-365"]).finds(
            RULE,
            &["warning: route filter `rf` lets in `12076:5060` (Microsoft Entra ID), which environment \
               `europe` does not need @ \"12076:5060\""],
        );
    }

    #[test]
    fn without_an_environment_nothing_is_extra() {
        Case::new().filter("rf", &["12076:51002", "12076:51024"]).finds(RULE, &[]);
    }

    #[test]
    fn either_pair_of_an_ambiguous_geography_may_pass() {
        let values = &["12076:51004", "12076:51005", "12076:51006", "12076:51009"];
        Case::region("united states").filter("rf", values).finds(RULE, &[]);
    }

    #[test]
    fn what_another_rule_reports_is_left_to_it() {
        let values = &["12076:51002", "12076:51003", "12076:51022", "12076:50002", "12076:59999"];
        Case::region("europe").filter("rf", values).finds(RULE, &[]);
        Case::region("europe").filter("rf", values).off("unknown-community").finds(
            RULE,
            &["warning: route filter `rf` lets in `12076:59999`, which environment `europe` does not need @ \
               \"12076:59999\""],
        );
    }
}
