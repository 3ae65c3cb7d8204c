//! What `router bgp` says, before anything is inherited.

use std::collections::BTreeMap;
use std::net::IpAddr;

use pairlint_model::bgp::{Asn, Family};

use crate::sessions::{Policy, Said, Session};

/// A VRF's table of one family; none where it is not said.
pub(super) type Scope<'a> = Option<(Option<&'a str>, Family)>;

/// `router bgp`; NX-OS has one process.
#[derive(Default)]
pub(super) struct Process<'a> {
    pub asn: Option<Asn>,
    pub peers: Vec<Peer<'a>>,
    pub index: BTreeMap<(Option<&'a str>, PeerKey<'a>), usize>,
    pub templates: BTreeMap<&'a str, Peer<'a>>,
    pub sessions: BTreeMap<&'a str, Peer<'a>>,
    pub policies: BTreeMap<&'a str, FamilyLines<'a>>,
    pub local_as: BTreeMap<Option<&'a str>, Asn>,
    pub confederation: Option<Asn>,
    pub members: Vec<Asn>,
    /// The process is shut down.
    pub shutdown: Option<&'a str>,
    /// Lines that may keep routes out after BGP import, by VRF and family; of all where it does not say.
    pub beyond: Vec<(Scope<'a>, &'a str)>,
    pub unread: Vec<(&'a str, Target<'a>)>,
}

/// Whom an unread line concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target<'a> {
    Peer(usize),
    Template(&'a str),
    Session(&'a str),
    Policy(&'a str),
    Process,
}

/// Addresses are compared as such: `2001:db8::1` and `2001:DB8:0::1` are one neighbor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PeerKey<'a> {
    Address(IpAddr),
    /// A prefix or an interface.
    Name(&'a str),
}

/// A neighbor or a template, as written.
#[derive(Debug, Clone, Default)]
pub(super) struct Peer<'a> {
    pub name: &'a str,
    pub ip: Option<IpAddr>,
    pub vrf: Option<&'a str>,
    /// The line that names it.
    pub line: &'a str,
    pub removed: bool,
    pub session: Session<'a>,
    /// `inherit peer T` and `inherit peer-session S`: the name and the line.
    pub template: Said<(&'a str, &'a str)>,
    pub peer_session: Said<(&'a str, &'a str)>,
    /// Lines that may drop routes of every family by what they carry.
    pub drops: Vec<&'a str>,
    /// An address family is active where its block is.
    pub families: BTreeMap<Family, FamilyLines<'a>>,
    /// There is a block of a family that carries no routes of ours.
    pub elsewhere: bool,
}

/// What an address family of a neighbor, or a policy template, says.
#[derive(Debug, Clone, Default)]
pub(super) struct FamilyLines<'a> {
    pub policy: Policy<'a>,
    /// `inherit peer-policy P 10`, by number.
    pub inherit: BTreeMap<u32, (&'a str, &'a str)>,
}
