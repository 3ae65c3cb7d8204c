//! The modes of the command line and what each knows.

use super::words::{BGP, FAMILY, INTERFACE, NEIGHBOR};
use crate::atoms::keyword;
use crate::blocks::{self, Known, Modes, Tree};
use crate::lines::{Line, Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bgp,
    Family,
    RouteMap,
    PolicyList,
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
        elsewhere: |_| true,
        bare: |word, mut rest| {
            let option = rest.nth(1);
            let is_bgp =
                word == "neighbor" && option.is_some_and(|option| keyword(option, NEIGHBOR).is_some());
            is_bgp.then_some(Kind::Bgp)
        },
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
        "policy-list" => Known::Opens(Kind::PolicyList),
        "prefix-list" | "community-list" | "as-path" | "access-list" | "bgp-community" | "hostname" => {
            Known::Line
        }
        "ipv6" if matches!(rest.next(), Some("prefix-list" | "access-list")) => Known::Line,
        "interface" => Known::Opens(Kind::Interface),
        _ => Known::No,
    }
}

fn inside(kind: Kind, word: &str, rest: Words<'_>) -> Known<Kind> {
    let line = |known: bool| if known { Known::Line } else { Known::No };
    match kind {
        Kind::Bgp | Kind::Family => {
            let table = match kind {
                Kind::Bgp => BGP,
                _ => FAMILY,
            };
            match keyword(word, table).filter(|_| word.len() > 2) {
                Some("address-family") => Known::Opens(Kind::Family),
                Some(_) => Known::Line,
                None => Known::No,
            }
        }
        Kind::RouteMap => {
            line(word.len() > 2 && keyword(word, &["match", "set", "continue", "description"]).is_some())
        }
        Kind::PolicyList => line(word.len() > 2 && keyword(word, &["match"]).is_some()),
        Kind::Interface => line(global(word, rest) == Known::No && INTERFACE.contains(&word)),
        Kind::Line | Kind::Other => Known::No,
    }
}
