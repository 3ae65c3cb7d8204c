//! SR OS: what its fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::nokia_sros;
use support::{Tested, fixture};

static DIALECT: Tested = Tested {
    dialect: &nokia_sros::DIALECT,
    file: "x.conf",
};

#[test]
fn the_three_forms_mean_the_same() {
    let read = |name: &str| DIALECT.meaning(&fixture(&format!("nokia-sros/{name}")));
    let braces = read("md-braces/pe1.cfg");
    assert_eq!(read("md-flat/pe1.cfg"), braces);
    // MD-CLI rejects by default what the private group announces.
    let classic = read("classic/pe1.cfg");
    let (private, other) = ("export: nothing; else accept", "export: nothing; else reject");
    assert!(classic.contains(private) && braces.contains(other));
    assert_eq!(classic.replace(private, other), braces);
}

#[test]
fn any_input_is_read() {
    let noise: String = (0..200_000u32)
        .map(|n| char::from_u32(n.wrapping_mul(2_654_435_761) >> 21).unwrap_or('{'))
        .collect();
    for text in [
        String::new(),
        "configure {\n".to_owned() + &"a {".repeat(1_000_000),
        "configure {\n".to_owned() + &"a {\n".repeat(1_000_000),
        "}".repeat(1_000_000),
        "[".repeat(1_000_000),
        "configure policy-options { community \"c\" { expression \"".to_owned()
            + &"(".repeat(1_000_000)
            + "\" } }",
        "/configure policy-options ".to_owned() + &"x ".repeat(500_000),
        "/configure router \"Base\" bgp import policy [".to_owned() + &"\"a\" ".repeat(300_000),
        (0..3_000).map(|n| " ".repeat(n) + "a\n").collect(),
        "/configure policy-options policy-statement \"p\" entry 1 from policy \"p\"\n\
         /configure policy-options policy-statement \"p\" entry 1 action action-type accept\n\
         /configure router \"Base\" bgp neighbor \"192.0.2.1\" import policy [\"p\"]\n"
            .to_owned(),
        noise,
    ] {
        DIALECT.survives(&text);
    }
}

/// A policy of one entry in MD-CLI form.
fn entry(from: &str, action: &str) -> String {
    let lines = |place: &str, text: &str| -> String {
        let lines = text.split(';').filter(|line| !line.is_empty());
        let head = "/configure policy-options policy-statement \"P\" entry 10";
        lines
            .map(|line| format!("{head} {place} {}\n", line.trim()))
            .collect()
    };
    lines("from", from) + &lines("action", action)
}

/// The same in classic form.
fn classic(from: &str, action: &str) -> String {
    let from: String = from
        .split(';')
        .map(|line| format!("            {}\n", line.trim()))
        .collect();
    format!(
        "    policy-options\n        begin\n        policy-statement \"P\"\n          entry 10\n           from\n{from}           \
         exit\n           action {action}\n          exit\n        exit\n        commit\n    exit\n"
    )
}

#[test]
fn criteria_of_both_command_lines() {
    for (model_driven, classical, expected) in [
        ("protocol name [bgp]", "protocol bgp", "true"),
        ("protocol name [static direct]", "protocol static", "false"),
        (
            "family [ipv4 ipv6]",
            "family ipv4 ipv6",
            "(family ipv4 or family ipv6)",
        ),
        ("family [vpn-ipv4]", "family vpn-ipv4", "false"),
        (
            "prefix-list [\"A\" \"B\"]",
            "prefix-list \"A\" \"B\"",
            "(any prefixes A or any prefixes B)",
        ),
        ("community name \"C\"", "community \"C\"", "communities C"),
        (
            "community expression \"[C] AND NOT [D]\"",
            "community expression \"[C] AND NOT [D]\"",
            "(communities C and not communities D)",
        ),
        ("as-path name \"X\"", "as-path \"X\"", "AS path X"),
        ("as-path group \"X\"", "as-path-group \"X\"", "AS path X"),
        ("origin igp", "origin igp", "origin Igp"),
    ] {
        let expected = format!("10 if {expected}: accept");
        DIALECT.check(&entry(model_driven, "action-type accept"), &[&expected]);
        DIALECT.check(&classic(classical, "accept"), &[&expected]);
    }
}

#[test]
fn an_entry_without_an_action_is_not_in_effect() {
    let text = entry("family [ipv4]", "");
    assert!(
        !DIALECT.meaning(&text).contains("10 if"),
        "{}",
        DIALECT.meaning(&text)
    );
    DIALECT.check(
        &text,
        &[
            "refused (policy P): /configure policy-options policy-statement \"P\" entry 10 from family [ipv4] => the \
           entry has no action: the device does not put it into effect",
        ],
    );
    // An action without its type is another thing.
    DIALECT.check(
        &entry("family [ipv4]", "local-preference 10"),
        &["10 if family ipv4: local preference = 10, unknown"],
    );
}

#[test]
fn entries_run_by_number_and_named_ones_in_their_order() {
    let order = |text: &str| -> Vec<String> {
        let meaning = DIALECT.meaning(text);
        let lines = meaning.lines().filter_map(|line| line.trim().split_once(" if "));
        lines.map(|(label, _)| label.to_owned()).collect()
    };
    let line = |kind: &str, name: &str| {
        format!("/configure policy-options policy-statement \"P\" {kind} {name} action action-type accept\n")
    };
    let numbered: String = ["30", "4", "100"].iter().map(|n| line("entry", n)).collect();
    assert_eq!(order(&numbered), ["4", "30", "100"]);
    let named: String = ["\"z\"", "\"a\""]
        .iter()
        .map(|n| line("named-entry", n))
        .collect();
    assert_eq!(order(&named), ["z", "a"]);
}

#[test]
fn what_is_not_understood_poisons_its_entry_and_is_listed() {
    DIALECT.check(
        &entry("humidity high", "action-type accept"),
        &["10 if NOT INTERPRETED: accept"],
    );
    DIALECT.check(
        &entry("", "action-type accept; levitate true"),
        &["10 if always: NOT INTERPRETED, accept"],
    );
    DIALECT.check(&entry("", "action-type levitate"), &["10 if always: unknown"]);
}

/// A session in MD-CLI form.
fn bgp(release: &str, global: &str, group: &str, neighbor: &str) -> String {
    format!(
        "# TiMOS-B-{release}.R1 both\nconfigure {{\nrouter \"Base\" {{\nautonomous-system 64500\nbgp {{\n{global}\n\
         group \"G\" {{\n{group}\n}}\nneighbor \"192.0.2.1\" {{\ngroup \"G\"\n{neighbor}\n}}\n}}\n}}\n}}\n"
    )
}

#[test]
fn the_innermost_level_replaces_the_others() {
    let import = |global: &str, group: &str, neighbor: &str, expected: &str| {
        let policy = |name: &str| match name {
            "" => String::new(),
            name => format!("import {{\npolicy [\"{name}\"]\n}}"),
        };
        DIALECT.check(
            &bgp("23.10", &policy(global), &policy(group), &policy(neighbor)),
            &[&format!("import: {expected}; else ?")],
        );
    };
    import("A", "B", "C", "policy C");
    import("A", "B", "", "policy B");
    import("A", "", "", "policy A");
    import("", "", "", "nothing");
}

#[test]
fn what_nothing_decides_depends_on_release_kind_and_command() {
    let check_default = |release: &str, group: &str, expected: &str| {
        DIALECT.check(
            &bgp(release, "", group, ""),
            &[&format!("import: nothing; else {expected}")],
        );
    };
    check_default("23.10", "peer-as 12076", "reject");
    check_default("19.5", "peer-as 12076", "reject");
    check_default("19.2", "peer-as 12076", "accept");
    check_default("23.10", "peer-as 64500", "accept");
    check_default("23.10", "type internal", "accept");
    check_default(
        "23.10",
        "peer-as 12076\nebgp-default-reject-policy {\nimport false\n}",
        "accept",
    );
    check_default(
        "19.2",
        "peer-as 12076\nebgp-default-reject-policy {\nimport true\n}",
        "reject",
    );
    // The release is not in the text.
    let text = bgp("23.10", "", "peer-as 12076", "").replace("# TiMOS-B-23.10.R1 both\n", "");
    DIALECT.check(&text, &["import: nothing; else ?"]);
    // Classic: accepts, whatever the release.
    let text = "    router Base\n        autonomous-system 64500\n        bgp\n            group \"G\"\n                \
                peer-as 12076\n                neighbor 192.0.2.1\n                exit\n            exit\n        exit\n";
    DIALECT.check(text, &["import: nothing; else accept"]);
}

#[test]
fn families_do_not_merge_between_levels() {
    let families = |group: &str, neighbor: &str, expected: &[&str]| {
        let block = |names: &str| match names {
            "" => String::new(),
            names => format!("family {{\n{names}\n}}"),
        };
        DIALECT.check(&bgp("23.10", "", &block(group), &block(neighbor)), expected);
    };
    families("", "", &["ipv4 active"]);
    families("ipv6 true", "", &["ipv6 active"]);
    families("ipv6 true", "ipv4 true", &["ipv4 active"]);
    families("vpn-ipv4 true", "", &["ipv4 inactive"]);
    families("ipv4 true\nipv6 true", "", &["ipv4 active", "ipv6 active"]);
    families("ipv4 false\nipv6 true", "", &["ipv6 active"]);
}

#[test]
fn a_group_that_is_not_in_the_file_leaves_its_sessions_open() {
    DIALECT.check(
        &bgp("23.10", "apply-groups [\"GONE\"]", "", ""),
        &["unread (bgp): apply-groups [\"GONE\"]"],
    );
}

#[test]
fn a_text_without_its_indentation_leaves_policies_open() {
    DIALECT.check(
        "configure router policy-options\nbegin\npolicy-statement \"P\"\nentry 10\nfrom\ncommunity \"C\"\nexit\n\
         action accept\nexit\nexit\nexit\n",
        &[
            "uninterpreted if NOT INTERPRETED: NOT INTERPRETED, unknown",
            "unread (bgp): entry 10",
            "unread (bgp): action accept",
        ],
    );
}

#[test]
fn a_list_that_is_partly_inherited_is_left_open() {
    DIALECT.check(
        "configure {\ngroups {\ngroup \"g\" {\nrouter \"Base\" {\nbgp {\nimport {\npolicy [\"A\"]\n}\n}\n}\n}\n}\n\
         router \"Base\" {\napply-groups [\"g\"]\nbgp {\nimport {\npolicy [\"B\"]\n}\nneighbor \"192.0.2.1\" {\n\
         peer-as 12076\n}\n}\n}\n}\n",
        &["import: NOT INTERPRETED; else ?"],
    );
}

#[test]
fn members_of_one_list_are_any_or_all() {
    DIALECT.check(
        "/configure policy-options community \"C\" member \"12076:51004\"\n\
         /configure policy-options community \"C\" member \"12076:52004\"\n",
        &[
            "community list C: +((12076:51004 and 12076:52004) or ((12076:51004 or 12076:52004) and NOT INTERPRETED))",
        ],
    );
}
