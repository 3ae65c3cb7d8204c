//! `sovereign-circuit`: an environment in one cloud and its circuit in another.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::scope::ScopedBy;
use crate::words::cloud_name;

pub(super) static RULE: Rule = Rule {
    name: "sovereign-circuit",
    severity: Severity::Error,
    summary: "an environment's cloud is not that of its circuit, and circuits do not cross clouds",
    page: include_str!("../../../../docs/rules/sovereign-circuit.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, environment) in cx.environments.iter().enumerate() {
        let Some(wanted) = environment.cloud else { continue };
        let fits = |circuit: usize| cx.circuit_cloud(circuit) == Some(wanted);
        let served = cx.circuits_of(index).any(|(circuit, _)| fits(circuit.index));
        for (circuit, by) in cx.circuits_of(index) {
            let Some(cloud) = cx.circuit_cloud(circuit.index) else { continue };
            // Where a circuit of the right cloud is there, only a key puts another one in the environment's way.
            let foreign = by == ScopedBy::Default && served;
            if cloud == wanted || foreign || circuit.microsoft().next().is_none() {
                continue;
            }
            let name = &environment.declared.name;
            let place = circuit.first(|circuit| circuit.location.as_ref());
            let finding = RULE
                .at(format!(
                    "environment `{name}` ({}) is in {}, but circuit `{}` is in {}",
                    environment.region(),
                    cloud_name(wanted),
                    circuit.name(),
                    cloud_name(cloud)
                ))
                .label(
                    place.map_or(circuit.span(), |location| location.span),
                    format!("this circuit reaches {} alone", cloud_name(cloud)),
                )
                .help(format!(
                    "an ExpressRoute circuit reaches one cloud: order a circuit in {}, or name the circuits of \
                     environment `{name}` in its `circuits`",
                    cloud_name(wanted)
                ))
                .fact("environment", name.as_str())
                .fact("region", environment.region());
            found.push(circuit.about(finding));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(region: &str, location: &str) -> Case {
        Case::region(region).circuit("er", "192.0.2.0/30", None).circuit_location(location)
    }

    #[test]
    fn circuits_do_not_cross_clouds() {
        case("GCC", "eastus").finds(
            RULE,
            &["error: environment `GCC` (US Government (GCC)) is in Azure Government, but circuit `er` is in the public \
               Azure cloud @ eastus"],
        );
        case("GCC", "usgovvirginia").finds(RULE, &[]);
        case("europe", "westeurope").finds(RULE, &[]);
        case("europe", "atlantis").finds(RULE, &[]);
    }

    #[test]
    fn each_cloud_has_its_own_circuit() {
        let two = |change: fn(&mut crate::settings::Environment)| {
            case("GCC", "usgovvirginia")
                .environment("europe", change)
                .circuit("er-eu", "192.0.2.4/30", None)
                .circuit_location("westeurope")
        };
        two(|_| ()).finds(RULE, &[]);
        let found = two(|environment| environment.circuits = vec!["er".to_owned()]).run(RULE);
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
