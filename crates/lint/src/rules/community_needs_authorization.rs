//! `community-needs-authorization`: Microsoft 365 values.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;

pub(super) static RULE: Rule = Rule {
    name: "community-needs-authorization",
    severity: Severity::Note,
    summary: "a Microsoft 365 community, which Microsoft must authorise for the subscription",
    page: include_str!("../../../../docs/rules/community-needs-authorization.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, view) in cx.filters.iter().enumerate() {
        let cloud = cx.filter_cloud(index);
        for value in view.values.iter().filter(|value| value.allowed) {
            let Some(community) = value.reading.community() else { continue };
            let entries = cx.entries(cloud, community);
            // A supplied list tells whether this very subscription is authorised.
            let granted = entries.iter().any(|entry| entry.authorized == Some(true));
            let Some(entry) = entries.iter().find(|entry| entry.authorization == Some(true)) else { continue };
            if granted {
                continue;
            }
            found.push(
                RULE.at(format!(
                    "`{community}` ({}) in route filter `{}` needs Microsoft's authorisation",
                    entry.name,
                    view.name()
                ))
                .label(value.written.span, "without it the filter cannot be attached to a circuit")
                .help(
                    "Power Platform does not need it; where Microsoft 365 over ExpressRoute is wanted, ask the \
                     Microsoft account team for the authorisation",
                )
                .object(view.name())
                .identity(view.identity())
                .fact("communities", vec![community]),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn microsoft_365_needs_authorisation() {
        Case::new().filter("rf", &["12076:5010", "12076:5040", "12076:5060"]).finds(
            RULE,
            &["note: `12076:5010` (Exchange Online) in route filter `rf` needs Microsoft's authorisation @ \
               \"12076:5010\""],
        );
    }
}
