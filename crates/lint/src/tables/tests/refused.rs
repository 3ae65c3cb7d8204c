//! What no table is made of, and why it says so.

use super::*;

#[test]
fn what_is_no_table_is_explained() {
    let list = |element: &str| format!(r#"[{{ "bgpCommunities": [{element}] }}]"#);
    let entry = |entry: &str| {
        format!(
            r#"{{ "source": "a test", "retrieved": "2026-01-01", "services": [], "entries": [{entry}] }}"#
        )
    };
    for (text, expected) in [
        (String::new(), "the file is empty"),
        ("{".to_owned(), "the JSON ends early"),
        (download()[..400].to_owned(), "the JSON ends early"),
        ("ServiceName  CommunityValue\n".to_owned(), "export with -o json"),
        ("[]".to_owned(), "an empty JSON array"),
        ("[1]".to_owned(), "a JSON array of something else"),
        (
            r#"[{"name":"rf","rules":[]}]"#.to_owned(),
            "a JSON array without `bgpCommunities`",
        ),
        (
            r#"{"name":"rf","rules":[]}"#.to_owned(),
            "a route filter, not a table",
        ),
        (
            r#"{"error":{"code":"Gone"}}"#.to_owned(),
            "an error answer of Azure",
        ),
        (r#"{"a":1}"#.to_owned(), "a JSON object of another kind"),
        (
            r#"{"value":[],"nextLink":"more"}"#.to_owned(),
            "one page of several",
        ),
        (r#"{"value":[]}"#.to_owned(), "it holds no community"),
        (
            r#"{"value":[{"properties":{"rules":[]}}]}"#.to_owned(),
            "an entry has no `bgpCommunities`",
        ),
        (list(&element("X", "12076:51999", "")), "tells which cloud"),
        (
            list(&element("Azure West Europe", "51002", "")),
            "`51002` is no community",
        ),
        (
            list(&element("Azure West Europe", "12076:51002", "\"x\"")),
            "\"x\" is no prefix",
        ),
        (
            list(&element("Azure West Europe", "12076:51002", "1")),
            "1 is no prefix",
        ),
        (
            list(&element("Azure West Europe", "12076:51002", "").replace("[]", "\"1.2.3.0/24 1.2.4.0/24\"")),
            "-Depth 5",
        ),
        (download().replace("\"Public\"", "\"Moon\""), "`Moon` is no cloud"),
        (
            download().replace("AzureCloud", "Azure"),
            "no AzureCloud.<region> tag; supply the whole file",
        ),
        (
            download().replace("192.0.2.128/25", "192.0.2.128/33"),
            "`192.0.2.128/33` in AzureCloud.centralfrance",
        ),
        (
            download().replace(".westeurope", ".west europe"),
            "names no region",
        ),
        (
            download().replace("[\"192.0.2.128/25\"]", "7"),
            "not a valid service-tags table",
        ),
        (r#"{"values":[]}"#.to_owned(), "tells which cloud"),
        (r#"{"entries":[]}"#.to_owned(), "a table without entries"),
        (entry(r#"{"what":1}"#), "`entries` of no table"),
        (
            entry(r#"{"value":"12076:51002","cloud":"public","kind":"region","name":"X"}"#),
            "without `region`",
        ),
        (
            entry(r#"{"value":"12076","cloud":"public","kind":"region","name":"X"}"#),
            "`12076` is no community",
        ),
        (
            entry(
                r#"{"value":"12076:5010","cloud":"public","kind":"global-service","name":"X","service":"y"}"#,
            ),
            "the service `y` is not in `services`",
        ),
        (
            COMMUNITIES.replace("\"westeurope\"", "\"atlantis\""),
            "names `atlantis`, no public region",
        ),
        (
            COMMUNITIES.replace("12076:51002", "12076:51003"),
            "not a valid azure-communities table",
        ),
        (
            COMMUNITIES.replace("\"retrieved\": \"2", "\"retrieved\": \"x"),
            "`retrieved` is no date",
        ),
        (
            GEOGRAPHIES.replace("\"westeurope\"", "\"atlantis\""),
            "names `atlantis`, no public region",
        ),
        (
            GEOGRAPHIES.replace("\"Japan\"", "\"Korea\""),
            "`korea` names Korea and Korea",
        ),
        (
            GEOGRAPHIES.replace("\"vnet-2026\"]", "\"hearsay\"]"),
            "the unexplained source `hearsay`",
        ),
        (
            GEOGRAPHIES.replace("\"confidence\": \"high\"", "\"confidence\": \"sure\""),
            "unknown variant `sure`",
        ),
        (
            REGIONS.replace("\"westeurope\"", "\"West Europe\""),
            "no name of Azure Resource Manager",
        ),
        (REGIONS.replace("\"ukwest\"", "\"uksouth\""), "names both"),
        (
            REGIONS.replace("westeurope", "atlantis"),
            "names `westeurope`, no public region",
        ),
        (
            SERVICE_TAGS[2].replace("AzureCloud]", "Azure]"),
            "does not open a section",
        ),
        (
            SERVICE_TAGS[2].lines().take(20).collect::<Vec<_>>().join("\n"),
            "no section of PowerPlatformInfra",
        ),
    ] {
        let mut tables = Tables::embedded();
        let before = tables.list();
        let error = tables.replace("x", &text).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
        assert_eq!(tables.list(), before, "nothing is replaced: {expected}");
    }
}

#[test]
fn damaged_tables_never_panic() {
    let texts = [
        download(),
        cli_list(),
        rest_list(),
        SERVICE_TAGS[2].to_owned(),
        REGIONS.to_owned(),
    ];
    for text in texts {
        let step = text.len() / 150 + 1;
        for cut in (0..text.len())
            .step_by(step)
            .filter(|cut| text.is_char_boundary(*cut))
        {
            // Cut short, and with one character changed.
            let _ = Tables::embedded().replace("x", &text[..cut]);
            let changed = format!(
                "{}{}{}",
                &text[..cut],
                "[",
                text[cut..].get(1..).unwrap_or_default()
            );
            let _ = Tables::embedded().replace("x", &changed);
        }
    }
    for text in [
        "[".repeat(1 << 20),
        "{\"a\":".repeat(1 << 18),
        "\u{0}".repeat(100),
        "é".repeat(1000),
    ] {
        assert!(Tables::embedded().replace("x", &text).is_err());
    }
}
