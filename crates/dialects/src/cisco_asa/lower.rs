//! From the tree to the model: the meaning of each command, with what the platform leaves unsaid made explicit.

mod access;
mod bgp;
mod lists;
mod matching;
mod route_map;

use std::collections::BTreeMap;

use pairlint_model::bgp::Family;
use pairlint_model::network::{Device, Network, Owner};
use pairlint_model::source::Source;

use super::platform::PLATFORM;
use super::syntax::{self, Block, Kind};
use crate::captures::Capture;
use crate::interfaces::Interfaces;
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
    let headed = capture
        .lines
        .iter()
        .any(|line| line.text.starts_with("ASA Version "));
    let whole = tree.ended || headed || capture.hostname.is_some();
    let ours = tree
        .blocks
        .iter()
        .any(|block| !block.text.starts_with("hostname"));
    if !ours && !whole {
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
    policy_lists: BTreeMap<&'a str, &'a Block<'a>>,
    lists: lists::NamedLists<'a>,
    access_lists: access::AccessLists<'a>,
    bgp: bgp::Bgp<'a>,
    interfaces: Interfaces<'a>,
}

impl<'a> Parts<'a> {
    fn block(&mut self, block: &'a Block<'a>, notes: &mut Notes<'_>) {
        let mut words = block.words();
        let negated = words.eat("no");
        match block.kind {
            Kind::Bgp => self.bgp.process(block, notes),
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
            Kind::PolicyList => {
                let Some(name) = words.nth(1) else {
                    return notes.unread(block.text, Owner::PolicyList(String::new()));
                };
                match negated {
                    true => self.policy_lists.remove(name),
                    false => self.policy_lists.insert(name, block),
                };
                notes.read();
            }
            Kind::Interface => self.interface(block, words, negated),
            Kind::Line => self.line(block.text, words, negated, notes),
            Kind::Family | Kind::Other => {}
        }
    }

    fn line(&mut self, text: &'a str, words: Words<'a>, negated: bool, notes: &mut Notes<'_>) {
        match words.peek() {
            Some("access-list") => self.access_lists.line(text, words, negated),
            Some("hostname") => {}
            _ => self.lists.line(text, words, negated, notes),
        }
    }

    /// Lines that say nothing here are not noted: they are no lines of a policy.
    fn interface(&mut self, block: &'a Block<'a>, mut words: Words<'a>, negated: bool) {
        words.next();
        if negated {
            return self.interfaces.remove(words);
        }
        let Some(interface) = self.interfaces.open(words) else {
            return;
        };
        for line in &block.body {
            let mut words = line.words();
            let negated = words.eat("no");
            let said = (!negated).then_some(line.text);
            match words.next() {
                Some("shutdown") => interface.shutdown = said,
                Some("bfd") => interface.bfd = said,
                Some("ip") if words.eat("address") => {
                    interface.address(Family::Ipv4, words, line.text, negated);
                }
                Some("ipv6") if words.eat("address") => {
                    interface.address(Family::Ipv6, words, line.text, negated);
                }
                _ => {}
            }
        }
    }

    fn finish(self, device: &mut Device, notes: &mut Notes<'_>) {
        self.lists.finish(device, notes);
        let mut used = route_map::used_access_lists(&self.route_maps, &self.policy_lists);
        used.extend(self.bgp.used_access_lists());
        device.access_lists = self.access_lists.finish(&used, notes);
        route_map::finish(self.route_maps, &self.policy_lists, device, notes);
        self.bgp.finish(device, notes);
        device.interfaces = self.interfaces.finish(notes);
    }
}
