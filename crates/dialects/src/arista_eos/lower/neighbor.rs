//! What a line says about a neighbor or a peer group.

use std::net::IpAddr;

use pairlint_model::bgp::Family;
use pairlint_model::network::{MaximumPrefix, RemoteAs};

use super::missing::Missing;
use crate::arista_eos::tables::{NEIGHBOR, NEIGHBOR_INERT};
use crate::atoms::{asn, keyword, number};
use crate::lines::Words;
use crate::notes::Notes;
use crate::sessions::{Direction, Done, Policy, Said, Session, extend};

/// A neighbor or a peer group, as written.
pub(super) struct Peer<'a> {
    pub name: &'a str,
    pub ip: Option<IpAddr>,
    pub vrf: Option<&'a str>,
    /// The line that names it first, or the one with its remote AS or group.
    pub line: &'a str,
    pub declared_group: bool,
    pub removed: bool,
    pub named: bool,
    /// A range or an interface, which is a session though it has no address.
    pub listens: bool,
    pub session: Session<'a>,
    pub group: Said<&'a str>,
    pub filter: Option<&'a str>,
    /// Outside address families, for all of them.
    pub top: Lines<'a>,
    pub ipv4: Lines<'a>,
    pub ipv6: Lines<'a>,
    /// What families beside IPv4 and IPv6 unicast say; not modelled.
    pub elsewhere: Lines<'a>,
}

/// What is said in one place.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines<'a> {
    pub policy: Policy<'a>,
    pub missing: Missing<'a>,
}

impl<'a> Lines<'a> {
    pub fn inherit_from(&mut self, base: &Lines<'a>) {
        self.policy.inherit_from(&base.policy);
        self.missing.inherit_from(base.missing);
    }
}

impl<'a> Peer<'a> {
    pub fn new(name: &'a str, ip: Option<IpAddr>, vrf: Option<&'a str>, line: &'a str) -> Peer<'a> {
        Peer {
            name,
            ip,
            vrf,
            line,
            declared_group: false,
            removed: false,
            named: false,
            listens: false,
            session: Session::default(),
            group: Said::Nothing,
            filter: None,
            top: Lines::default(),
            ipv4: Lines::default(),
            ipv6: Lines::default(),
            elsewhere: Lines::default(),
        }
    }

    pub fn family(&self, family: Family) -> &Lines<'a> {
        match family {
            Family::Ipv4 => &self.ipv4,
            Family::Ipv6 => &self.ipv6,
        }
    }

    /// Reads what follows `peer group` or `peer-group`: nothing, which declares a group, or the one it is in.
    fn join(&mut self, words: Words<'a>, negated: bool) -> Done {
        if words.is_empty() && !negated {
            self.declared_group = true;
            return Done::Read;
        }
        self.group = match words.only() {
            Some(group) => Said::new(negated, group),
            None if negated => Said::Off,
            None => return Done::Unread,
        };
        Done::Read
    }

    /// Reads what follows the neighbor's name. `family` is the address family of the block, if any: none for those
    /// that carry no routes of ours.
    pub fn line(
        &mut self,
        line: &'a str,
        mut words: Words<'a>,
        negated: bool,
        place: Where,
        notes: &mut Notes<'_>,
    ) -> Done {
        let Some(option) = words.next().and_then(|word| keyword(word, NEIGHBOR)) else {
            return Done::Unread;
        };
        if matches!(option, "remote-as" | "peer-group" | "peer") && !self.named {
            self.line = line;
            self.named = true;
        }
        if NEIGHBOR_INERT.contains(&option) {
            return Done::Ignored;
        }
        match option {
            "peer" if words.eat("group") => return self.join(words, negated),
            "peer-group" => return self.join(words, negated),
            "peer-filter" => {
                self.filter = words.next();
                return Done::Read;
            }
            _ => {}
        }
        let lines = match place {
            Where::Top => &mut self.top,
            Where::Family(Family::Ipv4) => &mut self.ipv4,
            Where::Family(Family::Ipv6) => &mut self.ipv6,
            Where::Elsewhere => &mut self.elsewhere,
        };
        let setting = Setting {
            session: &mut self.session,
            lines,
            line,
            negated,
        };
        setting.read(option, words, notes)
    }
}

/// Which block a line stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    Top,
    Family(Family),
    Elsewhere,
}

/// One option of a neighbor, with what it changes.
struct Setting<'s, 'a> {
    session: &'s mut Session<'a>,
    lines: &'s mut Lines<'a>,
    line: &'a str,
    negated: bool,
}

impl<'a> Setting<'_, 'a> {
    fn read(mut self, option: &'static str, mut words: Words<'a>, notes: &mut Notes<'_>) -> Done {
        let policy = &mut self.lines.policy;
        let is_policy = matches!(option, "route-map" | "prefix-list" | "rcf");
        policy.mentioned |= is_policy || matches!(option, "maximum-routes" | "allowas-in");
        match option {
            "remote-as" => self.remote_as(words),
            "local-as" => {
                let number = words.next().and_then(asn);
                let options = ["no-prepend", "replace-as", "fallback"];
                let known = words.all(|word| options.contains(&word));
                match (number, self.negated) {
                    (_, true) => self.session.local_as = Said::Off,
                    (Some(number), false) if known => self.session.local_as = Said::Is(number),
                    _ => return Done::Unread,
                }
                Done::Read
            }
            "description" => {
                self.session.description = Said::new(self.negated || words.is_empty(), words.rest());
                Done::Read
            }
            "shutdown" => {
                self.session.shutdown = Said::new(self.negated, self.line);
                Done::Read
            }
            "bfd" => {
                self.session.bfd = Said::new(self.negated, self.line);
                Done::Read
            }
            "fall-over" => {
                if words.eat("bfd") {
                    self.session.bfd = Said::new(self.negated, self.line);
                }
                Done::Read
            }
            "password" | "shared-secret" => self.password(words, notes),
            "activate" => {
                policy.active = Some((!self.negated, self.line));
                Done::Read
            }
            "route-map" | "prefix-list" | "rcf" => {
                let done = self.filter(option, words);
                if done == Done::Unread && !self.negated {
                    self.unknown();
                }
                done
            }
            "maximum-routes" | "maximum-accepted-routes" => self.maximum_routes(option, words),
            "allowas-in" => {
                // Without a number the own AS may stand there three times (EOS User Manual).
                let times = match words.is_empty() {
                    true => Some(3),
                    false => words.only().and_then(number),
                };
                self.lines.policy.own_as_allowed = match (times, self.negated) {
                    (_, true) => Said::Off,
                    (Some(times), false) => Said::Is(times),
                    (None, false) => return Done::Unread,
                };
                Done::Read
            }
            "missing-policy" => match self.lines.missing.line(words, self.line, self.negated) {
                true => Done::Read,
                false => Done::Unread,
            },
            // `as-path prepend-own disabled` and `remote-as replace out` are about what is announced.
            "as-path"
                if words
                    .last_word()
                    .is_some_and(|word| matches!(word, "out" | "disabled")) =>
            {
                Done::Ignored
            }
            _ => Done::Unread,
        }
    }

    fn remote_as(&mut self, mut words: Words<'a>) -> Done {
        if self.negated {
            self.session.remote_as = Said::Off;
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
        self.session.remote_as = Said::Is((remote, word));
        match words.is_empty() {
            true => Done::Read,
            false => Done::Unread,
        }
    }

    /// The value is noted as a secret and goes nowhere else.
    fn password(&mut self, mut words: Words<'a>, notes: &mut Notes<'_>) -> Done {
        if matches!(words.peek(), Some("profile" | "shared-secret")) {
            return Done::Ignored;
        }
        if words.count() > 1 {
            words.eat_if(|word| matches!(word, "0" | "7" | "8a").then_some(()));
        }
        let hidden = words.rest().starts_with(['<', '*']);
        if !words.is_empty() && !hidden && !self.negated {
            notes.secret(words.rest(), "neighbor password");
        }
        Done::Ignored
    }

    /// Reads `NAME in`, and `in FUNCTION(…)` for routing control functions, which are a language of their own.
    fn filter(&mut self, option: &'static str, mut words: Words<'a>) -> Done {
        let policy = &mut self.lines.policy;
        if option == "rcf" {
            let direction = match words.next() {
                Some("in") => &mut policy.import,
                Some("out") => &mut policy.export,
                _ => return Done::Unread,
            };
            direction.foreign = Said::new(self.negated, self.line);
            // What it does stays open; the line itself is understood.
            return Done::Read;
        }
        let name = words.next();
        let (name, way) = match (name, words.only()) {
            (Some(name), Some(way)) => (name, way),
            (Some(way @ ("in" | "out")), None) if self.negated => ("", way),
            _ => return Done::Unread,
        };
        let direction: &mut Direction<'a> = match way {
            "in" => &mut policy.import,
            "out" => &mut policy.export,
            _ => return Done::Unread,
        };
        let said = Said::new(self.negated, name);
        match option {
            "route-map" => direction.route_map = said,
            _ => direction.prefix_list = said,
        }
        Done::Read
    }

    /// What may filter and is not understood makes the direction open.
    fn unknown(&mut self) {
        let policy = &mut self.lines.policy;
        match Words::new(self.line).last_word() {
            Some("out") => extend(&mut policy.export.unknown, [self.line]),
            Some("in") => extend(&mut policy.import.unknown, [self.line]),
            _ => {
                extend(&mut policy.import.unknown, [self.line]);
                extend(&mut policy.export.unknown, [self.line]);
            }
        }
    }

    /// Reads `12000 [warning-limit 80 [percent]] [warning-only]`; 0 is no limit (EOS User Manual, "neighbor
    /// maximum-routes").
    fn maximum_routes(&mut self, option: &'static str, mut words: Words<'a>) -> Done {
        let slot = &mut self.lines.policy.maximum_prefix;
        let accepted = option == "maximum-accepted-routes";
        if self.negated {
            if !accepted {
                *slot = Said::Off;
            }
            return Done::Read;
        }
        let Some(limit) = words.eat_if(number::<u32>) else {
            return Done::Unread;
        };
        let mut warning_only = false;
        while let Some(word) = words.next() {
            match word {
                "warning-only" => warning_only = true,
                "warning-limit" if words.eat_if(number::<u32>).is_some() => {
                    words.eat("percent");
                }
                _ => return Done::Unread,
            }
        }
        let maximum = MaximumPrefix { limit, warning_only };
        // Routes that pass the policies are at most those that come in; the narrower limit counts.
        let narrower = slot
            .get()
            .is_none_or(|(known, _)| !accepted || limit < known.limit);
        if narrower {
            *slot = Said::new(limit == 0, (maximum, self.line));
        }
        Done::Read
    }
}
