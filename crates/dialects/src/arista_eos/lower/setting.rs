//! What a `set` line changes (EOS User Manual, "Route Maps", `set`).

use std::collections::BTreeMap;

use pairlint_model::bgp::{Asn, Community};
use pairlint_model::policy::{Action, CommunityList, CommunityPattern, CommunityTest, NumberEdit, Verdict};

use super::community::well_known;
use crate::atoms::{self, CommunityWord, keyword, number};
use crate::clauses::{number_edit, origin, set_communities, set_large_communities};
use crate::lines::Words;
use crate::notes::Notes;

/// Reads what follows `set`; nothing where it is not understood.
pub(super) fn actions(
    mut words: Words<'_>,
    lists: &BTreeMap<String, CommunityList>,
    notes: &Notes<'_>,
) -> Option<Vec<Action>> {
    let action = match keyword(words.next()?, SET)? {
        "community" => return community(words, lists, notes),
        "large-community" => match words.eat("large-community-list") {
            true => Action::Unsupported,
            false => set_large_communities(words)?,
        },
        "local-preference" => Action::SetLocalPreference(local_preference(words)?),
        // Values that only the device knows.
        "metric" if words.peek()?.contains("igp") => Action::Unsupported,
        "metric" => Action::SetMed(number_edit(words)?),
        "weight" => Action::SetWeight(number(words.only()?)?),
        "origin" => Action::SetOrigin(origin(words)?),
        "as-path" => as_path(words)?,
        // Next hops, tags, traffic classes, link bandwidths and other protocols' attributes.
        _ => Action::Inert,
    };
    Some(vec![action])
}

fn local_preference(words: Words<'_>) -> Option<NumberEdit> {
    number_edit(words)
}

/// Reads `none`, or values, or `community-list LISTS`, with `additive` or `delete` behind.
fn community(
    mut words: Words<'_>,
    lists: &BTreeMap<String, CommunityList>,
    notes: &Notes<'_>,
) -> Option<Vec<Action>> {
    let ending = words.last_word()?;
    if words.eat("community-list") {
        let names: Vec<&str> = words
            .filter(|word| !matches!(*word, "additive" | "delete"))
            .collect();
        if names.is_empty() {
            return None;
        }
        if ending == "delete" {
            let delete = |name: &&str| Action::DeleteCommunityList {
                name: notes.name(name),
            };
            return Some(names.iter().map(delete).collect());
        }
        let values: Option<Vec<Vec<Community>>> =
            names.iter().map(|name| listed(lists.get(*name)?)).collect();
        let action = values.map(|values| match ending {
            "additive" => Action::AddCommunities(values.concat()),
            _ => Action::SetCommunities(values.concat()),
        });
        return Some(vec![action.unwrap_or(Action::Unsupported)]);
    }
    if ending != "delete" {
        return set_communities(words, well_known).map(|action| vec![action]);
    }
    let mut patterns = Vec::new();
    for word in words.filter(|word| *word != "delete") {
        let value = match atoms::community(word) {
            CommunityWord::Value(community) => community,
            CommunityWord::OutOfRange => return None,
            CommunityWord::Other => well_known(word)?,
        };
        patterns.push(CommunityPattern::Exactly(value));
    }
    Some(vec![Action::DeleteCommunities(patterns)])
}

/// The values that a list stands for where it is set: those of its permitting lines.
fn listed(list: &CommunityList) -> Option<Vec<Community>> {
    let mut values = Vec::new();
    for entry in &list.entries {
        let (Verdict::Accept, CommunityTest::Line(patterns)) = (entry.verdict, &entry.test) else {
            return None;
        };
        for pattern in patterns {
            match pattern.value {
                CommunityPattern::Exactly(community) => values.push(community),
                _ => return None,
            }
        }
    }
    (!values.is_empty()).then_some(values)
}

/// Reads `prepend 65001 65001 [repeat 3]`; `prepend auto`, `last-as` and `match … replacement` depend on the route.
fn as_path(mut words: Words<'_>) -> Option<Action> {
    match keyword(words.next()?, &["prepend", "match"])? {
        "prepend" if !matches!(words.peek(), Some("last-as" | "auto")) => {
            let mut path: Vec<Asn> = Vec::new();
            while let Some(word) = words.next() {
                if word == "repeat" {
                    let times: u32 = number(words.only()?)?;
                    // More are refused; none is longer than a path may be.
                    path = path.repeat(times.clamp(1, 64) as usize);
                    break;
                }
                path.push(atoms::asn(word)?);
            }
            (!path.is_empty()).then_some(Action::PrependAsPath(path))
        }
        _ => Some(Action::Unsupported),
    }
}

#[rustfmt::skip]
const SET: &[&str] = &[
    "aigp-metric", "as-path", "bgp", "community", "distance", "evpn", "extcommunity", "ip", "ipv6", "isis",
    "large-community", "level", "local-preference", "metric", "metric-type", "nexthop", "origin",
    "resolution-ribs", "segment-index", "tag", "traffic", "weight",
];
