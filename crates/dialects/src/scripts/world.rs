//! What a script leaves behind: the filters, circuits and peerings that its commands make, in their order.

use std::borrow::Cow;
use std::collections::BTreeMap;

use pairlint_model::source::Span;

use crate::deployment::value::{Kind, Object, Value};
use crate::deployment::{Instance, id_of};

pub(super) type Text = Value<'static>;

pub(super) const FILTER: &str = "Microsoft.Network/routeFilters";
pub(super) const CIRCUIT: &str = "Microsoft.Network/expressRouteCircuits";

/// A filter as far as the script has made it.
pub(super) struct Filter {
    pub name: Text,
    pub id: String,
    pub location: Option<Text>,
    pub span: Span,
    pub rules: Vec<Rule>,
    /// A command that is not certain to run, or does what is not followed.
    pub doubt: Option<String>,
    /// Only read so far.
    pub touched: bool,
    pub deleted: bool,
}

pub(super) struct Rule {
    pub name: Option<Text>,
    pub access: Option<Text>,
    pub kind: Option<Text>,
    pub communities: Option<Text>,
    pub span: Span,
}

pub(super) struct Circuit {
    pub name: Text,
    pub id: String,
    pub location: Option<Text>,
    pub tier: Option<Text>,
    pub family: Option<Text>,
    pub place: Option<Text>,
    pub span: Span,
    pub peerings: Vec<Peering>,
    pub doubt: Option<String>,
    pub touched: bool,
}

pub(super) struct Peering {
    pub name: Text,
    /// By the names that Resource Manager has for them.
    pub values: Vec<(&'static str, Text)>,
    pub ipv6: Vec<(&'static str, Text)>,
    pub span: Span,
    pub doubt: Option<String>,
}

#[derive(Default)]
pub(super) struct World {
    pub filters: Vec<Filter>,
    filters_by_id: BTreeMap<String, usize>,
    pub circuits: Vec<Circuit>,
    circuits_by_id: BTreeMap<String, usize>,
    /// Bodies that the script sends as they are.
    pub sent: Vec<Instance<'static>>,
}

/// A text that stands for what no word of the script says.
pub(super) fn unnamed(what: &str, span: Span) -> Text {
    Value::unknown(
        format!("the command does not name its {what}"),
        format!("{{{what}@{}}}", span.start),
        span,
    )
}

impl World {
    pub(super) fn filter(&mut self, group: &Text, name: &Text, span: Span) -> usize {
        let id = match name.symbol() {
            id if id.starts_with("/subscriptions/") => id,
            own => id_of(&group.symbol(), FILTER, &[&own]),
        };
        self.filter_of_id(id, name, span)
    }

    pub(super) fn filter_of_id(&mut self, id: String, name: &Text, span: Span) -> usize {
        let at = self.filters.len();
        let at = *self.filters_by_id.entry(id.to_ascii_lowercase()).or_insert(at);
        if at == self.filters.len() {
            self.filters.push(Filter {
                name: name.clone(),
                id,
                location: None,
                span,
                rules: Vec::new(),
                doubt: None,
                touched: false,
                deleted: false,
            });
        }
        at
    }

    pub(super) fn circuit(&mut self, group: &Text, name: &Text, span: Span) -> usize {
        let id = match name.symbol() {
            id if id.starts_with("/subscriptions/") => id,
            own => id_of(&group.symbol(), CIRCUIT, &[&own]),
        };
        let at = self.circuits.len();
        let at = *self.circuits_by_id.entry(id.to_ascii_lowercase()).or_insert(at);
        if at == self.circuits.len() {
            self.circuits.push(Circuit {
                name: name.clone(),
                id,
                location: None,
                tier: None,
                family: None,
                place: None,
                span,
                peerings: Vec::new(),
                doubt: None,
                touched: false,
            });
        }
        at
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sent.is_empty()
            && !self.filters.iter().any(|filter| filter.touched)
            && !self.circuits.iter().any(|circuit| circuit.touched)
    }

    pub(super) fn instances(mut self) -> Vec<Instance<'static>> {
        let mut found = std::mem::take(&mut self.sent);
        found.extend(
            self.filters
                .iter()
                .filter(|filter| filter.touched && !filter.deleted)
                .map(Filter::instance),
        );
        for circuit in self.circuits.iter().filter(|circuit| circuit.touched) {
            found.push(circuit.instance());
        }
        found
    }
}

impl Filter {
    /// The rule of a name; a filter has one at most, so that without a name it is that one.
    pub(super) fn rule(&mut self, name: Option<&Text>, span: Span) -> Option<&mut Rule> {
        let wanted = name.map(|name| name.symbol().to_ascii_lowercase());
        let of = |rule: &Rule| rule.name.as_ref().map(|name| name.symbol().to_ascii_lowercase());
        let at = self
            .rules
            .iter()
            .position(|rule| wanted.is_none() || of(rule) == wanted)
            .unwrap_or(self.rules.len());
        if at == self.rules.len() {
            self.rules.push(Rule {
                name: name.cloned(),
                access: None,
                kind: None,
                communities: None,
                span,
            });
        }
        self.rules.get_mut(at)
    }

    fn instance(&self) -> Instance<'static> {
        let mut properties = Object::default();
        if let (Some(first), Some(last)) = (self.rules.first(), self.rules.last()) {
            let span = match first.span.source == last.span.source && first.span.start <= last.span.start {
                true => first.span.to(last.span),
                false => first.span,
            };
            let rules = self.rules.iter().map(Rule::value).collect();
            set(&mut properties, "rules", Some(Value::list(rules, span)));
        }
        let mut body = Object::default();
        set(&mut body, "location", self.location.clone());
        set(
            &mut body,
            "properties",
            Some(Value::object(properties, head(self.span))),
        );
        Instance {
            kind: FILTER.to_ascii_lowercase(),
            name: self.name.clone(),
            id: self.id.clone(),
            body: Value::object(body, self.span),
            span: self.span,
            existing: false,
            uncertain: self.doubt.clone(),
            carrier: "script",
            cut: false,
        }
    }
}

impl Rule {
    fn value(&self) -> Text {
        let mut properties = Object::default();
        set(&mut properties, "access", self.access.clone());
        set(&mut properties, "routeFilterRuleType", self.kind.clone());
        set(&mut properties, "communities", self.communities.clone());
        let mut rule = Object::default();
        set(&mut rule, "name", self.name.clone());
        set(
            &mut rule,
            "properties",
            Some(Value::object(properties, head(self.span))),
        );
        Value::object(rule, self.span)
    }
}

impl Circuit {
    pub(super) fn peering(&mut self, name: &Text, span: Span) -> Option<&mut Peering> {
        let wanted = name.symbol().to_ascii_lowercase();
        let at = self
            .peerings
            .iter()
            .position(|peering| peering.name.symbol().to_ascii_lowercase() == wanted)
            .unwrap_or(self.peerings.len());
        if at == self.peerings.len() {
            self.peerings.push(Peering {
                name: name.clone(),
                values: Vec::new(),
                ipv6: Vec::new(),
                span,
                doubt: None,
            });
        }
        self.peerings.get_mut(at)
    }

    fn instance(&self) -> Instance<'static> {
        let mut properties = Object::default();
        let mut provider = Object::default();
        set(&mut provider, "peeringLocation", self.place.clone());
        set(
            &mut properties,
            "serviceProviderProperties",
            Some(Value::object(provider, self.span)),
        );
        let doubt = self.peerings.iter().find_map(|peering| peering.doubt.clone());
        if let Some(first) = self.peerings.first() {
            let peerings = self.peerings.iter().map(Peering::value).collect();
            set(
                &mut properties,
                "peerings",
                Some(Value::list(peerings, first.span)),
            );
        }
        let mut sku = Object::default();
        set(&mut sku, "tier", self.tier.clone());
        set(&mut sku, "family", self.family.clone());
        let mut body = Object::default();
        set(&mut body, "location", self.location.clone());
        set(&mut body, "sku", Some(Value::object(sku, self.span)));
        set(
            &mut body,
            "properties",
            Some(Value::object(properties, head(self.span))),
        );
        Instance {
            kind: CIRCUIT.to_ascii_lowercase(),
            name: self.name.clone(),
            id: self.id.clone(),
            body: Value::object(body, self.span),
            span: self.span,
            existing: false,
            uncertain: self.doubt.clone().or(doubt),
            carrier: "script",
            cut: false,
        }
    }
}

impl Peering {
    pub(super) fn set(&mut self, ipv6: bool, key: &'static str, value: Option<Text>) {
        let Some(value) = value else { return };
        let values = match ipv6 {
            true => &mut self.ipv6,
            false => &mut self.values,
        };
        match values.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => values.push((key, value)),
        }
    }

    fn value(&self) -> Text {
        const CONFIG: &[&str] = &["advertisedPublicPrefixes", "customerASN", "legacyMode"];
        let object = |values: &[(&'static str, Text)]| {
            let mut made = Object::default();
            let mut config = Object::default();
            for (key, value) in values {
                let of = match CONFIG.contains(key) {
                    true => &mut config,
                    false => &mut made,
                };
                of.properties.push((Cow::Borrowed(*key), value.clone()));
            }
            if !config.properties.is_empty() {
                let config = Value::object(config, head(self.span));
                set(&mut made, "microsoftPeeringConfig", Some(config));
            }
            made
        };
        let mut properties = object(&self.values);
        if properties.get("peeringType").is_none() {
            set(&mut properties, "peeringType", Some(self.name.clone()));
        }
        if !self.ipv6.is_empty() {
            let ipv6 = Value::object(object(&self.ipv6), head(self.span));
            set(&mut properties, "ipv6PeeringConfig", Some(ipv6));
        }
        let mut peering = Object::default();
        set(&mut peering, "name", Some(self.name.clone()));
        set(
            &mut peering,
            "properties",
            Some(Value::object(properties, head(self.span))),
        );
        Value::object(peering, self.span)
    }
}

fn set(object: &mut Object<'static>, key: &'static str, value: Option<Text>) {
    object
        .properties
        .extend(value.map(|value| (Cow::Borrowed(key), value)));
}

/// The start of a command: what it leaves out is shown before it.
fn head(span: Span) -> Span {
    Span {
        end: span.start + 1,
        ..span
    }
}

/// `{"id": …}`; null detaches.
pub(super) fn reference(id: Text) -> Text {
    if id.is_null() {
        return id;
    }
    let span = id.span;
    let mut object = Object::default();
    set(&mut object, "id", Some(id));
    Value::object(object, span)
}

/// The id of something that the script made or looked up.
pub(super) fn id_value(id: &str, span: Span) -> Text {
    Value::unknown("the id is known when the script runs", id.to_owned(), span)
}

/// An instance of a body that is sent as it is.
pub(super) fn sent(kind: &str, id: &str, body: Text, span: Span, doubt: Option<String>) -> Instance<'static> {
    let name = id.rsplit('/').next().unwrap_or("").to_owned();
    let name = match &body.kind {
        Kind::Unknown(unknown) => Value::unknown(unknown.why.clone(), name, span),
        _ => Value::text(name, span),
    };
    Instance {
        kind: kind.to_owned(),
        name,
        id: id.to_owned(),
        body,
        span,
        existing: false,
        uncertain: doubt,
        carrier: "script",
        cut: false,
    }
}
