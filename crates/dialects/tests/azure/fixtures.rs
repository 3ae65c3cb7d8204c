//! The files under `fixtures/dialects/azure`: what is read of each, and what is read of each when it is cut.

use pairlint_model::network::{Network, RemarkKind};
use pairlint_model::source::{Source, Span};

use super::dump::dump;
use super::support::{Sequence, cases, check_places, check_recognised, cuts, files, snapshot};
use super::{azure, read, source};

/// Every file of every case.
fn inputs() -> impl Iterator<Item = Source> {
    let files = cases("azure").into_iter().flat_map(|case| files(&case));
    files.map(|file| source(&file.name, file.text()))
}

#[test]
fn every_fixture_is_read_as_its_snapshot_says() {
    for case in cases("azure") {
        let mut text = String::new();
        for file in files(&case) {
            let source = source(&file.name, file.text());
            let network = read(&source);
            check_spans(&source, &network);
            text.push_str(&format!("{}\n{}\n", source.name, dump(&source, &network)));
        }
        snapshot(&case, "model", &text);
    }
}

#[test]
fn every_fixture_is_of_this_dialect_alone() {
    for source in inputs() {
        check_recognised(&azure::DIALECT, &source);
    }
}

/// A file that is cut must not look like a whole one: no list is shorter than in the file, and it is said.
#[test]
fn a_cut_fixture_never_looks_whole() {
    for whole in inputs() {
        let text = whole.text();
        let all = known_lists(&whole, &read(&whole));
        let documents_end: Vec<usize> = text.match_indices("}\n{").map(|(at, _)| at + 1).collect();
        for end in cuts(text, 7) {
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
    for whole in inputs() {
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

#[test]
fn a_spoilt_fixture_does_no_harm() {
    const PIECES: &[&str] = &[
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
    let mut sequence = Sequence(1);
    for whole in inputs() {
        for _ in 0..200 {
            let source = source(&whole.name, &sequence.spoilt(whole.text(), PIECES));
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
    // Printing looks every place up, too.
    dump(source, network);
    check_places(network, &[source]);
}
