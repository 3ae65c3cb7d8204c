//! `router bgp` and the parts of VRF definitions that concern it: what is written, before inheritance.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::Family;
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::AsPathTest;

use super::neighbor::{Done, Session, Setting, extend};
use super::written::{Distribute, Listen, Peer, PeerKey, Place, Process, Target, Wide};
use super::{Command, Kind, Notes, resolve};
use crate::atoms::{self, asn, keyword};
use crate::cisco_ios::tables::{BGP_DEFAULTS, BGP_INERT, BGP_LINES, BGP_OPTIONS, NEIGHBOR};
use crate::lines::Words;

#[derive(Default)]
pub(super) struct Bgp<'a> {
    processes: Vec<Process<'a>>,
    pub vrfs: BTreeMap<&'a str, Imports<'a>>,
}

/// Lines of a VRF definition that decide what is imported into it.
#[derive(Default)]
pub(super) struct Imports<'a> {
    /// From other VRFs; of both families where the block does not say.
    pub map: Vec<(Option<Family>, &'a str)>,
    /// From the global table.
    pub global: Vec<(Family, &'a str)>,
}

impl<'a> Bgp<'a> {
    pub fn process(&mut self, command: &'a Command<'a>, notes: &mut Notes<'_>) {
        let mut words = command.words();
        let negated = words.eat("no");
        words.next();
        words.next();
        let number = words.next();
        if negated {
            self.processes.retain(|process| process.number != number);
            return notes.read();
        }
        // A device has one process; a few more are kept apart where texts were joined.
        let known = self.processes.iter().take(16).position(|process| match number {
            Some(_) => process.number == number || process.number.is_none(),
            // A piece without its head continues what there is.
            None => true,
        });
        if known.is_none() && self.processes.len() < 16 {
            self.processes.push(Process::default());
        }
        let last = self.processes.len().saturating_sub(1);
        let Some(process) = self.processes.get_mut(known.unwrap_or(last)) else {
            return;
        };
        if let Some(number) = number {
            process.number = Some(number);
            process.asn = asn(number);
            match process.asn.is_some() && words.is_empty() {
                true => notes.read(),
                false => notes.unread(command.text, Owner::Bgp),
            }
        }
        let top = Place {
            vrf: None,
            family: Some(Family::Ipv4),
            inner: false,
        };
        process.lines(&command.body, top, notes);
    }

    /// Reads `vrf definition X` or `ip vrf X`.
    pub fn vrf(&mut self, command: &'a Command<'a>) {
        let mut words = command.words();
        if words.eat("no") {
            return;
        }
        words.next();
        words.next();
        let Some(name) = words.next() else { return };
        let imports = self.vrfs.entry(name).or_default();
        let mut inside = None;
        for line in &command.body {
            let words: Vec<&str> = line.words().take(6).collect();
            match words.as_slice() {
                ["address-family", "ipv4", ..] => inside = Some(Family::Ipv4),
                ["address-family", "ipv6", ..] => inside = Some(Family::Ipv6),
                ["exit-address-family"] => inside = None,
                ["import", "map", _, ..] => imports.map.push((inside, line.text)),
                ["import", "ipv4", "unicast", rest @ ..] if rest.contains(&"map") => {
                    imports.global.push((Family::Ipv4, line.text));
                }
                ["import", "ipv6", "unicast", rest @ ..] if rest.contains(&"map") => {
                    imports.global.push((Family::Ipv6, line.text));
                }
                _ => {}
            }
        }
    }

    /// Resolves the sessions; returns the access lists that filter them.
    pub fn finish(self, device: &mut Device, notes: &mut Notes<'_>) -> BTreeSet<(Family, &'a str)> {
        if self.processes.iter().any(|process| process.asdot) {
            // Expressions see AS numbers above 65535 with a dot then; which they do is not worked out.
            let entries = device
                .as_path_lists
                .values_mut()
                .flat_map(|list| &mut list.entries);
            entries.for_each(|entry| entry.test = AsPathTest::Unsupported);
        }
        let mut used = BTreeSet::new();
        for process in &self.processes {
            resolve::sessions(process, &self.vrfs, device, notes);
            let peers = process
                .peers
                .iter()
                .flat_map(|peer| [(&peer.ipv4, Family::Ipv4), (&peer.ipv6, Family::Ipv6)]);
            // A template serves both families.
            let templates = process.policies.values();
            let templates = templates.flat_map(|policy| Family::BOTH.map(|family| (policy, family)));
            for (policy, family) in peers.chain(templates) {
                let lists = [policy.import.distribute_list, policy.export.distribute_list];
                used.extend(lists.into_iter().flatten().map(|name| (family, name)));
            }
            for ((_, family), wide) in &process.scopes {
                for distribute in wide.import.iter().chain(&wide.export) {
                    if let Distribute::AccessList(name) = distribute {
                        used.insert((*family, name));
                    }
                }
            }
        }
        used
    }
}

impl<'a> Process<'a> {
    fn lines(&mut self, lines: &'a [Command<'a>], place: Place<'a>, notes: &mut Notes<'_>) {
        for line in lines {
            match line.kind {
                Kind::AddressFamily => {
                    let place = self.address_family(line, place, notes);
                    self.lines(&line.body, place, notes);
                }
                Kind::Scope => {
                    let mut words = line.words();
                    words.next();
                    let vrf = words.eat("vrf").then(|| words.next()).flatten();
                    notes.read();
                    self.lines(&line.body, Place { vrf, ..place }, notes);
                }
                Kind::PeerSession | Kind::PeerPolicy => self.template(line, notes),
                _ => self.line(line.text, place, notes),
            }
        }
    }

    /// Reads `address-family ipv4 [unicast] [vrf NAME]`.
    fn address_family(
        &mut self,
        line: &'a Command<'a>,
        outer: Place<'a>,
        notes: &mut Notes<'_>,
    ) -> Place<'a> {
        let mut words = line.words();
        words.next();
        let family = match words.next() {
            Some("ipv4") => Some(Family::Ipv4),
            Some("ipv6") => Some(Family::Ipv6),
            _ => None,
        };
        let mut place = Place {
            vrf: outer.vrf,
            family,
            inner: true,
        };
        while let Some(word) = words.next() {
            match word {
                "unicast" => {}
                "vrf" => place.vrf = words.next(),
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

    fn template(&mut self, command: &'a Command<'a>, notes: &mut Notes<'_>) {
        let is_session = command.kind == Kind::PeerSession;
        let Some(name) = command.words().nth(2) else {
            return self.unread.push((command.text, Target::Process));
        };
        notes.read();
        let target = if is_session {
            Target::Session(name)
        } else {
            Target::Policy(name)
        };
        let mut session = self.sessions.remove(name).unwrap_or_default();
        let mut policy = self.policies.remove(name).unwrap_or_default();
        for line in &command.body {
            let mut words = line.words();
            if keyword(
                words.peek().unwrap_or(""),
                &["exit", "exit-peer-policy", "exit-peer-session"],
            )
            .is_some()
            {
                notes.read();
                continue;
            }
            let negated = words.eat("no") || words.eat("default");
            let setting = Setting {
                session: &mut session,
                policy: &mut policy,
                line: line.text,
                negated,
            };
            let done = setting.read(words, notes);
            self.note(done, line.text, target, notes);
        }
        // A template of one kind may bear the name of one of the other.
        if is_session || self.sessions.contains_key(name) || !policy_only(&session) {
            self.sessions.insert(name, session);
        }
        self.policies.insert(name, policy);
    }

    fn note(&mut self, done: Done, line: &'a str, target: Target<'a>, notes: &mut Notes<'_>) {
        match done {
            Done::Read => notes.read(),
            Done::Ignored => notes.ignored(),
            Done::Unread => self.unread.push((line, target)),
        }
    }

    fn line(&mut self, line: &'a str, place: Place<'a>, notes: &mut Notes<'_>) {
        let mut words = Words::new(line);
        let negated = words.eat("no") || words.eat("default");
        let word = words.next().and_then(|word| keyword(word, BGP_LINES));
        match (word, place.family) {
            (Some("neighbor"), _) => self.neighbor(line, negated, words, place, notes),
            (Some("exit" | "exit-address-family" | "exit-scope"), _) => notes.read(),
            (Some("bgp"), _) => {
                let done = self.bgp(line, negated, words, place);
                self.note(done, line, Target::Process, notes);
            }
            (Some("local-as"), Some(family)) if place.inner => {
                self.wide(place.vrf, family).local_as = words.next().and_then(asn).filter(|_| !negated);
                notes.read();
            }
            (Some("table-map"), Some(family)) => {
                if !negated {
                    extend(&mut self.wide(place.vrf, family).beyond, [line]);
                }
                notes.read();
            }
            (Some("distribute-list"), Some(family)) => {
                let done = self.distribute_list(line, words, negated, (place.vrf, family));
                self.note(done, line, Target::Process, notes);
            }
            // An administrative distance of 255 keeps routes out of the routing table.
            (Some("distance"), Some(family)) if !negated && words.any(|word| word == "255") => {
                extend(&mut self.wide(place.vrf, family).beyond, [line]);
                notes.read();
            }
            (Some("distance"), _) => notes.ignored(),
            (Some("distribute-list" | "local-as" | "table-map"), None) => notes.ignored(),
            (Some(known), _) if BGP_INERT.contains(&known) => notes.ignored(),
            _ => self.unread.push((line, Target::Process)),
        }
    }

    fn wide(&mut self, vrf: Option<&'a str>, family: Family) -> &mut Wide<'a> {
        self.scopes.entry((vrf, family)).or_default()
    }

    /// Reads `neighbor NAME OPTION …`.
    fn neighbor(
        &mut self,
        line: &'a str,
        negated: bool,
        mut words: Words<'a>,
        place: Place<'a>,
        notes: &mut Notes<'_>,
    ) {
        let Some(name) = words.next() else {
            return self.unread.push((line, Target::Process));
        };
        let ip = atoms::address(name);
        let key = match ip {
            Some(ip) => PeerKey::Address(ip, name.split_once('%').map_or("", |(_, zone)| zone)),
            None => PeerKey::Name(name),
        };
        if words.is_empty() && negated {
            if let Some(index) = self.index.remove(&(place.vrf, key))
                && let Some(peer) = self.peers.get_mut(index)
            {
                *peer = Peer::new(name, ip, place.vrf, line);
                peer.declared_group = true;
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
        let option = words.peek().and_then(|word| keyword(word, NEIGHBOR));
        let names = match option {
            Some("remote-as" | "peer-group") => true,
            Some("inherit") => words.ahead().nth(1) == Some("peer-session"),
            _ => false,
        };
        if names && !peer.named {
            peer.line = line;
            peer.named = true;
        }
        peer.in_ipv4 |= place.family == Some(Family::Ipv4);
        if option == Some("peer-group") {
            words.next();
            let done = peer.group(words, negated, place);
            return self.note(done, line, Target::Peer(index), notes);
        }
        let policy = match place.family {
            Some(Family::Ipv4) => &mut peer.ipv4,
            Some(Family::Ipv6) => &mut peer.ipv6,
            None => &mut peer.elsewhere,
        };
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

    /// Reads what follows `bgp`.
    fn bgp(&mut self, line: &'a str, negated: bool, mut words: Words<'a>, place: Place<'a>) -> Done {
        let said = (!negated).then_some(line);
        match words.next().and_then(|word| keyword(word, BGP_OPTIONS)) {
            Some("default") => match words.next().and_then(|word| keyword(word, BGP_DEFAULTS)) {
                Some("ipv4-unicast") => self.ipv4_off = negated.then_some(line),
                Some(_) => return Done::Ignored,
                None => return Done::Unread,
            },
            Some("listen") => match words
                .next()
                .and_then(|word| keyword(word, &["range", "limit", "block"]))
            {
                Some("range") => return self.listen(line, negated, words, place),
                Some(_) => return Done::Ignored,
                None => return Done::Unread,
            },
            Some("confederation") => match words
                .next()
                .and_then(|word| keyword(word, &["identifier", "peers"]))
            {
                Some("identifier") => self.confederation = words.next().and_then(asn).filter(|_| !negated),
                Some(_) => self.members.extend(words.filter_map(asn)),
                None => return Done::Unread,
            },
            Some("safe-ebgp-policy") => self.safe = said,
            Some("asnotation") => self.asdot = !negated,
            // Each drops routes by what they carry, or by their validity.
            Some(
                "maxas-limit" | "maxcommunity-limit" | "maxextcommunity-limit" | "maxlargecommunity-limit",
            ) => {
                extend(&mut self.beyond, said);
            }
            Some("rpki") => extend(&mut self.beyond, said),
            Some("nexthop") if words.eat("route-map") => extend(&mut self.beyond, said),
            // Shuts sessions down by itself after a while.
            Some("graceful-shutdown") if !negated => return Done::Unread,
            Some(_) => return Done::Ignored,
            None => return Done::Unread,
        }
        Done::Read
    }

    /// Reads `range PREFIX peer-group GROUP`.
    fn listen(&mut self, line: &'a str, negated: bool, mut words: Words<'a>, place: Place<'a>) -> Done {
        let range = words.next();
        let named = words
            .next()
            .is_some_and(|word| keyword(word, &["peer-group"]).is_some());
        let (Some(range), Some(group), true) = (range, words.next(), named) else {
            return Done::Unread;
        };
        let vrf = place.vrf;
        match negated {
            true => self.listen.remove(range),
            false => self.listen.insert(range, Listen { group, line, vrf }),
        };
        if words.is_empty() {
            Done::Read
        } else {
            Done::Unread
        }
    }

    /// Reads `LIST in`, `prefix LIST in`, `gateway LIST in`, and the same with `out`, perhaps for one protocol.
    fn distribute_list(
        &mut self,
        line: &'a str,
        mut words: Words<'a>,
        negated: bool,
        (vrf, family): (Option<&'a str>, Family),
    ) -> Done {
        let list = match words.next() {
            Some("prefix") => words.next().map(Distribute::PrefixList),
            Some("gateway") => words.next().map(|_| Distribute::Unknown(line)),
            Some(name) => Some(Distribute::AccessList(name)),
            None => None,
        };
        let gateway = words.eat("gateway") && words.next().is_some();
        let (Some(list), Some(way)) = (list, words.next()) else {
            return Done::Unread;
        };
        let list = if gateway || !words.is_empty() {
            Distribute::Unknown(line)
        } else {
            list
        };
        let wide = self.wide(vrf, family);
        let lists = match way {
            "in" => &mut wide.import,
            // With a protocol it is about what is redistributed.
            "out" if !words.is_empty() => return Done::Ignored,
            "out" => &mut wide.export,
            _ => return Done::Unread,
        };
        match negated {
            true => lists.clear(),
            // One for each interface at most.
            false if lists.len() >= 16 => return Done::Unread,
            false => lists.push(list),
        }
        Done::Read
    }
}

/// Whether nothing of a session was said.
fn policy_only(session: &Session<'_>) -> bool {
    session.remote_as.is_none() && session.inherit.is_none() && session.shutdown.is_none()
}
