//! `advertised-communities-drift`: a circuit mirrors other communities than its filter holds.

use std::collections::BTreeSet;

use pairlint_model::bgp::{Community, Family};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::Peering;

use super::Rule;
use crate::Context;
use crate::circuits::{CircuitView, config};
use crate::filters::{allows, read};
use crate::joins::filter_reference;
use crate::words::communities;

pub(super) static RULE: Rule = Rule {
    name: "advertised-communities-drift",
    severity: Severity::Warning,
    summary: "a circuit's `advertisedCommunities` is not what the route filter that it names holds",
    page: include_str!("../../../../docs/rules/advertised-communities-drift.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for circuit in &cx.circuits {
        for peering in circuit.microsoft() {
            let families = Family::BOTH.into_iter();
            let findings = families.filter_map(|family| drift(cx, circuit, peering, family));
            found.extend(findings.map(|finding| circuit.about(finding)));
        }
    }
}

fn drift(cx: &Context<'_>, circuit: &CircuitView<'_>, peering: &Peering, family: Family) -> Option<Diagnostic> {
    let listing = &config(peering, family)?.advertised_communities;
    if !listing.is_known() {
        return None;
    }
    let mut shown = BTreeSet::new();
    for value in listing.items() {
        // What is no value cannot be compared.
        shown.insert(read(value).community()?);
    }
    let filters = cx.filters_at(peering, family);
    // What the service shows for a rule that denies is not known.
    let plain = |view: &&crate::filters::FilterView<'_>| {
        view.complete && view.values.iter().all(|value| value.reading.community().is_some()) && view.filter.rules.items().iter().all(allows)
    };
    // Of several exports of the filter one that agrees is enough: the others are told by their own rule.
    if filters.is_empty() || !filters.iter().all(plain) || filters.iter().any(|view| view.passing == shown) {
        return None;
    }
    let view = filters.first()?;
    let only = |a: &BTreeSet<Community>, b: &BTreeSet<Community>| a.difference(b).copied().collect::<Vec<_>>();
    let (only_shown, only_held) = (only(&shown, &view.passing), only(&view.passing, &shown));
    let cloud = cx.circuit_cloud(circuit.index);
    let severity = match shown.is_empty() {
        true => Severity::Note,
        false => RULE.severity,
    };
    let mut parts = Vec::new();
    if !only_shown.is_empty() {
        parts.push(format!("it shows {} more", communities(cx, cloud, &only_shown)));
    }
    if !only_held.is_empty() {
        parts.push(format!("it does not show {}", communities(cx, cloud, &only_held)));
    }
    let mut different: Vec<Community> = only_shown.into_iter().chain(only_held).collect();
    different.sort_unstable();
    let mut finding = RULE
        .at(format!(
            "the communities of circuit `{}` in {family} are not those of route filter `{}`: {}",
            circuit.name(),
            view.name(),
            parts.join(", ")
        ))
        .severity(severity)
        .label(listing.span(), "Microsoft shows here what it announces")
        .label(view.list_span(), "the filter holds this");
    if let Some(reference) = filter_reference(peering, family) {
        finding = finding.label(reference.span, "the filter is named here");
    }
    Some(
        finding
            .help("export the circuit and the filter again at one time; if they still differ, update the filter's rule once more")
            .fact("route_filter", view.name())
            .fact("communities", different),
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(shown: &[&str], held: &[&str]) -> Case {
        Case::new()
            .circuit("er", "192.0.2.0/30", Some("/s/rf"))
            .config(shown, &[], 0)
            .filter("rf", held)
            .id("/s/rf")
    }

    #[test]
    fn the_circuit_mirrors_its_filter() {
        case(&["12076:51003", "12076:51002"], &["12076:51002", "12076:51003"]).finds(RULE, &[]);
        case(&["12076:51002", "12076:51004"], &["12076:51002", "12076:51003"]).finds(
            RULE,
            &["warning: the communities of circuit `er` in ipv4 are not those of route filter `rf`: it shows \
               `12076:51004` (East US) more, it does not show `12076:51003` (North Europe) @ [\"12076:51002\", \
               \"12076:51004\"]"],
        );
    }

    #[test]
    fn an_empty_list_is_a_note() {
        case(&[], &["12076:51002"]).finds(
            RULE,
            &["note: the communities of circuit `er` in ipv4 are not those of route filter `rf`: it does not show \
               `12076:51002` (West Europe) @ []"],
        );
    }

    #[test]
    fn what_is_not_known_is_not_compared() {
        case(&["12076:51002"], &["12076:51003,12076:51002"]).finds(RULE, &[]);
        case(&["[parameters('c')]"], &["12076:51003"]).finds(RULE, &[]);
    }
}
