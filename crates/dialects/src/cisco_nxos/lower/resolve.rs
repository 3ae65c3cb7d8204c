//! Sessions with everything they inherit.
//!
//! A neighbor's own line wins over its policy templates', of which the lowest number wins, and those over its peer
//! template's (Cisco Nexus 9000 Series NX-OS Unicast Routing Configuration Guide, "Configuring Advanced BGP", peer
//! templates). A template inherits in the same way.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::{Asn, Family, IpNet};
use pairlint_model::network::{BgpNeighbor, Device, NeighborFamily, Owner, RemoteAs};
use pairlint_model::policy::{ChainDefault, PolicyChain, SessionFilter, Verdict};
use pairlint_model::source::{Span, Spanned};

use super::written::{FamilyLines, Peer, Process, Target};
use crate::notes::Notes;
use crate::sessions::{Direction, Policy, Session, extend};

/// Bounds the addresses written down as owners of unread lines: many lines on a template of many members would
/// multiply.
const MOST_OWNERS: usize = 100_000;

/// Templates inherit from each other through a few levels; circles end here.
const LEVELS: usize = 8;

pub(super) fn sessions<'a>(
    process: &Process<'a>,
    imports: &BTreeMap<&'a str, Vec<(Family, &'a str)>>,
    device: &mut Device,
    notes: &mut Notes<'_>,
) {
    let mut resolver = Resolver {
        process,
        imports,
        policies: templates(&process.policies),
        concerned: BTreeMap::new(),
        missing: Vec::new(),
    };
    for (index, peer) in process.peers.iter().enumerate() {
        if peer.removed {
            continue;
        }
        let neighbor = resolver.neighbor(index, peer, device, notes);
        device.neighbors.push(neighbor);
    }
    let mut budget = MOST_OWNERS;
    for (line, target) in &process.unread {
        let owner = match resolver.concerned.get(target) {
            Some(addresses) if addresses.len() <= budget => {
                budget -= addresses.len();
                Owner::Neighbors(addresses.iter().map(|address| (*address).to_owned()).collect())
            }
            _ => Owner::Bgp,
        };
        notes.unread(line, owner);
    }
    let mut missing: BTreeMap<Span, BTreeSet<&str>> = BTreeMap::new();
    for (line, address) in resolver.missing.iter().take(MOST_OWNERS) {
        missing.entry(notes.span(line)).or_default().insert(address);
    }
    for (span, addresses) in missing {
        let addresses = addresses.into_iter().map(str::to_owned).collect();
        notes.doubtful(span, Owner::Neighbors(addresses));
    }
}

struct Resolver<'p, 'a> {
    process: &'p Process<'a>,
    imports: &'p BTreeMap<&'a str, Vec<(Family, &'a str)>>,
    /// Policy templates with what they inherit from each other.
    policies: BTreeMap<&'a str, Policy<'a>>,
    /// The addresses of the sessions that a neighbor or template contributes to.
    concerned: BTreeMap<Target<'a>, BTreeSet<&'a str>>,
    /// Lines that inherit from a template that is not there, and the session.
    missing: Vec<(&'a str, &'a str)>,
}

/// What a session inherits, merged step by step.
#[derive(Default)]
struct Merged<'a> {
    session: Session<'a>,
    families: BTreeMap<Family, Policy<'a>>,
    elsewhere: bool,
    /// A template is not there, and could say anything.
    unknown: Vec<&'a str>,
    drops: Vec<&'a str>,
}

impl<'p, 'a> Resolver<'p, 'a> {
    /// Merges what a neighbor or template says and inherits into what is known already.
    fn merge(&mut self, merged: &mut Merged<'a>, peer: &Peer<'a>, address: &'a str, level: usize) {
        merged.session.inherit_from(&peer.session);
        merged.elsewhere |= peer.elsewhere;
        extend(&mut merged.drops, peer.drops.iter().copied());
        for (family, lines) in &peer.families {
            let mut policy = merged.families.remove(family).unwrap_or_default();
            self.policy(&mut policy, lines, address);
            merged.families.insert(*family, policy);
        }
        if level == 0 {
            return;
        }
        if let Some((name, line)) = peer.peer_session.get() {
            match self.process.sessions.get(name) {
                Some(template) => {
                    self.concern(Target::Session(name), address);
                    self.merge(merged, template, address, level - 1);
                }
                None => self.missing.push((line, address)),
            }
        }
        if let Some((name, line)) = peer.template.get() {
            match self.process.templates.get(name) {
                Some(template) => {
                    self.concern(Target::Template(name), address);
                    self.merge(merged, template, address, level - 1);
                }
                None => {
                    extend(&mut merged.unknown, [line]);
                    self.missing.push((line, address));
                }
            }
        }
    }

    fn policy(&mut self, policy: &mut Policy<'a>, lines: &FamilyLines<'a>, address: &'a str) {
        policy.inherit_from(&lines.policy);
        inherit(policy, lines, &self.policies);
        // Which templates that involves, each once.
        let mut level: Vec<(&'a str, &'a str)> = lines.inherit.values().copied().collect();
        let mut seen = BTreeSet::new();
        for _ in 0..LEVELS {
            let mut next = Vec::new();
            for (name, line) in level {
                match self.process.policies.get(name) {
                    Some(template) if seen.insert(name) => {
                        self.concern(Target::Policy(name), address);
                        next.extend(template.inherit.values().copied());
                    }
                    Some(_) => {}
                    None => self.missing.push((line, address)),
                }
            }
            level = next;
        }
    }

    fn concern(&mut self, target: Target<'a>, address: &'a str) {
        if !self.process.unread.is_empty() {
            self.concerned.entry(target).or_default().insert(address);
        }
    }

    fn neighbor(&mut self, index: usize, peer: &Peer<'a>, device: &Device, notes: &Notes<'_>) -> BgpNeighbor {
        self.concern(Target::Peer(index), peer.name);
        let mut merged = Merged::default();
        self.merge(&mut merged, peer, peer.name, LEVELS);
        let Merged {
            session,
            mut families,
            elsewhere,
            unknown,
            drops,
        } = merged;
        for policy in families.values_mut() {
            extend(&mut policy.import.unknown, drops.iter().copied());
            extend(&mut policy.import.unknown, unknown.iter().copied());
            extend(&mut policy.export.unknown, unknown.iter().copied());
        }
        let remote = session.remote_as.get();
        let remote_as = remote.map_or(RemoteAs::Unknown, |(remote, _)| remote);
        let local_as = session
            .local_as
            .get()
            .or_else(|| self.process.local_as.get(&peer.vrf).copied());
        let mut resolved: Vec<NeighborFamily> = families
            .iter()
            .map(|(family, policy)| self.family(peer, *family, policy, device, notes))
            .collect();
        if resolved.is_empty() && !elsewhere {
            // Without a block no family is active (NX-OS configuration guide, "Configuring BGP").
            let family = self.family(peer, native_family(peer), &Policy::default(), device, notes);
            resolved.push(family);
        }
        BgpNeighbor {
            address: notes.name(peer.name),
            ip: peer.ip,
            remote_as,
            remote_as_span: remote.map(|(_, word)| notes.span(word)),
            local_as: local_as.or_else(|| self.own_as(remote_as)),
            vrf: peer.vrf.map(|name| notes.name(name)),
            group: peer
                .template
                .get()
                .or(peer.peer_session.get())
                .map(|(name, _)| notes.name(name)),
            description: session.description.get().map(|text| notes.name(text)),
            shutdown: self
                .process
                .shutdown
                .or(session.shutdown.get())
                .map(|line| notes.span(line)),
            bfd: session.bfd.get().map(|line| notes.span(line)),
            span: notes.span(peer.line),
            families: resolved,
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

    fn family(
        &self,
        peer: &Peer<'a>,
        family: Family,
        policy: &Policy<'a>,
        device: &Device,
        notes: &Notes<'_>,
    ) -> NeighborFamily {
        let mut beyond = policy.beyond.clone();
        let here =
            |scope: &Option<(Option<&str>, Family)>| scope.is_none_or(|scope| scope == (peer.vrf, family));
        let wide = self.process.beyond.iter().filter(|(scope, _)| here(scope));
        extend(&mut beyond, wide.map(|(_, line)| *line));
        let imports = peer
            .vrf
            .and_then(|vrf| self.imports.get(vrf))
            .into_iter()
            .flatten();
        extend(
            &mut beyond,
            imports.filter(|(of, _)| *of == family).map(|(_, line)| *line),
        );
        NeighborFamily {
            family,
            active: policy.active.is_some(),
            active_span: policy
                .active
                .map_or(notes.span(peer.line), |(_, line)| notes.span(line)),
            import: chain(&policy.import, family, device, notes),
            export: chain(&policy.export, family, device, notes),
            maximum_prefix: policy
                .maximum_prefix
                .get()
                .map(|(maximum, line)| Spanned::new(notes.span(line), maximum)),
            own_as_allowed: policy.own_as_allowed.get().unwrap_or(0),
            beyond: beyond.into_iter().map(|line| notes.span(line)).collect(),
        }
    }
}

/// Resolves what policy templates inherit from each other, level by level, so that circles do no harm.
fn templates<'a>(written: &BTreeMap<&'a str, FamilyLines<'a>>) -> BTreeMap<&'a str, Policy<'a>> {
    let own = |lines: &FamilyLines<'a>| lines.policy.clone();
    let mut resolved: BTreeMap<_, _> = written.iter().map(|(name, lines)| (*name, own(lines))).collect();
    let nested = written.values().any(|lines| !lines.inherit.is_empty());
    for _ in 0..if nested { LEVELS } else { 0 } {
        let level = written.iter().map(|(name, lines)| {
            let mut policy = own(lines);
            inherit(&mut policy, lines, &resolved);
            (*name, policy)
        });
        resolved = level.collect();
    }
    resolved
}

/// Fills in what policy templates say, the lowest number first; one that is not there could say anything.
fn inherit<'a>(policy: &mut Policy<'a>, lines: &FamilyLines<'a>, known: &BTreeMap<&'a str, Policy<'a>>) {
    for (name, line) in lines.inherit.values() {
        match known.get(name) {
            Some(template) => policy.inherit_from(template),
            None => {
                extend(&mut policy.import.unknown, [*line]);
                extend(&mut policy.export.unknown, [*line]);
            }
        }
    }
}

fn chain(direction: &Direction<'_>, family: Family, device: &Device, notes: &Notes<'_>) -> PolicyChain {
    // Cisco Nexus 9000 Series NX-OS Unicast Routing Configuration Guide; there is nothing like RFC 8212.
    let default = ChainDefault {
        verdict: Some(Verdict::Accept),
        reason: "Cisco NX-OS passes every route that no filter of the neighbor stops",
        span: None,
    };
    let mut chain = direction.chain(family, default, notes);
    let undefined = direction
        .filter_list
        .get()
        .filter(|name| !device.as_path_lists.contains_key(*name));
    if let Some(name) = undefined {
        // What an undefined AS-path list does there is not documented.
        chain
            .filters
            .push(Spanned::new(notes.span(name), SessionFilter::Unsupported));
    }
    chain
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
