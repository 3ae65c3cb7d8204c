//! `duplicate-community`: the same value twice in a filter.

use std::collections::BTreeMap;

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::Remedy;

use super::Rule;
use crate::Context;

pub(super) static RULE: Rule = Rule {
    name: "duplicate-community",
    severity: Severity::Note,
    summary: "a route filter names the same community twice",
    page: include_str!("../../../../docs/rules/duplicate-community.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for view in &cx.filters {
        let mut first = BTreeMap::new();
        for value in &view.values {
            let Some(community) = value.reading.community() else { continue };
            let Some(earlier) = first.insert(community, value) else { continue };
            first.insert(community, earlier);
            // In a rule of its own the other one may be the one that counts.
            let same_list = std::ptr::eq(earlier.rule, value.rule);
            let change = view.removal(value).filter(|_| same_list);
            found.push(
                RULE.at(format!("`{community}` stands more than once in route filter `{}`", view.name()))
                    .label(value.written.span, "again here")
                    .label(earlier.written.span, "first here")
                    .help("remove one of them; where they were meant to differ, look for the value that is missing")
                    .object(view.name())
                    .identity(view.identity())
                    .fact("communities", vec![community])
                    .remedy(change.map(|change| Remedy::safe(format!("remove the second `{community}`"), vec![change]))),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn twice_is_once_too_often() {
        Case::new().filter("rf", &["12076:51002", "12076:51003", "12076:051002"]).finds(
            RULE,
            &["note: `12076:51002` stands more than once in route filter `rf` @ \"12076:051002\""],
        );
        Case::new().filter("rf", &["12076:51002", "12076:51003"]).finds(RULE, &[]);
    }

    #[test]
    fn two_filters_may_name_the_same() {
        Case::new().filter("a", &["12076:51002"]).filter("b", &["12076:51002"]).finds(RULE, &[]);
    }
}
