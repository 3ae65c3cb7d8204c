//! From the tree to devices: one for the whole, one for each logical system.

use pairlint_model::network::{Device, ExactExpression, Network, Platform, Remark, RemarkKind};
use pairlint_model::policy::Truth;
use pairlint_model::source::{Source, Span, Spanned};

use super::actions::leaves;
use super::bgp::{Process, as_number, sessions};
use super::config::{Account, Config};
use super::detect::FORMS;
use super::interfaces::{instances_of, interfaces};
use super::originations::originations;
use super::parts::{Part, parts};
use super::syntax::SYNTAX;
use super::{DIALECT, groups, options};
use crate::braces::{self, NodeId, Tree};
use crate::notes::stem;
use crate::{refusals, structured};

/// The commit check refuses references to nothing. Where a file has one all the same, a list counts as one
/// that matches nothing (Batfish), and the effect of a policy is not known. An empty prefix list matches
/// nothing (device, `junos_undefined_prefix_list_import`). A route that no policy has given a local preference is
/// treated as having 100 (device, `junos_rmw_localpref`: `add 50` makes 150).
const PLATFORM: Platform = Platform {
    name: "Juniper Junos",
    undefined_policy_accepts: Truth::Unknown,
    undefined_call_accepts: Truth::Unknown,
    undefined_prefix_list_matches: Truth::No,
    undefined_community_list_matches: Truth::No,
    undefined_as_path_list_matches: Truth::No,
    undefined_access_list_matches: Truth::No,
    undefined_session_filter_passes: Truth::Unknown,
    empty_prefix_list_matches: Truth::No,
    empty_session_filter_passes: Truth::No,
    other_family_matches: Truth::No,
    unset_local_preference_is_100: Truth::Yes,
    exact_expression: ExactExpression::AsListed,
    // "advertise-peer-as": without it, no route goes back to the AS that it was learned from.
    sends_to_as_in_path: Truth::No,
};

/// In a logical system a definition that is missing may stand in the main system.
const LOGICAL_SYSTEM: Platform = Platform {
    undefined_prefix_list_matches: Truth::Unknown,
    undefined_community_list_matches: Truth::Unknown,
    undefined_as_path_list_matches: Truth::Unknown,
    ..PLATFORM
};

pub(super) fn parse(source: &Source) -> Network {
    if let Some(form) = structured::form(source.text(), FORMS) {
        return structured::unread(source, form);
    }
    let mut network = Network::default();
    for part in parts(source) {
        network.extend(parse_part(source, &part));
    }
    network
}

/// Reads one of the devices of a file.
fn parse_part(source: &Source, part: &Part) -> Network {
    let mut tree = braces::read_parts(source.text(), &part.ranges, &SYNTAX);
    let groups = groups::apply(&mut tree);
    let config = Config::new(source, &tree, groups);
    let mut network = Network::default();
    if tree.is_empty() {
        return network;
    }
    let mut roots = vec![(NodeId::ROOT, None)];
    let systems = tree.child(NodeId::ROOT, "logical-systems");
    for system in systems.into_iter().flat_map(|list| tree.children(list)) {
        let has_policies = options::is_there(&config, system);
        if has_policies
            || ["protocols", "routing-instances"]
                .iter()
                .any(|w| tree.child(system, w).is_some())
        {
            roots.push((system, Some(config.name(system))));
        }
    }
    for (root, system) in &roots {
        network
            .devices
            .push(device(&config, *root, system.as_ref(), part));
    }
    // What was read is only known when all of it was lowered.
    let mut account = config.account();
    for (device, (_, system)) in network.devices.iter_mut().zip(&roots) {
        listed(device, &mut account, system.as_ref());
        // batfish/batfish#9384 (2025-04-09): "invalid autonomous system value … not in range 0 to 65535".
        refusals::out_of_range(device, source, "the commit fails");
    }
    remarks(&config, &mut network);
    network
}

fn listed(device: &mut Device, account: &mut Account, system: Option<&Spanned<String>>) {
    let listed = account.take(system.map_or("", |system| system.value.as_str()));
    device.unread = listed.unread;
    device.refused = listed.refused;
    if system.is_none() {
        device.lines = account.lines;
    }
}

/// Reads the whole, or one logical system.
fn device(config: &Config<'_>, root: NodeId, system: Option<&Spanned<String>>, part: &Part) -> Device {
    let tree = config.tree;
    let hostname = tree
        .path(NodeId::ROOT, &["system", "host-name"])
        .and_then(|node| tree.value(node))
        .map(|node| config.name(node));
    let version = tree.child(NodeId::ROOT, "version");
    let fragment = hostname.is_none() && version.is_none();
    let hostname = hostname.or_else(|| part.prompt.clone());
    let name = hostname
        .as_ref()
        .map_or_else(|| stem(&config.source.name), |name| name.value.clone());
    let platform = if system.is_some() {
        LOGICAL_SYSTEM
    } else {
        PLATFORM
    };
    let mut device = Device::new(name, config.source.id, DIALECT.name, platform);
    device.fragment = fragment;
    device.hostname = hostname;
    let instances = instances(config, root, system);
    let own_as = autonomous_system(config, root);
    let mut processes = Vec::new();
    let beyond = forwarding_table(config, root);
    processes.extend(process(config, root, system.cloned(), own_as, beyond));
    for (node, vrf) in &instances {
        let instance_as = autonomous_system(config, *node).or(own_as);
        processes.extend(process(config, *node, Some(vrf.clone()), instance_as, beyond));
    }
    for process in &processes {
        device.neighbors.extend(sessions(config, process));
    }
    device.interfaces = interfaces(config, root, &instances_of(config, &instances), system);
    let neighbors = std::mem::take(&mut device.neighbors);
    options::read(config, root, system, &neighbors, &mut device);
    device.neighbors = neighbors;
    let inner = instances.iter().map(|(node, vrf)| (*node, Some(vrf.clone())));
    let places: Vec<_> = inner.chain([(root, system.cloned())]).collect();
    originations(config, &places, &processes, &mut device);
    device
}

/// Returns the routing instances under a root, with the name a session in them goes by.
fn instances(
    config: &Config<'_>,
    root: NodeId,
    system: Option<&Spanned<String>>,
) -> Vec<(NodeId, Spanned<String>)> {
    let tree = config.tree;
    let list = tree.child(root, "routing-instances");
    let nodes = list.into_iter().flat_map(|list| tree.children(list));
    nodes
        .filter(|&node| !config.word(node).starts_with("apply-"))
        .map(|node| {
            let name = config.name(node).map(|name| match system {
                Some(system) => format!("{}/{name}", system.value),
                None => name,
            });
            (node, name)
        })
        .collect()
}

/// Returns `protocols bgp` under a root or instance.
fn process(
    config: &Config<'_>,
    place: NodeId,
    vrf: Option<Spanned<String>>,
    autonomous_system: Option<NodeId>,
    beyond: Option<Span>,
) -> Option<Process> {
    let tree = config.tree;
    let node = tree.path(place, &["protocols", "bgp"])?;
    if tree.is_leaf(node) {
        config.read(node);
    }
    Some(Process {
        node,
        vrf,
        autonomous_system,
        beyond,
    })
}

/// Returns `routing-options forwarding-table export`, where a policy in it rejects something or is not in
/// the file. Most only spread the load, which keeps no route out.
fn forwarding_table(config: &Config<'_>, root: NodeId) -> Option<Span> {
    let tree = config.tree;
    let export = tree.path(root, &["routing-options", "forwarding-table", "export"])?;
    let rejects = |name: NodeId| {
        let policy = tree.path(root, &["policy-options", "policy-statement", config.word(name)]);
        let words = policy.map(|policy| leaves(tree, policy));
        words.is_none_or(|words| words.into_iter().any(|word| config.word(word) == "reject"))
    };
    tree.children(export)
        .any(rejects)
        .then(|| config.statement(export))
}

/// Returns the number in `routing-options autonomous-system`, all of which is read.
fn autonomous_system(config: &Config<'_>, place: NodeId) -> Option<NodeId> {
    let node = config
        .tree
        .path(place, &["routing-options", "autonomous-system"])?;
    config.read(node);
    as_number(config, node)
}

/// What is to be said about the file: keys in it, and that it is not whole.
fn remarks(config: &Config<'_>, network: &mut Network) {
    let tree = config.tree;
    for node in tree
        .all()
        .filter(|&node| tree.rank(node) == 0 && !tree.is_removed(node))
    {
        let what = match config.word(node) {
            "authentication-key" if is_under(tree, node, "bgp") => "neighbor password",
            "secret" if is_under(tree, node, "authentication-key-chains") => "neighbor password",
            _ => continue,
        };
        let values = tree
            .every_child(node)
            .filter(|&value| !is_placeholder(config.word(value)));
        network.remarks.extend(values.map(|value| Remark {
            span: config.word_span(value),
            kind: RemarkKind::Secret {
                what: what.to_owned(),
            },
        }));
    }
    if let Some((start, end)) = tree.unclosed {
        network.remarks.push(Remark {
            span: config.source.range(start as usize, end as usize),
            kind: RemarkKind::Truncated {
                what: "a configuration that ends inside a block".to_owned(),
                instead: "show configuration | display set | no-more".to_owned(),
            },
        });
    }
}

fn is_under(tree: &Tree<'_>, node: NodeId, word: &str) -> bool {
    let mut at = tree.parent(node);
    while let Some(node) = at {
        if tree.word(node) == word {
            return true;
        }
        at = tree.parent(node);
    }
    false
}

/// `<removed>`, `***`: the key was taken out before the file was shared.
fn is_placeholder(value: &str) -> bool {
    value.is_empty() || value.starts_with('<') || value.bytes().all(|b| b"*xX.-".contains(&b))
}
