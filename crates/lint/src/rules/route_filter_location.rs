//! `route-filter-location`: a filter in another place than its circuit.

use std::collections::BTreeSet;

use pairlint_model::bgp::Family;
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;

pub(super) static RULE: Rule = Rule {
    name: "route-filter-location",
    severity: Severity::Warning,
    summary: "a route filter's location is not that of its circuit",
    page: include_str!("../../../../docs/rules/route-filter-location.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let place = |text: &str| match cx.tables.azure_region(text) {
        Some(region) => region.name.clone(),
        None => text.split_whitespace().collect::<String>().to_lowercase(),
    };
    for circuit in &cx.circuits {
        let Some(own) = circuit.first(|circuit| circuit.location.as_ref()) else { continue };
        let peerings = circuit.microsoft();
        let filters = peerings.flat_map(|peering| Family::BOTH.into_iter().flat_map(|family| cx.filters_at(peering, family)));
        let mut told = BTreeSet::new();
        for view in filters {
            let Some(location) = &view.filter.location else { continue };
            if own.value.trim().is_empty()
                || location.value.trim().is_empty()
                || place(&own.value) == place(&location.value)
                || !told.insert(location.span)
            {
                continue;
            }
            found.push(
                RULE.at(format!(
                    "route filter `{}` is in {}, but its circuit `{}` is in {}",
                    view.name(),
                    location.value,
                    circuit.name(),
                    own.value
                ))
                .label(location.span, "the filter is here")
                .label(own.span, "the circuit is here")
                .help("create the route filter in the location of the circuit: the portal offers only such filters")
                .object(view.name())
                .identity(view.identity())
                .fact("circuit", circuit.name()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(filter: &str, circuit: &str) -> Case {
        Case::new()
            .circuit("er", "192.0.2.0/30", Some("/s/rf"))
            .circuit_location(circuit)
            .at(filter)
            .filter("rf", &["12076:51002"])
            .id("/s/rf")
    }

    #[test]
    fn both_are_in_one_place() {
        case("northeurope", "westeurope").finds(
            RULE,
            &["warning: route filter `rf` is in northeurope, but its circuit `er` is in westeurope @ northeurope"],
        );
        case("westeurope", "West Europe").finds(RULE, &[]);
        case("", "westeurope").finds(RULE, &[]);
    }
}
