//! Every folder under `fixtures/dialects/mikrotik` is a case; what it lowers to lies beside it as `model.snap`.

#![allow(clippy::unwrap_used)] // helpers of tests

mod dump;

use std::path::{Path, PathBuf};

use pairlint_dialects::{DIALECTS, Dialect, Fit, detect, named};
use pairlint_model::network::Network;
use pairlint_model::source::{Source, SourceId};

fn dialect() -> &'static Dialect {
    named("mikrotik").unwrap()
}

/// The cases' folders and their input files.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects/mikrotik");
    let files = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let mut cases: Vec<_> = files(&root)
        .into_iter()
        .map(|folder| {
            let mut inputs = files(&folder);
            inputs.retain(|file| file.extension().is_some_and(|e| e != "snap" && e != "new"));
            assert_eq!(inputs.len(), 1, "{}", folder.display());
            (folder, inputs.remove(0))
        })
        .collect();
    cases.sort();
    cases
}

fn load(path: &Path) -> Source {
    let name = path.file_name().unwrap().to_string_lossy();
    source(&name, &std::fs::read_to_string(path).unwrap())
}

fn source(name: &str, text: &str) -> Source {
    Source::new(SourceId(0), name, text)
}

#[test]
fn every_case_lowers_to_its_snapshot() {
    for (folder, input) in cases() {
        let source = load(&input);
        let network = (dialect().parse)(&source);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("model", dump::network(&network, &source)));
    }
}

/// Returns the dump without places and line counts.
fn meaning(text: &str) -> String {
    let source = source("x.conf", text);
    let dump = dump::network(&(dialect().parse)(&source), &source);
    let mut out = String::new();
    for line in dump.lines().filter(|line| !line.starts_with("  lines ")) {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once(" @") {
            out.push_str(before);
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

/// Checks that the meaning holds each of the lines.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let meaning = meaning(text);
    for line in expected {
        assert!(
            meaning.lines().any(|found| found.trim() == *line),
            "{line}\nis not in\n{meaning}"
        );
    }
}

#[test]
fn exactly_this_dialect_recognises_every_case() {
    for (folder, input) in cases() {
        let source = load(&input);
        let found: Vec<&str> = DIALECTS
            .iter()
            .filter(|d| (d.detect)(&source) != Fit::No)
            .map(|d| d.name)
            .collect();
        assert_eq!(found, ["mikrotik"], "{}", folder.display());
    }
}

#[test]
fn secrets_are_named_and_not_shown() {
    for (folder, input) in cases() {
        let source = load(&input);
        let dump = dump::network(&(dialect().parse)(&source), &source);
        assert!(!dump.contains("invented"), "{}", folder.display());
    }
}

/// Spans of a network that do not lie on characters of the source, read from its debug form: there is no other
/// way to see every one of them.
fn outside(network: &Network, source: &Source) -> usize {
    let written = format!("{network:?}");
    let number = |text: &str| -> Option<usize> {
        let end = text.find(|c: char| !c.is_ascii_digit())?;
        text.get(..end)?.parse().ok()
    };
    let spans = written.match_indices("start: ").map(|(at, key)| {
        let start = written.get(at + key.len()..)?;
        let end = start.split_once("end: ")?.1;
        source.text().get(number(start)?..number(end)?)
    });
    spans.filter(Option::is_none).count()
}

#[test]
fn a_text_cut_anywhere_is_read_without_a_panic_and_with_valid_places() {
    for (_, input) in cases() {
        let text = std::fs::read_to_string(&input).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let read = |text: String| {
            let source = source("cut.conf", &text);
            detect(&source);
            let network = (dialect().parse)(&source);
            assert_eq!(outside(&network, &source), 0, "{text}");
        };
        for cut in 0..lines.len() {
            read(lines[..cut].concat());
            let without = lines[..cut].iter().chain(&lines[cut + 1..]);
            read(without.copied().collect());
            // Inside a line, where a multi-byte character, a string or a list may be open.
            let half = lines[cut].len() / 2;
            let half = (0..=half)
                .rev()
                .find(|&at| lines[cut].is_char_boundary(at))
                .unwrap_or(0);
            read(lines[..cut].concat() + &lines[cut][..half]);
        }
    }
}

#[test]
fn any_input_is_read() {
    let noise: String = (0..200_000u32)
        .map(|n| char::from_u32(n.wrapping_mul(2_654_435_761) >> 21).unwrap_or('{'))
        .collect();
    let rule = |rule: String| format!("/routing filter rule\nadd chain=c rule=\"{rule}\"\n");
    for text in [
        String::new(),
        rule("(".repeat(1_000_000)),
        rule("if (".repeat(300_000)),
        rule("if (afi ipv4) { ".repeat(300_000)),
        rule("not ".repeat(300_000)),
        rule("accept; ".repeat(300_000)),
        "/".repeat(1_000_000),
        "/a [".to_owned() + &"[".repeat(1_000_000),
        "/a\n".to_owned() + &"add x=\\\n".repeat(300_000),
        "/routing filter rule add chain=a rule=\"jump a\"\n/routing bgp peer add remote-address=192.0.2.1 in-filter=a\n"
            .to_owned(),
        noise,
    ] {
        let source = source("any.conf", &text);
        detect(&source);
        let network = (dialect().parse)(&source);
        assert_eq!(outside(&network, &source), 0);
    }
}

/// The statements that a rule of RouterOS 7 lowers to.
#[track_caller]
fn rule(rule: &str, expected: &[&str]) {
    let text = format!("/routing filter rule\nadd chain=C rule=\"{rule}\"\n");
    let meaning = meaning(&text);
    let found: Vec<&str> = meaning
        .lines()
        .filter_map(|line| line.trim().strip_prefix("1 if "))
        .collect();
    assert_eq!(found, expected, "{meaning}");
}

#[test]
fn rules_of_seven() {
    rule("accept", &["always: accept"]);
    rule(
        "set bgp-local-pref +10; accept;",
        &["always: local preference + 10, accept"],
    );
    rule(
        "if (dst in 10.0.0.0/8) { reject }",
        &["prefixes [ +10.0.0.0/8{8-32}]: reject"],
    );
    rule(
        "if (afi ipv6) {accept} else {reject}",
        &["family ipv6: accept", "always: reject"],
    );
    // What falls out of the first block must not run into the other.
    rule(
        "if (afi ipv6) { set bgp-med 1 } else { set bgp-med 2 }",
        &[
            "not family ipv6: go to #3",
            "always: MED = 1, next",
            "always: go to #4",
            "always: MED = 2, next",
        ],
    );
    rule(
        "if (afi ipv4 && not (protocol bgp || afi ipv6)) { return }",
        &["(family ipv4 and not (true or family ipv6)): endofpolicy"],
    );
    rule("if (humidity high) { accept }", &["NOT INTERPRETED: accept"]);
    rule("if (afi ipv4", &["NOT INTERPRETED: NOT INTERPRETED, unknown"]);
}

#[test]
fn what_a_chain_leaves_over_is_rejected_in_seven_and_open_in_six() {
    let seven = "/routing bgp connection add remote.address=192.0.2.1 .as=12076 input.filter=F\n";
    check(
        seven,
        &["import: policy F; else reject", "export: nothing; else accept"],
    );
    let six = "/routing bgp peer add remote-address=192.0.2.1 remote-as=12076 in-filter=F\n";
    check(six, &["import: policy F; else ?", "export: nothing; else accept"]);
}

#[test]
fn a_connection_takes_from_its_templates_what_it_does_not_say() {
    let text = "/routing bgp template\nset default as=64500 input.filter=D\nadd name=t as=64501 input.filter=T\n\
                /routing bgp connection\nadd remote.address=192.0.2.1 .as=12076 templates=t,default\n\
                add remote.address=192.0.2.2 .as=12076 templates=default input.filter=O as=64502\n\
                add remote.address=192.0.2.3 .as=12076\n";
    check(
        text,
        &[
            "neighbor 192.0.2.1 AS 12076, local AS 64501, group t,default",
            "neighbor 192.0.2.2 AS 12076, local AS 64502, group default",
            "neighbor 192.0.2.3 AS 12076",
            "import: policy T; else reject",
            "import: policy O; else reject",
        ],
    );
}

#[test]
fn what_is_not_understood_is_listed() {
    check(
        "/routing bgp connection\nadd remote.address=192.0.2.1 .as=12076 input.accept-nlri=ours\n",
        &["unread (neighbor 192.0.2.1): add remote.address=192.0.2.1 .as=12076 input.accept-nlri=ours"],
    );
    check(
        "/routing filter rule\nmove 3 destination=1\n",
        &["unread (bgp): move 3 destination=1"],
    );
}
