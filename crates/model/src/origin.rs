//! What a router announces of its own: networks, aggregates, redistributed routes, and what it says of single
//! neighbors about it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::bgp::{Family, IpNet};
use crate::network::{BgpNeighbor, Device};
use crate::policy::{PolicyChain, Truth};
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
    /// The only neighbors that are told, by their addresses as written, where each session says for itself what it
    /// announces (RouterOS); all of the table where `None`.
    pub to: Option<Arc<BTreeSet<String>>>,
    /// Why it is not certain that the route comes into BGP; `None` where it is.
    pub doubt: Option<&'static str>,
}

impl Originated {
    /// The route is one that the neighbor may be told: it is in its table, and meant for it.
    pub fn is_for(&self, neighbor: &BgpNeighbor) -> bool {
        let vrf = neighbor.vrf.as_ref().map(|vrf| vrf.value.as_str());
        let meant = self
            .to
            .as_ref()
            .is_none_or(|to| to.contains(&neighbor.address.value));
        self.vrf.as_deref() == vrf && meant
    }
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
    /// The family that it is about, where it is one.
    pub family: Option<Family>,
    pub kind: Spanned<AnnouncementKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnnouncementKind {
    /// The default route is sent whether the table has it or not (`default-originate`).
    DefaultRoute,
    /// Routes whose path holds the neighbor's AS are sent to it, or kept back, whatever the platform does by default.
    PeerAs { sent: Truth },
}

/// A line that makes what a neighbor brings better than what others bring, beside its policies: a weight, or a local
/// preference for what is received.
#[derive(Debug, Clone)]
pub struct Preference {
    /// Address, group or template, as written.
    pub neighbor: String,
    pub vrf: Option<String>,
    pub span: Span,
}

impl Device {
    /// The line that prefers the routes of the neighbor, its group or its template.
    pub fn preference(&self, neighbor: &BgpNeighbor) -> Option<Span> {
        let vrf = neighbor.vrf.as_ref().map(|vrf| vrf.value.as_str());
        let group = neighbor.group.as_ref().map(|group| group.value.as_str());
        let mut about = self.preferences.iter().filter(|said| {
            let named = said.neighbor == neighbor.address.value || group == Some(said.neighbor.as_str());
            named && (said.vrf.is_none() || said.vrf.as_deref() == vrf)
        });
        about.next().map(|said| said.span)
    }

    /// What is said of the neighbor, its group or its template. Groups serve every table.
    fn told<'a>(&'a self, neighbor: &'a BgpNeighbor) -> impl Iterator<Item = &'a Announcement> {
        let vrf = neighbor.vrf.as_ref().map(|vrf| vrf.value.as_str());
        let group = neighbor.group.as_ref().map(|group| group.value.as_str());
        self.announcements.iter().filter(move |told| {
            let named = told.neighbor == neighbor.address.value || group == Some(told.neighbor.as_str());
            named && (told.vrf.is_none() || told.vrf.as_deref() == vrf)
        })
    }

    /// The line that says this about the neighbor, its group or its template.
    pub fn announcement(
        &self,
        neighbor: &BgpNeighbor,
        family: Family,
        kind: AnnouncementKind,
    ) -> Option<Span> {
        let mut about = self.told(neighbor);
        about
            .find(|told| told.kind.value == kind && told.family.is_none_or(|of| of == family))
            .map(|told| told.kind.span)
    }

    /// Whether a route whose path holds the neighbor's AS is sent to it: what is said of the neighbor (of itself
    /// before its group), else what the platform does.
    pub fn sends_to_as_in_path(&self, neighbor: &BgpNeighbor) -> Truth {
        let of = |own: bool| {
            let mut about = self
                .told(neighbor)
                .filter(move |told| (told.neighbor == neighbor.address.value) == own);
            about.find_map(|told| match told.kind.value {
                AnnouncementKind::PeerAs { sent } => Some(sent),
                AnnouncementKind::DefaultRoute => None,
            })
        };
        of(true)
            .or_else(|| of(false))
            .unwrap_or(self.platform.sends_to_as_in_path)
    }

    /// The own route of that prefix in the neighbor's table.
    pub fn own_route(&self, neighbor: &BgpNeighbor, prefix: &IpNet) -> Option<&Originated> {
        let mut own = self.originated.iter();
        own.find(|own| own.prefix == *prefix && own.is_for(neighbor))
    }
}
