//! Routers, sessions, route filters and circuits: everything a run knows about the network.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::bgp::{Asn, Family, IpNet};
use crate::policy::{
    AccessList, AsPathList, CommunityList, ListFamily, PolicyChain, PolicyList, PrefixList, RoutePolicy,
    Truth,
};
use crate::source::{SourceId, Span, Spanned};

pub use crate::azure::*;
pub use crate::origin::*;

/// All that was read; every parsed file extends it.
#[derive(Debug, Default)]
pub struct Network {
    pub devices: Vec<Device>,
    pub route_filters: Vec<RouteFilter>,
    pub circuits: Vec<Circuit>,
    /// Files of ours that are damaged or are not whole, and secrets in them.
    pub remarks: Vec<Remark>,
}

impl Network {
    pub fn extend(&mut self, other: Network) {
        self.devices.extend(other.devices);
        self.route_filters.extend(other.route_filters);
        self.circuits.extend(other.circuits);
        self.remarks.extend(other.remarks);
    }

    /// Nothing of ours was in the text.
    pub fn is_empty(&self) -> bool {
        self.devices.is_empty()
            && self.route_filters.is_empty()
            && self.circuits.is_empty()
            && self.remarks.is_empty()
    }
}

/// What a reader has to say about a file beyond its content.
#[derive(Debug, Clone)]
pub struct Remark {
    pub span: Span,
    pub kind: RemarkKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemarkKind {
    /// The file is an export of ours, but its content is cut or is in a form without values.
    /// `what` completes "this is …"; `instead` is the command that gives a whole one.
    Truncated { what: String, instead: String },
    /// Part of a larger result: more pages, a saved error.
    Incomplete { what: String },
    /// A key or password; its value is never shown. `what` names it: `serviceKey`, `neighbor password`.
    Secret { what: String },
}

/// One router configuration.
#[derive(Debug, Clone)]
pub struct Device {
    /// The hostname, else the file's stem.
    pub name: String,
    pub hostname: Option<Spanned<String>>,
    pub source: SourceId,
    /// The dialect's name: `cisco-ios`.
    pub dialect: &'static str,
    /// Neither hostname, version header nor closing `end`: a piece of a configuration, whose missing
    /// definitions may stand elsewhere.
    pub fragment: bool,
    pub platform: Platform,
    pub neighbors: Vec<BgpNeighbor>,
    pub policies: BTreeMap<String, RoutePolicy>,
    pub prefix_lists: BTreeMap<ListFamily, BTreeMap<String, PrefixList>>,
    pub community_lists: BTreeMap<String, CommunityList>,
    pub large_community_lists: BTreeMap<String, CommunityList>,
    pub extended_community_lists: BTreeMap<String, CommunityList>,
    pub as_path_lists: BTreeMap<String, AsPathList>,
    pub access_lists: BTreeMap<Family, BTreeMap<String, AccessList>>,
    pub policy_lists: BTreeMap<String, PolicyList>,
    pub interfaces: Vec<Interface>,
    /// What it announces of its own, as far as the file shows the prefixes.
    pub originated: Vec<Originated>,
    /// What single neighbors are told beyond their policies.
    pub announcements: Vec<Announcement>,
    /// What is said about how good single neighbors' routes are, beside their policies.
    pub preferences: Vec<Preference>,
    /// Lines that were not interpreted, inside policies, lists or BGP sections.
    pub unread: Vec<UnreadLine>,
    /// Lines that the platform itself refuses or ignores, lowered as the device would have it.
    pub refused: Vec<RefusedLine>,
    pub lines: LineCounts,
    /// Other ways to read the same text, where no line tells which platform or version it is for: what they do not
    /// agree on is not certain. A reading has none itself.
    pub readings: Vec<Device>,
}

impl Device {
    /// A device of which nothing is known yet but its name and platform.
    pub fn new(
        name: impl Into<String>,
        source: SourceId,
        dialect: &'static str,
        platform: Platform,
    ) -> Device {
        Device {
            name: name.into(),
            hostname: None,
            source,
            dialect,
            fragment: false,
            platform,
            neighbors: Vec::new(),
            policies: BTreeMap::new(),
            prefix_lists: BTreeMap::new(),
            community_lists: BTreeMap::new(),
            large_community_lists: BTreeMap::new(),
            extended_community_lists: BTreeMap::new(),
            as_path_lists: BTreeMap::new(),
            access_lists: BTreeMap::new(),
            policy_lists: BTreeMap::new(),
            interfaces: Vec::new(),
            originated: Vec::new(),
            announcements: Vec::new(),
            preferences: Vec::new(),
            unread: Vec::new(),
            refused: Vec::new(),
            lines: LineCounts::default(),
            readings: Vec::new(),
        }
    }

    pub fn prefix_list(&self, family: ListFamily, name: &str) -> Option<&PrefixList> {
        self.prefix_lists.get(&family)?.get(name)
    }

    pub fn access_list(&self, family: Family, name: &str) -> Option<&AccessList> {
        self.access_lists.get(&family)?.get(name)
    }
}

/// How many lines of a configuration ended in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineCounts {
    /// Neither blank nor comment.
    pub total: u32,
    /// Lines of policies, lists and BGP sections.
    pub relevant: u32,
    /// Of those: interpreted.
    pub read: u32,
    /// Of those: known to have no effect on which routes are accepted.
    pub ignored: u32,
}

/// What a line belongs to, so that only what matters is reported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    Policy(String),
    PrefixList(ListFamily, String),
    CommunityList(String),
    LargeCommunityList(String),
    ExtendedCommunityList(String),
    AsPathList(String),
    AccessList(Family, String),
    PolicyList(String),
    /// A neighbor, peer group or template: the addresses of the sessions it concerns, as in [`BgpNeighbor::address`].
    Neighbors(Vec<String>),
    /// The BGP process as a whole.
    Bgp,
}

#[derive(Debug, Clone)]
pub struct UnreadLine {
    pub span: Span,
    pub owner: Owner,
}

#[derive(Debug, Clone)]
pub struct RefusedLine {
    pub span: Span,
    pub owner: Owner,
    /// What the device does then: "drops the line; the entry matches every route".
    pub effect: String,
}

/// What a platform does where a configuration is silent or refers to nothing. Set by each dialect, with
/// the source of each fact beside it.
#[derive(Debug, Clone)]
pub struct Platform {
    /// As people call it: "Cisco IOS".
    pub name: &'static str,
    /// An undefined policy on a session accepts every route.
    pub undefined_policy_accepts: Truth,
    /// A called policy that is undefined counts as accepting (FRR `call`).
    pub undefined_call_accepts: Truth,
    /// An undefined list in a match holds for every route (`Yes`) or none (`No`).
    pub undefined_prefix_list_matches: Truth,
    pub undefined_community_list_matches: Truth,
    pub undefined_as_path_list_matches: Truth,
    pub undefined_access_list_matches: Truth,
    /// An undefined list attached to the session directly lets every route pass.
    pub undefined_session_filter_passes: Truth,
    /// A prefix list without entries holds for every route, in a match and attached to a session.
    pub empty_prefix_list_matches: Truth,
    pub empty_session_filter_passes: Truth,
    /// A prefix condition of the other address family holds (VRP) or fails.
    pub other_family_matches: Truth,
    /// A test for local preference 100 holds for a route whose local preference nobody has set yet.
    pub unset_local_preference_is_100: Truth,
    /// A route is announced to a neighbor whose AS is in its path already (the neighbor drops it then).
    pub sends_to_as_in_path: Truth,
    /// `exact-match` on an expression tests like an ordinary match (FRR) or is not known.
    pub exact_expression: ExactExpression,
}

impl Platform {
    /// A platform on which nothing undefined or empty ever matches, passes or accepts.
    pub const fn new(name: &'static str) -> Platform {
        Platform {
            name,
            undefined_policy_accepts: Truth::No,
            undefined_call_accepts: Truth::No,
            undefined_prefix_list_matches: Truth::No,
            undefined_community_list_matches: Truth::No,
            undefined_as_path_list_matches: Truth::No,
            undefined_access_list_matches: Truth::No,
            undefined_session_filter_passes: Truth::No,
            empty_prefix_list_matches: Truth::No,
            empty_session_filter_passes: Truth::No,
            other_family_matches: Truth::No,
            unset_local_preference_is_100: Truth::No,
            sends_to_as_in_path: Truth::Unknown,
            exact_expression: ExactExpression::Unknown,
        }
    }
}

/// What `exact-match` means for an expanded list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExactExpression {
    AsListed,
    Unknown,
}

/// A BGP session as configured, with everything it inherits resolved.
#[derive(Debug, Clone)]
pub struct BgpNeighbor {
    /// Address, interface name or range as written.
    pub address: Spanned<String>,
    /// The address where it is one.
    pub ip: Option<IpAddr>,
    pub remote_as: RemoteAs,
    /// Where the remote AS is written.
    pub remote_as_span: Option<Span>,
    /// Our AS on this session (`local-as` where set).
    pub local_as: Option<Asn>,
    pub vrf: Option<Spanned<String>>,
    /// The peer group or template it belongs to.
    pub group: Option<Spanned<String>>,
    pub description: Option<Spanned<String>>,
    /// Administratively down, and the line that says so.
    pub shutdown: Option<Span>,
    /// Whether BFD watches the session.
    pub bfd: Option<Span>,
    /// The line to point at for what is absent: usually the one that names the neighbor.
    pub span: Span,
    pub families: Vec<NeighborFamily>,
}

/// The AS on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemoteAs {
    Asn(Asn),
    /// Any AS but our own.
    External,
    /// Our own AS.
    Internal,
    /// Not in the file.
    Unknown,
}

/// A session in one address family.
#[derive(Debug, Clone)]
pub struct NeighborFamily {
    pub family: Family,
    pub active: bool,
    /// The line that activates or deactivates the family, else where `activate` belongs.
    pub active_span: Span,
    pub import: PolicyChain,
    pub export: PolicyChain,
    pub maximum_prefix: Option<Spanned<MaximumPrefix>>,
    /// How often our own AS may stand in a received path (`allowas-in`); 0 where not set.
    pub own_as_allowed: u32,
    /// Things after BGP import that may still keep routes out (table maps, VRF import), to be mentioned.
    pub beyond: Vec<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaximumPrefix {
    pub limit: u32,
    /// Only logs; the session stays up.
    pub warning_only: bool,
}

/// An addressed interface, for joining sessions to circuits and for BFD and mask checks.
#[derive(Debug, Clone)]
pub struct Interface {
    pub name: Spanned<String>,
    pub vrf: Option<Spanned<String>>,
    /// With host bits: the router's own address and the mask.
    pub addresses: Vec<Spanned<IpNet>>,
    pub shutdown: Option<Span>,
    pub bfd: Option<Span>,
}
