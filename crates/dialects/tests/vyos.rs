//! Every folder under `fixtures/dialects/vyos` is a case; what it lowers to lies beside it as `model.snap`.

#![allow(clippy::unwrap_used)] // helpers of tests

mod dump;

use std::path::{Path, PathBuf};

use pairlint_dialects::{DIALECTS, Dialect, Fit, named};
use pairlint_model::network::{Network, RemarkKind};
use pairlint_model::source::{Source, SourceId};

fn dialect() -> &'static Dialect {
    named("vyos").unwrap()
}

/// The cases' folders and their input files.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects/vyos");
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

fn lower(text: &str) -> String {
    let source = source("edge.cfg", text);
    dump::network(&(dialect().parse)(&source), &source)
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
        assert_eq!(names, ["vyos"], "{}", input.display());
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
    let text = "set protocols bgp neighbor 192.0.2.2 password 'hunter2 with blanks'\n\
                set protocols bgp peer-group G password 082F4E1A\n";
    let source = source("edge.conf", text);
    let network = (dialect().parse)(&source);
    let marked: Vec<_> = network
        .remarks
        .iter()
        .map(|remark| source.slice(remark.span))
        .collect();
    assert_eq!(marked, ["hunter2 with blanks", "082F4E1A"]);
    let what = RemarkKind::Secret {
        what: "neighbor password".to_owned(),
    };
    assert!(network.remarks.iter().all(|remark| remark.kind == what));
    let written = format!("{network:?}");
    assert!(!written.contains("082F4E1A") && !written.contains("hunter2"));
}

/// Statements, and the lines of the dump that hold a word.
#[track_caller]
fn check(text: &str, word: &str, expected: &[&str]) {
    let found = lower(text);
    // The readings of a text say the same here.
    let first = found.split("or else").next().unwrap();
    let found: Vec<_> = first
        .lines()
        .filter(|line| line.contains(word))
        .map(str::trim)
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn what_is_disabled_is_not_there() {
    check(
        "set policy route-map X rule 10 action permit\nset policy route-map X rule 20 action deny\n\
         set policy route-map X rule 20 disable\n",
        " if ",
        &["10 @1 if always: accept"],
    );
    check(
        "protocols {\n bgp {\n  system-as 64500\n  neighbor 192.0.2.2 {\n   disable\n   remote-as 12076\n  }\n  neighbor \
         192.0.2.6 {\n   remote-as 12076\n  }\n }\n}\n",
        "neighbor",
        &["neighbor 192.0.2.6 @9 AS 12076 @9, local AS 64500"],
    );
}

#[test]
fn families_are_active_where_they_are_named() {
    let neighbor = "set protocols bgp neighbor 192.0.2.2 remote-as 12076\n";
    check(
        &format!("set protocols bgp system-as 64500\n{neighbor}"),
        "ipv4",
        &["ipv4 inactive @2"],
    );
    check(
        &format!(
            "set protocols bgp system-as 64500\n{neighbor}set protocols bgp neighbor 192.0.2.2 address-family ipv4-unicast\n"
        ),
        "ipv4",
        &["ipv4 active @3"],
    );
    // With the AS number in the path, as up to 1.3, IPv4 is active without a word.
    check(
        "set protocols bgp 64500 neighbor 192.0.2.2 remote-as 12076\n",
        "ipv4",
        &["ipv4 active @1"],
    );
}

#[test]
fn the_last_of_several_values_counts() {
    check(
        "set policy prefix-list P rule 5 action permit\nset policy prefix-list P rule 5 prefix 10.20.0.0/16\n\
         set policy prefix-list P rule 5 prefix 10.30.0.0/16\n",
        "prefix list",
        &["ipv4 prefix list P @3: +10.30.0.0/16{16-16}"],
    );
}

#[test]
fn the_release_is_taken_from_the_trailer() {
    let readings = |text: &str| {
        (dialect().parse)(&source("config.boot", text)).devices[0]
            .readings
            .len()
    };
    let text = "system {\n host-name a\n}\n";
    assert_eq!(readings(text), 1);
    assert_eq!(readings(&format!("{text}// Release version: 1.3.4\n")), 0);
    assert_eq!(readings(&format!("{text}// Release version: 1.4.0\n")), 1);
}

#[test]
fn weird_text_ends() {
    let deep = "a {\n".repeat(50_000);
    let wide = "set policy prefix-list A rule 5 prefix 10.0.0.0/8\n".repeat(20_000);
    let rules: String = (0..20_000)
        .map(|i| format!("set policy route-map X rule {i} match community community-list C\n"))
        .collect();
    let members: String = (0..2_000)
        .map(|i| {
            format!(
                "set protocols bgp neighbor 10.0.{}.{} peer-group G\nset protocols bgp peer-group G frob {i}\n",
                i / 256,
                i % 256
            )
        })
        .collect();
    let odd = "\0\u{1}'\"{}é\u{8}".repeat(1_000);
    for text in [deep, wide, rules, members, odd] {
        let source = source("config.boot", &text);
        (dialect().detect)(&source);
        let network = (dialect().parse)(&source);
        assert!(network.devices.len() <= 1);
    }
}
