//! The formats for other programs, from outside.

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
                "fixes?",
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
        for fix in result["fixes"].as_array().into_iter().flatten() {
            text(
                &object(
                    &object(fix, &["description", "artifactChanges"])["description"],
                    &["text"],
                )["text"],
            );
            for change in list(&fix["artifactChanges"]) {
                object(change, &["artifactLocation", "replacements"]);
                assert!(!list(&change["replacements"]).is_empty());
                for replacement in list(&change["replacements"]) {
                    let replacement = object(replacement, &["deletedRegion", "insertedContent"]);
                    object(&replacement["insertedContent"], &["text"]);
                    object(
                        &replacement["deletedRegion"],
                        &["startLine", "startColumn", "endLine", "endColumn"],
                    );
                }
            }
        }
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

const FOR_PROGRAMS: &[&str] = &[
    "json",
    "gitlab",
    "azure-devops",
    "junit",
    "checkstyle",
    "rdjson",
    "markdown",
    "html",
];

fn print(folder: &Path, format: &str) -> String {
    let run = pairlint(
        folder,
        &[
            "check",
            ".",
            "--format",
            format,
            "--exclude",
            "*.snap",
            "--exclude",
            "args",
        ],
    );
    assert!(run.code < 2, "{format}: {}", run.err);
    run.out
}

/// A file name, an object and values that mean something in every format.
fn nasty() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let filter = json!({ "name": "rf|<b>&\"']];,:% `x` @all ü", "type": "Microsoft.Network/routeFilters",
        "location": "westeurope", "rules": [{ "name": "allow", "access": "Allow", "routeFilterRuleType": "Community",
        "communities": ["12076:51002", "12076:59999", "12076:70000</pre>\u{1b}[0m"] }] });
    let text = serde_json::to_string_pretty(&filter).unwrap();
    fs::write(folder.path().join("rf & <x>;%,].json"), text).unwrap();
    folder
}

/// Walks XML as a strict reader does: every element is closed, every attribute quoted, no stray sign. Returns the
/// elements with their attributes.
fn elements(xml: &str) -> Vec<(String, Vec<(String, String)>)> {
    let (mut found, mut open, mut rest) = (Vec::new(), Vec::new(), xml);
    let text_is_fine = |text: &str| {
        assert!(!text.contains('>'), "stray sign: {text}");
        for reference in text.split('&').skip(1) {
            let name = reference.split(';').next().unwrap();
            assert!(
                ["amp", "lt", "gt", "quot", "#39", "#10", "#9"].contains(&name),
                "{text}"
            );
        }
    };
    while let Some(at) = rest.find('<') {
        text_is_fine(&rest[..at]);
        let end = rest.find('>').unwrap();
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('?') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let closed = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut list = Vec::new();
        while let Some((key, after)) = attributes.split_once("=\"") {
            let (value, after) = after.split_once('"').unwrap();
            text_is_fine(value);
            list.push((key.trim().to_owned(), value.to_owned()));
            attributes = after;
        }
        assert_eq!(attributes.trim(), "", "{tag}");
        found.push((name.to_owned(), list));
        if !closed {
            open.push(name.to_owned());
        }
    }
    assert_eq!(open, Vec::<String>::new());
    assert!(!xml.contains('\u{1b}'));
    found
}

fn value<'e>(element: &'e (String, Vec<(String, String)>), key: &str) -> &'e str {
    let found = element.1.iter().find(|(name, _)| name == key);
    &found.unwrap_or_else(|| panic!("no {key} in {element:?}")).1
}

#[test]
fn every_format_holds_every_finding() {
    for name in ["half-pair", "broken-a-entry-removed", "broken-c-too-much"] {
        let folder = root().join("fixtures/networks").join(name);
        let report: Value = serde_json::from_str(&print(&folder, "json")).unwrap();
        let findings = list(&report["diagnostics"]);
        for format in FOR_PROGRAMS {
            let text = print(&folder, format);
            for finding in findings {
                let rule = finding["rule"].as_str().unwrap();
                assert!(text.contains(rule), "{format} of {name} lacks {rule}");
            }
            // The same input gives the same bytes.
            assert_eq!(text, print(&folder, format));
        }
        assert_eq!(print(&folder, "azure-devops").lines().count(), findings.len());
    }
}

#[test]
fn gitlab_gets_what_its_schema_wants() {
    let nasty = nasty();
    for folder in [&root().join("fixtures/networks/half-pair"), nasty.path()] {
        let issues: Value = serde_json::from_str(&print(folder, "gitlab")).unwrap();
        let mut prints = BTreeSet::new();
        assert!(!list(&issues).is_empty());
        for issue in list(&issues) {
            object(
                issue,
                &["description", "check_name", "fingerprint", "severity", "location"],
            );
            assert!(
                prints.insert(issue["fingerprint"].as_str().unwrap()),
                "twice: {issue}"
            );
            let severity = issue["severity"].as_str().unwrap();
            assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
            assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() > 0);
            text(&issue["location"]["path"]);
        }
    }
}

#[test]
fn reviewdog_gets_columns_in_bytes() {
    let folder = nasty();
    let result: Value = serde_json::from_str(&print(folder.path(), "rdjson")).unwrap();
    object(&result, &["source", "diagnostics"]);
    let source = fs::read_to_string(folder.path().join("rf & <x>;%,].json")).unwrap();
    let lines: Vec<&str> = source.split('\n').collect();
    for item in list(&result["diagnostics"]) {
        object(
            item,
            &["message", "location", "severity", "code", "related_locations?"],
        );
        assert!(["ERROR", "WARNING", "INFO"].contains(&item["severity"].as_str().unwrap()));
        let start = &item["location"]["range"]["start"];
        let line = usize::try_from(start["line"].as_u64().unwrap()).unwrap();
        let column = usize::try_from(start["column"].as_u64().unwrap()).unwrap();
        assert!(lines[line - 1].is_char_boundary(column - 1), "{item}");
    }
}

#[test]
fn xml_is_well_formed_and_junit_has_a_case_for_each_file() {
    let folder = nasty();
    let junit = elements(&print(folder.path(), "junit"));
    let cases: Vec<_> = junit.iter().filter(|element| element.0 == "testcase").collect();
    let [case] = cases.as_slice() else {
        panic!("one case: {junit:?}")
    };
    assert_eq!(value(case, "name"), "rf &amp; &lt;x&gt;;%,].json");
    assert_eq!(junit.iter().filter(|element| element.0 == "failure").count(), 1);
    let checkstyle = elements(&print(folder.path(), "checkstyle"));
    assert!(checkstyle.iter().filter(|element| element.0 == "error").count() >= 2);
    for error in checkstyle.iter().filter(|element| element.0 == "error") {
        assert!(["error", "warning", "info"].contains(&value(error, "severity")));
        assert!(value(error, "line").parse::<u32>().unwrap() > 0);
    }
    // A file without a finding is a case that passes.
    let correct = root().join("fixtures/networks/correct-a-pair");
    let junit = elements(&print(&correct, "junit"));
    let suite = junit.iter().find(|element| element.0 == "testsuite").unwrap();
    let count = junit.iter().filter(|element| element.0 == "testcase").count();
    assert_eq!(value(suite, "tests"), count.to_string());
    assert_eq!(value(suite, "failures"), "0");
    assert!(count >= 2);
}

#[test]
fn azure_pipelines_gets_one_command_on_one_line() {
    let folder = nasty();
    let text = print(folder.path(), "azure-devops");
    for line in text.lines() {
        let rest = line.strip_prefix("##vso[task.logissue type=").unwrap();
        let (properties, message) = rest.split_once(']').unwrap();
        let names: Vec<&str> = properties.trim_end_matches(';').split(';').skip(1).collect();
        let names: Vec<&str> = names.iter().map(|part| part.split('=').next().unwrap()).collect();
        assert_eq!(
            names,
            ["sourcepath", "linenumber", "columnnumber", "code"],
            "{line}"
        );
        assert!(
            properties.contains("sourcepath=rf & <x>%3B%AZP25,%5D.json;"),
            "{properties}"
        );
        assert!(!message.is_empty());
    }
}

#[test]
fn markup_is_not_taken_from_files() {
    let folder = nasty();
    let html = print(folder.path(), "html");
    for element in ["article", "pre", "figure", "table", "html"] {
        let opened =
            html.matches(&format!("<{element}>")).count() + html.matches(&format!("<{element} ")).count();
        assert_eq!(
            opened,
            html.matches(&format!("</{element}>")).count(),
            "{element}"
        );
    }
    assert!(
        !html.contains("<b>&amp;") && html.contains("rf|&lt;b&gt;&amp;"),
        "{html}"
    );
    assert!(!html.contains("http-equiv") && !html.contains("src=") && !html.contains('\u{1b}'));
    let markdown = print(folder.path(), "markdown");
    assert!(
        !markdown.contains("<b>") && !markdown.contains('\u{1b}'),
        "{markdown}"
    );
    for row in markdown.lines().filter(|line| line.starts_with('|')) {
        assert_eq!(row.matches('|').count(), 5, "{row}");
    }
    assert_eq!(
        markdown.matches("<details>").count(),
        markdown.matches("</details>").count()
    );
}

/// A comment on GitHub has at most 65,536 characters.
#[test]
fn a_comment_is_never_too_long() {
    let folder = tempfile::tempdir().unwrap();
    let values: Vec<String> = (0..2000)
        .map(|number| format!("12076:{}", 60000 + number))
        .collect();
    let filter = json!({ "name": "rf", "type": "Microsoft.Network/routeFilters", "rules": [{ "name": "allow",
        "access": "Allow", "routeFilterRuleType": "Community", "communities": values }] });
    fs::write(
        folder.path().join("rf.json"),
        serde_json::to_string_pretty(&filter).unwrap(),
    )
    .unwrap();
    let markdown = print(folder.path(), "markdown");
    assert!(markdown.chars().count() < 65_536);
    assert!(markdown.contains(" more findings\n"), "{markdown}");
}

/// No format shows a key.
#[test]
fn secrets_are_masked_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let circuit = json!({ "name": "er", "type": "Microsoft.Network/expressRouteCircuits",
        "serviceKey": "c0ffee00-1234-4321-aaaa-bbbbbbbbbbbb", "sku": { "tier": "Premium" }, "peerings": [] });
    // All on one line, so that every excerpt holds the key.
    fs::write(
        folder.path().join("er.json"),
        serde_json::to_string(&circuit).unwrap(),
    )
    .unwrap();
    for format in FOR_PROGRAMS {
        let text = print(folder.path(), format);
        assert!(!text.contains("c0ffee00"), "{format}: {text}");
    }
}
