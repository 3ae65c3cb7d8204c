//! What is announced of one's own. In RouterOS 7 each connection says which routes of the table it announces
//! (`output.redistribute`), which networks (`output.network`, an address list) and whether the default route
//! (`output.default-originate`); in RouterOS 6 an instance redistributes, and networks and aggregates have menus (MikroTik
//! help, "BGP"; wiki, "Manual:Routing/BGP"; both read 2026-11).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pairlint_model::bgp::{Family, IpNet, prefix};
use pairlint_model::network::{
    Announcement, AnnouncementKind, BgpNeighbor, Device, Originated, Origination, Protocol,
};
use pairlint_model::source::{Source, Span, Spanned};

use super::bgp::Session;
use super::syntax::{Argument, Command};
use crate::originations::{connected, through};

/// Neither the page of RouterOS 7 nor that of RouterOS 6 says it; there is a setting of its own for the default route.
const DEFAULT_ROUTE: &str = "MikroTik does not say whether redistribution brings the default route into BGP";

/// What brings routes into BGP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Brings<'c> {
    Connected,
    Static,
    /// The networks of an address list.
    List(&'c str),
    /// RouterOS 6: the menus `network` and `aggregate`, which serve every peer.
    Menu,
}

/// Whom something is for: the table and the neighbors in it, and the first place that says so.
type Audiences<'c> = BTreeMap<(Option<String>, Brings<'c>), (Span, BTreeSet<String>)>;

/// Collects what each session announces.
pub(super) struct Announcing<'c> {
    source: &'c Source,
    audiences: Audiences<'c>,
    announcements: Vec<Announcement>,
}

impl<'c> Announcing<'c> {
    pub fn new(source: &'c Source) -> Announcing<'c> {
        Announcing {
            source,
            audiences: BTreeMap::new(),
            announcements: Vec::new(),
        }
    }

    /// Notes what a session says of itself, or inherits.
    pub fn session(&mut self, session: &Session<'c, '_>, neighbor: &BgpNeighbor) {
        let says_yes = |key: &str| session.get(&[key]).filter(|argument| argument.value == "yes");
        if session.is_connection {
            if let Some(kinds) = session.get(&["output.redistribute"]) {
                for kind in kinds.value.split(',') {
                    match kind {
                        "connected" => self.add(Brings::Connected, kinds, neighbor),
                        "static" => self.add(Brings::Static, kinds, neighbor),
                        // The file does not show the routes of other protocols.
                        _ => {}
                    }
                }
            }
            if let Some(list) = session.get(&["output.network"]) {
                self.add(Brings::List(&list.value), list, neighbor);
            }
        } else {
            for (key, brings) in [
                ("redistribute-connected", Brings::Connected),
                ("redistribute-static", Brings::Static),
            ] {
                if let Some(line) = says_yes(key) {
                    self.add(brings, line, neighbor);
                }
            }
            let audience = self.audience(Brings::Menu, neighbor.span, neighbor);
            audience.insert(neighbor.address.value.clone());
        }
        let default = session.get(&["output.default-originate", "default-originate"]);
        if let Some(line) = default.filter(|line| matches!(line.value.as_str(), "always" | "if-installed")) {
            self.announcements.push(Announcement {
                neighbor: neighbor.address.value.clone(),
                vrf: neighbor.vrf.as_ref().map(|vrf| vrf.value.clone()),
                family: None,
                kind: Spanned::new(self.span(line), AnnouncementKind::DefaultRoute),
            });
        }
    }

    fn span(&self, argument: &Argument<'_>) -> Span {
        self.source.range(argument.place.start, argument.place.end)
    }

    fn add(&mut self, brings: Brings<'c>, line: &Argument<'_>, neighbor: &BgpNeighbor) {
        let span = self.span(line);
        let audience = self.audience(brings, span, neighbor);
        audience.insert(neighbor.address.value.clone());
    }

    fn audience(&mut self, brings: Brings<'c>, span: Span, neighbor: &BgpNeighbor) -> &mut BTreeSet<String> {
        let vrf = neighbor.vrf.as_ref().map(|vrf| vrf.value.clone());
        &mut self
            .audiences
            .entry((vrf, brings))
            .or_insert_with(|| (span, BTreeSet::new()))
            .1
    }

    /// Adds the routes to a device whose interfaces are known.
    pub fn finish(self, commands: &[Command<'_>], device: &mut Device) {
        let menus = Menus::read(commands, self.source);
        let networks = connected(self.source, device);
        let mut found = Vec::new();
        for ((vrf, brings), (by, neighbors)) in self.audiences {
            let to = Some(Arc::new(neighbors));
            let redistributed = |net: Spanned<IpNet>, protocol: Protocol| Originated {
                prefix: net.value,
                span: net.span,
                by: Some(by),
                how: Origination::Redistributed,
                protocol,
                vrf: vrf.clone(),
                through: through(self.source, None),
                needs_policy: false,
                to: to.clone(),
                doubt: (net.value.prefix_len() == 0).then_some(DEFAULT_ROUTE),
            };
            let written = |net: Spanned<IpNet>, how: Origination| Originated {
                how,
                by: None,
                doubt: None,
                ..redistributed(net, Protocol::Bgp)
            };
            match brings {
                Brings::Connected => {
                    let here = networks.iter().filter(|network| network.vrf == vrf);
                    found.extend(here.map(|network| {
                        redistributed(Spanned::new(network.span, network.prefix), Protocol::Connected)
                    }));
                }
                Brings::Static => {
                    let table = menus.statics.get(vrf.as_deref().unwrap_or("main"));
                    let routes = table.into_iter().flatten();
                    found.extend(routes.map(|route| redistributed(*route, Protocol::Static)));
                }
                Brings::List(name) => {
                    let nets = menus.lists.get(name).into_iter().flatten();
                    found.extend(nets.map(|net| Originated {
                        by: Some(by),
                        ..written(*net, Origination::Network)
                    }));
                }
                Brings::Menu => {
                    found.extend(
                        menus
                            .networks
                            .iter()
                            .map(|net| written(*net, Origination::Network)),
                    );
                    found.extend(menus.aggregates.iter().map(|(net, suppresses)| Originated {
                        protocol: Protocol::Aggregate,
                        ..written(
                            *net,
                            Origination::Aggregate {
                                suppresses: *suppresses,
                            },
                        )
                    }));
                }
            }
        }
        device.originated = found;
        device.announcements = self.announcements;
    }
}

/// Menus that show prefixes.
#[derive(Default)]
struct Menus {
    /// By the name of the routing table.
    statics: BTreeMap<String, Vec<Spanned<IpNet>>>,
    lists: BTreeMap<String, Vec<Spanned<IpNet>>>,
    networks: Vec<Spanned<IpNet>>,
    aggregates: Vec<(Spanned<IpNet>, bool)>,
}

impl Menus {
    fn read(commands: &[Command<'_>], source: &Source) -> Menus {
        let mut menus = Menus::default();
        let is = |command: &Command<'_>, key: &str| {
            command.get(key).is_some_and(|argument| argument.value == "yes")
        };
        let on = commands
            .iter()
            .filter(|command| command.verb == "add" && !is(command, "disabled"));
        for command in on {
            let place = source.range(command.place.start, command.place.end);
            let net = |key: &str| {
                let argument = command.get(key)?;
                let net = prefix(&argument.value).ok()?;
                let span = source.range(argument.place.start, argument.place.end);
                Some(Spanned::new(span, net.trunc()))
            };
            match command.menu.as_slice() {
                [family @ ("ip" | "ipv6"), "route"] => {
                    let family = match *family {
                        "ip" => Family::Ipv4,
                        _ => Family::Ipv6,
                    };
                    let all = Spanned::new(place, family.default_route());
                    let route = match command.get("dst-address") {
                        Some(_) => net("dst-address"),
                        None => Some(all),
                    };
                    let table = command
                        .get("routing-table")
                        .or_else(|| command.get("routing-mark"));
                    let table = table.map_or("main", |table| table.value.as_str());
                    let known = menus.statics.entry(table.to_owned()).or_default();
                    known.extend(route);
                }
                ["ip" | "ipv6", "firewall", "address-list"] => {
                    if let Some(list) = command.get("list") {
                        let known = menus.lists.entry(list.value.clone()).or_default();
                        known.extend(net("address"));
                    }
                }
                ["routing", "bgp", "network"] => menus.networks.extend(net("network")),
                ["routing", "bgp", "aggregate"] => {
                    let summary = is(command, "summary-only");
                    menus.aggregates.extend(net("prefix").map(|net| (net, summary)));
                }
                _ => {}
            }
        }
        menus
    }
}
