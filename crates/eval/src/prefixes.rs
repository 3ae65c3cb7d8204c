//! Exact sets of routes, where a route is a network address and a length.
//!
//! 10.0.0.0/8 and its two halves are three routes: a prefix list that permits one does not permit the others.
//! Address space, where the halves together are the whole, is the matter of [`space`](crate::space).

mod classes;
mod compile;
mod pieces;
mod runs;
mod sample;
mod shadow;
mod word;

#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::policy::{AccessPattern, PrefixPattern, RouteFilterEntry, Verdict};

pub use classes::Classes;

use compile::{Compiled, Decision};
use pieces::{Exactly, Pattern, Piece};
use runs::Runs;
use sample::Choice;
use word::Word;

use crate::search::Fate;

/// A set of routes of one address family.
///
/// Canonical: two sets of a family are equal exactly if they hold the same routes. Sets of different families
/// are never combined by the evaluator; an operation on two of them keeps the left one's family and takes the
/// right one as empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PrefixSet(Set);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Set {
    V4(Runs<u32>),
    V6(Runs<u128>),
}

/// What a list in which the first match decides does with the routes of a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstMatch {
    pub accepted: PrefixSet,
    /// Routes that reach an entry that is not interpreted before any other decides.
    pub uncertain: PrefixSet,
    steps: u64,
}

impl FirstMatch {
    /// Returns how many elementary steps the compilation took.
    pub fn steps(&self) -> u64 {
        self.steps
    }
}

impl PrefixSet {
    pub fn empty(family: Family) -> Self {
        PrefixSet(match family {
            Family::Ipv4 => Set::V4(Runs::constant(false, Word::ZERO)),
            Family::Ipv6 => Set::V6(Runs::constant(false, Word::ZERO)),
        })
    }

    /// Every route, the default route included.
    pub fn all(family: Family) -> Self {
        Self::empty(family).not()
    }

    /// The routes a pattern stands for, `None` where that is not known exactly. A pattern of the other family
    /// stands for none.
    pub fn of_pattern(pattern: &PrefixPattern, family: Family) -> Option<Self> {
        certain(Self::first_match(
            [(Verdict::Accept, pattern)].into_iter(),
            family,
        ))
    }

    /// The routes an access-list line stands for, `None` where that is not known or needs too many runs
    /// (a wildcard with many holes).
    pub fn of_access(pattern: &AccessPattern, family: Family) -> Option<Self> {
        certain(Self::first_match_access(
            [(Verdict::Accept, pattern)].into_iter(),
            family,
        ))
    }

    /// These routes (host bits are ignored).
    pub fn exactly(nets: &[IpNet], family: Family) -> Self {
        let routes = nets.iter().map(|net| (Decision::Accept, Exactly(net)));
        compiled(routes, family).accepted
    }

    /// The routes inside any of the prefixes that have such a length.
    pub fn within(nets: &[IpNet], lengths: RangeInclusive<u8>, family: Family) -> Self {
        let routes = nets.iter().map(|net| (Decision::Accept, (net, &lengths)));
        compiled(routes, family).accepted
    }

    /// Compiles a list in which the first entry that matches decides and no match is a rejection.
    pub fn first_match<'a>(
        entries: impl Iterator<Item = (Verdict, &'a PrefixPattern)>,
        family: Family,
    ) -> FirstMatch {
        compiled(
            entries.map(|(verdict, pattern)| (verdict.into(), pattern)),
            family,
        )
    }

    /// Compiles an access list that is used on routes.
    pub fn first_match_access<'a>(
        entries: impl Iterator<Item = (Verdict, &'a AccessPattern)>,
        family: Family,
    ) -> FirstMatch {
        compiled(
            entries.map(|(verdict, pattern)| (verdict.into(), pattern)),
            family,
        )
    }

    pub fn and(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a && b, |a, b| a & b, |a, b| a & b)
    }

    pub fn or(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a || b, |a, b| a | b, |a, b| a | b)
    }

    pub fn minus(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a && !b, |a, b| a & !b, |a, b| a & !b)
    }

    // Not the operator: it would consume the set.
    #[allow(clippy::should_implement_trait)]
    pub fn not(&self) -> Self {
        PrefixSet(match &self.0 {
            Set::V4(runs) => Set::V4(runs.not()),
            Set::V6(runs) => Set::V6(runs.not()),
        })
    }

    fn zip(
        &self,
        other: &Self,
        flag: impl Fn(bool, bool) -> bool,
        v4: impl Fn(u32, u32) -> u32,
        v6: impl Fn(u128, u128) -> u128,
    ) -> Self {
        PrefixSet(match (&self.0, &other.0) {
            (Set::V4(a), Set::V4(b)) => Set::V4(a.zip(b, flag(a.default_route, b.default_route), v4)),
            (Set::V6(a), Set::V6(b)) => Set::V6(a.zip(b, flag(a.default_route, b.default_route), v6)),
            _ => return self.zip(&Self::empty(self.family()), flag, v4, v6),
        })
    }

    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Set::V4(runs) => runs.is_empty(),
            Set::V6(runs) => runs.is_empty(),
        }
    }

    /// Whether the route is a member (host bits are ignored).
    pub fn contains(&self, route: &IpNet) -> bool {
        match (&self.0, route) {
            (Set::V4(runs), IpNet::V4(net)) => runs.contains(net.addr().to_bits(), net.prefix_len()),
            (Set::V6(runs), IpNet::V6(net)) => runs.contains(net.addr().to_bits(), net.prefix_len()),
            _ => false,
        }
    }

    /// The number of routes; exact for IPv4 (at most 2^33 - 1).
    pub fn count(&self) -> f64 {
        match &self.0 {
            Set::V4(runs) => runs.count(),
            Set::V6(runs) => runs.count(),
        }
    }

    /// A member to show to a reader: a route that somebody wrote, in public space, if there is one.
    pub fn sample(&self) -> Option<IpNet> {
        fn sample<W: Word>(runs: &Runs<W>) -> Option<IpNet> {
            let mut choice = Choice::new();
            for (first, last, lengths) in runs.iter() {
                choice.offer(first, last, lengths);
            }
            choice
                .route()
                .or_else(|| runs.default_route.then(|| W::FAMILY.default_route()))
        }
        match &self.0 {
            Set::V4(runs) => sample(runs),
            Set::V6(runs) => sample(runs),
        }
    }

    pub fn family(&self) -> Family {
        match &self.0 {
            Set::V4(_) => Family::Ipv4,
            Set::V6(_) => Family::Ipv6,
        }
    }
}

/// For each entry of a list in which the first match decides: what becomes of the routes that it stands for.
pub(crate) fn prefix_shadows<'a>(
    patterns: impl Iterator<Item = &'a PrefixPattern>,
    family: Family,
) -> Vec<Fate> {
    match family {
        Family::Ipv4 => shadow::fates::<u32, _>(patterns),
        Family::Ipv6 => shadow::fates::<u128, _>(patterns),
    }
}

/// The same for an access list.
pub(crate) fn access_shadows<'a>(
    patterns: impl Iterator<Item = &'a AccessPattern>,
    family: Family,
) -> Vec<Fate> {
    match family {
        Family::Ipv4 => shadow::fates::<u32, _>(patterns),
        Family::Ipv6 => shadow::fates::<u128, _>(patterns),
    }
}

/// Compiles the route filters of a Junos term: only those with the longest prefix that contains the route
/// are asked. `accepted` are the routes for which one of them holds; a match type that is not interpreted makes
/// `uncertain` what no other of the same prefix matches.
pub fn longest_match(entries: &[RouteFilterEntry], family: Family) -> FirstMatch {
    fn filter<W: Word>(entry: &RouteFilterEntry) -> Option<(Piece<W>, &PrefixPattern)> {
        let prefix = entry.prefix.trunc();
        let piece = Piece {
            start: W::of(prefix.addr())?,
            length: prefix.prefix_len(),
            lengths: Word::ONES,
        };
        Some((piece, &entry.pattern))
    }
    match family {
        Family::Ipv4 => compile::longest_match(entries.iter().filter_map(filter)).v4(),
        Family::Ipv6 => compile::longest_match(entries.iter().filter_map(filter)).v6(),
    }
}

fn compiled<P: Pattern>(entries: impl Iterator<Item = (Decision, P)>, family: Family) -> FirstMatch {
    match family {
        Family::Ipv4 => compile::first_match(entries).v4(),
        Family::Ipv6 => compile::first_match(entries).v6(),
    }
}

fn certain(compiled: FirstMatch) -> Option<PrefixSet> {
    compiled.uncertain.is_empty().then_some(compiled.accepted)
}

impl From<Verdict> for Decision {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accept => Decision::Accept,
            Verdict::Reject => Decision::Reject,
        }
    }
}

impl Compiled<u32> {
    fn v4(self) -> FirstMatch {
        FirstMatch {
            accepted: PrefixSet(Set::V4(self.accepted)),
            uncertain: PrefixSet(Set::V4(self.uncertain)),
            steps: self.steps,
        }
    }
}

impl Compiled<u128> {
    fn v6(self) -> FirstMatch {
        FirstMatch {
            accepted: PrefixSet(Set::V6(self.accepted)),
            uncertain: PrefixSet(Set::V6(self.uncertain)),
            steps: self.steps,
        }
    }
}
