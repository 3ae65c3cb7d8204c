//! `--for nxos`: community list, route map and sessions for Cisco NX-OS.

use super::route_map::{self, NEIGHBORS};
use super::{Plan, Target, policy_name};

pub(super) static TARGET: Target = Target {
    name: "nxos",
    write,
    default_name: policy_name,
};

fn write(plan: &Plan) -> String {
    let (name, mut out) = (&plan.name, route_map::head(plan));
    out.push_str("!\nfeature bgp\nfeature bfd\n!\n");
    let line = |at| format!("ip community-list standard {name} seq {}", (at + 1) * 10);
    route_map::community_list(plan, line, &mut out);
    route_map::policies(name, "  ", "", &mut out);
    out.push_str("router bgp 65010\n");
    for neighbor in NEIGHBORS {
        out.push_str(&format!(
            "  neighbor {neighbor}\n    remote-as 12076\n    bfd\n    address-family ipv4 unicast\n      route-map \
             {name}-IN in\n      route-map TO-MICROSOFT out\n"
        ));
    }
    out
}
