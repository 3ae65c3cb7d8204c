//! `no-export-policy`: a session to Microsoft without any export policy, on a platform that then announces routes.

use pairlint_model::bgp::Family;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::BgpNeighbor;
use pairlint_model::policy::Verdict;

use super::Rule;
use crate::Context;
use crate::announcing::outward;
use crate::peers::in_reading;
use crate::session_findings::{Judged, SESSIONS, grouped};

pub(super) static RULE: Rule = Rule {
    name: "no-export-policy",
    severity: Severity::Warning,
    summary: "a session to Microsoft has no export policy, and the platform then announces routes",
    page: include_str!("../../../../docs/rules/no-export-policy.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in outward(cx).filter(|session| session.family.export.is_empty()) {
        let default = &session.family.export.default;
        let verdict = verdict(&session);
        let reason = match (verdict, default.verdict) {
            (None, Some(_)) => "no line tells the platform or its version",
            _ => default.reason,
        };
        let effect = match verdict {
            // What is not announced needs no filter.
            Some(Verdict::Reject) => continue,
            Some(Verdict::Accept) => "so nothing keeps routes back",
            None => "so routes may go out unfiltered",
        };
        let family = session.verdicts.family;
        let severity = if shows_routes(cx, &session) {
            RULE.severity
        } else {
            Severity::Note
        };
        let mut finding = RULE
            .at(format!("{SESSIONS} has no {family} export policy, {effect}: {reason}"))
            .severity(severity)
            .label(session.family.active_span, "no policy is attached outbound")
            .help("attach an export policy that permits your own public prefixes and nothing else");
        if let Some(span) = default.span {
            finding = finding.label(span, "this decides what happens without a policy");
        }
        findings.push(session.name_outbound(finding));
    }
    found.extend(grouped(findings));
}

/// What becomes of routes without a policy; `None` where that is not certain, or not the same in every reading.
fn verdict(session: &Judged<'_, '_>) -> Option<Verdict> {
    let (peer, family) = (session.peer, session.verdicts.family);
    let first = session.family.export.default.verdict;
    let readings = peer.device.readings.iter();
    let mut others = readings.filter_map(|reading| in_reading(reading, peer.neighbor, family));
    first.filter(|first| others.all(|(_, other)| other.export.default.verdict == Some(*first)))
}

/// Whether the file shows routes that could go out on the session: the device's own, or those of a neighbor in the
/// same table that is not Microsoft.
fn shows_routes(cx: &Context<'_>, session: &Judged<'_, '_>) -> bool {
    let (device, neighbor) = (session.peer.device, session.peer.neighbor);
    let vrf = neighbor.vrf.as_ref().map(|vrf| vrf.value.as_str());
    let microsoft = |other: &BgpNeighbor| cx.peers.iter().any(|peer| std::ptr::eq(peer.neighbor, other));
    let mut own = device.originated.iter();
    let mut others = device.neighbors.iter();
    own.any(|route| route.is_for(neighbor) && Family::of(&route.prefix) == session.verdicts.family)
        || others.any(|other| {
            other.vrf.as_ref().map(|vrf| vrf.value.as_str()) == vrf && !microsoft(other)
        })
}
