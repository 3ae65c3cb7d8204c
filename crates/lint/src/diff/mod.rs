//! What two states of a network do differently: which routes a session or a route filter lets in that it did not
//! let in before, and the other way round. Text that changes nothing is not looked at.

mod alike;
mod azure;
mod routes;
mod sessions;

use std::collections::BTreeMap;

use pairlint_eval::{Because, Route, Step};
use pairlint_model::bgp::{Community, Family, IpNet};
use pairlint_model::diagnostic::RouteVerdict;
use pairlint_model::source::Span;

use crate::context::Context;
use crate::verdicts::CommunityVerdict;

/// What changed in behaviour, in the order of the names.
#[derive(Debug, Default)]
pub struct Diff {
    pub sessions: Vec<SessionChange>,
    pub filters: Vec<FilterChange>,
    pub peerings: Vec<PeeringChange>,
    /// How many sessions and route filters were found in both states.
    pub compared_sessions: usize,
    pub compared_filters: usize,
}

impl Diff {
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty() && self.filters.is_empty() && self.peerings.is_empty()
    }
}

/// Whether something is there and lets routes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Absent,
    /// Configured, but shut down or not activated; the line that says so.
    Inactive(Span),
    Active(Span),
}

impl Presence {
    pub fn is_active(self) -> bool {
        matches!(self, Presence::Active(_))
    }

    pub fn span(self) -> Option<Span> {
        match self {
            Presence::Absent => None,
            Presence::Inactive(span) | Presence::Active(span) => Some(span),
        }
    }
}

/// What a session does differently in one address family.
#[derive(Debug)]
pub struct SessionChange {
    /// `device[/vrf]/neighbor`.
    pub name: String,
    pub family: Family,
    pub old: Presence,
    pub new: Presence,
    pub routes: Vec<RouteChange>,
    pub settings: Vec<SettingChange>,
    /// What may make a difference and is not interpreted.
    pub unsure: Vec<Because>,
}

/// Which routes a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The routes that carry it.
    Community(Community),
    /// Routes to public space without a community of Microsoft's.
    Untagged,
    DefaultRoute,
    /// Routes to private, documentation and multicast space.
    Private,
    /// Routes without a community, of none of these kinds.
    Other,
}

/// What becomes of a kind of routes.
#[derive(Debug, Clone)]
pub struct RouteChange {
    pub subject: Subject,
    /// What the community stands for.
    pub meaning: Option<String>,
    pub before: CommunityVerdict,
    pub after: CommunityVerdict,
    /// A route that is newly accepted.
    pub gained: Option<Witness>,
    /// A route that is newly rejected.
    pub lost: Option<Witness>,
    /// Whether there are others hangs on this; empty where the answer is certain.
    pub because: Vec<Because>,
}

/// One route, and what becomes of it on both sides.
#[derive(Debug, Clone)]
pub struct Witness {
    pub route: Route,
    pub old: Fate,
    pub new: Fate,
}

/// What becomes of a route, and the statements that decided.
#[derive(Debug, Clone)]
pub struct Fate {
    pub verdict: RouteVerdict,
    pub steps: Vec<Step>,
}

/// Something beside the policies that changed.
#[derive(Debug)]
pub struct SettingChange {
    /// `maximum prefixes`, `remote AS` …
    pub what: &'static str,
    pub old: String,
    pub new: String,
    pub old_span: Option<Span>,
    pub new_span: Option<Span>,
}

/// What a route filter does differently.
#[derive(Debug)]
pub struct FilterChange {
    pub name: String,
    pub old: Presence,
    pub new: Presence,
    pub communities: Vec<FilterCommunityChange>,
    pub unsure: Vec<Because>,
}

/// A community that only one state of a filter lets through.
#[derive(Debug)]
pub struct FilterCommunityChange {
    pub community: Community,
    pub meaning: Option<String>,
    /// It passes now and did not before.
    pub gained: bool,
    /// A route that carries it, where the tables know one.
    pub prefix: Option<IpNet>,
    /// The value, or the list in which it does not stand.
    pub old: Option<Span>,
    pub new: Option<Span>,
}

/// What a Microsoft peering does differently beside its filter's content.
#[derive(Debug)]
pub struct PeeringChange {
    pub circuit: String,
    pub family: Family,
    pub old: String,
    pub new: String,
    pub old_span: Option<Span>,
    pub new_span: Option<Span>,
    /// The state of one side is not known.
    pub unsure: bool,
}

/// Compares two states of a network. The contexts need not be judged, and share their sources.
pub fn diff<'a>(old: &Context<'a>, new: &Context<'a>) -> Diff {
    let mut diff = Diff::default();
    sessions::compare(old, new, &mut diff);
    azure::filters(old, new, &mut diff);
    azure::peerings(old, new, &mut diff);
    diff
}

/// Two states of one thing; one may be missing.
type Pair<T> = (Option<T>, Option<T>);

/// Puts together what has the same key; what has it twice is told apart by its place.
fn pairs<K: Ord + Clone, T>(
    old: impl Iterator<Item = (K, T)>,
    new: impl Iterator<Item = (K, T)>,
) -> BTreeMap<(K, usize), Pair<T>> {
    let mut pairs: BTreeMap<(K, usize), Pair<T>> = BTreeMap::new();
    let mut counts: BTreeMap<K, usize> = BTreeMap::new();
    for (key, item) in old {
        let count = counts.entry(key.clone()).or_default();
        *count += 1;
        pairs.entry((key, *count)).or_insert((None, None)).0 = Some(item);
    }
    let mut counts: BTreeMap<K, usize> = BTreeMap::new();
    for (key, item) in new {
        let count = counts.entry(key.clone()).or_default();
        *count += 1;
        pairs.entry((key, *count)).or_insert((None, None)).1 = Some(item);
    }
    pairs
}
