//! `--for frr`: community list, route map and sessions for FRRouting.

use super::route_map::{self, NEIGHBORS};
use super::{Plan, Target, policy_name};

pub(super) static TARGET: Target = Target {
    name: "frr",
    write,
    default_name: policy_name,
};

fn write(plan: &Plan) -> String {
    let (name, mut out) = (&plan.name, route_map::head(plan));
    out.push_str("!\n");
    let line = |at| format!("bgp community-list standard {name} seq {}", (at + 1) * 5);
    route_map::community_list(plan, line, &mut out);
    route_map::policies(name, " ", "exit\n", &mut out);
    out.push_str("router bgp 65010\n");
    for neighbor in NEIGHBORS {
        out.push_str(&format!(
            " neighbor {neighbor} remote-as 12076\n neighbor {neighbor} bfd\n"
        ));
    }
    out.push_str(" !\n address-family ipv4 unicast\n");
    for neighbor in NEIGHBORS {
        out.push_str(&format!(
            "  neighbor {neighbor} activate\n  neighbor {neighbor} route-map {name}-IN in\n  neighbor {neighbor} \
             route-map TO-MICROSOFT out\n"
        ));
    }
    out.push_str(" exit-address-family\nexit\n!\n");
    out
}
