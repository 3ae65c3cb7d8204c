//! `refused-line`: a line that the platform itself refuses or ignores.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::session_findings::{kind_and_name, matters};

pub(super) static RULE: Rule = Rule {
    name: "refused-line",
    severity: Severity::Error,
    summary: "the device refuses or ignores a line that a session to Microsoft depends on",
    page: include_str!("../../../../docs/rules/refused-line.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, device) in cx.network.devices.iter().enumerate() {
        for line in device.refused.iter().filter(|line| matters(cx, index, &line.owner)) {
            let place = kind_and_name(&line.owner);
            found.push(
                RULE.at(format!("{} refuses a line of {place}: {}", device.platform.name, clause(&line.effect)))
                    .label(line.span, "refused by the device")
                    .help("write what the device takes; the verdicts here follow the device, not the text")
                    .object(device.name.as_str())
                    .identity(format!("{}/{place}", device.name.to_lowercase())),
            );
        }
    }
}

/// An effect tells who does what, or only what: "drops the line".
fn clause(effect: &str) -> String {
    match effect.starts_with("the ") {
        true => effect.to_owned(),
        false => format!("it {effect}"),
    }
}
