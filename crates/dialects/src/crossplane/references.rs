//! Ties manifests: by the names of others (`routeFilterIdRef`), by their labels (`routeFilterIdSelector`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::manifests::{Class, Manifest};
use crate::deployment::value::{Kind, Object, Value};
use crate::deployment::{Instance, azurerm, id_of};

/// The names of what there is.
struct Known<'m, 'a> {
    manifests: &'m [Manifest<'a>],
    by_name: BTreeMap<(&'static str, String, String), usize>,
}

fn word(class: Class) -> &'static str {
    match class {
        Class::Filter => "filter",
        Class::Circuit => "circuit",
        Class::Peering => "peering",
        Class::ResourceGroup => "group",
    }
}

pub(super) fn instances<'a>(manifests: &[Manifest<'a>]) -> Vec<Instance<'a>> {
    let mut by_name = BTreeMap::new();
    for (at, manifest) in manifests.iter().enumerate() {
        if let Some(name) = &manifest.name {
            by_name.insert(
                (word(manifest.class), manifest.namespace.clone(), name.symbol()),
                at,
            );
        }
    }
    let known = Known { manifests, by_name };
    let mut found = Vec::new();
    for manifest in manifests {
        found.extend(known.instance(manifest));
    }
    found
}

impl<'a> Known<'_, 'a> {
    fn instance(&self, manifest: &Manifest<'a>) -> Option<Instance<'a>> {
        let kind = match manifest.class {
            Class::Filter => "Microsoft.Network/routeFilters",
            Class::Circuit => "Microsoft.Network/expressRouteCircuits",
            Class::Peering => "Microsoft.Network/expressRouteCircuits/peerings",
            Class::ResourceGroup => return None,
        };
        let (values, mut uncertain) = self.resolved(manifest);
        let body = match manifest.class {
            Class::Filter => azurerm::filter(&values),
            Class::Circuit => azurerm::circuit(&values),
            _ => azurerm::peering(&values),
        };
        uncertain = manifest.uncertain.clone().or(uncertain);
        let name = match manifest.class {
            Class::Peering => values
                .as_object()
                .and_then(|object| object.get("peeringType").cloned())
                .unwrap_or_else(|| self.name(manifest)),
            _ => self.name(manifest),
        };
        Some(Instance {
            kind: kind.to_ascii_lowercase(),
            id: self.id(manifest),
            name,
            body,
            span: manifest.span,
            existing: false,
            uncertain,
            carrier: "crossplane",
            cut: manifest.cut,
        })
    }

    /// The name in Azure: of the annotation, else that of the manifest.
    fn name(&self, manifest: &Manifest<'a>) -> Value<'a> {
        let named = manifest.external.as_ref().or(manifest.name.as_ref());
        let external = named.map(|name| match &name.kind {
            // The annotation may hold the whole id.
            Kind::Text(text) if text.starts_with("/subscriptions/") => {
                Value::text(text.rsplit('/').next().unwrap_or("").to_owned(), name.span)
            }
            _ => name.clone(),
        });
        external.unwrap_or_else(|| {
            let symbol = format!("{{{}@{}}}", word(manifest.class), manifest.span.start);
            Value::unknown("the name is made when the resource is", symbol, manifest.span)
        })
    }

    /// The id that a manifest's resource has, as far as the manifests tell.
    fn id(&self, manifest: &Manifest<'a>) -> String {
        let whole = manifest.external.as_ref().and_then(Value::as_text);
        if let Some(id) = whole.filter(|id| id.starts_with("/subscriptions/")) {
            return id.to_owned();
        }
        let own = self.name(manifest).symbol();
        match manifest.class {
            Class::Peering => {
                let values = manifest.values.as_object();
                let kind = values
                    .and_then(|values| values.get("peeringType"))
                    .map_or(own, Value::symbol);
                let circuit = self.target(manifest, "expressRouteCircuitName", Class::Circuit);
                match circuit {
                    Target::Manifest(at) => match self.manifests.get(at) {
                        Some(circuit) => format!("{}/peerings/{kind}", self.id(circuit)),
                        None => String::new(),
                    },
                    Target::Value(name) => {
                        let group = self.group(manifest);
                        id_of(
                            &group,
                            "Microsoft.Network/expressRouteCircuits/peerings",
                            &[&name.symbol(), &kind],
                        )
                    }
                    Target::Unknown(_) | Target::None => {
                        let circuit = format!("{{circuit@{}}}", manifest.span.start);
                        let group = self.group(manifest);
                        id_of(
                            &group,
                            "Microsoft.Network/expressRouteCircuits/peerings",
                            &[&circuit, &kind],
                        )
                    }
                }
            }
            Class::Circuit => id_of(
                &self.group(manifest),
                "Microsoft.Network/expressRouteCircuits",
                &[&own],
            ),
            _ => id_of(&self.group(manifest), "Microsoft.Network/routeFilters", &[&own]),
        }
    }

    fn group(&self, manifest: &Manifest<'a>) -> String {
        match self.target(manifest, "resourceGroupName", Class::ResourceGroup) {
            Target::Value(name) => name.symbol(),
            Target::Manifest(at) => match self.manifests.get(at) {
                Some(group) => self.name(group).symbol(),
                None => String::new(),
            },
            Target::Unknown(text) => format!("{{{text}}}"),
            Target::None => "{resourceGroup}".to_owned(),
        }
    }

    /// The values with references in place of what refers, and why the circuit of a peering is not known.
    fn resolved(&self, manifest: &Manifest<'a>) -> (Value<'a>, Option<String>) {
        let Some(object) = manifest.values.as_object() else {
            return (manifest.values.clone(), None);
        };
        if manifest.class != Class::Peering {
            return (manifest.values.clone(), None);
        }
        let mut object = object.clone();
        self.put_filter(manifest, &mut object);
        if let Some(ipv6) = object.get("ipv6").cloned() {
            let inner = match &ipv6.kind {
                Kind::List(items) => items.first().cloned(),
                _ => Some(ipv6.clone()),
            };
            if let Some(inner) = inner
                && let Some(of_ipv6) = inner.as_object()
            {
                let mut of_ipv6 = of_ipv6.clone();
                self.put_filter(manifest, &mut of_ipv6);
                object.set(Cow::Borrowed("ipv6"), Value::object(of_ipv6, inner.span));
            }
        }
        (Value::object(object, manifest.values.span), None)
    }

    /// Puts the id of the filter that is referred to into an object that may have one.
    fn put_filter(&self, manifest: &Manifest<'a>, object: &mut Object<'a>) {
        let of = object.clone();
        let target = self.target_in(manifest, &of, "routeFilterId", Class::Filter);
        let place = ["routeFilterIdRef", "routeFilterIdSelector"]
            .iter()
            .find_map(|key| of.get(key))
            .map_or(manifest.span, |value| value.span);
        let value = match target {
            Target::None | Target::Value(_) => return,
            Target::Manifest(at) => {
                let Some(filter) = self.manifests.get(at) else {
                    return;
                };
                Value::unknown(
                    "the id is known when the resource is there",
                    self.id(filter),
                    place,
                )
            }
            Target::Unknown(why) => {
                let symbol = format!("{{filter@{}}}", place.start);
                Value::unknown(why, symbol, place)
            }
        };
        object.set(Cow::Borrowed("routeFilterId"), value);
    }

    fn target(&self, manifest: &Manifest<'a>, key: &str, class: Class) -> Target<'a> {
        match manifest.values.as_object() {
            Some(object) => self.target_in(manifest, object, key, class),
            None => Target::None,
        }
    }

    /// What `key`, `keyRef` or `keySelector` of an object means. A value that stands there counts; references fill
    /// in what does not.
    fn target_in(&self, manifest: &Manifest<'a>, object: &Object<'a>, key: &str, class: Class) -> Target<'a> {
        let given = object.get(key).filter(|value| !value.is_null());
        let reference = object.get(&format!("{key}Ref")).and_then(Value::as_object);
        let selector = object.get(&format!("{key}Selector")).and_then(Value::as_object);
        if let Some(value) = given {
            return Target::Value(value.clone());
        }
        if let Some(reference) = reference {
            let Some(name) = reference.get("name") else {
                return Target::Unknown(format!("`{key}Ref` names nothing"));
            };
            let namespace = reference
                .get("namespace")
                .and_then(Value::as_text)
                .unwrap_or(&manifest.namespace);
            let symbol = name.symbol();
            let key = (word(class), namespace.to_owned(), symbol.clone());
            let at = self.by_name.get(&key).copied();
            return match at {
                Some(at) => Target::Manifest(at),
                None => Target::Unknown(format!("the manifest `{symbol}` is not here")),
            };
        }
        match selector {
            Some(selector) => self.selected(manifest, selector, key, class),
            None => Target::None,
        }
    }

    fn selected(
        &self,
        manifest: &Manifest<'a>,
        selector: &Object<'a>,
        key: &str,
        class: Class,
    ) -> Target<'a> {
        let wanted: Vec<(String, String)> = selector
            .get("matchLabels")
            .and_then(Value::as_object)
            .map_or(&[][..], |labels| &labels.properties)
            .iter()
            .map(|(key, value)| (key.to_string(), value.symbol()))
            .collect();
        let same_owner = selector
            .get("matchControllerRef")
            .is_some_and(|value| matches!(value.kind, Kind::Bool(true)));
        let matches = |other: &Manifest<'a>| {
            other.class == class
                && (!same_owner || other.composition == manifest.composition)
                && wanted.iter().all(|label| other.labels.contains(label))
        };
        let mut found = self
            .manifests
            .iter()
            .enumerate()
            .filter(|(_, other)| matches(other))
            .map(|(at, _)| at);
        match (found.next(), found.next()) {
            (Some(at), None) => Target::Manifest(at),
            (None, _) => Target::Unknown(format!("`{key}Selector` selects nothing that is here")),
            (Some(_), Some(_)) => Target::Unknown(format!("`{key}Selector` selects several manifests")),
        }
    }
}

enum Target<'a> {
    Manifest(usize),
    Value(Value<'a>),
    Unknown(String),
    None,
}
