//! What the command lines of IOS, EOS, NX-OS and FRR have in common: remarks behind `!`, one prefix list, and two
//! route maps.

use super::{Plan, commented};

/// The addresses that stand for Microsoft's, the second of each /30.
pub(super) const NEIGHBORS: [&str; 2] = ["192.0.2.2", "192.0.2.6"];

/// The remarks of the plan, and what is to be filled in.
pub(super) fn head(plan: &Plan) -> String {
    let mut out = String::new();
    for remark in &plan.remarks {
        commented("!", remark, &mut out);
    }
    commented(
        "!",
        "Replace 65010 by your AS, 192.0.2.2 and 192.0.2.6 by Microsoft's addresses (the second of each /30), and \
         203.0.113.0/28 by the public prefixes that you announce.",
        &mut out,
    );
    out
}

/// The community list, one entry a line; `line` writes the start of entry number `at`.
pub(super) fn community_list(plan: &Plan, line: impl Fn(usize) -> String, out: &mut String) {
    for value in &plan.values {
        out.push_str(&format!("! {}: {}\n", value.community, value.name));
    }
    commented(
        "!",
        "One value on a line: values on one line would all have to be on one route.",
        out,
    );
    for (at, value) in plan.values.iter().enumerate() {
        out.push_str(&format!("{} permit {}\n", line(at), value.community));
    }
}

/// What is announced, and the policies of both directions; `indent` is that of the platform, `end` closes a clause.
pub(super) fn policies(name: &str, indent: &str, end: &str, out: &mut String) {
    out.push_str(&format!(
        "!\nip prefix-list TO-MICROSOFT seq 5 permit 203.0.113.0/28\n!\n\
         route-map {name}-IN permit 10\n{indent}match community {name}\n{indent}set local-preference 200\n{end}!\n\
         route-map {name}-IN deny 20\n{end}!\n\
         route-map TO-MICROSOFT permit 10\n{indent}match ip address prefix-list TO-MICROSOFT\n{end}!\n"
    ));
}
