//! Address space: which addresses are covered, whatever the lengths of the prefixes that cover them.
//!
//! The only user of `iprange`, for what reports print. It never holds routes: to it, two halves are the whole.

use ipnet::{Ipv4Net, Ipv6Net};
use iprange::IpRange;
use pairlint_model::bgp::IpNet;

/// The space of some prefixes in both families.
struct Space {
    v4: IpRange<Ipv4Net>,
    v6: IpRange<Ipv6Net>,
}

impl Space {
    /// Adds all and simplifies once: merging ranges one by one is quadratic.
    fn of(nets: &[IpNet]) -> Space {
        let mut space = Space {
            v4: IpRange::new(),
            v6: IpRange::new(),
        };
        for net in nets {
            match net.trunc() {
                IpNet::V4(net) => {
                    space.v4.add(net);
                }
                IpNet::V6(net) => {
                    space.v6.add(net);
                }
            }
        }
        space.simplified()
    }

    /// Only simplified ranges compare, and print, as the fewest prefixes.
    fn simplified(mut self) -> Space {
        self.v4.simplify();
        self.v6.simplify();
        self
    }

    /// The prefixes in address order, IPv4 first.
    fn prefixes(&self) -> Vec<IpNet> {
        let v4 = self.v4.iter().map(IpNet::V4);
        let mut nets: Vec<IpNet> = v4.chain(self.v6.iter().map(IpNet::V6)).collect();
        nets.sort_unstable();
        nets
    }
}

/// Prefixes, ready to be asked which others lie inside one of them.
pub struct Cover {
    /// Sorted, none inside another, without host bits.
    nets: Vec<IpNet>,
}

impl Cover {
    pub fn of(nets: impl IntoIterator<Item = IpNet>) -> Cover {
        let mut nets: Vec<IpNet> = nets.into_iter().map(|net| net.trunc()).collect();
        nets.sort_unstable();
        // A prefix sorts before those inside it.
        nets.dedup_by(|inner, outer| outer.contains(&*inner));
        Cover { nets }
    }

    /// Whether one of the prefixes holds the other in whole.
    pub fn holds(&self, net: &IpNet) -> bool {
        let after = self.nets.partition_point(|known| known <= net);
        let before = after.checked_sub(1).and_then(|at| self.nets.get(at));
        before.is_some_and(|known| known.contains(net))
    }

    /// Whether one of the prefixes has an address in common with the other.
    pub fn touches(&self, net: &IpNet) -> bool {
        let after = self.nets.partition_point(|known| known < net);
        self.holds(net) || self.nets.get(after).is_some_and(|known| net.contains(known))
    }
}

/// Returns the space of `required` that no prefix of `covered_by` covers, as the fewest prefixes in address order.
pub fn uncovered(required: &[IpNet], covered_by: &[IpNet]) -> Vec<IpNet> {
    // Most lie inside one prefix, and ranges are costly: only what is left needs them.
    let cover = Cover::of(covered_by.iter().copied());
    let held = |net: &&IpNet| cover.holds(&net.trunc());
    let open: Vec<IpNet> = required.iter().filter(|net| !held(net)).copied().collect();
    if open.is_empty() {
        return Vec::new();
    }
    let asked = Cover::of(open.iter().copied());
    let near = covered_by.iter().filter(|net| asked.touches(&net.trunc()));
    let near: Vec<IpNet> = near.copied().collect();
    let (required, covered) = (Space::of(&open), Space::of(&near));
    let left = Space {
        v4: required.v4.exclude(&covered.v4),
        v6: required.v6.exclude(&covered.v6),
    };
    // `exclude` leaves neighbours apart that simplify to one prefix.
    left.simplified().prefixes()
}

/// Returns the same space as the fewest prefixes in address order.
pub fn aggregate(nets: &[IpNet]) -> Vec<IpNet> {
    Space::of(nets).prefixes()
}

/// Whether some address is in both spaces.
pub fn overlaps(a: &[IpNet], b: &[IpNet]) -> bool {
    let cover = Cover::of(a.iter().copied());
    b.iter().any(|net| cover.touches(&net.trunc()))
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use pairlint_model::bgp::{Family, prefix};
    use proptest::prelude::*;

    use super::*;

    fn nets(text: &str) -> Vec<IpNet> {
        text.split_whitespace().map(|net| prefix(net).unwrap()).collect()
    }

    #[track_caller]
    fn check_uncovered(required: &str, covered_by: &str, expected: &str) {
        assert_eq!(uncovered(&nets(required), &nets(covered_by)), nets(expected));
    }

    #[test]
    fn what_is_left_is_written_with_the_fewest_prefixes() {
        check_uncovered("10.0.0.0/9 10.128.0.0/9 11.0.0.0/8", "11.0.0.0/8", "10.0.0.0/8");
        check_uncovered(
            "10.0.0.0/8",
            "10.1.0.0/16 10.0.0.0/16",
            "10.2.0.0/15 10.4.0.0/14 10.8.0.0/13 10.16.0.0/12 10.32.0.0/11 10.64.0.0/10 10.128.0.0/9",
        );
        check_uncovered("10.0.0.0/8 10.1.0.0/16", "10.0.0.0/9 10.128.0.0/9", "");
        check_uncovered("10.0.0.0/24", "0.0.0.0/0", "");
        check_uncovered("0.0.0.0/0", "", "0.0.0.0/0");
        check_uncovered("", "0.0.0.0/0", "");
        check_uncovered(
            "2603:1020::/32 20.38.0.0/17",
            "20.38.0.0/18",
            "20.38.64.0/18 2603:1020::/32",
        );
        check_uncovered("10.1.2.3/8", "10.9.9.9/9", "10.128.0.0/9");
    }

    #[test]
    fn aggregates_come_in_address_order() {
        assert_eq!(
            aggregate(&nets(
                "2603::/17 20.0.0.0/24 10.1.0.0/16 2603:8000::/17 10.0.0.0/16 10.0.3.0/24"
            )),
            nets("10.0.0.0/15 20.0.0.0/24 2603::/16")
        );
    }

    #[test]
    fn spaces_overlap_where_they_share_an_address() {
        assert!(overlaps(&nets("10.0.0.0/8"), &nets("10.1.2.0/24")));
        assert!(overlaps(&nets("10.1.2.0/24 ::/0"), &nets("2603::/16")));
        assert!(!overlaps(&nets("10.0.0.0/9"), &nets("10.128.0.0/9 ::/0")));
        assert!(!overlaps(&[], &nets("0.0.0.0/0")));
    }

    /// Prefixes in a block of 64 addresses.
    fn small(family: Family) -> impl Strategy<Value = Vec<IpNet>> {
        let net = (0..64_u8, 0..=6_u8).prop_map(move |(host, length)| {
            let address: IpAddr = match family {
                Family::Ipv4 => Ipv4Addr::new(20, 38, 0, host).into(),
                Family::Ipv6 => Ipv6Addr::new(0x2603, 0, 0, 0, 0, 0, 0, host.into()).into(),
            };
            IpNet::new_assert(address, family.width() - length)
        });
        prop::collection::vec(net, 0..12)
    }

    fn addresses(nets: &[IpNet]) -> Vec<bool> {
        let holds = |host: u8| {
            let v4 = IpAddr::from(Ipv4Addr::new(20, 38, 0, host));
            let v6 = IpAddr::from(Ipv6Addr::new(0x2603, 0, 0, 0, 0, 0, 0, host.into()));
            nets.iter().any(|net| net.contains(&v4) || net.contains(&v6))
        };
        (0..64).map(holds).collect()
    }

    proptest! {
        #[test]
        fn space_is_right_address_by_address(
            (a, b) in prop_oneof![Just(Family::Ipv4), Just(Family::Ipv6)].prop_flat_map(|f| (small(f), small(f)))
        ) {
            let (in_a, in_b) = (addresses(&a), addresses(&b));
            let left: Vec<bool> = in_a.iter().zip(&in_b).map(|(&a, &b)| a && !b).collect();
            let uncovered = uncovered(&a, &b);
            prop_assert_eq!(addresses(&uncovered), left);
            prop_assert_eq!(addresses(&aggregate(&a)), in_a.clone());
            prop_assert_eq!(overlaps(&a, &b), in_a.iter().zip(&in_b).any(|(&a, &b)| a && b));
            let cover = Cover::of(a.iter().copied());
            for net in &b {
                prop_assert_eq!(cover.holds(&net.trunc()), a.iter().any(|other| other.contains(net)));
            }
            for nets in [uncovered, aggregate(&a)] {
                prop_assert!(nets.is_sorted());
                // No prefix holds another, and no two are halves of one.
                for (at, net) in nets.iter().enumerate() {
                    for other in nets.iter().skip(at + 1) {
                        prop_assert!(!net.contains(other) && !other.contains(net));
                        prop_assert!(net.prefix_len() != other.prefix_len() || net.supernet() != other.supernet());
                    }
                }
            }
        }
    }
}
