//! `unreachable-entry`: an entry of a list that nothing can reach.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_eval::{Fate, access_fates, as_path_fates, community_fates, prefix_fates};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::{Device, Owner};
use pairlint_model::remedy::{Change, Entry, Remedy};
use pairlint_model::source::Span;

use super::Rule;
use crate::Context;
use crate::hygiene::{coverage, dead, told_together, used_otherwise};
use crate::remedies::single;
use crate::session_findings::kind_and_name;
use crate::words::and;

pub(super) static RULE: Rule = Rule {
    name: "unreachable-entry",
    severity: Severity::Warning,
    summary: "nothing can reach an entry of a list, because earlier ones take all that it stands for",
    page: include_str!("../../../../docs/rules/unreachable-entry.md"),
    check,
};

/// The most of an entry's text that a message quotes.
const QUOTED: usize = 72;

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, device) in cx.network.devices.iter().enumerate() {
        let Some(coverage) = coverage(cx, index) else { continue };
        let otherwise = used_otherwise(device);
        for owner in &coverage.used {
            let Some((places, fates)) = fates(device, owner, &otherwise) else { continue };
            let mut claims = dead(&places, &fates);
            for reading in &device.readings {
                if claims.is_empty() {
                    break;
                }
                let otherwise = used_otherwise(reading);
                let other = self::fates(reading, owner, &otherwise).map(|(places, fates)| dead(&places, &fates));
                claims.retain(|place, _| other.as_ref().is_some_and(|other| other.contains_key(place)));
            }
            found.extend(told(cx, device, owner, &places, claims));
        }
    }
}

/// For each entry of the list its place and what becomes of it; nothing where the list is of one entry or less.
fn fates(device: &Device, owner: &Owner, otherwise: &BTreeSet<&str>) -> Option<(Vec<Span>, Vec<Fate>)> {
    macro_rules! of {
        ($list:expr, $fates:expr) => {{
            let list = $list?;
            if list.entries.len() < 2 {
                return None;
            }
            let places: Vec<Span> = list.entries.iter().map(|entry| entry.span).collect();
            Some((places, $fates(list)))
        }};
    }
    match owner {
        Owner::PrefixList(family, name) => of!(device.prefix_list(*family, name), prefix_fates),
        Owner::AccessList(family, name) => of!(device.access_list(*family, name), access_fates),
        Owner::AsPathList(name) => of!(device.as_path_lists.get(name), as_path_fates),
        Owner::CommunityList(name) => {
            let first_match = !otherwise.contains(name.as_str());
            of!(device.community_lists.get(name), |list| community_fates(list, first_match))
        }
        // Only what is written twice: what these values match is not followed.
        Owner::LargeCommunityList(name) => {
            of!(device.large_community_lists.get(name), |list| community_fates(list, false))
        }
        Owner::ExtendedCommunityList(name) => {
            of!(device.extended_community_lists.get(name), |list| community_fates(list, false))
        }
        Owner::Policy(_) | Owner::PolicyList(_) | Owner::Neighbors(_) | Owner::Bgp => None,
    }
}

fn told(
    cx: &Context<'_>,
    device: &Device,
    owner: &Owner,
    places: &[Span],
    claims: BTreeMap<Span, Vec<usize>>,
) -> Vec<Diagnostic> {
    let claims = claims.into_iter().filter_map(|(place, by)| {
        let takers = by.into_iter().filter_map(|at| places.get(at).copied());
        let mut takers: Vec<Span> = takers.filter(|taker| *taker != place).collect();
        takers.dedup();
        (!takers.is_empty()).then_some((place, takers))
    });
    told_together(claims.collect(), |(place, takers), count| {
        finding(cx, device, owner, place, &takers, count)
    })
}

fn finding(
    cx: &Context<'_>,
    device: &Device,
    owner: &Owner,
    place: Span,
    takers: &[Span],
    count: usize,
) -> Diagnostic {
    let list = kind_and_name(owner);
    let what = match owner {
        Owner::PrefixList(..) | Owner::AccessList(..) => "route",
        Owner::AsPathList(_) => "AS path",
        _ => "set of communities",
    };
    let names: Vec<String> = takers.iter().map(|taker| quoted(cx, *taker)).collect();
    let taken = match names.len() {
        1 => format!("{} takes all", and(&names)),
        2 | 3 => format!("{} take all", and(&names)),
        more => format!("{more} earlier entries take all"),
    };
    let written = quoted(cx, place);
    let message = match count {
        1 => format!("no {what} reaches {written} of {list}: {taken} that it stands for"),
        _ => format!("no {what} reaches {count} entries of {list}: earlier ones take all that they stand for"),
    };
    let label = match count {
        1 => format!("no {what} reaches this"),
        _ => format!("the first of {count} that no {what} reaches"),
    };
    let mut finding = RULE
        .at(message)
        .label(place, label)
        .help("remove it, or move it in front of what takes its place")
        .object(format!("{}/{}", device.name, name(owner)))
        .identity(format!("{}/{list}/{written}", device.name).to_lowercase());
    if count == 1 {
        finding = finding.remedy(removal(cx, device, owner, place, takers));
    }
    for taker in takers.iter().take(4) {
        finding = finding.label(*taker, "takes what it stands for");
    }
    finding
}

/// Takes the entry out. What is written twice can go; of anything else it is not certain that it is not meant to stand
/// further up.
fn removal(cx: &Context<'_>, device: &Device, owner: &Owner, place: Span, takers: &[Span]) -> Option<Remedy> {
    let change = Change::RemoveEntry {
        entry: Entry {
            list: Some(name(owner).to_owned()),
            span: place,
            value: place,
            references: Vec::new(),
        },
    };
    let said = |span: Span| match owner {
        Owner::CommunityList(name) => {
            let mut entries = device.community_lists.get(name)?.entries.iter();
            let entry = entries.find(|entry| entry.span == span)?;
            Some((entry.verdict, single(entry)?))
        }
        _ => None,
    };
    let twice = match takers {
        [only] => {
            cx.sources.slice(*only) == cx.sources.slice(place)
                || said(*only).is_some_and(|other| said(place) == Some(other))
        }
        _ => false,
    };
    let title = format!("remove {}", quoted(cx, place));
    Some(match twice {
        true => Remedy::safe(title, vec![change]),
        false => Remedy::guessed(title, vec![change]),
    })
}

fn name(owner: &Owner) -> &str {
    match owner {
        Owner::Policy(name)
        | Owner::PrefixList(_, name)
        | Owner::CommunityList(name)
        | Owner::LargeCommunityList(name)
        | Owner::ExtendedCommunityList(name)
        | Owner::AsPathList(name)
        | Owner::AccessList(_, name)
        | Owner::PolicyList(name) => name,
        Owner::Neighbors(_) | Owner::Bgp => "",
    }
}

/// An entry as it is written, as far as a message holds it.
fn quoted(cx: &Context<'_>, place: Span) -> String {
    let text = cx.sources.slice(place).lines().next().unwrap_or("").trim().trim_end_matches([',', ';']);
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("`{} …`", text.get(..end).unwrap_or("").trim_end()),
        None => format!("`{text}`"),
    }
}
