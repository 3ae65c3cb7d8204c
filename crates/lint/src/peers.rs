//! The sessions to Microsoft: which they are, which of the two peerings each is on, and which circuit
//! and route filter stand behind it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use pairlint_model::bgp::{Family, MICROSOFT};
use pairlint_model::network::{BgpNeighbor, Device, NeighborFamily, Network, Peering, RemoteAs};

use crate::joins::{Joins, filter_reference, id_key, peering_kind};
use crate::settings::{PeeringKind, SessionHint, Settings};

/// A session to Microsoft.
#[derive(Debug)]
pub struct Peer<'a> {
    /// Index into [`Network::devices`].
    pub device_index: usize,
    pub device: &'a Device,
    pub neighbor: &'a BgpNeighbor,
    /// `device[/vrf]/neighbor`.
    pub name: String,
    pub peering: PeeringKind,
    /// What told the peering.
    pub evidence: Evidence,
    /// The circuit, where exactly one is known to carry the session; index into [`Network::circuits`].
    pub circuit: Option<usize>,
    /// The circuit's peering, where it is known.
    pub circuit_peering: Option<&'a Peering>,
    /// Route filters that the circuit's peering names, by the family they act on, as far as they are in
    /// the run; indices into [`Network::route_filters`].
    filters: [Vec<usize>; 2],
}

/// What told which peering a session is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// The configuration's `[[session]]`.
    Declared,
    /// The link network of a circuit's peering holds the neighbor.
    Circuit,
    /// AS 12076 on a private address.
    PrivateAddress,
    /// Nothing says otherwise.
    Assumed,
}

impl<'a> Peer<'a> {
    /// On Microsoft peering, so that its policies are judged.
    pub fn is_microsoft(&self) -> bool {
        self.peering == PeeringKind::Microsoft
    }

    /// Up in some address family, as far as the configuration tells.
    pub fn is_active(&self) -> bool {
        self.active_families().next().is_some()
    }

    /// The families in which routes arrive.
    pub fn active_families(&self) -> impl Iterator<Item = &'a NeighborFamily> + use<'a> {
        let up = self.neighbor.shutdown.is_none();
        self.neighbor
            .families
            .iter()
            .filter(move |family| up && family.active)
    }

    /// Route filters in the run that decide what Microsoft sends in this family.
    pub fn filters(&self, family: Family) -> &[usize] {
        let [v4, v6] = &self.filters;
        match family {
            Family::Ipv4 => v4,
            Family::Ipv6 => v6,
        }
    }

    /// The remote AS shows AS 12076 itself, and not a provider in between.
    pub fn is_direct(&self) -> bool {
        self.neighbor.remote_as == RemoteAs::Asn(MICROSOFT)
    }
}

/// The name of a session as scope globs and waivers spell it.
pub fn session_name(device: &Device, neighbor: &BgpNeighbor) -> String {
    match &neighbor.vrf {
        Some(vrf) => format!("{}/{}/{}", device.name, vrf.value, neighbor.address.value),
        None => format!("{}/{}", device.name, neighbor.address.value),
    }
}

/// The same session in another reading of the device's text.
pub(crate) fn in_reading<'a>(
    reading: &'a Device,
    neighbor: &BgpNeighbor,
    family: Family,
) -> Option<(&'a BgpNeighbor, &'a NeighborFamily)> {
    let vrf = |neighbor: &BgpNeighbor| neighbor.vrf.as_ref().map(|vrf| vrf.value.clone());
    let mut neighbors = reading.neighbors.iter();
    let same = neighbors
        .find(|other| other.address.value == neighbor.address.value && vrf(other) == vrf(neighbor))?;
    let mut families = same.families.iter();
    Some((same, families.find(|other| other.family == family)?))
}

/// Finds every session to Microsoft, in the order of the devices and their neighbors.
pub fn find<'a>(network: &'a Network, joins: &Joins<'a>, settings: &Settings) -> Vec<Peer<'a>> {
    let declared = Declared::new(settings);
    let mut peers = Vec::new();
    for (device_index, device) in network.devices.iter().enumerate() {
        for neighbor in &device.neighbors {
            let hint = declared.hint(device, neighbor);
            let to_microsoft = neighbor.remote_as == RemoteAs::Asn(MICROSOFT)
                || hint.is_some()
                || neighbor.ip.is_some_and(|ip| declared.neighbors.contains(&ip));
            if to_microsoft {
                peers.push(peer(device_index, device, neighbor, hint, joins, network));
            }
        }
    }
    peers
}

fn peer<'a>(
    device_index: usize,
    device: &'a Device,
    neighbor: &'a BgpNeighbor,
    hint: Option<&SessionHint>,
    joins: &Joins<'a>,
    network: &'a Network,
) -> Peer<'a> {
    let declared_kind = hint.and_then(|hint| hint.peering);
    let (circuit, circuit_peering, linked_kind) = attachment(neighbor, hint, joins, network);
    let private_address =
        neighbor.remote_as == RemoteAs::Asn(MICROSOFT) && neighbor.ip.is_some_and(is_private_link_address);
    let (peering, evidence) = match (declared_kind, linked_kind) {
        (Some(kind), _) => (kind, Evidence::Declared),
        (None, Some(kind)) => (kind, Evidence::Circuit),
        (None, None) if private_address => (PeeringKind::Private, Evidence::PrivateAddress),
        (None, None) => (PeeringKind::Microsoft, Evidence::Assumed),
    };
    let filters = Family::BOTH.map(|family| {
        circuit_peering
            .and_then(|peering| filter_reference(peering, family))
            .map(|reference| joins.filters_named(&reference.value).to_vec())
            .unwrap_or_default()
    });
    Peer {
        device_index,
        device,
        neighbor,
        name: session_name(device, neighbor),
        peering,
        evidence,
        circuit,
        circuit_peering,
        filters,
    }
}

/// The circuit and peering of a session, as declared or by its address, and the kind that they give.
///
/// Where several circuits hold the address (the same export twice, private links that reuse RFC 1918
/// space) no circuit is taken, and a kind only where they agree on it.
fn attachment<'a>(
    neighbor: &BgpNeighbor,
    hint: Option<&SessionHint>,
    joins: &Joins<'a>,
    network: &'a Network,
) -> (Option<usize>, Option<&'a Peering>, Option<PeeringKind>) {
    let mut links = neighbor.ip.map(|ip| joins.links_with(ip)).unwrap_or_default();
    if let Some(name) = hint.and_then(|hint| hint.circuit.as_deref()) {
        let named = joins.circuits_named(name);
        links.retain(|link| named.contains(&link.circuit));
        if links.is_empty() {
            let [circuit] = named else {
                return (None, None, None);
            };
            let wanted = hint
                .and_then(|hint| hint.peering)
                .unwrap_or(PeeringKind::Microsoft);
            let exports = network.circuits.iter().enumerate();
            let mut peerings = exports
                .filter(|(index, _)| joins.first_export(*index) == *circuit)
                .flat_map(|(_, export)| export.peerings.items());
            let peering = peerings.find(|peering| peering_kind(peering) == Some(wanted));
            return (Some(*circuit), peering, peering.and_then(peering_kind));
        }
    }
    let kinds: BTreeSet<Option<PeeringKind>> = links.iter().map(|link| peering_kind(link.peering)).collect();
    let kind = match kinds.first() {
        Some(&kind) if kinds.len() == 1 => kind,
        _ => None,
    };
    let circuits: BTreeSet<usize> = links.iter().map(|link| link.circuit).collect();
    match (circuits.first(), links.first()) {
        (Some(&circuit), Some(link)) if circuits.len() == 1 => (Some(circuit), Some(link.peering), kind),
        _ => (None, None, kind),
    }
}

/// Addresses on which only private peering can run: Microsoft peering needs public ones. RFC 1918, shared
/// address space (RFC 6598), link-local (RFC 3927, RFC 4291) and unique local (RFC 4193).
fn is_private_link_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private() || v4.is_link_local() || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(v6) => v6.is_unicast_link_local() || v6.is_unique_local(),
    }
}

/// What the configuration says about sessions, for lookup.
struct Declared<'s> {
    neighbors: BTreeSet<IpAddr>,
    hints: BTreeMap<IpAddr, Vec<&'s SessionHint>>,
}

impl<'s> Declared<'s> {
    fn new(settings: &'s Settings) -> Declared<'s> {
        let mut hints: BTreeMap<IpAddr, Vec<&SessionHint>> = BTreeMap::new();
        for hint in &settings.sessions {
            hints.entry(hint.neighbor).or_default().push(hint);
        }
        Declared {
            neighbors: settings.microsoft_neighbors.iter().copied().collect(),
            hints,
        }
    }

    /// The first hint that fits; one that names the VRF fits only there.
    fn hint(&self, device: &Device, neighbor: &BgpNeighbor) -> Option<&'s SessionHint> {
        let vrf = neighbor.vrf.as_ref().map(|vrf| vrf.value.as_str());
        let fits = |hint: &&&SessionHint| {
            id_key(&hint.device) == id_key(&device.name)
                && hint.vrf.as_deref().is_none_or(|wanted| Some(wanted) == vrf)
        };
        self.hints.get(&neighbor.ip?)?.iter().find(fits).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Case;

    /// Describes the sessions to Microsoft: name, peering, what told it, circuit.
    #[track_caller]
    fn check(case: Case, expected: &[&str]) {
        let described = case.with_context(|cx| {
            let circuit = |peer: &Peer<'_>| {
                let circuit = peer.circuit.and_then(|index| cx.network.circuits.get(index));
                circuit.map_or("-", |circuit| circuit.display_name()).to_owned()
            };
            let peers = cx.peers.iter();
            let described = peers.map(|peer| {
                format!(
                    "{} {:?} {:?} {}",
                    peer.name,
                    peer.peering,
                    peer.evidence,
                    circuit(peer)
                )
            });
            described.collect::<Vec<_>>()
        });
        assert_eq!(described, expected);
    }

    fn hint(device: &str, neighbor: &str) -> SessionHint {
        SessionHint {
            device: device.to_owned(),
            neighbor: neighbor.parse().unwrap(),
            vrf: None,
            peering: None,
            circuit: None,
        }
    }

    #[test]
    fn as_12076_speaks_on_two_peerings() {
        check(
            Case::new()
                .router("edge1", "192.0.2.2", &[])
                .router("edge2", "10.0.0.2", &[])
                .router("edge3", "100.64.0.2", &[])
                .router("edge4", "fd00::2", &[])
                .router_with_as("edge5", "192.0.2.2", 65010),
            &[
                "edge1/192.0.2.2 Microsoft Assumed -",
                "edge2/10.0.0.2 Private PrivateAddress -",
                "edge3/100.64.0.2 Private PrivateAddress -",
                "edge4/fd00::2 Private PrivateAddress -",
            ],
        );
    }

    #[test]
    fn the_circuit_knows_better_than_the_address() {
        check(
            Case::new()
                .circuit("er-1", "10.0.0.0/30", None)
                .private_circuit("er-2", "192.0.2.0/30")
                .router("edge1", "10.0.0.2", &[])
                .router("edge2", "192.0.2.2", &[]),
            &[
                "edge1/10.0.0.2 Microsoft Circuit er-1",
                "edge2/192.0.2.2 Private Circuit er-2",
            ],
        );
    }

    #[test]
    fn two_circuits_with_one_link_network_prove_nothing_but_the_kind() {
        check(
            Case::new()
                .private_circuit("er-1", "192.0.2.0/30")
                .private_circuit("er-2", "192.0.2.0/30")
                .router("edge1", "192.0.2.2", &[]),
            &["edge1/192.0.2.2 Private Circuit -"],
        );
        check(
            Case::new()
                .private_circuit("er-1", "192.0.2.0/30")
                .circuit("er-2", "192.0.2.0/30", None)
                .router("edge1", "192.0.2.2", &[]),
            &["edge1/192.0.2.2 Microsoft Assumed -"],
        );
    }

    #[test]
    fn declarations_come_first() {
        let mut case = Case::new()
            .circuit("er-1", "198.51.100.0/30", None)
            .router("edge1", "10.0.0.2", &[]);
        case.settings.sessions = vec![SessionHint {
            peering: Some(PeeringKind::Microsoft),
            circuit: Some("ER-1".to_owned()),
            ..hint("EDGE1", "10.0.0.2")
        }];
        check(case, &["edge1/10.0.0.2 Microsoft Declared er-1"]);
        // A provider in between: another AS, named outright.
        let mut case = Case::new().router_with_as("edge1", "198.51.100.2", 65010);
        case.settings.microsoft_neighbors = vec!["198.51.100.2".parse().unwrap()];
        check(case, &["edge1/198.51.100.2 Microsoft Assumed -"]);
        // A hint for another device or VRF is none.
        let mut case = Case::new().router_with_as("edge1", "198.51.100.2", 65010);
        let in_vrf = SessionHint {
            vrf: Some("MSFT".to_owned()),
            ..hint("edge1", "198.51.100.2")
        };
        case.settings.sessions = vec![hint("edge2", "198.51.100.2"), in_vrf];
        check(case, &[]);
    }
}
