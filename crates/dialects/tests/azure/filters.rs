//! Route filters and rules of `az`, Resource Manager and queries.

use super::{FILTER, check, read, source};

#[test]
fn az_prints_properties_beside_the_name() {
    check(
        r#"{"id": "$FILTER", "name": "rf", "rules": [{"access": "Allow", "communities": ["12076:51002"], "name": "r"}]}"#,
        &["rf az: r Allow [12076:51002]"],
    );
    check(
        r#"[{"id": "$FILTER", "name": "a", "rules": []}, {"id": "$FILTER", "name": "b", "rules": []}]"#,
        &["a az: no rules `[]`", "b az: no rules `[]`"],
    );
}

#[test]
fn resource_manager_prints_properties_below_the_name() {
    let filter = r#"{"name": "rf", "id": "$FILTER", "type": "Microsoft.Network/routeFilters", "properties": {"rules": [
        {"name": "r", "properties": {"access": "Deny", "routeFilterRuleType": "Community", "communities": ["12076:51002"]}}]}}"#;
    check(filter, &["rf arm: r Deny [12076:51002]"]);
    check(
        &format!("{{\"value\": [{filter}]}}"),
        &["rf arm: r Deny [12076:51002]"],
    );
    check(&filter.replace('\n', "\r\n"), &["rf arm: r Deny [12076:51002]"]);
    check(
        &format!(
            "{{\"parameters\": {{}}, \"responses\": {{\"200\": {{\"body\": {filter}}}, \"201\": {{\"body\": {filter}}}}}}}"
        ),
        &["rf arm: r Deny [12076:51002]"],
    );
}

#[test]
fn keys_types_and_ids_have_no_case() {
    check(
        r#"{"ID": "/SUBSCRIPTIONS/0/PROVIDERS/MICROSOFT.NETWORK/ROUTEFILTERS/RF/", "RULES": [{"ACCESS": "ALLOW", "COMMUNITIES": ["12076:51002"]}]}"#,
        &["RF az: ALLOW [12076:51002]"],
    );
    check(
        r#"{"type": "microsoft.network/routefilters", "Name": "rf", "Rules": [{"Name": "r", "Communities": ["12076:51002"]}]}"#,
        &["rf powershell: r [12076:51002]"],
    );
}

#[test]
fn absent_empty_truncated_and_unresolved_are_four_states() {
    check(
        r#"{"id": "$FILTER", "name": "rf"}"#,
        &["rf az: rules absent before `}`"],
    );
    check(
        r#"{"id": "$FILTER", "name": "rf", "rules": null}"#,
        &["rf az: rules absent `null`"],
    );
    check(
        r#"{"id": "$FILTER", "name": "rf", "properties": { }}"#,
        &["rf arm: rules absent before `}}`"],
    );
    check(r#"{"id": "$FILTER", "rules": []}"#, &["rf az: no rules `[]`"]);
    check(
        r#"{"id": "$FILTER", "rules": [{"name": "r", "access": "Allow"}]}"#,
        &["rf az: r Allow absent before `}]}`"],
    );
    check(
        r#"{"id": "$FILTER", "rules": [{"name": "r", "communities": []}]}"#,
        &["rf az: r []"],
    );
    check(
        r#"{"id": "$FILTER", "rules": "[variables('rules')]"}"#,
        &[
            "rf az: rules unresolved `\"[variables('rules')]\"`: the expression `[variables('rules')]` is not evaluated",
        ],
    );
    check(
        r#"{"id": "$FILTER", "rules": [{"name": "r", "communities": ["12076:51002", "[parameters('c')]"]}]}"#,
        &[
            "rf az: r unresolved `[\"12076:51002\", \"[parameters('c')]\"]`: the expression `[parameters('c')]` is not evaluated",
        ],
    );
    check(
        r#"{"id": "$FILTER", "rules": {"r": 1}}"#,
        &["rf az: rules unresolved `{\"r\": 1}`: an object stands where a list belongs"],
    );
    check(
        r#"{"id": "$FILTER", "rules": [7]}"#,
        &["rf az: rules unresolved `[7]`: something else stands where a rule belongs"],
    );
}

#[test]
fn a_value_keeps_its_form_and_its_quotes() {
    check(
        r#"{"id": "$FILTER", "rules": [{"name": "r", "communities": ["12076:51002", 5040, 791417776, null, {"a": 1}, " 12076 : 5040", "12\u00376:5030"]}]}"#,
        &[
            "rf az: r [12076:51002 Number(5040) Number(791417776) Other(null) Other({\"a\": 1})  12076 : 5040 1276:5030]",
        ],
    );
    let text =
        r#"{"id": "$FILTER", "rules": [{"communities": ["12076:51002", 5040]}]}"#.replace("$FILTER", FILTER);
    let source = source("export.json", &text);
    let network = read(&source);
    let spans: Vec<_> = network.route_filters[0]
        .communities()
        .map(|value| source.slice(value.span))
        .collect();
    assert_eq!(spans, ["\"12076:51002\"", "5040"]);
    assert_eq!(
        source.slice(network.route_filters[0].rules.span()),
        r#"[{"communities": ["12076:51002", 5040]}]"#
    );
    assert_eq!(source.slice(network.route_filters[0].span), text);
}

#[test]
fn comments_are_read_and_nothing_in_them_is_there() {
    let text = "// kept by hand\n{\"id\": \"$FILTER\", \"rules\": [{\"communities\": [\n\
        \"12076:51002\", // West Europe\n/* next */ \"12076:51003\",\n\"12076:5060\" /* \"12076:5040\", */,\n// \"12076:5010\",\n]},]}";
    check(text, &["rf az: [12076:51002 12076:51003 12076:5060]"]);
    let source = source("export.json", &text.replace("$FILTER", FILTER));
    let network = read(&source);
    let comments: Vec<_> = network.route_filters[0]
        .communities()
        .map(|value| {
            value
                .comment
                .as_ref()
                .map(|comment| (comment.value.as_str(), source.slice(comment.span)))
        })
        .collect();
    assert_eq!(
        comments,
        [
            Some(("West Europe", "// West Europe")),
            Some(("next", "/* next */")),
            Some(("\"12076:5040\",", "/* \"12076:5040\", */")),
        ]
    );
}

#[test]
fn rules_alone_belong_to_the_filter_of_their_id() {
    let rule = |name: &str, values: &str| {
        format!(
            r#"{{"access": "Allow", "communities": [{values}], "id": "$FILTER/routeFilterRules/{name}", "name": "{name}",
               "routeFilterRuleType": "Community"}}"#
        )
    };
    let (a, b) = (rule("a", "\"12076:51002\""), rule("b", "\"12076:51003\""));
    check(&a, &["rf az: a Allow [12076:51002]"]);
    check(&format!("[{a}]"), &["rf az: a Allow [12076:51002]"]);
    check(
        &format!("[{a}, {b}]"),
        &["rf az: a Allow [12076:51002], b Allow [12076:51003]"],
    );
    check(
        &format!("{{\"value\": [{a}, {b}]}}"),
        &["rf az: a Allow [12076:51002], b Allow [12076:51003]"],
    );
    let other = b.replace("/rf/", "/rg/");
    let other = other.replace("$FILTER", &FILTER.replace("/rf", "/other"));
    check(
        &format!("[{a}, {other}]"),
        &["rf az: a Allow [12076:51002]", "other az: b Allow [12076:51003]"],
    );
    // The id of the filter is the first part of the rule's.
    let source = source("export.json", &a.replace("$FILTER", FILTER));
    let network = read(&source);
    let id = network.route_filters[0].id.as_ref().unwrap();
    assert_eq!((id.value.as_str(), source.slice(id.span)), (FILTER, FILTER));
}

#[test]
fn a_rule_beside_its_filter_is_added_once() {
    let filter = |rules: &str| format!(r#"{{"id": "$FILTER", "name": "rf"{rules}}}"#);
    let rule = r#"{"access": "Allow", "communities": ["12076:51002"], "id": "$FILTER/routeFilterRules/a", "name": "a"}"#;
    check(
        &format!("{}{rule}", filter("")),
        &["rf az: a Allow [12076:51002]"],
    );
    check(
        &format!("{}{rule}", filter(r#", "rules": []"#)),
        &["rf az: a Allow [12076:51002]"],
    );
    check(
        &format!("{}{rule}", filter(&format!(", \"rules\": [{rule}]"))),
        &["rf az: a Allow [12076:51002]"],
    );
    let second = rule.replace("51002", "51003");
    let [line] = &[format!(
        "rf az: rules unresolved `{}`: rule `a` stands twice in the file, with different content",
        second.replace("$FILTER", FILTER)
    )];
    check(
        &format!("{}{second}", filter(&format!(", \"rules\": [{rule}]"))),
        &[line],
    );
}

#[test]
fn what_a_query_leaves_is_read_where_it_is_whole() {
    check(
        r#"[{"communities": ["12076:51002"], "name": "a"}, {"communities": [], "name": "b"}]"#,
        &["a az: [12076:51002]", "b az: []"],
    );
    check(
        r#"{"n": "a", "communities": [["12076:51002"], ["12076:51003"]]}"#,
        &["route filter az: [12076:51002], [12076:51003]"],
    );
    check(
        r#"[{"name": "a", "rules": [["12076:51002"]]}]"#,
        &["a az: [12076:51002]"],
    );
    check(
        r#"{"name": "a", "rules": ["12076:51002", "12076:51003"]}"#,
        &["a az: [12076:51002 12076:51003]"],
    );
    check(
        r#"[{"name": "a", "rules": [{"communities": ["12076:51002"], "access": "Allow"}]}, {"name": "b", "rules": []}]"#,
        &["a az: Allow [12076:51002]", "b az: no rules `[]`"],
    );
    check(
        r#"[["12076:51002", "12076:51003"], []]"#,
        &[
            "route filter az: [12076:51002 12076:51003]",
            "route filter az: []",
        ],
    );
    // One flat list may be of many filters.
    check(
        r#"["12076:51002", "12076:51003"]"#,
        &[
            "remark truncated `[\"12076:51002\", \"12076:51003\"]`: a list of communities that does not say of which route filter they are",
        ],
    );
}

#[test]
fn a_key_that_stands_twice_decides_nothing() {
    check(
        r#"{"access": "Allow", "access": "Deny", "communities": ["12076:5040"], "routeFilterRuleType": "Community"}"#,
        &[
            "route filter az: Deny [12076:5040]",
            "remark truncated `\"Deny\"`: JSON that gives `access` twice in one object",
        ],
    );
    check(
        r#"{"id": "$FILTER", "rules": [{"communities": ["12076:51002"], "Communities": []}]}"#,
        &[
            "rf az: unresolved `[]`: `communities` stands twice in one object",
            "remark truncated `[]`: JSON that gives `communities` twice in one object",
        ],
    );
    check(
        r#"{"id": "$FILTER", "rules": [], "rules": []}"#,
        &["rf az: no rules `[]`"],
    );
}

#[test]
fn a_filter_may_name_its_peerings() {
    let texts = [
        r#"{"id": "$FILTER", "properties": {"rules": [], "peerings": [{"id": "/s/er/peerings/MicrosoftPeering"}], "ipv6Peerings": null}}"#,
        r#"{"Id": "$FILTER", "Name": "rf", "Rules": [], "RulesText": "[]", "Peerings": [{"Id": "/s/er/peerings/MicrosoftPeering", "PeeringType": "MicrosoftPeering"}]}"#,
    ];
    for text in texts {
        let source = source("export.json", &text.replace("$FILTER", FILTER));
        let network = read(&source);
        let filter = network.route_filters.first().expect("a filter");
        let ids: Vec<&str> = filter.peerings.iter().map(|id| id.value.as_str()).collect();
        assert_eq!(ids, ["/s/er/peerings/MicrosoftPeering"], "{text}");
        assert!(network.circuits.is_empty(), "{text}");
    }
}
