//! Chance from a seed, and random routes: small pools of values, so that routes and policies meet.

use std::collections::BTreeSet;

use pairlint_eval::Route;
use pairlint_model::bgp::{AsPath, Community, Family, IpNet, LargeCommunity, Origin, prefix};

/// SplitMix64: small, and the same on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// As numbers, and as the daemon reads and writes them (FRR `bgpd/bgp_community.c`).
pub const NAMED: [(&str, u32); 8] = [
    ("internet", 0),
    ("graceful-shutdown", 0xffff_0000),
    ("accept-own", 0xffff_0001),
    ("blackhole", 0xffff_029a),
    ("no-export", 0xffff_ff01),
    ("no-advertise", 0xffff_ff02),
    ("local-AS", 0xffff_ff03),
    ("no-peer", 0xffff_ff04),
];

pub const COMMUNITIES: [&str; 16] = [
    "12076:51002",
    "12076:51002",
    "12076:51003",
    "12076:51004",
    "12076:5040",
    "12076:5040",
    "12076:5030",
    "12076:5100",
    "2076:51002",
    "65001:1",
    "65001:100",
    "1:1",
    "0:0",
    "65535:65281",
    "65535:0",
    "65535:65284",
];

pub const LARGE: [&str; 4] = ["12076:1:2", "12076:1:3", "65001:0:7", "4200000000:51002:0"];

const PATHS: [&[u32]; 9] = [
    &[12076],
    &[12076],
    &[12076],
    &[12076, 8075],
    &[12076, 12076],
    &[12076, 8075, 3598],
    &[12076, 18075],
    &[12076, 65515],
    &[12076, 4200000000, 8075],
];

const SUPERNETS: [&str; 14] = [
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.2.0.0/16",
    "10.1.1.0/24",
    "10.1.1.128/25",
    "10.1.1.7/32",
    "172.16.0.0/12",
    "192.0.2.0/24",
    "52.96.0.0/14",
    "13.64.0.0/11",
    "10.0.0.0/9",
    "10.1.0.0/17",
    "10.1.1.0/25",
];

const SUPERNETS_6: [&str; 8] = [
    "::/0",
    "2001:db8::/32",
    "2001:db8:1::/48",
    "2001:db8:1:1::/64",
    "2001:db8:2::/48",
    "2a01:111::/32",
    "2001:db8:1:1::7/128",
    "2001:db8:1:8000::/49",
];

/// A set of routes with distinct prefixes, about a quarter of them IPv6: one session announces them all.
pub fn routes(random: &mut Random, count: usize) -> Vec<Route> {
    let mut seen: BTreeSet<IpNet> = BTreeSet::new();
    let mut routes = Vec::new();
    while routes.len() < count {
        let family = if random.one_in(4) {
            Family::Ipv6
        } else {
            Family::Ipv4
        };
        let prefix = destination(random, family);
        if seen.insert(prefix) {
            routes.push(route(random, prefix));
        }
    }
    routes
}

fn destination(random: &mut Random, family: Family) -> IpNet {
    let text = match (family, random.one_in(5)) {
        (Family::Ipv4, true) => random.pick(&SUPERNETS).to_owned(),
        (Family::Ipv6, true) => random.pick(&SUPERNETS_6).to_owned(),
        (Family::Ipv4, false) => {
            let (second, third) = (random.below(4), random.below(4));
            let fourth = random.pick(&[0, 0, 64, 128]);
            format!(
                "10.{second}.{third}.{fourth}/{}",
                random.pick(&[16, 20, 24, 24, 24, 25, 26, 28, 32])
            )
        }
        (Family::Ipv6, false) => {
            let (third, fourth) = (random.below(4), random.below(4));
            format!(
                "2001:db8:{third}:{fourth}::/{}",
                random.pick(&[40, 48, 48, 56, 64, 64, 96])
            )
        }
    };
    prefix(&text).expect("a prefix").trunc()
}

fn route(random: &mut Random, prefix: IpNet) -> Route {
    let count = random.pick(&[0, 1, 1, 1, 2, 2, 3, 4]);
    let communities = (0..count).map(|_| {
        random
            .pick(&COMMUNITIES)
            .parse::<Community>()
            .expect("a community")
    });
    let communities: Vec<Community> = communities.collect();
    let mut route = Route::new(
        prefix,
        AsPath::sequence(random.pick(&PATHS).iter().copied()),
        communities,
    );
    for _ in 0..random.pick(&[0, 0, 0, 1, 2]) {
        let large: LargeCommunity = random.pick(&LARGE).parse().expect("a large community");
        route.large_communities.insert(large);
    }
    route.origin = Some(random.pick(&[Origin::Igp, Origin::Igp, Origin::Egp, Origin::Incomplete]));
    // A route without MED counts as one with 0 here, and cannot be matched (`match metric 0` is refused).
    route.med = Some(random.pick(&[0, 0, 10, 50]));
    route
}
