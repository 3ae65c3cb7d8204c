//! What a line says about a neighbor or a template.

use pairlint_model::network::{MaximumPrefix, RemoteAs};

use super::written::{FamilyLines, Peer};
use crate::atoms::{asn, keyword, number};
use crate::cisco_nxos::tables::{NEIGHBOR, NEIGHBOR_INERT, PEER_FAMILY, PEER_FAMILY_INERT};
use crate::lines::Words;
use crate::notes::Notes;
use crate::sessions::{Done, Said, extend};

/// Policy templates that one family may inherit; more are not read.
const MOST_TEMPLATES: usize = 16;

impl<'a> Peer<'a> {
    /// Reads a line of the neighbor itself.
    pub fn line(
        &mut self,
        line: &'a str,
        mut words: Words<'a>,
        negated: bool,
        notes: &mut Notes<'_>,
    ) -> Done {
        let session = &mut self.session;
        let Some(option) = words.next().and_then(|word| keyword(word, NEIGHBOR)) else {
            return Done::Unread;
        };
        if NEIGHBOR_INERT.contains(&option) {
            return Done::Ignored;
        }
        match option {
            "remote-as" => return self.remote_as(words, negated),
            "local-as" => match (words.next().and_then(asn), negated) {
                (_, true) => session.local_as = Said::Off,
                (Some(number), false) => session.local_as = Said::Is(number),
                (None, false) => return Done::Unread,
            },
            "description" => session.description = Said::new(negated || words.is_empty(), words.rest()),
            "shutdown" => session.shutdown = Said::new(negated, line),
            "bfd" => session.bfd = Said::new(negated, line),
            "password" => {
                password(words, negated, notes);
                return Done::Ignored;
            }
            "inherit" => {
                let kind = words
                    .next()
                    .and_then(|word| keyword(word, &["peer", "peer-session"]));
                let (Some(kind), Some(name)) = (kind, words.next()) else {
                    return Done::Unread;
                };
                match kind {
                    "peer" => self.template = Said::new(negated, (name, line)),
                    _ => self.peer_session = Said::new(negated, (name, line)),
                }
            }
            // Discards or withdraws routes by the attributes they carry.
            _ => {
                extend(&mut self.drops, (!negated).then_some(line));
                return Done::Unread;
            }
        }
        Done::Read
    }

    /// Reads `12076`, `external`, `internal`, `route-map M` (for prefixes of neighbors).
    pub fn remote_as(&mut self, mut words: Words<'a>, negated: bool) -> Done {
        if negated {
            self.session.remote_as = Said::Off;
            return Done::Read;
        }
        let Some(word) = words.next() else {
            return Done::Unread;
        };
        let remote = match word {
            "external" => RemoteAs::External,
            "internal" => RemoteAs::Internal,
            // A route map that matches AS numbers; which, is not looked at.
            "route-map" => {
                words.next();
                RemoteAs::Unknown
            }
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
}

/// The value is noted as a secret and goes nowhere else.
fn password(mut words: Words<'_>, negated: bool, notes: &mut Notes<'_>) {
    if words.count() > 1 {
        words.eat_if(number::<u8>);
    }
    let hidden = words.rest().starts_with(['<', '*']);
    if !words.is_empty() && !hidden && !negated {
        notes.secret(words.rest(), "neighbor password");
    }
}

impl<'a> FamilyLines<'a> {
    /// Reads a line of an address family of a neighbor, or of a policy template.
    pub fn line(&mut self, line: &'a str, mut words: Words<'a>, negated: bool) -> Done {
        let policy = &mut self.policy;
        let Some(option) = words.next().and_then(|word| keyword(word, PEER_FAMILY)) else {
            return Done::Unread;
        };
        if PEER_FAMILY_INERT.contains(&option) {
            return Done::Ignored;
        }
        match option {
            "route-map" | "prefix-list" | "filter-list" => {
                let done = self.filter(option, words, negated);
                if done == Done::Unread && !negated {
                    // What may filter and is not understood makes the direction open.
                    match Words::new(line).last_word() {
                        Some("out") => extend(&mut self.policy.export.unknown, [line]),
                        Some("in") => extend(&mut self.policy.import.unknown, [line]),
                        _ => {
                            extend(&mut self.policy.import.unknown, [line]);
                            extend(&mut self.policy.export.unknown, [line]);
                        }
                    }
                }
                return done;
            }
            "maximum-prefix" => return self.maximum_prefix(line, words, negated),
            "allowas-in" => {
                // Without a number the own AS may stand there three times (NX-OS command reference, "allowas-in").
                let times = match words.is_empty() {
                    true => Some(3),
                    false => words.only().and_then(number),
                };
                policy.own_as_allowed = match (times, negated) {
                    (_, true) => Said::Off,
                    (Some(times), false) => Said::Is(times),
                    (None, false) => return Done::Unread,
                };
            }
            "advertise-map" => {
                if !negated {
                    extend(&mut policy.beyond, [line]);
                }
            }
            "inherit" => {
                let known = words
                    .next()
                    .is_some_and(|word| keyword(word, &["peer-policy"]).is_some());
                let Some(name) = words.next().filter(|_| known) else {
                    return Done::Unread;
                };
                let sequence = words.eat_if(number).unwrap_or(0);
                match negated {
                    true => self.inherit.retain(|_, (template, _)| *template != name),
                    false if self.inherit.len() >= MOST_TEMPLATES => return Done::Unread,
                    false => {
                        self.inherit.insert(sequence, (name, line));
                    }
                }
            }
            _ => return Done::Unread,
        }
        Done::Read
    }

    /// Reads `NAME in`.
    fn filter(&mut self, option: &'static str, mut words: Words<'a>, negated: bool) -> Done {
        let name = words.next();
        let (name, way) = match (name, words.only()) {
            (Some(name), Some(way)) => (name, way),
            (Some(way @ ("in" | "out")), None) if negated => ("", way),
            _ => return Done::Unread,
        };
        let direction = match way {
            "in" => &mut self.policy.import,
            "out" => &mut self.policy.export,
            _ => return Done::Unread,
        };
        let said = Said::new(negated, name);
        match option {
            "route-map" => direction.route_map = said,
            "prefix-list" => direction.prefix_list = said,
            _ => direction.filter_list = said,
        }
        Done::Read
    }

    /// Reads `1000 [80] [restart 5|warning-only]`.
    fn maximum_prefix(&mut self, line: &'a str, mut words: Words<'a>, negated: bool) -> Done {
        if negated {
            self.policy.maximum_prefix = Said::Off;
            return Done::Read;
        }
        let Some(limit) = words.eat_if(number) else {
            return Done::Unread;
        };
        words.eat_if(number::<u8>);
        let mut warning_only = false;
        match words
            .next()
            .map(|word| keyword(word, &["restart", "warning-only"]))
        {
            None => {}
            Some(Some("warning-only")) => warning_only = true,
            Some(Some(_)) if words.eat_if(number::<u32>).is_some() => {}
            Some(_) => return Done::Unread,
        }
        let maximum = MaximumPrefix { limit, warning_only };
        self.policy.maximum_prefix = Said::Is((maximum, line));
        match words.is_empty() {
            true => Done::Read,
            false => Done::Unread,
        }
    }
}
