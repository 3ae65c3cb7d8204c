//! Power Platform geographies: every spelling, and what each needs.

use pairlint_lint::tables::{Availability, Confidence, GeographyError, Tables};
use pairlint_model::bgp::Community;

#[test]
fn every_spelling_of_a_geography_finds_it() {
    for (text, expected) in [
        ("Europe", "Europe"),
        ("europe", "Europe"),
        ("EMEA", "Europe"),
        ("eur", "Europe"),
        ("crm4", "Europe"),
        ("https://contoso.crm4.dynamics.com", "Europe"),
        ("contoso.crm4.dynamics.com/main.aspx", "Europe"),
        (
            "https://contoso.api.CRM4.dynamics.com:443/api/data/v9.2",
            "Europe",
        ),
        ("united-states", "United States"),
        ("United States", "United States"),
        ("unitedstates", "United States"),
        ("US", "United States"),
        // Two geographies have the code; one is generally available.
        ("NA", "United States"),
        ("contoso.crm.dynamics.com", "United States"),
        ("United States (First Release)", "United States (First Release)"),
        ("unitedstatesfirstrelease", "United States (First Release)"),
        ("UK", "United Kingdom"),
        ("Great Britain", "United Kingdom"),
        ("GBR", "United Kingdom"),
        ("unitedkingdom", "United Kingdom"),
        ("Brazil", "South America"),
        ("APAC", "Asia"),
        ("APJ", "Asia"),
        ("oceania", "Australia"),
        ("UAE", "United Arab Emirates"),
        ("GCC", "US Government (GCC)"),
        ("gcc-high", "US Government (GCC High)"),
        ("contoso.crm.microsoftdynamics.us", "US Government (GCC High)"),
        ("DoD", "US Government (DoD)"),
        ("contoso.crm9.dynamics.com", "US Government (GCC)"),
        ("China", "China"),
        ("21Vianet", "China"),
        ("https://contoso.crm.dynamics.cn/", "China"),
        ("Israel", "Israel"),
    ] {
        let tables = Tables::embedded();
        let found = tables.geography(text).map(|geography| geography.name.as_str());
        assert_eq!(found, Ok(expected), "{text}");
    }
}

#[test]
fn every_host_and_code_leads_to_one_geography() {
    let tables = Tables::embedded();
    for geography in tables.geographies() {
        let find = |text: &str| tables.geography(text).map(|found| found.name.as_str());
        assert_eq!(find(&geography.name), Ok(geography.name.as_str()));
        for host in &geography.hosts {
            for text in [
                host.clone(),
                format!("contoso.{host}"),
                format!("https://contoso.{host}/main.aspx"),
            ] {
                assert_eq!(find(&text), Ok(geography.name.as_str()), "{text}");
            }
        }
        let spellings = geography
            .aliases
            .iter()
            .chain(&geography.bap_location)
            .chain(&geography.further_codes);
        spellings.for_each(|text| assert_eq!(find(text), Ok(geography.name.as_str()), "{text}"));
        if let (Some(code), Availability::General) = (&geography.code, geography.availability) {
            assert_eq!(find(code), Ok(geography.name.as_str()), "{code}");
        }
    }
    // The hosts that Microsoft numbers, and whose they are.
    for (number, code) in [
        (2, "SAM"),
        (3, "CAN"),
        (4, "EUR"),
        (5, "APJ"),
        (6, "OCE"),
        (7, "JPN"),
        (8, "IND"),
        (9, "GCC"),
        (11, "GBR"),
        (12, "FRA"),
        (14, "ZAF"),
        (15, "UAE"),
        (16, "GER"),
        (17, "CHE"),
        (19, "NOR"),
        (20, "SGP"),
        (21, "KOR"),
        (22, "SWE"),
    ] {
        let found = tables
            .geography(&format!("contoso.crm{number}.dynamics.com"))
            .unwrap();
        assert_eq!(found.code.as_deref(), Some(code), "crm{number}");
    }
}

#[test]
fn what_is_no_geography_is_explained() {
    check_error(
        "westeurope",
        "`westeurope` is an Azure region, not a Power Platform region; it serves `Europe`",
    );
    check_error(
        "Azure East US 2",
        "is an Azure region, not a Power Platform region; it serves `United States`",
    );
    check_error("uaecentral", "it serves `United Arab Emirates`");
    check_error("northcentralus", "no Power Platform region is known to use it");
    check_error("southeastasia", "it serves `Asia`, `Singapore`");
    check_error(
        "Eurpoe",
        "`Eurpoe` is not a Power Platform region; the nearest is `Europe`",
    );
    check_error("unitedstate", "the nearest is `United States`");
    check_error(
        "US Government",
        "`US Government` may be any of `US Government (DoD)`, `US Government (GCC High)`",
    );
    check_error("DEU", "`DEU` names the sovereign German cloud, which is closed");
    check_error("https://contoso.crm.microsoftdynamics.de", "which is closed");
    // A wrong host has no nearest: its neighbour is another place.
    check_error(
        "contoso.crm99.dynamics.com",
        "is not a Power Platform region; `pairlint regions` lists them",
    );
    check_error("globaldisco.crm.dynamics.com", "is not a Power Platform region");
    check_error("Atlantis", "`pairlint regions` lists them");
    check_error("", "is not a Power Platform region");
    check_error(&"x".repeat(1 << 20), "x…` is not a Power Platform region");
}

#[track_caller]
fn check_error(text: &str, expected: &str) {
    let tables = Tables::embedded();
    let error: GeographyError = tables.geography(text).unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn geographies_need_these_communities() {
    use Confidence::{High, Low, Medium};
    for (name, confidence, expected) in [
        ("Asia", High, "51010 51011"),
        ("Australia", High, "51015 51016"),
        ("Canada", High, "51020 51021"),
        ("China", Low, ""),
        ("Europe", High, "51002 51003"),
        ("France", High, "51030 51031"),
        ("Germany", High, "51040 51041"),
        ("India", High, "51017 51019"),
        ("Indonesia", Low, "-"),
        ("Israel", Low, "-"),
        ("Italy", Medium, "-"),
        ("Japan", High, "51012 51013"),
        ("Korea", High, "51029 51028"),
        ("New Zealand", Low, "51059"),
        ("Norway", High, "51042 51043"),
        ("Poland", Low, "-"),
        ("Qatar", Low, "-"),
        ("Singapore", Low, "51011"),
        ("South Africa", Medium, "51034 51035"),
        ("South America", High, "51014"),
        ("Spain", Low, "-"),
        ("Sweden", High, "-"),
        ("Switzerland", High, "51038 51039"),
        ("US Government (DoD)", Low, "51209 51205"),
        ("US Government (GCC High)", High, "51108 51105"),
        ("US Government (GCC)", Low, "51105 51108"),
        ("United Arab Emirates", High, "51036"),
        ("United Kingdom", High, "51024 51025"),
        ("United States", High, "51004 51006"),
        ("United States (First Release)", Medium, "51004 51006"),
    ] {
        let tables = Tables::embedded();
        let geography = tables.geography(name).unwrap();
        let communities = tables.geography_communities(geography);
        let shown = |value: &Option<Community>| value.map_or("-".to_owned(), |value| value.value.to_string());
        let shown: Vec<_> = communities.iter().map(|(_, value)| shown(value)).collect();
        assert_eq!(
            (shown.join(" ").as_str(), geography.confidence),
            (expected, confidence),
            "{name}"
        );
    }
    assert_eq!(Tables::embedded().geographies().len(), 30);
}

#[test]
fn the_united_states_have_a_second_pair_and_more_connectors() {
    let tables = Tables::embedded();
    let states = tables.geography("US").unwrap();
    let sets: Vec<_> = states.region_sets().collect();
    assert_eq!(sets, [["eastus", "westus"], ["eastus2", "centralus"]]);
    assert_eq!(states.connector_regions().len(), 8);
    let japan = tables.geography("Japan").unwrap();
    assert_eq!(japan.connector_regions(), japan.azure_regions);
    assert!(!tables.geography("China").unwrap().may_use("chinaeast2"));
    let of = |region: &'static str| {
        tables
            .geographies_of(region)
            .map(|g| g.name.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("eastus"), ["United States", "United States (First Release)"]);
    assert_eq!(of("chinaeast2"), ["China"]);
    assert_eq!(of("westus3"), [""; 0]);
}
