//! What a configuration says about a session, and what is inherited where it says nothing.

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{MaximumPrefix, RemoteAs};
use pairlint_model::policy::{ChainDefault, ListFamily, PolicyChain, PolicyExpression, SessionFilter};
use pairlint_model::source::Spanned;

use crate::notes::Notes;

/// One option: a `no` in front of it says something too, namely that it is not inherited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Said<T> {
    #[default]
    Nothing,
    Off,
    Is(T),
}

impl<T> Said<T> {
    pub fn new(negated: bool, value: T) -> Said<T> {
        if negated { Said::Off } else { Said::Is(value) }
    }

    pub fn get(self) -> Option<T> {
        match self {
            Said::Is(value) => Some(value),
            Said::Nothing | Said::Off => None,
        }
    }

    pub fn or(self, base: Said<T>) -> Said<T> {
        match self {
            Said::Nothing => base,
            said => said,
        }
    }
}

/// What counts for a session as a whole. Each text is a part of the source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Session<'a> {
    pub remote_as: Said<(RemoteAs, &'a str)>,
    pub local_as: Said<Asn>,
    pub description: Said<&'a str>,
    /// The line.
    pub shutdown: Said<&'a str>,
    pub bfd: Said<&'a str>,
}

impl<'a> Session<'a> {
    /// Takes over what is not said here.
    pub fn inherit_from(&mut self, base: &Session<'a>) {
        self.remote_as = self.remote_as.or(base.remote_as);
        self.local_as = self.local_as.or(base.local_as);
        self.description = self.description.or(base.description);
        self.shutdown = self.shutdown.or(base.shutdown);
        self.bfd = self.bfd.or(base.bfd);
    }
}

/// What counts for one address family of a session.
#[derive(Debug, Clone, Default)]
pub(crate) struct Policy<'a> {
    /// Activated or not, and the line that says so.
    pub active: Option<(bool, &'a str)>,
    pub import: Direction<'a>,
    pub export: Direction<'a>,
    pub maximum_prefix: Said<(MaximumPrefix, &'a str)>,
    pub own_as_allowed: Said<u32>,
    /// Lines about what happens outside import and export.
    pub beyond: Vec<&'a str>,
    /// Some line of this family is about the neighbor, beyond activating it.
    pub mentioned: bool,
}

/// The lists and the policy of one direction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Direction<'a> {
    pub route_map: Said<&'a str>,
    pub prefix_list: Said<&'a str>,
    pub filter_list: Said<&'a str>,
    /// Attached instead of a route map, and not interpreted.
    pub foreign: Said<&'a str>,
    /// Lines that may filter and were not understood.
    pub unknown: Vec<&'a str>,
}

impl<'a> Policy<'a> {
    pub fn inherit_from(&mut self, base: &Policy<'a>) {
        self.active = self.active.or(base.active);
        self.import.inherit_from(&base.import);
        self.export.inherit_from(&base.export);
        self.maximum_prefix = self.maximum_prefix.or(base.maximum_prefix);
        self.own_as_allowed = self.own_as_allowed.or(base.own_as_allowed);
        extend(&mut self.beyond, base.beyond.iter().copied());
        self.mentioned |= base.mentioned;
    }
}

impl<'a> Direction<'a> {
    pub fn inherit_from(&mut self, base: &Direction<'a>) {
        self.route_map = self.route_map.or(base.route_map);
        self.prefix_list = self.prefix_list.or(base.prefix_list);
        self.filter_list = self.filter_list.or(base.filter_list);
        self.foreign = self.foreign.or(base.foreign);
        extend(&mut self.unknown, base.unknown.iter().copied());
    }

    /// Every list must let a route pass before the policy runs.
    pub fn chain(&self, family: Family, default: ChainDefault, notes: &Notes<'_>) -> PolicyChain {
        let mut filters: Vec<Spanned<SessionFilter>> = Vec::new();
        let mut filter = |part: &str, filter| filters.push(Spanned::new(notes.span(part), filter));
        if let Some(name) = self.prefix_list.get() {
            let list = SessionFilter::PrefixList {
                name: notes.name(name),
                family: ListFamily::of(family),
            };
            filter(name, list);
        }
        if let Some(name) = self.filter_list.get() {
            let name = notes.name(name);
            filters.push(Spanned::new(name.span, SessionFilter::AsPathList { name }));
        }
        for line in &self.unknown {
            filters.push(Spanned::new(notes.span(line), SessionFilter::Unsupported));
        }
        let route_map = self
            .route_map
            .get()
            .map(|name| PolicyExpression::Policy(notes.name(name)));
        let foreign = self
            .foreign
            .get()
            .map(|line| PolicyExpression::Unsupported(notes.span(line)));
        PolicyChain {
            filters,
            policies: foreign.or(route_map).into_iter().collect(),
            default,
        }
    }
}

/// Lines of one kind that are kept for a session: the first few say all there is to say, and what is inherited
/// by many must stay small.
const MOST_LINES: usize = 16;

/// Adds what is not there yet; the same line is the same slice.
pub(crate) fn extend<'a>(lines: &mut Vec<&'a str>, more: impl IntoIterator<Item = &'a str>) {
    for line in more {
        if lines.len() >= MOST_LINES {
            return;
        }
        if !lines.iter().any(|known| std::ptr::eq(*known, line)) {
            lines.push(line);
        }
    }
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    Read,
    Ignored,
    Unread,
}
