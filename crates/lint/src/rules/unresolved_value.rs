//! `unresolved-value`: what cannot be evaluated decides nothing, and that is said.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::Listing;

use super::Rule;
use crate::Context;
use crate::filters::Cause;

pub(super) static RULE: Rule = Rule {
    name: "unresolved-value",
    severity: Severity::Warning,
    summary: "an expression that cannot be evaluated stands where a verdict hangs on the value",
    page: include_str!("../../../../docs/rules/unresolved-value.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for view in &cx.filters {
        for list in view.unknown_lists() {
            let Cause::Unresolved(why) = list.cause else { continue };
            found.push(
                RULE.at(format!(
                    "the {} of route filter `{}` are not verified: {why}",
                    list.what,
                    view.name()
                ))
                .label(list.span, "this is not evaluated, so nothing is known about what passes")
                .help("check the values that it takes: a plan or what-if result in JSON holds them")
                .object(view.name())
                .identity(view.identity())
                .fact("why", why),
            );
        }
    }
    for circuit in &cx.circuits {
        for export in &circuit.exports {
            let Listing::Unresolved { span, why } = &export.peerings else { continue };
            let finding = RULE
                .at(format!("the peerings of circuit `{}` are not verified: {why}", circuit.name()))
                .label(*span, "this is not evaluated, so nothing is known about what hangs on the circuit")
                .help("check the values that it takes: a plan or what-if result in JSON holds them")
                .fact("why", why.as_str());
            found.push(circuit.about(finding));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn an_expression_is_no_value() {
        Case::region("europe").unresolved_filter("rf").finds(
            RULE,
            &["warning: the communities of route filter `rf` are not verified: var.communities has no value @ \
               var.communities"],
        );
        Case::region("europe").filter("rf", &["12076:51002"]).finds(RULE, &[]);
    }
}
