//! What a `match` line tests.
//!
//! An entry keeps one line of each kind, the last; all kinds must hold. A condition of the other address family
//! does not hold.

use pairlint_model::bgp::{Family, Origin};
use pairlint_model::policy::{CommunityMatch, Condition, ListFamily, PrefixMatch};

use super::Version;
use super::is_placeholder;
use crate::atoms::number;
use crate::notes::Notes;

/// What became of a line of an entry.
pub enum Reading<T> {
    /// With its kind: a later line of the same kind takes its place.
    Read(&'static str, T),
    /// Not interpreted.
    Unread,
    /// The device takes no such line.
    Refused,
}

/// Reads what follows `match`.
pub fn read(words: &[&str], line: &str, version: Version, notes: &Notes<'_>) -> Reading<Condition> {
    use Reading::{Read, Refused, Unread};
    let community = |how| match words {
        [_, name, ..] => Condition::CommunityList {
            name: notes.name(name),
            how,
        },
        _ => Condition::Unsupported(notes.span(line)),
    };
    match words {
        words if words.iter().any(|word| is_placeholder(word)) => Unread,
        ["community", _] => Read("community", community(CommunityMatch::Listed)),
        ["community", _, "exact-match"] => Read("community", community(CommunityMatch::Exact)),
        ["community", _, "any"] if version == Version::V10 => {
            Read("community", community(CommunityMatch::AnyValue))
        }
        ["community-limit", limit] if version == Version::V10 => match number(limit) {
            Some(limit) => Read("community-limit", Condition::CommunityCount(0..=limit)),
            None => refused_or_unread(words),
        },
        ["large-community", _, "any"] if version == Version::V10 => Unread,
        ["large-community", name] => Read("large-community", large(name, CommunityMatch::Listed, notes)),
        ["large-community", name, "exact-match"] => {
            Read("large-community", large(name, CommunityMatch::Exact, notes))
        }
        // Refused by 8.4; what 10 does was not seen.
        ["extcommunity", _, "exact-match" | "any"] if version == Version::V10 => Unread,
        ["src-peer" | "source-protocol" | "source-instance" | "script", ..]
        | ["tag", "0" | "untagged"]
        | ["ip" | "ipv6", "address" | "next-hop", "prefix-len", _]
            if version == Version::V8 =>
        {
            Refused
        }
        ["extcommunity", name] => Read(
            "extcommunity",
            Condition::ExtendedCommunityList {
                name: notes.name(name),
                how: CommunityMatch::Listed,
            },
        ),
        ["as-path", name] => Read(
            "as-path",
            Condition::AsPathList {
                name: notes.name(name),
            },
        ),
        ["local-preference", value] => match number::<u32>(value) {
            Some(value) => Read("local-preference", Condition::LocalPreference(value..=value)),
            None => refused_or_unread(words),
        },
        // A range error of the configuration model: the line is gone and nothing is said.
        ["metric", "0"] => Refused,
        ["metric", value] => match number::<u32>(value) {
            Some(value) => Read("metric", Condition::Med(value..=value)),
            None => undecidable(words, line, notes),
        },
        ["origin", "igp"] => Read("origin", Condition::Origin(Origin::Igp)),
        ["origin", "egp"] => Read("origin", Condition::Origin(Origin::Egp)),
        ["origin", "incomplete"] => Read("origin", Condition::Origin(Origin::Incomplete)),
        ["ip", rest @ ..] => address(rest, words, line, Family::Ipv4, notes),
        ["ipv6", rest @ ..] => address(rest, words, line, Family::Ipv6, notes),
        _ => undecidable(words, line, notes),
    }
}

fn large(name: &str, how: CommunityMatch, notes: &Notes<'_>) -> Condition {
    Condition::LargeCommunityList {
        name: notes.name(name),
        how,
    }
}

/// Reads `address NAME`, `address prefix-list NAME` and the like.
fn address(
    rest: &[&str],
    words: &[&str],
    line: &str,
    family: Family,
    notes: &Notes<'_>,
) -> Reading<Condition> {
    let keys = match family {
        Family::Ipv4 => ["ip address", "ip address prefix-list"],
        Family::Ipv6 => ["ipv6 address", "ipv6 address prefix-list"],
    };
    match rest {
        ["address", "prefix-list", name] => Reading::Read(
            keys[1],
            Condition::PrefixList {
                name: notes.name(name),
                family: ListFamily::of(family),
                how: PrefixMatch::Listed,
            },
        ),
        ["address", "prefix-list" | "prefix-len"] => refused_or_unread(words),
        ["address", name] => Reading::Read(
            keys[0],
            Condition::AccessList {
                name: notes.name(name),
                family,
            },
        ),
        _ => undecidable(words, line, notes),
    }
}

/// Conditions that a configuration does not decide, with how many words they take at least and at most.
const UNDECIDABLE: &[(&[&str], usize, usize, &str)] = &[
    (&["ip", "next-hop"], 1, 2, "the next hop"),
    (&["ipv6", "next-hop"], 1, 2, "the next hop"),
    (
        &["ip", "route-source"],
        1,
        2,
        "the router that announced the route",
    ),
    (
        &["ip", "address", "prefix-len"],
        1,
        1,
        "whether bgpd tests a prefix length",
    ),
    (
        &["ipv6", "address", "prefix-len"],
        1,
        1,
        "whether bgpd tests a prefix length",
    ),
    (&["metric"], 1, 1, "a round-trip time"),
    (&["peer"], 1, 1, "the neighbor the route comes from"),
    (&["src-peer"], 1, 1, "the neighbor the route comes from"),
    (&["tag"], 1, 1, "a tag"),
    (&["interface"], 1, 1, "the interface behind the next hop"),
    (&["probability"], 1, 1, "chance"),
    (&["rpki"], 1, 1, "the RPKI state"),
    (&["rpki-extcommunity"], 1, 1, "the RPKI state"),
    (&["source-protocol"], 1, 1, "the protocol the route comes from"),
    (&["source-instance"], 1, 1, "the protocol the route comes from"),
    (&["source-vrf"], 1, 1, "the VRF the route comes from"),
    (&["vpn"], 1, 2, "a VPN route's data plane"),
    (&["evpn"], 1, 3, "an EVPN route"),
    (&["mac"], 1, 2, "a MAC address"),
    (&["alias"], 1, 1, "a community alias"),
    (
        &["extcommunity-limit"],
        1,
        1,
        "the number of extended communities",
    ),
    (&["script"], 1, 1, "a script"),
    (&["route-type"], 1, 1, "the route's type"),
];

fn undecidable(words: &[&str], line: &str, notes: &Notes<'_>) -> Reading<Condition> {
    let found = UNDECIDABLE.iter().find(|(begin, least, most, _)| {
        words.starts_with(begin) && (*least..=*most).contains(&(words.len() - begin.len()))
    });
    match found {
        Some((begin, _, _, on)) => {
            let key = begin.last().copied().unwrap_or("");
            // The kinds of one word are told apart by what they depend on.
            let key = if begin.len() > 1 { on } else { key };
            let condition = Condition::Undecidable {
                span: notes.span(line),
                on: (*on).to_owned(),
            };
            Reading::Read(key, condition)
        }
        None => refused_or_unread(words),
    }
}

/// A line that a person has still to fill in is not read; everything else that the grammar does not have is refused.
pub fn refused_or_unread<T>(words: &[&str]) -> Reading<T> {
    match words.iter().any(|word| is_placeholder(word)) {
        true => Reading::Unread,
        false => Reading::Refused,
    }
}
