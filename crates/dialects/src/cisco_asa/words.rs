//! The words of the command line, as the manual lists them (Cisco ASA Series Command Reference, 9.2 to 9.20).

#[rustfmt::skip]
pub(super) const BGP: &[&str] = &[
    "address-family", "bgp", "default-information", "distance", "exit", "maximum-paths", "neighbor", "network",
    "redistribute", "router-id", "timers",
];

#[rustfmt::skip]
pub(super) const FAMILY: &[&str] = &[
    "aggregate-address", "auto-summary", "bgp", "default-information", "distance", "distribute-list",
    "exit-address-family", "maximum-paths", "neighbor", "network", "redistribute", "synchronization", "table-map",
];

/// Lines of `router bgp` and its families without effect on which routes a session accepts.
#[rustfmt::skip]
pub(super) const INERT: &[&str] = &[
    "aggregate-address", "auto-summary", "default-information", "exit", "exit-address-family", "maximum-paths",
    "network", "redistribute", "router-id", "synchronization", "timers",
];

#[rustfmt::skip]
pub(super) const NEIGHBOR: &[&str] = &[
    "activate", "advertise-map", "advertisement-interval", "allowas-in", "default-originate", "description",
    "disable-connected-check", "distribute-list", "ebgp-multihop", "fall-over", "filter-list", "ha-mode", "local-as",
    "maximum-prefix", "next-hop-self", "password", "prefix-list", "remote-as", "remove-private-as", "route-map",
    "send-community", "shutdown", "timers", "transport", "ttl-security", "update-source", "version", "weight",
];

/// Options of a neighbor that say nothing about which routes are accepted.
#[rustfmt::skip]
pub(super) const NEIGHBOR_INERT: &[&str] = &[
    "advertise-map", "advertisement-interval", "default-originate", "disable-connected-check", "ebgp-multihop",
    "ha-mode", "next-hop-self", "remove-private-as", "send-community", "timers", "transport", "ttl-security",
    "update-source", "version", "weight",
];

#[rustfmt::skip]
pub(super) const INTERFACE: &[&str] = &[
    "bfd", "bridge-group", "channel-group", "delay", "description", "duplex", "ip", "ipv6", "mac-address",
    "management-only", "nameif", "ospf", "security-level", "shutdown", "speed", "vlan", "zone-member",
];

#[rustfmt::skip]
pub(super) const MATCH: &[&str] = &[
    "as-path", "community", "interface", "ip", "ipv6", "metric", "metric-type", "policy-list", "route-type", "tag",
];

#[rustfmt::skip]
pub(super) const SET: &[&str] = &[
    "as-path", "automatic-tag", "community", "interface", "ip", "ipv6", "local-preference", "metric", "metric-type",
    "origin", "tag", "weight", "adaptive-interface",
];
