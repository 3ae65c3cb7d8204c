//! `inactive-session`: a session to Microsoft that is down, or active in no address family.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::outcomes::{self, EnvironmentVerdict};
use crate::peers::Peer;

pub(super) static RULE: Rule = Rule {
    name: "inactive-session",
    severity: Severity::Warning,
    summary: "a session to Microsoft is shut down, or active in no address family",
    page: include_str!("../../../../docs/rules/inactive-session.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, peer) in cx.peers.iter().enumerate().filter(|(_, peer)| peer.is_microsoft() && !peer.is_active()) {
        let (place, what, help) = match peer.neighbor.shutdown {
            // Shut down on purpose while others carry the traffic is nobody's defect.
            Some(_) if !peering_is_enabled(peer) && served_by_others(cx, index) => continue,
            Some(span) => (span, "is shut down", "remove the shutdown, or the session where it is no longer meant to be"),
            None => {
                let span = peer.neighbor.families.first().map_or(peer.neighbor.span, |family| family.active_span);
                (span, "is active in no address family", "activate the neighbor in its address family")
            }
        };
        found.push(
            RULE.at(format!("session `{}` {what}: it brings in no route", peer.name))
                .label(place, "no route arrives on this session")
                .help(help)
                .object(peer.name.as_str())
                .identity(peer.name.to_lowercase()),
        );
    }
}

/// The circuit's side of the session is up.
fn peering_is_enabled(peer: &Peer<'_>) -> bool {
    let state = peer.circuit_peering.and_then(|peering| peering.state.as_ref());
    state.is_some_and(|state| state.value.eq_ignore_ascii_case("enabled"))
}

/// Every environment of the session is met on another; without environments, another session is up.
fn served_by_others(cx: &Context<'_>, index: usize) -> bool {
    let others = || cx.verdicts.iter().filter(|verdicts| verdicts.active && verdicts.peer != index);
    let mut environments = cx.peer_environments(index).peekable();
    if environments.peek().is_none() {
        return others().next().is_some();
    }
    let met = |environment| others().any(|other| outcomes::at_session(other, environment) == EnvironmentVerdict::Met);
    environments.all(|(environment, _)| met(environment))
}
