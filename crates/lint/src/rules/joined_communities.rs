//! `joined-communities`: several regional communities that must all be there at once.

use std::collections::BTreeSet;

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::{Change, Entry, Remedy};
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{CommunityMatch, CommunityTest, Condition};
use pairlint_model::source::Span;

use super::Rule;
use crate::Context;
use crate::remedies::{STILL_KEPT_OUT, split};
use crate::session_findings::{is_regional, joined_in, joined_regions};
use crate::words::{communities, plain_list};

pub(super) static RULE: Rule = Rule {
    name: "joined-communities",
    severity: Severity::Warning,
    summary: "several regional communities must all be on one route, which none of Microsoft's routes has",
    page: include_str!("../../../../docs/rules/joined-communities.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, device) in cx.network.devices.iter().enumerate() {
        let Some(Some(reach)) = cx.reaches.get(index) else { continue };
        let mut joined: BTreeSet<(Span, Vec<Community>, Option<&str>)> = BTreeSet::new();
        for owner in &reach.used {
            if let Owner::CommunityList(name) = owner
                && let Some(list) = device.community_lists.get(name)
            {
                for entry in &list.entries {
                    joined.insert((entry.span, joined_regions(entry), Some(name)));
                }
            }
        }
        for policy in reach.policies.iter().filter_map(|name| device.policies.get(*name)) {
            for statement in &policy.statements {
                in_condition(device, &statement.condition, &mut joined);
            }
        }
        let cloud = cx.peers_of_device(index).find_map(|peer| cx.peer_cloud(peer));
        for (span, values, list) in joined.into_iter().filter(|(_, values, _)| values.len() > 1) {
            let words = communities(cx, cloud, &values);
            let place = list.map_or("a condition".to_owned(), |name| format!("community list `{name}`"));
            let entry = list.and_then(|name| {
                let entries = &device.community_lists.get(name)?.entries;
                match entries.iter().find(|entry| entry.span == span) {
                    Some(entry) => split(reach, name, entry),
                    None => Some(any_of(name, span)),
                }
            });
            let title = format!("give {} entries of their own", plain_list(&values));
            let remedy = entry.map(|change| Remedy::safe(title, vec![change]).leaving(STILL_KEPT_OUT));
            found.push(
                RULE.at(format!("{place} asks for {words} on one route at once, and no route has more than one of them"))
                    .label(span, "all of these must be present together")
                    .help("give each community an entry of its own, so that one of them is enough")
                    .object(format!("{}/{}", device.name, list.unwrap_or("condition")))
                    .fact("communities", values)
                    .remedy(remedy),
            );
        }
    }
}

/// Where a condition wants every element of a set, one of them is to be enough.
fn any_of(list: &str, named: Span) -> Change {
    Change::SplitEntry {
        entry: Entry {
            list: Some(list.to_owned()),
            span: named,
            value: named,
            references: vec![named],
        },
        values: Vec::new(),
    }
}

/// Tests written in a statement, and sets of which every element must be met.
fn in_condition<'a>(
    device: &'a Device,
    condition: &'a Condition,
    joined: &mut BTreeSet<(Span, Vec<Community>, Option<&'a str>)>,
) {
    let mut open = vec![condition];
    while let Some(condition) = open.pop() {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => open.extend(parts),
            Condition::Community(test) => {
                joined.insert((test.span, joined_in(&test.value), None));
            }
            Condition::CommunityList { name, how: CommunityMatch::EveryElement } => {
                let entries = device.community_lists.get(&name.value).into_iter().flat_map(|list| &list.entries);
                let mut regions: Vec<Community> = entries
                    .filter_map(|entry| match &entry.test {
                        CommunityTest::Line(patterns) => match patterns.as_slice() {
                            [one] => match one.value {
                                pairlint_model::policy::CommunityPattern::Exactly(community) => Some(community),
                                _ => None,
                            },
                            _ => None,
                        },
                        _ => None,
                    })
                    .filter(|community| is_regional(*community))
                    .collect();
                regions.sort_unstable();
                regions.dedup();
                joined.insert((name.span, regions, Some(&name.value)));
            }
            _ => {}
        }
    }
}
