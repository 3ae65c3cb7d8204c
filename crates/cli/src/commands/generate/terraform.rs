//! `--for terraform`: a route filter of `azurerm`, and the Microsoft peering where it is managed here, too.

use super::{Plan, Target, commented, filter_name};
use pairlint_lint::tables::Cloud;

pub(super) static TARGET: Target = Target {
    name: "terraform",
    write,
    default_name: filter_name,
};

fn write(plan: &Plan) -> String {
    let mut out = String::new();
    for remark in &plan.remarks {
        commented("#", remark, &mut out);
    }
    commented(
        "#",
        "A route filter holds one rule; its communities take effect together, and everything else stays out.",
        &mut out,
    );
    let environment = match plan.cloud {
        Cloud::Public => None,
        Cloud::UsGov => Some("usgovernment"),
        Cloud::China => Some("china"),
    };
    if let Some(environment) = environment {
        commented(
            "#",
            &format!("The provider needs `environment = \"{environment}\"`."),
            &mut out,
        );
    }
    out.push_str(
        r#"
terraform {
  required_version = ">= 1.3"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.0"
    }
  }
}

variable "resource_group_name" {
  description = "Where the filter is made, and where the circuit is."
  type        = string
}

variable "location" {
  description = "The circuit's location: a filter elsewhere cannot be attached."
  type        = string
}

variable "peering" {
  description = "The Microsoft peering that takes the filter; null where it is managed elsewhere, with the output as its `route_filter_id`."
  type = object({
    circuit_name                  = string
    peer_asn                      = number
    vlan_id                       = number
    primary_peer_address_prefix   = string
    secondary_peer_address_prefix = string
    advertised_public_prefixes    = list(string)
  })
  default = null
}

resource "azurerm_route_filter" "power_platform" {
"#,
    );
    out.push_str(&format!(
        "  name                = \"{}\"\n  resource_group_name = var.resource_group_name\n  location            = \
         var.location\n\n  rule {{\n    name      = \"allow-power-platform\"\n    access    = \"Allow\"\n    rule_type = \
         \"Community\"\n    communities = [\n",
        plan.name
    ));
    for value in &plan.values {
        out.push_str(&format!("      \"{}\", # {}\n", value.community, value.name));
    }
    out.push_str(
        r#"    ]
  }
}

resource "azurerm_express_route_circuit_peering" "microsoft" {
  count = var.peering == null ? 0 : 1

  peering_type                  = "MicrosoftPeering"
  express_route_circuit_name    = var.peering.circuit_name
  resource_group_name           = var.resource_group_name
  peer_asn                      = var.peering.peer_asn
  vlan_id                       = var.peering.vlan_id
  primary_peer_address_prefix   = var.peering.primary_peer_address_prefix
  secondary_peer_address_prefix = var.peering.secondary_peer_address_prefix
  route_filter_id               = azurerm_route_filter.power_platform.id

  microsoft_peering_config {
    advertised_public_prefixes = var.peering.advertised_public_prefixes
  }
}

output "route_filter_id" {
  value = azurerm_route_filter.power_platform.id
}
"#,
    );
    out
}
