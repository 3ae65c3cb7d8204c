//! `pairlint trace`, from outside.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Outcome, pairlint};

const EDGE: &str = "\
version 15.9
hostname edge1
!
router bgp 65010
 bgp log-neighbor-changes
 neighbor 192.0.2.2 remote-as 12076
 neighbor 192.0.2.6 remote-as 12076
 neighbor 192.0.2.6 shutdown
 neighbor 198.51.100.9 remote-as 65020
 neighbor 2001:db8::2 remote-as 12076
 address-family ipv4
  neighbor 192.0.2.2 activate
  neighbor 192.0.2.2 route-map FROM-MICROSOFT in
  neighbor 192.0.2.2 filter-list 7 out
  neighbor 192.0.2.6 activate
  neighbor 198.51.100.9 activate
  neighbor 198.51.100.9 route-map CHAIN in
  no neighbor 2001:db8::2 activate
 exit-address-family
 address-family ipv6
  neighbor 2001:db8::2 activate
  neighbor 2001:db8::2 route-map FROM-MICROSOFT-6 in
 exit-address-family
!
ip bgp-community new-format
ip community-list standard PAIR permit 12076:51002 12076:51003
ip community-list standard ONE permit 12076:51002
ip prefix-list BOTH seq 5 permit 198.51.100.0/24 le 32
ip community-list standard BOTH deny 12076:51002
ip as-path access-list 7 permit ^$
ipv6 prefix-list SIX seq 5 permit 2001:db8:100::/40 le 48
!
route-map FROM-MICROSOFT permit 10
 match community PAIR
!
route-map FROM-MICROSOFT-6 permit 10
 match ipv6 address prefix-list SIX
!
route-map CHAIN permit 10
 match community ONE
 set local-preference 200
 continue
route-map CHAIN permit 20
 match ip address prefix-list BOTH
 set community no-export additive
!
route-map EXACT permit 10
 match community ONE exact-match
!
route-map RPKI permit 10
 match rpki valid
!
end
";

fn run(arguments: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("edge1.cfg"), EDGE).unwrap();
    let mut all = vec!["trace", "edge1.cfg"];
    all.extend(arguments);
    pairlint(folder.path(), &all)
}

/// Runs with `--format json` and returns the traces.
#[track_caller]
fn traces(arguments: &str) -> Vec<Value> {
    let mut all: Vec<&str> = arguments.split_whitespace().collect();
    all.extend(["--format", "json"]);
    let run = run(&all);
    assert_eq!(run.code, 0, "{arguments}\n{}", run.err);
    let mut json: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["schema"], "pairlint.trace/1");
    json["traces"].as_array_mut().unwrap().drain(..).collect()
}

/// Describes each trace in a word or two: what it went through, and the verdict.
#[track_caller]
fn check(arguments: &str, expected: &[&str]) {
    let short = |trace: &Value| {
        let through = ["neighbor", "policy", "kind"]
            .iter()
            .find_map(|key| trace[key].as_str());
        format!("{} {}", through.unwrap(), trace["verdict"].as_str().unwrap())
    };
    let found: Vec<String> = traces(arguments).iter().map(short).collect();
    assert_eq!(found, expected, "{arguments}");
}

#[track_caller]
fn refused(arguments: &str, expected: &str) {
    let words: Vec<&str> = arguments.split_whitespace().collect();
    let run = run(&words);
    assert_eq!(run.code, 2, "{arguments}\n{}", run.out);
    assert!(run.err.contains(expected), "{arguments}\n{}", run.err);
    assert_eq!(run.out, "");
}

const V4: &str = "--prefix 198.51.100.0/24";

#[test]
fn a_line_of_two_communities_needs_both() {
    check(
        &format!("{V4} --community 12076:51002 --neighbor 192.0.2.2"),
        &["192.0.2.2 reject"],
    );
    check(
        &format!("{V4} --community 12076:51002 --community 12076:51003 --neighbor 192.0.2.2"),
        &["192.0.2.2 accept"],
    );
}

#[test]
fn every_session_of_the_family_is_traced_whatever_its_as() {
    check(
        &format!("{V4} --community 12076:51002 --community 12076:51003"),
        &["192.0.2.2 accept", "192.0.2.6 reject", "198.51.100.9 accept"],
    );
    check("--prefix 2001:db8:100::/48", &["2001:db8::2 accept"]);
    check(
        "--prefix 2001:db8:200::/49 --neighbor 2001:DB8:0::2",
        &["2001:db8::2 reject"],
    );
    refused(
        "--prefix 2001:db8:100::/48 --neighbor 192.0.2.6",
        "1 session matches, but does not carry ipv6 routes",
    );
}

#[test]
fn the_trace_has_every_field() {
    let all = traces(&format!(
        "{V4} --community 12076:51002 --large-community 65010:1:2 --med 7 --origin egp --neighbor 198.51.100.9"
    ));
    let [trace] = all.as_slice() else {
        panic!("{all:?}");
    };
    for (key, expected) in [
        ("device", json!("edge1")),
        ("neighbor", json!("198.51.100.9")),
        ("family", json!("ipv4")),
        ("direction", json!("in")),
        ("verdict", json!("accept")),
        ("policies", json!(["CHAIN"])),
        ("because", json!([])),
        ("route_is_certain", json!(true)),
    ] {
        assert_eq!(trace[key], expected, "{key}");
    }
    assert_eq!(
        trace["route"],
        json!({
            "prefix": "198.51.100.0/24",
            "communities": ["12076:51002", "65535:65281"],
            "large_communities": ["65010:1:2"],
            "as_path": "65020 12076",
            "local_preference": 200,
            "med": 7,
            "origin": "egp",
            "weight": null
        })
    );
    let line = |text: &str| EDGE.lines().position(|line| line.trim() == text).unwrap() + 1;
    let steps = trace["steps"].as_array().unwrap();
    for (text, effect) in [
        ("route-map CHAIN permit 10", "`10` matches: goes on"),
        ("set local-preference 200", "sets the local preference to 200"),
        ("set community no-export additive", "adds 65535:65281"),
    ] {
        let expected = json!({ "file": "edge1.cfg", "line": line(text), "text": text, "effect": effect });
        assert!(steps.contains(&expected), "{expected} is not in {steps:#?}");
    }
}

#[test]
fn a_continued_policy_keeps_its_permit() {
    check(
        "--prefix 203.0.113.0/24 --community 12076:51002 --neighbor 198.51.100.9",
        &["198.51.100.9 accept"],
    );
    check(
        "--prefix 203.0.113.0/24 --neighbor 198.51.100.9",
        &["198.51.100.9 reject"],
    );
}

#[test]
fn an_exact_match_admits_no_companion() {
    check(
        &format!("{V4} --policy EXACT --community 12076:51002"),
        &["EXACT accept"],
    );
    check(
        &format!("{V4} --policy EXACT --community 12076:51002 --community no-export"),
        &["EXACT reject"],
    );
}

#[test]
fn policies_stand_alone_or_in_a_chain() {
    check(&format!("{V4} --policy CHAIN"), &["CHAIN accept"]);
    check("--prefix 203.0.113.0/24 --policy CHAIN", &["CHAIN reject"]);
    check(
        &format!("{V4} --policy FROM-MICROSOFT --policy CHAIN"),
        &["FROM-MICROSOFT CHAIN reject"],
    );
}

#[test]
fn each_kind_of_list_of_the_name_answers() {
    check(
        &format!("{V4} --list BOTH --community 12076:51002"),
        &["prefix-list match", "community-list no-match"],
    );
    check(
        "--prefix 203.0.113.0/24 --list BOTH",
        &["prefix-list no-match", "community-list no-match"],
    );
    check(
        &format!("{V4} --list 7 --as-path 12076"),
        &["as-path-list no-match"],
    );
    check(&format!("{V4} --list SIX"), &["prefix-list no-match"]);
    let one = traces(&format!("{V4} --list ONE --community 12076:51002"));
    assert_eq!(one[0]["list"], "ONE");
    assert_eq!(
        one[0]["steps"][0]["text"],
        "ip community-list standard ONE permit 12076:51002"
    );
}

#[test]
fn what_goes_out_is_ours_unless_a_path_is_given() {
    let out = format!("{V4} --direction out --neighbor 192.0.2.2");
    check(&out, &["192.0.2.2 accept"]);
    check(&format!("{out} --as-path 65020"), &["192.0.2.2 reject"]);
}

#[test]
fn our_own_as_in_the_path_is_a_loop() {
    let loops = format!("{V4} --neighbor 198.51.100.9 --as-path 65020,65010");
    refused(&loops, "`--as-path 65020,65010`");
    let run = run(&[
        "--prefix",
        "198.51.100.0/24",
        "--neighbor",
        "198.51.100.9",
        "--as-path",
        "65020 65010",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out.contains("rejected as a loop before any policy"),
        "{}",
        run.out
    );
    assert!(run.out.contains("\n  reject\n"), "{}", run.out);
}

#[test]
fn a_session_that_is_down_passes_nothing() {
    let all = traces(&format!("{V4} --neighbor 192.0.2.6"));
    assert_eq!(all[0]["verdict"], "reject");
    assert_eq!(all[0]["steps"][0]["text"], "neighbor 192.0.2.6 shutdown");
}

#[test]
fn an_unsure_verdict_says_what_it_hangs_on() {
    let all = traces(&format!("{V4} --policy RPKI"));
    assert_eq!(all[0]["verdict"], "unsure");
    assert_eq!(all[0]["route_is_certain"], false);
    assert_eq!(all[0]["because"][0]["file"], "edge1.cfg");
    let run = run(&["--prefix", "198.51.100.0/24", "--policy", "RPKI"]);
    assert!(run.out.contains("\n  unsure\n    hangs on: "), "{}", run.out);
}

#[test]
fn people_read_heading_steps_verdict_and_route() {
    let run = run(&[
        "--prefix",
        "198.51.100.0/24",
        "--policy",
        "EXACT",
        "--community",
        "12076:51002",
    ]);
    assert_eq!(
        run.out,
        "edge1 ipv4 in: policy EXACT\n  \
           edge1.cfg:27  ip community-list standard ONE permit 12076:51002  -> community list `ONE` permits the route\n  \
           edge1.cfg:47  route-map EXACT permit 10                          -> `10` matches: accepted\n  \
           accept\n  \
           route 198.51.100.0/24, communities 12076:51002, AS path 12076\n"
    );
}

#[test]
fn unknown_names_name_the_nearest() {
    refused(
        &format!("{V4} --policy FROM-MICROSFT"),
        "did you mean `FROM-MICROSOFT`?",
    );
    refused(&format!("{V4} --device edge2"), "did you mean `edge1`?");
    refused(
        &format!("{V4} --neighbor 192.0.2.3"),
        "there is no neighbor `192.0.2.3`; did you mean",
    );
    refused(&format!("{V4} --list PAIRS"), "did you mean `PAIR`?");
    refused(
        &format!("{V4} --community 12076"),
        "`--community 12076`: expected `asn:value`",
    );
    refused("--prefix 198.51.100.1/24", "the prefix is `198.51.100.0/24`");
    refused("--prefix 198.51.100.0", "expected an address and a length");
    refused(&format!("{V4} --policy EXACT --list ONE"), "cannot be used with");
}

#[test]
fn well_known_communities_go_by_name() {
    let names = "no-export no-advertise local-as graceful-shutdown blackhole no-peer accept-own internet";
    let given: String = names
        .split(' ')
        .map(|name| format!(" --community {name}"))
        .collect();
    let all = traces(&format!("{V4} --policy EXACT{given}"));
    assert_eq!(
        all[0]["route"]["communities"],
        json!([
            "0:0",
            "65535:0",
            "65535:1",
            "65535:666",
            "65535:65281",
            "65535:65282",
            "65535:65283",
            "65535:65284"
        ])
    );
}

#[test]
fn secrets_are_not_shown() {
    let junos = "\
system { host-name edge2; }
routing-options { autonomous-system 65010; }
protocols { bgp { group MS { type external;
    neighbor 192.0.2.2 { authentication-key \"hunter2\"; peer-as 12076; }
} } }
";
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("edge2.conf"), junos).unwrap();
    let looped = [
        "trace",
        ".",
        "--prefix",
        "198.51.100.0/24",
        "--as-path",
        "12076 65010",
    ];
    for format in ["human", "json"] {
        let run = pairlint(folder.path(), &[&looped[..], &["--format", format]].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(
            run.out.contains("authentication-key") && run.out.contains("***"),
            "{}",
            run.out
        );
        assert!(!run.out.contains("hunter2"), "{}", run.out);
    }
}
