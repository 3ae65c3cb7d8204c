//! Route policies and the lists they test, in the words of RFC 9067.
//!
//! A dialect lowers its vendor's text to these types and makes every implicit rule explicit: the
//! ending of a policy, what a call does, what `continue` keeps pending. What it cannot interpret
//! becomes `Unsupported` and poisons exactly what depends on it.

mod chain;
mod lists;

use std::ops::RangeInclusive;

use crate::bgp::{Asn, Community, Family, LargeCommunity, Origin};
use crate::origin::Protocol;
use crate::source::{Span, Spanned};

pub use chain::*;
pub use lists::*;

/// What an entry or a statement decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    Accept,
    Reject,
}

/// A fact about a platform: yes, no, or not known for certain (decided both ways, a difference is "unsure").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    Yes,
    No,
    Unknown,
}

/// A named, ordered decision over routes: `route-map` on IOS, EOS, NX-OS and FRR,
/// `policy-statement` on Junos and SR OS, `route-policy` on IOS-XR and VRP.
#[derive(Debug, Clone)]
pub struct RoutePolicy {
    pub name: Spanned<String>,
    /// In the order in which they are tried.
    pub statements: Vec<Statement>,
    /// Conditions test the route as earlier statements (and policies) left it, not as it was received.
    pub sees_sets: bool,
    /// A statement that is examined and does not match while a verdict is pending makes that verdict
    /// `Reject` (FRR after `on-match next`).
    pub failed_match_rejects_pending: bool,
    /// What happens when no statement ended the policy and nothing is pending.
    pub end: End,
}

/// How a policy ends for a route that no statement decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    Accept,
    Reject,
    /// The next policy of the chain, after the last one the chain's default.
    NextPolicy,
    /// The platform's ending is not known for certain.
    Unknown,
}

/// One step of a policy: a route-map sequence, a Junos term, an arm of an `if`.
///
/// Where the condition holds, the actions run in order and then the outcome decides where to go on.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The sequence number or term name as written.
    pub label: String,
    /// The line that names the statement (`route-map X permit 10`, `term ms {`).
    pub head: Span,
    /// The whole statement.
    pub span: Span,
    pub condition: Condition,
    pub actions: Vec<Spanned<Action>>,
    pub outcome: Outcome,
}

/// Where evaluation goes after a statement whose condition held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    Accept,
    Reject,
    /// The next statement; a pending verdict stays pending.
    Next,
    /// A later statement, by index into [`RoutePolicy::statements`]. An index past the end ends the policy.
    GoTo(usize),
    /// The next policy of the chain.
    NextPolicy,
    /// The end of this policy with what is pending, else as [`RoutePolicy::end`] says.
    EndOfPolicy,
    /// Not interpreted: either verdict is possible.
    Unknown,
}

/// What must hold for a statement to apply.
#[derive(Debug, Clone)]
pub enum Condition {
    /// Every one holds; empty means always.
    All(Vec<Condition>),
    /// At least one holds; empty means never.
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// A named prefix list.
    PrefixList {
        name: Spanned<String>,
        family: ListFamily,
        how: PrefixMatch,
    },
    /// Prefixes written in the statement itself: the first entry that matches decides, no match is false.
    Prefixes(Vec<PrefixEntry>),
    /// Junos `route-filter`s of one term: only the entries with the longest prefix that contains the
    /// route are consulted, in order, and if none of their match types holds the whole condition is false
    /// (Junos "Route Filter Match Conditions").
    LongestPrefix(Vec<RouteFilterEntry>),
    /// An access list used as a route filter.
    AccessList {
        name: Spanned<String>,
        family: Family,
    },
    /// A named community list, set or expression.
    CommunityList {
        name: Spanned<String>,
        how: CommunityMatch,
    },
    /// A community test written in the statement itself.
    Community(Spanned<CommunityTest>),
    /// The route's number of standard communities is in the range.
    CommunityCount(RangeInclusive<u32>),
    LargeCommunityList {
        name: Spanned<String>,
        how: CommunityMatch,
    },
    /// Extended communities are not modelled: a route from Microsoft carries none.
    ExtendedCommunityList {
        name: Spanned<String>,
        how: CommunityMatch,
    },
    AsPathList {
        name: Spanned<String>,
    },
    AsPath(Spanned<AsPathTest>),
    /// The number of hops is in the range. `unique` counts each AS once (prepending does not lengthen).
    AsPathLength {
        hops: RangeInclusive<u32>,
        unique: bool,
    },
    LocalPreference(RangeInclusive<u32>),
    Med(RangeInclusive<u32>),
    Origin(Origin),
    Family(Family),
    /// IOS `match policy-list`: the list's own conditions and its permit or deny.
    PolicyList {
        name: Spanned<String>,
    },
    /// True where the chain accepts the route; `default` is the verdict where it falls through
    /// (Junos `from policy`, XR `if apply`).
    Policy {
        chain: Vec<PolicyExpression>,
        default: Verdict,
    },
    /// Known for every route that arrives on a BGP session.
    Constant(bool),
    /// The route came into the routing table from there: always BGP for one that arrives on a session, anything
    /// for one that is announced (`from protocol static`).
    Protocol(Protocol),
    /// Understood, but it depends on what a configuration does not tell: RPKI state, a tag, a tracked object.
    Undecidable {
        span: Span,
        on: String,
    },
    /// Not interpreted.
    Unsupported(Span),
}

impl Condition {
    pub const ALWAYS: Condition = Condition::All(Vec::new());
}

/// Which namespace a prefix list lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListFamily {
    /// `ip prefix-list`: never matches an IPv6 route.
    Ipv4,
    /// `ipv6 prefix-list`.
    Ipv6,
    /// One namespace for both (Junos, XR, SR OS).
    Both,
}

impl ListFamily {
    pub const fn of(family: Family) -> ListFamily {
        match family {
            Family::Ipv4 => ListFamily::Ipv4,
            Family::Ipv6 => ListFamily::Ipv6,
        }
    }
}

/// How a named prefix list is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrefixMatch {
    /// Its entries as they are: first match decides.
    Listed,
    /// Junos `prefix-list-filter … longer`: entries' lengths are replaced.
    Longer,
    /// Junos `prefix-list-filter … orlonger`.
    OrLonger,
}

/// How a community list is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommunityMatch {
    /// The first entry whose test holds decides.
    Listed,
    /// The first entry whose values are exactly the route's communities decides (`exact-match`).
    Exact,
    /// Some entry's test holds, permit or deny set aside (XR `matches-any`).
    AnyElement,
    /// Every entry's test holds (XR `matches-every`).
    EveryElement,
    /// Every community of the route meets some entry (XR `matches-within`).
    Within,
    /// The lowest community of the route that some entry means by one of its values decides, by the first such
    /// entry (FRR 10 `any`).
    AnyValue,
}

/// A change to the route, or to the state of the evaluation.
#[derive(Debug, Clone)]
pub enum Action {
    /// Replaces all standard communities; an empty list removes all.
    SetCommunities(Vec<Community>),
    AddCommunities(Vec<Community>),
    /// Removes each standard community that the list permits when it stands alone.
    DeleteCommunityList {
        name: Spanned<String>,
    },
    /// Removes each standard community that the list permits, where an entry means each of its values by itself and
    /// an expression sees no more than this many characters of a community that is written as numbers (FRR).
    DeleteMeantCommunities {
        name: Spanned<String>,
        seen: usize,
    },
    /// Removes each standard community that meets the pattern.
    DeleteCommunities(Vec<CommunityPattern>),
    /// Removes each standard community that the list does not permit when it stands alone (XR `delete community not in`).
    KeepCommunityList {
        name: Spanned<String>,
    },
    /// Removes each standard community that meets none of the patterns.
    KeepCommunities(Vec<CommunityPattern>),
    SetLargeCommunities(Vec<LargeCommunity>),
    AddLargeCommunities(Vec<LargeCommunity>),
    DeleteLargeCommunityList {
        name: Spanned<String>,
    },
    /// Removes each large community that the list permits, where an entry means each of its values by itself (FRR).
    DeleteMeantLargeCommunities {
        name: Spanned<String>,
    },
    SetLocalPreference(NumberEdit),
    SetMed(NumberEdit),
    SetWeight(u32),
    SetOrigin(Origin),
    /// Puts these in front of the path, first one leftmost.
    PrependAsPath(Vec<Asn>),
    /// Makes a verdict pending: it holds where the policy ends without another (`continue`, XR `pass` and `set`).
    Pending(Verdict),
    /// Replaces the chain's default verdict (Junos `default-action`).
    Default(Verdict),
    /// Runs another policy here.
    Call {
        policy: Spanned<String>,
        kind: Call,
    },
    /// Understood, and of no effect on what is decided or reported (next hop, tag, metric type).
    Inert,
    /// Not interpreted; may change any attribute, never ends the evaluation.
    Unsupported,
}

/// What a called policy's result means to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// A rejection ends everything; an acceptance lets the caller go on (FRR `call`). Edits are kept.
    Gate,
    /// As if the callee's statements stood here; what it leaves pending stays pending (XR `apply`).
    Inline,
}

/// A new value, or a change to the present one (saturating at 0 and 2^32 - 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberEdit {
    To(u32),
    Add(u32),
    Subtract(u32),
}

/// IOS `ip policy-list`: conditions under one name.
#[derive(Debug, Clone)]
pub struct PolicyList {
    pub name: Spanned<String>,
    pub verdict: Verdict,
    pub condition: Condition,
    pub span: Span,
}
