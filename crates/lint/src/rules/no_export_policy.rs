//! `no-export-policy`: a session to Microsoft without any export policy, on a platform that then announces routes.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::policy::Verdict;

use super::Rule;
use crate::Context;
use crate::announcing::outward;
use crate::session_findings::{SESSIONS, grouped};

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
        let effect = match default.verdict {
            // What is not announced needs no filter.
            Some(Verdict::Reject) => continue,
            Some(Verdict::Accept) => "so nothing keeps routes back",
            None => "so routes may go out unfiltered",
        };
        let family = session.verdicts.family;
        let mut finding = RULE
            .at(format!("{SESSIONS} has no {family} export policy, {effect}: {}", default.reason))
            .label(session.family.active_span, "no policy is attached outbound")
            .help("attach an export policy that permits your own public prefixes and nothing else");
        if let Some(span) = default.span {
            finding = finding.label(span, "this decides what happens without a policy");
        }
        findings.push(session.name_outbound(finding));
    }
    found.extend(grouped(findings));
}
