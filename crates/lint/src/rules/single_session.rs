//! `single-session`: one link of a circuit has a session, the other has none.

use std::collections::BTreeSet;
use std::net::IpAddr;

use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::Peering;
use pairlint_model::source::{Span, Spanned};

use super::Rule;
use crate::Context;
use crate::joins::{id_key, peering_kind};
use crate::peers::Evidence;
use crate::settings::{Absence, PeeringKind};

pub(super) static RULE: Rule = Rule {
    name: "single-session",
    severity: Severity::Warning,
    summary: "only one of the two links of a circuit has a session",
    page: include_str!("../../../../docs/rules/single-session.md"),
    check,
};

/// A BGP neighbor of any router of the run.
struct Neighbor<'a> {
    address: IpAddr,
    name: String,
    span: Span,
    device: &'a str,
}

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if cx.settings.absence == Absence::NamedFiles {
        return;
    }
    let neighbors = neighbors(cx);
    // The same circuit may be exported twice.
    let mut seen = BTreeSet::new();
    for (index, circuit) in cx.network.circuits.iter().enumerate() {
        let name = circuit.id.as_ref().or(circuit.name.as_ref());
        if name.is_some_and(|name| !seen.insert(id_key(&name.value))) || tied_by_hand(cx, index) {
            continue;
        }
        let peerings = circuit.peerings.items().iter();
        for peering in peerings.filter(|peering| peering_kind(peering) == Some(PeeringKind::Microsoft)) {
            for family in Family::BOTH {
                let Some((primary, secondary)) = links(peering, family) else { continue };
                let at = |link: &Spanned<IpNet>| neighbors.iter().find(|n| link.value.contains(&n.address));
                let (with, without, which) = match (at(primary), at(secondary)) {
                    (Some(neighbor), None) => (neighbor, secondary, "secondary"),
                    (None, Some(neighbor)) => (neighbor, primary, "primary"),
                    _ => continue,
                };
                let link = without.value.trunc();
                found.push(
                    RULE.at(format!(
                        "circuit `{}` has a session on one link only: no router has one on its {which} link {link}",
                        circuit.display_name(),
                    ))
                    .label(with.span, "the only session of this circuit")
                    .label(without.span, format!("the {which} link, without a session"))
                    .help(format!(
                        "configure the second session (Microsoft is {} there), or add the configuration of the router \
                         that has it to the run; with one session Microsoft's service level does not apply",
                        second_host(&link)
                    ))
                    .object(with.name.as_str())
                    .identity(format!("{}/{family}", with.name).to_lowercase())
                    .fact("circuit", circuit.display_name())
                    .fact("device", with.device)
                    .fact("link", link.to_string()),
                );
            }
        }
    }
}

fn neighbors<'a>(cx: &Context<'a>) -> Vec<Neighbor<'a>> {
    let devices = cx.network.devices.iter();
    let all = devices.flat_map(|device| device.neighbors.iter().map(move |neighbor| (device, neighbor)));
    all.filter_map(|(device, neighbor)| {
        Some(Neighbor {
            address: neighbor.ip?,
            name: crate::peers::session_name(device, neighbor),
            span: neighbor.span,
            device: &device.name,
        })
    })
    .collect()
}

/// A session was tied to the circuit in the configuration, so that its addresses are not the circuit's.
fn tied_by_hand(cx: &Context<'_>, circuit: usize) -> bool {
    let mut peers = cx.peers.iter();
    peers.any(|peer| peer.circuit == Some(circuit) && peer.evidence == Evidence::Declared)
}

/// The two link networks, where both are known and differ.
fn links(peering: &Peering, family: Family) -> Option<(&Spanned<IpNet>, &Spanned<IpNet>)> {
    let (primary, secondary) = match (family, &peering.ipv6) {
        (Family::Ipv4, _) => (peering.primary.as_ref()?, peering.secondary.as_ref()?),
        (Family::Ipv6, Some(ipv6)) => (ipv6.primary.as_ref()?, ipv6.secondary.as_ref()?),
        (Family::Ipv6, None) => return None,
    };
    // A /30, or a /126.
    let is_link =
        |link: &IpNet| Family::of(link) == family && family.width() - link.prefix_len() == 2;
    let both = is_link(&primary.value) && is_link(&secondary.value);
    (both && primary.value.trunc() != secondary.value.trunc()).then_some((primary, secondary))
}

/// Microsoft takes the second usable address of each link.
fn second_host(link: &IpNet) -> String {
    match link {
        IpNet::V4(net) => std::net::Ipv4Addr::from_bits(net.network().to_bits() | 2).to_string(),
        IpNet::V6(net) => std::net::Ipv6Addr::from_bits(net.network().to_bits() | 2).to_string(),
    }
}
