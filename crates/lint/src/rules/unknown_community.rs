//! `unknown-community`: a value that no table knows.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::tables::CommunityKind;
use crate::words::cloud_name;
use crate::{Context, ValueSite};

pub(super) static RULE: Rule = Rule {
    name: "unknown-community",
    severity: Severity::Warning,
    summary: "a well-formed community that no reference table knows",
    page: include_str!("../../../../docs/rules/unknown-community.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for site in cx.values() {
        let known = cx.tables.community_any_cloud(site.community).next().is_some()
            || CommunityKind::of_value(site.community.value) == CommunityKind::PrivateRegion;
        if !known {
            found.push(finding(cx, site));
        }
    }
}

fn finding(cx: &Context<'_>, site: &ValueSite<'_>) -> Diagnostic {
    let tables = match site.cloud {
        Some(cloud) => format!("no table of {}", cloud_name(cloud)),
        None => "no table of any Azure cloud".to_owned(),
    };
    let nearest = cx.tables.nearest_community(site.cloud, site.community);
    let meant = match nearest {
        Some(entry) => format!("if `{}` ({}) is meant, write that; ", entry.value, entry.name),
        // Customers tag their virtual networks with values from 20000 on, for use on private peering.
        None if (20_000..50_000).contains(&site.community.value) => {
            "customers' own values for virtual networks do not pass on Microsoft peering; ".to_owned()
        }
        None => String::new(),
    };
    let mut finding = cx.about(site, RULE.at(format!("`{}` in {} is in {tables}", site.community, cx.place(site))))
        .label(site.span, "Microsoft documents no such value")
        .help(format!(
            "{meant}if Microsoft has added it, supply today's list with `--tables`: `az network route-filter rule \
             list-service-communities -o json`"
        ));
    if let Some(entry) = nearest {
        finding = finding.fact("nearest", entry.value.to_string());
    }
    finding
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn a_value_of_no_table() {
        Case::new().filter("rf", &["12076:51999", "12076:51002"]).finds(
            RULE,
            &["warning: `12076:51999` in route filter `rf` is in no table of the public Azure cloud @ \
               \"12076:51999\""],
        );
        let found = Case::new().filter("rf", &["12076:51200"]).helps(RULE);
        assert!(found.first().is_some_and(|help| help.starts_with("if `12076:51020` (Canada Central) is meant")), "{found:?}");
    }

    #[test]
    fn what_is_known_anywhere_is_another_rules_matter() {
        Case::new().filter("rf", &["12076:51105", "12076:50002", "12076:51022"]).finds(RULE, &[]);
    }

    #[test]
    fn lists_of_a_session_are_judged_too() {
        Case::new().router("edge1", "192.0.2.2", &["12076:51002", "12076:51999", "65000:7"]).finds(
            RULE,
            &["warning: `12076:51999` in community list `MS` on `edge1` is in no table of any Azure cloud @ \
               12076:51999"],
        );
        // Private peering has values of its own.
        Case::new().router("edge1", "10.0.0.2", &["12076:20001"]).finds(RULE, &[]);
    }
}
