//! From blocks to the model: the meaning of each command, with what the platform leaves unsaid made explicit.

mod acl;
mod apply;
mod bgp;
mod clauses;
mod filters;
mod interface;
mod list;
mod peer;
mod prefix;
mod resolve;
mod route_policy;

use std::collections::BTreeMap;

use pairlint_model::bgp::Family;
use pairlint_model::network::{Device, Network};
use pairlint_model::policy::ListFamily;
use pairlint_model::source::Source;

use super::capture::Capture;
use super::platform::{COMWARE, VRP};
use super::syntax::{self, Command, Kind, Tree};
use crate::lines::Words;
use crate::notes::{Notes, stem};
use crate::originations::{self, Habits};

/// Lowers one device and adds it to the network, unless there is nothing of ours in it.
pub(super) fn device(source: &Source, capture: &Capture<'_>, network: &mut Network) {
    let tree = syntax::read(&capture.lines);
    let mut notes = Notes::new(source, tree.total);
    let mut parts = Parts::default();
    for at in &tree.top {
        if let Some(command) = tree.commands.get(*at) {
            parts.command(&tree, command, &mut notes);
        }
    }
    let nothing = tree.top.iter().all(|at| {
        let kind = tree.commands.get(*at).map(|command| command.kind);
        matches!(kind, None | Some(Kind::Other))
    });
    if nothing && !capture.whole && capture.sysname.is_none() {
        return;
    }
    let hostname = capture.sysname.or(capture.prompt);
    let name = hostname.map_or_else(|| stem(&source.name), str::to_owned);
    let platform = if parts.comware { COMWARE } else { VRP };
    let mut device = Device::new(name, source.id, super::DIALECT.name, platform);
    device.hostname = hostname.map(|name| source.spanned(name, name.to_owned()));
    device.fragment = !capture.whole && capture.sysname.is_none();
    parts.finish(&mut device, &mut notes);
    let habits = Habits {
        asks_for_default: true,
    };
    originations::read(&capture.lines, source, habits, &mut device);
    network.remarks.extend(notes.finish(&mut device));
    network.devices.push(device);
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Read,
    /// Known to have no effect on which routes are accepted.
    Ignored,
    Unread,
}

/// Takes a name, which may stand in quotation marks and then hold blanks.
fn take_name<'a>(words: &mut Words<'a>) -> Option<&'a str> {
    let rest = words.rest();
    let Some(quoted) = rest.strip_prefix('"') else {
        return words.next();
    };
    let Some((name, after)) = quoted.split_once('"') else {
        return words.next();
    };
    *words = Words::new(after);
    Some(name)
}

/// What has been collected of a device; each part knows its commands.
#[derive(Default)]
struct Parts<'a> {
    policies: route_policy::RoutePolicies<'a>,
    prefix_lists: prefix::PrefixLists<'a>,
    filters: filters::Filters<'a>,
    acls: acl::Acls<'a>,
    bgp: bgp::Bgp<'a>,
    interfaces: interface::Interfaces<'a>,
    /// Some line is written as only Comware writes it.
    comware: bool,
}

impl<'a> Parts<'a> {
    fn command(&mut self, tree: &Tree<'a>, command: &Command<'a>, notes: &mut Notes<'_>) {
        match command.kind {
            Kind::RoutePolicy => {
                self.comware |= self.policies.block(tree, command, notes);
            }
            Kind::Xpl => self.policies.xpl(tree, command, notes),
            Kind::Bgp => {
                self.bgp.process(tree, command, notes);
                self.comware |= self.bgp.comware;
            }
            Kind::Vpn => self.bgp.vpn(tree, command),
            Kind::Acl => self.acls.block(tree, command),
            Kind::Interface => self.interfaces.block(tree, command),
            Kind::List => self.list(command.text, notes),
            Kind::Line => self.policies.orphan(command.text, notes),
            Kind::Family | Kind::BgpVpn | Kind::Other => {}
        }
    }

    fn list(&mut self, text: &'a str, notes: &mut Notes<'_>) {
        let mut words = Words::new(text);
        words.eat("undo");
        let family = if words.next() == Some("ipv6") {
            Family::Ipv6
        } else {
            Family::Ipv4
        };
        let kind = words.next().unwrap_or("");
        self.comware |= matches!(kind, "prefix-list" | "community-list" | "as-path" | "as-path-acl");
        match kind {
            "ip-prefix" => self.prefix_lists.line(text, Family::Ipv4, notes),
            "ipv6-prefix" => self.prefix_lists.line(text, Family::Ipv6, notes),
            "prefix-list" => self.prefix_lists.line(text, family, notes),
            "community-filter" | "community-list" => self.filters.community(text, notes),
            "large-community-filter" => self.filters.large(text, notes),
            "extcommunity-filter" | "extcommunity-list" => self.filters.extended(text, notes),
            _ => self.filters.as_path(text, notes),
        }
    }

    fn finish(mut self, device: &mut Device, notes: &mut Notes<'_>) {
        let mut lists = BTreeMap::new();
        for family in Family::BOTH {
            let finished = self.prefix_lists.finish(family);
            if !finished.is_empty() {
                lists.insert(ListFamily::of(family), finished);
            }
        }
        device.prefix_lists = lists;
        self.filters.finish(device, self.bgp.plain_as_numbers());
        let mut used = self.policies.used_acls();
        used.extend(self.bgp.used_acls());
        device.access_lists = self.acls.finish(&used, self.comware, notes);
        self.bgp.finish(device, notes);
        self.policies.finish(device, notes);
        device.interfaces = self.interfaces.finish(notes);
    }
}
