//! From neighbors and groups to sessions.
//!
//! What is said for the neighbor itself counts; else what its session group or address-family group says; else what
//! its neighbor group says ("Implementing BGP", Configuration Inheritance).

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::{Asn, Family as Afi};
use pairlint_model::network::{BgpNeighbor, NeighborFamily, Owner, RemoteAs};
use pairlint_model::policy::{ChainDefault, PolicyChain, PolicyExpression, Verdict};
use pairlint_model::source::Spanned;

use super::bgp::{Bgp, Group, Peer, Process, Target};
use super::neighbor::{Direction, Family, Session, extend};
use super::policy::{Lowering, Mode};
use super::values::Values;
use crate::cisco_xr::tokens::{self, Place};
use crate::notes::Notes;

/// Groups that use one another; deeper ones do not exist in practice, and circles are cut here.
const LEVELS: usize = 8;

pub(super) fn resolve(
    bgp: &Bgp<'_>,
    lowering: &mut Lowering<'_, '_>,
    notes: &mut Notes<'_>,
) -> Vec<BgpNeighbor> {
    let mut neighbors = Vec::new();
    for process in &bgp.processes {
        let groups = Groups::new(process);
        let mut concerned: BTreeMap<Target<'_>, BTreeSet<&str>> = BTreeMap::new();
        for (at, peer) in process.peers.iter().enumerate() {
            if peer.removed {
                continue;
            }
            let resolver = Resolver {
                bgp,
                process,
                groups: &groups,
            };
            neighbors.push(resolver.neighbor(peer, lowering, notes));
            if !process.unread.is_empty() {
                for target in groups.contributing(at, peer, process) {
                    concerned.entry(target).or_default().insert(peer.name);
                }
            }
        }
        for (line, target) in &process.unread {
            let owner = match target {
                Target::Process => Owner::Bgp,
                target => {
                    let names = concerned.get(target).into_iter().flatten();
                    Owner::Neighbors(names.map(|name| (*name).to_owned()).collect())
                }
            };
            notes.unread(line, owner);
        }
    }
    neighbors
}

/// Groups with everything they take over.
struct Groups<'a> {
    neighbor: BTreeMap<&'a str, Group<'a>>,
    session: BTreeMap<&'a str, Group<'a>>,
    af: BTreeMap<&'a str, Group<'a>>,
}

impl<'a> Groups<'a> {
    fn new(process: &Process<'a>) -> Groups<'a> {
        let mut groups = Groups {
            neighbor: process.neighbor_groups.clone(),
            session: process.session_groups.clone(),
            af: process.af_groups.clone(),
        };
        let nested = |group: &Group<'a>| {
            group.session.session_group.is_some()
                || group.session.neighbor_group.is_some()
                || group.ipv4.af_group.is_some()
                || group.ipv6.af_group.is_some()
        };
        let all = [&groups.neighbor, &groups.session, &groups.af];
        let levels = match all.iter().any(|groups| groups.values().any(nested)) {
            true => LEVELS,
            false => 0,
        };
        for _ in 0..levels {
            let resolved = |written: &BTreeMap<&'a str, Group<'a>>| {
                let each = written.iter().map(|(name, group)| (*name, groups.applied(group)));
                each.collect::<BTreeMap<_, _>>()
            };
            groups = Groups {
                neighbor: resolved(&process.neighbor_groups),
                session: resolved(&process.session_groups),
                af: resolved(&process.af_groups),
            };
        }
        groups
    }

    /// What is said with what the used groups say in places where nothing is said.
    fn applied(&self, said: &Group<'a>) -> Group<'a> {
        let mut group = said.clone();
        if let Some(base) = group
            .session
            .session_group
            .and_then(|name| self.session.get(name))
        {
            group.session.inherit_from(&base.session);
        }
        for family in [&mut group.ipv4, &mut group.ipv6] {
            let base = family.af_group.and_then(|name| self.af.get(name));
            if let Some(base) = base {
                // One group is for one family; it serves no other.
                let from = [&base.ipv4, &base.ipv6]
                    .into_iter()
                    .find(|base| base.line.is_some());
                from.into_iter().for_each(|base| family.inherit_from(base));
            }
        }
        if let Some(base) = group
            .session
            .neighbor_group
            .and_then(|name| self.neighbor.get(name))
        {
            group.session.inherit_from(&base.session);
            group.ipv4.inherit_from(&base.ipv4);
            group.ipv6.inherit_from(&base.ipv6);
            group.elsewhere |= base.elsewhere;
        }
        group
    }

    /// What a session is made of.
    fn contributing(&self, at: usize, peer: &Peer<'a>, process: &Process<'a>) -> Vec<Target<'a>> {
        let mut targets = vec![Target::Peer(at)];
        let mut open = vec![&peer.said];
        let mut left = 4 * LEVELS;
        while let Some(group) = open.pop().filter(|_| left > 0) {
            left -= 1;
            if let Some(name) = group.session.neighbor_group {
                targets.push(Target::NeighborGroup(name));
                open.extend(process.neighbor_groups.get(name));
            }
            if let Some(name) = group.session.session_group {
                targets.push(Target::SessionGroup(name));
                open.extend(process.session_groups.get(name));
            }
            for name in [group.ipv4.af_group, group.ipv6.af_group].into_iter().flatten() {
                targets.push(Target::AfGroup(name));
                open.extend(process.af_groups.get(name));
            }
        }
        targets
    }
}

struct Resolver<'r, 'a> {
    bgp: &'r Bgp<'a>,
    process: &'r Process<'a>,
    groups: &'r Groups<'a>,
}

impl<'a> Resolver<'_, 'a> {
    fn neighbor(&self, peer: &Peer<'a>, lowering: &mut Lowering<'_, '_>, notes: &Notes<'_>) -> BgpNeighbor {
        let said = self.groups.applied(&peer.said);
        let session = &said.session;
        let native = peer
            .ip
            .or_else(|| range(peer.name))
            .map_or(Afi::Ipv4, Afi::of_address);
        let none = !said.elsewhere && Afi::BOTH.iter().all(|family| said.family(*family).line.is_none());
        let mut families = Vec::new();
        for family in Afi::BOTH {
            let written = said.family(family);
            if written.line.is_some() || (none && family == native) {
                families.push(self.family(peer, family, written, session, lowering, notes));
            }
        }
        BgpNeighbor {
            address: notes.name(peer.name),
            ip: peer.ip,
            remote_as: session.remote_as.map_or(RemoteAs::Unknown, |(remote, _)| remote),
            remote_as_span: session.remote_as.map(|(_, line)| notes.span(line)),
            local_as: session.local_as.or(self.process.asn),
            vrf: peer.vrf.map(|name| notes.name(name)),
            group: session
                .neighbor_group
                .or(session.session_group)
                .map(|name| notes.name(name)),
            description: session.description.map(|text| notes.name(text)),
            shutdown: session.shutdown.flatten().map(|line| notes.span(line)),
            bfd: session.bfd.flatten().map(|line| notes.span(line)),
            span: notes.span(peer.line),
            families,
        }
    }

    fn family(
        &self,
        peer: &Peer<'a>,
        family: Afi,
        written: &Family<'a>,
        session: &Session<'a>,
        lowering: &mut Lowering<'_, '_>,
        notes: &Notes<'_>,
    ) -> NeighborFamily {
        let mut beyond = written.beyond.clone();
        extend(&mut beyond, session.beyond.iter().copied());
        for place in [(peer.vrf, Some(family)), (peer.vrf, None), (None, None)] {
            extend(
                &mut beyond,
                self.process.beyond.get(&place).into_iter().flatten().copied(),
            );
        }
        extend(&mut beyond, self.imports(peer.vrf, family));
        NeighborFamily {
            family,
            active: written.line.is_some(),
            active_span: notes.span(written.line.unwrap_or(peer.line)),
            import: self.chain(&written.import, peer, session, lowering, notes),
            export: self.chain(&written.export, peer, session, lowering, notes),
            maximum_prefix: written
                .maximum_prefix
                .map(|(maximum, line)| Spanned::new(notes.span(line), maximum)),
            own_as_allowed: written.own_as_allowed.unwrap_or(0),
            beyond: beyond.into_iter().map(|line| notes.span(line)).collect(),
        }
    }

    /// Lines by which routes of the global table reach a VRF, or routes of VRFs the global table.
    fn imports(&self, vrf: Option<&str>, family: Afi) -> Vec<&'a str> {
        let all = self
            .bgp
            .imports
            .iter()
            .flat_map(|(name, lines)| lines.iter().map(move |line| (*name, line)));
        let wanted = all.filter(|(name, (of, line))| {
            let leaks = line.contains("default-vrf");
            of.is_none_or(|of| of == family)
                && match vrf {
                    Some(vrf) => vrf == *name,
                    None => leaks,
                }
        });
        wanted.map(|(_, (_, line))| *line).take(16).collect()
    }

    fn chain(
        &self,
        direction: &Direction<'a>,
        peer: &Peer<'a>,
        session: &Session<'a>,
        lowering: &mut Lowering<'_, '_>,
        notes: &Notes<'_>,
    ) -> PolicyChain {
        let mut chain = PolicyChain {
            filters: Vec::new(),
            policies: Vec::new(),
            default: self.default(direction, peer, session, notes),
        };
        if let Some(line) = direction.unknown {
            // Perhaps a policy is attached: what it says is not known.
            chain
                .policies
                .push(PolicyExpression::Unsupported(notes.span(line)));
            return chain;
        }
        let Some(text) = direction.policy else {
            return chain;
        };
        let mut words = Vec::new();
        tokens::line(text, 0, Place::Source(notes.source), &mut words);
        let Some((name, rest)) = words.split_first() else {
            return chain;
        };
        let peer_as = match session.remote_as {
            Some((RemoteAs::Asn(asn), _)) => Some(asn),
            Some((RemoteAs::Internal, _)) => self.process.asn,
            _ => None,
        };
        let place = notes.span(text);
        chain
            .policies
            .push(match lowering.arguments(rest, &Values::default()) {
                Some(arguments) => {
                    let name = lowering.instance(name.text, &arguments, peer_as, Mode::Statement);
                    PolicyExpression::Policy(Spanned::new(place, name))
                }
                None => PolicyExpression::Unsupported(place),
            });
        chain
    }

    fn default(
        &self,
        direction: &Direction<'a>,
        peer: &Peer<'a>,
        session: &Session<'a>,
        notes: &Notes<'_>,
    ) -> ChainDefault {
        if direction.policy.is_some() {
            return ChainDefault {
                verdict: Some(Verdict::Reject),
                reason: "Cisco IOS XR drops what the policy neither passes nor changes",
                span: None,
            };
        }
        if let Some((accept, line)) = direction.default {
            return ChainDefault {
                verdict: Some(if accept { Verdict::Accept } else { Verdict::Reject }),
                reason: "the session says what happens without a policy",
                span: Some(notes.span(line)),
            };
        }
        let allowed = self
            .process
            .unsafe_policy
            .get(&peer.vrf)
            .or(self.process.unsafe_policy.get(&None));
        match (self.is_external(session), allowed) {
            (Some(true), Some(line)) => ChainDefault {
                verdict: Some(Verdict::Accept),
                reason: "`bgp unsafe-ebgp-policy` lets routes pass on external sessions without a policy",
                span: Some(notes.span(line)),
            },
            // "Implementing BGP", BGP Policy: an external neighbor without an inbound policy has no route accepted.
            (Some(true), None) => ChainDefault {
                verdict: Some(Verdict::Reject),
                reason: "Cisco IOS XR accepts and sends nothing on external sessions without a policy",
                span: None,
            },
            (Some(false), _) => ChainDefault {
                verdict: Some(Verdict::Accept),
                reason: "Cisco IOS XR passes every route on internal sessions without a policy",
                span: None,
            },
            (None, _) => ChainDefault {
                verdict: None,
                reason: "whether the session is external is not known",
                span: None,
            },
        }
    }

    fn is_external(&self, session: &Session<'a>) -> Option<bool> {
        let own: Option<Asn> = session.local_as.or(self.process.asn);
        match session.remote_as?.0 {
            // Whether sessions inside a confederation need a policy is not documented.
            RemoteAs::Asn(asn) if self.process.members.contains(&asn) => None,
            RemoteAs::Asn(asn) => own.map(|own| own != asn),
            RemoteAs::External => Some(true),
            RemoteAs::Internal => Some(false),
            RemoteAs::Unknown => None,
        }
    }
}

/// The first address of a range of neighbors.
fn range(name: &str) -> Option<std::net::IpAddr> {
    pairlint_model::bgp::prefix(name).ok().map(|net| net.addr())
}
