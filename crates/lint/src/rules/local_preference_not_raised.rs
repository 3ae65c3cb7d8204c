//! `local-preference-not-raised`: there is another way to Microsoft, and nothing makes this one the better.

use std::collections::BTreeSet;

use pairlint_eval::Sample;
use pairlint_model::bgp::{Asn, MICROSOFT};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::{BgpNeighbor, Device, RemoteAs};
use pairlint_model::policy::Action;
use pairlint_model::source::Span;

use super::Rule;
use crate::Context;
use crate::peers::Peer;
use crate::reach;
use crate::session_findings::{Judged, SESSIONS, grouped, is_regional, judged};

pub(super) static RULE: Rule = Rule {
    name: "local-preference-not-raised",
    severity: Severity::Note,
    summary: "there is more than one way to Microsoft, and accepted routes keep the default local preference",
    page: include_str!("../../../../docs/rules/local-preference-not-raised.md"),
    check,
};

/// The local preference of a route that no policy gives one (RFC 4271 leaves it to the implementation; 100
/// everywhere).
const DEFAULT: u32 = 100;

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let circuits: BTreeSet<usize> = cx
        .peers
        .iter()
        .filter(|peer| peer.is_microsoft() && peer.is_active())
        .filter_map(|peer| peer.circuit)
        .collect();
    let mut findings = Vec::new();
    for session in judged(cx).filter(|session| !session.chain().is_empty()) {
        let Some(sample) = plain_route(cx, &session) else { continue };
        let beside = internet_neighbor(&session);
        let (other_way, span) = match beside {
            Some((neighbor, asn)) => (format!("AS {asn} may announce the same prefixes"), Some(neighbor.span)),
            None if circuits.len() > 1 && session.peer.circuit.is_some() => {
                let circuit = other_circuit(cx, session.peer);
                (format!("{} circuits of this run lead to Microsoft", circuits.len()), circuit)
            }
            None => continue,
        };
        let place = sample.decided_by.last().copied().unwrap_or_else(|| session.attachment());
        let mut finding = RULE
            .at(format!("{SESSIONS} leaves accepted routes at the default local preference {DEFAULT}"))
            .label(place, "accepted here without a local preference of its own")
            .help(
                "set a local preference above 100 where the routes are accepted (Microsoft's example uses 150), so \
                 that traffic leaves by the circuit that is meant for it",
            );
        if let Some(span) = span {
            finding = finding.label(span, other_way);
        }
        findings.push(session.name(finding).witness(sample.witness()));
    }
    found.extend(grouped(findings));
}

/// An accepted route of a required community (else of any regional one) whose local preference is the default.
fn plain_route<'c>(cx: &Context<'_>, session: &Judged<'c, '_>) -> Option<&'c Sample> {
    // A weight decides on the router itself before the local preference is looked at.
    if weighs(session.peer.device, session) {
        return None;
    }
    let required = cx.required_at_peer(session.verdicts.peer);
    let answers = session.verdicts.answers.iter();
    let of_interest = answers.filter(|(community, _)| match required.is_empty() {
        true => is_regional(**community),
        false => required.contains(community),
    });
    let mut accepted = of_interest.filter_map(|(_, answer)| answer.accepted.as_ref());
    accepted.find(|sample| sample.local_preference.is_none_or(|value| value == DEFAULT))
}

fn weighs(device: &Device, session: &Judged<'_, '_>) -> bool {
    if device.preference(session.peer.neighbor).is_some() {
        return true;
    }
    let reach = reach::reach(device, session.chain());
    let mut policies = reach.policies.iter().filter_map(|name| device.policies.get(*name));
    policies.any(|policy| {
        let mut statements = policy.statements.iter();
        statements.any(|statement| {
            let mut actions = statement.actions.iter();
            actions.any(|action| matches!(action.value, Action::SetWeight(_)))
        })
    })
}

/// Another neighbor of the router, in the same VRF and family, that is some other public network.
fn internet_neighbor<'a>(session: &Judged<'_, 'a>) -> Option<(&'a BgpNeighbor, Asn)> {
    let own = session.peer.neighbor;
    let same_table = |neighbor: &&BgpNeighbor| {
        let vrf = |of: &BgpNeighbor| of.vrf.as_ref().map(|vrf| vrf.value.clone());
        let active = |neighbor: &BgpNeighbor| {
            let mut families = neighbor.families.iter();
            families.any(|family| family.active && family.family == session.verdicts.family)
        };
        neighbor.shutdown.is_none() && vrf(neighbor) == vrf(own) && active(neighbor)
    };
    let neighbors = session.peer.device.neighbors.iter().filter(same_table);
    let mut public = neighbors.filter_map(|neighbor| match neighbor.remote_as {
        RemoteAs::Asn(asn) if asn != MICROSOFT && !is_private(asn) => Some((neighbor, asn)),
        _ => None,
    });
    public.find(|(neighbor, asn)| own.remote_as != RemoteAs::Asn(*asn) && own.local_as != Some(*asn) && neighbor.address != own.address)
}

/// Private use (RFC 6996): the network's own sites, not the internet.
fn is_private(asn: Asn) -> bool {
    matches!(asn.0, 64_512..=65_534 | 4_200_000_000..=4_294_967_294)
}

/// A session of another circuit, to point at.
fn other_circuit(cx: &Context<'_>, own: &Peer<'_>) -> Option<Span> {
    let mut others = cx.peers.iter().filter(|peer| peer.is_microsoft() && peer.is_active());
    let other = others.find(|peer| peer.circuit.is_some() && peer.circuit != own.circuit);
    other.map(|peer| peer.neighbor.span)
}
