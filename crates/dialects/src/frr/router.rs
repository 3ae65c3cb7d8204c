//! `router bgp` and what stands inside it.

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{Device, Owner};

use super::syntax::{BGP_LINES, Command, FAMILY_LINES, Kind, bgp_word};
use crate::atoms::asn;
use crate::bgpd::is_placeholder;
use crate::bgpd::neighbor::Done;
use crate::bgpd::process::{Listen, Place, Process, Target};
use crate::bgpd::resolve::{self, RequiresPolicy};
use crate::lines::Words;
use crate::notes::Notes;

/// More processes than this are not kept apart.
const MOST: usize = 256;

#[derive(Default)]
pub(super) struct Routers<'a> {
    processes: Vec<Process<'a>>,
}

/// Which process and family a line belongs to.
#[derive(Debug, Clone, Copy)]
pub(in crate::frr) struct Section<'a> {
    pub vrf: Option<&'a str>,
    pub place: Place,
}

/// Outside of address families, lines are about IPv4 unicast.
pub(super) const TOP: Place = Place {
    family: Some(Family::Ipv4),
};

impl<'a> Routers<'a> {
    /// Reads `router bgp 65001 [vrf NAME] [as-notation …]` with its lines.
    pub fn router(&mut self, command: &Command<'a>, notes: &mut Notes<'_>) {
        let mut words = command.words();
        let negated = words.eat("no");
        words.next();
        words.next();
        let number = words.eat_if(asn);
        let mut vrf = None;
        let mut doubtful = false;
        while let Some(word) = words.next() {
            match word {
                "vrf" | "view" => vrf = words.next(),
                "as-notation" => {
                    words.next();
                }
                _ => doubtful = true,
            }
        }
        if negated {
            self.processes.retain(|process| process.vrf != vrf);
            return notes.read();
        }
        let process = self.process(vrf);
        process.asn = number.or(process.asn);
        if !command.text.is_empty() {
            match doubtful {
                true => notes.unread(command.text, Owner::Bgp),
                false => notes.read(),
            }
        }
        for line in &command.body {
            match line.kind {
                Kind::AddressFamily => {
                    let place = address_family(line.text);
                    match place.family {
                        Some(_) => notes.read(),
                        None => notes.ignored(),
                    }
                    for line in &line.body {
                        process.line(line.text, Words::new(line.text), place, notes);
                    }
                }
                _ => process.line(line.text, Words::new(line.text), TOP, notes),
            }
        }
    }

    /// The process of a VRF; a piece without its head continues the last one.
    pub fn process(&mut self, vrf: Option<&'a str>) -> &mut Process<'a> {
        let known = self.processes.iter().position(|process| process.vrf == vrf);
        if known.is_none() && self.processes.len() < MOST {
            self.processes.push(Process::new(vrf));
        }
        let last = self.processes.len().saturating_sub(1);
        let at = known.unwrap_or(last);
        if self.processes.is_empty() {
            self.processes.push(Process::default());
        }
        &mut self.processes[at]
    }

    pub fn set_number(&mut self, vrf: Option<&'a str>, number: Asn) {
        self.process(vrf).asn = Some(number);
    }

    pub fn finish(
        self,
        default: RequiresPolicy<'a>,
        wide: &[(Option<Family>, &'a str)],
        device: &mut Device,
        notes: &mut Notes<'_>,
    ) {
        for process in &self.processes {
            // `ip protocol bgp route-map` is for the global table; a VRF has lines of its own.
            let wide = if process.vrf.is_none() { wide } else { &[] };
            resolve::sessions(process, default, wide, device, notes);
        }
    }
}

/// Reads `address-family ipv4 [unicast]`; others have tables of their own.
pub(super) fn address_family(text: &str) -> Place {
    let mut words = Words::new(text);
    words.next();
    let family = match words.next() {
        Some("ipv4") => Some(Family::Ipv4),
        Some("ipv6") => Some(Family::Ipv6),
        _ => None,
    };
    let unicast = words.next().is_none_or(|word| word == "unicast");
    Place {
        family: family.filter(|_| unicast),
    }
}

/// Options of `bgp` without effect on which routes a neighbor's session accepts.
#[rustfmt::skip]
const INERT: &[&str] = &[
    "advertise-origin", "allow-martian-nexthop", "always-compare-med", "bestpath", "client-to-client", "cluster-id",
    "conditional-advertisement", "dampening", "deterministic-med", "disable-ebgp-connected-route-check",
    "enforce-first-as", "evpn", "fast-convergence", "fast-external-failover", "graceful-restart",
    "graceful-restart-disable", "graceful-shutdown", "hard-administrative-reset", "ipv6-auto-ra", "labeled-unicast",
    "link-state", "log-neighbor-changes", "long-lived-graceful-restart", "lu-ipv4-explicit-null",
    "lu-ipv6-explicit-null", "minimum-holdtime", "network", "nexthop", "per-source-nhg", "route-map",
    "route-reflector", "router-id", "rpki", "session-dscp", "snmp", "srv6", "suppress-duplicates",
    "suppress-fib-pending", "tcp-keepalive", "update-delay", "use-underlays-nexthop-weight", "labeled", "as-path",
];

impl<'a> Process<'a> {
    /// Reads a line of the process or of one of its address families.
    pub(super) fn line(&mut self, line: &'a str, mut words: Words<'a>, place: Place, notes: &mut Notes<'_>) {
        let negated = words.eat("no");
        let word = words.next().unwrap_or("");
        let word = match FAMILY_LINES.contains(&word) {
            true => word,
            false => bgp_word(word).unwrap_or(word),
        };
        let done = match word {
            "neighbor" => {
                let Some(name) = words.next() else {
                    return self.note(Done::Unread, line, Target::Process, notes);
                };
                let rest: Vec<&'a str> = words.collect();
                if rest.is_empty() && negated {
                    self.remove_peer(name, line);
                    return notes.read();
                }
                let index = self.peer(name, line);
                let place = match rest.as_slice() {
                    // These count for the session wherever they stand.
                    [
                        "remote-as" | "peer-group" | "interface" | "local-as" | "shutdown" | "bfd"
                        | "description" | "password",
                        ..,
                    ] => Place {
                        family: place.family.or(TOP.family),
                    },
                    _ => place,
                };
                return self.option(index, &rest, line, negated, place, notes);
            }
            "bgp" => self.bgp(line, negated, words),
            "exit" | "quit" | "exit-address-family" => Done::Read,
            _ if place.family.is_none() => Done::Ignored,
            "table-map" => {
                self.keeps_out(line, negated, place.family);
                Done::Read
            }
            // From other VRFs; `import vrf route-map X` filters what comes.
            "import" if words.ahead().any(|word| word == "route-map") => {
                self.keeps_out(line, negated, place.family);
                Done::Read
            }
            "distance" if words.ahead().any(|word| word == "255") => {
                self.keeps_out(line, negated, place.family);
                Done::Read
            }
            known if BGP_LINES.contains(&known) || FAMILY_LINES.contains(&known) => Done::Ignored,
            _ => Done::Unread,
        };
        self.note(done, line, Target::Process, notes);
    }

    fn keeps_out(&mut self, line: &'a str, negated: bool, family: Option<Family>) {
        match negated {
            true => self.beyond.retain(|(of, _)| *of != family),
            false if self.beyond.len() < 16 => self.beyond.push((family, line)),
            false => {}
        }
    }

    /// Reads what follows `bgp`.
    pub(super) fn bgp(&mut self, line: &'a str, negated: bool, mut words: Words<'a>) -> Done {
        let option = words.next().unwrap_or("");
        match option {
            "default" => match words.next() {
                Some("ipv4-unicast") => self.ipv4_off = negated.then_some(line),
                Some("ipv6-unicast") => self.ipv6_on = !negated,
                Some(_) => return Done::Ignored,
                None => return Done::Unread,
            },
            "ebgp-requires-policy" => self.requires_policy = Some((!negated, line)),
            "shutdown" => self.shutdown = (!negated).then_some(line),
            "listen" => match words.next() {
                Some("range") => return self.listen_range(line, negated, words),
                Some(_) => return Done::Ignored,
                None => return Done::Unread,
            },
            "confederation" => match words.next() {
                Some("identifier") => self.confederation = words.next().and_then(asn).filter(|_| !negated),
                Some("peers") => self.members.extend(words.filter_map(asn)),
                _ => return Done::Unread,
            },
            // Both drop routes by the path they carry.
            "maxas-limit" | "reject-as-sets" if !negated => self.keeps_out(line, false, None),
            "maxas-limit" | "reject-as-sets" => return Done::Ignored,
            known if INERT.contains(&known) => return Done::Ignored,
            _ => return Done::Unread,
        }
        Done::Read
    }

    /// Reads `PREFIX peer-group GROUP`.
    fn listen_range(&mut self, line: &'a str, negated: bool, words: Words<'a>) -> Done {
        let words: Vec<&'a str> = words.collect();
        let [range, "peer-group", group] = words.as_slice() else {
            return Done::Unread;
        };
        if is_placeholder(range) {
            return Done::Unread;
        }
        match negated {
            true => self.listen.remove(range),
            false => self.listen.insert(range, Listen { group, line }),
        };
        Done::Read
    }
}
