//! What a line says about a neighbor, a peer group or a template.

use pairlint_model::bgp::Asn;
use pairlint_model::network::{MaximumPrefix, RemoteAs};

use super::Notes;
use crate::atoms::{asn, keyword, number};
use crate::cisco_ios::tables::{NEIGHBOR, NEIGHBOR_INERT, NEIGHBOR_POLICY};
use crate::lines::Words;

/// What counts for a session as a whole. Each value is a part of the text.
#[derive(Debug, Clone, Default)]
pub(super) struct Session<'a> {
    pub remote_as: Option<(RemoteAs, &'a str)>,
    pub alternate_as: Vec<(Asn, &'a str)>,
    pub local_as: Option<Asn>,
    pub description: Option<&'a str>,
    /// The line.
    pub shutdown: Option<&'a str>,
    pub bfd: Option<&'a str>,
    pub group: Option<&'a str>,
    pub inherit: Option<&'a str>,
}

/// What counts for one address family.
#[derive(Debug, Clone, Default)]
pub(super) struct Policy<'a> {
    /// Activated or not, and the line that says so.
    pub active: Option<(bool, &'a str)>,
    pub import: Direction<'a>,
    pub export: Direction<'a>,
    pub maximum_prefix: Option<(MaximumPrefix, &'a str)>,
    pub own_as_allowed: Option<u32>,
    /// Lines about what happens outside import and export.
    pub beyond: Vec<&'a str>,
    /// Policy templates with their numbers.
    pub inherit: Vec<(u32, &'a str)>,
    /// Some line of this family is about the neighbor, beyond activating it.
    pub mentioned: bool,
}

/// The lists and the route map of one direction, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Direction<'a> {
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
        if self.alternate_as.is_empty() {
            self.alternate_as.clone_from(&base.alternate_as);
        }
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

/// Lines of one kind that are kept for a session: the first few say all there is to say, and what is inherited
/// by many must stay small.
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

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Read,
    Ignored,
    Unread,
}

/// One option of a neighbor: `route-map X in`, with what it changes.
pub(super) struct Setting<'s, 'a> {
    pub session: &'s mut Session<'a>,
    pub policy: &'s mut Policy<'a>,
    /// The whole line.
    pub line: &'a str,
    /// `no` or `default` stands in front.
    pub negated: bool,
}

impl<'a> Setting<'_, 'a> {
    /// Reads what follows the neighbor's name.
    pub fn read(mut self, mut words: Words<'a>, notes: &mut Notes<'_>) -> Done {
        let Some(option) = words.next().and_then(|word| keyword(word, NEIGHBOR)) else {
            return Done::Unread;
        };
        if NEIGHBOR_INERT.contains(&option) {
            return Done::Ignored;
        }
        let done = self.option(option, words, notes);
        if matches!(
            option,
            "route-map" | "prefix-list" | "filter-list" | "distribute-list" | "path-attribute"
        ) && done == Done::Unread
            && !self.negated
        {
            // What may filter and is not understood makes the direction open.
            match Words::new(self.line).last_word() {
                Some("out") => extend(&mut self.policy.export.unknown, [self.line]),
                Some("in") => extend(&mut self.policy.import.unknown, [self.line]),
                _ => {
                    extend(&mut self.policy.import.unknown, [self.line]);
                    extend(&mut self.policy.export.unknown, [self.line]);
                }
            }
        }
        done
    }

    fn option(&mut self, option: &'static str, words: Words<'a>, notes: &mut Notes<'_>) -> Done {
        self.policy.mentioned |= NEIGHBOR_POLICY.contains(&option);
        match option {
            "remote-as" => self.remote_as(words),
            "alternate-as" => self.alternate_as(words),
            "local-as" => self.local_as(words),
            "description" => {
                self.session.description = (!self.negated && !words.is_empty()).then_some(words.rest());
                Done::Read
            }
            "shutdown" => {
                self.session.shutdown = (!self.negated).then_some(self.line);
                Done::Read
            }
            "fall-over" => self.fall_over(words),
            "password" => self.password(words, notes),
            "inherit" => self.inherit(words),
            "activate" => {
                self.policy.active = Some((!self.negated, self.line));
                if words.is_empty() {
                    Done::Read
                } else {
                    Done::Unread
                }
            }
            "route-map" | "prefix-list" | "distribute-list" | "filter-list" => self.filter(option, words),
            "maximum-prefix" => self.maximum_prefix(words),
            "allowas-in" => self.allowas_in(words),
            "advertise-map" => {
                if !self.negated {
                    extend(&mut self.policy.beyond, [self.line]);
                }
                Done::Read
            }
            // Discards or withdraws routes by the attributes they carry.
            _ => Done::Unread,
        }
    }

    fn remote_as(&mut self, mut words: Words<'a>) -> Done {
        if self.negated {
            self.session.remote_as = None;
            return Done::Read;
        }
        let Some(word) = words.next() else {
            return Done::Unread;
        };
        let remote = match word {
            "external" => RemoteAs::External,
            "internal" => RemoteAs::Internal,
            number => match asn(number) {
                Some(asn) => RemoteAs::Asn(asn),
                None => return Done::Unread,
            },
        };
        self.session.remote_as = Some((remote, word));
        // A word too many does not hide who the neighbor is.
        if words.is_empty() {
            Done::Read
        } else {
            Done::Unread
        }
    }

    fn alternate_as(&mut self, words: Words<'a>) -> Done {
        let read: Option<Vec<(Asn, &str)>> = words.map(|word| Some((asn(word)?, word))).collect();
        match read {
            Some(_) if self.negated => self.session.alternate_as.clear(),
            // Five are allowed (Cisco IOS IP Routing: BGP Command Reference, "neighbor remote-as").
            Some(others) if self.session.alternate_as.len() + others.len() > MOST_LINES => {
                return Done::Unread;
            }
            Some(others) => self.session.alternate_as.extend(others),
            None => return Done::Unread,
        }
        Done::Read
    }

    fn local_as(&mut self, mut words: Words<'a>) -> Done {
        let number = words.next().and_then(asn);
        self.session.local_as = number.filter(|_| !self.negated);
        let mut options = words.map(|word| keyword(word, &["no-prepend", "replace-as", "dual-as"]));
        match number.is_some() || self.negated {
            true if options.all(|option| option.is_some()) => Done::Read,
            _ => Done::Unread,
        }
    }

    fn fall_over(&mut self, mut words: Words<'a>) -> Done {
        if !words.eat("bfd") {
            return Done::Ignored;
        }
        self.session.bfd = (!self.negated).then_some(self.line);
        Done::Read
    }

    /// The value is noted as a secret and goes nowhere else.
    fn password(&mut self, mut words: Words<'a>, notes: &mut Notes<'_>) -> Done {
        if words.count() > 1 {
            words.eat_if(number::<u8>);
        }
        let placeholder = words.rest().starts_with('<');
        if !words.is_empty() && !placeholder && !self.negated {
            notes.secret(words.rest(), "neighbor password");
        }
        Done::Ignored
    }

    fn inherit(&mut self, mut words: Words<'a>) -> Done {
        let kind = words
            .next()
            .and_then(|word| keyword(word, &["peer-policy", "peer-session"]));
        let (Some(kind), Some(name)) = (kind, words.next()) else {
            return Done::Unread;
        };
        match kind {
            "peer-session" => self.session.inherit = (!self.negated).then_some(name),
            _ => {
                // Without a number, as a neighbor may have it, there is one template only.
                let sequence = words.eat_if(number).unwrap_or(u32::MAX);
                self.policy
                    .inherit
                    .retain(|(number, known)| *known != name && *number != sequence);
                // Eight are allowed ("BGP Configuration Using Peer Templates", 12.0(24)S).
                if self.policy.inherit.len() >= MOST_LINES {
                    return Done::Unread;
                }
                if !self.negated {
                    self.policy.mentioned = true;
                    self.policy.inherit.push((sequence, name));
                }
            }
        }
        if words.is_empty() {
            Done::Read
        } else {
            Done::Unread
        }
    }

    /// Reads `route-map NAME in`.
    fn filter(&mut self, option: &'static str, mut words: Words<'a>) -> Done {
        let Some(name) = words.next() else {
            return Done::Unread;
        };
        if option == "filter-list" && words.eat("weight") {
            return Done::Ignored;
        }
        let direction = match words.only() {
            Some("in") => &mut self.policy.import,
            Some("out") => &mut self.policy.export,
            _ => return Done::Unread,
        };
        *direction.slot(option) = (!self.negated).then_some(name);
        Done::Read
    }

    /// Reads `1000 [80] [restart 5|warning-only|discard-extra]`.
    fn maximum_prefix(&mut self, mut words: Words<'a>) -> Done {
        if self.negated {
            self.policy.maximum_prefix = None;
            return Done::Read;
        }
        let Some(limit) = words.eat_if(number) else {
            return Done::Unread;
        };
        words.eat_if(number::<u8>);
        let mut warning_only = false;
        match words
            .next()
            .map(|word| keyword(word, &["restart", "warning-only", "discard-extra"]))
        {
            None | Some(Some("discard-extra")) => {}
            Some(Some("warning-only")) => warning_only = true,
            Some(Some(_)) if words.eat_if(number::<u32>).is_some() => {}
            Some(_) => return Done::Unread,
        }
        let maximum = MaximumPrefix { limit, warning_only };
        self.policy.maximum_prefix = Some((maximum, self.line));
        if words.is_empty() {
            Done::Read
        } else {
            Done::Unread
        }
    }

    /// Without a number the own AS may stand there three times (Cisco IOS IP Routing: BGP Command Reference).
    fn allowas_in(&mut self, mut words: Words<'a>) -> Done {
        let times = match words.is_empty() {
            true => Some(3),
            false => words.eat_if(number),
        };
        self.policy.own_as_allowed = times.filter(|_| !self.negated);
        if times.is_some() && words.is_empty() {
            Done::Read
        } else {
            Done::Unread
        }
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::{Source, SourceId};

    use super::*;

    #[track_caller]
    fn check(text: &str, done: Done, test: impl FnOnce(&Session<'_>, &Policy<'_>) -> bool) {
        let source = Source::new(SourceId(0), "edge.cfg", text);
        let mut notes = Notes::new(&source, 0);
        let mut session = Session::default();
        let mut policy = Policy::default();
        for line in source.text().lines() {
            let mut words = Words::new(line);
            let negated = words.eat("no");
            let setting = Setting {
                session: &mut session,
                policy: &mut policy,
                line,
                negated,
            };
            let found = setting.read(words, &mut notes);
            assert_eq!(found, done, "{line}");
        }
        assert!(test(&session, &policy), "{session:?} {policy:?}");
        assert!(
            notes
                .remarks
                .iter()
                .all(|remark| source.slice(remark.span) == "s3cret")
        );
    }

    #[test]
    fn sessions() {
        check("remote-as 12076", Done::Read, |s, _| {
            s.remote_as == Some((RemoteAs::Asn(Asn(12076)), "12076"))
        });
        check("remote-as 1.10", Done::Read, |s, _| {
            s.remote_as.is_some_and(|r| r.0 == RemoteAs::Asn(Asn(65546)))
        });
        check("remote-as <asn>", Done::Unread, |s, _| s.remote_as.is_none());
        check("remote-as 1 extra", Done::Unread, |s, _| s.remote_as.is_some());
        check("local-as 65010 no-prepend replace-as", Done::Read, |s, _| {
            s.local_as == Some(Asn(65010))
        });
        check("shut", Done::Read, |s, _| s.shutdown == Some("shut"));
        check("shutdown\nno shutdown", Done::Read, |s, _| s.shutdown.is_none());
        check("fall-over bfd multi-hop", Done::Read, |s, _| s.bfd.is_some());
        check("fail-over bfd-enable", Done::Unread, |s, _| s.bfd.is_none());
        check("description to  Microsoft ", Done::Read, |s, _| {
            s.description == Some("to  Microsoft")
        });
        check("password 7 s3cret\npassword s3cret", Done::Ignored, |_, _| true);
        check("ebgp-multihop 2\nsend-community both", Done::Ignored, |_, p| {
            !p.mentioned
        });
        check("frobnicate", Done::Unread, |_, _| true);
    }

    #[test]
    fn filters() {
        check(
            "route-map A in\nroute-map B out\nroute-map C in",
            Done::Read,
            |_, p| p.import.route_map == Some("C") && p.export.route_map == Some("B") && p.mentioned,
        );
        check(
            "prefix-list A in\nfilter-list 1 in\ndistribute-list 10 in",
            Done::Read,
            |_, p| {
                let i = &p.import;
                i.prefix_list == Some("A") && i.filter_list == Some("1") && i.distribute_list == Some("10")
            },
        );
        check("route-map A in\nno route-map A in", Done::Read, |_, p| {
            p.import.route_map.is_none()
        });
        check("route-map A B in", Done::Unread, |_, p| {
            p.import.unknown == ["route-map A B in"] && p.export.unknown.is_empty()
        });
        check("path-attribute discard 8 in", Done::Unread, |_, p| {
            p.import.unknown.len() == 1
        });
        check("prefix-list A", Done::Unread, |_, p| {
            p.import.unknown.len() == 1 && p.export.unknown.len() == 1
        });
        check("filter-list 1 weight 5", Done::Ignored, |_, p| {
            p.import.filter_list.is_none()
        });
    }

    #[test]
    fn limits() {
        let limit = |p: &Policy<'_>| p.maximum_prefix.map(|(m, _)| (m.limit, m.warning_only));
        check("maximum-prefix 4000 80 restart 5", Done::Read, |_, p| {
            limit(p) == Some((4000, false))
        });
        check("maximum-prefix 4000 warning-only", Done::Read, |_, p| {
            limit(p) == Some((4000, true))
        });
        check("maximum-prefix 4000 discard-extra", Done::Read, |_, p| {
            limit(p) == Some((4000, false))
        });
        check("maximum-prefix 4000 frobnicate", Done::Unread, |_, p| {
            limit(p).is_none()
        });
        check("allowas-in", Done::Read, |_, p| p.own_as_allowed == Some(3));
        check("allowas-in 5", Done::Read, |_, p| p.own_as_allowed == Some(5));
    }

    #[test]
    fn templates() {
        check(
            "inherit peer-policy A 10\ninherit peer-policy B 20\ninherit peer-policy C 10\ninherit peer-session S",
            Done::Read,
            |s, p| p.inherit == [(20, "B"), (10, "C")] && s.inherit == Some("S"),
        );
    }
}
