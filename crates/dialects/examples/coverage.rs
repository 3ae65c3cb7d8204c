//! How much of real configurations a dialect interprets.
//!
//! `cargo run --release -p pairlint-dialects --example coverage -- DIALECT PATH…` reads every file under the paths
//! as that dialect, whatever it is, and prints the share of policy, list and BGP lines that were interpreted, that
//! are known not to matter and that were not understood, with the most frequent first words of the last.
//! With `--detect` instead of a dialect it prints which dialect each folder's files are recognised as.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pairlint_dialects::{DIALECTS, Dialect, detect, named};
use pairlint_model::network::{LineCounts, Network};
use pairlint_model::source::{Source, SourceId};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let mut files = Vec::new();
    for path in arguments {
        walk(Path::new(&path), &mut files);
    }
    files.sort();
    if what == "--detect" {
        recognised(&files);
        return ExitCode::SUCCESS;
    }
    match named(&what) {
        Some(dialect) => {
            coverage(dialect, &files);
            ExitCode::SUCCESS
        }
        None => {
            let names: Vec<_> = DIALECTS.iter().map(|dialect| dialect.name).collect();
            eprintln!(
                "usage: coverage DIALECT|--detect PATH…; dialects: {}",
                names.join(", ")
            );
            ExitCode::from(2)
        }
    }
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| walk(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}

fn load(path: &Path, id: usize) -> Option<Source> {
    let bytes = std::fs::read(path).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}');
    Some(Source::new(SourceId(id as u32), path.to_string_lossy(), text))
}

fn coverage(dialect: &Dialect, files: &[PathBuf]) {
    let mut lines = LineCounts::default();
    let mut unread: BTreeMap<String, (u32, String)> = BTreeMap::new();
    let (mut devices, mut refused, mut bad_spans, mut bytes) = (0, 0, 0, 0);
    let mut refusals: Vec<String> = Vec::new();
    let started = std::time::Instant::now();
    let mut parsing = std::time::Duration::ZERO;
    for (id, path) in files.iter().enumerate() {
        let Some(source) = load(path, id) else { continue };
        let before = std::time::Instant::now();
        let network = (dialect.parse)(&source);
        parsing += before.elapsed();
        bytes += source.text().len();
        bad_spans += outside(&network, &source);
        for device in &network.devices {
            devices += 1;
            refused += device.refused.len();
            lines.total += device.lines.total;
            lines.relevant += device.lines.relevant;
            lines.read += device.lines.read;
            lines.ignored += device.lines.ignored;
            for line in &device.refused {
                refusals.push(format!(
                    "{} => {}  ({})",
                    source.slice(line.span),
                    line.effect,
                    source.name
                ));
            }
            for line in &device.unread {
                let text = source.slice(line.span);
                let mut words = text.split_whitespace();
                let key = format!("{} {}", words.next().unwrap_or(""), words.next().unwrap_or(""));
                let example = || format!("{text}  ({})", source.name);
                unread.entry(key).or_insert_with(|| (0, example())).0 += 1;
            }
        }
    }
    let share = |part: u32| 100.0 * f64::from(part) / f64::from(lines.relevant.max(1));
    let open = lines.relevant - lines.read - lines.ignored;
    println!(
        "{} files, {bytes} bytes, {devices} devices, {} lines",
        files.len(),
        lines.total
    );
    println!("policy, list and BGP lines {:>8}", lines.relevant);
    println!(
        "  interpreted              {:>8}  {:.2} %",
        lines.read,
        share(lines.read)
    );
    println!(
        "  known not to matter      {:>8}  {:.2} %",
        lines.ignored,
        share(lines.ignored)
    );
    println!("  not understood           {open:>8}  {:.2} %", share(open));
    println!("refused by the device {refused}, spans outside their file {bad_spans}");
    refusals.iter().take(100).for_each(|line| println!("  {line}"));
    println!("parsed in {parsing:.1?}, all in {:.1?}", started.elapsed());
    let mut frequent: Vec<_> = unread.into_iter().collect();
    frequent.sort_by(|(a, (m, _)), (b, (n, _))| n.cmp(m).then(a.cmp(b)));
    for (words, (count, example)) in frequent.into_iter().take(40) {
        println!("{count:>6}  {words:<32}  {example}");
    }
}

/// Counts the spans of a network that do not lie on characters of the source, read from its debug form: there is
/// no other way to see every one of them.
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

fn recognised(files: &[PathBuf]) {
    let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
    for (id, path) in files.iter().enumerate() {
        let Some(source) = load(path, id) else { continue };
        let folder = path
            .iter()
            .rev()
            .nth(1)
            .map(|name| name.to_string_lossy().into_owned());
        let names: Vec<&str> = detect(&source).iter().map(|dialect| dialect.name).collect();
        let name = match names.as_slice() {
            [] => "nothing".to_owned(),
            names => names.join("|"),
        };
        println!("{name:<12} {}", path.display());
        *counts.entry((folder.unwrap_or_default(), name)).or_default() += 1;
    }
    for ((folder, name), count) in counts {
        println!("{count:>6}  {folder}  {name}");
    }
}
