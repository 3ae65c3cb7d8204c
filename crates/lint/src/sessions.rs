//! The sessions to Microsoft as a report lists them.

use std::collections::BTreeMap;

use pairlint_model::bgp::{Community, Family};
use pairlint_model::network::RemoteAs;
use pairlint_model::policy::{PolicyChain, PolicyExpression, SessionFilter};
use pairlint_model::source::SourceId;

use crate::Context;
use crate::peers::Evidence;
use crate::settings::PeeringKind;
use crate::verdicts::CommunityVerdict;

/// A session to Microsoft in one address family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOutcome {
    pub device: String,
    pub source: SourceId,
    /// Address, interface or range as written.
    pub neighbor: String,
    pub vrf: Option<String>,
    pub remote_as: RemoteAs,
    pub peering: PeeringKind,
    /// What told the peering.
    pub evidence: Evidence,
    pub family: Family,
    pub active: bool,
    /// What its import attachment names, in the order in which it is tried.
    pub policies: Vec<String>,
    /// Empty on private peering, which is not judged.
    pub communities: BTreeMap<Community, CommunityVerdict>,
    /// Of routes without a community of Microsoft's; `None` where it was not judged.
    pub untagged: Option<CommunityVerdict>,
}

/// Lists every session, in the order of the files, neighbors and families.
pub fn outcomes(cx: &Context<'_>) -> Vec<SessionOutcome> {
    let mut sessions = Vec::new();
    for (index, peer) in cx.peers.iter().enumerate() {
        for (family_index, family) in peer.neighbor.families.iter().enumerate() {
            let mut of_session = cx.verdicts_of(index).iter();
            let verdicts = of_session.find(|verdicts| verdicts.family_index == family_index);
            sessions.push(SessionOutcome {
                device: peer.device.name.clone(),
                source: peer.device.source,
                neighbor: peer.neighbor.address.value.clone(),
                vrf: peer.neighbor.vrf.as_ref().map(|vrf| vrf.value.clone()),
                remote_as: peer.neighbor.remote_as,
                peering: peer.peering,
                evidence: peer.evidence,
                family: family.family,
                active: family.active && peer.neighbor.shutdown.is_none(),
                policies: names(&family.import),
                communities: verdicts.map_or_else(BTreeMap::new, |verdicts| verdicts.communities.clone()),
                untagged: verdicts.map(|verdicts| verdicts.untagged),
            });
        }
    }
    sessions
}

fn names(chain: &PolicyChain) -> Vec<String> {
    let mut found = Vec::new();
    for filter in &chain.filters {
        match &filter.value {
            SessionFilter::PrefixList { name, .. }
            | SessionFilter::AsPathList { name }
            | SessionFilter::AccessList { name, .. }
            | SessionFilter::CommunityList { name } => found.push(name.value.clone()),
            SessionFilter::Unsupported => {}
        }
    }
    chain
        .policies
        .iter()
        .for_each(|policy| collect(policy, &mut found));
    found
}

fn collect(expression: &PolicyExpression, found: &mut Vec<String>) {
    match expression {
        PolicyExpression::Policy(name) => found.push(name.value.clone()),
        PolicyExpression::And(parts) | PolicyExpression::Or(parts) => {
            parts.iter().for_each(|part| collect(part, found));
        }
        PolicyExpression::Not(part) => collect(part, found),
        PolicyExpression::Unsupported(_) => {}
    }
}
