//! Every folder under `fixtures/dialects/palo-alto` is a case; what it lowers to lies beside it as `model.snap`.

#![allow(clippy::unwrap_used)] // helpers of tests

mod dump;

use std::path::{Path, PathBuf};

use pairlint_dialects::{DIALECTS, Dialect, Fit, detect, named};
use pairlint_model::network::Network;
use pairlint_model::source::{Source, SourceId};

fn dialect() -> &'static Dialect {
    named("palo-alto").unwrap()
}

/// The cases' folders and their input files.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects/palo-alto");
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
fn the_three_forms_mean_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects/palo-alto");
    let read = |name: &str| {
        let meaning = meaning(&std::fs::read_to_string(root.join(name)).unwrap());
        // What was not understood is quoted in its own form, and moving a rule has no other.
        let lines = meaning.lines().filter(|line| !line.starts_with("  unread"));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let set = read("set/fw1.set");
    assert_eq!(read("xml/fw1.xml"), set);
    assert_eq!(read("curly/fw1.conf"), set);
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
        assert_eq!(found, ["palo-alto"], "{}", folder.display());
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
    for text in [
        String::new(),
        "<a>".repeat(1_000_000),
        "<a ".repeat(1_000_000),
        "</a>".repeat(1_000_000),
        "<!--".repeat(1_000_000),
        "<config urldb=\"paloaltonetworks\"><entry name=\"".repeat(100_000),
        "network { ".to_owned() + &"{".repeat(1_000_000),
        "set network virtual-router ".to_owned() + &"x ".repeat(500_000),
        "set network virtual-router v protocol bgp policy import rules r used-by [ ".to_owned()
            + &"g ".repeat(300_000),
        noise,
    ] {
        let source = source("any.conf", &text);
        detect(&source);
        let network = (dialect().parse)(&source);
        assert_eq!(outside(&network, &source), 0);
    }
}

/// One peer in one group, with lines of `protocol bgp`.
fn bgp(lines: &[&str]) -> String {
    let peer = [
        "peer-group G peer p peer-as 12076",
        "peer-group G peer p peer-address ip 192.0.2.1",
    ];
    let lines = peer.iter().chain(lines);
    lines
        .map(|line| format!("set network virtual-router v protocol bgp {line}\n"))
        .collect()
}

#[test]
fn what_no_rule_decides_depends_on_there_being_rules() {
    let import = |lines: &[&str], expected: &str| check(&bgp(lines), &[&format!("import: {expected}")]);
    import(&[], "nothing; else accept");
    import(
        &[
            "policy import rules r action allow",
            "policy import rules r used-by OTHER",
        ],
        "nothing; else accept",
    );
    import(
        &[
            "policy import rules r action allow",
            "policy import rules r used-by G",
        ],
        "policy import rules of G in v; else reject",
    );
    import(
        &[
            "policy import rules r enable no",
            "policy import rules r used-by G",
        ],
        "nothing; else ?",
    );
}

#[test]
fn expressions_are_left_open_and_what_is_not_understood_is_listed() {
    let rule = |lines: &[&str], expected: &[&str]| {
        let lines: Vec<String> = lines
            .iter()
            .map(|line| format!("policy import rules r {line}"))
            .collect();
        let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        lines.push("policy import rules r used-by G");
        check(&bgp(&lines), expected);
    };
    rule(
        &["match community regex 12076:51004", "action allow"],
        &["r if (UNDECIDED on how PAN-OS matches an expression against communities): accept"],
    );
    rule(
        &["match humidity high", "action deny"],
        &[
            "r if (NOT INTERPRETED): reject",
            "unread (bgp): set network virtual-router v protocol bgp policy import rules r match humidity high",
        ],
    );
    rule(&["match route-table unicast"], &["r if always: unknown"]);
    rule(
        &["action allow update as-path remove"],
        &["r if always: NOT INTERPRETED, accept"],
    );
    rule(
        &[
            "match address-prefix 10.0.0.0/8 exact no",
            "action allow update med 5",
        ],
        &["r if (prefixes [ +10.0.0.0/8{8-32}]): MED = 5, accept"],
    );
}

#[test]
fn the_advanced_engine_is_found_and_left_open() {
    check(
        "set network logical-router l vrf default bgp peer-group G peer p peer-address ip 192.0.2.1\n\
         set network logical-router l vrf default bgp peer-group G peer p peer-as 12076\n",
        &["import: NOT INTERPRETED; else ?"],
    );
}

#[test]
fn a_rule_that_is_moved_is_moved_or_leaves_the_order_open() {
    let text = |command: &str| {
        let rules = ["a", "b"].map(|rule| {
            let place = format!("set network virtual-router v protocol bgp policy import rules {rule}");
            format!("{place} action allow\n{place} used-by G\n")
        });
        let place = "network virtual-router v protocol bgp policy import rules b";
        bgp(&[]) + &rules.concat() + &format!("move {place} {command}\n")
    };
    let moved = meaning(&text("before a"));
    let order = |label: &str| moved.find(&format!("    {label} if")).unwrap();
    assert!(order("b") < order("a"), "{moved}");
    check(&text("top"), &["import: NOT INTERPRETED; else reject"]);
}
