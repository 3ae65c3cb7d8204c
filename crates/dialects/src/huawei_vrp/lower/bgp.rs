//! `bgp` and the parts of VPN instances that concern it: what is written, before inheritance.

use std::collections::BTreeMap;
use std::net::IpAddr;

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{Device, Owner};

use super::Done;
use super::acl::Used;
use super::peer::{Direction, Peer, Setting, extend};
use super::{resolve, take_name};
use crate::atoms::{self, asn};
use crate::huawei_vrp::syntax::{Command, Kind, Tree};
use crate::huawei_vrp::tables::BGP_INERT;
use crate::lines::Words;
use crate::notes::Notes;

#[derive(Default)]
pub(super) struct Bgp<'a> {
    processes: Vec<Process<'a>>,
    /// Lines of VPN instances that keep routes out after BGP has accepted them.
    vpns: BTreeMap<&'a str, Vec<(Option<Family>, &'a str)>>,
    /// Some family is written as only Comware writes it.
    pub comware: bool,
}

/// One `bgp`.
#[derive(Default)]
pub(super) struct Process<'a> {
    /// What follows `bgp`; none where the text is a piece without it.
    pub number: Option<&'a str>,
    pub asn: Option<Asn>,
    pub peers: Vec<Peer<'a>>,
    index: BTreeMap<(Option<&'a str>, PeerKey<'a>), usize>,
    /// The line `undo default ipv4-unicast`.
    pub ipv4_off: Option<&'a str>,
    /// Families are written as `address-family`: nothing is active there without a word (Comware 7).
    pub explicit: bool,
    /// The line `shutdown`.
    pub shutdown: Option<&'a str>,
    pub confederation: Option<Asn>,
    pub members: Vec<Asn>,
    pub scopes: BTreeMap<(Option<&'a str>, Family), Wide<'a>>,
    pub unread: Vec<(&'a str, Target)>,
    plain: bool,
}

/// Addresses are compared as such: `2001:db8::1` and `2001:DB8:0::1` are one peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PeerKey<'a> {
    Address(IpAddr),
    Name(&'a str),
}

/// What an address family says about all its peers.
#[derive(Default)]
pub(super) struct Wide<'a> {
    pub import: Direction<'a>,
    pub export: Direction<'a>,
    /// Lines about what happens after import.
    pub beyond: Vec<&'a str>,
}

/// Whom an unread line concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Peer(usize),
    Process,
}

/// Where a line stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    vrf: Option<&'a str>,
    /// None for families that carry no routes of ours.
    family: Option<Family>,
    /// Inside a family.
    inner: bool,
}

impl<'a> Bgp<'a> {
    pub fn process(&mut self, tree: &Tree<'a>, command: &Command<'a>, notes: &mut Notes<'_>) {
        let mut words = Words::new(command.text);
        let negated = words.eat("undo");
        words.next();
        let number = (!words.is_empty()).then_some(words.rest());
        if negated {
            self.processes.clear();
            return notes.read();
        }
        // A device has one process, and instances beside it; a few more are kept apart where texts were joined.
        let known = self.processes.iter().take(16).position(|process| match number {
            Some(_) => process.number == number || process.number.is_none(),
            None => true,
        });
        if known.is_none() && self.processes.len() < 16 {
            self.processes.push(Process::default());
        }
        let last = self.processes.len().saturating_sub(1);
        let Some(process) = self.processes.get_mut(known.unwrap_or(last)) else {
            return;
        };
        if number.is_some() {
            process.number = number;
            process.asn = words.next().and_then(asn);
            let instance = words.eat("instance") && words.next().is_some();
            match process.asn.is_some() && (instance || words.is_empty()) {
                true => notes.read(),
                false => notes.unread(command.text, Owner::Bgp),
            }
        }
        let top = Place {
            vrf: None,
            family: Some(Family::Ipv4),
            inner: false,
        };
        process.lines(tree, command, top, notes);
        self.comware |= process.explicit;
    }

    /// Reads `ip vpn-instance X`.
    pub fn vpn(&mut self, tree: &Tree<'a>, command: &Command<'a>) {
        let mut words = Words::new(command.text);
        if words.eat("undo") {
            return;
        }
        words.next();
        words.next();
        let Some(name) = words.next() else { return };
        let lines = self.vpns.entry(name).or_default();
        let mut inside = None;
        for line in tree.body(command) {
            let mut words = Words::new(line.text);
            match words.next() {
                Some("ipv4-family") => inside = Some(Family::Ipv4),
                Some("ipv6-family") => inside = Some(Family::Ipv6),
                Some("address-family") => {
                    inside = match words.next() {
                        Some("ipv4") => Some(Family::Ipv4),
                        _ => Some(Family::Ipv6),
                    }
                }
                Some("import" | "prefix" | "routing-table") if lines.len() < 16 => {
                    lines.push((inside, line.text))
                }
                _ => {}
            }
        }
    }

    /// Whether some process shows AS numbers above 65535 without a dot.
    pub fn plain_as_numbers(&self) -> bool {
        self.processes.iter().any(|process| process.plain) || self.comware
    }

    /// The access lists that filter sessions.
    pub fn used_acls(&self) -> Used<'a> {
        let mut used = Used::new();
        for process in &self.processes {
            let peers = process
                .peers
                .iter()
                .flat_map(|peer| Family::BOTH.map(|family| (family, peer.policy(family))));
            for (family, policy) in peers {
                let lists = [policy.import.acl, policy.export.acl];
                used.extend(lists.into_iter().flatten().map(|name| (family, name)));
            }
            for ((_, family), wide) in &process.scopes {
                let lists = [wide.import.acl, wide.export.acl];
                used.extend(lists.into_iter().flatten().map(|name| (*family, name)));
            }
        }
        used
    }

    pub fn finish(self, device: &mut Device, notes: &mut Notes<'_>) {
        for process in &self.processes {
            resolve::sessions(process, &self.vpns, device, notes);
        }
    }
}

impl<'a> Process<'a> {
    fn lines(&mut self, tree: &Tree<'a>, block: &Command<'a>, place: Place<'a>, notes: &mut Notes<'_>) {
        for line in tree.body(block) {
            match line.kind {
                Kind::Family => {
                    let place = self.family(line.text, place, notes);
                    self.lines(tree, line, place, notes);
                }
                Kind::BgpVpn => {
                    let mut words = Words::new(line.text);
                    words.eat("ip");
                    words.next();
                    notes.read();
                    let place = Place {
                        vrf: take_name(&mut words),
                        ..place
                    };
                    self.lines(tree, line, place, notes);
                }
                _ => self.line(line.text, place, notes),
            }
        }
    }

    /// Reads `ipv4-family [unicast] [vpn-instance NAME]` or `address-family ipv4 [unicast]`.
    fn family(&mut self, line: &'a str, outer: Place<'a>, notes: &mut Notes<'_>) -> Place<'a> {
        let mut words = Words::new(line);
        words.eat("undo");
        let mut place = Place {
            vrf: outer.vrf,
            family: None,
            inner: true,
        };
        let kind = match words.next() {
            Some("address-family") => {
                self.explicit = true;
                words.next().unwrap_or("")
            }
            first => first.unwrap_or(""),
        };
        place.family = match kind {
            "ipv4-family" | "ipv4" => Some(Family::Ipv4),
            "ipv6-family" | "ipv6" => Some(Family::Ipv6),
            _ => None,
        };
        while let Some(word) = words.next() {
            match word {
                "unicast" => {}
                "vpn-instance" => place.vrf = take_name(&mut words),
                // Multicast, VPN and the like have tables of their own.
                _ => place.family = None,
            }
        }
        match place.family {
            Some(_) => notes.read(),
            None => notes.ignored(),
        }
        place
    }

    fn note(&mut self, done: Done, line: &'a str, target: Target, notes: &mut Notes<'_>) {
        match done {
            Done::Read => notes.read(),
            Done::Ignored => notes.ignored(),
            Done::Unread => self.unread.push((line, target)),
        }
    }

    fn line(&mut self, line: &'a str, place: Place<'a>, notes: &mut Notes<'_>) {
        let mut words = Words::new(line);
        let negated = words.eat("undo");
        let said = (!negated).then_some(line);
        let done = match (words.next().unwrap_or(""), place.family) {
            ("peer", _) => return self.peer(line, negated, words, place, notes),
            ("group", _) => return self.group(line, negated, words, place, notes),
            ("default", _) => {
                if words.eat("ipv4-unicast") {
                    self.ipv4_off = negated.then_some(line);
                    Done::Read
                } else {
                    Done::Ignored
                }
            }
            ("shutdown", _) => {
                self.shutdown = said;
                Done::Read
            }
            ("as-notation", _) => {
                self.plain = !negated && words.eat("plain");
                Done::Read
            }
            ("confederation", _) => match words.next() {
                Some("id") => {
                    self.confederation = words.next().and_then(asn).filter(|_| !negated);
                    Done::Read
                }
                Some("peer-as") => {
                    self.members.extend(words.filter_map(asn));
                    Done::Read
                }
                _ => Done::Ignored,
            },
            ("filter-policy", Some(family)) => self.filter_policy(line, words, negated, (place.vrf, family)),
            ("routing-table" | "bgp-rib-only" | "prefix-origin-validation", Some(family)) => {
                // Keeps routes out of the routing table, or out of the choice.
                if !negated {
                    extend(&mut self.wide(place.vrf, family).beyond, [line]);
                }
                Done::Read
            }
            // An administrative distance of 255 keeps routes out of the routing table.
            ("preference", Some(family)) if !negated && words.any(|word| word == "255") => {
                extend(&mut self.wide(place.vrf, family).beyond, [line]);
                Done::Read
            }
            (
                "preference" | "check-first-as" | "ignore-first-as" | "rpki" | "allow-invalid-as"
                | "as-path-limit",
                _,
            ) => Done::Ignored,
            (known, _) if BGP_INERT.contains(&known) => Done::Ignored,
            (_, None) => Done::Ignored,
            _ => Done::Unread,
        };
        self.note(done, line, Target::Process, notes);
    }

    fn wide(&mut self, vrf: Option<&'a str>, family: Family) -> &mut Wide<'a> {
        self.scopes.entry((vrf, family)).or_default()
    }

    /// Reads `2000 import`, `acl-name X import`, `ip-prefix P import`: a filter on what every peer sends.
    fn filter_policy(
        &mut self,
        line: &'a str,
        mut words: Words<'a>,
        negated: bool,
        scope: (Option<&'a str>, Family),
    ) -> Done {
        let is_prefix_list = words.eat("ip-prefix") || words.eat("ipv6-prefix") || words.eat("prefix-list");
        let _ = words.eat("acl-name") || words.eat("acl6-name") || words.eat("name");
        let name = match words.peek() {
            Some("import" | "export") if negated => None,
            _ => take_name(&mut words),
        };
        let wide = self.scopes.entry(scope).or_default();
        let direction = match words.next() {
            Some("import") if words.is_empty() => &mut wide.import,
            // What follows names where exported routes come from.
            Some("export") => &mut wide.export,
            _ => {
                extend(&mut wide.import.unknown, [line]);
                return Done::Unread;
            }
        };
        if negated || is_prefix_list {
            direction.prefix_list = name.filter(|_| !negated);
        }
        if negated || !is_prefix_list {
            direction.acl = name.filter(|_| !negated);
        }
        Done::Read
    }

    /// Returns the peer or group of that name.
    fn entry(&mut self, name: &'a str, line: &'a str, vrf: Option<&'a str>) -> usize {
        let ip = atoms::address(name);
        let key = ip.map_or(PeerKey::Name(name), PeerKey::Address);
        let index = *self.index.entry((vrf, key)).or_insert(self.peers.len());
        if index == self.peers.len() {
            self.peers.push(Peer::new(name, ip, vrf, line));
        }
        index
    }

    /// Reads `group NAME [internal|external] [listen]`.
    fn group(
        &mut self,
        line: &'a str,
        negated: bool,
        mut words: Words<'a>,
        place: Place<'a>,
        notes: &mut Notes<'_>,
    ) {
        let Some(name) = take_name(&mut words) else {
            return self.unread.push((line, Target::Process));
        };
        let index = self.entry(name, line, place.vrf);
        let own = self.asn;
        if let Some(peer) = self.peers.get_mut(index) {
            peer.is_group = !negated;
            let external = words.eat("external");
            if negated {
                *peer = Peer::new(name, peer.ip, place.vrf, line);
                peer.is_group = true;
            } else if !external && let (Some(own), None) = (own, peer.session.remote_as) {
                // Internal is the default (Huawei, "group").
                peer.session.remote_as = Some((pairlint_model::network::RemoteAs::Asn(own), name));
            }
        }
        notes.read();
    }

    /// Reads `peer NAME OPTION …`.
    fn peer(
        &mut self,
        line: &'a str,
        negated: bool,
        mut words: Words<'a>,
        place: Place<'a>,
        notes: &mut Notes<'_>,
    ) {
        let Some(name) = take_name(&mut words) else {
            return self.unread.push((line, Target::Process));
        };
        // Comware 7 gives a dynamic peer a mask: `peer 10.0.0.0 24 as-number 2`.
        let length = words.eat_if(atoms::number::<u8>);
        let index = self.entry(name, line, place.vrf);
        let Some(peer) = self.peers.get_mut(index) else {
            return;
        };
        let option = words.peek();
        if negated && matches!(option, None | Some("as-number")) {
            if place.family.is_some() {
                *peer = Peer::new(name, peer.ip, place.vrf, line);
                peer.is_group = true;
            }
            return notes.read();
        }
        if length.is_some() && peer.session.listens.is_empty() {
            let net = words.rest();
            let to = line.len().saturating_sub(net.len());
            let from = line.find(name).unwrap_or(0);
            extend(&mut peer.session.listens, line.get(from..to).map(str::trim_end));
        }
        let names = matches!(option, Some("as-number" | "group"));
        if names && !negated {
            if option == Some("as-number") {
                peer.line = line;
            }
            if place.inner && place.vrf.is_some() && peer.home.is_none() {
                peer.home = place.family;
            }
        }
        peer.in_ipv4 |= place.family == Some(Family::Ipv4) && place.inner;
        let policy = match place.family {
            Some(Family::Ipv4) => &mut peer.ipv4,
            Some(Family::Ipv6) => &mut peer.ipv6,
            None => &mut peer.elsewhere,
        };
        policy.mentioned |= place.inner;
        let setting = Setting {
            session: &mut peer.session,
            policy,
            line,
            negated,
        };
        let done = setting.read(words, notes);
        match place.family {
            Some(_) => self.note(done, line, Target::Peer(index), notes),
            None => notes.ignored(),
        }
    }
}
