//! What IOS XR does where a configuration is silent or refers to nothing.

use pairlint_model::network::{ExactExpression, Platform};
use pairlint_model::policy::Truth;

/// Letters in the comments: V vendor documentation.
pub(super) const PLATFORM: Platform = Platform {
    name: "Cisco IOS XR",
    // V: a commit is refused where an attached policy refers to a policy or set that is not defined ("Implementing
    // Routing Policy", Nonattached Policy Modification). A configuration that lacks one is not whole: what the
    // definition says is not known.
    undefined_policy_accepts: Truth::Unknown,
    undefined_call_accepts: Truth::Unknown,
    undefined_prefix_list_matches: Truth::Unknown,
    undefined_community_list_matches: Truth::Unknown,
    undefined_as_path_list_matches: Truth::Unknown,
    undefined_access_list_matches: Truth::Unknown,
    undefined_session_filter_passes: Truth::Unknown,
    // V: an empty prefix set matches no route ("Implementing Routing Policy", Sets).
    empty_prefix_list_matches: Truth::No,
    empty_session_filter_passes: Truth::No,
    // A set holds prefixes of both families; one of the other family simply does not match.
    other_family_matches: Truth::No,
    // Not documented.
    unset_local_preference_is_100: Truth::Unknown,
    // There is no exact match.
    // V: a neighbor that is alone in its update group is not sent what has its AS first in the path, unless
    // `as-path-loopcheck out disable` (Cisco, document 200427, read 2026-11); `lower::update_groups` notes the others.
    sends_to_as_in_path: Truth::No,
    exact_expression: ExactExpression::Unknown,
};
