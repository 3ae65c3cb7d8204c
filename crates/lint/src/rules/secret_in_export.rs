//! `secret-in-export`: keys and passwords in files that are shared.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::RemarkKind;

use super::Rule;
use crate::Context;

pub(super) static RULE: Rule = Rule {
    name: "secret-in-export",
    severity: Severity::Note,
    summary: "a service key, shared key or password in a checked file",
    page: include_str!("../../../../docs/rules/secret-in-export.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for remark in &cx.network.remarks {
        let RemarkKind::Secret { what } = &remark.kind else { continue };
        found.push(
            RULE.at(format!("this file holds a {what}"))
                .label(remark.span, "a secret, which is not shown here")
                .help("take it out before the file is shared or committed; pairlint does not need it")
                .fact("what", what.as_str()),
        );
    }
}

#[cfg(test)]
mod tests {
    use pairlint_model::network::RemarkKind;

    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn secrets_are_named_and_never_quoted() {
        let remark = RemarkKind::Secret {
            what: "serviceKey".to_owned(),
        };
        let found = Case::new().remark("00000000-1111", remark).diagnostics(RULE);
        let [finding] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(finding.message, "this file holds a serviceKey");
        assert!(!format!("{finding:?}").contains("00000000"));
    }
}
