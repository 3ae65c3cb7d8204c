//! Patterns and samples one by one, and how the work grows.

use super::*;

fn access(address: &str, wildcard: &str) -> AccessPattern {
    AccessPattern::Address {
        address: address.parse().unwrap(),
        wildcard: wildcard.parse().unwrap(),
    }
}

#[track_caller]
fn check_access(pattern: AccessPattern, members: &[&str], others: &[&str]) {
    let set = PrefixSet::of_access(&pattern, Family::Ipv4).unwrap();
    for route in members {
        assert!(set.contains(&net(route)), "{route} is not a member");
    }
    for route in others {
        assert!(!set.contains(&net(route)), "{route} is a member");
    }
}

#[test]
fn a_standard_access_list_looks_at_the_network_address_only() {
    check_access(
        access("10.0.0.0", "0.255.255.255"),
        &["10.0.0.0/8", "10.1.2.0/24", "10.0.0.0/7", "10.255.255.255/32"],
        &["11.0.0.0/8", "8.0.0.0/6", "0.0.0.0/0"],
    );
    check_access(
        access("0.0.0.0", "255.255.255.255"),
        &["0.0.0.0/0", "1.2.3.4/32"],
        &[],
    );
    check_access(
        access("0.0.0.0", "0.0.0.0"),
        &["0.0.0.0/0", "0.0.0.0/32"],
        &["0.0.0.1/32", "128.0.0.0/1"],
    );
    // Every second /24.
    check_access(
        access("192.168.0.0", "0.0.254.0"),
        &[
            "192.168.0.0/24",
            "192.168.2.0/24",
            "192.168.0.0/16",
            "192.168.6.0/23",
        ],
        &["192.168.1.0/24", "192.168.3.0/24", "192.168.2.128/25"],
    );
    // 65,536 holes are too many for lengths that see the last byte.
    assert_eq!(
        PrefixSet::of_access(&access("10.0.0.1", "0.255.255.0"), Family::Ipv4),
        None
    );
}

#[test]
fn an_extended_access_list_looks_at_address_and_mask() {
    let extended = |mask: &str, mask_wildcard: &str| AccessPattern::AddressAndMask {
        address: "10.0.0.0".parse().unwrap(),
        wildcard: "0.255.255.255".parse().unwrap(),
        mask: mask.parse().unwrap(),
        mask_wildcard: mask_wildcard.parse().unwrap(),
    };
    check_access(
        extended("255.0.0.0", "0.0.0.0"),
        &["10.0.0.0/8"],
        &["10.0.0.0/9", "10.0.0.0/7"],
    );
    check_access(
        extended("255.255.0.0", "0.0.255.255"),
        &["10.0.0.0/16", "10.7.7.0/24", "10.7.7.7/32"],
        &["10.0.0.0/15", "11.0.0.0/16"],
    );
    check_access(
        extended("0.0.0.0", "255.255.255.255"),
        &["10.0.0.0/7", "10.1.0.0/30"],
        &["0.0.0.0/0"],
    );
}

#[test]
fn other_families_and_unknown_patterns() {
    let v6 = range("2603:1020::/32", 32..=48);
    assert_eq!(
        PrefixSet::of_pattern(&v6, Family::Ipv4),
        Some(PrefixSet::empty(Family::Ipv4))
    );
    assert_eq!(
        PrefixSet::of_pattern(&PrefixPattern::Any, Family::Ipv6),
        Some(PrefixSet::all(Family::Ipv6))
    );
    assert_eq!(
        PrefixSet::of_pattern(&PrefixPattern::Unsupported, Family::Ipv6),
        None
    );
    assert_eq!(
        PrefixSet::of_access(&AccessPattern::Unsupported, Family::Ipv4),
        None
    );
    let frr = |exact| AccessPattern::Prefix {
        prefix: net("10.0.0.0/8"),
        exact,
    };
    check_access(frr(false), &["10.0.0.0/8", "10.1.0.0/16"], &["0.0.0.0/0"]);
    check_access(frr(true), &["10.0.0.0/8"], &["10.1.0.0/16"]);
    assert_eq!(PrefixSet::all(Family::Ipv4).count(), 2_f64.powi(33) - 1.0);
    assert!(!PrefixSet::all(Family::Ipv4).contains(&net("::/0")));
}

#[test]
fn an_unknown_entry_leaves_undecided_what_reaches_it() {
    let entries = [
        (Verdict::Accept, range("10.0.0.0/8", 8..=24)),
        (Verdict::Reject, PrefixPattern::Unsupported),
        (Verdict::Accept, PrefixPattern::Any),
    ];
    let result = compiled(&entries, Family::Ipv4);
    assert_eq!(
        result.accepted,
        PrefixSet::of_pattern(&entries[0].1, Family::Ipv4).unwrap()
    );
    assert_eq!(result.uncertain, result.accepted.not());
    // A mask with too many holes is unknown only where it can match.
    let holes = PrefixPattern::Masked {
        address: "10.0.0.1".parse().unwrap(),
        mask: "255.0.0.255".parse().unwrap(),
        lengths: 32..=32,
    };
    let result = compiled(&[(Verdict::Accept, holes)], Family::Ipv4);
    assert!(result.accepted.is_empty());
    assert_eq!(
        result.uncertain,
        PrefixSet::within(&[net("10.0.0.0/8")], 32..=32, Family::Ipv4)
    );
}

#[track_caller]
fn check_sample(set: PrefixSet, expected: &str) {
    assert_eq!(
        set.sample().map(|route| route.to_string()).as_deref(),
        Some(expected)
    );
}

#[test]
fn samples_look_like_routes() {
    let all = PrefixSet::all(Family::Ipv4);
    let of = |prefix: &str, lengths| PrefixSet::of_pattern(&range(prefix, lengths), Family::Ipv4).unwrap();
    check_sample(all.clone(), "13.69.0.0/17");
    check_sample(of("0.0.0.0/0", 8..=24), "13.69.0.0/17");
    check_sample(of("0.0.0.0/0", 25..=32), "13.69.0.0/25");
    check_sample(of("0.0.0.0/0", 0..=0), "0.0.0.0/0");
    check_sample(of("0.0.0.0/0", 1..=7), "12.0.0.0/7");
    check_sample(of("20.38.0.0/17", 17..=24), "20.38.0.0/17");
    check_sample(of("10.0.0.0/8", 16..=24), "10.0.0.0/16");
    check_sample(
        of("10.0.0.0/8", 8..=24).or(&of("52.96.0.0/12", 12..=24)),
        "52.96.0.0/12",
    );
    check_sample(all.minus(&of("13.69.0.0/16", 0..=32)), "20.50.0.0/17");
    check_sample(
        of("13.64.0.0/11", 11..=24).minus(&of("13.69.0.0/16", 16..=16)),
        "13.64.0.0/11",
    );
    check_sample(PrefixSet::all(Family::Ipv6), "2603:1020:200::/40");
    assert_eq!(PrefixSet::empty(Family::Ipv4).sample(), None);
    let classes = Classes::of(Family::Ipv4, &[&all, &of("20.38.0.0/17", 17..=24)]);
    let samples: Vec<String> = (0..classes.len())
        .map(|class| classes.sample(class).to_string())
        .collect();
    assert_eq!(samples, ["13.69.0.0/17", "20.38.0.0/17"]);
}

/// Entries as in a large prefix list: nested, of many lengths, in no order.
fn large_list(entries: u32, seed: u64) -> Vec<(Verdict, PrefixPattern)> {
    let mut state = seed;
    let mut random = move |below: u32| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(below)) as u32
    };
    (0..entries)
        .map(|_| {
            let length = 8 + random(17) as u8;
            let bits = random(1 << 16) << 16 | random(1 << 16);
            let prefix = IpNet::new_assert(Ipv4Addr::from_bits(bits).into(), length);
            let verdict = if random(5) == 0 {
                Verdict::Reject
            } else {
                Verdict::Accept
            };
            let lengths = length..=length.max(random(33) as u8);
            (verdict, PrefixPattern::Range { prefix, lengths })
        })
        .collect()
}

#[test]
fn compiling_and_sweeping_grow_like_n_log_n() {
    let steps = |entries: u32| {
        let compiled = compiled(&large_list(entries, 7), Family::Ipv4);
        let lists: Vec<PrefixSet> = (0..16)
            .map(|list| super::compiled(&large_list(entries / 16, list), Family::Ipv4).accepted)
            .collect();
        let classes = Classes::of(Family::Ipv4, &lists.iter().collect::<Vec<_>>());
        (compiled.steps(), classes.steps())
    };
    let (mut before, mut entries) = (steps(1 << 10), 1 << 10);
    while entries < 1 << 14 {
        entries *= 2;
        let now = steps(entries);
        // n log n grows by 2 and a little; a quadratic part would show as 3 or more.
        for (now, before) in [(now.0, before.0), (now.1, before.1)] {
            let growth = now as f64 / before as f64;
            assert!(growth < 2.6, "{entries} entries: {before} to {now} steps");
        }
        before = now;
    }
}
