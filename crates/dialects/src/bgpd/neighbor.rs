//! What a line says about a neighbor or a peer group.

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{MaximumPrefix, RemoteAs};

use super::abbreviation::complete;
use super::is_placeholder;
use super::process::Place;
use crate::atoms::{asn, number};
use crate::notes::Notes;

/// What counts for a session as a whole. Each value is a part of the text.
#[derive(Debug, Clone, Default)]
pub struct Session<'a> {
    pub remote_as: Option<(RemoteAs, &'a str)>,
    pub local_as: Option<Asn>,
    pub description: Option<&'a str>,
    /// The line.
    pub shutdown: Option<&'a str>,
    pub bfd: Option<&'a str>,
    pub group: Option<&'a str>,
}

/// What counts for one address family.
#[derive(Debug, Clone, Default)]
pub struct Policy<'a> {
    /// Activated or not, and the line that says so.
    pub active: Option<(bool, &'a str)>,
    pub import: Direction<'a>,
    pub export: Direction<'a>,
    pub maximum_prefix: Option<(MaximumPrefix, &'a str)>,
    pub own_as_allowed: Option<u32>,
    /// Lines about what happens outside import and export.
    pub beyond: Vec<&'a str>,
    /// Some line of this family is about the neighbor, beyond activating it.
    pub mentioned: bool,
}

/// The lists and the route map of one direction, by name.
#[derive(Debug, Clone, Default)]
pub struct Direction<'a> {
    pub route_map: Option<&'a str>,
    pub prefix_list: Option<&'a str>,
    pub filter_list: Option<&'a str>,
    pub distribute_list: Option<&'a str>,
    /// Lines that may filter and were not understood.
    pub unknown: Vec<&'a str>,
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

impl<'a> Policy<'a> {
    /// Takes over what is not said here.
    pub fn inherit_from(&mut self, base: &Policy<'a>) {
        self.active = self.active.or(base.active);
        self.import.inherit_from(&base.import);
        self.export.inherit_from(&base.export);
        self.maximum_prefix = self.maximum_prefix.or(base.maximum_prefix);
        self.own_as_allowed = self.own_as_allowed.or(base.own_as_allowed);
        self.mentioned |= base.mentioned;
        extend(&mut self.beyond, base.beyond.iter().copied());
    }
}

impl<'a> Direction<'a> {
    fn inherit_from(&mut self, base: &Direction<'a>) {
        self.route_map = self.route_map.or(base.route_map);
        self.prefix_list = self.prefix_list.or(base.prefix_list);
        self.filter_list = self.filter_list.or(base.filter_list);
        self.distribute_list = self.distribute_list.or(base.distribute_list);
        extend(&mut self.unknown, base.unknown.iter().copied());
    }

    fn slot(&mut self, option: &str) -> &mut Option<&'a str> {
        match option {
            "route-map" => &mut self.route_map,
            "prefix-list" => &mut self.prefix_list,
            "filter-list" => &mut self.filter_list,
            _ => &mut self.distribute_list,
        }
    }
}

/// Lines of one kind that are kept for a session: what is inherited by many must stay small.
const MOST_LINES: usize = 16;

/// Adds what is not there yet; the same line is the same slice.
pub fn extend<'a>(lines: &mut Vec<&'a str>, more: impl IntoIterator<Item = &'a str>) {
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
pub enum Done {
    Read,
    Ignored,
    Unread,
    /// The device does not take the line; what it does instead.
    Refused(&'static str),
}

const NOT_TAKEN: &str = "drops the line and goes on without it";
const CONFLICT: &str = "drops the line: a neighbor has a prefix list or a distribute list, not both";

/// One option of a neighbor: `route-map X in`, with what it changes.
pub struct Setting<'s, 'a> {
    pub session: &'s mut Session<'a>,
    pub policy: &'s mut Policy<'a>,
    /// The whole line.
    pub line: &'a str,
    /// `no` stands in front.
    pub negated: bool,
}

/// Options that are read.
#[rustfmt::skip]
const OPTIONS: &[&str] = &[
    "activate", "advertise-map", "allowas-in", "bfd", "description", "distribute-list", "filter-list", "interface",
    "local-as", "maximum-prefix", "password", "path-attribute", "peer-group", "prefix-list", "remote-as", "route-map",
    "rpki", "shutdown",
];

/// Options without effect on which routes are accepted: timers, transport, what is announced and how.
const INERT: &[&str] = &[
    "accept-own",
    "addpath-rx-paths-limit",
    "addpath-tx-all-paths",
    "addpath-tx-best-selected",
    "addpath-tx-bestpath-per-AS",
    "advertisement-interval",
    "aigp",
    "as-override",
    "attribute-unchanged",
    "capability",
    "dampening",
    "default-originate",
    "disable-addpath-rx",
    "disable-connected-check",
    "disable-link-bw-encoding-ieee",
    "dont-capability-negotiate",
    "ebgp-multihop",
    "encapsulation-mpls",
    "encapsulation-srv6",
    "enforce-first-as",
    "enforce-multihop",
    "extended-link-bandwidth",
    "extended-optional-parameters",
    "graceful-restart",
    "graceful-restart-disable",
    "graceful-restart-helper",
    "graceful-shutdown",
    "ip-transparent",
    "local-link-id",
    "local-role",
    "maximum-prefix-out",
    "next-hop-self",
    "nexthop-local",
    "nexthop-unchanged",
    "oad",
    "override-capability",
    "passive",
    "port",
    "remove-private-AS",
    "remove-private-as",
    "route-reflector-client",
    "route-server-client",
    "send-community",
    "send-nexthop-characteristics",
    "sender-as-path-loop-detection",
    "soft-reconfiguration",
    "solo",
    "soo",
    "strict-capability-match",
    "tcp-mss",
    "timers",
    "ttl-security",
    "unsuppress-map",
    "update-source",
    "weight",
];

impl<'a> Setting<'_, 'a> {
    /// Reads what follows the neighbor's name, but for `peer-group` and `interface`.
    pub fn read(mut self, words: &[&'a str], notes: &mut Notes<'_>) -> Done {
        let Some((option, words)) = words.split_first() else {
            return Done::Unread;
        };
        // The first choice where an option is begun: `max 5` is ambiguous to the device, and refused.
        let option = match INERT.contains(option) || OPTIONS.contains(option) {
            true => *option,
            false => complete(option, &[OPTIONS, INERT].concat()).unwrap_or(option),
        };
        if INERT.contains(&option) {
            return Done::Ignored;
        }
        let done = self.option(option, words, notes);
        let filters = matches!(
            option,
            "route-map" | "prefix-list" | "filter-list" | "distribute-list" | "path-attribute" | "rpki"
        );
        if filters && done == Done::Unread && !self.negated {
            // What may filter and is not understood makes the direction open.
            match words.last() {
                Some(&"out") => extend(&mut self.policy.export.unknown, [self.line]),
                Some(&"in") => extend(&mut self.policy.import.unknown, [self.line]),
                _ if option == "path-attribute" || option == "rpki" => {
                    extend(&mut self.policy.import.unknown, [self.line]);
                }
                _ => {
                    extend(&mut self.policy.import.unknown, [self.line]);
                    extend(&mut self.policy.export.unknown, [self.line]);
                }
            }
        }
        done
    }

    fn option(&mut self, option: &str, words: &[&'a str], notes: &mut Notes<'_>) -> Done {
        let said = (!self.negated).then_some(self.line);
        match option {
            "remote-as" => return self.remote_as(words),
            "local-as" => {
                let own = words.first().and_then(|word| asn(word));
                self.session.local_as = own.filter(|_| !self.negated);
                return match own.is_some() || self.negated {
                    true => Done::Read,
                    false => Done::Unread,
                };
            }
            "description" => {
                let text = words.first().zip(words.last());
                self.session.description = text
                    .filter(|_| !self.negated)
                    .and_then(|(first, last)| between(self.line, first, last));
            }
            "shutdown" => self.session.shutdown = said,
            "bfd" => {
                // `bfd profile X` and the like say how.
                if self.negated && !words.is_empty() {
                    return Done::Ignored;
                }
                self.session.bfd = said;
            }
            "password" => return self.password(words, notes),
            "activate" => self.policy.active = Some((!self.negated, self.line)),
            "route-map" | "prefix-list" | "distribute-list" | "filter-list" => {
                self.policy.mentioned = true;
                return self.filter(option, words);
            }
            "maximum-prefix" => {
                self.policy.mentioned = true;
                return self.maximum_prefix(words);
            }
            "allowas-in" => {
                self.policy.mentioned = true;
                return self.allowas_in(words);
            }
            "advertise-map" => {}
            _ => return Done::Unread,
        }
        Done::Read
    }

    fn remote_as(&mut self, words: &[&'a str]) -> Done {
        if self.negated {
            self.session.remote_as = None;
            return Done::Read;
        }
        let [word] = words else { return Done::Unread };
        let remote = match *word {
            "external" => RemoteAs::External,
            "internal" => RemoteAs::Internal,
            // Whatever the other side says it is.
            "auto" => RemoteAs::Unknown,
            number => match asn(number) {
                Some(asn) => RemoteAs::Asn(asn),
                None => return Done::Unread,
            },
        };
        self.session.remote_as = Some((remote, word));
        Done::Read
    }

    /// The value is noted as a secret and goes nowhere else.
    fn password(&mut self, words: &[&'a str], notes: &mut Notes<'_>) -> Done {
        if let (Some(first), Some(last), false) = (words.first(), words.last(), self.negated)
            && !is_placeholder(first)
            && let Some(value) = between(self.line, first, last)
        {
            notes.secret(value, "neighbor password");
        }
        Done::Ignored
    }

    /// Reads `route-map NAME in`.
    fn filter(&mut self, option: &str, words: &[&'a str]) -> Done {
        let (name, direction) = match words {
            [name, "in"] => (name, &mut self.policy.import),
            [name, "out"] => (name, &mut self.policy.export),
            _ => return Done::Unread,
        };
        let rival = match option {
            "prefix-list" => direction.distribute_list,
            "distribute-list" => direction.prefix_list,
            _ => None,
        };
        if rival.is_some() && !self.negated {
            return Done::Refused(CONFLICT);
        }
        *direction.slot(option) = (!self.negated).then_some(*name);
        Done::Read
    }

    /// Reads `1000 [80] [warning-only|restart 5] [force]`.
    fn maximum_prefix(&mut self, words: &[&'a str]) -> Done {
        if self.negated {
            self.policy.maximum_prefix = None;
            return Done::Read;
        }
        let Some((limit, rest)) = words
            .split_first()
            .and_then(|(word, rest)| Some((number(word)?, rest)))
        else {
            return Done::Unread;
        };
        if limit == 0 {
            return Done::Refused(NOT_TAKEN);
        }
        let rest = match rest {
            [threshold, rest @ ..] if number::<u8>(threshold).is_some() => rest,
            rest => rest,
        };
        let warning_only = match rest {
            [] | ["force"] => false,
            ["warning-only"] | ["warning-only", "force"] | ["force", "warning-only"] => true,
            ["restart", time] | ["restart", time, "force"] | ["force", "restart", time]
                if number::<u32>(time).is_some() =>
            {
                false
            }
            _ if rest.iter().any(|word| is_placeholder(word)) => return Done::Unread,
            _ => return Done::Refused(NOT_TAKEN),
        };
        let maximum = MaximumPrefix { limit, warning_only };
        self.policy.maximum_prefix = Some((maximum, self.line));
        Done::Read
    }

    /// Without a number the own AS may stand there three times; `origin` allows it at the end of the path, where
    /// Microsoft never puts it (FRR user guide, "neighbor allowas-in").
    fn allowas_in(&mut self, words: &[&'a str]) -> Done {
        let times = match words {
            [] => Some(3),
            ["origin"] => Some(0),
            [times] => number(times),
            _ => None,
        };
        if times.is_some_and(|times| times > 10) {
            return Done::Refused(NOT_TAKEN);
        }
        self.policy.own_as_allowed = times.filter(|_| !self.negated);
        if times.is_some() { Done::Read } else { Done::Unread }
    }
}

/// From the start of one word of a line to the end of a later one.
pub fn between<'a>(line: &'a str, first: &str, last: &str) -> Option<&'a str> {
    let start = (first.as_ptr() as usize).checked_sub(line.as_ptr() as usize)?;
    let end = (last.as_ptr() as usize).checked_sub(line.as_ptr() as usize)? + last.len();
    line.get(start..end)
}

/// The policy that a line in this place changes.
pub fn policy_of<'p, 'a>(
    place: Place,
    ipv4: &'p mut Policy<'a>,
    ipv6: &'p mut Policy<'a>,
    elsewhere: &'p mut Policy<'a>,
) -> &'p mut Policy<'a> {
    match place.family {
        Some(Family::Ipv4) => ipv4,
        Some(Family::Ipv6) => ipv6,
        None => elsewhere,
    }
}
