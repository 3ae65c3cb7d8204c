//! What is announced of one's own: `network`, `aggregate-address`, `redistribute`, and what the latter brings.

use pairlint_model::bgp::{Family, prefix};
use pairlint_model::network::{Announcement, AnnouncementKind, Device, Originated, Origination, Protocol};
use pairlint_model::source::Spanned;

use super::config::Config;
use crate::braces::NodeId;
use crate::originations::{connected, through};

/// Adds what one process announces to a device whose interfaces are known. `protocols` holds `bgp` and `static`.
pub(super) fn originations(config: Config<'_>, protocols: NodeId, vrf: Option<&str>, device: &mut Device) {
    let Some(bgp) = config.child(protocols, "bgp") else {
        return;
    };
    // Releases up to 1.3 have the AS number in between.
    let numbered = config
        .children(bgp)
        .find(|&child| config.word(child).bytes().all(|b| b.is_ascii_digit()));
    let node = numbered.unwrap_or(bgp);
    for (word, family) in [("ipv4-unicast", Family::Ipv4), ("ipv6-unicast", Family::Ipv6)] {
        if let Some(place) = config.path(node, &["address-family", word]) {
            of_family(config, (place, family), protocols, vrf, device);
        }
        for list in ["neighbor", "peer-group"] {
            let peers = config.child(node, list);
            for peer in peers.into_iter().flat_map(|peers| config.children(peers)) {
                if let Some(line) = config.path(peer, &["address-family", word, "default-originate"]) {
                    let span = config.source.span(config.line(line));
                    device.announcements.push(Announcement {
                        neighbor: config.word(peer).to_owned(),
                        vrf: vrf.map(str::to_owned),
                        family: Some(family),
                        kind: Spanned::new(span, AnnouncementKind::DefaultRoute),
                    });
                }
            }
        }
    }
}

fn of_family(
    config: Config<'_>,
    (place, family): (NodeId, Family),
    protocols: NodeId,
    vrf: Option<&str>,
    device: &mut Device,
) {
    let children = |at: Option<NodeId>| at.into_iter().flat_map(|at| config.children(at));
    let mut found: Vec<Originated> = Vec::new();
    let route = |node: NodeId, how, protocol, by: Option<NodeId>| {
        let prefix = prefix(config.word(node)).ok()?;
        let policy = by
            .or(Some(node))
            .filter(|_| !matches!(how, Origination::Aggregate { .. }));
        Some(Originated {
            prefix: prefix.trunc(),
            span: config.source.span(config.line(node)),
            by: by.map(|by| config.source.span(config.line(by))),
            how,
            protocol,
            vrf: vrf.map(str::to_owned),
            through: through(
                config.source,
                policy.and_then(|node| config.value(node, "route-map")),
            ),
            needs_policy: false,
            to: None,
            doubt: None,
        })
    };
    for network in children(config.child(place, "network")) {
        found.extend(route(network, Origination::Network, Protocol::Bgp, None));
    }
    for aggregate in children(config.child(place, "aggregate-address")) {
        let suppresses = config.child(aggregate, "summary-only").is_some();
        let how = Origination::Aggregate { suppresses };
        found.extend(route(aggregate, how, Protocol::Aggregate, None));
    }
    for by in children(config.child(place, "redistribute")) {
        match config.word(by) {
            "static" => {
                let word = if family == Family::Ipv4 { "route" } else { "route6" };
                for node in children(config.path(protocols, &["static", word])) {
                    found.extend(route(
                        node,
                        Origination::Redistributed,
                        Protocol::Static,
                        Some(by),
                    ));
                }
            }
            "connected" => {
                let networks = connected(config.source, device).into_iter();
                let policy = config.value(by, "route-map");
                let here = networks
                    .filter(|network| network.vrf.as_deref() == vrf && Family::of(&network.prefix) == family);
                found.extend(here.map(|network| Originated {
                    by: Some(config.source.span(config.line(by))),
                    through: through(config.source, policy),
                    needs_policy: false,
                    ..network
                }));
            }
            _ => {}
        }
    }
    device.originated.extend(found);
}
