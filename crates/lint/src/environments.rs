//! What each declared environment requires: its geography's Azure regions, and their communities.

use std::collections::BTreeSet;

use pairlint_model::bgp::Community;

use crate::settings::{Environment, Settings};
use crate::tables::{Cloud, Confidence, Geography, Tables};
use crate::words::and;

/// A declared environment with what the tables say about it.
#[derive(Debug)]
pub struct DeclaredEnvironment<'a> {
    pub declared: &'a Environment,
    /// `None` where the region's spelling means nothing; the command line refuses it before it comes here.
    pub geography: Option<&'a Geography>,
    pub cloud: Option<Cloud>,
    /// The list of Azure regions is sure enough for an error.
    pub sure: bool,
    /// The sets of Azure regions in which it may run: its own where declared, else its geography's, the
    /// assumed one first. Empty where no Azure region is known.
    pub region_sets: Vec<RegionSet>,
    /// Every community of every set, and of the connector regions where these are declared.
    needed: BTreeSet<Community>,
}

/// Azure regions that together serve an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionSet {
    pub regions: Vec<Region>,
}

/// An Azure region and its regional community, where one is documented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// As Azure Resource Manager names it.
    pub name: String,
    /// `West Europe`.
    pub display: String,
    pub community: Option<Community>,
}

impl RegionSet {
    fn new<'r>(tables: &Tables, cloud: Cloud, names: impl IntoIterator<Item = &'r String>) -> RegionSet {
        let region = |name: &String| {
            let known = tables.azure_region(name);
            Region {
                name: known.map_or_else(|| name.clone(), |known| known.name.clone()),
                display: known.map_or_else(|| name.clone(), |known| known.display.clone()),
                community: known.and_then(|known| tables.regional_community(cloud, &known.name)),
            }
        };
        RegionSet {
            regions: names.into_iter().map(region).collect(),
        }
    }

    /// The regional communities that are documented.
    pub fn communities(&self) -> impl Iterator<Item = Community> {
        self.regions.iter().filter_map(|region| region.community)
    }

    pub fn is_documented(&self) -> bool {
        self.regions.iter().all(|region| region.community.is_some())
    }

    /// `West Europe and North Europe`.
    pub fn display(&self) -> String {
        let names: Vec<&str> = self
            .regions
            .iter()
            .map(|region| region.display.as_str())
            .collect();
        and(&names)
    }

    /// The regions whose community is documented and not there.
    fn absent(&self, has: &dyn Fn(Community) -> bool) -> Vec<&Region> {
        let absent = |region: &&Region| region.community.is_some_and(|community| !has(community));
        self.regions.iter().filter(absent).collect()
    }
}

/// How much of an environment's need is there.
#[derive(Debug)]
pub struct Coverage<'e> {
    /// The set that was judged: the one that is whole, else the one of which most is there.
    pub set: &'e RegionSet,
    /// Those of its regions whose community is not there.
    pub missing: Vec<&'e Region>,
    /// How many of its communities are there.
    pub present: usize,
}

impl Coverage<'_> {
    pub fn missing_communities(&self) -> Vec<Community> {
        self.missing
            .iter()
            .filter_map(|region| region.community)
            .collect()
    }
}

impl<'a> DeclaredEnvironment<'a> {
    fn new(declared: &'a Environment, tables: &'a Tables) -> DeclaredEnvironment<'a> {
        let geography = tables.geography(&declared.region).ok();
        let cloud = geography.map(|geography| geography.cloud);
        let mut region_sets = Vec::new();
        if let (Some(geography), Some(cloud)) = (geography, cloud) {
            if declared.azure_regions.is_empty() {
                let sets = geography.region_sets();
                region_sets.extend(sets.map(|names| RegionSet::new(tables, cloud, names)));
            } else {
                region_sets.push(RegionSet::new(tables, cloud, &declared.azure_regions));
            }
        }
        let mut needed: BTreeSet<Community> = region_sets.iter().flat_map(RegionSet::communities).collect();
        if let Some(geography) = geography.filter(|_| declared.connectors) {
            let regions = geography.connector_regions().iter();
            needed.extend(regions.filter_map(|name| tables.regional_community(geography.cloud, name)));
        }
        DeclaredEnvironment {
            declared,
            geography,
            cloud,
            // Whoever names the environment's own Azure regions has looked them up.
            sure: !declared.azure_regions.is_empty()
                || geography.is_some_and(|geography| geography.confidence == Confidence::High),
            region_sets,
            needed,
        }
    }

    /// The name of the geography, else the region as declared.
    pub fn region(&self) -> &'a str {
        self.geography
            .map_or(self.declared.region.as_str(), |geography| geography.name.as_str())
    }

    /// The regional communities that the environment requires; of several possible sets the assumed one.
    pub fn required(&self) -> BTreeSet<Community> {
        self.region_sets
            .first()
            .map(|set| set.communities().collect())
            .unwrap_or_default()
    }

    /// Whether the environment can make use of the community: it is in one of its sets, or in a connector
    /// region of an environment that declares its connectors.
    pub fn needs(&self, community: Community) -> bool {
        self.needed.contains(&community)
    }

    /// Every community that [`Self::needs`] holds for.
    pub fn needed(&self) -> &BTreeSet<Community> {
        &self.needed
    }

    /// More than one set is possible and the declaration does not tell which.
    pub fn is_ambiguous(&self) -> bool {
        self.region_sets.len() > 1
    }

    /// Azure regions of the assumed set without a documented community.
    pub fn undocumented(&self) -> impl Iterator<Item = &Region> {
        let regions = self.region_sets.first().map_or(&[][..], |set| &set.regions);
        regions.iter().filter(|region| region.community.is_none())
    }

    /// Compares what is there with what is needed. `None` where no community of the environment is known,
    /// so that nothing can be missing.
    ///
    /// A filter or session that has one whole set is missing nothing. Where none is whole, the set of which
    /// most is there is the likeliest; of equals the assumed one.
    pub fn coverage(&self, has: impl Fn(Community) -> bool) -> Option<Coverage<'_>> {
        let judged = self.region_sets.iter().enumerate().filter_map(|(index, set)| {
            let known = set.communities().count();
            // A set with an undocumented region is never whole, so it cannot stand in for the assumed one.
            let comparable = known > 0 && (index == 0 || set.is_documented());
            comparable.then(|| {
                let missing = set.absent(&has);
                let present = known - missing.len();
                Coverage {
                    set,
                    missing,
                    present,
                }
            })
        });
        let mut best: Option<Coverage<'_>> = None;
        for coverage in judged {
            let better = best.as_ref().is_none_or(|best| {
                !best.missing.is_empty() && (coverage.missing.is_empty() || coverage.present > best.present)
            });
            if better {
                best = Some(coverage);
            }
        }
        best
    }
}

/// Looks up every declared environment.
pub fn resolve<'a>(settings: &'a Settings, tables: &'a Tables) -> Vec<DeclaredEnvironment<'a>> {
    let environments = settings.environments.iter();
    environments
        .map(|declared| DeclaredEnvironment::new(declared, tables))
        .collect()
}

/// What may pass whatever the environments are: gateways' Azure regions, and what is allowed.
#[derive(Debug, Default)]
pub struct Allowed {
    /// In the order of [`Cloud::ALL`]: the same number names different services in different clouds.
    by_cloud: [BTreeSet<Community>; 3],
}

impl Allowed {
    pub fn new(settings: &Settings, tables: &Tables) -> Allowed {
        let mut allowed = Allowed::default();
        let regions = settings.gateways.iter().chain(&settings.allow.azure_regions);
        let regions: Vec<_> = regions.filter_map(|name| tables.azure_region(name)).collect();
        for (cloud, communities) in Cloud::ALL.into_iter().zip(&mut allowed.by_cloud) {
            communities.extend(&settings.allow.communities);
            let regions = regions.iter().filter(|region| region.cloud == cloud);
            communities.extend(regions.filter_map(|region| tables.regional_community(cloud, &region.name)));
            let services = settings
                .allow
                .services
                .iter()
                .filter_map(|name| tables.service(name));
            communities.extend(services.flat_map(|service| tables.service_communities(cloud, service)));
        }
        allowed
    }

    /// Whether the community may pass; where the cloud is not known, whether it may in any.
    pub fn has(&self, cloud: Option<Cloud>, community: Community) -> bool {
        let mut clouds = Cloud::ALL.into_iter().zip(&self.by_cloud);
        clouds.any(|(of, communities)| {
            cloud.is_none_or(|cloud| cloud == of) && communities.contains(&community)
        })
    }

    /// Every community that may pass in the cloud, or in any.
    pub fn communities(&self, cloud: Option<Cloud>) -> BTreeSet<Community> {
        let clouds = Cloud::ALL.into_iter().zip(&self.by_cloud);
        let of_cloud = clouds.filter(|(of, _)| cloud.is_none_or(|cloud| cloud == *of));
        of_cloud
            .flat_map(|(_, communities)| communities)
            .copied()
            .collect()
    }
}
