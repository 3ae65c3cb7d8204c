//! What `router bgp` says, before anything is inherited.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use pairlint_model::bgp::{Asn, Family};

use super::neighbor::{Done, Policy, Session};
use crate::lines::Words;

/// One `router bgp`.
#[derive(Default)]
pub(super) struct Process<'a> {
    /// The word after `router bgp`; none where the text is a piece without it.
    pub number: Option<&'a str>,
    pub asn: Option<Asn>,
    pub peers: Vec<Peer<'a>>,
    pub index: BTreeMap<(Option<&'a str>, PeerKey<'a>), usize>,
    pub sessions: BTreeMap<&'a str, Session<'a>>,
    pub policies: BTreeMap<&'a str, Policy<'a>>,
    /// By range.
    pub listen: BTreeMap<&'a str, Listen<'a>>,
    /// The line `no bgp default ipv4-unicast`.
    pub ipv4_off: Option<&'a str>,
    /// The line `bgp safe-ebgp-policy`.
    pub safe: Option<&'a str>,
    pub confederation: Option<Asn>,
    pub members: BTreeSet<Asn>,
    pub scopes: BTreeMap<(Option<&'a str>, Family), Wide<'a>>,
    /// Lines that may drop routes of every neighbor after or beside its policy.
    pub beyond: Vec<&'a str>,
    pub unread: Vec<(&'a str, Target<'a>)>,
    pub asdot: bool,
}

/// A neighbor or a peer group, as written.
pub(super) struct Peer<'a> {
    pub name: &'a str,
    pub ip: Option<IpAddr>,
    pub vrf: Option<&'a str>,
    /// The line that names it first, or the one with its remote AS or group.
    pub line: &'a str,
    pub declared_group: bool,
    /// A line of IPv4 unicast is about it.
    pub in_ipv4: bool,
    /// Old releases activate a family by naming the group inside it.
    pub joined_ipv6: bool,
    pub named: bool,
    pub session: Session<'a>,
    pub ipv4: Policy<'a>,
    pub ipv6: Policy<'a>,
    /// What families beside IPv4 and IPv6 unicast say; not modelled.
    pub elsewhere: Policy<'a>,
}

/// Addresses are compared as such: `2001:db8::1` and `2001:DB8:0::1` are one neighbor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PeerKey<'a> {
    /// With the zone of a link-local address, else empty.
    Address(IpAddr, &'a str),
    Name(&'a str),
}

/// `bgp listen range PREFIX peer-group GROUP`.
pub(super) struct Listen<'a> {
    pub group: &'a str,
    pub line: &'a str,
    pub vrf: Option<&'a str>,
}

/// What an address family says about all its neighbors.
#[derive(Default)]
pub(super) struct Wide<'a> {
    pub local_as: Option<Asn>,
    pub import: Vec<Distribute<'a>>,
    pub export: Vec<Distribute<'a>>,
    pub beyond: Vec<&'a str>,
}

/// A `distribute-list` on the whole address family.
#[derive(Debug, Clone, Copy)]
pub(super) enum Distribute<'a> {
    AccessList(&'a str),
    PrefixList(&'a str),
    /// By the neighbor the route comes from, or not understood: the line.
    Unknown(&'a str),
}

/// Whom an unread line concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target<'a> {
    Peer(usize),
    Session(&'a str),
    Policy(&'a str),
    Process,
}

/// Where a line stands: the address family of its block.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub vrf: Option<&'a str>,
    /// None for families that carry no routes of ours: VPN, multicast, MDT, flow specifications.
    pub family: Option<Family>,
    /// Inside an `address-family`.
    pub inner: bool,
}

impl<'a> Peer<'a> {
    pub fn new(name: &'a str, ip: Option<IpAddr>, vrf: Option<&'a str>, line: &'a str) -> Peer<'a> {
        Peer {
            name,
            ip,
            vrf,
            line,
            declared_group: false,
            in_ipv4: false,
            joined_ipv6: false,
            named: false,
            session: Session::default(),
            ipv4: Policy::default(),
            ipv6: Policy::default(),
            elsewhere: Policy::default(),
        }
    }

    pub fn policy(&self, family: Family) -> &Policy<'a> {
        match family {
            Family::Ipv4 => &self.ipv4,
            Family::Ipv6 => &self.ipv6,
        }
    }

    /// Reads what follows `peer-group`: nothing, which declares a group, or the group it is a member of.
    pub fn group(&mut self, words: Words<'a>, negated: bool, place: Place<'a>) -> Done {
        // Before address families, a group named its tables: `peer-group nlri unicast multicast`.
        if words.is_empty() || words.peek() == Some("nlri") {
            self.declared_group = !negated;
            return Done::Read;
        }
        let Some(group) = words.only() else {
            return Done::Unread;
        };
        self.session.group = (!negated).then_some(group);
        self.joined_ipv6 |= place.inner && place.family == Some(Family::Ipv6);
        Done::Read
    }
}
