//! Microsoft's service-tags JSON as a table of prefixes.
//!
//! Two programs write it: the weekly download (`changeNumber` a number, `regionId` in every tag) and
//! `az network list-service-tags` (`changeNumber` a string, no `regionId`). PowerShell writes the same
//! names with capitals.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use ipnet::IpNet;
use pairlint_model::bgp;
use serde::Deserialize;

use super::azure_regions::AzureRegions;
use super::prefixes::{NO_REGION, PrefixTable, ServiceTag};
use super::sheet::{TableError, date_in_name, from_json, invalid, is_iso_date};
use super::spelling::key;
use super::{Cloud, NAME_SERVICE_TAGS, Tables};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Download<'a> {
    #[serde(alias = "ChangeNumber", default)]
    change_number: Option<Change>,
    #[serde(alias = "Cloud", default)]
    cloud: Option<String>,
    #[serde(borrow, alias = "Values")]
    values: Vec<Tag<'a>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Change {
    Number(u64),
    Text(String),
}

#[derive(Deserialize)]
struct Tag<'a> {
    #[serde(borrow, alias = "Name")]
    name: Cow<'a, str>,
    #[serde(borrow, alias = "Properties")]
    properties: Properties<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    #[serde(borrow, alias = "AddressPrefixes")]
    address_prefixes: Vec<Text<'a>>,
}

/// A string of the input, copied only where it holds escapes: a file holds a hundred thousand prefixes,
/// of which one in six is ours.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// A service-tags file, read.
pub(super) struct Read {
    pub table: PrefixTable,
    /// Regions that no other table knows, as the file spells them.
    pub new_regions: Vec<String>,
    /// What the file lacks of what is usually there.
    pub notes: Vec<String>,
}

/// Reads a service-tags file; `name` is what the user calls it.
pub(super) fn read(name: &str, text: &str, regions: &AzureRegions) -> Result<Read, TableError> {
    let download: Download<'_> = from_json(NAME_SERVICE_TAGS, text)?;
    let cloud = cloud(&download, regions)?;
    let mut sections: BTreeMap<(String, ServiceTag), Vec<IpNet>> = BTreeMap::new();
    let mut global: BTreeMap<ServiceTag, Vec<IpNet>> = BTreeMap::new();
    let mut new_regions = BTreeMap::new();
    for tag in &download.values {
        let (family, suffix) = tag
            .name
            .split_once('.')
            .map_or((&*tag.name, None), |(f, s)| (f, Some(s)));
        let Ok(family) = family.parse::<ServiceTag>() else {
            continue;
        };
        let prefixes = prefixes(tag)?;
        match suffix {
            None => global.entry(family).or_default().extend(prefixes),
            Some(suffix) => {
                if suffix.is_empty() || !suffix.chars().all(|c| c.is_ascii_alphanumeric()) {
                    return Err(invalid(
                        NAME_SERVICE_TAGS,
                        format!("`{}` names no region", tag.name),
                    ));
                }
                let region = match regions.find(suffix) {
                    Some(known) => known.name.clone(),
                    None => {
                        let region = key(suffix);
                        new_regions.insert(region.clone(), suffix.to_owned());
                        region
                    }
                };
                sections.entry((region, family)).or_default().extend(prefixes);
            }
        }
    }
    let notes = lacking(&sections)?;
    for (family, prefixes) in global {
        let regional = sections.iter().filter(|((_, tag), _)| *tag == family);
        let regional: HashSet<&IpNet> = regional.flat_map(|(_, prefixes)| prefixes).collect();
        let rest: Vec<_> = prefixes
            .into_iter()
            .filter(|prefix| !regional.contains(prefix))
            .collect();
        if !rest.is_empty() {
            sections
                .entry((NO_REGION.to_owned(), family))
                .or_default()
                .extend(rest);
        }
    }
    let change = match download.change_number {
        Some(Change::Number(number)) => number.to_string(),
        Some(Change::Text(text)) => text,
        None => "unknown".to_owned(),
    };
    let mut table = PrefixTable::of_sections(cloud, name.to_owned(), change, sections);
    table.retrieved = date_in_name(name);
    Ok(Read {
        table,
        new_regions: new_regions.into_values().collect(),
        notes,
    })
}

impl PrefixTable {
    /// Turns a service-tags file of Microsoft, downloaded on an ISO date, into a table for `rules/prefixes/`.
    pub fn of_download(text: &str, date: &str) -> Result<PrefixTable, TableError> {
        if !is_iso_date(date) {
            return Err(invalid(
                NAME_SERVICE_TAGS,
                format!("`{date}` is no date (YYYY-MM-DD)"),
            ));
        }
        let mut table = read("", text, Tables::embedded().region_table())?.table;
        let cloud = match table.cloud {
            Cloud::Public => "Public Cloud",
            Cloud::UsGov => "US Government Cloud",
            Cloud::China => "China Cloud",
        };
        table.source = format!("Microsoft, Azure IP Ranges and Service Tags, {cloud}");
        table.retrieved = Some(date.to_owned());
        Ok(table)
    }
}

/// Returns the cloud that the file names, else the one that its regions belong to.
fn cloud(download: &Download<'_>, regions: &AzureRegions) -> Result<Cloud, TableError> {
    if let Some(named) = &download.cloud {
        let unknown = || {
            invalid(
                NAME_SERVICE_TAGS,
                format!("`{named}` is no cloud that pairlint knows"),
            )
        };
        return Cloud::of_service_tags(named).ok_or_else(unknown);
    }
    let suffixes = download
        .values
        .iter()
        .filter_map(|tag| tag.name.strip_prefix("AzureCloud."));
    let region = suffixes.filter_map(|suffix| regions.find(suffix)).next();
    let none = || {
        invalid(
            NAME_SERVICE_TAGS,
            "neither `cloud` nor a known region tells which cloud it is of",
        )
    };
    region.map(|region| region.cloud).ok_or_else(none)
}

fn prefixes(tag: &Tag<'_>) -> Result<Vec<IpNet>, TableError> {
    let prefix = |Text(text): &Text<'_>| {
        let wrong = |_| {
            invalid(
                NAME_SERVICE_TAGS,
                format!("`{text}` in {} is no prefix", tag.name),
            )
        };
        bgp::prefix(text).map(|prefix| prefix.trunc()).map_err(wrong)
    };
    tag.properties.address_prefixes.iter().map(prefix).collect()
}

/// Refuses a file without the tags that everything hangs on; names the others that it lacks.
fn lacking(sections: &BTreeMap<(String, ServiceTag), Vec<IpNet>>) -> Result<Vec<String>, TableError> {
    let missing = |tag: &ServiceTag| !sections.keys().any(|(_, found)| found == tag);
    let mut notes = Vec::new();
    for tag in ServiceTag::ALL.iter().filter(|tag| missing(tag)) {
        if matches!(tag, ServiceTag::AzureCloud | ServiceTag::PowerPlatformInfra) {
            let message = format!("it holds no {tag}.<region> tag; supply the whole file");
            return Err(invalid(NAME_SERVICE_TAGS, message));
        }
        notes.push(format!("no {tag}.<region> tag"));
    }
    Ok(notes)
}
