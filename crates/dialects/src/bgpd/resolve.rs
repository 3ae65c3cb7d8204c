//! Sessions with everything they inherit: a neighbor's own line wins over its peer group's.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::{Asn, Family, IpNet};
use pairlint_model::network::{BgpNeighbor, Device, NeighborFamily, Owner, RemoteAs};
use pairlint_model::policy::{
    ChainDefault, ListFamily, PolicyChain, PolicyExpression, SessionFilter, Verdict,
};
use pairlint_model::source::Spanned;

use super::neighbor::{Direction, Policy, Session};
use super::process::{Peer, Process, Target};
use crate::notes::Notes;

/// Bounds the addresses written down as owners of unread lines: many lines on a group of many members
/// would multiply.
const MOST_OWNERS: usize = 100_000;

/// Whether a session without a policy passes nothing (RFC 8212), where its process does not say.
#[derive(Debug, Clone, Copy)]
pub struct RequiresPolicy<'a> {
    pub required: bool,
    /// The line that decides it: `frr defaults datacenter`, `frr version 7.3`.
    pub line: Option<&'a str>,
}

/// Resolves the sessions of one process. `wide` are lines outside that keep routes of its table out.
pub fn sessions<'a>(
    process: &Process<'a>,
    default: RequiresPolicy<'a>,
    wide: &[(Option<Family>, &'a str)],
    device: &mut Device,
    notes: &mut Notes<'_>,
) {
    let mut resolver = Resolver::new(process, default, wide);
    for (index, peer) in process.peers.iter().enumerate() {
        if resolver.is_session(peer) {
            let session = resolver.session(peer, Some(index), notes);
            device.neighbors.push(session);
        }
    }
    for (range, listen) in &process.listen {
        let peer = Peer::of_range(range, listen);
        let session = resolver.session(&peer, None, notes);
        device.neighbors.push(session);
    }
    let mut budget = MOST_OWNERS;
    let mut owner = |target: &Target| match resolver.concerned.get(target) {
        Some(addresses) if !addresses.is_empty() && addresses.len() <= budget => {
            budget -= addresses.len();
            Owner::Neighbors(addresses.iter().map(|address| (*address).to_owned()).collect())
        }
        _ => Owner::Bgp,
    };
    for (line, target) in &process.unread {
        notes.unread(line, owner(target));
    }
    for (line, target, effect) in &process.refused {
        notes.refused(line, owner(target), *effect);
    }
}

struct Resolver<'p, 'a> {
    process: &'p Process<'a>,
    default: RequiresPolicy<'a>,
    wide: &'p [(Option<Family>, &'a str)],
    groups: BTreeMap<&'a str, usize>,
    /// The addresses of the sessions that a peer or group contributes to.
    concerned: BTreeMap<Target, BTreeSet<&'a str>>,
}

impl<'p, 'a> Resolver<'p, 'a> {
    fn new(
        process: &'p Process<'a>,
        default: RequiresPolicy<'a>,
        wide: &'p [(Option<Family>, &'a str)],
    ) -> Resolver<'p, 'a> {
        let named = process.peers.iter().filter_map(|peer| peer.session.group);
        let listened = process.listen.values().map(|listen| listen.group);
        let referred: BTreeSet<&str> = named.chain(listened).collect();
        let is_group = |peer: &Peer<'a>| {
            peer.ip.is_none() && !peer.interface && (peer.declared_group || referred.contains(peer.name))
        };
        let groups = process
            .peers
            .iter()
            .enumerate()
            .filter(|(_, peer)| is_group(peer));
        Resolver {
            process,
            default,
            wide,
            groups: groups.map(|(index, peer)| (peer.name, index)).collect(),
            concerned: BTreeMap::new(),
        }
    }

    /// Whether the peer is a session, not a group or the trace of one that was removed.
    fn is_session(&self, peer: &Peer<'a>) -> bool {
        let group = peer.declared_group || self.groups.contains_key(peer.name);
        let placeholder = peer.name.starts_with('<');
        let known = peer.ip.is_some() || peer.interface || placeholder || peer.session.remote_as.is_some();
        !group && known
    }

    fn session(&mut self, peer: &Peer<'a>, index: Option<usize>, notes: &Notes<'_>) -> BgpNeighbor {
        let group = peer.session.group.and_then(|name| self.groups.get(name).copied());
        let mut session = peer.session.clone();
        for target in index.into_iter().chain(group) {
            let concerned = self.concerned.entry(Target::Peer(target)).or_default();
            concerned.insert(peer.name);
        }
        let group = group.and_then(|index| self.process.peers.get(index));
        if let Some(group) = group {
            // A member cannot have another AS than its group.
            session.remote_as = group.session.remote_as.or(session.remote_as);
            session.inherit_from(&group.session);
        }
        let shutdown = session.shutdown.or(self.process.shutdown);
        BgpNeighbor {
            address: notes.name(peer.name),
            ip: peer.ip,
            remote_as: session.remote_as.map_or(RemoteAs::Unknown, |(remote, _)| remote),
            remote_as_span: session.remote_as.map(|(_, word)| notes.span(word)),
            local_as: session.local_as.or_else(|| self.own_as(&session)),
            vrf: self.process.vrf.map(|name| notes.name(name)),
            group: peer.session.group.map(|name| notes.name(name)),
            description: session.description.map(|text| notes.name(text)),
            shutdown: shutdown.map(|line| notes.span(line)),
            bfd: session.bfd.map(|line| notes.span(line)),
            span: notes.span(peer.line),
            families: self.families(peer, group, &session, notes),
        }
    }

    /// The process's AS; to the outside of a confederation its identifier.
    fn own_as(&self, session: &Session<'a>) -> Option<Asn> {
        let inside = match session.remote_as {
            Some((RemoteAs::Asn(asn), _)) => {
                Some(asn) == self.process.asn || self.process.members.contains(&asn)
            }
            Some((RemoteAs::Internal, _)) => true,
            _ => false,
        };
        let outside = self.process.confederation.filter(|_| !inside);
        outside.or(self.process.asn)
    }

    fn families(
        &self,
        peer: &Peer<'a>,
        group: Option<&Peer<'a>>,
        session: &Session<'a>,
        notes: &Notes<'_>,
    ) -> Vec<NeighborFamily> {
        let native = native_family(peer);
        let resolved = Family::BOTH.map(|family| {
            let mut policy = peer.policy(family).clone();
            if let Some(group) = group {
                policy.inherit_from(group.policy(family));
            }
            let default = match family {
                // IPv4 is active without a word. The daemon activates it on an IPv6 session too, where the other
                // side does not take part in it.
                Family::Ipv4 => {
                    self.process.ipv4_off.is_none() && (native == Family::Ipv4 || policy.mentioned)
                }
                Family::Ipv6 => self.process.ipv6_on && (native == Family::Ipv6 || policy.mentioned),
            };
            let active = policy.active.map_or(default, |(active, _)| active);
            (family, policy, active)
        });
        let elsewhere = |peer: &Peer<'a>| peer.elsewhere.active.is_some_and(|(active, _)| active);
        let elsewhere = elsewhere(peer) || group.is_some_and(elsewhere);
        let none = !elsewhere && resolved.iter().all(|(_, _, active)| !active);
        resolved
            .into_iter()
            .filter(|(family, policy, active)| *active || policy.mentioned || (none && *family == native))
            .map(|(family, policy, active)| self.family(peer, family, policy, active, session, notes))
            .collect()
    }

    fn family(
        &self,
        peer: &Peer<'a>,
        family: Family,
        policy: Policy<'a>,
        active: bool,
        session: &Session<'a>,
        notes: &Notes<'_>,
    ) -> NeighborFamily {
        let chain = |direction: &Direction<'a>| {
            let mut chain = chain(direction, family, notes);
            if chain.is_empty() {
                chain.default = self.without_policy(session, notes);
            }
            chain
        };
        let wide = self.process.beyond.iter().chain(self.wide);
        let wide = wide.filter(|(of, _)| of.is_none_or(|of| of == family));
        let beyond = policy.beyond.iter().copied().chain(wide.map(|(_, line)| *line));
        NeighborFamily {
            family,
            active,
            active_span: policy
                .active
                .map_or(notes.span(peer.line), |(_, line)| notes.span(line)),
            import: chain(&policy.import),
            export: chain(&policy.export),
            maximum_prefix: policy
                .maximum_prefix
                .map(|(maximum, line)| Spanned::new(notes.span(line), maximum)),
            own_as_allowed: policy.own_as_allowed.unwrap_or(0),
            beyond: beyond.map(|line| notes.span(line)).collect(),
        }
    }

    /// RFC 8212: an eBGP session needs a policy in each direction, unless the configuration says otherwise.
    fn without_policy(&self, session: &Session<'a>, notes: &Notes<'_>) -> ChainDefault {
        let (required, line) = match self.process.requires_policy {
            Some((required, line)) => (required, Some(line)),
            None => (self.default.required, self.default.line),
        };
        let span = line.map(|line| notes.span(line));
        let external = match session.remote_as.map(|(remote, _)| remote) {
            Some(RemoteAs::Asn(asn)) => {
                let own = session.local_as.or(self.process.asn);
                own.map(|own| own != asn && !self.process.members.contains(&asn))
            }
            Some(RemoteAs::External) => Some(true),
            Some(RemoteAs::Internal) => Some(false),
            Some(RemoteAs::Unknown) | None => None,
        };
        match (required, external) {
            (false, _) => ChainDefault {
                verdict: Some(Verdict::Accept),
                reason: "FRR passes every route where eBGP does not require a policy",
                span,
            },
            (true, Some(false)) => PASSES,
            (true, external) => ChainDefault {
                verdict: external.map(|_| Verdict::Reject),
                reason: "FRR passes nothing on an eBGP session without a policy (RFC 8212)",
                span,
            },
        }
    }
}

const PASSES: ChainDefault = ChainDefault {
    verdict: Some(Verdict::Accept),
    reason: "FRR passes every route that no filter of the neighbor stops",
    span: None,
};

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

/// In the order in which the daemon asks them: distribute list, prefix list, filter list, route map
/// (`bgp_input_filter`, FRR source).
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
        let list = SessionFilter::AsPathList {
            name: notes.name(name),
        };
        filter(name, list);
    }
    for line in &direction.unknown {
        filter(line, SessionFilter::Unsupported);
    }
    let map = direction
        .route_map
        .map(|name| PolicyExpression::Policy(notes.name(name)));
    PolicyChain {
        filters,
        policies: map.into_iter().collect(),
        default: PASSES,
    }
}
