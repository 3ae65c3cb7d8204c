//! `stale-prefix-entry`: an entry of an address list that no known route of the needed regions falls under.

use std::collections::BTreeMap;

use pairlint_eval::space::Cover;
use pairlint_model::bgp::{Community, Family, IpNet};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::source::Span;

use super::Rule;
use crate::Context;
use crate::address_lists::address_tests;
use crate::session_findings::{Judged, judged};
use crate::tables::Cloud;

pub(super) static RULE: Rule = Rule {
    name: "stale-prefix-entry",
    severity: Severity::Note,
    summary: "an entry of an address list permits nothing that the tables hold for the needed communities",
    page: include_str!("../../../../docs/rules/stale-prefix-entry.md"),
    check,
};

/// As many entries of one list are told one by one; more are told together.
const ONE_BY_ONE: usize = 10;

/// An entry and what is known of it from the sessions that use its list.
struct Use<'a> {
    prefix: IpNet,
    list: Option<&'a str>,
    session: &'a str,
    device: &'a str,
}

impl Use<'_> {
    /// The list, else the session whose policy names the prefix.
    fn object(&self) -> String {
        match self.list {
            Some(list) => format!("{}/{list}", self.device),
            None => self.session.to_owned(),
        }
    }
}

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // A list may serve several sessions: an entry is stale where none of them has a use for it.
    let mut stale: BTreeMap<Span, Option<Use<'_>>> = BTreeMap::new();
    for session in judged(cx) {
        let mut tests = address_tests(session.peer.device, session.chain()).tests;
        tests.sort_by_key(|test| test.entries.as_ptr());
        tests.dedup_by_key(|test| test.entries.as_ptr());
        // The tables are only looked into where there is something to compare.
        let routes = if tests.is_empty() { None } else { routes(cx, &session) };
        for test in tests {
            for entry in test.entries.iter() {
                if Family::of(&entry.prefix) != session.verdicts.family {
                    continue;
                }
                let useless = routes.as_ref().is_some_and(|routes| !routes.touches(&entry.prefix.trunc()));
                let known = stale.entry(entry.span).or_insert(Some(Use {
                    prefix: entry.prefix,
                    list: test.name,
                    session: &session.peer.name,
                    device: &session.peer.device.name,
                }));
                if !useless {
                    *known = None;
                }
            }
        }
    }
    let mut by_object: BTreeMap<String, Vec<(Span, Use<'_>)>> = BTreeMap::new();
    for (span, used) in stale {
        let Some(used) = used else { continue };
        by_object.entry(used.object()).or_default().push((span, used));
    }
    for (object, entries) in &by_object {
        let together = if entries.len() > ONE_BY_ONE { entries.len() } else { 1 };
        let told = entries.iter().step_by(together);
        found.extend(told.map(|(span, used)| finding(object, *span, used, together)));
    }
}

/// The finding about one entry, or about as many of which this is the first.
fn finding(object: &str, span: Span, used: &Use<'_>, count: usize) -> Diagnostic {
    let prefix = used.prefix;
    let list = used
        .list
        .map_or_else(|| "the policy".to_owned(), |list| format!("list `{list}`"));
    let (message, label) = match count {
        1 => (
            format!("{prefix} in {list} permits no route that is known for the needed communities"),
            "Microsoft announces nothing here for the needed regions, by the tables",
        ),
        _ => (
            format!("{count} entries of {list} permit no route that is known for the needed communities"),
            "the first of them: Microsoft announces nothing here for the needed regions, by the tables",
        ),
    };
    let finding = RULE
        .at(message)
        .label(span, label)
        .help("remove the entry, or better: accept by regional community and keep no list")
        .object(object)
        .identity(object.to_lowercase())
        .fact("prefix", prefix.to_string());
    match count {
        1 => finding,
        _ => finding.fact("count", count as u64),
    }
}

/// The routes of everything that is needed on the session; `None` where nothing is, or the routes of some of it
/// are not known.
fn routes(cx: &Context<'_>, session: &Judged<'_, '_>) -> Option<Cover> {
    let cloud = session.cloud.unwrap_or(Cloud::Public);
    let needed = cx.needed_set_at_peer(session.verdicts.peer);
    if !session.has_environment(cx) || needed.is_empty() {
        return None;
    }
    let mut routes = Vec::new();
    for community in needed {
        routes.extend(of_community(cx, cloud, community, session.verdicts.family)?);
    }
    Some(Cover::of(routes))
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
