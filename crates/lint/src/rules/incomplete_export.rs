//! `incomplete-export`: a part of a larger answer.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::RemarkKind;

use super::Rule;
use crate::Context;
use crate::filters::Cause;

pub(super) static RULE: Rule = Rule {
    name: "incomplete-export",
    severity: Severity::Warning,
    summary: "an export that holds part of a larger result, so nothing is said about what it lacks",
    page: include_str!("../../../../docs/rules/incomplete-export.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for remark in &cx.network.remarks {
        let RemarkKind::Incomplete { what } = &remark.kind else { continue };
        found.push(
            RULE.at(format!("this export is not complete: {what}"))
                .label(remark.span, "there is more than this file holds")
                .help("export again with all pages; `az` fetches them by itself, REST clients follow `nextLink`")
                .fact("what", what.as_str()),
        );
    }
    for view in &cx.filters {
        for list in view.unknown_lists().filter(|list| list.cause == Cause::Absent) {
            found.push(
                RULE.at(format!("route filter `{}` is exported without its {}", view.name(), list.what))
                    .label(list.span, format!("the {} belong here", list.what))
                    .help("export the whole filter: `az network route-filter show -g <group> -n <filter>`")
                    .object(view.name())
                    .identity(view.identity()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::network::RemarkKind;

    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn more_pages_are_left() {
        let remark = RemarkKind::Incomplete {
            what: "it ends with a nextLink".to_owned(),
        };
        Case::new().remark("\"nextLink\"", remark).finds(
            RULE,
            &["warning: this export is not complete: it ends with a nextLink @ \"nextLink\""],
        );
    }

    #[test]
    fn rules_that_are_not_there_are_not_empty() {
        Case::new()
            .absent_filter("rf")
            .finds(RULE, &["warning: route filter `rf` is exported without its rules @ "]);
        Case::new().filter("rf", &[]).finds(RULE, &[]);
    }
}
