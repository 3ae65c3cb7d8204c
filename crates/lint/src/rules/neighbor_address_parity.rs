//! `neighbor-address-parity`: the router's end of the link and Microsoft's are the wrong way round.

use std::net::IpAddr;

use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::source::Spanned;

use super::Rule;
use crate::Context;
use crate::peers::Peer;

pub(super) static RULE: Rule = Rule {
    name: "neighbor-address-parity",
    severity: Severity::Warning,
    summary: "the neighbor is not the second address of its link, which Microsoft takes",
    page: include_str!("../../../../docs/rules/neighbor-address-parity.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for peer in cx.peers.iter().filter(|peer| peer.is_microsoft() && peer.is_direct()) {
        let Some(address) = peer.neighbor.ip else { continue };
        let Some(interface) = link(peer, address) else { continue };
        let second = second_host(&interface.value);
        if address == second {
            continue;
        }
        let network = interface.value.trunc();
        found.push(
            RULE.at(format!(
                "session `{}`: the neighbor is not {second}, the second address of {network}, which Microsoft takes",
                peer.name
            ))
            .label(peer.neighbor.address.span, "Microsoft does not answer at this address")
            .label(interface.span, "the router's own address and mask")
            .help(format!("give the router the first address of {network}, and the neighbor the second, {second}"))
            .object(peer.name.as_str())
            .identity(peer.name.to_lowercase())
            .fact("network", network.to_string())
            .fact("expected", second.to_string()),
        );
    }
}

/// The router's address on the link, where it shows the /30 or /126.
fn link<'a>(peer: &Peer<'a>, address: IpAddr) -> Option<&'a Spanned<IpNet>> {
    let same_table = |vrf: &Option<Spanned<String>>| match (vrf, &peer.neighbor.vrf) {
        (Some(interface), Some(neighbor)) => interface.value == neighbor.value,
        // Not every platform names the instance at the interface.
        (None, _) => true,
        (Some(_), None) => false,
    };
    let interfaces = peer.device.interfaces.iter().filter(|interface| same_table(&interface.vrf));
    let mut addresses = interfaces.flat_map(|interface| &interface.addresses);
    addresses.find(|own| {
        let spare = Family::of(&own.value).width() - own.value.prefix_len();
        spare == 2 && own.value.contains(&address)
    })
}

fn second_host(link: &IpNet) -> IpAddr {
    match link {
        IpNet::V4(net) => std::net::Ipv4Addr::from_bits(net.network().to_bits() | 2).into(),
        IpNet::V6(net) => std::net::Ipv6Addr::from_bits(net.network().to_bits() | 2).into(),
    }
}
