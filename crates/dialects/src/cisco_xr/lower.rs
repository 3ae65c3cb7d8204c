//! From the blocks to the model: the meaning of each command, with what the platform leaves unsaid made explicit.

mod action;
mod bgp;
mod branches;
mod condition;
mod flow;
mod interface;
mod library;
mod neighbor;
mod policy;
mod sessions;
mod sets;
mod statements;
mod update_groups;
mod values;

use std::collections::BTreeSet;

use pairlint_model::network::{Device, Network, Owner};
use pairlint_model::policy::ListFamily;
use pairlint_model::source::Source;

use self::library::Library;
use self::policy::Lowering;
use super::capture::Capture;
use super::platform::PLATFORM;
use super::syntax::{self, Area, Tree};
use crate::notes::{Notes, stem};
use crate::originations::{self, Habits};
use crate::refusals;

/// Lowers one device and adds it to the network, unless there is nothing of ours in it.
pub(super) fn device(source: &Source, capture: &Capture<'_>, network: &mut Network) {
    let tree = syntax::read(&capture.lines);
    if tree.is_empty() && !tree.whole && capture.hostname.is_none() {
        return;
    }
    let mut notes = Notes::new(source, tree.total);
    let hostname = capture.hostname.or(capture.prompt);
    let name = hostname.map_or_else(|| stem(&source.name), str::to_owned);
    let mut device = Device::new(name, source.id, super::DIALECT.name, PLATFORM);
    device.hostname = hostname.map(|name| source.spanned(name, name.to_owned()));
    device.fragment = !tree.whole;
    routing(&tree, &mut device, &mut notes);
    let habits = Habits {
        asks_for_default: true,
    };
    originations::read(&capture.lines, source, habits, &mut device);
    update_groups::note(&mut device);
    network.remarks.extend(notes.finish(&mut device));
    // "Implementing Routing Policy": a commit with a set or policy that is not well-formed is refused.
    refusals::out_of_range(&mut device, source, "the commit fails");
    network.devices.push(device);
}

fn routing(tree: &Tree<'_>, device: &mut Device, notes: &mut Notes<'_>) {
    let library = Library::new(notes.source, tree);
    let mut bgp = bgp::Bgp::default();
    let mut interfaces = interface::Interfaces::default();
    for entry in &tree.entries {
        match entry.scope.area {
            Area::Bgp => bgp.entry(entry, notes),
            Area::Interface(name) => interfaces.entry(name, entry),
            Area::Vrf(name) => bgp.vrf(name, entry),
        }
    }
    let start = notes.source.range(0, 0);
    let mut lowering = Lowering::new(&library, device, start);
    lowering.own_as = bgp.own_as();
    lowering.sets();
    let neighbors = sessions::resolve(&bgp, &mut lowering, notes);
    lowering.all();
    lines(tree, &lowering, notes);
    device.neighbors = neighbors;
    device.interfaces = interfaces.finish(notes);
}

/// Takes down what became of the lines of policies and sets.
fn lines(tree: &Tree<'_>, lowering: &Lowering<'_, '_>, notes: &mut Notes<'_>) {
    for text in tree.policies.iter().chain(&tree.sets).chain(&tree.globals) {
        let head = text.lines.first().copied().unwrap_or("");
        let mut words = head.split(['(', ' ', '\t']).filter(|word| !word.is_empty());
        let kind = words.next().unwrap_or("").to_ascii_lowercase();
        let name = match kind.as_str() {
            "extcommunity-set" => words.nth(1),
            _ => words.next(),
        };
        let name = name.unwrap_or("");
        let owner = match kind.as_str() {
            "prefix-set" => Owner::PrefixList(ListFamily::Both, name.to_owned()),
            "community-set" => Owner::CommunityList(name.to_owned()),
            "large-community-set" => Owner::LargeCommunityList(name.to_owned()),
            "extcommunity-set" => Owner::ExtendedCommunityList(name.to_owned()),
            "as-path-set" => Owner::AsPathList(name.to_owned()),
            "route-policy" => Owner::Policy(lowering.first_name(name)),
            _ => Owner::Bgp,
        };
        // A policy and a set may bear one name; both are pointed at then.
        let none = BTreeSet::new();
        let doubts = lowering.doubts.get(name).unwrap_or(&none);
        for (number, line) in text.lines.iter().enumerate() {
            match doubts.contains(&(number as u32)) {
                true => notes.unread(line, owner.clone()),
                false => notes.read(),
            }
        }
    }
}
