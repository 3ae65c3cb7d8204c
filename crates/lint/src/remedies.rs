//! What is to be changed so that a value is let in, is gone, or is another one: in terms of the model.

use std::collections::BTreeSet;

use pairlint_model::bgp::{Community, MICROSOFT};
use pairlint_model::network::{Device, FilterCommunity, Listing, Owner};
use pairlint_model::policy::{CommunityEntry, CommunityPattern, CommunityTest, PolicyChain, Verdict};
use pairlint_model::remedy::{Change, Entry, ValueList};
use pairlint_model::source::{Span, Spanned};

use crate::context::Context;
use crate::filters::{FilterValue, FilterView, Malformed, Reading, allows};
use crate::reach::{self, Reach};
use crate::session_findings::{is_regional, joined_regions};
use crate::{Holder, ValueSite};

impl FilterView<'_> {
    /// Adds values to the list of the rule that allows. Not where one of them is there and only badly written: then
    /// the writing is to be mended.
    pub(crate) fn addition(&self, values: &[Community]) -> Option<Change> {
        let badly_written = self.values.iter().any(|value| match &value.reading {
            Reading::Malformed(Malformed::Joined(joined)) => joined.iter().any(|one| values.contains(one)),
            Reading::Malformed(Malformed::Packed(one) | Malformed::Bare(one)) => values.contains(one),
            _ => false,
        });
        let mut rules = self.filter.rules.items().iter().filter(|rule| allows(rule));
        let list = rules.find_map(|rule| value_list(&rule.communities))?;
        (!badly_written).then(|| Change::AddValues {
            list,
            values: values.to_vec(),
        })
    }

    pub(crate) fn removal(&self, value: &FilterValue<'_>) -> Option<Change> {
        Some(Change::RemoveValue {
            list: value_list(&value.rule.communities)?,
            item: item(value),
        })
    }

    /// Has others stand in the place of a value, as far as they are not in the same list already.
    pub(crate) fn replacement(&self, value: &FilterValue<'_>, others: &[Community]) -> Option<Change> {
        let list = value_list(&value.rule.communities)?;
        let there = |one: &Community| self.well_written.contains(&(value.rule_index, *one));
        let mut values: Vec<Community> = Vec::new();
        for one in others {
            if !there(one) && !values.contains(one) {
                values.push(*one);
            }
        }
        Some(match values.is_empty() {
            true => Change::RemoveValue {
                list,
                item: item(value),
            },
            false => Change::ReplaceValue {
                list,
                item: item(value),
                values,
            },
        })
    }
}

fn item(value: &FilterValue<'_>) -> Spanned<String> {
    Spanned::new(value.written.span, value.written.text.clone())
}

fn value_list(listing: &Listing<FilterCommunity>) -> Option<ValueList> {
    let Listing::Known { span, items } = listing else {
        return None;
    };
    let spanned = |item: &FilterCommunity| Spanned::new(item.span, item.text.clone());
    Some(ValueList {
        span: *span,
        last: items.last().map(spanned),
        example: items.iter().rfind(|item| item.text.contains(':')).map(spanned),
        len: items.len(),
    })
}

impl Context<'_> {
    /// Takes a value out of what holds it; where an entry holds others, too, it is not that simple.
    pub(crate) fn removal(&self, site: &ValueSite<'_>) -> Option<Vec<Change>> {
        let change = match site.holder {
            Holder::Filter(filter) => {
                let view = self.filters.get(filter)?;
                view.removal(value_at(view, site.span)?)?
            }
            Holder::Device { index, .. } => Change::RemoveEntry {
                entry: entry_of(self.network.devices.get(index)?, site)?,
            },
        };
        Some(vec![change])
    }

    /// Has other values stand in the place of one.
    pub(crate) fn replacement(&self, site: &ValueSite<'_>, others: &[Community]) -> Option<Vec<Change>> {
        match site.holder {
            Holder::Filter(filter) => {
                let view = self.filters.get(filter)?;
                Some(vec![view.replacement(value_at(view, site.span)?, others)?])
            }
            Holder::Device { index, .. } => {
                let device = self.network.devices.get(index)?;
                let list = site.list.and_then(|name| device.community_lists.get(name));
                let entries = list.into_iter().flat_map(|list| &list.entries);
                let there: BTreeSet<Community> = entries.filter_map(single).collect();
                let others: Vec<Community> = others
                    .iter()
                    .filter(|one| !there.contains(one))
                    .copied()
                    .collect();
                let Some((first, rest)) = others.split_first() else {
                    return self.removal(site);
                };
                let mut changes = vec![Change::Reword {
                    at: Spanned::new(site.span, site.community.to_string()),
                    to: first.to_string(),
                }];
                if !rest.is_empty() {
                    changes.push(Change::AddEntries {
                        entry: entry_of(device, site)?,
                        values: rest.to_vec(),
                    });
                }
                Some(changes)
            }
        }
    }
}

fn value_at<'v, 'a>(view: &'v FilterView<'a>, span: Span) -> Option<&'v FilterValue<'a>> {
    view.values.iter().find(|value| value.written.span == span)
}

/// The entry of a list in which a value stands alone.
fn entry_of(device: &Device, site: &ValueSite<'_>) -> Option<Entry> {
    let name = site.list?;
    let mut entries = device.community_lists.get(name)?.entries.iter();
    let found = entries.find(|entry| value_span(entry) == Some(site.span) && single(entry).is_some())?;
    entry(&Reach::default(), name, found)
}

/// Where routes of a community come in at last, those that a prefix keeps out still do not, as before.
pub(crate) const STILL_KEPT_OUT: &[&str] = &["regional-prefix-rejected"];

/// What has a chain of policies let in routes with communities that its lists do not name: splits entries that want
/// several at once, and adds entries where one like them stands.
pub(crate) fn let_in(device: &Device, chain: &PolicyChain, missing: &[Community]) -> Option<Vec<Change>> {
    let reach = reach::reach(device, chain);
    let lists = reach.used.iter().filter_map(|owner| match owner {
        Owner::CommunityList(name) => Some((name, device.community_lists.get(name)?)),
        _ => None,
    });
    let entries: Vec<(&str, &CommunityEntry)> = lists
        .flat_map(|(name, list)| list.entries.iter().map(move |entry| (name.as_str(), entry)))
        .filter(|(_, entry)| entry.verdict == Verdict::Accept)
        .collect();
    // A value that an entry names is rejected for another reason.
    let named = |community: &Community| {
        entries
            .iter()
            .any(|(_, entry)| alternatives(entry).contains(community))
    };
    if missing.is_empty() || missing.iter().any(named) {
        return None;
    }
    let mut left: BTreeSet<Community> = missing.iter().copied().collect();
    let mut changes = Vec::new();
    for (name, joined) in &entries {
        let values = joined_regions(joined);
        if values.iter().any(|value| left.contains(value)) {
            changes.push(split(&reach, name, joined)?);
            left.retain(|value| !values.contains(value));
        }
    }
    if left.is_empty() {
        return Some(changes);
    }
    let example =
        |fits: &dyn Fn(&CommunityEntry) -> bool| entries.iter().rev().find(|(_, entry)| fits(entry));
    let found = example(&|entry| alternatives(entry).into_iter().any(is_regional))
        .or_else(|| example(&is_expression))
        .or_else(|| example(&|entry| single(entry).is_some_and(|one| u32::from(one.asn) == MICROSOFT.0)));
    let entry = match found {
        Some((name, found)) => entry(&reach, name, found)?,
        None => {
            let mut written = reach.literals.iter().rev();
            let found = written.find(|literal| literal.list.is_none() && is_regional(literal.community))?;
            Entry {
                list: None,
                span: found.span,
                value: found.span,
                references: Vec::new(),
            }
        }
    };
    changes.push(Change::AddEntries {
        entry,
        values: left.into_iter().collect(),
    });
    Some(changes)
}

/// Takes out the entries that let in communities, if each of them has some.
pub(crate) fn shut_out(device: &Device, chain: &PolicyChain, unwanted: &[Community]) -> Option<Vec<Change>> {
    let reach = reach::reach(device, chain);
    let mut changes = Vec::new();
    for community in unwanted {
        let before = changes.len();
        for owner in &reach.used {
            let Owner::CommunityList(name) = owner else {
                continue;
            };
            let list = device
                .community_lists
                .get(name)
                .into_iter()
                .flat_map(|list| &list.entries);
            let found =
                list.filter(|entry| entry.verdict == Verdict::Accept && single(entry) == Some(*community));
            changes.extend(found.filter_map(|found| {
                Some(Change::RemoveEntry {
                    entry: entry(&reach, name, found)?,
                })
            }));
        }
        if changes.len() == before {
            return None;
        }
    }
    Some(changes)
}

/// Makes an entry of each value of an entry that wants several regions at once, and nothing else.
pub(crate) fn split(reach: &Reach<'_>, list: &str, found: &CommunityEntry) -> Option<Change> {
    let CommunityTest::Line(patterns) = &found.test else {
        return None;
    };
    let values: Option<Vec<Spanned<Community>>> = patterns
        .iter()
        .map(|pattern| match pattern.value {
            CommunityPattern::Exactly(community) if is_regional(community) => {
                Some(Spanned::new(pattern.span, community))
            }
            _ => None,
        })
        .collect();
    Some(Change::SplitEntry {
        entry: entry(reach, list, found)?,
        values: values.filter(|values| values.len() > 1)?,
    })
}

fn entry(reach: &Reach<'_>, list: &str, entry: &CommunityEntry) -> Option<Entry> {
    let names = |reference: &&reach::Reference| matches!(&reference.target, Owner::CommunityList(name) if name == list);
    let references: BTreeSet<Span> = reach
        .references
        .iter()
        .filter(names)
        .map(|reference| reference.span)
        .collect();
    Some(Entry {
        list: Some(list.to_owned()),
        span: entry.span,
        value: value_span(entry)?,
        references: references.into_iter().collect(),
    })
}

fn value_span(entry: &CommunityEntry) -> Option<Span> {
    match &entry.test {
        CommunityTest::Line(_) => line_span(&entry.test),
        CommunityTest::Text(expression) => Some(expression.span),
        CommunityTest::Any(parts) => Some(line_span(parts.first()?)?.to(line_span(parts.last()?)?)),
        _ => None,
    }
}

fn line_span(test: &CommunityTest) -> Option<Span> {
    match test {
        CommunityTest::Line(patterns) => Some(patterns.first()?.span.to(patterns.last()?.span)),
        _ => None,
    }
}

/// The communities of which each by itself is enough for the entry.
fn alternatives(entry: &CommunityEntry) -> Vec<Community> {
    match &entry.test {
        CommunityTest::Any(parts) => parts.iter().filter_map(only).collect(),
        test => only(test).into_iter().collect(),
    }
}

/// The one community that an entry names.
pub(crate) fn single(entry: &CommunityEntry) -> Option<Community> {
    only(&entry.test)
}

fn only(test: &CommunityTest) -> Option<Community> {
    let CommunityTest::Line(patterns) = test else {
        return None;
    };
    match patterns.as_slice() {
        [one] => match one.value {
            CommunityPattern::Exactly(community) => Some(community),
            _ => None,
        },
        _ => None,
    }
}

/// An expression that spells Microsoft's autonomous system.
fn is_expression(entry: &CommunityEntry) -> bool {
    match &entry.test {
        CommunityTest::Text(text) => text.value.expression.contains(&format!("{MICROSOFT}:")),
        _ => false,
    }
}
