//! `unneeded-community-accepted`: routes come in that nobody needs.

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::Remedy;

use super::Rule;
use crate::Context;
use crate::remedies::shut_out;
use crate::session_findings::{SESSIONS, grouped, judged};
use crate::words::{communities, plain_list};

/// Communities that a message spells out.
const SHOWN: usize = 4;

pub(super) static RULE: Rule = Rule {
    name: "unneeded-community-accepted",
    severity: Severity::Warning,
    summary: "routes that carry only communities which nobody needs are accepted",
    page: include_str!("../../../../docs/rules/unneeded-community-accepted.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in judged(cx).filter(|session| session.has_environment(cx)) {
        // A policy that does not look at communities at all has a finding of its own.
        if session.chain().is_empty() || session.verdicts.untagged_accepted.is_some() {
            continue;
        }
        let Some((_, sample)) = session.verdicts.unneeded.first() else { continue };
        let Some(severity) = session.too_much(cx, RULE.severity) else { continue };
        let unneeded: Vec<Community> = session.verdicts.unneeded.iter().map(|(community, _)| *community).collect();
        let shown = &unneeded[..unneeded.len().min(SHOWN)];
        let mut words = communities(cx, session.cloud, shown);
        if unneeded.len() > SHOWN {
            words = format!("{words} and {} more", unneeded.len() - SHOWN);
        }
        let place = sample.decided_by.last().copied().unwrap_or_else(|| session.attachment());
        let finding = RULE
            .at(format!("{SESSIONS} accepts routes with {words}, which no declared environment needs"))
            .severity(severity)
            .label(place, "such routes are accepted here")
            .help("narrow the policy to the communities that are needed, or list these under `[allow]`");
        let remedy = shut_out(session.peer.device, session.chain(), &unneeded)
            .map(|changes| Remedy::guessed(format!("remove {}", plain_list(&unneeded)), changes));
        findings.push(session.name(finding).remedy(remedy).witness(sample.witness()).fact("communities", unneeded));
    }
    found.extend(grouped(findings));
}
