//! `pairlint diff`, from outside. Each folder under `fixtures/diff` is a case: `old` and `new`, folders or files, and
//! what is printed in `expect.snap`.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{Outcome, folders, name, pairlint, root};

/// The two sides of a case.
fn sides(case: &Path) -> [String; 2] {
    let entries = fs::read_dir(case).unwrap();
    let names: Vec<String> = entries.map(|entry| name(&entry.unwrap().path())).collect();
    let side = |wanted: &str| {
        let found = names.iter().find(|name| name.split('.').next() == Some(wanted));
        found
            .unwrap_or_else(|| panic!("{}: no {wanted}", case.display()))
            .clone()
    };
    [side("old"), side("new")]
}

fn diff(case: &Path, arguments: &[&str]) -> Outcome {
    let [old, new] = sides(case);
    let arguments: Vec<&str> = ["diff", old.as_str(), new.as_str()]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    pairlint(case, &arguments)
}

fn cases() -> Vec<PathBuf> {
    folders(&root().join("fixtures/diff"))
}

#[test]
fn behaviour_is_compared() {
    for case in cases() {
        let run = diff(&case, &[]);
        assert_eq!(run.err, "", "{}", case.display());
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&case);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| {
            insta::assert_snapshot!("expect", format!("{}exit {}", run.out, run.code));
        });
    }
}

/// The three formats say the same, and a program can follow each witness.
#[test]
fn json_and_markdown_hold_what_is_shown() {
    for case in cases() {
        let (human, markdown) = (diff(&case, &[]), diff(&case, &["--format", "markdown"]));
        let json = diff(&case, &["--format", "json"]);
        assert_eq!(
            (json.code, markdown.code),
            (human.code, human.code),
            "{}",
            case.display()
        );
        let report: Value = serde_json::from_str(&json.out).unwrap();
        assert_eq!(report["schema"], "pairlint.diff/1");
        assert_eq!(report["summary"]["differs"], human.code == 1);
        assert_eq!(markdown.out.contains("\n| | where |"), human.code == 1);
        let opened = markdown.out.matches("<details>").count();
        assert_eq!(opened, markdown.out.matches("</details>").count());
        for session in report["sessions"].as_array().unwrap() {
            for routes in session["routes"].as_array().unwrap() {
                for (key, old, new) in [
                    ("newly_accepted", "reject", "accept"),
                    ("newly_rejected", "accept", "reject"),
                ] {
                    if routes[key].is_object() {
                        assert_eq!(routes[key]["old"]["verdict"], old);
                        assert_eq!(routes[key]["new"]["verdict"], new);
                        traced(&case, session, &routes[key]);
                    }
                }
            }
        }
    }
}

/// `pairlint trace` gives the same verdicts.
fn traced(case: &Path, session: &Value, example: &Value) {
    for (at, side) in ["old", "new"].into_iter().enumerate() {
        if session[side] != "active" {
            continue;
        }
        let path = &sides(case)[at];
        let neighbor = session["name"].as_str().unwrap().rsplit('/').next().unwrap();
        let mut arguments = vec!["trace", path.as_str(), "--neighbor", neighbor, "--format", "json"];
        arguments.extend(["--prefix", example["prefix"].as_str().unwrap()]);
        arguments.extend(["--as-path", example["as_path"].as_str().unwrap()]);
        for community in example["communities"].as_array().unwrap() {
            arguments.extend(["--community", community.as_str().unwrap()]);
        }
        let run = pairlint(case, &arguments);
        let trace: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(
            trace["traces"][0]["verdict"],
            example[side]["verdict"],
            "{} {arguments:?}",
            case.display()
        );
    }
}

/// What one side gains, the other loses.
#[test]
fn both_directions_are_found() {
    for case in cases() {
        let [old, new] = sides(&case);
        let run = |arguments: [&str; 2]| -> Value {
            let run = pairlint(&case, &["diff", arguments[0], arguments[1], "--format", "json"]);
            serde_json::from_str(&run.out).unwrap()
        };
        let (forth, back) = (run([&old, &new]), run([&new, &old]));
        let kinds = |report: &Value, key: &str| -> Vec<String> {
            let sessions = report["sessions"].as_array().unwrap().iter();
            let routes = sessions.flat_map(|session| {
                let name = session["name"].as_str().unwrap();
                // The router's own name may differ from side to side.
                let neighbor = name.rsplit('/').next().unwrap().to_owned();
                let routes = session["routes"].as_array().unwrap().iter();
                routes
                    .filter(|routes| routes[key].is_object())
                    .map(move |routes| format!("{neighbor} {} {}", routes["kind"], routes["community"]))
            });
            routes.collect()
        };
        for (one, other) in [
            ("newly_accepted", "newly_rejected"),
            ("newly_rejected", "newly_accepted"),
        ] {
            assert_eq!(kinds(&forth, one), kinds(&back, other), "{}", case.display());
        }
        // Nothing differs from itself, understood or not.
        for side in [&old, &new] {
            let same = pairlint(&case, &["diff", side, side]);
            assert_eq!(same.code, 0, "{}: {}", case.display(), same.out);
        }
    }
}

#[test]
fn a_run_that_cannot_compare_says_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "hello\n").unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let edge = "hostname edge1\nrouter bgp 65010\n neighbor 192.0.2.2 remote-as 12076\n";
    fs::write(folder.path().join("edge1.cfg"), edge).unwrap();
    for (old, new, expected) in [
        ("edge1.cfg", "gone.cfg", "cannot read `gone.cfg`"),
        ("edge1.cfg", "notes.txt", "configuration in `notes.txt`"),
        ("empty", "empty", "configuration in `empty`"),
        ("-", "-", "only one side can be standard input"),
    ] {
        let run = pairlint(folder.path(), &["diff", old, new]);
        assert_eq!(run.code, 2, "{old} {new}: {}", run.out);
        assert!(run.err.contains(expected), "{}", run.err);
        assert_eq!(run.out, "");
    }
    let run = pairlint(folder.path(), &["diff", "empty", "edge1.cfg"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.starts_with("session edge1/192.0.2.2 ipv4: appeared\n"),
        "{}",
        run.out
    );
}

/// What a file says about itself cannot break out of a comment.
#[test]
fn markdown_is_escaped() {
    let folder = tempfile::tempdir().unwrap();
    let edge = "hostname e|d<g>e`1\nrouter bgp 65010\n neighbor 192.0.2.2 remote-as 12076\n";
    fs::write(folder.path().join("new.cfg"), edge).unwrap();
    fs::create_dir(folder.path().join("old")).unwrap();
    let run = pairlint(folder.path(), &["diff", "old", "new.cfg", "--format", "markdown"]);
    let row = run.out.lines().find(|line| line.contains("appeared")).unwrap();
    assert_eq!(
        row,
        "| appeared | <code>e&#124;d&lt;g&gt;e&#96;1/192.0.2.2</code> ipv4 | the session | not there | active |"
    );
}

#[test]
fn the_schema_is_printed() {
    let run = pairlint(&root(), &["schema", "diff"]);
    let schema: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(schema["title"], "pairlint.diff/1");
    let fields = schema["properties"].as_object().unwrap();
    for field in ["sessions", "route_filters", "peerings", "summary"] {
        assert!(fields.contains_key(field), "{field}");
    }
}
