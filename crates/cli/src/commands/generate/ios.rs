//! `--for ios`: community list, route map and sessions for Cisco IOS and IOS XE.

use super::{Plan, Target, commented, dashed};

pub(super) static TARGET: Target = Target {
    name: "ios",
    write,
    default_name: |region| format!("POWER-PLATFORM-{}", dashed(region).to_uppercase()),
};

fn write(plan: &Plan) -> String {
    let (name, mut out) = (&plan.name, String::new());
    for remark in &plan.remarks {
        commented("!", remark, &mut out);
    }
    commented(
        "!",
        "Replace 65010 by your AS, 192.0.2.2 and 192.0.2.6 by Microsoft's addresses (the second of each /30), and \
         203.0.113.0/28 by the public prefixes that you announce.",
        &mut out,
    );
    // Without it the list's values are kept as one number, and expressions do not see `12076:`.
    out.push_str("!\nip bgp-community new-format\n!\n");
    for value in &plan.values {
        out.push_str(&format!("! {}: {}\n", value.community, value.name));
    }
    commented(
        "!",
        "One value on a line: values on one line would all have to be on one route.",
        &mut out,
    );
    for value in &plan.values {
        out.push_str(&format!(
            "ip community-list standard {name} permit {}\n",
            value.community
        ));
    }
    out.push_str("!\nip prefix-list TO-MICROSOFT seq 5 permit 203.0.113.0/28\n!\n");
    out.push_str(&format!(
        "route-map {name}-IN permit 10\n match community {name}\n set local-preference 200\n!\nroute-map {name}-IN deny \
         20\n!\n"
    ));
    out.push_str("route-map TO-MICROSOFT permit 10\n match ip address prefix-list TO-MICROSOFT\n!\n");
    out.push_str("router bgp 65010\n");
    let neighbors = ["192.0.2.2", "192.0.2.6"];
    for neighbor in neighbors {
        out.push_str(&format!(
            " neighbor {neighbor} remote-as 12076\n neighbor {neighbor} fall-over bfd\n"
        ));
    }
    out.push_str(" !\n address-family ipv4\n");
    for neighbor in neighbors {
        out.push_str(&format!(
            "  neighbor {neighbor} activate\n  neighbor {neighbor} route-map {name}-IN in\n  neighbor {neighbor} \
             route-map TO-MICROSOFT out\n"
        ));
    }
    out.push_str(" exit-address-family\n!\n");
    out
}
