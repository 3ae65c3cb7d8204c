//! What a session does with the routes that carry a community, as rules see it.

use std::collections::BTreeMap;
use std::fmt;

use pairlint_eval::{Answer, Because, Coverage, Sample};
use pairlint_model::bgp::{Community, Family, IpNet};

use crate::tables::Evidence;

/// Over all routes that carry the community and that Microsoft may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommunityVerdict {
    /// Each is accepted.
    All,
    /// Some are, some are not.
    Some,
    /// None is accepted.
    None,
    /// The answer hangs on what is not known.
    Unsure,
}

impl fmt::Display for CommunityVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CommunityVerdict::All => "all",
            CommunityVerdict::Some => "some",
            CommunityVerdict::None => "none",
            CommunityVerdict::Unsure => "unsure",
        })
    }
}

impl From<Coverage> for CommunityVerdict {
    fn from(coverage: Coverage) -> CommunityVerdict {
        match coverage {
            Coverage::All => CommunityVerdict::All,
            Coverage::Some => CommunityVerdict::Some,
            Coverage::None => CommunityVerdict::None,
            Coverage::Unsure => CommunityVerdict::Unsure,
        }
    }
}

/// The verdicts of one session in one address family.
#[derive(Debug, Clone)]
pub struct SessionVerdicts {
    /// Index into [`crate::Context::peers`].
    pub peer: usize,
    pub family: Family,
    /// Index into the neighbor's families.
    pub family_index: usize,
    /// Inactive sessions accept nothing: every verdict is `None`, and the rest is empty.
    pub active: bool,
    /// Required, allowed, or named by the session's policies.
    pub communities: BTreeMap<Community, CommunityVerdict>,
    pub untagged: CommunityVerdict,
    /// The answers behind the verdicts, with their witnesses.
    pub answers: BTreeMap<Community, Answer>,
    /// A route without any community (of Microsoft's) that is accepted.
    pub untagged_accepted: Option<Sample>,
    /// What an uncertain answer about untagged routes hangs on.
    pub untagged_because: Vec<Because>,
    /// Where untagged routes are accepted: the default route, and a route to private space, among them.
    pub default_accepted: Option<Sample>,
    pub private_accepted: Option<Sample>,
    /// Known communities that nobody needs, by which routes are accepted.
    pub unneeded: Vec<(Community, Sample)>,
    /// Communities that nobody needs and of which it is not certain whether routes are accepted by them.
    pub unneeded_unsure: Vec<(Community, Vec<Because>)>,
    /// Power Platform address space that no accepted route reaches, by required community.
    pub lost: BTreeMap<Community, Lost>,
    /// Routes of a required region, none of them to Power Platform, that are not accepted.
    pub lost_regional: BTreeMap<Community, Lost>,
}

impl SessionVerdicts {
    pub fn verdict(&self, community: Community) -> CommunityVerdict {
        self.communities
            .get(&community)
            .copied()
            .unwrap_or(CommunityVerdict::None)
    }

    /// The community's routes come in, and with them all of Power Platform that the tables know of.
    pub fn serves(&self, community: Community) -> bool {
        match self.verdict(community) {
            CommunityVerdict::All => true,
            CommunityVerdict::Some => !self.lost.contains_key(&community),
            CommunityVerdict::None | CommunityVerdict::Unsure => false,
        }
    }
}

/// Address space that is not reached, although routes with its community are accepted in general.
#[derive(Debug, Clone)]
pub struct Lost {
    /// As the fewest prefixes, in address order.
    pub space: Vec<IpNet>,
    /// How many prefixes of the table that is.
    pub prefixes: usize,
    pub evidence: Evidence,
    /// The communities beside the required one that bring it about; empty where the prefix is the cause.
    pub companions: Vec<Community>,
    /// With these companions no prefix at all is accepted, so the cause is not the prefix.
    pub whatever_the_prefix: bool,
    /// A route to that space that is rejected.
    pub sample: Option<Sample>,
}
