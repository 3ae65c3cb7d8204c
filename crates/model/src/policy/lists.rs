//! The lists that conditions test: prefixes, communities, AS paths, addresses.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use super::Verdict;
use crate::bgp::{Community, IpNet, LargeCommunity};
use crate::source::{Span, Spanned};

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
