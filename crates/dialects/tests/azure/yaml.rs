//! YAML as `az` prints it, and comma-separated values.

use super::{FILTER, check, check_named, read, source};

const RULE: &str =
    "rules:\n- access: Allow\n  communities:\n  - 12076:51002\n  name: r\n  routeFilterRuleType: Community\n";

#[test]
fn yaml_holds_the_objects_of_json() {
    check(
        &format!("id: $FILTER\nname: rf\n{RULE}type: Microsoft.Network/routeFilters\n"),
        &["rf az: r Allow [12076:51002]"],
    );
    check(
        &format!(
            "- id: $FILTER\n  name: rf\n  {}",
            RULE.trim_end().replace('\n', "\n  ")
        ),
        &["rf az: r Allow [12076:51002]"],
    );
    check(
        "- communities:\n  - 12076:51002\n  - '12076:51003'\n  name: rf\n",
        &["rf az: [12076:51002 12076:51003]"],
    );
    check(
        "rules: [{access: Allow, communities: [\"12076:51002\", 791417776, 5040, null]}]\nid: $FILTER\n",
        &["rf az: Allow [12076:51002 Number(791417776) Number(5040) Other(null)]"],
    );
    check(
        "id: $FILTER\nrules:\n- access: Allow\n  communities: &all [12076:51002]\n- access: Deny\n  communities: *all\n  name: r\n",
        &["rf az: Allow [12076:51002], r Deny [12076:51002]"],
    );
    check(
        "id: $FILTER\nrules:\n- communities: !Ref list\n- communities: [!Ref one]\n- communities: |\n    12076:51002\n",
        &[
            "rf az: unresolved `!Ref list`: a tag makes something else of the value, unresolved `[!Ref one]`: a tag makes something else of the value, truncated `12076:51002`",
            "remark truncated `12076:51002`: JSON with text in place of lists, as PowerShell prints what lies deeper than `-Depth`",
        ],
    );
    check(
        "id: $FILTER\nrules:\n- communities:\n  - 12076:50\n  - 12076:51002 # East\n  # - 12076:5010\n",
        &["rf az: [12076:50 12076:51002]"],
    );
}

#[test]
fn the_four_states_are_those_of_json() {
    check("id: $FILTER\nname: rf\n", &["rf az: rules absent end"]);
    check(
        "id: $FILTER\nname: rf\nrules: null\n",
        &["rf az: rules absent `null`"],
    );
    check("id: $FILTER\nrules: []\n", &["rf az: no rules `[]`"]);
    check(
        "id: $FILTER\nrules: \"{{ rules }}\"\n",
        &["rf az: rules unresolved `\"{{ rules }}\"`: the expression `{{ rules }}` is not evaluated"],
    );
    check(
        "id: $FILTER\netag: x\nrules:\n- communities:\n  - 12076:51002",
        &[
            "rf az: rules truncated `- communities:\n  - 12076:51002`",
            "remark truncated end: YAML that ends early",
        ],
    );
    check(
        "id: $FILTER\nrules: [a: b: c\n",
        &[
            "rf az: rules truncated `[a: b`",
            "remark truncated before `: c`: YAML that is not valid: while parsing a flow mapping, did not find expected ',' or '}'",
        ],
    );
}

#[test]
fn what_surrounds_yaml_is_seen_through() {
    let filter = format!("id: $FILTER\nname: rf\n{RULE}type: Microsoft.Network/routeFilters\n");
    let read = "rf az: r Allow [12076:51002]";
    check(&filter.replace('\n', "\r\n"), &[read]);
    check(&format!("\u{feff}{filter}"), &[read]);
    check(&format!("WARNING: (Preview) this: that\n{filter}"), &[read]);
    check(&format!("---\n{filter}---\n{filter}"), &[read, read]);
    check(&format!("{filter}{filter}"), &[read, read]);
    let coloured = filter
        .replace("- ", "\u{1b}[39m- \u{1b}[0m")
        .replace("rules", "\u{1b}[94mrules\u{1b}[39m");
    check(&format!("\u{1b}[94m{coloured}"), &[read]);
}

#[test]
fn other_yaml_is_not_ours() {
    for text in [
        "apiVersion: v1\nkind: RouteFilter\nid: $FILTER\n",
        "resources:\n  rf:\n    type: azure-native:network:RouteFilter\n    properties: {rules: [{communities: [12076:51002]}]}\n",
        "- hosts: all\n  tasks:\n  - routeFilter: {rules: [{access: Allow, communities: [12076:51002]}]}\n",
        "- prefix: 13.107.6.0/24\n  communities: [12076:5010]\n  as_path: '12076'\n",
        "title: Route filters\nrouteFilter: x\n",
        "a: b: routeFilter\n",
    ] {
        check_named("values.yaml", text, &[]);
    }
}

#[test]
fn values_of_a_list_keep_their_places() {
    let text = format!("name: é\nid: {FILTER}\n{RULE}");
    let whole = source("filter.yaml", &text);
    let network = read(&whole);
    let rule = &network.route_filters[0].rules.items()[0];
    assert_eq!(whole.slice(rule.communities.span()), "- 12076:51002");
    assert_eq!(whole.slice(rule.communities.items()[0].span), "12076:51002");
}

#[test]
fn tables_of_rows() {
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let rules =
        cell(r#"{"rules":[{"name":"r","properties":{"access":"Allow","communities":["12076:51002"]}}]}"#);
    let read = "rf resource-graph: r Allow [12076:51002]";
    check_named(
        "a.csv",
        &format!("id,name,properties\n$FILTER,rf,{rules}\n"),
        &[read],
    );
    check_named(
        "a.csv",
        &format!("\"ID\",\"NAME\",\"PROPERTIES\"\r\n\"$FILTER\",\"rf\",{rules}"),
        &[read],
    );
    check_named(
        "a.csv",
        &format!("sep=;\nid;name;properties\n$FILTER;rf;{rules}\n"),
        &[read],
    );
    check_named(
        "a.csv",
        "name,communities\nroutefilters,12076:51002\nroutefilters,12076:51003\nother,12076:51004\n",
        &[
            "routefilters resource-graph: [12076:51002 12076:51003]",
            "other resource-graph: [12076:51004]",
        ],
    );
    check_named(
        "a.csv",
        "id,name,rules\n$FILTER,rf,System.Collections.Generic.List`1[Rule]\n",
        &[
            "rf resource-graph: rules truncated `System.Collections.Generic.List`1[Rule]`",
            "remark truncated `System.Collections.Generic.List`1[Rule]`: JSON with text in place of lists, as PowerShell prints what lies deeper than `-Depth`",
        ],
    );
    let text = format!("id,name,properties\n{FILTER},rf,{rules}\n");
    let whole = source("a.csv", &text);
    let network = super::read(&whole);
    let community = network.route_filters[0].communities().next().unwrap().clone();
    assert_eq!(whole.slice(community.span), "\"\"12076:51002\"\"");
    for text in [
        "id,name,place\n1,x,y\n",
        "id,name,community\n1,MS-WEST,12076:51004\n",
        "name,prefix,community,routefilter\na,13.107.6.0/24,12076:5010,x\n",
    ] {
        check_named("a.csv", text, &[]);
    }
    check(
        r#"[{"communityName": "x", "communityValue": "12076:5010"}, {"name": "peeringType", "community": "12076:5010"}]"#,
        &[],
    );
}
