//! `single-peering-location`: all circuits of an environment end in one place.

use std::collections::BTreeSet;

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;

pub(super) static RULE: Rule = Rule {
    name: "single-peering-location",
    severity: Severity::Note,
    summary: "all circuits of an environment are in one peering location",
    page: include_str!("../../../../docs/rules/single-peering-location.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // What was not named may end elsewhere.
    if !cx.exports.is_whole_tree() {
        return;
    }
    for (index, environment) in cx.environments.iter().enumerate() {
        let circuits = cx.circuits_of(index).map(|(circuit, _)| circuit);
        let circuits: Vec<_> = circuits.filter(|circuit| circuit.microsoft().next().is_some()).collect();
        let locations: Option<Vec<_>> = circuits.iter().map(|circuit| circuit.peering_location()).collect();
        // A circuit whose location is not known may be elsewhere.
        let Some(locations) = locations else { continue };
        let key = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
        let different: BTreeSet<String> = locations.iter().map(|location| key(&location.value)).collect();
        let Some(first) = locations.first().filter(|_| different.len() == 1) else { continue };
        // A metro circuit ends in two places of one city (Microsoft, "About ExpressRoute Metro").
        if key(&first.value).ends_with("metro") {
            continue;
        }
        let name = &environment.declared.name;
        let what = match circuits.len() {
            1 => format!("the only circuit of environment `{name}` is in {}", first.value),
            number => format!("all {number} circuits of environment `{name}` are in {}", first.value),
        };
        let mut finding = RULE.at(what).label(first.span, "when this location fails, no circuit is left");
        for other in locations.iter().skip(1) {
            finding = finding.label(other.span, "the same location");
        }
        found.push(
            finding
                .help("a second circuit in another peering location keeps the environment reachable")
                .object(name.as_str())
                .fact("environment", name.as_str())
                .fact("peering_location", first.value.as_str()),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(locations: &[&str]) -> Case {
        let mut case = Case::region("europe");
        for location in locations {
            case = case.circuit("er", "192.0.2.0/30", None).peering_location(location);
        }
        case
    }

    #[test]
    fn one_place_is_a_note() {
        case(&["Amsterdam"])
            .finds(RULE, &["note: the only circuit of environment `europe` is in Amsterdam @ Amsterdam"]);
        case(&["Amsterdam", "amsterdam"])
            .finds(RULE, &["note: all 2 circuits of environment `europe` are in Amsterdam @ Amsterdam"]);
        case(&["Amsterdam", "Amsterdam2"]).finds(RULE, &[]);
        case(&["Amsterdam Metro"]).finds(RULE, &[]);
    }

    #[test]
    fn what_is_not_known_may_be_elsewhere() {
        case(&["Amsterdam"]).circuit("er-2", "192.0.2.4/30", None).finds(RULE, &[]);
        case(&["Amsterdam"]).absence(crate::settings::Absence::NamedFiles).finds(RULE, &[]);
        case(&[]).finds(RULE, &[]);
    }
}
