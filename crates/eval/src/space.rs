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

/// Returns the space of `required` that no prefix of `covered_by` covers, as the fewest prefixes in address order.
pub fn uncovered(required: &[IpNet], covered_by: &[IpNet]) -> Vec<IpNet> {
    let (required, covered) = (Space::of(required), Space::of(covered_by));
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
    let (a, b) = (Space::of(a), Space::of(b));
    !a.v4.intersect(&b.v4).is_empty() || !a.v6.intersect(&b.v6).is_empty()
}
