//! `route-filter-on-private-peering`: a filter where filters have no effect.

use pairlint_model::bgp::Family;
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::joins::{filter_reference, peering_kind};
use crate::settings::PeeringKind;

pub(super) static RULE: Rule = Rule {
    name: "route-filter-on-private-peering",
    severity: Severity::Error,
    summary: "a route filter hangs on private peering, where it selects nothing",
    page: include_str!("../../../../docs/rules/route-filter-on-private-peering.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for circuit in &cx.circuits {
        let peerings = circuit.peerings.iter();
        for peering in peerings.filter(|peering| peering_kind(peering) == Some(PeeringKind::Private)) {
            let mut references = Family::BOTH.into_iter().filter_map(|family| filter_reference(peering, family));
            let Some(reference) = references.next() else { continue };
            let name = reference.value.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let mut finding = RULE
                .at(format!("route filter `{name}` hangs on the private peering of circuit `{}`", circuit.name()))
                .label(reference.span, "private peering brings the routes of virtual networks, which no filter selects")
                .help("attach the filter to the circuit's Microsoft peering: Power Platform is reached over that one")
                .fact("route_filter", name);
            if let Some(kind) = &peering.peering_type {
                finding = finding.label(kind.span, "this is private peering");
            }
            found.push(circuit.about(finding));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn filters_belong_to_microsoft_peering() {
        Case::new().private_circuit("er", "10.0.0.0/30").peering_filter("/s/rf").finds(
            RULE,
            &["error: route filter `rf` hangs on the private peering of circuit `er` @ /s/rf"],
        );
        Case::new().private_circuit("er", "10.0.0.0/30").finds(RULE, &[]);
        Case::new().circuit("er", "192.0.2.0/30", Some("/s/rf")).finds(RULE, &[]);
    }
}
