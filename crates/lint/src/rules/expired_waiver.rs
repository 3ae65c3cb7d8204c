//! `expired-waiver`: the command line makes the finding, because it knows today's date and the waivers.

use pairlint_model::diagnostic::Severity;

use super::{Rule, made_elsewhere};

pub(super) static RULE: Rule = Rule {
    name: "expired-waiver",
    severity: Severity::Warning,
    summary: "a waiver that is past its date, so what it covered is reported again",
    page: include_str!("../../../../docs/rules/expired-waiver.md"),
    check: made_elsewhere,
};
