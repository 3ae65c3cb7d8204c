//! From the tree to the model: the meaning of each command, with what the platform leaves unsaid made explicit.

mod access;
mod as_path;
mod bgp;
mod community;
mod entry;
mod interface;
mod matching;
mod neighbor;
mod prefix;
mod resolve;
mod route_map;
mod setting;
mod template;
mod written;

use pairlint_model::bgp::Family;
use pairlint_model::network::{Device, Network};
use pairlint_model::policy::ListFamily;
use pairlint_model::source::Source;

use super::platform::PLATFORM;
use super::syntax::{self, Command, Kind};
use crate::captures::Capture;
use crate::interfaces::Interfaces;
use crate::notes::{Notes, stem};
use crate::originations::{self, Habits};

/// Lowers one device and adds it to the network, unless there is nothing of ours in it.
pub(super) fn device(source: &Source, capture: &Capture<'_>, network: &mut Network) {
    let tree = syntax::read(&capture.lines);
    let mut notes = Notes::new(source, tree.total);
    let mut parts = Parts::default();
    for command in &tree.commands {
        parts.command(command, &mut notes);
    }
    if tree.commands.is_empty() && !tree.whole && capture.hostname.is_none() {
        return;
    }
    let hostname = capture.hostname.or(capture.prompt);
    let name = hostname.map_or_else(|| stem(&source.name), str::to_owned);
    let mut device = Device::new(name, source.id, super::DIALECT.name, PLATFORM);
    device.hostname = hostname.map(|name| source.spanned(name, name.to_owned()));
    device.fragment = !tree.whole;
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
    route_maps: route_map::RouteMaps<'a>,
    prefix_lists: prefix::PrefixLists<'a>,
    community_lists: community::CommunityLists<'a>,
    as_path_lists: as_path::AsPathLists<'a>,
    access_lists: access::AccessLists<'a>,
    bgp: bgp::Bgp<'a>,
    interfaces: Interfaces<'a>,
}

impl<'a> Parts<'a> {
    fn command(&mut self, command: &'a Command<'a>, notes: &mut Notes<'_>) {
        match command.kind {
            Kind::RouteMap => self.route_maps.route_map(command, notes),
            Kind::PolicyList => self.route_maps.policy_list(command, notes),
            Kind::PrefixList => self.prefix_lists.line(command.text, Family::Ipv4, notes),
            Kind::Ipv6PrefixList => self.prefix_lists.line(command.text, Family::Ipv6, notes),
            Kind::CommunityList => self.community_lists.standard(command.text, notes),
            Kind::LargeCommunityList => self.community_lists.large(command.text, notes),
            Kind::ExtendedCommunityList => self.community_lists.extended(command, notes),
            Kind::AsPathList => self.as_path_lists.line(command.text, notes),
            Kind::NewFormat => self.community_lists.new_format(command.text, notes),
            Kind::AccessList | Kind::Ipv6AccessList => self.access_lists.block(command),
            Kind::AccessListLine => self.access_lists.numbered(command.text),
            Kind::Bgp => self.bgp.process(command, notes),
            Kind::Interface => interface::interface(&mut self.interfaces, command),
            Kind::Vrf => self.bgp.vrf(command),
            Kind::AddressFamily
            | Kind::PeerSession
            | Kind::PeerPolicy
            | Kind::Scope
            | Kind::Line
            | Kind::Other => {}
        }
    }

    fn finish(mut self, device: &mut Device, notes: &mut Notes<'_>) {
        let ipv4 = self.prefix_lists.finish(Family::Ipv4, notes);
        let ipv6 = self.prefix_lists.finish(Family::Ipv6, notes);
        device.prefix_lists = [(ListFamily::Ipv4, ipv4), (ListFamily::Ipv6, ipv6)]
            .into_iter()
            .filter(|(_, lists)| !lists.is_empty())
            .collect();
        self.community_lists.finish(device);
        device.as_path_lists = self.as_path_lists.finish();
        let wanted = self.bgp.finish(device, notes);
        let mut used = self.route_maps.used_access_lists();
        used.extend(wanted);
        device.access_lists = self.access_lists.finish(&used, notes);
        self.route_maps.finish(device, notes);
        device.interfaces = self.interfaces.finish(notes);
    }
}
