//! Cumulus' `net add …` commands: each repeats the path that `frr.conf` writes as blocks (NVIDIA "Cumulus Linux
//! User Guide" 3.7 and 4.4, "Network Command Line Utility").

use pairlint_model::bgp::Family;
use pairlint_model::network::Owner;

use super::lower::{Parts, Section, entry_line};
use super::router::TOP;
use crate::atoms::{asn, number, verdict};
use crate::bgpd::community::Kind;
use crate::bgpd::lists::REFUSED;
use crate::bgpd::neighbor::Done;
use crate::bgpd::process::{Place, Target};
use crate::lines::Words;
use crate::notes::Notes;

/// Reads what follows `net add` or `net del`.
pub(super) fn line<'a>(
    parts: &mut Parts<'a>,
    line: &'a str,
    delete: bool,
    mut words: Words<'a>,
    notes: &mut Notes<'_>,
) {
    match words.next() {
        Some("bgp") => bgp(parts, line, delete, words, notes),
        Some("routing") => routing(parts, line, delete, words, notes),
        Some("hostname") => parts.hostname = words.next().or(parts.hostname),
        Some("interface" | "bond" | "bridge" | "vlan" | "loopback") => {
            if let Some(name) = words.next().filter(|_| !delete) {
                parts.interfaces.line(name, line, words);
            }
        }
        _ => {}
    }
}

/// Reads `bgp [vrf NAME] [ipv4 unicast] …`.
fn bgp<'a>(parts: &mut Parts<'a>, line: &'a str, delete: bool, mut words: Words<'a>, notes: &mut Notes<'_>) {
    let vrf = words.eat("vrf").then(|| words.next()).flatten();
    let mut section = Section { vrf, place: TOP };
    match words.peek() {
        Some("autonomous-system") => {
            words.next();
            return match words.next().and_then(asn).filter(|_| !delete) {
                Some(number) => {
                    parts.routers.set_number(section.vrf, number);
                    notes.read();
                }
                None => notes.unread(line, Owner::Bgp),
            };
        }
        Some("ipv4" | "ipv6") => {
            let family = match words.next() {
                Some("ipv4") => Family::Ipv4,
                _ => Family::Ipv6,
            };
            let unicast = words.next() == Some("unicast");
            section.place = Place {
                family: unicast.then_some(family),
            };
        }
        Some("l2vpn" | "evpn" | "vpnv4" | "vpnv6") => section.place = Place { family: None },
        _ => {}
    }
    let process = parts.routers.process(section.vrf);
    if words.peek() == Some("neighbor") {
        words.next();
        let Some(name) = words.next() else {
            return process.note(Done::Unread, line, Target::Process, notes);
        };
        let rest: Vec<&'a str> = words.collect();
        if rest.is_empty() && delete {
            process.remove_peer(name, line);
            return notes.read();
        }
        let index = process.peer(name, line);
        return process.option(index, &rest, line, delete, section.place, notes);
    }
    match words.peek() {
        None => notes.ignored(),
        // Lines of an address family or of the process itself, which `frr.conf` writes behind `bgp`.
        Some(
            "network" | "redistribute" | "aggregate-address" | "maximum-paths" | "import" | "table-map"
            | "distance" | "timers" | "advertise" | "advertise-all-vni" | "rd" | "route-target",
        ) => {
            process.line(line, words, section.place, notes);
        }
        Some(_) if section.place.family.is_none() => notes.ignored(),
        Some(_) => {
            let done = process.bgp(line, delete, words);
            process.note(done, line, Target::Process, notes);
        }
    }
}

/// Reads `routing prefix-list|community-list|as-path|route-map …`.
fn routing<'a>(
    parts: &mut Parts<'a>,
    line: &'a str,
    delete: bool,
    mut words: Words<'a>,
    notes: &mut Notes<'_>,
) {
    match words.next() {
        Some("prefix-list") => {
            let family = match words.next() {
                Some("ipv4") => Family::Ipv4,
                Some("ipv6") => Family::Ipv6,
                _ => return notes.unread(line, Owner::Bgp),
            };
            if let Some(name) = words.next() {
                parts.lists.prefix_line(family, name, line, delete, words, notes);
            }
        }
        Some("community-list") => parts
            .lists
            .community
            .line(Kind::Community, line, delete, words, notes),
        Some("large-community-list") => parts
            .lists
            .community
            .line(Kind::Large, line, delete, words, notes),
        Some("extcommunity-list") => parts
            .lists
            .community
            .line(Kind::Extended, line, delete, words, notes),
        Some("as-path") => {
            words.eat("access-list");
            if let Some(name) = words.next() {
                parts.lists.as_path_line(name, line, delete, words, notes);
            }
        }
        Some("access-list") => {
            let family = match words.next() {
                Some("ipv6") => Family::Ipv6,
                _ => Family::Ipv4,
            };
            if let Some(name) = words.next() {
                parts.lists.access.line(family, name, line, delete, words, notes);
            }
        }
        Some("route-map") => route_map(parts, line, delete, words, notes),
        Some(_) => notes.ignored(),
        None => {}
    }
}

/// Reads `route-map NAME permit 10 match community C`.
fn route_map<'a>(
    parts: &mut Parts<'a>,
    line: &'a str,
    delete: bool,
    mut words: Words<'a>,
    notes: &mut Notes<'_>,
) {
    let Some(name) = words.next() else { return };
    let owner = || Owner::Policy(name.to_owned());
    let head = (words.eat_if(verdict), words.eat_if(number::<u32>));
    if delete && words.is_empty() {
        parts.route_maps.remove(name, head.1);
        return notes.read();
    }
    let (Some(verdict), Some(sequence)) = head else {
        return notes.refused(line, owner(), REFUSED);
    };
    let version = parts.version;
    let entry = parts.route_maps.entry(name, sequence, verdict, line);
    if words.is_empty() {
        return notes.read();
    }
    if delete {
        let rest: Vec<&str> = words.collect();
        return match rest.first() {
            Some(&"on-match" | &"continue") => {
                entry.no_exit();
                notes.read();
            }
            _ if entry.remove(&rest, version, notes) => notes.read(),
            _ => notes.unread(line, owner()),
        };
    }
    entry_line(entry, line, words, sequence, version, &owner, notes);
}
