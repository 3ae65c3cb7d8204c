//! `undefined-reference`: a policy or list that is named but not defined.

use std::collections::BTreeSet;

use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::remedy::{Change, Remedy};
use pairlint_model::network::{Device, Owner};
use pairlint_model::policy::{SessionFilter, Truth};
use pairlint_model::source::{Span, Spanned};

use super::Rule;
use crate::Context;
use crate::reach::Reference;
use crate::session_findings::{is_defined, kind_and_name};
use crate::tables::nearest;

pub(super) static RULE: Rule = Rule {
    name: "undefined-reference",
    severity: Severity::Error,
    summary: "a policy or list is named but not defined",
    page: include_str!("../../../../docs/rules/undefined-reference.md"),
    check,
};

fn check(cx: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (index, device) in cx.network.devices.iter().enumerate() {
        let Some(Some(reach)) = cx.reaches.get(index) else { continue };
        let attached = attached(cx, index);
        let mut seen = BTreeSet::new();
        for reference in &reach.references {
            if is_defined(device, &reference.target) || !seen.insert((reference.span, reference.target.clone())) {
                continue;
            }
            let name = kind_and_name(&reference.target);
            let (severity, message, help) = if device.fragment {
                let message = format!("{name} is not defined in this piece of a configuration");
                (Severity::Warning, message, "give the whole configuration: the definition may stand in another file")
            } else {
                let effect = effect(device, &reference.target, attached.contains(&reference.span));
                let message = format!("{name} is not defined: {} then {effect}", device.platform.name);
                (Severity::Error, message, "define it, or correct the name")
            };
            found.push(
                RULE.at(message)
                    .severity(severity)
                    .label(reference.span, "named here")
                    .help(help)
                    .remedy(correction(device, reference))
                    .object(device.name.as_str())
                    .identity(format!("{}/{name}", device.name.to_lowercase())),
            );
        }
    }
}

/// Names the one thing of the same kind whose name is nearly the same.
fn correction(device: &Device, reference: &Reference) -> Option<Remedy> {
    let (name, defined): (&str, Vec<&String>) = match &reference.target {
        Owner::Policy(name) => (name, device.policies.keys().collect()),
        Owner::PrefixList(family, name) => {
            (name, device.prefix_lists.get(family).into_iter().flat_map(|lists| lists.keys()).collect())
        }
        Owner::CommunityList(name) => (name, device.community_lists.keys().collect()),
        Owner::AsPathList(name) => (name, device.as_path_lists.keys().collect()),
        _ => return None,
    };
    let meant = nearest(name, defined.into_iter().map(String::as_str)).filter(|_| !device.fragment)?;
    Some(Remedy::guessed(
        format!("name `{meant}`"),
        vec![Change::Reword {
            at: Spanned::new(reference.span, name.to_owned()),
            to: meant.to_owned(),
        }],
    ))
}

/// Where lists are attached to a session without a policy.
fn attached(cx: &Context<'_>, device: usize) -> BTreeSet<Span> {
    let peers = cx.peers_of_device(device).filter_map(|peer| cx.peers.get(peer));
    let families = peers.flat_map(|peer| &peer.neighbor.families);
    families
        .flat_map(|family| &family.import.filters)
        .filter_map(|filter| match &filter.value {
            SessionFilter::PrefixList { name, .. }
            | SessionFilter::AsPathList { name }
            | SessionFilter::AccessList { name, .. }
            | SessionFilter::CommunityList { name } => Some(name.span),
            SessionFilter::Unsupported => None,
        })
        .collect()
}

/// What the platform does with the name.
fn effect(device: &Device, target: &Owner, attached: bool) -> &'static str {
    let platform = &device.platform;
    if attached {
        return match platform.undefined_session_filter_passes {
            Truth::Yes => "lets every route pass",
            Truth::No => "rejects every route",
            Truth::Unknown => "may let every route pass or none",
        };
    }
    let matches = match target {
        Owner::Policy(_) => {
            return match platform.undefined_policy_accepts {
                Truth::Yes => "accepts every route",
                Truth::No => "rejects every route",
                Truth::Unknown => "may accept every route or none",
            };
        }
        Owner::PrefixList(..) => platform.undefined_prefix_list_matches,
        Owner::AccessList(..) => platform.undefined_access_list_matches,
        Owner::AsPathList(_) => platform.undefined_as_path_list_matches,
        Owner::PolicyList(_) => Truth::Unknown,
        _ => platform.undefined_community_list_matches,
    };
    match matches {
        Truth::Yes => "takes the condition as met by every route",
        Truth::No => "takes the condition as met by no route",
        Truth::Unknown => "may take the condition as met by every route or by none",
    }
}
