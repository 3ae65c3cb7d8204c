//! What EOS does where a configuration is silent or refers to nothing.

use pairlint_model::network::{ExactExpression, Platform};
use pairlint_model::policy::Truth;

/// Letters in the comments: D device output, V vendor documentation, B Batfish.
pub(super) const PLATFORM: Platform = Platform {
    name: "Arista EOS",
    // D: an undefined `neighbor … route-map … in` lets every route pass (`show ip bgp` of
    // batfish/lab-validation `eos_undefined_route_map`, read 2026-11), unless `bgp missing-policy` says otherwise.
    undefined_policy_accepts: Truth::Yes,
    // No source was found for a `sub-route-map` that is not defined.
    undefined_call_accepts: Truth::Unknown,
    // B for the three kinds of lists.
    undefined_prefix_list_matches: Truth::No,
    undefined_community_list_matches: Truth::No,
    undefined_as_path_list_matches: Truth::No,
    // No source was found for these.
    undefined_access_list_matches: Truth::Unknown,
    undefined_session_filter_passes: Truth::Unknown,
    empty_prefix_list_matches: Truth::Unknown,
    empty_session_filter_passes: Truth::Unknown,
    // B: a match on the other family's addresses fails; an entry with both kinds takes either.
    other_family_matches: Truth::No,
    unset_local_preference_is_100: Truth::Unknown,
    // V documents `exact-match` as equal sets; for expressions it says nothing.
    // B: no check of the path before sending, as on IOS.
    sends_to_as_in_path: Truth::Yes,
    exact_expression: ExactExpression::Unknown,
};
