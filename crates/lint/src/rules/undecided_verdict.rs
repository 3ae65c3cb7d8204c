//! `undecided-verdict`: it cannot be told whether something required gets in, or something unneeded stays out.

use std::collections::BTreeSet;

use pairlint_eval::Because;
use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::session_findings::{Judged, SESSIONS, because_words, grouped, judged};
use crate::settings::Filtering;
use crate::verdicts::CommunityVerdict;
use crate::words::communities;

/// Communities that a message spells out.
const SHOWN: usize = 4;

pub(super) static RULE: Rule = Rule {
    name: "undecided-verdict",
    severity: Severity::Warning,
    summary: "whether a required community gets in, or an unneeded one stays out, cannot be decided",
    page: include_str!("../../../../docs/rules/undecided-verdict.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in judged(cx) {
        let required = required(cx, &session);
        let finding = match required.0.is_empty() {
            false => {
                let words = words(cx, &session, &required.0);
                Some((format!("{SESSIONS}: it is not certain that routes with {words} get in"), required))
            }
            true => unneeded(cx, &session).map(|unneeded| {
                let words = words(cx, &session, &unneeded.0);
                (format!("{SESSIONS}: it is not certain that routes with {words} stay out"), unneeded)
            }),
        };
        let Some((message, (communities, because))) = finding else { continue };
        let because: Vec<Because> = because.into_iter().collect();
        let reason = because_words(&because);
        let mut places = because.iter().filter_map(|because| Some((because.span?, because.text.as_str())));
        let mut finding = match places.next() {
            Some((span, text)) => RULE.at(message).label(span, text),
            None => RULE.at(message).label(session.attachment(), reason.as_str()),
        };
        for (span, text) in places.take(3) {
            finding = finding.label(span, text);
        }
        findings.push(
            session
                .name(finding)
                .help("check by hand what the device does here, or write it in a way that leaves no doubt")
                .fact("communities", communities)
                .fact("because", reason),
        );
    }
    found.extend(grouped(findings));
}

type Doubt = (Vec<Community>, BTreeSet<Because>);

fn required(cx: &Context<'_>, session: &Judged<'_, '_>) -> Doubt {
    let mut doubt: Doubt = Default::default();
    for community in cx.required_at_peer(session.verdicts.peer) {
        if session.verdicts.verdict(community) == CommunityVerdict::Unsure {
            doubt.0.push(community);
            let answer = session.verdicts.answers.get(&community);
            doubt.1.extend(answer.into_iter().flat_map(|answer| answer.because.iter().cloned()));
        }
    }
    doubt
}

/// What nobody needs, where an environment is declared and the router is meant to keep it out.
fn unneeded(cx: &Context<'_>, session: &Judged<'_, '_>) -> Option<Doubt> {
    let unsure = &session.verdicts.unneeded_unsure;
    let judged = session.has_environment(cx)
        && cx.settings.filtering != Filtering::RouteFilter
        && !(cx.settings.filtering == Filtering::Both && session.filtered_upstream(cx))
        && session.verdicts.untagged_accepted.is_none();
    if unsure.is_empty() || !judged {
        return None;
    }
    let because = unsure.iter().flat_map(|(_, because)| because.iter().cloned()).collect();
    Some((unsure.iter().map(|(community, _)| *community).collect(), because))
}

fn words(cx: &Context<'_>, session: &Judged<'_, '_>, values: &[Community]) -> String {
    let words = communities(cx, session.cloud, &values[..values.len().min(SHOWN)]);
    match values.len() {
        0..=SHOWN => words,
        more => format!("{words} and {} more", more - SHOWN),
    }
}
