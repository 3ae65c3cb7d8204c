//! `unchecked-environment`: an environment was declared, and nothing could be held against it.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::RemoteAs;

use super::Rule;
use crate::Context;
use crate::environments::DeclaredEnvironment;
use crate::outcomes::{self, EnvironmentVerdict};
use crate::peers::session_name;
use crate::scope::Unmatched;
use crate::settings::Absence;
use crate::words::and;

pub(super) static RULE: Rule = Rule {
    name: "unchecked-environment",
    severity: Severity::Warning,
    summary: "a declared environment that no route filter and no session was judged against",
    page: include_str!("../../../../docs/rules/unchecked-environment.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if cx.settings.allow_empty {
        return;
    }
    for (index, environment) in cx.environments.iter().enumerate() {
        let unmatched = cx.scope.unmatched(index);
        let name = &environment.declared.name;
        let outcome = outcomes::outcome(cx, index, environment);
        let (message, help) = if environment.region_sets.is_empty() {
            (
                format!(
                    "environment `{name}` is not judged: no source tells the Azure regions of {}",
                    environment.region()
                ),
                "let Get-EnvironmentRegion print the environment's Azure regions, and declare them as its \
                 `azure-regions`"
                    .to_owned(),
            )
        } else if outcome.verdict == EnvironmentVerdict::Unchecked {
            (
                format!(
                    "environment `{name}` is not judged: no route filter and no session to Microsoft is in its \
                     scope"
                ),
                what_to_do(cx, unmatched),
            )
        } else if let Some(first) = unmatched.first().filter(|_| cx.settings.absence == Absence::WholeTree) {
            (
                format!("the `{}` of environment `{name}` match nothing in this run", first.key),
                what_to_do(cx, unmatched),
            )
        } else {
            continue;
        };
        found.push(finding(cx, index, environment, unmatched, message).help(help));
    }
}

fn finding(
    cx: &Context<'_>,
    index: usize,
    environment: &DeclaredEnvironment<'_>,
    unmatched: &[Unmatched],
    message: String,
) -> Diagnostic {
    let mut finding = RULE
        .at(message)
        .label(cx.place_of(index), "declared, and not verified")
        .object(environment.declared.name.as_str())
        .fact("environment", environment.declared.name.as_str())
        .fact("region", environment.region());
    let globs: Vec<&String> = unmatched.iter().flat_map(|unmatched| &unmatched.globs).collect();
    if !globs.is_empty() {
        finding = finding.fact("unmatched", globs);
    }
    finding
}

/// How many sessions a help text lists; the rest is counted.
const SHOWN: usize = 6;

/// The globs that matched nothing, and the sessions that might have been meant.
fn what_to_do(cx: &Context<'_>, unmatched: &[Unmatched]) -> String {
    let mut parts = Vec::new();
    for Unmatched { key, globs } in unmatched {
        let globs: Vec<String> = globs.iter().map(|glob| format!("`{glob}`")).collect();
        parts.push(format!("correct `{key}`, where {} matches nothing", and(&globs)));
    }
    let devices = cx.network.devices.iter();
    let sessions = devices.flat_map(|device| device.neighbors.iter().map(move |n| (device, n)));
    let (mut seen, mut more) = (Vec::new(), 0);
    for (device, neighbor) in sessions {
        if seen.len() == SHOWN {
            more += 1;
            continue;
        }
        let remote_as = match neighbor.remote_as {
            RemoteAs::Asn(asn) => format!("AS {asn}"),
            RemoteAs::External => "any other AS".to_owned(),
            RemoteAs::Internal => "its own AS".to_owned(),
            RemoteAs::Unknown => "AS not in the file".to_owned(),
        };
        seen.push(format!("`{}` ({remote_as})", session_name(device, neighbor)));
    }
    if more > 0 {
        seen.push(format!("{more} more"));
    }
    if !seen.is_empty() {
        parts.push(format!(
            "name the sessions to Microsoft in `[microsoft] neighbors` where a provider stands in between; the \
             sessions seen are {}",
            and(&seen)
        ));
    }
    if parts.is_empty() {
        parts.push("add the export of its route filter, or the configuration of its routers, to the run".to_owned());
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use crate::settings::Absence;
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn nothing_to_judge_it_on() {
        let case = Case::region("europe").router_with_as("edge1", "198.51.100.2", 65010);
        let expected = "warning: environment `europe` is not judged: no route filter and no session to Microsoft \
                        is in its scope @ neighbor 198.51.100.2";
        case.finds(RULE, &[expected]);
        let helps = Case::region("europe").router_with_as("edge1", "198.51.100.2", 65010).helps(RULE);
        assert!(helps.iter().any(|help| help.contains("`edge1/198.51.100.2` (AS 65010)")), "{helps:?}");
    }

    #[test]
    fn private_peering_serves_no_environment() {
        Case::region("europe").router("edge1", "10.0.0.2", &["12076:51002"]).finds(
            RULE,
            &["warning: environment `europe` is not judged: no route filter and no session to Microsoft is in \
               its scope @ neighbor 10.0.0.2"],
        );
    }

    #[test]
    fn a_judged_environment_is_silence() {
        Case::region("europe").filter("rf", &["12076:51002"]).finds(RULE, &[]);
        Case::region("europe").router_with_as("edge1", "198.51.100.2", 65010).allow_empty().finds(RULE, &[]);
    }

    #[test]
    fn globs_that_match_nothing() {
        let case = || Case::region("europe").route_filters(&["rf-prd-*"]).filter("rf-prod-1", &["12076:51002"]);
        case().finds(
            RULE,
            &["warning: environment `europe` is not judged: no route filter and no session to Microsoft is in \
               its scope @ "],
        );
        assert_eq!(case().helps(RULE), ["correct `route-filters`, where `rf-prd-*` matches nothing"]);
    }

    #[test]
    fn a_key_without_a_match_is_said_though_another_has_one() {
        let case = || {
            Case::region("europe")
                .devices(&["edge9"])
                .filter("rf", &["12076:51002", "12076:51003"])
                .router("edge1", "192.0.2.2", &["12076:51002"])
        };
        case().finds(
            RULE,
            &["warning: the `devices` of environment `europe` match nothing in this run @ \
               [\"12076:51002\", \"12076:51003\"]"],
        );
        case().absence(Absence::NamedFiles).finds(RULE, &[]);
    }

    #[test]
    fn no_source_tells_the_regions_of_china() {
        Case::region("china").at("chinaeast2").filter("rf", &["12076:51303"]).finds(
            RULE,
            &["warning: environment `china` is not judged: no source tells the Azure regions of China @ \
               [\"12076:51303\"]"],
        );
    }
}
