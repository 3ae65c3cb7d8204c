//! `ambiguous-region-pair`: the geography has several pairs, and the environment does not say which is its own.

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::environments::{DeclaredEnvironment, RegionSet};
use crate::words::or;

pub(super) static RULE: Rule = Rule {
    name: "ambiguous-region-pair",
    severity: Severity::Warning,
    summary: "an environment's geography has more than one possible pair, and its own is not declared",
    page: include_str!("../../../../docs/rules/ambiguous-region-pair.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, environment) in cx.environments.iter().enumerate() {
        let Some(assumed) = environment.region_sets.first().filter(|_| environment.is_ambiguous()) else {
            continue;
        };
        if covered_either_way(cx, index, environment) {
            continue;
        }
        let name = &environment.declared.name;
        let sets: Vec<String> = environment.region_sets.iter().map(RegionSet::display).collect();
        let own = assumed.regions.iter().map(|region| format!("\"{}\"", region.name));
        let own: Vec<String> = own.collect();
        found.push(
            RULE.at(format!(
                "environment `{name}` may run in {} of {}, and its own pair is not declared",
                or(&sets),
                environment.region()
            ))
            .label(cx.place_of(index), format!("{} is assumed unless the other is whole", assumed.display()))
            .help(format!(
                "let Get-EnvironmentRegion (PowerShell module Microsoft.PowerPlatform.EnterprisePolicies) print \
                 the environment's Azure regions, and declare them: `azure-regions = [{}]`",
                own.join(", ")
            ))
            .object(name.as_str())
            .fact("environment", name.as_str())
            .fact("region", environment.region()),
        );
    }
}

/// Whether every filter and session of the environment carries all of its candidate sets, so that it does not
/// matter which is the right one.
fn covered_either_way(cx: &Context<'_>, index: usize, environment: &DeclaredEnvironment<'_>) -> bool {
    let candidates: Vec<Community> = environment.region_sets.iter().flat_map(RegionSet::communities).collect();
    let mut judged = 0;
    for (filter, _) in cx.scope.filters_of(index) {
        let Some(view) = cx.filters.get(filter) else { continue };
        judged += 1;
        if !candidates.iter().all(|candidate| view.passing.contains(candidate)) {
            return false;
        }
    }
    let active = cx.verdicts.iter().filter(|verdicts| verdicts.active);
    let sessions = active.filter(|verdicts| {
        let mut scope = cx.scope.of_peer(verdicts.peer).iter();
        scope.any(|scoped| scoped.environment == index)
    });
    for verdicts in sessions {
        judged += 1;
        if !candidates.iter().all(|&candidate| verdicts.serves(candidate)) {
            return false;
        }
    }
    judged > 0
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn the_united_states_have_two_pairs() {
        Case::region("united states").filter("rf", &["12076:51004", "12076:51006"]).finds(
            RULE,
            &["warning: environment `united states` may run in East US and West US or East US 2 and Central US \
               of United States, and its own pair is not declared @ [\"12076:51004\", \"12076:51006\"]"],
        );
    }

    #[test]
    fn all_candidates_or_an_own_pair_settle_it() {
        let all = &["12076:51004", "12076:51005", "12076:51006", "12076:51009"];
        Case::region("united states").filter("rf", all).finds(RULE, &[]);
        Case::region_in("united states", &["eastus", "westus"])
            .filter("rf", &["12076:51004", "12076:51006"])
            .finds(RULE, &[]);
        Case::region("europe").filter("rf", &["12076:51002"]).finds(RULE, &[]);
    }
}
