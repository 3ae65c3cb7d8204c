//! What export policies can take from the routing table: static routes, aggregates and the networks of interfaces ("BGP
//! export route policies": routes of other protocols are announced only where a policy accepts them), and
//! `send-default`.

use pairlint_model::bgp::{Family, prefix};
use pairlint_model::network::{Announcement, AnnouncementKind, Device, Origination, Preference, Protocol};
use pairlint_model::source::Spanned;

use super::config::Config;
use crate::braces::NodeId;
use crate::originations::{connected, of_table};

/// How deep `admin-state` may stand below a static route: `route P route-type unicast next-hop A`.
const DEEPEST: usize = 6;

pub(super) fn originations<'t>(
    config: &Config<'_>,
    places: impl Iterator<Item = (NodeId, Option<&'t str>)>,
    device: &mut Device,
) {
    let mut found = connected(config.source, device);
    for (place, vrf) in places {
        let children = |node: Option<NodeId>| node.into_iter().flat_map(|node| config.children(node));
        let net = |node: NodeId| {
            let net = prefix(config.word(node)).ok()?;
            Some(Spanned::new(config.statement(node), net))
        };
        // A next hop is down until it is enabled (Batfish, from a device: `admin-state enable` is needed for the route
        // to be installed, SR-SIM 26.3.R1); the classic command line prints `shutdown` or `no shutdown` for each.
        let routes = config.child(place, "static-routes");
        let routes = children(routes.and_then(|routes| config.child(routes, "route")));
        let enabled = routes.filter(|&route| is_enabled(config, route, DEEPEST));
        let entries = children(config.child(place, "static-route-entry"));
        let up = entries.filter(|&entry| !is_shut_down(config, entry));
        // Releases before 14.
        let old = children(config.child(place, "static-route"));
        for net in enabled.chain(up).chain(old).filter_map(net) {
            found.push(of_table(config.source, net, Protocol::Static, vrf));
        }
        let lists = [
            config
                .child(place, "aggregates")
                .and_then(|list| config.child(list, "aggregate")),
            // The classic command line.
            config.child(place, "aggregate"),
        ];
        for aggregate in lists.into_iter().flat_map(children) {
            let Some(net) = net(aggregate) else { continue };
            let mut route = of_table(config.source, net, Protocol::Aggregate, vrf);
            let only = config.child(aggregate, "summary-only");
            let off = only.and_then(|only| config.tree.value(only));
            let suppresses = only.is_some() && !off.is_some_and(|value| config.is(value, "false"));
            route.how = Origination::Aggregate { suppresses };
            found.push(route);
        }
        if let Some(bgp) = config.child(place, "bgp") {
            told(config, bgp, vrf, device);
        }
    }
    device.originated = found;
}

fn is_enabled(config: &Config<'_>, node: NodeId, depth: usize) -> bool {
    let here = config
        .value(node, "admin-state")
        .is_some_and(|state| config.is(state, "enable"));
    here || depth > 0
        && config
            .children(node)
            .any(|child| is_enabled(config, child, depth - 1))
}

/// Every next hop of a classic entry is shut down.
fn is_shut_down(config: &Config<'_>, entry: NodeId) -> bool {
    let mut ways = config.children(entry).flat_map(|kind| {
        let own = config.child(kind, "shutdown").is_some();
        let below = config
            .children(kind)
            .filter(|&way| !config.is(way, "shutdown") && !config.is(way, "no"))
            .map(move |way| own || config.child(way, "shutdown").is_some());
        let alone = std::iter::once(own).filter(|own| *own);
        below.chain(alone)
    });
    let mut some = false;
    ways.all(|down| {
        some = true;
        down
    }) && some
}

/// `send-default` and `local-preference` of a neighbor or group.
fn told(config: &Config<'_>, bgp: NodeId, vrf: Option<&str>, device: &mut Device) {
    let list = |node: NodeId, word: &str| -> Vec<NodeId> {
        let list = config.child(node, word).into_iter();
        list.flat_map(|list| config.children(list)).collect()
    };
    let groups = list(bgp, "group");
    let mut named = list(bgp, "neighbor");
    named.extend(groups.iter().flat_map(|&group| list(group, "neighbor")));
    named.extend(groups);
    for &level in &named {
        // "local-preference": for what is received without one.
        if let Some(line) = config.child(level, "local-preference") {
            device.preferences.push(Preference {
                neighbor: config.word(level).to_owned(),
                vrf: vrf.map(str::to_owned),
                span: config.statement(line),
            });
        }
    }
    for level in named {
        let Some(line) = config.child(level, "send-default") else {
            continue;
        };
        for (word, family) in [("ipv4", Family::Ipv4), ("ipv6", Family::Ipv6)] {
            let on = config.children(line).find(|&node| config.is(node, word));
            let value = on.map(|node| config.tree.value(node));
            if value.is_none_or(|value| value.is_some_and(|value| config.is(value, "false"))) {
                continue;
            }
            device.announcements.push(Announcement {
                neighbor: config.word(level).to_owned(),
                vrf: vrf.map(str::to_owned),
                family: Some(family),
                kind: Spanned::new(config.statement(line), AnnouncementKind::DefaultRoute),
            });
        }
    }
}
