//! Every input under `fixtures/fuzz/<target>/` goes through the target's checks: those that once failed, and seeds of
//! targets that no other fixtures suit (`docs/fuzzing.md`).

mod support;

#[path = "fuzz/src/lib.rs"]
mod harness;

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;

use support::{folders, name, root};

#[test]
fn inputs_that_once_failed_pass() {
    let mut failed = Vec::new();
    for folder in folders(&root().join("fixtures/fuzz")) {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let bytes = fs::read(&path).expect("a file");
            let target = name(&folder);
            if catch_unwind(|| harness::run(&target, &bytes)).is_err() {
                failed.push(path);
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn every_target_is_built_and_every_folder_has_one() {
    let targets: BTreeSet<String> = harness::TARGETS
        .iter()
        .map(|target| target.name.to_owned())
        .collect();
    let manifest = fs::read_to_string(root().join("tests/fuzz/Cargo.toml")).expect("a manifest");
    let built: BTreeSet<String> = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("path = \"fuzz_targets/")?.strip_suffix(".rs\""))
        .map(str::to_owned)
        .collect();
    assert_eq!(built, targets, "tests/fuzz/Cargo.toml (left) and TARGETS (right)");
    let folders: BTreeSet<String> = folders(&root().join("fixtures/fuzz"))
        .iter()
        .map(|folder| name(folder))
        .collect();
    assert!(folders.is_subset(&targets), "{folders:?}");
    for dialect in pairlint_dialects::DIALECTS {
        let tried = harness::TARGETS
            .iter()
            .any(|target| target.dialects().contains(&dialect.name));
        assert!(tried, "no target reads {}", dialect.name);
    }
}
