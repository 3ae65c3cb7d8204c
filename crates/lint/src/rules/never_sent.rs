//! `never-sent`: a router lets in what never comes.

use pairlint_model::bgp::{Community, MICROSOFT};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::policy::Verdict;

use super::Rule;
use crate::Context;
use crate::filters::FilterView;
use crate::reach;
use crate::session_findings::{Judged, SESSIONS, grouped, judged};
use crate::verdicts::CommunityVerdict;
use crate::words::{and, communities};

pub(super) static RULE: Rule = Rule {
    name: "never-sent",
    severity: Severity::Note,
    summary: "a router accepts a community that the circuit's route filter never sends",
    page: include_str!("../../../../docs/rules/never-sent.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let findings = judged(cx).filter_map(|session| finding(cx, &session));
    found.extend(grouped(findings.collect()));
}

fn finding(cx: &Context<'_>, session: &Judged<'_, '_>) -> Option<Diagnostic> {
    let filters = session.peer.filters(session.verdicts.family);
    let filters: Vec<&FilterView<'_>> = filters.iter().filter_map(|&filter| cx.filters.get(filter)).collect();
    if filters.is_empty() || !filters.iter().all(|view| view.complete) {
        return None;
    }
    // What a policy spells out it expects; what an expression covers by the way it does not.
    let reach = reach::reach(session.peer.device, session.chain());
    let expected: Vec<_> = reach
        .literals
        .iter()
        .filter(|literal| literal.verdict == Verdict::Accept && u32::from(literal.community.asn) == MICROSOFT.0)
        .filter(|literal| {
            let verdict = session.verdicts.verdict(literal.community);
            matches!(verdict, CommunityVerdict::All | CommunityVerdict::Some)
        })
        .filter(|literal| !filters.iter().any(|view| view.passing.contains(&literal.community)))
        .collect();
    let first = expected.first()?;
    let mut values: Vec<Community> = expected.iter().map(|literal| literal.community).collect();
    values.sort_unstable();
    values.dedup();
    let names: Vec<String> = filters.iter().map(|view| format!("`{}`", view.name())).collect();
    let words = communities(cx, session.cloud, &values);
    let finding = RULE
        .at(format!(
            "{SESSIONS} waits for {} routes with {words}, which route filter {} never sends",
            session.verdicts.family,
            and(&names)
        ))
        .label(first.span, "accepted here")
        .label(filters.first()?.list_span(), "not sent from here")
        .help("add the communities to the route filter where they are needed, or take them out of the router's list")
        .fact("communities", values);
    Some(session.name(finding))
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(filter: &[&str], router: &[&str]) -> Case {
        Case::new()
            .circuit("er", "192.0.2.0/30", Some("/s/rf"))
            .filter("rf", filter)
            .id("/s/rf")
            .router("edge1", "192.0.2.2", router)
    }

    #[test]
    fn the_filter_is_narrower_than_the_policy() {
        case(&["12076:51002"], &["12076:51002", "12076:51003"]).finds(
            RULE,
            &["note: session `edge1/192.0.2.2` waits for ipv4 routes with `12076:51003` (North Europe), which route \
               filter `rf` never sends @ 12076:51003"],
        );
        case(&["12076:51002", "12076:51003"], &["12076:51002"]).finds(RULE, &[]);
    }

    #[test]
    fn a_filter_that_is_not_known_may_send_it() {
        Case::new()
            .circuit("er", "192.0.2.0/30", Some("/s/rf"))
            .unresolved_filter("rf")
            .id("/s/rf")
            .router("edge1", "192.0.2.2", &["12076:51003"])
            .finds(RULE, &[]);
        Case::new().router("edge1", "192.0.2.2", &["12076:51003"]).finds(RULE, &[]);
    }
}
