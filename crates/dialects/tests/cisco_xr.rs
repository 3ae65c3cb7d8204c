//! Every folder under `fixtures/dialects/cisco-xr` is a case; what it lowers to lies beside it as `model.snap`.

#![allow(clippy::unwrap_used)] // helpers of tests

mod dump;

use std::path::{Path, PathBuf};

use pairlint_dialects::{DIALECTS, Dialect, Fit, named};
use pairlint_model::network::{Network, RemarkKind};
use pairlint_model::source::{Source, SourceId};

fn dialect() -> &'static Dialect {
    named("cisco-xr").unwrap()
}

/// The cases' folders and their input files.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects/cisco-xr");
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
        assert_eq!(names, ["cisco-xr"], "{}", input.display());
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
    let text = "router bgp 1\n neighbor 192.0.2.2\n  remote-as 2\n  password encrypted 082F4E1A\n session-group S\n  \
                password clear hunter2\n";
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

/// Text without end, or nested without bottom, ends neither the stack nor the patience: a scan that is not linear
/// would take hours.
#[test]
fn long_and_deep_texts_are_read() {
    const MANY: usize = 20_000;
    let policy = |body: String| format!("route-policy P\n{body}\nend-policy\n");
    let chain: String = (0..2000).fold(String::new(), |text, at| {
        text + &format!(
            "route-policy P{at}\n apply P{}\n if apply P{} then\n pass\n endif\nend-policy\n",
            at + 1,
            at + 1
        )
    });
    let growing = "route-policy P($a)\n apply P(1$a)\n apply P(2$a)\nend-policy\nrouter bgp 1\n neighbor 192.0.2.1\n  \
                   address-family ipv4 unicast\n   route-policy P(1) in\n";
    let doubling: String = (0..40).fold(String::new(), |text, at| {
        let next = at + 1;
        text + &format!("route-policy D{at}\n apply D{next}\n apply D{next}\nend-policy\n")
    }) + "route-policy Q\n if apply D0 then\n pass\n endif\nend-policy\n";
    let texts = [
        policy("if (".repeat(MANY)),
        policy("if community is-empty then\n".repeat(MANY)),
        policy("if community is-empty then pass else ".repeat(MANY)),
        policy(format!(
            "if {}community is-empty then pass endif",
            "(".repeat(MANY)
        )),
        policy(format!(
            "if {}community is-empty then pass endif",
            "not ".repeat(MANY)
        )),
        policy(format!(
            "if community is-empty{} then pass endif",
            " or community is-empty".repeat(MANY)
        )),
        policy(format!(
            "if community is-empty{} then pass endif",
            " and apply P".repeat(2000)
        )),
        policy("set community (".repeat(MANY)),
        policy(")".repeat(MANY)),
        policy("[".repeat(MANY)),
        policy("' ".repeat(MANY)),
        policy("elseif ".repeat(MANY)),
        policy("endif ".repeat(MANY)),
        format!("prefix-set P\n{}end-set\n", "10.0.0.0/8 (".repeat(MANY)),
        format!("community-set P\n{}end-set\n", "1:1,".repeat(MANY)),
        "route-policy ".repeat(MANY),
        "router bgp 1\n".repeat(MANY / 10),
        format!(
            "router bgp 1\n{}",
            " neighbor-group A\n  use neighbor-group A\n".repeat(MANY / 10)
        ),
        format!("router bgp 1 {}", "neighbor 192.0.2.1 ".repeat(MANY)),
        chain,
        growing.to_owned(),
        doubling,
    ];
    for text in texts {
        let source = source("edge.cfg", &text);
        (dialect().detect)(&source);
        let network = (dialect().parse)(&source);
        assert!(network.devices.len() <= 1);
    }
}

#[test]
fn pieces_of_other_platforms_are_not_taken() {
    for text in [
        "route-map X permit 10\n match community 1\n",
        "router bgp 65001\n neighbor 192.0.2.2 remote-as 12076\n neighbor 192.0.2.2 route-map X in\n",
        "sysname R\nroute-policy X permit node 10\n if-match community-filter 1\n",
    ] {
        assert_eq!((dialect().detect)(&source("x", text)), Fit::No, "{text}");
    }
}
