//! `unused-waiver`: the command line makes the finding, after it has matched waivers with findings.

use pairlint_model::diagnostic::Severity;

use super::{Rule, made_elsewhere};

pub(super) static RULE: Rule = Rule {
    name: "unused-waiver",
    severity: Severity::Warning,
    summary: "a waiver that matches no finding",
    page: include_str!("../../../../docs/rules/unused-waiver.md"),
    check: made_elsewhere,
};
