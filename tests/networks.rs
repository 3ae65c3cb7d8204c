//! Whole networks under `fixtures/networks/`: `correct-*` is quiet, the others are not.
//!
//! A network that was broken on purpose, `broken-*`, holds in `expect.txt` the rules that must speak above a note,
//! one a line, and no other may.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pairlint_model::source::{Source, SourceId};
use support::{check, name, pairlint};

fn networks() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/networks");
    let mut found: Vec<PathBuf> = fs::read_dir(root)
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    found.sort();
    found
}

#[test]
fn correct_networks_are_quiet_and_others_are_not() {
    for folder in networks() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let run = pairlint(&folder, &["check", "."]);
        let right = name.starts_with("correct-") || name == "same-policy";
        let expected = if right { 0 } else { 1 };
        assert_eq!(run.code, expected, "{name}:\n{}{}", run.out, run.err);
    }
}

#[test]
fn half_a_pair_is_told_on_both_sides() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/networks/half-pair");
    let run = pairlint(&folder, &["check", ".", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let rules: Vec<&str> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    for rule in [
        "missing-region-community",
        "joined-communities",
        "required-community-rejected",
    ] {
        assert!(rules.contains(&rule), "{rule} is not in {rules:?}");
    }
    assert_eq!(report["environments"][0]["verdict"], "missing");
}

#[test]
fn mutations_of_a_correct_network_are_found() {
    let correct = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/networks/correct-filter-and-router");
    let cases = [
        (
            "rf-prod.json",
            "\"12076:51003\"",
            "\"12076:51004\"",
            "missing-region-community",
        ),
        ("rf-prod.json", "\"Allow\"", "\"Deny\"", "deny-route-filter-rule"),
        (
            "rf-prod.json",
            "\"12076:51003\"",
            "\"12076:50003\"",
            "private-peering-community",
        ),
        (
            "edge1.cfg",
            "permit 12076:51003",
            "permit 12076:51004",
            "required-community-rejected",
        ),
        (
            "edge1.cfg",
            "match community MS-EUROPE",
            "match community MS-EUROPE exact-match",
            "required-prefix-rejected",
        ),
        (
            "edge1.cfg",
            "match community MS-EUROPE",
            "match community MS-EURPE",
            "undefined-reference",
        ),
        (
            "edge1.cfg",
            " match community MS-EUROPE\n",
            "",
            "untagged-route-accepted",
        ),
        (
            "edge1.cfg",
            "  neighbor 192.0.2.2 route-map FROM-MICROSOFT in\n",
            "",
            "no-import-policy",
        ),
        (
            "edge1.cfg",
            "  neighbor 192.0.2.2 activate\n",
            "  no neighbor 192.0.2.2 activate\n",
            "inactive-session",
        ),
        (
            "edge1.cfg",
            " match community MS-EUROPE\n",
            " match frobnicate 7\n",
            "uninterpreted-statement",
        ),
    ];
    for (file, from, to, rule) in cases {
        let folder = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(&correct).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_owned();
            let mut text = fs::read_to_string(&path).unwrap();
            if name == *file {
                assert!(text.contains(from), "{file} holds no {from}");
                text = text.replace(from, to);
            }
            fs::write(folder.path().join(name), text).unwrap();
        }
        let run = pairlint(folder.path(), &["check", ".", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        let found = report["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .any(|finding| finding["rule"] == rule);
        assert!(
            found && run.code == 1,
            "{file}: {from} -> {to} gives no {rule}:\n{}",
            run.out
        );
    }
}

#[test]
fn broken_networks_give_the_expected_rules_and_no_other() {
    for folder in networks() {
        let case = name(&folder);
        if !case.starts_with("broken-") {
            continue;
        }
        let expected = fs::read_to_string(folder.join("expect.txt")).unwrap();
        let expected: BTreeSet<&str> = expected.lines().collect();
        let arguments = fs::read_to_string(folder.join("args")).unwrap_or_else(|_| ".".to_owned());
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let report = check(&folder, &arguments);
        let loud = report
            .diagnostics()
            .iter()
            .filter(|finding| finding["severity"] != "note");
        let found: BTreeSet<&str> = loud.map(|finding| finding["rule"].as_str().unwrap()).collect();
        assert_eq!(found, expected, "{case}:\n{}", report.describe());
    }
}

/// Each design that a correct network may have, and for four of them three ways to break it.
#[test]
fn every_design_has_its_network() {
    let names: Vec<String> = networks().iter().map(|folder| name(folder)).collect();
    let count = |prefix: String| names.iter().filter(|name| name.starts_with(&prefix)).count();
    for design in "abcdefghi".chars() {
        assert_eq!(count(format!("correct-{design}-")), 1, "{design}");
    }
    for design in "cdgi".chars() {
        assert_eq!(count(format!("broken-{design}-")), 3, "{design}");
    }
}

/// `same-policy` holds one import policy in every dialect that is interpreted whole: all let in the same routes, and a
/// value that is changed in one of them shows.
#[test]
fn one_policy_lets_in_the_same_in_every_dialect() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/networks/same-policy");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|ending| ending != "toml" && ending != "snap")
        })
        .collect();
    files.sort();
    let dialects: BTreeSet<&str> = files.iter().map(|file| dialect(file)).collect();
    // RouterOS 6 and 7 are one dialect. PAN-OS is not here: what its expressions mean is not decided.
    assert_eq!(dialects.len() + 1, files.len(), "{dialects:?}");
    assert!(dialects.len() >= 12, "{dialects:?}");
    let first = name(files.first().expect("a file"));
    for file in &files {
        let run = pairlint(&folder, &["diff", &first, &name(file)]);
        assert_eq!(run.code, 0, "{}:\n{}{}", file.display(), run.out, run.err);
        let other = tempfile::tempdir().unwrap();
        let text = fs::read_to_string(file).unwrap();
        let changed = other.path().join(name(file));
        fs::write(&changed, text.replace("12076:51003", "12076:51004")).unwrap();
        let run = pairlint(&folder, &["diff", &first, &changed.to_string_lossy()]);
        assert_eq!(run.code, 1, "{}:\n{}{}", file.display(), run.out, run.err);
        assert!(run.out.contains("12076:51003"), "{}", run.out);
    }
}

/// The only dialect that the file is in.
#[track_caller]
fn dialect(file: &Path) -> &'static str {
    let text = fs::read_to_string(file).expect("a readable file");
    let found = pairlint_dialects::detect(&Source::new(SourceId(0), name(file), text));
    match found.as_slice() {
        [dialect] => dialect.name,
        found => panic!("{} is in {} dialects", file.display(), found.len()),
    }
}
