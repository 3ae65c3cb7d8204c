//! `wrong-cloud-community`: a value of another Azure cloud.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::Remedy;

use super::Rule;
use crate::tables::Cloud;
use crate::words::{and, cloud_name};
use crate::{Context, Holder, ValueSite};

pub(super) static RULE: Rule = Rule {
    name: "wrong-cloud-community",
    severity: Severity::Error,
    summary: "a community that belongs to another Azure cloud",
    page: include_str!("../../../../docs/rules/wrong-cloud-community.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    // What stands together: the values of a filter, the values of a list.
    let mut lists: BTreeMap<(Holder, Option<&str>), Vec<Known<'_>>> = BTreeMap::new();
    for site in cx.values() {
        let entries = cx.tables.community_any_cloud(site.community);
        let clouds: BTreeSet<Cloud> = entries.map(|entry| entry.cloud).collect();
        if !clouds.is_empty() {
            lists.entry((site.holder, site.list)).or_default().push(Known { site, clouds });
        }
    }
    for values in lists.values() {
        let own = values.first().and_then(|value| value.site.cloud);
        let Some(cloud) = own.or_else(|| majority(values)) else { continue };
        for value in values.iter().filter(|value| !value.clouds.contains(&cloud)) {
            found.push(finding(cx, value.site, cloud, &value.clouds));
        }
    }
}

/// A value and the clouds in which it means something.
struct Known<'c> {
    site: &'c ValueSite<'c>,
    clouds: BTreeSet<Cloud>,
}

/// The cloud of most values, where no cloud has them all; of equals the first. `None` where one cloud
/// explains everything.
fn majority(values: &[Known<'_>]) -> Option<Cloud> {
    let count = |cloud: Cloud| values.iter().filter(|value| value.clouds.contains(&cloud)).count();
    if Cloud::ALL.into_iter().any(|cloud| count(cloud) == values.len()) {
        return None;
    }
    Cloud::ALL.into_iter().rev().max_by_key(|cloud| count(*cloud))
}

fn finding(cx: &Context<'_>, site: &ValueSite<'_>, cloud: Cloud, clouds: &BTreeSet<Cloud>) -> Diagnostic {
    let names: Vec<&str> = clouds.iter().map(|cloud| cloud_name(*cloud)).collect();
    let message = format!(
        "{} in {} belongs to {}, not to {}",
        cx.quoted(clouds.first().copied(), site.community),
        cx.place(site),
        and(&names),
        cloud_name(cloud)
    );
    let remedy = cx.removal(site);
    cx.about(site, RULE.at(message))
        .remedy(remedy.map(|changes| Remedy::guessed(format!("remove `{}`", site.community), changes)))
        .label(site.span, "a value of another cloud")
        .help(
            "remove it: a circuit reaches one cloud only, and GCC, GCC High and DoD need circuits of Azure \
             Government, 21Vianet circuits of Azure China",
        )
        .fact("cloud", cloud.name())
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn the_location_tells_the_cloud() {
        Case::new().filter("rf", &["12076:51105"]).finds(
            RULE,
            &["error: `12076:51105` (US Gov Virginia) in route filter `rf` belongs to Azure Government, not to \
               the public Azure cloud @ \"12076:51105\""],
        );
        Case::new().at("usgovtexas").filter("rf", &["12076:51105", "12076:51108"]).finds(RULE, &[]);
    }

    #[test]
    fn a_list_that_mixes_clouds_is_wrong_in_any() {
        let values = &["12076:51002", "12076:51003", "12076:51105"];
        Case::new().router("edge1", "192.0.2.2", values).finds(
            RULE,
            &["error: `12076:51105` (US Gov Virginia) in community list `MS` on `edge1` belongs to Azure \
               Government, not to the public Azure cloud @ 12076:51105"],
        );
        Case::new().router("edge1", "192.0.2.2", &["12076:51105", "12076:51108"]).finds(RULE, &[]);
        // 12076:5220 means something in two clouds.
        Case::new().router("edge1", "192.0.2.2", &["12076:5220", "12076:51301"]).finds(RULE, &[]);
    }

    #[test]
    fn environments_tell_the_cloud_of_a_filter_without_location() {
        Case::region("gcc high").at("").filter("rf", &["12076:51002"]).finds(
            RULE,
            &["error: `12076:51002` (West Europe) in route filter `rf` belongs to the public Azure cloud, not \
               to Azure Government @ \"12076:51002\""],
        );
    }
}
