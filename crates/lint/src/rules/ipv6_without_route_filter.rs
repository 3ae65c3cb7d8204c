//! `ipv6-without-route-filter`: IPv6 routes are not sent, or other ones than in IPv4.

use std::collections::BTreeSet;

use pairlint_model::bgp::{Community, Family};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::Peering;

use super::Rule;
use crate::Context;
use crate::circuits::{CircuitView, config, has_family};
use crate::joins::{filter_reference, id_key};
use crate::words::communities;

pub(super) static RULE: Rule = Rule {
    name: "ipv6-without-route-filter",
    severity: Severity::Warning,
    summary: "the IPv6 half of a Microsoft peering has no route filter, or another set of communities than IPv4",
    page: include_str!("../../../../docs/rules/ipv6-without-route-filter.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for circuit in &cx.circuits {
        for peering in circuit.microsoft() {
            let both = Family::BOTH.iter().all(|&family| has_family(peering, family));
            if !both || !circuit.is_active(peering, Family::Ipv6) {
                continue;
            }
            // Where IPv4 has none either, that is the finding.
            let Some(ipv4) = filter_reference(peering, Family::Ipv4) else { continue };
            let finding = match filter_reference(peering, Family::Ipv6) {
                None => without(circuit, peering),
                Some(ipv6) if id_key(&ipv6.value) == id_key(&ipv4.value) => None,
                Some(_) => uneven(cx, circuit, peering),
            };
            found.extend(finding.map(|finding| circuit.about(finding)));
        }
    }
}

fn without(circuit: &CircuitView<'_>, peering: &Peering) -> Option<Diagnostic> {
    let ipv6 = peering.ipv6.as_ref()?;
    let legacy = config(peering, Family::Ipv6).and_then(|config| config.legacy_mode);
    if legacy.is_some_and(|mode| mode.value != 0) {
        return None;
    }
    let link = ipv6.primary.as_ref().or(ipv6.secondary.as_ref());
    let place = link.map_or(ipv6.span.at_start(), |link| link.span);
    Some(
        RULE.at(format!("the IPv6 half of the Microsoft peering of circuit `{}` has no route filter", circuit.name()))
            .label(place, "IPv6 is set up here, and no IPv6 route is announced")
            .help(
                "attach the route filter to the IPv6 peering too: Power Platform answers on IPv6, and clients that \
                 prefer it leave by the internet",
            ),
    )
}

fn uneven(cx: &Context<'_>, circuit: &CircuitView<'_>, peering: &Peering) -> Option<Diagnostic> {
    let set = |family: Family| -> Option<BTreeSet<Community>> {
        let filters = cx.filters_at(peering, family);
        let [first, others @ ..] = filters.as_slice() else { return None };
        let same = others.iter().all(|other| other.passing == first.passing);
        (same && filters.iter().all(|view| view.complete)).then(|| first.passing.clone())
    };
    let (ipv4, ipv6) = (set(Family::Ipv4)?, set(Family::Ipv6)?);
    let different: Vec<Community> = ipv4.symmetric_difference(&ipv6).copied().collect();
    let reference = filter_reference(peering, Family::Ipv6)?;
    if different.is_empty() {
        return None;
    }
    let cloud = cx.circuit_cloud(circuit.index);
    let words = communities(cx, cloud, &different);
    let mut finding = RULE
        .at(format!(
            "the Microsoft peering of circuit `{}` sends other communities in IPv6 than in IPv4: {words}",
            circuit.name()
        ))
        .label(reference.span, "the route filter of IPv6");
    if let Some(other) = filter_reference(peering, Family::Ipv4) {
        finding = finding.label(other.span, "the route filter of IPv4");
    }
    Some(
        finding
            .help("give both halves the same route filter, or the same communities in both")
            .fact("communities", different),
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(ipv6: Option<&str>) -> Case {
        Case::new()
            .circuit("er", "192.0.2.0/30", Some("/s/rf"))
            .ipv6("2001:db8::/126", ipv6)
            .filter("rf", &["12076:51002", "12076:51003"])
            .id("/s/rf")
    }

    #[test]
    fn both_halves_need_the_filter() {
        case(None).finds(
            RULE,
            &["warning: the IPv6 half of the Microsoft peering of circuit `er` has no route filter @ 2001:db8::/126"],
        );
        case(Some("/s/RF")).finds(RULE, &[]);
        case(None).peering_state("Disabled").finds(RULE, &[]);
        Case::new().circuit("er", "192.0.2.0/30", Some("/s/rf")).finds(RULE, &[]);
        // No filter at all is another rule's matter.
        Case::new().circuit("er", "192.0.2.0/30", None).ipv6("2001:db8::/126", None).finds(RULE, &[]);
    }

    #[test]
    fn another_filter_may_hold_the_same() {
        let six = |values: &[&str]| case(Some("/s/rf6")).filter("rf6", values).id("/s/rf6");
        six(&["12076:51003", "12076:51002"]).finds(RULE, &[]);
        six(&["12076:51002"]).finds(
            RULE,
            &["warning: the Microsoft peering of circuit `er` sends other communities in IPv6 than in IPv4: \
               `12076:51003` (North Europe) @ /s/rf6"],
        );
        case(Some("/s/rf6")).unresolved_filter("rf6").id("/s/rf6").finds(RULE, &[]);
    }
}
