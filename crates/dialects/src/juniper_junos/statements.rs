//! The statements of `protocols bgp`: which are read, and which cannot change what is accepted.
//!
//! Names: Junos CLI Reference, "bgp" and "family (Protocols BGP)" (read 2026).

use super::bgp::as_number;
use super::config::Config;
use crate::atoms::number;
use crate::braces::NodeId;

/// Statements without effect on which routes are accepted.
const IGNORED: [&str; 87] = [
    "accept-remote-nexthop",
    "add-path-display-ipv4-address",
    "advertise-bgp-static",
    "advertise-external",
    "advertise-from-main-vpn-tables",
    "advertise-inactive",
    "advertise-peer-as",
    "advertise-prefix-sid",
    "aggregate-label",
    "allow-protection",
    "apply-flags",
    "apply-groups",
    "apply-groups-except",
    "apply-macro",
    "as-override",
    "auto-discovered-next-hop",
    "auto-discovery",
    "authentication-algorithm",
    "authentication-key-chain",
    "bgp-error-tolerance",
    "bgp-identifier",
    "bmp",
    "cluster",
    "connect-retry-interval",
    "damping",
    "defaults",
    "delay-route-advertisements",
    "disable-4byte-as",
    "egress-te",
    "egress-te-backup-paths",
    "egress-te-node-segment",
    "egress-te-set-segment",
    "egress-te-sid-stats",
    "enforce-first-as",
    "forwarding-context",
    "graceful-restart",
    "graceful-shutdown",
    "group-split-size",
    "hold-down-all-stale-labels",
    "hold-time",
    "idle-after-switch-over",
    "include-mp-next-hop",
    "ipsec-sa",
    "keep",
    "local-address",
    "local-interface",
    "local-preference",
    "log-updown",
    "max-sid-label",
    "metric-out",
    "minimum-hold-time",
    "mtu-discovery",
    "multihop",
    "multipath",
    "multipath-build-priority",
    "mvpn-iana-rt-import",
    "no-advertise-peer-as",
    "no-aggregator-id",
    "no-client-reflect",
    "no-nexthop-change",
    "no-precision-timers",
    "no-validate",
    "optimal-route-reflection",
    "out-delay",
    "outbound-route-filter",
    "output-queue-priority",
    "passive",
    "path-selection",
    "precision-timers",
    "preference",
    "remove-private",
    "rfc6514-compliant-safi129",
    "rib-sharding",
    "route-server-client",
    "send-addpath-optimization",
    "session-mode",
    "snmp-options",
    "sr-preference-override",
    "stale-labels-holddown-period",
    "tcp-aggressive-transmission",
    "tcp-connect-port",
    "tcp-mss",
    "traceoptions",
    "traffic-statistics-labeled-path",
    "transport",
    "ttl",
    "vpn-apply-export",
];

/// Statements that are read where they apply.
const READ: [&str; 14] = [
    "allow",
    "authentication-key",
    "bfd-liveness-detection",
    "description",
    "disable",
    "export",
    "family",
    "group",
    "import",
    "local-as",
    "neighbor",
    "peer-as",
    "shutdown",
    "type",
];

/// Statements under a unicast family without effect on which routes are accepted.
pub(super) const FAMILY_IGNORED: [&str; 23] = [
    "add-path",
    "aggregate-label",
    "aigp",
    "apply-groups",
    "defer-initial-multipath-build",
    "delay-route-advertisements",
    "entropy-label",
    "explicit-null",
    "extended-nexthop",
    "extended-nexthop-color",
    "extended-nexthop-tunnel",
    "graceful-restart",
    "legacy-redirect-ip-action",
    "no-install",
    "nexthop-resolution",
    "no-validate",
    "output-queue-priority",
    "per-prefix-label",
    "protection",
    "resolve-vpn",
    "route-refresh-priority",
    "topology",
    "withdraw-priority",
];

/// Marks the statements of one level; what is in no list stays unread.
pub(super) fn statements(config: &Config<'_>, level: NodeId) {
    let tree = config.tree;
    for child in tree.children(level) {
        match config.word(child) {
            word if IGNORED.contains(&word) => config.ignore(child),
            "group" | "neighbor" | "allow" | "import" | "export" | "family" => {}
            // Some attributes can be dropped from what is received; communities are number 8.
            "drop-path-attributes" => {
                for value in tree.children(child) {
                    let (low, high) = config
                        .word(value)
                        .split_once('-')
                        .unwrap_or((config.word(value), ""));
                    let low = number::<u8>(low);
                    let high = number::<u8>(high).or(low);
                    match low.zip(high) {
                        Some((low, high)) if !(low..=high).contains(&8) => config.ignore(value),
                        _ => config.unread(value),
                    }
                }
            }
            // A value that is none leaves the session's AS open.
            "peer-as" | "local-as" if as_number(config, child).is_none() => config.unread(child),
            "type"
                if !tree
                    .children(child)
                    .all(|kind| matches!(config.word(kind), "internal" | "external")) =>
            {
                config.unread(child);
            }
            word if READ.contains(&word) => config.read(child),
            _ => config.unread(child),
        }
    }
}
