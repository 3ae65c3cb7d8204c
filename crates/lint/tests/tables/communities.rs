//! What a value stands for.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_lint::tables::{
    Cloud, CommunityEntry, CommunityKind, CommunityStatus, NO_REGION, ServiceTag, Tables,
};
use pairlint_model::bgp::Community;

#[test]
fn the_table_holds_the_three_clouds() {
    use CommunityKind::{GlobalService, PrivateRegion, Region, RegionalService};
    let tables = Tables::embedded();
    let mut counts = BTreeMap::new();
    for entry in tables.communities() {
        *counts.entry((entry.cloud, entry.kind)).or_insert(0) += 1;
    }
    assert_eq!(
        counts,
        BTreeMap::from([
            ((Cloud::Public, Region), 44),
            ((Cloud::Public, RegionalService), 169),
            ((Cloud::Public, GlobalService), 10),
            ((Cloud::Public, PrivateRegion), 42),
            ((Cloud::UsGov, Region), 6),
            ((Cloud::UsGov, GlobalService), 6),
            ((Cloud::China, Region), 5),
            ((Cloud::China, GlobalService), 5),
        ])
    );
}

#[test]
fn values_are_looked_up_by_cloud() {
    let tables = Tables::embedded();
    let names = |cloud, value| -> Vec<&str> {
        tables
            .community(cloud, Community::microsoft(value))
            .iter()
            .map(|entry| entry.name.as_str())
            .collect()
    };
    assert_eq!(names(Cloud::Public, 51002), ["West Europe"]);
    assert_eq!(names(Cloud::UsGov, 51002), [""; 0]);
    assert_eq!(names(Cloud::Public, 5220), ["Microsoft Defender for Identity"]);
    assert_eq!(names(Cloud::China, 5220), ["SharePoint Online"]);
    let everywhere = tables
        .community_any_cloud(Community::microsoft(5220))
        .map(|entry| entry.cloud);
    assert_eq!(everywhere.collect::<Vec<_>>(), [Cloud::Public, Cloud::China]);
    assert!(
        tables
            .community(Cloud::Public, Community::new(65000, 51002))
            .is_empty()
    );
}

#[test]
fn stale_and_withdrawn_values_name_todays() {
    check_status(
        Cloud::Public,
        51022,
        CommunityStatus::Stale,
        Some(51026),
        &["uknorth", "westus2"],
    );
    check_status(
        Cloud::Public,
        51023,
        CommunityStatus::Stale,
        Some(51027),
        &["uksouth2", "westcentralus"],
    );
    check_status(Cloud::UsGov, 5140, CommunityStatus::Withdrawn, None, &[]);
    check_status(Cloud::Public, 54023, CommunityStatus::Undocumented, None, &[]);
    check_status(Cloud::China, 5300, CommunityStatus::Unconfirmed, None, &[]);
    check_status(Cloud::Public, 51002, CommunityStatus::Current, None, &[]);
}

#[track_caller]
fn check_status(cloud: Cloud, value: u16, status: CommunityStatus, today: Option<u16>, meant: &[&str]) {
    let tables = Tables::embedded();
    let [entry] = tables.community(cloud, Community::microsoft(value)) else {
        panic!("{value}")
    };
    assert_eq!(
        (entry.status, entry.replaced_by),
        (status, today.map(Community::microsoft))
    );
    let meanings: BTreeSet<&str> = entry
        .meanings
        .iter()
        .map(|meaning| meaning.region.as_str())
        .collect();
    assert_eq!(meanings, meant.iter().copied().collect());
    if let Some(today) = entry.replaced_by {
        assert!(
            tables
                .community(cloud, today)
                .iter()
                .any(|entry| entry.status == CommunityStatus::Current)
        );
    }
}

#[test]
fn a_region_has_its_current_community() {
    let tables = Tables::embedded();
    for (cloud, region, expected) in [
        (Cloud::Public, "westeurope", Some(51002)),
        (Cloud::Public, "westus2", Some(51026)),
        (Cloud::UsGov, "usgovvirginia", Some(51105)),
        (Cloud::China, "chinanorth3", Some(51305)),
        // Not documented, stale, of another cloud, not the name that Azure Resource Manager uses.
        (Cloud::Public, "swedencentral", None),
        (Cloud::Public, "uksouth2", None),
        (Cloud::China, "westeurope", None),
        (Cloud::Public, "West Europe", None),
    ] {
        assert_eq!(
            tables.regional_community(cloud, region),
            expected.map(Community::microsoft),
            "{region}"
        );
    }
    // These carry Power Platform and have no community: the gap of the documentation, not of the table.
    let tables = &tables;
    let without: Vec<_> = Cloud::ALL
        .into_iter()
        .flat_map(|cloud| {
            tables
                .prefix_table(cloud)
                .sections()
                .map(move |(region, tag)| (cloud, region, tag))
        })
        .filter(|(_, region, tag)| *tag == ServiceTag::PowerPlatformInfra && *region != NO_REGION)
        .filter(|(cloud, region, _)| tables.regional_community(*cloud, region).is_none())
        .map(|(_, region, _)| region)
        .collect();
    assert_eq!(
        without,
        [
            "brazilsoutheast",
            "indonesiacentral",
            "israelcentral",
            "italynorth",
            "polandcentral",
            "qatarcentral",
            "spaincentral",
            "swedencentral",
            "chinaeast3"
        ]
    );
}

#[test]
fn companions_are_what_may_stand_beside_a_region() {
    check_companions(
        Cloud::Public,
        51002,
        &[5040, 5050, 5060, 5070, 5220, 5250, 52002, 53002, 54002, 55002],
    );
    check_companions(Cloud::UsGov, 51105, &[5160, 52105, 53105, 54105, 55105]);
    check_companions(Cloud::China, 51303, &[5240, 52303, 53303, 54303, 55303]);
    let tables = Tables::embedded();
    for (cloud, alone) in [
        (Cloud::Public, [5010, 5020, 5030, 5100]),
        (Cloud::UsGov, [5110, 5120, 5130, 5200]),
        (Cloud::China, [5210, 5220, 5230, 5300]),
    ] {
        let services = tables.global_services(cloud).map(|entry| entry.value);
        let found: Vec<_> = services
            .filter(|value| tables.never_beside_regional(cloud, *value))
            .collect();
        assert_eq!(found, alone.map(Community::microsoft), "{cloud}");
    }
}

#[track_caller]
fn check_companions(cloud: Cloud, regional: u16, expected: &[u16]) {
    let found = Tables::embedded().companions(cloud, Community::microsoft(regional));
    assert_eq!(
        found,
        expected
            .iter()
            .copied()
            .map(Community::microsoft)
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_typo_has_a_nearest_value() {
    for (typed, cloud, expected) in [
        (
            Community::microsoft(59002),
            Some(Cloud::Public),
            Some("12076:51002"),
        ),
        (
            Community::microsoft(5102),
            Some(Cloud::Public),
            Some("12076:51002"),
        ),
        (
            Community::microsoft(51202),
            Some(Cloud::UsGov),
            Some("12076:51205"),
        ),
        (Community::new(12067, 51003), None, Some("12076:51003")),
        // Known, but never the right value in a route filter.
        (
            Community::microsoft(50002),
            Some(Cloud::Public),
            Some("12076:51002"),
        ),
        (Community::new(65000, 1), None, None),
    ] {
        let tables = Tables::embedded();
        let found = tables
            .nearest_community(cloud, typed)
            .map(|entry| entry.value.to_string());
        assert_eq!(found.as_deref(), expected, "{typed}");
    }
}

#[test]
fn services_go_by_many_names() {
    check_service("microsoft-365", Cloud::Public, &[5010, 5020, 5030, 5100]);
    check_service("Office 365", Cloud::UsGov, &[5110, 5120, 5130, 5200]);
    check_service("entra-id", Cloud::Public, &[5060]);
    check_service("Azure Active Directory", Cloud::UsGov, &[5160]);
    check_service("teams", Cloud::Public, &[5030]);
    check_service("Dynamics 365", Cloud::Public, &[5040]);
    check_service("azure-devops", Cloud::Public, &[5050]);
    check_service("arm", Cloud::China, &[]);
    let tables = Tables::embedded();
    let storage = tables.service("storage").unwrap();
    assert_eq!(tables.service_communities(Cloud::Public, storage).len(), 42);
    assert!(tables.service("exchange-onlin").is_none() && tables.service("").is_none());
    // Every service has values, its members are services, and no two share a spelling.
    let mut spellings = BTreeSet::new();
    for service in tables.services() {
        for name in std::iter::once(&service.name).chain(&service.aliases) {
            assert!(spellings.insert(name.replace('-', "")), "{name}");
            assert_eq!(tables.service(name), Some(service));
        }
        service
            .includes
            .iter()
            .for_each(|name| assert!(tables.service(name).is_some(), "{name}"));
        let values = Cloud::ALL
            .into_iter()
            .flat_map(|cloud| tables.service_communities(cloud, service));
        assert!(values.count() > 0, "{}", service.name);
    }
    // Those that need an authorisation are those that never stand beside a region.
    let group = tables.service("microsoft-365").unwrap();
    let needs = |entry: &&CommunityEntry| entry.authorization == Some(true);
    let authorised: Vec<_> = tables
        .communities()
        .iter()
        .filter(needs)
        .map(|entry| entry.value)
        .collect();
    assert_eq!(authorised, tables.service_communities(Cloud::Public, group));
}

#[track_caller]
fn check_service(name: &str, cloud: Cloud, expected: &[u16]) {
    let tables = Tables::embedded();
    let service = tables.service(name).expect(name);
    let expected: Vec<_> = expected.iter().copied().map(Community::microsoft).collect();
    assert_eq!(tables.service_communities(cloud, service), expected);
}
