//! Layer-3 interfaces with their addresses.

use pairlint_model::bgp::IpNet;
use pairlint_model::network::Interface;
use pairlint_model::source::Spanned;

use super::config::Config;
use crate::braces::NodeId;

/// Reads `network interface`; `routers` are the virtual routers, which name their interfaces.
pub(super) fn interfaces(config: &Config<'_>, network: NodeId, routers: &[NodeId]) -> Vec<Interface> {
    let mut found = Vec::new();
    let Some(list) = config.child(network, "interface") else {
        return found;
    };
    for kind in config.children(list) {
        // `loopback units loopback.1 ip …` and `ethernet ethernet1/1 layer3 …`.
        let mut places: Vec<NodeId> = config.children(kind).collect();
        places.extend(config.list(kind, "units"));
        for place in places {
            let layer = config.child(place, "layer3").unwrap_or(place);
            interface(config, place, layer, routers, &mut found);
            for unit in config.list(layer, "units") {
                interface(config, unit, unit, routers, &mut found);
            }
        }
    }
    found
}

fn interface(
    config: &Config<'_>,
    name: NodeId,
    place: NodeId,
    routers: &[NodeId],
    found: &mut Vec<Interface>,
) {
    let addresses: Vec<Spanned<IpNet>> = config
        .list(place, "ip")
        .into_iter()
        .filter_map(|value| {
            let net = config.word(value).parse().ok()?;
            Some(Spanned::new(config.statement(value), net))
        })
        .collect();
    if addresses.is_empty() {
        return;
    }
    let owner = routers.iter().find(|&&router| {
        let members = config.list(router, "interface");
        members
            .iter()
            .any(|&member| config.word(member) == config.word(name))
    });
    let vrf = owner.filter(|&&router| config.word(router) != "default");
    found.push(Interface {
        name: config.name(name),
        vrf: vrf.map(|&router| config.name(router)),
        addresses,
        shutdown: None,
        bfd: None,
    });
}
