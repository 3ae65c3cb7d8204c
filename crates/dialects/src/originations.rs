//! What a configuration in lines announces of its own: `network`, `aggregate-address`, `redistribute` and the static
//! and connected routes that the latter brings, and what single neighbors are told beyond their policies.
//!
//! The command lines that have these lines agree on their shape; which block a line stands in follows from its
//! indentation where there is one, else from the words that open blocks.

mod neighbors;
mod noted;
mod prefixes;
mod table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::{Family, IpNet, prefix};
use pairlint_model::network::{
    Announcement, AnnouncementKind, Device, Originated, Origination, Preference, Protocol,
};
use pairlint_model::policy::Truth;
use pairlint_model::source::{Source, Spanned};

use crate::atoms::number;
use crate::lines::{Line, Words};
use noted::Noted;
use prefixes::{policy, take_prefix};
pub(crate) use table::{connected, of_table, through};

/// Redistribution lines of one device; each brings every route of its kind.
const MOST_REDISTRIBUTIONS: usize = 64;

/// What the command lines do not agree on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    /// `redistribute` leaves the default route out, unless `default-information originate` asks for it.
    pub asks_for_default: bool,
}

/// Reads the lines and adds what is found to the device, whose interfaces are known already.
pub(crate) fn read(lines: &[Line<'_>], source: &Source, habits: Habits, device: &mut Device) {
    let mut reader = Reader {
        source,
        habits,
        block: Block::Aside,
        indent: 0,
        vrf: None,
        family: Some(Family::Ipv4),
        neighbor: None,
        statics: Noted::new(),
        redistributions: Vec::new(),
        defaults: BTreeSet::new(),
        unchecked: BTreeMap::new(),
        originated: Noted::new(),
        announcements: Noted::new(),
        preferences: Noted::new(),
    };
    for line in lines {
        reader.line(line);
    }
    reader.finish(device);
}

/// The outer block that a line stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block<'a> {
    Bgp,
    /// `router static`.
    Static,
    Vrf(&'a str),
    Aside,
}

struct Reader<'s, 'a> {
    source: &'s Source,
    habits: Habits,
    block: Block<'a>,
    /// Of the line that opened the outer block.
    indent: u32,
    /// Inside the outer block, and the indentation of the line that names it.
    vrf: Option<(&'a str, u32)>,
    /// None in families that carry no routes of ours.
    family: Option<Family>,
    /// The neighbor, group or template whose lines follow, and its indentation.
    neighbor: Option<(&'a str, u32)>,
    /// By table and prefix.
    statics: Noted<(Option<&'a str>, IpNet), Static<'a>>,
    redistributions: Vec<Redistribution<'a>>,
    /// Tables in which `default-information originate` stands.
    defaults: BTreeSet<(Option<&'a str>, Family)>,
    /// Tables whose neighbors are told all routes, whatever their paths, and the line that says so.
    unchecked: BTreeMap<Option<&'a str>, &'a str>,
    /// By table and prefix, and whether `network` or an aggregate.
    originated: Noted<(Option<&'a str>, IpNet, bool), Originated>,
    announcements: Noted<(&'a str, Option<&'a str>, AnnouncementKind), Announcement>,
    preferences: Noted<(&'a str, Option<&'a str>), Preference>,
}

struct Static<'a> {
    vrf: Option<&'a str>,
    prefix: IpNet,
    line: &'a str,
}

struct Redistribution<'a> {
    vrf: Option<&'a str>,
    family: Family,
    protocol: Protocol,
    policy: Option<&'a str>,
    line: &'a str,
}

impl<'a> Reader<'_, 'a> {
    fn line(&mut self, line: &Line<'a>) {
        let mut words = line.words();
        if line.text.starts_with('!') {
            return;
        }
        if line.text.starts_with('#') {
            // Some command lines end each block with the sign alone.
            if line.text == "#" && line.indent == 0 {
                self.open(Block::Aside, line);
            }
            return;
        }
        let negated = words.eat("no") || words.eat("undo");
        let Some(word) = words.next() else { return };
        if self.opens(line, word, words, negated) {
            return;
        }
        match self.block {
            Block::Bgp => self.bgp(line, word, words, negated),
            Block::Static => self.in_static(line, word, words, negated),
            Block::Vrf(_) | Block::Aside => {}
        }
    }

    fn open(&mut self, block: Block<'a>, line: &Line<'a>) {
        self.block = block;
        self.indent = line.indent;
        self.vrf = None;
        self.family = Some(Family::Ipv4);
        self.neighbor = None;
    }

    /// Reads a line that begins an outer block, or stands outside of any.
    fn opens(&mut self, line: &Line<'a>, word: &str, mut words: Words<'a>, negated: bool) -> bool {
        let inside = line.indent > self.indent && self.block != Block::Aside;
        let block = match word {
            "router" => match words.next() {
                Some("bgp") if !negated => Block::Bgp,
                Some("static") if !negated => Block::Static,
                // `router-id` and its like are one word; what is left are other routing protocols.
                _ => Block::Aside,
            },
            "bgp" if self.block != Block::Bgp && !inside => {
                match words.next().is_some_and(|word| number::<u32>(word).is_some()) {
                    true => Block::Bgp,
                    false => Block::Aside,
                }
            }
            "vrf" if !(inside && matches!(self.block, Block::Bgp | Block::Static)) => {
                let name = words.next();
                match name {
                    Some("context") => words.next().map_or(Block::Aside, Block::Vrf),
                    Some("definition" | "instance") => Block::Aside,
                    // Text without indentation: a VRF of `router bgp`.
                    Some(_) if self.block == Block::Bgp && line.indent == self.indent => return false,
                    Some(name) => Block::Vrf(name),
                    None => Block::Aside,
                }
            }
            "ip" | "ipv6" => {
                let kind = words.next();
                if matches!(kind, Some("route" | "route-static")) {
                    let vrf = match self.block {
                        Block::Vrf(name) if inside => Some(name),
                        _ => None,
                    };
                    self.static_route(line, words, vrf, negated);
                }
                if inside && !matches!(self.block, Block::Bgp) {
                    return true;
                }
                Block::Aside
            }
            // A route with the name of the interface in front.
            "route" if !inside => {
                words.next();
                self.static_route(line, words, None, negated);
                Block::Aside
            }
            "interface" | "route-map" | "route-policy" | "hostname" | "sysname" | "end" | "access-list"
            | "prefix-set" | "community-set" | "as-path-set"
                if !inside =>
            {
                Block::Aside
            }
            // What stands no further right than the block, where lines of the block did, ends it.
            _ if self.block != Block::Aside && line.indent < self.indent => Block::Aside,
            _ => return false,
        };
        self.open(block, line);
        true
    }

    /// Reads what follows `ip route`: `[vrf X] 10.0.0.0 255.0.0.0 …`, `10.0.0.0/8 …`, `10.0.0.0 8 …`.
    fn static_route(&mut self, line: &Line<'a>, mut words: Words<'a>, vrf: Option<&'a str>, negated: bool) {
        let vrf = match words.eat("vrf") || words.eat("vpn-instance") {
            true => words.next().filter(|name| *name != "default"),
            false => vrf,
        };
        let Some(prefix) = take_prefix(&mut words) else {
            return;
        };
        let key = (vrf, prefix);
        let line = line.text;
        match negated {
            true => self.statics.take_back(&key),
            false => self.statics.add(key, Static { vrf, prefix, line }),
        }
    }

    /// Reads a line of `router static`, where prefixes begin lines.
    fn in_static(&mut self, line: &Line<'a>, word: &'a str, mut words: Words<'a>, negated: bool) {
        self.leave_inner(line);
        match word {
            "vrf" => self.vrf = words.next().map(|name| (name, line.indent)),
            // Blocks opened in the line itself: `router static address-family ipv4 unicast 10.0.0.0/8 Null0`.
            "address-family" => {}
            _ => {
                if let Ok(net) = prefix(word)
                    && word.contains('/')
                {
                    let (vrf, prefix, line) = (self.vrf(), net.trunc(), line.text);
                    match negated {
                        true => self.statics.take_back(&(vrf, prefix)),
                        false => self.statics.add((vrf, prefix), Static { vrf, prefix, line }),
                    }
                }
            }
        }
    }

    /// Leaves the inner blocks that a line stands outside of. Without indentation nothing is left this way.
    fn leave_inner(&mut self, line: &Line<'a>) {
        let outside = |at: u32| at > self.indent && line.indent <= at;
        if self.neighbor.is_some_and(|(_, at)| outside(at)) {
            self.neighbor = None;
        }
        if self.vrf.is_some_and(|(_, at)| outside(at)) {
            self.vrf = None;
            self.family = Some(Family::Ipv4);
        }
    }

    fn vrf(&self) -> Option<&'a str> {
        self.vrf.map(|(name, _)| name)
    }

    fn bgp(&mut self, line: &Line<'a>, word: &'a str, mut words: Words<'a>, negated: bool) {
        self.leave_inner(line);
        match word {
            "vrf" => {
                let name = words.next().filter(|name| *name != "default");
                self.vrf = name.map(|name| (name, line.indent));
                self.family = Some(Family::Ipv4);
                self.neighbor = None;
            }
            "address-family" | "ipv4-family" | "ipv6-family" => self.address_family(line, word, words),
            "exit-address-family" => {
                self.vrf = None;
                self.family = Some(Family::Ipv4);
            }
            "neighbor" | "peer" | "neighbor-group" | "af-group" | "session-group" => {
                if let Some(name) = words.next() {
                    match words.is_empty() || words.peek() == Some("remote-as") {
                        true => self.neighbor = Some((name, line.indent)),
                        false => self.told(name, line, words, negated),
                    }
                }
            }
            "template" => {
                words.next();
                self.neighbor = words.next().map(|name| (name, line.indent));
            }
            // Inside a neighbor's block.
            "weight" | "import-localpref" => {
                if let Some((name, _)) = self.neighbor {
                    self.preferred(name, line, negated);
                }
            }
            "default-originate" | "disable-peer-as-check" | "as-path-loopcheck" | "as-path-loopcheck-out" => {
                match self.neighbor {
                    Some((name, _)) => self.told(name, line, line.words(), negated),
                    // XR: `as-path-loopcheck out disable` stands in an address family and counts for all of it.
                    None if word == "as-path-loopcheck"
                        && !negated
                        && words.ahead().any(|word| word == "disable") =>
                    {
                        self.unchecked.insert(self.vrf(), line.text);
                    }
                    None => {}
                }
            }
            // VRP: `default-route imported`.
            "default-information" | "default-route" => {
                if let (Some(family), false) = (self.family, negated) {
                    self.defaults.insert((self.vrf(), family));
                }
            }
            "network" => self.network(line, words, negated),
            "aggregate-address" | "aggregate" => self.aggregate(line, words, negated),
            "redistribute" | "import-route" => self.redistribute(line, words, negated),
            _ => {}
        }
    }

    /// Reads `address-family ipv4 [unicast] [vrf X]`, `ipv4-family vpn-instance X`.
    fn address_family(&mut self, line: &Line<'a>, word: &str, mut words: Words<'a>) {
        // A neighbor's own family says nothing about what is announced.
        if self.neighbor.is_some_and(|(_, at)| line.indent > at) {
            return;
        }
        self.neighbor = None;
        let family = match word {
            "ipv4-family" => Some(Family::Ipv4),
            "ipv6-family" => Some(Family::Ipv6),
            _ => match words.next() {
                Some("ipv4") => Some(Family::Ipv4),
                Some("ipv6") => Some(Family::Ipv6),
                _ => None,
            },
        };
        self.family = family;
        while let Some(word) = words.next() {
            match word {
                "unicast" => {}
                "vrf" | "vpn-instance" => self.vrf = words.next().map(|name| (name, line.indent)),
                _ => self.family = None,
            }
        }
    }

    /// Reads `network 10.0.0.0 mask 255.0.0.0 [route-map X]`, `network 10.0.0.0/8 [route-policy X]`.
    fn network(&mut self, line: &Line<'a>, mut words: Words<'a>, negated: bool) {
        if self.family.is_none() {
            return;
        }
        if let Some(prefix) = take_prefix(&mut words) {
            self.own(line, prefix, Origination::Network, words, negated);
        }
    }

    /// Reads `aggregate-address 10.0.0.0 255.0.0.0 [summary-only]` and its like.
    fn aggregate(&mut self, line: &Line<'a>, mut words: Words<'a>, negated: bool) {
        if self.family.is_none() {
            return;
        }
        let Some(prefix) = take_prefix(&mut words) else {
            return;
        };
        let suppresses = words
            .ahead()
            .any(|word| matches!(word, "summary-only" | "detail-suppressed"));
        // A policy of an aggregate sets its attributes; it keeps nothing back.
        let how = Origination::Aggregate { suppresses };
        self.own(line, prefix, how, Words::new(""), negated);
    }

    fn own(&mut self, line: &Line<'a>, prefix: IpNet, how: Origination, words: Words<'a>, negated: bool) {
        let vrf = self.vrf();
        let key = (vrf, prefix, how == Origination::Network);
        if negated {
            return self.originated.take_back(&key);
        }
        let protocol = match how {
            Origination::Aggregate { .. } => Protocol::Aggregate,
            _ => Protocol::Bgp,
        };
        let own = Originated {
            prefix,
            span: self.source.span(line.text),
            by: None,
            how,
            protocol,
            vrf: vrf.map(str::to_owned),
            through: through(self.source, policy(words)),
            needs_policy: false,
            to: None,
            doubt: None,
        };
        self.originated.add(key, own);
    }

    /// Reads `redistribute connected|static [route-map X]`.
    fn redistribute(&mut self, line: &Line<'a>, mut words: Words<'a>, negated: bool) {
        let Some(family) = self.family else { return };
        let protocol = match words.next() {
            Some("connected" | "direct") => Protocol::Connected,
            Some("static") => Protocol::Static,
            // The file does not show the routes of other protocols.
            _ => return,
        };
        let vrf = self.vrf();
        self.redistributions
            .retain(|known| (known.vrf, known.family, known.protocol) != (vrf, family, protocol));
        if !negated && self.redistributions.len() < MOST_REDISTRIBUTIONS {
            self.redistributions.push(Redistribution {
                vrf,
                family,
                protocol,
                policy: policy(words),
                line: line.text,
            });
        }
    }

    fn finish(self, device: &mut Device) {
        let mut originated: Vec<Originated> = self.originated.into_values().collect();
        for brought in &self.redistributions {
            let by = self.source.span(brought.line);
            let mut add = |prefix: IpNet, span| {
                let known = (brought.vrf, brought.family);
                let default = prefix.prefix_len() == 0 && self.habits.asks_for_default;
                if Family::of(&prefix) == brought.family && (!default || self.defaults.contains(&known)) {
                    originated.push(Originated {
                        prefix,
                        span,
                        by: Some(by),
                        how: Origination::Redistributed,
                        protocol: brought.protocol,
                        vrf: brought.vrf.map(str::to_owned),
                        through: through(self.source, brought.policy),
                        needs_policy: false,
                        to: None,
                        doubt: None,
                    });
                }
            };
            if brought.protocol == Protocol::Static {
                for route in self.statics.values().filter(|route| route.vrf == brought.vrf) {
                    add(route.prefix, self.source.span(route.line));
                }
                continue;
            }
            let up = device.interfaces.iter().filter(|interface| {
                let vrf = interface.vrf.as_ref().map(|vrf| vrf.value.as_str());
                interface.shutdown.is_none() && vrf == brought.vrf
            });
            for address in up.flat_map(|interface| &interface.addresses) {
                add(address.value.trunc(), address.span);
            }
        }
        device.originated = originated;
        device.preferences = self.preferences.into_values().collect();
        device.announcements = self.announcements.into_values().collect();
        for neighbor in &device.neighbors {
            let vrf = neighbor.vrf.as_ref().map(|vrf| vrf.value.as_str());
            if let Some(line) = self.unchecked.get(&vrf) {
                let kind = AnnouncementKind::PeerAs { sent: Truth::Yes };
                device.announcements.push(Announcement {
                    neighbor: neighbor.address.value.clone(),
                    vrf: vrf.map(str::to_owned),
                    family: None,
                    kind: Spanned::new(self.source.span(line), kind),
                });
            }
        }
    }
}
