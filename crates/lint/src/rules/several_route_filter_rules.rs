//! `several-route-filter-rules`: Azure takes one rule for each filter.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;

pub(super) static RULE: Rule = Rule {
    name: "several-route-filter-rules",
    severity: Severity::Error,
    summary: "a route filter with more than one rule, where Azure takes one",
    page: include_str!("../../../../docs/rules/several-route-filter-rules.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for view in &cx.filters {
        let [first, second, ..] = view.filter.rules.items() else { continue };
        let count = view.filter.rules.items().len();
        let place = |rule: &pairlint_model::network::FilterRule| {
            rule.name.as_ref().map_or(rule.span, |name| name.span)
        };
        found.push(
            RULE.at(format!("route filter `{}` has {count} rules; Azure takes one", view.name()))
                .label(place(second), "a second rule")
                .label(place(first), "the first")
                .help("put all communities into one rule")
                .object(view.name())
                .identity(view.identity())
                .fact("rules", count as u64),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn one_rule_is_all_there_can_be() {
        Case::new()
            .filter("rf", &["12076:51002"])
            .second_rule(&["12076:51003"])
            .finds(RULE, &["error: route filter `rf` has 2 rules; Azure takes one @ second"]);
        Case::new().filter("rf", &["12076:51002"]).finds(RULE, &[]);
    }
}
