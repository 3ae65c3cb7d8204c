//! Sessions with everything they inherit.
//!
//! A neighbor's own line wins over its peer group's, that over a template's (Cisco IOS IP Routing: BGP,
//! "Peer Groups", "Peer Templates"). Among policy templates the highest number is applied last and wins; a
//! template's own lines win over what it inherits ("BGP Configuration Using Peer Templates", 12.0(24)S).

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::{Asn, Family, IpNet};
use pairlint_model::network::{BgpNeighbor, Device, NeighborFamily, Owner, RemoteAs};
use pairlint_model::policy::{
    ChainDefault, ListFamily, PolicyChain, PolicyExpression, SessionFilter, Verdict,
};
use pairlint_model::source::Spanned;

use super::bgp::Imports;
use super::neighbor::{Direction, Policy, Session, extend};
use super::written::{Distribute, Peer, Process, Target};
use super::{Notes, template};

/// Bounds the addresses written down as owners of unread lines: many lines on a group of many members
/// would multiply.
const MOST_OWNERS: usize = 100_000;

/// Resolves the sessions of one process.
pub(super) fn sessions<'a>(
    process: &Process<'a>,
    vrfs: &BTreeMap<&'a str, Imports<'a>>,
    device: &mut Device,
    notes: &mut Notes<'_>,
) {
    let mut resolver = Resolver::new(process, vrfs);
    for (index, peer) in process.peers.iter().enumerate() {
        if resolver.is_session(peer) {
            let (session, _) = resolver.session(peer, Some(index), notes);
            device.neighbors.push(session);
        }
    }
    for (range, listen) in &process.listen {
        let group = resolver.group(listen.vrf, listen.group);
        let vrf = listen
            .vrf
            .or_else(|| group.and_then(|index| process.peers.get(index)?.vrf));
        let mut peer = Peer::new(range, None, vrf, listen.line);
        peer.session.group = Some(listen.group);
        peer.in_ipv4 = true;
        let (session, alternates) = resolver.session(&peer, None, notes);
        let alternates = alternates.into_iter().map(|(asn, word)| BgpNeighbor {
            remote_as: RemoteAs::Asn(asn),
            remote_as_span: Some(notes.span(word)),
            ..session.clone()
        });
        let alternates: Vec<BgpNeighbor> = alternates.collect();
        device.neighbors.push(session);
        device.neighbors.extend(alternates);
    }
    let mut budget = MOST_OWNERS;
    for (line, target) in &process.unread {
        let owner = match resolver.concerned.get(target) {
            Some(addresses) if !addresses.is_empty() && addresses.len() <= budget => {
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
    vrfs: &'p BTreeMap<&'a str, Imports<'a>>,
    /// Peer groups by VRF and name.
    groups: BTreeMap<(Option<&'a str>, &'a str), usize>,
    sessions: BTreeMap<&'a str, Session<'a>>,
    policies: BTreeMap<&'a str, Policy<'a>>,
    /// The addresses of the sessions that a peer, group or template contributes to.
    concerned: BTreeMap<Target<'a>, BTreeSet<&'a str>>,
}

impl<'p, 'a> Resolver<'p, 'a> {
    fn new(process: &'p Process<'a>, vrfs: &'p BTreeMap<&'a str, Imports<'a>>) -> Resolver<'p, 'a> {
        let named = process
            .peers
            .iter()
            .filter_map(|peer| Some((peer.vrf, peer.session.group?)));
        let listened = process.listen.values().map(|listen| (listen.vrf, listen.group));
        let referred: BTreeSet<(Option<&str>, &str)> = named.chain(listened).collect();
        let is_group = |peer: &Peer<'a>| {
            let outside = (None, peer.name);
            peer.ip.is_none()
                && (peer.declared_group
                    || referred.contains(&(peer.vrf, peer.name))
                    || referred.contains(&outside))
        };
        let groups = process
            .peers
            .iter()
            .enumerate()
            .filter(|(_, peer)| is_group(peer));
        Resolver {
            process,
            vrfs,
            groups: groups
                .map(|(index, peer)| ((peer.vrf, peer.name), index))
                .collect(),
            sessions: template::sessions(&process.sessions),
            policies: template::policies(&process.policies),
            concerned: BTreeMap::new(),
        }
    }

    /// Whether the peer is a session, not a group or the trace of one that was removed.
    fn is_session(&self, peer: &Peer<'a>) -> bool {
        let group = peer.declared_group || self.groups.contains_key(&(peer.vrf, peer.name));
        let placeholder = peer.name.starts_with('<');
        !group && (peer.ip.is_some() || placeholder || peer.session.remote_as.is_some())
    }

    /// A group of the same VRF, else of the global table, else of any.
    fn group(&self, vrf: Option<&'a str>, name: &'a str) -> Option<usize> {
        let exact = self
            .groups
            .get(&(vrf, name))
            .or_else(|| self.groups.get(&(None, name)));
        let any = || {
            self.groups
                .iter()
                .find(|((_, known), _)| *known == name)
                .map(|(_, index)| index)
        };
        exact.or_else(any).copied()
    }

    /// Returns the session, and the other AS numbers that a listening range accepts.
    fn session(
        &mut self,
        peer: &Peer<'a>,
        index: Option<usize>,
        notes: &Notes<'_>,
    ) -> (BgpNeighbor, Vec<(Asn, &'a str)>) {
        let group = peer.session.group.and_then(|name| self.group(peer.vrf, name));
        let group = group.and_then(|index| Some((index, self.process.peers.get(index)?)));
        let mut session = peer.session.clone();
        let mut concerned: Vec<Target<'a>> = index.map(Target::Peer).into_iter().collect();
        if let Some((index, group)) = group {
            session.inherit_from(&group.session);
            session.inherit = session.inherit.or(group.session.inherit);
            concerned.push(Target::Peer(index));
        }
        if let Some(template) = session.inherit.and_then(|name| self.sessions.get(name)) {
            session.inherit_from(template);
        }
        let group = group.map(|(_, group)| group);
        let families = self.families(peer, group, &session, notes);
        self.concern(peer, group, session.inherit, concerned);

        let local_as = session.local_as.or_else(|| {
            let wide = Family::BOTH
                .into_iter()
                .find_map(|family| self.process.scopes.get(&(peer.vrf, family))?.local_as);
            wide.or_else(|| self.own_as(&session))
        });
        let remote_as = session.remote_as.map_or(RemoteAs::Unknown, |(remote, _)| remote);
        let neighbor = BgpNeighbor {
            address: notes.name(peer.name),
            ip: peer.ip,
            remote_as,
            remote_as_span: session.remote_as.map(|(_, word)| notes.span(word)),
            local_as,
            vrf: peer.vrf.map(|name| notes.name(name)),
            group: peer
                .session
                .group
                .or(session.inherit)
                .map(|name| notes.name(name)),
            description: session.description.map(|text| notes.name(text)),
            shutdown: session.shutdown.map(|line| notes.span(line)),
            bfd: session.bfd.map(|line| notes.span(line)),
            span: notes.span(peer.line),
            families,
        };
        (neighbor, session.alternate_as)
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
        self.process
            .confederation
            .filter(|_| !inside)
            .or(self.process.asn)
    }

    fn families(
        &self,
        peer: &Peer<'a>,
        group: Option<&Peer<'a>>,
        session: &Session<'a>,
        notes: &Notes<'_>,
    ) -> Vec<NeighborFamily> {
        let native = native_family(peer);
        let mut resolved: Vec<(Family, Policy<'a>, bool)> = Vec::new();
        for family in Family::BOTH {
            let policy = self.policy(peer, group, family);
            // IPv4 is active without a word, but not on an IPv6 session: `show` then writes `no … activate`.
            let default = family == Family::Ipv4
                && self.process.ipv4_off.is_none()
                && (native == Family::Ipv4 || policy.mentioned);
            let joined = family == Family::Ipv6
                && peer.ipv6.mentioned
                && peer.ipv6.active.is_none()
                && peer.session.group.is_some();
            let active = policy.active.map_or(default || joined, |(active, _)| active);
            resolved.push((family, policy, active));
        }
        let elsewhere = peer.elsewhere.active.is_some_and(|(active, _)| active);
        let none = !elsewhere && resolved.iter().all(|(_, _, active)| !active);
        resolved
            .into_iter()
            .filter(|(family, policy, active)| *active || policy.mentioned || (none && *family == native))
            .map(|(family, policy, active)| self.family(peer, family, policy, active, session, notes))
            .collect()
    }

    fn policy(&self, peer: &Peer<'a>, group: Option<&Peer<'a>>, family: Family) -> Policy<'a> {
        let mut policy = peer.policy(family).clone();
        if let Some(group) = group {
            let inherited = group.policy(family);
            policy.inherit_from(inherited);
            if policy.inherit.is_empty() {
                policy.inherit.clone_from(&inherited.inherit);
            }
        }
        let templates = std::mem::take(&mut policy.inherit);
        template::apply(&mut policy, &templates, &self.policies);
        policy
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
        let wide = self.process.scopes.get(&(peer.vrf, family));
        let external = self.is_external(session);
        let safe = self.process.safe;
        let chain = |direction: &Direction<'a>, lists: &[Distribute<'a>]| {
            let mut chain = chain(direction, lists, family, notes);
            if let (true, Some(line)) = (chain.is_empty(), safe) {
                chain.default = safe_default(external, line, notes);
            }
            chain
        };
        let (imports, exports): (&[Distribute<'a>], &[Distribute<'a>]) = wide.map_or((&[], &[]), |wide| {
            (wide.import.as_slice(), wide.export.as_slice())
        });
        let mut beyond = policy.beyond.clone();
        extend(
            &mut beyond,
            wide.into_iter().flat_map(|wide| wide.beyond.iter().copied()),
        );
        extend(&mut beyond, self.process.beyond.iter().copied());
        extend(&mut beyond, self.imports(peer.vrf, family));
        NeighborFamily {
            family,
            active,
            active_span: policy
                .active
                .map_or(notes.span(peer.line), |(_, line)| notes.span(line)),
            import: chain(&policy.import, imports),
            export: chain(&policy.export, exports),
            maximum_prefix: policy
                .maximum_prefix
                .map(|(maximum, line)| Spanned::new(notes.span(line), maximum)),
            own_as_allowed: policy.own_as_allowed.unwrap_or(0),
            beyond: beyond.into_iter().map(|line| notes.span(line)).collect(),
        }
    }

    /// Lines by which routes of this table reach a VRF, or of other tables this one.
    fn imports(&self, vrf: Option<&str>, family: Family) -> Vec<&'a str> {
        match vrf {
            Some(vrf) => {
                let lines = self.vrfs.get(vrf).into_iter().flat_map(|imports| &imports.map);
                let lines = lines.filter(|(of, _)| of.is_none_or(|of| of == family));
                lines.map(|(_, line)| *line).collect()
            }
            None => {
                let lines = self.vrfs.values().flat_map(|imports| &imports.global);
                lines
                    .filter(|(of, _)| *of == family)
                    .map(|(_, line)| *line)
                    .collect()
            }
        }
    }

    fn is_external(&self, session: &Session<'a>) -> Option<bool> {
        let own = session.local_as.or(self.process.asn);
        match session.remote_as?.0 {
            RemoteAs::Asn(asn) => own.map(|own| own != asn && !self.process.members.contains(&asn)),
            RemoteAs::External => Some(true),
            RemoteAs::Internal => Some(false),
            RemoteAs::Unknown => None,
        }
    }

    /// Notes what contributes to a session.
    fn concern(
        &mut self,
        peer: &Peer<'a>,
        group: Option<&Peer<'a>>,
        template: Option<&'a str>,
        mut targets: Vec<Target<'a>>,
    ) {
        if self.process.unread.is_empty() {
            return;
        }
        let mut next = template;
        for _ in 0..template::LEVELS {
            let Some(name) = next else { break };
            targets.push(Target::Session(name));
            next = self
                .process
                .sessions
                .get(name)
                .and_then(|session| session.inherit);
        }
        let inherits = |peer: &Peer<'a>| {
            Family::BOTH
                .map(|family| peer.policy(family).inherit.clone())
                .concat()
        };
        let mut level: Vec<(u32, &str)> = inherits(peer);
        level.extend(group.map(inherits).unwrap_or_default());
        let mut seen = BTreeSet::new();
        while let Some((_, name)) = level.pop() {
            if seen.insert(name) {
                targets.push(Target::Policy(name));
                level.extend(
                    self.process
                        .policies
                        .get(name)
                        .into_iter()
                        .flat_map(|policy| &policy.inherit),
                );
            }
        }
        for target in targets {
            self.concerned.entry(target).or_default().insert(peer.name);
        }
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

fn chain(
    direction: &Direction<'_>,
    wide: &[Distribute<'_>],
    family: Family,
    notes: &Notes<'_>,
) -> PolicyChain {
    let mut filters: Vec<Spanned<SessionFilter>> = Vec::new();
    let mut filter = |part: &str, filter| filters.push(Spanned::new(notes.span(part), filter));
    if let Some(name) = direction.distribute_list {
        let list = SessionFilter::AccessList {
            name: notes.name(name),
            family,
        };
        filter(name, list);
    }
    for distribute in wide {
        match distribute {
            Distribute::AccessList(name) => {
                let list = SessionFilter::AccessList {
                    name: notes.name(name),
                    family,
                };
                filter(name, list);
            }
            Distribute::PrefixList(name) => filter(name, prefix_list(name, family, notes)),
            Distribute::Unknown(line) => filter(line, SessionFilter::Unsupported),
        }
    }
    if let Some(name) = direction.prefix_list {
        filter(name, prefix_list(name, family, notes));
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
        // Cisco IOS IP Routing: BGP; seen on IOS XE 17.3 (2024-06) without `bgp safe-ebgp-policy`.
        default: ChainDefault {
            verdict: Some(Verdict::Accept),
            reason: "Cisco IOS passes every route that no filter of the neighbor stops",
            span: None,
        },
    }
}

fn prefix_list(name: &str, family: Family, notes: &Notes<'_>) -> SessionFilter {
    SessionFilter::PrefixList {
        name: notes.name(name),
        family: ListFamily::of(family),
    }
}

/// RFC 8212 in IOS XE 17.2 and later, where `bgp safe-ebgp-policy` turns it on.
fn safe_default(external: Option<bool>, line: &str, notes: &Notes<'_>) -> ChainDefault {
    ChainDefault {
        verdict: match external {
            Some(true) => Some(Verdict::Reject),
            Some(false) => Some(Verdict::Accept),
            None => None,
        },
        reason: "`bgp safe-ebgp-policy` passes nothing on an eBGP session without a policy",
        span: Some(notes.span(line)),
    }
}
