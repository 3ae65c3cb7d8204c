//! `router bgp` and `vrf context`: their lines, sorted by whom they concern.

use std::collections::BTreeMap;

use pairlint_model::bgp::Family;
use pairlint_model::network::{Device, Owner};

use super::written::{FamilyLines, Peer, PeerKey, Process, Target};
use super::{Block, Kind, resolve};
use crate::atoms::{self, asn, keyword};
use crate::cisco_nxos::tables::{BGP, BGP_INERT, FAMILY};
use crate::lines::Words;
use crate::notes::Notes;
use crate::sessions::Done;

#[derive(Default)]
pub(super) struct Bgp<'a> {
    process: Process<'a>,
    /// Lines that decide what is imported into a VRF.
    imports: BTreeMap<&'a str, Vec<(Family, &'a str)>>,
}

impl<'a> Bgp<'a> {
    pub fn process(&mut self, block: &'a Block<'a>, notes: &mut Notes<'_>) {
        let mut words = block.words();
        let negated = words.eat("no");
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
        self.process.lines(&block.body, None, notes);
    }

    /// Reads `vrf context X`.
    pub fn context(&mut self, block: &'a Block<'a>) {
        let mut words = block.words();
        if words.eat("no") {
            return;
        }
        words.next();
        words.next();
        let Some(name) = words.next() else { return };
        let mut family = Family::Ipv4;
        for line in &block.body {
            let mut words = line.words();
            match words.next() {
                Some("address-family") => family = super::family(words.next()),
                Some("import") if words.any(|word| word == "map") => {
                    self.imports.entry(name).or_default().push((family, line.text));
                }
                _ => {}
            }
        }
    }

    pub fn finish(self, device: &mut Device, notes: &mut Notes<'_>) {
        resolve::sessions(&self.process, &self.imports, device, notes);
    }
}

impl<'a> Process<'a> {
    fn lines(&mut self, lines: &'a [Block<'a>], vrf: Option<&'a str>, notes: &mut Notes<'_>) {
        for line in lines {
            let mut words = line.words();
            let negated = words.eat("no") || words.eat("default");
            match line.kind {
                Kind::Vrf => {
                    words.next();
                    let name = words.next().filter(|name| *name != "default");
                    notes.read();
                    match negated {
                        true => self.remove_vrf(name),
                        false => self.lines(&line.body, name, notes),
                    }
                }
                Kind::Family => self.family(line, words, vrf, notes),
                Kind::Neighbor => self.neighbor(line, words, vrf, negated, notes),
                Kind::Template | Kind::PeerSession | Kind::PeerPolicy => {
                    self.template(line, words, negated, notes);
                }
                Kind::Other => notes.ignored(),
                _ => self.line(line.text, words, vrf, negated, notes),
            }
        }
    }

    fn remove_vrf(&mut self, vrf: Option<&'a str>) {
        for peer in &mut self.peers {
            peer.removed |= vrf.is_some() && peer.vrf == vrf;
        }
        self.index.retain(|(known, _), _| vrf.is_none() || *known != vrf);
    }

    fn note(&mut self, done: Done, line: &'a str, target: Target<'a>, notes: &mut Notes<'_>) {
        match done {
            Done::Read => notes.read(),
            Done::Ignored => notes.ignored(),
            Done::Unread => self.unread.push((line, target)),
        }
    }

    /// Reads a line of the process or of a VRF.
    fn line(
        &mut self,
        line: &'a str,
        mut words: Words<'a>,
        vrf: Option<&'a str>,
        negated: bool,
        notes: &mut Notes<'_>,
    ) {
        let word = words.next().unwrap_or("");
        let done = match keyword(word, BGP) {
            Some("shutdown") => {
                if vrf.is_none() {
                    self.shutdown = (!negated).then_some(line);
                }
                Done::Read
            }
            Some("local-as") => {
                match words.next().and_then(asn).filter(|_| !negated) {
                    Some(asn) => self.local_as.insert(vrf, asn),
                    None => self.local_as.remove(&vrf),
                };
                Done::Read
            }
            Some("confederation") => match words.next() {
                Some("identifier") => {
                    self.confederation = words.next().and_then(asn).filter(|_| !negated);
                    Done::Read
                }
                Some("peers") => {
                    self.members.extend(words.filter_map(asn).take(64));
                    Done::Read
                }
                _ => Done::Unread,
            },
            // Each drops routes by what they carry, or by their validity.
            Some("maxas-limit" | "rpki" | "isolate") => {
                if !negated && self.beyond.len() < 64 {
                    self.beyond.push((None, line));
                }
                Done::Read
            }
            Some(known) if BGP_INERT.contains(&known) => Done::Ignored,
            _ if word == "exit" => Done::Ignored,
            _ => Done::Unread,
        };
        self.note(done, line, Target::Process, notes);
    }

    /// Reads an address family of the process: what it says concerns what is announced and installed.
    fn family(
        &mut self,
        block: &'a Block<'a>,
        mut words: Words<'a>,
        vrf: Option<&'a str>,
        notes: &mut Notes<'_>,
    ) {
        words.next();
        let family = unicast(words);
        match family {
            Some(_) => notes.read(),
            None => notes.ignored(),
        }
        for line in &block.body {
            let mut words = line.words();
            let negated = words.eat("no");
            let word = words.next().unwrap_or("");
            let beyond = match keyword(word, FAMILY) {
                Some("table-map") => true,
                Some("nexthop") => words.peek() == Some("route-map"),
                Some("distance") => words.any(|word| word == "255"),
                Some(_) => false,
                None if word == "exit" || family.is_none() => false,
                None => {
                    self.unread.push((line.text, Target::Process));
                    continue;
                }
            };
            match (beyond && !negated, family) {
                (true, Some(family)) if self.beyond.len() < 64 => {
                    self.beyond.push((Some((vrf, family)), line.text));
                    notes.read();
                }
                _ => notes.ignored(),
            }
        }
    }

    /// Reads `neighbor NAME [remote-as N]` with what stands below it.
    fn neighbor(
        &mut self,
        block: &'a Block<'a>,
        mut words: Words<'a>,
        vrf: Option<&'a str>,
        negated: bool,
        notes: &mut Notes<'_>,
    ) {
        words.next();
        let Some(name) = words.next() else {
            return self.unread.push((block.text, Target::Process));
        };
        let ip = atoms::address(name);
        let key = (vrf, ip.map_or(PeerKey::Name(name), PeerKey::Address));
        if negated && words.is_empty() {
            if let Some(peer) = self
                .index
                .remove(&key)
                .and_then(|index| self.peers.get_mut(index))
            {
                peer.removed = true;
            }
            return notes.read();
        }
        let index = *self.index.entry(key).or_insert(self.peers.len());
        if index == self.peers.len() {
            self.peers.push(Peer {
                name,
                ip,
                vrf,
                line: block.text,
                ..Peer::default()
            });
        }
        let Some(mut peer) = self.peers.get_mut(index).map(std::mem::take) else {
            return;
        };
        let target = Target::Peer(index);
        let done = match words.is_empty() {
            true => Done::Read,
            false => match words.eat("remote-as") {
                true => peer.remote_as(words, negated),
                false => peer.line(block.text, words, negated, notes),
            },
        };
        self.note(done, block.text, target, notes);
        self.peer(&mut peer, &block.body, target, notes);
        if let Some(slot) = self.peers.get_mut(index) {
            *slot = peer;
        }
    }

    /// Reads the lines below a neighbor or a template.
    fn peer(
        &mut self,
        peer: &mut Peer<'a>,
        lines: &'a [Block<'a>],
        target: Target<'a>,
        notes: &mut Notes<'_>,
    ) {
        for line in lines {
            let mut words = line.words();
            let negated = words.eat("no") || words.eat("default");
            if line.kind != Kind::PeerFamily {
                let done = match words.peek() {
                    Some("exit") => Done::Ignored,
                    _ => peer.line(line.text, words, negated, notes),
                };
                self.note(done, line.text, target, notes);
                continue;
            }
            words.next();
            let Some(family) = unicast(words) else {
                // VPN, EVPN, multicast: tables of their own.
                peer.elsewhere |= !negated;
                (0..=line.body.len()).for_each(|_| notes.ignored());
                continue;
            };
            notes.read();
            if negated {
                peer.families.remove(&family);
                continue;
            }
            let lines = peer.families.entry(family).or_default();
            lines.policy.active.get_or_insert((true, line.text));
            self.policy(lines, &line.body, target, notes);
        }
    }

    fn policy(
        &mut self,
        policy: &mut FamilyLines<'a>,
        lines: &'a [Block<'a>],
        target: Target<'a>,
        notes: &mut Notes<'_>,
    ) {
        for line in lines {
            let mut words = line.words();
            let negated = words.eat("no") || words.eat("default");
            let done = match words.peek() {
                Some("exit") => Done::Ignored,
                _ => policy.line(line.text, words, negated),
            };
            self.note(done, line.text, target, notes);
        }
    }

    /// Reads `template peer|peer-session|peer-policy NAME`.
    fn template(&mut self, block: &'a Block<'a>, words: Words<'a>, negated: bool, notes: &mut Notes<'_>) {
        let Some(name) = words.ahead().nth(2) else {
            return self.unread.push((block.text, Target::Process));
        };
        notes.read();
        let fresh = || Peer {
            name,
            line: block.text,
            ..Peer::default()
        };
        match block.kind {
            Kind::PeerPolicy => {
                let mut policy = self.policies.remove(name).unwrap_or_default();
                self.policy(&mut policy, &block.body, Target::Policy(name), notes);
                if !negated {
                    self.policies.insert(name, policy);
                }
            }
            Kind::PeerSession => {
                let mut peer = self.sessions.remove(name).unwrap_or_else(fresh);
                self.peer(&mut peer, &block.body, Target::Session(name), notes);
                if !negated {
                    self.sessions.insert(name, peer);
                }
            }
            _ => {
                let mut peer = self.templates.remove(name).unwrap_or_else(fresh);
                self.peer(&mut peer, &block.body, Target::Template(name), notes);
                if !negated {
                    self.templates.insert(name, peer);
                }
            }
        }
    }
}

/// Reads `ipv4 unicast`; other families carry no routes of ours.
fn unicast(mut words: Words<'_>) -> Option<Family> {
    let family = match words.next()? {
        "ipv4" => Family::Ipv4,
        "ipv6" => Family::Ipv6,
        _ => return None,
    };
    matches!(words.next(), Some("unicast") | None).then_some(family)
}
