//! What SR OS does where a configuration is silent or refers to nothing.

use pairlint_model::network::{ExactExpression, Platform};
use pairlint_model::policy::Truth;

/// MD-CLI refuses references to nothing at commit (device, `sros_misconfig`); the classic CLI takes a policy that does
/// not exist yet (Nokia "Unicast Routing Protocols Guide"), and what it does then is in no manual. The same goes for
/// lists, and for a prefix list without entries.
pub(super) const PLATFORM: Platform = Platform {
    name: "Nokia SR OS",
    undefined_policy_accepts: Truth::Unknown,
    undefined_call_accepts: Truth::Unknown,
    undefined_prefix_list_matches: Truth::Unknown,
    undefined_community_list_matches: Truth::Unknown,
    undefined_as_path_list_matches: Truth::Unknown,
    undefined_access_list_matches: Truth::Unknown,
    undefined_session_filter_passes: Truth::Unknown,
    empty_prefix_list_matches: Truth::Unknown,
    empty_session_filter_passes: Truth::Unknown,
    other_family_matches: Truth::No,
    unset_local_preference_is_100: Truth::Unknown,
    // Not found in Nokia's "Unicast Routing Protocols Guide" (2026-11): `loop-detect` is about what is received, and
    // `split-horizon` about the peer that sent the route.
    sends_to_as_in_path: Truth::Unknown,
    exact_expression: ExactExpression::Unknown,
};
