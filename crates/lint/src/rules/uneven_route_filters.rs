//! `uneven-route-filters`: circuits of one environment that bring different regions of it.

use std::collections::BTreeSet;

use pairlint_model::bgp::{Community, Family};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::source::Span;

use super::Rule;
use crate::Context;
use crate::circuits::CircuitView;
use crate::environments::{DeclaredEnvironment, RegionSet};
use crate::joins::filter_reference;
use crate::scope::ScopedBy;
use crate::words::{and, communities};

pub(super) static RULE: Rule = Rule {
    name: "uneven-route-filters",
    severity: Severity::Warning,
    summary: "circuits that serve one environment carry different sets of the communities that it requires",
    page: include_str!("../../../../docs/rules/uneven-route-filters.md"),
    check,
};

/// What one circuit carries of an environment's need.
struct Carried<'a> {
    circuit: &'a str,
    set: BTreeSet<Community>,
    place: Span,
}

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !cx.exports.is_whole_tree() {
        return;
    }
    for (index, environment) in cx.environments.iter().enumerate() {
        for family in Family::BOTH {
            let carried: Vec<Carried<'_>> = cx
                .circuits_of(index)
                .filter_map(|(circuit, by)| carried(cx, environment, circuit, by, family))
                .collect();
            found.extend(finding(cx, environment, family, &carried));
        }
    }
}

fn carried<'a>(
    cx: &Context<'a>,
    environment: &DeclaredEnvironment<'_>,
    circuit: &CircuitView<'a>,
    by: ScopedBy,
    family: Family,
) -> Option<Carried<'a>> {
    let mut active = circuit.microsoft().filter(|peering| circuit.is_active(peering, family));
    let peering = active.next()?;
    let reference = filter_reference(peering, family)?;
    let filters = cx.filters_at(peering, family);
    let known = !filters.is_empty() && filters.iter().all(|view| view.complete);
    let wanted = environment.region_sets.iter().flat_map(RegionSet::communities);
    let set: BTreeSet<Community> = wanted.filter(|community| filters.iter().any(|view| view.passing.contains(community))).collect();
    // What carries nothing of it and is in scope by default may be there for something else.
    let stranger = set.is_empty() && by == ScopedBy::Default;
    (known && !stranger).then_some(Carried {
        circuit: circuit.name(),
        set,
        place: reference.span,
    })
}

fn finding(
    cx: &Context<'_>,
    environment: &DeclaredEnvironment<'_>,
    family: Family,
    carried: &[Carried<'_>],
) -> Option<Diagnostic> {
    let all: BTreeSet<Community> = carried.iter().flat_map(|carried| carried.set.iter().copied()).collect();
    let lacks = |carried: &Carried<'_>| all.difference(&carried.set).copied().collect::<Vec<_>>();
    let poor: Vec<&Carried<'_>> = carried.iter().filter(|carried| !lacks(carried).is_empty()).collect();
    let first = poor.first()?;
    let uneven: BTreeSet<Community> = poor.iter().flat_map(|carried| lacks(carried)).collect();
    let uneven: Vec<Community> = uneven.into_iter().collect();
    let names: Vec<String> = carried.iter().map(|carried| format!("`{}`", carried.circuit)).collect();
    let name = &environment.declared.name;
    let words = communities(cx, environment.cloud, &uneven);
    let mut finding = RULE
        .at(format!(
            "the circuits {} of environment `{name}` differ in {family}: not all carry {words}",
            and(&names)
        ))
        .label(first.place, format!("the filter here lacks {}", communities(cx, environment.cloud, &lacks(first))));
    let whole = carried.iter().find(|carried| lacks(carried).is_empty());
    for other in poor.iter().skip(1).copied().chain(whole) {
        let text = match lacks(other).is_empty() {
            true => "the filter here has them all".to_owned(),
            false => format!("the filter here lacks {}", communities(cx, environment.cloud, &lacks(other))),
        };
        finding = finding.label(other.place, text);
    }
    let circuits: Vec<&str> = carried.iter().map(|carried| carried.circuit).collect();
    Some(
        finding
            .help(format!(
                "let the route filters of all circuits hold the same communities, so that any of them can take over; \
                 if a circuit serves something else, name the environment's own in the `circuits` of `{name}`"
            ))
            .object(name.as_str())
            .fact("environment", name.as_str())
            .fact("circuits", circuits)
            .fact("communities", uneven),
    )
}

#[cfg(test)]
mod tests {
    use crate::settings::Absence;
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(second: &[&str]) -> Case {
        Case::region("europe")
            .circuit("er-1", "192.0.2.0/30", Some("/s/rf-1"))
            .circuit("er-2", "192.0.2.4/30", Some("/s/rf-2"))
            .filter("rf-1", &["12076:51002", "12076:51003"])
            .id("/s/rf-1")
            .filter("rf-2", second)
            .id("/s/rf-2")
    }

    #[test]
    fn circuits_stand_in_for_each_other() {
        let half = || case(&["12076:51003"]);
        half().finds(
            RULE,
            &["warning: the circuits `er-1` and `er-2` of environment `europe` differ in ipv4: not all carry \
               `12076:51002` (West Europe) @ /s/rf-2"],
        );
        half().absence(Absence::NamedFiles).finds(RULE, &[]);
        // Beyond what is required they may differ.
        case(&["12076:51003", "12076:51002", "12076:5060"]).finds(RULE, &[]);
    }

    #[test]
    fn a_circuit_for_something_else_is_not_compared() {
        case(&["12076:5010"]).finds(RULE, &[]);
        case(&["12076:51003"]).peering_state("Disabled").finds(RULE, &[]);
    }
}
