//! Sets of routes against a matcher that looks at one route at a time.
use super::*;
#[test]
fn quick() {
    let net = |t: &str| -> IpNet { t.parse().unwrap() };
    let all = PrefixSet::all(Family::Ipv4);
    assert_eq!(all.count(), (1u64 << 33) as f64 - 1.0);
    assert_eq!(all.sample(), Some(net("13.69.0.0/17")));
    let a = PrefixSet::within(&[net("10.0.0.0/8")], 8..=9, Family::Ipv4);
    assert_eq!(a.count(), 3.0);
    let b = a.minus(&PrefixSet::exactly(&[net("10.0.0.0/9")], Family::Ipv4));
    let c = PrefixSet::exactly(&[net("10.128.0.0/9"), net("10.0.0.0/8")], Family::Ipv4);
    assert_eq!(b, c);
    assert_eq!(b.minus(&c), PrefixSet::empty(Family::Ipv4));
    assert!(b.minus(&c).is_empty());
    let k = Classes::of(Family::Ipv4, &[&a, &b, &all]);
    let v: Vec<_> = (0..k.len())
        .map(|c| (k.members(c).to_vec(), k.sample(c).to_string(), k.count(c)))
        .collect();
    panic!("{v:?}");
}
