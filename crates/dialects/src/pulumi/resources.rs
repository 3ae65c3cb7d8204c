//! Types of resources, and their inputs as bodies of Resource Manager.

use pairlint_model::source::Span;

use crate::deployment::value::{Object, Value};
use crate::deployment::{Instance, azurerm, id_of};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Filter,
    Rule,
    Circuit,
    Peering,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Package {
    /// Resource Manager's own properties, flattened.
    Native,
    /// Those of Terraform's azurerm.
    Classic,
}

/// Reads a type: `azure-native:network/v20240501:RouteFilter`, `azure:network/routeFilter:RouteFilter`.
pub(super) fn class(kind: &str) -> Option<(Package, Class)> {
    let mut parts = kind.split(':');
    let (package, module, name) = (parts.next()?, parts.next()?, parts.next()?);
    let package = match package {
        "azure" => Package::Classic,
        // Packages that were made for one version of the API carry it in their names.
        _ if package == "azure-native" || package.starts_with("azure-native_network") => Package::Native,
        _ => return None,
    };
    if module.split('/').next() != Some("network") {
        return None;
    }
    let class = match name {
        "RouteFilter" => Class::Filter,
        "RouteFilterRule" => Class::Rule,
        "ExpressRouteCircuit" => Class::Circuit,
        "ExpressRouteCircuitPeering" => Class::Peering,
        _ => return None,
    };
    Some((package, class))
}

impl Class {
    fn kind(self) -> &'static str {
        match self {
            Class::Filter => "Microsoft.Network/routeFilters",
            Class::Rule => "Microsoft.Network/routeFilters/routeFilterRules",
            Class::Circuit => "Microsoft.Network/expressRouteCircuits",
            Class::Peering => "Microsoft.Network/expressRouteCircuits/peerings",
        }
    }

    /// The input that names the resource, and the one that names its parent.
    fn names(self, package: Package) -> (&'static str, Option<&'static str>) {
        match (self, package) {
            (Class::Filter, Package::Native) => ("routeFilterName", None),
            (Class::Rule, _) => ("ruleName", Some("routeFilterName")),
            (Class::Circuit, Package::Native) => ("circuitName", None),
            (Class::Peering, Package::Native) => ("peeringName", Some("circuitName")),
            (Class::Peering, Package::Classic) => ("peeringType", Some("expressRouteCircuitName")),
            (_, Package::Classic) => ("name", None),
        }
    }
}

/// What a resource is called: its own name, and its id.
pub(super) struct Identity<'a> {
    pub name: Value<'a>,
    pub id: String,
    /// Whether every part of the id is known, but for the subscription.
    pub whole: bool,
}

/// The identity from inputs; `logical` is the name in the program, from which Pulumi makes one where none is given.
pub(super) fn identity<'a>(
    package: Package,
    class: Class,
    inputs: &Object<'a>,
    logical: &str,
    span: Span,
) -> Identity<'a> {
    let given = |key: &str| inputs.get(key).filter(|value| !value.is_null()).cloned();
    let (own, parent) = class.names(package);
    let name = given(own).unwrap_or_else(|| {
        let why = "the name is made when the resource is";
        Value::unknown(why, logical.to_owned(), span)
    });
    let group = given("resourceGroupName")
        .unwrap_or_else(|| Value::unknown("no resource group is named", "{resourceGroup}", span));
    let parent = parent
        .map(|key| given(key).unwrap_or_else(|| Value::unknown("no parent is named", "{parent}", span)));
    let parts: Vec<String> = parent.iter().chain([&name]).map(Value::symbol).collect();
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let whole = parent
        .iter()
        .chain([&name, &group])
        .all(|value| value.as_unknown().is_none());
    Identity {
        id: id_of(&group.symbol(), class.kind(), &names),
        name,
        whole,
    }
}

pub(super) fn instance<'a>(
    (package, class): (Package, Class),
    inputs: &Value<'a>,
    identity: Identity<'a>,
    span: Span,
    uncertain: Option<String>,
) -> Instance<'a> {
    let body = match package {
        Package::Native => native(class, inputs),
        Package::Classic => match class {
            Class::Filter => azurerm::filter(inputs),
            Class::Circuit => azurerm::circuit(inputs),
            _ => azurerm::peering(inputs),
        },
    };
    Instance {
        kind: class.kind().to_ascii_lowercase(),
        name: identity.name,
        id: identity.id,
        body,
        span,
        existing: false,
        uncertain,
        carrier: "pulumi",
        cut: false,
    }
}

/// The flattened properties as the body that Resource Manager has.
fn native<'a>(class: Class, inputs: &Value<'a>) -> Value<'a> {
    let span = inputs.span;
    let Some(from) = inputs.as_object() else {
        return azurerm::wrapped(inputs.clone(), &[], span);
    };
    let list = match class {
        Class::Filter => Some("rules"),
        Class::Circuit => Some("peerings"),
        Class::Rule | Class::Peering => None,
    };
    let mut properties = from.clone();
    if let Some(key) = list
        && let Some(items) = from.get(key)
    {
        let items = azurerm::wrapped_items(items, |item, span| Value::object(item.clone(), span));
        properties.set(key.into(), items);
    }
    let outer = [
        ("location", from.get("location").cloned()),
        ("sku", from.get("sku").cloned()),
    ];
    azurerm::wrapped(Value::object(properties, span), &outer, span)
}
