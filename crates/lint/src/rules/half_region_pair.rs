//! `half-region-pair`: nothing is declared, and one half of a pair stands alone.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::policy::PolicyExpression;
use pairlint_model::remedy::Remedy;

use super::Rule;
use crate::Context;
use crate::filters::FilterView;
use crate::tables::{Availability, Cloud, Geography, Tables};
use crate::remedies::{STILL_KEPT_OUT, let_in};
use crate::verdicts::{CommunityVerdict, SessionVerdicts};
use crate::words::{and, communities, literal_list, or, plain_list};

pub(super) static RULE: Rule = Rule {
    name: "half-region-pair",
    severity: Severity::Warning,
    summary: "one half of a Power Platform pair is let in and the other is not, with no environment declared",
    page: include_str!("../../../../docs/rules/half-region-pair.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let pairs = pairs(cx.tables);
    for (index, view) in cx.filters.iter().enumerate() {
        if !view.complete || !cx.scope.of_filter(index).is_empty() {
            continue;
        }
        let cloud = cx.filter_cloud(index);
        let allowed = cx.allowed.communities(cloud);
        let halves = halves(&pairs, cloud, &view.passing, &allowed);
        for half in &halves {
            let title = format!("add {} to the communities of the rule", plain_list(&half.missing));
            let change = view.addition(&half.missing).filter(|_| half.is_only_one(&halves));
            let remedy = change.map(|change| Remedy::safe(title, vec![change]));
            found.push(of_filter(cx, view, cloud, half).remedy(remedy));
        }
    }
    for verdicts in cx.verdicts.iter().filter(|verdicts| verdicts.active) {
        if !cx.scope.of_peer(verdicts.peer).is_empty() {
            continue;
        }
        let cloud = cx.peer_cloud(verdicts.peer);
        let allowed = cx.allowed.communities(cloud);
        let open = uncertain(verdicts);
        let halves = halves(&pairs, cloud, &accepted(verdicts), &allowed);
        for half in &halves {
            // What may be accepted is not certain to be missing.
            if !half.missing.iter().any(|community| open.contains(community)) {
                found.extend(of_session(cx, verdicts, cloud, half).map(|finding| finding.remedy(permit(cx, verdicts, half, &halves))));
            }
        }
    }
}

/// The communities by which the session lets routes in: listed ones, and known ones that nobody needs, which
/// is every other one where nothing is declared.
fn accepted(verdicts: &SessionVerdicts) -> BTreeSet<Community> {
    let listed = verdicts.communities.iter();
    let listed = listed
        .filter(|(_, verdict)| matches!(verdict, CommunityVerdict::All | CommunityVerdict::Some))
        .map(|(community, _)| *community);
    listed.chain(verdicts.unneeded.iter().map(|(community, _)| *community)).collect()
}

fn uncertain(verdicts: &SessionVerdicts) -> BTreeSet<Community> {
    let listed = verdicts.communities.iter();
    let listed = listed
        .filter(|(_, verdict)| **verdict == CommunityVerdict::Unsure)
        .map(|(community, _)| *community);
    listed.chain(verdicts.unneeded_unsure.iter().map(|(community, _)| *community)).collect()
}

/// Communities that together serve a geography, and the names of the geographies that they serve.
struct Pair {
    cloud: Cloud,
    communities: BTreeSet<Community>,
    geographies: Vec<String>,
}

/// Half of a pair.
struct Half {
    present: Vec<Community>,
    missing: Vec<Community>,
    geographies: Vec<String>,
}

impl Half {
    /// No other pair has to do with the same communities, so that there is no choice what is missing.
    fn is_only_one(&self, halves: &[Half]) -> bool {
        let mut others = halves.iter().filter(|other| !std::ptr::eq(*other, self));
        !others.any(|other| other.present.iter().any(|community| self.present.contains(community)))
    }
}

fn permit(cx: &Context<'_>, verdicts: &SessionVerdicts, half: &Half, halves: &[Half]) -> Option<Remedy> {
    let peer = cx.peers.get(verdicts.peer).filter(|_| half.is_only_one(halves))?;
    let family = peer.neighbor.families.get(verdicts.family_index)?;
    let changes = let_in(peer.device, &family.import, &half.missing)?;
    Some(Remedy::safe(format!("permit {}", plain_list(&half.missing)), changes).leaving(STILL_KEPT_OUT))
}

/// Every set of communities that serves a geography, single ones included, because a value that completes one
/// geography is not the half of another. Two geographies with the same set are named together.
fn pairs(tables: &Tables) -> Vec<Pair> {
    let mut pairs: BTreeMap<(Cloud, BTreeSet<Community>), Vec<&Geography>> = BTreeMap::new();
    for geography in tables.geographies() {
        for regions in geography.region_sets() {
            let regions = regions.iter();
            let communities: Option<BTreeSet<Community>> = regions
                .map(|region| tables.regional_community(geography.cloud, region))
                .collect();
            if let Some(communities) = communities.filter(|communities| !communities.is_empty()) {
                pairs.entry((geography.cloud, communities)).or_default().push(geography);
            }
        }
    }
    let pairs = pairs.into_iter().map(|((cloud, communities), mut geographies)| {
        // A preview ring shares its pair with the geography proper and adds nothing to the message.
        let general = |geography: &&Geography| geography.availability == Availability::General;
        if geographies.iter().any(general) {
            geographies.retain(general);
        }
        Pair {
            cloud,
            communities,
            geographies: geographies.into_iter().map(|geography| geography.name.clone()).collect(),
        }
    });
    pairs.collect()
}

fn halves(
    pairs: &[Pair],
    cloud: Option<Cloud>,
    present: &BTreeSet<Community>,
    allowed: &BTreeSet<Community>,
) -> Vec<Half> {
    let of_cloud = || pairs.iter().filter(|pair| cloud.is_none_or(|cloud| cloud == pair.cloud));
    let mut explained = allowed.clone();
    let mut served = BTreeSet::new();
    for whole in of_cloud().filter(|pair| pair.communities.is_subset(present)) {
        explained.extend(&whole.communities);
        served.extend(&whole.geographies);
    }
    let half = |pair: &Pair| {
        let here: Vec<Community> = pair.communities.intersection(present).copied().collect();
        let missing: Vec<Community> = pair.communities.difference(present).copied().collect();
        let open = here.iter().any(|community| !explained.contains(community));
        // Beside a geography's whole pair, half of its other one is most likely there for something else.
        let elsewhere = pair.geographies.iter().any(|geography| !served.contains(geography));
        (open && elsewhere && !missing.is_empty()).then(|| Half {
            present: here,
            missing,
            geographies: pair.geographies.clone(),
        })
    };
    of_cloud().filter_map(half).collect()
}

fn of_filter(cx: &Context<'_>, view: &FilterView<'_>, cloud: Option<Cloud>, half: &Half) -> Diagnostic {
    let message = format!(
        "route filter `{}` holds {} without {}, the rest of the {} pair",
        view.name(),
        communities(cx, cloud, &half.present),
        communities(cx, cloud, &half.missing),
        or(&half.geographies)
    );
    let mut finding = RULE.at(message).label(
        view.list_span(),
        format!("{} is not in this list", and(&plain(&half.missing))),
    );
    for value in half.present.iter().filter_map(|&community| view.places(community).next()) {
        finding = finding.label(value.written.span, "one half is here");
    }
    describe(finding, half, "add it to the communities of this rule")
        .object(view.name())
        .identity(view.identity())
}

fn of_session(
    cx: &Context<'_>,
    verdicts: &SessionVerdicts,
    cloud: Option<Cloud>,
    half: &Half,
) -> Option<Diagnostic> {
    let peer = cx.peers.get(verdicts.peer)?;
    let family = peer.neighbor.families.get(verdicts.family_index);
    let policy = family.and_then(|family| match family.import.policies.first() {
        Some(PolicyExpression::Policy(name)) => Some(name.span),
        _ => None,
    });
    let message = format!(
        "session `{}` ({}) accepts {} and rejects {}, the rest of the {} pair",
        peer.name,
        verdicts.family,
        communities(cx, cloud, &half.present),
        communities(cx, cloud, &half.missing),
        or(&half.geographies)
    );
    let finding = RULE
        .at(message)
        .label(policy.unwrap_or(peer.neighbor.span), "this policy lets in one half");
    Some(
        describe(finding, half, "permit it in the import policy")
            .object(peer.name.as_str())
            .identity(format!("{}/{}", peer.name.to_lowercase(), verdicts.family)),
    )
}

fn describe(finding: Diagnostic, half: &Half, remedy: &str) -> Diagnostic {
    let help = format!(
        "where a Power Platform environment in {} is reached here, {} is needed too: {remedy}, and declare the \
         environment (`--region`, or `[[environment]]` in pairlint.toml); else put {} under `[allow] \
         communities`",
        or(&half.geographies),
        and(&plain(&half.missing)),
        literal_list(&half.present)
    );
    finding
        .help(help)
        .fact("region", half.geographies.join(", "))
        .fact("communities", half.missing.clone())
}

fn plain(communities: &[Community]) -> Vec<String> {
    communities.iter().map(|community| format!("`{community}`")).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const RULE: &str = super::RULE.name;

    #[test]
    fn one_half_stands_alone() {
        Case::new().filter("rf", &["12076:51002"]).finds(
            RULE,
            &["warning: route filter `rf` holds `12076:51002` (West Europe) without `12076:51003` (North \
               Europe), the rest of the Europe pair @ [\"12076:51002\"]"],
        );
        Case::new().filter("rf", &["12076:51002", "12076:51003"]).finds(RULE, &[]);
    }

    #[test]
    fn a_value_that_completes_another_geography_is_no_half() {
        // Southeast Asia is all that Singapore has; East Asia alone is half of Asia.
        Case::new().filter("rf", &["12076:51011"]).finds(RULE, &[]);
        Case::new().filter("rf", &["12076:51010"]).finds(
            RULE,
            &["warning: route filter `rf` holds `12076:51010` (East Asia) without `12076:51011` (Southeast \
               Asia), the rest of the Asia pair @ [\"12076:51010\"]"],
        );
    }

    #[test]
    fn beside_a_whole_pair_the_alternative_is_no_matter() {
        let values = &["12076:51004", "12076:51005", "12076:51006"];
        Case::new().filter("rf", values).finds(RULE, &[]);
        Case::new().filter("rf", &["12076:51005"]).finds(
            RULE,
            &["warning: route filter `rf` holds `12076:51005` (East US 2) without `12076:51009` (Central US), \
               the rest of the United States pair @ [\"12076:51005\"]"],
        );
    }

    #[test]
    fn geographies_with_one_pair_are_named_together() {
        let case = Case::new().at("usgovtexas").filter("rf", &["12076:51108"]);
        case.finds(
            RULE,
            &["warning: route filter `rf` holds `12076:51108` (US Gov Texas) without `12076:51105` (US Gov \
               Virginia), the rest of the US Government (GCC High) or US Government (GCC) pair @ \
               [\"12076:51108\"]"],
        );
    }

    #[test]
    fn allowed_and_declared_values_are_no_halves() {
        Case::new().allow(&["12076:51002"]).filter("rf", &["12076:51002"]).finds(RULE, &[]);
        Case::new().gateway("westeurope").filter("rf", &["12076:51002"]).finds(RULE, &[]);
        Case::region("europe").filter("rf", &["12076:51002"]).finds(RULE, &[]);
        // An environment whose scope leaves the filter out does not cover it.
        Case::region("japan")
            .route_filters(&["rf-japan"])
            .filter("rf", &["12076:51024"])
            .finds(
                RULE,
                &["warning: route filter `rf` holds `12076:51024` (UK South) without `12076:51025` (UK West), \
                   the rest of the United Kingdom pair @ [\"12076:51024\"]"],
            );
    }

    #[test]
    fn sessions_are_judged_by_what_they_accept() {
        Case::new().router("edge1", "192.0.2.2", &["12076:51002"]).finds(
            RULE,
            &["warning: session `edge1/192.0.2.2` (ipv4) accepts `12076:51002` (West Europe) and rejects \
               `12076:51003` (North Europe), the rest of the Europe pair @ 192.0.2.2"],
        );
        Case::new().router("edge1", "192.0.2.2", &["12076:51002", "12076:51003"]).finds(RULE, &[]);
        Case::region("europe").router("edge1", "192.0.2.2", &["12076:51002"]).finds(RULE, &[]);
        Case::new().router("edge1", "10.0.0.2", &["12076:51002"]).finds(RULE, &[]);
    }
}
