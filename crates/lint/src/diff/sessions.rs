//! The sessions to Microsoft of two states, matched by device, VRF, neighbor and family.

use std::collections::BTreeSet;

use pairlint_eval::Because;
use pairlint_model::bgp::Family;
use pairlint_model::network::{BgpNeighbor, Device, MaximumPrefix, NeighborFamily, Owner, RemoteAs};
use pairlint_model::source::{Sources, Span};

use super::alike::words;
use super::routes::{self, Side};
use super::{Diff, Presence, SessionChange, SettingChange, pairs};
use crate::context::Context;
use crate::judging::arriving_paths;
use crate::peers::Peer;
use crate::settings::PeeringKind;
use crate::tables::Cloud;

/// A session in one address family.
#[derive(Clone, Copy)]
struct Session<'c, 'a> {
    peer: &'c Peer<'a>,
    family: &'a NeighborFamily,
    cloud: Option<Cloud>,
}

/// Device, VRF, neighbor, family; all in lower case.
type Key = (String, String, String, Family);

pub(super) fn compare<'a>(old: &Context<'a>, new: &Context<'a>, diff: &mut Diff) {
    // Where each state is one router, that router is meant, whatever it is called.
    let single = old.network.devices.len() == 1 && new.network.devices.len() == 1;
    let paired = pairs(
        sessions(old, single).into_iter(),
        sessions(new, single).into_iter(),
    );
    for (_, (before, after)) in paired {
        if before.is_some() && after.is_some() {
            diff.compared_sessions += 1;
        }
        diff.sessions.extend(change(old, new, before, after));
    }
    diff.sessions
        .sort_by(|a, b| (&a.name, a.family).cmp(&(&b.name, b.family)));
}

fn sessions<'c, 'a>(cx: &'c Context<'a>, single: bool) -> Vec<(Key, Session<'c, 'a>)> {
    let mut sessions = Vec::new();
    for (index, peer) in cx.peers.iter().enumerate() {
        let neighbor = peer.neighbor;
        let vrf = neighbor.vrf.as_ref().map(|vrf| vrf.value.to_lowercase());
        let address = match neighbor.ip {
            Some(ip) => ip.to_string(),
            None => neighbor.address.value.to_lowercase(),
        };
        let device = match single {
            true => String::new(),
            false => peer.device.name.to_lowercase(),
        };
        for family in &neighbor.families {
            let key = (
                device.clone(),
                vrf.clone().unwrap_or_default(),
                address.clone(),
                family.family,
            );
            let session = Session {
                peer,
                family,
                cloud: cx.peer_cloud(index),
            };
            sessions.push((key, session));
        }
    }
    sessions
}

impl<'a> Session<'_, 'a> {
    fn presence(&self) -> Presence {
        presence(self.peer.neighbor, self.family)
    }

    /// The session as each reading of the text has it; where a reading has none, nothing arrives there.
    fn sides(&self) -> Vec<Option<Side<'a>>> {
        let peer = self.peer;
        let own = Side {
            device: peer.device,
            neighbor: peer.neighbor,
            family: self.family,
        };
        let active = |side: Side<'a>| presence(side.neighbor, side.family).is_active().then_some(side);
        let readings = peer.device.readings.iter();
        let others = readings.map(|reading| active(of_reading(reading, peer.neighbor, self.family.family)?));
        std::iter::once(active(own)).chain(others).collect()
    }
}

fn of_reading<'a>(device: &'a Device, known: &BgpNeighbor, family: Family) -> Option<Side<'a>> {
    let vrf = |neighbor: &BgpNeighbor| neighbor.vrf.as_ref().map(|vrf| vrf.value.clone());
    let mut neighbors = device.neighbors.iter();
    let neighbor =
        neighbors.find(|other| other.address.value == known.address.value && vrf(other) == vrf(known))?;
    let family = neighbor.families.iter().find(|other| other.family == family)?;
    Some(Side {
        device,
        neighbor,
        family,
    })
}

fn presence(neighbor: &BgpNeighbor, family: &NeighborFamily) -> Presence {
    match (neighbor.shutdown, family.active) {
        (Some(span), _) => Presence::Inactive(span),
        (None, false) => Presence::Inactive(family.active_span),
        (None, true) => Presence::Active(neighbor.span),
    }
}

fn change<'a>(
    old: &Context<'a>,
    new: &Context<'a>,
    before: Option<Session<'_, 'a>>,
    after: Option<Session<'_, 'a>>,
) -> Option<SessionChange> {
    let state = |session: Option<&Session<'_, '_>>| session.map_or(Presence::Absent, Session::presence);
    let (was, is) = (state(before.as_ref()), state(after.as_ref()));
    if !was.is_active() && !is.is_active() {
        return None;
    }
    let peer = after.map(|session| session.peer.name.clone());
    let name = peer.or(before.map(|session| session.peer.name.clone()))?;
    let family = after
        .map(|session| session.family.family)
        .or(before.map(|session| session.family.family))?;
    let mut change = SessionChange {
        name,
        family,
        old: was,
        new: is,
        routes: Vec::new(),
        settings: Vec::new(),
        unsure: Vec::new(),
    };
    if let (Some(before), Some(after)) = (&before, &after) {
        // The same text does the same, also where it is not understood.
        let text = |session: &Session<'_, '_>| new.sources.get(session.peer.device.source).text();
        let same_text = text(before) == text(after);
        let same_kind = before.peer.peering == after.peer.peering
            && before.peer.device.dialect == after.peer.device.dialect;
        if same_text && same_kind {
            return None;
        }
        if was.is_active() && is.is_active() {
            settings(old.sources, before, after, &mut change);
        }
    }
    let microsoft = |session: &Session<'_, '_>| session.peer.is_microsoft();
    let judged = before.as_ref().is_none_or(microsoft) && after.as_ref().is_none_or(microsoft);
    if judged && change.unsure.is_empty() {
        let cloud = after.and_then(|session| session.cloud);
        let cloud = cloud.or(before.and_then(|session| session.cloud));
        let sides = |session: Option<&Session<'_, 'a>>| session.map_or(vec![None], Session::sides);
        let (olds, news) = (sides(before.as_ref()), sides(after.as_ref()));
        routes::compare(new, cloud.unwrap_or(Cloud::Public), &olds, &news, &mut change);
    }
    let (Some(before), Some(after)) = (&before, &after) else {
        return Some(change);
    };
    if was.is_active() && is.is_active() {
        change.unsure.extend(unread(
            old.sources,
            before.peer,
            after.peer,
            "it is not there any more",
        ));
        change.unsure.extend(unread(
            old.sources,
            after.peer,
            before.peer,
            "it was not there before",
        ));
        let silent = change.routes.is_empty() && change.settings.is_empty() && change.unsure.is_empty();
        return (!silent).then_some(change);
    }
    Some(change)
}

/// What beside the policies decides which routes get in.
fn settings(sources: &Sources, old: &Session<'_, '_>, new: &Session<'_, '_>, change: &mut SessionChange) {
    let (before, after) = (old.peer.neighbor, new.peer.neighbor);
    let mut add = |what, old: String, new: String, old_span, new_span| {
        if old != new {
            change.settings.push(SettingChange {
                what,
                old,
                new,
                old_span,
                new_span,
            });
        }
    };
    let kind = |session: &Session<'_, '_>| match session.peer.peering {
        PeeringKind::Microsoft => "Microsoft peering".to_owned(),
        PeeringKind::Private => "private peering".to_owned(),
    };
    add(
        "peering",
        kind(old),
        kind(new),
        Some(before.span),
        Some(after.span),
    );
    let remote = |neighbor: &BgpNeighbor| match neighbor.remote_as {
        RemoteAs::Asn(asn) => asn.to_string(),
        RemoteAs::External => "external".to_owned(),
        RemoteAs::Internal => "internal".to_owned(),
        RemoteAs::Unknown => "not known".to_owned(),
    };
    let line = |neighbor: &BgpNeighbor| neighbor.remote_as_span.or(Some(neighbor.span));
    add(
        "remote AS",
        remote(before),
        remote(after),
        line(before),
        line(after),
    );
    // An AS that one of the texts leaves open is not another one.
    if let (Some(own), Some(other)) = (before.local_as, after.local_as) {
        let spans = (Some(before.span), Some(after.span));
        add("our AS", own.to_string(), other.to_string(), spans.0, spans.1);
    }
    let looped = |session: &Session<'_, '_>| match session.family.own_as_allowed {
        0 => "refused".to_owned(),
        times => format!("accepted up to {times} times"),
    };
    let places = (Some(old.family.active_span), Some(new.family.active_span));
    add("our AS in a path", looped(old), looped(new), places.0, places.1);
    let limit = |session: &Session<'_, '_>| match session.family.maximum_prefix.as_ref() {
        // One that only logs lets every route in.
        Some(limit) if !is_warning(&limit.value) => limit.value.limit.to_string(),
        _ => "no limit".to_owned(),
    };
    let place = |session: &Session<'_, '_>| {
        let limit = session.family.maximum_prefix.as_ref();
        limit.map(|limit| limit.span).or(Some(session.peer.neighbor.span))
    };
    add("maximum prefixes", limit(old), limit(new), place(old), place(new));
    let beyond = |session: &Session<'_, '_>| -> BTreeSet<String> {
        let lines = session.family.beyond.iter();
        lines.map(|&span| words(sources.slice(span))).collect()
    };
    let (known, other) = (beyond(old), beyond(new));
    for (session, texts) in [(old, &other), (new, &known)] {
        let changed = session
            .family
            .beyond
            .iter()
            .filter(|&&span| !texts.contains(&words(sources.slice(span))));
        change.unsure.extend(changed.map(|&span| Because {
            span: Some(span),
            text: "this applies after the policies, and is not the same on both sides".to_owned(),
        }));
    }
    let first = |session: &Session<'_, '_>| arriving_paths(session.peer.neighbor, session.family).first;
    if first(old) != first(new) {
        change.unsure.push(Because {
            span: line(after),
            text: "the neighbor is another AS, so other routes arrive".to_owned(),
        });
    }
}

fn is_warning(limit: &MaximumPrefix) -> bool {
    limit.warning_only
}

/// Lines about the session that were not interpreted and that the other state does not have.
fn unread(sources: &Sources, peer: &Peer<'_>, other: &Peer<'_>, text: &'static str) -> Vec<Because> {
    let lines = |peer: &Peer<'_>| -> Vec<(Span, String)> {
        let address = &peer.neighbor.address.value;
        let concerns = |owner: &Owner| match owner {
            Owner::Bgp => true,
            Owner::Neighbors(addresses) => addresses.contains(address),
            _ => false,
        };
        let unread = peer.device.unread.iter().filter(|line| concerns(&line.owner));
        unread
            .map(|line| (line.span, words(sources.slice(line.span))))
            .collect()
    };
    let known: BTreeSet<String> = lines(other).into_iter().map(|(_, line)| line).collect();
    let lines = lines(peer).into_iter().filter(|(_, line)| !known.contains(line));
    lines
        .map(|(span, _)| Because {
            span: Some(span),
            text: format!("this line is not interpreted, and {text}"),
        })
        .collect()
}
