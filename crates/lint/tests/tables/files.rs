//! The files of `rules/`: their form, and that they agree with each other.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pairlint_lint::tables::{Cloud, CommunityKind, NO_REGION, PrefixTable, ServiceTag, Tables};
use serde_json::Value;

fn rules(file: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../rules")
        .join(file);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn entries_stand_one_a_line_sorted_and_once() {
    let cloud = |entry: &Value| match entry["cloud"].as_str().unwrap() {
        "public" => 0,
        "usgov" => 1,
        "china" => 2,
        other => panic!("{other}"),
    };
    let number = |entry: &Value| {
        let (asn, value) = entry["value"].as_str().unwrap().split_once(':').unwrap();
        assert_eq!(asn, "12076");
        value.parse::<u32>().unwrap()
    };
    let name = |entry: &Value| entry["name"].as_str().unwrap().to_owned();
    check_lines("azure-communities.json", |entry| (cloud(entry), number(entry)));
    check_lines("region-aliases.json", |entry| (cloud(entry), name(entry)));
    check_lines("peering-locations.json", |entry| (cloud(entry), name(entry)));
    check_lines("power-platform-regions.json", name);
}

#[track_caller]
fn check_lines<K: Ord + std::fmt::Debug>(file: &str, order: impl Fn(&Value) -> K) {
    let text = rules(file);
    let sheet: Value = serde_json::from_str(&text).unwrap();
    for key in ["source", "retrieved"] {
        assert!(
            sheet[key].as_str().is_some_and(|value| !value.is_empty()),
            "{file}: {key}"
        );
    }
    let (_, body) = text.split_once("\"entries\": [\n").unwrap();
    let lines: Vec<&str> = body.lines().take_while(|line| *line != "  ]").collect();
    let entries = sheet["entries"].as_array().unwrap();
    assert_eq!(lines.len(), entries.len(), "{file}: one entry a line");
    for (line, entry) in lines.iter().zip(entries) {
        let parsed: Value = serde_json::from_str(line.trim().trim_end_matches(',')).unwrap();
        assert_eq!(parsed, *entry);
    }
    for pair in entries.windows(2) {
        assert!(
            order(&pair[0]) < order(&pair[1]),
            "{file}: {} comes before {}",
            pair[0],
            pair[1]
        );
    }
    for (key, source) in sheet["sources"].as_object().unwrap() {
        assert!(
            source["what"].as_str().is_some_and(|what| !what.is_empty()),
            "{file}: {key}"
        );
    }
}

#[test]
fn prefix_files_are_what_the_program_writes() {
    for cloud in Cloud::ALL {
        let text = rules(&format!("prefixes/{cloud}.txt"));
        let table = PrefixTable::parse(&text).unwrap();
        assert_eq!(table.cloud, cloud);
        assert!(table.retrieved.is_some() && table.change.parse::<u32>().is_ok());
        assert!(table.to_string() == text, "prefixes/{cloud}.txt is not canonical");
        assert_eq!(table.entries(), Tables::embedded().prefix_table(cloud).entries());
    }
}

#[test]
fn every_region_that_a_table_names_is_known() {
    let tables = Tables::embedded();
    let known = |cloud: Cloud, name: &str| {
        let region = tables.azure_region(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!((region.name.as_str(), region.cloud), (name, cloud));
    };
    for entry in tables.communities() {
        entry.region.iter().for_each(|name| known(entry.cloud, name));
        entry
            .meanings
            .iter()
            .for_each(|meaning| known(entry.cloud, &meaning.region));
        entry
            .sources
            .iter()
            .for_each(|key| assert!(tables.community_source(key).is_some(), "{key}"));
    }
    for geography in tables.geographies() {
        let seen = geography.also_seen.iter().map(|seen| &seen.region);
        let sets = geography
            .region_sets()
            .flatten()
            .chain(geography.connector_regions());
        sets.chain(seen).for_each(|name| known(geography.cloud, name));
        geography
            .sources
            .iter()
            .for_each(|key| assert!(tables.geography_source(key).is_some(), "{key}"));
        assert!(!geography.sources.is_empty(), "{}", geography.name);
    }
    for location in tables.peering_locations() {
        let regions = location.local_regions.iter();
        regions.for_each(|name| known(location.cloud, name));
    }
    for cloud in Cloud::ALL {
        let sections = tables.prefix_table(cloud).sections();
        sections
            .filter(|(region, _)| *region != NO_REGION)
            .for_each(|(region, _)| known(cloud, region));
    }
    for region in tables
        .azure_regions()
        .iter()
        .filter(|region| region.tag.is_some())
    {
        let prefixes = tables.prefixes(region.cloud, &region.name, ServiceTag::AzureCloud);
        assert!(!prefixes.is_empty(), "{} has a tag without prefixes", region.name);
    }
}

#[test]
fn power_platform_lies_in_the_azure_cloud_of_its_region() {
    let mut checked = BTreeMap::new();
    let tables = Tables::embedded();
    for cloud in Cloud::ALL {
        let table = tables.prefix_table(cloud);
        for (region, tag) in table.sections() {
            if region == NO_REGION || tag == ServiceTag::AzureCloud {
                continue;
            }
            let azure = table.prefixes(region, ServiceTag::AzureCloud);
            for prefix in table.prefixes(region, tag) {
                assert!(
                    azure.iter().any(|net| net.contains(prefix)),
                    "{prefix} of {tag} in {region}"
                );
                *checked.entry(cloud).or_insert(0) += 1;
            }
        }
    }
    // The numbers of the downloads of 2025-11-10 and 2026-07-20: they change with the tables.
    assert_eq!(
        checked,
        BTreeMap::from([(Cloud::Public, 2556), (Cloud::UsGov, 165), (Cloud::China, 79)])
    );
}

#[test]
fn the_numbers_of_a_region_share_their_last_digits() {
    let tables = Tables::embedded();
    for entry in tables.communities() {
        assert_eq!(
            entry.kind,
            CommunityKind::of_value(entry.value.value),
            "{}",
            entry.value
        );
        let (Some(region), 50_000..) = (&entry.region, entry.value.value) else {
            continue;
        };
        let regional = tables.communities().iter().find(|other| {
            let same_place = other.cloud == entry.cloud && other.region.as_ref() == Some(region);
            same_place && other.kind == CommunityKind::Region
        });
        let regional = regional.unwrap_or_else(|| panic!("{region} has no regional value"));
        assert_eq!(
            entry.value.value % 1000,
            regional.value.value % 1000,
            "{}",
            entry.value
        );
        let service = match entry.value.value / 1000 {
            52 => Some("storage"),
            53 => Some("sql"),
            54 => Some("cosmos-db"),
            55 => Some("backup"),
            _ => None,
        };
        assert_eq!(entry.service.as_deref(), service, "{}", entry.value);
        if entry.kind == CommunityKind::RegionalService {
            assert!(tables.regional_services(regional.value).contains(&entry.value));
        }
    }
}
