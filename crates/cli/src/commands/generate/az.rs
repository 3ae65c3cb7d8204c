//! `--for az`: the commands that make a route filter with one rule and put it on the Microsoft peering.

use super::{Plan, Target, commented, filter_name};
use pairlint_lint::tables::Cloud;

pub(super) static TARGET: Target = Target {
    name: "az",
    write,
    default_name: filter_name,
};

fn write(plan: &Plan) -> String {
    let mut out = String::from("#!/bin/sh\n");
    for remark in &plan.remarks {
        commented("#", remark, &mut out);
    }
    commented(
        "#",
        "A route filter holds one rule; its communities take effect together, and everything else stays out.",
        &mut out,
    );
    out.push_str("set -eu\n\n# Fill in: where the filter is made, and the circuit that it is for.\n");
    out.push_str("resource_group=RESOURCE-GROUP\ncircuit=CIRCUIT\n");
    out.push_str("# The circuit's location: a filter elsewhere cannot be attached.\nlocation=LOCATION\n\n");
    if let Some(cloud) = cloud(plan.cloud) {
        out.push_str(&format!("az cloud set --name {cloud}\n\n"));
    }
    let name = &plan.name;
    out.push_str(&format!(
        "az network route-filter create --resource-group \"$resource_group\" --location \"$location\" \\\n  --name {name}\n\n"
    ));
    for value in &plan.values {
        out.push_str(&format!("# {}: {}\n", value.community, value.name));
    }
    let values: Vec<String> = plan
        .values
        .iter()
        .map(|value| value.community.to_string())
        .collect();
    out.push_str(&format!(
        "az network route-filter rule create --resource-group \"$resource_group\" --filter-name {name} \\\n  --name \
         allow-power-platform --access Allow \\\n  --communities {}\n\n",
        values.join(" ")
    ));
    out.push_str(&format!(
        "az network express-route peering update --resource-group \"$resource_group\" \\\n  --circuit-name \"$circuit\" \
         --name MicrosoftPeering --route-filter {name}\n"
    ));
    out
}

/// As `az` and PowerShell call a cloud that is not the public one.
pub(super) fn cloud(cloud: Cloud) -> Option<&'static str> {
    match cloud {
        Cloud::Public => None,
        Cloud::UsGov => Some("AzureUSGovernment"),
        Cloud::China => Some("AzureChinaCloud"),
    }
}
