//! `unsupported-rule-type`: Azure knows rules about communities only.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::{Change, Remedy};

use super::Rule;
use crate::Context;

pub(super) static RULE: Rule = Rule {
    name: "unsupported-rule-type",
    severity: Severity::Error,
    summary: "a route filter rule whose type is not Community",
    page: include_str!("../../../../docs/rules/unsupported-rule-type.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for view in &cx.filters {
        for rule in view.filter.rules.items() {
            let Some(kind) = &rule.rule_type else { continue };
            if kind.value.trim().eq_ignore_ascii_case("Community") {
                continue;
            }
            found.push(
                RULE.at(format!(
                    "a rule of route filter `{}` is of the type `{}`, which Azure does not have",
                    view.name(),
                    kind.value
                ))
                .label(kind.span, "must be `Community`")
                .help("set the rule type to `Community`")
                .remedy(Remedy::guessed(
                    "set the type to `Community`",
                    vec![Change::Reword {
                        at: kind.clone(),
                        to: "Community".to_owned(),
                    }],
                ))
                .object(view.name())
                .identity(view.identity())
                .fact("type", kind.value.as_str()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn rules_are_about_communities() {
        Case::new().filter("rf", &["12076:51002"]).rule_type("Prefix").finds(
            RULE,
            &["error: a rule of route filter `rf` is of the type `Prefix`, which Azure does not have @ Prefix"],
        );
        Case::new().filter("rf", &["12076:51002"]).rule_type("community").finds(RULE, &[]);
    }
}
