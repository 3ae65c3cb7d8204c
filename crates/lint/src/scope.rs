//! Which environments each filter, circuit and session has to serve.
//!
//! Each kind of thing follows its own keys where an environment gives them (`route-filters`, `circuits`,
//! `devices` and `sessions`). Where it gives none for the kind, a filter follows its circuit, a circuit its
//! filters and sessions, a session its circuit. What neither a key nor a join decides is in scope.

use pairlint_model::network::Network;

use crate::filters::FilterView;
use crate::glob;
use crate::joins::{Joins, circuit_names, filter_names};
use crate::peers::Peer;
use crate::settings::Environment;

/// The scopes of a run. The indices are those of the network and of the peers.
#[derive(Debug, Default)]
pub struct Scope {
    filters: Vec<Vec<InScope>>,
    circuits: Vec<Vec<InScope>>,
    peers: Vec<Vec<InScope>>,
    /// For each environment, its globs that matched nothing although there was something to match.
    unmatched: Vec<Vec<Unmatched>>,
}

/// An environment in whose scope a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InScope {
    /// Index into the environments.
    pub environment: usize,
    pub by: ScopedBy,
}

/// Why a thing is in an environment's scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScopedBy {
    /// The environment's keys say so, directly or through what the thing is joined to.
    Key,
    /// Nothing says otherwise.
    Default,
}

/// A scope key whose globs match nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    pub key: &'static str,
    pub globs: Vec<String>,
}

impl Scope {
    pub fn new(
        environments: &[Environment],
        network: &Network,
        filters: &[FilterView<'_>],
        joins: &Joins<'_>,
        peers: &[Peer<'_>],
    ) -> Scope {
        let mut scope = Scope {
            filters: vec![Vec::new(); filters.len()],
            circuits: vec![Vec::new(); network.circuits.len()],
            peers: vec![Vec::new(); peers.len()],
            unmatched: Vec::new(),
        };
        let mut peers_of_circuit = vec![Vec::new(); network.circuits.len()];
        for (index, peer) in peers.iter().enumerate() {
            if let Some(of_circuit) = peer.circuit.and_then(|circuit| peers_of_circuit.get_mut(circuit)) {
                of_circuit.push(index);
            }
        }
        for (index, environment) in environments.iter().enumerate() {
            let matched = Matched::new(environment, network, filters, peers);
            scope.unmatched.push(matched.unmatched(environment));
            let decided = Decided::new(&matched, joins, &peers_of_circuit, peers, network);
            for (into, decided) in [
                (&mut scope.filters, &decided.filters),
                (&mut scope.circuits, &decided.circuits),
                (&mut scope.peers, &decided.peers),
            ] {
                for (into, decision) in into.iter_mut().zip(decided) {
                    let by = match decision {
                        Some(true) => ScopedBy::Key,
                        Some(false) => continue,
                        None => ScopedBy::Default,
                    };
                    into.push(InScope {
                        environment: index,
                        by,
                    });
                }
            }
        }
        // Private peering serves no environment: Power Platform is reached over Microsoft peering alone.
        for (of_peer, peer) in scope.peers.iter_mut().zip(peers) {
            if !peer.is_microsoft() {
                of_peer.clear();
            }
        }
        scope
    }

    pub fn of_filter(&self, filter: usize) -> &[InScope] {
        self.filters.get(filter).map_or(&[], Vec::as_slice)
    }

    pub fn of_circuit(&self, circuit: usize) -> &[InScope] {
        self.circuits.get(circuit).map_or(&[], Vec::as_slice)
    }

    /// The scope of a session, by its index into the peers; always empty on private peering.
    pub fn of_peer(&self, peer: usize) -> &[InScope] {
        self.peers.get(peer).map_or(&[], Vec::as_slice)
    }

    /// The filters in an environment's scope.
    pub fn filters_of(&self, environment: usize) -> impl Iterator<Item = (usize, ScopedBy)> {
        members(&self.filters, environment)
    }

    pub fn circuits_of(&self, environment: usize) -> impl Iterator<Item = (usize, ScopedBy)> {
        members(&self.circuits, environment)
    }

    pub fn peers_of(&self, environment: usize) -> impl Iterator<Item = (usize, ScopedBy)> {
        members(&self.peers, environment)
    }

    /// The environment's keys that match nothing, although the run holds things of their kind.
    pub fn unmatched(&self, environment: usize) -> &[Unmatched] {
        self.unmatched.get(environment).map_or(&[], Vec::as_slice)
    }
}

fn members(scopes: &[Vec<InScope>], environment: usize) -> impl Iterator<Item = (usize, ScopedBy)> {
    scopes.iter().enumerate().filter_map(move |(index, scope)| {
        let found = scope.iter().find(|in_scope| in_scope.environment == environment);
        found.map(|in_scope| (index, in_scope.by))
    })
}

/// What an environment's keys match; `None` for a kind without keys.
struct Matched {
    filters: Option<Vec<bool>>,
    circuits: Option<Vec<bool>>,
    peers: Option<Vec<bool>>,
}

impl Matched {
    fn new(
        environment: &Environment,
        network: &Network,
        filters: &[FilterView<'_>],
        peers: &[Peer<'_>],
    ) -> Matched {
        let Environment {
            route_filters,
            circuits,
            devices,
            sessions,
            ..
        } = environment;
        let filters = filters
            .iter()
            .map(|view| glob::any_matches(route_filters, filter_names(view.filter)));
        let of_circuits = network.circuits.iter();
        let of_circuits = of_circuits.map(|circuit| glob::any_matches(circuits, circuit_names(circuit)));
        let of_peers = peers.iter().map(|peer| {
            glob::any_matches(devices, [peer.device.name.as_str()])
                || glob::any_matches(sessions, [peer.name.as_str()])
        });
        Matched {
            filters: (!route_filters.is_empty()).then(|| filters.collect()),
            circuits: (!circuits.is_empty()).then(|| of_circuits.collect()),
            peers: (!devices.is_empty() || !sessions.is_empty()).then(|| of_peers.collect()),
        }
    }

    fn unmatched(&self, environment: &Environment) -> Vec<Unmatched> {
        let sessions = [environment.devices.as_slice(), environment.sessions.as_slice()].concat();
        let session_key = match environment.devices.is_empty() {
            true => "sessions",
            false => "devices",
        };
        let kinds = [
            (
                "route-filters",
                &self.filters,
                environment.route_filters.as_slice(),
            ),
            ("circuits", &self.circuits, environment.circuits.as_slice()),
            (session_key, &self.peers, sessions.as_slice()),
        ];
        let unmatched = kinds.into_iter().filter_map(|(key, matched, globs)| {
            let matched = matched.as_ref()?;
            let nothing = !matched.is_empty() && !matched.iter().any(|&hit| hit);
            nothing.then(|| Unmatched {
                key,
                globs: globs.to_vec(),
            })
        });
        unmatched.collect()
    }
}

/// In scope, out of scope, or not decided by any key.
struct Decided {
    filters: Vec<Option<bool>>,
    circuits: Vec<Option<bool>>,
    peers: Vec<Option<bool>>,
}

impl Decided {
    fn new(
        matched: &Matched,
        joins: &Joins<'_>,
        peers_of_circuit: &[Vec<usize>],
        peers: &[Peer<'_>],
        network: &Network,
    ) -> Decided {
        let hit = |hits: &Option<Vec<bool>>, index: usize| hits.as_ref()?.get(index).copied();
        let circuits: Vec<Option<bool>> = (0..network.circuits.len())
            .map(|circuit| {
                if matched.circuits.is_some() {
                    return hit(&matched.circuits, circuit);
                }
                let of_filters = joins.filters_of_circuit(circuit).iter();
                let of_filters = of_filters.map(|&filter| hit(&matched.filters, filter));
                let of_peers = peers_of_circuit.get(circuit).into_iter().flatten();
                any(of_filters.chain(of_peers.map(|&peer| hit(&matched.peers, peer))))
            })
            .collect();
        let of_circuit = |circuit: usize| circuits.get(circuit).copied().flatten();
        let filters = (0..network.route_filters.len())
            .map(|filter| match matched.filters {
                Some(_) => hit(&matched.filters, filter),
                None => any(joins
                    .circuits_of_filter(filter)
                    .iter()
                    .map(|&circuit| of_circuit(circuit))),
            })
            .collect();
        let peers = peers
            .iter()
            .enumerate()
            .map(|(index, peer)| match matched.peers {
                Some(_) => hit(&matched.peers, index),
                None => peer.circuit.and_then(of_circuit),
            })
            .collect();
        Decided {
            filters,
            circuits,
            peers,
        }
    }
}

/// In scope where one is, out of scope where one is decided and none is in.
fn any(decisions: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    decisions.flatten().reduce(|a, b| a || b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Case;

    /// Names the filters, circuits and sessions in the scope of the first environment; a `?` marks what is
    /// there by default only.
    #[track_caller]
    fn check(case: Case, expected: &str) {
        let described = case.with_context(|cx| {
            let mark = |name: &str, by| match by {
                ScopedBy::Key => name.to_owned(),
                ScopedBy::Default => format!("{name}?"),
            };
            let filters = cx
                .scope
                .filters_of(0)
                .map(|(i, by)| mark(cx.filters[i].name(), by));
            let circuits = cx.scope.circuits_of(0);
            let circuits = circuits.map(|(i, by)| mark(cx.network.circuits[i].display_name(), by));
            let peers = cx.scope.peers_of(0).map(|(i, by)| mark(&cx.peers[i].name, by));
            filters.chain(circuits).chain(peers).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(described, expected);
    }

    /// Two circuits with a filter and a session each, and one filter and one session that hang on nothing.
    fn network(change: impl FnOnce(&mut Environment)) -> Case {
        Case::new()
            .environment("europe", change)
            .filter("rf-eu", &[])
            .id("/s/rf-eu")
            .filter("rf-uk", &[])
            .id("/s/rf-uk")
            .filter("rf-alone", &[])
            .circuit("er-eu", "192.0.2.0/30", Some("/s/RF-EU/"))
            .circuit("er-uk", "192.0.2.4/30", Some("/s/rf-uk"))
            .router("edge-eu", "192.0.2.2", &[])
            .router("edge-uk", "192.0.2.6", &[])
            .router("edge-alone", "192.0.2.10", &[])
    }

    #[test]
    fn without_keys_everything_is_in_scope() {
        let all = "rf-eu? rf-uk? rf-alone? er-eu? er-uk? edge-eu/192.0.2.2? edge-uk/192.0.2.6? \
                   edge-alone/192.0.2.10?";
        check(network(|_| ()), all);
    }

    #[test]
    fn filters_lead_to_circuits_and_sessions() {
        let case = network(|environment| environment.route_filters = vec!["RF-EU".to_owned()]);
        check(case, "rf-eu er-eu edge-eu/192.0.2.2 edge-alone/192.0.2.10?");
        let case = network(|environment| environment.route_filters = vec!["/s/rf-e?".to_owned()]);
        check(case, "rf-eu er-eu edge-eu/192.0.2.2 edge-alone/192.0.2.10?");
    }

    #[test]
    fn circuits_lead_both_ways() {
        let case = network(|environment| environment.circuits = vec!["er-uk".to_owned()]);
        check(
            case,
            "rf-uk rf-alone? er-uk edge-uk/192.0.2.6 edge-alone/192.0.2.10?",
        );
    }

    #[test]
    fn devices_and_sessions_lead_to_circuits_and_filters() {
        let case = network(|environment| environment.devices = vec!["edge-eu".to_owned()]);
        check(case, "rf-eu rf-alone? er-eu edge-eu/192.0.2.2");
        let case = network(|environment| environment.sessions = vec!["*/192.0.2.6".to_owned()]);
        check(case, "rf-uk rf-alone? er-uk edge-uk/192.0.2.6");
    }

    #[test]
    fn each_kind_follows_its_own_key() {
        let case = network(|environment| {
            environment.route_filters = vec!["rf-alone".to_owned()];
            environment.devices = vec!["edge-alone".to_owned()];
        });
        check(case, "rf-alone edge-alone/192.0.2.10");
    }

    #[test]
    fn a_shared_filter_does_not_carry_scope_to_another_circuit() {
        let case = network(|environment| environment.circuits = vec!["er-eu".to_owned()]);
        let case =
            case.circuit("er-us", "192.0.2.12/30", Some("/s/rf-eu"))
                .router("edge-us", "192.0.2.14", &[]);
        check(
            case,
            "rf-eu rf-alone? er-eu edge-eu/192.0.2.2 edge-alone/192.0.2.10?",
        );
    }

    #[test]
    fn private_peering_is_in_no_scope() {
        let case = Case::region("europe").router("edge1", "10.0.0.2", &[]);
        check(case, "");
        let case = Case::region("europe")
            .private_circuit("er", "192.0.2.0/30")
            .router("edge1", "192.0.2.2", &[]);
        check(case, "er?");
    }
}
