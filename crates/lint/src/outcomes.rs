//! How each declared environment came out of a run.

use std::fmt;

use pairlint_model::bgp::{Community, Family};
use pairlint_model::network::Owner;

use crate::circuits::{self, CircuitView};
use crate::context::Context;
use crate::environments::DeclaredEnvironment;
use crate::joins::filter_reference;
use crate::peers::Peer;
use crate::reachability;
use crate::scope::ScopedBy;
use crate::verdicts::{CommunityVerdict, SessionVerdicts};

/// An environment in the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentOutcome {
    pub name: String,
    /// The geography's name.
    pub region: String,
    pub required: Vec<Community>,
    /// Names of the filters and sessions that were compared with the need, and of what is down.
    pub judged_on: Vec<String>,
    pub verdict: EnvironmentVerdict,
}

/// Whether everything that an environment requires is there; the worst of what it was judged on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EnvironmentVerdict {
    Met,
    Unsure,
    /// Part of what is required is there: it works until Microsoft moves the environment to its other region.
    Half,
    Missing,
    /// There was nothing to judge it on.
    Unchecked,
}

impl fmt::Display for EnvironmentVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EnvironmentVerdict::Met => "met",
            EnvironmentVerdict::Unsure => "unsure",
            EnvironmentVerdict::Half => "half",
            EnvironmentVerdict::Missing => "missing",
            EnvironmentVerdict::Unchecked => "unchecked",
        })
    }
}

/// Judges every environment.
pub fn outcomes(cx: &Context<'_>) -> Vec<EnvironmentOutcome> {
    let environments = cx.environments.iter().enumerate();
    environments
        .map(|(index, environment)| outcome(cx, index, environment))
        .collect()
}

/// How one environment came out.
pub fn outcome(cx: &Context<'_>, index: usize, environment: &DeclaredEnvironment<'_>) -> EnvironmentOutcome {
    let mut judged = Vec::new();
    if !environment.region_sets.is_empty() {
        let filters = cx.scope.filters_of(index);
        let filters: Vec<_> = filters
            .filter_map(|(filter, by)| {
                Some((
                    cx.filters.get(filter)?.name(),
                    by,
                    at_filter(cx, filter, environment),
                ))
            })
            .map(|(name, by, verdict)| (name.to_owned(), by, verdict))
            .collect();
        // A filter that is not verified may be the one.
        judged.extend(doubting_strangers(filters, may_serve));
        let active = cx.verdicts.iter().filter(|verdicts| verdicts.active);
        let sessions = active.filter_map(|verdicts| {
            let by = scoped_by(cx, verdicts.peer, index)?;
            let peer = cx.peers.get(verdicts.peer)?;
            let verdict = match at_session(verdicts, environment) {
                EnvironmentVerdict::Met if has_unread_lines(peer) => EnvironmentVerdict::Unsure,
                verdict => verdict,
            };
            Some((peer.name.clone(), by, verdict))
        });
        judged.extend(doubting_strangers(sessions.collect(), serves));
        // Where every session is down nothing arrives, whatever the filters send.
        let peers = || cx.scope.peers_of(index).map(|(peer, _)| peer);
        if !peers().any(|peer| cx.verdicts_of(peer).iter().any(|verdicts| verdicts.active)) {
            let down = peers().filter_map(|peer| Some(cx.peers.get(peer)?.name.clone()));
            judged.extend(down.map(|name| (name, EnvironmentVerdict::Missing)));
        }
        let circuits = cx.circuits_of(index).filter_map(|(circuit, by)| {
            let mut verdict = at_circuit(cx, circuit)?;
            // What the SKU does not bring is missing, unless another circuit brings it.
            let unreached = reachability::unreached(cx, circuit, index, environment);
            if let Some(unreached) = unreached.filter(|unreached| !unreached.elsewhere) {
                verdict = verdict.max(match unreached.all {
                    true => EnvironmentVerdict::Missing,
                    false => EnvironmentVerdict::Half,
                });
            }
            Some((circuit.name().to_owned(), by, verdict))
        });
        // Filters and sessions speak for a circuit that is up.
        let down = doubting_strangers(circuits.collect(), serves);
        judged.extend(down.filter(|(_, verdict)| *verdict != EnvironmentVerdict::Met));
    }
    let worst = judged.iter().map(|(_, verdict)| *verdict).max();
    let mut judged_on: Vec<String> = judged.into_iter().map(|(name, _)| name).collect();
    judged_on.dedup();
    EnvironmentOutcome {
        name: environment.declared.name.clone(),
        region: environment.region().to_owned(),
        required: environment.required().into_iter().collect(),
        judged_on,
        verdict: worst.unwrap_or(EnvironmentVerdict::Unchecked),
    }
}

/// Whether lines of the session itself, or of the BGP process, were not understood: they may keep routes out. Lines of
/// policies and lists are in the verdicts already.
fn has_unread_lines(peer: &Peer<'_>) -> bool {
    peer.device.unread.iter().any(|line| match &line.owner {
        Owner::Neighbors(addresses) => addresses.contains(&peer.neighbor.address.value),
        Owner::Bgp => true,
        _ => false,
    })
}

fn scoped_by(cx: &Context<'_>, peer: usize, environment: usize) -> Option<ScopedBy> {
    let scope = cx.scope.of_peer(peer).iter();
    let mut of_environment = scope.filter(|scoped| scoped.environment == environment);
    of_environment.next().map(|scoped| scoped.by)
}

/// Whether routes can arrive over a circuit at all: its Microsoft peering is up and has a route filter. `None`
/// for a circuit without that peering.
fn at_circuit(cx: &Context<'_>, circuit: &CircuitView<'_>) -> Option<EnvironmentVerdict> {
    let verdicts = circuit.microsoft().map(|peering| {
        let filtered = |family: &Family| filter_reference(peering, *family).is_some();
        let mut filtered = Family::BOTH.into_iter().filter(filtered).peekable();
        if filtered.peek().is_none() {
            // Which prefixes a legacy peering brings is told differently from page to page.
            return match circuits::is_legacy(peering) {
                true => EnvironmentVerdict::Unsure,
                false => EnvironmentVerdict::Missing,
            };
        }
        let mut open = filtered
            .filter(|&family| circuit.is_active(peering, family))
            .peekable();
        if open.peek().is_none() {
            return EnvironmentVerdict::Missing;
        }
        // What a filter that is not there sends is not verified.
        let here = open.any(|family| !cx.filters_at(peering, family).is_empty());
        match here || !cx.exports.is_whole_tree() {
            true => EnvironmentVerdict::Met,
            false => EnvironmentVerdict::Unsure,
        }
    });
    verdicts.max()
}

/// What a filter gives an environment.
pub fn at_filter(
    cx: &Context<'_>,
    filter: usize,
    environment: &DeclaredEnvironment<'_>,
) -> EnvironmentVerdict {
    let Some(view) = cx.filters.get(filter) else {
        return EnvironmentVerdict::Unsure;
    };
    let Some(coverage) = environment.coverage(|community| view.passing.contains(&community)) else {
        return EnvironmentVerdict::Unsure;
    };
    match (coverage.missing.is_empty(), view.complete, coverage.present) {
        (true, _, _) if coverage.set.is_documented() => EnvironmentVerdict::Met,
        (true, _, _) | (false, false, _) => EnvironmentVerdict::Unsure,
        (false, true, 0) => EnvironmentVerdict::Missing,
        (false, true, _) => EnvironmentVerdict::Half,
    }
}

/// What a session gives an environment.
pub fn at_session(verdicts: &SessionVerdicts, environment: &DeclaredEnvironment<'_>) -> EnvironmentVerdict {
    let Some(coverage) = environment.coverage(|community| verdicts.serves(community)) else {
        return EnvironmentVerdict::Unsure;
    };
    let open = |community| verdicts.verdict(community) == CommunityVerdict::Unsure;
    let partly = |community| verdicts.verdict(community) == CommunityVerdict::Some;
    let missing = coverage.missing_communities();
    if missing.is_empty() {
        match coverage.set.is_documented() {
            true => EnvironmentVerdict::Met,
            false => EnvironmentVerdict::Unsure,
        }
    } else if missing.iter().any(|&community| open(community)) {
        EnvironmentVerdict::Unsure
    } else if coverage.present > 0 || missing.iter().any(|&community| partly(community)) {
        EnvironmentVerdict::Half
    } else {
        EnvironmentVerdict::Missing
    }
}

fn serves(verdict: EnvironmentVerdict) -> bool {
    verdict == EnvironmentVerdict::Met
}

fn may_serve(verdict: EnvironmentVerdict) -> bool {
    matches!(verdict, EnvironmentVerdict::Met | EnvironmentVerdict::Unsure)
}

/// What is in scope only because nothing says otherwise and carries nothing of the environment, where something
/// else carries all of it, may be there for another purpose, or may be broken: it makes the environment unsure,
/// never met. Its own finding names the key that settles it.
fn doubting_strangers(
    judged: Vec<(String, ScopedBy, EnvironmentVerdict)>,
    serves: fn(EnvironmentVerdict) -> bool,
) -> impl Iterator<Item = (String, EnvironmentVerdict)> {
    let served = judged.iter().any(|(_, _, verdict)| serves(*verdict));
    judged.into_iter().map(move |(name, by, verdict)| {
        let stranger = served && by == ScopedBy::Default && verdict == EnvironmentVerdict::Missing;
        (
            name,
            if stranger {
                EnvironmentVerdict::Unsure
            } else {
                verdict
            },
        )
    })
}

/// Whether a filter is a stranger to the environment: nothing but the default puts it in scope and it carries
/// none of the need. It matters where [`served_by_a_filter`] holds: then the filter may be there for
/// something else.
pub fn is_stranger(
    cx: &Context<'_>,
    filter: usize,
    by: ScopedBy,
    environment: &DeclaredEnvironment<'_>,
) -> bool {
    by == ScopedBy::Default && at_filter(cx, filter, environment) == EnvironmentVerdict::Missing
}

/// Whether some filter in the environment's scope carries all of the need.
pub fn served_by_a_filter(cx: &Context<'_>, index: usize, environment: &DeclaredEnvironment<'_>) -> bool {
    let mut filters = cx.scope.filters_of(index);
    filters.any(|(filter, _)| serves(at_filter(cx, filter, environment)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, session_verdicts};

    /// Checks `verdict: judged on` of the first environment.
    #[track_caller]
    fn check(case: Case, expected: &str) {
        let report = case.report();
        let outcome = report.environments.first().expect("an environment");
        assert_eq!(
            format!("{}: {}", outcome.verdict, outcome.judged_on.join(", ")),
            expected
        );
    }

    #[test]
    fn filters_meet_an_environment() {
        let europe = || Case::region("europe");
        check(europe().filter("rf", &["12076:51002", "12076:51003"]), "met: rf");
        check(europe().filter("rf", &["12076:51002"]), "half: rf");
        check(europe().filter("rf", &["12076:5040"]), "missing: rf");
        check(europe().unresolved_filter("rf"), "unsure: rf");
        check(europe(), "unchecked: ");
        check(
            Case::region("sweden").filter("rf", &["12076:51002"]),
            "unsure: rf",
        );
        check(
            Case::region("china").filter("rf", &["12076:51002"]),
            "unchecked: ",
        );
    }

    #[test]
    fn the_worst_counts_and_strangers_raise_doubt() {
        let europe = || Case::region("europe").filter("rf", &["12076:51002", "12076:51003"]);
        check(europe().filter("other", &["12076:51002"]), "half: rf, other");
        check(europe().filter("m365", &["12076:5010"]), "unsure: rf, m365");
        // A filter that is not verified may be the one that serves it.
        let open = || Case::region("europe").unresolved_filter("rf");
        check(open().filter("m365", &["12076:5010"]), "unsure: rf, m365");
        check(open().filter("other", &["12076:51002"]), "half: rf, other");
        check(
            europe().route_filters(&["*"]).filter("m365", &["12076:5010"]),
            "missing: rf, m365",
        );
    }

    #[test]
    fn circuits_that_bring_nothing_do_not_meet_it() {
        let case = || {
            Case::region("europe")
                .filter("rf", &["12076:51002", "12076:51003"])
                .id("/s/rf")
                .circuit("er", "192.0.2.0/30", Some("/s/rf"))
                .circuit_location("westeurope")
                .peering_location("Amsterdam")
        };
        check(case(), "met: rf");
        check(case().peering_state("Disabled"), "missing: rf, er");
        check(case().sku("Local"), "half: rf, er");
        let other = case().sku("Local").circuit("er-2", "192.0.2.4/30", Some("/s/rf"));
        let other = other.circuit_location("westeurope").peering_location("Dublin");
        check(other.sku("Premium"), "met: rf");
        // A circuit that is down beside one that is up may be meant so.
        let spare = case().circuit("er-2", "192.0.2.4/30", Some("/s/rf"));
        check(spare.peering_state("Disabled"), "unsure: rf, er-2");
        let legacy = Case::region("europe").filter("rf", &["12076:51002", "12076:51003"]);
        check(
            legacy.circuit("er", "192.0.2.0/30", None).config(&[], &[], 1),
            "unsure: rf, er",
        );
        let unresolved = Case::region("europe").filter("rf", &["12076:51002", "12076:51003"]);
        check(
            unresolved.circuit("er", "192.0.2.0/30", Some("/s/other")),
            "unsure: rf, er",
        );
    }

    #[test]
    fn sessions_meet_an_environment() {
        use CommunityVerdict::{All, None, Some, Unsure};
        for (west, north, expected) in [
            (All, All, EnvironmentVerdict::Met),
            // Some routes are kept out, but none to Power Platform.
            (All, Some, EnvironmentVerdict::Met),
            (All, None, EnvironmentVerdict::Half),
            (All, Unsure, EnvironmentVerdict::Unsure),
            (None, None, EnvironmentVerdict::Missing),
        ] {
            let verdict = Case::region("europe")
                .router("edge1", "192.0.2.2", &[])
                .with_context(|cx| {
                    cx.verdicts = vec![session_verdicts(0, &[(51002, west), (51003, north)])];
                    outcomes(cx).first().expect("an environment").verdict
                });
            assert_eq!(verdict, expected, "{west} {north}");
        }
    }
}
