//! `private-prefix-accepted`: private, documentation or multicast address space is accepted from Microsoft.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::session_findings::{SESSIONS, grouped, judged};

pub(super) static RULE: Rule = Rule {
    name: "private-prefix-accepted",
    severity: Severity::Error,
    summary: "private, documentation or multicast address space is accepted from Microsoft",
    page: include_str!("../../../../docs/rules/private-prefix-accepted.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in judged(cx).filter(|session| !session.chain().is_empty()) {
        let Some(sample) = &session.verdicts.private_accepted else { continue };
        let place = sample.decided_by.last().copied().unwrap_or_else(|| session.attachment());
        let finding = RULE
            .at(format!("{SESSIONS} accepts routes to private or special-purpose space: `{}`", sample.prefix))
            .label(place, "accepted here")
            .help("reject RFC 1918, unique local, documentation and multicast space before anything is accepted");
        findings.push(session.name(finding).witness(sample.witness()));
    }
    found.extend(grouped(findings));
}
