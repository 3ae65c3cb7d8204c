//! What holds for every dialect: each folder under `fixtures/dialects/<dialect>` is a case, which is read as the
//! `model.snap` beside it says, recognised by no other dialect, and read without harm whatever it is cut to.

mod support;

use std::thread;

use pairlint_dialects::{DIALECTS, Dialect, Kind, detect};
use pairlint_model::network::Network;
use pairlint_model::source::{Source, SourceId};
use support::{cases, check_places, check_recognised, dump, files, snapshot};

/// Whose lines are counted so that each is read, ignored or listed as unread.
const BY_LINES: &[&str] = &[
    "arista-eos",
    "cisco-asa",
    "cisco-ios",
    "cisco-nxos",
    "cisco-xr",
    "fortios",
    "frr",
    "huawei-vrp",
    "vyos",
];

/// Whose lines are those of IOS but for a few; others may find them possible.
const IOS_ELSE: &[&str] = &["a10-acos", "checkpoint-gaia", "f5-imish"];

/// Does it for each dialect of router configurations, side by side.
fn each_router(work: impl Fn(&'static Dialect) + Sync) {
    let routers = DIALECTS.iter().filter(|dialect| dialect.kind == Kind::Router);
    thread::scope(|scope| {
        for dialect in routers {
            thread::Builder::new()
                .name(dialect.name.to_owned())
                .spawn_scoped(scope, || work(dialect))
                .expect("a thread");
        }
    });
}

/// The one file of each case.
fn inputs(dialect: &Dialect) -> impl Iterator<Item = (std::path::PathBuf, Source)> {
    cases(dialect.name).into_iter().map(|case| {
        let mut files = files(&case);
        assert_eq!(files.len(), 1, "{}", case.display());
        (case, files.remove(0))
    })
}

#[test]
fn every_case_is_read_as_its_snapshot_says() {
    each_router(|dialect| {
        for (case, source) in inputs(dialect) {
            snapshot(&case, "model", &dump::network(&(dialect.parse)(&source), &source));
        }
    });
}

#[test]
fn every_case_is_recognised_and_by_no_other_dialect() {
    each_router(|dialect| {
        for (_, source) in inputs(dialect) {
            if IOS_ELSE.contains(&dialect.name) {
                let found: Vec<&str> = detect(&source).iter().map(|dialect| dialect.name).collect();
                assert_eq!(found, [dialect.name], "{}", source.name);
            } else {
                check_recognised(dialect, &source);
            }
        }
    });
}

#[test]
fn every_line_of_a_policy_list_or_session_is_accounted_for() {
    each_router(|dialect| {
        let inputs = inputs(dialect).filter(|_| BY_LINES.contains(&dialect.name));
        for (case, source) in inputs {
            for device in (dialect.parse)(&source).devices {
                let lines = device.lines;
                let open = lines.relevant - lines.read - lines.ignored;
                assert_eq!(open as usize, device.unread.len(), "{}", case.display());
                assert!(lines.relevant <= lines.total, "{}", case.display());
            }
        }
    });
}

/// Secrets of these fixtures hold the word.
#[test]
fn secrets_are_named_and_not_shown() {
    each_router(|dialect| {
        for (case, source) in inputs(dialect) {
            let dump = dump::network(&(dialect.parse)(&source), &source);
            assert!(!dump.contains("invented"), "{}", case.display());
        }
    });
}

#[test]
fn a_case_that_is_cut_or_lacks_a_line_is_read() {
    each_router(|dialect| {
        for (_, whole) in inputs(dialect) {
            let read = |text: &str| -> Network {
                let source = Source::new(SourceId(0), whole.name.as_str(), text);
                (dialect.detect)(&source);
                let network = (dialect.parse)(&source);
                check_places(&network, &[&source]);
                network
            };
            let text = whole.text();
            let mut without = String::with_capacity(text.len());
            let mut start = 0;
            for line in text.split_inclusive('\n') {
                let end = start + line.len();
                without.clear();
                without.push_str(&text[..start]);
                without.push_str(&text[end..]);
                read(&text[..start]);
                read(&without);
                // Inside a line, where a multi-byte character, a string or a list may be open.
                let half = (0..=line.len() / 2).rev().find(|&at| line.is_char_boundary(at));
                read(&text[..start + half.unwrap_or(0)]);
                start = end;
            }
        }
    });
}
