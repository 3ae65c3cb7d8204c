//! `unresolved-route-filter`: a peering names a filter that the run does not hold.

use std::collections::BTreeSet;

use pairlint_model::bgp::Family;
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::joins::{filter_reference, id_key};

pub(super) static RULE: Rule = Rule {
    name: "unresolved-route-filter",
    severity: Severity::Warning,
    summary: "a peering names a route filter that is not in the set of exports",
    page: include_str!("../../../../docs/rules/unresolved-route-filter.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for circuit in &cx.circuits {
        let mut told = BTreeSet::new();
        for peering in circuit.microsoft() {
            for family in Family::BOTH {
                let Some(reference) = filter_reference(peering, family) else { continue };
                let here = !cx.joins.filters_named(&reference.value).is_empty();
                if here || !cx.exports.are_whole(&reference.value) || !told.insert(id_key(&reference.value)) {
                    continue;
                }
                let name = reference.value.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                let finding = RULE
                    .at(format!(
                        "route filter `{name}`, which the Microsoft peering of circuit `{}` uses, is not in this run",
                        circuit.name()
                    ))
                    .label(reference.span, "no file holds this filter, so what it sends is not verified")
                    .help(format!(
                        "add the output of `az network route-filter show -g <group> -n {name}` to the run; if the \
                         filter no longer exists, nothing is announced"
                    ))
                    .fact("route_filter", name);
                found.push(circuit.about(finding));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::Absence;
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn the_filter_is_not_there() {
        let case = || Case::new().circuit("er", "192.0.2.0/30", Some("/s/rf"));
        case().finds(
            RULE,
            &["warning: route filter `rf`, which the Microsoft peering of circuit `er` uses, is not in this run @ \
               /s/rf"],
        );
        case().absence(Absence::NamedFiles).finds(RULE, &[]);
        case().filter("rf", &[]).id("/S/RF").finds(RULE, &[]);
    }
}
