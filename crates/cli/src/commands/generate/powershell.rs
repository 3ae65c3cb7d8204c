//! `--for powershell`: the Az commands that make a route filter with one rule and put it on the Microsoft peering.

use super::{Plan, Target, az, commented, filter_name};

pub(super) static TARGET: Target = Target {
    name: "powershell",
    write,
    default_name: filter_name,
};

fn write(plan: &Plan) -> String {
    let mut out = String::from("#Requires -Modules Az.Network\n");
    for remark in &plan.remarks {
        commented("#", remark, &mut out);
    }
    commented(
        "#",
        "A route filter holds one rule; its communities take effect together, and everything else stays out.",
        &mut out,
    );
    if let Some(cloud) = az::cloud(plan.cloud) {
        commented(
            "#",
            &format!("Before: Connect-AzAccount -Environment {cloud}."),
            &mut out,
        );
    }
    out.push_str(
        "
param(
    # Where the filter is made, and where the circuit is.
    [Parameter(Mandatory)]
    [string] $ResourceGroupName,

    # The circuit's location: a filter elsewhere cannot be attached.
    [Parameter(Mandatory)]
    [string] $Location,

    # The circuit whose Microsoft peering takes the filter; without it only the filter is made.
    [string] $CircuitName
)

$ErrorActionPreference = 'Stop'

",
    );
    for value in &plan.values {
        out.push_str(&format!("# {}: {}\n", value.community, value.name));
    }
    let values: Vec<String> = plan
        .values
        .iter()
        .map(|value| format!("'{}'", value.community))
        .collect();
    out.push_str(&format!(
        "$rule = New-AzRouteFilterRuleConfig -Name 'allow-power-platform' -Access Allow `
    -RouteFilterRuleType Community -CommunityList {}

$filter = New-AzRouteFilter -Name '{}' -ResourceGroupName $ResourceGroupName `
    -Location $Location -Rule $rule

if ($CircuitName) {{
    $circuit = Get-AzExpressRouteCircuit -ResourceGroupName $ResourceGroupName -Name $CircuitName
    $peering = $circuit.Peerings | Where-Object PeeringType -eq 'MicrosoftPeering'
    if (-not $peering) {{
        throw \"Circuit $CircuitName has no Microsoft peering.\"
    }}
    $peering.RouteFilter = $filter
    Set-AzExpressRouteCircuit -ExpressRouteCircuit $circuit
}}
",
        values.join(", "),
        plan.name
    ));
    out
}
