//! The files under `fixtures/dialects/azure`: what is read of each, and what is read of each when it is cut.

use std::fs;
use std::path::{Path, PathBuf};

use pairlint_model::network::{Listing, Network, RemarkKind};
use pairlint_model::source::{Source, Span};

use super::dump::dump;
use super::{DIALECTS, Fit, azure, read, source};

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects/azure");
    let mut cases: Vec<PathBuf> = fs::read_dir(root)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    cases
}

fn inputs(case: &Path) -> Vec<Source> {
    let mut files: Vec<PathBuf> = fs::read_dir(case)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|path| {
        path.extension()
            .is_none_or(|extension| extension != "snap" && extension != "new")
    });
    files.sort();
    let read = |path: &PathBuf| {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name in UTF-8");
        source(name, &fs::read_to_string(path).expect("a text"))
    };
    files.iter().map(read).collect()
}

#[test]
fn every_fixture_is_read_as_its_snapshot_says() {
    for case in cases() {
        let mut text = String::new();
        for source in inputs(&case) {
            let network = read(&source);
            check_spans(&source, &network);
            text.push_str(&format!("{}\n{}\n", source.name, dump(&source, &network)));
        }
        insta::with_settings!({
            snapshot_path => &case,
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!("model", text);
        });
    }
}

#[test]
fn every_fixture_is_of_this_dialect_alone() {
    for source in cases().iter().flat_map(|case| inputs(case)) {
        let names: Vec<_> = DIALECTS
            .iter()
            .filter(|dialect| (dialect.detect)(&source) != Fit::No)
            .map(|dialect| dialect.name)
            .collect();
        assert_eq!(names, [azure::DIALECT.name], "{}", source.name);
    }
}

/// A file that is cut must not look like a whole one: no list is shorter than in the file, and it is said.
#[test]
fn a_cut_fixture_never_looks_whole() {
    for whole in cases().iter().flat_map(|case| inputs(case)) {
        let text = whole.text();
        let all = known_lists(&whole, &read(&whole));
        let documents_end: Vec<usize> = text.match_indices("}\n{").map(|(at, _)| at + 1).collect();
        let step = if text.len() > 2500 { 7 } else { 1 };
        let ends = (0..text.len()).filter(|&end| text.is_char_boundary(end));
        for end in ends.step_by(step) {
            // Rows, and items of a list in lines, end without a trace.
            let rows = whole.name.ends_with(".csv");
            let item = whole.name.ends_with(".yaml") && text[end..].starts_with("- ");
            if text[..end].ends_with('\n') && (rows || item) {
                continue;
            }
            let cut = source(&whole.name, &text[..end]);
            let network = read(&cut);
            check_spans(&cut, &network);
            for list in known_lists(&cut, &network) {
                assert!(all.contains(&list), "{} cut at {end}: {list:?}", whole.name);
            }
            let json = text.contains('{') && whole.name.ends_with(".json");
            let said = network
                .remarks
                .iter()
                .any(|remark| matches!(remark.kind, RemarkKind::Truncated { .. }));
            let nothing_lost = text[end..].trim().is_empty()
                || documents_end
                    .iter()
                    .any(|&at| text[at..].trim() == text[end..].trim());
            let found = !network.route_filters.is_empty() || !network.circuits.is_empty();
            assert!(
                !json || !found || said || nothing_lost,
                "{} cut at {end}",
                whole.name
            );
        }
    }
}

#[test]
fn a_fixture_with_a_line_taken_out_does_no_harm() {
    for whole in cases().iter().flat_map(|case| inputs(case)) {
        let lines: Vec<&str> = whole.text().split_inclusive('\n').collect();
        for skipped in 0..lines.len() {
            let text: String = lines
                .iter()
                .enumerate()
                .filter(|&(line, _)| line != skipped)
                .map(|(_, line)| *line)
                .collect();
            let source = source(&whole.name, &text);
            check_spans(&source, &read(&source));
        }
    }
}

/// Bytes changed at places and to values of a fixed sequence (Knuth's multiplier for 64 bits).
#[test]
fn a_spoilt_fixture_does_no_harm() {
    let mut state: u64 = 1;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    for whole in cases().iter().flat_map(|case| inputs(case)) {
        for _ in 0..200 {
            let mut text = whole.text().to_owned();
            for _ in 0..=random(3) {
                let at = random(text.len());
                if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
                    let new = [
                        "",
                        "{",
                        "}",
                        "[",
                        "]",
                        "\"",
                        ",",
                        ":",
                        "\\",
                        "\n",
                        "/*",
                        "é",
                        "\u{1b}[1m",
                        "null",
                    ];
                    text.replace_range(at..=at, new[random(new.len())]);
                }
            }
            let source = source(&whole.name, &text);
            check_spans(&source, &read(&source));
        }
    }
}

/// The place and content of every list that claims to be whole.
fn known_lists(source: &Source, network: &Network) -> Vec<(u32, String)> {
    let mut lists = Vec::new();
    let mut add = |span: Span, known: bool| {
        if known {
            lists.push((span.start, source.slice(span).to_owned()));
        }
    };
    for filter in &network.route_filters {
        // Where its communities are not known, a rule says nothing.
        let whole = filter
            .rules
            .items()
            .iter()
            .all(|rule| rule.communities.is_known());
        add(filter.rules.span(), filter.rules.is_known() && whole);
        for rule in filter.rules.items() {
            add(rule.communities.span(), rule.communities.is_known());
        }
    }
    for circuit in &network.circuits {
        add(circuit.peerings.span(), circuit.peerings.is_known());
        for peering in circuit.peerings.items() {
            let ipv6 = peering.ipv6.as_ref().and_then(|ipv6| ipv6.config.as_ref());
            for config in peering.config.iter().chain(ipv6) {
                add(
                    config.advertised_communities.span(),
                    config.advertised_communities.is_known(),
                );
                add(
                    config.advertised_public_prefixes.span(),
                    config.advertised_public_prefixes.is_known(),
                );
            }
        }
    }
    lists
}

fn check_spans(source: &Source, network: &Network) {
    let check = |span: Span| {
        let (start, end) = (span.start as usize, span.end as usize);
        assert!(
            source.text().get(start..end).is_some(),
            "{span:?} of {}",
            source.name
        );
    };
    // Every place is printed, so that none is forgotten; printing looks it up.
    dump(source, network);
    network.remarks.iter().for_each(|remark| check(remark.span));
    for filter in &network.route_filters {
        check(filter.span);
        check(filter.rules.span());
        for rule in filter.rules.items() {
            check(rule.span);
            check(rule.communities.span());
            if let Listing::Known { items, .. } = &rule.communities {
                items.iter().for_each(|item| check(item.span));
            }
        }
    }
    for circuit in &network.circuits {
        check(circuit.span);
        check(circuit.peerings.span());
        circuit
            .peerings
            .items()
            .iter()
            .for_each(|peering| check(peering.span));
    }
}
