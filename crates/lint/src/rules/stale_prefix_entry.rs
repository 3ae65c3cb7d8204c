//! `stale-prefix-entry`: an entry of an address list that no known route of the needed regions falls under.

use std::collections::BTreeMap;

use pairlint_model::bgp::{Community, Family, IpNet};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::source::Span;

use super::Rule;
use crate::Context;
use crate::address_lists::{AddressEntry, address_tests};
use crate::session_findings::{Judged, judged};
use crate::tables::Cloud;

pub(super) static RULE: Rule = Rule {
    name: "stale-prefix-entry",
    severity: Severity::Note,
    summary: "an entry of an address list permits nothing that the tables hold for the needed communities",
    page: include_str!("../../../../docs/rules/stale-prefix-entry.md"),
    check,
};

/// An entry and what is known of it from the sessions that use its list.
struct Use<'a> {
    entry: AddressEntry,
    list: Option<&'a str>,
    session: String,
    device: &'a str,
}

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // A list may serve several sessions: an entry is stale where none of them has a use for it.
    let mut stale: BTreeMap<Span, Option<Use<'_>>> = BTreeMap::new();
    for session in judged(cx) {
        let tests = address_tests(session.peer.device, session.chain()).tests;
        // The tables are only looked into where there is something to compare.
        let routes = if tests.is_empty() { None } else { routes(cx, &session) };
        for test in tests {
            for entry in test.entries {
                let of_family = Family::of(&entry.prefix) == session.verdicts.family;
                if !of_family {
                    continue;
                }
                let useless = routes.as_ref().is_some_and(|routes| !routes.iter().any(|route| overlap(route, &entry)));
                let known = stale.entry(entry.span).or_insert_with(|| {
                    Some(Use {
                        entry,
                        list: test.name,
                        session: session.peer.name.clone(),
                        device: &session.peer.device.name,
                    })
                });
                if !useless {
                    *known = None;
                }
            }
        }
    }
    for used in stale.into_values().flatten() {
        let object = match used.list {
            Some(list) => format!("{}/{list}", used.device),
            None => used.session,
        };
        let list = used.list.map_or_else(|| "the policy".to_owned(), |list| format!("list `{list}`"));
        let prefix = used.entry.prefix;
        found.push(
            RULE.at(format!("{prefix} in {list} permits no route that is known for the needed communities"))
                .label(used.entry.span, "Microsoft announces nothing here for the needed regions, by the tables")
                .help("remove the entry, or better: accept by regional community and keep no list")
                .object(object.as_str())
                .identity(object.to_lowercase())
                .fact("prefix", prefix.to_string()),
        );
    }
}

fn overlap(route: &IpNet, entry: &AddressEntry) -> bool {
    route.contains(&entry.prefix) || entry.prefix.contains(route)
}

/// The routes of everything that is needed on the session; `None` where nothing is, or the routes of some of it
/// are not known.
fn routes(cx: &Context<'_>, session: &Judged<'_, '_>) -> Option<Vec<IpNet>> {
    let cloud = session.cloud.unwrap_or(Cloud::Public);
    let needed = cx.needed_set_at_peer(session.verdicts.peer);
    if !session.has_environment(cx) || needed.is_empty() {
        return None;
    }
    let mut routes = Vec::new();
    for community in needed {
        routes.extend(of_community(cx, cloud, community, session.verdicts.family)?);
    }
    Some(routes)
}

fn of_community(cx: &Context<'_>, cloud: Cloud, community: Community, family: Family) -> Option<Vec<IpNet>> {
    let supplied = cx.tables.supplied_prefixes(cloud, community);
    let mut known: Vec<IpNet> = supplied.iter().filter(|net| Family::of(net) == family).copied().collect();
    let entries = cx.entries(Some(cloud), community);
    for region in entries.iter().filter_map(|entry| entry.region.as_deref()) {
        known.extend(cx.tables.region_routes(cloud, region).of(family).prefixes);
    }
    (!known.is_empty()).then_some(known)
}
