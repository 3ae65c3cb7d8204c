//! Statements of `bgp`, groups and neighbors: which are interpreted, and which change no verdict.

use super::config::Config;
use crate::braces::NodeId;

/// Interpreted elsewhere.
const READ: [&str; 21] = [
    "admin-state",
    "bfd-enable",
    "bfd-liveness",
    "best-path-selection",
    "description",
    "dynamic-neighbor",
    "ebgp-default-reject-policy",
    "export",
    "family",
    "group",
    "import",
    "local-as",
    "loop-detect",
    "loop-detect-threshold",
    "neighbor",
    "no",
    "peer-as",
    "prefix-limit",
    "rib-management",
    "shutdown",
    "type",
];

/// What changes how a session is set up, what is sent, or which of several routes is used, but not which routes an
/// import policy takes ("BGP configuration commands" in the command references).
const IGNORED: [&str; 123] = [
    "accept-orf",
    "add-paths",
    "advertise-external",
    "advertise-inactive",
    "advertise-ipv6-next-hops",
    "advertise-label",
    "aggregator-id-zero",
    "aigp",
    "always-compare-med",
    "apply-groups",
    "apply-groups-exclude",
    "as-override",
    "as-path-ignore",
    "asn-4-byte",
    "auth-keychain",
    "authentication-key",
    "authentication-keychain",
    "backup-path",
    "bfd-strict-mode",
    "bgp-tunnel-metric",
    "bgp-vpn-backup",
    "block-prefix-sid",
    "capability-negotiation",
    "client-reflect",
    "cluster",
    "connect-retry",
    "convergence",
    "damp-peer-oscillations",
    "damping",
    "def-recv-evpn-encap",
    "default-label-preference",
    "default-route-target",
    "deterministic-med",
    "disable-4byte-asn",
    "disable-capability-negotiation",
    "disable-client-reflect",
    "disable-communities",
    "disable-fast-external-failover",
    "disable-route-table-install",
    "domain-id",
    "dynamic-neighbor-limit",
    "ecmp",
    "egress-engineering",
    "egress-peer-engineering",
    "egress-peer-engineering-label-unicast",
    "eibgp-loadbalance",
    "enable-inter-as-vpn",
    "enable-origin-validation",
    "enable-peer-tracking",
    "enable-rr-vpn-forwarding",
    "enforce-first-as",
    "error-handling",
    "evpn-link-bandwidth",
    "extended-nh-encoding",
    "fast-external-failover",
    "flowspec",
    "flowspec-validate",
    "graceful-restart",
    "hold-time",
    "hold-time-is-negotiated",
    "ibgp-multipath",
    "ignore-nh-metric",
    "ignore-router-id",
    "initial-send-delay-zero",
    "inter-as-vpn",
    "keepalive",
    "label-allocation",
    "label-preference",
    "link-bandwidth",
    "link-local-next-hop",
    "local-address",
    "local-preference",
    "long-lived",
    "med-compare",
    "med-out",
    "min-as-origination",
    "min-route-advertisement",
    "monitor",
    "mp-bgp-keep",
    "multihop",
    "multipath",
    "multipath-eligible",
    "mvpn-vrf-import-subtype-new",
    "next-hop-resolution",
    "next-hop-self",
    "next-hop-unchanged",
    "origin-validation",
    "outbound-route-filtering",
    "passive",
    "path-mtu-discovery",
    "peer-creation-type",
    "peer-ip-tracking",
    "peer-tracking-policy",
    "preference",
    "purge-timer",
    "rapid-update",
    "rapid-withdrawal",
    "remove-private",
    "route-refresh-bestpath",
    "route-table-install",
    "route-target-list",
    "router-id",
    "rr-vpn-forwarding",
    "segment-routing",
    "segment-routing-v6",
    "selective-label-ip",
    "selective-label-ipv4-install",
    "send-default",
    "send-orf",
    "split-horizon",
    "sr-policy-import",
    "srv6",
    "static-group",
    "tcp-mss",
    "third-party-nexthop",
    "transport-tunnel",
    "ttl-security",
    "updated-error-handling",
    "use-svc-routes",
    "versions",
    "vpn-apply-export",
    "vpn-apply-import",
    "zero-metric",
];

/// Marks the statements of a level.
pub(super) fn settings(config: &Config<'_>, node: NodeId) {
    for child in config.children(node) {
        let word = config.word(child);
        match word {
            // These hold levels of their own.
            "group" | "neighbor" if is_list(config, child) => {}
            "no" => config.ignore(child),
            _ if READ.contains(&word) => config.read(child),
            _ if IGNORED.contains(&word) => config.ignore(child),
            _ => config.unread(child),
        }
    }
    if config.tree.is_leaf(node) {
        config.read(node);
    }
}

/// Whether it is the list of levels, not the name of a neighbor's group.
fn is_list(config: &Config<'_>, node: NodeId) -> bool {
    let above = config.tree.parent(node);
    above.is_none_or(|above| {
        !config
            .tree
            .parent(above)
            .is_some_and(|list| config.is(list, "neighbor"))
    })
}
