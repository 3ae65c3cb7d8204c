//! Every dialect has its page and its fixtures, and each fixture is told from the other languages.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pairlint_dialects::{DIALECTS, Dialect, Fit, detect};
use pairlint_model::source::{Source, SourceId};
use walkdir::WalkDir;

use super::support::{folders, name, root};

/// Folders under `fixtures/dialects` that are no dialect's: what they are for.
const OTHERS: &[&str] = &[
    // Cases for the comparison with real daemons (`docs/testing-frr.md`).
    "frr-cases",
];

/// Fixtures that are in another language by themselves, or that no line proves to be in one, and what they are read in.
const AMBIGUOUS: &[(&str, &[&str])] = &[
    // A body that a script sends is an export, too.
    ("scripts/bodies/rf-us.json", &["azure"]),
];

#[test]
fn every_dialect_has_a_page_and_fixtures() {
    let expected: BTreeSet<String> = DIALECTS.iter().map(|dialect| dialect.name.to_owned()).collect();
    assert_eq!(expected.len(), DIALECTS.len(), "two dialects share a name");
    let pages: BTreeSet<String> = fs::read_dir(root().join("docs/dialects"))
        .expect("a folder")
        .map(|entry| name(&entry.expect("an entry").path()))
        .filter(|name| name != "README.md")
        .map(|name| name.trim_end_matches(".md").to_owned())
        .collect();
    assert_eq!(pages, expected, "docs/dialects (left) and DIALECTS (right)");
    let mut held: BTreeSet<String> = folders(&root().join("fixtures/dialects"))
        .iter()
        .map(|folder| name(folder))
        .collect();
    held.retain(|name| !OTHERS.contains(&name.as_str()));
    assert_eq!(held, expected, "fixtures/dialects (left) and DIALECTS (right)");
    for dialect in DIALECTS {
        assert!(
            !inputs(&root().join("fixtures/dialects").join(dialect.name)).is_empty(),
            "fixtures/dialects/{} holds nothing",
            dialect.name
        );
    }
}

#[test]
fn every_fixture_is_recognised_as_its_dialect_and_no_other() {
    let mut wrong = Vec::new();
    for dialect in DIALECTS {
        for path in inputs(&root().join("fixtures/dialects").join(dialect.name)) {
            let shown = path
                .strip_prefix(root().join("fixtures/dialects"))
                .expect("below the fixtures");
            let shown = shown.to_string_lossy().replace('\\', "/");
            let bytes = fs::read(&path).expect("a file");
            let source = Source::new(
                SourceId(0),
                name(&path),
                String::from_utf8_lossy(&bytes).into_owned(),
            );
            let certain: Vec<&str> = fitting(&source, Fit::Certain);
            if certain.len() > 1 {
                wrong.push(format!("{shown}: several are certain, {certain:?}"));
            }
            let found: Vec<&str> = detect(&source).iter().map(|dialect| dialect.name).collect();
            let allowed = AMBIGUOUS.iter().find(|(path, _)| *path == shown);
            let expected = allowed.map_or(vec![dialect.name], |(_, dialects)| dialects.to_vec());
            // A file that says nothing of ours by itself, but that those beside it need.
            let together = dialect.together.as_ref();
            let helps = together.is_some_and(|together| (together.may_help)(&name(&path)));
            if found != expected && !(helps && found.is_empty()) {
                wrong.push(format!("{shown}: is read as {found:?}, not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (path, dialects) in AMBIGUOUS {
        let known = |name: &&str| DIALECTS.iter().any(|dialect: &&Dialect| dialect.name == *name);
        assert!(
            root().join("fixtures/dialects").join(path).is_file(),
            "{path} is gone"
        );
        assert!(!dialects.is_empty() && dialects.iter().all(known), "{path}");
    }
}

fn fitting(source: &Source, fit: Fit) -> Vec<&'static str> {
    let fitting = DIALECTS.iter().filter(|dialect| (dialect.detect)(source) == fit);
    fitting.map(|dialect| dialect.name).collect()
}

/// The files of a dialect's cases, without the snapshots.
fn inputs(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).min_depth(2).sort_by_file_name();
    let paths = entries
        .into_iter()
        .map(|entry| entry.expect("an entry").into_path());
    let is_input = |path: &PathBuf| {
        let hidden = name(path).starts_with('.');
        let extension = path.extension().and_then(|extension| extension.to_str());
        path.is_file() && !hidden && !matches!(extension, Some("snap" | "new"))
    };
    paths.filter(is_input).collect()
}
