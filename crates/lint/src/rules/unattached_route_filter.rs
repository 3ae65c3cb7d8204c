//! `unattached-route-filter`: a route filter that no Microsoft peering uses.

use std::collections::BTreeSet;

use pairlint_model::bgp::Family;
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::exports::subscription;
use crate::joins::{filter_reference, id_key, peering_kind};
use crate::settings::PeeringKind;

pub(super) static RULE: Rule = Rule {
    name: "unattached-route-filter",
    severity: Severity::Warning,
    summary: "a route filter that no Microsoft peering of a complete set of exports uses",
    page: include_str!("../../../../docs/rules/unattached-route-filter.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // On private peering a filter selects nothing.
    let peerings = cx.circuits.iter().flat_map(|circuit| &circuit.peerings);
    let used: BTreeSet<String> = peerings
        .filter(|peering| peering_kind(peering) != Some(PeeringKind::Private))
        .flat_map(|peering| Family::BOTH.into_iter().filter_map(|family| filter_reference(peering, family)))
        .map(|reference| id_key(&reference.value))
        .collect();
    // Where no circuit of a subscription was exported, nothing is known about what hangs on them.
    let exported: BTreeSet<String> = cx
        .circuits
        .iter()
        .filter(|circuit| circuit.complete)
        .filter_map(|circuit| subscription(&circuit.first(|circuit| circuit.id.as_ref())?.value))
        .collect();
    let mut told = BTreeSet::new();
    for view in &cx.filters {
        let Some(id) = &view.filter.id else { continue };
        let known = subscription(&id.value).is_some_and(|subscription| exported.contains(&subscription));
        // Its circuit may be in another subscription.
        let attached = view.filter.peerings.iter().any(|peering| !on_private_peering(&peering.value));
        let key = id_key(&id.value);
        if attached || !known || !cx.exports.are_whole(&id.value) || used.contains(&key) || !told.insert(key) {
            continue;
        }
        let name = view.filter.name.as_ref().unwrap_or(id);
        found.push(
            RULE.at(format!("route filter `{}` is attached to no Microsoft peering", view.name()))
                .label(name.span, "no Microsoft peering of the exported circuits names this filter")
                .help(
                    "attach it to the Microsoft peering of its circuit (`az network express-route peering update \
                     --route-filter`), or delete it",
                )
                .object(view.name())
                .identity(view.identity()),
        );
    }
}

fn on_private_peering(id: &str) -> bool {
    id_key(id).ends_with("/peerings/azureprivatepeering")
}

#[cfg(test)]
mod tests {
    use pairlint_model::network::RemarkKind;

    use crate::settings::Absence;
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case() -> Case {
        Case::new()
            .circuit("er", "192.0.2.0/30", Some("/subscriptions/S/rf-used"))
            .circuit_id("/subscriptions/S/er")
            .filter("rf-used", &["12076:51002"])
            .id("/subscriptions/s/RF-used/")
            .filter("rf-alone", &["12076:51002"])
            .id("/subscriptions/S/rf-alone")
    }

    #[test]
    fn no_peering_names_it() {
        case().finds(RULE, &["warning: route filter `rf-alone` is attached to no Microsoft peering @ rf-alone"]);
    }

    #[test]
    fn private_peering_does_not_count() {
        case().private_circuit("er-2", "10.0.0.0/30").peering_filter("/subscriptions/S/rf-alone").finds(
            RULE,
            &["warning: route filter `rf-alone` is attached to no Microsoft peering @ rf-alone"],
        );
    }

    #[test]
    fn the_filter_may_tell_its_peerings() {
        let circuit = "/subscriptions/T/expressRouteCircuits/er/peerings";
        case().attached_to(&format!("{circuit}/MicrosoftPeering")).finds(RULE, &[]);
        assert_eq!(case().attached_to(&format!("{circuit}/AzurePrivatePeering")).run(RULE).len(), 1);
    }

    #[test]
    fn what_was_not_exported_may_name_it() {
        case().absence(Absence::NamedFiles).finds(RULE, &[]);
        let remark = RemarkKind::Incomplete {
            what: "it ends with a nextLink".to_owned(),
        };
        case().remark("nextLink", remark).finds(RULE, &[]);
        let elsewhere = case().filter("rf-other", &[]).id("/subscriptions/T/rf-other");
        elsewhere.finds(RULE, &["warning: route filter `rf-alone` is attached to no Microsoft peering @ rf-alone"]);
    }
}
