//! Which policies and lists of a device hygiene looks at, and what all readings of its text agree on.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_eval::Fate;
use pairlint_model::diagnostic::Diagnostic;
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{
    Action, ChainDefault, CommunityMatch, Condition, PolicyChain, PolicyExpression, RoutePolicy,
};
use pairlint_model::source::{Span, Spanned};

use crate::context::Context;
use crate::reach::{reach, reach_all};
use crate::session_findings::is_defined;

/// From this many alike findings on they are told together.
pub(crate) const ONE_BY_ONE: usize = 8;

/// What of a device is looked at.
pub(crate) struct Coverage {
    /// Policies and lists, defined or not.
    pub used: BTreeSet<Owner>,
    /// What only import policies of sessions use: their routes came by BGP.
    imported: BTreeSet<Owner>,
    exported: BTreeSet<Owner>,
}

/// What the sessions to Microsoft use in either direction, or with `--all-policies` everything that the file defines.
/// `None` where nothing is looked at.
pub(crate) fn coverage(cx: &Context<'_>, index: usize) -> Option<Coverage> {
    let device = cx.network.devices.get(index)?;
    let peers = cx.peers_of_device(index).filter_map(|peer| cx.peers.get(peer));
    let families: Vec<_> = peers.flat_map(|peer| &peer.neighbor.families).collect();
    if families.is_empty() && !cx.settings.all_policies {
        return None;
    }
    // What a policy of another session says about the session is as good as any.
    let all = || device.neighbors.iter().flat_map(|neighbor| &neighbor.families);
    let exported = reach_all(device, all().map(|family| &family.export)).used;
    let mut imported = reach_all(device, all().map(|family| &family.import)).used;
    imported.retain(|owner| !exported.contains(owner));
    let chains = families
        .iter()
        .flat_map(|family| [&family.import, &family.export]);
    let mut used = reach_all(device, chains).used;
    if cx.settings.all_policies {
        used = everything(device);
    }
    Some(Coverage {
        used,
        imported,
        exported,
    })
}

impl Coverage {
    /// The covered policies that are defined.
    pub fn policies<'d>(&self, device: &'d Device) -> impl Iterator<Item = &'d RoutePolicy> {
        self.used.iter().filter_map(|owner| match owner {
            Owner::Policy(name) => device.policies.get(name),
            _ => None,
        })
    }

    /// Only routes that came by BGP run through the policy.
    pub fn is_import(&self, policy: &RoutePolicy) -> bool {
        self.imported.contains(&Owner::Policy(policy.name.value.clone()))
    }
}

/// Whether a policy that no session uses has lines that mean nothing on a session: where it is used they may.
pub(crate) fn may_mean_more(device: &Device, coverage: &Coverage, policy: &RoutePolicy) -> bool {
    let owner = Owner::Policy(policy.name.value.clone());
    let on_session = coverage.imported.contains(&owner) || coverage.exported.contains(&owner);
    let refused = device.refused.iter().map(|line| &line.owner);
    let unread = device.unread.iter().map(|line| &line.owner);
    !on_session && refused.chain(unread).any(|other| *other == owner)
}

/// Everything that sessions, policies and lists use, and every list that no policy uses; but an access list only where
/// routes are tested with it, because most are for packets.
fn everything(device: &Device) -> BTreeSet<Owner> {
    let every = chain_of(device.policies.values());
    let families = device.neighbors.iter().flat_map(|neighbor| &neighbor.families);
    let chains = families
        .flat_map(|family| [&family.import, &family.export])
        .chain([&every]);
    let mut used = reach_all(device, chains).used;
    used.extend(
        definitions(device)
            .into_keys()
            .filter(|owner| !matches!(owner, Owner::AccessList(..))),
    );
    used
}

fn chain_of<'a>(policies: impl IntoIterator<Item = &'a RoutePolicy>) -> PolicyChain {
    let policies = policies
        .into_iter()
        .map(|policy| PolicyExpression::Policy(policy.name.clone()));
    PolicyChain {
        filters: Vec::new(),
        policies: policies.collect(),
        default: ChainDefault {
            verdict: None,
            reason: "",
            span: None,
        },
    }
}

/// Whether the policy uses something that this piece of a configuration does not define: it may stand elsewhere.
pub(crate) fn may_be_elsewhere(device: &Device, policy: &RoutePolicy) -> bool {
    if !device.fragment {
        return false;
    }
    let chain = chain_of([policy]);
    let used = reach(device, &chain).used;
    used.iter().any(|owner| !is_defined(device, owner))
}

/// A definition of a device: where its name stands, and all places that belong to it.
pub(crate) struct Definition<'d> {
    pub name: &'d Spanned<String>,
    pub spans: Vec<Span>,
}

/// Every policy and list of a device.
pub(crate) fn definitions(device: &Device) -> BTreeMap<Owner, Definition<'_>> {
    let mut found = BTreeMap::new();
    for (key, policy) in &device.policies {
        let statements = policy
            .statements
            .iter()
            .flat_map(|statement| [statement.head, statement.span]);
        let spans = statements.chain([policy.name.span]).collect();
        found.insert(
            Owner::Policy(key.clone()),
            Definition {
                name: &policy.name,
                spans,
            },
        );
    }
    macro_rules! lists {
        ($lists:expr, $owner:expr) => {
            for (key, list) in $lists {
                let spans = list.entries.iter().map(|entry| entry.span);
                let definition = Definition {
                    name: &list.name,
                    spans: spans.chain([list.name.span, list.span]).collect(),
                };
                found.insert($owner(key.clone()), definition);
            }
        };
    }
    for (family, lists) in &device.prefix_lists {
        lists!(lists, |name| Owner::PrefixList(*family, name));
    }
    for (family, lists) in &device.access_lists {
        lists!(lists, |name| Owner::AccessList(*family, name));
    }
    lists!(&device.community_lists, Owner::CommunityList);
    lists!(&device.large_community_lists, Owner::LargeCommunityList);
    lists!(&device.extended_community_lists, Owner::ExtendedCommunityList);
    lists!(&device.as_path_lists, Owner::AsPathList);
    for (key, list) in &device.policy_lists {
        let definition = Definition {
            name: &list.name,
            spans: vec![list.name.span, list.span],
        };
        found.insert(Owner::PolicyList(key.clone()), definition);
    }
    found
}

/// The community lists of which some use does not look for the first entry that holds.
pub(crate) fn used_otherwise(device: &Device) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let statements = device.policies.values().flat_map(|policy| &policy.statements);
    let lists = device.policy_lists.values().map(|list| &list.condition);
    let mut open: Vec<&Condition> = statements
        .clone()
        .map(|statement| &statement.condition)
        .chain(lists)
        .collect();
    while let Some(condition) = open.pop() {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => open.extend(parts),
            Condition::Not(part) => open.push(part),
            Condition::CommunityList { name, how } if *how != CommunityMatch::Listed => {
                found.insert(name.value.as_str());
            }
            _ => {}
        }
    }
    for action in statements.flat_map(|statement| &statement.actions) {
        if let Action::DeleteCommunityList { name }
        | Action::DeleteMeantCommunities { name, .. }
        | Action::KeepCommunityList { name } = &action.value
        {
            found.insert(&name.value);
        }
    }
    found
}

/// The places of which the fate is that nothing reaches them, with the indices of what takes theirs. Several of one
/// place (a term that was split) are dead only together.
pub(crate) fn dead(places: &[Span], fates: &[Fate]) -> BTreeMap<Span, Vec<usize>> {
    let mut together: BTreeMap<Span, Fate> = BTreeMap::new();
    for (place, fate) in places.iter().zip(fates) {
        let known = together.remove(place).unwrap_or(Fate::Never);
        together.insert(*place, known.and(fate.clone()));
    }
    let dead = together.into_iter().filter_map(|(place, fate)| match fate {
        Fate::Taken(by) => Some((place, by)),
        _ => None,
    });
    dead.collect()
}

/// Makes one finding of each, or of all together where a reader would not want to see so many; `one` is told how many
/// it stands for.
pub(crate) fn told_together<T>(found: Vec<T>, one: impl Fn(T, usize) -> Diagnostic) -> Vec<Diagnostic> {
    let count = found.len();
    match count > ONE_BY_ONE {
        true => found.into_iter().take(1).map(|first| one(first, count)).collect(),
        false => found.into_iter().map(|each| one(each, 1)).collect(),
    }
}
