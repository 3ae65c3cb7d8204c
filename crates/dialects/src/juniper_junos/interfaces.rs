//! `interfaces`: addresses, to join sessions to circuits.

use std::collections::BTreeMap;

use pairlint_model::network::Interface;
use pairlint_model::source::Spanned;

use super::config::Config;
use super::values::prefix;
use crate::braces::NodeId;

/// Reads the logical interfaces under a root that have an address.
pub(super) fn interfaces(
    config: &Config<'_>,
    root: NodeId,
    instances: &BTreeMap<String, Spanned<String>>,
    outer: Option<&Spanned<String>>,
) -> Vec<Interface> {
    let tree = config.tree;
    let mut found = Vec::new();
    let Some(interfaces) = tree.child(root, "interfaces") else {
        return found;
    };
    for physical in tree.children(interfaces) {
        let Some(units) = tree.child(physical, "unit") else {
            continue;
        };
        let disabled = tree.child(physical, "disable");
        for unit in tree.children(units) {
            let mut addresses = Vec::new();
            for family in ["inet", "inet6"] {
                let list = tree.path(unit, &["family", family, "address"]);
                for address in list.into_iter().flat_map(|list| tree.children(list)) {
                    if let Some(prefix) = prefix(config.word(address)) {
                        addresses.push(Spanned::new(config.word_span(address), prefix));
                    }
                }
            }
            if addresses.is_empty() {
                continue;
            }
            let name = format!("{}.{}", config.word(physical), config.word(unit));
            found.push(Interface {
                vrf: instances.get(&name).or(outer).cloned(),
                name: Spanned::new(config.word_span(physical), name),
                addresses,
                shutdown: tree
                    .child(unit, "disable")
                    .or(disabled)
                    .map(|node| config.statement(node)),
                bfd: None,
            });
        }
    }
    found
}

/// Returns the routing instance of each interface that is in one.
pub(super) fn instances_of(
    config: &Config<'_>,
    instances: &[(NodeId, Spanned<String>)],
) -> BTreeMap<String, Spanned<String>> {
    let tree = config.tree;
    let mut found = BTreeMap::new();
    for (node, vrf) in instances {
        for interface in tree
            .child(*node, "interface")
            .into_iter()
            .flat_map(|list| tree.children(list))
        {
            let word = config.word(interface);
            // Without a unit it is unit 0.
            let name = if word.contains('.') {
                word.to_owned()
            } else {
                format!("{word}.0")
            };
            found.insert(name, vrf.clone());
        }
    }
    found
}
