//! Words of the command line, by block and by effect.

/// Lines of `bgp` and its address families (CloudEngine 6800 and NetEngine 8000 command references; Comware 7).
#[rustfmt::skip]
pub(super) const BGP: &[&str] = &[
    "active-route-advertise", "add-path", "advertise", "aggregate", "allow-invalid-as", "apply-label", "as-notation",
    "as-path-limit", "attribute-set", "auto-frr", "balance", "bestroute", "bgp", "bgp-rib-only", "bgp-update-delay",
    "bgp-yang-mode", "bit-error-detection", "bmp", "check-first-as", "clear", "compare-different-as-med", "confederation",
    "dampening", "default", "default-route", "default-route-advertise", "default-route-imported",
    "deterministic-med", "domain", "dynamic-session-limit", "eapply", "ebgp-interface-sensitive", "ecmp",
    "egress-engineering", "enable", "ext-community-change", "fast-external-fallover", "filter-policy", "graceful-restart",
    "graceful-shutdown", "group", "ignore", "ignore-first-as", "import", "import-rib", "import-route",
    "ingress-lsp", "ingress-replication", "inter-as-hybrid", "ip", "keep-all-routes", "label-free", "load-balancing",
    "local-as", "log-info", "log-peer-change", "lsp-mtu", "maximum", "multi-path", "network", "nexthop", "non-stop-routing",
    "peer", "policy", "precise-delay", "preference", "prefix-origin-validation", "reflect", "reflector", "router-id",
    "route-limit", "route-origin-validation", "route-recursive-lookup", "route-select", "routerid-neglect",
    "routing-table", "rpki", "segment-routing", "shutdown", "slow-peer", "sr-policy", "summary", "supernet", "synchronization",
    "timer", "track", "tunnel-selector", "undo", "unicast-route", "update-delay", "vpn-instance", "vpn-route",
    "wait-for-rib",
];

/// Of those, the ones without effect on which routes a peer's session accepts.
#[rustfmt::skip]
pub(super) const BGP_INERT: &[&str] = &[
    "active-route-advertise", "add-path", "advertise", "aggregate", "apply-label", "auto-frr", "balance", "bestroute",
    "bgp-update-delay", "bgp-yang-mode", "bit-error-detection", "bmp", "compare-different-as-med", "dampening",
    "default-route", "default-route-advertise", "default-route-imported", "deterministic-med", "domain",
    "dynamic-session-limit", "ebgp-interface-sensitive", "ecmp", "egress-engineering", "ext-community-change",
    "fast-external-fallover", "graceful-restart", "graceful-shutdown", "import-rib", "import-route", "ingress-lsp",
    "ingress-replication", "keep-all-routes", "label-free", "load-balancing", "log-info", "log-peer-change", "lsp-mtu",
    "maximum", "multi-path", "network", "nexthop", "non-stop-routing", "policy", "precise-delay", "reflect",
    "reflector", "route-recursive-lookup", "route-select", "router-id", "routerid-neglect", "segment-routing", "slow-peer",
    "sr-policy", "summary", "supernet", "synchronization", "timer", "track", "tunnel-selector", "unicast-route",
    "update-delay", "vpn-route", "wait-for-rib",
];

/// Options of a peer without effect on which routes are accepted.
#[rustfmt::skip]
pub(super) const PEER_INERT: &[&str] = &[
    "aigp", "additional-paths", "add-path", "advertise", "advertise-community", "advertise-ext-community",
    "advertise-large-community", "advertise-policy", "advertise-vpn-policy", "as-path-acl-export", "authentication-ao",
    "capability-advertise", "bmp", "connect-interface", "crl", "default-originate-interval", "default-route-advertise",
    "delay-route-advertise", "dscp", "ebgp-max-hop", "egress-engineering", "egress-lsp", "esad-route-compatible",
    "exact-match", "flow-spec", "graceful-restart", "ignore-originatorid", "keep-all-routes", "keychain",
    "label-route-capability", "listen-only", "local-graceful-restart", "log-change", "log-info", "low-priority",
    "mac-limit", "mpls-local-ifnet", "next-hop-invariable", "next-hop-local", "next-hop-vpn", "nexthop-local", "oad",
    "out-delay", "path-mtu", "preferred-value", "prefix-sid", "public-as-only", "redirect", "reflect-client",
    "reflect-between-pe", "remote-nexthop", "route-refresh", "route-update-interval", "send-community", "slow-peer",
    "soo", "soft-reconfiguration", "split-group", "ssl-policy", "substitute-as", "tcp-mss", "tcp-state-timeout",
    "timer", "tnl-policy", "tracking", "transport-mode", "ttl-security", "upe", "update-group-independent", "valid-ttl-hops",
    "version", "peer-tunnel", "description-mode", "check-first-as",
];

/// Clauses of a route policy that change nothing that is judged.
#[rustfmt::skip]
pub(super) const APPLY_INERT: &[&str] = &[
    "aigp", "backup-interface", "backup-nexthop", "behavior", "bit-index", "cost-type", "dampening", "default-nexthop",
    "entropy-label", "esi", "extcommunity", "extcomm-filter", "fast-reroute", "gateway-ip", "interface", "ip-address",
    "ip-df", "ip-precedence", "ipv6", "isis", "mpls-label", "ospf", "output-interface", "preference", "qos-local-id",
    "quick-metric", "route-type", "sid", "srv6-policy", "stitch", "tag", "traffic-index", "tunnel-policy", "user-id", "vn-id",
];

/// Lines of an interface that are read without indentation too.
pub(super) const INTERFACE: &[&str] = &["description", "shutdown", "bfd", "mtu", "vlan-type", "dot1q"];

/// Lines of `ip vpn-instance`.
#[rustfmt::skip]
pub(super) const VPN: &[&str] = &[
    "address-family", "apply-label", "description", "export", "import", "ipv4-family", "ipv6-family", "prefix",
    "route-distinguisher", "routing-table", "tnl-policy", "vpn-id", "vpn-target",
];
