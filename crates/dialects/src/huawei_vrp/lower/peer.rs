//! What a line says about a peer or a group.

use std::net::IpAddr;

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{MaximumPrefix, RemoteAs};

use super::Done;
use super::take_name;
use crate::atoms::{asn, number};
use crate::huawei_vrp::tables::PEER_INERT;
use crate::lines::Words;
use crate::notes::Notes;

/// A peer or a group, as written.
pub(super) struct Peer<'a> {
    pub name: &'a str,
    pub ip: Option<IpAddr>,
    pub vrf: Option<&'a str>,
    /// The line that names it first, or the one with its remote AS.
    pub line: &'a str,
    pub is_group: bool,
    /// Its AS or group is written inside this family of a VPN instance, which activates it there.
    pub home: Option<Family>,
    /// A line of IPv4 unicast is about it.
    pub in_ipv4: bool,
    pub session: Session<'a>,
    pub ipv4: Policy<'a>,
    pub ipv6: Policy<'a>,
    /// What other families say; not modelled, but for being active.
    pub elsewhere: Policy<'a>,
}

/// What counts for a session as a whole. Each value is a part of the text.
#[derive(Debug, Clone, Default)]
pub(super) struct Session<'a> {
    pub remote_as: Option<(RemoteAs, &'a str)>,
    pub local_as: Option<Asn>,
    pub description: Option<&'a str>,
    /// The line.
    pub shutdown: Option<&'a str>,
    pub bfd: Option<&'a str>,
    pub group: Option<&'a str>,
    /// Addresses a group listens on (`listen-net`).
    pub listens: Vec<&'a str>,
}

/// What counts for one address family.
#[derive(Debug, Clone, Default)]
pub(super) struct Policy<'a> {
    /// Enabled or not, and the line that says so.
    pub active: Option<(bool, &'a str)>,
    pub import: Direction<'a>,
    pub export: Direction<'a>,
    pub maximum_prefix: Option<(MaximumPrefix, &'a str)>,
    pub own_as_allowed: Option<u32>,
    /// Some line of this family is about the peer.
    pub mentioned: bool,
}

/// The filters of one direction, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Direction<'a> {
    /// A route policy, or a route filter of the other policy language.
    pub policy: Option<&'a str>,
    pub prefix_list: Option<&'a str>,
    pub as_path: Option<&'a str>,
    pub acl: Option<&'a str>,
    /// Lines that may filter and were not understood.
    pub unknown: Vec<&'a str>,
}

impl<'a> Peer<'a> {
    pub fn new(name: &'a str, ip: Option<IpAddr>, vrf: Option<&'a str>, line: &'a str) -> Peer<'a> {
        Peer {
            name,
            ip,
            vrf,
            line,
            is_group: false,
            home: None,
            in_ipv4: false,
            session: Session::default(),
            ipv4: Policy::default(),
            ipv6: Policy::default(),
            elsewhere: Policy::default(),
        }
    }

    pub fn policy(&self, family: Family) -> &Policy<'a> {
        match family {
            Family::Ipv4 => &self.ipv4,
            Family::Ipv6 => &self.ipv6,
        }
    }
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
    /// Takes over what is not said here: "the configuration on the peer takes precedence" (Huawei, "peer route-policy
    /// import").
    pub fn inherit_from(&mut self, base: &Policy<'a>) {
        self.active = self.active.or(base.active);
        self.import.inherit_from(&base.import);
        self.export.inherit_from(&base.export);
        self.maximum_prefix = self.maximum_prefix.or(base.maximum_prefix);
        self.own_as_allowed = self.own_as_allowed.or(base.own_as_allowed);
    }
}

impl<'a> Direction<'a> {
    fn inherit_from(&mut self, base: &Direction<'a>) {
        self.policy = self.policy.or(base.policy);
        self.prefix_list = self.prefix_list.or(base.prefix_list);
        self.as_path = self.as_path.or(base.as_path);
        self.acl = self.acl.or(base.acl);
        extend(&mut self.unknown, base.unknown.iter().copied());
    }
}

/// Lines of one kind that are kept for a session: the first few say all there is to say.
const MOST_LINES: usize = 16;

/// Adds what is not there yet; the same line is the same slice.
pub(super) fn extend<'a>(lines: &mut Vec<&'a str>, more: impl IntoIterator<Item = &'a str>) {
    for line in more {
        if lines.len() >= MOST_LINES {
            return;
        }
        if !lines.iter().any(|known| std::ptr::eq(*known, line)) {
            lines.push(line);
        }
    }
}

/// Options that filter routes in the direction they name.
const FILTERS: &[&str] = &[
    "as-path-acl",
    "as-path-filter",
    "filter-policy",
    "ip-prefix",
    "ipv6-prefix",
    "prefix-list",
    "route-filter",
    "route-policy",
];

/// One option of a peer: `route-policy X import`, with what it changes.
pub(super) struct Setting<'s, 'a> {
    pub session: &'s mut Session<'a>,
    pub policy: &'s mut Policy<'a>,
    /// The whole line.
    pub line: &'a str,
    /// `undo` stands in front.
    pub negated: bool,
}

impl<'a> Setting<'_, 'a> {
    /// Reads what follows the peer's name.
    pub fn read(mut self, mut words: Words<'a>, notes: &mut Notes<'_>) -> Done {
        let Some(option) = words.next() else {
            return Done::Unread;
        };
        let done = self.option(option, words, notes);
        let last = words.last_word();
        let filters = FILTERS.contains(&option) || matches!(last, Some("import" | "export"));
        if done == Done::Unread && !self.negated && (filters || option.contains("treat")) {
            // What may filter and is not understood makes the direction open.
            if last != Some("export") {
                extend(&mut self.policy.import.unknown, [self.line]);
            }
            if last != Some("import") {
                extend(&mut self.policy.export.unknown, [self.line]);
            }
        }
        done
    }

    fn option(&mut self, option: &'a str, mut words: Words<'a>, notes: &mut Notes<'_>) -> Done {
        match option {
            "as-number" => self.as_number(words),
            "group" => {
                self.session.group = take_name(&mut words).filter(|_| !self.negated);
                if words.eat("as-number") {
                    return self.as_number(words);
                }
                Done::Read
            }
            "fake-as" | "local-as" => {
                self.session.local_as = words.next().and_then(asn).filter(|_| !self.negated);
                Done::Read
            }
            "ignore" | "shutdown" => {
                self.session.shutdown = (!self.negated).then_some(self.line);
                Done::Read
            }
            "description" => {
                self.session.description = (!self.negated && !words.is_empty()).then_some(words.rest());
                Done::Read
            }
            "bfd" => {
                // Huawei has further lines about timers; Comware's `bfd` alone turns it on.
                match words.peek() {
                    None | Some("enable" | "multi-hop" | "single-hop") => {
                        self.session.bfd = (!self.negated).then_some(self.line);
                        Done::Read
                    }
                    Some("block") => {
                        self.session.bfd = None;
                        Done::Read
                    }
                    Some(_) => Done::Ignored,
                }
            }
            "password" => self.password(words, notes),
            "enable" => {
                self.policy.active = Some((!self.negated, self.line));
                Done::Read
            }
            _ if FILTERS.contains(&option) => self.filter(option, words),
            "route-limit" => self.route_limit(words),
            "allow-as-loop" => {
                // Once where no number is given (Huawei, "peer allow-as-loop").
                let times = words.next().map_or(Some(1), number);
                self.policy.own_as_allowed = times.filter(|_| !self.negated);
                match times {
                    Some(_) => Done::Read,
                    None => Done::Unread,
                }
            }
            "listen-net" => {
                if !self.negated && !words.is_empty() {
                    extend(&mut self.session.listens, [words.rest()]);
                }
                Done::Read
            }
            "listen-as" | "listen-as-segment" => {
                if words.count() == 1 {
                    return self.as_number(words);
                }
                self.session.remote_as = None;
                Done::Read
            }
            _ if PEER_INERT.contains(&option) => Done::Ignored,
            _ => Done::Unread,
        }
    }

    fn as_number(&mut self, mut words: Words<'a>) -> Done {
        if self.negated {
            self.session.remote_as = None;
            return Done::Read;
        }
        let Some(word) = words.next() else {
            return Done::Unread;
        };
        match asn(word) {
            Some(asn) => {
                self.session.remote_as = Some((RemoteAs::Asn(asn), word));
                Done::Read
            }
            None => Done::Unread,
        }
    }

    fn password(&mut self, mut words: Words<'a>, notes: &mut Notes<'_>) -> Done {
        if self.negated {
            return Done::Ignored;
        }
        words.next();
        if !words.is_empty() {
            notes.secret(words.rest(), "peer password");
        }
        Done::Ignored
    }

    /// Reads `X import`; of `filter-policy` also `acl-name X import`. An `undo` need not name what it takes away.
    fn filter(&mut self, option: &str, mut words: Words<'a>) -> Done {
        let _ = words.eat("acl-name") || words.eat("acl6-name") || words.eat("name");
        let name = match words.peek() {
            Some("import" | "export") if words.count() == 1 && self.negated => None,
            _ => take_name(&mut words),
        };
        let direction = match words.next() {
            Some("import") => &mut self.policy.import,
            Some("export") => &mut self.policy.export,
            _ => return Done::Unread,
        };
        if !words.is_empty() || (name.is_none() && !self.negated) {
            return Done::Unread;
        }
        let slot = match option {
            "route-policy" | "route-filter" => &mut direction.policy,
            "as-path-filter" | "as-path-acl" => &mut direction.as_path,
            "filter-policy" => &mut direction.acl,
            _ => &mut direction.prefix_list,
        };
        *slot = name.filter(|_| !self.negated).map(|name| {
            // A route filter may be given arguments.
            match option {
                "route-filter" => name.split('(').next().unwrap_or(name),
                _ => name,
            }
        });
        Done::Read
    }

    /// Reads `100 [75] [alert-only|idle-forever|idle-timeout 5]`; on Comware also `discard`, `reconnect 10`.
    fn route_limit(&mut self, mut words: Words<'a>) -> Done {
        if self.negated {
            self.policy.maximum_prefix = None;
            return Done::Read;
        }
        let Some(limit) = words.next().and_then(number) else {
            return Done::Unread;
        };
        let warning_only = words.ahead().any(|word| word == "alert-only");
        let maximum = MaximumPrefix { limit, warning_only };
        self.policy.maximum_prefix = Some((maximum, self.line));
        Done::Read
    }
}
