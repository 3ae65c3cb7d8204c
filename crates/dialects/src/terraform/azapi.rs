//! `azapi`: bodies of Resource Manager, brought into the shape of `azurerm`'s resources, so that both are lowered
//! alike.

use std::rc::Rc;

use super::json;
use super::value::{Data, Value};

/// What a resource of `azapi` is, by its `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Filter,
    Rule,
    Circuit,
    Peering,
}

/// Reads `Microsoft.Network/routeFilters@2024-05-01`.
pub(super) fn class(kind: &str) -> Option<Class> {
    let kind = kind.split('@').next().unwrap_or(kind).to_ascii_lowercase();
    match kind.as_str() {
        "microsoft.network/routefilters" => Some(Class::Filter),
        "microsoft.network/routefilters/routefilterrules" => Some(Class::Rule),
        "microsoft.network/expressroutecircuits" => Some(Class::Circuit),
        "microsoft.network/expressroutecircuits/peerings" => Some(Class::Peering),
        _ => None,
    }
}

/// The body as a value: an object, or JSON in a text (`jsonencode`, before version 2).
pub(super) fn body<'a>(attributes: &Value<'a>) -> Option<Value<'a>> {
    let body = attributes.get("body")?;
    Some(match &body.data {
        Data::Json(value) => (**value).clone(),
        Data::Text(text) => json::decode(text, body.span)
            .unwrap_or_else(|| Value::unknown(body.span, "the body is a text that is no JSON")),
        _ => body.clone(),
    })
}

/// The resource with the attributes that `azurerm`'s would have.
pub(super) fn normalised<'a>(class: Class, attributes: &Value<'a>) -> Value<'a> {
    let mut entries: Vec<(Rc<str>, Value<'a>)> = attributes.entries().unwrap_or(&[]).to_vec();
    let body = body(attributes);
    match body {
        Some(body) if body.gap().is_some() => {
            let unknown = ["rule", "communities", "peering", "route_filter_id"];
            entries.extend(unknown.iter().map(|key| (Rc::from(*key), body.clone())));
        }
        Some(body) => match class {
            Class::Filter => filter(&body, &mut entries),
            Class::Rule => rule(&body, &mut entries),
            Class::Circuit => circuit(&body, &mut entries),
            Class::Peering => peering(&body, &mut entries),
        },
        None => {}
    }
    Value::object(attributes.span, entries)
}

type Entries<'a> = Vec<(Rc<str>, Value<'a>)>;

/// A property here or under `properties`, in any case, as Resource Manager takes it.
fn field<'v, 'a>(of: &'v Value<'a>, name: &str) -> Option<&'v Value<'a>> {
    let entries = of.entries()?;
    let here = |entries: &'v [(Rc<str>, Value<'a>)]| {
        let mut found = entries.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value)
    };
    let properties = here_properties(entries);
    properties
        .and_then(|properties| match properties.gap() {
            // What is in it is not known, nor whether it is.
            Some(_) => Some(properties),
            None => here(properties.entries()?),
        })
        .or_else(|| here(entries))
}

fn here_properties<'v, 'a>(entries: &'v [(Rc<str>, Value<'a>)]) -> Option<&'v Value<'a>> {
    let mut found = entries
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case("properties"));
    found.next().map(|(_, value)| value)
}

fn rename<'a>(from: &Value<'a>, names: &[(&str, &str)], to: &mut Entries<'a>) {
    for (theirs, ours) in names {
        if let Some(value) = field(from, theirs) {
            to.push((Rc::from(*ours), value.clone()));
        }
    }
}

/// Each item of a list as an object of ours; what is no list stays what it is.
fn items<'a>(list: &Value<'a>, each: fn(&Value<'a>, &mut Entries<'a>)) -> Value<'a> {
    let Some(items) = list.items() else {
        return list.clone();
    };
    let made = items.iter().map(|item| match item.entries() {
        Some(_) => {
            let mut entries = Entries::new();
            each(item, &mut entries);
            Value::object(item.span, entries)
        }
        None => item.clone(),
    });
    Value::list(list.span, made.collect())
}

fn filter<'a>(body: &Value<'a>, to: &mut Entries<'a>) {
    rename(body, &[("location", "location"), ("name", "name")], to);
    if let Some(rules) = field(body, "rules") {
        to.push((Rc::from("rule"), items(rules, rule)));
    }
}

fn rule<'a>(from: &Value<'a>, to: &mut Entries<'a>) {
    let names = [
        ("name", "name"),
        ("access", "access"),
        ("routeFilterRuleType", "rule_type"),
        ("communities", "communities"),
    ];
    rename(from, &names, to);
}

fn circuit<'a>(body: &Value<'a>, to: &mut Entries<'a>) {
    rename(
        body,
        &[("location", "location"), ("name", "name"), ("sku", "sku")],
        to,
    );
    if let Some(provider) = field(body, "serviceProviderProperties") {
        rename(provider, &[("peeringLocation", "peering_location")], to);
    }
    if let Some(peerings) = field(body, "peerings") {
        to.push((Rc::from("peering"), items(peerings, peering)));
    }
}

fn peering<'a>(from: &Value<'a>, to: &mut Entries<'a>) {
    let names = [
        ("name", "name"),
        ("peeringType", "peering_type"),
        ("state", "state"),
        ("azureASN", "azure_asn"),
        ("peerASN", "peer_asn"),
        ("vlanId", "vlan_id"),
        ("primaryPeerAddressPrefix", "primary_peer_address_prefix"),
        ("secondaryPeerAddressPrefix", "secondary_peer_address_prefix"),
    ];
    rename(from, &names, to);
    half(from, "microsoft_peering_config", to);
    if let Some(ipv6) = field(from, "ipv6PeeringConfig") {
        let mut inner = Entries::new();
        rename(ipv6, &names, &mut inner);
        half(ipv6, "microsoft_peering", &mut inner);
        let value = match ipv6.entries() {
            Some(_) => Value::object(ipv6.span, inner),
            None => ipv6.clone(),
        };
        to.push((Rc::from("ipv6"), value));
    }
}

/// The filter and the Microsoft part, which both families have.
fn half<'a>(from: &Value<'a>, config_name: &str, to: &mut Entries<'a>) {
    if let Some(filter) = field(from, "routeFilter") {
        let id = match filter.entries() {
            Some(_) => field(filter, "id")
                .cloned()
                .unwrap_or_else(|| Value::null(filter.span)),
            None => filter.clone(),
        };
        to.push((Rc::from("route_filter_id"), id));
    }
    if let Some(config) = field(from, "microsoftPeeringConfig") {
        let mut inner = Entries::new();
        let names = [
            ("advertisedPublicPrefixes", "advertised_public_prefixes"),
            ("advertisedCommunities", "advertised_communities"),
            ("customerASN", "customer_asn"),
            ("legacyMode", "legacy_mode"),
        ];
        rename(config, &names, &mut inner);
        let value = match config.entries() {
            Some(_) => Value::object(config.span, inner),
            None => config.clone(),
        };
        to.push((Rc::from(config_name), value));
    }
}
