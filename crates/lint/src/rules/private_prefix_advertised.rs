//! `private-prefix-advertised`: private address space is announced to Microsoft.

use pairlint_model::bgp::IpNet;
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::announcing::{Announced, Outbound, is_private, listed, outward};
use crate::session_findings::{Judged, SESSIONS, because_words, grouped};

pub(super) static RULE: Rule = Rule {
    name: "private-prefix-advertised",
    severity: Severity::Error,
    summary: "private address space is announced to Microsoft",
    page: include_str!("../../../../docs/rules/private-prefix-advertised.md"),
    check,
};

const HELP: &str = "announce only public prefixes of your own: permit them by a prefix list outbound, and nothing else";

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in outward(cx) {
        let outbound = Outbound::new(&session);
        let (certain, open): (Vec<_>, Vec<_>) =
            outbound.own_routes(is_private).into_iter().partition(Announced::is_certain);
        if let Some(first) = certain.first() {
            let prefixes = prefixes(&certain);
            let message = format!("{SESSIONS} announces private address space to Microsoft: {}", listed(&prefixes));
            findings.push(about(&session, &outbound, first, RULE.at(message), prefixes));
        } else if let Some(first) = open.first() {
            let prefixes = prefixes(&open);
            let message = format!(
                "{SESSIONS} may announce private address space to Microsoft ({}): {}",
                listed(&prefixes),
                because_words(&first.because),
            );
            let finding = RULE.at(message).severity(Severity::Warning);
            findings.push(about(&session, &outbound, first, finding, prefixes));
        } else if !session.family.export.is_empty() && outbound.is_open() {
            // Without any policy `no-export-policy` says it.
            let finding = RULE
                .at(format!("{SESSIONS} announces every route to Microsoft, private ones too: its policy has no condition"))
                .severity(Severity::Warning)
                .label(outbound.attachment(), "lets every route out")
                .help(HELP);
            findings.push(session.name_outbound(finding));
        }
    }
    found.extend(grouped(findings));
}

fn prefixes(announced: &[Announced<'_>]) -> Vec<IpNet> {
    announced.iter().map(|announced| announced.route.prefix).collect()
}

fn about(
    session: &Judged<'_, '_>,
    outbound: &Outbound<'_>,
    first: &Announced<'_>,
    finding: Diagnostic,
    prefixes: Vec<IpNet>,
) -> Diagnostic {
    let mut finding = match first.place {
        Some(place) => finding.label(place, "let out here"),
        None => finding.label(outbound.attachment(), "nothing here keeps it back"),
    };
    finding = finding.label(first.route.span, "one of your own routes");
    if let Some(by) = first.route.by {
        finding = finding.label(by, "brought into BGP here");
    }
    let finding = finding
        .help(HELP)
        .fact("prefixes", prefixes.iter().map(ToString::to_string).collect::<Vec<_>>())
        .witness(first.witness());
    session.name_outbound(finding)
}
