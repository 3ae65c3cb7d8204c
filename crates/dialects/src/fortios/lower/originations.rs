//! What is announced of one's own: `network`, `aggregate-address`, `redistribute` with the static routes and interfaces
//! that it brings, and `capability-default-originate` (FortiOS 7.4 CLI Reference, "config router bgp" and "config router
//! static", read 2026-11).

use std::collections::BTreeMap;

use pairlint_model::bgp::{self, Family, IpNet};
use pairlint_model::network::{
    Announcement, AnnouncementKind, Device, Originated, Origination, Preference, Protocol,
};
use pairlint_model::source::Spanned;

use super::Tables;
use super::objects::{Object, Setting, objects, setting};
use crate::atoms::with_mask;
use crate::fortios::syntax::{Block, Item};
use crate::notes::Notes;
use crate::originations::{connected, through};

/// Whether `redistribute static` brings the default route is not in the CLI Reference; `capability-default-originate` is
/// there to send it.
const DEFAULT_ROUTE: &str = "FortiOS does not say whether `redistribute` brings the default route into BGP";

/// Adds what is announced to a device whose sessions and interfaces are known.
pub(super) fn originations(
    tables: &Tables<'_, '_>,
    domain: Option<&str>,
    device: &mut Device,
    notes: &Notes<'_>,
) {
    let mut found = Vec::new();
    let (mut neighbors, mut groups) = (
        tables.get("neighbor").to_vec(),
        tables.get("neighbor-group").to_vec(),
    );
    for process in tables.get("router bgp") {
        for table in sections(process) {
            let mut words = table.words;
            let kind = words.next().map_or("", |word| word.text);
            match kind {
                "network" | "network6" => found.extend(networks(table, domain, notes)),
                "aggregate-address" | "aggregate-address6" => found.extend(aggregates(table, domain, notes)),
                "redistribute" | "redistribute6" => {
                    let family = match kind {
                        "redistribute" => Family::Ipv4,
                        _ => Family::Ipv6,
                    };
                    let protocol = words.next().map_or("", |word| word.text);
                    let brought = Brought {
                        table,
                        family,
                        domain,
                    };
                    found.extend(brought.routes(protocol, tables, device, notes));
                }
                "neighbor" => neighbors.push(table),
                "neighbor-group" => groups.push(table),
                _ => {}
            }
        }
    }
    device.originated.extend(found);
    let groups: BTreeMap<&str, Object<'_, '_>> = objects(&groups)
        .into_iter()
        .map(|group| (group.name, group))
        .collect();
    for neighbor in objects(&neighbors) {
        let group = last(&neighbor, "neighbor-group").and_then(|setting| groups.get(setting.value()?));
        // "neighbor", `weight`: the highest is preferred before anything else.
        let weight = last(&neighbor, "weight").or_else(|| group.and_then(|group| last(group, "weight")));
        if let Some(said) = weight.filter(|said| said.value().is_some_and(|value| value != "0")) {
            device.preferences.push(Preference {
                neighbor: neighbor.name.to_owned(),
                vrf: domain.map(str::to_owned),
                span: notes.span(said.line),
            });
        }
        for (key, family) in [
            ("capability-default-originate", Family::Ipv4),
            ("capability-default-originate6", Family::Ipv6),
        ] {
            let own = last(&neighbor, key);
            let said = own.or_else(|| group.and_then(|group| last(group, key)));
            if let Some(said) = said.filter(|said| said.enabled() == Some(true)) {
                device.announcements.push(Announcement {
                    neighbor: neighbor.name.to_owned(),
                    vrf: domain.map(str::to_owned),
                    family: Some(family),
                    kind: Spanned::new(notes.span(said.line), AnnouncementKind::DefaultRoute),
                });
            }
        }
    }
}

fn sections<'t, 'a>(block: &'t Block<'a>) -> impl Iterator<Item = &'t Block<'a>> {
    block.body.items.iter().filter_map(|item| match item {
        Item::Section(table) => Some(table),
        Item::Line(_) | Item::Entry(_) => None,
    })
}

/// What the last line about a key says.
fn last<'a>(object: &Object<'_, 'a>, key: &str) -> Option<Setting<'a>> {
    let mut settings = object.lines.iter().rev().filter_map(|line| setting(line));
    settings.find(|setting| setting.key == key)
}

/// `10.0.0.0 255.0.0.0`, `10.0.0.0/8`, `2001:db8::/32`.
fn net(setting: &Setting<'_>) -> Option<IpNet> {
    let mut words = setting.values?;
    let address = words.next()?.text;
    let net = match words.next() {
        Some(mask) => with_mask(address, mask.text)?,
        None => bgp::prefix(address).ok()?,
    };
    Some(net.trunc())
}

fn own(
    prefix: IpNet,
    line: &str,
    (how, protocol): (Origination, Protocol),
    policy: Option<&str>,
    domain: Option<&str>,
    notes: &Notes<'_>,
) -> Originated {
    Originated {
        prefix,
        span: notes.span(line),
        by: None,
        how,
        protocol,
        vrf: domain.map(str::to_owned),
        through: through(notes.source, policy),
        needs_policy: false,
        to: None,
        doubt: None,
    }
}

fn networks(table: &Block<'_>, domain: Option<&str>, notes: &Notes<'_>) -> Vec<Originated> {
    let entries = objects(&[table]);
    let networks = entries.iter().filter_map(|entry| {
        let written = last(entry, "prefix").or_else(|| last(entry, "prefix6"))?;
        let policy = last(entry, "route-map").and_then(|setting| setting.value());
        let kind = (Origination::Network, Protocol::Bgp);
        Some(own(
            net(&written)?,
            written.line,
            kind,
            policy.filter(|name| !name.is_empty()),
            domain,
            notes,
        ))
    });
    networks.collect()
}

fn aggregates(table: &Block<'_>, domain: Option<&str>, notes: &Notes<'_>) -> Vec<Originated> {
    let entries = objects(&[table]);
    let aggregates = entries.iter().filter_map(|entry| {
        let written = last(entry, "prefix").or_else(|| last(entry, "prefix6"))?;
        let suppresses = last(entry, "summary-only").and_then(|setting| setting.enabled()) == Some(true);
        let kind = (Origination::Aggregate { suppresses }, Protocol::Aggregate);
        Some(own(net(&written)?, written.line, kind, None, domain, notes))
    });
    aggregates.collect()
}

/// `config redistribute "static"`: a table of settings without entries.
struct Brought<'t, 'a, 'd> {
    table: &'t Block<'a>,
    family: Family,
    domain: Option<&'d str>,
}

impl Brought<'_, '_, '_> {
    fn routes(
        &self,
        protocol: &str,
        tables: &Tables<'_, '_>,
        device: &Device,
        notes: &Notes<'_>,
    ) -> Vec<Originated> {
        let lines = self.table.body.items.iter().filter_map(|item| match item {
            Item::Line(line) => setting(line),
            Item::Section(_) | Item::Entry(_) => None,
        });
        let (mut on, mut policy) = (None, None);
        for setting in lines {
            match setting.key {
                "status" => on = setting.enabled().filter(|on| *on).map(|_| setting.line),
                "route-map" => policy = setting.value().filter(|name| !name.is_empty()),
                _ => {}
            }
        }
        let Some(by) = on.map(|line| notes.span(line)) else {
            return Vec::new();
        };
        let mut routes = match protocol {
            "connected" => connected(notes.source, device)
                .into_iter()
                .filter(|route| route.vrf.as_deref() == self.domain)
                .collect(),
            "static" => statics(tables, self.family, self.domain, notes),
            // The file does not show the routes of other protocols.
            _ => Vec::new(),
        };
        routes.retain(|route| Family::of(&route.prefix) == self.family);
        for route in &mut routes {
            route.by = Some(by);
            route.needs_policy = false;
            route.through = through(notes.source, policy);
            route.doubt = (route.prefix.prefix_len() == 0).then_some(DEFAULT_ROUTE);
        }
        routes
    }
}

/// `config router static`: without `dst` the default route. A route to an address object, an internet service or in
/// another VRF does not show its prefix, or is not in this table.
fn statics(
    tables: &Tables<'_, '_>,
    family: Family,
    domain: Option<&str>,
    notes: &Notes<'_>,
) -> Vec<Originated> {
    let path = match family {
        Family::Ipv4 => "router static",
        Family::Ipv6 => "router static6",
    };
    let entries = objects(tables.get(path));
    let routes = entries.iter().filter_map(|entry| {
        let is =
            |key: &str, value: &str| last(entry, key).is_some_and(|setting| setting.value() == Some(value));
        let elsewhere = ["dstaddr", "internet-service", "internet-service-custom"]
            .iter()
            .any(|key| last(entry, key).is_some_and(|setting| setting.values.is_some()))
            || last(entry, "vrf").is_some_and(|setting| setting.value().is_some_and(|vrf| vrf != "0"));
        if elsewhere || is("status", "disable") {
            return None;
        }
        let written = last(entry, "dst").filter(|setting| setting.values.is_some());
        let (prefix, line) = match written {
            Some(written) => (net(&written)?, written.line),
            None => (family.default_route(), entry.line),
        };
        let kind = (Origination::Redistributed, Protocol::Static);
        Some(own(prefix, line, kind, None, domain, notes))
    });
    routes.collect()
}
