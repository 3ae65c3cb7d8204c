//! `no-import-policy`: a session to Microsoft without any import policy.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::policy::Verdict;

use super::Rule;
use crate::Context;
use crate::session_findings::{SESSIONS, grouped, judged};

pub(super) static RULE: Rule = Rule {
    name: "no-import-policy",
    severity: Severity::Warning,
    summary: "a session to Microsoft has no import policy",
    page: include_str!("../../../../docs/rules/no-import-policy.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in judged(cx).filter(|session| session.chain().is_empty()) {
        let default = &session.chain().default;
        let (severity, effect, help) = match default.verdict {
            Some(Verdict::Reject) => (
                Some(Severity::Error),
                "every route is rejected",
                "attach an import policy that accepts the regional communities which are needed",
            ),
            Some(Verdict::Accept) => (
                session.too_much(cx, RULE.severity),
                "every route is accepted",
                "attach an import policy that accepts the needed regional communities and rejects the rest",
            ),
            None => (
                session.too_much(cx, RULE.severity),
                "what becomes of the routes is not certain",
                "attach an import policy that accepts the needed regional communities and rejects the rest",
            ),
        };
        let Some(severity) = severity else { continue };
        let family = session.verdicts.family;
        let mut finding = RULE
            .at(format!("{SESSIONS} has no {family} import policy, so {effect}: {}", default.reason))
            .severity(severity)
            .label(session.family.active_span, "no policy is attached inbound")
            .help(help);
        if let Some(span) = default.span {
            finding = finding.label(span, "this decides what happens without a policy");
        }
        findings.push(session.name(finding));
    }
    found.extend(grouped(findings));
}
