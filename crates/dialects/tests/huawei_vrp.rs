//! Every folder under `fixtures/dialects/huawei-vrp` is a case; what it lowers to lies beside it as `model.snap`.

#![allow(clippy::unwrap_used)] // helpers of tests

mod dump;

use std::path::{Path, PathBuf};

use pairlint_dialects::{DIALECTS, Dialect, Fit, named};
use pairlint_model::network::{Network, RemarkKind};
use pairlint_model::source::{Source, SourceId};

fn dialect() -> &'static Dialect {
    named("huawei-vrp").unwrap()
}

/// The cases' folders and their input files.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects/huawei-vrp");
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
        assert_eq!(names, ["huawei-vrp"], "{}", input.display());
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
    let text = "bgp 1\n peer 192.0.2.2 as-number 2\n peer 192.0.2.2 password cipher %^%#hunter2#%^%\n";
    let source = source("edge.cfg", text);
    let network = (dialect().parse)(&source);
    let marked: Vec<_> = network
        .remarks
        .iter()
        .map(|remark| source.slice(remark.span))
        .collect();
    assert_eq!(marked, ["%^%#hunter2#%^%"]);
    let what = RemarkKind::Secret {
        what: "peer password".to_owned(),
    };
    assert!(network.remarks.iter().all(|remark| remark.kind == what));
    assert!(!format!("{network:?}").contains("hunter2"));
}

/// Lines of `bgp` and what the sessions become.
#[track_caller]
fn sessions(bgp: &str, expected: &str) {
    let found = lower(&format!("sysname x\nbgp 64500\n{bgp}"));
    let is_session = |line: &&str| line.starts_with("  neighbor") || line.starts_with("    ");
    let found: Vec<_> = found.lines().filter(is_session).map(str::trim).collect();
    let expected: Vec<_> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(found, expected, "{bgp}");
}

#[test]
fn what_is_active_without_a_word() {
    sessions(
        " peer 192.0.2.2 as-number 12076\n",
        "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 active @3
         import: nothing; else accept
         export: nothing; else accept",
    );
    sessions(
        " undo default ipv4-unicast\n peer 192.0.2.2 as-number 12076\n",
        "neighbor 192.0.2.2 @4 AS 12076 @4, local AS 64500
         ipv4 inactive @4
         import: nothing; else accept
         export: nothing; else accept",
    );
    sessions(
        " peer 192.0.2.2 as-number 12076\n ipv4-family unicast\n  undo peer 192.0.2.2 enable\n",
        "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 inactive @5
         import: nothing; else accept
         export: nothing; else accept",
    );
    // Comware 7 wants the word.
    sessions(
        " peer 192.0.2.2 as-number 12076\n address-family ipv4 unicast\n  network 10.0.0.0 8\n",
        "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 inactive @3
         import: nothing; else accept
         export: nothing; else accept",
    );
    sessions(
        " peer 2001:db8::2 as-number 12076\n",
        "neighbor 2001:db8::2 @3 AS 12076 @3, local AS 64500
         ipv6 inactive @3
         import: nothing; else accept
         export: nothing; else accept",
    );
}

#[test]
fn undo_takes_filters_away() {
    sessions(
        " peer 192.0.2.2 as-number 12076\n peer 192.0.2.2 route-policy A import\n undo peer 192.0.2.2 route-policy A import\n \
         peer 192.0.2.2 ip-prefix P import\n undo peer 192.0.2.2 ip-prefix import\n peer 192.0.2.6 as-number 1\n undo peer 192.0.2.6\n",
        "neighbor 192.0.2.2 @3 AS 12076 @3, local AS 64500
         ipv4 active @3
         import: nothing; else accept
         export: nothing; else accept",
    );
}

#[test]
fn names_come_from_sysname_prompt_or_file() {
    let name = |file: &str, text: &str| {
        let network = (dialect().parse)(&source(file, text));
        network
            .devices
            .into_iter()
            .map(|device| device.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(name("lab/edge.one.cfg", "bgp 1\n"), ["edge.one"]);
    assert_eq!(name("edge.cfg", "sysname ams\nbgp 1\n"), ["ams"]);
    assert_eq!(
        name("edge.cfg", "<par>display current-configuration\nbgp 1\n"),
        ["par"]
    );
    assert_eq!(
        name("edge.cfg", "sysname a\nreturn\nsysname b\nreturn\n"),
        ["a", "b"]
    );
    assert_eq!(name("edge.cfg", "nothing of ours\n"), Vec::<String>::new());
}

#[test]
fn a_piece_of_a_configuration_is_called_one() {
    let fragment = |text: &str| (dialect().parse)(&source("edge.cfg", text)).devices[0].fragment;
    assert!(fragment("bgp 1\n"));
    for whole in [
        "sysname x\nbgp 1\n",
        "!Software Version V800R022\nbgp 1\n",
        "bgp 1\nreturn\n",
    ] {
        assert!(!fragment(whole), "{whole}");
    }
}

#[test]
fn weird_text_ends() {
    let long = "peer ".repeat(200_000);
    let nested = "bgp 1\n ipv4-family unicast\n".repeat(20_000);
    let lists = "ip ip-prefix A permit 10.0.0.0 8\nundo ip ip-prefix A 10.0.0.0 8\n".repeat(5_000);
    let noes = format!(
        "route-policy X permit node 10\n{}",
        " if-match community-filter C\n undo if-match community-filter D\n".repeat(5_000)
    );
    let goes_on: String = (0..20_000)
        .map(|i| format!("route-policy X permit node {i}\n apply community 1:1 additive\n goto next-node\n"))
        .collect();
    let members: String = (0..3_000)
        .map(|i| format!(" peer 10.0.{}.{} group G\n peer G frob {i}\n", i / 256, i % 256))
        .collect();
    let members = format!("bgp 1\n group G external\n{members}");
    let blanks = " ".repeat(100_000) + "\u{a0}" + &"<".repeat(100_000);
    let quotes = format!("ip ip-prefix {}", "\"a ".repeat(50_000));
    for text in [
        long,
        nested,
        lists,
        noes,
        goes_on,
        members,
        blanks,
        quotes,
        "\0\u{1}\u{2}\u{fffd}é\u{8}".repeat(10_000),
    ] {
        let source = source("edge.cfg", &text);
        (dialect().detect)(&source);
        let network = (dialect().parse)(&source);
        assert!(network.devices.len() <= 1);
    }
}
