//! Every part of the connection, stopped and unknown.

use crate::settings::SessionHint;
use crate::testing::Case;

/// Checks the rows, as `circuit session: verdict at part because why`.
#[track_caller]
fn check(case: Case, expected: &[&str]) {
    let rows = case.report().matrix.into_iter().map(|row| {
        let circuit = row.circuit.unwrap_or_else(|| "-".to_owned());
        let session = row.session.map_or_else(|| "-".to_owned(), |session| session.name);
        let mut text = format!("{circuit} {session} {}: {}", row.family, row.verdict);
        if let Some(stop) = row.at {
            text.push_str(&format!(" at {stop}"));
        }
        if !row.because.is_empty() {
            text.push_str(&format!(" because {}", row.because));
        }
        text
    });
    assert_eq!(rows.collect::<Vec<_>>(), expected);
}

const PAIR: &[&str] = &["12076:51002", "12076:51003"];

fn case(filter: &[&str], router: &[&str]) -> Case {
    Case::region("europe")
        .filter("rf", filter)
        .id("/s/rf")
        .router("edge1", "192.0.2.2", router)
        .circuit("er", "192.0.2.0/30", Some("/S/RF"))
}

#[test]
fn routes_need_every_part() {
    check(case(PAIR, PAIR), &["er edge1/192.0.2.2 ipv4: met"]);
    check(
        case(&["12076:51002"], PAIR),
        &["er edge1/192.0.2.2 ipv4: half at route-filter because `RF` lacks 12076:51003"],
    );
    check(
        case(PAIR, &["12076:51002"]),
        &["er edge1/192.0.2.2 ipv4: half at import-policy because no route with 12076:51003 is accepted"],
    );
    // Each side has a half, and nothing gets through.
    check(
        case(&["12076:51002"], &["12076:51003"]),
        &[
            "er edge1/192.0.2.2 ipv4: blocked at route-filter because no route with 12076:51002 is accepted \
             and `RF` lacks 12076:51003",
        ],
    );
    check(
        case(PAIR, PAIR).peering_state("Disabled"),
        &["er edge1/192.0.2.2 ipv4: blocked at peering because `state` is Disabled"],
    );
    check(
        case(PAIR, PAIR).sku("Local").peering_location("Amsterdam"),
        &["er edge1/192.0.2.2 ipv4: half at circuit because its SKU brings no route with 12076:51003"],
    );
    let without =
        Case::region("europe")
            .circuit("er", "192.0.2.0/30", None)
            .router("edge1", "192.0.2.2", PAIR);
    check(
        without,
        &["er edge1/192.0.2.2 ipv4: blocked at peering because it has no route filter"],
    );
}

#[test]
fn what_is_not_in_the_run_is_unknown() {
    let no_filter = Case::region("europe")
        .circuit("er", "192.0.2.0/30", Some("/s/rf"))
        .router("edge1", "192.0.2.2", PAIR);
    check(
        no_filter,
        &["er edge1/192.0.2.2 ipv4: unknown because route filter `rf` is not in the run"],
    );
    let no_session = Case::region("europe")
        .circuit("er", "192.0.2.0/30", Some("/s/rf"))
        .filter("rf", PAIR)
        .id("/s/rf");
    check(
        no_session,
        &["er - ipv4: unknown because no session of this circuit is in the run"],
    );
    let no_circuit = Case::region("europe").router("edge1", "192.0.2.2", PAIR);
    check(
        no_circuit,
        &["- edge1/192.0.2.2 ipv4: unknown because no circuit of this session is in the run"],
    );
    // One part that stops is enough, whatever the other does.
    let rejected = Case::region("europe")
        .circuit("er", "192.0.2.0/30", Some("/s/rf"))
        .router("edge1", "192.0.2.2", &[]);
    check(
        rejected,
        &[
            "er edge1/192.0.2.2 ipv4: blocked at import-policy because no route with 12076:51002 and \
           12076:51003 is accepted",
        ],
    );
}

#[test]
fn a_circuit_is_joined_by_its_link_or_by_declaration() {
    let mut declared = Case::region("europe")
        .filter("rf", PAIR)
        .id("/s/rf")
        .circuit("er", "203.0.113.0/30", Some("/s/rf"))
        .router("edge1", "192.0.2.2", PAIR);
    declared.settings.sessions = vec![SessionHint {
        device: "edge1".to_owned(),
        neighbor: "192.0.2.2".parse().expect("an address"),
        vrf: None,
        peering: None,
        circuit: Some("ER".to_owned()),
    }];
    check(declared, &["er edge1/192.0.2.2 ipv4: met"]);
    // The same circuit in two exports is one.
    let twice = case(PAIR, PAIR)
        .circuit_id("/s/er")
        .circuit("er", "192.0.2.0/30", Some("/s/rf"))
        .circuit_id("/S/ER/");
    check(twice, &["er edge1/192.0.2.2 ipv4: met"]);
    let private = Case::region("europe")
        .private_circuit("er", "10.0.0.0/30")
        .router("edge1", "10.0.0.2", PAIR);
    check(private, &[]);
}
