//! `required-prefix-rejected`: the community gets in, but some of Power Platform does not.

use pairlint_model::bgp::{Community, IpNet};
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::session_findings::{Judged, SESSIONS, grouped, judged};
use crate::tables::Evidence;
use crate::verdicts::Lost;
use crate::words::communities;

/// Prefixes that a message spells out.
const SHOWN: usize = 6;

pub(super) static RULE: Rule = Rule {
    name: "required-prefix-rejected",
    severity: Severity::Error,
    summary: "routes to Power Platform addresses are rejected although their community is accepted in general",
    page: include_str!("../../../../docs/rules/required-prefix-rejected.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in judged(cx).filter(|session| !session.chain().is_empty()) {
        findings.extend(session.verdicts.lost.iter().map(|(&community, lost)| finding(cx, &session, community, lost)));
    }
    found.extend(grouped(findings));
}

fn finding(cx: &Context<'_>, session: &Judged<'_, '_>, community: Community, lost: &Lost) -> Diagnostic {
    let certain = lost.whatever_the_prefix || lost.evidence == Evidence::Supplied;
    let severity = if certain { Severity::Error } else { Severity::Warning };
    let quoted = cx.quoted(session.cloud, community);
    let (message, cause, help) = if lost.companions.is_empty() {
        let estimate = if certain { "" } else { " (by estimate)" };
        (
            format!(
                "{SESSIONS} accepts {quoted}, but rejects the routes to {} of its Power Platform prefixes{estimate}: {}",
                lost.prefixes,
                shown(&lost.space)
            ),
            "routes to these addresses are rejected".to_owned(),
            "let routes with this community in whatever their prefix; Microsoft changes prefixes every month".to_owned(),
        )
    } else {
        let companions = communities(cx, session.cloud, &lost.companions);
        (
            format!(
                "{SESSIONS} accepts {quoted} alone, but rejects its routes that also carry {companions}: {} Power \
                 Platform prefixes can be lost",
                lost.prefixes
            ),
            format!("fails for a route that carries {companions} as well"),
            "Microsoft sends service communities beside the regional one on the same route: match the regional \
             community without asking for an exact set, and do not deny by service before it"
                .to_owned(),
        )
    };
    let place = lost.sample.as_ref().and_then(|sample| sample.decided_by.last().copied());
    let place = match lost.companions.is_empty() {
        true => place.unwrap_or_else(|| session.attachment()),
        false => session.place_of(cx, community, lost.sample.as_ref()),
    };
    let finding = RULE.at(message).severity(severity).label(place, cause);
    let finding = session.evidence(finding, lost.sample.as_ref(), "the route of the witness is rejected here");
    let mut finding = session
        .name(finding)
        .help(help)
        .fact("communities", vec![community])
        .fact("companions", lost.companions.clone())
        .fact("prefixes", lost.space.iter().take(64).collect::<Vec<_>>())
        .fact("count", lost.prefixes as u64);
    finding.witness = lost.sample.as_ref().map(pairlint_eval::Sample::witness);
    finding
}

fn shown(space: &[IpNet]) -> String {
    let mut words: Vec<String> = space.iter().take(SHOWN).map(IpNet::to_string).collect();
    if space.len() > SHOWN {
        words.push(format!("… ({} in all)", space.len()));
    }
    words.join(", ")
}
