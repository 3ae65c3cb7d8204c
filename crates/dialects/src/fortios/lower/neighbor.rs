//! What a line says about a neighbor or a group.

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{MaximumPrefix, RemoteAs};

use super::objects::{Object, Setting, setting};
use crate::atoms::{asn, number};
use crate::notes::Notes;

/// A neighbor, or a group, with what its lines say. Each value is a part of the text.
#[derive(Debug, Clone, Default)]
pub(super) struct Peer<'a> {
    pub name: &'a str,
    pub line: &'a str,
    pub remote_as: Option<(RemoteAs, &'a str)>,
    pub local_as: Option<Asn>,
    pub description: Option<&'a str>,
    /// The line.
    pub shutdown: Option<&'a str>,
    pub bfd: Option<&'a str>,
    pub group: Option<&'a str>,
    pub ipv4: Policy<'a>,
    pub ipv6: Policy<'a>,
    /// Lines that were not understood.
    pub unread: Vec<&'a str>,
}

/// What counts for one address family.
#[derive(Debug, Clone, Default)]
pub(super) struct Policy<'a> {
    /// Activated or not, and the line that says so.
    pub active: Option<(bool, &'a str)>,
    pub import: Direction<'a>,
    pub export: Direction<'a>,
    pub maximum_prefix: Option<(u32, &'a str)>,
    pub warning_only: Option<bool>,
    pub own_as_allowed: Option<bool>,
    pub own_as_times: Option<u32>,
    /// Some line of this family is about the neighbor, beyond activating it.
    pub mentioned: bool,
}

/// The lists and the route map of one direction, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Direction<'a> {
    pub route_map: Option<&'a str>,
    pub prefix_list: Option<&'a str>,
    pub distribute_list: Option<&'a str>,
    pub filter_list: Option<&'a str>,
    /// Lines that may filter and were not understood.
    pub unknown: Vec<&'a str>,
}

impl<'a> Peer<'a> {
    pub fn read(object: &Object<'_, 'a>, notes: &mut Notes<'_>) -> Peer<'a> {
        let mut peer = Peer {
            name: object.name,
            line: object.line,
            ..Peer::default()
        };
        notes.read();
        for line in &object.lines {
            match setting(line).and_then(|setting| peer.set(&setting, notes)) {
                Some(true) => notes.read(),
                Some(false) => notes.ignored(),
                None => {
                    peer.unread.push(line);
                    if let Some(setting) = setting(line) {
                        peer.doubt(&setting);
                    }
                }
            }
        }
        // What is announced on a condition; its lines are its own.
        for (_, block) in &object.tables {
            block.body.items.iter().for_each(|_| notes.ignored());
        }
        peer
    }

    pub fn policy(&self, family: Family) -> &Policy<'a> {
        match family {
            Family::Ipv4 => &self.ipv4,
            Family::Ipv6 => &self.ipv6,
        }
    }

    /// Takes over what is not said here.
    pub fn inherit_from(&mut self, base: &Peer<'a>) {
        self.remote_as = self.remote_as.or(base.remote_as);
        self.local_as = self.local_as.or(base.local_as);
        self.description = self.description.or(base.description);
        self.shutdown = self.shutdown.or(base.shutdown);
        self.bfd = self.bfd.or(base.bfd);
        self.ipv4.inherit_from(&base.ipv4);
        self.ipv6.inherit_from(&base.ipv6);
    }

    /// Reads one line; `Some(false)` where it decides nothing, `None` where it is not understood.
    fn set(&mut self, setting: &Setting<'a>, notes: &mut Notes<'_>) -> Option<bool> {
        let line = setting.line;
        let key = setting.key;
        // A family's settings differ by the end of their names.
        let (plain, family) = family(key);
        if let Some(done) = self.filter(plain, family, setting) {
            return done;
        }
        let policy = match family {
            Family::Ipv4 => &mut self.ipv4,
            Family::Ipv6 => &mut self.ipv6,
        };
        match plain {
            "activate" => {
                policy.active = match setting.values {
                    Some(_) => Some((setting.enabled()?, line)),
                    None => None,
                };
            }
            "maximum-prefix" => {
                policy.maximum_prefix = match setting.values {
                    Some(_) => Some((number(setting.value()?)?, line)),
                    None => None,
                };
            }
            "maximum-prefix-warning-only" => policy.warning_only = Some(setting.enabled()?),
            "maximum-prefix-threshold" => return Some(false),
            "allowas-in-enable" => policy.own_as_allowed = Some(setting.enabled()?),
            "allowas-in" => policy.own_as_times = setting.value().and_then(number),
            _ => return self.session(setting, notes),
        }
        Some(true)
    }

    /// Reads a filter; `None` where the key is none.
    fn filter(&mut self, plain: &str, family: Family, setting: &Setting<'a>) -> Option<Option<bool>> {
        let (kind, direction) = match plain.strip_suffix("-in") {
            Some(kind) => (kind, true),
            None => (plain.strip_suffix("-out")?, false),
        };
        let policy = match family {
            Family::Ipv4 => &mut self.ipv4,
            Family::Ipv6 => &mut self.ipv6,
        };
        let direction = match direction {
            true => &mut policy.import,
            false => &mut policy.export,
        };
        let slot = match kind {
            "route-map" => &mut direction.route_map,
            "prefix-list" => &mut direction.prefix_list,
            "distribute-list" => &mut direction.distribute_list,
            "filter-list" => &mut direction.filter_list,
            _ => return None,
        };
        policy.mentioned |= setting.values.is_some();
        if setting.values.is_none() {
            *slot = None;
            return Some(Some(true));
        }
        let Some(name) = setting.value() else {
            return Some(None);
        };
        // An empty name takes the list away.
        *slot = (!name.is_empty()).then_some(name);
        Some(Some(true))
    }

    fn session(&mut self, setting: &Setting<'a>, notes: &mut Notes<'_>) -> Option<bool> {
        let line = setting.line;
        match setting.key {
            "remote-as" => {
                self.remote_as = match setting.value() {
                    Some(word) => Some((RemoteAs::Asn(asn(word)?), word)),
                    None if setting.values.is_none() => None,
                    None => return None,
                };
            }
            "local-as" => self.local_as = setting.value().and_then(asn),
            "description" => self.description = setting.value().filter(|text| !text.is_empty()),
            "shutdown" => self.shutdown = setting.enabled()?.then_some(line),
            "bfd" => self.bfd = setting.enabled()?.then_some(line),
            "neighbor-group" => self.group = setting.value(),
            "password" => {
                if let Some(words) = setting.values {
                    let value = words.rest().strip_prefix("ENC ").unwrap_or(words.rest());
                    if !value.is_empty() {
                        notes.secret(value, "neighbor password");
                    }
                }
                return Some(false);
            }
            key if is_inert(key) => return Some(false),
            _ => return None,
        }
        Some(true)
    }

    /// What may filter and is not understood makes its direction open.
    fn doubt(&mut self, setting: &Setting<'a>) {
        let (plain, family) = family(setting.key);
        let policy = match family {
            Family::Ipv4 => &mut self.ipv4,
            Family::Ipv6 => &mut self.ipv6,
        };
        let filters = ["route-map", "list", "filter"]
            .iter()
            .any(|word| plain.contains(word));
        if filters && !plain.ends_with("-out") {
            policy.import.unknown.push(setting.line);
        }
        if filters && !plain.ends_with("-in") {
            policy.export.unknown.push(setting.line);
        }
    }
}

impl<'a> Policy<'a> {
    fn inherit_from(&mut self, base: &Policy<'a>) {
        self.active = self.active.or(base.active);
        self.import.inherit_from(&base.import);
        self.export.inherit_from(&base.export);
        self.maximum_prefix = self.maximum_prefix.or(base.maximum_prefix);
        self.warning_only = self.warning_only.or(base.warning_only);
        self.own_as_allowed = self.own_as_allowed.or(base.own_as_allowed);
        self.own_as_times = self.own_as_times.or(base.own_as_times);
        self.mentioned |= base.mentioned;
    }

    pub fn maximum(&self) -> Option<(MaximumPrefix, &'a str)> {
        let (limit, line) = self.maximum_prefix.filter(|(limit, _)| *limit > 0)?;
        let warning_only = self.warning_only.unwrap_or(false);
        Some((MaximumPrefix { limit, warning_only }, line))
    }

    /// Three times where no number is given (FortiOS CLI Reference, "allowas-in").
    pub fn own_as(&self) -> u32 {
        match self.own_as_allowed {
            Some(true) => self.own_as_times.unwrap_or(3),
            _ => 0,
        }
    }
}

impl<'a> Direction<'a> {
    fn inherit_from(&mut self, base: &Direction<'a>) {
        self.route_map = self.route_map.or(base.route_map);
        self.prefix_list = self.prefix_list.or(base.prefix_list);
        self.distribute_list = self.distribute_list.or(base.distribute_list);
        self.filter_list = self.filter_list.or(base.filter_list);
        self.unknown.extend(base.unknown.iter().copied().take(16));
    }
}

/// Splits `route-map-in6` into its name without family, and the family.
fn family(key: &str) -> (&str, Family) {
    for end in ["-ipv6", "6"] {
        if let Some(plain) = key.strip_suffix(end) {
            return (plain, Family::Ipv6);
        }
    }
    (key, Family::Ipv4)
}

/// Settings without effect on which routes are accepted: timers, transport, what is announced and how.
#[rustfmt::skip]
const INERT: &[&str] = &[
    "activate-evpn", "activate-vpnv4", "activate-vpnv6", "additional-path", "additional-path-vpnv4",
    "additional-path-vpnv6", "additional-path6", "adv-additional-path", "adv-additional-path-vpnv4", "adv-additional-path6", "advertisement-interval", "allowas-in-vpnv4",
    "allowas-in-vpnv6", "as-override", "as-override6", "attribute-unchanged", "attribute-unchanged-vpnv4", "attribute-unchanged6",
    "auth-options", "capability-default-originate", "capability-default-originate6", "capability-dynamic",
    "capability-graceful-restart", "capability-graceful-restart-evpn", "capability-graceful-restart6", "capability-orf", "capability-orf6",
    "capability-route-refresh", "connect-timer", "default-originate-routemap", "default-originate-routemap6",
    "dont-capability-negotiate", "ebgp-enforce-multihop", "ebgp-multihop-ttl", "enforce-first-as", "holdtime-timer", "interface",
    "keep-alive-timer", "link-down-failover", "local-as-no-prepend", "local-as-replace-as", "max-neighbor-num",
    "network-import-check", "next-hop-self", "next-hop-self-rr", "next-hop-self-rr6", "next-hop-self-vpnv4", "next-hop-self6",
    "override-capability", "passive", "remove-private-as", "remove-private-as6", "restart-time", "retain-stale-time",
    "route-map-out-preferable", "route-map-out6-preferable", "route-reflector-client", "route-reflector-client6", "route-server-client",
    "route-server-client6", "rr-attr-allow-change", "rr-attr-allow-change6", "send-community", "send-community6",
    "soft-reconfiguration", "soft-reconfiguration6", "stale-route", "stale-route6", "strict-capability-match", "unsuppress-map",
    "unsuppress-map6", "update-source", "weight", "ip", "id",
];

fn is_inert(key: &str) -> bool {
    // VPN and EVPN families carry no routes of ours.
    INERT.contains(&key) || ["-vpnv4", "-vpnv6", "-evpn"].iter().any(|end| key.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_key_names_the_family() {
        assert_eq!(family("route-map-in"), ("route-map-in", Family::Ipv4));
        assert_eq!(family("route-map-in6"), ("route-map-in", Family::Ipv6));
        assert_eq!(family("filter-list-out-ipv6"), ("filter-list-out", Family::Ipv6));
        assert_eq!(family("allowas-in-enable6"), ("allowas-in-enable", Family::Ipv6));
    }
}
