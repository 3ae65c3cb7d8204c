//! What a configuration in lines announces of its own: `network`, `aggregate-address`, `redistribute` and the static
//! and connected routes that the latter brings, and what single neighbors are told beyond their policies.
//!
//! The command lines that have these lines agree on their shape; which block a line stands in follows from its
//! indentation where there is one, else from the words that open blocks.

mod table;
#[cfg(test)]
mod tests;

use pairlint_model::bgp::{Family, IpNet, prefix};
use pairlint_model::network::{Announcement, AnnouncementKind, Device, Originated, Origination, Protocol};
use pairlint_model::source::{Source, Spanned};

use crate::atoms::{number, with_mask};
use crate::lines::{Line, Words};
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
        statics: Vec::new(),
        redistributions: Vec::new(),
        defaults: Vec::new(),
        originated: Vec::new(),
        announcements: Vec::new(),
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
    statics: Vec<Static<'a>>,
    redistributions: Vec<Redistribution<'a>>,
    /// Tables in which `default-information originate` stands.
    defaults: Vec<(Option<&'a str>, Family)>,
    originated: Vec<Originated>,
    announcements: Vec<Announcement>,
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
        match negated {
            true => self
                .statics
                .retain(|known| (known.vrf, known.prefix) != (vrf, prefix)),
            false => self.statics.push(Static {
                vrf,
                prefix,
                line: line.text,
            }),
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
                if let Ok(prefix) = prefix(word)
                    && word.contains('/')
                    && !negated
                {
                    let vrf = self.vrf.map(|(name, _)| name);
                    self.statics.push(Static {
                        vrf,
                        prefix: prefix.trunc(),
                        line: line.text,
                    });
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
            "default-originate" | "disable-peer-as-check" | "as-path-loopcheck" | "as-path-loopcheck-out" => {
                if let Some((name, _)) = self.neighbor {
                    self.told(name, line, line.words(), negated);
                }
            }
            "default-information" => {
                if let (Some(family), false) = (self.family, negated) {
                    self.defaults.push((self.vrf(), family));
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

    /// Reads an option of a neighbor that is about what it is told.
    fn told(&mut self, name: &'a str, line: &Line<'a>, words: Words<'a>, negated: bool) {
        let kind = match words.ahead().find_map(|word| match word {
            "default-originate" | "default-route-advertise" => Some(AnnouncementKind::DefaultRoute),
            "disable-peer-as-check" => Some(AnnouncementKind::PeerAs { sent: true }),
            "sender-as-path-loop-detection" => Some(AnnouncementKind::PeerAs { sent: false }),
            _ => None,
        }) {
            Some(kind) => kind,
            None => {
                let loops = words.ahead().any(|word| word.starts_with("as-path-loopcheck"));
                match loops && words.ahead().any(|word| word == "disable") {
                    true => AnnouncementKind::PeerAs { sent: true },
                    false => return,
                }
            }
        };
        let vrf = self.vrf().map(str::to_owned);
        if negated {
            self.announcements
                .retain(|known| known.neighbor != name || known.vrf != vrf || known.kind.value != kind);
            return;
        }
        self.announcements.push(Announcement {
            neighbor: name.to_owned(),
            vrf,
            kind: Spanned::new(self.source.span(line.text), kind),
        });
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
        let vrf = self.vrf().map(str::to_owned);
        if negated {
            self.originated.retain(|known| {
                (known.prefix, &known.vrf) != (prefix, &vrf)
                    || matches!(known.how, Origination::Network) != matches!(how, Origination::Network)
            });
            return;
        }
        let protocol = match how {
            Origination::Aggregate { .. } => Protocol::Aggregate,
            _ => Protocol::Bgp,
        };
        self.originated.push(Originated {
            prefix,
            span: self.source.span(line.text),
            by: None,
            how,
            protocol,
            vrf,
            through: through(self.source, policy(words)),
            needs_policy: false,
        });
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
        let mut originated = self.originated;
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
                    });
                }
            };
            if brought.protocol == Protocol::Static {
                for route in self.statics.iter().filter(|route| route.vrf == brought.vrf) {
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
        device.announcements = self.announcements;
    }
}

/// Takes `10.0.0.0/8`, `10.0.0.0 [mask] 255.0.0.0`, `10.0.0.0 8`, or an address alone, which means its class.
fn take_prefix(words: &mut Words<'_>) -> Option<IpNet> {
    let address = words.next()?;
    if address.contains('/') {
        return prefix(address).ok().map(|net| net.trunc());
    }
    words.eat("mask");
    let next = words.peek();
    let masked = next.and_then(|mask| with_mask(address, mask));
    let long = || {
        let length: u8 = next.and_then(number)?;
        prefix(&format!("{address}/{length}")).ok()
    };
    if let Some(net) = masked.or_else(long) {
        words.next();
        return Some(net.trunc());
    }
    let address: std::net::Ipv4Addr = address.parse().ok()?;
    let length = match address.octets()[0] {
        0 => 0,
        1..=127 => 8,
        128..=191 => 16,
        192..=223 => 24,
        _ => return None,
    };
    IpNet::new(address.into(), length).ok().map(|net| net.trunc())
}

/// The policy named in what is left of a line.
fn policy(mut words: Words<'_>) -> Option<&str> {
    words.find(|word| matches!(*word, "route-map" | "route-policy"))?;
    words.next()
}
