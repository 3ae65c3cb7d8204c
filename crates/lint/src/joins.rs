//! What hangs on what: a peering names its route filter by id, a circuit's link networks hold the
//! addresses of its sessions. Built once for a run; every question is a lookup.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::network::{Circuit, Network, Peering, RouteFilter};
use pairlint_model::source::Spanned;

use crate::settings::PeeringKind;

/// A circuit's peering, seen from one of its links.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// Index into [`Network::circuits`].
    pub circuit: usize,
    pub peering: &'a Peering,
    /// The link network, where the session was found by it.
    pub network: Option<IpNet>,
}

/// The joins of a network.
pub struct Joins<'a> {
    filters_by_id: BTreeMap<String, Vec<usize>>,
    circuits_by_key: BTreeMap<String, Vec<usize>>,
    /// For each circuit the first export of the same resource id.
    first_exports: Vec<usize>,
    links: BTreeMap<IpNet, Vec<Link<'a>>>,
    link_lengths: BTreeSet<(Family, u8)>,
    filters_of_circuit: Vec<Vec<usize>>,
    circuits_of_filter: Vec<Vec<usize>>,
}

impl<'a> Joins<'a> {
    pub fn new(network: &'a Network) -> Joins<'a> {
        let mut joins = Joins {
            filters_by_id: BTreeMap::new(),
            circuits_by_key: BTreeMap::new(),
            first_exports: first_exports(network),
            links: BTreeMap::new(),
            link_lengths: BTreeSet::new(),
            filters_of_circuit: vec![Vec::new(); network.circuits.len()],
            circuits_of_filter: vec![Vec::new(); network.route_filters.len()],
        };
        for (index, filter) in network.route_filters.iter().enumerate() {
            if let Some(id) = &filter.id {
                joins
                    .filters_by_id
                    .entry(id_key(&id.value))
                    .or_default()
                    .push(index);
            }
        }
        for (index, circuit) in network.circuits.iter().enumerate() {
            let first = joins.first_export(index);
            for name in [&circuit.id, &circuit.name].into_iter().flatten() {
                let same_name = joins.circuits_by_key.entry(id_key(&name.value)).or_default();
                if !same_name.contains(&first) {
                    same_name.push(first);
                }
            }
            for peering in circuit.peerings.items() {
                joins.add_peering(first, peering);
            }
        }
        for circuits in &mut joins.circuits_of_filter {
            circuits.sort_unstable();
            circuits.dedup();
        }
        joins
    }

    fn add_peering(&mut self, circuit: usize, peering: &'a Peering) {
        for family in Family::BOTH {
            for network in link_networks(peering, family) {
                let network = network.trunc();
                self.link_lengths.insert((family, network.prefix_len()));
                self.links.entry(network).or_default().push(Link {
                    circuit,
                    peering,
                    network: Some(network),
                });
            }
            let filters = filter_reference(peering, family)
                .map(|reference| self.filters_named(&reference.value).to_vec())
                .unwrap_or_default();
            for filter in filters {
                if let Some(of_circuit) = self.filters_of_circuit.get_mut(circuit)
                    && !of_circuit.contains(&filter)
                {
                    of_circuit.push(filter);
                }
                if let Some(of_filter) = self.circuits_of_filter.get_mut(filter) {
                    of_filter.push(circuit);
                }
            }
        }
    }

    /// Every filter of that resource id; several where more than one file exports it.
    pub fn filters_named(&self, id: &str) -> &[usize] {
        self.filters_by_id.get(&id_key(id)).map_or(&[], Vec::as_slice)
    }

    /// How many circuits there are, each counted once.
    pub fn circuits(&self) -> usize {
        let exports = self.first_exports.iter().enumerate();
        exports.filter(|(index, first)| index == *first).count()
    }

    /// The first export of a circuit, by which all joins know it: `az` prints a circuit in `show`, in `list` and
    /// its peerings once more in `peering list`.
    pub fn first_export(&self, circuit: usize) -> usize {
        self.first_exports.get(circuit).copied().unwrap_or(circuit)
    }

    /// Every circuit of that name or resource id.
    pub fn circuits_named(&self, name: &str) -> &[usize] {
        self.circuits_by_key.get(&id_key(name)).map_or(&[], Vec::as_slice)
    }

    pub fn filters_of_circuit(&self, circuit: usize) -> &[usize] {
        self.filters_of_circuit.get(circuit).map_or(&[], Vec::as_slice)
    }

    pub fn circuits_of_filter(&self, filter: usize) -> &[usize] {
        self.circuits_of_filter.get(filter).map_or(&[], Vec::as_slice)
    }

    /// Every link whose network holds the address.
    pub fn links_with(&self, address: IpAddr) -> Vec<Link<'a>> {
        let family = Family::of_address(address);
        let mut found = Vec::new();
        for &(_, length) in self.link_lengths.iter().filter(|(of, _)| *of == family) {
            let network = IpNet::new(address, length).map(|net| net.trunc());
            if let Ok(network) = network
                && let Some(links) = self.links.get(&network)
            {
                found.extend(links.iter().copied());
            }
        }
        found
    }
}

fn first_exports(network: &Network) -> Vec<usize> {
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    let circuits = network.circuits.iter().enumerate();
    let first = circuits.map(|(index, circuit)| match &circuit.id {
        Some(id) => *by_id.entry(id_key(&id.value)).or_insert(index),
        None => index,
    });
    first.collect()
}

/// The two link networks of a peering in a family. Only whole links count: a host address or an open
/// range would join sessions that have nothing to do with the circuit.
fn link_networks(peering: &Peering, family: Family) -> impl Iterator<Item = IpNet> {
    let (primary, secondary) = match (family, &peering.ipv6) {
        (Family::Ipv4, _) => (&peering.primary, &peering.secondary),
        (Family::Ipv6, Some(ipv6)) => (&ipv6.primary, &ipv6.secondary),
        (Family::Ipv6, None) => (&None, &None),
    };
    let shortest = match family {
        Family::Ipv4 => 29,
        Family::Ipv6 => 125,
    };
    [primary, secondary]
        .into_iter()
        .flatten()
        .map(|network| network.value)
        .filter(move |network| {
            Family::of(network) == family
                && network.prefix_len() >= shortest
                && network.prefix_len() < family.width()
        })
}

/// The route filter that a peering names for a family.
pub fn filter_reference(peering: &Peering, family: Family) -> Option<&Spanned<String>> {
    match family {
        Family::Ipv4 => peering.route_filter.as_ref(),
        Family::Ipv6 => peering.ipv6.as_ref()?.route_filter.as_ref(),
    }
}

/// Which of the two peerings a circuit's peering is; `None` for the retired public peering and for what
/// is not known.
pub fn peering_kind(peering: &Peering) -> Option<PeeringKind> {
    let kind = &peering.peering_type.as_ref().or(peering.name.as_ref())?.value;
    if kind.eq_ignore_ascii_case("MicrosoftPeering") {
        Some(PeeringKind::Microsoft)
    } else if kind.eq_ignore_ascii_case("AzurePrivatePeering") {
        Some(PeeringKind::Private)
    } else {
        None
    }
}

/// The texts by which a scope glob may mean a filter.
pub fn filter_names(filter: &RouteFilter) -> impl Iterator<Item = &str> {
    let id = filter.id.as_ref().map(|id| id.value.as_str());
    [Some(filter.display_name()), id].into_iter().flatten()
}

/// The texts by which a scope glob may mean a circuit.
pub fn circuit_names(circuit: &Circuit) -> impl Iterator<Item = &str> {
    let id = circuit.id.as_ref().map(|id| id.value.as_str());
    [Some(circuit.display_name()), id].into_iter().flatten()
}

/// A resource id as it is compared: letter case, empty segments and a closing slash mean nothing.
pub fn id_key(id: &str) -> String {
    let segments: Vec<String> = id
        .trim()
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(str::to_lowercase)
        .collect();
    segments.join("/")
}
