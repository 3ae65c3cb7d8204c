//! Expressions of templates and what they come to, one by one (`expressions.txt`).

use super::{read, source};

const SCENE: &str = r#"
  "parameters": {
    "region": { "type": "string", "defaultValue": "europe" },
    "optional": { "type": "string", "defaultValue": null },
    "none": { "type": "string" }
  },
  "variables": {
    "pairs": { "europe": ["12076:51002", "[format('12076:{0}', 51003)]"] },
    "nested": { "deep": { "list": [1, [2]] } },
    "circle": "[variables('circle')]",
    "copy": [ { "name": "counted", "count": 2, "input": "[concat('12076:', copyIndex('counted', 51000))]" } ],
    "object": { "copy": [ { "name": "inner", "count": 3, "input": "[concat('a', copyIndex('inner'))]" } ] }
  },
  "functions": [
    {
      "namespace": "contoso",
      "members": {
        "community": {
          "parameters": [ { "name": "value", "type": "int" } ],
          "output": { "type": "string", "value": "[format('12076:{0}', parameters('value'))]" }
        },
        "both": {
          "parameters": [ { "name": "a", "type": "int" }, { "name": "b", "type": "int" } ],
          "output": {
            "type": "array",
            "value": "[createArray(contoso.community(parameters('a')), contoso.community(parameters('b')))]"
          }
        }
      }
    }
  ],"#;

/// The value of an expression in a list, as JSON.
fn value(expression: &str) -> String {
    let escaped = expression.replace('\\', "\\\\").replace('"', "\\\"");
    let resource = format!(
        r#"{{"type": "Microsoft.Network/routeFilters", "apiVersion": "2024-05-01", "name": "rf", "properties": {{"rules": [
        {{"name": "r", "properties": {{"access": "Allow", "communities": ["[string(createArray({escaped}))]"]}}}}]}}}}"#
    );
    let text = super::templates::template(SCENE, &resource);
    let found = super::templates::values(&read(&source("main.json", &text)));
    match found.strip_prefix('?') {
        Some(_) => "unresolved".to_owned(),
        None => found,
    }
}

#[test]
fn every_expression_has_the_value_that_the_reference_gives_it() {
    let shown = |expected: &str| format!("[{expected}]");
    super::table::check(include_str!("expressions.txt"), 70, value, shown);
}

/// An output may be a list of as many as are counted, and another template may use it.
#[test]
fn outputs_are_counted() {
    let inner = super::templates::template(
        r#""outputs": {"all": {"type": "array", "copy": {"count": 2, "input": "[format('12076:{0}', copyIndex(51002))]"}}},"#,
        "",
    );
    let outer = super::templates::template(
        "",
        &format!(
            r#"{{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "values", "properties": {{
            "mode": "Incremental", "expressionEvaluationOptions": {{"scope": "inner"}}, "template": {inner}}}}},
            {{"type": "Microsoft.Network/routeFilters", "apiVersion": "2024-05-01", "name": "rf", "properties": {{"rules": [
            {{"name": "r", "properties": {{"access": "Allow", "communities": "[reference('values').outputs.all.value]"}}}}]}}}}"#
        ),
    );
    let found = super::templates::values(&read(&source("main.json", &outer)));
    assert_eq!(found, "12076:51002 12076:51003");
}
