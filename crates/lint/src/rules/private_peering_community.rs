//! `private-peering-community`: a value that never occurs on Microsoft peering.

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::Remedy;

use super::Rule;
use crate::tables::CommunityKind;
use crate::{Context, Holder, ValueSite};

pub(super) static RULE: Rule = Rule {
    name: "private-peering-community",
    severity: Severity::Error,
    summary: "a 12076:50xxx community, which belongs to private peering, where Microsoft peering is filtered",
    page: include_str!("../../../../docs/rules/private-peering-community.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for site in cx.values() {
        let private = CommunityKind::of_value(site.community.value) == CommunityKind::PrivateRegion;
        // A list that also serves a session on private peering is right to name it.
        let shared = matches!(site.holder, Holder::Device { also_private: true, .. });
        if private && !shared {
            found.push(finding(cx, site));
        }
    }
}

fn finding(cx: &Context<'_>, site: &ValueSite<'_>) -> Diagnostic {
    let regional = Community::microsoft(site.community.value.saturating_add(1000));
    let help = match cx.meaning(site.cloud, regional) {
        Some(region) => format!("for the routes of {region} on Microsoft peering use \"{regional}\""),
        None => "remove it".to_owned(),
    };
    let community = site.community;
    let remedy = match cx.meaning(site.cloud, regional) {
        Some(_) => cx
            .replacement(site, &[regional])
            .map(|changes| Remedy::guessed(format!("replace `{community}` by `{regional}`"), changes)),
        None => cx.removal(site).map(|changes| Remedy::guessed(format!("remove `{community}`"), changes)),
    };
    let message = format!(
        "{} in {} is a community of private peering",
        cx.quoted(site.cloud, site.community),
        cx.place(site)
    );
    cx.about(site, RULE.at(message))
        .label(site.span, "no route on Microsoft peering carries this value")
        .help(help)
        .remedy(remedy)
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn it_never_passes_a_route_filter() {
        Case::new().filter("rf", &["12076:50002", "12076:51003"]).finds(
            RULE,
            &["error: `12076:50002` (West Europe) in route filter `rf` is a community of private peering @ \
               \"12076:50002\""],
        );
        let helps = Case::new().filter("rf", &["12076:50002"]).helps(RULE);
        assert_eq!(helps, ["for the routes of West Europe on Microsoft peering use \"12076:51002\""]);
    }

    #[test]
    fn lists_of_private_peering_may_name_it() {
        let values = &["12076:50002"];
        Case::new().router("edge1", "192.0.2.2", values).finds(
            RULE,
            &["error: `12076:50002` (West Europe) in community list `MS` on `edge1` is a community of private \
               peering @ 12076:50002"],
        );
        Case::new().router("edge1", "10.0.0.2", values).finds(RULE, &[]);
        Case::new().router_with_private("edge1", "192.0.2.2", "10.0.0.2", values).finds(RULE, &[]);
    }
}
