//! `--for eos`: community list, route map and sessions for Arista EOS.

use super::route_map::{self, NEIGHBORS};
use super::{Plan, Target, policy_name};

pub(super) static TARGET: Target = Target {
    name: "eos",
    write,
    default_name: policy_name,
};

fn write(plan: &Plan) -> String {
    let (name, mut out) = (&plan.name, route_map::head(plan));
    out.push_str("!\n");
    route_map::community_list(plan, |_| format!("ip community-list {name}"), &mut out);
    route_map::policies(name, "   ", "", &mut out);
    out.push_str(
        "router bgp 65010\n   neighbor MICROSOFT peer group\n   neighbor MICROSOFT remote-as 12076\n   neighbor MICROSOFT \
         bfd\n",
    );
    for neighbor in NEIGHBORS {
        out.push_str(&format!("   neighbor {neighbor} peer group MICROSOFT\n"));
    }
    out.push_str(&format!(
        "   !\n   address-family ipv4\n      neighbor MICROSOFT activate\n      neighbor MICROSOFT route-map {name}-IN in\n      \
         neighbor MICROSOFT route-map TO-MICROSOFT out\n!\n"
    ));
    out
}
