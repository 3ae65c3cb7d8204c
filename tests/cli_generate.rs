//! `pairlint generate`: what it writes passes `check`, for every geography and target.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::fs;

use pairlint_lint::tables::{Geography, Tables};
use serde_json::json;
use support::{Outcome, check, pairlint, root};

const TARGETS: [&str; 3] = ["az", "ios", "junos"];

fn generate(arguments: &[&str]) -> Outcome {
    let arguments: Vec<&str> = ["generate", "--isolated"]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    pairlint(&root(), &arguments)
}

/// The values behind `--communities` of a script.
fn communities(script: &str) -> Vec<&str> {
    let line = script
        .lines()
        .find_map(|line| line.trim().strip_prefix("--communities "));
    line.unwrap().split(' ').collect()
}

/// The route filter that a script makes.
fn made_by(script: &str) -> String {
    let filter = json!({
        "name": "rf", "type": "Microsoft.Network/routeFilters",
        "rules": [{ "name": "allow-power-platform", "access": "Allow", "routeFilterRuleType": "Community",
                    "communities": communities(script) }]
    });
    filter.to_string()
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
            for target in TARGETS {
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
        written >= 60 && refused > 0,
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
        "az" => ("filter.json", made_by(text)),
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
    if target != "az" {
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
    for target in TARGETS {
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
    for target in TARGETS {
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
