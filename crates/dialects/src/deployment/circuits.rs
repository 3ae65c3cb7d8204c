//! Circuits, with their peerings from all places that a deployment may put them in.

use std::collections::BTreeMap;

use pairlint_model::bgp::{decimal, prefix};
use pairlint_model::network::{Circuit, Ipv6Peering, Listing, MicrosoftPeeringConfig, Peering};
use pairlint_model::source::{Span, Spanned};

use super::Instance;
use super::lower::{Lowering, Properties, canonical, doubt, list, parent_id, properties, text, unresolved};
use super::value::{Kind, Object, Value};

const CIRCUIT: &str = "microsoft.network/expressroutecircuits";
const PEERING: &str = "microsoft.network/expressroutecircuits/peerings";

pub(super) fn read(lowering: &mut Lowering<'_, '_>, instances: &[Instance<'_>]) -> Vec<Circuit> {
    let mut circuits: Vec<Circuit> = Vec::new();
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    let here = |kind: &'static str| {
        instances
            .iter()
            .filter(move |instance| instance.kind == kind && !instance.existing)
    };
    for instance in here(CIRCUIT) {
        let circuit = circuit(lowering, instance);
        by_id.insert(canonical(&instance.id), circuits.len());
        circuits.push(circuit);
    }
    for instance in here(PEERING) {
        let parent = parent_id(&instance.id);
        let at = *by_id.entry(canonical(parent)).or_insert(circuits.len());
        if at == circuits.len() {
            circuits.push(elsewhere(instance, parent));
        }
        let name = instance.name.symbol();
        let name = name.rsplit('/').next().unwrap_or(&name).to_owned();
        let name = Some(Spanned::new(instance.name.span, name));
        let peering = match &instance.uncertain {
            Some(why) => Err((instance.span, why.clone())),
            None => peering(lowering, name, &instance.body, instance.span, Some(&instance.id)),
        };
        if let Some(circuit) = circuits.get_mut(at) {
            match instance.cut {
                true => circuit.peerings = Listing::Truncated { span: instance.span },
                false => add(&mut circuit.peerings, peering, instance.span),
            }
        }
    }
    circuits
}

fn circuit(lowering: &mut Lowering<'_, '_>, instance: &Instance<'_>) -> Circuit {
    let (place, inner) = properties(&instance.body);
    let body = instance.body.as_object();
    let sku = body.and_then(|body| body.get("sku")?.as_object());
    let (peerings, location) = match (&instance.uncertain, inner) {
        (Some(why), _) => (unresolved(instance.span, why), None),
        (None, Properties::Unknown(why)) => (unresolved(place, &why), None),
        (None, Properties::Empty) => (Listing::Absent { span: place }, None),
        (None, Properties::Object(object)) => {
            let provider = object.get("serviceProviderProperties").and_then(Value::as_object);
            let location = provider.and_then(|provider| text(provider, "peeringLocation"));
            (peering_list(lowering, object, place, &instance.id), location)
        }
    };
    Circuit {
        name: Some(lowering.name(instance)),
        id: lowering.id(instance),
        location: body.and_then(|body| text(body, "location")),
        sku_tier: sku.and_then(|sku| text(sku, "tier")),
        sku_family: sku.and_then(|sku| text(sku, "family")),
        state: None,
        provider_state: None,
        provisioning_state: None,
        peering_location: location,
        peerings,
        carrier: instance.carrier,
        span: instance.span,
    }
}

/// The circuit of a peering whose circuit is not in the deployment.
fn elsewhere(peering: &Instance<'_>, id: &str) -> Circuit {
    let name = id.rsplit('/').next().unwrap_or(id);
    let name = name.to_owned();
    Circuit {
        name: Some(Spanned::new(peering.name.span, name)),
        id: Some(Spanned::new(peering.name.span, id.to_owned())),
        location: None,
        sku_tier: None,
        sku_family: None,
        state: None,
        provider_state: None,
        provisioning_state: None,
        peering_location: None,
        peerings: Listing::Absent { span: peering.span },
        carrier: peering.carrier,
        span: peering.span,
    }
}

fn peering_list(
    lowering: &mut Lowering<'_, '_>,
    object: &Object<'_>,
    place: Span,
    id: &str,
) -> Listing<Peering> {
    list(object, "peerings", place, |item| {
        let Some(object) = item.as_object() else {
            return Err("something else stands where a peering belongs".to_owned());
        };
        let name = object
            .get("name")
            .map(|name| Spanned::new(name.span, name.symbol()));
        let id = name.as_ref().map(|name| format!("{id}/peerings/{}", name.value));
        peering(lowering, name, item, item.span, id.as_deref()).map_err(|(_, why)| why)
    })
}

/// Reads a peering; not where its type, its filter or its IPv6 half is not known, since then nothing can be said
/// about it.
fn peering(
    lowering: &mut Lowering<'_, '_>,
    name: Option<Spanned<String>>,
    body: &Value<'_>,
    span: Span,
    id: Option<&str>,
) -> Result<Peering, (Span, String)> {
    let (place, inner) = properties(body);
    let object = match inner {
        Properties::Object(object) => object,
        Properties::Empty => return Err((place, "a peering has no properties".to_owned())),
        Properties::Unknown(why) => return Err((place, why)),
    };
    lowering.secret(object.get("sharedKey"), "sharedKey");
    let mut peering_type = text(object, "peeringType");
    if let (None, Some((at, why))) = (&peering_type, doubt(object, "peeringType")) {
        // The service wants a peering to be named by its type.
        let by_name = name.clone().filter(|name| {
            ["AzurePrivatePeering", "AzurePublicPeering", "MicrosoftPeering"]
                .iter()
                .any(|kind| name.value.eq_ignore_ascii_case(kind))
        });
        match by_name {
            Some(name) => peering_type = Some(name),
            None => return Err((at, why)),
        }
    }
    Ok(Peering {
        id: id.map(|id| Spanned::new(name.as_ref().map_or(span, |name| name.span), id.to_owned())),
        name,
        peering_type,
        state: text(object, "state"),
        provisioning_state: None,
        azure_asn: value(object, "azureASN", |text| text.parse().ok()),
        peer_asn: value(object, "peerASN", |text| text.parse().ok()),
        primary: value(object, "primaryPeerAddressPrefix", |text| prefix(text).ok()),
        secondary: value(object, "secondaryPeerAddressPrefix", |text| prefix(text).ok()),
        vlan: value(object, "vlanId", |text| decimal(text).ok()),
        route_filter: reference(object, span)?,
        config: config(lowering, object),
        ipv6: ipv6(lowering, object)?,
        span,
    })
}

/// A number or a text, where it is known.
fn value<T>(object: &Object<'_>, key: &str, read: impl Fn(&str) -> Option<T>) -> Option<Spanned<T>> {
    let value = object.get(key)?;
    let text = match &value.kind {
        Kind::Text(text) => text.trim().to_owned(),
        Kind::Int(number) => number.to_string(),
        _ => return None,
    };
    Some(Spanned::new(value.span, read(&text)?))
}

/// The id of the filter that a peering names. An id with a part that is not known still joins to its filter.
fn reference(object: &Object<'_>, place: Span) -> Result<Option<Spanned<String>>, (Span, String)> {
    let value = match (object.get("routeFilter"), &object.open) {
        (Some(value), _) => value,
        (None, Some(open)) => return Err((place, open.why.clone())),
        (None, None) => return Ok(None),
    };
    let id = match &value.kind {
        Kind::Null => return Ok(None),
        Kind::Unknown(unknown) => return Err((value.span, unknown.why.clone())),
        Kind::Object(inner) => match (inner.get("id"), &inner.open) {
            (Some(id), _) => id,
            (None, Some(open)) => return Err((value.span, open.why.clone())),
            (None, None) if inner.properties.is_empty() => return Ok(None),
            (None, None) => return Err((value.span, "a route filter without an id".to_owned())),
        },
        _ => {
            return Err((
                value.span,
                "something else stands where a route filter belongs".to_owned(),
            ));
        }
    };
    match &id.kind {
        Kind::Null => Ok(None),
        Kind::Text(text) if text.trim().is_empty() => Ok(None),
        Kind::Text(text) => Ok(Some(Spanned::new(id.span, text.to_string()))),
        Kind::Unknown(unknown) if unknown.symbol.starts_with("/subscriptions/") => {
            Ok(Some(Spanned::new(id.span, unknown.symbol.clone())))
        }
        Kind::Unknown(unknown) => Err((id.span, unknown.why.clone())),
        _ => Err((id.span, "something else stands where an id belongs".to_owned())),
    }
}

fn ipv6(lowering: &mut Lowering<'_, '_>, object: &Object<'_>) -> Result<Option<Ipv6Peering>, (Span, String)> {
    let Some(value) = object.get("ipv6PeeringConfig") else {
        return Ok(None);
    };
    let inner = match &value.kind {
        Kind::Null => return Ok(None),
        Kind::Unknown(unknown) => return Err((value.span, unknown.why.clone())),
        Kind::Object(inner) if inner.properties.is_empty() && inner.open.is_none() => return Ok(None),
        Kind::Object(inner) => inner,
        _ => {
            return Err((
                value.span,
                "something else stands where an object belongs".to_owned(),
            ));
        }
    };
    Ok(Some(Ipv6Peering {
        primary: self::value(inner, "primaryPeerAddressPrefix", |text| prefix(text).ok()),
        secondary: self::value(inner, "secondaryPeerAddressPrefix", |text| prefix(text).ok()),
        state: text(inner, "state"),
        route_filter: reference(inner, value.span)?,
        config: config(lowering, inner),
        span: value.span,
    }))
}

fn config(lowering: &mut Lowering<'_, '_>, object: &Object<'_>) -> Option<MicrosoftPeeringConfig> {
    let value = object.get("microsoftPeeringConfig")?;
    let span = value.span;
    let inner = match &value.kind {
        Kind::Object(inner) => inner,
        Kind::Unknown(unknown) => {
            return Some(MicrosoftPeeringConfig {
                advertised_communities: unresolved(span, &unknown.why),
                advertised_public_prefixes: unresolved(span, &unknown.why),
                prefixes_state: None,
                customer_asn: None,
                legacy_mode: None,
                span,
            });
        }
        _ => return None,
    };
    let place = super::lower::end_of(span);
    let prefixes = list(inner, "advertisedPublicPrefixes", place, |item| {
        Ok(Spanned::new(item.span, item.symbol()))
    });
    Some(MicrosoftPeeringConfig {
        advertised_communities: lowering.communities(inner, "advertisedCommunities", place),
        advertised_public_prefixes: prefixes,
        prefixes_state: None,
        customer_asn: self::value(inner, "customerASN", |text| text.parse().ok()),
        legacy_mode: self::value(inner, "legacyMode", |text| decimal(text).ok()),
        span,
    })
}

fn add(peerings: &mut Listing<Peering>, peering: Result<Peering, (Span, String)>, place: Span) {
    let peering = match peering {
        Ok(peering) => peering,
        Err((_, why)) => {
            *peerings = unresolved(place, &why);
            return;
        }
    };
    match peerings {
        Listing::Absent { .. } => {
            *peerings = Listing::Known {
                span: place,
                items: vec![peering],
            };
        }
        Listing::Truncated { .. } | Listing::Unresolved { .. } => {}
        Listing::Known { items, .. } => {
            let name = |peering: &Peering| peering.name.as_ref().map(|name| name.value.to_lowercase());
            match items.iter().find(|other| name(other) == name(&peering)) {
                None => items.push(peering),
                Some(other) if says_the_same(other, &peering) => {}
                Some(_) => {
                    let name = name(&peering).unwrap_or_default();
                    let why = format!("peering `{name}` is deployed twice, with different content");
                    *peerings = unresolved(place, &why);
                }
            }
        }
    }
}

fn says_the_same(a: &Peering, b: &Peering) -> bool {
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| canonical(&text.value));
    let key = |peering: &Peering| {
        (
            [text(&peering.state), text(&peering.route_filter)],
            [
                peering.primary.map(|net| net.value),
                peering.secondary.map(|net| net.value),
            ],
            peering.peer_asn.map(|asn| asn.value),
            peering.vlan.map(|vlan| vlan.value),
            peering
                .ipv6
                .as_ref()
                .map(|ipv6| (text(&ipv6.state), text(&ipv6.route_filter))),
        )
    };
    key(a) == key(b)
}
