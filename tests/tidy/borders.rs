//! What each crate may name: "Must never" of `docs/architecture.md`.

use std::collections::BTreeSet;

use pairlint_lint::rules;

use super::rust::{File, files, identifiers, named_after, parts};
use super::support::{folders, name, root};

const CRATES: [&str; 5] = ["model", "dialects", "eval", "lint", "cli"];

/// Vendors and their systems, as parts of an identifier or as words of a text.
const VENDORS: &[&str] = &[
    "acos",
    "arista",
    "asa",
    "checkpoint",
    "cisco",
    "comware",
    "eos",
    "fortinet",
    "fortios",
    "frr",
    "gaia",
    "huawei",
    "ios",
    "iosxr",
    "juniper",
    "junos",
    "mikrotik",
    "nokia",
    "nxos",
    "panos",
    "quagga",
    "routeros",
    "sonic",
    "sros",
    "vrp",
    "vyos",
    "xr",
];

/// Languages of regular expressions are named after the systems that speak them.
const SYNTAXES: &[&str] = &["Cisco", "Frr10", "Frr8", "Ios", "XrIos"];

#[test]
fn the_model_knows_no_vendor_no_json_and_no_terminal() {
    for file in files("model") {
        for identifier in identifiers(&file.bare).filter(|identifier| !SYNTAXES.contains(identifier)) {
            let parts = parts(identifier);
            let named = parts.iter().find(|part| {
                let foreign = [
                    "ansi", "colour", "color", "json", "miette", "serde", "terminal", "toml", "yaml",
                ];
                VENDORS.contains(&part.as_str()) || foreign.contains(&part.as_str())
            });
            assert!(named.is_none(), "{} names `{identifier}`", file.path);
        }
    }
}

#[test]
fn a_rule_names_no_vendor() {
    for file in rule_files() {
        let mut code = file.code.clone();
        for syntax in SYNTAXES {
            code = code.replace(&format!("RegexSyntax::{syntax}"), "");
        }
        let word =
            identifiers(&code).find(|word| parts(word).iter().any(|part| VENDORS.contains(&part.as_str())));
        assert!(word.is_none(), "{} names {word:?}", file.path);
    }
}

#[test]
fn a_rule_imports_no_other_rule() {
    let modules: BTreeSet<String> = rules::ALL
        .iter()
        .map(|rule| rule.name.replace('-', "_"))
        .collect();
    for file in rule_files() {
        for prefix in ["super", "rules"] {
            let other = named_after(&file.bare, prefix)
                .into_iter()
                .find(|named| modules.contains(*named));
            assert!(other.is_none(), "{} imports the rule {other:?}", file.path);
        }
    }
}

#[test]
fn a_dialect_imports_no_other_dialect() {
    let dialects = dialect_folders();
    for file in files("dialects") {
        let inner = file.path.trim_start_matches("crates/dialects/src/");
        let own = inner.split('/').next().unwrap_or("");
        if inner == "lib.rs" {
            continue;
        }
        // What dialects share knows shapes, and no dialect either.
        for prefix in ["super", "crate", "self"] {
            let other = named_after(&file.bare, prefix)
                .into_iter()
                .find(|named| *named != own && dialects.contains(*named));
            assert!(other.is_none(), "{} imports the dialect {other:?}", file.path);
        }
    }
}

#[test]
fn dialects_never_evaluate_and_the_evaluator_never_reports() {
    for (krate, foreign) in [
        ("dialects", "pairlint_eval"),
        ("dialects", "pairlint_lint"),
        ("eval", "pairlint_lint"),
    ] {
        for file in files(krate) {
            assert!(
                !identifiers(&file.bare).any(|word| word == foreign),
                "{} uses {foreign}",
                file.path
            );
        }
    }
    for file in files("eval").iter().chain(files("dialects")) {
        let reports = identifiers(&file.bare).any(|word| word == "Diagnostic");
        assert!(
            !reports,
            "{} makes diagnostics; those are made by rules",
            file.path
        );
    }
}

#[test]
fn only_the_command_line_touches_the_outside_world() {
    for file in ["model", "dialects", "eval", "lint"].into_iter().flat_map(files) {
        for module in named_after(&file.bare, "std") {
            assert!(
                !matches!(module, "fs" | "env" | "process" | "os"),
                "{} uses std::{module}",
                file.path
            );
        }
        // `std::fs::File` is refused above; a name of our own may be the same word.
        for word in identifiers(&file.bare) {
            let outside = matches!(
                word,
                "SystemTime"
                    | "Instant"
                    | "stdin"
                    | "stdout"
                    | "stderr"
                    | "TcpStream"
                    | "UdpSocket"
                    | "ToSocketAddrs"
            );
            assert!(!outside, "{} names `{word}`", file.path);
        }
        for printer in ["println!", "print!", "eprintln!", "eprint!", "dbg!"] {
            assert!(
                !file.bare.contains(printer),
                "{} prints with {printer}",
                file.path
            );
        }
    }
}

/// The rest of the command line's crate gets the clock, the variables and the streams from its `World`.
#[test]
fn the_world_is_looked_at_in_one_place() {
    for file in files("cli") {
        let inner = file.path.trim_start_matches("crates/cli/src/");
        if matches!(inner, "main.rs" | "world.rs") {
            continue;
        }
        for module in named_after(&file.bare, "std") {
            assert!(
                !matches!(module, "env" | "process"),
                "{} uses std::{module}",
                file.path
            );
        }
        for stream in named_after(&file.bare, "io") {
            assert!(
                !matches!(stream, "stdin" | "stdout" | "stderr"),
                "{} uses io::{stream}",
                file.path
            );
        }
        let clock = identifiers(&file.bare).find(|word| matches!(*word, "SystemTime" | "Instant"));
        assert!(clock.is_none(), "{} names {clock:?}", file.path);
    }
}

#[test]
fn the_terminals_library_is_known_to_the_terminals_output_alone() {
    for file in CRATES.into_iter().flat_map(files) {
        let drawing = [
            "crates/cli/src/output/terminal.rs",
            "crates/cli/src/output/excerpt.rs",
        ];
        let named = identifiers(&file.bare).any(|word| word == "miette");
        assert!(
            !named || drawing.contains(&file.path.as_str()),
            "{} uses miette",
            file.path
        );
    }
}

#[test]
fn no_unsafe_no_async_no_global_state_no_features() {
    for file in CRATES.into_iter().flat_map(files) {
        let word = identifiers(&file.bare).find(|word| {
            matches!(
                *word,
                "unsafe" | "async" | "await" | "thread_local" | "proc_macro" | "macro_export"
            )
        });
        assert!(word.is_none(), "{} has {word:?}", file.path);
        assert!(
            !file.code.contains("feature ="),
            "{} asks for a feature",
            file.path
        );
        for line in file.bare.lines().map(str::trim_start) {
            let mut words =
                identifiers(line).skip_while(|word| matches!(*word, "pub" | "crate" | "super" | "in"));
            if words.next() != Some("static") {
                continue;
            }
            let changes = words.find(|word| {
                let cells = [
                    "Atomic", "Mutex", "RwLock", "OnceLock", "LazyLock", "OnceCell", "RefCell", "Cell",
                ];
                *word == "mut" || cells.iter().any(|cell| word.starts_with(cell))
            });
            assert!(
                changes.is_none(),
                "{} has state of the whole program: {line}",
                file.path
            );
        }
    }
}

/// The folders of the dialects, from the module declarations: those that hold a `DIALECT`.
fn dialect_folders() -> BTreeSet<String> {
    let src = root().join("crates/dialects/src");
    let dialects: BTreeSet<String> = folders(&src)
        .into_iter()
        .filter(|folder| {
            let text = std::fs::read_to_string(folder.join("mod.rs")).unwrap_or_default();
            text.contains(": Dialect = Dialect {")
        })
        .map(|folder| name(&folder))
        .collect();
    assert!(dialects.len() > 10, "{dialects:?}");
    dialects
}

fn rule_files() -> Vec<&'static File> {
    let files = files("lint").iter();
    let found: Vec<&File> = files
        .filter(|file| file.path.starts_with("crates/lint/src/rules/"))
        .collect();
    assert!(found.len() > rules::ALL.len());
    found
}
