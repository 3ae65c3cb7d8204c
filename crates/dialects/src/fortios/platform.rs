//! What FortiOS does where a configuration is silent or refers to nothing.

use pairlint_model::network::{ExactExpression, Platform};
use pairlint_model::policy::Truth;

/// The command line does not take a reference to nothing, so where one is seen the file is not whole, and nothing is
/// known. Fortinet's references are silent about the rest.
pub(super) const PLATFORM: Platform = Platform {
    name: "FortiOS",
    undefined_policy_accepts: Truth::Unknown,
    // There is no rule that calls another route map.
    undefined_call_accepts: Truth::No,
    undefined_prefix_list_matches: Truth::Unknown,
    undefined_community_list_matches: Truth::Unknown,
    undefined_as_path_list_matches: Truth::Unknown,
    undefined_access_list_matches: Truth::Unknown,
    undefined_session_filter_passes: Truth::Unknown,
    empty_prefix_list_matches: Truth::Unknown,
    empty_session_filter_passes: Truth::Unknown,
    other_family_matches: Truth::Unknown,
    unset_local_preference_is_100: Truth::Unknown,
    // Not found in Fortinet's references (2026-11), which only say that routes of one peer go to the others.
    sends_to_as_in_path: Truth::Unknown,
    exact_expression: ExactExpression::Unknown,
};
