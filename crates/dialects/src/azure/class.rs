//! What an object is, told from its type, its id, or its keys.
//!
//! `az` leaves the type out of rules, `--query` leaves out whatever it likes, and PowerShell spells
//! everything with capitals, so all three are asked in this order.

use super::id::ResourceId;
use super::node::{Kind, Node, Object};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    RouteFilter,
    FilterRule,
    Circuit,
    Peering,
    /// Something below a circuit without a part in routing, which may hold a key.
    CircuitChild,
    /// Names a resource and says nothing about it.
    Reference,
    /// A resource of another type, a table, a template: not to be looked into.
    Foreign,
    /// A wrapper, or nothing of ours.
    Unknown,
}

/// Keys that only files with a reader of their own have (templates, Terraform, Pulumi, Kubernetes, API
/// descriptions, reports of this tool and of others), and reference tables.
const FOREIGN_KEYS: &[&[&str]] = &[
    &["terraform_version"],
    &["planned_values"],
    &["resource_changes"],
    &["lineage", "resources"],
    &["apiVersion", "kind"],
    &["contentVersion"],
    &["deployment", "version"],
    &["urn"],
    &["swagger"],
    &["openapi"],
    &["Entries", "Names"],
    &["bgpCommunities"],
    &["communityValue"],
    &["changeNumber", "values"],
    &["diagnostics", "tool"],
    &["runs", "version"],
    &["source", "retrieved"],
];

/// Keys of route dumps and reports: a `communities` beside them is a route's, not a filter's.
const NOT_BESIDE_COMMUNITIES: &[&str] = &[
    "prefix",
    "prefixes",
    "network",
    "nlri",
    "nexthop",
    "next_hop",
    "next-hop",
    "as_path",
    "as-path",
    "aspath",
    "path",
    "origin",
    "med",
    "localpref",
    "local_pref",
    "localPreference",
    "neighbor",
    "peer",
    "facts",
    "verdict",
    "severity",
    "azureRegion",
];

pub(super) fn class_of(node: &Node<'_>) -> Class {
    let Some(object) = node.object() else {
        return Class::Unknown;
    };
    if is_foreign(object) {
        return Class::Foreign;
    }
    let named = object
        .get("type")
        .and_then(Node::text)
        .map(str::to_ascii_lowercase);
    let named = named.filter(|kind| kind.starts_with("microsoft.") && kind.contains('/'));
    let id = object
        .get("id")
        .and_then(Node::text)
        .and_then(ResourceId::parse)
        .map(|id| id.kind);
    if let Some(kind) = named {
        // Without an id this is a resource of a template, whose name and parts are expressions.
        let template = object.has("apiVersion") && id.is_none();
        // A row that counts resources by their type.
        let counted = !["id", "name", "properties", "rules"]
            .iter()
            .any(|key| object.has(key));
        return if template || counted {
            Class::Foreign
        } else {
            class_of_type(&kind)
        };
    }
    if let Some(kind) = id {
        // What is cut behind its id may have been more than a reference.
        let reference = is_reference(object) && !node.cut;
        return if reference {
            Class::Reference
        } else {
            class_of_type(&kind)
        };
    }
    class_of_keys(object)
}

fn class_of_type(kind: &str) -> Class {
    match kind {
        "microsoft.network/routefilters" => Class::RouteFilter,
        "microsoft.network/routefilters/routefilterrules" => Class::FilterRule,
        "microsoft.network/expressroutecircuits" => Class::Circuit,
        "microsoft.network/expressroutecircuits/peerings" => Class::Peering,
        _ if kind.starts_with("microsoft.network/expressroutecircuits/") => Class::CircuitChild,
        _ => Class::Foreign,
    }
}

fn class_of_keys(object: &Object<'_>) -> Class {
    let has = |key: &str| object.field(key).is_some();
    if has("circuitProvisioningState") || has("serviceProviderProvisioningState") {
        return Class::Circuit;
    }
    if has("serviceProviderProperties") && (has("peerings") || has("sku")) {
        return Class::Circuit;
    }
    if has("microsoftPeeringConfig") || object.text("peeringType").is_some_and(is_peering_type) {
        return Class::Peering;
    }
    if is_rule(object) {
        return Class::FilterRule;
    }
    let rules = object.field("rules");
    let holds_rules = rules
        .and_then(Node::list)
        .is_some_and(|items| items.iter().any(holds_rule));
    if holds_rules || object.has("RulesText") || is_truncated_filter(object) {
        return Class::RouteFilter;
    }
    Class::Unknown
}

fn is_peering_type(text: &str) -> bool {
    ["MicrosoftPeering", "AzurePrivatePeering", "AzurePublicPeering"]
        .iter()
        .any(|kind| text.eq_ignore_ascii_case(kind))
}

fn is_foreign(object: &Object<'_>) -> bool {
    // Resource Graph prints columns that a resource has not as empty text.
    let filled = |key: &&str| {
        object
            .get(key)
            .is_some_and(|node| !node.is_null() && node.text() != Some(""))
    };
    // Resources of programs, whose properties are spelt like those of Resource Manager.
    let program = object.get("type").and_then(Node::text).is_some_and(|kind| {
        ["azure:", "azure-native", "pulumi:"]
            .iter()
            .any(|package| kind.starts_with(package))
    });
    if program {
        return true;
    }
    let terraform = |key: &str| key.starts_with("azurerm_") || key.starts_with("azapi_");
    FOREIGN_KEYS.iter().any(|keys| keys.iter().all(filled))
        || object.0.iter().any(|property| terraform(&property.key))
        || is_schema_of_others(object)
}

/// Templates, parameter files and reports name their schema.
fn is_schema_of_others(object: &Object<'_>) -> bool {
    let schema = object
        .get("$schema")
        .or_else(|| object.get("schema"))
        .and_then(Node::text);
    schema.is_some_and(|schema| {
        let schema = schema.to_ascii_lowercase();
        [
            "deploymenttemplate",
            "deploymentparameters",
            "sarif",
            "pairlint",
            "json-schema",
        ]
        .iter()
        .any(|name| schema.contains(name))
    })
}

/// Only an id, and perhaps the group, which `az` adds to every object that has one.
fn is_reference(object: &Object<'_>) -> bool {
    object.0.iter().all(|property| {
        let name = ["id", "resourceGroup"]
            .iter()
            .any(|key| property.key.eq_ignore_ascii_case(key));
        name || property.value.is_null()
    })
}

fn holds_rule(node: &Node<'_>) -> bool {
    node.object().is_some_and(is_rule)
        || is_microsoft_list(node)
        || node.text().is_some_and(is_microsoft_value)
}

/// A rule by its keys: the type that only it has, or an access beside communities.
pub(super) fn is_rule(object: &Object<'_>) -> bool {
    if object.field("routeFilterRuleType").is_some() {
        return true;
    }
    let Some(communities) = object.field("communities") else {
        return false;
    };
    // Terraform, Pulumi and Crossplane name the type of a rule otherwise.
    if object.has("rule_type") || object.has("ruleType") {
        return false;
    }
    let access = object.text("access");
    let decides = access
        .is_some_and(|access| access.eq_ignore_ascii_case("allow") || access.eq_ignore_ascii_case("deny"));
    decides
        || (object.properties().is_some_and(|inner| inner.has("communities"))
            && is_microsoft_list(communities))
}

/// Whether an object that `--query` shaped holds communities of a filter: a `communities` with values of AS
/// 12076.
pub(super) fn is_reshaped(object: &Object<'_>) -> bool {
    object.get("communities").is_some_and(|communities| {
        is_microsoft_list(communities)
            || communities
                .list()
                .is_some_and(|rules| rules.iter().any(is_microsoft_list))
            || communities.text().is_some_and(is_microsoft_value)
    })
}

/// Whether the object is something else that has communities.
pub(super) fn is_route(object: &Object<'_>) -> bool {
    object.has("communities") && NOT_BESIDE_COMMUNITIES.iter().any(|key| object.has(key))
}

/// Whether an object with a single community may be a row of a filter's: no route, and no entry of a table.
pub(super) fn may_be_row(object: &Object<'_>) -> bool {
    !is_foreign(object) && !NOT_BESIDE_COMMUNITIES.iter().any(|key| object.has(key))
}

/// A list of plain values, one of which at least is a community of Microsoft's.
pub(super) fn is_microsoft_list(node: &Node<'_>) -> bool {
    let Some(items) = node.list() else { return false };
    let plain = items
        .iter()
        .all(|item| matches!(item.kind, Kind::Text(_) | Kind::Number(_)));
    plain
        && items
            .iter()
            .any(|item| item.text().is_some_and(is_microsoft_value))
}

fn is_microsoft_value(text: &str) -> bool {
    text.trim_start()
        .strip_prefix("12076")
        .is_some_and(|rest| rest.trim_start().starts_with(':'))
}

/// The sign that PowerShell printed the name of a type or of a table's content in place of the value,
/// because the value was deeper than `-Depth` (ConvertTo-Json documentation, 5.1 and 7: the default is 2).
pub(super) fn is_depth_mark(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("@{")
        || text.starts_with("System.")
        || text.starts_with("Microsoft.Azure.")
        || (text.ends_with("[]") && text.contains('.'))
}

/// A filter of which PowerShell left nothing but the sign that it had rules. Only where every key is one
/// that filters have: many other objects have rules.
fn is_truncated_filter(object: &Object<'_>) -> bool {
    const KEYS: &[&str] = &[
        "name",
        "id",
        "etag",
        "type",
        "location",
        "tag",
        "tags",
        "tagstable",
        "resourceGroup",
        "resourceGroupName",
        "resourceGuid",
        "properties",
        "provisioningState",
        "rules",
        "rulesText",
        "peerings",
        "peeringsText",
        "ipv6Peerings",
    ];
    let known = |object: &Object<'_>| {
        object
            .0
            .iter()
            .all(|property| KEYS.iter().any(|key| property.key.eq_ignore_ascii_case(key)))
    };
    let marked = |node: &Node<'_>| match &node.kind {
        Kind::Text(text) => is_depth_mark(text),
        Kind::List(items) => items.iter().any(|item| item.text().is_some_and(is_depth_mark)),
        _ => false,
    };
    object.field("rules").is_some_and(marked)
        && known(object)
        && object.properties().is_none_or(known)
        && object.has("name")
}
