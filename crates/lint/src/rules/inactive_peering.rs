//! `inactive-peering`: a filter on a peering or circuit that carries nothing.

use std::collections::BTreeSet;

use pairlint_model::bgp::Family;
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::circuits::Part;
use crate::joins::filter_reference;

pub(super) static RULE: Rule = Rule {
    name: "inactive-peering",
    severity: Severity::Error,
    summary: "a route filter hangs on a peering or circuit that is disabled, deprovisioned or failed",
    page: include_str!("../../../../docs/rules/inactive-peering.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for circuit in &cx.circuits {
        let mut told = BTreeSet::new();
        for peering in circuit.microsoft() {
            for family in Family::BOTH {
                let Some(reference) = filter_reference(peering, family) else { continue };
                let obstacles = circuit.obstacles(peering, family);
                // What stops both families is said once.
                let mut fresh = obstacles.iter().filter(|obstacle| told.insert(obstacle.state.span));
                let Some(first) = fresh.next() else { continue };
                let name = reference.value.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                let (what, help) = match first.at {
                    Part::Circuit => (
                        format!("circuit `{}`", circuit.name()),
                        "bring the circuit up with its provider; until then no route arrives over it",
                    ),
                    Part::Peering => (
                        format!("the Microsoft peering of circuit `{}`", circuit.name()),
                        "enable the peering, or provision it again; until then no route arrives over it",
                    ),
                };
                let mut finding = RULE
                    .at(format!("route filter `{name}` has no effect: {what} is {}", first.state.value))
                    .label(first.state.span, format!("`{}` is {}", first.key, first.state.value));
                for other in fresh {
                    finding = finding.label(other.state.span, format!("`{}` is {}", other.key, other.state.value));
                }
                finding = finding
                    .label(reference.span, "the filter hangs on it")
                    .help(help)
                    .fact("route_filter", name)
                    .fact("state", first.state.value.as_str());
                found.push(circuit.about(finding));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case() -> Case {
        Case::new().circuit("er", "192.0.2.0/30", Some("/s/rf"))
    }

    #[test]
    fn a_filter_needs_a_peering_that_is_up() {
        case().peering_state("Disabled").finds(
            RULE,
            &["error: route filter `rf` has no effect: the Microsoft peering of circuit `er` is Disabled @ Disabled"],
        );
        case().provider_state("NotProvisioned").finds(
            RULE,
            &["error: route filter `rf` has no effect: circuit `er` is NotProvisioned @ NotProvisioned"],
        );
        case().peering_state("Enabled").provider_state("Provisioned").finds(RULE, &[]);
        case().finds(RULE, &[]);
        Case::new().circuit("er", "192.0.2.0/30", None).peering_state("Disabled").finds(RULE, &[]);
        Case::new().private_circuit("er", "10.0.0.0/30").peering_state("Disabled").finds(RULE, &[]);
    }

    #[test]
    fn both_families_say_it_once() {
        let case = || case().ipv6("2001:db8::/126", Some("/s/rf"));
        assert_eq!(case().peering_state("Disabled").run(RULE).len(), 1);
        case().finds(RULE, &[]);
    }
}
