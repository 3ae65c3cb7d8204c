//! `unreadable-file`: the command line makes the finding, because only it touches files.

use pairlint_model::diagnostic::Severity;

use super::{Rule, made_elsewhere};

pub(super) static RULE: Rule = Rule {
    name: "unreadable-file",
    severity: Severity::Error,
    summary: "a file of a walked folder that cannot be read",
    page: include_str!("../../../../docs/rules/unreadable-file.md"),
    check: made_elsewhere,
};
