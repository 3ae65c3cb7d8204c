//! `stale-community`: a value that once meant something else, or nothing any more.

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::Remedy;

use super::Rule;
use crate::tables::{CommunityEntry, CommunityStatus};
use crate::words::or;
use crate::{Context, ValueSite};

pub(super) static RULE: Rule = Rule {
    name: "stale-community",
    severity: Severity::Error,
    summary: "a community that Microsoft has renumbered or withdrawn",
    page: include_str!("../../../../docs/rules/stale-community.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for site in cx.values() {
        let entries = cx.entries(site.cloud, site.community);
        // A supplied list may say that the value is in use again, another cloud that it always was.
        if entries.iter().any(|entry| entry.status.may_be_sent()) {
            continue;
        }
        if let Some(entry) = entries.first() {
            found.push(finding(cx, site, entry));
        }
    }
}

fn finding(cx: &Context<'_>, site: &ValueSite<'_>, entry: &CommunityEntry) -> Diagnostic {
    let meanings: Vec<&str> = entry
        .meanings
        .iter()
        .filter_map(|meaning| cx.tables.azure_region(&meaning.region))
        .map(|region| region.display.as_str())
        .collect();
    let once = match meanings.as_slice() {
        [] => entry.name.clone(),
        regions => or(regions),
    };
    let state = match entry.status {
        CommunityStatus::Withdrawn => "is withdrawn",
        _ => "is not in use any more",
    };
    let today = entry.replaced_by.map(|value| cx.quoted(Some(entry.cloud), value));
    let help = match &today {
        Some(today) => format!("today's value is {today}: use it if that is what is wanted, else remove this one"),
        None => "remove it, and add the communities of the Azure regions that are needed".to_owned(),
    };
    let mut finding = cx.about(site, RULE.at(format!(
            "`{}` in {} {state}; it once stood for {once}",
            site.community, cx.place(site)
        )))
        .label(site.span, "no route carries this value as it was meant")
        .help(help);
    let community = site.community;
    finding = finding.remedy(match entry.replaced_by {
        Some(today) => cx
            .replacement(site, &[today])
            .map(|changes| Remedy::safe(format!("replace `{community}` by today's `{today}`"), changes)),
        None => cx.removal(site).map(|changes| Remedy::guessed(format!("remove `{community}`"), changes)),
    });
    if let Some(value) = entry.replaced_by {
        finding = finding.fact("replaced_by", value.to_string());
    }
    finding
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn renumbered_and_withdrawn_values() {
        Case::new().filter("rf", &["12076:51022"]).finds(
            RULE,
            &["error: `12076:51022` in route filter `rf` is not in use any more; it once stood for West US 2 or \
               UK North @ \"12076:51022\""],
        );
        Case::new().at("usgovvirginia").filter("rf", &["12076:5140"]).finds(
            RULE,
            &["error: `12076:5140` in route filter `rf` is withdrawn; it once stood for Dynamics 365 @ \
               \"12076:5140\""],
        );
    }

    #[test]
    fn todays_values_are_silence() {
        Case::new().filter("rf", &["12076:51026", "12076:51027", "12076:5040"]).finds(RULE, &[]);
    }
}
