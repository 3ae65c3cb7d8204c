//! `protocol bgp`: peer groups and their peers.

use std::collections::BTreeMap;

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{BgpNeighbor, MaximumPrefix, NeighborFamily, RemoteAs};
use pairlint_model::policy::{ChainDefault, PolicyChain, PolicyExpression, RoutePolicy};
use pairlint_model::source::{Span, Spanned};

use super::config::Config;
use super::rules::Rules;
use crate::atoms::{address, asn, number};
use crate::braces::NodeId;

/// Statements of a peer or group, and of BGP, that set up sessions or choose between routes.
const IGNORED: [&str; 24] = [
    "aggregate",
    "aggregated-confed-as-path",
    "allow-redist-default-route",
    "conditional-advertisement",
    "confederation-member-as",
    "connection-options",
    "dampening-profile",
    "ecmp-multi-as",
    "enable-mp-bgp",
    "enable-sender-side-loop-detection",
    "enforce-first-as",
    "export-nexthop",
    "import-nexthop",
    "install-route",
    "local-address",
    "peering-type",
    "redist-rules",
    "reflector-client",
    "remove-private-as",
    "router-id",
    "routing-options",
    "soft-reset-with-stored-info",
    "subsequent-address-family-identifier",
    "used-by",
];

const READ: [&str; 12] = [
    "address-family-identifier",
    "auth-profile",
    "bfd",
    "enable",
    "global-bfd",
    "local-as",
    "max-prefixes",
    "peer-address",
    "peer-as",
    "reject-default-route",
    "type",
    "match",
];

/// One process of the legacy engine.
pub(super) struct Process<'p, 'a> {
    pub config: &'p Config<'a>,
    /// The virtual router.
    pub router: NodeId,
    /// `bgp`.
    pub bgp: NodeId,
}

impl<'a> Process<'_, 'a> {
    /// Reads the sessions, and the policies that their rules make.
    pub fn sessions(&self, policies: &mut BTreeMap<String, RoutePolicy>) -> Vec<BgpNeighbor> {
        let config = self.config;
        settings(config, self.bgp, &["peer-group", "policy"]);
        self.policy_settings();
        let local_as = config
            .value(self.bgp, "local-as")
            .and_then(|value| asn(config.word(value)));
        let mut found = Vec::new();
        for group in config.list(self.bgp, "peer-group") {
            settings(config, group, &["peer"]);
            let peers = config.list(group, "peer");
            let chain = |direction: &'static str, policies: &mut BTreeMap<String, RoutePolicy>| {
                let rules = Rules {
                    config,
                    bgp: self.bgp,
                    direction,
                    router: config.word(self.router),
                    group: config.word(group),
                    peers: peers.iter().map(|&peer| config.word(peer)).collect(),
                };
                let (chain, policy) = rules.chain();
                if let Some(policy) = policy {
                    policies.insert(policy.name.value.clone(), policy);
                }
                chain
            };
            let import = chain("import", policies);
            let export = chain("export", policies);
            for &peer in &peers {
                settings(config, peer, &[]);
                let session = Peer {
                    config,
                    router: self.router,
                    bgp: self.bgp,
                    group,
                    peer,
                    local_as,
                };
                found.extend(session.read(import.clone(), export.clone()));
            }
        }
        found
    }

    /// Rules are read with the groups that use them; one that no group uses has no effect.
    fn policy_settings(&self) {
        let config = self.config;
        for direction in ["import", "export"] {
            let place = config
                .child(self.bgp, "policy")
                .and_then(|policy| config.child(policy, direction));
            for rule in place.map(|place| config.list(place, "rules")).unwrap_or_default() {
                config.read(rule);
            }
        }
        for other in config.list(self.bgp, "policy") {
            match config.word(other) {
                "import" | "export" => {}
                "aggregation" | "conditional-advertisement" => config.ignore(other),
                _ => config.unread(other),
            }
        }
    }
}

fn settings(config: &Config<'_>, node: NodeId, lists: &[&str]) {
    for child in config.children(node) {
        match config.word(child) {
            word if lists.contains(&word) => {}
            word if READ.contains(&word) => config.read(child),
            word if IGNORED.contains(&word) => config.ignore(child),
            _ => config.unread(child),
        }
    }
    if config.tree.is_leaf(node) {
        config.read(node);
    }
}

/// A peer in its surroundings.
pub(super) struct Peer<'p, 'a> {
    pub config: &'p Config<'a>,
    /// The virtual or logical router.
    pub router: NodeId,
    pub bgp: NodeId,
    pub group: NodeId,
    pub peer: NodeId,
    pub local_as: Option<Asn>,
}

impl Peer<'_, '_> {
    /// Reads the session; `None` where it has no address.
    pub fn read(&self, import: PolicyChain, export: PolicyChain) -> Option<BgpNeighbor> {
        let config = self.config;
        let text = config.address(self.peer)?;
        let place = config.child(self.peer, "peer-address")?;
        let peer_as = config.value(self.peer, "peer-as");
        let kind = config
            .list(self.group, "type")
            .first()
            .map(|&kind| config.word(kind));
        let off = |node| config.off(node, "enable");
        let span = config.statement(self.peer);
        let remote = peer_as.and_then(|value| asn(config.word(value)));
        let afi = config.value(self.peer, "address-family-identifier");
        let family = match afi.map(|value| config.word(value)) {
            Some("ipv6") => Family::Ipv6,
            _ => Family::Ipv4,
        };
        let is_base = config.word(self.router) == "default";
        Some(BgpNeighbor {
            ip: address(&text),
            remote_as: match (remote, kind) {
                (Some(asn), _) => RemoteAs::Asn(asn),
                (None, Some("ibgp" | "ibgp-confed")) => RemoteAs::Internal,
                (None, Some("ebgp" | "ebgp-confed")) => RemoteAs::External,
                _ => RemoteAs::Unknown,
            },
            remote_as_span: peer_as.map(|value| config.statement(value)),
            local_as: self.local_as,
            vrf: (!is_base).then(|| config.name(self.router)),
            group: Some(config.name(self.group)),
            description: Some(config.name(self.peer)),
            shutdown: off(self.peer)
                .or_else(|| off(self.group))
                .or_else(|| off(self.bgp)),
            bfd: self.bfd(),
            span,
            families: vec![NeighborFamily {
                family,
                active: true,
                active_span: afi.map_or(span, |value| config.statement(value)),
                import,
                export,
                maximum_prefix: self.maximum(),
                own_as_allowed: 0,
                beyond: Vec::new(),
            }],
            address: Spanned::new(config.statement(place), text),
        })
    }

    fn maximum(&self) -> Option<Spanned<MaximumPrefix>> {
        let config = self.config;
        let value = config.value(self.peer, "max-prefixes")?;
        let limit = number(config.word(value))?;
        let span = config.statement(value);
        Some(Spanned::new(
            span,
            MaximumPrefix {
                limit,
                warning_only: false,
            },
        ))
    }

    fn bfd(&self) -> Option<Span> {
        let config = self.config;
        let profile = |node: NodeId, word: &str| {
            let value = config.value(config.child(node, word)?, "profile")?;
            Some((config.word(value), config.statement(value)))
        };
        match profile(self.peer, "bfd") {
            Some(("None" | "none", _)) => None,
            Some((name, span)) if name != "Inherit-vr-global-setting" => Some(span),
            _ => profile(self.bgp, "global-bfd")
                .filter(|(name, _)| !name.eq_ignore_ascii_case("none"))
                .map(|(_, span)| span),
        }
    }
}

/// Reads the sessions of the advanced engine, whose filters are not evaluated.
pub(super) fn advanced(config: &Config<'_>, router: NodeId) -> Vec<BgpNeighbor> {
    let mut found = Vec::new();
    for vrf in config.list(router, "vrf") {
        let Some(bgp) = config.child(vrf, "bgp") else {
            continue;
        };
        config.unread(bgp);
        let local_as = config
            .value(bgp, "local-as")
            .and_then(|value| asn(config.word(value)));
        for group in config.list(bgp, "peer-group") {
            for peer in config.list(group, "peer") {
                let session = Peer {
                    config,
                    router,
                    bgp,
                    group,
                    peer,
                    local_as,
                };
                let open = PolicyChain {
                    filters: Vec::new(),
                    policies: vec![PolicyExpression::Unsupported(config.statement(peer))],
                    default: ChainDefault {
                        verdict: None,
                        reason: "the filters of the advanced routing engine are not evaluated",
                        span: None,
                    },
                };
                found.extend(session.read(open.clone(), open));
            }
        }
    }
    found
}
