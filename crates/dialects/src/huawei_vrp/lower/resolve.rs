//! Sessions with everything they inherit from their group.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::{Asn, Family, IpNet};
use pairlint_model::network::{BgpNeighbor, Device, NeighborFamily, Owner, RemoteAs};
use pairlint_model::policy::{
    ChainDefault, ListFamily, PolicyChain, PolicyExpression, SessionFilter, Verdict,
};
use pairlint_model::source::Spanned;

use super::bgp::{Process, Target};
use super::peer::{Direction, Peer, Policy, Session, extend};
use crate::atoms::{number, with_mask};
use crate::lines::Words;
use crate::notes::Notes;

/// Bounds the addresses written down as owners of unread lines: many lines on a group of many members would multiply.
const MOST_OWNERS: usize = 100_000;

/// Lines of VPN instances, by name.
type Vpns<'a> = BTreeMap<&'a str, Vec<(Option<Family>, &'a str)>>;

pub(super) fn sessions<'a>(
    process: &Process<'a>,
    vpns: &Vpns<'a>,
    device: &mut Device,
    notes: &mut Notes<'_>,
) {
    let referred: BTreeSet<&str> = process
        .peers
        .iter()
        .filter_map(|peer| peer.session.group)
        .collect();
    let mut groups: BTreeMap<(Option<&str>, &str), usize> = BTreeMap::new();
    for (index, peer) in process.peers.iter().enumerate() {
        if peer.ip.is_none() && (peer.is_group || referred.contains(peer.name)) {
            groups.insert((peer.vrf, peer.name), index);
        }
    }
    let resolver = Resolver {
        process,
        vpns,
        groups,
    };
    let mut concerned: BTreeMap<Target, Vec<String>> = BTreeMap::new();
    for (index, peer) in process.peers.iter().enumerate() {
        let is_group = resolver.groups.contains_key(&(peer.vrf, peer.name)) || peer.is_group;
        if is_group || !peer.session.listens.is_empty() {
            for net in &peer.session.listens {
                let listening = Peer {
                    session: Session {
                        group: is_group.then_some(peer.name),
                        ..peer.session.clone()
                    },
                    home: peer.home,
                    ..Peer::new(net, None, peer.vrf, peer.line)
                };
                // As a prefix, however it is written.
                let address = range(net).map_or_else(|| (*net).to_owned(), |range| range.to_string());
                concerned
                    .entry(Target::Peer(index))
                    .or_default()
                    .push(address.clone());
                let group = is_group.then_some(peer);
                let mut session = resolver.session(&listening, group, notes);
                session.address.value = address;
                device.neighbors.push(session);
            }
            continue;
        }
        let placeholder = peer.name.starts_with('<');
        if peer.ip.is_none() && !placeholder && peer.session.remote_as.is_none() {
            continue;
        }
        let group = peer.session.group.and_then(|name| resolver.group(peer.vrf, name));
        concerned
            .entry(Target::Peer(index))
            .or_default()
            .push(peer.name.to_owned());
        if let Some(group) = group {
            concerned
                .entry(Target::Peer(group))
                .or_default()
                .push(peer.name.to_owned());
        }
        let group = group.and_then(|group| process.peers.get(group));
        device.neighbors.push(resolver.session(peer, group, notes));
    }
    let mut budget = MOST_OWNERS;
    for (line, target) in &process.unread {
        let owner = match concerned.get(target) {
            Some(addresses) if addresses.len() <= budget => {
                budget -= addresses.len();
                Owner::Neighbors(addresses.clone())
            }
            _ => Owner::Bgp,
        };
        notes.unread(line, owner);
    }
}

/// Reads the range a group listens on: `10.0.0.0 24`, `10.0.0.0 255.255.255.0`, `10.0.0.0/24`.
fn range(net: &str) -> Option<IpNet> {
    let mut words = Words::new(net);
    let address = words.next()?;
    match words.next() {
        None => pairlint_model::bgp::prefix(address).ok(),
        Some(mask) if mask.contains('.') => with_mask(address, mask),
        Some(length) => IpNet::new(address.parse().ok()?, number(length)?).ok(),
    }
}

struct Resolver<'p, 'a> {
    process: &'p Process<'a>,
    vpns: &'p Vpns<'a>,
    /// Groups by VPN instance and name.
    groups: BTreeMap<(Option<&'a str>, &'a str), usize>,
}

impl<'p, 'a> Resolver<'p, 'a> {
    /// A group of the same VPN instance, else of the public one.
    fn group(&self, vrf: Option<&'a str>, name: &'a str) -> Option<usize> {
        let exact = self.groups.get(&(vrf, name));
        exact.or_else(|| self.groups.get(&(None, name))).copied()
    }

    fn session(&self, peer: &Peer<'a>, group: Option<&Peer<'a>>, notes: &Notes<'_>) -> BgpNeighbor {
        let mut session = peer.session.clone();
        if let Some(group) = group {
            session.inherit_from(&group.session);
        }
        let remote_as = session.remote_as.map_or(RemoteAs::Unknown, |(remote, _)| remote);
        let shutdown = session.shutdown.or(self.process.shutdown);
        BgpNeighbor {
            address: notes.name(peer.name),
            ip: peer.ip,
            remote_as,
            remote_as_span: session.remote_as.map(|(_, word)| notes.span(word)),
            local_as: session.local_as.or_else(|| self.own_as(remote_as)),
            vrf: peer.vrf.map(|name| notes.name(name)),
            group: peer.session.group.map(|name| notes.name(name)),
            description: session.description.map(|text| notes.name(text)),
            shutdown: shutdown.map(|line| notes.span(line)),
            bfd: session.bfd.map(|line| notes.span(line)),
            span: notes.span(peer.line),
            families: self.families(peer, group, notes),
        }
    }

    /// The process's AS; to the outside of a confederation its identifier.
    fn own_as(&self, remote: RemoteAs) -> Option<Asn> {
        let inside = match remote {
            RemoteAs::Asn(asn) => Some(asn) == self.process.asn || self.process.members.contains(&asn),
            RemoteAs::Internal => true,
            _ => false,
        };
        self.process
            .confederation
            .filter(|_| !inside)
            .or(self.process.asn)
    }

    fn families(&self, peer: &Peer<'a>, group: Option<&Peer<'a>>, notes: &Notes<'_>) -> Vec<NeighborFamily> {
        let range = || range(peer.name).as_ref().map(IpNet::addr);
        let native = peer.ip.or_else(range).map_or(Family::Ipv4, Family::of_address);
        let mut resolved: Vec<(Family, Policy<'a>, bool)> = Vec::new();
        for family in Family::BOTH {
            let mut policy = peer.policy(family).clone();
            if let Some(group) = group {
                policy.inherit_from(group.policy(family));
            }
            // IPv4 unicast is on without a word, and so is the family of a VPN instance in which the peer is named
            // (Huawei, "peer enable", "default ipv4-unicast"); Comware 7 wants the word.
            let default = match peer.home {
                Some(home) => home == family && !self.process.explicit,
                None => {
                    family == Family::Ipv4
                        && native == Family::Ipv4
                        && self.process.ipv4_off.is_none()
                        && !self.process.explicit
                }
            };
            let active = policy.active.map_or(default, |(active, _)| active);
            resolved.push((family, policy, active));
        }
        let elsewhere = peer.elsewhere.active.is_some_and(|(active, _)| active);
        let none = !elsewhere && resolved.iter().all(|(_, _, active)| !active);
        resolved
            .into_iter()
            .filter(|(family, policy, active)| *active || policy.mentioned || (none && *family == native))
            .map(|(family, policy, active)| self.family(peer, family, &policy, active, notes))
            .collect()
    }

    fn family(
        &self,
        peer: &Peer<'a>,
        family: Family,
        policy: &Policy<'a>,
        active: bool,
        notes: &Notes<'_>,
    ) -> NeighborFamily {
        let wide = self.process.scopes.get(&(peer.vrf, family));
        let mut beyond = wide.map(|wide| wide.beyond.clone()).unwrap_or_default();
        let vpn = peer.vrf.and_then(|vrf| self.vpns.get(vrf)).into_iter().flatten();
        let of_vpn = vpn.filter(|(of, _)| of.is_none_or(|of| of == family));
        extend(&mut beyond, of_vpn.map(|(_, line)| *line));
        NeighborFamily {
            family,
            active,
            active_span: policy
                .active
                .map_or(notes.span(peer.line), |(_, line)| notes.span(line)),
            import: chain(&policy.import, wide.map(|wide| &wide.import), family, notes),
            export: chain(&policy.export, wide.map(|wide| &wide.export), family, notes),
            maximum_prefix: policy
                .maximum_prefix
                .map(|(maximum, line)| Spanned::new(notes.span(line), maximum)),
            own_as_allowed: policy.own_as_allowed.unwrap_or(0),
            beyond: beyond.into_iter().map(|line| notes.span(line)).collect(),
        }
    }
}

/// Every filter must let a route pass, then the policy decides.
fn chain(
    direction: &Direction<'_>,
    wide: Option<&Direction<'_>>,
    family: Family,
    notes: &Notes<'_>,
) -> PolicyChain {
    let mut filters: Vec<Spanned<SessionFilter>> = Vec::new();
    for direction in std::iter::once(direction).chain(wide) {
        let mut filter = |part: &str, filter| filters.push(Spanned::new(notes.span(part), filter));
        if let Some(name) = direction.acl {
            let name_of = notes.name(name);
            filter(
                name,
                SessionFilter::AccessList {
                    name: name_of,
                    family,
                },
            );
        }
        if let Some(name) = direction.prefix_list {
            let list = SessionFilter::PrefixList {
                name: notes.name(name),
                family: ListFamily::of(family),
            };
            filter(name, list);
        }
        if let Some(name) = direction.as_path {
            let name_of = notes.name(name);
            filter(name, SessionFilter::AsPathList { name: name_of });
        }
        for line in &direction.unknown {
            filter(line, SessionFilter::Unsupported);
        }
    }
    PolicyChain {
        filters,
        policies: direction
            .policy
            .map(|name| PolicyExpression::Policy(notes.name(name)))
            .into_iter()
            .collect(),
        // "By default, no route-policy is configured for filtering routes received from a peer" (Huawei, "peer
        // route-policy import").
        default: ChainDefault {
            verdict: Some(Verdict::Accept),
            reason: "VRP passes every route that no filter of the peer stops",
            span: None,
        },
    }
}
