//! What a session does with the routes that carry a community, as rules see it.

use std::collections::BTreeMap;
use std::fmt;

use pairlint_model::bgp::{Community, Family};

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

/// The verdicts of one session in one address family.
#[derive(Debug, Clone)]
pub struct SessionVerdicts {
    /// Index into [`crate::Context::peers`].
    pub peer: usize,
    pub family: Family,
    pub communities: BTreeMap<Community, CommunityVerdict>,
    pub untagged: CommunityVerdict,
}
