//! What NX-OS does where a configuration is silent or refers to nothing.

use pairlint_model::network::{ExactExpression, Platform};
use pairlint_model::policy::Truth;

/// Letters in the comments: D device output, V vendor documentation, B Batfish.
pub(super) const PLATFORM: Platform = Platform {
    name: "Cisco NX-OS",
    // D: an undefined `route-map … in` drops every route (`show ip bgp` of batfish/lab-validation
    // `nxos_undefined_route_map`, read 2026-11).
    undefined_policy_accepts: Truth::No,
    // There is no command that calls another route map.
    undefined_call_accepts: Truth::No,
    // B, which says that lab tests show it.
    undefined_prefix_list_matches: Truth::Yes,
    // B for both.
    undefined_community_list_matches: Truth::No,
    undefined_as_path_list_matches: Truth::No,
    // Access lists are not compared with BGP routes at all.
    undefined_access_list_matches: Truth::Unknown,
    // B, for prefix lists; what an undefined `filter-list` does is left open when it is lowered.
    undefined_session_filter_passes: Truth::Yes,
    // No source was found for a list without entries.
    empty_prefix_list_matches: Truth::Unknown,
    empty_session_filter_passes: Truth::Unknown,
    // B: a match on the other family's addresses fails; an entry with both kinds takes either.
    other_family_matches: Truth::No,
    unset_local_preference_is_100: Truth::Unknown,
    // V documents `exact-match` as equal sets; for expressions it says nothing.
    // The peer's AS is looked for before sending, unless `disable-peer-as-check` (NX-OS Unicast Routing Configuration
    // Guide, "Disabling the peer-AS check").
    sends_to_as_in_path: Truth::No,
    exact_expression: ExactExpression::Unknown,
};
