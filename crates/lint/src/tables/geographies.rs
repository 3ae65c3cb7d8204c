//! Power Platform geographies: what people call them, and the Azure regions that serve them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;

use super::azure_regions::AzureRegions;
use super::sheet::{Sheet, Source, TableError, TableInfo, from_json, invalid};
use super::spelling;
use super::{Cloud, NAME_GEOGRAPHIES};

/// A Power Platform geography ("region" in the admin centre): the place of an environment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geography {
    pub name: String,
    #[serde(default)]
    pub availability: Availability,
    pub cloud: Cloud,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The code in the admin centre and the datacenter list: `EUR`.
    pub code: Option<String>,
    #[serde(default)]
    pub further_codes: Vec<String>,
    /// The name in the BusinessAppPlatform locations API: `unitedstates`.
    pub bap_location: Option<String>,
    /// The hosts under which its Dataverse organisations answer: `crm4.dynamics.com`.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The Azure regions that an environment needs unless its own pair is known; empty where no source
    /// tells.
    pub azure_regions: Vec<String>,
    /// Other whole sets that an environment may need instead (United States).
    #[serde(default)]
    pub alternatives: Vec<Vec<String>>,
    /// Azure regions that some source names, but that are not required.
    #[serde(default)]
    pub also_seen: Vec<SeenRegion>,
    /// The Azure regions of its AzureConnectors tags, where Microsoft's list was seen.
    #[serde(default)]
    pub connector_regions: Vec<String>,
    pub confidence: Confidence,
    pub confidence_note: Option<String>,
    /// Spellings of a closed sovereign cloud that must not be taken for this geography.
    pub closed: Option<Closed>,
    #[serde(default)]
    pub caveats: Vec<String>,
    pub sources: Vec<String>,
}

/// Whether customers can create environments there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Availability {
    #[default]
    General,
    Preview,
    /// Only service tags hint at it.
    Unannounced,
}

impl fmt::Display for Availability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Availability::General => "general",
            Availability::Preview => "preview",
            Availability::Unannounced => "unannounced",
        })
    }
}

/// How sure the sources make the list of Azure regions; only `High` carries errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        })
    }
}

/// An Azure region that a source names for a geography, and why it is not required.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenRegion {
    pub region: String,
    pub why: String,
}

/// Names of a cloud that no longer exists.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    pub spellings: Vec<String>,
    pub note: String,
}

impl Geography {
    /// The Azure regions from which its managed connectors call out: Microsoft's list where the table has
    /// it, else its own Azure regions.
    pub fn connector_regions(&self) -> &[String] {
        match self.connector_regions.as_slice() {
            [] => &self.azure_regions,
            listed => listed,
        }
    }

    /// Every whole set of Azure regions that an environment may need, the default first.
    pub fn region_sets(&self) -> impl Iterator<Item = &[String]> {
        let default = Some(self.azure_regions.as_slice()).filter(|regions| !regions.is_empty());
        default
            .into_iter()
            .chain(self.alternatives.iter().map(Vec::as_slice))
    }

    /// Tells whether an environment here may run in that Azure region.
    pub fn may_use(&self, azure_region: &str) -> bool {
        self.region_sets().flatten().any(|region| region == azure_region)
    }

    /// Every Azure region that any field names.
    fn named_regions(&self) -> impl Iterator<Item = &String> {
        self.region_sets()
            .flatten()
            .chain(self.also_seen.iter().map(|seen| &seen.region))
            .chain(&self.connector_regions)
    }

    fn spellings(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.name)
            .chain(&self.aliases)
            .chain(&self.code)
            .chain(&self.further_codes)
            .chain(&self.bap_location)
            .chain(&self.hosts)
    }
}

/// Why a text names no geography.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GeographyError {
    /// An Azure region's name; the geographies whose environments may run there.
    AzureRegion {
        text: String,
        geographies: Vec<String>,
    },
    /// Several geographies answer to it.
    Ambiguous {
        text: String,
        geographies: Vec<String>,
    },
    /// A cloud that no longer exists.
    Closed {
        text: String,
        note: String,
    },
    Unknown {
        text: String,
        nearest: Option<String>,
    },
}

impl fmt::Display for GeographyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |names: &[String]| {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            names.join(", ")
        };
        match self {
            GeographyError::AzureRegion { text, geographies } => {
                write!(f, "`{text}` is an Azure region, not a Power Platform region")?;
                match geographies.as_slice() {
                    [] => f.write_str("; no Power Platform region is known to use it"),
                    names => write!(f, "; it serves {}", quoted(names)),
                }
            }
            GeographyError::Ambiguous { text, geographies } => {
                write!(f, "`{text}` may be any of {}", quoted(geographies))
            }
            GeographyError::Closed { text, note } => write!(f, "`{text}` names {note}"),
            GeographyError::Unknown { text, nearest } => {
                write!(f, "`{text}` is not a Power Platform region")?;
                match nearest {
                    Some(name) => write!(f, "; the nearest is `{name}`"),
                    None => f.write_str("; `pairlint regions` lists them"),
                }
            }
        }
    }
}

impl std::error::Error for GeographyError {}

#[derive(Debug)]
pub(super) struct Geographies {
    pub info: TableInfo,
    pub sources: BTreeMap<String, Source>,
    geographies: Vec<Geography>,
    by_key: BTreeMap<String, BTreeSet<usize>>,
    /// Names without their bracket: `US Government` for `US Government (GCC)`.
    by_short_key: BTreeMap<String, BTreeSet<usize>>,
}

impl Geographies {
    pub fn parse(text: &str) -> Result<Geographies, TableError> {
        let sheet: Sheet<Geography> = from_json(NAME_GEOGRAPHIES, text)?;
        sheet.check(
            NAME_GEOGRAPHIES,
            sheet.entries.iter().flat_map(|entry| &entry.sources),
        )?;
        let mut by_key: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        let mut by_short_key: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (index, geography) in sheet.entries.iter().enumerate() {
            for spelling in geography.spellings() {
                let key = spelling::key(spelling);
                if key.is_empty() {
                    return Err(invalid(NAME_GEOGRAPHIES, format!("`{spelling}` is no name")));
                }
                by_key.entry(key).or_default().insert(index);
            }
            // People also say `crm4`; a bare `crm` is four hosts.
            for host in &geography.hosts {
                let label = host.split('.').next().unwrap_or_default();
                if label.ends_with(|c: char| c.is_ascii_digit()) {
                    by_key.entry(spelling::key(label)).or_default().insert(index);
                }
            }
            if let Some((short, _)) = geography.name.split_once('(') {
                by_short_key
                    .entry(spelling::key(short))
                    .or_default()
                    .insert(index);
            }
        }
        let table = Geographies {
            info: TableInfo {
                name: NAME_GEOGRAPHIES.to_owned(),
                source: sheet.source,
                retrieved: Some(sheet.retrieved),
                entries: sheet.entries.len(),
                supplied: false,
            },
            sources: sheet.sources,
            geographies: sheet.entries,
            by_key,
            by_short_key,
        };
        // A spelling leads to one geography, or to one that is generally available and others that are not.
        for (key, found) in &table.by_key {
            if let Err(names) = table.one_of(found) {
                let message = format!("`{key}` names {}", names.join(" and "));
                return Err(invalid(NAME_GEOGRAPHIES, message));
            }
        }
        Ok(table)
    }

    /// Checks that every Azure region of a geography is known and of the same cloud.
    pub fn check_regions(&self, regions: &AzureRegions) -> Result<(), TableError> {
        for geography in &self.geographies {
            for name in geography.named_regions() {
                let known = regions.find(name).filter(|region| region.name == *name);
                if known.is_none_or(|region| region.cloud != geography.cloud) {
                    let message = format!("{} names `{name}`, no {} region", geography.name, geography.cloud);
                    return Err(invalid(NAME_GEOGRAPHIES, message));
                }
            }
        }
        Ok(())
    }

    pub fn all(&self) -> &[Geography] {
        &self.geographies
    }

    /// The one geography that several entries mean: the generally available one; else their names.
    fn one_of(&self, found: &BTreeSet<usize>) -> Result<&Geography, Vec<String>> {
        let entries: Vec<_> = found
            .iter()
            .filter_map(|index| self.geographies.get(*index))
            .collect();
        let general = entries
            .iter()
            .filter(|entry| entry.availability == Availability::General);
        match (entries.as_slice(), general.collect::<Vec<_>>().as_slice()) {
            ([one], _) => Ok(one),
            (_, [one]) => Ok(one),
            _ => Err(entries.iter().map(|entry| entry.name.clone()).collect()),
        }
    }

    pub fn find(&self, text: &str, regions: &AzureRegions) -> Result<&Geography, GeographyError> {
        let text = text.trim();
        let ambiguous = |geographies| GeographyError::Ambiguous {
            text: shown(text),
            geographies,
        };
        let host = host(text);
        if let Some(note) = self.closed(text, &host) {
            return Err(GeographyError::Closed {
                text: shown(text),
                note: note.to_owned(),
            });
        }
        if let Some(found) = self.of_host(&host) {
            return Ok(found);
        }
        let key = spelling::key(text);
        if let Some(found) = self.by_key.get(&key).or_else(|| self.by_short_key.get(&key)) {
            return self.one_of(found).map_err(ambiguous);
        }
        if let Some(region) = regions.find(text) {
            let geographies = self
                .using(&region.name)
                .map(|geography| geography.name.clone())
                .collect();
            return Err(GeographyError::AzureRegion {
                text: shown(text),
                geographies,
            });
        }
        // The neighbour of a wrong host is another customer's place: no advice is better.
        let nearest = match host.contains('.') {
            true => None,
            false => self.nearest(text),
        };
        Err(GeographyError::Unknown {
            text: shown(text),
            nearest: nearest.map(str::to_owned),
        })
    }

    /// The geographies whose environments may run in an Azure region; where none is required to, those
    /// for which a source names it.
    pub fn using<'a>(&'a self, azure_region: &'a str) -> impl Iterator<Item = &'a Geography> {
        let uses = |geography: &&Geography| geography.may_use(azure_region);
        let none = !self
            .geographies
            .iter()
            .any(|geography| geography.may_use(azure_region));
        let seen = move |geography: &&Geography| {
            none && geography.also_seen.iter().any(|seen| seen.region == azure_region)
        };
        self.geographies
            .iter()
            .filter(move |geography| uses(geography) || seen(geography))
    }

    fn of_host(&self, host: &str) -> Option<&Geography> {
        self.geographies
            .iter()
            .find(|geography| geography.hosts.iter().any(|suffix| under(host, suffix)))
    }

    fn closed(&self, text: &str, host: &str) -> Option<&str> {
        let key = spelling::key(text);
        let named = |spelling: &String| {
            spelling::key(spelling) == key || spelling.contains('.') && under(host, spelling)
        };
        let closed = self
            .geographies
            .iter()
            .filter_map(|geography| geography.closed.as_ref());
        closed
            .filter(|closed| closed.spellings.iter().any(named))
            .map(|closed| closed.note.as_str())
            .next()
    }

    fn nearest(&self, text: &str) -> Option<&str> {
        // Codes are three letters: nearly everything short is near to one.
        let names = self.geographies.iter().flat_map(|geography| {
            std::iter::once(&geography.name)
                .chain(&geography.aliases)
                .chain(&geography.bap_location)
        });
        let codes = self.geographies.iter().flat_map(|geography| &geography.code);
        let candidates = names.map(String::as_str);
        spelling::nearest(text, candidates).or_else(|| spelling::nearest(text, codes.map(String::as_str)))
    }
}

/// The text as a message quotes it, of a length that a line holds.
fn shown(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The global discovery service stands under the host of the United States but serves every geography.
const GLOBAL_DISCOVERY: &str = "globaldisco";

/// Tells whether a host is the Dataverse host `suffix` or an organisation under it.
fn under(host: &str, suffix: &str) -> bool {
    match host.strip_suffix(suffix) {
        Some("") => true,
        Some(organisation) => {
            organisation.ends_with('.') && organisation.trim_end_matches('.') != GLOBAL_DISCOVERY
        }
        None => false,
    }
}

/// Returns the host of an address in lower case: of `https://contoso.crm4.dynamics.com:443/main.aspx` the
/// part `contoso.crm4.dynamics.com`. A text that is no address comes back whole.
fn host(text: &str) -> String {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    host.trim().trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_cut_out_of_addresses() {
        for (text, expected) in [
            (
                "https://contoso.crm4.dynamics.com/main.aspx?etc=1",
                "contoso.crm4.dynamics.com",
            ),
            ("contoso.crm4.dynamics.com/main.aspx", "contoso.crm4.dynamics.com"),
            (
                "HTTPS://user@Contoso.CRM4.dynamics.com.:443",
                "contoso.crm4.dynamics.com",
            ),
            ("Europe", "europe"),
            ("://", ""),
            ("", ""),
        ] {
            assert_eq!(host(text), expected, "{text}");
        }
    }

    #[test]
    fn an_organisation_stands_under_its_host() {
        for (name, expected) in [
            ("crm4.dynamics.com", true),
            ("contoso.crm4.dynamics.com", true),
            ("contoso.api.crm4.dynamics.com", true),
            ("xcrm4.dynamics.com", false),
            ("crm.dynamics.com", false),
            ("globaldisco.crm4.dynamics.com", false),
        ] {
            assert_eq!(under(name, "crm4.dynamics.com"), expected, "{name}");
        }
    }
}
