//! What VRP and Comware do where a configuration is silent or refers to nothing.

use pairlint_model::network::{ExactExpression, Platform};
use pairlint_model::policy::Truth;

/// V: Huawei CloudEngine 6800 Command Reference, V300R023C00, read 2026-11.
pub(super) const VRP: Platform = Platform {
    name: "Huawei VRP",
    // V ("peer route-policy import") says only that one should be created first.
    undefined_policy_accepts: Truth::Unknown,
    // There is no command that calls another policy.
    undefined_call_accepts: Truth::No,
    // V, "if-match ip-prefix": where the list is not configured, all routes are permitted.
    undefined_prefix_list_matches: Truth::Yes,
    // V, "if-match community-filter": where the filter is not configured, all routes match.
    undefined_community_list_matches: Truth::Yes,
    // V, "if-match as-path-filter", likewise.
    undefined_as_path_list_matches: Truth::Yes,
    // V, "if-match ipv6 address acl", likewise; H3C S5560 manual, "Configuring if-match clauses", too.
    undefined_access_list_matches: Truth::Yes,
    // No source was found for a filter that is attached to a peer and not defined.
    undefined_session_filter_passes: Truth::Unknown,
    // A list disappears with its last entry.
    empty_prefix_list_matches: Truth::Unknown,
    empty_session_filter_passes: Truth::Unknown,
    // V, "route-policy", scenarios 1 to 6: a clause of the other family does not constrain. With `address-family
    // mismatch-deny` the clause is lowered with a test of the family.
    other_family_matches: Truth::Yes,
    unset_local_preference_is_100: Truth::Unknown,
    // V: `whole-match` is for basic filters only.
    // Not found in the manuals of Huawei and H3C (2026-11): `peer allow-as-loop` is about what is received.
    sends_to_as_in_path: Truth::Unknown,
    exact_expression: ExactExpression::Unknown,
};

/// H3C and HPE say nothing about undefined lists, but of access lists: "if the ACL used by an if-match clause does not
/// exist, the clause is always matched" (H3C S5560, read 2026-11).
pub(super) const COMWARE: Platform = Platform {
    name: "Comware",
    undefined_prefix_list_matches: Truth::Unknown,
    undefined_community_list_matches: Truth::Unknown,
    undefined_as_path_list_matches: Truth::Unknown,
    other_family_matches: Truth::Unknown,
    ..VRP
};
