//! `--for vyos`: community list, route map and sessions for VyOS 1.4 and later, as commands.

use super::route_map::NEIGHBORS;
use super::{Plan, Target, commented, policy_name};

pub(super) static TARGET: Target = Target {
    name: "vyos",
    write,
    default_name: policy_name,
};

fn write(plan: &Plan) -> String {
    let (name, mut out) = (&plan.name, String::new());
    for remark in &plan.remarks {
        commented("#", remark, &mut out);
    }
    commented(
        "#",
        "Replace 65010 by your AS, 192.0.2.2 and 192.0.2.6 by Microsoft's addresses (the second of each /30), and \
         203.0.113.0/28 by the public prefixes that you announce.",
        &mut out,
    );
    for (at, value) in plan.values.iter().enumerate() {
        let rule = format!("set policy community-list {name} rule {}", (at + 1) * 10);
        out.push_str(&format!(
            "# {}: {}\n{rule} action 'permit'\n{rule} regex '{}'\n",
            value.community, value.name, value.community
        ));
    }
    out.push_str(&format!(
        "set policy prefix-list TO-MICROSOFT rule 5 action 'permit'
set policy prefix-list TO-MICROSOFT rule 5 prefix '203.0.113.0/28'
set policy route-map {name}-IN rule 10 action 'permit'
set policy route-map {name}-IN rule 10 match community community-list '{name}'
set policy route-map {name}-IN rule 10 set local-preference '200'
set policy route-map {name}-IN rule 20 action 'deny'
set policy route-map TO-MICROSOFT rule 10 action 'permit'
set policy route-map TO-MICROSOFT rule 10 match ip address prefix-list 'TO-MICROSOFT'
set protocols bgp system-as '65010'
"
    ));
    for neighbor in NEIGHBORS {
        let at = format!("set protocols bgp neighbor {neighbor}");
        out.push_str(&format!(
            "{at} remote-as '12076'
{at} bfd
{at} address-family ipv4-unicast route-map import '{name}-IN'
{at} address-family ipv4-unicast route-map export 'TO-MICROSOFT'
"
        ));
    }
    out
}
