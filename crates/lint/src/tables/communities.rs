//! The communities that Microsoft sends on ExpressRoute: what each value stands for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use pairlint_model::bgp::Community;
use serde::{Deserialize, Deserializer};

use super::azure_regions::AzureRegions;
use super::sheet::{Sheet, Source, TableError, TableInfo, from_json, invalid};
use super::spelling;
use super::{Cloud, NAME_COMMUNITIES};

/// What a community means in one cloud. Supplied lists may give a value several entries (the API has
/// listed 12076:51005 for East US 2 and for its canary region); our own table holds each once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommunityEntry {
    #[serde(deserialize_with = "community")]
    pub value: Community,
    pub cloud: Cloud,
    pub kind: CommunityKind,
    /// The documented name: `West Europe`, `Storage West Europe`, `Exchange Online`.
    pub name: String,
    /// The Azure region, by its name in Azure Resource Manager.
    pub region: Option<String>,
    /// The service, by its name in the table's list of services.
    pub service: Option<String>,
    #[serde(default)]
    pub status: CommunityStatus,
    /// Today's value for what a stale one once meant.
    #[serde(default, deserialize_with = "optional_community")]
    pub replaced_by: Option<Community>,
    /// Whether Microsoft must authorise a subscription before it may use the value; `None` where no
    /// source tells.
    pub authorization: Option<bool>,
    /// `communityName` of the API, where an answer of it was seen.
    pub api_name: Option<String>,
    /// What old pages said the value stands for.
    #[serde(default)]
    pub meanings: Vec<Meaning>,
    pub note: Option<String>,
    /// Keys of the table's sources; empty for the table's own source.
    #[serde(default)]
    pub sources: Vec<String>,
    #[serde(skip)]
    pub origin: Origin,
    /// `isAuthorizedToUse` of a supplied list: the answer for that very subscription.
    #[serde(skip)]
    pub authorized: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommunityKind {
    /// 51xxx: every route of an Azure region.
    Region,
    /// 52xxx to 55xxx: the routes of one service in an Azure region.
    RegionalService,
    /// 5xxx: the routes of one service everywhere.
    GlobalService,
    /// 50xxx: a region on private peering; never on Microsoft peering or in a route filter.
    PrivateRegion,
}

impl CommunityKind {
    /// Returns what the number says, which holds for every documented value.
    pub fn of_value(value: u16) -> CommunityKind {
        match value {
            50_000..=50_999 => CommunityKind::PrivateRegion,
            51_000..=51_999 => CommunityKind::Region,
            52_000..=55_999 => CommunityKind::RegionalService,
            _ => CommunityKind::GlobalService,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CommunityStatus {
    #[default]
    Current,
    /// Renumbered.
    Stale,
    /// Gone from the documentation without another value.
    Withdrawn,
    /// Seen at the API, in no documentation.
    Undocumented,
    /// Quoted by someone, confirmed by nobody.
    Unconfirmed,
}

impl fmt::Display for CommunityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CommunityKind::Region => "region",
            CommunityKind::RegionalService => "regional-service",
            CommunityKind::GlobalService => "global-service",
            CommunityKind::PrivateRegion => "private-region",
        })
    }
}

impl fmt::Display for CommunityStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CommunityStatus::Current => "current",
            CommunityStatus::Stale => "stale",
            CommunityStatus::Withdrawn => "withdrawn",
            CommunityStatus::Undocumented => "undocumented",
            CommunityStatus::Unconfirmed => "unconfirmed",
        })
    }
}

impl CommunityStatus {
    /// Tells whether Microsoft may put the value on a route today.
    pub fn may_be_sent(self) -> bool {
        !matches!(self, CommunityStatus::Stale | CommunityStatus::Withdrawn)
    }
}

/// A former meaning of a value and the source that gives it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    pub region: String,
    pub source: String,
}

/// Who says that a value exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Origin {
    #[default]
    Embedded,
    /// A supplied output of `list-service-communities` names it.
    Supplied,
    /// `[communities]` in pairlint.toml.
    Configured,
}

/// A service, or group of services, that can be allowed by name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub name: String,
    pub aliases: Vec<String>,
    /// The services of a group.
    #[serde(default)]
    pub includes: Vec<String>,
    /// Its community never stands beside a regional one on a route: Microsoft 365 prefixes carry service
    /// communities only.
    #[serde(default)]
    pub without_region: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CommunitySheet {
    source: String,
    retrieved: String,
    #[serde(default)]
    sources: BTreeMap<String, Source>,
    services: Vec<Service>,
    entries: Vec<CommunityEntry>,
}

#[derive(Debug)]
pub(super) struct Communities {
    pub info: TableInfo,
    /// The supplied lists that were merged in, in the order of the clouds.
    pub supplied: [Option<TableInfo>; 3],
    pub sources: BTreeMap<String, Source>,
    pub services: Vec<Service>,
    /// Sorted by cloud and value.
    entries: Vec<CommunityEntry>,
    by_region: [BTreeMap<String, Community>; 3],
    /// For each cloud, services without a region that may stand beside a regional value; filled when asked for.
    beside_regional: OnceLock<[Vec<Community>; 3]>,
}

impl Communities {
    pub fn parse(text: &str) -> Result<Communities, TableError> {
        let CommunitySheet {
            source,
            retrieved,
            sources,
            services,
            entries,
        } = from_json(NAME_COMMUNITIES, text)?;
        let sheet = Sheet {
            source,
            retrieved,
            sources,
            entries,
        };
        sheet.check(
            NAME_COMMUNITIES,
            sheet.entries.iter().flat_map(|entry| &entry.sources),
        )?;
        for entry in &sheet.entries {
            check(entry, &services).map_err(|message| {
                invalid(
                    NAME_COMMUNITIES,
                    format!("{} in {}: {message}", entry.value, entry.cloud),
                )
            })?;
        }
        let mut table = Communities {
            info: TableInfo {
                name: NAME_COMMUNITIES.to_owned(),
                source: sheet.source,
                retrieved: Some(sheet.retrieved),
                entries: sheet.entries.len(),
                supplied: false,
            },
            supplied: [None, None, None],
            sources: sheet.sources,
            services,
            entries: Vec::new(),
            by_region: Default::default(),
            beside_regional: OnceLock::new(),
        };
        table.set(sheet.entries);
        let twice = |pair: &&[CommunityEntry]| match pair {
            [a, b] => (a.cloud, a.value) == (b.cloud, b.value),
            _ => false,
        };
        match table.entries.windows(2).find(twice) {
            Some([entry, ..]) => Err(invalid(NAME_COMMUNITIES, format!("{} stands twice", entry.value))),
            _ => Ok(table),
        }
    }

    /// Checks that every region is known and of the entry's cloud.
    pub fn check_regions(&self, regions: &AzureRegions) -> Result<(), TableError> {
        for entry in &self.entries {
            let named = entry
                .region
                .iter()
                .chain(entry.meanings.iter().map(|meaning| &meaning.region));
            for name in named {
                let known = regions.find(name).filter(|region| region.name == *name);
                if known.is_none_or(|region| region.cloud != entry.cloud) {
                    let message = format!("{} names `{name}`, no {} region", entry.value, entry.cloud);
                    return Err(invalid(NAME_COMMUNITIES, message));
                }
            }
        }
        Ok(())
    }

    /// Tells whether a supplied list or the configuration has added to the table.
    pub fn is_amended(&self) -> bool {
        self.entries.iter().any(|entry| entry.origin != Origin::Embedded)
    }

    /// Replaces all entries, and what is derived from them.
    pub fn set(&mut self, mut entries: Vec<CommunityEntry>) {
        entries.sort_by(|a, b| order(a).cmp(&order(b)));
        // What Microsoft answers today wins over any page; a stale value is no answer at all.
        let mut by_region: [BTreeMap<String, (Origin, Community)>; 3] = Default::default();
        for entry in entries
            .iter()
            .filter(|entry| entry.status == CommunityStatus::Current)
        {
            let (CommunityKind::Region, Some(region)) = (entry.kind, &entry.region) else {
                continue;
            };
            let known = &mut by_region[entry.cloud.index()];
            if known.get(region).is_none_or(|(origin, _)| *origin < entry.origin) {
                known.insert(region.clone(), (entry.origin, entry.value));
            }
        }
        self.by_region = by_region.map(|regions| {
            regions
                .into_iter()
                .map(|(name, (_, value))| (name, value))
                .collect()
        });
        self.entries = entries;
        self.beside_regional = OnceLock::new();
    }

    pub fn take(&mut self) -> Vec<CommunityEntry> {
        std::mem::take(&mut self.entries)
    }

    pub fn all(&self) -> &[CommunityEntry] {
        &self.entries
    }

    pub fn of_cloud(&self, cloud: Cloud) -> &[CommunityEntry] {
        let start = self.entries.partition_point(|entry| entry.cloud < cloud);
        let end = self.entries.partition_point(|entry| entry.cloud <= cloud);
        self.entries.get(start..end).unwrap_or_default()
    }

    pub fn get(&self, cloud: Cloud, value: Community) -> &[CommunityEntry] {
        let key = (cloud, value);
        let start = self
            .entries
            .partition_point(|entry| (entry.cloud, entry.value) < key);
        let end = self
            .entries
            .partition_point(|entry| (entry.cloud, entry.value) <= key);
        self.entries.get(start..end).unwrap_or_default()
    }

    pub fn regional(&self, cloud: Cloud, azure_region: &str) -> Option<Community> {
        self.by_region[cloud.index()].get(azure_region).copied()
    }

    pub fn service(&self, text: &str) -> Option<&Service> {
        let key = spelling::key(text);
        self.services
            .iter()
            .find(|service| spellings(service).any(|name| spelling::key(name) == key))
    }

    pub fn of_service(&self, cloud: Cloud, service: &Service) -> Vec<Community> {
        let meant = |entry: &&CommunityEntry| {
            entry
                .service
                .as_ref()
                .is_some_and(|name| *name == service.name || service.includes.contains(name))
        };
        let mut values: Vec<_> = self
            .of_cloud(cloud)
            .iter()
            .filter(meant)
            .map(|entry| entry.value)
            .collect();
        values.dedup();
        values
    }

    /// Returns what Microsoft may put beside any regional value of the cloud.
    pub fn beside_regional(&self, cloud: Cloud) -> &[Community] {
        let of = |cloud: Cloud| -> Vec<Community> {
            let global = self
                .of_cloud(cloud)
                .iter()
                .filter(|entry| entry.kind == CommunityKind::GlobalService && entry.status.may_be_sent());
            global
                .map(|entry| entry.value)
                .filter(|&value| !self.without_region(cloud, value))
                .collect()
        };
        let all = self.beside_regional.get_or_init(|| Cloud::ALL.map(of));
        &all[cloud.index()]
    }

    pub fn without_region(&self, cloud: Cloud, value: Community) -> bool {
        let services = self
            .get(cloud, value)
            .iter()
            .filter_map(|entry| entry.service.as_ref());
        services
            .filter_map(|name| self.services.iter().find(|s| s.name == *name))
            .any(|s| s.without_region)
    }

    /// The value of these entries that looks most like the one given.
    pub fn nearest(&self, cloud: Option<Cloud>, value: Community) -> Option<&CommunityEntry> {
        let typed = value.to_string();
        let possible = |entry: &&CommunityEntry| {
            entry.kind != CommunityKind::PrivateRegion
                && entry.status == CommunityStatus::Current
                && cloud.is_none_or(|cloud| entry.cloud == cloud)
        };
        self.entries
            .iter()
            .filter(possible)
            .map(|entry| {
                let edits = spelling::distance(&typed, &entry.value.to_string());
                let gap = entry.value.packed().abs_diff(value.packed());
                // Of equally near values a region, then the nearer number, then the smaller one.
                ((edits, entry.kind, gap, entry.value), entry)
            })
            .filter(|((edits, ..), _)| *edits <= 2)
            .min_by_key(|(rank, _)| *rank)
            .map(|(_, entry)| entry)
    }
}

/// The communities that name services of a region: 52xxx to 55xxx with the last three digits of its
/// 51xxx. Of a value that is no 51xxx there are none.
pub(super) fn regional_services(regional: Community) -> Vec<Community> {
    match (regional.asn, regional.value) {
        (12076, 51_000..=51_999) => (1..=4)
            .map(|service| Community::microsoft(regional.value + service * 1000))
            .collect(),
        _ => Vec::new(),
    }
}

/// What entries are sorted by.
fn order(entry: &CommunityEntry) -> (Cloud, Community, Option<&str>) {
    (entry.cloud, entry.value, entry.region.as_deref())
}

fn spellings(service: &Service) -> impl Iterator<Item = &String> {
    std::iter::once(&service.name).chain(&service.aliases)
}

/// Finds what an entry of our own layout lacks.
fn check(entry: &CommunityEntry, services: &[Service]) -> Result<(), String> {
    let needs_region = entry.kind != CommunityKind::GlobalService;
    if needs_region != entry.region.is_some() {
        let message = if needs_region {
            "a regional value without `region`"
        } else {
            "a global service with `region`"
        };
        return Err(message.to_owned());
    }
    let named = |name: &String| services.iter().any(|service| service.name == *name);
    if let Some(unknown) = entry.service.as_ref().filter(|name| !named(name)) {
        return Err(format!("the service `{unknown}` is not in `services`"));
    }
    let has_service = matches!(
        entry.kind,
        CommunityKind::RegionalService | CommunityKind::GlobalService
    );
    if has_service != entry.service.is_some() {
        return Err("`service` does not fit the kind".to_owned());
    }
    if entry.replaced_by.is_some() && entry.status != CommunityStatus::Stale {
        return Err("`replaced_by` without the status `stale`".to_owned());
    }
    Ok(())
}

fn community<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Community, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|_| serde::de::Error::custom(format!("`{text}` is no community")))
}

fn optional_community<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Community>, D::Error> {
    community(deserializer).map(Some)
}
