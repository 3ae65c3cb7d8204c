//! Resources in the attributes of the Terraform provider azurerm, in camel case: providers that are bridged from it
//! have them so. They are turned into the bodies of Resource Manager.

use std::borrow::Cow;
use std::rc::Rc;

use pairlint_model::source::Span;

use super::value::{Kind, Object, Value};

/// Builds an object of parts of another.
struct Body<'v, 'a> {
    from: &'v Object<'a>,
    made: Object<'a>,
}

impl<'v, 'a> Body<'v, 'a> {
    fn new(from: &'v Object<'a>) -> Body<'v, 'a> {
        let made = Object {
            properties: Vec::new(),
            open: from.open.clone(),
        };
        Body { from, made }
    }

    /// Takes over a property, under the name that Resource Manager has for it.
    fn take(mut self, key: &str, name: &'static str) -> Self {
        if let Some(value) = self.from.get(key) {
            self.made.properties.push((Cow::Borrowed(name), value.clone()));
        }
        self
    }

    fn put(mut self, name: &'static str, value: Option<Value<'a>>) -> Self {
        self.made
            .properties
            .extend(value.map(|value| (Cow::Borrowed(name), value)));
        self
    }

    fn value(self, span: Span) -> Value<'a> {
        Value::object(self.made, span)
    }
}

/// The block of a resource that can only stand once: an object, or a list of one.
fn block<'v, 'a>(of: &'v Object<'a>, key: &str) -> Option<&'v Value<'a>> {
    let value = of.get(key)?;
    match &value.kind {
        Kind::List(items) => items.first(),
        Kind::Null => None,
        _ => Some(value),
    }
}

/// Makes a block into another one; what is not known stays so.
fn of_block<'a>(
    value: Option<&Value<'a>>,
    make: impl FnOnce(&Object<'a>, Span) -> Value<'a>,
) -> Option<Value<'a>> {
    let value = value?;
    Some(match &value.kind {
        Kind::Object(object) => make(object, value.span),
        _ => value.clone(),
    })
}

/// The body with its attributes under `properties`, and what Resource Manager keeps beside them.
pub fn wrapped<'a>(
    properties: Value<'a>,
    outer: &[(&'static str, Option<Value<'a>>)],
    span: Span,
) -> Value<'a> {
    let mut body = Object::default();
    for (key, value) in outer {
        body.properties
            .extend(value.clone().map(|value| (Cow::Borrowed(*key), value)));
    }
    body.properties.push((Cow::Borrowed("properties"), properties));
    Value::object(body, span)
}

/// A list whose items are wrapped as resources of their own are: `{name, properties}`.
pub fn wrapped_items<'a>(list: &Value<'a>, make: impl Fn(&Object<'a>, Span) -> Value<'a>) -> Value<'a> {
    let item = |item: &Value<'a>| match &item.kind {
        Kind::Object(object) => {
            let name = object.get("name").cloned();
            wrapped(make(object, item.span), &[("name", name)], item.span)
        }
        _ => item.clone(),
    };
    match &list.kind {
        Kind::List(items) => Value::list(items.iter().map(item).collect(), list.span),
        // A block that can only stand once may be written without the list.
        Kind::Object(_) => Value::list(vec![item(list)], list.span),
        _ => list.clone(),
    }
}

pub fn filter<'a>(attributes: &Value<'a>) -> Value<'a> {
    let span = attributes.span;
    let Some(from) = attributes.as_object() else {
        return wrapped(attributes.clone(), &[], span);
    };
    let rules = from.get("rule").map(|rules| {
        wrapped_items(rules, |rule, span| {
            Body::new(rule)
                .take("access", "access")
                .take("communities", "communities")
                .take("ruleType", "routeFilterRuleType")
                .value(span)
        })
    });
    let properties = Body::new(from).put("rules", rules).value(span);
    wrapped(properties, &[("location", from.get("location").cloned())], span)
}

pub fn circuit<'a>(attributes: &Value<'a>) -> Value<'a> {
    let span = attributes.span;
    let Some(from) = attributes.as_object() else {
        return wrapped(attributes.clone(), &[], span);
    };
    let provider = Body::new(from)
        .take("peeringLocation", "peeringLocation")
        .value(span);
    let mut inner = Object::default();
    inner
        .properties
        .push((Cow::Borrowed("serviceProviderProperties"), provider));
    let outer = [
        ("location", from.get("location").cloned()),
        ("sku", block(from, "sku").cloned()),
    ];
    wrapped(Value::object(inner, span), &outer, span)
}

fn config<'a>(value: Option<&Value<'a>>) -> Option<Value<'a>> {
    of_block(value, |from, span| {
        Body::new(from)
            .take("advertisedPublicPrefixes", "advertisedPublicPrefixes")
            .take("advertisedCommunities", "advertisedCommunities")
            .take("customerAsn", "customerASN")
            .value(span)
    })
}

pub fn peering<'a>(attributes: &Value<'a>) -> Value<'a> {
    let span = attributes.span;
    let Some(from) = attributes.as_object() else {
        return wrapped(attributes.clone(), &[], span);
    };
    let ipv6 = of_block(block(from, "ipv6"), |from, span| {
        Body::new(from)
            .take("primaryPeerAddressPrefix", "primaryPeerAddressPrefix")
            .take("secondaryPeerAddressPrefix", "secondaryPeerAddressPrefix")
            .put("state", from.get("enabled").and_then(state))
            .put("routeFilter", reference(from))
            .put("microsoftPeeringConfig", config(block(from, "microsoftPeering")))
            .value(span)
    });
    let properties = Body::new(from)
        .take("peeringType", "peeringType")
        .take("azureAsn", "azureASN")
        .take("peerAsn", "peerASN")
        .take("primaryPeerAddressPrefix", "primaryPeerAddressPrefix")
        .take("secondaryPeerAddressPrefix", "secondaryPeerAddressPrefix")
        .take("vlanId", "vlanId")
        .take("sharedKey", "sharedKey")
        .put("state", from.get("ipv4Enabled").and_then(state))
        .put("routeFilter", reference(from))
        .put(
            "microsoftPeeringConfig",
            config(block(from, "microsoftPeeringConfig")),
        )
        .put("ipv6PeeringConfig", ipv6)
        .value(span);
    wrapped(properties, &[], span)
}

/// `routeFilterId` as the reference that Resource Manager has.
fn reference<'a>(from: &Object<'a>) -> Option<Value<'a>> {
    let id = from.get("routeFilterId").filter(|id| !id.is_null())?;
    let mut object = Object::default();
    object.properties.push((Cow::Borrowed("id"), id.clone()));
    Some(Value::new(Kind::Object(Rc::new(object)), id.span))
}

fn state<'a>(enabled: &Value<'a>) -> Option<Value<'a>> {
    match enabled.kind {
        Kind::Bool(true) => Some(Value::text("Enabled", enabled.span)),
        Kind::Bool(false) => Some(Value::text("Disabled", enabled.span)),
        _ => None,
    }
}
