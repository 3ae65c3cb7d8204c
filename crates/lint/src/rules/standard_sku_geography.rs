//! `standard-sku-geography`: a circuit of the Standard SKU in another geography than a region that is needed.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::circuits::CircuitView;
use crate::environments::DeclaredEnvironment;
use crate::reachability::unreached;
use crate::words::and;

pub(super) static RULE: Rule = Rule {
    name: "standard-sku-geography",
    severity: Severity::Warning,
    summary: "a circuit of the Standard SKU is in another ExpressRoute geography than an Azure region that an environment needs",
    page: include_str!("../../../../docs/rules/standard-sku-geography.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, environment) in cx.environments.iter().enumerate() {
        let circuits = cx.circuits_of(index).map(|(circuit, _)| circuit);
        for circuit in circuits.filter(|circuit| circuit.microsoft().next().is_some()) {
            found.extend(finding(cx, circuit, index, environment));
        }
    }
}

fn finding(
    cx: &Context<'_>,
    circuit: &CircuitView<'_>,
    index: usize,
    environment: &DeclaredEnvironment<'_>,
) -> Option<Diagnostic> {
    let tier = circuit.has_tier("Standard")?;
    let location = circuit.peering_location()?;
    let unreached = unreached(cx, circuit, index, environment)?;
    let names: Vec<&str> = unreached.regions.iter().map(|region| region.display.as_str()).collect();
    let regions: Vec<&str> = unreached.regions.iter().map(|region| region.name.as_str()).collect();
    let name = &environment.declared.name;
    let finding = RULE
        .at(format!(
            "circuit `{}` has the Standard SKU in {} and does not reach {}, which environment `{name}` needs",
            circuit.name(),
            location.value,
            and(&names)
        ))
        // With another circuit that brings the region it is a choice.
        .severity(if unreached.elsewhere { Severity::Note } else { RULE.severity })
        .label(tier.span, "Standard brings the Azure regions of one geography alone")
        .label(location.span, "the peering location")
        .help("change the SKU to Premium, or use a circuit in the geography of the environment")
        .fact("environment", name.as_str())
        .fact("azure_regions", regions);
    Some(circuit.about(finding))
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(tier: &str, location: &str) -> Case {
        Case::region("europe")
            .circuit("er", "192.0.2.0/30", None)
            .circuit_location("eastus")
            .sku(tier)
            .peering_location(location)
    }

    #[test]
    fn standard_stays_in_its_geography() {
        case("Standard", "New York").finds(
            RULE,
            &["warning: circuit `er` has the Standard SKU in New York and does not reach West Europe and North \
               Europe, which environment `europe` needs @ Standard"],
        );
        case("Premium", "New York").finds(RULE, &[]);
        case("Standard", "London2").finds(RULE, &[]);
        // A location that opened after the list of geographies.
        case("Standard", "Vienna").finds(RULE, &[]);
    }

    #[test]
    fn private_peering_is_not_judged() {
        Case::region("europe")
            .private_circuit("er", "10.0.0.0/30")
            .sku("Standard")
            .peering_location("New York")
            .finds(RULE, &[]);
    }
}
