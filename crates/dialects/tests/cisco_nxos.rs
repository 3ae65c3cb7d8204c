//! Every folder under `fixtures/dialects/cisco-nxos` is a case; what it lowers to lies beside it as `model.snap`.

#![allow(clippy::unwrap_used)] // helpers of tests

mod dump;

use std::path::{Path, PathBuf};

use pairlint_dialects::{DIALECTS, Dialect, Fit, named};
use pairlint_model::network::{Network, RemarkKind};
use pairlint_model::source::{Source, SourceId};

fn dialect() -> &'static Dialect {
    named("cisco-nxos").unwrap()
}

/// The cases' folders and their input files.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects/cisco-nxos");
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
        assert_eq!(names, ["cisco-nxos"], "{}", input.display());
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
    let text = "feature bgp\nrouter bgp 1\n  neighbor 192.0.2.2\n    remote-as 2\n    password 3 082F4E1A\n  template peer T\n    password hunter2\n";
    let source = source("edge.cfg", text);
    let network = (dialect().parse)(&source);
    let marked: Vec<_> = network
        .remarks
        .iter()
        .map(|remark| source.slice(remark.span))
        .collect();
    assert_eq!(marked, ["082F4E1A", "hunter2"]);
    let what = RemarkKind::Secret {
        what: "neighbor password".to_owned(),
    };
    assert!(network.remarks.iter().all(|remark| remark.kind == what));
    let written = format!("{network:?}");
    assert!(!written.contains("082F4E1A") && !written.contains("hunter2"));
}

/// Lines of `router bgp` and what the sessions become.
#[track_caller]
fn sessions(bgp: &str, expected: &str) {
    let found = lower(&format!("feature bgp\nhostname x\nrouter bgp 64500\n{bgp}"));
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
fn a_family_is_active_where_its_block_is() {
    sessions(
        "  neighbor 192.0.2.2 remote-as 12076\n  neighbor 192.0.2.6 remote-as 12076\n    address-family ipv4 unicast\n",
        "neighbor 192.0.2.2 @4 AS 12076 @4, local AS 64500
         ipv4 inactive @4
         import: nothing; else accept
         export: nothing; else accept
         neighbor 192.0.2.6 @5 AS 12076 @5, local AS 64500
         ipv4 active @6
         import: nothing; else accept
         export: nothing; else accept",
    );
    // A session for EVPN only has no family of ours, and is not called inactive.
    sessions(
        "  neighbor 192.0.2.2\n    remote-as 64500\n    address-family l2vpn evpn\n      send-community\n",
        "neighbor 192.0.2.2 @4 AS 64500 @5, local AS 64500",
    );
}

#[test]
fn the_lowest_number_of_policy_templates_wins_after_the_own_line() {
    let templates = "  template peer-policy A\n    route-map A in\n    prefix-list A in\n  template peer-policy B\n    route-map B in\n    prefix-list B in\n";
    sessions(
        &format!(
            "{templates}  neighbor 192.0.2.2\n    remote-as 12076\n    address-family ipv4 unicast\n      inherit peer-policy A 20\n      inherit peer-policy B 10\n      route-map OWN in\n"
        ),
        "neighbor 192.0.2.2 @10 AS 12076 @11, local AS 64500
         ipv4 active @12
         import: filter ipv4 prefix list B @9, policy OWN; else accept
         export: nothing; else accept",
    );
}

#[test]
fn a_piece_of_a_configuration_is_called_one() {
    let fragment = |text: &str| (dialect().parse)(&source("edge.cfg", text)).devices[0].fragment;
    assert!(fragment("router bgp 1\n"));
    for whole in ["hostname x\nrouter bgp 1\n", "router bgp 1\nend\n"] {
        assert!(!fragment(whole), "{whole}");
    }
}

#[test]
fn weird_text_ends() {
    let long = "neighbor ".repeat(200_000);
    let nested =
        "router bgp 1\n  vrf A\n    neighbor 192.0.2.2\n      address-family ipv4 unicast\n".repeat(20_000);
    let lists = "ip prefix-list A permit 10.0.0.0/8\nno ip prefix-list A seq 7\n".repeat(5_000);
    let noes = format!(
        "route-map X permit 10\n{}",
        "  match community C\n  no match community D\n".repeat(5_000)
    );
    let chain: String = (0..5_000)
        .map(|i| {
            format!(
                "  template peer-policy T{i}\n    inherit peer-policy T{} 10\n",
                i + 1
            )
        })
        .collect();
    let members: String = (0..3_000)
        .map(|i| {
            let (high, low) = (i / 256, i % 256);
            format!(
                "  neighbor 10.0.{high}.{low} peer group G\n  neighbor G frob {i}\n  neighbor 10.1.{high}.{low}\n    inherit peer T\n  template peer T\n    frob {i}\n"
            )
        })
        .collect();
    let tree: String = (0..400)
        .map(|i| {
            let inherits: String = (0..16)
                .map(|k| format!("    inherit peer-policy T{} {k}\n", (i * 16 + k) % 400))
                .collect();
            format!("  template peer-policy T{i}\n{inherits}  neighbor 10.2.0.{i}\n    address-family ipv4 unicast\n      inherit peer-policy T{i} 1\n")
        })
        .collect();
    let blanks = " ".repeat(100_000) + "\u{a0}" + &"<".repeat(100_000);
    for text in [
        long,
        nested,
        lists,
        noes,
        format!("router bgp 1\n{chain}"),
        format!("router bgp 1\n{tree}"),
        format!("router bgp 1\n{members}"),
        blanks,
        "\0\u{1}\u{2}\u{fffd}é\u{8}".repeat(10_000),
    ] {
        let source = source("edge.cfg", &text);
        (dialect().detect)(&source);
        let network = (dialect().parse)(&source);
        assert!(network.devices.len() <= 1);
    }
}
