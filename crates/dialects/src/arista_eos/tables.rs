//! The words of the command line, as the EOS User Manual and AVD's configurations list them.

/// Sorted. Commands of the global mode, for text without indentation.
#[rustfmt::skip]
pub(super) const GLOBAL: &[&str] = &[
    "aaa", "agent", "alias", "application", "arp", "banner", "bfd", "boot", "class-map", "clock",
    "control-plane", "cvx", "daemon", "dhcp", "dns", "dot1x", "email", "enable", "end", "errdisable",
    "event-handler", "event-monitor", "flow", "hardware", "hostname", "hash", "interface", "ip", "ipv6",
    "kernel", "lacp", "link", "lldp", "load-interval", "logging", "mac", "management", "match-list",
    "maintenance", "mlag", "monitor", "mpls", "ntp", "patch", "peer-filter", "platform", "policy-map",
    "poe", "port-channel", "priority-flow-control", "prompt", "ptp", "qos", "queue-monitor", "radius-server",
    "redundancy", "role", "route-map", "router", "schedule", "service", "sflow", "snmp-server",
    "spanning-tree", "stun", "switchport", "system", "tacacs-server", "tap", "terminal", "traffic-policies",
    "transceiver", "tunnel", "username", "virtual-cable", "vlan", "vmtracer", "vrf", "vxlan",
];

#[rustfmt::skip]
pub(super) const INTERFACE: &[&str] = &[
    "arp", "bandwidth", "bfd", "channel-group", "description", "encapsulation", "flow", "ip", "ipv6",
    "isis", "lacp", "lldp", "load-interval", "logging", "mac", "mac-address", "mlag", "mpls", "mtu", "pim",
    "ptp", "qos", "service-policy", "service-profile", "shutdown", "speed", "spanning-tree", "switchport",
    "tcp", "traffic-policy", "vrf", "vxlan",
];

/// Lines of `router bgp`.
#[rustfmt::skip]
pub(super) const BGP: &[&str] = &[
    "address-family", "aggregate-address", "bgp", "comment", "default-metric", "distance",
    "dynamic", "evpn", "graceful-restart", "graceful-restart-helper", "ip", "ipv4", "ipv6", "local-as",
    "maximum-paths", "monitoring", "neighbor", "network", "next-hop", "rd", "redistribute", "route",
    "route-target", "router-id", "rpki", "session", "shutdown", "timers", "ucmp", "update", "vlan",
    "vlan-aware-bundle", "vrf",
];

/// Lines of a VRF.
#[rustfmt::skip]
pub(super) const VRF: &[&str] = &[
    "address-family", "aggregate-address", "bgp", "comment", "default-metric", "default-route", "distance",
    "dynamic", "evpn", "graceful-restart", "graceful-restart-helper", "ip", "ipv4", "ipv6", "local-as",
    "maximum-paths", "neighbor", "network", "next-hop", "rd", "redistribute", "route", "route-target",
    "router-id", "session", "shutdown", "timers", "ucmp", "update",
];

/// Lines of an address family.
#[rustfmt::skip]
pub(super) const FAMILY: &[&str] = &[
    "aggregate-address", "aigp-session", "bgp", "cluster-id", "comment", "default-route", "domain", "encapsulation",
    "export", "graceful-restart", "graceful-restart-helper", "host-flap", "import", "layer-2", "lfib", "local",
    "maximum-paths", "neighbor", "network", "next-hop", "path-selection", "redistribute", "roles", "route",
    "route-target", "tunnel", "update",
];

/// Of all of these, the ones without effect on which routes a neighbor's session accepts.
#[rustfmt::skip]
pub(super) const BGP_INERT: &[&str] = &[
    "aggregate-address", "aigp-session", "cluster-id", "comment", "default-metric", "default-route", "domain",
    "dynamic", "encapsulation", "evpn", "export", "graceful-restart", "graceful-restart-helper", "host-flap", "ip",
    "ipv4", "ipv6", "layer-2", "lfib", "local", "maximum-paths", "monitoring", "network", "next-hop",
    "path-selection", "rd", "redistribute", "roles", "route-target", "router-id", "rpki", "session", "timers",
    "tunnel", "ucmp", "update", "vlan", "vlan-aware-bundle",
];

/// What may follow `bgp`, without effect on which routes are accepted.
#[rustfmt::skip]
pub(super) const BGP_OPTIONS_INERT: &[&str] = &[
    "additional-paths", "advertise-inactive", "always-compare-med", "aspath-cmp-include-nexthop",
    "auto-local-addr", "bestpath", "bgp", "client-to-client", "cluster-id", "convergence", "dampening",
    "deterministic-med", "fast-external-fallover", "ext-nh", "graceful-restart", "host-routes", "labeled-unicast",
    "local-preference", "log-neighbor-changes", "monitoring", "next-hop", "next-hop-unchanged",
    "nexthop", "peer-mac-resolution-timeout", "redistribute-internal", "route-reflector", "router-id",
    "scan-time", "session", "tie-break-on-originator-id", "trace", "transport",
];

/// All options of a neighbor, so that abbreviations can be told.
#[rustfmt::skip]
pub(super) const NEIGHBOR: &[&str] = &[
    "activate", "additional-paths", "aigp-session", "allowas-in", "as-path", "auto-local-addr", "bfd",
    "bmp", "capability", "default-originate", "default-route-target", "description", "domain",
    "dont-capability-negotiate", "ebgp-multihop", "encapsulation", "enforce-first-as", "export-localpref",
    "fall-over", "graceful-restart", "graceful-restart-helper", "graceful-shutdown", "idle-restart-timer",
    "import-localpref", "in-delay", "link-bandwidth", "local-as", "local-v4-addr", "local-v6-addr",
    "log-neighbor-changes", "maximum-accepted-routes", "maximum-advertised-routes", "maximum-routes",
    "metric-out", "missing-policy", "multi-path", "next-hop", "next-hop-peer", "next-hop-self",
    "next-hop-unchanged", "next-hop-v6-addr", "out-delay", "passive", "password", "peer", "peer-filter",
    "peer-group", "peer-tag", "prefix-list", "private-as", "rcf", "remote-as", "remove-private-as", "rib-in",
    "route-map", "route-reflector-client", "route-to-peer", "send-community", "send-label", "shared-secret",
    "shutdown", "soft-reconfiguration", "timers", "transport", "ttl", "ucmp", "update-source", "weight",
];

/// Options without effect on which routes are accepted: timers, transport, what is announced and how.
#[rustfmt::skip]
pub(super) const NEIGHBOR_INERT: &[&str] = &[
    "additional-paths", "aigp-session", "auto-local-addr", "bmp", "capability", "default-originate",
    "default-route-target", "domain", "dont-capability-negotiate", "ebgp-multihop", "encapsulation",
    "enforce-first-as", "export-localpref", "graceful-restart", "graceful-restart-helper",
    "graceful-shutdown", "idle-restart-timer", "import-localpref", "in-delay", "link-bandwidth",
    "local-v4-addr", "local-v6-addr", "log-neighbor-changes", "maximum-advertised-routes", "metric-out", "multi-path",
    "next-hop", "next-hop-peer", "next-hop-self", "next-hop-unchanged", "next-hop-v6-addr", "out-delay",
    "passive", "peer-tag", "private-as", "remove-private-as", "rib-in", "route-reflector-client",
    "route-to-peer", "send-community", "send-label", "soft-reconfiguration", "timers", "transport", "ttl",
    "ucmp", "update-source", "weight",
];
