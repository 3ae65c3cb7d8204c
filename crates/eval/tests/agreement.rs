//! The symbolic evaluator against the judge that walks one route at a time: random policies, random routes.
//!
//! A question's answer must hold for every route of the question. Each policy is asked several questions and
//! each answer is tried on random routes; every witness and every way is put before the judge.

mod random;

use std::collections::BTreeSet;

use pairlint_eval::expressions::PathLanguage;
use pairlint_eval::prefixes::PrefixSet;
use pairlint_eval::{Coverage, Judge, Others, Prefixes, Program, Question, Route, Search};
use pairlint_model::bgp::{AsPath, Asn, Community, Family, IpNet, prefix};
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::policy::Verdict;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use random::{Random, network};

/// Policies that each test tries; with [`ROUTES`] routes for each of three questions, and four tests, more than
/// 100,000 pairs.
const POLICIES: u32 = 375;
const ROUTES: usize = 25;

/// The same policies in every run: the gate must not depend on luck. Four tests run on as many cores.
fn answers_hold_for_every_route(seed: u64) {
    let config = ProptestConfig {
        cases: POLICIES,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new(config);
    let ended = runner.run(&any::<u64>(), check);
    assert!(
        ended.is_ok(),
        "{}",
        ended.err().map(|error| error.to_string()).unwrap_or_default()
    );
}

#[test]
fn answers_hold_for_every_route_1() {
    answers_hold_for_every_route(20_261_122);
}

#[test]
fn answers_hold_for_every_route_2() {
    answers_hold_for_every_route(20_261_123);
}

#[test]
fn answers_hold_for_every_route_3() {
    answers_hold_for_every_route(20_261_124);
}

#[test]
fn answers_hold_for_every_route_4() {
    answers_hold_for_every_route(20_261_125);
}

fn check(seed: u64) -> Result<(), TestCaseError> {
    let mut random = Random::new(seed);
    let family = if random.one_in(5) {
        Family::Ipv6
    } else {
        Family::Ipv4
    };
    let (device, chain) = network(&mut random);
    let base = base(family);
    let bases = [
        PrefixSet::within(&base, 0..=family.width(), family),
        PrefixSet::all(family),
    ];
    let path = PathLanguage {
        first: vec![Asn(12076)],
        without: if random.one_in(2) {
            vec![Asn(65001)]
        } else {
            Vec::new()
        },
        open: true,
    };
    let judge = Judge::new(&device);
    for others in [Others::None, Others::NotMicrosoft, Others::Any] {
        let (present, optional) = (random.communities(2), random.communities(4));
        let named: BTreeSet<Community> = present.iter().chain(&optional).copied().collect();
        let program = Program::new(&device, &chain, family, &bases, &named, others);
        let prefixes = Prefixes::Base {
            base: usize::from(random.one_in(3)),
            also: &[],
        };
        let question = Question {
            prefixes,
            present: &present,
            optional: &optional,
            others,
            path: &path,
        };

        let mut ways = 0;
        let mut wrong = None;
        program.ways(&question, |way| {
            ways += 1;
            let route = Route::new(way.prefix, way.as_path.clone(), way.communities.iter().copied());
            let judged = judge.session(&chain, &route).verdict;
            let agrees = match (way.assumed.is_empty(), judged) {
                (_, RouteVerdict::Unsure) => !way.assumed.is_empty(),
                (true, RouteVerdict::Accept) => way.verdict == Verdict::Accept,
                (true, RouteVerdict::Reject) => way.verdict == Verdict::Reject,
                (false, _) => true,
            };
            if !agrees {
                wrong = Some(format!(
                    "way {way:?} but the judge says {judged} ({device:?} {chain:?})"
                ));
            }
            if ways >= 200 || wrong.is_some() {
                Search::Stop
            } else {
                Search::GoOn
            }
        });
        prop_assert!(wrong.is_none(), "seed {seed}: {}", wrong.unwrap_or_default());

        let answer = program.ask(&question);
        for sample in answer.accepted.iter().chain(&answer.rejected) {
            let judged = judge.session(&chain, &sample.route()).verdict;
            prop_assert_eq!(
                judged,
                sample.witness().verdict,
                "seed {}: witness {:?}",
                seed,
                sample
            );
        }
        for _ in 0..ROUTES {
            let route = route(&mut random, family, &question, &base);
            let judged = judge.session(&chain, &route).verdict;
            let holds = match answer.coverage {
                Coverage::All => judged == RouteVerdict::Accept,
                Coverage::None => judged == RouteVerdict::Reject,
                Coverage::Some | Coverage::Unsure => true,
            };
            prop_assert!(
                holds,
                "seed {}, {:?}: the answer is {:?}, but {:?} is judged {} ({:?} {:?})",
                seed,
                others,
                answer.coverage,
                route,
                judged,
                device,
                chain
            );
        }
    }
    Ok(())
}

fn base(family: Family) -> Vec<IpNet> {
    let text = match family {
        Family::Ipv4 => "10.0.0.0/8",
        Family::Ipv6 => "2001:db8::/32",
    };
    vec![prefix(text).expect("a prefix")]
}

/// A random route of the question.
fn route(random: &mut Random, family: Family, question: &Question<'_>, base: &[IpNet]) -> Route {
    let inside = matches!(question.prefixes, Prefixes::Base { base: 0, .. });
    let prefix = random.prefix(family, inside.then_some(base[0]));
    let mut communities: BTreeSet<Community> = question.present.iter().copied().collect();
    communities.extend(question.optional.iter().filter(|_| random.one_in(2)));
    let more = random
        .communities(3)
        .into_iter()
        .filter(|community| match question.others {
            Others::None => false,
            Others::NotMicrosoft => community.asn != 12076,
            Others::Any => true,
        });
    communities.extend(more);
    let mut path = vec![12076];
    path.extend(
        random
            .path()
            .into_iter()
            .filter(|asn| !question.path.without.contains(&Asn(*asn))),
    );
    Route::new(prefix, AsPath::sequence(path), communities)
}
