//! Files that are cut, spoilt, deep and long.

use pairlint_dialects::bicep;
use pairlint_model::network::RemarkKind;

use super::deployment::dump;
use super::support::{Sequence, cuts, files};
use super::{cases, check_with, read, source, values};

/// A file that is cut within something says so, and no list looks whole that is not.
#[test]
fn a_cut_fixture_never_looks_whole() {
    for case in cases() {
        for whole in files(&case)
            .iter()
            .filter(|source| source.name.ends_with(".bicep"))
        {
            let text = whole.text();
            let lists = lists(text);
            for end in cuts(text, 11) {
                for list in self::lists(&text[..end]) {
                    assert!(lists.contains(&list), "{} cut at {end}: {list:?}", case.display());
                }
            }
        }
    }
}

fn lists(text: &str) -> Vec<(u32, String)> {
    let source = source(text);
    let network = (bicep::DIALECT.parse)(&source);
    dump(std::slice::from_ref(&source), &network);
    let rules = network
        .route_filters
        .iter()
        .flat_map(|filter| filter.rules.items());
    let known = rules.filter(|rule| rule.communities.is_known());
    known
        .map(|rule| {
            let span = rule.communities.span();
            (span.start, source.slice(span).to_owned())
        })
        .collect()
}

#[test]
fn a_cut_file_is_said_to_be_cut() {
    let network = read("resource f 'Microsoft.Network/routeFilters@2024-05-01' = {\n  name: 'rf'\n");
    assert!(matches!(network.remarks[0].kind, RemarkKind::Truncated { .. }));
    assert_eq!(values(&network), "? the declaration is not understood");
}

#[test]
fn spoilt_files_do_no_harm() {
    let mut sequence = Sequence(7);
    let pieces = [
        "", "{", "}", "[", "]", "(", ")", "'", "'''", "${", ":", "?", "\n", "/*", "//", "for", "é", "=", "@",
        ".",
    ];
    for case in cases() {
        for whole in files(&case)
            .iter()
            .filter(|source| source.name.ends_with(".bicep"))
        {
            for _ in 0..150 {
                lists(&sequence.spoilt(whole.text(), &pieces));
            }
        }
    }
}

#[test]
fn depth_and_length_do_no_harm() {
    let wrap = |inner: &str| {
        format!(
            "// routeFilters\nvar x = {inner}\nresource f 'Microsoft.Network/routeFilters@2024-05-01' = {{\n name: 'rf'\n properties: x\n}}\n"
        )
    };
    for (open, close) in [
        ("[", "]"),
        ("{a:", "}"),
        ("(", ")"),
        ("'${", "}'"),
        ("!", ""),
        ("-", ""),
        ("f(", ")"),
        ("x => ", ""),
    ] {
        read(&wrap(&format!(
            "{}1{}",
            open.repeat(100_000),
            close.repeat(100_000)
        )));
        read(&wrap(&open.repeat(100_000)));
        read(&open.repeat(100_000));
    }
    read(&wrap(&format!("1{}", " + 1".repeat(50_000))));
    read(&wrap(&format!("x{}", ".a".repeat(50_000))));
    read(&wrap(&format!("true{}", " ? true : 1".repeat(50_000))));
    read(&"resource x 'Microsoft.Network/routeFilters@1' = {\n".repeat(5_000));
    // Each variable doubles the one before it.
    let mut doubling = "var v0 = ['12076:1']\n".to_owned();
    for n in 1..60 {
        doubling.push_str(&format!("var v{n} = concat(v{}, v{})\n", n - 1, n - 1));
    }
    check_with(&doubling, "v59", "? the expression is too large to be evaluated");
}
