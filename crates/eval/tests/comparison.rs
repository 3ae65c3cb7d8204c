//! Comparing two programs against the judge that walks one route at a time: random pairs of policies.
//!
//! What tells two programs apart must do so before the judge; where they are called the same, no random route
//! may fare differently.

#[allow(dead_code)]
mod random;

use std::collections::BTreeSet;

use pairlint_eval::expressions::PathLanguage;
use pairlint_eval::prefixes::PrefixSet;
use pairlint_eval::{Comparison, Judge, Others, Prefixes, Program, Question, Route};
use pairlint_model::bgp::{AsPath, Asn, Community, Family, prefix};
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::network::Device;
use pairlint_model::policy::{Outcome, PolicyChain};
use random::{Random, network};

/// Pairs of policies, and random routes for each that is called the same.
const PAIRS: u64 = 500;
const ROUTES: usize = 60;

/// The same network with one statement's verdict turned round, so that most of it is alike.
fn nearly(seed: u64, random: &mut Random) -> (Device, PolicyChain) {
    let (mut device, chain) = network(&mut Random::new(seed));
    let statements = device
        .policies
        .values_mut()
        .flat_map(|policy| &mut policy.statements);
    let mut statements: Vec<_> = statements.collect();
    if !statements.is_empty() && !random.one_in(4) {
        let at = random.below(statements.len());
        statements[at].outcome = match statements[at].outcome {
            Outcome::Accept => Outcome::Reject,
            _ => Outcome::Accept,
        };
    }
    (device, chain)
}

#[test]
fn comparisons_hold_for_every_route() {
    let (mut same, mut different, mut both) = (0, 0, 0);
    for seed in 0..PAIRS {
        let mut random = Random::new(seed ^ 0x5eed_0000_0000);
        let family = if random.one_in(5) {
            Family::Ipv6
        } else {
            Family::Ipv4
        };
        let (one, one_chain) = network(&mut Random::new(seed));
        let (two, two_chain) = match random.one_in(3) {
            true => network(&mut Random::new(seed + 7_000_000)),
            false => nearly(seed, &mut random),
        };
        let (present, optional) = (random.communities(2), random.communities(4));
        let named: BTreeSet<Community> = present.iter().chain(&optional).copied().collect();
        let base = [prefix(if family == Family::Ipv4 {
            "10.0.0.0/8"
        } else {
            "2001:db8::/32"
        })
        .unwrap()];
        let mut bases = vec![
            PrefixSet::within(&base, 0..=family.width(), family),
            PrefixSet::all(family),
        ];
        let others = if random.one_in(2) {
            Others::None
        } else {
            Others::NotMicrosoft
        };
        let second = Program::new(&two, &two_chain, family, &bases, &named, others);
        bases.extend(second.prefix_sets());
        let first = Program::new(&one, &one_chain, family, &bases, &named, others);
        let inside = random.one_in(2);
        let path = PathLanguage {
            first: vec![Asn(12076)],
            without: Vec::new(),
            open: true,
        };
        let question = Question {
            prefixes: Prefixes::Base {
                base: usize::from(!inside),
                also: &[],
            },
            present: &present,
            optional: &optional,
            others,
            path: &path,
        };
        let (judge, other_judge) = (Judge::new(&one), Judge::new(&two));
        let verdicts = |route: &Route| {
            (
                judge.session(&one_chain, route).verdict,
                other_judge.session(&two_chain, route).verdict,
            )
        };
        match first.compare(&second, &question) {
            Comparison::Different(samples) => {
                different += 1;
                let (a, b) = (&samples.0, &samples.1);
                assert_ne!(a.verdict, b.verdict, "seed {seed}");
                assert_eq!(
                    verdicts(&a.route()),
                    (a.witness().verdict, b.witness().verdict),
                    "seed {seed}: {a:?} {one:?} {one_chain:?} {two:?} {two_chain:?}"
                );
            }
            Comparison::Same => {
                same += 1;
                for _ in 0..ROUTES {
                    let route = route(&mut random, family, inside.then_some(base[0]), &question);
                    let (a, b) = verdicts(&route);
                    let unsure = a == RouteVerdict::Unsure || b == RouteVerdict::Unsure;
                    assert!(
                        unsure || a == b,
                        "seed {seed}: {route:?} is {a} and {b} ({one:?} {one_chain:?} {two:?} {two_chain:?})"
                    );
                }
            }
            Comparison::Unsure => {}
        }
        // The same in both directions: what one of them gains, and what it loses.
        let found = first.differences(&second, &question, &|_, _| false);
        for (samples, expected) in [
            (&found.gained, (RouteVerdict::Reject, RouteVerdict::Accept)),
            (&found.lost, (RouteVerdict::Accept, RouteVerdict::Reject)),
        ] {
            if let Some(samples) = samples {
                assert_eq!(verdicts(&samples.0.route()), expected, "seed {seed}");
                continue;
            }
            for _ in 0..if found.because.is_empty() { ROUTES } else { 0 } {
                let route = route(&mut random, family, inside.then_some(base[0]), &question);
                assert_ne!(verdicts(&route), expected, "seed {seed}: {route:?}");
            }
        }
        both += usize::from(found.gained.is_some() && found.lost.is_some());
        // Nothing differs from itself where one guess holds for both, however much is not known.
        if seed % 3 != 0 {
            continue;
        }
        let mirrored = first.differences(&first, &question, &|a, b| a == b);
        let spent = |because: &pairlint_eval::Because| because.text == "the search budget was spent";
        assert!(
            mirrored.gained.is_none() && mirrored.lost.is_none() && mirrored.because.iter().all(spent),
            "seed {seed}: {mirrored:?} {one:?} {one_chain:?}"
        );
    }
    assert!(both > 0, "{both} in both directions");
    assert!(
        same > 100 && different > 40,
        "{same} the same, {different} different"
    );
}

/// A random route of the question.
fn route(
    random: &mut Random,
    family: Family,
    inside: Option<pairlint_model::bgp::IpNet>,
    question: &Question<'_>,
) -> Route {
    let prefix = random.prefix(family, inside);
    let mut communities: BTreeSet<Community> = question.present.iter().copied().collect();
    communities.extend(question.optional.iter().filter(|_| random.one_in(2)));
    if question.others == Others::NotMicrosoft {
        communities.extend(random.communities(3).into_iter().filter(|c| c.asn != 12076));
    }
    let mut path = vec![12076];
    path.extend(random.path());
    Route::new(prefix, AsPath::sequence(path), communities)
}
