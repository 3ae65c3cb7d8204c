//! Resource Manager templates: their expressions one by one, and what they deploy.

use pairlint_model::network::{Listing, Network, RemarkKind};

use super::{check, read, source};

/// The communities that an expression gives; where it is not known, why.
#[track_caller]
fn value(expression: &str, expected: &str) {
    value_with("", expression, expected);
}

#[track_caller]
fn value_with(before: &str, expression: &str, expected: &str) {
    let text = template(
        before,
        &format!(
            r#"{{"type": "Microsoft.Network/routeFilters", "name": "rf", "properties": {{"rules": [
            {{"name": "r", "properties": {{"access": "Allow", "communities": {expression}}}}}]}}}}"#
        ),
    );
    let source = source("main.json", &text);
    assert_eq!(values(&read(&source)), expected, "{text}");
}

pub(super) fn template(before: &str, resources: &str) -> String {
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", {before} "resources": [{resources}]}}"#
    )
}

pub(super) fn values(network: &Network) -> String {
    let [filter] = network.route_filters.as_slice() else {
        return format!("{} filters", network.route_filters.len());
    };
    match (
        &filter.rules,
        filter.rules.items().first().map(|rule| &rule.communities),
    ) {
        (Listing::Unresolved { why, .. }, _) | (_, Some(Listing::Unresolved { why, .. })) => {
            format!("? {why}")
        }
        (_, Some(Listing::Known { items, .. })) => {
            let texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
            texts.join(" ")
        }
        _ => "nothing".to_owned(),
    }
}

#[test]
fn literals_and_brackets() {
    value(r#"["12076:1", "12076:2"]"#, "12076:1 12076:2");
    value(r#"["[[12076:1]"]"#, "[12076:1]");
    value(r#"["[concat('it''s ', '12076:1')]"]"#, "it's 12076:1");
    value(r#""[createArray('12076:1', '12076:2')]""#, "12076:1 12076:2");
    value(r#""[createArray('12076:\u0031')]""#, "12076:1");
    value(r#"[5040]"#, "5040");
    value(r#""[]""#, "? the expression `[]` is not evaluated");
    value(
        r#""[createArray('12076:1') x]""#,
        "? the expression `[createArray('12076:1') x]` is not evaluated",
    );
}

#[test]
fn parameters_and_variables() {
    let before = r#""parameters": {"p": {"type": "array", "defaultValue": ["12076:1"]}, "none": {"type": "array"}},
        "variables": {"v": "[concat(parameters('p'), createArray('12076:2'))]", "o": {"a": [["12076:3"]]}, "loop": "[variables('loop')]"},"#;
    value_with(before, r#""[parameters('p')]""#, "12076:1");
    value_with(before, r#""[PARAMETERS('P')]""#, "12076:1");
    value_with(before, r#""[variables('v')]""#, "12076:1 12076:2");
    value_with(before, r#""[variables('o').a[0]]""#, "12076:3");
    value_with(before, r#""[variables('o')['a'][0]]""#, "12076:3");
    value_with(
        before,
        r#""[parameters('none')]""#,
        "? parameter `none` has no value",
    );
    value_with(
        before,
        r#""[parameters('other')]""#,
        "? parameter `other` is not declared",
    );
    value_with(
        before,
        r#""[variables('other')]""#,
        "? variable `other` is not declared",
    );
    value_with(before, r#""[variables('loop')]""#, "? it refers to itself");
    value_with(before, r#""[variables('o').b]""#, "? there is no `b`");
    value_with(
        before,
        r#""[union(parameters('p'), parameters('none'))]""#,
        "? parameter `none` has no value",
    );
}

#[test]
fn functions() {
    value(
        r#""[union(createArray('12076:1'), createArray('12076:1', '12076:2'))]""#,
        "12076:1 12076:2",
    );
    value(r#""[array('12076:1')]""#, "12076:1");
    value(r#""[split('12076:1,12076:2', ',')]""#, "12076:1 12076:2");
    value(r#"["[format('{0}:{1}', 12076, '1')]"]"#, "12076:1");
    value(
        r#""[if(equals('a', 'a'), createArray('12076:1'), createArray())]""#,
        "12076:1",
    );
    value(
        r#""[if(and(true(), not(false())), createArray('12076:1'), parameters('x'))]""#,
        "12076:1",
    );
    value(r#""[coalesce(null(), createArray('12076:1'))]""#, "12076:1");
    value(r#"["[concat('12076:', length(createArray(1, 2)))]"]"#, "12076:2");
    value(
        r#""[if(empty(createArray()), createArray('12076:1'), null())]""#,
        "12076:1",
    );
    value(
        r#""[if(contains('12076:1', ':'), createArray('12076:1'), null())]""#,
        "12076:1",
    );
    value(
        r#"["[toLower('A')]", "[toUpper('b')]", "[trim(' c ')]"]"#,
        "a B c",
    );
    value(
        r#""[coalesce(tryGet(createObject('a', createArray('12076:1')), 'a'), null())]""#,
        "12076:1",
    );
    value(
        r#""[coalesce(tryGet(createObject(), 'a', 'b'), createArray('12076:1'))]""#,
        "12076:1",
    );
    value(
        r#""[map(createArray(1, 2), lambda('n', format('12076:{0}', lambdaVariables('n'))))]""#,
        "12076:1 12076:2",
    );
    value(
        r#""[filter(createArray('12076:1', 'x'), lambda('v', contains(lambdaVariables('v'), ':')))]""#,
        "12076:1",
    );
    value(r#""[json('[\"12076:1\"]')]""#, "12076:1");
    value(
        r#""[intersection(createArray('12076:1', 'x'), createArray('12076:1'))]""#,
        "12076:1",
    );
    value(r#""[take(skip(createArray('a', '12076:1'), 1), 1)]""#, "12076:1");
    value(
        r#"["[replace('12076-1', '-', ':')]", "[join(createArray('12076', '2'), ':')]"]"#,
        "12076:1 12076:2",
    );
    value(
        r#"["[concat('12076:', string(add(1, mul(2, sub(5, div(6, mod(5, 3)))))))]"]"#,
        "12076:5",
    );
    value(
        r#""[reference('x').communities]""#,
        "? `reference` cannot be evaluated",
    );
    value(r#""[newGuid()]""#, "? `newGuid` cannot be evaluated");
    let functions = r#""functions": [{"namespace": "my", "members": {"c": {"parameters": [{"name": "n", "type": "int"}],
        "output": {"type": "array", "value": "[createArray(format('12076:{0}', parameters('n')))]"}}}}],"#;
    value_with(functions, r#""[my.c(7)]""#, "12076:7");
}

#[test]
fn loops() {
    let variables = r#""variables": {"copy": [{"name": "v", "count": 2, "input": "[concat('12076:', copyIndex('v', 1))]"}],
        "o": {"copy": [{"name": "l", "count": 1, "input": "12076:9"}]}},"#;
    value_with(variables, r#""[variables('v')]""#, "12076:1 12076:2");
    value_with(variables, r#""[variables('o').l]""#, "12076:9");
    let filters = template(
        "",
        r#"{"type": "Microsoft.Network/routeFilters", "name": "[concat('rf-', copyIndex(1))]", "copy": {"name": "c", "count": 2},
        "properties": {"rules": [{"name": "r", "properties": {"access": "Allow", "communities": ["[concat('12076:', copyIndex())]"]}}]}}"#,
    );
    check(
        &filters,
        &["rf-1 arm: r Allow [12076:0]", "rf-2 arm: r Allow [12076:1]"],
    );
}

#[test]
fn a_community_stands_where_its_literal_stands() {
    let text = template(
        "",
        r#"{"type": "Microsoft.Network/routeFilters", "name": "rf", "properties": {"rules": [
        {"name": "r", "properties": {"access": "Allow", "communities": "[createArray('12076:1', '12076:\u0032')]"}}]}}"#,
    );
    let source = source("main.json", &text);
    let network = read(&source);
    let places: Vec<&str> = network.route_filters[0]
        .communities()
        .map(|value| source.slice(value.span))
        .collect();
    // With an escape in it, a text has no places of its own.
    assert_eq!(places.len(), 2);
    assert!(places[0].starts_with("\"[createArray"), "{places:?}");
    let plain = super::source("main.json", &text.replace("\\u0032", "2"));
    let places: Vec<String> = read(&plain).route_filters[0]
        .communities()
        .map(|value| plain.slice(value.span).to_owned())
        .collect();
    assert_eq!(places, ["'12076:1'", "'12076:2'"]);
}

#[test]
fn several_templates_in_one_file_are_all_read() {
    let one = |name: &str| {
        let filter = format!(
            r#"{{"type": "Microsoft.Network/routeFilters", "name": "{name}", "properties": {{"rules": []}}}}"#
        );
        template("", &filter)
    };
    let both = format!("{}\n{}", one("a"), one("b"));
    check(&both, &["a arm: no rules `[]`", "b arm: no rules `[]`"]);
}

#[test]
fn what_is_not_certain_to_be_deployed_decides_nothing() {
    let filter = |condition: &str| {
        let resource = format!(
            r#"{{"type": "Microsoft.Network/routeFilters", "condition": {condition}, "name": "rf", "properties": {{"rules": [
            {{"name": "r", "properties": {{"access": "Allow", "communities": ["12076:1"]}}}}]}}}}"#
        );
        values(&read(&source(
            "main.json",
            &template(r#""parameters": {"p": {"type": "bool"}},"#, &resource),
        )))
    };
    assert_eq!(filter("true"), "12076:1");
    assert_eq!(filter("false"), "0 filters");
    assert_eq!(filter(r#""[equals(1, 2)]""#), "0 filters");
    assert_eq!(
        filter(r#""[parameters('p')]""#),
        "? whether it is deployed is not known: parameter `p` has no value"
    );
}

#[test]
fn keys_that_stand_twice_and_keys_of_a_vault_are_not_guessed() {
    value_with(
        r#""variables": {"o": {"a": ["12076:1"], "a": ["12076:2"]}},"#,
        r#""[variables('o').a]""#,
        "? `a` stands twice in one object",
    );
    let text = template(
        r#""parameters": {"key": {"type": "string", "defaultValue": "not-a-real-key"}},"#,
        r#"{"type": "Microsoft.Network/expressRouteCircuits", "name": "er", "properties": {"peerings": [{"name": "MicrosoftPeering",
        "properties": {"peeringType": "MicrosoftPeering", "sharedKey": "[parameters('key')]"}}]}}"#,
    );
    let network = read(&source("main.json", &text));
    assert!(matches!(&network.remarks[0].kind, RemarkKind::Secret { what } if what == "sharedKey"));
    assert_eq!(network.remarks.len(), 1);
}

#[test]
fn depth_does_no_harm() {
    let deep = format!("[{}1{}]", "createArray(".repeat(100_000), ")".repeat(100_000));
    value(
        &format!("\"{deep}\""),
        &format!("? the expression `{}…` is not evaluated", &deep[..80]),
    );
    let long = format!("\"[variables('x'){}]\"", ".a".repeat(100_000));
    value(
        &long,
        &format!("? the expression `{}…` is not evaluated", &long[1..81]),
    );
    let mut nested = template("", "");
    for _ in 0..40 {
        let inner = format!(
            r#"{{"type": "Microsoft.Resources/deployments", "name": "d", "properties": {{"template": {nested}}}}}"#
        );
        nested = template("", &inner);
    }
    read(&source("main.json", &nested));
}
