//! `deny-route-filter-rule`: a rule whose communities do not pass.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::{Change, Remedy};

use super::Rule;
use crate::Context;

pub(super) static RULE: Rule = Rule {
    name: "deny-route-filter-rule",
    severity: Severity::Error,
    summary: "a route filter rule whose access is not Allow; its communities do not pass",
    page: include_str!("../../../../docs/rules/deny-route-filter-rule.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for view in &cx.filters {
        for rule in view.filter.rules.items() {
            let Some(access) = &rule.access else { continue };
            if access.value.trim().eq_ignore_ascii_case("Allow") {
                continue;
            }
            found.push(
                RULE.at(format!(
                    "a rule of route filter `{}` has access `{}`, and its communities do not pass",
                    view.name(),
                    access.value
                ))
                .label(access.span, "must be `Allow`")
                .help("set access to `Allow`: what a route filter does not allow is not announced anyway")
                .object(view.name())
                .identity(view.identity())
                .fact("access", access.value.as_str())
                .remedy(Remedy::guessed(
                    "set access to `Allow`",
                    vec![Change::Reword {
                        at: access.clone(),
                        to: "Allow".to_owned(),
                    }],
                )),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn deny_lets_nothing_through() {
        Case::new().denying_filter("rf", &["12076:51002"]).finds(
            RULE,
            &["error: a rule of route filter `rf` has access `Deny`, and its communities do not pass @ Deny"],
        );
        Case::new().filter("rf", &["12076:51002"]).finds(RULE, &[]);
    }
}
