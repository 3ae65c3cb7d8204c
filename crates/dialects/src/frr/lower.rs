//! From the tree to the model, once for each release that the text may be for.

use std::collections::BTreeMap;

use pairlint_model::bgp::Family;
use pairlint_model::network::{Device, Network, Owner};
use pairlint_model::source::Source;

use super::capture::Capture;
use super::interface::Interfaces;
use super::nclu;
use super::router::{self, Routers};
use super::syntax::{Command, Kind, Tree, full};
use super::version::Header;
use crate::atoms::{number, verdict};
use crate::bgpd::abbreviation;
use crate::bgpd::community::Kind as CommunityKind;
use crate::bgpd::entry::{Entry, Exit};
use crate::bgpd::is_placeholder;
use crate::bgpd::lists::{Lists, REFUSED};
use crate::bgpd::route_map::RouteMaps;
use crate::bgpd::{Version, doubts, platform};
use crate::lines::Words;
use crate::notes::{Notes, stem};
use crate::originations::{self, Habits};

/// Lowers one device and adds it to the network, unless there is nothing of ours in it.
pub(super) fn device(
    source: &Source,
    capture: &Capture<'_>,
    tree: &Tree<'_>,
    wanted: Option<Version>,
    network: &mut Network,
) {
    if tree.commands.is_empty() && !tree.whole && capture.hostname.is_none() {
        return;
    }
    let header = Header::read(&tree.commands);
    let wanted = wanted.map(|version| [version]);
    let versions = wanted.as_ref().map_or(header.versions(), |one| one.as_slice());
    let mut device: Option<Device> = None;
    for version in versions {
        match &mut device {
            None => device = Some(reading(source, capture, tree, &header, *version, network)),
            // What is remarkable about the text was said with the first reading.
            Some(first) => {
                let mut silent = Network::default();
                first
                    .readings
                    .push(reading(source, capture, tree, &header, *version, &mut silent));
            }
        }
    }
    network.devices.extend(device);
}

fn reading(
    source: &Source,
    capture: &Capture<'_>,
    tree: &Tree<'_>,
    header: &Header<'_>,
    version: Version,
    network: &mut Network,
) -> Device {
    let mut notes = Notes::new(source, tree.total);
    let mut parts = Parts::new(version);
    for command in &tree.commands {
        parts.command(command, &mut notes);
    }
    let hostname = capture.hostname.or(parts.hostname).or(capture.prompt);
    let name = hostname.map_or_else(|| stem(&source.name), str::to_owned);
    let mut device = Device::new(name, source.id, super::DIALECT.name, platform("FRR"));
    device.hostname = hostname.map(|name| source.spanned(name, name.to_owned()));
    device.fragment = !tree.whole && parts.hostname.is_none();
    parts.finish(header, &mut device, &mut notes);
    let habits = Habits {
        asks_for_default: false,
    };
    originations::read(&capture.lines, source, habits, &mut device);
    network.remarks.extend(notes.finish(&mut device));
    device
}

/// What has been collected of a device.
pub(super) struct Parts<'a> {
    pub version: Version,
    pub lists: Lists<'a>,
    pub route_maps: RouteMaps<'a>,
    pub routers: Routers<'a>,
    pub interfaces: Interfaces<'a>,
    /// From `net add hostname NAME`.
    pub hostname: Option<&'a str>,
    /// `ip protocol bgp route-map X`: by family, what keeps routes out of the kernel.
    beyond: BTreeMap<Family, &'a str>,
}

impl<'a> Parts<'a> {
    fn new(version: Version) -> Parts<'a> {
        Parts {
            version,
            lists: Lists::new(version),
            route_maps: RouteMaps::default(),
            routers: Routers::default(),
            interfaces: Interfaces::default(),
            hostname: None,
            beyond: BTreeMap::new(),
        }
    }

    fn command(&mut self, command: &Command<'a>, notes: &mut Notes<'_>) {
        match command.kind {
            Kind::RouteMap => self.route_map(command, notes),
            Kind::Bgp => self.routers.router(command, notes),
            Kind::Interface => self.interfaces.interface(command),
            Kind::Global => self.global(command.text, notes),
            Kind::Vrf | Kind::AddressFamily | Kind::Line | Kind::Other | Kind::Igp => {}
        }
    }

    /// Reads a command outside blocks.
    pub fn global(&mut self, line: &'a str, notes: &mut Notes<'_>) {
        let mut words = Words::new(line);
        let negated = words.eat("no");
        let (Some(first), second) = (words.next(), words.next()) else {
            return;
        };
        let (first, second) = full(first, second, words);
        match (Some(first), second) {
            (Some("bgp"), Some(kind @ ("community-list" | "large-community-list" | "extcommunity-list"))) => {
                let kind = match kind {
                    "community-list" => CommunityKind::Community,
                    "large-community-list" => CommunityKind::Large,
                    _ => CommunityKind::Extended,
                };
                self.lists.community.line(kind, line, negated, words, notes);
            }
            (Some("bgp"), Some("as-path")) => match (words.next(), words.next()) {
                (Some("access-list"), Some(name)) => {
                    self.lists.as_path_line(name, line, negated, words, notes);
                }
                _ => notes.refused(line, Owner::AsPathList(String::new()), REFUSED),
            },
            (Some("bgp"), Some("community")) => {
                self.lists.community.alias();
                notes.read();
            }
            (Some("ip"), Some("community-list")) => {
                refuse_ios(line, words, Owner::CommunityList, notes);
            }
            (Some("ip"), Some("large-community-list")) => {
                refuse_ios(line, words, Owner::LargeCommunityList, notes);
            }
            (Some("ip"), Some("extcommunity-list")) => {
                refuse_ios(line, words, Owner::ExtendedCommunityList, notes);
            }
            (Some("ip"), Some("as-path")) => {
                words.next();
                refuse_ios(line, words, Owner::AsPathList, notes);
            }
            (Some(family @ ("ip" | "ipv6")), Some(list)) => {
                let family = if family == "ip" {
                    Family::Ipv4
                } else {
                    Family::Ipv6
                };
                match list {
                    "prefix-list" => match words.next() {
                        Some("sequence-number") | None => {}
                        Some(name) => self.lists.prefix_line(family, name, line, negated, words, notes),
                    },
                    "access-list" => {
                        if let Some(name) = words.next() {
                            self.lists.access.line(family, name, line, negated, words, notes);
                        }
                    }
                    _ => {
                        let bgp = matches!(words.next(), Some("bgp" | "any"));
                        if bgp && words.eat("route-map") {
                            self.beyond.insert(family, line);
                        }
                    }
                }
            }
            (Some("access-list"), Some(name)) => {
                self.lists
                    .access
                    .line(Family::Ipv4, name, line, negated, words, notes);
            }
            (Some("route-map"), Some(name)) => {
                self.route_maps.optimization(name, line, negated);
                notes.read();
            }
            (Some("net"), Some(what)) => nclu::line(self, line, what == "del", words, notes),
            _ => {}
        }
    }

    /// Reads `route-map NAME permit|deny SEQUENCE` with its lines.
    fn route_map(&mut self, command: &Command<'a>, notes: &mut Notes<'_>) {
        let mut words = command.words();
        let negated = words.eat("no");
        words.next();
        let Some(name) = words.next() else { return };
        let owner = || Owner::Policy(name.to_owned());
        let verdict = words.eat_if(verdict);
        let sequence = words
            .eat_if(number::<u32>)
            .filter(|sequence| (1..=65535).contains(sequence));
        if negated {
            self.route_maps.remove(name, sequence);
            return notes.read();
        }
        let (Some(verdict), Some(sequence), true) = (verdict, sequence, words.is_empty()) else {
            // The lines below go to whatever entry was open before; that is not worked out.
            match is_placeholder(command.text) {
                true => notes.unread(command.text, owner()),
                false => notes.refused(command.text, owner(), REFUSED),
            }
            return command
                .body
                .iter()
                .for_each(|line| notes.unread(line.text, owner()));
        };
        notes.read();
        let version = self.version;
        let entry = self.route_maps.entry(name, sequence, verdict, command.text);
        if let (true, Some(last)) = (std::ptr::eq(entry.head, command.text), command.body.last()) {
            entry.end = last.text;
        }
        for line in &command.body {
            entry_line(
                entry,
                line.text,
                Words::new(line.text),
                sequence,
                version,
                &owner,
                notes,
            );
        }
    }

    fn finish(self, header: &Header<'a>, device: &mut Device, notes: &mut Notes<'_>) {
        self.lists.finish(device);
        self.route_maps.finish(self.version, device, notes);
        doubts::settle(device);
        let wide: Vec<_> = self
            .beyond
            .into_iter()
            .map(|(family, line)| (Some(family), line))
            .collect();
        self.routers
            .finish(header.requires_policy(), &wide, device, notes);
        device.interfaces = self.interfaces.finish(notes);
    }
}

/// Lines of IOS that FRR does not take: its lists begin with `bgp`.
fn refuse_ios(line: &str, mut words: Words<'_>, owner: fn(String) -> Owner, notes: &mut Notes<'_>) {
    let first = words.next().unwrap_or("");
    let name = match first {
        "standard" | "expanded" => words.next().unwrap_or(""),
        name => name,
    };
    let effect = "drops the line, which is in the spelling of IOS (FRR wants `bgp` in place of `ip`), so it defines nothing";
    notes.refused(line, owner(name.to_owned()), effect);
}

/// Reads one line of an entry.
pub(super) fn entry_line<'a>(
    entry: &mut Entry<'a>,
    line: &'a str,
    words: Words<'a>,
    sequence: u32,
    version: Version,
    owner: &dyn Fn() -> Owner,
    notes: &mut Notes<'_>,
) {
    let mut all: Vec<&'a str> = words.collect();
    abbreviation::entry_line(&mut all);
    let open = match all.as_slice() {
        ["match", kind, ..] => {
            !abbreviation::MATCH.contains(kind) && abbreviation::begins_some(kind, abbreviation::MATCH)
        }
        ["set", kind, ..] => {
            !abbreviation::SET.contains(kind) && abbreviation::begins_some(kind, abbreviation::SET)
        }
        _ => false,
    };
    if open {
        // The device completes it by what follows, which is not worked out.
        notes.unread(line, owner());
        return entry.unread(line);
    }
    match all.as_slice() {
        ["match", rest @ ..] => entry.matching(rest, line, version, owner, notes),
        ["set", rest @ ..] => entry.setting(rest, line, version, owner, notes),
        ["call", name] if owner() == Owner::Policy((*name).to_owned()) => {
            let effect = "drops the line, since a route map cannot call itself, and the entry is as if it were not there";
            notes.refused(line, owner(), effect);
        }
        ["call", name] => entry.call(name, line, notes),
        ["on-match", "next"] => entry.exit(Exit::Next, sequence, line, owner, notes),
        ["on-match", "goto", to] | ["continue", to] if number::<u32>(to).is_some() => {
            let to = number(to).unwrap_or(0);
            entry.exit(Exit::GoTo(to), sequence, line, owner, notes);
        }
        ["continue"] => {
            let effect = "drops the line, since `continue` wants a number here: the entry ends the route map";
            notes.refused(line, owner(), effect);
        }
        ["description", ..] | ["exit" | "quit" | "exit-route-map"] => notes.ignored(),
        ["no", "on-match" | "continue", ..] => {
            entry.no_exit();
            notes.read();
        }
        ["no", "call", ..] => {
            entry.no_call();
            notes.read();
        }
        ["no", "description", ..] => notes.ignored(),
        ["no", rest @ ..] if entry.remove(rest, version, notes) => notes.read(),
        all if all.iter().any(|word| is_placeholder(word)) => {
            notes.unread(line, owner());
            entry.unread(line);
        }
        _ => notes.refused(
            line,
            owner(),
            "drops the line, and the entry is as if it were not there",
        ),
    }
}

/// What a line of a neighbor is about, for the places where NCLU writes it.
pub(super) use router::Section;
