//! The output of `az network route-filter rule list-service-communities`: what Microsoft itself says a
//! community stands for, and the prefixes it announces with it.
//!
//! The CLI prints a flat array, REST wraps each entry in `properties` and all of them in `value`, PowerShell
//! (`Get-AzBgpServiceCommunity`) writes the names with capitals. IPv6 is a second element with ` IPv6`
//! after the name and the *same* value, and values are not unique across names, so that everything here is
//! a list of elements and never a map.

use std::collections::BTreeMap;

use ipnet::IpNet;
use pairlint_model::bgp::{self, Community};
use serde::Deserialize;
use serde_json::Value;

use super::azure_regions::AzureRegions;
use super::communities::{Communities, CommunityEntry, CommunityKind, CommunityStatus, Origin};
use super::sheet::{TableError, TableInfo, date_in_name, from_json, invalid};
use super::spelling::key;
use super::{Cloud, NAME_ANNOUNCED};

#[derive(Deserialize)]
struct Wrapper {
    #[serde(alias = "Value")]
    value: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(alias = "Properties", default)]
    properties: Option<Box<Entry>>,
    #[serde(alias = "BgpCommunities", default)]
    bgp_communities: Option<Vec<Element>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Element {
    #[serde(alias = "CommunityName")]
    community_name: String,
    #[serde(alias = "CommunityValue")]
    community_value: String,
    #[serde(alias = "CommunityPrefixes", default)]
    community_prefixes: Value,
    #[serde(alias = "IsAuthorizedToUse", default)]
    is_authorized_to_use: Option<bool>,
}

/// One element of a list: a name, its value, and its prefixes of one or both families.
pub(super) struct Announced {
    /// Without the ` IPv6` of the second element.
    name: String,
    value: Community,
    prefixes: Vec<IpNet>,
    authorized: Option<bool>,
}

/// The prefixes that supplied lists give, by what they stand for.
#[derive(Debug, Default)]
pub(super) struct AnnouncedPrefixes {
    /// In the order of the clouds; each list sorted, IPv4 first.
    by_region: [BTreeMap<String, Vec<IpNet>>; 3],
    by_value: BTreeMap<(Cloud, Community), Vec<IpNet>>,
}

impl AnnouncedPrefixes {
    pub fn of_region(&self, cloud: Cloud, azure_region: &str) -> &[IpNet] {
        let by_name = self
            .by_region
            .get(cloud.index())
            .and_then(|regions| regions.get(azure_region));
        by_name.map_or(&[], Vec::as_slice)
    }

    pub fn of_value(&self, cloud: Cloud, value: Community) -> &[IpNet] {
        self.by_value.get(&(cloud, value)).map_or(&[], Vec::as_slice)
    }
}

/// Reads the elements of any of the shapes.
pub(super) fn read(text: &str) -> Result<Vec<Announced>, TableError> {
    let entries = match text.trim_start().starts_with('[') {
        true => from_json::<Vec<Entry>>(NAME_ANNOUNCED, text)?,
        false => from_json::<Wrapper>(NAME_ANNOUNCED, text)?.value,
    };
    let mut elements = Vec::new();
    for entry in entries {
        let inner = entry.properties.and_then(|inner| inner.bgp_communities);
        let listed = entry.bgp_communities.or(inner);
        let listed = listed.ok_or_else(|| invalid(NAME_ANNOUNCED, "an entry has no `bgpCommunities`"))?;
        for element in listed {
            elements.push(announced(element)?);
        }
    }
    match elements.is_empty() {
        true => Err(invalid(NAME_ANNOUNCED, "it holds no community")),
        false => Ok(elements),
    }
}

fn announced(element: Element) -> Result<Announced, TableError> {
    let name = element.community_name.trim();
    let name = name.strip_suffix("IPv6").map_or(name, str::trim_end).to_owned();
    let wrong = |what: String| invalid(NAME_ANNOUNCED, format!("`{name}`: {what}"));
    let value = element.community_value.trim().parse();
    let value = value.map_err(|_| wrong(format!("`{}` is no community", element.community_value)))?;
    let texts = match &element.community_prefixes {
        Value::Null => &[],
        Value::Array(texts) => texts.as_slice(),
        // ConvertTo-Json folds what lies deeper than its -Depth into one string.
        _ => {
            return Err(wrong(
                "`communityPrefixes` is no list; use ConvertTo-Json -Depth 5".to_owned(),
            ));
        }
    };
    let prefix = |text: &Value| {
        let prefix = text.as_str().and_then(|text| bgp::prefix(text.trim()).ok());
        prefix
            .map(|prefix| prefix.trunc())
            .ok_or_else(|| wrong(format!("{text} is no prefix")))
    };
    let prefixes = texts.iter().map(prefix).collect::<Result<_, _>>()?;
    Ok(Announced {
        name,
        value,
        prefixes,
        authorized: element.is_authorized_to_use,
    })
}

/// Returns the cloud that a list is of. Nothing in it says so; its values and regions do.
pub(super) fn cloud(
    elements: &[Announced],
    communities: &Communities,
    regions: &AzureRegions,
) -> Result<Cloud, TableError> {
    let mut votes = [0_usize; 3];
    for element in elements {
        let clouds = Cloud::ALL
            .into_iter()
            .filter(|cloud| !communities.get(*cloud, element.value).is_empty());
        // Numbers that two clouds use (12076:5220) decide nothing.
        if let [cloud] = clouds.collect::<Vec<_>>().as_slice() {
            votes[cloud.index()] += 1;
        }
        if let Some(region) = regions.find(region_name(&element.name)) {
            votes[region.cloud.index()] += 1;
        }
    }
    let most = Cloud::ALL
        .into_iter()
        .max_by_key(|cloud| (votes[cloud.index()], std::cmp::Reverse(*cloud)));
    let most = most.filter(|cloud| votes[cloud.index()] > 0);
    most.ok_or_else(|| {
        invalid(
            NAME_ANNOUNCED,
            "no value and no region in it tells which cloud it is of",
        )
    })
}

/// What a list adds to the communities.
pub(super) struct Merged {
    pub added: Vec<Community>,
    pub new_regions: Vec<String>,
}

/// Merges a list into the communities of a cloud: what it names is current and confirmed, keeps the kind
/// and region that the table knows, and is added where the table does not know it. What it does not name
/// stays, because a list may be cut and never holds the values of private peering.
pub(super) fn merge(
    name: &str,
    elements: Vec<Announced>,
    cloud: Cloud,
    communities: &mut Communities,
    regions: &mut AzureRegions,
    prefixes: &mut AnnouncedPrefixes,
) -> Merged {
    let mut merged = Merged {
        added: Vec::new(),
        new_regions: Vec::new(),
    };
    let info = TableInfo {
        name: format!("{NAME_ANNOUNCED}-{cloud}"),
        source: name.to_owned(),
        retrieved: date_in_name(name),
        entries: elements.len(),
        supplied: true,
    };
    let mut entries = communities.take();
    let known = entries.len();
    let mut by_region: BTreeMap<String, Vec<IpNet>> = BTreeMap::new();
    let mut by_value: BTreeMap<(Cloud, Community), Vec<IpNet>> = BTreeMap::new();
    // Where each value stands, so that a long list is not a quadratic search.
    let mut places: BTreeMap<Community, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.cloud == cloud)
    {
        places.entry(entry.value).or_default().push(index);
    }
    for element in elements {
        let siblings = places.get(&sibling(element.value)).into_iter().flatten();
        let sibling = siblings
            .filter_map(|index| entries.get(*index)?.region.clone())
            .next();
        let mut entry = describe(&element, cloud, regions, sibling, &mut merged.new_regions);
        let same = places.entry(element.value).or_default();
        let fits = |index: &&usize| entries.get(**index).is_some_and(|known| fits(known, &entry));
        match same
            .iter()
            .find(fits)
            .copied()
            .and_then(|index| entries.get_mut(index))
        {
            Some(known) => confirm(known, &mut entry),
            None => {
                same.push(entries.len());
                merged.added.push(element.value);
                entries.push(entry.clone());
            }
        }
        let region = entry.region.filter(|_| entry.kind == CommunityKind::Region);
        if let Some(region) = region {
            by_region.entry(region).or_default().extend(&element.prefixes);
        }
        by_value
            .entry((cloud, element.value))
            .or_default()
            .extend(&element.prefixes);
    }
    debug_assert!(entries.len() >= known);
    for list in by_region.values_mut().chain(by_value.values_mut()) {
        list.sort_unstable();
        list.dedup();
    }
    // A later list speaks for what it names; the rest of an earlier one stays.
    prefixes.by_region[cloud.index()].extend(by_region);
    prefixes.by_value.extend(by_value);
    communities.set(entries);
    communities.supplied[cloud.index()] = Some(info);
    merged
}

/// Tells whether a known entry is what the list means by its value.
fn fits(known: &CommunityEntry, listed: &CommunityEntry) -> bool {
    let agree = known.region == listed.region || listed.region.is_none();
    // A renumbered value that Microsoft serves again means what Microsoft now says.
    agree || known.status != CommunityStatus::Current
}

/// Marks a known entry as confirmed; `listed` takes over what the table knows about it.
fn confirm(known: &mut CommunityEntry, listed: &mut CommunityEntry) {
    let region_moved = listed.region.is_some() && known.region != listed.region;
    if region_moved {
        known.region.clone_from(&listed.region);
        known.name.clone_from(&listed.name);
    }
    known.status = CommunityStatus::Current;
    known.replaced_by = None;
    known.origin = Origin::Supplied;
    known.api_name.clone_from(&listed.api_name);
    known.authorized = listed.authorized;
    listed.region.clone_from(&known.region);
    listed.kind = known.kind;
}

/// The 51xxx whose last three digits a regional value shares.
fn sibling(value: Community) -> Community {
    match value.value {
        50_000..=55_999 => Community::new(value.asn, 51_000 + value.value % 1000),
        _ => value,
    }
}

/// What is left of `Azure Storage West Europe` without `Azure` and the service.
fn region_name(name: &str) -> &str {
    let rest = name.strip_prefix("Azure").map_or(name, str::trim_start);
    let service = SERVICES.iter().find_map(|(prefix, _)| rest.strip_prefix(prefix));
    service.map_or(rest, str::trim_start)
}

/// The services in the names of regional values, and what our table calls them.
const SERVICES: [(&str, &str); 5] = [
    ("Storage ", "storage"),
    ("SQL ", "sql"),
    ("Cosmos DB ", "cosmos-db"),
    ("CosmosDB ", "cosmos-db"),
    ("Backup ", "backup"),
];

/// Describes an element as an entry: its number says the kind, its name the region.
fn describe(
    element: &Announced,
    cloud: Cloud,
    regions: &mut AzureRegions,
    sibling: Option<String>,
    new_regions: &mut Vec<String>,
) -> CommunityEntry {
    let kind = CommunityKind::of_value(element.value.value);
    let place = region_name(&element.name);
    let region = match (kind, regions.find(place)) {
        (CommunityKind::GlobalService, _) => None,
        (_, Some(region)) => Some(region.name.clone()),
        // `Azure Denmark East` with a new 51xxx: a region that no table knows yet.
        (CommunityKind::Region, None) if element.name.starts_with("Azure ") && !key(place).is_empty() => {
            new_regions.push(place.to_owned());
            Some(regions.learn(cloud, place))
        }
        _ => sibling,
    };
    let service = match kind {
        CommunityKind::RegionalService => {
            let rest = element.name.strip_prefix("Azure ").unwrap_or(&element.name);
            let named = SERVICES.iter().find(|(prefix, _)| rest.starts_with(prefix));
            named.map(|(_, service)| (*service).to_owned())
        }
        _ => None,
    };
    CommunityEntry {
        value: element.value,
        cloud,
        kind,
        name: element
            .name
            .strip_prefix("Azure ")
            .unwrap_or(&element.name)
            .to_owned(),
        region,
        service,
        status: CommunityStatus::Current,
        replaced_by: None,
        authorization: None,
        api_name: Some(element.name.clone()),
        meanings: Vec::new(),
        note: None,
        sources: Vec::new(),
        origin: Origin::Supplied,
        authorized: element.authorized,
    }
}
