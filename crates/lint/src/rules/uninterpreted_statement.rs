//! `uninterpreted-statement`: a line that matters and that pairlint does not understand.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::session_findings::{kind_and_name, matters};

pub(super) static RULE: Rule = Rule {
    name: "uninterpreted-statement",
    severity: Severity::Warning,
    summary: "a line that a session to Microsoft depends on is not interpreted",
    page: include_str!("../../../../docs/rules/uninterpreted-statement.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, device) in cx.network.devices.iter().enumerate() {
        for line in device.unread.iter().filter(|line| matters(cx, index, &line.owner)) {
            let place = kind_and_name(&line.owner);
            found.push(
                RULE.at(format!("a line of {place} is not interpreted, and verdicts that hang on it are unsure"))
                    .label(line.span, "not understood")
                    .help("check by hand what it does to routes from Microsoft")
                    .object(device.name.as_str())
                    .identity(format!("{}/{place}", device.name.to_lowercase())),
            );
        }
    }
}
