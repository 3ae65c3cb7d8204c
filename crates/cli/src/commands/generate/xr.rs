//! `--for xr`: sets, route policies and sessions for Cisco IOS-XR.

use super::route_map::{self, NEIGHBORS};
use super::{Plan, Target, policy_name};

pub(super) static TARGET: Target = Target {
    name: "xr",
    write,
    default_name: policy_name,
};

fn write(plan: &Plan) -> String {
    let (name, mut out) = (&plan.name, route_map::head(plan));
    out.push_str(&format!("!\ncommunity-set {name}\n"));
    for (at, value) in plan.values.iter().enumerate() {
        let comma = if at + 1 < plan.values.len() { "," } else { "" };
        out.push_str(&format!("  # {}\n  {}{comma}\n", value.name, value.community));
    }
    out.push_str(&format!(
        "end-set
!
prefix-set TO-MICROSOFT
  203.0.113.0/28
end-set
!
route-policy {name}-IN
  if community matches-any {name} then
    set local-preference 200
  else
    drop
  endif
end-policy
!
route-policy TO-MICROSOFT
  if destination in TO-MICROSOFT then
    pass
  else
    drop
  endif
end-policy
!
router bgp 65010
 address-family ipv4 unicast
 !
"
    ));
    for neighbor in NEIGHBORS {
        out.push_str(&format!(
            " neighbor {neighbor}
  remote-as 12076
  bfd fast-detect
  address-family ipv4 unicast
   route-policy {name}-IN in
   route-policy TO-MICROSOFT out
  !
 !
"
        ));
    }
    out.push_str("!\n");
    out
}
