//! `--for arm`: a template with a route filter, and the Microsoft peering of a circuit where one is named.
//!
//! JSON has no comments, so what is to be said stands in the template's metadata.

use super::{Plan, Target, az, filter_name};

pub(super) static TARGET: Target = Target {
    name: "arm",
    write,
    default_name: filter_name,
};

fn write(plan: &Plan) -> String {
    let mut said = plan.remarks.clone();
    said.push(
        "A route filter holds one rule; its communities take effect together, and everything else stays out."
            .to_owned(),
    );
    if let Some(cloud) = az::cloud(plan.cloud) {
        said.push(format!("Before: az cloud set --name {cloud}."));
    }
    said.extend(
        plan.values
            .iter()
            .map(|value| format!("{}: {}", value.community, value.name)),
    );
    let values = plan.values.iter().map(|value| value.community.to_string());
    format!(
        r#"{{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "metadata": {{
    "comments": {}
  }},
  "parameters": {{
    "name": {{
      "type": "string",
      "defaultValue": "{}"
    }},
    "location": {{
      "type": "string",
      "defaultValue": "[resourceGroup().location]",
      "metadata": {{
        "description": "The circuit's location: a filter elsewhere cannot be attached."
      }}
    }},
    "circuitName": {{
      "type": "string",
      "defaultValue": "",
      "metadata": {{
        "description": "The circuit whose Microsoft peering takes the filter; empty where the peering is deployed elsewhere, with the output as its filter."
      }}
    }},
    "peerAsn": {{
      "type": "int",
      "defaultValue": 0
    }},
    "vlanId": {{
      "type": "int",
      "defaultValue": 0
    }},
    "primaryPeerAddressPrefix": {{
      "type": "string",
      "defaultValue": ""
    }},
    "secondaryPeerAddressPrefix": {{
      "type": "string",
      "defaultValue": ""
    }},
    "advertisedPublicPrefixes": {{
      "type": "array",
      "defaultValue": []
    }}
  }},
  "resources": [
    {{
      "type": "Microsoft.Network/routeFilters",
      "apiVersion": "2024-05-01",
      "name": "[parameters('name')]",
      "location": "[parameters('location')]",
      "properties": {{
        "rules": [
          {{
            "name": "allow-power-platform",
            "properties": {{
              "access": "Allow",
              "routeFilterRuleType": "Community",
              "communities": {}
            }}
          }}
        ]
      }}
    }},
    {{
      "condition": "[not(empty(parameters('circuitName')))]",
      "type": "Microsoft.Network/expressRouteCircuits/peerings",
      "apiVersion": "2024-05-01",
      "name": "[format('{{0}}/MicrosoftPeering', if(empty(parameters('circuitName')), 'none', parameters('circuitName')))]",
      "properties": {{
        "peeringType": "MicrosoftPeering",
        "peerASN": "[parameters('peerAsn')]",
        "vlanId": "[parameters('vlanId')]",
        "primaryPeerAddressPrefix": "[parameters('primaryPeerAddressPrefix')]",
        "secondaryPeerAddressPrefix": "[parameters('secondaryPeerAddressPrefix')]",
        "microsoftPeeringConfig": {{
          "advertisedPublicPrefixes": "[parameters('advertisedPublicPrefixes')]"
        }},
        "routeFilter": {{
          "id": "[resourceId('Microsoft.Network/routeFilters', parameters('name'))]"
        }}
      }},
      "dependsOn": [
        "[resourceId('Microsoft.Network/routeFilters', parameters('name'))]"
      ]
    }}
  ],
  "outputs": {{
    "routeFilterId": {{
      "type": "string",
      "value": "[resourceId('Microsoft.Network/routeFilters', parameters('name'))]"
    }}
  }}
}}
"#,
        list(said, 6),
        plan.name,
        list(values, 16)
    )
}

/// A list of texts, one on a line, in an object whose values stand behind `indent` columns.
fn list(texts: impl IntoIterator<Item = String>, indent: usize) -> String {
    let lines: Vec<String> = texts
        .into_iter()
        .map(|text| format!("{:indent$}{}", "", serde_json::Value::String(text)))
        .collect();
    let outer = indent - 2;
    format!("[\n{}\n{:outer$}]", lines.join(",\n"), "")
}
