//! `bgp`: sessions, each with what it takes from its group and from BGP as a whole.
//!
//! Nokia "Unicast Routing Protocols Guide", "BGP": neighbor before group before BGP as a whole, and the policies of one
//! level replace those of the others. Without `family` a session is for IPv4 unicast. In classic form neighbors stand
//! inside their group, in MD-CLI beside it. What nothing accepts or rejects: see [`super::defaults`].

use pairlint_model::bgp::{Asn, Family};
use pairlint_model::network::{BgpNeighbor, MaximumPrefix, NeighborFamily, RemoteAs};
use pairlint_model::policy::{ChainDefault, PolicyChain};
use pairlint_model::source::{Span, Spanned};

use super::chains::chain;
use super::config::Config;
use super::defaults::{Defaults, Direction};
use super::settings::settings;
use crate::atoms::{address, asn, number};
use crate::braces::NodeId;

/// One BGP process and where it runs.
pub(super) struct Process {
    /// The statement `bgp`.
    pub node: NodeId,
    /// The VPRN or the router instance, where it is not the base one.
    pub vrf: Option<Spanned<String>>,
    pub local_as: Option<Asn>,
    /// The instance as a whole is administratively down.
    pub shutdown: Option<Span>,
}

/// Reads the sessions of a process.
pub(super) fn sessions(config: &Config<'_>, process: &Process, defaults: &Defaults) -> Vec<BgpNeighbor> {
    let list = |node: NodeId, word: &str| -> Vec<NodeId> {
        let list = config.child(node, word).into_iter();
        let names = list.flat_map(|list| config.children(list));
        // `neighbor` stands for an address here, `group` for a name.
        names.filter(|&name| !config.is(name, "apply-groups")).collect()
    };
    let reader = Reader {
        config,
        process,
        defaults,
        groups: list(process.node, "group"),
    };
    let mut found = Vec::new();
    // A snippet may hold more than BGP beside its groups.
    if process.node != NodeId::ROOT {
        settings(config, process.node);
    }
    for &group in &reader.groups {
        settings(config, group);
    }
    for neighbor in list(process.node, "neighbor") {
        settings(config, neighbor);
        let name = config.value(neighbor, "group");
        let group = name.and_then(|name| {
            let groups = reader.groups.iter().copied();
            groups
                .into_iter()
                .find(|&group| config.word(group) == config.word(name))
        });
        // What a group that is not in the text says may be anything.
        if let (Some(name), None) = (name, group) {
            config.unread(name);
        }
        found.push(reader.session(neighbor, neighbor, group, name));
    }
    for &group in &reader.groups {
        for neighbor in list(group, "neighbor") {
            settings(config, neighbor);
            found.push(reader.session(neighbor, neighbor, Some(group), Some(group)));
        }
        // Sessions that others open from these ranges.
        let ranges = config.child(group, "dynamic-neighbor");
        let ranges = ranges.map(|node| config.child(node, "match").unwrap_or(node));
        for range in ranges.map(|node| list(node, "prefix")).unwrap_or_default() {
            config.read(range);
            found.push(reader.session(range, range, Some(group), Some(group)));
        }
    }
    found
}

struct Reader<'r, 'a> {
    config: &'r Config<'a>,
    process: &'r Process,
    defaults: &'r Defaults,
    groups: Vec<NodeId>,
}

impl Reader<'_, '_> {
    fn session(
        &self,
        node: NodeId,
        own: NodeId,
        group: Option<NodeId>,
        group_name: Option<NodeId>,
    ) -> BgpNeighbor {
        let config = self.config;
        let levels: Vec<NodeId> = [Some(own), group, Some(self.process.node)]
            .into_iter()
            .flatten()
            .collect();
        let find = |word: &str| levels.iter().find_map(|&level| config.child(level, word));
        let value = |word: &str| config.tree.value(find(word)?);
        let name = config.name(node);
        let ip = address(&name.value);
        let peer = find("peer-as");
        let peer_as = value("peer-as").and_then(|value| asn(config.word(value)));
        let kind = value("type").map(|value| config.word(value));
        let local_as = find("local-as")
            .and_then(|node| {
                config
                    .values(node)
                    .into_iter()
                    .find_map(|value| asn(config.word(value)))
            })
            .or(self.process.local_as);
        let remote_as = match (peer_as, kind) {
            (Some(asn), _) => RemoteAs::Asn(asn),
            (None, Some("internal")) => RemoteAs::Internal,
            (None, Some("external")) => RemoteAs::External,
            _ => RemoteAs::Unknown,
        };
        let is_external = match (kind, peer_as, local_as) {
            (Some("internal"), ..) => Some(false),
            (Some("external"), ..) => Some(true),
            (_, Some(peer), Some(local)) => Some(peer != local),
            _ => None,
        };
        let down = levels.iter().find_map(|&level| disabled(config, level));
        let span = config.statement(node);
        let policies = |direction: Direction| {
            let default = self.defaults.of(config, &levels, is_external, direction);
            self.chain(&levels, direction.word(), default)
        };
        let attached = Attached {
            import: policies(Direction::Import),
            export: policies(Direction::Export),
            own_as_allowed: own_as_allowed(config, &levels),
            beyond: self.beyond(),
        };
        BgpNeighbor {
            ip,
            remote_as,
            remote_as_span: peer.map(|node| config.statement(node)),
            local_as,
            vrf: self.process.vrf.clone(),
            group: group_name.map(|name| config.name(name)),
            description: config.value(own, "description").map(|value| config.name(value)),
            shutdown: down.or(self.process.shutdown),
            bfd: bfd(config, &levels),
            span,
            families: families(config, &levels, span, &attached),
            address: name,
        }
    }

    fn chain(&self, levels: &[NodeId], word: &str, default: ChainDefault) -> PolicyChain {
        let config = self.config;
        let policies = levels.iter().find_map(|&level| {
            let policies = chain(config, config.child(level, word)?);
            (!policies.is_empty()).then_some(policies)
        });
        PolicyChain {
            filters: Vec::new(),
            policies: policies.unwrap_or_default(),
            default,
        }
    }

    /// What keeps routes out of the table after BGP took them.
    fn beyond(&self) -> Vec<Span> {
        let config = self.config;
        let says = |word: &str, inner: &str| {
            let node = config.child(self.process.node, word)?;
            let found = config
                .values(node)
                .into_iter()
                .find(|&value| config.is(value, inner))?;
            Some(config.statement(found))
        };
        [
            says("rib-management", "route-table-import"),
            says("best-path-selection", "origin-invalid-unusable"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Whether a block is administratively down, and the line that says so.
pub(super) fn disabled(config: &Config<'_>, node: NodeId) -> Option<Span> {
    let state = config
        .value(node, "admin-state")
        .filter(|&state| config.is(state, "disable"));
    state
        .or_else(|| config.child(node, "shutdown"))
        .map(|node| config.statement(node))
}

/// `bfd-liveness true`, in classic form `bfd-enable`.
fn bfd(config: &Config<'_>, levels: &[NodeId]) -> Option<Span> {
    levels.iter().find_map(|&level| {
        let node = config
            .child(level, "bfd-liveness")
            .or_else(|| config.child(level, "bfd-enable"))?;
        let off = config
            .tree
            .value(node)
            .is_some_and(|value| config.is(value, "false"));
        Some((!off).then(|| config.statement(node)))
    })?
}

/// A path with our own AS is dropped or ignored, unless loop detection is off ("loop-detect").
fn own_as_allowed(config: &Config<'_>, levels: &[NodeId]) -> u32 {
    let value = |word: &str| {
        let node = levels.iter().find_map(|&level| config.child(level, word))?;
        config.tree.value(node).map(|value| config.word(value))
    };
    if value("loop-detect") == Some("off") {
        return u32::MAX;
    }
    value("loop-detect-threshold").and_then(number).unwrap_or(0)
}

/// What all families of a session share.
struct Attached {
    import: PolicyChain,
    export: PolicyChain,
    own_as_allowed: u32,
    beyond: Vec<Span>,
}

fn families(config: &Config<'_>, levels: &[NodeId], span: Span, attached: &Attached) -> Vec<NeighborFamily> {
    let named = levels.iter().find_map(|&level| {
        let node = config.child(level, "family")?;
        (!config.tree.is_leaf(node)).then_some(node)
    });
    let is_on = |node: NodeId, word: &str| {
        config.child(node, word).filter(|&family| {
            let value = config.tree.value(family);
            value.is_none_or(|value| !config.is(value, "false"))
        })
    };
    let family = |family: Family, active_span: Span, active: bool| NeighborFamily {
        family,
        active,
        active_span,
        import: attached.import.clone(),
        export: attached.export.clone(),
        maximum_prefix: maximum(config, levels, family),
        own_as_allowed: attached.own_as_allowed,
        beyond: attached.beyond.clone(),
    };
    let Some(node) = named else {
        return vec![family(Family::Ipv4, span, true)];
    };
    let values = config.values(node);
    let listed = |word: &str| {
        // In classic form the families follow one another: `family ipv4 ipv6`.
        let classic = values
            .iter()
            .copied()
            .find(|&value| config.is(value, word) && !has_flag(config, value));
        is_on(node, word).or(classic)
    };
    let mut found = Vec::new();
    for (kind, word) in [(Family::Ipv4, "ipv4"), (Family::Ipv6, "ipv6")] {
        if let Some(named) = listed(word) {
            found.push(family(kind, config.statement(named), true));
        }
    }
    if found.is_empty() {
        // With other families only, unicast is not negotiated.
        found.push(family(Family::Ipv4, config.statement(node), false));
    }
    found
}

fn has_flag(config: &Config<'_>, node: NodeId) -> bool {
    let value = config.tree.value(node);
    value.is_some_and(|value| config.is(value, "true") || config.is(value, "false"))
}

/// `prefix-limit ipv4 { maximum 1000 log-only true }`, in classic form `prefix-limit ipv4 1000 log-only`.
fn maximum(config: &Config<'_>, levels: &[NodeId], family: Family) -> Option<Spanned<MaximumPrefix>> {
    let word = match family {
        Family::Ipv4 => "ipv4",
        Family::Ipv6 => "ipv6",
    };
    levels.iter().find_map(|&level| {
        let list = config.child(level, "prefix-limit")?;
        // Old classic form has one limit for every family.
        let node = config.child(list, word).or_else(|| {
            let bare = config.children(list).next()?;
            number::<u32>(config.word(bare)).map(|_| list)
        })?;
        let values = config.values(node);
        let words = config.texts(&values);
        let limit = words.iter().find_map(|word| number::<u32>(word));
        let log = words.iter().position(|&word| word == "log-only");
        let warning_only = log.is_some_and(|at| words.get(at + 1) != Some(&"false"));
        match limit {
            Some(limit) => {
                let place = values
                    .iter()
                    .find(|&&value| number::<u32>(config.word(value)).is_some());
                let span = config.statement(place.copied().unwrap_or(node));
                Some(Spanned::new(span, MaximumPrefix { limit, warning_only }))
            }
            None => {
                config.unread(node);
                None
            }
        }
    })
}
