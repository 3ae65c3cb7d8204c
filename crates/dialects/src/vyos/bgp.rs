//! `protocols bgp`, in the global table and in VRFs.

use pairlint_model::bgp::Family;

use super::config::{Config, Leaf};
use super::lists::line_of;
use crate::atoms::{asn, number};
use crate::bgpd::neighbor::Done;
use crate::bgpd::process::{Listen, Place, Process, Target};
use crate::braces::NodeId;
use crate::notes::Notes;

/// Options of a neighbor without effect on which routes are accepted, beside those that FRR knows by the same name.
const INERT: &[&str] = &[
    "addpath-tx-all",
    "addpath-tx-per-as",
    "disable-capability-negotiation",
    "disable-send-community",
    "nexthop-self",
    "nexthop-unchanged",
    "source-interface",
];

/// Reads one process; `node` is `bgp`, or the AS number below it in releases up to 1.3.
pub(super) fn process<'a>(
    config: Config<'a>,
    bgp: NodeId,
    vrf: Option<&'a str>,
    notes: &mut Notes<'_>,
) -> Option<Process<'a>> {
    let numbered = config
        .children(bgp)
        .find(|&child| number::<u32>(config.word(child)).is_some());
    let node = numbered.unwrap_or(bgp);
    let mut process = Process::new(vrf);
    let own = ["system-as", "local-as"]
        .into_iter()
        .find_map(|word| config.value(node, word));
    process.asn = own
        .or_else(|| numbered.map(|node| config.word(node)))
        .and_then(asn);
    // The template writes both: the first for every release with `system-as`, the second always.
    let line = config.line(bgp);
    if config.value(node, "system-as").is_some()
        || config
            .path(node, &["parameters", "default", "no-ipv4-unicast"])
            .is_some()
    {
        process.ipv4_off = Some(line);
    }
    process.requires_policy = Some((false, line));
    for child in config.children(node) {
        match config.word(child) {
            "system-as" | "local-as" => notes.read(),
            "parameters" => parameters(config, child, &mut process, notes),
            "neighbor" | "peer-group" => {
                let is_group = config.word(child) == "peer-group";
                for peer in config.children(child) {
                    neighbor(config, peer, is_group, &mut process, notes);
                }
            }
            "listen" => {
                for range in config
                    .child(child, "range")
                    .into_iter()
                    .flat_map(|node| config.children(node))
                {
                    let line = config.line(range);
                    match config.value(range, "peer-group") {
                        Some(group) => {
                            process.listen.insert(config.word(range), Listen { group, line });
                            notes.read();
                        }
                        None => process.note(Done::Unread, line, Target::Process, notes),
                    }
                }
            }
            // Networks, redistribution, aggregates: what is announced.
            _ => config.leaves(child).iter().for_each(|_| notes.ignored()),
        }
    }
    Some(process)
}

fn parameters<'a>(config: Config<'a>, node: NodeId, process: &mut Process<'a>, notes: &mut Notes<'_>) {
    for leaf in config.leaves(node) {
        match leaf.words.as_slice() {
            ["ebgp-requires-policy"] => process.requires_policy = Some((true, leaf.line)),
            ["default", "no-ipv4-unicast"] => {}
            ["confederation", "identifier", identifier] => process.confederation = asn(identifier),
            ["confederation", "peers", peers] => {
                process
                    .members
                    .extend(peers.split_ascii_whitespace().filter_map(asn));
            }
            ["shutdown"] => process.shutdown = Some(leaf.line),
            ["reject-as-sets"] => process.beyond.push((None, leaf.line)),
            _ => {
                notes.ignored();
                continue;
            }
        }
        notes.read();
    }
}

const TOP: Place = Place {
    family: Some(Family::Ipv4),
};

fn neighbor<'a>(
    config: Config<'a>,
    node: NodeId,
    is_group: bool,
    process: &mut Process<'a>,
    notes: &mut Notes<'_>,
) {
    let line = config.line(node);
    let index = process.peer(config.word(node), line);
    if let Some(peer) = process.peers.get_mut(index) {
        peer.declared_group |= is_group;
        peer.line = ["remote-as", "peer-group"]
            .into_iter()
            .find_map(|word| line_of(config, node, word))
            .unwrap_or(line);
        peer.named = true;
    }
    for child in config.children(node) {
        match config.word(child) {
            "address-family" => {
                for family in config.children(child) {
                    address_family(config, family, index, process, notes);
                }
            }
            "interface" => {
                if let Some(peer) = process.peers.get_mut(index) {
                    peer.interface = true;
                }
                for leaf in config.leaves(child) {
                    let words = match leaf.words.as_slice() {
                        ["v6only", rest @ ..] => rest,
                        words => words,
                    };
                    match words {
                        [] => notes.read(),
                        words => process.option(index, words, leaf.line, false, TOP, notes),
                    }
                }
            }
            // How the session is watched is said below; `bfd` alone says that it is.
            "bfd" => {
                let mut leaves = config.leaves(child);
                let rest = leaves.split_off(1.min(leaves.len()));
                let line = leaves.first().map_or(line, |leaf| leaf.line);
                process.option(index, &["bfd"], line, false, TOP, notes);
                rest.iter().for_each(|_| notes.ignored());
            }
            word => {
                for leaf in config.leaves(child) {
                    option(word, &leaf, index, TOP, process, notes);
                }
            }
        }
    }
}

fn address_family<'a>(
    config: Config<'a>,
    family: NodeId,
    index: usize,
    process: &mut Process<'a>,
    notes: &mut Notes<'_>,
) {
    let place = Place {
        family: match config.word(family) {
            "ipv4-unicast" => Some(Family::Ipv4),
            "ipv6-unicast" => Some(Family::Ipv6),
            _ => None,
        },
    };
    let line = config.line(family);
    // The template activates what is named.
    if let Some(peer) = process.peers.get_mut(index) {
        let policy =
            crate::bgpd::neighbor::policy_of(place, &mut peer.ipv4, &mut peer.ipv6, &mut peer.elsewhere);
        policy.active = Some((true, line));
    }
    if config.children(family).next().is_none() {
        notes.read();
    }
    for child in config.children(family) {
        for leaf in config.leaves(child) {
            option(config.word(child), &leaf, index, place, process, notes);
        }
    }
}

/// Writes an option as FRR's command (`bgpd.frr.j2`) and reads that.
fn option<'a>(
    word: &'a str,
    leaf: &Leaf<'a>,
    index: usize,
    place: Place,
    process: &mut Process<'a>,
    notes: &mut Notes<'_>,
) {
    let line = leaf.line;
    let mut read = |words: &[&'a str], process: &mut Process<'a>| {
        process.option(index, words, line, false, place, notes);
    };
    match (word, leaf.words.as_slice()) {
        ("route-map" | "prefix-list" | "filter-list" | "distribute-list", ["import", name]) => {
            read(&[word, name, "in"], process);
        }
        ("route-map" | "prefix-list" | "filter-list" | "distribute-list", ["export", name]) => {
            read(&[word, name, "out"], process);
        }
        ("allowas-in", ["number", times]) => read(&["allowas-in", times], process),
        ("allowas-in", []) => read(&["allowas-in"], process),
        ("local-as", [number, ..]) => read(&["local-as", number], process),
        ("conditionally-advertise", _) => notes.ignored(),
        ("shutdown", _) => read(&["shutdown"], process),
        (word, _) if INERT.contains(&word) => notes.ignored(),
        (word, rest) => {
            let words: Vec<&'a str> = std::iter::once(word).chain(rest.iter().copied()).collect();
            read(&words, process);
        }
    }
}
