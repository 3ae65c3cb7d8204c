//! `default-route-accepted`: the default route is accepted from Microsoft.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::session_findings::{SESSIONS, grouped, judged};

pub(super) static RULE: Rule = Rule {
    name: "default-route-accepted",
    severity: Severity::Error,
    summary: "the default route is accepted from Microsoft",
    page: include_str!("../../../../docs/rules/default-route-accepted.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in judged(cx).filter(|session| !session.chain().is_empty()) {
        let Some(sample) = &session.verdicts.default_accepted else { continue };
        let place = sample.decided_by.last().copied().unwrap_or_else(|| session.attachment());
        let finding = RULE
            .at(format!("{SESSIONS} accepts the default route: `{}`", sample.prefix))
            .label(place, "accepted here")
            .help("reject the default route: Microsoft peering never needs it, and it would draw all traffic into the circuit");
        findings.push(session.name(finding).witness(sample.witness()));
    }
    found.extend(grouped(findings));
}
