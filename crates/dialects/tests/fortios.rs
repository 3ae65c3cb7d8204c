//! Every folder under `fixtures/dialects/fortios` is a case; what it lowers to lies beside it as `model.snap`.

#![allow(clippy::unwrap_used)] // helpers of tests

mod dump;

use std::path::{Path, PathBuf};

use pairlint_dialects::{DIALECTS, Dialect, Fit, named};
use pairlint_model::network::{Network, RemarkKind};
use pairlint_model::source::{Source, SourceId};

fn dialect() -> &'static Dialect {
    named("fortios").unwrap()
}

/// The cases' folders and their input files.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects/fortios");
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
    let source = source("fw.conf", text);
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
        assert_eq!(names, ["fortios"], "{}", input.display());
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
                let source = source("fw.conf", &text);
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
    let text = "config router bgp\nconfig neighbor\nedit 192.0.2.2\nset password ENC hunter2==\nnext\nedit 192.0.2.6\nset password \"hunter2 too\"\nend\nend\n";
    let source = source("fw.conf", text);
    let network = (dialect().parse)(&source);
    let marked: Vec<_> = network
        .remarks
        .iter()
        .map(|remark| source.slice(remark.span))
        .collect();
    assert_eq!(marked, ["hunter2==", "\"hunter2 too\""]);
    let what = RemarkKind::Secret {
        what: "neighbor password".to_owned(),
    };
    assert!(network.remarks.iter().all(|remark| remark.kind == what));
    assert!(!format!("{network:?}").contains("hunter2"));
}

/// Lines of a neighbor and what its session becomes.
#[track_caller]
fn session(address: &str, lines: &[&str], expected: &str) {
    let lines: String = lines.iter().map(|line| format!("set {line}\n")).collect();
    let text =
        format!("config router bgp\nset as 64500\nconfig neighbor\nedit {address}\n{lines}next\nend\nend\n");
    let found = lower(&text);
    let is_session = |line: &&str| line.starts_with("  neighbor") || line.starts_with("    ");
    let found: Vec<_> = found.lines().filter(is_session).map(str::trim).collect();
    let expected: Vec<_> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(found, expected, "{address} {lines}");
}

#[test]
fn which_families_a_session_has() {
    session(
        "192.0.2.2",
        &["remote-as 12076"],
        "neighbor 192.0.2.2 @4 AS 12076 @5, local AS 64500
         ipv4 active @4
         import: nothing; else accept
         export: nothing; else accept",
    );
    session(
        "192.0.2.2",
        &["remote-as 12076", "activate disable"],
        "neighbor 192.0.2.2 @4 AS 12076 @5, local AS 64500
         ipv4 inactive @6
         import: nothing; else accept
         export: nothing; else accept",
    );
    session(
        "2001:db8::2",
        &[
            "remote-as 12076",
            "route-map-in6 X",
            "filter-list-in6 Y",
            "route-map-out6 Z",
        ],
        "neighbor 2001:db8::2 @4 AS 12076 @5, local AS 64500
         ipv6 active @4
         import: filter AS-path list Y @7, policy X; else accept
         export: policy Z; else accept",
    );
    // IPv4 over an IPv6 session is a thing where something is said about it.
    session(
        "2001:db8::2",
        &["remote-as 12076", "activate6 disable", "prefix-list-in P"],
        "neighbor 2001:db8::2 @4 AS 12076 @5, local AS 64500
         ipv4 active @4
         import: filter ipv4 prefix list P @7; else accept
         export: nothing; else accept
         ipv6 inactive @6
         import: nothing; else accept
         export: nothing; else accept",
    );
}

#[test]
fn names_come_from_hostname_prompt_or_file() {
    let name = |file: &str, text: &str| {
        let network = (dialect().parse)(&source(file, text));
        network
            .devices
            .into_iter()
            .map(|device| device.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        name("lab/edge.one.conf", "config router bgp\nend\n"),
        ["edge.one"]
    );
    assert_eq!(
        name(
            "x.conf",
            "config system global\nset hostname \"ams\"\nend\nconfig router bgp\nend\n"
        ),
        ["ams"]
    );
    assert_eq!(
        name("x.conf", "par # config router bgp\nset as 1\nend\n"),
        ["par"]
    );
    // One domain with routes is the device; several are several.
    let domain = |name: &str| format!("config vdom\nedit {name}\nconfig router bgp\nset as 1\nend\nend\n");
    assert_eq!(name("x.conf", &domain("a")), ["x"]);
    assert_eq!(name("x.conf", &(domain("a") + &domain("b"))), ["x/a", "x/b"]);
    assert_eq!(name("x.conf", "nothing of ours\n"), Vec::<String>::new());
}

#[test]
fn a_piece_of_a_configuration_is_called_one() {
    let fragment = |text: &str| (dialect().parse)(&source("fw.conf", text)).devices[0].fragment;
    assert!(fragment("config router bgp\nend\n"));
    for whole in [
        "config system global\nset hostname x\nend\nconfig router bgp\nend\n",
        "#config-version=FGT60F-7.2.5\nconfig router bgp\nend\n",
    ] {
        assert!(!fragment(whole), "{whole}");
    }
}

#[test]
fn weird_text_ends() {
    let nested = "config router bgp\nedit 1\n".repeat(50_000);
    let entries = "config router route-map\nedit X\nconfig rule\nedit 1\nset match-tag 1\n".repeat(5_000);
    let renames: String = (0..5_000).map(|i| format!("rename {i} to {}\n", i + 1)).collect();
    let renames = format!("config router route-map\nedit 0\nnext\n{renames}end\n");
    let members: String = (0..3_000)
        .map(|i| format!("edit 10.0.{}.{}\nset neighbor-group G\nnext\n", i / 256, i % 256))
        .collect();
    let lines: String = (0..3_000).map(|i| format!("set frob{i} x\n")).collect();
    let members = format!(
        "config router bgp\nconfig neighbor-group\nedit G\n{lines}next\nend\nconfig neighbor\n{members}end\nend\n"
    );
    let quotes = format!("config a\nset b {}\n", "\"a ".repeat(50_001));
    let blanks = " ".repeat(100_000) + "\u{a0}" + &"<".repeat(100_000);
    for text in [
        nested,
        entries,
        renames,
        members,
        quotes,
        blanks,
        "\0\u{1}\u{2}\u{fffd}é\u{8}".repeat(10_000),
    ] {
        let source = source("fw.conf", &text);
        (dialect().detect)(&source);
        let network = (dialect().parse)(&source);
        assert!(network.devices.len() <= 1);
    }
}
