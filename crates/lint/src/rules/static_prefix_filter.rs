//! `static-prefix-filter`: routes come in by a list of addresses that somebody has to keep by hand.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::source::Span;

use super::Rule;
use crate::Context;
use crate::address_lists::{AddressTest, address_tests};
use crate::session_findings::{Judged, SESSIONS, grouped, is_regional, judged};
use crate::verdicts::CommunityVerdict;

pub(super) static RULE: Rule = Rule {
    name: "static-prefix-filter",
    severity: Severity::Warning,
    summary: "a session filters by a list of addresses, which has to follow Microsoft's changes by hand",
    page: include_str!("../../../../docs/rules/static-prefix-filter.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut findings = Vec::new();
    for session in judged(cx) {
        let Some(severity) = session.too_much(cx, RULE.severity) else { continue };
        let tests = address_tests(session.peer.device, session.chain());
        let Some((test, alone)) = decisive(cx, &session, &tests.tests, tests.communities) else { continue };
        let message = match (alone, test.name) {
            (true, Some(name)) => format!("{SESSIONS} filters by the networks of list `{name}`, not by community"),
            (true, None) => format!("{SESSIONS} filters by networks that the policy names, not by community"),
            (false, Some(name)) => {
                format!("{SESSIONS} accepts the regional communities only within the networks of list `{name}`")
            }
            (false, None) => {
                format!("{SESSIONS} accepts the regional communities only within networks that the policy names")
            }
        };
        let entries = test.entries.len();
        let finding = RULE
            .at(message)
            .severity(severity)
            .label(test.place, format!("{entries} {} kept by hand", if entries == 1 { "network" } else { "networks" }))
            .help(
                "accept by regional community: Microsoft changes its prefixes every month and keeps the communities \
                 up to date itself",
            );
        findings.push(session.name(finding).fact("count", entries as u64));
    }
    found.extend(grouped(findings));
}

/// The test on which acceptance hangs, and whether no community is looked at beside it.
fn decisive<'t, 'a>(
    cx: &Context<'_>,
    session: &Judged<'_, '_>,
    tests: &'t [AddressTest<'a>],
    communities: bool,
) -> Option<(&'t AddressTest<'a>, bool)> {
    let decided = |decided_by: &[Span]| {
        let mut tests = tests.iter();
        tests.find(|test| test.statement.is_none_or(|head| decided_by.contains(&head)))
    };
    let verdicts = session.verdicts;
    if !communities {
        let accepted = verdicts.untagged_accepted.as_ref().filter(|_| verdicts.untagged == CommunityVerdict::Some)?;
        return Some((decided(&accepted.decided_by)?, true));
    }
    let mut required = cx.required_at_peer(verdicts.peer);
    if required.is_empty() {
        required.extend(verdicts.communities.keys().filter(|community| is_regional(**community)));
    }
    let answers = required.iter().filter(|community| verdicts.verdict(**community) == CommunityVerdict::Some);
    let mut answers = answers.filter_map(|community| verdicts.answers.get(community));
    let test = answers.find_map(|answer| decided(&answer.accepted.as_ref()?.decided_by))?;
    Some((test, false))
}
