//! `default-route-advertised`: the default route is announced to Microsoft.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::announcing::{Announced, Outbound, outward};
use crate::session_findings::{Judged, SESSIONS, because_words, grouped};

pub(super) static RULE: Rule = Rule {
    name: "default-route-advertised",
    severity: Severity::Error,
    summary: "the default route is announced to Microsoft",
    page: include_str!("../../../../docs/rules/default-route-advertised.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in outward(cx) {
        if let Some(finding) = finding(&session) {
            let finding = finding.help(
                "keep the default route back: Microsoft accepts it on private peering only, and it would draw all \
                 of Microsoft's traffic to you",
            );
            findings.push(session.name_outbound(finding));
        }
    }
    found.extend(grouped(findings));
}

fn finding(session: &Judged<'_, '_>) -> Option<Diagnostic> {
    let default = session.verdicts.family.default_route();
    let announces = || RULE.at(format!("{SESSIONS} announces the default route to Microsoft: `{default}`"));
    let outbound = Outbound::new(session);
    if let Some(line) = outbound.default_originate() {
        return Some(announces().label(line, "sent whatever the policies say"));
    }
    let own = outbound.own_routes(|prefix| *prefix == default);
    let certain = own.iter().find(|own| own.is_certain());
    let Some(first) = certain.or(own.first()) else {
        let named = outbound.names_default()?;
        let finding = match named.because.as_slice() {
            [] => RULE.at(format!("{SESSIONS} lets the default route out to Microsoft: `{default}`")),
            because => RULE
                .at(format!(
                    "{SESSIONS} may let the default route out to Microsoft (`{default}`): {}",
                    because_words(because)
                ))
                .severity(Severity::Warning),
        };
        return Some(finding.label(named.place, "lets it out by name"));
    };
    let finding = match certain {
        Some(_) => announces(),
        None => RULE
            .at(format!(
                "{SESSIONS} may announce the default route to Microsoft (`{default}`): {}",
                because_words(&first.because)
            ))
            .severity(Severity::Warning),
    };
    Some(labelled(finding, first, &outbound).witness(first.witness()))
}

fn labelled(finding: Diagnostic, first: &Announced<'_>, outbound: &Outbound<'_>) -> Diagnostic {
    let mut finding = match first.place {
        Some(place) => finding.label(place, "let out here"),
        None => finding.label(outbound.attachment(), "nothing here keeps it back"),
    };
    finding = finding.label(first.route.span, "one of your own routes");
    if let Some(by) = first.route.by {
        finding = finding.label(by, "brought into BGP here");
    }
    finding
}
