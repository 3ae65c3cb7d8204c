//! Azure's side: what route filters let through, and which filter stands at which peering.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_eval::Because;
use pairlint_model::bgp::{Community, Family, IpNet};
use pairlint_model::network::Peering;
use pairlint_model::source::Span;

use super::{Diff, FilterChange, FilterCommunityChange, PeeringChange, Presence, pairs};
use crate::circuits::{self, CircuitView};
use crate::context::Context;
use crate::filters::{Cause, FilterView};
use crate::joins::{filter_reference, id_key};
use crate::tables::{Cloud, CommunityKind};

/// Compares the route filters, by resource id, else by name.
pub(super) fn filters(old: &Context<'_>, new: &Context<'_>, diff: &mut Diff) {
    let keys = |cx: &Context<'_>, other: &Context<'_>| -> Vec<(String, usize)> {
        let views = cx.filters.iter().enumerate();
        views.map(|(at, view)| (key(view, other), at)).collect()
    };
    let paired = pairs(keys(old, new).into_iter(), keys(new, old).into_iter());
    for (_, (before, after)) in paired {
        let before = before.and_then(|at| Some((at, old.filters.get(at)?)));
        let after = after.and_then(|at| Some((at, new.filters.get(at)?)));
        if before.is_some() && after.is_some() {
            diff.compared_filters += 1;
        }
        let cloud = after.map(|(at, _)| new.filter_cloud(at));
        let cloud = cloud.or(before.map(|(at, _)| old.filter_cloud(at))).flatten();
        let (before, after) = (before.map(|(_, view)| view), after.map(|(_, view)| view));
        diff.filters.extend(filter(new, cloud, before, after));
    }
    diff.filters.sort_by(|a, b| a.name.cmp(&b.name));
}

/// The resource id; the name where one of the two states knows the filter by its name only.
fn key(view: &FilterView<'_>, other: &Context<'_>) -> String {
    let identity = view.identity();
    if view.filter.id.is_none() {
        return identity;
    }
    let name = view.name().to_lowercase();
    let mut others = other.filters.iter();
    let by_id = other.filters.iter().any(|other| other.identity() == identity);
    let by_name = others.any(|other| other.filter.id.is_none() && other.name().to_lowercase() == name);
    if by_name && !by_id { name } else { identity }
}

fn filter(
    cx: &Context<'_>,
    cloud: Option<Cloud>,
    old: Option<&FilterView<'_>>,
    new: Option<&FilterView<'_>>,
) -> Option<FilterChange> {
    let none = BTreeSet::new();
    let passing = |view: Option<&FilterView<'_>>| view.map_or(none.clone(), |view| view.passing.clone());
    let (before, after) = (passing(old), passing(new));
    let complete = |view: Option<&FilterView<'_>>| view.is_none_or(|view| view.complete);
    let mut communities = Vec::new();
    let mut unsure: BTreeSet<Because> = BTreeSet::new();
    for &community in before.symmetric_difference(&after) {
        let gained = after.contains(&community);
        // What is not known whole may hold the value all the same.
        let lacking = if gained { old } else { new };
        if !complete(lacking) {
            unsure.extend(lacking.into_iter().flat_map(unknown));
            continue;
        }
        communities.push(FilterCommunityChange {
            community,
            meaning: cx.meaning(cloud, community).map(str::to_owned),
            gained,
            prefix: prefix(cx, cloud, community),
            old: old.map(|view| place(view, community)),
            new: new.map(|view| place(view, community)),
        });
    }
    if complete(old) != complete(new) {
        let incomplete = [old, new].into_iter().flatten().filter(|view| !view.complete);
        unsure.extend(incomplete.flat_map(unknown));
    }
    let presence = |view: Option<&FilterView<'_>>| match view {
        Some(view) => Presence::Active(view.list_span().at_start()),
        None => Presence::Absent,
    };
    let (old_presence, new_presence) = (presence(old), presence(new));
    let same_presence = old_presence.is_active() == new_presence.is_active();
    let name = new.or(old)?.name().to_owned();
    (!(same_presence && communities.is_empty() && unsure.is_empty())).then(|| FilterChange {
        name,
        old: old_presence,
        new: new_presence,
        communities,
        unsure: unsure.into_iter().collect(),
    })
}

/// The value where it takes effect, else the list in which it would.
fn place(view: &FilterView<'_>, community: Community) -> Span {
    let mut places = view.places(community);
    places
        .find(|value| value.allowed)
        .map_or(view.list_span().at_start(), |value| value.written.span)
}

fn unknown(view: &FilterView<'_>) -> Vec<Because> {
    let lists = view.unknown_lists();
    let because = lists.map(|list| Because {
        span: Some(list.span.at_start()),
        text: match list.cause {
            Cause::Absent => format!("`{}` is not in the export", list.what),
            Cause::Truncated => format!("`{}` is cut", list.what),
            Cause::Unresolved(why) => format!("`{}` is not evaluated: {why}", list.what),
        },
    });
    because.collect()
}

/// A route that carries the community, where the tables know the routes of its region.
fn prefix(cx: &Context<'_>, cloud: Option<Cloud>, community: Community) -> Option<IpNet> {
    if CommunityKind::of_value(community.value) != CommunityKind::Region {
        return None;
    }
    let cloud = cloud.unwrap_or(Cloud::Public);
    let mut entries = cx.tables.community(cloud, community).iter();
    let region = entries.find_map(|entry| entry.region.as_deref())?;
    cx.tables
        .region_routes(cloud, region)
        .ipv4
        .prefixes
        .first()
        .copied()
}

/// A peering in one family: what it says, and where.
struct State {
    text: String,
    /// The last segment of the filter's id, and the id as it is compared.
    filter: Option<(String, String)>,
    span: Span,
    known: bool,
}

/// Compares which route filter stands at which peering, and whether the peering is up.
pub(super) fn peerings(old: &Context<'_>, new: &Context<'_>, diff: &mut Diff) {
    let of = |cx: &Context<'_>| -> BTreeMap<(String, Family), (String, State)> {
        let mut states = BTreeMap::new();
        for circuit in &cx.circuits {
            for family in Family::BOTH {
                let state = state(circuit, family);
                let named = state.map(|state| (circuit.name().to_owned(), state));
                let key = (circuit.identity(), family);
                named.into_iter().for_each(|named| {
                    states.entry(key.clone()).or_insert(named);
                });
            }
        }
        states
    };
    let (before, after) = (of(old), of(new));
    let keys: BTreeSet<&(String, Family)> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let (old, new) = (before.get(key), after.get(key));
        let Some((name, _)) = new.or(old) else { continue };
        let text = |state: Option<&(String, State)>| match state {
            Some((_, state)) => state.text.clone(),
            None => "no Microsoft peering".to_owned(),
        };
        let alike = match (old, new) {
            (Some((_, old)), Some((_, new))) => same_state(old, new),
            _ => false,
        };
        if alike {
            continue;
        }
        diff.peerings.push(PeeringChange {
            circuit: name.clone(),
            family: key.1,
            old: text(old),
            new: text(new),
            old_span: old.map(|(_, state)| state.span),
            new_span: new.map(|(_, state)| state.span),
            unsure: [old, new].into_iter().flatten().any(|(_, state)| !state.known),
        });
    }
}

fn same_state(old: &State, new: &State) -> bool {
    match (&old.filter, &new.filter) {
        (Some((old_name, old_id)), Some((new_name, new_id))) => {
            // A bare name is compared with the name in an id.
            let bare = !old_id.contains('/') || !new_id.contains('/');
            old_id == new_id || bare && old_name == new_name
        }
        _ => old.text == new.text,
    }
}

fn state(circuit: &CircuitView<'_>, family: Family) -> Option<State> {
    let mut peerings = circuit.microsoft();
    let has_family = |peering: &&Peering| circuits::has_family(peering, family);
    let Some(peering) = peerings.find(has_family) else {
        return (!circuit.complete && family == Family::Ipv4).then(|| State {
            text: "the peerings are not in the export".to_owned(),
            filter: None,
            span: circuit.span(),
            known: false,
        });
    };
    if let Some(obstacle) = circuit.obstacles(peering, family).first() {
        return Some(State {
            text: format!("down: `{}` is {}", obstacle.key, obstacle.state.value),
            filter: None,
            span: obstacle.state.span,
            known: true,
        });
    }
    Some(match filter_reference(peering, family) {
        Some(reference) => {
            let id = id_key(&reference.value);
            let name = id.rsplit('/').next().unwrap_or_default().to_owned();
            State {
                text: format!("route filter `{name}`"),
                filter: Some((name, id)),
                span: reference.span,
                known: true,
            }
        }
        None => State {
            text: "no route filter".to_owned(),
            filter: None,
            span: peering
                .name
                .as_ref()
                .map_or(peering.span.at_start(), |name| name.span),
            known: true,
        },
    })
}
