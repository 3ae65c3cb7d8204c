//! A route, and what becomes of it.

use std::collections::BTreeSet;

use pairlint_model::bgp::{AsPath, Community, Family, IpNet, LargeCommunity, Origin};
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::network::Protocol;
use pairlint_model::source::Span;

/// A route as it is received or as a policy leaves it. `None` is an attribute that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub prefix: IpNet,
    pub as_path: AsPath,
    pub communities: BTreeSet<Community>,
    pub large_communities: BTreeSet<LargeCommunity>,
    pub local_preference: Option<u32>,
    pub med: Option<u32>,
    pub origin: Option<Origin>,
    pub weight: Option<u32>,
    /// Where it came into the routing table from.
    pub protocol: Protocol,
}

impl Route {
    pub fn new(prefix: IpNet, as_path: AsPath, communities: impl IntoIterator<Item = Community>) -> Route {
        Route {
            prefix: prefix.trunc(),
            as_path,
            communities: communities.into_iter().collect(),
            large_communities: BTreeSet::new(),
            local_preference: None,
            med: None,
            origin: None,
            weight: None,
            protocol: Protocol::Bgp,
        }
    }

    pub fn family(&self) -> Family {
        Family::of(&self.prefix)
    }
}

/// One thing that happened on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub span: Span,
    pub effect: String,
}

/// What an unsure answer hangs on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Because {
    pub span: Option<Span>,
    pub text: String,
}

/// What becomes of a route, and why.
#[derive(Debug, Clone)]
pub struct Decision {
    pub verdict: RouteVerdict,
    /// The route after the policies (as far as they ran).
    pub route: Route,
    /// False where the route's attributes hang on something that is not known or not interpreted.
    pub route_is_certain: bool,
    pub steps: Vec<Step>,
    /// Empty unless the verdict is unsure.
    pub because: Vec<Because>,
}
