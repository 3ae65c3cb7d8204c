//! Every folder under `fixtures/dialects/cisco-asa` is a case; what it lowers to lies beside it as `model.snap`.

#![allow(clippy::unwrap_used)] // helpers of tests

mod dump;

use std::path::{Path, PathBuf};

use pairlint_dialects::{DIALECTS, Dialect, Fit, named};
use pairlint_model::network::{Network, RemarkKind};
use pairlint_model::source::{Source, SourceId};

fn dialect() -> &'static Dialect {
    named("cisco-asa").unwrap()
}

/// The cases' folders and their input files.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects/cisco-asa");
    let folders = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let is_input = |file: &PathBuf| {
        file.extension()
            .is_some_and(|extension| extension != "snap" && extension != "new")
    };
    let mut cases: Vec<_> = folders
        .map(|folder| {
            let files = std::fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            let mut inputs: Vec<_> = files.filter(is_input).collect();
            assert_eq!(inputs.len(), 1, "{}", folder.display());
            (folder, inputs.remove(0))
        })
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
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

#[test]
fn every_case_is_recognised_and_by_no_other_dialect() {
    for (_, input) in cases() {
        let source = load(&input);
        let names: Vec<_> = DIALECTS
            .iter()
            .filter(|dialect| (dialect.detect)(&source) != Fit::No)
            .map(|dialect| dialect.name)
            .collect();
        assert_eq!(names, ["cisco-asa"], "{}", input.display());
    }
}

/// Returns whether all places in the network are on characters of the text, from its debug form: nothing else
/// shows every one of them.
fn all_places_are_inside(network: &Network, source: &Source) -> bool {
    let written = format!("{network:?}");
    let numbers = |key: &'static str| {
        let digits = |at: usize| {
            written.as_bytes()[at + key.len()..]
                .iter()
                .take_while(|b| b.is_ascii_digit())
        };
        let number = move |at| digits(at).fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
        let is_number = |at: usize| written.as_bytes()[at + key.len()].is_ascii_digit();
        let found = written.match_indices(key).filter(move |(at, _)| is_number(*at));
        found.map(move |(at, _)| number(at))
    };
    numbers("start: ")
        .zip(numbers("end: "))
        .all(|(start, end)| source.text().get(start..end).is_some())
}

#[test]
fn cut_off_and_shortened_cases_are_read() {
    for (_, input) in cases() {
        let text = std::fs::read_to_string(&input).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for at in 0..lines.len() {
            let cut = lines[..at].concat();
            let without = [&lines[..at], &lines[at + 1..]].concat().concat();
            let halved = cut.clone()
                + &lines[at]
                    .chars()
                    .take(lines[at].chars().count() / 2)
                    .collect::<String>();
            for text in [cut, without, halved] {
                let source = source("edge.cfg", &text);
                (dialect().detect)(&source);
                let network = (dialect().parse)(&source);
                assert!(
                    all_places_are_inside(&network, &source),
                    "{} line {at}",
                    input.display()
                );
            }
        }
    }
}

#[test]
fn every_line_of_a_policy_list_or_session_is_accounted_for() {
    for (_, input) in cases() {
        let source = load(&input);
        for device in (dialect().parse)(&source).devices {
            let lines = device.lines;
            let open = lines.relevant - lines.read - lines.ignored;
            assert_eq!(open as usize, device.unread.len(), "{}", input.display());
            assert!(lines.relevant <= lines.total, "{}", input.display());
        }
    }
}

#[test]
fn passwords_are_marked_and_appear_nowhere() {
    let text = "ASA Version 9.16\nrouter bgp 1\n address-family ipv4 unicast\n  neighbor 192.0.2.2 remote-as 2\n  \
                neighbor 192.0.2.2 password 7 082F4E1A\n";
    let source = source("edge.cfg", text);
    let network = (dialect().parse)(&source);
    let marked: Vec<_> = network
        .remarks
        .iter()
        .map(|remark| source.slice(remark.span))
        .collect();
    assert_eq!(marked, ["082F4E1A"]);
    let what = RemarkKind::Secret {
        what: "neighbor password".to_owned(),
    };
    assert!(network.remarks.iter().all(|remark| remark.kind == what));
    assert!(!format!("{network:?}").contains("082F4E1A"));
}

/// Long and strange text is read in time in proportion to its length.
#[test]
fn weird_text_ends() {
    let noes = " match community C\n no match community D\n".repeat(5_000);
    for text in [
        "neighbor ".repeat(200_000),
        "router bgp 1\n address-family ipv4\n".repeat(20_000),
        "prefix-list A permit 10.0.0.0/8\nno prefix-list A seq 7\n".repeat(5_000),
        format!("route-map X permit 10\n{noes}"),
        format!(
            "router bgp 1\n{}",
            "  neighbor 192.0.2.1 remote-as 1\n  no neighbor 192.0.2.1\n".repeat(10_000)
        ),
        "access-list A standard permit any4\n".repeat(20_000),
        " ".repeat(100_000) + "\u{a0}" + &"<".repeat(100_000),
        "\0\u{1}\u{2}\u{fffd}é\u{8}".repeat(10_000),
    ] {
        let source = source("edge.cfg", &text);
        (dialect().detect)(&source);
        let network = (dialect().parse)(&source);
        assert!(network.devices.len() <= 1);
    }
}
