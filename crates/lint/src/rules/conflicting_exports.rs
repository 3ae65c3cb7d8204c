//! `conflicting-exports`: one resource, two contents.

use std::collections::BTreeSet;

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::{Circuit, Peering};
use pairlint_model::source::Span;

use super::Rule;
use crate::Context;
use crate::circuits::{Differences, differences};
use crate::filters::{FilterView, allows};
use crate::joins::{id_key, peering_kind};

pub(super) static RULE: Rule = Rule {
    name: "conflicting-exports",
    severity: Severity::Warning,
    summary: "two exports of one resource id have different contents, and which is newer is not known",
    page: include_str!("../../../../docs/rules/conflicting-exports.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, view) in cx.filters.iter().enumerate() {
        let Some(id) = &view.filter.id else { continue };
        let named = cx.joins.filters_named(&id.value);
        let Some(&first) = named.first().filter(|&&first| first != index) else { continue };
        let Some(first) = cx.filters.get(first) else { continue };
        let Some((key, here, there)) = filter_difference(first, view) else { continue };
        let finding = finding("route filter", view.name(), key, here, there);
        found.push(finding.object(view.name()).identity(view.identity()));
    }
    for circuit in &cx.circuits {
        let [first, others @ ..] = circuit.exports.as_slice() else { continue };
        for other in others {
            let Some((key, here, there)) = circuit_difference(first, other) else { continue };
            found.push(circuit.about(finding("circuit", circuit.name(), key, here, there)));
        }
    }
}

fn finding(kind: &str, name: &str, key: &'static str, here: Span, there: Span) -> Diagnostic {
    RULE.at(format!("two exports of {kind} `{name}` differ in `{key}`"))
        .label(there, "one says this")
        .label(here, "the other says this")
        .help("keep the newer export, and remove the other from the run")
        .fact("key", key)
}

/// The first thing in which two exports of a filter differ, where it stands in the first and in the second.
fn filter_difference(a: &FilterView<'_>, b: &FilterView<'_>) -> Option<(&'static str, Span, Span)> {
    let content = |view: &FilterView<'_>| -> BTreeSet<(bool, String)> {
        let values = view.values.iter();
        values.map(|value| (allows(value.rule), value.written.text.trim().to_owned())).collect()
    };
    if a.complete && b.complete && content(a) != content(b) {
        return Some(("communities", a.list_span(), b.list_span()));
    }
    let mut found = Differences::default();
    found.text("location", &a.filter.location, &b.filter.location);
    found.0.first().copied()
}

fn circuit_difference(a: &Circuit, b: &Circuit) -> Option<(&'static str, Span, Span)> {
    let mut found = Differences::default();
    found.text("sku.tier", &a.sku_tier, &b.sku_tier);
    found.text("circuitProvisioningState", &a.state, &b.state);
    found.text("serviceProviderProvisioningState", &a.provider_state, &b.provider_state);
    found.text("peeringLocation", &a.peering_location, &b.peering_location);
    found.text("location", &a.location, &b.location);
    for one in a.peerings.items() {
        let same = b.peerings.items().iter().find(|other| is_same(one, other));
        match same {
            Some(other) => found.0.extend(differences(one, other)),
            // A list of some peerings leaves the others out; two whole circuits do not.
            None if a.name.is_some() && b.name.is_some() && b.peerings.is_known() => {
                found.0.push(("peerings", one.span.at_start(), b.peerings.span().at_start()));
            }
            None => {}
        }
    }
    if a.name.is_some() && b.name.is_some() && a.peerings.is_known() {
        let more = b.peerings.items().iter().find(|other| !a.peerings.items().iter().any(|one| is_same(one, other)));
        found.0.extend(more.map(|more| ("peerings", a.peerings.span().at_start(), more.span.at_start())));
    }
    found.0.first().copied()
}

fn is_same(a: &Peering, b: &Peering) -> bool {
    match (&a.id, &b.id) {
        (Some(a), Some(b)) => id_key(&a.value) == id_key(&b.value),
        _ => peering_kind(a).is_some() && peering_kind(a) == peering_kind(b),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn one_filter_in_two_files() {
        let case = |values: &[&str]| {
            Case::new()
                .filter("rf", &["12076:51002", "12076:51003"])
                .id("/s/rf")
                .filter("rf", values)
                .id("/S/RF")
        };
        case(&["12076:51003", "12076:51002"]).finds(RULE, &[]);
        case(&["12076:51002"]).finds(
            RULE,
            &["warning: two exports of route filter `rf` differ in `communities` @ [\"12076:51002\"]"],
        );
    }

    #[test]
    fn one_circuit_in_two_files() {
        let case = |state: &str, filter| {
            Case::new()
                .circuit("er", "192.0.2.0/30", Some("/s/rf"))
                .circuit_id("/s/er")
                .peering_state("Enabled")
                .circuit("er", "192.0.2.0/30", filter)
                .circuit_id("/S/ER")
                .peering_state(state)
        };
        case("enabled", Some("/S/rf")).finds(RULE, &[]);
        case("Disabled", Some("/s/rf")).finds(RULE, &["warning: two exports of circuit `er` differ in `state` @ Disabled"]);
        let found = case("Enabled", None).run(RULE);
        assert!(found.len() == 1 && found.iter().all(|found| found.contains("`routeFilter`")), "{found:?}");
    }
}
