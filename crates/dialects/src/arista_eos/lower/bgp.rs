//! `router bgp`: what is written, before inheritance.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{Device, Owner, RemoteAs};

use super::missing::Missing;
use super::neighbor::{Peer, Where};
use super::{Block, Kind, resolve};
use crate::arista_eos::tables::{BGP, BGP_INERT, BGP_OPTIONS_INERT, FAMILY, VRF};
use crate::atoms::{self, asn, keyword};
use crate::lines::Words;
use crate::notes::Notes;
use crate::sessions::{Done, Said, extend};

#[derive(Default)]
pub(super) struct Bgp<'a> {
    process: Process<'a>,
    filters: BTreeMap<&'a str, Vec<Accepted>>,
}

/// A line of a peer filter: which AS numbers it accepts or not; none where it was not understood.
pub(super) type Accepted = (Option<RangeInclusive<u32>>, bool);

/// `router bgp`; EOS has one process.
#[derive(Default)]
pub(super) struct Process<'a> {
    pub asn: Option<Asn>,
    pub peers: Vec<Peer<'a>>,
    index: BTreeMap<(Option<&'a str>, PeerKey<'a>), usize>,
    /// `bgp default ipv4-unicast` by VRF, and the line.
    pub ipv4_default: BTreeMap<Option<&'a str>, (bool, &'a str)>,
    pub missing: BTreeMap<(Option<&'a str>, Option<Family>), Missing<'a>>,
    pub local_as: BTreeMap<Option<&'a str>, Asn>,
    pub confederation: Option<Asn>,
    pub members: Vec<Asn>,
    /// The process is shut down.
    pub shutdown: Option<&'a str>,
    /// Lines that may keep routes out after BGP import.
    pub beyond: Vec<&'a str>,
    pub unread: Vec<(&'a str, Option<usize>)>,
    asdot: bool,
}

/// Addresses are compared as such: `2001:db8::1` and `2001:DB8:0::1` are one neighbor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PeerKey<'a> {
    /// With the zone of a link-local address, else empty.
    Address(IpAddr, &'a str),
    Name(&'a str),
}

/// Which block a line stands in.
#[derive(Clone, Copy)]
struct Place<'a> {
    vrf: Option<&'a str>,
    block: Where,
    table: &'static [&'static str],
}

impl<'a> Bgp<'a> {
    /// AS numbers are shown with a dot.
    pub fn asdot(&self) -> bool {
        self.process.asdot
    }

    pub fn process(&mut self, block: &'a Block<'a>, notes: &mut Notes<'_>) {
        let mut words = block.words();
        let negated = words.eat("no") || words.eat("default");
        words.next();
        words.next();
        if negated {
            self.process = Process::default();
            return notes.read();
        }
        // Empty where a piece stands without its `router bgp`.
        if !block.text.is_empty() {
            self.process.asn = words.next().and_then(asn).or(self.process.asn);
            match self.process.asn.is_some() && words.is_empty() {
                true => notes.read(),
                false => notes.unread(block.text, Owner::Bgp),
            }
        }
        let place = Place {
            vrf: None,
            block: Where::Top,
            table: BGP,
        };
        self.process.lines(&block.body, place, notes);
    }

    /// Reads `10 match as-range 64512-65534 result accept`.
    pub fn peer_filter(&mut self, block: &'a Block<'a>, notes: &mut Notes<'_>) {
        let mut words = block.words();
        let negated = words.eat("no");
        words.next();
        let Some(name) = words.next() else {
            return notes.unread(block.text, Owner::Bgp);
        };
        notes.read();
        if negated {
            self.filters.remove(name);
            return;
        }
        let mut entries = Vec::new();
        for line in &block.body {
            let mut words = line.words();
            let number = words.eat_if(atoms::number::<u32>).unwrap_or(u32::MAX);
            let known = words.eat("match") && words.eat("as-range");
            let range = words.next().filter(|_| known).and_then(|range| {
                let (first, last) = range.split_once('-').unwrap_or((range, range));
                Some(asn(first)?.0..=asn(last)?.0)
            });
            words.eat("result");
            match (&range, words.only()) {
                (Some(_), Some(result @ ("accept" | "reject"))) => {
                    notes.read();
                    entries.push((number, (range, result == "accept")));
                }
                _ => {
                    notes.unread(line.text, Owner::Bgp);
                    entries.push((number, (None, true)));
                }
            }
        }
        entries.sort_by_key(|(number, _)| *number);
        let entries = entries.into_iter().map(|(_, entry)| entry).collect();
        self.filters.insert(name, entries);
    }

    pub fn finish(self, device: &mut Device, notes: &mut Notes<'_>) {
        resolve::sessions(&self.process, &self.filters, device, notes);
    }
}

impl<'a> Process<'a> {
    fn lines(&mut self, lines: &'a [Block<'a>], place: Place<'a>, notes: &mut Notes<'_>) {
        for line in lines {
            let mut words = line.words();
            let negated = words.eat("no") || words.eat("default");
            match line.kind {
                Kind::Vrf => {
                    words.next();
                    let vrf = words.next().filter(|name| *name != "default");
                    notes.read();
                    if negated {
                        self.remove_vrf(vrf);
                        continue;
                    }
                    let place = Place {
                        vrf,
                        block: Where::Top,
                        table: VRF,
                    };
                    self.lines(&line.body, place, notes);
                }
                Kind::Family => {
                    words.next();
                    let block = match (words.next(), words.next()) {
                        (Some("ipv4"), None | Some("unicast")) => Where::Family(Family::Ipv4),
                        (Some("ipv6"), None | Some("unicast")) => Where::Family(Family::Ipv6),
                        // Labelled, multicast, VPN and EVPN routes have tables of their own.
                        _ => Where::Elsewhere,
                    };
                    match block {
                        Where::Elsewhere => notes.ignored(),
                        _ => notes.read(),
                    }
                    let place = Place {
                        vrf: place.vrf,
                        block,
                        table: FAMILY,
                    };
                    self.lines(&line.body, place, notes);
                }
                // Broadcast domains of EVPN, RPKI caches, monitoring stations.
                Kind::Other => notes.ignored(),
                _ => self.line(line.text, words, negated, place, notes),
            }
        }
    }

    fn remove_vrf(&mut self, vrf: Option<&'a str>) {
        for peer in &mut self.peers {
            peer.removed |= vrf.is_some() && peer.vrf == vrf;
        }
        self.index.retain(|(known, _), _| vrf.is_none() || *known != vrf);
    }

    fn note(&mut self, done: Done, line: &'a str, peer: Option<usize>, notes: &mut Notes<'_>) {
        match done {
            Done::Read => notes.read(),
            Done::Ignored => notes.ignored(),
            Done::Unread => self.unread.push((line, peer)),
        }
    }

    fn line(
        &mut self,
        line: &'a str,
        mut words: Words<'a>,
        negated: bool,
        place: Place<'a>,
        notes: &mut Notes<'_>,
    ) {
        let word = words.next().unwrap_or("");
        let done = match keyword(word, place.table) {
            Some("neighbor") => return self.neighbor(line, words, negated, place, notes),
            Some("bgp") => self.bgp(line, words, negated, place),
            Some("shutdown") => {
                self.shutdown = (!negated && place.vrf.is_none())
                    .then_some(line)
                    .or(self.shutdown.filter(|_| !negated));
                Done::Read
            }
            Some("local-as") => {
                match words.next().and_then(asn).filter(|_| !negated) {
                    Some(asn) => self.local_as.insert(place.vrf, asn),
                    None => self.local_as.remove(&place.vrf),
                };
                Done::Read
            }
            // An administrative distance of 255 keeps routes out of the routing table.
            Some("distance") if !negated && words.any(|word| word == "255") => {
                extend(&mut self.beyond, [line]);
                Done::Read
            }
            Some("distance" | "address-family" | "vrf") => Done::Ignored,
            // `route install-map` decides what of BGP's routes is installed; import and export targets are for VPNs.
            Some("route") if words.peek() == Some("install-map") && !negated => {
                extend(&mut self.beyond, [line]);
                Done::Read
            }
            Some("route" | "import") => Done::Ignored,
            Some(known) if BGP_INERT.contains(&known) => Done::Ignored,
            _ if word == "exit" => Done::Ignored,
            _ if place.block == Where::Elsewhere => Done::Ignored,
            _ => Done::Unread,
        };
        self.note(done, line, None, notes);
    }

    /// Reads `neighbor NAME OPTION …` and `neighbor interface PORTS peer-group GROUP [remote-as N|peer-filter F]`.
    fn neighbor(
        &mut self,
        line: &'a str,
        mut words: Words<'a>,
        negated: bool,
        place: Place<'a>,
        notes: &mut Notes<'_>,
    ) {
        let Some(mut name) = words.next() else {
            return self.unread.push((line, None));
        };
        if name == "default" && place.block == Where::Elsewhere {
            return notes.ignored();
        }
        let on_port = name == "interface" && words.count() > 1;
        if on_port {
            name = words.next().unwrap_or("");
        }
        let ip = atoms::address(name);
        let key = match ip {
            Some(ip) => PeerKey::Address(ip, name.split_once('%').map_or("", |(_, zone)| zone)),
            None => PeerKey::Name(name),
        };
        if words.is_empty() && negated {
            if let Some(index) = self.index.remove(&(place.vrf, key))
                && let Some(peer) = self.peers.get_mut(index)
            {
                peer.removed = true;
            }
            return notes.read();
        }
        let index = *self.index.entry((place.vrf, key)).or_insert(self.peers.len());
        if index == self.peers.len() {
            self.peers.push(Peer::new(name, ip, place.vrf, line));
        }
        let Some(peer) = self.peers.get_mut(index) else {
            return;
        };
        let done = match on_port {
            true => port(peer, words, negated),
            false => peer.line(line, words, negated, place.block, notes),
        };
        match (place.block, done) {
            (Where::Elsewhere, _) => notes.ignored(),
            _ => self.note(done, line, Some(index), notes),
        }
    }

    /// Reads what follows `bgp`.
    fn bgp(&mut self, line: &'a str, mut words: Words<'a>, negated: bool, place: Place<'a>) -> Done {
        match words.next() {
            Some("default") => match words.next() {
                // For sessions over IPv6 a line of its own says it.
                Some("ipv4-unicast") if words.is_empty() => {
                    self.ipv4_default.insert(place.vrf, (!negated, line));
                    Done::Read
                }
                Some(_) => Done::Ignored,
                None => Done::Unread,
            },
            Some("listen") => match words.next() {
                Some("range") => self.listen(line, words, negated, place),
                Some("limit") => Done::Ignored,
                _ => Done::Unread,
            },
            Some("missing-policy") => {
                let family = match place.block {
                    Where::Top => None,
                    Where::Family(family) => Some(family),
                    Where::Elsewhere => return Done::Ignored,
                };
                let missing = self.missing.entry((place.vrf, family)).or_default();
                match missing.line(words, line, negated) {
                    true => Done::Read,
                    false => Done::Unread,
                }
            }
            Some("confederation") => {
                match words.next() {
                    Some("identifier") => {
                        self.confederation = words.next().and_then(asn).filter(|_| !negated)
                    }
                    Some("peers") => self.members.extend(words.filter_map(asn).take(64)),
                    _ => return Done::Unread,
                }
                Done::Read
            }
            Some("asn") => {
                self.asdot = !negated && words.any(|word| word == "asdot");
                Done::Read
            }
            Some("route" | "skip" | "rpki") if !negated => {
                extend(&mut self.beyond, [line]);
                Done::Read
            }
            Some("enforce-first-as") => Done::Ignored,
            Some(option) if BGP_OPTIONS_INERT.contains(&option) => Done::Ignored,
            _ => Done::Unread,
        }
    }

    /// Reads `range PREFIX [peer-id include router-id] peer-group GROUP [peer-filter F|remote-as N]`.
    fn listen(&mut self, line: &'a str, mut words: Words<'a>, negated: bool, place: Place<'a>) -> Done {
        let Some(range) = words.next() else {
            return Done::Unread;
        };
        let key = (place.vrf, PeerKey::Name(range));
        if negated {
            if let Some(peer) = self
                .index
                .remove(&key)
                .and_then(|index| self.peers.get_mut(index))
            {
                peer.removed = true;
            }
            return Done::Read;
        }
        if words.eat("peer-id") {
            words.eat("include");
            words.eat("router-id");
        }
        let mut peer = Peer::new(range, None, place.vrf, line);
        let done = port(&mut peer, words, false);
        self.index.insert(key, self.peers.len());
        self.peers.push(peer);
        done
    }
}

/// Reads what a session without an address is: `peer-group GROUP [peer-filter F|remote-as N]`.
fn port<'a>(peer: &mut Peer<'a>, mut words: Words<'a>, negated: bool) -> Done {
    peer.listens = !negated;
    peer.removed = negated;
    while let Some(word) = words.next() {
        match (word, words.peek()) {
            ("peer-group", Some(group)) => peer.group = Said::new(negated, group),
            ("peer", Some("group")) => {
                words.next();
                peer.group = words.peek().map_or(Said::Nothing, Said::Is);
            }
            ("peer-filter", filter) => peer.filter = filter,
            ("remote-as", Some(number)) => match asn(number) {
                Some(asn) => peer.session.remote_as = Said::Is((RemoteAs::Asn(asn), number)),
                None => return Done::Unread,
            },
            _ => return Done::Unread,
        }
        words.next();
    }
    match peer.group.get() {
        Some(_) => Done::Read,
        None => Done::Unread,
    }
}
