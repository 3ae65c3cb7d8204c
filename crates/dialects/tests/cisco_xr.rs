//! Cisco IOS-XR: what its fixtures do not show.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use pairlint_dialects::{Fit, cisco_xr};
use support::Tested;

static DIALECT: Tested = Tested {
    dialect: &cisco_xr::DIALECT,
    file: "edge.cfg",
};

#[test]
fn passwords_are_marked_and_appear_nowhere() {
    let text = "router bgp 1\n neighbor 192.0.2.2\n  remote-as 2\n  password encrypted 082F4E1A\n session-group S\n  \
                password clear hunter2\n";
    DIALECT.check_secrets(text, "neighbor password", &["082F4E1A", "hunter2"]);
}

/// Text without end, or nested without bottom, ends neither the stack nor the patience: a scan that is not linear
/// would take hours.
#[test]
fn long_and_deep_texts_are_read() {
    const MANY: usize = 20_000;
    let policy = |body: String| format!("route-policy P\n{body}\nend-policy\n");
    let chain: String = (0..2000).fold(String::new(), |text, at| {
        text + &format!(
            "route-policy P{at}\n apply P{}\n if apply P{} then\n pass\n endif\nend-policy\n",
            at + 1,
            at + 1
        )
    });
    let growing = "route-policy P($a)\n apply P(1$a)\n apply P(2$a)\nend-policy\nrouter bgp 1\n neighbor 192.0.2.1\n  \
                   address-family ipv4 unicast\n   route-policy P(1) in\n";
    let doubling: String = (0..40).fold(String::new(), |text, at| {
        let next = at + 1;
        text + &format!("route-policy D{at}\n apply D{next}\n apply D{next}\nend-policy\n")
    }) + "route-policy Q\n if apply D0 then\n pass\n endif\nend-policy\n";
    let texts = [
        policy("if (".repeat(MANY)),
        policy("if community is-empty then\n".repeat(MANY)),
        policy("if community is-empty then pass else ".repeat(MANY)),
        policy(format!(
            "if {}community is-empty then pass endif",
            "(".repeat(MANY)
        )),
        policy(format!(
            "if {}community is-empty then pass endif",
            "not ".repeat(MANY)
        )),
        policy(format!(
            "if community is-empty{} then pass endif",
            " or community is-empty".repeat(MANY)
        )),
        policy(format!(
            "if community is-empty{} then pass endif",
            " and apply P".repeat(2000)
        )),
        policy("set community (".repeat(MANY)),
        policy(")".repeat(MANY)),
        policy("[".repeat(MANY)),
        policy("' ".repeat(MANY)),
        policy("elseif ".repeat(MANY)),
        policy("endif ".repeat(MANY)),
        format!("prefix-set P\n{}end-set\n", "10.0.0.0/8 (".repeat(MANY)),
        format!("community-set P\n{}end-set\n", "1:1,".repeat(MANY)),
        "route-policy ".repeat(MANY),
        "router bgp 1\n".repeat(MANY / 10),
        format!(
            "router bgp 1\n{}",
            " neighbor-group A\n  use neighbor-group A\n".repeat(MANY / 10)
        ),
        format!("router bgp 1 {}", "neighbor 192.0.2.1 ".repeat(MANY)),
        chain,
        growing.to_owned(),
        doubling,
    ];
    for text in texts {
        DIALECT.survives(&text);
    }
}

#[test]
fn pieces_of_other_platforms_are_not_taken() {
    for text in [
        "route-map X permit 10\n match community 1\n",
        "router bgp 65001\n neighbor 192.0.2.2 remote-as 12076\n neighbor 192.0.2.2 route-map X in\n",
        "sysname R\nroute-policy X permit node 10\n if-match community-filter 1\n",
    ] {
        assert_eq!((DIALECT.dialect.detect)(&DIALECT.source(text)), Fit::No, "{text}");
    }
}
