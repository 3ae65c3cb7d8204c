//! `local-sku-region`: a circuit of the Local SKU does not bring a region that is needed.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::circuits::CircuitView;
use crate::environments::DeclaredEnvironment;
use crate::reachability::unreached;
use crate::words::and;

pub(super) static RULE: Rule = Rule {
    name: "local-sku-region",
    severity: Severity::Warning,
    summary: "a circuit of the Local SKU does not reach an Azure region that an environment needs",
    page: include_str!("../../../../docs/rules/local-sku-region.md"),
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
    let tier = circuit.has_tier("Local")?;
    let location = circuit.peering_location()?;
    let unreached = unreached(cx, circuit, index, environment)?;
    let names: Vec<&str> = unreached.regions.iter().map(|region| region.display.as_str()).collect();
    let regions: Vec<&str> = unreached.regions.iter().map(|region| region.name.as_str()).collect();
    let name = &environment.declared.name;
    let finding = RULE
        .at(format!(
            "circuit `{}` has the Local SKU in {} and does not reach {}, which environment `{name}` needs",
            circuit.name(),
            location.value,
            and(&names)
        ))
        // With another circuit that brings the region it is a choice.
        .severity(if unreached.elsewhere { Severity::Note } else { RULE.severity })
        .label(tier.span, "Local brings the Azure regions near the peering location alone")
        .label(location.span, "the peering location")
        .help("change the SKU to Standard: it brings every Azure region of the geography")
        .fact("environment", name.as_str())
        .fact("azure_regions", regions);
    Some(circuit.about(finding))
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(region: &str, tier: &str, location: &str) -> Case {
        Case::region(region)
            .circuit("er", "192.0.2.0/30", None)
            .circuit_location("westeurope")
            .sku(tier)
            .peering_location(location)
    }

    #[test]
    fn local_is_half_a_pair() {
        case("europe", "Local", "Amsterdam").finds(
            RULE,
            &["warning: circuit `er` has the Local SKU in Amsterdam and does not reach North Europe, which \
               environment `europe` needs @ Local"],
        );
        case("singapore", "Local", "Singapore").circuit_location("southeastasia").finds(RULE, &[]);
        case("europe", "Standard", "Amsterdam").finds(RULE, &[]);
        case("europe", "Local", "Atlantis").finds(RULE, &[]);
    }

    #[test]
    fn another_circuit_may_bring_the_rest() {
        let found = case("europe", "Local", "Amsterdam")
            .circuit("er-2", "192.0.2.4/30", None)
            .circuit_location("northeurope")
            .sku("Premium")
            .peering_location("Dublin")
            .run(RULE);
        assert!(found.len() == 1 && found.iter().all(|found| found.starts_with("note")), "{found:?}");
    }
}
