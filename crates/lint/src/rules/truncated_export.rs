//! `truncated-export`: a file of ours whose content was cut, or printed in a form without values.

use std::collections::BTreeSet;

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::RemarkKind;

use super::Rule;
use crate::Context;
use crate::filters::Cause;

pub(super) static RULE: Rule = Rule {
    name: "truncated-export",
    severity: Severity::Error,
    summary: "an export that is cut off, or in a form that leaves the values out",
    page: include_str!("../../../../docs/rules/truncated-export.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut reported = BTreeSet::new();
    for remark in &cx.network.remarks {
        let RemarkKind::Truncated { what, instead } = &remark.kind else { continue };
        reported.insert(remark.span.source);
        found.push(
            RULE.at(format!("this is {what}"))
                .label(remark.span, "not a whole export")
                .help(format!("export it with `{instead}`"))
                .fact("what", what.as_str()),
        );
    }
    // A list that was cut is said to be so even where the reader had nothing to say about its file.
    for view in &cx.filters {
        let cut = view.unknown_lists().filter(|list| list.cause == Cause::Truncated);
        for list in cut.filter(|list| !reported.contains(&list.span.source)) {
            found.push(
                RULE.at(format!("the {} of route filter `{}` are cut off", list.what, view.name()))
                    .label(list.span, "not the whole list")
                    .help("export it whole: `az network route-filter show`, or `ConvertTo-Json -Depth 10`")
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
    fn a_damaged_file_is_said_to_be_one() {
        let remark = || RemarkKind::Truncated {
            what: "the table output of az, which has no rules".to_owned(),
            instead: "az network route-filter show -o json".to_owned(),
        };
        let expected = ["error: this is the table output of az, which has no rules @ Name  Location"];
        Case::new().remark("Name  Location", remark()).finds(RULE, &expected);
        let helps = Case::new().remark("Name  Location", remark()).helps(RULE);
        assert_eq!(helps, ["export it with `az network route-filter show -o json`"]);
    }

    #[test]
    fn a_cut_list_is_not_silent() {
        Case::new().truncated_filter("rf").finds(
            RULE,
            &["error: the communities of route filter `rf` are cut off @ System.Object[]"],
        );
        Case::new().filter("rf", &["12076:51002"]).finds(RULE, &[]);
    }
}
