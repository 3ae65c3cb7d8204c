//! The words of the command line, as the manuals list them (Cisco IOS XR Routing Command Reference, "BGP Commands" and
//! "Routing Policy Language Commands", 3.4 to 7.x, read in November 2026).

/// Named sets; each ends with `end-set`.
pub(super) const SETS: &[&str] = &[
    "prefix-set",
    "community-set",
    "large-community-set",
    "extcommunity-set",
    "as-path-set",
    "rd-set",
    "tag-set",
    "ospf-area-set",
    "mac-set",
    "esi-set",
    "etag-set",
];

/// What follows `router` in the global mode.
pub(super) const ROUTERS: &[&str] = &[
    "bgp",
    "static",
    "ospf",
    "ospfv3",
    "isis",
    "rip",
    "eigrp",
    "pim",
    "igmp",
    "mld",
    "msdp",
    "vrrp",
    "hsrp",
    "rib",
    "rift",
    "multicast",
];

#[rustfmt::skip]
pub(super) const BGP_BLOCK: &[&str] = &[
    "address-family", "af-group", "bfd", "bgp", "bmp", "default-information", "default-metric", "distance",
    "global", "graceful-maintenance", "ibgp", "instance", "mpls", "mvpn", "neighbor", "neighbor-group", "network",
    "no", "nsr", "optical", "redistribute", "rpki", "router-id", "segment-routing", "session-group", "socket",
    "timers", "update", "vrf", "vrf-group", "as-league", "group",
];

#[rustfmt::skip]
pub(super) const BGP_VRF_BLOCK: &[&str] = &[
    "address-family", "bfd", "bgp", "default-information", "default-metric", "description", "label", "mpls",
    "neighbor", "no", "rd", "router-id", "timers", "vpn", "rnh", "mvpn",
];

/// Blocks of `router bgp` that have lines of their own and say nothing about which routes are accepted.
pub(super) const BGP_ASIDE: &[&str] = &[
    "rpki",
    "bmp",
    "mpls",
    "mvpn",
    "segment-routing",
    "optical",
    "as-league",
    "vrf-group",
    "global",
    "graceful-maintenance",
];

/// Lines of `router bgp` and its VRFs without effect on which routes a session accepts.
#[rustfmt::skip]
pub(super) const BGP_INERT: &[&str] = &[
    "bfd", "default-information", "default-metric", "description", "ibgp", "label", "nsr", "rd", "redistribute",
    "router-id", "socket", "timers", "update", "vpn", "rnh", "instance", "network", "group", "export",
];

/// What follows `bgp`, of that kind.
#[rustfmt::skip]
pub(super) const BGP_OPTIONS_INERT: &[&str] = &[
    "as-path-loopcheck", "attribute-download", "auto-policy-soft-reset", "bestpath", "bfd", "client-to-client",
    "cluster-id", "default", "dampening", "enforce-first-as", "fast-external-fallover", "graceful-restart",
    "graceful-shutdown", "igp-metric", "install", "label-delay", "log", "lpts-secure-binding", "maximum", "mib",
    "mpls", "multipath", "nexthop", "policy", "read-only", "redistribute-internal", "router-id", "scan-time",
    "update-delay", "write-limit", "max-path", "long-lived-graceful-restart", "nopeerup-delay", "unsafe-ebgp-policy",
    "origin-as", "confederation", "bandwidth-aware", "delay", "soft-reconfig", "slow-peer", "process", "export",
];

#[rustfmt::skip]
pub(super) const NEIGHBOR_BLOCK: &[&str] = &[
    "address-family", "advertisement-interval", "ao", "bfd", "bmp-activate", "capability", "cluster-id",
    "description", "dmz-link-bandwidth", "ebgp-multihop", "ebgp-recv-extcommunity-dmz", "ebgp-send-extcommunity-dmz",
    "egress-engineering", "enforce-first-as", "enforce-first-as-disable", "graceful-maintenance", "graceful-restart",
    "ha-mode", "idle-watch-time", "ignore-connected-check", "internal-vpn-client", "keychain", "keychain-disable",
    "local", "local-address", "local-address-subnet", "local-as", "log", "maximum-peers", "mpls", "no", "password",
    "password-disable", "peer-set", "precedence", "receive-buffer-size", "remote-as", "remote-as-list",
    "send-buffer-size", "session-open-mode", "shutdown", "speaker-id", "tcp", "timers", "transport", "ttl-security",
    "update", "update-source", "use", "fall-over", "accept", "suppress-update", "next-hop-unchanged",
    "origin-as", "dscp", "allowas-in", "as-override",
];

/// Lines of a neighbor that say nothing about which routes are accepted.
#[rustfmt::skip]
pub(super) const NEIGHBOR_INERT: &[&str] = &[
    "advertisement-interval", "ao", "bmp-activate", "capability", "cluster-id", "dmz-link-bandwidth",
    "ebgp-multihop", "ebgp-recv-extcommunity-dmz", "ebgp-send-extcommunity-dmz", "egress-engineering",
    "enforce-first-as", "enforce-first-as-disable", "graceful-restart", "ha-mode", "idle-watch-time",
    "ignore-connected-check", "internal-vpn-client", "keychain", "keychain-disable", "local", "local-address",
    "local-address-subnet", "log", "maximum-peers", "mpls", "password-disable", "peer-set", "precedence",
    "receive-buffer-size", "send-buffer-size", "session-open-mode", "speaker-id", "tcp", "timers", "transport",
    "ttl-security", "update-source", "suppress-update", "dscp", "send-community-ebgp",
    "send-extended-community-ebgp", "graceful-maintenance", "local-preference", "as-prepends",
];

#[rustfmt::skip]
pub(super) const FAMILY_BLOCK: &[&str] = &[
    "accept-own", "additional-paths", "advertise", "advertisement-interval", "aggregate-address", "aigp",
    "allocate-label", "allowas-in", "as-override", "as-path-loopcheck", "bestpath", "bgp", "capability",
    "default-originate", "default-policy-action", "default-information", "distance", "dynamic-med", "import",
    "label", "long-lived-graceful-restart", "maximum-paths", "maximum-prefix", "multipath", "network", "next-hop-self",
    "next-hop-unchanged", "nexthop", "no", "optimal-route-reflection", "orf", "permanent-network", "redistribute",
    "remove-private-as", "replace-private-as", "retain", "route-policy", "route-reflector-client", "route-target",
    "send-community-ebgp", "send-community-gshut-ebgp", "send-extended-community-ebgp", "send-multicast-attributes",
    "signalling", "site-of-origin", "slow-peer", "soft-reconfiguration", "table-policy", "update", "use",
    "validation", "weight", "wait", "export", "enforce-multiple-labels", "send-med", "inter-as", "flowspec",
    "advertise-best-external", "as-prepends", "local", "peering", "origin-as", "dampening",
];

/// Lines of an address family that say nothing about which routes are accepted.
#[rustfmt::skip]
pub(super) const FAMILY_INERT: &[&str] = &[
    "accept-own", "additional-paths", "advertise", "advertisement-interval", "aggregate-address", "aigp",
    "allocate-label", "as-override", "as-path-loopcheck", "bestpath", "bgp", "capability", "default-originate",
    "default-information", "dynamic-med", "label", "long-lived-graceful-restart", "maximum-paths", "multipath",
    "network", "next-hop-self", "next-hop-unchanged", "nexthop", "optimal-route-reflection", "orf",
    "permanent-network", "redistribute", "remove-private-as", "replace-private-as", "retain",
    "route-reflector-client", "route-target", "send-community-ebgp", "send-community-gshut-ebgp",
    "send-extended-community-ebgp", "send-multicast-attributes", "signalling", "slow-peer", "soft-reconfiguration",
    "update", "weight", "wait", "export", "enforce-multiple-labels", "send-med", "inter-as", "segment-routing",
    "advertise-best-external", "as-prepends", "site-of-origin", "import", "vrf", "origin-as", "dampening",
];

#[rustfmt::skip]
pub(super) const INTERFACE_BLOCK: &[&str] = &[
    "vrf", "ipv4", "ipv6", "shutdown", "no", "bfd", "description", "mtu", "encapsulation", "bundle", "mac-address",
    "load-interval", "speed", "duplex", "negotiation", "carrier-delay", "dampening", "cdp", "lldp",
    "service-policy", "bandwidth",
];

/// What a configuration does not tell about a route, with a comparison behind it.
#[rustfmt::skip]
pub(super) const UNKNOWN: &[&str] = &[
    "next-hop", "source", "rd", "tag", "validation-state", "route-type", "path-type", "rib-has-route",
    "vpn-distinguisher", "weight", "metric-type", "ospf-area", "orf", "evpn-route-type", "evpn-gateway", "evpn-originator",
    "mac", "esi", "etag", "track", "mvpn-route-type", "rib-metric", "aigp-metric", "igp-metric", "origin-as",
    "destination-prefix", "l2vpn", "level", "isis-metric", "ospf-metric", "label", "traffic-index", "destination",
    "bgp", "community-count", "source-rt", "te", "prefix-suppress", "afi", "safi", "neighbor", "link-state", "attribute",
];

/// The same, without a comparison.
#[rustfmt::skip]
pub(super) const UNKNOWN_ALONE: &[&str] = &[
    "route-has-label", "is-best-path", "is-backup-path", "is-best-external", "is-multi-path", "is-suppressed",
    "is-aggregate",
];

/// Where routes come from, besides BGP.
pub(super) const PROTOCOLS: &[&str] = &[
    "connected",
    "static",
    "ospf",
    "ospfv3",
    "isis",
    "rip",
    "eigrp",
    "local",
    "mobile",
    "subscriber",
    "l2vpn",
    "dagr",
    "rpl",
    "lisp",
    "application",
    "vrrp",
];
