//! Routes with the verdict of real devices, from outside the project: run where the folder is, else none.

#![allow(clippy::print_stderr, reason = "the counts are for the person who runs it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pairlint_eval::{Decision, Judge, Route};
use pairlint_model::bgp::{AsPath, AsPathSegment, Asn, Community, prefix};
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::network::Protocol;
use pairlint_model::network::{Device, Network};
use pairlint_model::policy::{CommunityMatch, Condition, PolicyExpression, PrefixMatch};
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
    let mut counts: BTreeMap<(String, String, String, String), Count> = BTreeMap::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
        let Some(dialect) = pairlint_dialects::named(text("vendor").trim_start_matches("other-")) else {
            continue;
        };
        let config = match case["config"].as_str() {
            Some(path) => fs::read_to_string(folder.join(path)).unwrap(),
            None => text("config_text"),
        };
        let source = Source::new(SourceId(0), "case.cfg", config);
        let network = (dialect.parse)(&source);
        let (wanted, verdict) = match text("kind").as_str() {
            "route_policy" => policy(&case, &network),
            "community_set_match" => listed(&case, &network, community_list),
            "prefix_list_match" => listed(&case, &network, prefix_list),
            _ => continue,
        };
        let same = verdict == wanted;
        let count = counts
            .entry((text("vendor"), text("evidence"), text("kind"), wanted))
            .or_default();
        match same {
            true => count.passed += 1,
            false => count.failed.push(format!("{} is {verdict}", text("id"))),
        }
    }
    for ((vendor, evidence, kind, wanted), count) in &counts {
        let all = count.passed as usize + count.failed.len();
        eprintln!(
            "{vendor} {evidence} {kind} {wanted}: {} of {all} {:?}",
            count.passed, count.failed
        );
        let binding = ["device", "frr-topotest", "vendor-doc"].contains(&evidence.as_str());
        assert!(
            !binding || count.failed.is_empty(),
            "{vendor} {evidence} {kind} {wanted}: {:?}",
            count.failed
        );
    }
}

/// What a policy should come to, and what it does.
fn policy(case: &Value, network: &Network) -> (String, String) {
    let wanted = case["expect"]["action"].as_str().unwrap_or_default();
    let got = decide(case, network);
    let verdict = match got.as_ref().map(|decision| decision.verdict) {
        Some(RouteVerdict::Accept) => "permit",
        Some(RouteVerdict::Reject) => "deny",
        Some(RouteVerdict::Unsure) => "unsure",
        None => "nothing to ask",
    };
    let same = wanted == "deny" || got.is_some_and(|d| attributes(&case["expect"], &d.route));
    let verdict = match same || verdict != wanted {
        true => verdict,
        false => "permit with other attributes",
    };
    (wanted.to_owned(), verdict.to_owned())
}

/// What a list should say, and what it does.
fn listed(
    case: &Value,
    network: &Network,
    condition: fn(&Value, &Device) -> Option<(Condition, Route)>,
) -> (String, String) {
    let word = |holds: Option<bool>| match holds {
        Some(true) => "match",
        Some(false) => "no match",
        None => "unsure",
    };
    let found = network
        .devices
        .first()
        .and_then(|device| Some((device, condition(case, device)?)));
    let got = match found {
        Some((device, (condition, route))) => word(Judge::new(device).condition(&condition, &route)),
        None => "nothing to ask",
    };
    (word(case["expect"].as_bool()).to_owned(), got.to_owned())
}

fn community_list(case: &Value, device: &Device) -> Option<(Condition, Route)> {
    let name = case["list"].as_str()?;
    device.community_lists.get(name)?;
    let how = match case["mode"].as_str() {
        None => CommunityMatch::Listed,
        Some("exact") => CommunityMatch::Exact,
        Some("any") => CommunityMatch::AnyElement,
        Some("every") => CommunityMatch::EveryElement,
        Some("within") => CommunityMatch::Within,
        Some(_) => return None,
    };
    let named = |text: &str| match text {
        "internet" => Some(Community::new(0, 0)),
        "local-AS" => Some(Community::LOCAL_AS),
        "no-advertise" => Some(Community::NO_ADVERTISE),
        "no-export" => Some(Community::NO_EXPORT),
        value => value.parse().ok(),
    };
    let communities: Option<Vec<Community>> = case["communities"]
        .as_array()?
        .iter()
        .map(|text| named(text.as_str()?))
        .collect();
    let route = Route::new(prefix("192.0.2.0/24").ok()?, AsPath::default(), communities?);
    let name = Spanned::new(NOWHERE, name.to_owned());
    Some((Condition::CommunityList { name, how }, route))
}

fn prefix_list(case: &Value, device: &Device) -> Option<(Condition, Route)> {
    let name = case["list"].as_str()?;
    let (family, _) = device
        .prefix_lists
        .iter()
        .find(|(_, lists)| lists.contains_key(name))?;
    let condition = Condition::PrefixList {
        name: Spanned::new(NOWHERE, name.to_owned()),
        family: *family,
        how: PrefixMatch::Listed,
    };
    Some((condition, route(&case["route"])?))
}

const NOWHERE: Span = Span {
    source: SourceId(0),
    start: 0,
    end: 0,
};

fn decide(case: &Value, network: &Network) -> Option<Decision> {
    let route = route(&case["route"])?;
    let outbound = case["direction"] == "out";
    if let Some(names) = case["policy"].as_array() {
        let name = |name: &Value| {
            Some(PolicyExpression::Policy(Spanned::new(
                NOWHERE,
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
    route.protocol = match case["protocol"].as_str() {
        Some("static") => Protocol::Static,
        Some("connected") => Protocol::Connected,
        Some("aggregate") => Protocol::Aggregate,
        None | Some("bgp") => Protocol::Bgp,
        Some(_) => Protocol::Other,
    };
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
