//! What is attached to a session in one direction.

use super::{ListFamily, Verdict};
use crate::bgp::Family;
use crate::source::{Span, Spanned};

/// The policies of a session in one direction, with the platform's implicit ending made explicit.
#[derive(Debug, Clone)]
pub struct PolicyChain {
    /// Lists attached to the neighbor directly; every one must let the route pass before the policies run.
    pub filters: Vec<Spanned<SessionFilter>>,
    /// Tried in order until one accepts or rejects.
    pub policies: Vec<PolicyExpression>,
    /// For what falls through, and for everything where there is no policy.
    pub default: ChainDefault,
}

impl PolicyChain {
    /// Nothing is attached at all.
    pub fn is_empty(&self) -> bool {
        self.filters.is_empty() && self.policies.is_empty()
    }
}

/// The verdict of a session for what its policies leave undecided.
#[derive(Debug, Clone)]
pub struct ChainDefault {
    /// Accept, reject, or `None` where the configuration does not tell.
    pub verdict: Option<Verdict>,
    /// Why, in a network engineer's words: "Junos accepts what no policy rejects".
    pub reason: &'static str,
    /// The line that decides it, where there is one (`bgp ebgp-requires-policy`).
    pub span: Option<Span>,
}

/// A list attached to a session without a policy.
#[derive(Debug, Clone)]
pub enum SessionFilter {
    PrefixList {
        name: Spanned<String>,
        family: ListFamily,
    },
    AsPathList {
        name: Spanned<String>,
    },
    AccessList {
        name: Spanned<String>,
        family: Family,
    },
    CommunityList {
        name: Spanned<String>,
    },
    Unsupported,
}

/// One element of a chain.
#[derive(Debug, Clone)]
pub enum PolicyExpression {
    Policy(Spanned<String>),
    /// Accepts where all accept (Junos `&&`, SR OS `AND`): evaluated left to right, stops at the first rejection.
    And(Vec<PolicyExpression>),
    /// Accepts where one accepts: stops at the first acceptance.
    Or(Vec<PolicyExpression>),
    Not(Box<PolicyExpression>),
    Unsupported(Span),
}
