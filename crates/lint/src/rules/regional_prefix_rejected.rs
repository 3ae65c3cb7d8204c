//! `regional-prefix-rejected`: routes of a needed region that lead to none of Power Platform are rejected.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::session_findings::{SESSIONS, grouped, judged};

pub(super) static RULE: Rule = Rule {
    name: "regional-prefix-rejected",
    severity: Severity::Note,
    summary: "routes of a needed Azure region are rejected, none of them to Power Platform",
    page: include_str!("../../../../docs/rules/regional-prefix-rejected.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in judged(cx).filter(|session| !session.chain().is_empty()) {
        for (&community, lost) in &session.verdicts.lost_regional {
            let quoted = cx.quoted(session.cloud, community);
            let message = format!(
                "{SESSIONS} rejects {} of {quoted}, {} to Power Platform",
                match lost.prefixes {
                    1 => "1 known route".to_owned(),
                    many => format!("{many} known routes"),
                },
                if lost.prefixes == 1 { "which does not lead" } else { "none of which leads" },
            );
            let place = lost.sample.as_ref().and_then(|sample| sample.decided_by.last().copied());
            let finding = RULE
                .at(message)
                .label(place.unwrap_or_else(|| session.attachment()), "these routes are rejected here")
                .help("nothing to do for Power Platform; other services of the region may be missed");
            let mut finding = session
                .name(finding)
                .fact("communities", vec![community])
                .fact("count", lost.prefixes as u64);
            finding.witness = lost.sample.as_ref().map(pairlint_eval::Sample::witness);
            findings.push(finding);
        }
    }
    found.extend(grouped(findings));
}
