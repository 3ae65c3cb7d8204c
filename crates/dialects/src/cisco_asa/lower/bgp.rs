//! `router bgp`: neighbors stand inside the address families.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{BgpNeighbor, Device, MaximumPrefix, NeighborFamily, Owner, RemoteAs};
use pairlint_model::policy::{ChainDefault, PolicyChain, SessionFilter, Verdict};
use pairlint_model::source::Spanned;

use super::{Block, Kind};
use crate::atoms::{self, asn, keyword, number};
use crate::cisco_asa::words::{BGP, FAMILY, INERT, NEIGHBOR, NEIGHBOR_INERT};
use crate::lines::Words;
use crate::notes::Notes;
use crate::sessions::{Done, Policy, Said, Session, extend};

#[derive(Default)]
pub(super) struct Bgp<'a> {
    asn: Option<Asn>,
    /// In file order.
    peers: Vec<Peer<'a>>,
    index: BTreeMap<&'a str, usize>,
    wide: [Wide<'a>; 2],
    unread: Vec<(&'a str, Option<usize>)>,
}

struct Peer<'a> {
    name: &'a str,
    line: &'a str,
    session: Session<'a>,
    policies: [Policy<'a>; 2],
    /// Access lists of each family and direction.
    access: [[Said<&'a str>; 2]; 2],
}

/// What a family says about all neighbors.
#[derive(Default)]
struct Wide<'a> {
    /// Access lists in and out.
    lists: [Vec<&'a str>; 2],
    beyond: Vec<&'a str>,
}

const fn slot(family: Family) -> usize {
    match family {
        Family::Ipv4 => 0,
        Family::Ipv6 => 1,
    }
}

/// 0 for `in`, 1 for `out`.
fn way(word: Option<&str>) -> Option<usize> {
    match word? {
        "in" => Some(0),
        "out" => Some(1),
        _ => None,
    }
}

impl<'a> Bgp<'a> {
    pub fn process(&mut self, block: &'a Block<'a>, notes: &mut Notes<'_>) {
        let mut words = block.words();
        if words.eat("no") {
            *self = Bgp::default();
            return notes.read();
        }
        if !block.text.is_empty() {
            self.asn = words.nth(2).and_then(asn);
            notes.read();
        }
        self.lines(&block.body, Some(Family::Ipv4), notes);
    }

    fn lines(&mut self, lines: &'a [Block<'a>], family: Option<Family>, notes: &mut Notes<'_>) {
        for line in lines {
            if line.kind == Kind::Family {
                let family = match line.words().nth(1) {
                    Some("ipv4") => Some(Family::Ipv4),
                    Some("ipv6") => Some(Family::Ipv6),
                    _ => None,
                };
                match family {
                    Some(_) => notes.read(),
                    None => notes.ignored(),
                }
                self.lines(&line.body, family, notes);
                continue;
            }
            let Some(family) = family else {
                notes.ignored();
                continue;
            };
            let (done, peer) = self.line(line.text, family, notes);
            match done {
                Done::Read => notes.read(),
                Done::Ignored => notes.ignored(),
                Done::Unread => self.unread.push((line.text, peer)),
            }
        }
    }

    fn line(&mut self, line: &'a str, family: Family, notes: &mut Notes<'_>) -> (Done, Option<usize>) {
        let mut words = Words::new(line);
        let negated = words.eat("no");
        let word = words.next().unwrap_or("");
        let word = keyword(word, BGP).or_else(|| keyword(word, FAMILY));
        let wide = &mut self.wide[slot(family)];
        let said = (!negated).then_some(line);
        let done = match word {
            Some("neighbor") => return self.neighbor(line, words, negated, family, notes),
            Some("table-map") => {
                extend(&mut wide.beyond, said);
                Done::Read
            }
            Some("distribute-list") => match (words.next(), way(words.next()), words.is_empty()) {
                (Some(name), Some(way), true) => {
                    wide.lists[way].retain(|known| *known != name);
                    if !negated {
                        extend(&mut wide.lists[way], [name]);
                    }
                    Done::Read
                }
                // For one protocol it is about what is redistributed.
                (Some(_), Some(1), false) => Done::Ignored,
                _ => Done::Unread,
            },
            // An administrative distance of 255 keeps routes out of the routing table.
            Some("distance") => {
                let keeps_out = words.any(|word| word == "255");
                extend(&mut wide.beyond, said.filter(|_| keeps_out));
                Done::Ignored
            }
            Some("bgp") => match words.next() {
                Some("maxas-limit") => {
                    extend(&mut wide.beyond, said);
                    Done::Read
                }
                Some(_) => Done::Ignored,
                None => Done::Unread,
            },
            Some(known) if INERT.contains(&known) => Done::Ignored,
            _ => Done::Unread,
        };
        (done, None)
    }

    /// Reads `neighbor ADDRESS OPTION …`.
    fn neighbor(
        &mut self,
        line: &'a str,
        mut words: Words<'a>,
        negated: bool,
        family: Family,
        notes: &mut Notes<'_>,
    ) -> (Done, Option<usize>) {
        let Some(name) = words.next() else {
            return (Done::Unread, None);
        };
        let at = *self.index.entry(name).or_insert(self.peers.len());
        if at == self.peers.len() {
            self.peers.push(Peer {
                name,
                line,
                session: Session::default(),
                policies: Default::default(),
                access: Default::default(),
            });
        }
        let Some(peer) = self.peers.get_mut(at) else {
            return (Done::Unread, None);
        };
        if words.is_empty() && negated {
            peer.session = Session::default();
            peer.policies = Default::default();
            return (Done::Read, Some(at));
        }
        (peer.option(line, words, negated, family, notes), Some(at))
    }

    /// Access lists that filter sessions.
    pub fn used_access_lists(&self) -> BTreeSet<(Family, &'a str)> {
        let mut used = BTreeSet::new();
        for family in Family::BOTH {
            let wide = self.wide[slot(family)].lists.iter().flatten().copied();
            let peers = self.peers.iter().flat_map(|peer| peer.access[slot(family)]);
            used.extend(wide.chain(peers.filter_map(Said::get)).map(|name| (family, name)));
        }
        used
    }

    pub fn finish(self, device: &mut Device, notes: &mut Notes<'_>) {
        for peer in &self.peers {
            // Taken back, or only spoken of.
            let Some((remote_as, line)) = peer.session.remote_as.get() else {
                continue;
            };
            let native = atoms::address(peer.name).map_or(Family::Ipv4, Family::of_address);
            let families = Family::BOTH
                .into_iter()
                .filter_map(|family| self.family(peer, family, native, notes));
            device.neighbors.push(BgpNeighbor {
                address: notes.name(peer.name),
                ip: atoms::address(peer.name),
                remote_as,
                remote_as_span: Some(notes.span(line)),
                local_as: peer.session.local_as.get().or(self.asn),
                vrf: None,
                group: None,
                description: peer.session.description.get().map(|text| notes.name(text)),
                shutdown: peer.session.shutdown.get().map(|line| notes.span(line)),
                bfd: peer.session.bfd.get().map(|line| notes.span(line)),
                span: notes.span(peer.line),
                families: families.collect(),
            });
        }
        for (line, peer) in &self.unread {
            let owner = match peer.and_then(|at| self.peers.get(at)) {
                Some(peer) => Owner::Neighbors(vec![peer.name.to_owned()]),
                None => Owner::Bgp,
            };
            notes.unread(line, owner);
        }
    }

    fn family(
        &self,
        peer: &Peer<'a>,
        family: Family,
        native: Family,
        notes: &Notes<'_>,
    ) -> Option<NeighborFamily> {
        let policy = &peer.policies[slot(family)];
        // IPv4 is active without a word, but not on a session between IPv6 addresses, as on IOS.
        let default = family == Family::Ipv4 && native == Family::Ipv4;
        let active = policy.active.map_or(default, |(active, _)| active);
        if !active && !policy.mentioned && family != native {
            return None;
        }
        let wide = &self.wide[slot(family)];
        let chain = |direction: usize| -> PolicyChain {
            let written = [&policy.import, &policy.export][direction];
            let mut chain = written.chain(family, default_verdict(), notes);
            let lists = peer.access[slot(family)][direction].get();
            for name in lists.into_iter().chain(wide.lists[direction].iter().copied()) {
                let name = notes.name(name);
                chain.filters.push(Spanned::new(
                    name.span,
                    SessionFilter::AccessList { name, family },
                ));
            }
            chain
        };
        let mut beyond = policy.beyond.clone();
        extend(&mut beyond, wide.beyond.iter().copied());
        let maximum = policy.maximum_prefix.get();
        Some(NeighborFamily {
            family,
            active,
            active_span: policy
                .active
                .map_or(notes.span(peer.line), |(_, line)| notes.span(line)),
            import: chain(0),
            export: chain(1),
            maximum_prefix: maximum.map(|(maximum, line)| Spanned::new(notes.span(line), maximum)),
            own_as_allowed: policy.own_as_allowed.get().unwrap_or(0),
            beyond: beyond.into_iter().map(|line| notes.span(line)).collect(),
        })
    }
}

/// As on IOS: filters and route maps are what stops routes.
fn default_verdict() -> ChainDefault {
    ChainDefault {
        verdict: Some(Verdict::Accept),
        reason: "Cisco ASA passes every route that no filter of the neighbor stops",
        span: None,
    }
}

impl<'a> Peer<'a> {
    fn option(
        &mut self,
        line: &'a str,
        mut words: Words<'a>,
        negated: bool,
        family: Family,
        notes: &mut Notes<'_>,
    ) -> Done {
        let Some(option) = words.next().and_then(|word| keyword(word, NEIGHBOR)) else {
            return Done::Unread;
        };
        if NEIGHBOR_INERT.contains(&option) {
            return Done::Ignored;
        }
        let policy = &mut self.policies[slot(family)];
        match option {
            "remote-as" => {
                let remote = match words.only().and_then(asn) {
                    Some(asn) => RemoteAs::Asn(asn),
                    None if negated => RemoteAs::Unknown,
                    None => {
                        self.session.remote_as = Said::Is((RemoteAs::Unknown, line));
                        return Done::Unread;
                    }
                };
                self.session.remote_as = Said::new(negated, (remote, line));
                self.line = line;
                policy.mentioned = true;
            }
            "local-as" => match words.next().and_then(asn) {
                Some(asn) => self.session.local_as = Said::new(negated, asn),
                None if negated => self.session.local_as = Said::Off,
                None => return Done::Unread,
            },
            "description" => self.session.description = Said::new(negated, words.rest()),
            "shutdown" => self.session.shutdown = Said::new(negated, line),
            "fall-over" => {
                if words.eat("bfd") {
                    self.session.bfd = Said::new(negated, line);
                }
            }
            "password" => {
                words.eat_if(|word| (word.len() == 1).then_some(()));
                if !words.is_empty() && !negated {
                    notes.secret(words.rest(), "neighbor password");
                }
                return Done::Ignored;
            }
            "activate" => {
                policy.active = Some((!negated, line));
                policy.mentioned |= !negated;
            }
            "allowas-in" => {
                // Without a number three times, as on IOS.
                let times = words.eat_if(number).unwrap_or(3);
                policy.own_as_allowed = Said::new(negated, times);
            }
            "maximum-prefix" => {
                let limit = words.eat_if(number);
                let warning_only = words.any(|word| word == "warning-only");
                policy.maximum_prefix = match (negated, limit) {
                    (true, _) => Said::Off,
                    (false, Some(limit)) => Said::Is((MaximumPrefix { limit, warning_only }, line)),
                    (false, None) => return Done::Unread,
                };
            }
            list => {
                policy.mentioned = true;
                let name = words.next();
                let (Some(name), Some(way), true) = (name, way(words.next()), words.is_empty()) else {
                    let direction = match Words::new(line).last_word() {
                        Some("out") => &mut policy.export,
                        _ => &mut policy.import,
                    };
                    extend(&mut direction.unknown, (!negated).then_some(line));
                    return Done::Unread;
                };
                let direction = match way {
                    0 => &mut policy.import,
                    _ => &mut policy.export,
                };
                let said = Said::new(negated, name);
                match list {
                    "route-map" => direction.route_map = said,
                    "prefix-list" => direction.prefix_list = said,
                    "filter-list" => direction.filter_list = said,
                    _ => self.access[slot(family)][way] = said,
                }
            }
        }
        Done::Read
    }
}
