//! From the tree to the model: the meaning of each command, with what the platform leaves unsaid made explicit.

mod bgp;
mod lists;
mod matching;
mod neighbor;
mod resolve;
mod route_map;
mod setting;
mod written;

use pairlint_model::bgp::Family;
use pairlint_model::network::{Device, Network};
use pairlint_model::source::Source;

use super::platform::PLATFORM;
use super::syntax::{self, Block, Kind};
use crate::captures::Capture;
use crate::interfaces::{self, Interfaces};
use crate::lines::Words;
use crate::notes::{Notes, stem};
use crate::originations::{self, Habits};
use crate::route_maps::{self, RouteMaps};

/// Lowers one device and adds it to the network, unless there is nothing of ours in it.
pub(super) fn device(source: &Source, capture: &Capture<'_>, network: &mut Network) {
    let tree = syntax::read(&capture.lines);
    let mut notes = Notes::new(source, tree.total);
    let mut parts = Parts::default();
    for block in &tree.blocks {
        parts.block(block, &mut notes);
    }
    // `show running-config` begins with this comment and the release.
    let headed = capture.lines.iter().any(|line| {
        let release = line.text.strip_prefix("version ");
        line.text.starts_with("!Command: show running")
            || release.is_some_and(|release| release.starts_with(|c: char| c.is_ascii_digit()))
    });
    let whole = tree.ended || headed || capture.hostname.is_some();
    let named = |block: &Block<'_>| {
        ["hostname", "switchname"]
            .iter()
            .any(|word| block.text.starts_with(word))
    };
    if tree.blocks.iter().all(named) && !whole {
        return;
    }
    let hostname = capture.hostname.or(capture.prompt);
    let name = hostname.map_or_else(|| stem(&source.name), str::to_owned);
    let mut device = Device::new(name, source.id, super::DIALECT.name, PLATFORM);
    device.hostname = hostname.map(|name| source.spanned(name, name.to_owned()));
    device.fragment = !whole;
    parts.finish(&mut device, &mut notes);
    let habits = Habits {
        asks_for_default: true,
    };
    originations::read(&capture.lines, source, habits, &mut device);
    network.remarks.extend(notes.finish(&mut device));
    network.devices.push(device);
}

/// What has been collected of a device; each part knows its commands.
#[derive(Default)]
struct Parts<'a> {
    route_maps: RouteMaps<'a>,
    lists: lists::NamedLists<'a>,
    bgp: bgp::Bgp<'a>,
    interfaces: Interfaces<'a>,
}

impl<'a> Parts<'a> {
    fn block(&mut self, block: &'a Block<'a>, notes: &mut Notes<'_>) {
        let mut words = block.words();
        let negated = words.eat("no") || words.eat("default");
        match block.kind {
            Kind::Bgp => self.bgp.process(block, notes),
            Kind::Context => self.bgp.context(block),
            Kind::RouteMap => {
                words.next();
                let written = route_maps::Written {
                    text: block.text,
                    words,
                    negated,
                    lines: block.body.iter().map(|line| line.text).collect(),
                };
                route_maps::collect(&mut self.route_maps, written, notes);
            }
            Kind::Interface => interface(&mut self.interfaces, block),
            Kind::Line => self.lists.line(block.text, words, negated, notes),
            _ => {}
        }
    }

    fn finish(self, device: &mut Device, notes: &mut Notes<'_>) {
        self.lists.finish(device, notes);
        route_map::finish(self.route_maps, device, notes);
        self.bgp.finish(device, notes);
        device.interfaces = self.interfaces.finish(notes);
    }
}

fn family(word: Option<&str>) -> Family {
    match word {
        Some("ipv6") => Family::Ipv6,
        _ => Family::Ipv4,
    }
}

fn interface<'a>(interfaces: &mut Interfaces<'a>, block: &'a Block<'a>) {
    let mut words = block.words();
    let negated = words.eat("no") || words.eat("default");
    words.next();
    if negated {
        return interfaces.remove(words);
    }
    if let Some(interface) = interfaces.open(words) {
        for entry in &block.body {
            interface_line(interface, entry.text);
        }
    }
}

/// Lines that say nothing here are not noted: they are no lines of a policy.
fn interface_line<'a>(interface: &mut interfaces::Written<'a>, line: &'a str) {
    let mut words = Words::new(line);
    let negated = words.eat("no");
    let said = (!negated).then_some(line);
    match words.next() {
        Some("shutdown") => interface.shutdown = said,
        Some("bfd") if matches!(words.peek(), Some("interval" | "ipv4" | "ipv6")) => interface.bfd = said,
        Some("vrf") if words.eat("member") => interface.vrf = words.next().filter(|_| !negated),
        Some("ip") if words.eat("address") => interface.address(Family::Ipv4, words, line, negated),
        Some("ipv6") if words.eat("address") => interface.address(Family::Ipv6, words, line, negated),
        _ => {}
    }
}
