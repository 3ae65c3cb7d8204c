//! From the tree to a device.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::Asn;
use pairlint_model::network::{Device, Network, Remark, RemarkKind};
use pairlint_model::policy::ListFamily;
use pairlint_model::source::{Source, Spanned};

use super::bgp::{Process, disabled, sessions};
use super::communities::{Named, community_list};
use super::conditions::group_key;
use super::config::{BGP_WORDS, Config, ORPHANS, POLICY_WORDS};
use super::defaults::Defaults;
use super::interfaces::interfaces;
use super::lists::{as_path, as_path_group, prefix_list};
use super::originations::originations;
use super::platform::PLATFORM;
use super::policies::{callees, falls_through, policy, unknown};
use super::scene::Scene;
use super::syntax::{self, Text};
use super::uses::uses;
use super::{DIALECT, groups};
use crate::atoms::asn;
use crate::braces::NodeId;
use crate::notes::stem;
use crate::refusals;

pub(super) fn parse(source: &Source) -> Network {
    let mut network = Network::default();
    for part in parts(source.text()) {
        let mut text = syntax::read(source, part);
        groups::apply(&mut text.tree);
        if text.tree.is_empty() && text.tree.skipped.is_empty() {
            continue;
        }
        let config = Config::new(source, &text.tree);
        let device = device(&config, &text);
        network.devices.push(device);
        remarks(&config, &mut network);
    }
    network
}

/// A second head of the system begins another device.
fn parts(text: &str) -> Vec<&str> {
    let heads: Vec<usize> = text.match_indices("\n# TiMOS-").map(|(at, _)| at + 1).collect();
    let mut cuts = vec![0];
    let first_is_head = text.starts_with("# TiMOS-");
    cuts.extend(heads.into_iter().skip(usize::from(!first_is_head)));
    cuts.push(text.len());
    let pairs = cuts.windows(2);
    pairs
        .filter_map(|pair| match pair {
            [start, end] => text.get(*start..*end),
            _ => None,
        })
        .collect()
}

/// A router instance or a service.
struct Instance {
    node: NodeId,
    vrf: Option<Spanned<String>>,
}

fn instances(config: &Config<'_>) -> Vec<Instance> {
    let mut found = Vec::new();
    let root = NodeId::ROOT;
    let named = |list: Option<NodeId>| {
        let names = list.into_iter().flat_map(|list| config.children(list));
        names
            .filter(|&name| !config.is(name, "apply-groups"))
            .collect::<Vec<_>>()
    };
    for node in named(config.child(root, "router")) {
        let is_base = config.word(node) == "Base";
        found.push(Instance {
            node,
            vrf: (!is_base).then(|| config.name(node)),
        });
    }
    let service = config.child(root, "service");
    let vprns = service.and_then(|service| config.child(service, "vprn"));
    for list in [vprns, config.child(root, "vprn")] {
        for node in named(list) {
            // Classic configurations have a number, and since 16.0 a name beside it.
            let name = config.value(node, "name").unwrap_or(node);
            found.push(Instance {
                node,
                vrf: Some(config.name(name)),
            });
        }
    }
    found.push(Instance {
        node: root,
        vrf: None,
    });
    found
}

fn device(config: &Config<'_>, text: &Text<'_>) -> Device {
    let hostname = config
        .child(NodeId::ROOT, "system")
        .and_then(|system| config.value(system, "name"))
        .map(|node| config.name(node));
    let name = hostname
        .as_ref()
        .map_or_else(|| stem(&config.source.name), |name| name.value.clone());
    let mut device = Device::new(name, config.source.id, DIALECT.name, PLATFORM);
    device.fragment = hostname.is_none() && !text.whole;
    device.hostname = hostname;
    let defaults = Defaults {
        model_driven: text.model_driven,
        version: text.version,
    };
    let instances = instances(config);
    let base_as = instances.iter().find_map(|instance| match instance.vrf {
        None => autonomous_system(config, instance.node),
        Some(_) => None,
    });
    for instance in &instances {
        let own_as = autonomous_system(config, instance.node).or(base_as);
        let node = match config.child(instance.node, "bgp") {
            Some(node) => node,
            // A snippet that begins with groups or neighbors.
            None if instance.node == NodeId::ROOT
                && BGP_WORDS
                    .iter()
                    .any(|word| config.child(NodeId::ROOT, word).is_some()) =>
            {
                NodeId::ROOT
            }
            None => continue,
        };
        let process = Process {
            node,
            vrf: instance.vrf.clone(),
            local_as: own_as,
            shutdown: instance
                .vrf
                .as_ref()
                .and_then(|_| disabled(config, instance.node)),
        };
        device.neighbors.extend(sessions(config, &process, &defaults));
    }
    for instance in &instances {
        device
            .interfaces
            .extend(interfaces(config, instance.node, instance.vrf.as_ref()));
    }
    let service = config.child(NodeId::ROOT, "service");
    for ies in service
        .and_then(|service| config.child(service, "ies"))
        .into_iter()
        .flat_map(|ies| config.children(ies))
    {
        device.interfaces.extend(interfaces(config, ies, None));
    }
    let places = instances.iter().map(|instance| {
        let vrf = instance.vrf.as_ref().map(|vrf| vrf.value.as_str());
        (instance.node, vrf)
    });
    originations(config, places, &mut device);
    policies(config, &instances, &mut device);
    (device.lines, device.unread) = config.account();
    refusals::out_of_range(&mut device, config.source, "the device refuses the value");
    device
}

fn autonomous_system(config: &Config<'_>, node: NodeId) -> Option<Asn> {
    let statement = config.child(node, "autonomous-system")?;
    config.read(statement);
    let number = config
        .tree
        .value(statement)
        .and_then(|value| asn(config.word(value)));
    if number.is_none() {
        config.unread(statement);
    }
    number
}

/// Words of `policy-options` that are not about routes.
const IGNORED: [&str; 9] = [
    "apply-groups",
    "begin",
    "commit",
    "damping",
    "description",
    "exclusive-lock-time",
    "global-variables",
    "no",
    "route-distinguisher-list",
];

/// Reads every `policy-options`: of MD-CLI beside `router`, of the classic CLI inside it.
fn policies(config: &Config<'_>, instances: &[Instance], device: &mut Device) {
    let mut by_kind: BTreeMap<&str, Vec<NodeId>> = BTreeMap::new();
    for instance in instances {
        let options = config.child(instance.node, "policy-options");
        let beside = (instance.node == NodeId::ROOT).then_some(NodeId::ROOT);
        for place in options.into_iter().chain(beside) {
            for child in config.children(place) {
                let word = config.word(child);
                if POLICY_WORDS.contains(&word) {
                    by_kind.entry(word).or_default().extend(config.children(child));
                } else if place != NodeId::ROOT {
                    match IGNORED.contains(&word) {
                        true => config.ignore(child),
                        false => config.unread(child),
                    }
                }
            }
            if place != NodeId::ROOT && config.tree.is_leaf(place) {
                config.read(place);
            }
        }
    }
    let all = |kind: &str| by_kind.get(kind).into_iter().flatten().copied();
    let lists = device.prefix_lists.entry(ListFamily::Both).or_default();
    for node in all("prefix-list") {
        lists.insert(config.word(node).to_owned(), prefix_list(config, node));
    }
    let mut communities: BTreeMap<String, Named> = BTreeMap::new();
    for node in all("community") {
        communities.insert(config.word(node).to_owned(), community_list(config, node));
    }
    for node in all("as-path") {
        device
            .as_path_lists
            .insert(config.word(node).to_owned(), as_path(config, node));
    }
    let as_paths: BTreeSet<String> = device.as_path_lists.keys().cloned().collect();
    for node in all("as-path-group") {
        let name = config.word(node);
        let key = if as_paths.contains(name) {
            group_key(name)
        } else {
            name.to_owned()
        };
        device.as_path_lists.insert(key, as_path_group(config, node));
    }
    let mut calls = BTreeMap::new();
    let mut fall_through = BTreeSet::new();
    for node in all("policy-statement") {
        let name = config.word(node).to_owned();
        if falls_through(config, node) {
            fall_through.insert(name.clone());
        }
        calls.insert(name, callees(config, node));
    }
    let uses = uses(&device.neighbors, &calls);
    let scene = Scene {
        communities: &communities,
        as_paths: &as_paths,
        fall_through: &fall_through,
        uses: &uses,
    };
    let orphan = config
        .children(NodeId::ROOT)
        .find(|&node| ORPHANS.contains(&config.word(node)));
    for node in all("policy-statement") {
        let mut policy = policy(config, node, &scene, &mut device.refused);
        if let Some(orphan) = orphan {
            policy.statements.insert(0, unknown(config, orphan));
        }
        device.policies.insert(policy.name.value.clone(), policy);
    }
    device
        .community_lists
        .extend(communities.into_iter().map(|(name, named)| (name, named.list)));
}

/// What is to be said about the file: keys in it, and that it is not whole.
fn remarks(config: &Config<'_>, network: &mut Network) {
    let tree = config.tree;
    for node in tree.all() {
        let is_key = config.word(node) == "authentication-key" && !tree.is_removed(node);
        if !is_key || tree.rank(node) != 0 || !config.is_relevant(node) {
            continue;
        }
        let value = tree.every_child(node).next();
        // What was taken out before the file was shared.
        let value = value.filter(|&value| {
            let text = config.word(value);
            !text.is_empty() && !text.starts_with('<') && !text.bytes().all(|b| b"*xX.-".contains(&b))
        });
        network.remarks.extend(value.map(|value| Remark {
            span: config.word_span(value),
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
                instead: "admin show configuration".to_owned(),
            },
        });
    }
}
