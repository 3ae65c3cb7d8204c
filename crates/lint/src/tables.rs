//! The reference tables: what Microsoft's communities stand for, which Azure regions a Power Platform
//! geography needs, what those regions are called, and which prefixes lie in them.
//!
//! The tables are data that engineers edit (`rules/`, explained in `rules/README.md`), embedded here and
//! replaceable. Each is parsed when it is first asked for, prefixes region by region.

mod azure_regions;
mod cloud;
mod communities;
mod geographies;
mod peering_locations;
mod prefixes;
mod recognise;
mod replace;
mod service_communities;
mod service_tags;
mod sheet;
mod spelling;

use std::sync::OnceLock;

use pairlint_model::bgp::{Community, Family, IpNet};

pub use azure_regions::AzureRegion;
use azure_regions::AzureRegions;
pub use cloud::{Cloud, NotACloud};
use communities::Communities;
pub use communities::{CommunityEntry, CommunityKind, CommunityStatus, Meaning, Origin, Service};
use geographies::Geographies;
pub use geographies::{Availability, Closed, Confidence, Geography, GeographyError, SeenRegion};
pub use peering_locations::PeeringLocation;
use peering_locations::PeeringLocations;
pub use prefixes::{NO_REGION, PrefixTable, ServiceTag};
pub use replace::Replaced;
use service_communities::AnnouncedPrefixes;
pub use sheet::{Source, TableError, TableInfo};
pub use spelling::nearest;

// The names under which reports list the tables.
const NAME_COMMUNITIES: &str = "azure-communities";
const NAME_GEOGRAPHIES: &str = "power-platform-regions";
const NAME_REGIONS: &str = "region-aliases";
const NAME_LOCATIONS: &str = "peering-locations";
const NAME_SERVICE_TAGS: &str = "service-tags";
const NAME_ANNOUNCED: &str = "service-communities";

const COMMUNITIES: &str = include_str!("../../../rules/azure-communities.json");
const GEOGRAPHIES: &str = include_str!("../../../rules/power-platform-regions.json");
const REGIONS: &str = include_str!("../../../rules/region-aliases.json");
const LOCATIONS: &str = include_str!("../../../rules/peering-locations.json");
/// In the order of [`Cloud::ALL`].
const SERVICE_TAGS: [&str; 3] = [
    include_str!("../../../rules/prefixes/public.txt"),
    include_str!("../../../rules/prefixes/usgov.txt"),
    include_str!("../../../rules/prefixes/china.txt"),
];

/// Why the embedded tables cannot fail: tests read all of them.
const TESTED: &str = "tests check the embedded tables";

/// The reference tables of a run.
#[derive(Debug, Default)]
pub struct Tables {
    communities: OnceLock<Communities>,
    geographies: OnceLock<Geographies>,
    azure_regions: OnceLock<AzureRegions>,
    locations: OnceLock<PeeringLocations>,
    /// In the order of [`Cloud::ALL`].
    service_tags: [OnceLock<PrefixTable>; 3],
    announced: AnnouncedPrefixes,
}

/// How well the routes of a region are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The prefixes that Microsoft's own list gives for the region's community.
    Supplied,
    /// The region's AzureCloud prefixes: near to what is announced, not equal to it. In 2020 seven of
    /// eight regions compared had holes that AzureCloud covers.
    Estimate,
}

/// The routes of a region in one address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routes<'a> {
    pub evidence: Evidence,
    /// Sorted.
    pub prefixes: &'a [IpNet],
}

/// The routes that carry a region's community, per family: a supplied list may know one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegionRoutes<'a> {
    pub ipv4: Routes<'a>,
    pub ipv6: Routes<'a>,
}

impl<'a> RegionRoutes<'a> {
    pub fn of(&self, family: Family) -> Routes<'a> {
        match family {
            Family::Ipv4 => self.ipv4,
            Family::Ipv6 => self.ipv6,
        }
    }
}

impl Tables {
    /// Returns the tables of this version of pairlint.
    pub fn embedded() -> Tables {
        Tables::default()
    }

    // --- Communities -------------------------------------------------------------------------------

    /// Returns what a value means in a cloud; nothing where no table knows it.
    pub fn community(&self, cloud: Cloud, value: Community) -> &[CommunityEntry] {
        self.community_table().get(cloud, value)
    }

    /// Returns what a value means in any cloud, in the order of the clouds.
    pub fn community_any_cloud(&self, value: Community) -> impl Iterator<Item = &CommunityEntry> {
        Cloud::ALL
            .into_iter()
            .flat_map(move |cloud| self.community(cloud, value))
    }

    /// Returns every entry, sorted by cloud and value.
    pub fn communities(&self) -> &[CommunityEntry] {
        self.community_table().all()
    }

    /// Returns the community of an Azure region (by its name in Azure Resource Manager); `None` where none
    /// is documented, supplied or configured.
    pub fn regional_community(&self, cloud: Cloud, azure_region: &str) -> Option<Community> {
        self.community_table().regional(cloud, azure_region)
    }

    /// Returns the values of services in the region of a regional community: 52xxx to 55xxx with the same
    /// last three digits, documented or not, because Microsoft may send them.
    pub fn regional_services(&self, regional: Community) -> Vec<Community> {
        communities::regional_services(regional)
    }

    /// Returns the entries of services that are not bound to a region.
    pub fn global_services(&self, cloud: Cloud) -> impl Iterator<Item = &CommunityEntry> {
        let entries = self.community_table().of_cloud(cloud).iter();
        entries.filter(|entry| entry.kind == CommunityKind::GlobalService)
    }

    /// Tells whether a value never stands beside a regional one on a route (Microsoft 365).
    pub fn never_beside_regional(&self, cloud: Cloud, value: Community) -> bool {
        self.community_table().without_region(cloud, value)
    }

    /// Returns every value that Microsoft may put beside a regional one, sorted.
    pub fn companions(&self, cloud: Cloud, regional: Community) -> Vec<Community> {
        let global = self.community_table().beside_regional(cloud).iter().copied();
        let mut values: Vec<_> = global.chain(self.regional_services(regional)).collect();
        values.sort_unstable();
        values.dedup();
        values
    }

    /// Returns the known current value that looks most like a typo; of a cloud, or of any.
    pub fn nearest_community(&self, cloud: Option<Cloud>, value: Community) -> Option<&CommunityEntry> {
        self.community_table().nearest(cloud, value)
    }

    /// Looks up a service or group of services by any of its names.
    pub fn service(&self, text: &str) -> Option<&Service> {
        self.community_table().service(text)
    }

    pub fn services(&self) -> &[Service] {
        &self.community_table().services
    }

    /// Returns the values of a service in a cloud, sorted. The cloud matters: 12076:5220 is Defender for
    /// Identity in one and quoted for SharePoint Online in another.
    pub fn service_communities(&self, cloud: Cloud, service: &Service) -> Vec<Community> {
        self.community_table().of_service(cloud, service)
    }

    /// Returns what the source key of a community's entry stands for.
    pub fn community_source(&self, key: &str) -> Option<&Source> {
        self.community_table().sources.get(key)
    }

    /// Adds a value from the configuration: the community of an Azure region that the table does not have.
    pub fn add_community(&mut self, azure_region: &str, value: Community) -> Result<(), TableError> {
        let wrong = |message| Err(sheet::invalid(NAME_COMMUNITIES, message));
        let Some(region) = self.azure_region(azure_region).cloned() else {
            let nearest = self.region_table().nearest(azure_region);
            let nearest = nearest.map_or(String::new(), |name| format!("; the nearest is `{name}`"));
            return wrong(format!("`{azure_region}` is no Azure region{nearest}"));
        };
        if value.asn != 12076 || CommunityKind::of_value(value.value) != CommunityKind::Region {
            return wrong(format!("{value} is no regional community (12076:51xxx)"));
        }
        match self.regional_community(region.cloud, &region.name) {
            Some(known) if known == value => return Ok(()),
            Some(known) => return wrong(format!("{} already has {known}", region.display)),
            None => {}
        }
        let taken = self
            .community(region.cloud, value)
            .iter()
            .find(|e| e.status == CommunityStatus::Current);
        if let Some(taken) = taken {
            return wrong(format!("{value} is {}", taken.name));
        }
        let communities = self.community_table_mut();
        let mut entries = communities.take();
        entries.push(CommunityEntry {
            value,
            cloud: region.cloud,
            kind: CommunityKind::Region,
            name: region.display,
            region: Some(region.name),
            service: None,
            status: CommunityStatus::Current,
            replaced_by: None,
            authorization: None,
            api_name: None,
            meanings: Vec::new(),
            note: None,
            sources: Vec::new(),
            origin: Origin::Configured,
            authorized: None,
        });
        communities.set(entries);
        Ok(())
    }

    // --- Azure regions -----------------------------------------------------------------------------

    /// Looks up an Azure region by any spelling: `westeurope`, `West Europe`, `Azure West Europe`,
    /// `germanywc`.
    pub fn azure_region(&self, text: &str) -> Option<&AzureRegion> {
        self.region_table().find(text)
    }

    pub fn azure_regions(&self) -> &[AzureRegion] {
        self.region_table().all()
    }

    /// Returns the spelling of an Azure region that looks most like a typo.
    pub fn nearest_azure_region(&self, text: &str) -> Option<&str> {
        self.region_table().nearest(text)
    }

    // --- ExpressRoute peering locations --------------------------------------------------------------

    /// Looks up where a circuit meets Microsoft's network; where the cloud is not known, only a name that no
    /// other cloud has too.
    pub fn peering_location(&self, cloud: Option<Cloud>, name: &str) -> Option<&PeeringLocation> {
        self.location_table().find(cloud, name)
    }

    pub fn peering_locations(&self) -> impl Iterator<Item = &PeeringLocation> {
        self.location_table().all()
    }

    // --- Power Platform geographies ----------------------------------------------------------------

    /// Looks up a geography by any spelling: name, alias, code, location of the API, Dataverse host or the
    /// address of an environment.
    pub fn geography(&self, text: &str) -> Result<&Geography, GeographyError> {
        self.geography_table().find(text, self.region_table())
    }

    /// Returns every geography, sorted by name.
    pub fn geographies(&self) -> &[Geography] {
        self.geography_table().all()
    }

    /// Returns the geographies whose environments may run in an Azure region; where none may, those for
    /// which some source names it.
    pub fn geographies_of<'a>(&'a self, azure_region: &'a str) -> impl Iterator<Item = &'a Geography> {
        self.geography_table().using(azure_region)
    }

    /// Returns the community of each Azure region of a geography, in the geography's order.
    pub fn geography_communities<'a>(&self, geography: &'a Geography) -> Vec<(&'a str, Option<Community>)> {
        let regions = geography.azure_regions.iter().map(String::as_str);
        regions
            .map(|region| (region, self.regional_community(geography.cloud, region)))
            .collect()
    }

    /// Returns what the source key of a geography stands for.
    pub fn geography_source(&self, key: &str) -> Option<&Source> {
        self.geography_table().sources.get(key)
    }

    // --- Prefixes ----------------------------------------------------------------------------------

    /// Returns the prefixes of a service tag in an Azure region (or in [`NO_REGION`]), sorted, IPv4 first.
    pub fn prefixes(&self, cloud: Cloud, azure_region: &str, tag: ServiceTag) -> &[IpNet] {
        self.prefix_table(cloud).prefixes(azure_region, tag)
    }

    /// Returns the routes that carry a region's community: the prefixes of a supplied list, else the
    /// region's AzureCloud prefixes as an estimate. An empty supplied list proves nothing and is none.
    pub fn region_routes(&self, cloud: Cloud, azure_region: &str) -> RegionRoutes<'_> {
        let supplied = self.announced.of_region(cloud, azure_region);
        let of = |family: Family| match half(supplied, family) {
            [] => Routes {
                evidence: Evidence::Estimate,
                prefixes: half(self.prefixes(cloud, azure_region, ServiceTag::AzureCloud), family),
            },
            prefixes => Routes {
                evidence: Evidence::Supplied,
                prefixes,
            },
        };
        RegionRoutes {
            ipv4: of(Family::Ipv4),
            ipv6: of(Family::Ipv6),
        }
    }

    /// Returns the prefixes that a supplied list gives for a value, sorted; nothing where none was
    /// supplied.
    pub fn supplied_prefixes(&self, cloud: Cloud, value: Community) -> &[IpNet] {
        self.announced.of_value(cloud, value)
    }

    /// Returns the address space of Power Platform in an Azure region: PowerPlatformInfra, then
    /// PowerPlatformPlex.
    pub fn power_platform_prefixes<'a>(
        &'a self,
        cloud: Cloud,
        azure_region: &'a str,
    ) -> impl Iterator<Item = (ServiceTag, IpNet)> + use<'a> {
        let tags = [ServiceTag::PowerPlatformInfra, ServiceTag::PowerPlatformPlex];
        tags.into_iter().flat_map(move |tag| {
            self.prefixes(cloud, azure_region, tag)
                .iter()
                .map(move |prefix| (tag, *prefix))
        })
    }

    /// Returns the prefix table of a cloud.
    pub fn prefix_table(&self, cloud: Cloud) -> &PrefixTable {
        let index = cloud.index();
        self.service_tags[index].get_or_init(|| PrefixTable::embedded(SERVICE_TAGS[index]))
    }

    // --- The tables themselves ---------------------------------------------------------------------

    /// Lists the tables in use, in a fixed order.
    pub fn list(&self) -> Vec<TableInfo> {
        let communities = self.community_table();
        let mut list = vec![
            communities.info.clone(),
            self.geography_table().info.clone(),
            self.region_table().info.clone(),
            self.location_table().info.clone(),
        ];
        list.extend(Cloud::ALL.map(|cloud| self.prefix_table(cloud).info()));
        list.extend(communities.supplied.iter().flatten().cloned());
        list
    }

    /// Lists the tables that something has asked for since the run began, in the order of
    /// [`Tables::list`].
    pub fn consulted(&self) -> Vec<TableInfo> {
        let communities = self.communities.get();
        let mut list: Vec<_> = communities.map(|table| table.info.clone()).into_iter().collect();
        list.extend(self.geographies.get().map(|table| table.info.clone()));
        list.extend(self.azure_regions.get().map(|table| table.info.clone()));
        list.extend(self.locations.get().map(|table| table.info.clone()));
        list.extend(
            self.service_tags
                .iter()
                .filter_map(OnceLock::get)
                .map(PrefixTable::info),
        );
        list.extend(
            communities
                .into_iter()
                .flat_map(|table| &table.supplied)
                .flatten()
                .cloned(),
        );
        list
    }

    fn community_table(&self) -> &Communities {
        self.communities
            .get_or_init(|| Communities::parse(COMMUNITIES).expect(TESTED))
    }

    fn community_table_mut(&mut self) -> &mut Communities {
        self.community_table();
        self.communities.get_mut().expect("just parsed")
    }

    fn geography_table(&self) -> &Geographies {
        self.geographies
            .get_or_init(|| Geographies::parse(GEOGRAPHIES).expect(TESTED))
    }

    fn region_table(&self) -> &AzureRegions {
        self.azure_regions
            .get_or_init(|| AzureRegions::parse(REGIONS).expect(TESTED))
    }

    fn location_table(&self) -> &PeeringLocations {
        self.locations
            .get_or_init(|| PeeringLocations::parse(LOCATIONS).expect(TESTED))
    }

    fn region_table_mut(&mut self) -> &mut AzureRegions {
        self.region_table();
        self.azure_regions.get_mut().expect("just parsed")
    }
}

/// Returns the prefixes of one family of a sorted list.
fn half(prefixes: &[IpNet], family: Family) -> &[IpNet] {
    let (ipv4, ipv6) = prefixes.split_at(prefixes.partition_point(|p| matches!(p, IpNet::V4(_))));
    match family {
        Family::Ipv4 => ipv4,
        Family::Ipv6 => ipv6,
    }
}

#[cfg(test)]
mod tests;
