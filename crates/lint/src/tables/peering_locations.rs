//! ExpressRoute peering locations: which Azure regions a circuit there reaches.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::azure_regions::AzureRegions;
use super::sheet::{Sheet, TableError, TableInfo, from_json, invalid};
use super::spelling;
use super::{Cloud, NAME_LOCATIONS};

/// A place where a circuit meets Microsoft's network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeeringLocation {
    /// `peeringLocation` of a circuit: `Amsterdam2`.
    pub name: String,
    pub cloud: Cloud,
    /// The Azure regions that a circuit of the Local SKU reaches; empty where that SKU is not sold.
    pub local_regions: Vec<String>,
    /// The ExpressRoute geography, inside which a circuit of the Standard SKU reaches every region.
    pub expressroute_geography: Option<String>,
}

#[derive(Debug)]
pub(super) struct PeeringLocations {
    pub info: TableInfo,
    by_key: BTreeMap<(Cloud, String), PeeringLocation>,
}

impl PeeringLocations {
    pub fn parse(text: &str) -> Result<PeeringLocations, TableError> {
        let sheet: Sheet<PeeringLocation> = from_json(NAME_LOCATIONS, text)?;
        sheet.check(NAME_LOCATIONS, [])?;
        let mut table = PeeringLocations {
            info: TableInfo {
                name: NAME_LOCATIONS.to_owned(),
                source: sheet.source,
                retrieved: Some(sheet.retrieved),
                entries: sheet.entries.len(),
                supplied: false,
            },
            by_key: BTreeMap::new(),
        };
        for location in sheet.entries {
            let key = (location.cloud, spelling::key(&location.name));
            if let Some(other) = table.by_key.insert(key, location) {
                return Err(invalid(
                    NAME_LOCATIONS,
                    format!("`{}` stands there twice", other.name),
                ));
            }
        }
        Ok(table)
    }

    /// Checks that the Azure regions which it names are known.
    pub fn check_regions(&self, regions: &AzureRegions) -> Result<(), TableError> {
        let mut names = self.by_key.values().flat_map(|location| &location.local_regions);
        match names.find(|name| regions.find(name).is_none_or(|region| region.name != **name)) {
            Some(name) => Err(invalid(NAME_LOCATIONS, format!("`{name}` is no Azure region"))),
            None => Ok(()),
        }
    }

    /// The location of that name; where the cloud is not known, only one whose name is in no other.
    pub fn find(&self, cloud: Option<Cloud>, name: &str) -> Option<&PeeringLocation> {
        let key = spelling::key(name);
        let in_cloud = |cloud: Cloud| self.by_key.get(&(cloud, key.clone()));
        match cloud {
            Some(cloud) => in_cloud(cloud),
            None => {
                let mut found = Cloud::ALL.into_iter().filter_map(in_cloud);
                let first = found.next();
                first.filter(|_| found.next().is_none())
            }
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &PeeringLocation> {
        self.by_key.values()
    }
}
