//! `from` and `to`: which routes an entry is for.
//!
//! Nokia "Unicast Routing Protocols Guide" and the command references (`config>router>policy-options>policy-statement>
//! entry>from`): all criteria must hold; of several prefix lists, protocols or families any. A route that BGP received
//! is of protocol `bgp`.

use std::ops::RangeInclusive;

use pairlint_model::bgp::{Family, Origin};
use pairlint_model::network::Protocol;
use pairlint_model::policy::{
    AsPathTest, CommunityMatch, Condition, ListFamily, PolicyExpression, PrefixMatch, RegexSyntax, Verdict,
};
use pairlint_model::source::{Span, Spanned};

use super::chains::chain;
use super::config::Config;
use super::logic::{Logic, logic};
use super::scene::Scene;
use super::uses::Use;
use crate::atoms::{address, number};
use crate::braces::NodeId;

/// Criteria about what a configuration does not tell of a route, or that only other kinds of routes have.
const UNDECIDABLE: [&str; 24] = [
    "aggregate-contributor",
    "area",
    "bgp-damping",
    "cluster-id",
    "color",
    "destination-class",
    "distinguisher",
    "esi",
    "evpn-type",
    "external",
    "flowspec",
    "group-address",
    "host-ip",
    "instance",
    "interface",
    "interface-subnets",
    "level",
    "mvpn-type",
    "next-hop",
    "origin-validation-state",
    "path-type",
    "state",
    "tag",
    "type",
];

/// Reads a `from` or `to`, all of it marked.
pub(super) fn from(config: &Config<'_>, node: NodeId, scene: &Scene<'_>, sessions: &Use) -> Vec<Condition> {
    let mut found = Vec::new();
    for child in config.children(node) {
        let word = config.word(child);
        if ["apply-groups", "description", "no"].contains(&word) {
            config.ignore(child);
            continue;
        }
        config.read(child);
        match criterion(config, child, word, scene, sessions) {
            Some(condition) => found.push(condition),
            None => {
                config.unread(child);
                found.push(Condition::Unsupported(config.statement(child)));
            }
        }
    }
    config.read(node);
    found
}

/// Reads a `to`, which asks where the route goes.
pub(super) fn to(config: &Config<'_>, node: NodeId) -> Vec<Condition> {
    config.read(node);
    let span = config.statement(node);
    match config.tree.is_leaf(node) {
        true => Vec::new(),
        false => vec![undecidable(span, "where the route is sent")],
    }
}

pub(super) fn undecidable(span: Span, on: &str) -> Condition {
    Condition::Undecidable {
        span,
        on: on.to_owned(),
    }
}

fn any(mut parts: Vec<Condition>) -> Option<Condition> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(Condition::Any(parts)),
    }
}

fn criterion(
    config: &Config<'_>,
    node: NodeId,
    word: &str,
    scene: &Scene<'_>,
    sessions: &Use,
) -> Option<Condition> {
    let span = config.statement(node);
    let nodes = config.values(node);
    let values = config.texts(&nodes);
    match word {
        "prefix-list" => any(nodes
            .iter()
            .map(|&value| Condition::PrefixList {
                name: config.name(value),
                family: ListFamily::Both,
                how: PrefixMatch::Listed,
            })
            .collect()),
        "community" => community(config, node, &nodes),
        "community-count" => count(&values),
        "as-path" => as_path(config, node, &nodes, scene),
        "as-path-group" => Some(Condition::AsPathList {
            name: group_name(config, *nodes.first()?, scene),
        }),
        "as-path-length" => length(&values),
        "family" => any(values
            .iter()
            .map(|family| of_family(family))
            .collect::<Option<_>>()?),
        "protocol" => protocol(config, node, &values, sessions),
        "neighbor" => match values.as_slice() {
            [ip] | ["ip-address", ip] => {
                let ip = address(ip)?;
                Some(sessions.neighbor(span, |other| other == ip))
            }
            _ => Some(undecidable(span, "the neighbor that sent the route")),
        },
        "policy" => policy(config, node, scene, span),
        "local-preference" => Some(Condition::LocalPreference(bounds(&values)?)),
        "metric" => Some(Condition::Med(bounds(&values)?)),
        "origin" => Some(match values.as_slice() {
            ["igp"] => Condition::Origin(Origin::Igp),
            ["egp"] => Condition::Origin(Origin::Egp),
            ["incomplete"] => Condition::Origin(Origin::Incomplete),
            ["any"] => Condition::ALWAYS,
            _ => return None,
        }),
        _ if UNDECIDABLE.contains(&word) => Some(undecidable(span, &format!("the route's {word}"))),
        _ => None,
    }
}

/// `protocol { name [bgp] }`, in classic form `protocol bgp`.
fn protocol(config: &Config<'_>, node: NodeId, values: &[&str], sessions: &Use) -> Option<Condition> {
    let names = match config.child(node, "name") {
        Some(names) => config.texts(&config.values(names)),
        None => {
            let plain = |word: &&&str| !["instance", "all"].contains(*word) && number::<u32>(word).is_none();
            values.iter().filter(plain).copied().collect()
        }
    };
    if names.is_empty() {
        return None;
    }
    // On export the question is where the route came from; other sessions and other protocols have routes too.
    if sessions.export || !sessions.import {
        let one = |name: &&str| {
            Condition::Protocol(match *name {
                "bgp" => Protocol::Bgp,
                "static" => Protocol::Static,
                "direct" | "direct-interface" => Protocol::Connected,
                "aggregate" => Protocol::Aggregate,
                _ => Protocol::Other,
            })
        };
        return Some(Condition::Any(names.iter().map(one).collect()));
    }
    Some(Condition::Constant(names.contains(&"bgp")))
}

fn of_family(word: &str) -> Option<Condition> {
    const OTHERS: [&str; 24] = [
        "bgp-ls",
        "evpn",
        "evpn-bgp-ls",
        "flow-ipv4",
        "flow-ipv6",
        "flow-vpn-ipv4",
        "flow-vpn-ipv6",
        "l2-vpn",
        "label-ipv4",
        "label-ipv6",
        "mcast-ipv4",
        "mcast-ipv6",
        "mcast-vpn-ipv4",
        "mcast-vpn-ipv6",
        "mdt-safi",
        "ms-pw",
        "mvpn-ipv4",
        "mvpn-ipv6",
        "route-target",
        "sr-policy-ipv4",
        "sr-policy-ipv6",
        "srv6",
        "vpn-ipv4",
        "vpn-ipv6",
    ];
    match word {
        "ipv4" => Some(Condition::Family(Family::Ipv4)),
        "ipv6" => Some(Condition::Family(Family::Ipv6)),
        _ => OTHERS.contains(&word).then_some(Condition::Constant(false)),
    }
}

fn community(config: &Config<'_>, node: NodeId, nodes: &[NodeId]) -> Option<Condition> {
    if config.child(node, "count").is_some() {
        return count(&config.texts(nodes));
    }
    if let Some(value) = config.value(node, "expression") {
        return lists(config, &logic(config.word(value))?);
    }
    let value = config.value(node, "name").or(match nodes {
        [only] => Some(*only),
        _ => None,
    })?;
    Some(list(config.name(value)))
}

fn list(name: Spanned<String>) -> Condition {
    Condition::CommunityList {
        name,
        how: CommunityMatch::Listed,
    }
}

/// `expression "[A] AND NOT ([B] OR [C])"` over community lists.
fn lists(config: &Config<'_>, logic: &Logic<'_>) -> Option<Condition> {
    let each = |parts: &[Logic<'_>]| {
        parts
            .iter()
            .map(|part| lists(config, part))
            .collect::<Option<Vec<_>>>()
    };
    Some(match logic {
        Logic::Name(name) => list(Spanned::new(config.source.span(name), (*name).to_owned())),
        Logic::And(parts) => Condition::All(each(parts)?),
        Logic::Or(parts) => Condition::Any(each(parts)?),
        Logic::Not(part) => Condition::Not(Box::new(lists(config, part)?)),
    })
}

/// Reads a number with a qualifier: `value 3 qualifier or-higher`, in classic form `3 or-higher`.
fn bounds(values: &[&str]) -> Option<RangeInclusive<u32>> {
    let (mut bound, mut qualifier) = (None, "equal");
    for word in values {
        match *word {
            "value" | "qualifier" | "length" | "count" => {}
            "equal" | "or-higher" | "or-lower" => qualifier = word,
            word if bound.is_none() => bound = Some(number(word)?),
            _ => return None,
        }
    }
    let bound: u32 = bound?;
    Some(match qualifier {
        "or-higher" => bound..=u32::MAX,
        "or-lower" => 0..=bound,
        _ => bound..=bound,
    })
}

fn count(values: &[&str]) -> Option<Condition> {
    bounds(values).map(Condition::CommunityCount)
}

fn length(values: &[&str]) -> Option<Condition> {
    // `unique` counts each AS once; in MD-CLI it is a flag.
    let (mut unique, mut rest, mut words) = (false, Vec::new(), values.iter().peekable());
    while let Some(&word) = words.next() {
        match word {
            "unique" => unique = words.next_if(|next| ["true", "false"].contains(next)) != Some(&"false"),
            _ => rest.push(word),
        }
    }
    Some(Condition::AsPathLength {
        hops: bounds(&rest)?,
        unique,
    })
}

/// `as-path { name "X" }`, `{ group "X" }`, `{ length { … } }`, in classic form `as-path "X"`.
fn as_path(config: &Config<'_>, node: NodeId, nodes: &[NodeId], scene: &Scene<'_>) -> Option<Condition> {
    if let Some(length_node) = config.child(node, "length") {
        return length(&config.texts(&config.values(length_node)));
    }
    if let Some(group) = config.value(node, "group") {
        return Some(Condition::AsPathList {
            name: group_name(config, group, scene),
        });
    }
    let value = config.value(node, "name").or(match nodes {
        [only] => Some(*only),
        _ => None,
    })?;
    let name = config.name(value);
    if name.value == "null" && !config.tree.is_quoted(value) {
        let empty = AsPathTest::Regex {
            expression: "()".to_owned(),
            syntax: RegexSyntax::AsTokens,
        };
        return Some(Condition::AsPath(Spanned::new(name.span, empty)));
    }
    Some(Condition::AsPathList { name })
}

/// AS paths and groups of them have names of their own, which may be the same.
fn group_name(config: &Config<'_>, node: NodeId, scene: &Scene<'_>) -> Spanned<String> {
    let name = config.name(node);
    match scene.as_paths.contains(&name.value) {
        true => name.map(|name| group_key(&name)),
        false => name,
    }
}

/// The name that a group goes by where an AS path has the same.
pub(super) fn group_key(name: &str) -> String {
    format!("{name} (as-path-group)")
}

/// `policy "X"`: true where it accepts. A policy that falls through has no value in any manual we read.
fn policy(config: &Config<'_>, node: NodeId, scene: &Scene<'_>, span: Span) -> Option<Condition> {
    let chain = chain(config, node);
    let [only] = chain.as_slice() else { return None };
    let mut names = Vec::new();
    super::chains::names(only, &mut names);
    let falls = names.iter().any(|name| scene.fall_through.contains(*name));
    let is = |default| Condition::Policy {
        chain: vec![only.clone()],
        default,
    };
    let is_plain = matches!(only, PolicyExpression::Policy(_));
    Some(match falls {
        false => is(Verdict::Reject),
        true if is_plain => Condition::Any(vec![
            is(Verdict::Reject),
            Condition::All(vec![
                is(Verdict::Accept),
                undecidable(span, "whether a policy that decides nothing counts as true"),
            ]),
        ]),
        true => undecidable(span, "whether a policy that decides nothing counts as true"),
    })
}
