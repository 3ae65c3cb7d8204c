//! From the tree to the model, once for each release of FRR that may run below.

use pairlint_model::network::{Device, Network, Owner, UnreadLine};
use pairlint_model::source::Source;

use super::config::Config;
use super::originations::originations;
use super::syntax::{SYNTAX, prompt};
use super::{bgp, interface, lists, route_map};
use crate::bgpd::lists::Lists;
use crate::bgpd::process::Process;
use crate::bgpd::resolve::{self, RequiresPolicy};
use crate::bgpd::route_map::RouteMaps;
use crate::bgpd::{Version, platform};
use crate::braces::{self, NodeId, Tree};
use crate::notes::{Notes, stem};

pub(super) fn parse(source: &Source, versions: &[Version]) -> Network {
    let mut network = Network::default();
    let tree = braces::read(source.text(), &SYNTAX);
    if tree.is_empty() {
        return network;
    }
    let config = Config { source, tree: &tree };
    let mut device: Option<Device> = None;
    for version in versions {
        match &mut device {
            None => device = Some(reading(config, *version, &mut network)),
            // What is remarkable about the text was said with the first reading.
            Some(first) => {
                let mut silent = Network::default();
                first.readings.push(reading(config, *version, &mut silent));
            }
        }
    }
    network.devices.extend(device);
    network
}

fn reading(config: Config<'_>, version: Version, network: &mut Network) -> Device {
    let tree = config.tree;
    let mut notes = Notes::new(config.source, tree.written.len() as u32);
    let mut lists = Lists::new(version);
    let mut maps = RouteMaps::default();
    let mut processes: Vec<Process<'_>> = Vec::new();
    for child in config.children(NodeId::ROOT) {
        match config.word(child) {
            "policy" => policy(config, child, version, &mut lists, &mut maps, &mut notes),
            "protocols" => {
                let node = config.child(child, "bgp");
                processes.extend(node.and_then(|node| bgp::process(config, node, None, &mut notes)));
            }
            "vrf" => {
                for vrf in config
                    .child(child, "name")
                    .into_iter()
                    .flat_map(|list| config.children(list))
                {
                    let node = config.path(vrf, &["protocols", "bgp"]);
                    let name = Some(config.word(vrf));
                    processes.extend(node.and_then(|node| bgp::process(config, node, name, &mut notes)));
                }
            }
            _ => {}
        }
    }
    let host = config.path(NodeId::ROOT, &["system"]);
    let host = host.and_then(|node| config.value(node, "host-name"));
    let typed = prompted(config.source.text());
    let name = host
        .or(typed)
        .map_or_else(|| stem(&config.source.name), str::to_owned);
    let mut device = Device::new(name, config.source.id, super::DIALECT.name, platform("VyOS"));
    device.hostname = host.map(|name| notes.name(name));
    device.fragment = host.is_none();
    lists.finish(&mut device);
    maps.finish(version, &mut device, &notes);
    // A process says itself what it requires: the template writes it in any case.
    let default = RequiresPolicy {
        required: false,
        line: None,
    };
    for process in &processes {
        resolve::sessions(process, default, &[], &mut device, &mut notes);
    }
    if let Some(node) = config.child(NodeId::ROOT, "interfaces") {
        device.interfaces = interface::interfaces(config, node, &notes);
    }
    if let Some(node) = config.child(NodeId::ROOT, "protocols") {
        originations(config, node, None, &mut device);
    }
    let vrfs = config.path(NodeId::ROOT, &["vrf", "name"]);
    for vrf in vrfs.into_iter().flat_map(|list| config.children(list)) {
        if let Some(node) = config.child(vrf, "protocols") {
            originations(config, node, Some(config.word(vrf)), &mut device);
        }
    }
    skipped(config, tree, &mut notes);
    network.remarks.extend(notes.finish(&mut device));
    if device.fragment {
        pieces(&mut device);
    }
    device
}

/// In a piece of a configuration, what a rule lacks may stand elsewhere.
fn pieces(device: &mut Device) {
    let refused = std::mem::take(&mut device.refused);
    for line in refused {
        match line.effect.starts_with(lists::LACKING) {
            true => {
                device.lines.read = device.lines.read.saturating_sub(1);
                device.unread.push(UnreadLine {
                    span: line.span,
                    owner: line.owner,
                });
            }
            false => device.refused.push(line),
        }
    }
    device.unread.sort_by_key(|line| line.span);
}

fn policy<'a>(
    config: Config<'a>,
    node: NodeId,
    version: Version,
    into: &mut Lists<'a>,
    maps: &mut RouteMaps<'a>,
    notes: &mut Notes<'_>,
) {
    for child in config.children(node) {
        let word = config.word(child);
        match word {
            "route-map" => {
                for map in config.children(child) {
                    route_map::route_map(config, map, version, maps, notes);
                }
            }
            // Policy-based routing.
            "route" | "route6" | "local-route" | "local-route6" => {}
            _ => {
                if !lists::lists(config, word, child, into, notes) {
                    notes.unread(config.line(child), Owner::Bgp);
                }
            }
        }
    }
}

/// What could not be placed in the tree, where it may have been a policy or a session.
fn skipped(config: Config<'_>, tree: &Tree<'_>, notes: &mut Notes<'_>) {
    for (start, end, node) in &tree.skipped {
        let mut at = Some(*node);
        let mut top = "";
        while let Some(node) = at.filter(|&node| node != NodeId::ROOT) {
            top = tree.word(node);
            at = tree.parent(node);
        }
        let text = config
            .source
            .text()
            .get(*start as usize..*end as usize)
            .unwrap_or("");
        // Long lines of nonsense are not searched to their end.
        let near = text
            .char_indices()
            .nth(200)
            .map_or(text, |(end, _)| text.get(..end).unwrap_or(""));
        let within = |word: &str| top == word || near.contains(word);
        if within("policy") || within("bgp") || top == "protocols" {
            notes.unread(text, Owner::Bgp);
        }
    }
}

/// The host's name in the first prompt.
fn prompted(text: &str) -> Option<&str> {
    text.lines().take(200).find_map(|line| {
        let line = line.trim_start();
        let prompt = line.get(..prompt(line)?)?;
        let host = prompt.split_once('@')?.1;
        host.split([':', '#', '$']).next()
    })
}
