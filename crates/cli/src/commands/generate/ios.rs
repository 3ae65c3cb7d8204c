//! `--for ios`: community list, route map and sessions for Cisco IOS and IOS XE.

use super::route_map::{self, NEIGHBORS};
use super::{Plan, Target, policy_name};

pub(super) static TARGET: Target = Target {
    name: "ios",
    write,
    default_name: policy_name,
};

fn write(plan: &Plan) -> String {
    let (name, mut out) = (&plan.name, route_map::head(plan));
    // Without it the list's values are kept as one number, and expressions do not see `12076:`.
    out.push_str("!\nip bgp-community new-format\n!\n");
    route_map::community_list(plan, |_| format!("ip community-list standard {name}"), &mut out);
    route_map::policies(name, " ", "", &mut out);
    out.push_str("router bgp 65010\n");
    for neighbor in NEIGHBORS {
        out.push_str(&format!(
            " neighbor {neighbor} remote-as 12076\n neighbor {neighbor} fall-over bfd\n"
        ));
    }
    out.push_str(" !\n address-family ipv4\n");
    for neighbor in NEIGHBORS {
        out.push_str(&format!(
            "  neighbor {neighbor} activate\n  neighbor {neighbor} route-map {name}-IN in\n  neighbor {neighbor} \
             route-map TO-MICROSOFT out\n"
        ));
    }
    out.push_str(" exit-address-family\n!\n");
    out
}
