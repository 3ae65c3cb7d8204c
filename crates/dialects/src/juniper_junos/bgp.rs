//! `protocols bgp`: sessions, each with what it takes from its group and from BGP as a whole.
//!
//! Sources: Junos BGP User Guide and CLI Reference. `import` and `export` of the neighbor replace the group's,
//! those of the group the whole's (device, `junos_undefined_prefix_list_import`); `family` likewise, without
//! merging ("family (Protocols BGP)"); without any, unicast of the neighbor's own family. `loops N` under a
//! family allows the own AS N times, under an AS number it hides the route at N ("loops (BGP Address
//! Family)", "loops (Autonomous System)").

use pairlint_model::bgp::Family;
use pairlint_model::network::{BgpNeighbor, MaximumPrefix, NeighborFamily, RemoteAs};
use pairlint_model::policy::{ChainDefault, PolicyChain, Verdict};
use pairlint_model::source::{Span, Spanned};

use super::config::Config;
use super::expressions::chain;
use super::statements::{FAMILY_IGNORED, statements};
use super::values::asn;
use crate::atoms::number;
use crate::braces::NodeId;

/// One BGP process and where it runs.
pub(super) struct Process {
    /// `protocols bgp`.
    pub node: NodeId,
    /// The routing instance, or the logical system and the instance in it.
    pub vrf: Option<Spanned<String>>,
    /// The number in `routing-options autonomous-system` of the instance, else of the whole.
    pub autonomous_system: Option<NodeId>,
    /// A policy that may keep routes out of forwarding after BGP took them.
    pub beyond: Option<Span>,
}

/// Reads the sessions of a process.
pub(super) fn sessions(config: &Config<'_>, process: &Process) -> Vec<BgpNeighbor> {
    let tree = config.tree;
    let mut found = Vec::new();
    statements(config, process.node);
    let global = Level::new(config, process.node);
    // Not printed by devices, but found in configurations written by hand.
    for neighbor in tree
        .child(process.node, "neighbor")
        .into_iter()
        .flat_map(|list| tree.children(list))
    {
        statements(config, neighbor);
        let own = Level::new(config, neighbor);
        found.push(session(config, process, neighbor, None, &[&own, &global]));
    }
    for group in tree
        .child(process.node, "group")
        .into_iter()
        .flat_map(|list| tree.children(list))
    {
        statements(config, group);
        let level = Level::new(config, group);
        if tree.is_leaf(group) {
            config.read(group);
        }
        for neighbor in tree
            .child(group, "neighbor")
            .into_iter()
            .flat_map(|list| tree.children(list))
        {
            statements(config, neighbor);
            if tree.is_leaf(neighbor) {
                config.read(neighbor);
            }
            let own = Level::new(config, neighbor);
            let levels = [&own, &level, &global];
            found.push(session(config, process, neighbor, Some(group), &levels));
        }
        // Sessions that others open from these ranges.
        for range in tree
            .child(group, "allow")
            .into_iter()
            .flat_map(|list| tree.children(list))
        {
            config.read(range);
            found.push(session(config, process, range, Some(group), &[&level, &global]));
        }
    }
    found
}

/// What one level says; read once, however many neighbors take it.
struct Level {
    node: NodeId,
    import: Option<PolicyChain>,
    export: Option<PolicyChain>,
    /// The families, where the level names any.
    families: Option<Vec<FamilyOptions>>,
}

impl Level {
    fn new(config: &Config<'_>, node: NodeId) -> Level {
        let tree = config.tree;
        let policies = |word, default: fn() -> ChainDefault| {
            let policies = chain(config, tree.child(node, word)?);
            (!policies.is_empty()).then(|| PolicyChain {
                filters: Vec::new(),
                policies,
                default: default(),
            })
        };
        Level {
            node,
            import: policies("import", import_default),
            export: policies("export", export_default),
            families: tree
                .child(node, "family")
                .filter(|&family| !tree.is_leaf(family))
                .map(|family| families(config, family)),
        }
    }
}

fn import_default() -> ChainDefault {
    ChainDefault {
        verdict: Some(Verdict::Accept),
        reason: "Junos accepts from BGP what no policy rejects",
        span: None,
    }
}

fn export_default() -> ChainDefault {
    ChainDefault {
        verdict: Some(Verdict::Accept),
        reason: "Junos announces BGP routes that no policy rejects",
        span: None,
    }
}

/// What a level says about unicast of one family.
#[derive(Clone)]
struct FamilyOptions {
    family: Family,
    span: Span,
    maximum_prefix: Option<Spanned<MaximumPrefix>>,
    loops: Option<u32>,
    beyond: Vec<Span>,
}

fn families(config: &Config<'_>, node: NodeId) -> Vec<FamilyOptions> {
    let tree = config.tree;
    let mut found = Vec::new();
    for child in tree.children(node) {
        let family = match config.word(child) {
            "inet" => Family::Ipv4,
            "inet6" => Family::Ipv6,
            // Families that carry no unicast IP routes.
            _ => {
                config.ignore(child);
                continue;
            }
        };
        if tree.is_leaf(child) {
            // "The default family type is unicast."
            config.read(child);
            found.push(family_options(config, family, child));
        }
        for kind in tree.children(child) {
            match config.word(kind) {
                "unicast" | "any" => found.push(family_options(config, family, kind)),
                _ => config.ignore(kind),
            }
        }
    }
    found
}

fn family_options(config: &Config<'_>, family: Family, node: NodeId) -> FamilyOptions {
    let tree = config.tree;
    let mut options = FamilyOptions {
        family,
        span: config.statement(node),
        maximum_prefix: None,
        loops: None,
        beyond: Vec::new(),
    };
    if tree.is_leaf(node) {
        config.read(node);
    }
    for child in tree.children(node) {
        match config.word(child) {
            "prefix-limit" | "accepted-prefix-limit" => {
                let limit = limit(config, child);
                match limit {
                    Some(_) => config.read(child),
                    None => config.unread(child),
                }
                if let Some(limit) = limit {
                    let is_tighter = |old: &Spanned<MaximumPrefix>| {
                        let key = |limit: &MaximumPrefix| (limit.warning_only, limit.limit);
                        key(&limit.value) < key(&old.value)
                    };
                    if options.maximum_prefix.as_ref().is_none_or(is_tighter) {
                        options.maximum_prefix = Some(limit);
                    }
                }
            }
            "loops" => {
                options.loops = config.scalar(child).and_then(|value| number(config.word(value)));
                if options.loops.is_none() {
                    config.unread(child);
                }
            }
            "rib-group" => {
                config.read(child);
                options.beyond.push(config.statement(child));
            }
            word if FAMILY_IGNORED.contains(&word) => config.ignore(child),
            "inet" | "inet6" | "unicast" | "any" => {}
            _ if tree
                .parent(node)
                .is_some_and(|parent| config.word(parent) == "family") => {}
            _ => config.unread(child),
        }
    }
    options
}

/// Reads `prefix-limit { maximum N; teardown …; }`. Without `teardown` and the like it only logs.
fn limit(config: &Config<'_>, node: NodeId) -> Option<Spanned<MaximumPrefix>> {
    let tree = config.tree;
    let maximum = tree.value(tree.child(node, "maximum")?)?;
    let limit = number(config.word(maximum))?;
    let acts = ["teardown", "drop-excess", "hide-excess"];
    let warning_only = !acts.iter().any(|word| tree.child(node, word).is_some());
    Some(Spanned::new(
        config.statement(maximum),
        MaximumPrefix { limit, warning_only },
    ))
}

/// Reads the session of a neighbor or range, with its levels from the innermost.
fn session(
    config: &Config<'_>,
    process: &Process,
    node: NodeId,
    group: Option<NodeId>,
    levels: &[&Level],
) -> BgpNeighbor {
    let tree = config.tree;
    let find = |word: &str| levels.iter().find_map(|level| tree.child(level.node, word));
    let values = |word: &'static str| {
        levels
            .iter()
            .filter_map(move |level| tree.child(level.node, word))
    };
    let value = |word| values(word).find_map(|node| tree.value(node));
    let address = config.name(node);
    let ip = address.value.parse().ok();
    let kind = value("type").map(|node| config.word(node));
    let peer = value("peer-as");
    let remote_as = match (peer.and_then(|node| asn(config.word(node))), peer, kind) {
        (Some(asn), _, _) => RemoteAs::Asn(asn),
        (None, None, Some("internal")) => RemoteAs::Internal,
        (None, None, Some("external")) => RemoteAs::External,
        _ => RemoteAs::Unknown,
    };
    let local = values("local-as").find_map(|node| as_number(config, node));
    let local = local.or(process.autonomous_system);
    let disabled = find("disable").or_else(|| find("shutdown"));
    let span = config.statement(node);
    let own_family = ip.map(Family::of_address);
    let mut families = session_families(config, levels, own_family, span, own_as_allowed(config, local));
    for family in &mut families {
        family.beyond.extend(process.beyond);
    }
    BgpNeighbor {
        ip,
        remote_as,
        remote_as_span: peer.map(|node| config.statement(node)),
        local_as: local.and_then(|node| asn(config.word(node))),
        vrf: process.vrf.clone(),
        group: group.map(|group| config.name(group)),
        description: description(config, node),
        shutdown: disabled.map(|node| config.statement(node)),
        bfd: find("bfd-liveness-detection").map(|node| config.statement(node)),
        span,
        families,
        address,
    }
}

/// A description is the neighbor's own; the group's describes the group.
fn description(config: &Config<'_>, node: NodeId) -> Option<Spanned<String>> {
    let value = config.tree.value(config.tree.child(node, "description")?)?;
    Some(config.name(value))
}

/// Returns how often the own AS may stand in a path, from `autonomous-system N loops 2` and the like: one
/// less than the number at which the route is hidden.
fn own_as_allowed(config: &Config<'_>, local: Option<NodeId>) -> u32 {
    let tree = config.tree;
    let loops = |node: NodeId| {
        // In `set` form `autonomous-system loops 2` stands beside the number.
        let beside = tree.parent(node).and_then(|parent| tree.child(parent, "loops"));
        tree.child(node, "loops").or(beside)
    };
    let value = local.and_then(loops).and_then(|node| tree.value(node));
    let number: Option<u32> = value.and_then(|node| number(config.word(node)));
    number.unwrap_or(1).saturating_sub(1)
}

fn session_families(
    config: &Config<'_>,
    levels: &[&Level],
    own: Option<Family>,
    span: Span,
    own_as_allowed: u32,
) -> Vec<NeighborFamily> {
    let empty = |default| PolicyChain {
        filters: Vec::new(),
        policies: Vec::new(),
        default,
    };
    let import = levels.iter().find_map(|level| level.import.clone());
    let export = levels.iter().find_map(|level| level.export.clone());
    let import = import.unwrap_or_else(|| empty(import_default()));
    let export = export.unwrap_or_else(|| empty(export_default()));
    let named = levels.iter().find_map(|level| level.families.as_ref());
    let family = |family, active, active_span| NeighborFamily {
        family,
        active,
        active_span,
        import: import.clone(),
        export: export.clone(),
        maximum_prefix: None,
        own_as_allowed,
        beyond: Vec::new(),
    };
    let mut found: Vec<NeighborFamily> = Vec::new();
    for options in named.into_iter().flatten() {
        if found.iter().any(|other| other.family == options.family) {
            continue;
        }
        found.push(NeighborFamily {
            maximum_prefix: options.maximum_prefix,
            own_as_allowed: options.loops.unwrap_or(own_as_allowed),
            beyond: options.beyond.clone(),
            ..family(options.family, true, options.span)
        });
    }
    if found.is_empty() {
        // With families of other kinds only, unicast is not negotiated.
        let active_span = levels
            .iter()
            .find_map(|level| config.tree.child(level.node, "family"))
            .map_or(span, |node| config.statement(node));
        found.push(family(own.unwrap_or(Family::Ipv4), named.is_none(), active_span));
    }
    found.sort_by_key(|family| family.family);
    found
}

/// Returns the number of `autonomous-system` or `local-as`, which has options beside it in `set` form.
pub(super) fn as_number(config: &Config<'_>, node: NodeId) -> Option<NodeId> {
    let numbers = config
        .tree
        .children(node)
        .filter(|&value| asn(config.word(value)).is_some());
    // As for every value, what is written here goes before what is inherited.
    numbers.min_by_key(|&value| (config.tree.rank(value), std::cmp::Reverse(value.index())))
}
