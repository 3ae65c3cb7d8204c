//! From the tree to the model: the meaning of each command, with what the platform leaves unsaid made explicit.

mod access;
mod as_path;
mod bgp;
mod community;
mod interface;
mod matching;
mod missing;
mod neighbor;
mod resolve;
mod route_map;
mod setting;

use pairlint_model::bgp::Family;
use pairlint_model::network::{Device, Network, Owner};
use pairlint_model::policy::ListFamily;
use pairlint_model::source::Source;

use super::platform::PLATFORM;
use super::syntax::{self, Block, Kind};
use crate::atoms::prefix_rule;
use crate::captures::Capture;
use crate::clauses::{Pattern, prefix_pattern};
use crate::interfaces::Interfaces;
use crate::lines::Words;
use crate::notes::{Notes, stem};
use crate::originations::{self, Habits};
use crate::prefix_lists::{Line, PrefixLists};
use crate::route_maps::{self, RouteMaps};

/// Lowers one device and adds it to the network, unless there is nothing of ours in it.
pub(super) fn device(source: &Source, capture: &Capture<'_>, network: &mut Network) {
    let tree = syntax::read(&capture.lines);
    let mut notes = Notes::new(source, tree.total);
    let mut parts = Parts::default();
    for block in &tree.blocks {
        parts.block(block, &mut notes);
    }
    // `show running-config` begins with these comments.
    let headed = capture
        .lines
        .iter()
        .any(|line| line.text.starts_with("! device: ") || line.text.starts_with("! Command: show running"));
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
        asks_for_default: false,
    };
    originations::read(&capture.lines, source, habits, &mut device);
    network.remarks.extend(notes.finish(&mut device));
    network.devices.push(device);
}

/// What has been collected of a device; each part knows its commands.
#[derive(Default)]
struct Parts<'a> {
    route_maps: RouteMaps<'a>,
    prefix_lists: PrefixLists<'a>,
    community_lists: community::CommunityLists<'a>,
    as_path_lists: as_path::AsPathLists<'a>,
    access_lists: access::AccessLists<'a>,
    bgp: bgp::Bgp<'a>,
    interfaces: Interfaces<'a>,
}

impl<'a> Parts<'a> {
    fn block(&mut self, block: &'a Block<'a>, notes: &mut Notes<'_>) {
        let mut words = block.words();
        let negated = words.eat("no") || words.eat("default");
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
            Kind::PrefixList => self.prefix_list(block, words, negated, notes),
            Kind::PeerFilter => self.bgp.peer_filter(block, notes),
            Kind::AccessList => self.access_lists.block(block),
            Kind::Interface => interface::interface(&mut self.interfaces, block),
            Kind::Line => self.line(block.text, words, negated, notes),
            Kind::Vrf | Kind::Family | Kind::Other => {}
        }
    }

    /// Reads `ip prefix-list NAME` with its entries below.
    fn prefix_list(
        &mut self,
        block: &'a Block<'a>,
        mut words: Words<'a>,
        negated: bool,
        notes: &mut Notes<'_>,
    ) {
        let family = family(words.next());
        words.next();
        let Some(name) = words.next() else { return };
        notes.read();
        if negated {
            return self.prefix_lists.remove(family, name);
        }
        self.prefix_lists.open(family, name, block.text, notes);
        for line in &block.body {
            let mut words = line.words();
            let negated = words.eat("no");
            let line = Line {
                family,
                name,
                text: line.text,
                words,
                negated,
            };
            if words.peek() == Some("exit") {
                notes.ignored();
                continue;
            }
            self.prefix_lists.line(line, pattern, notes);
        }
    }

    fn line(&mut self, text: &'a str, mut words: Words<'a>, negated: bool, notes: &mut Notes<'_>) {
        let family = family(words.next());
        match words.next() {
            Some("prefix-list") => {
                let Some(name) = words.next() else {
                    return notes.unread(text, Owner::PrefixList(ListFamily::of(family), String::new()));
                };
                let line = Line {
                    family,
                    name,
                    text,
                    words,
                    negated,
                };
                self.prefix_lists.line(line, pattern, notes);
            }
            Some("community-list") => self.community_lists.standard(text, words, negated, notes),
            Some("large-community-list") => self.community_lists.large(text, words, negated, notes),
            Some("extcommunity-list") => self.community_lists.extended(text, words, negated, notes),
            Some("as-path") => self.as_path_lists.line(text, words, negated, notes),
            _ => {}
        }
    }

    fn finish(mut self, device: &mut Device, notes: &mut Notes<'_>) {
        self.prefix_lists.finish(device, notes);
        self.community_lists.finish(device);
        device.as_path_lists = self.as_path_lists.finish(&mut self.bgp, notes);
        let used = route_map::used_access_lists(&self.route_maps);
        device.access_lists = self.access_lists.finish(&used, notes);
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

/// Reads `permit 10.0.0.0/8 [eq N] [ge N] [le N]` (EOS User Manual, "ip prefix-list").
fn pattern(text: &str, family: Family) -> Pattern {
    match prefix_rule(text) {
        Ok(("", rule)) => prefix_pattern(&rule, family),
        _ => Pattern::Unread,
    }
}
