//! What each crate depends on, compared with the table of `docs/architecture.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::support::{folders, name, root};

#[test]
fn each_crate_depends_on_what_the_architecture_says() {
    let table = table();
    let mut crates = BTreeSet::new();
    for folder in folders(&root().join("crates")) {
        let krate = name(&folder);
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
        let allowed = table
            .get(&krate)
            .unwrap_or_else(|| panic!("docs/architecture.md has no row for `{krate}`"));
        let actual = dependencies(&manifest);
        assert_eq!(
            &actual, allowed,
            "crates/{krate}/Cargo.toml (left) and the table in docs/architecture.md (right)"
        );
        crates.insert(krate);
    }
    crates.insert("pairlint".to_owned());
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
    assert_eq!(
        Some(&dependencies(&manifest)),
        table.get("pairlint"),
        "Cargo.toml and the table in docs/architecture.md"
    );
    let rows: BTreeSet<String> = table.into_keys().collect();
    assert_eq!(rows, crates, "rows of docs/architecture.md and crates");
}

#[test]
fn versions_stand_in_one_place_and_each_has_a_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
    // A comment holds for the lines below it, up to an empty one.
    let mut explained = false;
    for line in section(&manifest, "workspace.dependencies") {
        match line {
            "" => explained = false,
            line if line.starts_with('#') => explained = true,
            line if line.starts_with("pairlint-") => {}
            line => assert!(explained, "Cargo.toml does not say why it needs `{line}`"),
        }
    }
}

#[test]
fn no_crate_has_what_the_house_does_without() {
    let manifests = folders(&root().join("crates")).into_iter().chain([root()]);
    for folder in manifests {
        let path = folder.join("Cargo.toml");
        let manifest = fs::read_to_string(&path).expect("a manifest");
        assert!(
            !folder.join("build.rs").exists(),
            "{} has a build script",
            folder.display()
        );
        for line in manifest.lines().map(str::trim) {
            let key = line.split(['=', ' ']).next().unwrap_or("");
            let forbidden = line == "[features]"
                || line == "[build-dependencies]"
                || matches!(
                    key,
                    "proc-macro" | "proc_macro" | "build" | "default-features" | "optional"
                );
            assert!(!forbidden, "{}: {line}", path.display());
        }
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} does without the lints of the workspace",
            path.display()
        );
    }
}

/// The third column of the table, by the first; `pairlint-` left out.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("docs/architecture.md")).expect("a page");
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("| crate |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, krate, _, allowed, _] = cells.as_slice() else {
            panic!("not a row of three: {row}")
        };
        let words = |cell: &str| -> BTreeSet<String> {
            cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
        };
        (krate.trim_matches('`').to_owned(), words(allowed))
    })
    .collect()
}

/// The names under `[dependencies]`, `pairlint-` left out; each takes its version from the workspace.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let lines = section(manifest, "dependencies");
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let name = line
                .strip_suffix(".workspace = true")
                .unwrap_or_else(|| panic!("`{line}` has a version of its own"));
            name.trim_start_matches("pairlint-").to_owned()
        })
        .collect()
}

fn section<'a>(manifest: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let head = format!("[{name}]");
    let lines = manifest.lines().map(str::trim);
    lines
        .skip_while(move |line| *line != head)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
}
