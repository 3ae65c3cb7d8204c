//! From the tree to devices: one for the whole, one for each Panorama template.

use pairlint_model::network::{Device, Network, Platform, Remark, RemarkKind};
use pairlint_model::policy::Truth;
use pairlint_model::source::{Source, Spanned};

use super::DIALECT;
use super::bgp::{Process, advanced};
use super::config::{Config, SYNTAX};
use super::interfaces::interfaces;
use super::originations::originations;
use super::xml;
use crate::braces::{self, NodeId};
use crate::notes::stem;

/// Rules belong to the sessions they are for, so nothing can be undefined.
const PLATFORM: Platform = Platform {
    // By default a prefix is not advertised to a peer whose AS is in its path (Palo Alto Networks knowledge base, "BGP
    // AS_PATH Loop Prevention Workaround", 2020-09-09).
    sends_to_as_in_path: Truth::No,
    ..Platform::new("Palo Alto PAN-OS")
};

pub(super) fn parse(source: &Source) -> Network {
    let mut network = Network::default();
    let tree = match xml::is_xml(source.text()) {
        true => xml::read(source),
        false => braces::read(source.text(), &SYNTAX),
    };
    if tree.is_empty() {
        return network;
    }
    let config = Config::new(source, &tree);
    let places = places(&config);
    for (place, template) in &places {
        network.devices.push(device(&config, *place, template.as_ref()));
    }
    // What was read is only known when all of it was lowered.
    if let Some(device) = network.devices.first_mut() {
        (device.lines, device.unread) = config.account();
    }
    remarks(&config, &mut network);
    network
}

/// Returns where devices' configurations stand: the root of `set` commands, `config devices X` in XML, and templates.
fn places<'a>(config: &Config<'a>) -> Vec<(NodeId, Option<Spanned<String>>)> {
    let mut roots = vec![NodeId::ROOT];
    if let Some(whole) = config.child(NodeId::ROOT, "config") {
        roots.extend(config.list(whole, "devices"));
    }
    let mut found: Vec<(NodeId, Option<Spanned<String>>)> = Vec::new();
    for &root in &roots {
        for template in config.list(root, "template") {
            let inner = config.child(template, "config");
            let mut inside: Vec<NodeId> = inner.into_iter().collect();
            inside.extend(
                inner
                    .map(|inner| config.list(inner, "devices"))
                    .unwrap_or_default(),
            );
            let inside = inside
                .into_iter()
                .filter(|&place| config.child(place, "network").is_some());
            found.extend(inside.map(|place| (place, Some(config.name(template)))));
        }
    }
    // XML has everything under the device's entry, `set` form at the root.
    let own = roots.iter().rev().find(|&&root| {
        ["network", "deviceconfig"]
            .iter()
            .any(|word| config.child(root, word).is_some())
    });
    found.insert(0, (own.copied().unwrap_or(NodeId::ROOT), None));
    found
}

fn device(config: &Config<'_>, place: NodeId, template: Option<&Spanned<String>>) -> Device {
    let hostname = config
        .child(place, "deviceconfig")
        .and_then(|node| config.child(node, "system"))
        .and_then(|system| config.value(system, "hostname"))
        .map(|node| config.name(node));
    let named = hostname.as_ref().or(template);
    let name = named.map_or_else(|| stem(&config.source.name), |name| name.value.clone());
    let mut device = Device::new(name, config.source.id, DIALECT.name, PLATFORM);
    device.fragment = hostname.is_none();
    device.hostname = hostname;
    let Some(network) = config.child(place, "network") else {
        return device;
    };
    let routers = config.list(network, "virtual-router");
    for &router in &routers {
        let bgp = config
            .child(router, "protocol")
            .and_then(|protocol| config.child(protocol, "bgp"));
        if let Some(bgp) = bgp {
            let process = Process { config, router, bgp };
            device.neighbors.extend(process.sessions(&mut device.policies));
        }
    }
    for router in config.list(network, "logical-router") {
        device.neighbors.extend(advanced(config, router));
    }
    device.interfaces = interfaces(config, network, &routers);
    for &router in &routers {
        let bgp = config
            .child(router, "protocol")
            .and_then(|protocol| config.child(protocol, "bgp"));
        if let Some(bgp) = bgp {
            originations(config, router, bgp, &mut device);
        }
    }
    device
}

/// Keys of BGP authentication profiles, and a text that is cut.
fn remarks(config: &Config<'_>, network: &mut Network) {
    let tree = config.tree;
    for node in tree.all() {
        let is_secret = config.word(node) == "secret" && !tree.is_removed(node);
        let profile = tree.parent(node).and_then(|profile| tree.parent(profile));
        if !is_secret || profile.is_none_or(|list| config.word(list) != "auth-profile") {
            continue;
        }
        let values = tree
            .every_child(node)
            .filter(|&value| !config.word(value).bytes().all(|b| b"*xX.-".contains(&b)));
        network.remarks.extend(values.map(|value| Remark {
            span: tree.word_span(config.source, value),
            kind: RemarkKind::Secret {
                what: "neighbor password".to_owned(),
            },
        }));
    }
    if let Some((start, end)) = tree.unclosed {
        network.remarks.push(Remark {
            span: config.source.range(start as usize, end as usize),
            kind: RemarkKind::Truncated {
                what: "a configuration that ends inside a block".to_owned(),
                instead: "show config running".to_owned(),
            },
        });
    }
}
