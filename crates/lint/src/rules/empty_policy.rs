//! `empty-policy`: a policy without a statement.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::policy::End;

use super::Rule;
use crate::Context;
use crate::hygiene::coverage;

pub(super) static RULE: Rule = Rule {
    name: "empty-policy",
    severity: Severity::Warning,
    summary: "a policy holds no statement, and its ending alone decides",
    page: include_str!("../../../../docs/rules/empty-policy.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, device) in cx.network.devices.iter().enumerate() {
        let Some(coverage) = coverage(cx, index) else { continue };
        for policy in coverage.policies(device).filter(|policy| policy.statements.is_empty()) {
            let name = &policy.name.value;
            let mut ends = device.readings.iter().filter_map(|reading| reading.policies.get(name));
            let agreed = ends.all(|other| other.statements.is_empty() && other.end == policy.end);
            let effect = match policy.end {
                _ if !agreed => "may accept or reject every route",
                End::Accept => "accepts every route that comes to it",
                End::Reject => "rejects every route that comes to it",
                End::NextPolicy => "leaves every route to what follows it, at last to the session's default",
                End::Unknown => "may accept or reject every route",
            };
            found.push(
                RULE.at(format!("route policy `{name}` holds no statement: {} then {effect}", device.platform.name))
                    .label(policy.name.span, "nothing is decided here")
                    .help("write its statements, or take it off where it is used")
                    .object(format!("{}/{name}", device.name))
                    .identity(format!("{}/{name}", device.name).to_lowercase()),
            );
        }
    }
}
