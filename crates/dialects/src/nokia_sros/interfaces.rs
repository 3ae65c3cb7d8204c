//! Interfaces with their addresses.

use pairlint_model::bgp::{IpNet, decimal};
use pairlint_model::network::Interface;
use pairlint_model::source::Spanned;

use super::bgp::disabled;
use super::config::Config;
use crate::atoms::address;
use crate::braces::NodeId;

/// Reads the interfaces of a router instance or a service.
pub(super) fn interfaces(
    config: &Config<'_>,
    place: NodeId,
    vrf: Option<&Spanned<String>>,
) -> Vec<Interface> {
    let list = config.child(place, "interface");
    let nodes = list.into_iter().flat_map(|list| config.children(list));
    nodes
        .map(|node| {
            let families: Vec<NodeId> = ["ipv4", "ipv6"]
                .into_iter()
                .filter_map(|word| config.child(node, word))
                .chain([node])
                .collect();
            let mut addresses = Vec::new();
            for &family in &families {
                addresses_of(config, family, &mut addresses);
                for word in ["primary", "secondary"] {
                    if let Some(inner) = config.child(family, word) {
                        addresses_of(config, inner, &mut addresses);
                    }
                }
            }
            let bfd = families.iter().find_map(|&family| config.child(family, "bfd"));
            Interface {
                name: config.name(node),
                vrf: vrf.cloned(),
                addresses,
                shutdown: disabled(config, node),
                bfd: bfd.map(|bfd| config.statement(bfd)),
            }
        })
        .collect()
}

/// `address 192.0.2.1/30`, or in MD-CLI `address 192.0.2.1` beside `prefix-length 30`, or inside it.
fn addresses_of(config: &Config<'_>, node: NodeId, found: &mut Vec<Spanned<IpNet>>) {
    let Some(list) = config.child(node, "address") else {
        return;
    };
    for value in config.children(list) {
        let text = config.word(value);
        let length = |place| {
            let value = config.value(place, "prefix-length")?;
            decimal::<u8>(config.word(value)).ok()
        };
        let net = match text.parse::<IpNet>() {
            Ok(net) => Some(net),
            Err(_) => address(text).and_then(|ip| {
                let length = length(value).or_else(|| length(node))?;
                IpNet::new(ip, length).ok()
            }),
        };
        found.extend(net.map(|net| Spanned::new(config.statement(value), net)));
    }
}
