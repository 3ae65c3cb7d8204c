//! Azure regions and their names: what Azure Resource Manager, the service tags, the community list and
//! the portal call the same place.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::sheet::{Sheet, TableError, TableInfo, from_json, invalid};
use super::spelling;
use super::{Cloud, NAME_REGIONS};

/// An Azure region.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AzureRegion {
    /// The name in Azure Resource Manager, by which all tables refer to it: `westeurope`.
    pub name: String,
    pub cloud: Cloud,
    /// `West Europe`.
    pub display: String,
    /// The name after `AzureCloud.`, which is odd for some: `germanywc`. `None` where no tag exists.
    pub tag: Option<String>,
    /// The name after the other regional tags, `PowerPlatformInfra.WestEurope`.
    pub suffix: Option<String>,
    /// The number of the region in the service-tags download.
    pub id: Option<u32>,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The ExpressRoute geography ("geopolitical region"), inside which a circuit of the Standard SKU
    /// reaches every region.
    pub expressroute_geography: Option<String>,
    pub note: Option<String>,
}

impl AzureRegion {
    /// Returns every spelling in the table, its name first.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        [&self.name, &self.display]
            .into_iter()
            .chain(&self.tag)
            .chain(&self.suffix)
            .chain(&self.aliases)
            .map(String::as_str)
    }
}

#[derive(Debug)]
pub(super) struct AzureRegions {
    pub info: TableInfo,
    regions: Vec<AzureRegion>,
    by_key: BTreeMap<String, usize>,
    /// The regions that only supplied tables know, and what those call them.
    learned: Vec<(Cloud, String)>,
}

impl AzureRegions {
    pub fn parse(text: &str) -> Result<AzureRegions, TableError> {
        let sheet: Sheet<AzureRegion> = from_json(NAME_REGIONS, text)?;
        sheet.check(NAME_REGIONS, [])?;
        let mut table = AzureRegions {
            info: TableInfo {
                name: NAME_REGIONS.to_owned(),
                source: sheet.source,
                retrieved: Some(sheet.retrieved),
                entries: sheet.entries.len(),
                supplied: false,
            },
            regions: Vec::with_capacity(sheet.entries.len()),
            by_key: BTreeMap::new(),
            learned: Vec::new(),
        };
        for region in sheet.entries {
            if spelling::key(&region.name) != region.name || region.name.is_empty() {
                let message = format!(
                    "`{}` is no name of Azure Resource Manager (westeurope)",
                    region.name
                );
                return Err(invalid(NAME_REGIONS, message));
            }
            table.add(region)?;
        }
        Ok(table)
    }

    /// Adds a region; each of its spellings must be its own.
    fn add(&mut self, region: AzureRegion) -> Result<(), TableError> {
        let index = self.regions.len();
        for spelling in region.spellings() {
            let taken = self.by_key.insert(spelling::key(spelling), index);
            if let Some(other) = taken.filter(|other| *other != index) {
                let other = self.regions.get(other).map_or("", |other| other.name.as_str());
                let message = format!("`{spelling}` names both {other} and {}", region.name);
                return Err(invalid(NAME_REGIONS, message));
            }
        }
        self.regions.push(region);
        Ok(())
    }

    /// Adds a region that only a supplied table knows, under the name that table gives it. Returns the
    /// name of the region, new or known.
    pub fn learn(&mut self, cloud: Cloud, display: &str) -> String {
        if let Some(known) = self.find(display) {
            return known.name.clone();
        }
        let name = spelling::key(display);
        let region = AzureRegion {
            name: name.clone(),
            cloud,
            display: display.to_owned(),
            tag: None,
            suffix: None,
            id: None,
            aliases: Vec::new(),
            expressroute_geography: None,
            note: Some("known from a supplied table only".to_owned()),
        };
        self.by_key.insert(name.clone(), self.regions.len());
        self.regions.push(region);
        self.learned.push((cloud, display.to_owned()));
        name
    }

    /// Looks up any spelling: `westeurope`, `West Europe`, `Azure West Europe`, `germanywc`.
    pub fn find(&self, text: &str) -> Option<&AzureRegion> {
        let key = spelling::key(text);
        let plain = key.strip_suffix("ipv6").unwrap_or(&key);
        let found = self
            .by_key
            .get(plain)
            .or_else(|| self.by_key.get(plain.strip_prefix("azure")?))?;
        self.regions.get(*found)
    }

    /// Learns what another table of regions had learned.
    pub fn learn_from(&mut self, other: &AzureRegions) {
        for (cloud, display) in &other.learned {
            self.learn(*cloud, display);
        }
    }

    pub fn all(&self) -> &[AzureRegion] {
        &self.regions
    }

    pub fn nearest(&self, text: &str) -> Option<&str> {
        spelling::nearest(text, self.regions.iter().flat_map(AzureRegion::spellings))
    }
}
