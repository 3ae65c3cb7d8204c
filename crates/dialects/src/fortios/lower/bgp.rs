//! `router bgp`: sessions with everything they inherit from their group.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use pairlint_model::bgp::{self, Asn, Family};
use pairlint_model::network::{BgpNeighbor, Device, NeighborFamily, Owner, RemoteAs};
use pairlint_model::policy::{
    ChainDefault, ListFamily, PolicyChain, PolicyExpression, SessionFilter, Verdict,
};
use pairlint_model::source::Spanned;

use super::Tables;
use super::neighbor::{Direction, Peer, Policy};
use super::objects::{Object, objects, setting};
use crate::atoms::{asn, with_mask};
use crate::fortios::syntax::{Block, Item};
use crate::notes::Notes;

/// Bounds the addresses written down as owners of unread lines: many lines on a group of many members would multiply.
const MOST_OWNERS: usize = 100_000;

/// What counts for all sessions.
#[derive(Default)]
struct Process {
    asn: Option<Asn>,
    confederation: Option<Asn>,
    members: Vec<Asn>,
}

/// Tables of `router bgp` that decide nothing about what is accepted.
#[rustfmt::skip]
const INERT_TABLES: &[&str] = &[
    "admin-distance", "aggregate-address", "aggregate-address6", "network", "network6", "redistribute", "redistribute6",
    "vrf", "vrf6", "vrf-leak", "vrf-leak6",
];

pub(super) fn sessions(
    tables: &Tables<'_, '_>,
    domain: Option<&str>,
    device: &mut Device,
    notes: &mut Notes<'_>,
) {
    let mut process = Process::default();
    let mut neighbors: Vec<&Block<'_>> = tables.get("neighbor").to_vec();
    let mut groups: Vec<&Block<'_>> = tables.get("neighbor-group").to_vec();
    let mut ranges: Vec<&Block<'_>> = tables.get("neighbor-range").to_vec();
    for block in tables.get("router bgp") {
        notes.read();
        for item in &block.body.items {
            match item {
                Item::Line(line) => process.line(line, notes),
                Item::Section(table) => match table.words.rest() {
                    "neighbor" => neighbors.push(table),
                    "neighbor-group" => groups.push(table),
                    "neighbor-range" | "neighbor-range6" => ranges.push(table),
                    name if INERT_TABLES.contains(&name) || name.starts_with("redistribute") => {
                        ignored(table, notes)
                    }
                    _ => notes.unread(table.line, Owner::Bgp),
                },
                Item::Entry(entry) => notes.unread(entry.line, Owner::Bgp),
            }
        }
    }
    let mut by_name: BTreeMap<&str, Peer<'_>> = BTreeMap::new();
    for object in objects(&groups) {
        by_name.insert(object.name, Peer::read(&object, notes));
    }
    let mut members: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for object in objects(&neighbors) {
        let own = Peer::read(&object, notes);
        let owner = Owner::Neighbors(vec![own.name.to_owned()]);
        own.unread
            .iter()
            .for_each(|line| notes.unread(line, owner.clone()));
        let mut peer = own;
        if let Some(group) = peer.group {
            members.entry(group).or_default().push(peer.name.to_owned());
            if let Some(group) = by_name.get(group) {
                peer.inherit_from(group);
            }
        }
        let ip = crate::atoms::address(peer.name);
        let session = process.session(&peer, ip, domain, notes);
        device.neighbors.push(session);
    }
    for object in objects(&ranges) {
        range(&object, &process, &by_name, &mut members, domain, device, notes);
    }
    let mut budget = MOST_OWNERS;
    for (name, group) in &by_name {
        let addresses = members.get(name).map_or(&[][..], Vec::as_slice);
        for line in &group.unread {
            let owner = match addresses.len() <= budget {
                true => {
                    budget -= addresses.len();
                    Owner::Neighbors(addresses.to_vec())
                }
                false => Owner::Bgp,
            };
            notes.unread(line, owner);
        }
    }
}

/// Counts a table whose content does not matter.
fn ignored(block: &Block<'_>, notes: &mut Notes<'_>) {
    notes.ignored();
    for item in &block.body.items {
        notes.ignored();
        if let Item::Entry(entry) = item {
            entry.body.items.iter().for_each(|_| notes.ignored());
        }
    }
}

/// Reads an entry of `neighbor-range`: sessions that others open.
fn range<'a>(
    object: &Object<'_, 'a>,
    process: &Process,
    groups: &BTreeMap<&'a str, Peer<'a>>,
    members: &mut BTreeMap<&'a str, Vec<String>>,
    domain: Option<&str>,
    device: &mut Device,
    notes: &mut Notes<'_>,
) {
    notes.read();
    let (mut net, mut group, mut unread) = (None, None, Vec::new());
    for line in &object.lines {
        let setting = setting(line);
        match setting.map(|setting| setting.key) {
            Some("prefix" | "prefix6") => {
                net = setting.and_then(|setting| Some((setting.values?.rest(), setting)));
                notes.read();
            }
            Some("neighbor-group") => {
                group = setting.and_then(|setting| setting.value());
                notes.read();
            }
            Some("max-neighbor-num" | "id") => notes.ignored(),
            _ => unread.push(*line),
        }
    }
    let name = net.map_or(object.name, |(text, _)| text);
    let read = net.and_then(|(_, setting)| {
        let mut words = setting.values?;
        let address = words.next()?.text;
        match words.next() {
            Some(mask) => with_mask(address, mask.text),
            None => bgp::prefix(address).ok(),
        }
    });
    // As a prefix, however it is written.
    let address = read.map_or(name.to_owned(), |net| net.trunc().to_string());
    for line in unread {
        notes.unread(line, Owner::Neighbors(vec![address.clone()]));
    }
    let mut peer = Peer {
        name,
        line: object.line,
        group,
        ..Peer::default()
    };
    if let Some(group) = group {
        members.entry(group).or_default().push(address.clone());
        if let Some(group) = groups.get(group) {
            peer.inherit_from(group);
        }
    }
    let mut session = process.session(&peer, None, domain, notes);
    session.address.value = address;
    if let Some(net) = read.filter(|net| net.addr().is_ipv6()) {
        session.families = families(&peer, Some(net.addr()), notes);
    }
    device.neighbors.push(session);
}

impl Process {
    fn line(&mut self, line: &str, notes: &mut Notes<'_>) {
        let Some(setting) = setting(line) else {
            return notes.unread(line, Owner::Bgp);
        };
        match setting.key {
            "as" => match setting.value().and_then(asn) {
                Some(asn) => {
                    self.asn = Some(asn);
                    notes.read();
                }
                None => notes.unread(line, Owner::Bgp),
            },
            "confederation-identifier" => {
                self.confederation = setting.value().and_then(asn).filter(|asn| asn.0 != 0);
                notes.read();
            }
            "confederation-peers" => {
                let words = setting.values.into_iter().flatten();
                self.members
                    .extend(words.flat_map(|word| word.text.split(' ')).filter_map(asn));
                notes.read();
            }
            key if PROCESS.contains(&key) || key.starts_with("dampening") => notes.ignored(),
            _ => notes.unread(line, Owner::Bgp),
        }
    }

    fn session(
        &self,
        peer: &Peer<'_>,
        ip: Option<IpAddr>,
        domain: Option<&str>,
        notes: &Notes<'_>,
    ) -> BgpNeighbor {
        let remote_as = peer.remote_as.map_or(RemoteAs::Unknown, |(remote, _)| remote);
        let inside = match remote_as {
            RemoteAs::Asn(asn) => Some(asn) == self.asn || self.members.contains(&asn),
            _ => false,
        };
        let local_as = peer
            .local_as
            .filter(|asn| asn.0 != 0)
            .or(self.confederation.filter(|_| !inside))
            .or(self.asn);
        BgpNeighbor {
            address: notes.name(peer.name),
            ip,
            remote_as,
            remote_as_span: peer.remote_as.map(|(_, word)| notes.span(word)),
            local_as,
            vrf: domain.map(|domain| notes.elsewhere(domain, peer.line)),
            group: peer.group.map(|name| notes.name(name)),
            description: peer.description.map(|text| notes.name(text)),
            shutdown: peer.shutdown.map(|line| notes.span(line)),
            bfd: peer.bfd.map(|line| notes.span(line)),
            span: notes.span(peer.line),
            families: families(peer, ip, notes),
        }
    }
}

/// Settings of all of BGP without effect on what a neighbor's session accepts.
#[rustfmt::skip]
const PROCESS: &[&str] = &[
    "additional-path", "additional-path-select", "additional-path-select-vpnv4", "additional-path-select-vpnv6",
    "additional-path-select6", "additional-path-vpnv4", "additional-path-vpnv6", "additional-path6", "always-compare-med",
    "bestpath-as-path-ignore", "bestpath-cmp-confed-aspath", "bestpath-cmp-routerid", "bestpath-med-confed",
    "bestpath-med-missing-as-worst", "client-to-client-reflection", "cluster-id", "cross-family-conditional-adv",
    "default-local-preference", "deterministic-med", "distance-external", "distance-internal", "distance-local",
    "ebgp-multipath", "enforce-first-as", "fast-external-failover", "graceful-end-on-timer", "graceful-restart",
    "graceful-restart-time", "graceful-stalepath-time", "graceful-update-delay", "holdtime-timer", "ibgp-multipath",
    "ignore-optional-capability", "keepalive-timer", "log-neighbour-changes", "log-neighbor-changes", "multipath-recursive-distance",
    "network-import-check", "recursive-inherit-priority", "recursive-next-hop", "router-id", "scan-time", "synchronization",
    "tag-resolve-mode",
];

/// A session carries the family of its addresses; the other one where something is said about it.
fn families(peer: &Peer<'_>, ip: Option<IpAddr>, notes: &Notes<'_>) -> Vec<NeighborFamily> {
    let native = ip
        .or_else(|| bgp::prefix(peer.name).ok().as_ref().map(IpNet::addr))
        .map_or(Family::Ipv4, Family::of_address);
    let mut found = Vec::new();
    for family in Family::BOTH {
        let policy = peer.policy(family);
        // Both families are activated by default (FortiOS CLI Reference, "activate", "activate6"), but a session
        // carries only what both sides want.
        let active = policy.active.is_none_or(|(active, _)| active);
        if family != native && !policy.mentioned {
            continue;
        }
        found.push(NeighborFamily {
            family,
            active,
            active_span: notes.span(policy.active.map_or(peer.line, |(_, line)| line)),
            import: chain(&policy.import, family, notes),
            export: chain(&policy.export, family, notes),
            maximum_prefix: maximum(policy, notes),
            own_as_allowed: policy.own_as(),
            beyond: Vec::new(),
        });
    }
    found
}

fn maximum(
    policy: &Policy<'_>,
    notes: &Notes<'_>,
) -> Option<Spanned<pairlint_model::network::MaximumPrefix>> {
    let (maximum, line) = policy.maximum()?;
    Some(Spanned::new(notes.span(line), maximum))
}

/// Every list must let a route pass, then the route map decides.
fn chain(direction: &Direction<'_>, family: Family, notes: &Notes<'_>) -> PolicyChain {
    let mut filters: Vec<Spanned<SessionFilter>> = Vec::new();
    let mut filter = |part: &str, filter| filters.push(Spanned::new(notes.span(part), filter));
    if let Some(name) = direction.distribute_list {
        let list = SessionFilter::AccessList {
            name: notes.name(name),
            family,
        };
        filter(name, list);
    }
    if let Some(name) = direction.prefix_list {
        let list = SessionFilter::PrefixList {
            name: notes.name(name),
            family: ListFamily::of(family),
        };
        filter(name, list);
    }
    if let Some(name) = direction.filter_list {
        filter(
            name,
            SessionFilter::AsPathList {
                name: notes.name(name),
            },
        );
    }
    for line in &direction.unknown {
        filter(line, SessionFilter::Unsupported);
    }
    PolicyChain {
        filters,
        policies: direction
            .route_map
            .map(|name| PolicyExpression::Policy(notes.name(name)))
            .into_iter()
            .collect(),
        default: ChainDefault {
            verdict: Some(Verdict::Accept),
            reason: "FortiOS passes every route that no filter of the neighbor stops",
            span: None,
        },
    }
}
