//! What a router announces of its own: networks, aggregates, redistributed routes, and what it says of single
//! neighbors about it.

use crate::bgp::IpNet;
use crate::network::{BgpNeighbor, Device};
use crate::policy::PolicyChain;
use crate::source::{Span, Spanned};

/// Where a route came into the routing table from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    Bgp,
    Static,
    Connected,
    /// Made of more specific routes.
    Aggregate,
    /// One whose routes a configuration does not show: OSPF, IS-IS, RIP.
    Other,
}

/// A route that the configuration puts into BGP, as far as the file shows its prefix.
#[derive(Debug, Clone)]
pub struct Originated {
    pub prefix: IpNet,
    /// Where the prefix is written.
    pub span: Span,
    /// The line that brings it into BGP, where that is another one (`redistribute static`).
    pub by: Option<Span>,
    pub how: Origination,
    pub protocol: Protocol,
    pub vrf: Option<String>,
    /// What it passes on its way into BGP, before any neighbor's policies.
    pub through: PolicyChain,
    /// A neighbor announces it only where a policy accepts it: what falls through is kept back, whatever the
    /// session's own default says (Junos announces BGP routes by default, no others).
    pub needs_policy: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origination {
    /// `network`.
    Network,
    /// `aggregate-address`; with `suppresses`, its more specifics are kept back (`summary-only`).
    Aggregate { suppresses: bool },
    /// `redistribute`, or taken from the routing table by the neighbor's policies.
    Redistributed,
}

/// A line about what one neighbor, or the members of a group, are told beyond their policies.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// Address, group or template, as written.
    pub neighbor: String,
    pub vrf: Option<String>,
    pub kind: Spanned<AnnouncementKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnnouncementKind {
    /// The default route is sent whether the table has it or not (`default-originate`).
    DefaultRoute,
    /// Routes whose path holds the neighbor's AS are sent to it, or kept back.
    PeerAs { sent: bool },
}

impl Device {
    /// The line that says this about the neighbor, its group or its template. Groups serve every table.
    pub fn announcement(&self, neighbor: &BgpNeighbor, kind: AnnouncementKind) -> Option<Span> {
        let vrf = neighbor.vrf.as_ref().map(|vrf| vrf.value.as_str());
        let group = neighbor.group.as_ref().map(|group| group.value.as_str());
        let mut about = self.announcements.iter().filter(|told| {
            let named = told.neighbor == neighbor.address.value || group == Some(told.neighbor.as_str());
            named && (told.vrf.is_none() || told.vrf.as_deref() == vrf)
        });
        about
            .find(|told| told.kind.value == kind)
            .map(|told| told.kind.span)
    }

    /// The own route of that prefix in the neighbor's table.
    pub fn own_route(&self, neighbor: &BgpNeighbor, prefix: &IpNet) -> Option<&Originated> {
        let vrf = neighbor.vrf.as_ref().map(|vrf| vrf.value.as_str());
        let mut own = self.originated.iter();
        own.find(|own| own.prefix == *prefix && own.vrf.as_deref() == vrf)
    }
}
