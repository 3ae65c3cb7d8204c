//! Azure regions, prefixes, and the list of the tables.

use std::collections::BTreeSet;

use pairlint_lint::tables::{Cloud, Evidence, Geography, ServiceTag, Tables};
use pairlint_model::bgp::{Family, IpNet};

#[test]
fn azure_regions_go_by_many_names() {
    for (text, expected) in [
        ("westeurope", Some("westeurope")),
        ("West Europe", Some("westeurope")),
        ("WEST-EUROPE", Some("westeurope")),
        ("Azure West Europe", Some("westeurope")),
        ("Azure West Europe IPv6", Some("westeurope")),
        ("AzureWestEurope", Some("westeurope")),
        ("germanywc", Some("germanywestcentral")),
        ("centralfrance", Some("francecentral")),
        ("India South", Some("southindia")),
        ("Azure South India", Some("southindia")),
        ("China East2", Some("chinaeast2")),
        ("US DoD East", Some("usdodeast")),
        ("azure", None),
        ("", None),
        ("Europe", None),
    ] {
        let tables = Tables::embedded();
        assert_eq!(
            tables.azure_region(text).map(|region| region.name.as_str()),
            expected,
            "{text}"
        );
    }
    let tables = Tables::embedded();
    assert_eq!(tables.nearest_azure_region("westeurpe"), Some("westeurope"));
    assert_eq!(
        tables.azure_region("westeurope").and_then(|region| region.id),
        Some(18)
    );
}

#[test]
fn regions_of_the_required_sets_have_an_expressroute_geography() {
    let tables = Tables::embedded();
    // The page of 2024 does not list regions that opened later.
    let missing: BTreeSet<&str> = tables
        .geographies()
        .iter()
        .flat_map(Geography::region_sets)
        .flatten()
        .filter(|name| {
            tables
                .azure_region(name)
                .unwrap()
                .expressroute_geography
                .is_none()
        })
        .map(String::as_str)
        .collect();
    assert_eq!(
        missing,
        BTreeSet::from(["indonesiacentral", "newzealandnorth", "spaincentral"])
    );
}

#[test]
fn a_region_has_routes_and_power_platform_prefixes() {
    let tables = Tables::embedded();
    let count = |region, tag| {
        let prefixes = tables.prefixes(Cloud::Public, region, tag);
        let ipv4 = prefixes
            .iter()
            .filter(|prefix| Family::of(prefix) == Family::Ipv4)
            .count();
        (ipv4, prefixes.len() - ipv4)
    };
    assert_eq!(count("westeurope", ServiceTag::AzureCloud), (417, 44));
    assert_eq!(count("northeurope", ServiceTag::AzureCloud), (349, 42));
    assert_eq!(count("westeurope", ServiceTag::PowerPlatformInfra), (149, 1));
    assert_eq!(count("germanywestcentral", ServiceTag::PowerPlatformPlex), (8, 1));
    assert_eq!(count("atlantis", ServiceTag::AzureCloud), (0, 0));
    let routes = tables.region_routes(Cloud::Public, "westeurope");
    assert_eq!(
        (routes.ipv4.prefixes.len(), routes.ipv6.prefixes.len()),
        (417, 44)
    );
    assert_eq!(routes.ipv4.evidence, Evidence::Estimate);
    assert!(
        Family::BOTH
            .into_iter()
            .all(|family| routes.of(family).prefixes.is_sorted())
    );
    let platform: Vec<(ServiceTag, IpNet)> = tables
        .power_platform_prefixes(Cloud::Public, "westeurope")
        .collect();
    assert_eq!(platform.len(), 149 + 1 + 23 + 1);
    assert_eq!(
        platform.first().map(|(tag, _)| *tag),
        Some(ServiceTag::PowerPlatformInfra)
    );
    assert_eq!(
        platform.last().map(|(tag, _)| *tag),
        Some(ServiceTag::PowerPlatformPlex)
    );
}

#[test]
fn the_tables_tell_source_date_and_size() {
    let list = Tables::embedded().list();
    let names: Vec<_> = list
        .iter()
        .map(|info| (info.name.as_str(), info.retrieved.as_deref()))
        .collect();
    assert_eq!(
        names,
        [
            ("azure-communities", Some("2026-03-12")),
            ("power-platform-regions", Some("2026-01-06")),
            ("region-aliases", Some("2025-11-10")),
            ("peering-locations", Some("2026-04-28")),
            ("service-tags-public", Some("2025-11-10")),
            ("service-tags-usgov", Some("2026-07-20")),
            ("service-tags-china", Some("2026-07-20")),
        ]
    );
    assert!(
        list.iter()
            .all(|info| info.source.starts_with("Microsoft") && !info.supplied)
    );
    let sizes: Vec<_> = list.iter().map(|info| info.entries).collect();
    assert_eq!(sizes, [287, 30, 87, 118, 15_739, 773, 426]);
}

#[test]
fn only_what_is_asked_for_is_read() {
    let consulted =
        |tables: &Tables| -> Vec<String> { tables.consulted().into_iter().map(|info| info.name).collect() };
    let tables = Tables::embedded();
    assert!(consulted(&tables).is_empty());
    let europe = tables.regional_community(Cloud::Public, "westeurope").unwrap();
    tables.companions(Cloud::Public, europe);
    tables.nearest_community(None, europe);
    assert_eq!(consulted(&tables), ["azure-communities"]);
    tables.geography("europe").unwrap();
    assert_eq!(
        consulted(&tables),
        ["azure-communities", "power-platform-regions", "region-aliases"]
    );
    tables.region_routes(Cloud::UsGov, "usgovtexas");
    assert_eq!(consulted(&tables).last().unwrap(), "service-tags-usgov");
    assert_eq!(consulted(&tables).len(), 4);
}

#[test]
fn peering_locations_are_found_in_their_cloud() {
    let tables = Tables::embedded();
    let local = |cloud, name: &str| {
        let location = tables.peering_location(cloud, name);
        location.map(|location| location.local_regions.join(" "))
    };
    assert_eq!(local(None, "amsterdam 2").as_deref(), Some("westeurope"));
    assert_eq!(
        local(Some(Cloud::Public), "Washington DC").as_deref(),
        Some("eastus eastus2")
    );
    assert_eq!(
        local(Some(Cloud::UsGov), "Washington DC").as_deref(),
        Some("usdodeast usgovvirginia")
    );
    // Two clouds meet there.
    assert_eq!(local(None, "Washington DC"), None);
    assert_eq!(local(Some(Cloud::Public), "Atlantis"), None);
}
