//! What FRR's bgpd makes of lists, route maps and neighbors, whichever front end configures it.
//!
//! No dialect of its own: FRR's command line and VyOS hand over what was written, as parts of their text, and get
//! back the model. Observed on the running daemons 7.5.1, 8.4.4 and 10.3 in November 2026 unless a comment names
//! another source; what is certain and what is not: `docs/dialects/frr.md`.

pub mod abbreviation;
pub mod access;
pub mod building;
pub mod community;
pub mod doubts;
pub mod entry;
pub mod expressions;
pub mod lists;
pub mod matching;
pub mod neighbor;
pub mod process;
pub mod resolve;
pub mod route_map;
pub mod setting;

use pairlint_model::network::{ExactExpression, Platform};
use pairlint_model::policy::{Truth, WellKnownNames};

/// How the daemon behaves. Releases between the two are read as both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// Up to 8.4.
    V8,
    /// 10 and later.
    V10,
}

impl Version {
    /// How it writes communities before an expression sees them.
    pub fn names(self) -> WellKnownNames {
        match self {
            Version::V8 => WellKnownNames::Frr8,
            Version::V10 => WellKnownNames::Frr10,
        }
    }
}

/// What the daemon does where a configuration is silent or refers to nothing; all of it was observed.
pub fn platform(name: &'static str) -> Platform {
    Platform {
        undefined_policy_accepts: Truth::No,
        undefined_call_accepts: Truth::Yes,
        undefined_prefix_list_matches: Truth::No,
        undefined_community_list_matches: Truth::No,
        undefined_as_path_list_matches: Truth::No,
        undefined_access_list_matches: Truth::No,
        undefined_session_filter_passes: Truth::No,
        // A list with a description alone: no match in a route map, everything passes on a neighbor.
        empty_prefix_list_matches: Truth::No,
        empty_session_filter_passes: Truth::Yes,
        other_family_matches: Truth::No,
        unset_local_preference_is_100: Truth::No,
        exact_expression: ExactExpression::AsListed,
        // `neighbor … sender-as-path-loop-detection` is off unless configured (FRR user guide, "BGP"; FRR issue 8940,
        // 2021-06-29: with update groups, which are the default, routes go back to the AS).
        sends_to_as_in_path: Truth::Yes,
        ..Platform::new(name)
    }
}

/// Whether somebody has still to fill something in: `<peer>`, `{{ peer }}`.
pub fn is_placeholder(text: &str) -> bool {
    text.contains('<') || text.contains("{{") || text.contains("{%")
}
