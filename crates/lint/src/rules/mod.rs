//! The rules: one file each, listed once.

use pairlint_model::diagnostic::{Diagnostic, Severity};

use crate::Context;

/// A defect that is looked for.
pub struct Rule {
    /// Names the defect and reads well after "allow".
    pub name: &'static str,
    /// The default severity; a finding may be of a lower one where the evidence is weaker.
    pub severity: Severity,
    /// One sentence.
    pub summary: &'static str,
    /// The rule's page, `docs/rules/<name>.md`.
    pub page: &'static str,
    /// Finds the defects. Rules run in the order of [`ALL`] and see what earlier ones found.
    pub check: fn(&Context<'_>, &mut Vec<Diagnostic>),
}

impl Rule {
    /// Begins a finding of this rule.
    pub fn at(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.name, self.severity, message)
    }
}

/// Declares each rule's module and lists it, so that a rule cannot be written and forgotten.
macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        /// Every rule, in the order in which they run.
        pub static ALL: &[&Rule] = &[$(&$name::RULE),*];
    };
}

rules![
    advertised_communities_drift,
    advertised_public_prefixes,
    ambiguous_region_pair,
    blocked_by_router,
    community_needs_authorization,
    conflicting_exports,
    connector_region_uncovered,
    default_route_accepted,
    default_route_advertised,
    deny_route_filter_rule,
    duplicate_community,
    empty_list,
    empty_policy,
    empty_route_filter,
    expired_waiver,
    extra_community,
    gateway_region_unreachable,
    half_region_pair,
    inactive_peering,
    inactive_session,
    incomplete_export,
    ipv6_without_route_filter,
    joined_communities,
    local_preference_not_raised,
    local_sku_region,
    malformed_community,
    maximum_prefix_too_low,
    microsoft_route_readvertised,
    missing_bfd,
    missing_region_community,
    name_contradicts_community,
    neighbor_address_parity,
    never_sent,
    no_export_policy,
    no_import_policy,
    peering_addresses,
    peering_asn,
    peering_without_route_filter,
    private_peering_community,
    private_prefix_accepted,
    private_prefix_advertised,
    refused_line,
    regex_matches_more,
    regional_prefix_rejected,
    required_community_rejected,
    required_prefix_rejected,
    route_filter_location,
    route_filter_on_private_peering,
    secret_in_export,
    several_route_filter_rules,
    single_peering_location,
    single_session,
    sovereign_circuit,
    stale_community,
    stale_prefix_entry,
    standard_sku_geography,
    static_prefix_filter,
    substitute_community,
    truncated_export,
    unattached_route_filter,
    unchecked_environment,
    undecided_verdict,
    undefined_reference,
    undocumented_region_community,
    uneven_route_filters,
    uneven_sessions,
    uninterpreted_statement,
    unknown_community,
    unneeded_community_accepted,
    unreachable_entry,
    unreachable_statement,
    unreadable_file,
    unresolved_route_filter,
    unresolved_value,
    unsupported_rule_type,
    untagged_route_accepted,
    unused_definition,
    unused_waiver,
    wrong_cloud_community,
    // Looks at the findings of all others.
    stale_table,
];

/// Returns the rule of that name.
pub fn named(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name).copied()
}

/// The check of a rule whose findings the command line makes: it alone sees files and waivers.
fn made_elsewhere(_: &Context<'_>, _: &mut Vec<Diagnostic>) {}
