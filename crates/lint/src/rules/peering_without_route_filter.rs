//! `peering-without-route-filter`: a Microsoft peering over which nothing is announced.

use pairlint_model::bgp::Family;
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::circuits::{has_family, is_legacy};
use crate::joins::filter_reference;

pub(super) static RULE: Rule = Rule {
    name: "peering-without-route-filter",
    severity: Severity::Error,
    summary: "an enabled Microsoft peering has no route filter, so Microsoft announces nothing over it",
    page: include_str!("../../../../docs/rules/peering-without-route-filter.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for circuit in &cx.circuits {
        for peering in circuit.microsoft() {
            let named = |family| filter_reference(peering, family).is_some();
            // The IPv6 half without a filter beside an IPv4 half with one has a rule of its own.
            let first = Family::BOTH.into_iter().find(|&family| has_family(peering, family));
            let Some(family) = first.filter(|&family| !named(family)) else { continue };
            if !circuit.is_active(peering, family) {
                continue;
            }
            let legacy = is_legacy(peering);
            let (severity, what) = match legacy {
                true => (Severity::Note, "this legacy peering announces Microsoft 365 prefixes, and no Azure region"),
                false => (RULE.severity, "nothing is announced here until a route filter is attached"),
            };
            let place = peering.name.as_ref().or(peering.peering_type.as_ref());
            let finding = RULE
                .at(format!("the Microsoft peering of circuit `{}` has no route filter", circuit.name()))
                .severity(severity)
                .label(place.map_or(peering.span.at_start(), |name| name.span), what)
                .help(
                    "attach the route filter: `az network express-route peering update --name MicrosoftPeering \
                     --circuit-name <circuit> -g <group> --route-filter <id>`",
                );
            found.push(circuit.about(finding));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;
    const MESSAGE: &str = "the Microsoft peering of circuit `er` has no route filter @ MicrosoftPeering";

    #[test]
    fn an_enabled_peering_needs_a_filter() {
        let case = || Case::new().circuit("er", "192.0.2.0/30", None);
        case().finds(RULE, &[&format!("error: {MESSAGE}")]);
        case().peering_state("Enabled").finds(RULE, &[&format!("error: {MESSAGE}")]);
        case().peering_state("Disabled").finds(RULE, &[]);
        Case::new().private_circuit("er", "10.0.0.0/30").finds(RULE, &[]);
        Case::new().circuit("er", "192.0.2.0/30", Some("/s/rf")).finds(RULE, &[]);
    }

    #[test]
    fn legacy_peerings_announce_without_one() {
        Case::new()
            .circuit("er", "192.0.2.0/30", None)
            .config(&[], &[], 1)
            .finds(RULE, &[&format!("note: {MESSAGE}")]);
    }

    #[test]
    fn an_ipv6_half_with_a_filter_is_not_enough() {
        Case::new()
            .circuit("er", "192.0.2.0/30", None)
            .ipv6("2001:db8::/126", Some("/s/rf"))
            .finds(RULE, &[&format!("error: {MESSAGE}")]);
    }
}
