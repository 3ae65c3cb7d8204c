//! `--for bicep`: a route filter, and the Microsoft peering of a circuit where one is named.

use super::{Plan, Target, az, commented, filter_name};

pub(super) static TARGET: Target = Target {
    name: "bicep",
    write,
    default_name: filter_name,
};

fn write(plan: &Plan) -> String {
    let mut out = String::new();
    for remark in &plan.remarks {
        commented("//", remark, &mut out);
    }
    commented(
        "//",
        "A route filter holds one rule; its communities take effect together, and everything else stays out.",
        &mut out,
    );
    if let Some(cloud) = az::cloud(plan.cloud) {
        commented("//", &format!("Before: az cloud set --name {cloud}."), &mut out);
    }
    out.push_str(&format!(
        "
@description('The circuit\\'s location: a filter elsewhere cannot be attached.')
param location string = resourceGroup().location

param name string = '{}'

@description('The circuit whose Microsoft peering takes the filter; empty where the peering is deployed elsewhere, with \
         the output as its filter.')
param circuitName string = ''

@description('Of the peering, where a circuit is named.')
param peerAsn int = 0
param vlanId int = 0
param primaryPeerAddressPrefix string = ''
param secondaryPeerAddressPrefix string = ''
param advertisedPublicPrefixes string[] = []

resource routeFilter 'Microsoft.Network/routeFilters@2024-05-01' = {{
  name: name
  location: location
  properties: {{
    rules: [
      {{
        name: 'allow-power-platform'
        properties: {{
          access: 'Allow'
          routeFilterRuleType: 'Community'
          communities: [
",
        plan.name
    ));
    for value in &plan.values {
        out.push_str(&format!("            '{}' // {}\n", value.community, value.name));
    }
    out.push_str(
        "          ]
        }
      }
    ]
  }
}

// The name is read even where nothing is deployed.
resource circuit 'Microsoft.Network/expressRouteCircuits@2024-05-01' existing = {
  name: empty(circuitName) ? 'none' : circuitName
}

resource peering 'Microsoft.Network/expressRouteCircuits/peerings@2024-05-01' = if (!empty(circuitName)) {
  parent: circuit
  name: 'MicrosoftPeering'
  properties: {
    peeringType: 'MicrosoftPeering'
    peerASN: peerAsn
    vlanId: vlanId
    primaryPeerAddressPrefix: primaryPeerAddressPrefix
    secondaryPeerAddressPrefix: secondaryPeerAddressPrefix
    microsoftPeeringConfig: {
      advertisedPublicPrefixes: advertisedPublicPrefixes
    }
    routeFilter: {
      id: routeFilter.id
    }
  }
}

output routeFilterId string = routeFilter.id
",
    );
    out
}
