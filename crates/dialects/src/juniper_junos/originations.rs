//! What export policies can take from the routing table: static, aggregate and generated routes, and the networks of
//! interfaces. Without a policy that takes them, Junos announces none ("Default Import and Export Policies").

use pairlint_model::network::{Announcement, AnnouncementKind, Device, Preference, Protocol};
use pairlint_model::policy::Truth;
use pairlint_model::source::Spanned;

use super::bgp::Process;
use super::config::Config;
use super::values::prefix;
use crate::braces::NodeId;
use crate::originations::{connected, of_table};

/// Adds them to a device whose interfaces and sessions are known. `places` are the root and the routing instances,
/// with the name that sessions in them go by.
pub(super) fn originations(
    config: &Config<'_>,
    places: &[(NodeId, Option<Spanned<String>>)],
    processes: &[Process],
    device: &mut Device,
) {
    let mut found = connected(config.source, device);
    let tree = config.tree;
    for (place, vrf) in places {
        let Some(options) = tree.child(*place, "routing-options") else {
            continue;
        };
        let ribs = tree.child(options, "rib");
        let ribs = ribs.into_iter().flat_map(|ribs| tree.children(ribs));
        for table in ribs.chain([options]) {
            for (word, protocol) in [
                ("static", Protocol::Static),
                ("aggregate", Protocol::Aggregate),
                ("generate", Protocol::Aggregate),
            ] {
                let routes = tree.path(table, &[word, "route"]);
                for route in routes.into_iter().flat_map(|routes| tree.children(routes)) {
                    if let Some(net) = prefix(config.word(route)) {
                        let net = Spanned::new(config.word_span(route), net);
                        let vrf = vrf.as_ref().map(|vrf| vrf.value.as_str());
                        found.push(of_table(config.source, net, protocol, vrf));
                    }
                }
            }
        }
    }
    device.originated = found;
    for process in processes {
        peer_as(config, process, device);
    }
}

/// `advertise-peer-as` at the level of the process, a group, or a neighbor; `local-preference` of the latter two, which
/// the manual describes for what is advertised: whether it also makes received routes better is not asked further.
fn peer_as(config: &Config<'_>, process: &Process, device: &mut Device) {
    let tree = config.tree;
    let vrf = process.vrf.as_ref().map(|vrf| vrf.value.clone());
    let lists = |word, below| {
        tree.child(below, word)
            .into_iter()
            .flat_map(|list| tree.children(list))
    };
    let mut levels: Vec<(NodeId, Vec<NodeId>)> = Vec::new();
    let groups: Vec<NodeId> = lists("group", process.node).collect();
    let mut everyone: Vec<NodeId> = groups.clone();
    everyone.extend(lists("neighbor", process.node));
    levels.push((process.node, everyone));
    for group in groups {
        levels.push((group, vec![group]));
        levels.extend(lists("neighbor", group).map(|neighbor| (neighbor, vec![neighbor])));
    }
    for (level, named) in &levels {
        if *level == process.node {
            continue;
        }
        if let Some(line) = tree.child(*level, "local-preference") {
            let said = named.iter().map(|&name| Preference {
                neighbor: config.word(name).to_owned(),
                vrf: vrf.clone(),
                span: config.statement(line),
            });
            device.preferences.extend(said);
        }
    }
    for (level, named) in levels {
        let Some(line) = tree.child(level, "advertise-peer-as") else {
            continue;
        };
        let told = named.into_iter().map(|name| Announcement {
            neighbor: config.word(name).to_owned(),
            vrf: vrf.clone(),
            family: None,
            kind: Spanned::new(
                config.statement(line),
                AnnouncementKind::PeerAs { sent: Truth::Yes },
            ),
        });
        device.announcements.extend(told);
    }
}
