//! `pairlint regions`: the Power Platform regions and what each needs.

use std::collections::BTreeSet;

use pairlint_lint::tables::{Availability, Geography, Tables};
use serde::Serialize;

use super::json;
use crate::Streams;
use crate::args::{Declarations, ListFormat, TableOptions};
use crate::declared::Declared;
use crate::error::Error;

#[derive(Serialize)]
struct RegionList<'a> {
    schema: &'static str,
    regions: Vec<Region<'a>>,
}

#[derive(Serialize)]
struct Region<'a> {
    name: &'a str,
    aliases: &'a [String],
    codes: Vec<&'a str>,
    dataverse_hosts: &'a [String],
    cloud: String,
    availability: &'static str,
    /// The Azure regions that an environment needs, with their communities.
    azure_regions: Vec<AzureRegion<'a>>,
    /// Whole sets that an environment may need instead.
    alternatives: Vec<Vec<AzureRegion<'a>>>,
    confidence: String,
    confidence_note: Option<&'a str>,
    caveats: &'a [String],
    sources: Vec<Source<'a>>,
}

#[derive(Serialize)]
struct AzureRegion<'a> {
    name: &'a str,
    display: &'a str,
    /// Null where none is documented.
    community: Option<String>,
}

#[derive(Serialize)]
struct Source<'a> {
    what: &'a str,
    date: Option<&'a str>,
}

pub fn regions(
    streams: &Streams<'_>,
    name: Option<&str>,
    format: ListFormat,
    options: &TableOptions,
) -> Result<String, Error> {
    let declarations = Declarations {
        tables: options.clone(),
        ..Declarations::default()
    };
    let declared = Declared::read(streams.world, &declarations)?;
    let tables = &declared.tables;
    let geographies: Vec<&Geography> = match name {
        Some(name) => vec![
            tables
                .geography(name)
                .map_err(|error| Error::usage(error.to_string()))?,
        ],
        None => tables.geographies().iter().collect(),
    };
    let regions: Vec<Region<'_>> = geographies.iter().map(|one| region(one, tables)).collect();
    Ok(match (format, name) {
        (ListFormat::Json, _) => json(&RegionList {
            schema: "pairlint.regions/1",
            regions,
        }),
        (ListFormat::Human, Some(_)) => regions.iter().map(page).collect(),
        (ListFormat::Human, None) => table(&regions),
    })
}

fn region<'a>(geography: &'a Geography, tables: &'a Tables) -> Region<'a> {
    let azure = |names: &'a [String]| -> Vec<AzureRegion<'a>> {
        let one = |name: &'a String| AzureRegion {
            name,
            display: tables
                .azure_region(name)
                .map_or(name.as_str(), |region| region.display.as_str()),
            community: tables
                .regional_community(geography.cloud, name)
                .map(|value| value.to_string()),
        };
        names.iter().map(one).collect()
    };
    let source = |key: &'a String| {
        let source = tables.geography_source(key);
        Source {
            what: source.map_or(key.as_str(), |source| source.what.as_str()),
            date: source.and_then(|source| source.date.as_deref()),
        }
    };
    Region {
        name: &geography.name,
        aliases: &geography.aliases,
        codes: geography
            .code
            .iter()
            .chain(&geography.further_codes)
            .map(String::as_str)
            .collect(),
        dataverse_hosts: &geography.hosts,
        cloud: geography.cloud.to_string(),
        availability: match geography.availability {
            Availability::General => "general",
            Availability::Preview => "preview",
            Availability::Unannounced => "unannounced",
        },
        azure_regions: azure(&geography.azure_regions),
        alternatives: geography.alternatives.iter().map(|set| azure(set)).collect(),
        confidence: geography.confidence.to_string(),
        confidence_note: geography.confidence_note.as_deref(),
        caveats: &geography.caveats,
        sources: geography.sources.iter().map(source).collect(),
    }
}

/// One line for each region.
fn table(regions: &[Region<'_>]) -> String {
    let cells = |region: &Region<'_>| {
        let mut needs = region
            .azure_regions
            .iter()
            .map(short)
            .collect::<Vec<_>>()
            .join(", ");
        if needs.is_empty() {
            needs = "no Azure region is known".to_owned();
        }
        if !region.alternatives.is_empty() {
            needs.push_str(&format!("; or one of {} other sets", region.alternatives.len()));
        }
        [
            region.name.to_owned(),
            region.codes.join(" "),
            region.cloud.clone(),
            region.confidence.clone(),
            needs,
        ]
    };
    let mut rows = vec![["REGION", "CODES", "CLOUD", "CONFIDENCE", "NEEDS"].map(str::to_owned)];
    rows.extend(regions.iter().map(cells));
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2), width(3)];
    let line = |row: &[String; 5]| {
        let mut text = String::new();
        for (cell, width) in row.iter().zip(widths) {
            text.push_str(&format!("{cell:width$}  "));
        }
        text.push_str(&row[4]);
        text.push('\n');
        text
    };
    rows.iter().map(line).collect()
}

fn short(region: &AzureRegion<'_>) -> String {
    match &region.community {
        Some(community) => format!("{} {community}", region.name),
        None => format!("{} (no community documented)", region.name),
    }
}

/// Everything about one region.
fn page(region: &Region<'_>) -> String {
    let mut text = format!("{}\n", region.name);
    let mut field = |name: &str, value: String| {
        if !value.is_empty() {
            text.push_str(&format!("  {name:16}{value}\n"));
        }
    };
    field("also", region.aliases.join(", "));
    field("codes", region.codes.join(", "));
    field("dataverse hosts", region.dataverse_hosts.join(", "));
    field("cloud", region.cloud.clone());
    if region.availability != "general" {
        field("availability", region.availability.to_owned());
    }
    let confidence = match region.confidence_note {
        Some(note) => note.to_owned(),
        None => region.confidence.clone(),
    };
    field("confidence", confidence);
    let sets = std::iter::once(&region.azure_regions).chain(&region.alternatives);
    for (index, set) in sets.enumerate() {
        let name = if index == 0 { "needs" } else { "or" };
        let regions: Vec<String> = set
            .iter()
            .map(|region| format!("{} ({})", short(region), region.display))
            .collect();
        field(
            name,
            if regions.is_empty() {
                "no Azure region is known".to_owned()
            } else {
                regions.join(", ")
            },
        );
    }
    let caveats: BTreeSet<&String> = region.caveats.iter().collect();
    for caveat in caveats {
        field("note", caveat.clone());
    }
    for source in &region.sources {
        let date = source.date.map_or_else(String::new, |date| format!(", {date}"));
        field("source", format!("{}{date}", source.what));
    }
    text
}
