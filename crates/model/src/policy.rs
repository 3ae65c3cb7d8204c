//! Route policies and the lists they test, in the words of RFC 9067.
//!
//! A dialect lowers its vendor's text to these types and makes every implicit rule explicit: the
//! ending of a policy, what a call does, what `continue` keeps pending. What it cannot interpret
//! becomes `Unsupported` and poisons exactly what depends on it.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use crate::bgp::{Asn, Community, Family, IpNet, LargeCommunity, Origin};
use crate::origin::Protocol;
use crate::source::{Span, Spanned};

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

/// A named list of prefixes: `ip prefix-list`, `prefix-set`, `ip ip-prefix`. First match decides, no match is false.
#[derive(Debug, Clone)]
pub struct PrefixList {
    pub name: Spanned<String>,
    /// In the order in which they are tried (by sequence number where the platform has them).
    pub entries: Vec<PrefixEntry>,
    /// The whole definition, or its first line.
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct PrefixEntry {
    pub verdict: Verdict,
    pub pattern: PrefixPattern,
    pub span: Span,
}

/// Which routes an entry stands for.
#[derive(Debug, Clone)]
pub enum PrefixPattern {
    /// Routes inside `prefix` (host bits ignored) whose length is in the range.
    Range {
        prefix: IpNet,
        lengths: RangeInclusive<u8>,
    },
    /// Routes whose network address equals `address` in the bits that `mask` sets, with a length in the
    /// range (NX-OS `mask`, Junos `address-mask`, XR masks). The mask need not be contiguous.
    Masked {
        address: IpAddr,
        mask: IpAddr,
        lengths: RangeInclusive<u8>,
    },
    /// Every route of every family.
    Any,
    /// Not interpreted: may stand for any route.
    Unsupported,
}

/// A Junos `route-filter`: a prefix, what it matches, and an action of its own that replaces the term's.
#[derive(Debug, Clone)]
pub struct RouteFilterEntry {
    pub prefix: IpNet,
    pub pattern: PrefixPattern,
    pub span: Span,
}

/// A named list of communities: `ip community-list`, `policy-options community`, `community-set`.
#[derive(Debug, Clone)]
pub struct CommunityList {
    pub name: Spanned<String>,
    /// In the order in which they are tried.
    pub entries: Vec<CommunityEntry>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct CommunityEntry {
    pub verdict: Verdict,
    pub test: CommunityTest,
    pub span: Span,
}

/// A question to a route's set of communities.
#[derive(Debug, Clone)]
pub enum CommunityTest {
    /// Holds for every route, also one without communities (`permit internet`).
    Always,
    /// Every pattern is met by some community of the route (a standard list's line, a Junos community's members).
    Line(Vec<Spanned<CommunityPattern>>),
    /// An expression searched in the text of the whole set (an expanded list's line).
    Text(Spanned<CommunityRegex>),
    All(Vec<CommunityTest>),
    Any(Vec<CommunityTest>),
    Not(Box<CommunityTest>),
    /// The route has no standard community.
    Empty,
    /// Not interpreted.
    Unsupported(Span),
}

/// Which single communities are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommunityPattern {
    Exactly(Community),
    /// Both halves in their ranges.
    Range {
        asn: RangeInclusive<u16>,
        value: RangeInclusive<u16>,
    },
    /// An expression over the text `asn:value` of one community.
    Text {
        expression: String,
        syntax: RegexSyntax,
        anchored: bool,
    },
    /// Each half has an expression of its own that must match it wholly (SR OS).
    Halves {
        asn: String,
        value: String,
        syntax: RegexSyntax,
    },
    Large(LargeCommunity),
    /// A kind of community that a route from Microsoft does not carry (extended, large with wildcards).
    Other,
    /// Not interpreted: may mean any community.
    Unsupported,
}

/// An expression over the text of a route's whole community set: values ascending, one space between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunityRegex {
    pub expression: String,
    pub syntax: RegexSyntax,
    pub rendering: CommunityRendering,
}

/// How a platform writes a route's communities before an expression sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommunityRendering {
    /// `12076:51002`; well-known values as numbers too.
    Numbers,
    /// `12076:51002`; well-known values by the platform's names.
    Names(WellKnownNames),
    /// One 32-bit decimal number.
    Packed,
    /// Numbers or packed, not known which: a difference is unsure (IOS without `ip bgp-community new-format`).
    NumbersOrPacked,
}

/// Whose names for well-known communities are printed, and what becomes of an empty set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WellKnownNames {
    Ios,
    /// FRR up to 8.x: 0:0 prints as `internet`.
    Frr8,
    /// FRR 10: 0:0 prints as `0:0`, and an expression never matches a route without communities.
    Frr10,
}

/// Which expression language a text is written in; the evaluator owns the translations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegexSyntax {
    /// IOS, NX-OS, EOS, ASA: extended expressions, `_` for a delimiter, no `{m,n}`.
    Cisco,
    /// POSIX extended expressions with `_` for a delimiter (FRR, VyOS).
    PosixDelimiter,
    /// POSIX extended expressions, no delimiter sign (Junos communities, XR `dfa-regex` bodies).
    Posix,
    /// XR `ios-regex`.
    XrIos,
    /// Over whole AS numbers: `12076 .*`, `[1-10]`, `()`; anchored (Junos, SR OS AS paths).
    AsTokens,
}

/// A named list of AS-path expressions: `ip as-path access-list`, `as-path`, `as-path-set`.
#[derive(Debug, Clone)]
pub struct AsPathList {
    pub name: Spanned<String>,
    pub entries: Vec<AsPathEntry>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct AsPathEntry {
    pub verdict: Verdict,
    pub test: AsPathTest,
    pub span: Span,
}

/// A question to a route's AS path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AsPathTest {
    /// An expression; `AsTokens` matches the whole path, the others search in its text `12076 8075`.
    Regex {
        expression: String,
        syntax: RegexSyntax,
    },
    /// Some AS of the path is in the range (XR `passes-through`).
    PassesThrough(RangeInclusive<u32>),
    /// The leftmost AS is in the range (XR `neighbor-is`).
    Neighbor(RangeInclusive<u32>),
    /// The rightmost AS is in the range (XR `originates-from`).
    Origin(RangeInclusive<u32>),
    /// The number of hops is in the range. `unique` counts each AS once.
    Length {
        hops: RangeInclusive<u32>,
        unique: bool,
    },
    Any(Vec<AsPathTest>),
    All(Vec<AsPathTest>),
    Not(Box<AsPathTest>),
    Unsupported,
}

/// A packet filter used on routes.
#[derive(Debug, Clone)]
pub struct AccessList {
    pub name: Spanned<String>,
    pub entries: Vec<AccessEntry>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct AccessEntry {
    pub verdict: Verdict,
    pub pattern: AccessPattern,
    pub span: Span,
}

/// Which routes an access-list line stands for.
#[derive(Debug, Clone)]
pub enum AccessPattern {
    /// The network address, where `wildcard` does not set the bit; any length (standard lists).
    Address {
        address: IpAddr,
        wildcard: IpAddr,
    },
    /// The network address by the source part, the mask by the destination part (extended lists in BGP:
    /// Cisco "Configuring BGP", distribute-list with an extended access list).
    AddressAndMask {
        address: IpAddr,
        wildcard: IpAddr,
        mask: IpAddr,
        mask_wildcard: IpAddr,
    },
    /// A prefix and its more-specifics, or exactly it (FRR access lists).
    Prefix {
        prefix: IpNet,
        exact: bool,
    },
    Any,
    Unsupported,
}

/// IOS `ip policy-list`: conditions under one name.
#[derive(Debug, Clone)]
pub struct PolicyList {
    pub name: Spanned<String>,
    pub verdict: Verdict,
    pub condition: Condition,
    pub span: Span,
}

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
