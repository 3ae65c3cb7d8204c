//! `missing-region-community`: half of the pair, or all of it, is not in the filter.

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::Remedy;

use super::Rule;
use crate::Context;
use crate::environments::{Coverage, DeclaredEnvironment};
use crate::filters::{FilterView, Malformed, Reading};
use crate::outcomes;
use crate::words::{and, literal_list, or, plain_list};

pub(super) static RULE: Rule = Rule {
    name: "missing-region-community",
    severity: Severity::Error,
    summary: "a route filter lacks the community of an Azure region that an environment needs",
    page: include_str!("../../../../docs/rules/missing-region-community.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, environment) in cx.environments.iter().enumerate() {
        let served = outcomes::served_by_a_filter(cx, index, environment);
        for (filter, by) in cx.scope.filters_of(index) {
            let Some(view) = cx.filters.get(filter).filter(|view| view.complete) else { continue };
            let coverage = environment.coverage(|community| view.passing.contains(&community));
            let Some(coverage) = coverage.filter(|coverage| !coverage.missing.is_empty()) else { continue };
            let stranger = served && outcomes::is_stranger(cx, filter, by, environment);
            found.push(finding(view, environment, &coverage, stranger));
        }
    }
}

fn finding(
    view: &FilterView<'_>,
    environment: &DeclaredEnvironment<'_>,
    coverage: &Coverage<'_>,
    stranger: bool,
) -> Diagnostic {
    let missing = coverage.missing_communities();
    let words = missing_in_words(coverage);
    let severity = match environment.sure && !stranger {
        true => Severity::Error,
        false => Severity::Warning,
    };
    let message = format!(
        "route filter `{}` lacks {words}, {}",
        view.name(),
        share(environment, coverage)
    );
    let mut finding = RULE
        .at(message)
        .severity(severity)
        .label(view.list_span(), format!("{} belongs here", or(&plain(&missing))));
    finding = evidence(finding, view, &missing);
    let help = format!(
        "add {} to the communities of this rule{}",
        literal_list(&missing),
        hints(environment, coverage, stranger)
    );
    let title = format!("add {} to the communities of the rule", plain_list(&missing));
    let certain = environment.sure && !stranger && !environment.is_ambiguous();
    let remedy = view.addition(&missing).map(|change| match certain {
        true => Remedy::safe(title, vec![change]),
        false => Remedy::guessed(title, vec![change]),
    });
    finding
        .help(help)
        .remedy(remedy)
        .object(view.name())
        .identity(view.identity())
        .fact("environment", environment.declared.name.as_str())
        .fact("region", environment.region())
        .fact("communities", missing)
}

/// ``12076:51003` (North Europe)``
fn missing_in_words(coverage: &Coverage<'_>) -> String {
    let regions = coverage.missing.iter();
    let words: Vec<String> = regions
        .filter_map(|region| Some(format!("`{}` ({})", region.community?, region.display)))
        .collect();
    and(&words)
}

fn plain(communities: &[Community]) -> Vec<String> {
    communities.iter().map(|community| format!("`{community}`")).collect()
}

/// Which part of what the environment needs is missing.
fn share(environment: &DeclaredEnvironment<'_>, coverage: &Coverage<'_>) -> String {
    let region = environment.region();
    match (coverage.set.regions.len(), coverage.missing.len()) {
        (1, _) => format!("the one Azure region of {region}"),
        (2, 1) => format!("one half of the {region} pair"),
        (2, 2) => format!("both halves of the {region} pair"),
        (all, missing) => format!("{missing} of the {all} Azure regions of {region}"),
    }
}

/// Labels what may be taken for the missing values: ones in a rule that does not allow, and ones that are not
/// read as they were meant.
fn evidence(finding: Diagnostic, view: &FilterView<'_>, missing: &[Community]) -> Diagnostic {
    let mut finding = finding;
    for value in &view.values {
        let text = match &value.reading {
            Reading::Community(community) | Reading::Loose(community)
                if !value.allowed && missing.contains(community) =>
            {
                format!("`{community}` stands here, but this rule lets nothing through")
            }
            Reading::Malformed(Malformed::Joined(joined)) if joined.iter().any(|c| missing.contains(c)) => {
                "one text is one value to Azure, not a list".to_owned()
            }
            Reading::Malformed(Malformed::Packed(community) | Malformed::Bare(community))
                if missing.contains(community) =>
            {
                format!("Azure does not read this as `{community}`")
            }
            _ => continue,
        };
        finding = finding.label(value.written.span, text);
    }
    finding
}

/// What else to consider before adding the value.
fn hints(environment: &DeclaredEnvironment<'_>, coverage: &Coverage<'_>, stranger: bool) -> String {
    let mut hints = String::new();
    let name = &environment.declared.name;
    if stranger {
        hints.push_str(&format!(
            "; if this filter serves something else, name the filters of environment `{name}` in its \
             `route-filters`"
        ));
    }
    if environment.is_ambiguous() {
        let others = environment.region_sets.iter().filter(|set| *set != coverage.set);
        let others: Vec<String> = others.map(|set| set.display()).collect();
        hints.push_str(&format!(
            "; {} may be served by {} instead: set `azure-regions` of environment `{name}` once \
             Get-EnvironmentRegion has told its pair",
            environment.region(),
            or(&others)
        ));
    } else if !environment.sure {
        let confidence = environment.geography.and_then(|g| g.confidence_note.as_deref());
        hints.push_str(&format!(
            "; the Azure regions of {} are not certain{}: Get-EnvironmentRegion tells them",
            environment.region(),
            confidence.map_or(String::new(), |note| format!(" ({note})"))
        ));
    }
    hints
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn the_other_half_is_missing() {
        let case = Case::region("europe").filter("rf", &["12076:51002"]);
        case.finds(
            RULE,
            &["error: route filter `rf` lacks `12076:51003` (North Europe), one half of the Europe pair @ \
               [\"12076:51002\"]"],
        );
    }

    #[test]
    fn the_whole_pair_is_silence() {
        Case::region("europe")
            .filter("rf", &["12076:51003", "12076:51002"])
            .finds(RULE, &[]);
        Case::region("crm4.dynamics.com")
            .filter("rf", &[" 12076:051003", "12076:51002"])
            .finds(RULE, &[]);
    }

    #[test]
    fn one_value_is_enough_where_the_geography_has_one_region() {
        Case::region("brazil").filter("rf", &["12076:51014"]).finds(RULE, &[]);
        Case::region("brazil").filter("rf", &["12076:5060"]).finds(
            RULE,
            &["error: route filter `rf` lacks `12076:51014` (Brazil South), the one Azure region of South \
               America @ [\"12076:5060\"]"],
        );
    }

    #[test]
    fn a_whole_alternative_pair_is_missing_nothing() {
        let united_states = || Case::region("united states");
        united_states().filter("rf", &["12076:51004", "12076:51006"]).finds(RULE, &[]);
        united_states().filter("rf", &["12076:51005", "12076:51009"]).finds(RULE, &[]);
        united_states().filter("rf", &["12076:51004", "12076:51009"]).finds(
            RULE,
            &["error: route filter `rf` lacks `12076:51006` (West US), one half of the United States pair @ \
               [\"12076:51004\", \"12076:51009\"]"],
        );
        united_states().filter("rf", &["12076:51005"]).finds(
            RULE,
            &["error: route filter `rf` lacks `12076:51009` (Central US), one half of the United States pair \
               @ [\"12076:51005\"]"],
        );
    }

    #[test]
    fn an_own_pair_counts_alone() {
        let case = Case::region_in("united states", &["eastus2", "centralus"]);
        case.filter("rf", &["12076:51004", "12076:51006"]).finds(
            RULE,
            &["error: route filter `rf` lacks `12076:51005` (East US 2) and `12076:51009` (Central US), both \
               halves of the United States pair @ [\"12076:51004\", \"12076:51006\"]"],
        );
    }

    #[test]
    fn a_pair_that_is_only_inferred_is_a_warning() {
        Case::region("gcc").filter("rf", &["12076:51105"]).finds(
            RULE,
            &["warning: route filter `rf` lacks `12076:51108` (US Gov Texas), one half of the US Government \
               (GCC) pair @ [\"12076:51105\"]"],
        );
    }

    #[test]
    fn lists_that_are_not_known_decide_nothing() {
        Case::region("europe").unresolved_filter("rf").finds(RULE, &[]);
        Case::region("europe").absent_filter("rf").finds(RULE, &[]);
    }

    #[test]
    fn a_denied_value_does_not_pass() {
        let case = Case::region("europe").denying_filter("rf", &["12076:51002", "12076:51003"]);
        case.finds(
            RULE,
            &["error: route filter `rf` lacks `12076:51002` (West Europe) and `12076:51003` (North Europe), \
               both halves of the Europe pair @ [\"12076:51002\", \"12076:51003\"]"],
        );
    }

    #[test]
    fn a_filter_for_something_else_is_a_warning_beside_one_that_has_all() {
        Case::region("europe")
            .filter("rf-pp", &["12076:51002", "12076:51003"])
            .filter("rf-m365", &["12076:5010"])
            .finds(
                RULE,
                &["warning: route filter `rf-m365` lacks `12076:51002` (West Europe) and `12076:51003` (North \
                   Europe), both halves of the Europe pair @ [\"12076:5010\"]"],
            );
        // Named outright it must carry the pair.
        Case::region("europe")
            .route_filters(&["rf-*"])
            .filter("rf-pp", &["12076:51002", "12076:51003"])
            .filter("rf-m365", &["12076:5010"])
            .finds(
                RULE,
                &["error: route filter `rf-m365` lacks `12076:51002` (West Europe) and `12076:51003` (North \
                   Europe), both halves of the Europe pair @ [\"12076:5010\"]"],
            );
        Case::region("europe")
            .route_filters(&["rf-pp"])
            .filter("rf-pp", &["12076:51002", "12076:51003"])
            .filter("rf-m365", &["12076:5010"])
            .finds(RULE, &[]);
    }

    #[test]
    fn a_region_without_a_community_is_not_missing() {
        Case::region("sweden").filter("rf", &["12076:51002"]).finds(RULE, &[]);
    }
}
