//! What the legacy engine announces of its own: `redist-rules`, each of a prefix or of a redistribution profile, and
//! `policy aggregation` ("PAN-OS Administrator's Guide" 10.0, "Route Redistribution" and "BGP", read 2026-11): profiles are
//! tried by priority, the lowest number first, and one with `no-redist` takes its routes from those after it.

use std::collections::BTreeSet;

use pairlint_model::bgp::{Family, IpNet, prefix};
use pairlint_model::network::{Announcement, AnnouncementKind, Device, Originated, Origination, Protocol};
use pairlint_model::policy::Truth;
use pairlint_model::source::Spanned;

use super::config::Config;
use crate::atoms::number;
use crate::braces::NodeId;
use crate::originations::through;

const FILTER: &str =
    "what this redistribution profile takes depends on more than the prefix and where the route comes from";
const ADVANCED: &str = "the redistribution profiles of this virtual router do not all show a priority";

/// Redistribution rules of one device; each brings every route of its kind.
const MOST_RULES: usize = 64;

/// A route of the virtual router's table.
struct Known<'a> {
    net: Spanned<IpNet>,
    protocol: Protocol,
    /// Where packets leave, as far as the route says.
    interface: Option<&'a str>,
}

/// Whether a route meets a filter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meets {
    Yes,
    No,
    Perhaps,
}

/// Adds what a virtual router announces to a device whose interfaces are known.
pub(super) fn originations(config: &Config<'_>, router: NodeId, bgp: NodeId, device: &mut Device) {
    // As sessions name it.
    let vrf = Some(config.word(router)).filter(|name| *name != "default");
    let known = table(config, router, device);
    let profiles = profiles(config, router);
    let allows_default = config
        .value(bgp, "allow-redist-default-route")
        .is_some_and(|value| config.word(value) == "yes");
    let mut found = Vec::new();
    let rules = config.list(bgp, "redist-rules").into_iter().take(MOST_RULES);
    for rule in rules.filter(|&rule| config.off(rule, "enable").is_none()) {
        let by = config.statement(rule);
        let route = |net: Spanned<IpNet>, how, protocol| Originated {
            prefix: net.value,
            span: net.span,
            by: Some(by),
            how,
            protocol,
            vrf: vrf.map(str::to_owned),
            through: through(config.source, None),
            needs_policy: false,
            to: None,
            doubt: None,
        };
        let is_default_kept = |net: &IpNet| net.prefix_len() == 0 && !allows_default;
        if let Ok(net) = prefix(config.word(rule)) {
            if !is_default_kept(&net) {
                let net = Spanned::new(by, net.trunc());
                let own = route(net, Origination::Network, Protocol::Bgp);
                found.push(Originated { by: None, ..own });
            }
            continue;
        }
        let Some(at) = profiles
            .iter()
            .position(|profile| profile.name == config.word(rule))
        else {
            continue;
        };
        let family = match config
            .value(rule, "address-family-identifier")
            .map(|value| config.word(value))
        {
            Some("ipv6") => Family::Ipv6,
            _ => Family::Ipv4,
        };
        for known in &known {
            if is_default_kept(&known.net.value) || Family::of(&known.net.value) != family {
                continue;
            }
            let meets = taken(&profiles, at, known);
            if meets == Meets::No {
                continue;
            }
            let unordered = profiles.iter().any(|profile| profile.priority.is_none());
            let doubt = match meets {
                Meets::Perhaps if unordered => Some(ADVANCED),
                Meets::Perhaps => Some(FILTER),
                Meets::Yes | Meets::No => None,
            };
            let own = route(known.net, Origination::Redistributed, known.protocol);
            found.push(Originated { doubt, ..own });
        }
    }
    let policy = config.child(bgp, "policy");
    let aggregation = policy.and_then(|policy| config.child(policy, "aggregation"));
    let addresses = aggregation.map(|aggregation| config.list(aggregation, "address"));
    for address in addresses.into_iter().flatten() {
        let Some(value) = config.value(address, "prefix") else {
            continue;
        };
        let (Ok(net), None) = (prefix(config.word(value)), config.off(address, "enable")) else {
            continue;
        };
        let suppresses = config
            .value(address, "summary")
            .is_some_and(|value| config.word(value) == "yes")
            // Only some of the routes are kept back then.
            && config.child(address, "suppress-filters").is_none()
            && config.child(address, "advertise-filters").is_none();
        found.push(Originated {
            prefix: net.trunc(),
            span: config.statement(value),
            by: None,
            how: Origination::Aggregate { suppresses },
            protocol: Protocol::Aggregate,
            vrf: vrf.map(str::to_owned),
            through: through(config.source, None),
            needs_policy: false,
            to: None,
            doubt: None,
        });
    }
    device.originated.extend(found);
    sent_back(config, bgp, vrf, device);
}

/// Static routes that are installed, and the networks of the router's own interfaces.
fn table<'a>(config: &Config<'a>, router: NodeId, device: &Device) -> Vec<Known<'a>> {
    let mut known = Vec::new();
    for family in ["ip", "ipv6"] {
        let routes = config
            .child(router, "routing-table")
            .and_then(|tables| config.child(tables, family))
            .map(|table| config.list(table, "static-route"));
        for route in routes.into_iter().flatten() {
            let kept_out = config.child(route, "route-table").is_some_and(|table| {
                let words = ["no-install", "multicast"];
                words.iter().any(|word| config.child(table, word).is_some())
            });
            let Some(value) = config.value(route, "destination").filter(|_| !kept_out) else {
                continue;
            };
            if let Ok(net) = prefix(config.word(value)) {
                known.push(Known {
                    net: Spanned::new(config.statement(value), net.trunc()),
                    protocol: Protocol::Static,
                    interface: config.value(route, "interface").map(|name| config.word(name)),
                });
            }
        }
    }
    let members = config.list(router, "interface");
    let members: BTreeSet<&str> = members.into_iter().map(|member| config.word(member)).collect();
    for interface in &device.interfaces {
        let Some(&member) = members.get(interface.name.value.as_str()) else {
            continue;
        };
        known.extend(interface.addresses.iter().map(|address| Known {
            net: Spanned::new(address.span, address.value.trunc()),
            protocol: Protocol::Connected,
            interface: Some(member),
        }));
    }
    known
}

struct Profile<'a> {
    name: &'a str,
    filter: Filter<'a>,
    priority: Option<u32>,
    keeps_back: bool,
}

/// A kind of criterion that is not there holds for every route.
#[derive(Default)]
struct Filter<'a> {
    types: BTreeSet<&'a str>,
    interfaces: BTreeSet<&'a str>,
    destinations: BTreeSet<IpNet>,
    /// Destinations that are not prefixes.
    other_destinations: bool,
    /// A criterion that the configuration does not decide.
    next_hop: bool,
}

fn profiles<'a>(config: &Config<'a>, router: NodeId) -> Vec<Profile<'a>> {
    let protocol = config.child(router, "protocol");
    let lists = ["redist-profile", "redist-profile-ipv6"];
    let lists = lists.iter().filter_map(|word| Some(config.list(protocol?, word)));
    let found = lists.flatten().take(MOST_RULES).map(|profile| {
        let action = config.child(profile, "action");
        let filter = config.child(profile, "filter");
        Profile {
            name: config.word(profile),
            filter: filter.map_or_else(Filter::default, |node| Filter::read(config, node)),
            priority: config
                .value(profile, "priority")
                .and_then(|value| number(config.word(value))),
            keeps_back: action.is_some_and(|action| config.child(action, "no-redist").is_some()),
        }
    });
    found.collect()
}

impl<'a> Filter<'a> {
    fn read(config: &Config<'a>, filter: NodeId) -> Filter<'a> {
        let words = |kind: &str| {
            config
                .list(filter, kind)
                .into_iter()
                .map(|value| config.word(value))
        };
        let nets = words("destination").filter_map(|text| prefix(text).ok());
        Filter {
            types: words("type").collect(),
            interfaces: words("interface").collect(),
            destinations: nets.map(|net| net.trunc()).collect(),
            other_destinations: words("destination").any(|text| prefix(text).is_err()),
            next_hop: config.child(filter, "nexthop").is_some(),
        }
    }

    fn meets(&self, route: &Known<'_>) -> Meets {
        let kind = match route.protocol {
            Protocol::Static => "static",
            _ => "connect",
        };
        let mut criteria = Vec::new();
        if !self.types.is_empty() && !self.types.contains(kind) {
            criteria.push(Meets::No);
        }
        if !self.interfaces.is_empty() {
            criteria.push(match route.interface {
                Some(name) if self.interfaces.contains(name) => Meets::Yes,
                Some(_) => Meets::No,
                None => Meets::Perhaps,
            });
        }
        if !self.destinations.is_empty() || self.other_destinations {
            // The guide does not say whether a destination also means the routes inside it.
            let net = route.net.value;
            let shorter = (0..net.prefix_len()).filter_map(|length| IpNet::new(net.addr(), length).ok());
            let mut shorter = shorter.map(|above| above.trunc());
            criteria.push(match self.destinations.contains(&net) {
                true => Meets::Yes,
                false if self.other_destinations => Meets::Perhaps,
                false if shorter.any(|above| self.destinations.contains(&above)) => Meets::Perhaps,
                false => Meets::No,
            });
        }
        if self.next_hop {
            criteria.push(Meets::Perhaps);
        }
        match () {
            () if criteria.contains(&Meets::No) => Meets::No,
            () if criteria.contains(&Meets::Perhaps) => Meets::Perhaps,
            () => Meets::Yes,
        }
    }
}

/// Whether the profile takes the route, and none before it keeps it back.
fn taken(profiles: &[Profile<'_>], at: usize, route: &Known<'_>) -> Meets {
    let Some(profile) = profiles.get(at).filter(|profile| !profile.keeps_back) else {
        return Meets::No;
    };
    let mut taken = profile.filter.meets(route);
    if taken == Meets::No {
        return taken;
    }
    for other in profiles.iter().filter(|other| other.keeps_back) {
        let is_before = match (other.priority, profile.priority) {
            (Some(other), Some(own)) if other < own => Meets::Yes,
            (Some(other), Some(own)) if other > own => Meets::No,
            _ => Meets::Perhaps,
        };
        match (is_before, other.filter.meets(route)) {
            (Meets::Yes, Meets::Yes) => return Meets::No,
            (Meets::No, _) | (_, Meets::No) => {}
            _ => taken = Meets::Perhaps,
        }
    }
    taken
}

/// Peers to whose AS routes go back: `enable-sender-side-loop-detection no`. By default they do not (Palo Alto Networks
/// knowledge base, "BGP AS_PATH Loop Prevention Workaround", 2020-09-09).
fn sent_back(config: &Config<'_>, bgp: NodeId, vrf: Option<&str>, device: &mut Device) {
    for group in config.list(bgp, "peer-group") {
        for peer in config.list(group, "peer") {
            let line = config.off(peer, "enable-sender-side-loop-detection");
            if let (Some(line), Some(address)) = (line, config.address(peer)) {
                device.announcements.push(Announcement {
                    neighbor: address,
                    vrf: vrf.map(str::to_owned),
                    family: None,
                    kind: Spanned::new(line, AnnouncementKind::PeerAs { sent: Truth::Yes }),
                });
            }
        }
    }
}
