//! PowerShell, Resource Graph, what-if, and what stands around the output.

use super::{FILTER, check, read, source};

#[test]
fn parts_of_a_larger_result_say_so() {
    let rule = r#"{"communities": ["12076:51002"], "id": "$FILTER/routeFilterRules/a", "routeFilterRuleType": "Community"}"#;
    let filter = r#"{"id": "$FILTER", "rules": []}"#;
    check(
        &format!(r#"{{"value": [{filter}], "nextLink": "https://x"}}"#),
        &[
            "rf az: no rules `[]`",
            "remark incomplete `\"https://x\"`: one page of a larger result: `nextLink` names the next",
        ],
    );
    check(
        &format!(r#"{{"value": [{filter}], "nextLink": null}}"#),
        &["rf az: no rules `[]`"],
    );
    check(
        &format!(r#"{{"value": [{filter}], "nextLink": ""}}"#),
        &["rf az: no rules `[]`"],
    );
    // More rules of the same filter may follow.
    let list = format!("[{rule}]").replace("$FILTER", FILTER);
    check(
        &format!(r#"{{"value": {list}, "nextLink": "n"}}"#),
        &[
            &format!("rf az: rules truncated `{list}`"),
            "remark incomplete `\"n\"`: one page of a larger result: `nextLink` names the next",
        ],
    );
    for (more, span, what) in [
        (
            "\"skip_token\": \"t\"",
            "\"t\"",
            "one page of a larger query result: its skip token names the next",
        ),
        (
            "\"$skipToken\": \"t\"",
            "\"t\"",
            "one page of a larger query result: its skip token names the next",
        ),
        (
            "\"resultTruncated\": \"true\"",
            "\"true\"",
            "a query result that Resource Graph cut (`resultTruncated`)",
        ),
        (
            "\"total_records\": 9",
            "9",
            "one page of a larger query result: it counts more records than it holds",
        ),
    ] {
        check(
            &format!(r#"{{"data": [{filter}], {more}}}"#),
            &[
                "rf resource-graph: no rules `[]`",
                &format!("remark incomplete `{span}`: {what}"),
            ],
        );
    }
    check(
        &format!(r#"{{"data": [{filter}], "skip_token": null, "total_records": 1}}"#),
        &["rf resource-graph: no rules `[]`"],
    );
}

#[test]
fn powershell_cuts_what_lies_deeper_than_its_depth() {
    let what = "JSON with text in place of lists, as PowerShell prints what lies deeper than `-Depth`";
    for rules in [
        "\"System.Object[]\"",
        "[\"Microsoft.Azure.Commands.Network.Models.PSRouteFilterRule\"]",
        "[\"@{name=r; properties=}\"]",
        "\"\"",
    ] {
        check(
            &format!(r#"{{"Id": "$FILTER", "Name": "rf", "Rules": {rules}}}"#),
            &[
                &format!("rf powershell: rules truncated `{rules}`"),
                &format!("remark truncated `{rules}`: {what}"),
            ],
        );
    }
    check(
        r#"{"Id": "$FILTER", "Rules": [{"Name": "r", "Communities": "12076:51002 12076:51003"}]}"#,
        &[
            "rf powershell: r truncated `\"12076:51002 12076:51003\"`",
            &format!("remark truncated `\"12076:51002 12076:51003\"`: {what}"),
        ],
    );
    check(
        r#"{"Id": "$CIRCUIT", "Peerings": [{"Id": "x", "PeeringType": "MicrosoftPeering", "RouteFilter": "Microsoft.Azure.Commands.Network.Models.PSRouteFilter"}]}"#,
        &[
            "circuit er powershell: peerings truncated `[{\"Id\": \"x\", \"PeeringType\": \"MicrosoftPeering\", \"RouteFilter\": \"Microsoft.Azure.Commands.Network.Models.PSRouteFilter\"}]`",
            &format!("remark truncated `\"Microsoft.Azure.Commands.Network.Models.PSRouteFilter\"`: {what}"),
        ],
    );
    check(
        r#"{"name": "rf", "properties": {"rules": ["@{name=r}"]}}"#,
        &[
            "rf arm: rules truncated `[\"@{name=r}\"]`",
            &format!("remark truncated `[\"@{{name=r}}\"]`: {what}"),
        ],
    );
    // Many things have rules.
    check(
        r#"{"Name": "fw", "Rules": "System.Object[]", "Priority": 100}"#,
        &[],
    );
}

#[test]
fn windows_powershell_rescues_what_it_cut() {
    let text = r#""[{\"Name\": \"r\", \"Communities\": [\"12076:51002\"]}]""#;
    for rules in [
        "\"System.Object[]\"",
        "[{\"Name\": \"r\", \"Communities\": \"12076:51002\"}]",
    ] {
        check(
            &format!(r#"{{"Id": "$FILTER", "Name": "rf", "Rules": {rules}, "RulesText": {text}}}"#),
            &["rf powershell: r [12076:51002]"],
        );
    }
    let source = source(
        "f.json",
        &format!(r#"{{"Id": "{FILTER}", "Rules": "", "RulesText": {text}}}"#),
    );
    let network = read(&source);
    let value = network.route_filters[0].communities().next().unwrap();
    assert_eq!(source.slice(value.span), text);
    let peerings = r#""[{\"Id\": \"x\", \"PeeringType\": \"MicrosoftPeering\", \"RouteFilter\": {\"Id\": \"$FILTER\"}, \"SharedKey\": \"s3\"}]""#;
    check(
        &format!(r#"{{"Id": "$CIRCUIT", "Peerings": "System.Object[]", "PeeringsText": {peerings}}}"#),
        &[
            "circuit er powershell: MicrosoftPeering filter=rf",
            &format!(
                "remark secret `{}`: sharedKey",
                peerings.replace("$FILTER", FILTER)
            ),
        ],
    );
    for rescue in [
        r#""[{\"Name\": \"r\", \"Communities\": \"12076:51002\"}]""#,
        r#""System.Object[]""#,
        "7",
    ] {
        let lost = "remark truncated `\"System.Object[]\"`: JSON with text in place of lists, \
                    as PowerShell prints what lies deeper than `-Depth`";
        check(
            &format!(r#"{{"Id": "$FILTER", "Rules": "System.Object[]", "RulesText": {rescue}}}"#),
            &["rf powershell: rules truncated `\"System.Object[]\"`", lost],
        );
    }
    // What does not rescue changes nothing.
    check(
        r#"{"Id": "$FILTER", "Rules": "System.Object[]", "RulesText": "[{\"Na"}"#,
        &[
            "rf powershell: rules truncated `\"System.Object[]\"`",
            "remark truncated `\"System.Object[]\"`: JSON with text in place of lists, as PowerShell prints what lies deeper than `-Depth`",
        ],
    );
}

#[test]
fn wrappers_of_powershell_are_seen_through() {
    let filter = r#"{"Id": "$FILTER", "Rules": {"value": [{"Name": "r", "Communities": {"value": ["12076:51002"], "Count": 1}}], "Count": 1}}"#;
    check(
        &format!(r#"{{"value": [{filter}], "Count": 1}}"#),
        &["rf powershell: r [12076:51002]"],
    );
    let answer = r#"{"StatusCode": 200, "Content": "{\"id\": \"$FILTER\", \"rules\": []}"}"#;
    check(
        answer,
        &[&format!(
            "rf az: no rules `{}`",
            r#""{\"id\": \"$FILTER\", \"rules\": []}""#.replace("$FILTER", FILTER)
        )],
    );
}

#[test]
fn resource_graph_prints_rows_and_tables() {
    check(
        r#"{"totalRecords": 1, "data": {"columns": [{"name": "id"}, {"name": "rules"}], "rows": [["$FILTER", [{"communities": ["12076:51002"]}]]]}}"#,
        &["rf resource-graph: [12076:51002]"],
    );
    check(
        r#"[{"type": "microsoft.network/routefilters", "id": "$FILTER", "kind": "", "apiVersion": "",
           "properties": "{\"rules\": [{\"name\": \"r\", \"properties\": {\"communities\": [\"12076:51002\"]}}]}"}]"#,
        &["rf arm: r [12076:51002]"],
    );
}

#[test]
fn a_what_if_is_judged_by_what_it_leaves() {
    let change = |kind: &str, after: &str, before: &str| {
        format!(
            r#"{{"changes": [{{"resourceId": "$FILTER", "changeType": "{kind}", "after": {after}, "before": {before}}}]}}"#
        )
    };
    let (new, old) = (
        r#"{"id": "$FILTER", "rules": []}"#,
        r#"{"id": "$FILTER", "rules": [{"name": "old", "communities": []}]}"#,
    );
    check(&change("Modify", new, old), &["rf what-if: no rules `[]`"]);
    check(&change("NoChange", "null", old), &["rf what-if: old []"]);
    check(&change("Delete", "null", old), &[]);
    check(
        &change("Deploy", "null", "null"),
        &["rf what-if: rules absent before `}]}`"],
    );
    check(
        &format!(
            r#"{{"status": "Succeeded", "properties": {}}}"#,
            change("Create", new, "null")
        ),
        &["rf what-if: no rules `[]`"],
    );
}

#[test]
fn logs_and_colours_around_the_output_are_skipped() {
    let filter = r#"{"id": "$FILTER", "rules": []}"#;
    for text in [
        format!("WARNING: This command is in preview.\n{filter}\n"),
        format!("\u{1b}[33mThis command is experimental.\u{1b}[0m\n{filter}"),
        format!(
            "az : WARNING: preview\nAt line:1 char:1\n+ az network ...\n+ ~~~\n    + CategoryInfo : [x], y\n \n{filter}\n"
        ),
        format!("user@host:~$ az network route-filter show -o json\n{filter}\nuser@host:~$ "),
        format!("\u{feff}\r\n{filter}\r\nINFO: Command ran in 0.5 seconds\r\n"),
        "\u{1b}[1m{\u{1b}[0m\u{1b}[94m\"id\"\u{1b}[0m: \u{1b}[33m\"$FILTER\"\u{1b}[0m, \"rules\": []}"
            .to_owned(),
    ] {
        check(&text, &["rf az: no rules `[]`"]);
    }
    check(
        &format!("{filter}{filter}\n\u{feff}{filter}"),
        &["rf az: no rules `[]`"; 3],
    );
    check(
        &format!("{filter}\nEOF\n"),
        &[
            "rf az: no rules `[]`",
            "remark truncated `EOF`: JSON with other text after it",
        ],
    );
}
