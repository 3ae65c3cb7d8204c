//! Sessions with everything they inherit: a neighbor's own line wins over its peer group's, that of an address
//! family over one outside (EOS User Manual, "Border Gateway Protocol", peer groups).

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::{Asn, Family, IpNet, MICROSOFT};
use pairlint_model::network::{BgpNeighbor, Device, NeighborFamily, Owner, RemoteAs};
use pairlint_model::policy::{ChainDefault, Truth, Verdict};
use pairlint_model::source::Spanned;

use super::bgp::{Accepted, Process};
use super::missing::{Directions, Missing};
use super::neighbor::{Lines, Peer};
use crate::notes::Notes;
use crate::sessions::extend;

/// Bounds the addresses written down as owners of unread lines: many lines on a group of many members would multiply.
const MOST_OWNERS: usize = 100_000;

pub(super) fn sessions<'a>(
    process: &Process<'a>,
    filters: &BTreeMap<&'a str, Vec<Accepted>>,
    device: &mut Device,
    notes: &mut Notes<'_>,
) {
    let wide = process.missing.get(&(None, None)).copied().unwrap_or_default();
    if wide.rejects_undefined() == Truth::Yes {
        device.platform.undefined_policy_accepts = Truth::No;
    }
    let resolver = Resolver::new(process, filters);
    let mut members: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (index, peer) in process.peers.iter().enumerate() {
        if !resolver.is_session(peer) {
            continue;
        }
        members.entry(index).or_default().insert(peer.name);
        if let Some(group) = peer.group.get().and_then(|name| resolver.groups.get(name)) {
            members.entry(*group).or_default().insert(peer.name);
        }
        let neighbor = resolver.neighbor(peer, device, notes);
        device.neighbors.push(neighbor);
    }
    let mut budget = MOST_OWNERS;
    for (line, peer) in &process.unread {
        let owner = match peer.and_then(|peer| members.get(&peer)) {
            Some(addresses) if addresses.len() <= budget => {
                budget -= addresses.len();
                Owner::Neighbors(addresses.iter().map(|address| (*address).to_owned()).collect())
            }
            _ => Owner::Bgp,
        };
        notes.unread(line, owner);
    }
}

struct Resolver<'p, 'a> {
    process: &'p Process<'a>,
    filters: &'p BTreeMap<&'a str, Vec<Accepted>>,
    /// Peer groups by name; they are shared by all VRFs.
    groups: BTreeMap<&'a str, usize>,
}

impl<'p, 'a> Resolver<'p, 'a> {
    fn new(process: &'p Process<'a>, filters: &'p BTreeMap<&'a str, Vec<Accepted>>) -> Resolver<'p, 'a> {
        let referred: BTreeSet<&str> = process.peers.iter().filter_map(|peer| peer.group.get()).collect();
        let mut groups = BTreeMap::new();
        for (index, peer) in process.peers.iter().enumerate() {
            let is_group = peer.declared_group || referred.contains(peer.name);
            if is_group && peer.ip.is_none() && !peer.listens && !peer.removed {
                groups.entry(peer.name).or_insert(index);
            }
        }
        Resolver {
            process,
            filters,
            groups,
        }
    }

    /// Whether the peer is a session, not a group or the trace of one that was removed.
    fn is_session(&self, peer: &Peer<'a>) -> bool {
        let group = !peer.listens && self.groups.contains_key(peer.name);
        let named = peer.ip.is_some() || peer.listens || peer.name.starts_with('<');
        !peer.removed && !group && (named || peer.session.remote_as.get().is_some())
    }

    fn neighbor(&self, peer: &Peer<'a>, device: &Device, notes: &Notes<'_>) -> BgpNeighbor {
        let group = peer.group.get().and_then(|name| self.groups.get(name));
        let group = group.and_then(|index| self.process.peers.get(*index));
        let mut session = peer.session.clone();
        if let Some(group) = group {
            session.inherit_from(&group.session);
        }
        let remote = session.remote_as.get();
        let remote_as = remote.map(|(remote, _)| remote);
        let filter = peer.filter.or(group.and_then(|group| group.filter));
        let remote_as = remote_as
            .or_else(|| Some(filtered(self.filters.get(filter?)?)))
            .unwrap_or(RemoteAs::Unknown);
        let local_as = session
            .local_as
            .get()
            .or_else(|| self.process.local_as.get(&peer.vrf).copied());
        BgpNeighbor {
            address: notes.name(peer.name),
            ip: peer.ip,
            remote_as,
            remote_as_span: remote
                .map(|(_, word)| word)
                .or(filter)
                .map(|word| notes.span(word)),
            local_as: local_as.or_else(|| self.own_as(remote_as)),
            vrf: peer.vrf.map(|name| notes.name(name)),
            group: peer.group.get().map(|name| notes.name(name)),
            description: session.description.get().map(|text| notes.name(text)),
            shutdown: self
                .process
                .shutdown
                .or(session.shutdown.get())
                .map(|line| notes.span(line)),
            bfd: session.bfd.get().map(|line| notes.span(line)),
            span: notes.span(peer.line),
            families: self.families(peer, group, device, notes),
        }
    }

    /// The process's AS; to the outside of a confederation its identifier.
    fn own_as(&self, remote: RemoteAs) -> Option<Asn> {
        let inside = match remote {
            RemoteAs::Asn(asn) => Some(asn) == self.process.asn || self.process.members.contains(&asn),
            RemoteAs::Internal => true,
            RemoteAs::External | RemoteAs::Unknown => false,
        };
        self.process
            .confederation
            .filter(|_| !inside)
            .or(self.process.asn)
    }

    fn families(
        &self,
        peer: &Peer<'a>,
        group: Option<&Peer<'a>>,
        device: &Device,
        notes: &Notes<'_>,
    ) -> Vec<NeighborFamily> {
        let native = native_family(peer);
        let default = |vrf| self.process.ipv4_default.get(&vrf);
        let ipv4_off = default(peer.vrf).or(default(None)).is_some_and(|(on, _)| !on);
        let mut resolved: Vec<(Family, Lines<'a>, bool, bool)> = Vec::new();
        for family in Family::BOTH {
            let mut lines = peer.family(family).clone();
            let group_family = group.map(|group| group.family(family));
            let mentioned =
                lines.policy.mentioned || group_family.is_some_and(|lines| lines.policy.mentioned);
            lines.inherit_from(&peer.top);
            if let Some(group) = group {
                lines.inherit_from(group.family(family));
                lines.inherit_from(&group.top);
            }
            for scope in [
                (peer.vrf, Some(family)),
                (peer.vrf, None),
                (None, Some(family)),
                (None, None),
            ] {
                let scope: Missing<'a> = self.process.missing.get(&scope).copied().unwrap_or_default();
                lines.missing.inherit_from(scope);
            }
            // IPv4 is active without a word on sessions over IPv4 (EOS User Manual, "bgp default ipv4-unicast").
            let default = family == Family::Ipv4 && native == Family::Ipv4 && !ipv4_off;
            let active = lines.policy.active.map_or(default, |(active, _)| active);
            resolved.push((family, lines, active, mentioned));
        }
        let on = |lines: &Lines<'a>| lines.policy.active.is_some_and(|(active, _)| active);
        let elsewhere = on(&peer.elsewhere) || group.is_some_and(|group| on(&group.elsewhere));
        let none = !elsewhere && resolved.iter().all(|(_, _, active, _)| !active);
        resolved
            .into_iter()
            .filter(|(family, _, active, mentioned)| *active || *mentioned || (none && *family == native))
            .map(|(family, lines, active, _)| self.family(peer, family, &lines, active, device, notes))
            .collect()
    }

    fn family(
        &self,
        peer: &Peer<'a>,
        family: Family,
        lines: &Lines<'a>,
        active: bool,
        device: &Device,
        notes: &Notes<'_>,
    ) -> NeighborFamily {
        let policy = &lines.policy;
        let (rule_in, rule_out) = (lines.missing.import.get(), lines.missing.export.get());
        let mut import = policy.import.chain(family, accept(), notes);
        let directions = Directions {
            own: &policy.import,
            other: &policy.export,
            rule: rule_in,
            other_rule: rule_out,
        };
        directions.apply(&mut import, device, notes);
        let mut export = policy.export.chain(family, accept(), notes);
        let directions = Directions {
            own: &policy.export,
            other: &policy.import,
            rule: rule_out,
            other_rule: rule_in,
        };
        directions.apply(&mut export, device, notes);
        let mut beyond = policy.beyond.clone();
        extend(&mut beyond, self.process.beyond.iter().copied());
        NeighborFamily {
            family,
            active,
            active_span: policy
                .active
                .map_or(notes.span(peer.line), |(_, line)| notes.span(line)),
            import,
            export,
            maximum_prefix: policy
                .maximum_prefix
                .get()
                .map(|(maximum, line)| Spanned::new(notes.span(line), maximum)),
            own_as_allowed: policy.own_as_allowed.get().unwrap_or(0),
            beyond: beyond.into_iter().map(|line| notes.span(line)).collect(),
        }
    }
}

/// EOS User Manual; there is nothing like RFC 8212 but `bgp missing-policy`.
fn accept() -> ChainDefault {
    ChainDefault {
        verdict: Some(Verdict::Accept),
        reason: "Arista EOS passes every route that no filter of the neighbor stops",
        span: None,
    }
}

/// The AS that a peer filter accepts: Microsoft's where it does, else the only one, else any.
fn filtered(filter: &[Accepted]) -> RemoteAs {
    let first = filter
        .iter()
        .find(|(range, _)| range.as_ref().is_none_or(|range| range.contains(&MICROSOFT.0)));
    match first {
        Some((Some(_), true)) => return RemoteAs::Asn(MICROSOFT),
        Some((None, _)) => return RemoteAs::Unknown,
        _ => {}
    }
    let mut accepted = filter
        .iter()
        .filter(|(_, accepted)| *accepted)
        .filter_map(|(range, _)| range.as_ref());
    match (accepted.next(), accepted.next()) {
        (Some(range), None) if range.start() == range.end() => RemoteAs::Asn(Asn(*range.start())),
        _ => RemoteAs::Unknown,
    }
}

/// The family of a session's own addresses; IPv4 where that cannot be told.
fn native_family(peer: &Peer<'_>) -> Family {
    let range = || {
        pairlint_model::bgp::prefix(peer.name)
            .ok()
            .as_ref()
            .map(IpNet::addr)
    };
    peer.ip.or_else(range).map_or(Family::Ipv4, Family::of_address)
}
