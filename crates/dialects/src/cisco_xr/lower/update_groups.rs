//! Which neighbors share an update group, as far as the configuration tells.
//!
//! Cisco, "IOS XR BGP Best Practice eBGP Transit AS" (document 200427, read 2026-11): a route is not sent to an AS that
//! stands first in its path where the neighbor is alone in its update group; where the group has several neighbors, it
//! is sent. Neighbors with the same outbound policy are put into one group where their other parameters match, too.

use std::collections::BTreeMap;

use pairlint_model::bgp::Family;
use pairlint_model::network::{Announcement, AnnouncementKind, Device, RemoteAs};
use pairlint_model::policy::{PolicyExpression, Truth};
use pairlint_model::source::{Span, Spanned};

/// The table, the family and the outbound policies of a group, and its members with the place of their policy.
type Groups<'d> = BTreeMap<(Option<&'d str>, Family, Vec<&'d str>), Vec<(&'d str, Span)>>;

/// Notes for each neighbor that may share its group that routes may be sent back to its AS.
pub(super) fn note(device: &mut Device) {
    let mut groups = Groups::new();
    for neighbor in &device.neighbors {
        if neighbor.remote_as == RemoteAs::Internal {
            continue;
        }
        let vrf = neighbor.vrf.as_ref().map(|vrf| vrf.value.as_str());
        for family in neighbor.families.iter().filter(|family| family.active) {
            let names = family.export.policies.iter().filter_map(|policy| match policy {
                PolicyExpression::Policy(name) => Some(name),
                _ => None,
            });
            let names: Vec<_> = names.collect();
            // Without a policy nothing is sent to an external neighbor.
            let Some(first) = names.first() else { continue };
            let span = first.span;
            let names = names.iter().map(|name| name.value.as_str()).collect();
            let members = groups.entry((vrf, family.family, names)).or_default();
            members.push((neighbor.address.value.as_str(), span));
        }
    }
    let shared = groups.into_iter().filter(|(_, members)| members.len() > 1);
    let notes = shared.flat_map(|((vrf, ..), members)| {
        members.into_iter().map(move |(neighbor, span)| Announcement {
            neighbor: neighbor.to_owned(),
            vrf: vrf.map(str::to_owned),
            family: None,
            kind: Spanned::new(span, AnnouncementKind::PeerAs { sent: Truth::Unknown }),
        })
    });
    let notes: Vec<Announcement> = notes.collect();
    device.announcements.extend(notes);
}
