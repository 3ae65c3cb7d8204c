//! The words of the command line, as the unicast routing command references of the Nexus series list them.

/// Sorted. Commands of the global mode, for text without indentation.
#[rustfmt::skip]
pub(super) const GLOBAL: &[&str] = &[
    "aaa", "banner", "bfd", "boot", "callhome", "cdp", "cfs", "class-map", "cli", "clock", "control-plane",
    "copp", "crypto", "diagnostic", "end", "errdisable", "evpn", "fabric", "fabricpath", "feature", "feature-set",
    "fex", "flow", "hardware", "hostname", "hsrp", "icam", "install", "interface", "ip", "ipv6", "itd", "key", "lacp", "license",
    "limit-resource", "line", "lldp", "logging", "mac", "monitor", "mpls", "ngoam", "no", "ntp", "nv", "nxapi",
    "object-group", "password", "platform", "policy-map", "port-channel", "port-profile", "power", "ptp",
    "radius-server", "rmon", "role", "route-map", "router", "scheduler", "segment-routing", "service",
    "sflow", "snmp-server", "spanning-tree", "ssh", "switchname", "switchport", "system", "tacacs-server", "telemetry",
    "terminal", "time-range", "track", "tunnel-encryption", "udld", "username", "vdc", "version", "vlan",
    "vpc", "vrf", "vtp", "xml",
];

#[rustfmt::skip]
pub(super) const INTERFACE: &[&str] = &[
    "bandwidth", "bfd", "channel-group", "delay", "description", "duplex", "encapsulation", "fabric", "hsrp", "ip",
    "ipv6", "lacp", "load-interval", "mac-address", "medium", "mtu", "negotiate", "port-channel", "service-policy",
    "shutdown", "spanning-tree", "speed", "storm-control", "switchport", "vpc", "vrf",
];

/// Lines of `router bgp` and its VRFs.
#[rustfmt::skip]
pub(super) const BGP: &[&str] = &[
    "address-family", "affinity-group", "allocate-index", "bestpath", "bfd", "bmp", "bmp-server", "client-to-client",
    "cluster-id", "confederation", "disable-policy-batching", "dynamic-med-interval", "enforce-first-as", "event-history",
    "fast-external-fallover", "flush-routes", "graceful-restart", "graceful-restart-helper",
    "graceful-shutdown", "isolate", "listen", "local-as", "log-neighbor-changes", "maxas-limit", "neighbor",
    "neighbor-down", "nexthop", "nexthop-suppress", "prefix-peer-timeout", "prefix-peer-wait", "rd", "reconnect-interval",
    "router-id", "rpki", "shutdown", "soft-reconfiguration-backup", "suppress-fib-pending", "template", "timers",
    "transport", "vrf",
];

/// Of those, the ones without effect on which routes a neighbor's session accepts.
#[rustfmt::skip]
pub(super) const BGP_INERT: &[&str] = &[
    "affinity-group", "allocate-index", "bestpath", "bfd", "bmp", "bmp-server", "client-to-client", "cluster-id",
    "disable-policy-batching", "dynamic-med-interval", "enforce-first-as", "event-history",
    "fast-external-fallover", "flush-routes", "graceful-restart", "graceful-restart-helper",
    "graceful-shutdown", "listen", "log-neighbor-changes", "neighbor-down", "nexthop", "nexthop-suppress",
    "prefix-peer-timeout", "prefix-peer-wait", "rd", "reconnect-interval", "router-id",
    "soft-reconfiguration-backup", "suppress-fib-pending", "timers", "transport",
];

/// Lines of an address family of the process.
#[rustfmt::skip]
pub(super) const FAMILY: &[&str] = &[
    "additional-paths", "advertise", "advertise-pip", "advertise-system-mac", "aggregate-address", "allocate-label",
    "allow-vni-in-ethertag", "client-to-client", "dampen-igp-metric", "dampening", "default-information",
    "default-metric", "distance", "export", "export-gateway-ip", "import", "inject-map", "maximum-paths", "network",
    "nexthop", "origin-as", "redistribute", "retain", "rewrite-evpn-rt-asn", "route-map", "segment-routing", "summary-only",
    "suppress-inactive", "synchronization", "table-map", "timers", "vni", "wait-igp-convergence",
];

/// Lines of a neighbor.
#[rustfmt::skip]
pub(super) const NEIGHBOR: &[&str] = &[
    "address-family", "affinity-group", "bfd", "bmp-activate-server", "capability", "description",
    "disable-connected-check", "dont-capability-negotiate", "dscp", "dynamic-capability", "ebgp-multihop",
    "egress-engineering", "graceful-shutdown", "inherit", "local-as", "log-neighbor-changes", "low-memory",
    "maximum-peers", "password", "path-attribute", "peer-type", "remote-as", "remove-private-as",
    "shutdown", "timers", "transport", "ttl-security", "update-source",
];

#[rustfmt::skip]
pub(super) const NEIGHBOR_INERT: &[&str] = &[
    "affinity-group", "bmp-activate-server", "capability", "disable-connected-check",
    "dont-capability-negotiate", "dscp", "dynamic-capability", "ebgp-multihop", "egress-engineering",
    "graceful-shutdown", "log-neighbor-changes", "low-memory", "maximum-peers", "peer-type",
    "remove-private-as", "timers", "transport", "ttl-security", "update-source",
];

#[rustfmt::skip]
pub(super) const PEER_SESSION: &[&str] = &[
    "bfd", "capability", "description", "disable-connected-check", "dont-capability-negotiate",
    "dynamic-capability", "ebgp-multihop", "inherit", "local-as", "log-neighbor-changes", "low-memory", "password",
    "peer-type", "remote-as", "remove-private-as", "shutdown", "timers", "transport", "ttl-security", "update-source",
];

/// Lines of an address family of a neighbor, and of a policy template.
#[rustfmt::skip]
pub(super) const PEER_FAMILY: &[&str] = &[
    "advertise", "advertise-gw-ip", "advertise-local-labeled-route", "advertise-map", "advertisement-interval",
    "allowas-in", "as-override", "capability", "default-originate", "disable-peer-as-check", "encapsulation",
    "filter-list", "import", "inherit", "local-label-rewrite", "maximum-prefix", "next-hop-self", "next-hop-third-party",
    "prefix-list", "rewrite-evpn-rt-asn", "rewrite-rt-asn", "route-map", "route-reflector-client", "send-community",
    "send-label", "soft-reconfiguration", "soo", "suppress-inactive", "unsuppress-map", "weight",
];

#[rustfmt::skip]
pub(super) const PEER_FAMILY_INERT: &[&str] = &[
    "advertise", "advertise-gw-ip", "advertise-local-labeled-route", "advertisement-interval", "as-override",
    "capability", "default-originate", "disable-peer-as-check", "encapsulation", "import", "local-label-rewrite",
    "next-hop-self", "next-hop-third-party", "rewrite-evpn-rt-asn", "rewrite-rt-asn",
    "route-reflector-client", "send-community", "send-label", "soft-reconfiguration", "soo",
    "suppress-inactive", "unsuppress-map", "weight",
];

#[rustfmt::skip]
pub(super) const MATCH_SET: &[&str] = &["match", "set", "continue", "description"];

#[rustfmt::skip]
pub(super) const MATCH: &[&str] = &[
    "as-number", "as-path", "community", "evpn", "extcommunity", "interface", "ip", "ipv6", "large-community",
    "length", "local-preference", "mac-list", "metric", "mpls", "ospf-area", "route-type", "source-protocol",
    "tag", "vlan",
];

#[rustfmt::skip]
pub(super) const SET: &[&str] = &[
    "as-path", "comm-list", "community", "dampening", "distance", "evpn", "extcomm-list", "extcommunity",
    "forwarding-address", "interface", "ip", "ipv6", "label-index", "large-comm-list", "large-community", "level",
    "local-preference", "metric", "metric-type", "mpls", "nssa-only", "null-interface", "origin", "path-selection",
    "prefix-sid", "tag", "vrf", "weight",
];
