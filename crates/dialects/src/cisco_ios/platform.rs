//! What IOS does where a configuration is silent or refers to nothing.

use pairlint_model::network::{ExactExpression, Platform};
use pairlint_model::policy::Truth;

/// Letters in the comments: D device output, V vendor documentation, B Batfish, F a published lab.
pub(super) const PLATFORM: Platform = Platform {
    name: "Cisco IOS",
    // D: an undefined `neighbor … route-map … in` drops every route (IOS-XE 16.4, `show ip bgp` of
    // batfish/lab-validation `iosxe_undefined_route_map`, read 2026-11).
    undefined_policy_accepts: Truth::No,
    // There is no command that calls another route map.
    undefined_call_accepts: Truth::No,
    // F: one published lab; V says only that an empty list permits everything ("Configuring BGP: How the
    // System Filters Traffic by Prefix List").
    undefined_prefix_list_matches: Truth::Yes,
    // B; V for the same command line on ICOS ("match community": no route matches a list that is not configured).
    undefined_community_list_matches: Truth::No,
    // B.
    undefined_as_path_list_matches: Truth::No,
    // B: "undefined ACLs should be treated as no filter" (batfish `ios-route-map-undefined-acl`).
    undefined_access_list_matches: Truth::Yes,
    // No source was found for a filter that is attached to a neighbor and not defined.
    undefined_session_filter_passes: Truth::Unknown,
    // V: "An empty prefix list permits all prefixes" (Cisco IOS IP Configuration Guide, "Configuring BGP").
    empty_prefix_list_matches: Truth::Yes,
    empty_session_filter_passes: Truth::Yes,
    // B: a match on the other family's addresses fails; an entry with both kinds takes either.
    other_family_matches: Truth::No,
    // Whether `match local-preference 100` sees the default before anything has set one is not documented.
    unset_local_preference_is_100: Truth::Unknown,
    // V documents `exact-match` for standard lists only.
    // V: all routes are sent, and the peer filters by the path ("IOS XR BGP Best Practice eBGP Transit AS", document
    // 200427, read 2026-11, says so of IOS).
    sends_to_as_in_path: Truth::Yes,
    exact_expression: ExactExpression::Unknown,
};
