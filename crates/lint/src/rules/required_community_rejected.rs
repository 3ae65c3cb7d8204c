//! `required-community-rejected`: no route that carries a required community gets in.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::Remedy;

use super::Rule;
use crate::Context;
use crate::environments::DeclaredEnvironment;
use crate::outcomes::{self, EnvironmentVerdict};
use crate::remedies::{STILL_KEPT_OUT, let_in};
use crate::scope::ScopedBy;
use crate::session_findings::{Judged, SESSIONS, grouped, judged};
use crate::verdicts::CommunityVerdict;
use crate::words::{communities, plain_list};

pub(super) static RULE: Rule = Rule {
    name: "required-community-rejected",
    severity: Severity::Error,
    summary: "a session to Microsoft accepts no route with the community of an Azure region that an environment needs",
    page: include_str!("../../../../docs/rules/required-community-rejected.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in judged(cx) {
        // A session without any policy has a finding of its own.
        if session.chain().is_empty() {
            continue;
        }
        for (environment, by) in cx.peer_environments(session.verdicts.peer) {
            findings.extend(finding(cx, &session, environment, by));
        }
    }
    found.extend(grouped(findings));
}

fn finding(
    cx: &Context<'_>,
    session: &Judged<'_, '_>,
    environment: &DeclaredEnvironment<'_>,
    by: ScopedBy,
) -> Option<Diagnostic> {
    let verdicts = session.verdicts;
    let coverage = environment.coverage(|community| verdicts.verdict(community) != CommunityVerdict::None)?;
    let missing = coverage.missing_communities();
    let first = *missing.first()?;
    let stranger = by == ScopedBy::Default
        && outcomes::at_session(verdicts, environment) == EnvironmentVerdict::Missing
        && cx.verdicts.iter().any(|other| outcomes::at_session(other, environment) == EnvironmentVerdict::Met);
    let severity = match environment.sure && !stranger {
        true => Severity::Error,
        false => Severity::Warning,
    };
    let rejected = verdicts.answers.get(&first).and_then(|answer| answer.rejected.as_ref());
    let words = communities(cx, session.cloud, &missing);
    let region = environment.region();
    let share = match coverage.present {
        0 => format!("nothing of {region} gets in"),
        _ => format!("half of {region} works until it fails over"),
    };
    let message = format!("{SESSIONS} rejects every {} route with {words}: {share}", verdicts.family);
    let mut finding = RULE
        .at(message)
        .severity(severity)
        .label(session.place_of(cx, first, rejected), format!("no route with `{first}` gets past the policy here"));
    finding = session.evidence(finding, rejected, "the route of the witness is rejected here");
    let name = &environment.declared.name;
    let mut help = format!("let the import policy accept {words}, each by itself");
    if stranger {
        help.push_str(&format!(
            "; if this session serves something else, name the sessions of environment `{name}` in its `sessions` or `devices`"
        ));
    }
    let title = format!("permit {}, each by itself", plain_list(&missing));
    let certain = severity == Severity::Error && !environment.is_ambiguous();
    let remedy = let_in(session.peer.device, session.chain(), &missing).map(|changes| match certain {
        true => Remedy::safe(title, changes),
        false => Remedy::guessed(title, changes),
    });
    let remedy = remedy.map(|remedy| remedy.leaving(STILL_KEPT_OUT));
    let mut finding = session
        .name(finding)
        .help(help)
        .remedy(remedy)
        .fact("environment", name.as_str())
        .fact("region", region)
        .fact("communities", missing);
    finding.witness = rejected.map(pairlint_eval::Sample::witness);
    Some(finding)
}
