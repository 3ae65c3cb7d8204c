//! Interfaces, as far as sessions are found on them.

use pairlint_model::bgp;
use pairlint_model::network::Interface;
use pairlint_model::source::Spanned;

use super::config::Config;
use crate::braces::NodeId;
use crate::notes::Notes;

/// Reads `interfaces`: each kind, its interfaces, and their virtual ones (`vif 100`).
pub(super) fn interfaces(config: Config<'_>, node: NodeId, notes: &Notes<'_>) -> Vec<Interface> {
    let mut found = Vec::new();
    for kind in config.children(node) {
        for interface in config.tree.children(kind) {
            let name = config.word(interface).to_owned();
            read(config, interface, &name, notes, &mut found);
            let virtuals = config.tree.child(interface, "vif");
            for vif in virtuals.into_iter().flat_map(|list| config.tree.children(list)) {
                read(
                    config,
                    vif,
                    &format!("{name}.{}", config.word(vif)),
                    notes,
                    &mut found,
                );
            }
        }
    }
    found
}

fn read(config: Config<'_>, node: NodeId, name: &str, notes: &Notes<'_>, found: &mut Vec<Interface>) {
    let tree = config.tree;
    let addresses = tree
        .child(node, "address")
        .into_iter()
        .flat_map(|list| tree.children(list));
    let addresses: Vec<_> = addresses
        .filter_map(|address| {
            let net = bgp::prefix(config.word(address)).ok()?;
            Some(Spanned::new(notes.span(config.line(address)), net))
        })
        .collect();
    let shutdown = tree.child(node, "disable");
    if addresses.is_empty() && shutdown.is_none() {
        return;
    }
    let vrf = tree.child(node, "vrf").and_then(|vrf| tree.value(vrf));
    found.push(Interface {
        name: Spanned::new(notes.span(config.word(node)), name.to_owned()),
        vrf: vrf.map(|vrf| notes.name(config.word(vrf))),
        addresses,
        shutdown: shutdown.map(|node| notes.span(config.line(node))),
        bfd: None,
    });
}
