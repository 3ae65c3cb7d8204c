//! The modes of the command line and what each knows.

use super::tables::{BGP, FAMILY, GLOBAL, INTERFACE, NEIGHBOR, VRF};
use crate::atoms::keyword;
use crate::blocks::{self, Known, Modes, Tree};
use crate::lines::{Line, Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bgp,
    Vrf,
    Family,
    RouteMap,
    /// A prefix list of either family with its entries below.
    PrefixList,
    PeerFilter,
    /// Of either family.
    AccessList,
    Interface,
    Line,
    Other,
}

pub(super) type Block<'a> = blocks::Block<'a, Kind>;

pub(super) fn read<'a>(lines: &[Line<'a>]) -> Tree<'a, Kind> {
    const MODES: Modes<Kind> = Modes {
        line: Kind::Line,
        other: Kind::Other,
        global,
        inside,
        elsewhere: |word| GLOBAL.binary_search(&word).is_ok(),
        bare,
    };
    blocks::read(lines, &MODES)
}

fn global(word: &str, mut rest: Words<'_>) -> Known<Kind> {
    match word {
        "router" => match rest.next() {
            Some("bgp") => Known::Opens(Kind::Bgp),
            _ => Known::Opens(Kind::Other),
        },
        "route-map" => match rest.ahead().last_word() {
            Some("in" | "out") | None => Known::No,
            _ => Known::Opens(Kind::RouteMap),
        },
        "ip" | "ipv6" => match rest.next() {
            Some("prefix-list") => match rest.count() {
                1 => Known::Opens(Kind::PrefixList),
                _ => Known::Line,
            },
            Some("access-list") if rest.count() > 1 || !rest.is_empty() => Known::Opens(Kind::AccessList),
            Some("community-list" | "extcommunity-list" | "large-community-list" | "as-path") => Known::Line,
            _ => Known::No,
        },
        "peer-filter" => Known::Opens(Kind::PeerFilter),
        "interface" => Known::Opens(Kind::Interface),
        "hostname" => Known::Line,
        _ => Known::No,
    }
}

fn inside(kind: Kind, word: &str, mut rest: Words<'_>) -> Known<Kind> {
    let line = |known: bool| if known { Known::Line } else { Known::No };
    match kind {
        Kind::Bgp | Kind::Vrf | Kind::Family => {
            let table = match kind {
                Kind::Bgp => BGP,
                Kind::Vrf => VRF,
                _ => FAMILY,
            };
            match keyword(word, table).filter(|_| word.len() > 2) {
                Some("address-family") => Known::Opens(Kind::Family),
                Some("vrf") => match rest.next() {
                    Some("instance" | "definition" | "forwarding") | None => Known::No,
                    Some(_) => Known::Opens(Kind::Vrf),
                },
                Some("vlan" | "vlan-aware-bundle" | "rpki" | "monitoring" | "evpn") => {
                    Known::Opens(Kind::Other)
                }
                Some(_) => Known::Line,
                None => Known::No,
            }
        }
        Kind::RouteMap => line(
            keyword(
                word,
                &["match", "set", "continue", "description", "sub-route-map"],
            )
            .is_some()
                && word.len() > 2,
        ),
        Kind::PrefixList => line(matches!(word, "seq" | "permit" | "deny" | "remark") || is_number(word)),
        Kind::PeerFilter => line(word == "match" || is_number(word)),
        Kind::AccessList => line(
            matches!(
                word,
                "permit" | "deny" | "remark" | "statistics" | "counters" | "resequence" | "seq"
            ) || is_number(word),
        ),
        Kind::Interface => line(global(word, rest) == Known::No && INTERFACE.contains(&word)),
        Kind::Line | Kind::Other => Known::No,
    }
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// A line of `router bgp` without it.
fn bare(word: &str, mut rest: Words<'_>) -> Option<Kind> {
    let is_bgp = match word {
        "neighbor" => rest
            .nth(1)
            .is_some_and(|option| keyword(option, NEIGHBOR).is_some()),
        "address-family" => rest
            .next()
            .is_some_and(|family| matches!(family, "ipv4" | "ipv6" | "evpn")),
        _ => false,
    };
    is_bgp.then_some(Kind::Bgp)
}
