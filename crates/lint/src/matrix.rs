//! Both sides in one verdict: environment × circuit × session. Routes arrive where the route filter sends them,
//! the peering and the session are up, and the import policy accepts them.

use std::collections::BTreeMap;
use std::fmt;

use pairlint_model::bgp::{Community, Family};
use pairlint_model::network::Peering;

use crate::circuits::{self, CircuitView, Part};
use crate::context::Context;
use crate::environments::DeclaredEnvironment;
use crate::filters::FilterView;
use crate::joins::filter_reference;
use crate::reachability::reaches;
use crate::verdicts::{CommunityVerdict, SessionVerdicts};
use crate::words::and;

/// One environment over one session of one circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub environment: String,
    /// The geography's name.
    pub region: String,
    /// `None` where no circuit of the run is known to carry the session.
    pub circuit: Option<String>,
    /// `None` where the run holds no session of the circuit.
    pub session: Option<SessionName>,
    pub family: Family,
    pub verdict: Verdict,
    /// The first part that stops something.
    pub at: Option<Stop>,
    /// Why it is not met, in a few words; empty where it is.
    pub because: String,
    /// What becomes of each community that is required.
    pub communities: BTreeMap<Community, Passage>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionName {
    /// `device[/vrf]/neighbor`.
    pub name: String,
    pub device: String,
    pub vrf: Option<String>,
    pub neighbor: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    Met,
    /// Part of what is required gets through.
    Half,
    Blocked,
    Unknown,
}

/// The parts of a connection, in the order in which a route meets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stop {
    Circuit,
    Peering,
    RouteFilter,
    Session,
    ImportPolicy,
}

/// What becomes of the routes with a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Passage {
    Through,
    Stopped(Stop),
    Unknown,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Met => "met",
            Verdict::Half => "half",
            Verdict::Blocked => "blocked",
            Verdict::Unknown => "unknown",
        })
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stop::Circuit => "circuit",
            Stop::Peering => "peering",
            Stop::RouteFilter => "route-filter",
            Stop::Session => "session",
            Stop::ImportPolicy => "import-policy",
        })
    }
}

/// What one part does with a community, and why. In a reason `{}` stands for the communities that share it.
#[derive(Debug, Clone)]
enum Step {
    Passes,
    Stops(Stop, String),
    /// Some routes with the community are stopped.
    StopsSome(Stop, String),
    Unknown(String),
}

const COMMUNITIES: &str = "{}";

/// Puts reasons in words, each once.
fn words(reasons: &[(Community, String)]) -> String {
    let mut grouped: Vec<(&str, Vec<String>)> = Vec::new();
    for (community, why) in reasons {
        match grouped.iter_mut().find(|(known, _)| known == why) {
            Some((_, communities)) => communities.push(community.to_string()),
            None => grouped.push((why, vec![community.to_string()])),
        }
    }
    let texts = grouped.into_iter();
    let texts: Vec<String> = texts
        .map(|(why, communities)| why.replace(COMMUNITIES, &and(&communities)))
        .collect();
    and(&texts)
}

/// Judges every environment over every session, and over circuits without one.
pub fn rows(cx: &Context<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, environment) in cx.environments.iter().enumerate() {
        if environment.region_sets.is_empty() {
            continue;
        }
        for (circuit, _) in cx.circuits_of(index) {
            rows.extend(of_circuit(cx, index, environment, circuit));
        }
        let loose = cx.scope.peers_of(index).map(|(peer, _)| peer);
        let loose = loose.filter(|&peer| cx.peers.get(peer).is_some_and(|peer| peer.circuit.is_none()));
        for peer in loose {
            rows.extend(of_peer(cx, environment, None, peer));
        }
    }
    rows
}

fn of_circuit(
    cx: &Context<'_>,
    index: usize,
    environment: &DeclaredEnvironment<'_>,
    circuit: &CircuitView<'_>,
) -> Vec<Row> {
    let in_scope = |peer: &&usize| {
        let scopes = cx.scope.of_peer(**peer).iter();
        scopes.into_iter().any(|scoped| scoped.environment == index)
    };
    let own = cx.peers_of_circuit(circuit).iter().filter(in_scope);
    let mut rows: Vec<Row> = own
        .flat_map(|&peer| of_peer(cx, environment, Some(circuit), peer))
        .collect();
    if !rows.is_empty() {
        return rows;
    }
    match circuit.microsoft().next() {
        Some(peering) => {
            let families = Family::BOTH.into_iter();
            for family in families.filter(|&family| circuits::has_family(peering, family)) {
                let sent = |community| sent(cx, environment, circuit, peering, family, community);
                let accepted = |_| Step::Unknown("no session of this circuit is in the run".to_owned());
                rows.push(row(
                    environment,
                    Some(circuit.name()),
                    None,
                    family,
                    &sent,
                    &accepted,
                ));
            }
        }
        // A circuit without Microsoft peering has nothing to do with Power Platform.
        None if circuit.complete => {}
        None => {
            let unknown = |_| Step::Unknown("the peerings of this circuit are not in the export".to_owned());
            rows.push(row(
                environment,
                Some(circuit.name()),
                None,
                Family::Ipv4,
                &unknown,
                &unknown,
            ));
        }
    }
    rows
}

fn of_peer(
    cx: &Context<'_>,
    environment: &DeclaredEnvironment<'_>,
    circuit: Option<&CircuitView<'_>>,
    index: usize,
) -> Vec<Row> {
    let Some(peer) = cx.peers.get(index).filter(|peer| peer.is_microsoft()) else {
        return Vec::new();
    };
    let name = SessionName {
        name: peer.name.clone(),
        device: peer.device.name.clone(),
        vrf: peer.neighbor.vrf.as_ref().map(|vrf| vrf.value.clone()),
        neighbor: peer.neighbor.address.value.clone(),
    };
    let circuit_name = circuit.map(CircuitView::name);
    let sent_in = |family: Family, community: Community| match (circuit, peer.circuit_peering) {
        (Some(circuit), Some(peering)) => sent(cx, environment, circuit, peering, family, community),
        (Some(_), None) => Step::Unknown("the peering of this session is not in the export".to_owned()),
        (None, _) => Step::Unknown("no circuit of this session is in the run".to_owned()),
    };
    let down = |_| Step::Stops(Stop::Session, "the session is not active".to_owned());
    let of_peer = cx.verdicts_of(index);
    let any_active = of_peer.iter().any(|verdicts| verdicts.active);
    let mut rows = Vec::new();
    for verdicts in of_peer {
        // A family that is not activated beside one that is belongs to no session.
        if any_active && !verdicts.active {
            continue;
        }
        let family = verdicts.family;
        let sent = |community| sent_in(family, community);
        let accepted = |community| accepted(verdicts, community);
        let session = Some(name.clone());
        rows.push(row(environment, circuit_name, session, family, &sent, &accepted));
    }
    if rows.is_empty() {
        let family = peer.neighbor.ip.map_or(Family::Ipv4, Family::of_address);
        let sent = |community| sent_in(family, community);
        rows.push(row(environment, circuit_name, Some(name), family, &sent, &down));
    }
    rows
}

/// What Azure's side does with a community.
fn sent(
    cx: &Context<'_>,
    environment: &DeclaredEnvironment<'_>,
    circuit: &CircuitView<'_>,
    peering: &Peering,
    family: Family,
    community: Community,
) -> Step {
    // The peering may come from another export than the ones of this view; its own states count.
    let of_view = circuit
        .peerings
        .iter()
        .copied()
        .find(|own| std::ptr::eq(*own, peering));
    let obstacles = of_view.map(|peering| circuit.obstacles(peering, family));
    if let Some(obstacle) = obstacles.unwrap_or_default().first() {
        let stop = match obstacle.at {
            Part::Circuit => Stop::Circuit,
            Part::Peering => Stop::Peering,
        };
        return Step::Stops(stop, format!("`{}` is {}", obstacle.key, obstacle.state.value));
    }
    let Some(reference) = filter_reference(peering, family) else {
        return match circuits::is_legacy(peering) {
            true => Step::Unknown("a legacy peering without a route filter".to_owned()),
            false => Step::Stops(Stop::Peering, "it has no route filter".to_owned()),
        };
    };
    let cloud = cx.circuit_cloud(circuit.index);
    if cloud.is_some() && environment.cloud.is_some() && cloud != environment.cloud {
        return Step::Stops(Stop::Circuit, "it is in another cloud".to_owned());
    }
    let regions = environment.region_sets.iter().flat_map(|set| &set.regions);
    let mut regions = regions.filter(|region| region.community == Some(community));
    if regions.any(|region| reaches(cx, circuit, &region.name) == Some(false)) {
        return Step::Stops(
            Stop::Circuit,
            format!("its SKU brings no route with {COMMUNITIES}"),
        );
    }
    let filters = cx.filters_at(peering, family);
    let name = reference
        .value
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let passes = |view: &&FilterView<'_>| view.passing.contains(&community);
    if filters.is_empty() {
        Step::Unknown(format!("route filter `{name}` is not in the run"))
    } else if filters.iter().all(&passes) {
        Step::Passes
    } else if filters.iter().all(|view| view.complete && !passes(view)) {
        Step::Stops(Stop::RouteFilter, format!("`{name}` lacks {COMMUNITIES}"))
    } else if filters.iter().any(|view| !view.complete) {
        Step::Unknown(format!("route filter `{name}` is not known whole"))
    } else {
        Step::Unknown(format!("two exports of route filter `{name}` differ"))
    }
}

/// What the router does with a community.
fn accepted(verdicts: &SessionVerdicts, community: Community) -> Step {
    if !verdicts.active {
        return Step::Stops(Stop::Session, "the session is not active".to_owned());
    }
    if verdicts.serves(community) {
        return Step::Passes;
    }
    match verdicts.verdict(community) {
        CommunityVerdict::Unsure => Step::Unknown(format!("what becomes of {COMMUNITIES} is not certain")),
        CommunityVerdict::None => Step::Stops(
            Stop::ImportPolicy,
            format!("no route with {COMMUNITIES} is accepted"),
        ),
        CommunityVerdict::All | CommunityVerdict::Some => {
            let why = format!("only some routes with {COMMUNITIES} are accepted");
            Step::StopsSome(Stop::ImportPolicy, why)
        }
    }
}

type Steps<'s> = &'s dyn Fn(Community) -> Step;

fn row(
    environment: &DeclaredEnvironment<'_>,
    circuit: Option<&str>,
    session: Option<SessionName>,
    family: Family,
    sent: Steps<'_>,
    accepted: Steps<'_>,
) -> Row {
    let through = |community: Community| match (sent(community), accepted(community)) {
        (Step::Passes, other) => other,
        // Where one part stops it, what is not known of the other does not matter.
        (Step::Unknown(why), Step::Passes | Step::Unknown(_)) => Step::Unknown(why),
        (Step::Unknown(_), stop) => stop,
        (stop, _) => stop,
    };
    let coverage = environment.coverage(|community| matches!(through(community), Step::Passes));
    let set = coverage
        .as_ref()
        .map(|coverage| coverage.set)
        .or(environment.region_sets.first());
    let required = set.into_iter().flat_map(|set| set.communities());
    let communities: BTreeMap<Community, Passage> = required
        .map(|community| {
            let passage = match through(community) {
                Step::Passes => Passage::Through,
                Step::Stops(stop, _) | Step::StopsSome(stop, _) => Passage::Stopped(stop),
                Step::Unknown(_) => Passage::Unknown,
            };
            (community, passage)
        })
        .collect();
    let (mut stops, mut reasons, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    let mut partly = false;
    let missing = coverage
        .as_ref()
        .map(|coverage| coverage.missing_communities())
        .unwrap_or_default();
    for community in missing {
        match through(community) {
            Step::Passes => {}
            Step::Stops(stop, why) => {
                stops.push(stop);
                reasons.push((community, why));
            }
            Step::StopsSome(stop, why) => {
                partly = true;
                stops.push(stop);
                reasons.push((community, why));
            }
            Step::Unknown(why) => unknown.push((community, why)),
        }
    }
    let undocumented = set.is_none_or(|set| !set.is_documented());
    let present = partly || communities.values().any(|passage| *passage == Passage::Through);
    let verdict = match (stops.is_empty(), unknown.is_empty() && !undocumented) {
        (true, true) => Verdict::Met,
        (true, false) => Verdict::Unknown,
        (false, _) if present => Verdict::Half,
        (false, true) => Verdict::Blocked,
        (false, false) => Verdict::Unknown,
    };
    reasons.extend(unknown);
    let mut because = vec![words(&reasons)];
    if undocumented {
        because.push("not every Azure region has a documented community".to_owned());
    }
    because.retain(|text| !text.is_empty());
    Row {
        environment: environment.declared.name.clone(),
        region: environment.region().to_owned(),
        circuit: circuit.map(str::to_owned),
        session,
        family,
        verdict,
        at: stops.into_iter().min(),
        because: and(&because),
        communities,
    }
}

#[cfg(test)]
mod tests;
