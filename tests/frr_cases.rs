//! What FRR accepts of announced routes, release by release.
//!
//! Every case is a configuration, routes, and the prefixes that FRR 8.4 and 10 accept. The project's own cases are in
//! `fixtures/dialects/frr-cases`; cases observed on running daemons are used where they lie beside the project.

#![allow(clippy::print_stderr, reason = "the counts are for the person who runs it")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pairlint_dialects::frr::{Version, parse_as};
use pairlint_eval::{Judge, Route};
use pairlint_model::bgp::{AsPath, Community, Family, Origin, prefix};
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::network::{Device, NeighborFamily};
use pairlint_model::source::{Source, SourceId};
use serde_json::Value;

const OWN_AS: u32 = 65001;
const PEER_AS: u32 = 12076;

/// What became of the routes of a case.
struct Outcome {
    accepted: BTreeSet<String>,
    unsure: BTreeSet<String>,
    /// Attributes after the policy that are not as wanted.
    attributes: Vec<String>,
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// The configuration around a case's own lines: one session for each family that is announced.
fn config(case: &Value) -> String {
    let routes = case["announce"].as_array().cloned().unwrap_or_default();
    let mut lines = vec![case["config"].as_str().unwrap_or_default().to_owned()];
    lines.push(format!("router bgp {OWN_AS}\n no bgp default ipv4-unicast"));
    match case["requires_policy"].as_bool() {
        Some(true) => lines.push(" bgp ebgp-requires-policy".to_owned()),
        Some(false) => lines.push(" no bgp ebgp-requires-policy".to_owned()),
        None => {}
    }
    lines.extend(texts(&case["bgp"]).iter().map(|line| format!(" {line}")));
    for (family, peer, six) in [("ipv4", "192.0.2.2", false), ("ipv6", "2001:db8::2", true)] {
        if !routes
            .iter()
            .any(|route| route["prefix"].as_str().is_some_and(|text| text.contains(':')) == six)
        {
            continue;
        }
        lines.push(format!(" neighbor {peer} remote-as {PEER_AS}"));
        lines.push(format!(
            " address-family {family} unicast\n  neighbor {peer} activate"
        ));
        let own = texts(&case["neighbor"]);
        let own = own.iter().filter(|line| !line.starts_with('!'));
        lines.extend(own.map(|line| format!("  neighbor {peer} {line}")));
        if let Some(map) = case["route_map"].as_str() {
            lines.push(format!("  neighbor {peer} route-map {map} in"));
        }
        lines.push(" exit-address-family".to_owned());
    }
    lines.join("\n") + "\n"
}

/// Reads a community by the names that FRR prints in JSON, or by numbers.
fn community(text: &str) -> Community {
    match text {
        "internet" => Community::new(0, 0),
        "no-export" | "noExport" => Community::NO_EXPORT,
        "no-advertise" | "noAdvertise" => Community::NO_ADVERTISE,
        "local-AS" | "localAs" => Community::LOCAL_AS,
        "no-peer" | "noPeer" => Community::NO_PEER,
        "graceful-shutdown" | "gracefulShutdown" => Community::GRACEFUL_SHUTDOWN,
        "blackhole" => Community::BLACKHOLE,
        text => text.parse().expect("a community"),
    }
}

fn route(case: &Value) -> Route {
    let path = match case["as_path"].as_array() {
        Some(path) => AsPath::sequence(path.iter().filter_map(|asn| u32::try_from(asn.as_u64()?).ok())),
        None => AsPath::sequence([PEER_AS]),
    };
    let prefix = prefix(case["prefix"].as_str().expect("a prefix")).expect("a prefix");
    let mut route = Route::new(
        prefix,
        path,
        texts(&case["communities"]).into_iter().map(community),
    );
    route.large_communities = texts(&case["large"])
        .into_iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    route.med = case["med"].as_u64().and_then(|med| u32::try_from(med).ok());
    route.origin = match case["origin"].as_u64() {
        Some(1) => Some(Origin::Egp),
        Some(2) => Some(Origin::Incomplete),
        _ => Some(Origin::Igp),
    };
    route
}

fn family_of(device: &Device, family: Family) -> Option<&NeighborFamily> {
    let families = device.neighbors.iter().flat_map(|neighbor| &neighbor.families);
    families
        .filter(|found| found.active)
        .find(|found| found.family == family)
}

/// Whether the daemon drops the route before any policy: its own AS is in the path, or 10 finds that the path does
/// not begin with its neighbor's.
fn dropped(route: &Route, session: &NeighborFamily, version: Version) -> bool {
    let path = route.as_path.to_string();
    let own = path.split(' ').filter(|asn| *asn == OWN_AS.to_string()).count();
    let first = path.split(' ').next() == Some(&PEER_AS.to_string());
    own > session.own_as_allowed as usize || (version == Version::V10 && !first)
}

fn run(case: &Value, version: Version, wanted: &Value) -> Outcome {
    let source = Source::new(SourceId(0), "case.conf", config(case));
    let network = parse_as(&source, version);
    let device = network.devices.first().expect("a device");
    let judge = Judge::new(device);
    let mut outcome = Outcome {
        accepted: BTreeSet::new(),
        unsure: BTreeSet::new(),
        attributes: Vec::new(),
    };
    let announced = case["announce"].as_array().cloned().unwrap_or_default();
    for family in Family::BOTH {
        let Some(session) = family_of(device, family) else {
            continue;
        };
        let mut accepted = BTreeSet::new();
        let mut received = 0;
        for announced in &announced {
            let route = route(announced);
            if route.family() != family {
                continue;
            }
            received += 1;
            if dropped(&route, session, version) {
                continue;
            }
            let decision = judge.session(&session.import, &route);
            let text = route.prefix.to_string();
            match decision.verdict {
                RouteVerdict::Accept => {
                    let wanted = &wanted[&text];
                    if decision.route_is_certain && !wanted.is_null() {
                        compare(&text, &decision.route, wanted, &mut outcome.attributes);
                    }
                    accepted.insert(text);
                }
                RouteVerdict::Reject => {}
                RouteVerdict::Unsure => {
                    outcome.unsure.insert(text);
                }
            }
        }
        // The session ends with all its routes where there are more than allowed.
        let forced = texts(&case["neighbor"])
            .iter()
            .any(|line| line.ends_with(" force"));
        let counted = if forced { received } else { accepted.len() };
        let limit = session.maximum_prefix.as_ref().map(|maximum| maximum.value);
        if !limit.is_some_and(|maximum| counted > maximum.limit as usize && !maximum.warning_only) {
            outcome.accepted.extend(accepted);
        }
    }
    outcome
}

fn compare(text: &str, route: &Route, wanted: &Value, wrong: &mut Vec<String>) {
    let mut communities: BTreeSet<Community> =
        texts(&wanted["communities"]).into_iter().map(community).collect();
    if communities.contains(&Community::BLACKHOLE) && !route.communities.contains(&Community::NO_EXPORT) {
        // After the policy the daemon adds it to what is to be discarded (RFC 7999).
        communities.remove(&Community::NO_EXPORT);
    }
    if communities != route.communities {
        wrong.push(format!(
            "{text}: communities {:?}, not {communities:?}",
            route.communities
        ));
    }
    if let Some(path) = wanted["as_path"].as_str()
        && path != "Local"
        && path != route.as_path.to_string()
    {
        wrong.push(format!("{text}: path {}, not {path}", route.as_path));
    }
    let numbers = [("local_pref", route.local_preference), ("med", route.med)];
    for (key, found) in numbers {
        if let (Some(wanted), Some(found)) = (wanted[key].as_u64(), found)
            && wanted != u64::from(found)
        {
            wrong.push(format!("{text}: {key} {found}, not {wanted}"));
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("a file");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The prefixes of a list, or of the list for this release.
fn listed(value: &Value, release: &str) -> BTreeSet<String> {
    let list = if value.is_object() { &value[release] } else { value };
    texts(list).into_iter().map(str::to_owned).collect()
}

/// What the project knows of FRR: the expected prefixes are those that the daemons accepted.
#[test]
fn own_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dialects/frr-cases");
    let mut count = 0;
    let mut wrong = Vec::new();
    for file in files(&folder) {
        let group = read(&file);
        for case in group["cases"].as_array().expect("cases") {
            let mut case = case.clone();
            if case["announce"].is_null() {
                case["announce"] = group["announce"].clone();
            }
            let name = format!("{} in {}", case["name"], file.display());
            for (version, key) in [(Version::V8, "8.4"), (Version::V10, "10")] {
                assert!(!case["accepts"].is_null(), "{name}");
                let (wanted, unsure) = (listed(&case["accepts"], key), listed(&case["unsure"], key));
                let found = run(&case, version, &Value::Null);
                count += 1;
                if found.accepted != wanted || found.unsure != unsure {
                    wrong.push(format!(
                        "{name} for {key}: {:?}, unsure {:?}",
                        found.accepted, found.unsure
                    ));
                }
            }
        }
    }
    assert!(count > 100, "{count} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn running_daemons_agree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracle/frr/cases");
    let (mut right, mut unsure, mut wrong) = (0, Vec::new(), Vec::new());
    for file in files(&folder) {
        let case = read(&file);
        for (version, key) in [(Version::V8, "frr-8.4.4"), (Version::V10, "frr-10.3")] {
            let Some(observed) = case["observed"][key]["accepted"].as_object() else {
                continue;
            };
            let wanted: BTreeSet<String> = observed.keys().cloned().collect();
            let found = run(&case, version, &case["observed"][key]["accepted"]);
            let missing = wanted
                .difference(&found.accepted)
                .filter(|text| !found.unsure.contains(*text));
            let missing: Vec<_> = missing.collect();
            let extra: Vec<_> = found.accepted.difference(&wanted).collect();
            let name = format!("{} {key}", case["name"]);
            if !missing.is_empty() || !extra.is_empty() || !found.attributes.is_empty() {
                wrong.push(format!(
                    "{name}: missing {missing:?}, too many {extra:?}, {:?}",
                    found.attributes
                ));
            } else if !found.unsure.is_empty() {
                unsure.push(name);
            } else {
                right += 1;
            }
        }
    }
    eprintln!("observed on FRR: {right} right, unsure {unsure:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What depends on a next hop, or on a MED that is not sent, is not known.
    let open = |name: &&String| {
        ["nexthop", "next-hop", "metric", "med", "origin"]
            .iter()
            .any(|word| name.contains(word))
    };
    let unexpected: Vec<_> = unsure.iter().filter(|name| !open(name)).collect();
    assert!(unexpected.is_empty(), "{unexpected:?}");
}
