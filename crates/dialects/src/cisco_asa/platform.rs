//! What the ASA does where a configuration is silent or refers to nothing.

use pairlint_model::network::{ExactExpression, Platform};
use pairlint_model::policy::Truth;

/// The manual says nothing about most of this. Its BGP is IOS's, so IOS's facts stand (their sources: the same table of
/// `cisco_ios`), except where IOS's own are one published lab only.
pub(super) const PLATFORM: Platform = Platform {
    name: "Cisco ASA",
    undefined_policy_accepts: Truth::No,
    // There is no command that calls another route map.
    undefined_call_accepts: Truth::No,
    undefined_prefix_list_matches: Truth::Unknown,
    undefined_community_list_matches: Truth::No,
    undefined_as_path_list_matches: Truth::No,
    undefined_access_list_matches: Truth::Unknown,
    undefined_session_filter_passes: Truth::Unknown,
    empty_prefix_list_matches: Truth::Yes,
    empty_session_filter_passes: Truth::Yes,
    other_family_matches: Truth::No,
    unset_local_preference_is_100: Truth::Unknown,
    // As IOS, whose BGP the ASA has.
    sends_to_as_in_path: Truth::Yes,
    exact_expression: ExactExpression::Unknown,
};
