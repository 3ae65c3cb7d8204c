//! `uneven-sessions`: the two sessions of a circuit do not let in the same routes.

use std::collections::BTreeMap;

use pairlint_model::bgp::Family;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::policy::Verdict;

use super::Rule;
use crate::Context;
use crate::comparing::{self, Difference};
use crate::session_findings::{Judged, judged};
use crate::settings::Absence;
use crate::words;

pub(super) static RULE: Rule = Rule {
    name: "uneven-sessions",
    severity: Severity::Warning,
    summary: "the sessions of one circuit do not accept the same routes",
    page: include_str!("../../../../docs/rules/uneven-sessions.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if cx.settings.absence == Absence::NamedFiles {
        return;
    }
    // Only sessions proven to be of one circuit are compared.
    let mut circuits: BTreeMap<(usize, Family), Vec<Judged<'_, '_>>> = BTreeMap::new();
    for session in judged(cx) {
        if let Some(circuit) = session.peer.circuit {
            circuits.entry((circuit, session.verdicts.family)).or_default().push(session);
        }
    }
    for ((circuit, _), sessions) in &circuits {
        let Some((first, rest)) = sessions.split_first() else { continue };
        for other in rest {
            if let Some(difference) = comparing::difference(cx, first, other) {
                found.extend(finding(cx, *circuit, (first, other), &difference));
            }
        }
    }
}

fn finding(
    cx: &Context<'_>,
    circuit: usize,
    (one, other): (&Judged<'_, '_>, &Judged<'_, '_>),
    difference: &Difference,
) -> Option<Diagnostic> {
    let (sample, other_sample) = &difference.samples;
    let ((accepting, accepted), (rejecting, rejected)) = match sample.verdict {
        Verdict::Accept => ((one, sample), (other, other_sample)),
        Verdict::Reject => ((other, other_sample), (one, sample)),
    };
    // A route that nobody needs is only worth as much as accepting it is.
    let severity = match difference.needed {
        true => RULE.severity,
        false => accepting.too_much(cx, RULE.severity)?,
    };
    let communities = &rejected.communities;
    let carrying = match communities.is_empty() {
        true => "without communities".to_owned(),
        false => format!("with {}", words::communities(cx, rejecting.cloud, communities)),
    };
    let name = cx.network.circuits.get(circuit).map_or("", |circuit| circuit.display_name());
    let last = |judged: &Judged<'_, '_>, sample: &pairlint_eval::Sample| {
        sample.decided_by.last().copied().unwrap_or_else(|| judged.attachment())
    };
    let accepts = format!("`{}` accepts the route here", accepting.peer.name);
    let finding = RULE
        .at(format!(
            "the sessions of circuit `{name}` are not alike: `{}` accepts {} {carrying}, `{}` rejects it",
            accepting.peer.name, rejected.prefix, rejecting.peer.name
        ))
        .severity(severity)
        .label(last(rejecting, rejected), format!("`{}` rejects the route here", rejecting.peer.name))
        .label(last(accepting, accepted), accepts)
        .help("give both sessions the same import policy: after a failover the routes should be the same")
        .fact("circuit", name)
        .fact("sessions", vec![accepting.peer.name.as_str(), rejecting.peer.name.as_str()])
        .fact("communities", communities.as_slice());
    Some(rejecting.name(finding).witness(rejected.witness()))
}
