//! `empty-route-filter`: a filter that lets nothing through because it holds nothing.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::Listing;

use super::Rule;
use crate::Context;

pub(super) static RULE: Rule = Rule {
    name: "empty-route-filter",
    severity: Severity::Error,
    summary: "a route filter without a rule, or a rule without a community: Microsoft announces nothing",
    page: include_str!("../../../../docs/rules/empty-route-filter.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for view in &cx.filters {
        let name = view.name();
        let mut report = |message: String, span, label: &str| {
            found.push(
                RULE.at(message)
                    .label(span, label)
                    .help("add a rule that allows the communities of the Azure regions that are needed")
                    .object(name)
                    .identity(view.identity()),
            );
        };
        if let Listing::Known { span, items } = &view.filter.rules
            && items.is_empty()
        {
            report(format!("route filter `{name}` has no rule"), *span, "nothing passes this filter");
        }
        for rule in view.filter.rules.items() {
            if let Listing::Known { span, items } = &rule.communities
                && items.is_empty()
            {
                let rule = match &rule.name {
                    Some(rule) => format!("rule `{}`", rule.value),
                    None => "the rule".to_owned(),
                };
                report(
                    format!("{rule} of route filter `{name}` names no community"),
                    *span,
                    "nothing passes this rule",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn nothing_in_it() {
        Case::new().filter("rf", &[]).finds(RULE, &["error: rule `allow` of route filter `rf` names no community @ []"]);
        Case::new().filter_without_rules("rf").finds(RULE, &["error: route filter `rf` has no rule @ []"]);
    }

    #[test]
    fn what_is_not_known_is_not_empty() {
        Case::new().unresolved_filter("rf").finds(RULE, &[]);
        Case::new().absent_filter("rf").finds(RULE, &[]);
        Case::new().filter("rf", &["12076:51002"]).finds(RULE, &[]);
    }
}
