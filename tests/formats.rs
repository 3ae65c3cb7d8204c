//! `--format sarif` and `--format github`, from outside.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{folders, pairlint, root};

fn sarif(folder: &Path) -> Value {
    let run = pairlint(
        folder,
        &[
            "check",
            ".",
            "--format",
            "sarif",
            "--exclude",
            "*.snap",
            "--exclude",
            "args",
        ],
    );
    serde_json::from_str(&run.out)
        .unwrap_or_else(|error| panic!("{}: {error}\n{}", folder.display(), run.err))
}

/// An object has these keys and no other; those with `?` may be missing. As in the schema of SARIF 2.1.0, which
/// forbids further properties everywhere.
#[track_caller]
fn object<'v>(value: &'v Value, keys: &[&str]) -> &'v Value {
    let fields = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    let allowed: BTreeSet<&str> = keys.iter().map(|key| key.trim_end_matches('?')).collect();
    for key in fields.keys() {
        assert!(allowed.contains(key.as_str()), "{key} in {value}");
    }
    for key in keys.iter().filter(|key| !key.ends_with('?')) {
        assert!(fields.contains_key(*key), "no {key} in {value}");
    }
    value
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

fn text(value: &Value) {
    let text = value.as_str().unwrap_or_else(|| panic!("no text: {value}"));
    assert!(!text.is_empty());
}

fn location(value: &Value, text_of: &dyn Fn(&str) -> String) {
    object(
        value,
        &["physicalLocation", "logicalLocations?", "message?", "id?"],
    );
    let physical = object(&value["physicalLocation"], &["artifactLocation", "region"]);
    let artifact = object(&physical["artifactLocation"], &["uri", "uriBaseId"]);
    assert_eq!(artifact["uriBaseId"], "%SRCROOT%");
    let uri = artifact["uri"].as_str().unwrap();
    assert!(!uri.contains([' ', '\\', '<']), "{uri}");
    let region = object(
        &physical["region"],
        &["startLine", "startColumn", "endLine", "endColumn"],
    );
    let number = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
    // The region lies in the file.
    let content = text_of(uri);
    let lines: Vec<&str> = content.split('\n').collect();
    for (line, column) in [("startLine", "startColumn"), ("endLine", "endColumn")] {
        let (line, column) = (number(line), number(column));
        assert!(line >= 1 && line <= lines.len(), "{uri}: {region}");
        assert!(
            column >= 1 && column <= lines[line - 1].chars().count() + 1,
            "{uri}: {region}"
        );
    }
    let (start, end) = (
        (number("startLine"), number("startColumn")),
        (number("endLine"), number("endColumn")),
    );
    assert!(start <= end, "{region}");
    for logical in value["logicalLocations"].as_array().into_iter().flatten() {
        text(&object(logical, &["fullyQualifiedName"])["fullyQualifiedName"]);
    }
    if let Some(message) = value.get("message") {
        text(&object(message, &["text"])["text"]);
    }
}

/// The constraints of the published schema, as far as the log makes use of it.
fn valid(log: &Value, text_of: &dyn Fn(&str) -> String) {
    object(log, &["$schema", "version", "runs"]);
    assert_eq!(log["version"], "2.1.0");
    let [run] = list(&log["runs"]).as_slice() else {
        panic!("one run")
    };
    object(
        run,
        &[
            "tool",
            "columnKind",
            "originalUriBaseIds",
            "results",
            "properties",
        ],
    );
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert!(run["originalUriBaseIds"]["%SRCROOT%"].is_object());
    let driver = object(
        &object(&run["tool"], &["driver"])["driver"],
        &["name", "semanticVersion", "rules"],
    );
    let rules = list(&driver["rules"]);
    let mut names = BTreeSet::new();
    for rule in rules {
        object(
            rule,
            &[
                "id",
                "shortDescription",
                "fullDescription",
                "help",
                "defaultConfiguration",
            ],
        );
        text(&object(&rule["shortDescription"], &["text"])["text"]);
        text(&object(&rule["help"], &["text", "markdown"])["markdown"]);
        assert!(
            names.insert(rule["id"].as_str().unwrap()),
            "twice: {}",
            rule["id"]
        );
        level(&rule["defaultConfiguration"]["level"]);
    }
    for result in list(&run["results"]) {
        object(
            result,
            &[
                "ruleId",
                "ruleIndex",
                "level",
                "message",
                "locations",
                "relatedLocations?",
                "partialFingerprints",
                "properties",
            ],
        );
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[at]["id"], result["ruleId"]);
        level(&result["level"]);
        text(&object(&result["message"], &["text"])["text"]);
        assert_eq!(list(&result["locations"]).len(), 1);
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        let mut ids = BTreeSet::new();
        for place in related.inspect(|place| assert!(ids.insert(place["id"].as_u64().unwrap()))) {
            location(place, text_of);
        }
        location(&result["locations"][0], text_of);
        for fingerprint in result["partialFingerprints"].as_object().unwrap().values() {
            text(fingerprint);
        }
    }
}

fn level(value: &Value) {
    assert!(
        ["note", "warning", "error"].contains(&value.as_str().unwrap()),
        "{value}"
    );
}

#[test]
fn sarif_is_what_the_schema_wants() {
    let mut results = 0;
    let rules = folders(&root().join("fixtures/rules"));
    let cases = rules.iter().flat_map(|rule| folders(rule).into_iter().take(2));
    for case in cases.chain(folders(&root().join("fixtures/networks"))) {
        let log = sarif(&case);
        // A file that cannot be read has a finding, and no text.
        let text_of = |uri: &str| fs::read_to_string(case.join(uri)).unwrap_or_default();
        valid(&log, &text_of);
        results += list(&log["runs"][0]["results"]).len();
    }
    assert!(results > 50);
}

#[test]
fn sarif_holds_what_json_holds() {
    let folder = root().join("fixtures/networks/half-pair");
    let log = sarif(&folder);
    let run = pairlint(
        &folder,
        &[
            "check",
            ".",
            "--format",
            "json",
            "--exclude",
            "*.snap",
            "--exclude",
            "args",
        ],
    );
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let results = list(&log["runs"][0]["results"]);
    let findings = list(&report["diagnostics"]);
    assert_eq!(results.len(), findings.len());
    for (result, finding) in results.iter().zip(findings) {
        assert_eq!(result["ruleId"], finding["rule"]);
        assert_eq!(result["level"], finding["severity"]);
        assert_eq!(
            result["partialFingerprints"]["pairlint/v1"],
            finding["fingerprint"]
        );
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let (start, end) = (&finding["range"]["start"], &finding["range"]["end"]);
        let range = json!({ "startLine": start["line"], "startColumn": start["column"],
                            "endLine": end["line"], "endColumn": end["column"] });
        assert_eq!(*region, range);
        if let Some(prefix) = finding["witness"]["prefix"].as_str() {
            let last = list(&result["relatedLocations"]).last().unwrap();
            let text = last["message"]["text"].as_str().unwrap();
            assert!(text.starts_with("witness: ") && text.contains(prefix), "{text}");
        }
    }
}

#[test]
fn a_thousand_results_are_listed_once_each() {
    let folder = tempfile::tempdir().unwrap();
    let values: Vec<String> = (0..1000)
        .map(|number| format!("12076: {}", 60000 + number))
        .collect();
    let filter = json!({ "name": "rf {0} ü", "type": "Microsoft.Network/routeFilters", "rules": [{ "name": "allow",
        "access": "Allow", "routeFilterRuleType": "Community", "communities": values }] });
    fs::write(
        folder.path().join("rf prod.json"),
        serde_json::to_string_pretty(&filter).unwrap(),
    )
    .unwrap();
    let log = sarif(folder.path());
    valid(&log, &|uri| {
        fs::read_to_string(folder.path().join(uri.replace("%20", " "))).unwrap()
    });
    let results = list(&log["runs"][0]["results"]).iter();
    let unknown: Vec<&Value> = results
        .filter(|result| result["ruleId"] == "unknown-community")
        .collect();
    assert_eq!(unknown.len(), 1000);
    let text = unknown[0]["message"]["text"].as_str().unwrap();
    assert!(text.contains("rf {{0}} ü"), "{text}");
    let fingerprints: BTreeSet<&str> = unknown
        .iter()
        .map(|result| result["partialFingerprints"]["pairlint/v1"].as_str().unwrap())
        .collect();
    assert_eq!(fingerprints.len(), 1000);
}

#[test]
fn github_gets_a_command_for_each_finding() {
    let folder = root().join("fixtures/networks/half-pair");
    let run = pairlint(
        &folder,
        &[
            "check",
            ".",
            "--format",
            "github",
            "--exclude",
            "*.snap",
            "--exclude",
            "args",
        ],
    );
    assert_eq!(run.code, 1);
    let log = sarif(&folder);
    assert_eq!(run.out.lines().count(), list(&log["runs"][0]["results"]).len());
    for line in run.out.lines() {
        let command = ["::error file=", "::warning file=", "::notice file="];
        assert!(command.iter().any(|start| line.starts_with(start)), "{line}");
        assert!(line.contains(",title=pairlint%3A "), "{line}");
    }
    let quiet = pairlint(
        &root().join("fixtures/networks/correct-c-filters-only"),
        &["check", ".", "--format", "github"],
    );
    assert_eq!((quiet.code, quiet.out.as_str()), (0, ""));
}
