//! `empty-list`: a list without an entry.

use std::collections::BTreeSet;

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{SessionFilter, Truth};
use pairlint_model::source::Span;

use super::Rule;
use crate::Context;
use crate::hygiene::{coverage, definitions};
use crate::session_findings::kind_and_name;

pub(super) static RULE: Rule = Rule {
    name: "empty-list",
    severity: Severity::Warning,
    summary: "a list holds no entry; what its use then means differs by platform",
    page: include_str!("../../../../docs/rules/empty-list.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, device) in cx.network.devices.iter().enumerate() {
        let Some(coverage) = coverage(cx, index) else { continue };
        let attached = attached(device);
        let definitions = definitions(device);
        for owner in coverage.used.iter().filter(|owner| is_empty(device, owner)) {
            let Some(definition) = definitions.get(owner) else { continue };
            let list = kind_and_name(owner);
            let effect = effect(device, owner, attached.contains(owner));
            found.push(
                RULE.at(format!("{list} holds no entry: {} then {effect}", device.platform.name))
                    .label(place(owner, device).unwrap_or(definition.name.span), "holds nothing")
                    .help("write its entries, or take it off where it is used")
                    .object(format!("{}/{}", device.name, definition.name.value))
                    .identity(format!("{}/{list}", device.name).to_lowercase()),
            );
        }
    }
}

/// The line of the list, where its name alone does not stand for it.
fn place(owner: &Owner, device: &Device) -> Option<Span> {
    let span = match owner {
        Owner::PrefixList(family, name) => device.prefix_list(*family, name)?.span,
        Owner::AccessList(family, name) => device.access_list(*family, name)?.span,
        Owner::CommunityList(name) => device.community_lists.get(name)?.span,
        Owner::AsPathList(name) => device.as_path_lists.get(name)?.span,
        _ => return None,
    };
    (!span.is_empty()).then_some(span)
}

fn is_empty(device: &Device, owner: &Owner) -> bool {
    match owner {
        Owner::PrefixList(family, name) => {
            device.prefix_list(*family, name).is_some_and(|list| list.entries.is_empty())
        }
        Owner::AccessList(family, name) => {
            device.access_list(*family, name).is_some_and(|list| list.entries.is_empty())
        }
        Owner::CommunityList(name) => device.community_lists.get(name).is_some_and(|list| list.entries.is_empty()),
        Owner::LargeCommunityList(name) => {
            device.large_community_lists.get(name).is_some_and(|list| list.entries.is_empty())
        }
        Owner::AsPathList(name) => device.as_path_lists.get(name).is_some_and(|list| list.entries.is_empty()),
        // Their entries are not modelled.
        Owner::ExtendedCommunityList(_) => false,
        Owner::Policy(_) | Owner::PolicyList(_) | Owner::Neighbors(_) | Owner::Bgp => false,
    }
}

/// The lists that a session uses without a policy.
fn attached(device: &Device) -> BTreeSet<Owner> {
    let families = device.neighbors.iter().flat_map(|neighbor| &neighbor.families);
    let filters = families.flat_map(|family| family.import.filters.iter().chain(&family.export.filters));
    let owners = filters.filter_map(|filter| match &filter.value {
        SessionFilter::PrefixList { name, family } => Some(Owner::PrefixList(*family, name.value.clone())),
        SessionFilter::AccessList { name, family } => Some(Owner::AccessList(*family, name.value.clone())),
        SessionFilter::AsPathList { name } => Some(Owner::AsPathList(name.value.clone())),
        SessionFilter::CommunityList { name } => Some(Owner::CommunityList(name.value.clone())),
        SessionFilter::Unsupported => None,
    });
    owners.collect()
}

/// What the platform does with the list.
fn effect(device: &Device, owner: &Owner, attached: bool) -> &'static str {
    let platform = &device.platform;
    let (on_session, in_match) = match owner {
        Owner::PrefixList(..) => (platform.empty_session_filter_passes, platform.empty_prefix_list_matches),
        Owner::AccessList(..) => (platform.undefined_session_filter_passes, platform.undefined_access_list_matches),
        _ => (Truth::No, Truth::No),
    };
    match (attached, if attached { on_session } else { in_match }) {
        (true, Truth::Yes) => "lets every route pass the session",
        (true, Truth::No) => "lets no route pass the session",
        (true, Truth::Unknown) => "may let every route pass the session or none",
        (false, Truth::Yes) => "takes the condition as met by every route",
        (false, Truth::No) => "takes the condition as met by no route",
        (false, Truth::Unknown) => "may take the condition as met by every route or by none",
    }
}
