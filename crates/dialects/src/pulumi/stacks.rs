//! The networks of several stacks of one program, put together.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::network::{Circuit, Listing, Network, RouteFilter};
use pairlint_model::source::Spanned;

/// What is the same in all stacks is there once; what differs is a resource of its own for each, and says in its name
/// whose it is.
pub(super) fn together(stacks: Vec<(&str, Network)>) -> Network {
    let total = stacks.len();
    let filters = counts(&stacks, |network| network.route_filters.iter().map(content));
    let filter_names = counts(&stacks, |network| {
        let names = network.route_filters.iter();
        names.map(|filter| filter.display_name().to_lowercase())
    });
    let circuit_names = counts(&stacks, |network| {
        let names = network.circuits.iter();
        names.map(|circuit| circuit.display_name().to_lowercase())
    });
    let several =
        |names: &BTreeMap<String, usize>, name: &str| names.get(&name.to_lowercase()).is_some_and(|n| *n > 1);
    let mut whole = Network::default();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut circuits: Vec<(&str, Circuit)> = Vec::new();
    for (stack, mut network) in stacks {
        let mut own: BTreeSet<String> = BTreeSet::new();
        for mut filter in std::mem::take(&mut network.route_filters) {
            let key = content(&filter);
            if filters.get(&key) == Some(&total) {
                if seen.insert(key) {
                    whole.route_filters.push(filter);
                }
                continue;
            }
            if let Some(id) = &mut filter.id {
                own.insert(id.value.to_lowercase());
                id.value = of_stack(&id.value, stack);
            }
            if several(&filter_names, filter.display_name()) {
                let span = filter.name.as_ref().map_or(filter.span, |name| name.span);
                let shown = format!("{} ({stack})", filter.display_name());
                filter.name = Some(Spanned::new(span, shown));
            }
            whole.route_filters.push(filter);
        }
        for mut circuit in std::mem::take(&mut network.circuits) {
            if let Listing::Known { items, .. } = &mut circuit.peerings {
                for peering in items {
                    let ipv6 = peering.ipv6.as_mut().and_then(|ipv6| ipv6.route_filter.as_mut());
                    for reference in [peering.route_filter.as_mut(), ipv6].into_iter().flatten() {
                        if own.contains(&reference.value.to_lowercase()) {
                            reference.value = of_stack(&reference.value, stack);
                        }
                    }
                }
            }
            circuits.push((stack, circuit));
        }
        for remark in std::mem::take(&mut network.remarks) {
            if seen.insert(format!("{remark:?}")) {
                whole.remarks.push(remark);
            }
        }
    }
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    for (_, circuit) in &circuits {
        *alike.entry(format!("{circuit:?}")).or_default() += 1;
    }
    for (stack, mut circuit) in circuits {
        let key = format!("{circuit:?}");
        if alike.get(&key) == Some(&total) {
            if seen.insert(key) {
                whole.circuits.push(circuit);
            }
            continue;
        }
        if several(&circuit_names, circuit.display_name()) {
            let span = circuit.name.as_ref().map_or(circuit.span, |name| name.span);
            let shown = format!("{} ({stack})", circuit.display_name());
            circuit.name = Some(Spanned::new(span, shown));
        }
        let mut ids: Vec<&mut Spanned<String>> = circuit.id.iter_mut().collect();
        if let Listing::Known { items, .. } = &mut circuit.peerings {
            ids.extend(items.iter_mut().filter_map(|peering| peering.id.as_mut()));
        }
        for id in ids {
            id.value = of_stack(&id.value, stack);
        }
        whole.circuits.push(circuit);
    }
    whole
}

fn content(filter: &RouteFilter) -> String {
    format!("{filter:?}")
}

fn counts<'n, I: Iterator<Item = String> + 'n>(
    stacks: &'n [(&str, Network)],
    of: impl Fn(&'n Network) -> I,
) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for text in stacks.iter().flat_map(|(_, network)| of(network)) {
        *counts.entry(text).or_default() += 1;
    }
    counts
}

/// Each stack has a subscription of its own, as far as the program tells.
fn of_stack(id: &str, stack: &str) -> String {
    id.replacen(
        "/subscriptions/{subscription}/",
        &format!("/subscriptions/{{subscription of {stack}}}/"),
        1,
    )
}
