//! Junos: what its fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::juniper_junos;
use support::{Tested, fixture};

static DIALECT: Tested = Tested {
    dialect: &juniper_junos::DIALECT,
    file: "x.conf",
};

#[test]
fn both_forms_mean_the_same() {
    let read = |name: &str| fixture(&format!("juniper-junos/{name}"));
    let (curly, set) = (read("edge-pair/ce1.conf"), read("display-set/ce1.set"));
    assert_eq!(DIALECT.meaning(&curly), DIALECT.meaning(&set));
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
        DIALECT.survives(&text);
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
    DIALECT.check(
        &term("", "local-preference 300; local-preference add 50;"),
        &["t if always: local preference + 50, next"],
    );
    DIALECT.check(
        &term("", "metric add 5; metric 7; accept;"),
        &["t if always: MED = 7, accept"],
    );
    DIALECT.check(
        &term("", "as-path-prepend 1; as-path-prepend 2;"),
        &["t if always: prepend 2, next"],
    );
    DIALECT.check(&term("", "accept; reject;"), &["t if always: reject"]);
    DIALECT.check(&term("", "reject; accept;"), &["t if always: accept"]);
}

#[test]
fn going_on_wins_over_accepting() {
    DIALECT.check(&term("", "next term; accept;"), &["t if always: next"]);
    DIALECT.check(&term("", "accept; next policy;"), &["t if always: nextpolicy"]);
    DIALECT.check(&term("", "next policy; next term;"), &["t if always: next"]);
    DIALECT.check(
        &term("", "default-action reject; accept;"),
        &["t if always: default -, accept"],
    );
}

#[test]
fn only_the_last_value_of_a_single_condition_is_kept_and_others_are_alternatives() {
    DIALECT.check(&term("metric 50; metric 100;", ""), &["t if MED 100: next"]);
    DIALECT.check(
        &term("local-preference 1; local-preference 2;", ""),
        &["t if local preference 2: next"],
    );
    DIALECT.check(
        &term("family inet; family inet6;", ""),
        &["t if family ipv6: next"],
    );
    DIALECT.check(
        &term("community A; community B;", ""),
        &["t if (communities A or communities B): next"],
    );
    DIALECT.check(
        &term("protocol static; protocol bgp;", ""),
        &["t if (false or true): next"],
    );
    DIALECT.check(
        &term("prefix-list L; route-filter 10.0.0.0/8 exact;", ""),
        &["t if (any prefixes L or longest of [ 10.0.0.0/8: 10.0.0.0/8{8-8}]): next"],
    );
}

#[test]
fn what_is_not_understood_poisons_its_term_and_is_listed() {
    DIALECT.check(
        &term("humidity high;", "accept;"),
        &["t if NOT INTERPRETED: accept", "unread (policy P): humidity high"],
    );
    DIALECT.check(
        &term("", "levitate; accept;"),
        &["t if always: NOT INTERPRETED, accept"],
    );
    DIALECT.check(
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
        DIALECT.check(
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
        |group: &str, neighbor: &str, expected: &[&str]| DIALECT.check(&bgp("", group, neighbor), expected);
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
    DIALECT.check(
        &bgp("", "family inet { unicast { loops 2; } }", ""),
        &["ipv4 active, own AS allowed 2 times"],
    );
    DIALECT.check(
        &bgp("", "local-as 64501 loops 2;", ""),
        &["ipv4 active, own AS allowed 1 times"],
    );
    let set = "set routing-options autonomous-system 64500\nset routing-options autonomous-system loops 3\n\
               set protocols bgp group G peer-as 12076\nset protocols bgp group G neighbor 192.0.2.1\n";
    DIALECT.check(
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
        DIALECT.check(
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
    assert!(!DIALECT.meaning(&text).contains("unread"));
    DIALECT.check(
        &bgp("drop-path-attributes [ 1-10 ];", "", ""),
        &["unread (bgp): drop-path-attributes [ 1-10 ]"],
    );
}

#[test]
fn a_group_that_is_not_in_the_file_leaves_its_sessions_open() {
    DIALECT.check(
        &bgp("apply-groups GONE;", "", ""),
        &["unread (bgp): apply-groups GONE"],
    );
    DIALECT.check(
        &format!("{}apply-groups GONE;\n", bgp("", "", "")),
        &["unread (bgp): apply-groups GONE"],
    );
    // Elsewhere it cannot matter.
    assert!(
        !DIALECT
            .meaning("version 1;\ninterfaces { apply-groups GONE; ge-0/0/0 { unit 0; } }")
            .contains("unread")
    );
    // One group per routing engine; they matter only where they hold policies or sessions.
    let node = "groups { node0 { system { host-name a; } } }\napply-groups \"${node}\";\n";
    assert!(!DIALECT.meaning(node).contains("unread"));
    DIALECT.check(
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
    assert!(
        !DIALECT
            .meaning(&text("load-balance per-packet"))
            .contains("beyond")
    );
    DIALECT.check(&text("reject"), &["beyond: export F"]);
}

#[test]
fn inherited_terms_beside_written_ones_leave_the_order_open() {
    DIALECT.check(
        "groups { G { policy-options { policy-statement P { term g { then accept; } } } } }\napply-groups G;\n\
         policy-options { policy-statement P { term own { then reject; } } }\n",
        &["inherited terms if NOT INTERPRETED: NOT INTERPRETED, unknown"],
    );
    DIALECT.check(
        "groups { G { protocols { bgp { group G { import B; } } } } }\napply-groups G;\n\
         protocols { bgp { group G { import A; neighbor 192.0.2.1; } } }\n",
        &["import: NOT INTERPRETED; else accept"],
    );
}
