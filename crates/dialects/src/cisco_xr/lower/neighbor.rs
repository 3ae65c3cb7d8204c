//! What lines say about a neighbor or a group.

use pairlint_model::bgp::Asn;
use pairlint_model::network::{MaximumPrefix, RemoteAs};

use crate::atoms::{asn, number};
use crate::cisco_xr::words::{FAMILY_INERT, NEIGHBOR_INERT};
use crate::lines::Words;

/// What counts for a session as a whole. Each value is a part of the text.
#[derive(Debug, Clone, Default)]
pub(super) struct Session<'a> {
    pub remote_as: Option<(RemoteAs, &'a str)>,
    pub local_as: Option<Asn>,
    pub description: Option<&'a str>,
    /// The line, or that there is none whatever a group says.
    pub shutdown: Option<Option<&'a str>>,
    pub bfd: Option<Option<&'a str>>,
    pub neighbor_group: Option<&'a str>,
    pub session_group: Option<&'a str>,
    /// Lines about what happens outside import and export.
    pub beyond: Vec<&'a str>,
}

/// What counts for one address family.
#[derive(Debug, Clone, Default)]
pub(super) struct Family<'a> {
    /// The line that opens the family: it is active then.
    pub line: Option<&'a str>,
    pub import: Direction<'a>,
    pub export: Direction<'a>,
    pub maximum_prefix: Option<(MaximumPrefix, &'a str)>,
    pub own_as_allowed: Option<u32>,
    pub af_group: Option<&'a str>,
    pub beyond: Vec<&'a str>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Direction<'a> {
    /// The policy with its arguments as written: `P(1, 2)`.
    pub policy: Option<&'a str>,
    /// What happens without a policy, and the line that says so (`default-policy-action in accept`).
    pub default: Option<(bool, &'a str)>,
    /// A line that may attach a policy and was not understood.
    pub unknown: Option<&'a str>,
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

impl<'a> Session<'a> {
    /// Takes over what is not said here.
    pub fn inherit_from(&mut self, base: &Session<'a>) {
        self.remote_as = self.remote_as.or(base.remote_as);
        self.local_as = self.local_as.or(base.local_as);
        self.description = self.description.or(base.description);
        self.shutdown = self.shutdown.or(base.shutdown);
        self.bfd = self.bfd.or(base.bfd);
        extend(&mut self.beyond, base.beyond.iter().copied());
    }
}

impl<'a> Family<'a> {
    pub fn inherit_from(&mut self, base: &Family<'a>) {
        self.line = self.line.or(base.line);
        self.import.inherit_from(&base.import);
        self.export.inherit_from(&base.export);
        self.maximum_prefix = self.maximum_prefix.or(base.maximum_prefix);
        self.own_as_allowed = self.own_as_allowed.or(base.own_as_allowed);
        extend(&mut self.beyond, base.beyond.iter().copied());
    }
}

impl<'a> Direction<'a> {
    fn inherit_from(&mut self, base: &Direction<'a>) {
        if self.policy.is_none() && self.unknown.is_none() {
            self.policy = base.policy;
            self.unknown = base.unknown;
        }
        self.default = self.default.or(base.default);
    }
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done<'a> {
    Read,
    Ignored,
    /// Read, and it holds this.
    Secret(&'a str),
    Unread,
}

impl<'a> Session<'a> {
    /// Reads a line of a neighbor, neighbor group or session group.
    pub fn line(&mut self, line: &'a str, mut words: Words<'a>) -> Done<'a> {
        let negated = words.eat("no");
        let Some(option) = words.next() else {
            return Done::Read;
        };
        let option = option.to_ascii_lowercase();
        let disabled = negated || words.last_word() == Some("inheritance-disable");
        match option.as_str() {
            "remote-as" => {
                let value = words.next();
                self.remote_as = match (negated, value.and_then(asn)) {
                    (true, _) => None,
                    (false, Some(asn)) => Some((RemoteAs::Asn(asn), line)),
                    (false, None) => match value {
                        Some("internal") => Some((RemoteAs::Internal, line)),
                        Some("external") => Some((RemoteAs::External, line)),
                        _ => {
                            self.remote_as = Some((RemoteAs::Unknown, line));
                            return Done::Unread;
                        }
                    },
                };
                Done::Read
            }
            "local-as" => {
                self.local_as = words.next().and_then(asn).filter(|_| !negated);
                Done::Read
            }
            "description" => {
                self.description = (!negated && !words.is_empty()).then_some(words.rest());
                Done::Read
            }
            "shutdown" => {
                self.shutdown = Some((!disabled).then_some(line));
                Done::Read
            }
            "bfd" => {
                if words.eat("fast-detect") {
                    let off = disabled || words.eat("disable");
                    self.bfd = Some((!off).then_some(line));
                    return Done::Read;
                }
                Done::Ignored
            }
            "password" => {
                let kinds = ["encrypted", "clear", "0", "7", "1", "2"];
                words.eat_if(|word| kinds.contains(&word).then_some(()));
                match words.rest() {
                    _ if negated => Done::Ignored,
                    "" | "inheritance-disable" => Done::Ignored,
                    value => Done::Secret(value),
                }
            }
            "use" => {
                let kind = words.next().unwrap_or("").to_ascii_lowercase();
                let name = words.next().filter(|_| !negated);
                match kind.as_str() {
                    "neighbor-group" => self.neighbor_group = name,
                    "session-group" => self.session_group = name,
                    _ => return Done::Unread,
                }
                Done::Read
            }
            // Filters what comes in a message: an attribute filter may discard it.
            "update" if !negated => {
                let filters = words.eat("in") && words.eat("filtering");
                if filters {
                    extend(&mut self.beyond, [line]);
                    return Done::Read;
                }
                Done::Ignored
            }
            // Lines of the block that `update in filtering` opens.
            "attribute-filter" | "message" | "logging" | "update" => Done::Ignored,
            option if NEIGHBOR_INERT.contains(&option) => Done::Ignored,
            _ => Done::Unread,
        }
    }
}

impl<'a> Family<'a> {
    /// Reads a line of a neighbor's or group's address family.
    pub fn line(&mut self, line: &'a str, mut words: Words<'a>) -> Done<'a> {
        let negated = words.eat("no");
        let Some(option) = words.next() else {
            return Done::Read;
        };
        let option = option.to_ascii_lowercase();
        match option.as_str() {
            "route-policy" => self.route_policy(line, words, negated),
            "default-policy-action" => {
                let direction = match words.next() {
                    Some("in") => &mut self.import,
                    Some("out") => &mut self.export,
                    _ => return Done::Unread,
                };
                direction.default = match (negated, words.next()) {
                    (true, _) => None,
                    (false, Some("accept")) => Some((true, line)),
                    (false, Some("reject")) => Some((false, line)),
                    _ => return Done::Unread,
                };
                Done::Read
            }
            "maximum-prefix" => {
                if negated {
                    self.maximum_prefix = None;
                    return Done::Read;
                }
                let Some(limit) = words.eat_if(number) else {
                    return Done::Unread;
                };
                let warning_only = words.any(|word| word.eq_ignore_ascii_case("warning-only"));
                self.maximum_prefix = Some((MaximumPrefix { limit, warning_only }, line));
                Done::Read
            }
            "allowas-in" => {
                // Without a number three times ("allowas-in").
                self.own_as_allowed = match negated {
                    true => Some(0),
                    false => Some(words.eat_if(number).unwrap_or(3)),
                };
                Done::Read
            }
            "use" => {
                if !words.eat("af-group") {
                    return Done::Unread;
                }
                self.af_group = words.next().filter(|_| !negated);
                Done::Read
            }
            // Routes that RPKI finds invalid.
            "validation" => {
                extend(&mut self.beyond, (!negated).then_some(line));
                Done::Read
            }
            option if FAMILY_INERT.contains(&option) => Done::Ignored,
            _ => Done::Unread,
        }
    }

    /// Reads `NAME in`, `NAME(1, 2) in`.
    fn route_policy(&mut self, line: &'a str, words: Words<'a>, negated: bool) -> Done<'a> {
        let rest = words.rest();
        let way = rest.rsplit([' ', '\t', ')']).next().unwrap_or("");
        let direction = match way.to_ascii_lowercase().as_str() {
            "in" => &mut self.import,
            "out" => &mut self.export,
            _ => {
                if !negated {
                    self.import.unknown = Some(line);
                    self.export.unknown = Some(line);
                }
                return Done::Unread;
            }
        };
        let policy = rest.get(..rest.len() - way.len()).unwrap_or("").trim_end();
        direction.unknown = None;
        direction.policy = (!negated && !policy.is_empty()).then_some(policy);
        Done::Read
    }
}
