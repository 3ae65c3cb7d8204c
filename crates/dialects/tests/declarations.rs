//! What declares route filters outside of exports, templates and Terraform: Pulumi, Crossplane, scripts. Fixtures as
//! snapshots, shapes one by one, and files that are cut and spoilt.

mod deployment;
#[path = "azure/summary.rs"]
mod summary;
mod support;

#[path = "declarations/crossplane.rs"]
mod crossplane;
#[path = "declarations/pulumi.rs"]
mod pulumi;
#[path = "declarations/scripts.rs"]
mod scripts;

use deployment::dump;
use pairlint_dialects::{Dialect, Fit};
use pairlint_model::network::Network;
use pairlint_model::source::{Source, SourceId};
use summary::summary;
use support::{cases, check_places, cuts, files, snapshot};

const DIALECTS: [&Dialect; 3] = [
    &pairlint_dialects::crossplane::DIALECT,
    &pairlint_dialects::pulumi::DIALECT,
    &pairlint_dialects::scripts::DIALECT,
];

fn read(dialect: &Dialect, sources: &[Source]) -> Network {
    match &dialect.together {
        Some(together) => (together.parse)(&sources.iter().collect::<Vec<_>>()),
        None => {
            let mut network = Network::default();
            sources
                .iter()
                .for_each(|source| network.extend((dialect.parse)(source)));
            network
        }
    }
}

/// Checks the summary of what is read of a text; an empty one means that the file is not ours.
#[track_caller]
fn check(dialect: &Dialect, name: &str, text: &str, expected: &[&str]) {
    let source = Source::new(SourceId(0), name, text);
    let network = (dialect.parse)(&source);
    assert_eq!(summary(&source, &network), expected, "{text}");
    let found = (dialect.detect)(&source) != Fit::No;
    assert_eq!(found, !expected.is_empty(), "{text}");
}

#[test]
fn every_fixture_is_read_as_its_snapshot_says() {
    for dialect in DIALECTS {
        for case in cases(dialect.name) {
            let sources = files(&case);
            snapshot(&case, "model", &dump(&sources, &read(dialect, &sources)));
        }
    }
}

/// Every place is looked up when it is printed.
#[test]
fn files_that_are_cut_or_spoilt_do_no_harm() {
    let mut state: u64 = 3;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    let new = [
        "", "{", "}", "[", "]", "\"", "'", ",", ":", "\\", "`", "$", "(", ")", "\n", "é", "#", "@", "{{",
        "|", " - ",
    ];
    for dialect in DIALECTS {
        for source in cases(dialect.name).iter().flat_map(|case| files(case)) {
            let text = source.text();
            let try_text = |text: String| {
                let source = Source::new(SourceId(0), source.name.as_str(), text);
                let network = (dialect.parse)(&source);
                check_places(&network, &[&source]);
                summary(&source, &network);
                dump(std::slice::from_ref(&source), &network);
            };
            for end in cuts(text, 3) {
                try_text(text[..end].to_owned());
            }
            for _ in 0..150 {
                let mut spoilt = text.to_owned();
                for _ in 0..=random(3) {
                    let at = random(spoilt.len());
                    if spoilt.is_char_boundary(at) && spoilt.is_char_boundary(at + 1) {
                        spoilt.replace_range(at..=at, new[random(new.len())]);
                    }
                }
                try_text(spoilt);
            }
        }
    }
}

#[test]
fn depth_and_length_are_no_danger() {
    for (name, start, piece) in [
        (
            "Pulumi.yaml",
            "resources:\n  rf: {type: azure-native:network:RouteFilter, properties: ",
            "[",
        ),
        (
            "f.yaml",
            "apiVersion: network.azure.upbound.io/v1\nkind: RouteFilter\nspec: ",
            "{a: ",
        ),
        ("a.ps1", "New-AzRouteFilter -Name ", "("),
        ("a.ps1", "$x = New-AzRouteFilter -Name ", "@{a="),
        ("a.ps1", "New-AzRouteFilter ", "if ($a) { "),
        ("a.sh", "az network route-filter create -n ", "$("),
        ("a.sh", "az network route-filter create -n x;", "if true; then "),
        ("a.sh", "az network route-filter create -n ", "\""),
    ] {
        let text = format!("{start}{}", piece.repeat(100_000));
        let source = Source::new(SourceId(0), name, text);
        for dialect in DIALECTS {
            (dialect.detect)(&source);
        }
    }
}
