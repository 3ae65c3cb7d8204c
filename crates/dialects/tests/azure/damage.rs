//! Damaged files, other forms, and files of others.

use pairlint_model::network::Listing;

use super::summary::summary;
use super::{FILTER, check, check_named, read, source};

#[test]
fn other_things_with_communities_are_not_filters() {
    for text in [
        r#"{"prefix": "13.107.6.0/24", "communities": ["12076:5010"], "as_path": "12076"}"#,
        r#"{"schema": "pairlint.report/1", "diagnostics": [{"facts": {"communities": ["12076:51003"]}}]}"#,
        r#"{"facts": {"communities": ["12076:51003"]}, "communities": ["12076:51003"]}"#,
        r#"[{"bgpCommunities": [{"communityValue": "12076:51040"}], "serviceName": "X"}]"#,
        r#"{"changeNumber": 1, "values": [{"name": "AzureCloud", "properties": {"routeFilter": "12076:1"}}]}"#,
        r#"{"terraform_version": "1.9", "values": {"communities": ["12076:51002"]}}"#,
        r#"{"resource": {"azurerm_route_filter": {"rf": {"rule": {"access": "Allow", "communities": ["12076:51002"]}}}}}"#,
        r#"{"$schema": "https://x/deploymentTemplate.json#", "resources": [{"type": "Microsoft.Network/vpnGateways"}]}"#,
        r#"{"type": "Microsoft.Network/routeFilters", "apiVersion": "2024-05-01", "name": "[parameters('n')]"}"#,
        r#"{"apiVersion": "network.azure.upbound.io/v1beta1", "kind": "RouteFilter", "spec": {"communities": ["12076:51002"]}}"#,
        r#"{"communities": ["65000:1"], "name": "x"}"#,
        r#"{"name": "routeFilter-ui", "version": "1.0.0", "dependencies": {}}"#,
        r#"{"value": [{"network": "10.0.0.0/8", "path": "12076", "weight": 0}]}"#,
        r#"{"routeFilter": {"id": "$FILTER"}}"#,
        r#"[{"type": "microsoft.network/routefilters", "count_": 3}]"#,
        "---\ntitle: Route filters\n---\nText.\n  routeFilterRuleType: 'Community'\n",
        r#"[{"id": "$FILTER", "resourceGroup": "rg"}]"#,
        "[environment]\ncommunities = [\"12076:51002\"] # routeFilters\n",
        "[Route filters](https://example.com) {\"routeFilterRuleType\": 1}\n",
        "# Filters\n\n{\"id\": \"$FILTER\"}\n",
        "[1] routeFilters\n",
        "",
        "\u{feff}",
        "{",
        "[[[[",
    ] {
        check(text, &[]);
    }
    check_named("prod.tfvars.json", r#"{"communities": ["12076:51002"]}"#, &[]);
}

#[test]
fn a_saved_error_is_not_an_export() {
    let error = |message: &str| format!(r#"{{"error": {{"code": "NotFound", "message": "{message}"}}}}"#);
    let remark = "remark incomplete `\"NotFound\"`: a saved error (`NotFound`), not an export";
    check(
        &error("Microsoft.Network/routeFilters/rf was not found"),
        &[remark],
    );
    check(&error("token expired"), &[]);
    check_named("exports/route-filters.json", &error("token expired"), &[remark]);
    check(
        "ERROR: (NotFound) The Resource 'Microsoft.Network/routeFilters/rf' was not found.\n",
        &[
            "remark incomplete `ERROR: (NotFound) The Resource 'Microsoft.Network/routeFilters/rf' was not found.`: a saved error message, not an export",
        ],
    );
}

#[test]
fn damaged_files_keep_what_is_whole() {
    let filter =
        r#"{"id": "$FILTER", "name": "a", "rules": [{"name": "r", "communities": ["12076:51002"]}]}"#;
    check(
        &format!(
            "[{filter}, {{\"id\": \"$FILTER\", \"rules\": [{{\"name\": \"r\", \"communities\": [\"12076:51002\", "
        ),
        &[
            "a az: r [12076:51002]",
            "rf az: rules truncated `[{\"name\": \"r\", \"communities\": [\"12076:51002\",`",
            "remark truncated end: JSON that ends early",
        ],
    );
    check(
        &format!("{filter}\n{{\"id\": \"$FILTER\", \"na"),
        &[
            "a az: r [12076:51002]",
            "rf az: rules truncated before `\"na`",
            "remark truncated before `\"na`: JSON that ends early",
        ],
    );
    // What was cut within a string may go on with another document.
    let text = format!("{{\"id\": \"$FILTER\", \"name\": \"b\n{filter}\n").replace("$FILTER", FILTER);
    let joined = source("f.json", &text);
    let network = read(&joined);
    let known: Vec<_> = network
        .route_filters
        .iter()
        .map(|filter| filter.rules.is_known())
        .collect();
    assert_eq!((known, network.remarks.len()), (vec![false, true], 1));
    // The link to the next page may have been behind the list.
    let rule = r#"[{"id": "$FILTER/routeFilterRules/r", "communities": [], "routeFilterRuleType": ""}]"#;
    check(
        &format!("{{\"value\": {rule}, "),
        &[
            &format!("rf az: rules truncated `{}`", rule.replace("$FILTER", FILTER)),
            "remark truncated end: JSON that ends early",
        ],
    );
    for (text, what) in [
        ("{\"id\": \"$FILTER\" \"name\": 1}", "a comma is missing"),
        (
            "{\"id\": \"$FILTER\", 'name': 1}",
            "single-quoted strings are not allowed",
        ),
        (
            "{\"id\": \"$FILTER\", \"n\": 0x1F}",
            "hexadecimal numbers are not allowed",
        ),
        ("{\"id\": \"$FILTER\", n: 1}", "a quoted key is missing"),
        ("{\"id\": \"$FILTER\", \"n\" 1}", "a colon is missing"),
        ("{\"id\": \"$FILTER\", \"n\": True }", "a value is missing"),
        ("{\"id\": \"$FILTER\", \"n\": [1}", "brackets do not match"),
        ("{\"id\": \"$FILTER\", \"n\": NaN}", "unexpected token"),
    ] {
        let source = source("f.json", &text.replace("$FILTER", FILTER));
        let network = read(&source);
        assert!(
            matches!(network.route_filters[0].rules, Listing::Truncated { .. }),
            "{text}"
        );
        let remark = summary(&source, &network).pop().unwrap();
        assert!(
            remark.ends_with(&format!(": JSON that is not valid: {what}")),
            "{text}: {remark}"
        );
    }
}

#[test]
fn other_forms_of_the_output_name_a_better_one() {
    let remark = |first: &str, what: &str| format!("remark truncated `{first}`: {what}");
    let table = "Location    Name    ProvisioningState    ResourceGroup";
    let what = "a table (`az --output table`), which leaves out the lists";
    check(
        &format!("{table}\n----------  ------\neastus      rf\n"),
        &[&remark(table, what)],
    );
    check(
        &format!("{table}\n----------  ------\neastus      NetworkWatcher_eastus\n"),
        &[],
    );
    check(
        "LocPrf    Network        NextHop\n--------  -----\n          10.1.0.0/16\n",
        &[],
    );
    let tabs = format!("W/\"e\"\t{FILTER}\teastus\trf\t1");
    check(
        &tabs,
        &[&remark(
            &tabs,
            "tab-separated output (`az --output tsv`), which gives only the length of lists",
        )],
    );
    check("apiVersion: v1\nkind: RouteFilter\nid: $FILTER\n", &[]);
    check(
        "resources:\n  rf:\n    type: azure-native:network:RouteFilter\n    id: $FILTER\n",
        &[],
    );
    let list = "Name  : rf\nId    : /subscriptions/0/providers/Microsoft.Network/route\n        Filters/rf\nRules : []\n";
    check(
        list,
        &[&remark(
            "Name  : rf",
            "a listing that PowerShell printed for people",
        )],
    );
}

#[test]
fn depth_and_length_are_no_danger() {
    let brackets = "[".repeat(1_000_000);
    check(&brackets, &[]);
    check(&"{\"a\":".repeat(1_000_000), &[]);
    check(&format!("{{\"text\": \"{}\"}}", "x".repeat(1_000_000)), &[]);
    check(
        &format!("{}{{\"id\": \"$FILTER\", \"rules\": []}}", " ".repeat(1_000_000)),
        &["rf az: no rules `[]`"],
    );
    let kept = format!("rf az: rules truncated `{}`", "[".repeat(256));
    let deep = "remark truncated `[`: JSON that is not valid: brackets are nested more than 256 deep";
    check(
        &format!("{{\"id\": \"$FILTER\", \"rules\": {brackets}"),
        &[&kept, deep],
    );
}
