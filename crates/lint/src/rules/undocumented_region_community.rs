//! `undocumented-region-community`: an Azure region that is needed, and whose community no table has.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::Rule;
use crate::Context;
use crate::words::and;

pub(super) static RULE: Rule = Rule {
    name: "undocumented-region-community",
    severity: Severity::Warning,
    summary: "an Azure region that is needed, and for which no community is documented",
    page: include_str!("../../../../docs/rules/undocumented-region-community.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, environment) in cx.environments.iter().enumerate() {
        let unknown: Vec<_> = environment.undocumented().collect();
        let Some(first) = unknown.first() else { continue };
        let displays: Vec<&str> = unknown.iter().map(|region| region.display.as_str()).collect();
        let names: Vec<&str> = unknown.iter().map(|region| region.name.as_str()).collect();
        let name = &environment.declared.name;
        found.push(
            RULE.at(format!(
                "no community is documented for {}, which environment `{name}` needs",
                and(&displays)
            ))
            .label(cx.place_of(index), "whether its routes pass cannot be judged")
            .help(help(&first.name))
            .object(name.as_str())
            .fact("environment", name.as_str())
            .fact("region", environment.region())
            .fact("azure_regions", names),
        );
    }
    for (kind, names) in [
        ("gateway", &cx.settings.gateways),
        ("allowed Azure region", &cx.settings.allow.azure_regions),
    ] {
        for name in names {
            let Some(region) = cx.tables.azure_region(name) else { continue };
            if cx.tables.regional_community(region.cloud, &region.name).is_some() {
                continue;
            }
            found.push(
                RULE.at(format!("no community is documented for {}, a declared {kind}", region.display))
                    .label(cx.anywhere(), "whether its routes pass cannot be judged")
                    .help(help(&region.name))
                    .fact("azure_regions", vec![region.name.as_str()]),
            );
        }
    }
}

fn help(region: &str) -> String {
    format!(
        "save the output of `az network route-filter rule list-service-communities -o json` \
         and give it with `--tables`, or write the value under `[communities]` as `{region} = \"12076:…\"`"
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn sweden_central_has_no_documented_value() {
        Case::region("sweden").filter("rf", &["12076:51002"]).finds(
            RULE,
            &["warning: no community is documented for Sweden Central, which environment `sweden` needs @ \
               [\"12076:51002\"]"],
        );
        Case::region("europe").filter("rf", &["12076:51002"]).finds(RULE, &[]);
    }

    #[test]
    fn gateways_need_one_too() {
        Case::region("europe").gateway("italynorth").filter("rf", &["12076:51002"]).finds(
            RULE,
            &["warning: no community is documented for Italy North, a declared gateway @ "],
        );
    }
}
