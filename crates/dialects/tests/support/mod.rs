//! What the tests of the dialects share.

// Each test crate uses its own part of these helpers.
#![allow(dead_code)]
#![allow(clippy::unwrap_used)] // helpers of tests

#[path = "../dump/mod.rs"]
pub mod dump;

use std::fs;
use std::path::{Path, PathBuf};

use pairlint_dialects::{DIALECTS, Dialect, Fit};
use pairlint_model::network::{Network, RemarkKind};
use pairlint_model::source::{Source, SourceId};

/// A dialect, and the name that texts have in its tests.
pub struct Tested {
    pub dialect: &'static Dialect,
    pub file: &'static str,
}

impl Tested {
    pub fn source(&self, text: &str) -> Source {
        Source::new(SourceId(0), self.file, text)
    }

    pub fn read(&self, text: &str) -> Network {
        self.read_as(self.file, text)
    }

    pub fn read_as(&self, file: &str, text: &str) -> Network {
        (self.dialect.parse)(&Source::new(SourceId(0), file, text))
    }

    pub fn dump(&self, text: &str) -> String {
        let source = self.source(text);
        dump::network(&(self.dialect.parse)(&source), &source)
    }

    /// The dump without places and line counts.
    pub fn meaning(&self, text: &str) -> String {
        let dump = self.dump(text);
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
    pub fn check(&self, text: &str, expected: &[&str]) {
        let meaning = self.meaning(text);
        for line in expected {
            assert!(
                meaning.lines().any(|found| found.trim() == *line),
                "{line}\nis not in\n{meaning}"
            );
        }
    }

    /// Checks what the sessions become, and nothing else.
    #[track_caller]
    pub fn check_sessions(&self, text: &str, expected: &str) {
        check_sessions(&self.dump(text), expected, text);
    }

    /// Checks which parts are secrets, and that they are nowhere in what was read.
    #[track_caller]
    pub fn check_secrets(&self, text: &str, what: &str, expected: &[&str]) {
        let source = self.source(text);
        let network = (self.dialect.parse)(&source);
        let spans = network.remarks.iter().map(|remark| remark.span);
        let marked: Vec<&str> = spans.map(|span| source.slice(span)).collect();
        assert_eq!(marked, expected);
        let kind = RemarkKind::Secret {
            what: what.to_owned(),
        };
        assert!(network.remarks.iter().all(|remark| remark.kind == kind));
        let written = format!("{network:?}");
        let shown = expected.iter().flat_map(|secret| secret.split(' '));
        let mut shown = shown.filter(|part| part.len() > 5 && written.contains(part.trim_matches('"')));
        assert_eq!(shown.next(), None);
    }

    /// Checks that a text is read, whatever it is: all places are in it, and it is one device at most.
    #[track_caller]
    pub fn survives(&self, text: &str) {
        let source = self.source(text);
        pairlint_dialects::detect(&source);
        let network = (self.dialect.parse)(&source);
        check_places(&network, &[&source]);
        assert!(network.devices.len() <= 1);
    }
}

/// Checks what the dump says of sessions.
#[track_caller]
pub fn check_sessions(dump: &str, expected: &str, text: &str) {
    let is_session = |line: &&str| line.starts_with("  neighbor") || line.starts_with("    ");
    let found: Vec<_> = dump.lines().filter(is_session).map(str::trim).collect();
    let expected: Vec<_> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(found, expected, "{text}");
}

/// Checks that exactly this dialect recognises a text.
#[track_caller]
pub fn check_recognised(dialect: &Dialect, source: &Source) {
    let names: Vec<_> = DIALECTS
        .iter()
        .filter(|dialect| (dialect.detect)(source) != Fit::No)
        .map(|dialect| dialect.name)
        .collect();
    assert_eq!(names, [dialect.name], "{}", source.name);
}

/// Checks that all places of a network are on characters of its files, from its debug form: nothing else shows
/// every one of them.
#[track_caller]
pub fn check_places(network: &Network, sources: &[&Source]) {
    let written = format!("{network:?}");
    // `Span { source: SourceId(0), start: 12, end: 34 }`
    for (at, key) in written.match_indices("Span { source: SourceId(") {
        let mut numbers = written[at + key.len()..]
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty());
        let mut number = || numbers.next().unwrap().parse::<usize>().unwrap();
        let (id, start, end) = (number(), number(), number());
        let source = sources[id];
        assert!(
            source.text().get(start..end).is_some(),
            "{start}..{end} of {}:\n{}",
            source.name,
            source.text()
        );
    }
}

/// The folders of a dialect's fixtures.
pub fn cases(dialect: &str) -> Vec<PathBuf> {
    let root = fixtures().join("dialects").join(dialect);
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// The text of a dialect's fixture.
pub fn fixture(name: &str) -> String {
    fs::read_to_string(fixtures().join("dialects").join(name)).unwrap()
}

/// The files of a case and of the folders in it, named from there, in the order of their names.
pub fn files(case: &Path) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(case, &mut paths);
    paths.sort();
    let each = paths.iter().enumerate().map(|(id, path)| {
        let name = path
            .strip_prefix(case)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        Source::new(SourceId(id as u32), name, fs::read_to_string(path).unwrap())
    });
    each.collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kept = path.extension().is_none_or(|end| end != "snap" && end != "new");
        if path.is_dir() {
            collect(&path, paths);
        } else if kept {
            paths.push(path);
        }
    }
}

/// Compares with a snapshot beside a case.
pub fn snapshot(case: &Path, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(case);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Numbers of a fixed sequence (Knuth's multiplier for 64 bits).
pub struct Sequence(pub u64);

impl Sequence {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    /// A text with some characters replaced.
    pub fn spoilt(&mut self, text: &str, pieces: &[&str]) -> String {
        let mut text = text.to_owned();
        for _ in 0..=self.below(3) {
            let at = self.below(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
                text.replace_range(at..=at, pieces[self.below(pieces.len())]);
            }
        }
        text
    }
}

/// Where a text is cut: at each line's end, in its middle, and at every `stride`th byte; characters stay whole.
pub fn cuts(text: &str, stride: usize) -> Vec<usize> {
    let mut cuts: Vec<usize> = (0..text.len()).step_by(stride).collect();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        cuts.extend([start, start + line.len() / 2]);
        start += line.len();
    }
    cuts.retain(|&cut| text.is_char_boundary(cut));
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}
