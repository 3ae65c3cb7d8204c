//! Tells by its content what a supplied table is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::prefixes::TITLE;
use super::sheet::{TableError, syntax};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A service-tags file of Microsoft, of either program.
    ServiceTags,
    /// An output of `list-service-communities`.
    ServiceCommunities,
    /// Our `rules/azure-communities.json`, and so on.
    Communities,
    Geographies,
    AzureRegions,
    PeeringLocations,
    /// Our `rules/prefixes/*.txt`.
    Prefixes,
}

type Keys<'a> = BTreeMap<Cow<'a, str>, IgnoredAny>;

pub(super) fn shape(text: &str) -> Result<Shape, TableError> {
    match text.trim_start().as_bytes().first() {
        None => Err(other("the file is empty")),
        Some(b'#') if text.trim_start().starts_with(TITLE) => Ok(Shape::Prefixes),
        Some(b'[') => array(text),
        Some(b'{') => object(text),
        Some(_) => Err(other(
            "neither JSON nor a prefix table; the tables of az (-o table, -o tsv) lack the prefixes, export with -o json",
        )),
    }
}

fn array(text: &str) -> Result<Shape, TableError> {
    let elements: Vec<IgnoredAny> = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    if elements.is_empty() {
        return Err(other("an empty JSON array"));
    }
    let entries: Result<Vec<Keys<'_>>, _> = serde_json::from_str(text);
    let entries = entries.map_err(|_| other("a JSON array of something else than objects"))?;
    match entries
        .iter()
        .any(|entry| has(entry, "bgpCommunities") || has(entry, "properties"))
    {
        true => Ok(Shape::ServiceCommunities),
        false => Err(other(
            "a JSON array without `bgpCommunities`; supply the whole output of list-service-communities",
        )),
    }
}

fn object(text: &str) -> Result<Shape, TableError> {
    let keys: Keys<'_> = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    if has(&keys, "nextLink") {
        whole(text)?;
    }
    if has(&keys, "values") {
        return Ok(Shape::ServiceTags);
    }
    if has(&keys, "value") {
        return Ok(Shape::ServiceCommunities);
    }
    if keys.contains_key("entries") {
        return own(text);
    }
    let what = [
        ("error", "an error answer of Azure, saved as if it were the list"),
        (
            "bgpCommunities",
            "one entry of a list of communities; supply the whole list",
        ),
        ("rules", "a route filter, not a table"),
        ("addressPrefixes", "one service tag; supply the whole file"),
    ];
    let found = what.iter().find(|(key, _)| has(&keys, key));
    Err(other(
        found.map_or("a JSON object of another kind", |(_, what)| what),
    ))
}

/// Refuses one page of several.
fn whole(text: &str) -> Result<(), TableError> {
    #[derive(Deserialize)]
    struct Page {
        #[serde(rename = "nextLink", alias = "NextLink")]
        next_link: Value,
    }
    let page: Page = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    match page.next_link {
        Value::Null => Ok(()),
        Value::String(link) if link.is_empty() => Ok(()),
        _ => Err(other(
            "one page of several (`nextLink` is set); export with az, which fetches all pages",
        )),
    }
}

/// Tells our own tables apart by what only their entries have.
fn own(text: &str) -> Result<Shape, TableError> {
    #[derive(Deserialize)]
    struct Entries<'a> {
        #[serde(borrow)]
        entries: Vec<Keys<'a>>,
    }
    let sheet: Result<Entries<'_>, _> = serde_json::from_str(text);
    let sheet = sheet.map_err(|_| other("`entries` is no list of objects"))?;
    let first = sheet
        .entries
        .first()
        .ok_or_else(|| other("a table without entries"))?;
    let shapes = [
        ("value", Shape::Communities),
        ("azure_regions", Shape::Geographies),
        ("display", Shape::AzureRegions),
        ("local_regions", Shape::PeeringLocations),
    ];
    let shape = shapes
        .iter()
        .find(|(key, _)| first.contains_key(*key))
        .map(|(_, shape)| *shape);
    shape.ok_or_else(|| other("`entries` of no table that pairlint knows"))
}

/// Tells whether a key stands there, as the APIs write it or with PowerShell's capital.
fn has(keys: &Keys<'_>, key: &str) -> bool {
    keys.keys().any(|found| found.eq_ignore_ascii_case(key))
}

fn other(what: &str) -> TableError {
    TableError::Unrecognised {
        what: what.to_owned(),
    }
}
