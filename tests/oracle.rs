//! Routes with the verdict of real devices, from outside the project: run where the folder is, else none.

#![allow(clippy::print_stderr, reason = "the counts are for the person who runs it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pairlint_eval::{Decision, Judge, Route};
use pairlint_model::bgp::{AsPath, AsPathSegment, Asn, Family, prefix};
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::network::Network;
use pairlint_model::policy::{CommunityMatch, Condition, ListFamily, PolicyExpression, PrefixMatch};
use pairlint_model::source::{Source, SourceId, Span, Spanned};
use serde_json::Value;

#[derive(Default)]
struct Count {
    passed: u32,
    failed: Vec<String>,
}

#[test]
fn real_devices_agree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracle");
    let Ok(cases) = fs::read_to_string(folder.join("cases.jsonl")) else {
        eprintln!("no oracle beside the project: 0 cases ran");
        return;
    };
    let mut counts: BTreeMap<(String, String, String), Count> = BTreeMap::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
        let Some(dialect) = pairlint_dialects::named(&text("vendor")) else {
            continue;
        };
        let kind = text("kind");
        let config = match case["config"].as_str() {
            Some(path) => fs::read_to_string(folder.join(path)).unwrap(),
            None => text("config_text"),
        };
        let source = Source::new(SourceId(0), "case.cfg", config);
        let network = (dialect.parse)(&source);
        if kind != "route_policy" {
            let Some(wanted) = case["expect"].as_bool() else {
                continue;
            };
            let got = list_matches(&case, &kind, &network);
            let count = counts
                .entry((text("vendor"), text("evidence"), kind.clone()))
                .or_default();
            match got == Some(wanted) {
                true => count.passed += 1,
                false => count.failed.push(format!("{} is {got:?}", text("id"))),
            }
            continue;
        }
        let wanted = case["expect"]["action"].as_str().unwrap_or_default().to_owned();
        let got = decide(&case, &network);
        let verdict = match got.as_ref().map(|decision| decision.verdict) {
            Some(RouteVerdict::Accept) => "permit",
            Some(RouteVerdict::Reject) => "deny",
            Some(RouteVerdict::Unsure) => "unsure",
            None => "nothing to ask",
        };
        let same = verdict == wanted
            && (wanted == "deny" || got.is_some_and(|d| attributes(&case["expect"], &d.route)));
        let count = counts
            .entry((text("vendor"), text("evidence"), wanted))
            .or_default();
        match same {
            true => count.passed += 1,
            false => count.failed.push(format!("{} is {verdict}", text("id"))),
        }
    }
    for ((vendor, evidence, wanted), count) in &counts {
        let all = count.passed as usize + count.failed.len();
        eprintln!(
            "{vendor} {evidence} {wanted}: {} of {all} {:?}",
            count.passed, count.failed
        );
        let binding = ["device", "frr-topotest", "vendor-doc"].contains(&evidence.as_str());
        assert!(
            !binding || count.failed.is_empty(),
            "{vendor} {evidence} {wanted}: {:?}",
            count.failed
        );
    }
}

/// Asks a list by itself, as a condition of a policy would; `None` where it is unsure or cannot be asked.
fn list_matches(case: &Value, kind: &str, network: &Network) -> Option<bool> {
    let device = network.devices.first()?;
    let place = Span {
        source: SourceId(0),
        start: 0,
        end: 0,
    };
    let name = Spanned::new(place, case["list"].as_str()?.to_owned());
    let (condition, route) = match kind {
        "community_set_match" => {
            let how = match case["mode"].as_str() {
                None => CommunityMatch::Listed,
                Some("exact") => CommunityMatch::Exact,
                Some("any") => CommunityMatch::AnyElement,
                Some("every") => CommunityMatch::EveryElement,
                Some("within") => CommunityMatch::Within,
                Some(_) => return None,
            };
            let communities = case["communities"].as_array()?.iter();
            let communities = communities.filter_map(|text| text.as_str()?.parse().ok());
            let route = Route::new(Family::Ipv4.default_route(), AsPath::default(), communities);
            (Condition::CommunityList { name, how }, route)
        }
        "prefix_list_match" => {
            let route = route(&case["route"])?;
            let family = ListFamily::of(route.family());
            let how = PrefixMatch::Listed;
            (Condition::PrefixList { name, family, how }, route)
        }
        _ => return None,
    };
    Judge::new(device).condition(&condition, &route)
}

fn decide(case: &Value, network: &Network) -> Option<Decision> {
    let route = route(&case["route"])?;
    let outbound = case["direction"] == "out";
    if let Some(names) = case["policy"].as_array() {
        let place = Span {
            source: SourceId(0),
            start: 0,
            end: 0,
        };
        let name = |name: &Value| {
            Some(PolicyExpression::Policy(Spanned::new(
                place,
                name.as_str()?.to_owned(),
            )))
        };
        let chain: Vec<PolicyExpression> = names.iter().filter_map(name).collect();
        let device = network.devices.first()?;
        return Some(Judge::new(device).policies(&chain, &route));
    }
    let peer = case["peer"].as_str()?;
    network.devices.iter().find_map(|device| {
        let neighbor = device
            .neighbors
            .iter()
            .find(|neighbor| neighbor.address.value == peer)?;
        let family = neighbor
            .families
            .iter()
            .find(|family| family.family == route.family())?;
        let chain = if outbound { &family.export } else { &family.import };
        Some(Judge::new(device).session(chain, &route))
    })
}

fn route(case: &Value) -> Option<Route> {
    let path = case["as_path"].as_array().map(|segments| {
        let asn = |value: &Value| Some(Asn(u32::try_from(value.as_u64()?).ok()?));
        let segment = |value: &Value| match value.as_array() {
            Some(set) => Some(AsPathSegment::Set(set.iter().filter_map(asn).collect())),
            None => asn(value).map(AsPathSegment::As),
        };
        AsPath(segments.iter().filter_map(segment).collect())
    });
    let texts = |key: &str| case[key].as_array().cloned().unwrap_or_default();
    let communities = texts("communities")
        .into_iter()
        .filter_map(|text| text.as_str()?.parse().ok());
    let mut route = Route::new(
        prefix(case["prefix"].as_str()?).ok()?,
        path.unwrap_or_default(),
        communities,
    );
    route.large_communities = texts("large")
        .into_iter()
        .filter_map(|text| text.as_str()?.parse().ok())
        .collect();
    let number = |key: &str| case[key].as_u64().and_then(|value| u32::try_from(value).ok());
    route.local_preference = number("local_pref");
    route.med = number("med");
    Some(route)
}

/// Compares the attributes that the case lists and the evaluator keeps.
fn attributes(expect: &Value, after: &Route) -> bool {
    let communities = expect["communities"].as_array().is_none_or(|wanted| {
        let wanted: std::collections::BTreeSet<_> = wanted
            .iter()
            .filter_map(|text| text.as_str()?.parse().ok())
            .collect();
        wanted == after.communities
    });
    let local = expect["local_pref"].as_u64();
    communities
        && (local.is_none()
            || after.local_preference.is_none()
            || local == after.local_preference.map(u64::from))
}
