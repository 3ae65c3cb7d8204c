//! Puts a supplied table in the place of an embedded one.

use super::azure_regions::AzureRegions;
use super::communities::Communities;
use super::geographies::Geographies;
use super::peering_locations::PeeringLocations;
use super::prefixes::{PrefixTable, ServiceTag};
use super::recognise::{Shape, shape};
use super::sheet::{TableError, TableInfo, invalid};
use super::{NAME_ANNOUNCED, NAME_COMMUNITIES, NAME_SERVICE_TAGS, Tables, service_communities, service_tags};

/// What a supplied table replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The name that [`Tables::list`] gives it.
    pub table: String,
    pub entries: usize,
    /// What is new in it, and what it lacks.
    pub notes: Vec<String>,
}

impl Tables {
    /// Takes a supplied table, recognised by its content: a service-tags file (the download, or the output
    /// of `az network list-service-tags`), the output of `list-service-communities` (CLI, REST, PowerShell),
    /// or a table in one of our own layouts. `name` is what the user calls the file; a date in it becomes
    /// the table's.
    ///
    /// A service-tags file replaces the prefixes of its cloud. A list of communities is merged into the
    /// embedded table: it confirms and adds values and brings prefixes, but knows no kinds or regions. Our
    /// own layouts replace the table they are; the regions come before what names them, and the communities
    /// before a list that is merged into them.
    ///
    /// On an error nothing is replaced.
    pub fn replace(&mut self, name: &str, text: &str) -> Result<Replaced, TableError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match shape(text)? {
            Shape::ServiceTags => self.replace_service_tags(name, text),
            Shape::ServiceCommunities => self.merge_service_communities(name, text),
            Shape::Communities => {
                if self.community_table().is_amended() {
                    let message = "supply it before a list of communities and before `[communities]`";
                    return Err(invalid(NAME_COMMUNITIES, message));
                }
                let mut table = Communities::parse(text)?;
                table.check_regions(self.region_table())?;
                let replaced = supplied(&mut table.info, name);
                self.communities = table.into();
                Ok(replaced)
            }
            Shape::Geographies => {
                let mut table = Geographies::parse(text)?;
                table.check_regions(self.region_table())?;
                let replaced = supplied(&mut table.info, name);
                self.geographies = table.into();
                Ok(replaced)
            }
            Shape::AzureRegions => {
                let mut table = AzureRegions::parse(text)?;
                table.learn_from(self.region_table());
                self.community_table().check_regions(&table)?;
                self.geography_table().check_regions(&table)?;
                self.location_table().check_regions(&table)?;
                let replaced = supplied(&mut table.info, name);
                self.azure_regions = table.into();
                Ok(replaced)
            }
            Shape::PeeringLocations => {
                let mut table = PeeringLocations::parse(text)?;
                table.check_regions(self.region_table())?;
                let replaced = supplied(&mut table.info, name);
                self.locations = table.into();
                Ok(replaced)
            }
            Shape::Prefixes => {
                let table = PrefixTable::parse(text)?;
                for tag in [ServiceTag::AzureCloud, ServiceTag::PowerPlatformInfra] {
                    if !table.sections().any(|(_, found)| found == tag) {
                        return Err(invalid(NAME_SERVICE_TAGS, format!("it has no section of {tag}")));
                    }
                }
                Ok(self.put_prefixes(table, Vec::new()))
            }
        }
    }

    fn replace_service_tags(&mut self, name: &str, text: &str) -> Result<Replaced, TableError> {
        let read = service_tags::read(name, text, self.region_table())?;
        let mut notes = read.notes;
        for region in read.new_regions {
            self.region_table_mut().learn(read.table.cloud, &region);
            notes.push(format!("new Azure region `{region}`"));
        }
        Ok(self.put_prefixes(read.table, notes))
    }

    fn merge_service_communities(&mut self, name: &str, text: &str) -> Result<Replaced, TableError> {
        let elements = service_communities::read(text)?;
        let entries = elements.len();
        let cloud = service_communities::cloud(&elements, self.community_table(), self.region_table())?;
        // Both tables are parsed now; they are changed together.
        self.region_table_mut();
        self.community_table_mut();
        let (Some(communities), Some(regions)) = (self.communities.get_mut(), self.azure_regions.get_mut())
        else {
            return Err(invalid(NAME_ANNOUNCED, "the embedded tables are missing"));
        };
        let merged =
            service_communities::merge(name, elements, cloud, communities, regions, &mut self.announced);
        let mut notes: Vec<_> = merged
            .new_regions
            .iter()
            .map(|region| format!("new Azure region `{region}`"))
            .collect();
        for value in merged.added {
            let named = self
                .community(cloud, value)
                .last()
                .map_or("", |entry| entry.name.as_str());
            notes.push(format!("new community {value} ({named})"));
        }
        Ok(Replaced {
            table: format!("{}-{cloud}", NAME_ANNOUNCED),
            entries,
            notes,
        })
    }

    fn put_prefixes(&mut self, table: PrefixTable, notes: Vec<String>) -> Replaced {
        let TableInfo { name, entries, .. } = table.info();
        let cloud = table.cloud;
        self.service_tags[cloud.index()] = table.into();
        Replaced {
            table: name,
            entries,
            notes,
        }
    }
}

/// Marks a table of our own layout as supplied: its source stays its own, and the file is named.
fn supplied(info: &mut TableInfo, name: &str) -> Replaced {
    info.supplied = true;
    info.source = format!("{name}: {}", info.source);
    Replaced {
        table: info.name.clone(),
        entries: info.entries,
        notes: Vec::new(),
    }
}
