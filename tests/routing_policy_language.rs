//! Cisco IOS XR policies and what they decide, each as the manual has it ("Implementing Routing Policy").

#![allow(clippy::unwrap_used)] // helpers of tests

use pairlint_eval::{Judge, Route};
use pairlint_model::bgp::{AsPath, prefix};
use pairlint_model::diagnostic::RouteVerdict::{self, Accept, Reject, Unsure};
use pairlint_model::policy::PolicyExpression;
use pairlint_model::source::{Source, SourceId, Span, Spanned};

/// Runs policy `P` on a route with these communities.
fn run(text: &str, communities: &[&str]) -> (RouteVerdict, Route) {
    let source = Source::new(SourceId(0), "edge.cfg", text);
    let network = (pairlint_dialects::named("cisco-xr").unwrap().parse)(&source);
    let place = Span {
        source: SourceId(0),
        start: 0,
        end: 0,
    };
    let chain = [PolicyExpression::Policy(Spanned::new(place, "P".to_owned()))];
    let route = Route::new(
        prefix("203.0.113.0/24").unwrap(),
        AsPath::sequence([12076, 8075]),
        communities.iter().map(|text| text.parse().unwrap()),
    );
    let decision = Judge::new(&network.devices[0]).policies(&chain, &route);
    (decision.verdict, decision.route)
}

#[track_caller]
fn check(body: &str, cases: &[(&[&str], RouteVerdict)]) {
    for (communities, expected) in cases {
        let text = match body.contains("route-policy P") {
            true => body.to_owned(),
            false => format!("route-policy P\n{body}\nend-policy\n"),
        };
        assert_eq!(run(&text, communities).0, *expected, "{communities:?} in\n{body}");
    }
}

const A: &[&str] = &["1:1"];
const B: &[&str] = &["2:2"];
const AB: &[&str] = &["1:1", "2:2"];
const NONE: &[&str] = &[];

#[test]
fn what_is_neither_passed_nor_changed_is_dropped() {
    check("", &[(A, Reject)]);
    check("pass", &[(A, Accept)]);
    check("set local-preference 200", &[(A, Accept)]);
    check("set community (3:3) additive", &[(A, Accept)]);
    check("delete community all", &[(A, Accept)]);
    check("prepend as-path 65001 2", &[(A, Accept)]);
    check("set med +10", &[(A, Accept)]);
    check("suppress-route", &[(A, Accept)]);
    check("set extcommunity rt (1:1) additive", &[(A, Accept)]);
    check("pass\ndrop\npass", &[(A, Reject)]);
    check("set weight 5\ndrop", &[(A, Reject)]);
    check("done\ndrop", &[(A, Accept)]);
    check("drop\ndone", &[(A, Reject)]);
    let only = "if community matches-any (1:1) then\n set local-preference 200\nendif";
    check(only, &[(A, Accept), (B, Reject), (AB, Accept), (NONE, Reject)]);
}

#[test]
fn branches() {
    let chain = "if community matches-any (1:1) then\n drop\nelseif community matches-any (2:2) then\n pass\nelse\n done\nendif";
    check(chain, &[(A, Reject), (B, Accept), (AB, Reject), (NONE, Accept)]);
    check(
        &format!("{chain}\ndrop"),
        &[(A, Reject), (B, Reject), (NONE, Accept)],
    );
    let nested = "if community matches-any (1:1) then\n if community matches-any (2:2) then\n  drop\n else\n  pass\n endif\n \
                  set weight 3\nelse\n if community is-empty then\n  done\n endif\nendif\nif community matches-any (4:4) then\n drop\nendif";
    check(
        nested,
        &[
            (A, Accept),
            (AB, Reject),
            (B, Reject),
            (NONE, Accept),
            (&["1:1", "4:4"], Reject),
        ],
    );
    check(
        "if community is-empty then pass else drop endif",
        &[(NONE, Accept), (A, Reject)],
    );
    let dead = "if community is-empty then\n drop\n pass\nelse\n drop\nendif\ndone";
    check(dead, &[(NONE, Reject), (A, Reject)]);
}

#[test]
fn not_binds_before_and_before_or() {
    let condition = |text: &str| format!("if {text} then\n pass\nendif");
    let (a, b) = ("community matches-any (1:1)", "community matches-any (2:2)");
    check(
        &condition(&format!("{a} or {b} and community is-empty")),
        &[(A, Accept), (B, Reject), (NONE, Reject)],
    );
    check(
        &condition(&format!("({a} or {b}) and\n  community is-empty")),
        &[(A, Reject), (B, Reject)],
    );
    check(
        &condition(&format!("not {a} and {b}")),
        &[(A, Reject), (B, Accept), (AB, Reject)],
    );
    check(
        &condition(&format!("not ({a} and {b})")),
        &[(A, Accept), (AB, Reject)],
    );
    check(&condition(&format!("not not {a}")), &[(A, Accept), (B, Reject)]);
}

#[test]
fn conditions_see_the_route_as_it_came() {
    let policy = "set community (4:4) additive\nif community matches-any (4:4) then\n drop\nendif";
    check(policy, &[(A, Accept)]);
    let (_, route) = run(&format!("route-policy P\n{policy}\nend-policy"), A);
    let texts: Vec<String> = route.communities.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["1:1", "4:4"]);
    check(
        "set med 42\nif med eq 42 then\n drop\nendif\npass",
        &[(A, Unsure)],
    );
    check(
        "set local-preference 42\nif local-preference eq 42 then\n drop\nendif",
        &[(A, Accept)],
    );
}

#[test]
fn communities_any_every_within() {
    let policy = |how: &str, set: &str| format!("if community {how} {set} then\n pass\nendif");
    check(
        &policy("matches-any", "(1:1, 2:2)"),
        &[(A, Accept), (AB, Accept), (&["3:3"], Reject), (NONE, Reject)],
    );
    check(
        &policy("matches-every", "(1:1, 2:2)"),
        &[(A, Reject), (AB, Accept), (&["1:1", "2:2", "3:3"], Accept)],
    );
    check(
        &policy("matches-within", "(1:1, 2:2)"),
        &[
            (A, Accept),
            (AB, Accept),
            (&["1:1", "3:3"], Reject),
            (NONE, Unsure),
        ],
    );
    check(&policy("matches-any", "(1:*)"), &[(A, Accept), (B, Reject)]);
    check(&policy("matches-any", "([2..5]:2)"), &[(A, Reject), (B, Accept)]);
    check(
        &policy("matches-any", "(*:[1..2])"),
        &[(A, Accept), (B, Accept), (&["1:3"], Reject)],
    );
    check(&policy("matches-any", "(*)"), &[(A, Accept), (NONE, Reject)]);
    check(
        &policy("matches-any", "(12076:5*)"),
        &[(&["12076:51004"], Accept), (&["12076:60000"], Reject)],
    );
    check(
        &policy("matches-any", "(private-as:1)"),
        &[(&["64512:1"], Accept), (&["64511:1"], Reject)],
    );
    check(
        &policy("matches-any", "(ios-regex '^1:(1|2)$')"),
        &[(A, Accept), (&["1:11"], Reject)],
    );
    check(
        &policy("matches-any", "(no-export)"),
        &[(&["65535:65281"], Accept), (A, Reject)],
    );
    check(
        &policy("matches-any", "(internet)"),
        &[(&["0:0"], Accept), (A, Reject)],
    );
    let named = "community-set S\n # one\n 1:1,\n 2:[2..3]\nend-set\ncommunity-set E\nend-set\n";
    let policy =
        |how: &str| format!("{named}route-policy P\nif community {how} then\n pass\nendif\nend-policy\n");
    check(
        &policy("matches-any S"),
        &[(A, Accept), (&["2:3"], Accept), (&["3:3"], Reject)],
    );
    check(&policy("matches-every S"), &[(A, Reject), (AB, Accept)]);
    check(
        &policy("matches-within S"),
        &[(A, Accept), (&["1:1", "3:3"], Reject), (NONE, Unsure)],
    );
    check(&policy("matches-any E"), &[(A, Reject)]);
    check(&policy("matches-every E"), &[(A, Reject), (NONE, Reject)]);
    check(&policy("matches-any MISSING"), &[(A, Unsure)]);
    check(&policy("matches-any (S*)"), &[(A, Accept), (&["3:3"], Reject)]);
}

#[test]
fn prefixes_and_paths() {
    let policy = |condition: &str| format!("if {condition} then\n pass\nendif");
    for (condition, expected) in [
        ("destination in (203.0.113.0/24)", Accept),
        ("destination in (203.0.0.0/16)", Reject),
        ("destination in (203.0.0.0/16 le 24)", Accept),
        ("destination in (203.0.0.0/16 ge 25)", Reject),
        ("destination in (203.0.0.0/16 eq 24)", Accept),
        ("destination in (0.0.0.0/0 ge 8 le 32)", Accept),
        ("destination in (203.0.0.0/255.255.0.0 le 24)", Accept),
        ("destination in (203.0.113.0/255.0.255.0 ge 24 le 24)", Accept),
        ("destination in (203.0.113.0)", Reject),
        ("destination in (::/0 le 128)", Reject),
        ("destination in ()", Reject),
        ("as-path neighbor-is '12076'", Accept),
        ("as-path originates-from '12076'", Reject),
        ("as-path originates-from '8075'", Accept),
        ("as-path passes-through '12076 [8000..8100]' exact", Accept),
        ("as-path in (ios-regex '^12076_')", Accept),
        ("as-path in (ios-regex '_65000_', length ge 2)", Accept),
        ("as-path length eq 3", Reject),
        ("as-path unique-length le 2 all", Accept),
        ("as-path is-local", Reject),
        ("origin is igp", Unsure),
        ("next-hop in (192.0.2.1)", Unsure),
        ("validation-state is invalid", Unsure),
        ("protocol is bgp", Accept),
        ("protocol in (static, connected)", Reject),
        ("large-community is-empty", Accept),
        ("large-community matches-any (1:2:3)", Reject),
        ("extcommunity rt matches-any (1:2)", Reject),
        ("extcommunity rt is-empty", Accept),
        ("what is this", Unsure),
        ("not what is this and as-path is-local", Reject),
    ] {
        check(&policy(condition), &[(A, expected)]);
    }
}

#[test]
fn applied_policies_run_in_place() {
    let policy = |inner: &str, outer: &str| {
        format!("route-policy P\n{outer}\nend-policy\nroute-policy Q\n{inner}\nend-policy\n")
    };
    check(&policy("pass", "apply Q"), &[(A, Accept)]);
    check(&policy("pass", "apply Q\ndrop"), &[(A, Reject)]);
    check(&policy("done", "apply Q\ndrop"), &[(A, Accept)]);
    check(&policy("drop", "pass\napply Q\ndone"), &[(A, Reject)]);
    check(&policy("", "pass\napply Q"), &[(A, Accept)]);
    let lower = "if community matches-any (1:1) then\n set weight 1\nendif";
    check(&policy(lower, "apply Q"), &[(A, Accept), (B, Reject)]);
    // Over and over: never decided.
    check(&policy("apply P", "apply Q"), &[(A, Unsure)]);
}

#[test]
fn applied_policies_as_conditions() {
    let policy = |inner: &str, outer: &str| {
        format!(
            "route-policy P\n{outer}\nend-policy\nroute-policy Q\n{inner}\nend-policy\nroute-policy R\n if community matches-any (2:2) then\n  done\n endif\nend-policy\n"
        )
    };
    let outer = "if apply Q then\n pass\nelse\n drop\nendif";
    let passes = "if community matches-any (1:1) then\n pass\nendif";
    check(&policy(passes, outer), &[(A, Accept), (B, Reject)]);
    check(
        &policy(passes, "if not apply Q then\n pass\nendif"),
        &[(A, Reject), (B, Accept)],
    );
    let done = "if community matches-any (1:1) then\n pass\n done\nendif";
    check(&policy(done, outer), &[(A, Accept), (B, Reject)]);
    // The manual says that `done` alone is false, and that `drop` drops the route; both contradict other sources.
    let alone = "if community matches-any (1:1) then\n done\nendif";
    check(&policy(alone, outer), &[(A, Unsure), (B, Reject)]);
    let drops = "if community matches-any (1:1) then\n drop\nelse\n pass\nendif";
    check(
        &policy(drops, "if not apply Q then\n pass\nendif"),
        &[(A, Unsure), (B, Reject)],
    );
    let guarded = "if community is-empty and apply Q then\n pass\nendif\npass";
    check(&policy(drops, guarded), &[(A, Accept), (B, Accept)]);
    // What is applied inside a condition's policy ends the condition, not the whole.
    let through = "if community matches-any (2:2) then\n pass\nendif\napply R\nif community matches-any (1:1) then\n drop\nendif";
    check(&policy(through, outer), &[(B, Accept), (&["3:3"], Reject)]);
}

#[test]
fn parameters() {
    let text = "route-policy Q($lp, $set, $as)\n if community matches-any $set and as-path neighbor-is '$as' then\n  \
                set local-preference $lp\n endif\nend-policy\ncommunity-set S\n 1:1\nend-set\n\
                route-policy P\n apply Q(250, S, 12076)\n apply Q(300, (2:2, 3:3), 12076)\nend-policy\n";
    check(text, &[(A, Accept), (B, Accept), (&["4:4"], Reject)]);
    assert_eq!(run(text, AB).1.local_preference, Some(300));
    assert_eq!(run(text, A).1.local_preference, Some(250));
    let global = "policy-global\n eu '1', us '2'\nend-global\nroute-policy P\n if community matches-any ($eu:1) then\n  pass\n endif\nend-policy\n";
    check(global, &[(A, Accept), (B, Reject)]);
    check(
        "if community matches-any $nobody then\n pass\nendif",
        &[(A, Unsure)],
    );
}

#[test]
fn what_is_not_understood_decides_nothing() {
    check("frobnicate the route\npass", &[(A, Unsure)]);
    check(
        "if community is-empty then\n frobnicate\nendif\npass",
        &[(A, Accept), (NONE, Unsure)],
    );
    check("if community is-empty then\n pass", &[(A, Unsure)]);
    check("endif\npass", &[(A, Unsure)]);
    check("set community MISSING\n", &[(A, Accept)]);
    let open = run("route-policy P\n if community is-empty then\n  drop\n endif\n", A).0;
    assert_eq!(open, Unsure);
}
