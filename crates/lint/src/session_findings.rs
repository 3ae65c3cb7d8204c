//! What rules about sessions have in common: which sessions, where to point, and one finding for several
//! sessions that share a defect.

use std::collections::BTreeMap;

use pairlint_eval::Sample;
use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::{Device, NeighborFamily, Owner};
use pairlint_model::policy::{
    CommunityEntry, CommunityPattern, CommunityTest, PolicyChain, PolicyExpression, Verdict,
};
use pairlint_model::source::{Span, Spanned};

use crate::circuits::CircuitView;
use crate::context::Context;
use crate::peers::Peer;
use crate::settings::Filtering;
use crate::tables::Cloud;
use crate::verdicts::SessionVerdicts;
use crate::words::and;

/// Stands in a message for the sessions that it is about.
pub(crate) const SESSIONS: &str = "{sessions}";

/// A judged session in one address family.
pub(crate) struct Judged<'c, 'a> {
    pub verdicts: &'c SessionVerdicts,
    pub peer: &'c Peer<'a>,
    pub family: &'a NeighborFamily,
    pub cloud: Option<Cloud>,
}

/// The sessions on Microsoft peering in the families in which routes arrive.
pub(crate) fn judged<'c, 'a>(cx: &'c Context<'a>) -> impl Iterator<Item = Judged<'c, 'a>> {
    cx.verdicts.iter().filter_map(|verdicts| judged_one(cx, verdicts))
}

/// The same for the sessions of one device.
pub(crate) fn judged_on<'c, 'a>(cx: &'c Context<'a>, device: usize) -> impl Iterator<Item = Judged<'c, 'a>> {
    cx.peers_of_device(device)
        .flat_map(|peer| cx.verdicts_of(peer))
        .filter_map(|verdicts| judged_one(cx, verdicts))
}

/// The same for the sessions that a circuit is known to carry.
pub(crate) fn judged_over<'c, 'a>(
    cx: &'c Context<'a>,
    circuit: &CircuitView<'_>,
) -> impl Iterator<Item = Judged<'c, 'a>> {
    let peers = cx.peers_of_circuit(circuit).iter();
    peers
        .flat_map(|&peer| cx.verdicts_of(peer))
        .filter_map(|verdicts| judged_one(cx, verdicts))
}

fn judged_one<'c, 'a>(cx: &'c Context<'a>, verdicts: &'c SessionVerdicts) -> Option<Judged<'c, 'a>> {
    let peer = cx.peers.get(verdicts.peer).filter(|_| verdicts.active)?;
    let family = peer.neighbor.families.get(verdicts.family_index)?;
    Some(Judged {
        verdicts,
        peer,
        family,
        cloud: cx.peer_cloud(verdicts.peer),
    })
}

impl<'a> Judged<'_, 'a> {
    pub fn chain(&self) -> &'a PolicyChain {
        &self.family.import
    }

    /// The line that attaches the first policy or filter, else the one that names the neighbor.
    pub fn attachment(&self) -> Span {
        attachment(self.chain()).unwrap_or(self.peer.neighbor.span)
    }

    /// Some environment has to be served by this session.
    pub fn has_environment(&self, cx: &Context<'_>) -> bool {
        !cx.scope.of_peer(self.verdicts.peer).is_empty()
    }

    /// The route filters of the session's own circuit are known, and let through only what is needed: what the
    /// router would let in beyond that never arrives.
    pub fn filtered_upstream(&self, cx: &Context<'_>) -> bool {
        let filters = self.peer.filters(self.verdicts.family);
        !filters.is_empty()
            && filters.iter().all(|&filter| {
                cx.filters.get(filter).is_some_and(|view| {
                    view.complete
                        && view
                            .passing
                            .iter()
                            .all(|&community| cx.needed_at_peer(self.verdicts.peer, community))
                })
            })
    }

    /// The severity of letting in too much: off where the route filter is meant to do it, a note where it
    /// is known to.
    pub fn too_much(&self, cx: &Context<'_>, severity: Severity) -> Option<Severity> {
        match cx.settings.filtering {
            Filtering::RouteFilter => None,
            Filtering::Both if self.filtered_upstream(cx) => Some(Severity::Note),
            Filtering::Both | Filtering::Router => Some(severity),
        }
    }

    /// Names the session in a finding.
    pub fn name(&self, finding: Diagnostic) -> Diagnostic {
        self.name_by(finding, self.chain())
    }

    /// The same where the finding is about what is announced.
    pub fn name_outbound(&self, finding: Diagnostic) -> Diagnostic {
        self.name_by(finding, &self.family.export)
    }

    fn name_by(&self, finding: Diagnostic, chain: &PolicyChain) -> Diagnostic {
        let mut identity = format!("{}/{}", self.peer.name, self.verdicts.family);
        for name in policy_names(chain) {
            identity.push('/');
            identity.push_str(name);
        }
        finding
            .object(self.peer.name.as_str())
            .identity(identity.to_lowercase())
    }

    /// Where a community belongs that the policies do not let in: the line that names it together with another,
    /// else a list that names regional communities, else the statement that rejects.
    pub fn place_of(&self, cx: &Context<'_>, community: Community, rejected: Option<&Sample>) -> Span {
        let device = self.peer.device;
        let reach = cx.reaches.get(self.peer.device_index).and_then(Option::as_ref);
        let lists: Vec<&str> = reach
            .map(|reach| {
                let owners = reach.used.iter();
                owners
                    .filter_map(|o| {
                        if let Owner::CommunityList(n) = o {
                            Some(n.as_str())
                        } else {
                            None
                        }
                    })
                    .collect()
            })
            .unwrap_or_default();
        let entries = || {
            lists
                .iter()
                .filter_map(|name| device.community_lists.get(*name))
                .flat_map(|list| &list.entries)
        };
        let joined = entries().find(|entry| joined_regions(entry).contains(&community));
        let explicit = rejected.and_then(|sample| sample.decided_by.last().copied());
        let names_it = entries().find(|entry| single(entry) == Some(community));
        let regional = entries()
            .rfind(|entry| entry.verdict == Verdict::Accept && single(entry).is_some_and(is_regional));
        joined
            .map(|entry| entry.span)
            .or_else(|| names_it.and(explicit))
            .or_else(|| regional.map(|entry| entry.span))
            .or(explicit)
            .unwrap_or_else(|| self.attachment())
    }

    /// Adds the statement that had the last word, where the finding does not point there already.
    pub fn evidence(&self, mut finding: Diagnostic, sample: Option<&Sample>, text: &str) -> Diagnostic {
        if let Some(span) = sample.and_then(|sample| sample.decided_by.last().copied())
            && finding.labels.iter().all(|label| label.span != span)
        {
            finding = finding.label(span, text);
        }
        finding
    }
}

/// Where a chain is attached.
pub(crate) fn attachment(chain: &PolicyChain) -> Option<Span> {
    let policy = chain.policies.iter().find_map(first_name).map(|(_, span)| span);
    policy.or_else(|| chain.filters.first().map(|filter| filter.span))
}

fn first_name(expression: &PolicyExpression) -> Option<(&str, Span)> {
    match expression {
        PolicyExpression::Policy(name) => Some((&name.value, name.span)),
        PolicyExpression::And(parts) | PolicyExpression::Or(parts) => parts.iter().find_map(first_name),
        PolicyExpression::Not(part) => first_name(part),
        PolicyExpression::Unsupported(_) => None,
    }
}

fn policy_names(chain: &PolicyChain) -> Vec<&str> {
    let mut names = Vec::new();
    let mut open: Vec<&PolicyExpression> = chain.policies.iter().rev().collect();
    while let Some(expression) = open.pop() {
        match expression {
            PolicyExpression::Policy(name) => names.push(name.value.as_str()),
            PolicyExpression::And(parts) | PolicyExpression::Or(parts) => open.extend(parts.iter().rev()),
            PolicyExpression::Not(part) => open.push(part),
            PolicyExpression::Unsupported(_) => {}
        }
    }
    names
}

/// 12076:51xxx.
pub(crate) fn is_regional(community: Community) -> bool {
    community.asn == 12076 && (51000..52000).contains(&community.value)
}

/// The regional communities that an entry wants all at once, where it names more than one.
pub(crate) fn joined_regions(entry: &CommunityEntry) -> Vec<Community> {
    match entry.verdict {
        Verdict::Accept => joined_in(&entry.test),
        Verdict::Reject => Vec::new(),
    }
}

/// The same for a test by itself.
pub(crate) fn joined_in(test: &CommunityTest) -> Vec<Community> {
    let mut lines = Vec::new();
    lines_at_once(test, &mut lines);
    let mut regions: Vec<Community> = lines
        .into_iter()
        .flatten()
        .filter_map(|pattern| {
            if let CommunityPattern::Exactly(c) = pattern.value {
                Some(c)
            } else {
                None
            }
        })
        .filter(|community| is_regional(*community))
        .collect();
    regions.sort_unstable();
    regions.dedup();
    if regions.len() > 1 { regions } else { Vec::new() }
}

/// The lines that must all hold.
fn lines_at_once<'t>(test: &'t CommunityTest, lines: &mut Vec<&'t [Spanned<CommunityPattern>]>) {
    match test {
        CommunityTest::Line(patterns) => lines.push(patterns),
        CommunityTest::All(parts) => parts.iter().for_each(|part| lines_at_once(part, lines)),
        _ => {}
    }
}

fn single(entry: &CommunityEntry) -> Option<Community> {
    let CommunityTest::Line(patterns) = &entry.test else {
        return None;
    };
    match patterns.as_slice() {
        [one] => {
            if let CommunityPattern::Exactly(community) = one.value {
                Some(community)
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Puts findings that say the same at the same place about several sessions together.
pub(crate) fn grouped(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut groups: BTreeMap<_, Vec<Diagnostic>> = BTreeMap::new();
    for finding in found {
        let place = finding.labels.first().map(|label| label.span);
        groups
            .entry((place, finding.message.clone(), finding.facts.clone()))
            .or_default()
            .push(finding);
    }
    let mut together = Vec::new();
    for (_, group) in groups {
        let mut names: Vec<String> = group
            .iter()
            .filter_map(|finding| finding.object.as_ref())
            .map(|name| format!("`{name}`"))
            .collect();
        names.dedup();
        let words = match names.len() {
            1 => format!("session {}", and(&names)),
            2..=4 => format!("sessions {}", and(&names)),
            more => format!("{more} sessions ({}, …)", names[..3].join(", ")),
        };
        let mut members = group.into_iter();
        let Some(mut first) = members.next() else { continue };
        for member in members {
            for label in member.labels {
                if !first.labels.contains(&label) {
                    first.labels.push(label);
                }
            }
        }
        first.message = first.message.replace(SESSIONS, &words);
        together.push(first);
    }
    together
}

/// What an unsure answer hangs on, as labels and words.
pub(crate) fn because_words(because: &[pairlint_eval::Because]) -> String {
    let mut words: Vec<&str> = because.iter().map(|because| because.text.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(3);
    words.join("; ")
}

/// Whether something on the device matters to a session on Microsoft peering.
pub(crate) fn matters(cx: &Context<'_>, device_index: usize, owner: &Owner) -> bool {
    let Some(Some(reach)) = cx.reaches.get(device_index) else {
        return false;
    };
    match owner {
        Owner::Bgp => true,
        Owner::Neighbors(addresses) => cx.peers_of_device(device_index).any(|index| {
            let peer = cx.peers.get(index).filter(|peer| peer.is_microsoft());
            peer.is_some_and(|peer| addresses.contains(&peer.neighbor.address.value))
        }),
        owner => reach.used.contains(owner),
    }
}

/// `route policy `X`` and its like, for messages.
pub(crate) fn kind_and_name(owner: &Owner) -> String {
    match owner {
        Owner::Policy(name) => format!("route policy `{name}`"),
        Owner::PrefixList(_, name) => format!("prefix list `{name}`"),
        Owner::CommunityList(name) => format!("community list `{name}`"),
        Owner::LargeCommunityList(name) => format!("large community list `{name}`"),
        Owner::ExtendedCommunityList(name) => format!("extended community list `{name}`"),
        Owner::AsPathList(name) => format!("AS-path list `{name}`"),
        Owner::AccessList(_, name) => format!("access list `{name}`"),
        Owner::PolicyList(name) => format!("policy list `{name}`"),
        Owner::Neighbors(addresses) => format!("the neighbor configuration of {}", and(addresses)),
        Owner::Bgp => "the BGP process".to_owned(),
    }
}

/// Whether a named thing exists on the device.
pub(crate) fn is_defined(device: &Device, owner: &Owner) -> bool {
    match owner {
        Owner::Policy(name) => device.policies.contains_key(name),
        Owner::PrefixList(family, name) => device.prefix_list(*family, name).is_some(),
        Owner::CommunityList(name) => device.community_lists.contains_key(name),
        Owner::LargeCommunityList(name) => device.large_community_lists.contains_key(name),
        Owner::ExtendedCommunityList(name) => device.extended_community_lists.contains_key(name),
        Owner::AsPathList(name) => device.as_path_lists.contains_key(name),
        Owner::AccessList(family, name) => device.access_list(*family, name).is_some(),
        Owner::PolicyList(name) => device.policy_lists.contains_key(name),
        Owner::Neighbors(_) | Owner::Bgp => true,
    }
}
