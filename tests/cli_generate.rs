//! `pairlint generate`: what it writes passes `check`, for every geography and target.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::fs;

use pairlint_lint::tables::{Geography, Tables};
use serde_json::json;
use support::{Outcome, check, pairlint, root};

const FILTERS: [&str; 5] = ["arm", "az", "bicep", "powershell", "terraform"];
const ROUTERS: [&str; 7] = ["eos", "frr", "ios", "junos", "nxos", "vyos", "xr"];

fn targets() -> impl Iterator<Item = &'static str> {
    FILTERS.into_iter().chain(ROUTERS)
}

fn generate(arguments: &[&str]) -> Outcome {
    let arguments: Vec<&str> = ["generate", "--isolated"]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    pairlint(&root(), &arguments)
}

/// The values that a script gives to its rule.
fn communities(script: &str) -> Vec<&str> {
    let behind = |option: &str| script.lines().find_map(|line| Some(line.split_once(option)?.1));
    match behind(" --communities ") {
        Some(values) => values.split(' ').collect(),
        None => {
            let values = behind(" -CommunityList ").unwrap();
            values.split(", ").map(|value| value.trim_matches('\'')).collect()
        }
    }
}

/// Every environment that a geography's table leaves open, as `--region` takes it.
fn regions(geography: &Geography) -> Vec<String> {
    let sets = geography
        .region_sets()
        .filter(|_| !geography.alternatives.is_empty());
    let pairs = sets.map(|set| format!("{}={}", geography.name, set.join(",")));
    std::iter::once(geography.name.clone()).chain(pairs).collect()
}

#[test]
fn every_geography_passes_for_every_target() {
    let tables = Tables::embedded();
    let (mut written, mut refused) = (0, 0);
    for geography in tables.geographies() {
        let known = tables.geography_communities(geography);
        for region in regions(geography) {
            for target in targets() {
                let run = generate(&["--region", &region, "--for", target]);
                if known.iter().all(|(_, community)| community.is_none()) {
                    // Nothing can be written, and why is said.
                    assert_eq!((run.code, run.out.as_str()), (2, ""), "{region} {target}");
                    assert!(
                        run.err.contains("no community is documented") || run.err.contains("no source tells"),
                        "{region}: {}",
                        run.err
                    );
                    refused += 1;
                    continue;
                }
                assert_eq!((run.code, run.err.as_str()), (0, ""), "{region} {target}");
                passes(
                    geography,
                    &region,
                    target,
                    &run.out,
                    known.iter().any(|(_, c)| c.is_none()),
                );
                written += 1;
            }
        }
    }
    assert!(
        written >= 240 && refused > 0,
        "{written} written, {refused} refused"
    );
}

#[track_caller]
fn passes(geography: &Geography, region: &str, target: &str, text: &str, incomplete: bool) {
    assert_eq!(incomplete, text.contains("NOT COMPLETE"), "{region}:\n{text}");
    let ambiguous = !geography.alternatives.is_empty() && !region.contains('=');
    assert_eq!(ambiguous, text.contains("ASSUMED"), "{region}:\n{text}");
    let folder = tempfile::tempdir().unwrap();
    let (name, content) = match target {
        "az" => ("make.sh", text.to_owned()),
        "powershell" => ("make.ps1", text.to_owned()),
        "arm" => ("main.json", text.to_owned()),
        "bicep" => ("main.bicep", text.to_owned()),
        "terraform" => ("main.tf", text.to_owned()),
        _ => ("edge.cfg", text.to_owned()),
    };
    fs::write(folder.path().join(name), content).unwrap();
    let report = check(folder.path(), &["--region", region]);
    let loud: Vec<String> = report
        .diagnostics()
        .iter()
        .filter(|finding| finding["severity"] != "note")
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        // What the text itself says in its first lines.
        .filter(|rule| !(ambiguous && rule == "ambiguous-region-pair"))
        .filter(|rule| !(incomplete && rule == "undocumented-region-community"))
        .collect();
    assert!(
        loud.is_empty(),
        "{region} {target} {loud:?}:\n{text}\n{}",
        report.describe()
    );
    assert!(report.inputs() > 0, "{region} {target}:\n{text}");
    assert_eq!(
        report.json["summary"]["uninterpreted_lines"], 0,
        "{region} {target}:\n{text}"
    );
    assert_eq!(
        report.json["environments"][0]["verdict"], "met",
        "{region} {target}"
    );
    if ROUTERS.contains(&target) {
        let sessions = report.json["sessions"].as_array().unwrap();
        assert_eq!(sessions.len(), 2, "{region} {target}");
        assert!(
            sessions.iter().all(|session| session["untagged"] == "none"),
            "{region} {target}"
        );
    }
}

#[test]
fn what_is_allowed_passes_too() {
    for target in targets() {
        let allow = [
            "--allow",
            "microsoft-365",
            "--allow",
            "uksouth",
            "--allow",
            "12076:5060",
        ];
        let run = generate(&[&["--region", "europe", "--for", target][..], &allow].concat());
        for value in [
            "12076:5010",
            "12076:5100",
            "12076:51024",
            "12076:5060",
            "12076:51002",
        ] {
            assert!(run.out.contains(value), "{target} lacks {value}:\n{}", run.out);
        }
        assert!(
            run.out
                .contains("12076:5010 (Exchange Online) needs Microsoft's authorisation")
        );
    }
    let run = generate(&["--region", "europe", "--for", "az", "--allow", "12076:5060"]);
    assert_eq!(
        communities(&run.out),
        ["12076:5060", "12076:51002", "12076:51003"]
    );
}

#[test]
fn names_are_the_users() {
    for target in targets() {
        let run = generate(&["--region", "EMEA", "--for", target, "--name", "PP_eu.1"]);
        assert!(run.out.contains("PP_eu.1"), "{}", run.out);
    }
    for wrong in ["a b", "-x", "x;reboot", "x\ny", ""] {
        let run = generate(&["--region", "europe", "--for", "ios", &format!("--name={wrong}")]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{wrong:?}");
    }
}

#[test]
fn what_is_not_known_is_said() {
    for (arguments, error) in [
        (["--region", "europe", "--for", "iosx"], "did you mean `ios`?"),
        (["--region", "europ", "--for", "ios"], "--region europ"),
        (
            ["--region", "sweden", "--for", "ios"],
            "no community is documented for Sweden Central",
        ),
    ] {
        let run = generate(&arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        assert!(run.err.contains(error), "{}", run.err);
    }
}

/// The peering that a carrier makes where a circuit is named takes the filter.
#[test]
fn the_filter_is_put_on_the_peering() {
    let tfvars = r#"resource_group_name = "rg"
location            = "westeurope"
peering = {
  circuit_name                  = "er"
  peer_asn                      = 65010
  vlan_id                       = 200
  primary_peer_address_prefix   = "203.0.113.0/30"
  secondary_peer_address_prefix = "203.0.113.4/30"
  advertised_public_prefixes    = ["203.0.113.16/28"]
}
"#;
    let values = r#"param circuitName = 'er'
param peerAsn = 65010
param vlanId = 200
param primaryPeerAddressPrefix = '203.0.113.0/30'
param secondaryPeerAddressPrefix = '203.0.113.4/30'
param advertisedPublicPrefixes = ['203.0.113.16/28']
"#;
    let bicepparam = format!("using 'main.bicep'\n{values}");
    let parameters: serde_json::Map<String, serde_json::Value> = values
        .lines()
        .map(|line| {
            let (name, value) = line.trim_start_matches("param ").split_once(" = ").unwrap();
            let value: serde_json::Value = serde_json::from_str(&value.replace('\'', "\"")).unwrap();
            (name.to_owned(), json!({ "value": value }))
        })
        .collect();
    let arm = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0", "parameters": parameters
    });
    for (target, main, beside, content) in [
        ("terraform", "main.tf", "terraform.tfvars", tfvars.to_owned()),
        ("bicep", "main.bicep", "main.bicepparam", bicepparam),
        ("arm", "main.json", "main.parameters.json", arm.to_string()),
    ] {
        let run = generate(&["--region", "europe", "--for", target, "--name", "rf"]);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(main), &run.out).unwrap();
        fs::write(folder.path().join(beside), content).unwrap();
        let report = check(folder.path(), &["--region", "europe"]);
        let loud = report
            .diagnostics()
            .iter()
            .any(|finding| finding["severity"] != "note");
        assert!(!loud, "{target}\n{}\n{}", run.out, report.describe());
        let summary = &report.json["summary"];
        assert_eq!(
            (&summary["route_filters"], &summary["circuits"]),
            (&json!(1), &json!(1)),
            "{target}"
        );
        // A peering without a filter, or with one that is not there, would be named.
        let mut broken = run.out.clone();
        for reference in [
            "azurerm_route_filter.power_platform.id",
            "routeFilter.id",
            "parameters('name'))]\"\n        }",
        ] {
            broken = broken.replace(
                reference,
                if target == "arm" {
                    "'other')]\"\n        }"
                } else {
                    "null"
                },
            );
        }
        assert_ne!(broken, run.out);
        fs::write(folder.path().join(main), broken).unwrap();
        let report = check(folder.path(), &["--region", "europe"]);
        assert!(
            report
                .diagnostics()
                .iter()
                .any(|finding| finding["severity"] != "note"),
            "{target}: {}",
            report.describe()
        );
    }
}

#[test]
fn a_template_is_json_without_comments() {
    let run = generate(&["--region", "gcc high", "--for", "arm"]);
    let template: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert!(run.out.contains("az cloud set --name AzureUSGovernment"));
    assert_eq!(template["contentVersion"], "1.0.0.0");
}

/// One policy on every platform: what one accepts, all accept.
#[test]
fn routers_do_the_same_on_every_platform() {
    let folder = tempfile::tempdir().unwrap();
    for router in ROUTERS {
        let run = generate(&["--region", "europe", "--for", router, "--allow", "uksouth"]);
        fs::create_dir(folder.path().join(router)).unwrap();
        fs::write(folder.path().join(router).join("edge.cfg"), run.out).unwrap();
    }
    for router in ROUTERS {
        let run = pairlint(folder.path(), &["diff", "ios", router]);
        assert_eq!(
            (run.code, run.err.as_str()),
            (0, ""),
            "ios and {router}:\n{}",
            run.out
        );
    }
    // It would be seen.
    let text = fs::read_to_string(folder.path().join("xr/edge.cfg")).unwrap();
    fs::write(
        folder.path().join("xr/edge.cfg"),
        text.replace("12076:51024", "12076:51025"),
    )
    .unwrap();
    assert_eq!(pairlint(folder.path(), &["diff", "ios", "xr"]).code, 1);
}
