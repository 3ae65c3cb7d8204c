//! Fixes, from outside: whatever is offered for any fixture mends its finding, brings nothing new, and leaves every
//! other byte alone.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{Report, check, folders, name, pairlint, root};
use tempfile::TempDir;
use walkdir::WalkDir;

/// Every folder below `fixtures` that is a case by itself, with the arguments of its command line.
fn cases() -> Vec<(PathBuf, Vec<String>)> {
    let fixtures = root().join("fixtures");
    let mut cases = Vec::new();
    for folder in ["rules", "dialects"] {
        for group in folders(&fixtures.join(folder)) {
            cases.extend(folders(&group));
        }
    }
    for folder in ["networks", "deployments", "fix"] {
        cases.extend(folders(&fixtures.join(folder)));
    }
    let arguments = |case: &Path| {
        let given = fs::read_to_string(case.join("args")).unwrap_or_default();
        let given = given.split_whitespace().filter(|word| *word != "--unsafe-fixes");
        let mut arguments: Vec<String> = given.map(str::to_owned).collect();
        arguments.extend(["--exclude", "*.snap", "--exclude", "args"].map(str::to_owned));
        if !arguments.iter().any(|word| word == "--allow-empty") {
            arguments.push("--allow-empty".to_owned());
        }
        // Where nothing is declared, a region makes for more to be mended.
        let declares = case.join("pairlint.toml").exists() || arguments.iter().any(|word| word == "--region");
        if !declares && case.starts_with(root().join("fixtures/dialects")) {
            arguments.extend(["--region", "europe"].map(str::to_owned));
        }
        arguments
    };
    cases
        .into_iter()
        .map(|case| (case.clone(), arguments(&case)))
        .collect()
}

/// A copy of a case that may be written to.
fn copy(case: &Path) -> TempDir {
    let copy = TempDir::new().unwrap();
    for entry in WalkDir::new(case) {
        let entry = entry.unwrap();
        let to = copy.path().join(entry.path().strip_prefix(case).unwrap());
        match entry.file_type().is_dir() {
            true => fs::create_dir_all(to).unwrap(),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
    copy
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = WalkDir::new(folder).into_iter().map(Result::unwrap);
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_owned();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// What makes a finding the same in another run, and how many there are.
fn counted(report: &Report) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for finding in report.diagnostics() {
        *counted.entry(gist(finding)).or_insert(0) += 1;
    }
    counted
}

fn gist(finding: &Value) -> String {
    let object = finding["object"].as_str().or(finding["file"].as_str());
    let rule = finding["rule"].as_str().unwrap();
    format!("{rule} {} {}", object.unwrap_or_default(), finding["facts"])
}

/// Makes the edits of a fix in the files, as an editor would.
fn make(folder: &Path, fix: &Value) -> bool {
    let mut edits: Vec<&Value> = fix["edits"].as_array().unwrap().iter().collect();
    let start = |edit: &Value| edit["range"]["start"]["offset"].as_u64().unwrap() as usize;
    let end = |edit: &Value| edit["range"]["end"]["offset"].as_u64().unwrap() as usize;
    edits.sort_by_key(|edit| (edit["file"].to_string(), start(edit), end(edit)));
    for edit in edits.iter().rev() {
        let path = folder.join(edit["file"].as_str().unwrap());
        // Offsets are of the decoded text; other encodings are another test's matter.
        let Ok(mut text) = fs::read_to_string(&path) else {
            return false;
        };
        if text.starts_with('\u{feff}') {
            return false;
        }
        text.replace_range(start(edit)..end(edit), edit["replacement"].as_str().unwrap());
        fs::write(&path, text).unwrap();
    }
    true
}

#[test]
fn each_fix_alone_mends_its_finding() {
    let mut tried = BTreeMap::new();
    for (case, arguments) in cases() {
        let before = check(&case, &arguments);
        let known = counted(&before);
        for finding in before
            .diagnostics()
            .iter()
            .filter(|finding| finding["fix"].is_object())
        {
            let folder = copy(&case);
            if !make(folder.path(), &finding["fix"]) {
                continue;
            }
            let after = check(folder.path(), &arguments);
            let left = counted(&after);
            let about = format!("{}\n{}\n{}", case.display(), finding["message"], finding["fix"]);
            let gist = gist(finding);
            let of = |counted: &BTreeMap<String, usize>| counted.get(&gist).copied().unwrap_or(0);
            assert!(
                of(&left) < of(&known),
                "the finding is still there: {about}\n{}",
                after.describe()
            );
            for (other, count) in &left {
                // A list that got shorter makes another finding of it, which is no worse.
                let rule = other.split(' ').next().unwrap();
                let of_rule = |counted: &BTreeMap<String, usize>| -> usize {
                    let found = counted.iter().filter(|(gist, _)| gist.starts_with(rule));
                    found.map(|(_, count)| count).sum()
                };
                assert!(
                    *count <= known.get(other).copied().unwrap_or(0)
                        || of_rule(&left) <= of_rule(&known)
                        // Where a region's routes come in at last, a note tells of those that still do not.
                        || rule == "regional-prefix-rejected",
                    "{other} is new: {about}"
                );
            }
            *tried
                .entry(finding["rule"].as_str().unwrap().to_owned())
                .or_insert(0) += 1;
        }
    }
    for rule in RULES {
        assert!(
            tried.contains_key(*rule),
            "no fixture shows a fix of {rule}: {tried:?}"
        );
    }
}

/// The rules that offer fixes.
const RULES: &[&str] = &[
    "blocked-by-router",
    "deny-route-filter-rule",
    "duplicate-community",
    "extra-community",
    "half-region-pair",
    "joined-communities",
    "malformed-community",
    "missing-region-community",
    "private-peering-community",
    "required-community-rejected",
    "stale-community",
    "substitute-community",
    "undefined-reference",
    "unneeded-community-accepted",
    "unreachable-entry",
    "unsupported-rule-type",
    "wrong-cloud-community",
];

#[test]
fn fixing_twice_changes_nothing_more() {
    for (case, arguments) in cases() {
        let before = check(&case, &arguments);
        if before.json["summary"]["fixable"] == 0 {
            continue;
        }
        let folder = copy(&case);
        let mut all = arguments.clone();
        all.push("--fix".to_owned());
        let fixed = check(folder.path(), &all);
        assert!(
            fixed.json["summary"]["fixed"].as_u64() > Some(0),
            "{}",
            case.display()
        );
        assert_eq!(
            fixed.json["summary"]["fixable"],
            0,
            "{}:\n{}",
            case.display(),
            fixed.describe()
        );
        let written = files(folder.path());
        assert_ne!(written, files(&case), "{}", case.display());
        let again = check(folder.path(), &all);
        assert_eq!(again.json["summary"]["fixed"], 0, "{}", case.display());
        assert_eq!(written, files(folder.path()), "{}", case.display());
    }
}

/// Each folder under `fixtures/fix` is a case: `args` is its command line, and what `--diff` prints lies beside the
/// input.
#[test]
fn diffs_are_as_their_snapshots_say() {
    for case in folders(&root().join("fixtures/fix")) {
        let given = fs::read_to_string(case.join("args")).unwrap_or_default();
        let mut arguments = vec!["check", "--diff", "--as-of", support::TODAY];
        arguments.extend(given.split_whitespace());
        arguments.extend(["--exclude", "*.snap", "--exclude", "args"]);
        let run = pairlint(&case, &arguments);
        assert!(run.code < 2, "{}: {}", name(&case), run.err);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&case);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let text = format!("{}exit {}: {}", run.out, run.code, run.err);
        settings.bind(|| insta::assert_snapshot!("diff", text));
    }
}
