//! Every folder under `fixtures/dialects/juniper-junos` is a case; what it lowers to lies beside it as `model.snap`.

#![allow(clippy::unwrap_used)] // helpers of tests

mod dump;

use std::path::{Path, PathBuf};

use pairlint_dialects::{DIALECTS, Dialect, Fit, detect, named};
use pairlint_model::network::Network;
use pairlint_model::source::{Source, SourceId};

fn dialect() -> &'static Dialect {
    named("juniper-junos").unwrap()
}

/// The cases' folders and their input files.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects/juniper-junos");
    let files = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let mut cases: Vec<_> = files(&root)
        .into_iter()
        .map(|folder| {
            let mut inputs = files(&folder);
            inputs.retain(|file| file.extension().is_some_and(|e| e != "snap" && e != "new"));
            assert_eq!(inputs.len(), 1, "{}", folder.display());
            (folder, inputs.remove(0))
        })
        .collect();
    cases.sort();
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

/// Returns the dump without places and line counts.
fn meaning(text: &str) -> String {
    let source = source("x.conf", text);
    let dump = dump::network(&(dialect().parse)(&source), &source);
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
fn check(text: &str, expected: &[&str]) {
    let meaning = meaning(text);
    for line in expected {
        assert!(
            meaning.lines().any(|found| found.trim() == *line),
            "{line}\nis not in\n{meaning}"
        );
    }
}

#[test]
fn both_forms_mean_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/dialects/juniper-junos");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let (curly, set) = (read("edge-pair/ce1.conf"), read("display-set/ce1.set"));
    assert_eq!(meaning(&curly), meaning(&set));
}

#[test]
fn exactly_this_dialect_recognises_every_case() {
    for (folder, input) in cases() {
        let source = load(&input);
        let found: Vec<&str> = DIALECTS
            .iter()
            .filter(|d| (d.detect)(&source) != Fit::No)
            .map(|d| d.name)
            .collect();
        assert_eq!(found, ["juniper-junos"], "{}", folder.display());
    }
}

#[test]
fn secrets_are_named_and_not_shown() {
    for (folder, input) in cases() {
        let source = load(&input);
        let dump = dump::network(&(dialect().parse)(&source), &source);
        assert!(!dump.contains("invented"), "{}", folder.display());
    }
}

/// Spans of a network that do not lie on characters of the source, read from its debug form: there is no other
/// way to see every one of them.
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

#[test]
fn a_text_cut_anywhere_is_read_without_a_panic_and_with_valid_places() {
    for (_, input) in cases() {
        let text = std::fs::read_to_string(&input).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let read = |text: String| {
            let source = source("cut.conf", &text);
            detect(&source);
            let network = (dialect().parse)(&source);
            assert_eq!(outside(&network, &source), 0, "{text}");
        };
        for cut in 0..lines.len() {
            read(lines[..cut].concat());
            let without = lines[..cut].iter().chain(&lines[cut + 1..]);
            read(without.copied().collect());
            // Inside a line, where a multi-byte character, a string or a list may be open.
            let half = lines[cut].len() / 2;
            let half = (0..=half)
                .rev()
                .find(|&at| lines[cut].is_char_boundary(at))
                .unwrap_or(0);
            read(lines[..cut].concat() + &lines[cut][..half]);
        }
    }
}

#[test]
fn any_input_is_read() {
    let noise: String = (0..200_000u32)
        .map(|n| char::from_u32(n.wrapping_mul(2_654_435_761) >> 21).unwrap_or('{'))
        .collect();
    for text in [
        String::new(),
        "policy-options {\n".to_owned() + &"a {".repeat(200_000),
        "set policy-options ".to_owned() + &"x ".repeat(500_000),
        "policy-options {".to_owned() + &"import ( ".repeat(100_000),
        "policy-options { community c members [ ".to_owned() + &"1:1 2:2 ".repeat(100_000),
        "set policy-options policy-statement p from policy p\nset protocols bgp group g neighbor 192.0.2.1 import p\n"
            .to_owned(),
        noise,
    ] {
        let source = source("any.conf", &text);
        detect(&source);
        let network = (dialect().parse)(&source);
        assert_eq!(outside(&network, &source), 0);
    }
}

/// A policy of one term, whose meaning the test is about.
fn term(from: &str, then: &str) -> String {
    format!(
        "version 1;\npolicy-options {{ policy-statement P {{ term t {{ from {{ {from} }} then {{ {then} }} }} \
         then reject; }} }}\n"
    )
}

#[test]
fn of_several_actions_on_one_attribute_the_last_counts() {
    check(
        &term("", "local-preference 300; local-preference add 50;"),
        &["t if always: local preference + 50, next"],
    );
    check(
        &term("", "metric add 5; metric 7; accept;"),
        &["t if always: MED = 7, accept"],
    );
    check(
        &term("", "as-path-prepend 1; as-path-prepend 2;"),
        &["t if always: prepend 2, next"],
    );
    check(&term("", "accept; reject;"), &["t if always: reject"]);
    check(&term("", "reject; accept;"), &["t if always: accept"]);
}

#[test]
fn going_on_wins_over_accepting() {
    check(&term("", "next term; accept;"), &["t if always: next"]);
    check(&term("", "accept; next policy;"), &["t if always: nextpolicy"]);
    check(&term("", "next policy; next term;"), &["t if always: next"]);
    check(
        &term("", "default-action reject; accept;"),
        &["t if always: default -, accept"],
    );
}

#[test]
fn only_the_last_value_of_a_single_condition_is_kept_and_others_are_alternatives() {
    check(&term("metric 50; metric 100;", ""), &["t if MED 100: next"]);
    check(
        &term("local-preference 1; local-preference 2;", ""),
        &["t if local preference 2: next"],
    );
    check(
        &term("family inet; family inet6;", ""),
        &["t if family ipv6: next"],
    );
    check(
        &term("community A; community B;", ""),
        &["t if (communities A or communities B): next"],
    );
    check(
        &term("protocol static; protocol bgp;", ""),
        &["t if (false or true): next"],
    );
    check(
        &term("prefix-list L; route-filter 10.0.0.0/8 exact;", ""),
        &["t if (any prefixes L or longest of [ 10.0.0.0/8: 10.0.0.0/8{8-8}]): next"],
    );
}

#[test]
fn what_is_not_understood_poisons_its_term_and_is_listed() {
    check(
        &term("humidity high;", "accept;"),
        &["t if NOT INTERPRETED: accept", "unread (policy P): humidity high"],
    );
    check(
        &term("", "levitate; accept;"),
        &["t if always: NOT INTERPRETED, accept"],
    );
    check(
        "policy-options { policy-statement P { term t { then accept; humour dry; } } }",
        &[
            "t if NOT INTERPRETED: NOT INTERPRETED, unknown",
            "unread (policy P): humour dry",
        ],
    );
}

/// A group of BGP with one neighbor.
fn bgp(global: &str, group: &str, neighbor: &str) -> String {
    format!(
        "version 1;\nrouting-options {{ autonomous-system 64500; }}\nprotocols {{ bgp {{ {global} group G {{ {group} \
         neighbor 192.0.2.1 {{ {neighbor} }} }} }} }}\n"
    )
}

#[test]
fn the_innermost_level_replaces_the_others() {
    let import = |global: &str, group: &str, neighbor: &str, expected: &str| {
        check(
            &bgp(global, group, neighbor),
            &[&format!("import: {expected}; else accept")],
        );
    };
    import("import A;", "import B;", "import C;", "policy C");
    import("import A;", "import B;", "", "policy B");
    import("import A;", "", "", "policy A");
    import("", "", "", "nothing");
    import(
        "import A;",
        "import [ B C ];",
        "inactive: import D;",
        "policy B, policy C",
    );
}

#[test]
fn families_do_not_merge_between_levels() {
    let families =
        |group: &str, neighbor: &str, expected: &[&str]| check(&bgp("", group, neighbor), expected);
    families("", "", &["ipv4 active"]);
    families("family inet6 { unicast; }", "", &["ipv6 active"]);
    families(
        "family inet6 { unicast; }",
        "family inet { unicast; }",
        &["ipv4 active"],
    );
    families("family inet-vpn { unicast; }", "", &["ipv4 inactive"]);
    families(
        "family inet { any; } family inet6 { any; }",
        "",
        &["ipv4 active", "ipv6 active"],
    );
    families(
        "family inet6 { unicast; }",
        "inactive: family inet { unicast; }",
        &["ipv6 active"],
    );
    families("family inet { labeled-unicast; }", "", &["ipv4 inactive"]);
}

#[test]
fn loops_count_differently_under_a_family_and_an_as() {
    check(
        &bgp("", "family inet { unicast { loops 2; } }", ""),
        &["ipv4 active, own AS allowed 2 times"],
    );
    check(
        &bgp("", "local-as 64501 loops 2;", ""),
        &["ipv4 active, own AS allowed 1 times"],
    );
    let set = "set routing-options autonomous-system 64500\nset routing-options autonomous-system loops 3\n\
               set protocols bgp group G peer-as 12076\nset protocols bgp group G neighbor 192.0.2.1\n";
    check(
        set,
        &[
            "neighbor 192.0.2.1 AS 12076, local AS 64500, group G",
            "ipv4 active, own AS allowed 2 times",
        ],
    );
}

#[test]
fn prefix_limits_without_teardown_only_warn() {
    let limit = |limit: &str, expected: &str| {
        check(
            &bgp("", &format!("family inet {{ unicast {{ {limit} }} }}"), ""),
            &[expected],
        );
    };
    limit(
        "prefix-limit { maximum 10; }",
        "ipv4 active, at most 10 prefixes warning only",
    );
    limit(
        "prefix-limit { maximum 10; teardown 80; }",
        "ipv4 active, at most 10 prefixes",
    );
    limit(
        "accepted-prefix-limit { maximum 10; drop-excess; }",
        "ipv4 active, at most 10 prefixes",
    );
    limit(
        "prefix-limit { maximum 10; } accepted-prefix-limit { maximum 20; teardown; }",
        "ipv4 active, at most 20 prefixes",
    );
}

#[test]
fn dropping_the_communities_attribute_is_not_passed_over() {
    let text = bgp("drop-path-attributes [ 30-35 128 ];", "", "");
    assert!(!meaning(&text).contains("unread"));
    check(
        &bgp("drop-path-attributes [ 1-10 ];", "", ""),
        &["unread (bgp): drop-path-attributes [ 1-10 ]"],
    );
}

#[test]
fn a_group_that_is_not_in_the_file_leaves_its_sessions_open() {
    check(
        &bgp("apply-groups GONE;", "", ""),
        &["unread (bgp): apply-groups GONE"],
    );
    check(
        &format!("{}apply-groups GONE;\n", bgp("", "", "")),
        &["unread (bgp): apply-groups GONE"],
    );
    // Elsewhere it cannot matter.
    assert!(
        !meaning("version 1;\ninterfaces { apply-groups GONE; ge-0/0/0 { unit 0; } }").contains("unread")
    );
    // One group per routing engine; they matter only where they hold policies or sessions.
    let node = "groups { node0 { system { host-name a; } } }\napply-groups \"${node}\";\n";
    assert!(!meaning(node).contains("unread"));
    check(
        "groups { node0 { policy-options { community C members 1:1; } } }\napply-groups \"${node}\";\n",
        &["unread (bgp): apply-groups \"${node}\""],
    );
}

#[test]
fn a_forwarding_policy_is_mentioned_where_it_may_reject() {
    let text = |then: &str| {
        bgp("", "", "")
            + &format!(
                "policy-options {{ policy-statement F {{ then {then}; }} }}\n\
                 routing-options {{ forwarding-table {{ export F; }} }}\n"
            )
    };
    assert!(!meaning(&text("load-balance per-packet")).contains("beyond"));
    check(&text("reject"), &["beyond: export F"]);
}

#[test]
fn inherited_terms_beside_written_ones_leave_the_order_open() {
    check(
        "groups { G { policy-options { policy-statement P { term g { then accept; } } } } }\napply-groups G;\n\
         policy-options { policy-statement P { term own { then reject; } } }\n",
        &["inherited terms if NOT INTERPRETED: NOT INTERPRETED, unknown"],
    );
    check(
        "groups { G { protocols { bgp { group G { import B; } } } } }\napply-groups G;\n\
         protocols { bgp { group G { import A; neighbor 192.0.2.1; } } }\n",
        &["import: NOT INTERPRETED; else accept"],
    );
}
