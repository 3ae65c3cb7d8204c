//! The words of the command line, as the manuals list them.
//!
//! Complete lists, so that an abbreviation is told from a word that means something else (Cisco IOS IP Routing: BGP
//! Command Reference, 12.4 to XE 17; Cisco-IOS-XE-bgp.yang and Cisco-IOS-XE-route-map.yang of 17.9).

/// Commands of `router bgp` and its address families (Cisco IOS IP Routing: BGP Command Reference).
#[rustfmt::skip]
pub(super) const BGP_BLOCK: &[&str] = &[
    "address-family", "advertise", "aggregate-address", "auto-summary", "bgp", "default-information",
    "default-metric", "distance", "distribute-list", "import", "inherit", "maximum-paths",
    "maximum-secondary-paths", "mvpn", "neighbor", "network", "propagate-aspath", "redistribute",
    "rewrite-evpn-rt-asn", "scope", "snmp", "synchronization", "table-map", "template", "timers",
    "unicast-reachability", "bmp", "route-server-context", "export", "cluster-id", "local-as",
    "router-id", "maximum-prefix", "update-source",
];

#[rustfmt::skip]
pub(super) const PEER_POLICY: &[&str] = &[
    "advertise", "advertise-map", "advertisement-interval", "aigp", "allow-policy", "allowas-in",
    "announce", "as-override", "capability", "default-originate", "distribute-list", "dmzlink-bw",
    "encap", "filter-list", "inherit", "inter-as-hybrid", "internal-vpn-client", "maximum-prefix",
    "next-hop-self", "next-hop-unchanged", "prefix-length-size", "prefix-list", "remove-private-as",
    "route-map", "route-reflector-client", "route-server-client", "send-community", "send-label",
    "slow-peer", "soft-reconfiguration", "soo", "translate-topology", "unsuppress-map", "validation",
    "weight", "accept-route-legacy-rt", "additional-paths", "suppress-signaling-protocol",
    "long-lived-graceful-restart",
];

#[rustfmt::skip]
pub(super) const PEER_SESSION: &[&str] = &[
    "ao", "bmp-activate", "cluster-id", "description", "disable-connected-check",
    "dont-capability-negotiate", "ebgp-multihop", "fall-over", "ha-mode", "inherit", "local-as",
    "log-neighbor-changes", "password", "path-attribute", "remote-as", "shutdown", "timers",
    "transport", "translate-update", "ttl-security", "update", "update-source", "version", "capability",
];

#[rustfmt::skip]
pub(super) const INTERFACE: &[&str] = &[
    "bandwidth", "bfd", "channel-group", "delay", "description", "duplex", "encapsulation", "ip",
    "ipv6", "keepalive", "load-interval", "mac-address", "media-type", "mpls", "mtu", "negotiation",
    "service-policy", "shutdown", "speed", "standby", "switchport", "tunnel", "vrf",
];

#[rustfmt::skip]
pub(super) const VRF: &[&str] = &[
    "address-family", "bgp", "description", "export", "import", "inter-as-hybrid", "maximum", "mdt",
    "rd", "route-replicate", "route-target", "vpn",
];

/// Sorted. Commands of the global mode, for text without indentation.
#[rustfmt::skip]
pub(super) const GLOBAL: &[&str] = &[
    "aaa", "access-list", "access-session", "alarm-contact", "alias", "app-hosting", "appfw", "archive",
    "arp", "async-bootp", "authentication", "banner", "bfd", "bfd-template", "boot", "boot-end-marker",
    "boot-start-marker", "bridge", "bridge-domain", "buffers", "call", "call-home", "cdp",
    "chat-script", "class-map", "clns", "clock", "cns", "config-register", "control-plane",
    "controller", "crypto", "cts", "device-sensor", "device-tracking", "diagnostic", "dial-peer",
    "dialer-list", "do", "dot11", "dot1x", "enable", "end", "energywise", "errdisable", "ethernet",
    "event", "exception", "facility-alarm", "fallback", "fhrp", "file", "flow", "frame-relay",
    "gateway", "global-address-family", "hostname", "hw-module", "identity", "interface", "ip", "ipc",
    "ipv6", "isdn", "key", "kron", "l2", "l2tp-class", "l2vpn", "lacp", "ldap", "license", "line",
    "lisp", "lldp", "logging", "login", "mac", "mac-address-table", "macro", "map-class", "mediatrace",
    "memory", "metadata", "mls", "mmi", "modem", "monitor", "mpls", "multilink", "nat", "netconf",
    "netconf-yang", "netflow-export", "network-clock", "nmsp", "no", "ntp", "object-group",
    "parameter-map", "parser", "partition", "password", "performance", "platform", "policy-map",
    "power", "ppp", "privilege", "process", "process-max-time", "profile", "prompt", "pseudowire-class",
    "qos", "radius", "radius-server", "random-detect", "rcmd", "redundancy", "regexp", "restconf",
    "rlogin", "rmon", "route-map", "route-tag", "router", "rtr", "scheduler", "scripting", "security",
    "sensor", "service", "service-routing", "service-template", "shell", "snmp", "snmp-server", "sntp",
    "spanning-tree", "stackwise-virtual", "subscriber", "switch", "system", "table-map", "tacacs",
    "tacacs-server", "tag", "telemetry", "template", "terminal", "tftp-server", "time-range", "track",
    "transceiver", "transport", "udld", "upgrade", "username", "version", "virtual-service",
    "virtual-template", "vlan", "vmps", "voice", "voice-card", "vpdn", "vpdn-group", "vrf", "vstack",
    "vtp", "warm-reboot", "wsma", "x25", "xdr", "xsd-format", "zone", "zone-pair",
];

/// Lines of `router bgp` and its address families.
#[rustfmt::skip]
pub(super) const BGP_LINES: &[&str] = &[
    "aggregate-address", "auto-summary", "bgp", "bmp", "default-information", "default-metric",
    "distance", "distribute-list", "exit", "exit-address-family", "exit-scope", "export", "import",
    "local-as", "maximum-paths", "maximum-secondary-paths", "mvpn", "neighbor", "network",
    "propagate-aspath", "redistribute", "rewrite-evpn-rt-asn", "router-id", "snmp", "synchronization",
    "table-map", "timers", "unicast-reachability",
];

/// Of those, the ones without effect on which routes a neighbor's session accepts.
#[rustfmt::skip]
pub(super) const BGP_INERT: &[&str] = &[
    "aggregate-address", "auto-summary", "bmp", "default-information", "default-metric", "export",
    "import", "maximum-paths", "maximum-secondary-paths", "mvpn", "network", "propagate-aspath",
    "redistribute", "rewrite-evpn-rt-asn", "router-id", "snmp", "synchronization", "timers",
    "unicast-reachability",
];

/// What may follow `bgp` (Cisco IOS IP Routing: BGP Command Reference; Cisco-IOS-XE-bgp.yang 17.9).
#[rustfmt::skip]
pub(super) const BGP_OPTIONS: &[&str] = &[
    "additional-paths", "advertise-best-external", "aggregate-timer", "aigp-rib-metric",
    "always-compare-med", "asnotation", "bestpath", "client-to-client", "cluster-id", "confederation",
    "consistency-checker", "dampening", "default", "deterministic-med", "dmzlink-bw",
    "dynamic-med-interval", "enforce-first-as", "enhanced-error", "fast-external-fallover",
    "graceful-restart", "graceful-shutdown", "ha-mode", "inject-map", "listen", "log-neighbor-changes",
    "maxas-limit", "maxcommunity-limit", "maxextcommunity-limit", "maxlargecommunity-limit",
    "mpls-local-label", "nexthop", "nopeerup-delay", "recursion", "redistribute-internal", "refresh",
    "regexp", "route-map", "route-map-cache", "router-id", "rpki", "rr-group", "safe-ebgp-policy",
    "scan-time", "slow-peer", "snmp", "soft-reconfig-backup", "sourced-paths", "sso",
    "suppress-inactive", "transport", "update-delay", "update-group", "upgrade-cli",
    "vrf-update-optimisation",
];

/// What may follow `bgp default`.
#[rustfmt::skip]
pub(super) const BGP_DEFAULTS: &[&str] = &[
    "inter-as-hybrid", "ipv4-unicast", "ipv6-nexthop", "local-preference", "route-target",
];

/// Options that concern one address family.
#[rustfmt::skip]
pub(super) const NEIGHBOR_POLICY: &[&str] = &[
    "advertise-map", "allowas-in", "distribute-list", "filter-list", "maximum-prefix", "prefix-list",
    "route-map",
];

/// All options of a neighbor, so that abbreviations can be told (Cisco IOS IP Routing: BGP Command Reference;
/// Cisco-IOS-XE-bgp.yang 17.9).
#[rustfmt::skip]
pub(super) const NEIGHBOR: &[&str] = &[
    "accept-route-legacy-rt", "activate", "additional-paths", "advertise", "advertise-map",
    "advertisement-interval", "aigp", "allow-policy", "allowas-in", "alternate-as", "announce", "ao",
    "as-override", "bmp-activate", "capability", "cluster-id", "default-originate", "description",
    "disable-connected-check", "distribute-list", "dmzlink-bw", "dont-capability-negotiate",
    "ebgp-multihop", "encap", "fall-over", "filter-list", "ha-mode", "inherit", "inter-as-hybrid",
    "internal-vpn-client", "local-as", "log-neighbor-changes", "long-lived-graceful-restart",
    "maximum-prefix", "next-hop-self", "next-hop-unchanged", "password", "path-attribute", "peer-group",
    "prefix-length-size", "prefix-list", "remote-as", "remove-private-as", "route-map",
    "route-reflector-client", "route-server-client", "send-community", "send-label", "shutdown",
    "slow-peer", "soft-reconfiguration", "soo", "suppress-signaling-protocol", "timers",
    "translate-topology", "translate-update", "transport", "ttl-security", "unsuppress-map",
    "update-source", "validation", "version", "weight",
];

/// Options without effect on which routes are accepted: timers, transport, what is announced and how.
#[rustfmt::skip]
pub(super) const NEIGHBOR_INERT: &[&str] = &[
    "accept-route-legacy-rt", "additional-paths", "advertise", "advertisement-interval", "aigp",
    "allow-policy", "announce", "ao", "as-override", "bmp-activate", "capability", "cluster-id",
    "default-originate", "disable-connected-check", "dmzlink-bw", "dont-capability-negotiate",
    "ebgp-multihop", "encap", "ha-mode", "inter-as-hybrid", "internal-vpn-client",
    "log-neighbor-changes", "long-lived-graceful-restart", "next-hop-self", "next-hop-unchanged",
    "prefix-length-size", "remove-private-as", "route-reflector-client", "route-server-client",
    "send-community", "send-label", "slow-peer", "soft-reconfiguration", "soo",
    "suppress-signaling-protocol", "timers", "translate-topology", "translate-update", "transport",
    "ttl-security", "unsuppress-map", "update-source", "validation", "version", "weight",
];

#[rustfmt::skip]
pub(super) const MATCH: &[&str] = &[
    "additional-paths", "application", "as-path", "clns", "community", "extcommunity", "interface",
    "ip", "ipv6", "large-community", "length", "local-preference", "mdt-group", "metric", "mpls-label",
    "nlri", "omp-tag", "policy-list", "route-type", "rpki", "security-group", "source-protocol", "tag",
    "track", "virtual-router",
];

/// All of route-map `set` in IOS and IOS XE (command references of 12.4, 15 and XE 17; Cisco-IOS-XE-route-map.yang).
#[rustfmt::skip]
pub(super) const SET: &[&str] = &[
    "aigp-metric", "as-path", "attribute-set", "automatic-tag", "clns", "comm-list", "community",
    "dampening", "default", "extcomm-list", "extcommunity", "global", "interface", "ip", "ipv6",
    "large-comm-list", "largecomm-list", "large-community", "level", "lisp", "local-preference",
    "metric", "metric-type", "mpls-label", "nlri", "omp-tag", "origin", "ospf-metric", "tag",
    "traffic-index", "vrf", "weight",
];
