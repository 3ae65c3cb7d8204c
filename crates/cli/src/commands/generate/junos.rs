//! `--for junos`: communities, policies and sessions for Juniper Junos.

use super::{Plan, Target, commented, dashed, policy_name};

pub(super) static TARGET: Target = Target {
    name: "junos",
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
        "Replace 192.0.2.2 and 192.0.2.6 by Microsoft's addresses (the second of each /30), and 203.0.113.0/28 by the \
         public prefixes that you announce.",
        &mut out,
    );
    commented(
        "#",
        "One community for each value: the members of one community would all have to be on one route.",
        &mut out,
    );
    let communities: Vec<(String, &super::Value)> = plan
        .values
        .iter()
        .map(|value| (community_name(plan, value), value))
        .collect();
    let names: Vec<&str> = communities.iter().map(|(name, _)| name.as_str()).collect();
    out.push_str(&format!(
        "policy-options {{
    policy-statement {name}-IN {{
        term power-platform {{
            from community [ {} ];
            then {{
                local-preference 200;
                accept;
            }}
        }}
        term rest {{
            then reject;
        }}
    }}
    policy-statement TO-MICROSOFT {{
        term ours {{
            from {{
                route-filter 203.0.113.0/28 exact;
            }}
            then accept;
        }}
        term rest {{
            then reject;
        }}
    }}
",
        names.join(" ")
    ));
    for (community, value) in &communities {
        out.push_str(&format!(
            "    community {community} members {}; # {}\n",
            value.community, value.name
        ));
    }
    out.push_str(&format!(
        "}}
protocols {{
    bgp {{
        group MICROSOFT {{
            type external;
            peer-as 12076;
            import {name}-IN;
            export TO-MICROSOFT;
            bfd-liveness-detection {{
                minimum-interval 300;
                multiplier 3;
            }}
            neighbor 192.0.2.2;
            neighbor 192.0.2.6;
        }}
    }}
}}
"
    ));
    out
}

/// `WEST-EUROPE`; the number too where two values have one name.
fn community_name(plan: &Plan, value: &super::Value) -> String {
    let name = dashed(&value.name).to_uppercase();
    let same = plan.values.iter().filter(|other| other.name == value.name);
    match same.count() {
        1 => name,
        _ => format!("{name}-{}", value.community.value),
    }
}
