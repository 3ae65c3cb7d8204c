//! How the work of deciding grows, in counted ways: at most like the classes of routes × the statements, never like the
//! sets of communities.

#![allow(clippy::unwrap_used)] // helpers of tests

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pairlint_eval::expressions::PathLanguage;
use pairlint_eval::prefixes::PrefixSet;
use pairlint_eval::{Others, Prefixes, Program, Question, Search};
use pairlint_model::bgp::{Community, Family, MICROSOFT};
use pairlint_model::source::{Source, SourceId};

/// A policy of so many statements, each with a prefix list and a community of its own.
fn policy(statements: usize) -> String {
    let mut text =
        String::from("version 17.9\nhostname edge\nrouter bgp 65010\n neighbor 192.0.2.2 remote-as 12076\n");
    text.push_str(" neighbor 192.0.2.2 route-map IN in\nip bgp-community new-format\n");
    for number in 0..statements {
        let _ = writeln!(text, "ip prefix-list P{number} permit 20.{number}.0.0/16 le 24");
        let _ = writeln!(
            text,
            "ip community-list standard C{number} permit 12076:{}",
            1000 + number
        );
        let _ = writeln!(text, "route-map IN permit {}", (number + 1) * 10);
        let _ = writeln!(
            text,
            " match ip address prefix-list P{number}\n match community C{number}"
        );
    }
    text
}

/// The ways of the question about routes with any of the communities, and the classes of routes.
fn ways(statements: usize) -> (usize, usize) {
    let source = Source::new(SourceId(0), "edge.cfg", policy(statements));
    let network = (pairlint_dialects::named("cisco-ios").unwrap().parse)(&source);
    let device = network.devices.first().unwrap();
    let chain = &device.neighbors.first().unwrap().families.first().unwrap().import;
    let bases = [PrefixSet::all(Family::Ipv4)];
    let communities: BTreeSet<Community> = (0..statements)
        .map(|number| Community::microsoft(1000 + number as u16))
        .collect();
    let program = Program::new(device, chain, Family::Ipv4, &bases, &communities, Others::None);
    let optional: Vec<Community> = communities.iter().copied().collect();
    let path = PathLanguage {
        first: vec![MICROSOFT],
        without: Vec::new(),
        open: true,
    };
    let question = Question {
        prefixes: Prefixes::Base { base: 0, also: &[] },
        present: &[],
        optional: &optional,
        others: Others::None,
        path: &path,
    };
    let mut count = 0;
    let whole = program.ways(&question, |_| {
        count += 1;
        Search::GoOn
    });
    assert!(whole, "the budget was spent at {statements} statements");
    (count, program.classes())
}

#[test]
fn deciding_grows_like_classes_and_statements() {
    for statements in [10, 20, 40, 80, 160] {
        let (ways, classes) = ways(statements);
        assert!(
            ways <= classes * (statements + 1),
            "{statements} statements: {ways} ways through {classes} classes"
        );
    }
    // With the communities that a policy names the sets of communities double; the ways must not.
    let (few, many) = (ways(40).0, ways(80).0);
    assert!(many <= few * 4, "{few} ways, then {many}");
}
