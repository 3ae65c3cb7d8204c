//! What is called dead is never reached: random policies and lists against the judge that walks one route at a time.

mod random;

use pairlint_eval::prefixes::PrefixSet;
use pairlint_eval::{Fate, Judge, Route, as_path_fates, community_fates, prefix_fates, statement_fates};
use pairlint_model::bgp::{AsPath, Family, LargeCommunity};
use pairlint_model::network::Device;
use pairlint_model::policy::*;
use pairlint_model::source::Spanned;
use random::{Random, network};

const NETWORKS: u64 = 250;
/// Networks in which a claim was wrong once.
const WRONG_ONCE: [u64; 1] = [1490];
const ROUTES: usize = 60;
/// Enough for every random policy.
const WORK: u64 = 200_000;

/// Any route at all: not only what a session with Microsoft may bring.
fn route(random: &mut Random) -> Route {
    let family = if random.one_in(4) {
        Family::Ipv6
    } else {
        Family::Ipv4
    };
    let path = AsPath::sequence(random.path());
    let prefix = random.prefix(family, None);
    let communities = random.communities(5);
    let mut route = Route::new(prefix, path, communities);
    if random.one_in(2) {
        route.local_preference = Some(random.pick(&[50, 100, 150, 200]));
    }
    if random.one_in(2) {
        route.med = Some(random.pick(&[0, 10, 100]));
    }
    if random.one_in(4) {
        route.large_communities.insert(LargeCommunity(65001, 1, 2));
    }
    route
}

#[test]
fn no_route_reaches_a_dead_statement() {
    let (mut claims, mut reached) = (0, 0);
    for seed in (0..NETWORKS).chain(WRONG_ONCE) {
        let mut random = Random::new(seed.wrapping_mul(0x5851_f42d_4c95_7f2d) ^ 20_261_127);
        let (device, _) = network(&mut random);
        for facts in [false, true] {
            for policy in device.policies.values() {
                let mut work = WORK;
                let fates = statement_fates(&device, policy, facts, &mut work);
                assert_eq!(fates.len(), policy.statements.len());
                let dead = fates.iter().filter(|fate| matches!(fate, Fate::Taken(_))).count();
                claims += dead;
                if dead == 0 {
                    continue;
                }
                for (at, fate) in fates.iter().enumerate() {
                    if let Fate::Taken(by) = fate {
                        assert!(
                            !by.is_empty() && by.iter().all(|taker| *taker < at),
                            "{by:?} take {at}"
                        );
                    }
                }
                reached += try_routes(&mut random, &device, policy, &fates, seed);
            }
        }
    }
    assert!(claims > 50, "only {claims} statements were called dead");
    assert!(reached > 500, "only {reached} statements were reached");
}

fn try_routes(
    random: &mut Random,
    device: &Device,
    policy: &RoutePolicy,
    fates: &[Fate],
    seed: u64,
) -> usize {
    let judge = Judge::new(device);
    let chain = [PolicyExpression::Policy(policy.name.clone())];
    let mut reached = 0;
    for _ in 0..ROUTES {
        let route = route(random);
        let steps = judge.policies(&chain, &route).steps;
        for (statement, fate) in policy.statements.iter().zip(fates) {
            if steps.iter().any(|step| step.span == statement.head) {
                reached += 1;
                assert!(
                    !matches!(fate, Fate::Taken(_)),
                    "seed {seed}: {route:?} reaches statement {} of {policy:?}",
                    statement.label
                );
            }
        }
    }
    reached
}

/// Whether a route meets the entry's condition and none before it; conditions that are not certain do not count.
fn meets_first(judge: &Judge<'_>, conditions: &[Condition], at: usize, route: &Route) -> bool {
    judge.condition(&conditions[at], route) == Some(true)
        && conditions[..at]
            .iter()
            .all(|earlier| judge.condition(earlier, route) == Some(false))
}

fn never_reached(random: &mut Random, judge: &Judge<'_>, conditions: &[Condition], fates: &[Fate]) {
    assert_eq!(conditions.len(), fates.len());
    for _ in 0..ROUTES {
        let route = route(random);
        for (at, fate) in fates.iter().enumerate() {
            if let Fate::Taken(by) = fate {
                assert!(by.iter().all(|taker| *taker < at), "{by:?} take {at}");
                assert!(
                    !meets_first(judge, conditions, at, &route),
                    "{route:?} reaches {at} of {conditions:?}"
                );
            }
        }
    }
}

fn count(fates: &[Fate]) -> usize {
    fates.iter().filter(|fate| matches!(fate, Fate::Taken(_))).count()
}

#[test]
fn nothing_reaches_a_dead_entry() {
    let (mut prefixes, mut communities, mut paths) = (0, 0, 0);
    for seed in 0..NETWORKS {
        let mut random = Random::new(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 20_261_127);
        let (device, _) = network(&mut random);
        let judge = Judge::new(&device);
        for list in device.prefix_lists.values().flat_map(|lists| lists.values()) {
            let fates = prefix_fates(list);
            prefixes += count(&fates);
            let alone = |entry: &PrefixEntry| PrefixEntry {
                verdict: Verdict::Accept,
                ..entry.clone()
            };
            let conditions: Vec<Condition> = list
                .entries
                .iter()
                .map(|entry| Condition::Prefixes(vec![alone(entry)]))
                .collect();
            never_reached(&mut random, &judge, &conditions, &fates);
            exactly(list, &fates);
        }
        // Two lists together shadow more than one.
        let mut entries: Vec<CommunityEntry> = Vec::new();
        for list in device.community_lists.values() {
            entries.extend(list.entries.iter().cloned());
            let list = CommunityList {
                entries: entries.clone(),
                ..list.clone()
            };
            let fates = community_fates(&list, true);
            communities += count(&fates);
            let conditions: Vec<Condition> = entries
                .iter()
                .map(|entry| Condition::Community(Spanned::new(entry.span, entry.test.clone())))
                .collect();
            never_reached(&mut random, &judge, &conditions, &fates);
        }
        let mut entries: Vec<AsPathEntry> = Vec::new();
        for list in device.as_path_lists.values() {
            entries.extend(list.entries.iter().cloned());
            let list = AsPathList {
                entries: entries.clone(),
                ..list.clone()
            };
            let fates = as_path_fates(&list);
            paths += count(&fates);
            let conditions: Vec<Condition> = entries
                .iter()
                .map(|entry| Condition::AsPath(Spanned::new(entry.span, entry.test.clone())))
                .collect();
            never_reached(&mut random, &judge, &conditions, &fates);
        }
    }
    assert!(
        prefixes > 100,
        "only {prefixes} entries of prefix lists were called dead"
    );
    assert!(
        communities > 100,
        "only {communities} entries of community lists were called dead"
    );
    assert!(
        paths > 50,
        "only {paths} entries of AS-path lists were called dead"
    );
}

/// An entry of a prefix list is dead exactly if the sets of the entries before it hold its own.
fn exactly(list: &PrefixList, fates: &[Fate]) {
    for (at, fate) in fates.iter().enumerate() {
        let pattern = &list.entries[at].pattern;
        let (mut alive, mut something, mut known) = (false, false, true);
        for family in Family::BOTH {
            let Some(own) = PrefixSet::of_pattern(pattern, family) else {
                known = false;
                continue;
            };
            let earlier = list.entries[..at].iter();
            let sets = earlier.filter_map(|entry| PrefixSet::of_pattern(&entry.pattern, family));
            let taken = sets.fold(PrefixSet::empty(family), |all, set| all.or(&set));
            something |= !own.is_empty();
            alive |= !own.minus(&taken).is_empty();
        }
        let expected = known && something && !alive;
        assert_eq!(
            matches!(fate, Fate::Taken(_)),
            expected,
            "{at} of {list:?}: {fate:?}"
        );
    }
}
