//! `blocked-by-router`: Microsoft sends what is required, and no session of the circuit lets it in.

use pairlint_model::bgp::{Community, Family};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::{Change, Remedy};

use super::Rule;
use crate::Context;
use crate::circuits::{CircuitView, links};
use crate::environments::DeclaredEnvironment;
use crate::outcomes::{self, EnvironmentVerdict};
use crate::remedies::{STILL_KEPT_OUT, let_in};
use crate::scope::ScopedBy;
use crate::session_findings::{Judged, judged_over};
use crate::verdicts::CommunityVerdict;
use crate::words::{and, communities, plain_list};

pub(super) static RULE: Rule = Rule {
    name: "blocked-by-router",
    severity: Severity::Error,
    summary: "a circuit's route filter sends a required community, and every session of the circuit rejects it",
    page: include_str!("../../../../docs/rules/blocked-by-router.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, environment) in cx.environments.iter().enumerate() {
        for (circuit, by) in cx.circuits_of(index) {
            for family in Family::BOTH {
                let sessions = judged_over(cx, circuit);
                let sessions: Vec<Judged<'_, '_>> =
                    sessions.filter(|session| session.verdicts.family == family).collect();
                if all_are_there(cx, circuit, family, &sessions) {
                    found.extend(finding(cx, environment, by, circuit, &sessions));
                }
            }
        }
    }
}

/// No session of the circuit is outside of the run. A run over folders holds all there are; in any other each link
/// has to have its session.
fn all_are_there(cx: &Context<'_>, circuit: &CircuitView<'_>, family: Family, sessions: &[Judged<'_, '_>]) -> bool {
    let has_session = |link: &pairlint_model::bgp::IpNet| {
        let mut addresses = sessions.iter().filter_map(|session| session.peer.neighbor.ip);
        addresses.any(|ip| link.contains(&ip))
    };
    let mut all = circuit.microsoft().flat_map(|peering| links(peering, family)).flatten();
    !sessions.is_empty() && (cx.exports.is_whole_tree() || all.all(|link| has_session(&link.value)))
}

fn finding(
    cx: &Context<'_>,
    environment: &DeclaredEnvironment<'_>,
    by: ScopedBy,
    circuit: &CircuitView<'_>,
    sessions: &[Judged<'_, '_>],
) -> Option<Diagnostic> {
    let first = sessions.first()?;
    let family = first.verdicts.family;
    let peering = first.peer.circuit_peering?;
    // What does not arrive is not blocked by the router.
    let up = circuit.peerings.iter().find(|own| std::ptr::eq(**own, peering));
    if up.is_some_and(|peering| !circuit.is_active(peering, family)) {
        return None;
    }
    let filters = cx.filters_at(peering, family);
    let sent = |community: &Community| {
        !filters.is_empty() && filters.iter().all(|view| view.passing.contains(community))
    };
    let rejected = |community| {
        let mut verdicts = sessions.iter().map(|session| session.verdicts.verdict(community));
        verdicts.all(|verdict| verdict == CommunityVerdict::None)
    };
    let coverage = environment.coverage(|community| !rejected(community))?;
    let blocked: Vec<Community> = coverage.missing_communities().into_iter().filter(sent).collect();
    let one = *blocked.first()?;
    let met = |judged: &crate::verdicts::SessionVerdicts| outcomes::at_session(judged, environment) == EnvironmentVerdict::Met;
    let stranger = by == ScopedBy::Default && coverage.present == 0 && cx.verdicts.iter().any(met);
    let severity = match environment.sure && !stranger {
        true => RULE.severity,
        false => Severity::Warning,
    };
    let words = communities(cx, first.cloud, &blocked);
    let names: Vec<String> = sessions.iter().map(|session| format!("`{}`", session.peer.name)).collect();
    let sessions_reject = match names.as_slice() {
        [one] => format!("its session {one} rejects it"),
        many => format!("its sessions {} reject it", and(many)),
    };
    let filter = filters.first()?;
    let answer = first.verdicts.answers.get(&one);
    let sample = answer.and_then(|answer| answer.rejected.as_ref());
    let mut finding = RULE
        .at(format!(
            "over circuit `{}` Microsoft sends {family} routes with {words}, and {sessions_reject}",
            circuit.name()
        ))
        .severity(severity)
        .label(first.place_of(cx, one, sample), format!("no route with `{one}` gets past the policy here"));
    if let Some(value) = filter.places(one).find(|value| value.allowed) {
        finding = finding.label(value.written.span, format!("route filter `{}` sends it", filter.name()));
    }
    for session in sessions.iter().skip(1) {
        let answer = session.verdicts.answers.get(&one);
        let sample = answer.and_then(|answer| answer.rejected.as_ref());
        let place = session.place_of(cx, one, sample);
        if finding.labels.iter().all(|label| label.span != place) {
            finding = finding.label(place, format!("nor here, on `{}`", session.peer.name));
        }
    }
    let name = &environment.declared.name;
    let mut help = format!("let the import policy of these sessions accept {words}, each by itself");
    if stranger {
        help.push_str(&format!(
            "; if this circuit serves something else, name the circuits of environment `{name}` in its `circuits`"
        ));
    }
    let certain = severity == Severity::Error && !environment.is_ambiguous();
    let mut finding = circuit
        .about(finding)
        .help(help)
        .remedy(permit(sessions, &blocked).filter(|_| certain))
        .fact("environment", name.as_str())
        .fact("region", environment.region())
        .fact("circuit", circuit.name())
        .fact("family", family.to_string())
        .fact("communities", blocked);
    finding.witness = sample.map(pairlint_eval::Sample::witness);
    Some(finding)
}

/// Lets the communities in on every session.
fn permit(sessions: &[Judged<'_, '_>], blocked: &[Community]) -> Option<Remedy> {
    let mut changes: Vec<Change> = Vec::new();
    for session in sessions {
        for change in let_in(session.peer.device, session.chain(), blocked)? {
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
    }
    let title = format!("permit {}, each by itself", plain_list(blocked));
    Some(Remedy::safe(title, changes).leaving(STILL_KEPT_OUT))
}

#[cfg(test)]
mod tests {
    use crate::settings::Absence;
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    fn case(first: &[&str], second: &[&str]) -> Case {
        Case::region("europe")
            .circuit("er", "192.0.2.0/30", Some("/s/rf"))
            .secondary("192.0.2.4/30")
            .filter("rf", &["12076:51002", "12076:51003"])
            .id("/s/rf")
            .router("edge1", "192.0.2.2", first)
            .router("edge2", "192.0.2.6", second)
    }

    #[test]
    fn both_sides_are_shown() {
        let found = case(&["12076:51002"], &["12076:51002"]).diagnostics(RULE);
        let finding = found.first().expect("a finding");
        assert_eq!(
            finding.message,
            "over circuit `er` Microsoft sends ipv4 routes with `12076:51003` (North Europe), and its sessions \
             `edge1/192.0.2.2` and `edge2/192.0.2.6` reject it"
        );
        let texts: Vec<&str> = finding.labels.iter().map(|label| label.text.as_str()).collect();
        assert!(texts.contains(&"route filter `rf` sends it"), "{texts:?}");
    }

    #[test]
    fn one_open_session_is_enough() {
        case(&["12076:51002"], &["12076:51002", "12076:51003"]).finds(RULE, &[]);
        case(&["12076:51002", "12076:51003"], &["12076:51002", "12076:51003"]).finds(RULE, &[]);
    }

    #[test]
    fn what_does_not_arrive_is_not_blocked() {
        let half = Case::region("europe")
            .circuit("er", "192.0.2.0/30", Some("/s/rf"))
            .filter("rf", &["12076:51002"])
            .id("/s/rf")
            .router("edge1", "192.0.2.2", &["12076:51002"]);
        half.finds(RULE, &[]);
        let down = Case::region("europe")
            .circuit("er", "192.0.2.0/30", Some("/s/rf"))
            .peering_state("Disabled")
            .filter("rf", &["12076:51002", "12076:51003"])
            .id("/s/rf")
            .router("edge1", "192.0.2.2", &["12076:51002"]);
        down.finds(RULE, &[]);
    }

    #[test]
    fn a_session_that_was_not_named_may_let_it_in() {
        let one = || {
            Case::region("europe")
                .circuit("er", "192.0.2.0/30", Some("/s/rf"))
                .secondary("192.0.2.4/30")
                .filter("rf", &["12076:51002", "12076:51003"])
                .id("/s/rf")
                .router("edge1", "192.0.2.2", &["12076:51002"])
        };
        assert_eq!(one().run(RULE).len(), 1);
        one().absence(Absence::NamedFiles).finds(RULE, &[]);
    }
}
