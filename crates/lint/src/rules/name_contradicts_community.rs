//! `name-contradicts-community`: a name or comment speaks of another service or Azure region than the value.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::FilterRule;
use pairlint_model::source::{Span, Spanned};

use super::Rule;
use crate::Context;
use crate::context::{Holder, ValueSite};
use crate::filters::{FilterValue, FilterView};
use crate::tables::{Cloud, Tables};

pub(super) static RULE: Rule = Rule {
    name: "name-contradicts-community",
    severity: Severity::Note,
    summary: "a name or a comment speaks of another service or region than the community stands for",
    page: include_str!("../../../../docs/rules/name-contradicts-community.md"),
    check,
};

const HELP: &str = "look the value up (`pairlint regions`), then correct the name or the value";

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let in_lists = || cx.values().iter().any(|site| site.list.is_some());
    if cx.filters.is_empty() && !in_lists() {
        return;
    }
    let dictionary = Dictionary::new(cx.tables);
    lists(cx, &dictionary, found);
    for (index, view) in cx.filters.iter().enumerate() {
        let cloud = cx.filter_cloud(index);
        for value in &view.values {
            let Some(comment) = &value.written.comment else { continue };
            let named = dictionary.read(&comment.value);
            if let Some(stands_for) = contradiction(cx, cloud, &named, [value.reading.community()]) {
                let message = format!("the comment speaks of {}, but the value is {stands_for}", named.text());
                found.push(finding(view, message, value.written.span).label(comment.span, "this comment"));
            }
        }
        for rule in view.filter.rules.items() {
            let values = view.values.iter().filter(|value| std::ptr::eq(value.rule, rule));
            found.extend(by_name(cx, cloud, &dictionary, view, rule, values));
        }
        let Some(name) = &view.filter.name else { continue };
        let named = dictionary.read(&name.value);
        if let Some(stands_for) = contradiction(cx, cloud, &named, view.values.iter().map(communities)) {
            let message = format!(
                "the name of route filter `{}` speaks of {}, but it holds {stands_for}",
                view.name(),
                named.text()
            );
            found.push(finding(view, message, name.span));
        }
    }
}

fn communities(value: &FilterValue<'_>) -> Option<Community> {
    value.reading.community()
}

/// The community lists of routers: their names, and comments beside their values.
fn lists(cx: &Context<'_>, dictionary: &Dictionary, found: &mut Vec<Diagnostic>) {
    let in_list = |site: &&ValueSite<'_>| site.list.is_some() && site.permitted;
    let sites: Vec<&ValueSite<'_>> = cx.values().iter().filter(in_list).collect();
    let mut by_list: BTreeMap<(Holder, &str), Vec<&ValueSite<'_>>> = BTreeMap::new();
    for site in sites {
        if let Some(comment) = comment_beside(cx, site.span) {
            let named = dictionary.read(cx.sources.slice(comment));
            if let Some(stands_for) = contradiction(cx, site.cloud, &named, [Some(site.community)]) {
                let message = format!("the comment speaks of {}, but the value is {stands_for}", named.text());
                let finding = RULE
                    .at(message)
                    .label(site.span, "one of the two is wrong")
                    .label(comment, "this comment")
                    .help(HELP);
                found.push(cx.about(site, finding));
            }
        }
        by_list.entry((site.holder, site.list.unwrap_or(""))).or_default().push(site);
    }
    for ((_, name), sites) in by_list {
        let Some(site) = sites.first() else { continue };
        let named = dictionary.read(name);
        let values = sites.iter().map(|site| Some(site.community));
        let Some(stands_for) = contradiction(cx, site.cloud, &named, values) else { continue };
        let message = format!("the name of {} speaks of {}, but it holds {stands_for}", cx.place(site), named.text());
        let finding = RULE.at(message).label(site.span, "one of the two is wrong").help(HELP);
        found.push(cx.about(site, finding));
    }
}

/// A comment that stands behind a value on its line.
fn comment_beside(cx: &Context<'_>, value: Span) -> Option<Span> {
    let source = cx.sources.get(value.source);
    let line = source.line_of(value.end);
    let end = source.line_starts().get(line + 1).map_or(source.text().len(), |&next| next as usize);
    let behind = source.text().get(value.end as usize..end)?;
    // What may close the value, or the list that it stands in.
    let rest = behind.trim_start_matches([' ', '\t', ';', ',', ']', ')', '}', '"', '\'']);
    let opened = ["#", "!", "//", "/*"].iter().find_map(|mark| rest.strip_prefix(mark))?;
    let text = opened.trim_end().trim_end_matches("*/").trim();
    (!text.is_empty()).then(|| source.span(text))
}

fn by_name<'v>(
    cx: &Context<'_>,
    cloud: Option<Cloud>,
    dictionary: &Dictionary,
    view: &FilterView<'_>,
    rule: &FilterRule,
    values: impl Iterator<Item = &'v FilterValue<'v>>,
) -> Option<Diagnostic> {
    let Spanned { value: name, span } = rule.name.as_ref()?;
    let named = dictionary.read(name);
    let stands_for = contradiction(cx, cloud, &named, values.map(communities))?;
    let message = format!(
        "the rule name `{name}` of route filter `{}` speaks of {}, but the rule holds {stands_for}",
        view.name(),
        named.text()
    );
    Some(finding(view, message, *span))
}

fn finding(view: &FilterView<'_>, message: String, span: pairlint_model::source::Span) -> Diagnostic {
    RULE.at(message)
        .label(span, "one of the two is wrong")
        .help(HELP)
        .object(view.name())
        .identity(view.identity())
}

/// What the values stand for, where none of them has to do with anything that is named.
fn contradiction(
    cx: &Context<'_>,
    cloud: Option<Cloud>,
    named: &Named<'_>,
    values: impl IntoIterator<Item = Option<Community>>,
) -> Option<String> {
    if named.words.is_empty() {
        return None;
    }
    let mut stands_for = None;
    for value in values {
        let community = value?;
        let entries = cx.entries(cloud, community);
        if entries.is_empty() {
            return None;
        }
        let fits = |region: Option<&str>, service: Option<&str>| {
            let region_named = region.is_some_and(|region| named.regions.contains(region));
            let service_named = service.is_some_and(|service| named.services.contains(service));
            let wrong_region = region.is_some() && !named.regions.is_empty() && !region_named;
            let wrong_service = service.is_some() && !named.services.is_empty() && !service_named;
            (region_named || service_named) && !wrong_region && !wrong_service
        };
        let mut entries = entries.iter();
        if entries.any(|entry| fits(entry.region.as_deref(), entry.service.as_deref())) {
            return None;
        }
        stands_for.get_or_insert_with(|| cx.quoted(cloud, community));
    }
    stands_for
}

/// The names of Azure regions, geographies and services, as single keys of letters and digits.
struct Dictionary {
    meanings: BTreeMap<String, Meaning>,
}

#[derive(Default)]
struct Meaning {
    regions: BTreeSet<String>,
    services: BTreeSet<String>,
}

/// What a text speaks of.
#[derive(Default)]
struct Named<'t> {
    regions: BTreeSet<&'t str>,
    services: BTreeSet<&'t str>,
    /// As they stand in the text.
    words: Vec<String>,
}

/// Names shorter than this are words of other trades as well (`NA`, `US`, `arm`).
const SHORTEST: usize = 4;
/// The longest name has this many words (`Other Office 365 Online Services`).
const MOST_WORDS: usize = 5;

impl Dictionary {
    fn new(tables: &Tables) -> Dictionary {
        let mut meanings: BTreeMap<String, Meaning> = BTreeMap::new();
        let mut meaning = |name: &str, fill: &mut dyn FnMut(&mut Meaning)| {
            let key = key(name);
            if key.chars().count() >= SHORTEST {
                fill(meanings.entry(key).or_default());
            }
        };
        for region in tables.azure_regions() {
            for name in [&region.name, &region.display].into_iter().chain(&region.aliases) {
                meaning(name, &mut |meaning| {
                    meaning.regions.insert(region.name.clone());
                });
            }
        }
        for geography in tables.geographies() {
            let hosts = geography.hosts.iter().filter_map(|host| host.split('.').next());
            let names = std::iter::once(&geography.name).chain(&geography.aliases);
            let codes = geography.code.iter().chain(&geography.further_codes);
            for name in names.chain(codes).map(String::as_str).chain(hosts) {
                meaning(name, &mut |meaning| {
                    meaning.regions.extend(geography.region_sets().flatten().cloned());
                    meaning.regions.extend(geography.also_seen.iter().map(|seen| seen.region.clone()));
                });
            }
        }
        for service in tables.services() {
            for name in std::iter::once(&service.name).chain(&service.aliases) {
                meaning(name, &mut |meaning| {
                    meaning.services.insert(service.name.clone());
                    meaning.services.extend(service.includes.iter().cloned());
                });
            }
        }
        Dictionary { meanings }
    }

    /// Finds what a text names, longest names first: `north central us` is not `central us`.
    fn read(&self, text: &str) -> Named<'_> {
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let mut named = Named::default();
        let mut at = 0;
        while at < words.len() {
            let longest = (1..=MOST_WORDS).rev().find_map(|count| {
                let phrase = words.get(at..at + count)?;
                Some((count, phrase, self.meanings.get(&key(&phrase.concat()))?))
            });
            let Some((count, phrase, meaning)) = longest else {
                at += 1;
                continue;
            };
            named.regions.extend(meaning.regions.iter().map(String::as_str));
            named.services.extend(meaning.services.iter().map(String::as_str));
            named.words.push(phrase.join(" "));
            at += count;
        }
        named
    }
}

impl Named<'_> {
    fn text(&self) -> String {
        let quoted: Vec<String> = self.words.iter().map(|word| format!("`{word}`")).collect();
        crate::words::and(&quoted)
    }
}

fn key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn a_comment_names_another_region() {
        Case::new().filter("rf", &["12076:51002", "12076:51003"]).comment(0, "North Europe").finds(
            RULE,
            &["note: the comment speaks of `North Europe`, but the value is `12076:51002` (West Europe) @ \
               \"12076:51002\""],
        );
        for comment in ["West Europe", "westeurope (Amsterdam)", "EMEA", "one half", "europe pair"] {
            Case::new().filter("rf", &["12076:51002"]).comment(0, comment).finds(RULE, &[]);
        }
    }

    #[test]
    fn a_comment_names_another_service() {
        Case::new().filter("rf", &["12076:5100"]).comment(0, "Azure SQL").finds(
            RULE,
            &["note: the comment speaks of `Azure SQL`, but the value is `12076:5100` (Other Office 365 Online \
               services) @ \"12076:5100\""],
        );
        Case::new().filter("rf", &["12076:52002"]).comment(0, "storage, West Europe").finds(RULE, &[]);
        Case::new().filter("rf", &["12076:52002"]).comment(0, "storage, North Europe").finds(
            RULE,
            &["note: the comment speaks of `storage` and `North Europe`, but the value is `12076:52002` (Storage \
               West Europe) @ \"12076:52002\""],
        );
    }

    #[test]
    fn a_name_may_tell_part_of_the_truth() {
        let pair = &["12076:51002", "12076:51003"];
        for name in ["rf-westeurope", "rf-europe-prod", "rf-prod", "rf-emea-to-japan"] {
            Case::new().filter(name, pair).finds(RULE, &[]);
        }
        Case::new().filter("rf-japan", pair).finds(
            RULE,
            &["note: the name of route filter `rf-japan` speaks of `japan`, but it holds `12076:51002` (West \
               Europe) @ rf-japan"],
        );
    }
}
