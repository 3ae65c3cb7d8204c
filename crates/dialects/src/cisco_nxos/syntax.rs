//! The modes of the command line and what each knows.

use super::tables::{BGP, FAMILY, GLOBAL, INTERFACE, MATCH_SET, NEIGHBOR, PEER_FAMILY, PEER_SESSION};
use crate::atoms::keyword;
use crate::blocks::{self, Known, Modes, Tree};
use crate::lines::{Line, Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bgp,
    /// A VRF of `router bgp`.
    Vrf,
    /// An address family of the process or a VRF.
    Family,
    Neighbor,
    Template,
    PeerSession,
    PeerPolicy,
    /// An address family of a neighbor or template.
    PeerFamily,
    RouteMap,
    Interface,
    /// `vrf context X`.
    Context,
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
            Some("pbr-statistics") => Known::Line,
            _ => Known::Opens(Kind::RouteMap),
        },
        "ip" | "ipv6" => match rest.next() {
            Some(
                "prefix-list" | "community-list" | "extcommunity-list" | "large-community-list" | "as-path",
            ) => Known::Line,
            Some("access-list") => Known::Opens(Kind::Other),
            _ => Known::No,
        },
        "interface" => Known::Opens(Kind::Interface),
        "vrf" => match rest.next() {
            Some("context") => Known::Opens(Kind::Context),
            _ => Known::No,
        },
        "hostname" | "switchname" => Known::Line,
        _ => Known::No,
    }
}

fn inside(kind: Kind, word: &str, mut rest: Words<'_>) -> Known<Kind> {
    let line = |known: bool| if known { Known::Line } else { Known::No };
    let listed = |table: &[&'static str]| keyword(word, table).filter(|_| word.len() > 2);
    match kind {
        Kind::Bgp | Kind::Vrf => match listed(BGP) {
            Some("neighbor") => Known::Opens(Kind::Neighbor),
            Some("address-family") => Known::Opens(Kind::Family),
            Some("template") => match rest.next() {
                Some("peer-session") => Known::Opens(Kind::PeerSession),
                Some("peer-policy") => Known::Opens(Kind::PeerPolicy),
                _ => Known::Opens(Kind::Template),
            },
            Some("vrf") => match rest.next() {
                Some("context" | "member") | None => Known::No,
                Some(_) => Known::Opens(Kind::Vrf),
            },
            Some(_) => Known::Line,
            None => Known::No,
        },
        Kind::Family => line(listed(FAMILY).is_some()),
        Kind::Neighbor | Kind::Template | Kind::PeerSession => match listed(NEIGHBOR) {
            Some("address-family") if kind != Kind::PeerSession => Known::Opens(Kind::PeerFamily),
            Some(_) => line(kind != Kind::PeerSession || listed(PEER_SESSION).is_some()),
            None => Known::No,
        },
        Kind::PeerFamily | Kind::PeerPolicy => match listed(PEER_FAMILY) {
            Some("route-map") => line(matches!(rest.last_word(), Some("in" | "out"))),
            known => line(known.is_some()),
        },
        Kind::RouteMap => line(listed(MATCH_SET).is_some()),
        Kind::Interface => line(global(word, rest) == Known::No && INTERFACE.contains(&word)),
        Kind::Context => line(matches!(
            word,
            "rd" | "vni"
                | "address-family"
                | "route-target"
                | "import"
                | "export"
                | "description"
                | "maximum"
        )),
        Kind::Line | Kind::Other => Known::No,
    }
}

/// A line of `router bgp` without it.
fn bare(word: &str, mut rest: Words<'_>) -> Option<Kind> {
    let is_bgp = match word {
        "neighbor" => {
            let named = rest.next().is_some_and(|name| {
                name.starts_with(|c: char| c.is_ascii_hexdigit() || c == '<' || c == ':')
            });
            named && matches!(rest.next(), None | Some("remote-as"))
        }
        "template" => matches!(rest.next(), Some("peer" | "peer-session" | "peer-policy")),
        _ => false,
    };
    is_bgp.then_some(Kind::Bgp)
}
