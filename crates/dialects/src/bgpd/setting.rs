//! What a `set` line changes.

use pairlint_model::bgp::{Asn, Community, LargeCommunity, Origin};
use pairlint_model::policy::{Action, NumberEdit};

use super::Version;
use super::community::well_known;
use super::is_placeholder;
use super::matching::{Reading, refused_or_unread};
use crate::atoms::{self, CommunityWord, number};
use crate::notes::Notes;

/// Characters of a number that an expression sees in `set comm-list … delete`: bgpd writes each community into room
/// for ten (`community_str_get`, FRR source; observed in all three releases).
const SEEN: usize = 10;

/// Next hops, tags, QoS and other protocols' attributes.
const INERT: &[&str] = &[
    "aggregator",
    "aigp-metric",
    "atomic-aggregate",
    "distance",
    "evpn",
    "extcommunity",
    "extcomm-list",
    "extended-comm-list",
    "forwarding",
    "ip",
    "ipv6",
    "l3vpn",
    "label-index",
    "max-metric",
    "metric-type",
    "min-metric",
    "originator-id",
    "sr-te",
    "src",
    "table",
    "tag",
    "vpn",
    "vpnv4",
    "vpnv6",
];

/// Reads what follows `set`.
pub fn read(words: &[&str], version: Version, notes: &Notes<'_>) -> Reading<Action> {
    use Reading::{Read, Refused};
    match words {
        words if words.iter().any(|word| is_placeholder(word)) => Reading::Unread,
        ["community", "none"] => Read("community", Action::SetCommunities(Vec::new())),
        ["community", values @ ..] => community(values, words, version),
        ["comm-list", name, "delete"] => Read(
            "comm-list",
            Action::DeleteMeantCommunities {
                name: notes.name(name),
                seen: SEEN,
            },
        ),
        ["large-community", "none"] => Read("large-community", Action::SetLargeCommunities(Vec::new())),
        ["large-community", values @ ..] => large_community(values, words),
        ["large-comm-list", name, "delete"] => Read(
            "large-comm-list",
            Action::DeleteMeantLargeCommunities {
                name: notes.name(name),
            },
        ),
        ["local-preference", value] => match edit(value) {
            Some(edit) => Read("local-preference", Action::SetLocalPreference(edit)),
            None => refused_or_unread(words),
        },
        // Values that only the device knows.
        ["metric", "rtt" | "+rtt" | "-rtt" | "igp" | "aigp"] => Read("metric", Action::Unsupported),
        ["metric", value] => match edit(value) {
            Some(edit) => Read("metric", Action::SetMed(edit)),
            None => refused_or_unread(words),
        },
        ["weight", value] => match number(value) {
            Some(weight) => Read("weight", Action::SetWeight(weight)),
            None => refused_or_unread(words),
        },
        ["origin", "igp"] => Read("origin", Action::SetOrigin(Origin::Igp)),
        ["origin", "egp"] => Read("origin", Action::SetOrigin(Origin::Egp)),
        ["origin", "incomplete"] => Read("origin", Action::SetOrigin(Origin::Incomplete)),
        // Both depend on the path.
        ["as-path", "prepend", "last-as", _] => Read("as-path prepend", Action::Unsupported),
        ["as-path", "exclude", "all"] if version == Version::V8 => Refused,
        ["as-path", "exclude", _, ..] => Read("as-path exclude", Action::Unsupported),
        ["as-path", "replace", _, ..] => Read("as-path replace", Action::Unsupported),
        // 8.4 takes no AS number with a dot.
        ["as-path", "prepend", path @ ..]
            if version == Version::V8 && path.iter().any(|word| word.contains('.')) =>
        {
            Refused
        }
        ["as-path", "prepend", path @ ..] => {
            let asns: Option<Vec<Asn>> = path.iter().map(|word| atoms::asn(word)).collect();
            match asns.filter(|asns| !asns.is_empty()) {
                Some(asns) => Read("as-path prepend", Action::PrependAsPath(asns)),
                None => refused_or_unread(words),
            }
        }
        [word, _, ..] => match INERT.iter().find(|known| *known == word) {
            Some(known) => Read(known, Action::Inert),
            None => refused_or_unread(words),
        },
        ["atomic-aggregate"] => Read("atomic-aggregate", Action::Inert),
        _ => Refused,
    }
}

/// Reads values and names, `additive` perhaps.
fn community(values: &[&str], words: &[&str], version: Version) -> Reading<Action> {
    let mut communities: Vec<Community> = Vec::new();
    let mut additive = false;
    for word in values {
        match atoms::community(word) {
            CommunityWord::Value(community) if word.contains(':') => communities.push(community),
            CommunityWord::Value(_) | CommunityWord::OutOfRange => return Reading::Refused,
            CommunityWord::Other if *word == "additive" => additive = true,
            CommunityWord::Other => match well_known(word, version) {
                Some(community) => communities.push(community),
                None => return refused_or_unread(words),
            },
        }
    }
    let action = match (communities.is_empty(), additive) {
        (true, _) => return Reading::Refused,
        (false, true) => Action::AddCommunities(communities),
        (false, false) => Action::SetCommunities(communities),
    };
    Reading::Read("community", action)
}

fn large_community(values: &[&str], words: &[&str]) -> Reading<Action> {
    let mut communities: Vec<LargeCommunity> = Vec::new();
    let mut additive = false;
    for word in values {
        match atoms::large_community(word) {
            Some(large) => communities.push(large),
            None if *word == "additive" => additive = true,
            None => return refused_or_unread(words),
        }
    }
    let action = match (communities.is_empty(), additive) {
        (true, _) => return Reading::Refused,
        (false, true) => Action::AddLargeCommunities(communities),
        (false, false) => Action::SetLargeCommunities(communities),
    };
    Reading::Read("large-community", action)
}

/// Reads `200`, `+10`, `-10`.
fn edit(word: &str) -> Option<NumberEdit> {
    match word.split_at_checked(1)? {
        ("+", digits) => Some(NumberEdit::Add(number(digits)?)),
        ("-", digits) => Some(NumberEdit::Subtract(number(digits)?)),
        _ => Some(NumberEdit::To(number(word)?)),
    }
}
