//! `untagged-route-accepted`: the policy does not filter by community.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::session_findings::{SESSIONS, grouped, judged};

pub(super) static RULE: Rule = Rule {
    name: "untagged-route-accepted",
    severity: Severity::Warning,
    summary: "routes without any of Microsoft's communities are accepted: the policy does not filter by community",
    page: include_str!("../../../../docs/rules/untagged-route-accepted.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in judged(cx).filter(|session| !session.chain().is_empty()) {
        let Some(sample) = &session.verdicts.untagged_accepted else { continue };
        let Some(severity) = session.too_much(cx, RULE.severity) else { continue };
        let place = sample.decided_by.last().copied().unwrap_or_else(|| session.attachment());
        let default = session.chain().default.reason;
        let cause = match sample.decided_by.is_empty() {
            true => format!("nothing here rejects the route, and then {default}"),
            false => "a route without communities is accepted here".to_owned(),
        };
        let finding = RULE
            .at(format!("{SESSIONS} accepts {} routes that carry no community of Microsoft's", session.verdicts.family))
            .severity(severity)
            .label(place, cause)
            .help("accept by regional community, and end the policy with a rejection of everything else");
        findings.push(session.name(finding).witness(sample.witness()));
    }
    found.extend(grouped(findings));
}
