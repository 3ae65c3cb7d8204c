//! What one BGP process says, before anything is inherited.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use pairlint_model::bgp::{Asn, Family};

use super::neighbor::{Done, Policy, Session, Setting, policy_of};
use crate::atoms;
use crate::notes::Notes;

/// One BGP instance: the global one, or that of a VRF.
#[derive(Default)]
pub struct Process<'a> {
    pub vrf: Option<&'a str>,
    pub asn: Option<Asn>,
    pub peers: Vec<Peer<'a>>,
    index: BTreeMap<PeerKey<'a>, usize>,
    /// By range.
    pub listen: BTreeMap<&'a str, Listen<'a>>,
    /// The line `no bgp default ipv4-unicast`.
    pub ipv4_off: Option<&'a str>,
    /// `bgp default ipv6-unicast`.
    pub ipv6_on: bool,
    /// `[no] bgp ebgp-requires-policy`.
    pub requires_policy: Option<(bool, &'a str)>,
    /// `bgp shutdown`.
    pub shutdown: Option<&'a str>,
    pub confederation: Option<Asn>,
    pub members: BTreeSet<Asn>,
    /// Lines that may drop routes of every neighbor after or beside its policy.
    pub beyond: Vec<(Option<Family>, &'a str)>,
    pub unread: Vec<(&'a str, Target)>,
    pub refused: Vec<(&'a str, Target, &'static str)>,
}

/// A neighbor or a peer group, as written.
pub struct Peer<'a> {
    pub name: &'a str,
    pub ip: Option<IpAddr>,
    /// The line that names it first, or the one with its remote AS or group.
    pub line: &'a str,
    pub declared_group: bool,
    pub interface: bool,
    pub named: bool,
    pub session: Session<'a>,
    pub ipv4: Policy<'a>,
    pub ipv6: Policy<'a>,
    /// What families beside IPv4 and IPv6 unicast say; not modelled.
    pub elsewhere: Policy<'a>,
}

/// Addresses are compared as such: `2001:db8::1` and `2001:DB8:0::1` are one neighbor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PeerKey<'a> {
    Address(IpAddr),
    Name(&'a str),
}

/// A range of addresses whose sessions are accepted.
pub struct Listen<'a> {
    pub group: &'a str,
    pub line: &'a str,
}

/// Whom a line concerns that was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Peer(usize),
    Process,
}

/// Where a line stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// None for families that carry no routes of ours: VPN, multicast, EVPN, flow specifications.
    pub family: Option<Family>,
}

impl<'a> Peer<'a> {
    fn new(name: &'a str, ip: Option<IpAddr>, line: &'a str) -> Peer<'a> {
        Peer {
            name,
            ip,
            line,
            declared_group: false,
            interface: false,
            named: false,
            session: Session::default(),
            ipv4: Policy::default(),
            ipv6: Policy::default(),
            elsewhere: Policy::default(),
        }
    }

    /// What stands for a listening range.
    pub fn of_range(range: &'a str, listen: &Listen<'a>) -> Peer<'a> {
        let mut peer = Peer::new(range, None, listen.line);
        peer.session.group = Some(listen.group);
        peer
    }

    pub fn policy(&self, family: Family) -> &Policy<'a> {
        match family {
            Family::Ipv4 => &self.ipv4,
            Family::Ipv6 => &self.ipv6,
        }
    }
}

impl<'a> Process<'a> {
    pub fn new(vrf: Option<&'a str>) -> Process<'a> {
        Process {
            vrf,
            ..Process::default()
        }
    }

    /// Returns the neighbor or group of that name.
    pub fn peer(&mut self, name: &'a str, line: &'a str) -> usize {
        let ip = atoms::address(name);
        let key = ip.map_or(PeerKey::Name(name), PeerKey::Address);
        let index = *self.index.entry(key).or_insert(self.peers.len());
        if index == self.peers.len() {
            self.peers.push(Peer::new(name, ip, line));
        }
        index
    }

    pub fn remove_peer(&mut self, name: &'a str, line: &'a str) {
        let key = atoms::address(name).map_or(PeerKey::Name(name), PeerKey::Address);
        if let Some(index) = self.index.remove(&key)
            && let Some(peer) = self.peers.get_mut(index)
        {
            // Its place stays, so that others keep theirs; as a group without members it is no session.
            *peer = Peer::new(name, None, line);
            peer.declared_group = true;
        }
    }

    /// Takes down an option of a neighbor: `remote-as 12076`, `route-map X in`.
    pub fn option(
        &mut self,
        index: usize,
        words: &[&'a str],
        line: &'a str,
        negated: bool,
        place: Place,
        notes: &mut Notes<'_>,
    ) {
        let Some(peer) = self.peers.get_mut(index) else {
            return;
        };
        let mut words = words;
        match words {
            // The interface behind a link-local address.
            ["interface", _] if peer.ip.is_some() => return notes.ignored(),
            ["interface", "v6only", rest @ ..] | ["interface", rest @ ..] => {
                peer.interface = true;
                words = rest;
            }
            _ => {}
        }
        if matches!(words, ["remote-as" | "peer-group", ..]) && !peer.named {
            peer.line = line;
            peer.named = true;
        }
        let done = match words {
            [] => Done::Read,
            ["peer-group"] => {
                peer.declared_group = !negated;
                Done::Read
            }
            ["peer-group", group] => {
                peer.session.group = (!negated).then_some(*group);
                Done::Read
            }
            _ => {
                let policy = policy_of(place, &mut peer.ipv4, &mut peer.ipv6, &mut peer.elsewhere);
                let setting = Setting {
                    session: &mut peer.session,
                    policy,
                    line,
                    negated,
                };
                setting.read(words, notes)
            }
        };
        match (place.family, done) {
            (None, _) => notes.ignored(),
            _ => self.note(done, line, Target::Peer(index), notes),
        }
    }

    pub fn note(&mut self, done: Done, line: &'a str, target: Target, notes: &mut Notes<'_>) {
        match done {
            Done::Read => notes.read(),
            Done::Ignored => notes.ignored(),
            Done::Unread => self.unread.push((line, target)),
            Done::Refused(effect) => self.refused.push((line, target, effect)),
        }
    }
}
