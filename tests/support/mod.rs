//! Runs pairlint in this process, and describes what it reports.

// Each test crate uses its own part of these helpers.
#![allow(dead_code)]
#![allow(clippy::unwrap_used)] // helpers of tests

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pairlint_cli::{Stream, World};
use serde_json::Value;

/// The day on which [`check`] takes place: soon after the embedded tables, so that none of them is stale.
pub const TODAY: &str = "2026-04-01";

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a run printed, and its exit code.
pub struct Outcome {
    pub code: u8,
    pub out: String,
    pub err: String,
}

/// Runs with arguments in a folder, on 2026-11-01.
pub fn pairlint(folder: &Path, arguments: &[&str]) -> Outcome {
    let mut world = World {
        cwd: folder.to_owned(),
        variables: BTreeMap::new(),
        stdin: Box::new(io::empty()),
        out: Stream::default(),
        err: Stream::default(),
        now: 1_793_491_200,
        threads: 2,
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["pairlint"]
        .into_iter()
        .chain(arguments.iter().copied())
        .map(OsString::from);
    let code = pairlint_cli::run(&mut world, arguments, &mut out, &mut err);
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Outcome {
        code,
        out: text(out),
        err: text(err),
    }
}

/// A report, read back from JSON.
pub struct Report {
    pub code: u8,
    pub json: Value,
}

/// Checks a folder with the arguments of a `check` command line, and reads the report.
#[track_caller]
pub fn check<A: AsRef<str>>(folder: &Path, arguments: &[A]) -> Report {
    let mut all = vec!["check", "--format", "json"];
    all.extend(arguments.iter().map(AsRef::as_ref));
    if !all.iter().any(|argument| argument.starts_with("--as-of")) {
        all.extend(["--as-of", TODAY]);
    }
    let run = pairlint(folder, &all);
    assert!(
        run.code < 2,
        "{}: exit {}\n{}",
        folder.display(),
        run.code,
        run.err
    );
    Report {
        code: run.code,
        json: serde_json::from_str(&run.out).unwrap(),
    }
}

impl Report {
    pub fn diagnostics(&self) -> &[Value] {
        self.json["diagnostics"].as_array().unwrap()
    }

    /// Whether a finding of the rule is reported.
    pub fn names(&self, rule: &str) -> bool {
        self.diagnostics().iter().any(|finding| finding["rule"] == rule)
    }

    /// How many things the run has understood: filters, circuits, sessions.
    pub fn inputs(&self) -> u64 {
        let summary = &self.json["summary"];
        let counts = ["route_filters", "circuits", "sessions"].map(|key| summary[key].as_u64().unwrap());
        counts.iter().sum()
    }

    /// Everything that a reviewer wants to see in a snapshot; tables, dates and fingerprints are left out.
    pub fn describe(&self) -> String {
        let mut text = String::new();
        for finding in self.diagnostics() {
            describe_finding(finding, &mut text);
        }
        for environment in list(&self.json["environments"]) {
            let (name, verdict) = (string(&environment["name"]), string(&environment["verdict"]));
            writeln!(
                text,
                "environment {name}: {verdict}, judged on [{}]",
                joined(&environment["judged_on"])
            )
            .unwrap();
        }
        for session in list(&self.json["sessions"]) {
            describe_session(session, &mut text);
        }
        for row in list(&self.json["matrix"]) {
            describe_row(row, &mut text);
        }
        writeln!(text, "exit {}", self.code).unwrap();
        text
    }
}

fn describe_finding(finding: &Value, text: &mut String) {
    let (severity, rule) = (string(&finding["severity"]), string(&finding["rule"]));
    writeln!(text, "{severity} {rule}: {}", string(&finding["message"])).unwrap();
    for label in list(&finding["labels"]) {
        let place = place(&label["file"], &label["range"]);
        writeln!(text, "  at {place}: {}", string(&label["text"])).unwrap();
    }
    for key in ["help", "object"] {
        if let Some(value) = finding[key].as_str() {
            writeln!(text, "  {key}: {value}").unwrap();
        }
    }
    for (key, value) in finding["facts"].as_object().into_iter().flatten() {
        let value = if value.is_array() {
            joined(value)
        } else {
            string(value)
        };
        writeln!(text, "  {key} = {value}").unwrap();
    }
    let witness = &finding["witness"];
    if witness.is_object() {
        writeln!(
            text,
            "  witness: {} [{}] path {}: {}",
            string(&witness["prefix"]),
            joined(&witness["communities"]),
            string(&witness["as_path"]),
            string(&witness["verdict"])
        )
        .unwrap();
    }
    text.push('\n');
}

fn describe_session(session: &Value, text: &mut String) {
    let [device, neighbor, family, peering] =
        ["device", "neighbor", "family", "peering"].map(|key| string(&session[key]));
    write!(text, "session {device} {neighbor} {family} {peering}:").unwrap();
    for (community, verdict) in session["communities"].as_object().into_iter().flatten() {
        write!(text, " {community} {}", string(verdict)).unwrap();
    }
    writeln!(text, " untagged {}", string(&session["untagged"])).unwrap();
}

fn describe_row(row: &Value, text: &mut String) {
    let [environment, circuit, device, neighbor] =
        ["environment", "circuit", "device", "neighbor"].map(|key| row[key].as_str().unwrap_or("-"));
    let [family, verdict] = ["family", "verdict"].map(|key| string(&row[key]));
    write!(
        text,
        "matrix {environment} {circuit} {device} {neighbor} {family}: {verdict}"
    )
    .unwrap();
    if let Some(part) = row["at"].as_str() {
        write!(text, " at {part}").unwrap();
    }
    if let Some(why) = row["because"].as_str() {
        write!(text, " because {why}").unwrap();
    }
    text.push('\n');
}

fn place(file: &Value, range: &Value) -> String {
    let position = |end: &str| format!("{}:{}", range[end]["line"], range[end]["column"]);
    format!("{}:{}-{}", string(file), position("start"), position("end"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn joined(value: &Value) -> String {
    let parts: Vec<String> = list(value).iter().map(string).collect();
    parts.join(", ")
}

fn string(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Compares a file that is generated from code with what it should be; `UPDATE=1` writes it.
#[track_caller]
pub fn assert_current(path: &Path, expected: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, expected).unwrap();
        return;
    }
    let actual = fs::read_to_string(path).unwrap_or_default();
    assert!(
        actual == expected,
        "{} is not current: `UPDATE=1 cargo test` rewrites it",
        path.display()
    );
}

/// The folders in a folder, sorted by name.
pub fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The last part of a path.
pub fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
