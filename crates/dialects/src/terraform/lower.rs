//! Resources with their values into filters, circuits and peerings.

use std::collections::BTreeMap;
use std::rc::Rc;

use pairlint_model::bgp::{Asn, IpNet};
use pairlint_model::network::{
    Circuit, CommunityForm, FilterCommunity, FilterRule, Ipv6Peering, Listing, MicrosoftPeeringConfig,
    Network, Peering, Remark, RemarkKind, RouteFilter,
};
use pairlint_model::source::{Source, SourceId, Span, Spanned};

use super::azapi::{self, Class};
use super::secret;
use super::value::{Data, Value};

/// A resource with its values, wherever they come from.
pub(super) struct Resource<'k, 'a> {
    pub kind: &'k str,
    pub attributes: Value<'a>,
    /// Where the resource stands.
    pub span: Span,
    /// What others refer to it by, unless its values hold the id.
    pub id: String,
    pub address: Rc<str>,
    /// Why it is not known whether it is there.
    pub exists: Option<Rc<str>>,
    pub carrier: &'static str,
}

/// Collects the resources of one configuration, plan or state.
pub(super) struct Builder<'s> {
    sources: &'s BTreeMap<SourceId, &'s Source>,
    network: Network,
    filters: BTreeMap<String, usize>,
    circuits: BTreeMap<Rc<str>, usize>,
    rules: Vec<LooseRule>,
    peerings: Vec<LoosePeering>,
    /// `azurerm_route_filter_rule`, and the filter that it names.
    inventions: Vec<(Span, Option<Rc<str>>)>,
}

struct LooseRule {
    filter: Option<String>,
    rule: Result<FilterRule, (Span, String)>,
}

struct LoosePeering {
    /// The address of the circuit, where a reference tells it.
    circuit: Option<Rc<str>>,
    /// Its name or id as text.
    name: Option<Spanned<String>>,
    peering: Result<Peering, (Span, String)>,
    span: Span,
    carrier: &'static str,
}

type Gap = (Span, String);

impl<'s> Builder<'s> {
    pub(super) fn new(sources: &'s BTreeMap<SourceId, &'s Source>) -> Builder<'s> {
        Builder {
            sources,
            network: Network::default(),
            filters: BTreeMap::new(),
            circuits: BTreeMap::new(),
            rules: Vec::new(),
            peerings: Vec::new(),
            inventions: Vec::new(),
        }
    }

    /// Whether resources of a type are read at all.
    pub(super) fn takes(kind: &str) -> bool {
        matches!(
            kind,
            "azurerm_route_filter"
                | "azurerm_route_filter_rule"
                | "azurerm_express_route_circuit"
                | "azurerm_express_route_circuit_peering"
                | "azapi_resource"
                | "azapi_update_resource"
        )
    }

    pub(super) fn add(&mut self, resource: &Resource<'_, '_>) {
        secret::remarks(&resource.attributes, &mut self.network.remarks);
        match resource.kind {
            "azurerm_route_filter" => self.filter(resource, &resource.attributes),
            "azurerm_express_route_circuit" => self.circuit(resource, &resource.attributes),
            "azurerm_express_route_circuit_peering" => {
                let circuit = resource.attributes.entries().and_then(|entries| {
                    let mut found = entries
                        .iter()
                        .filter(|(key, _)| &**key == "express_route_circuit_name");
                    found.next().map(|(_, value)| value)
                });
                self.loose_peering(resource, &resource.attributes, circuit);
            }
            "azurerm_route_filter_rule" => {
                let names = ["route_filter_name", "route_filter_id"];
                let named = names.iter().find_map(|name| resource.attributes.get(name));
                self.inventions
                    .push((resource.span, named.and_then(|named| named.origin.clone())));
            }
            _ => self.azapi(resource),
        }
    }

    fn azapi(&mut self, resource: &Resource<'_, '_>) {
        let kind = resource.attributes.get("type").and_then(Value::as_text);
        let Some(class) = kind.and_then(|kind| azapi::class(&kind)) else {
            return;
        };
        let attributes = azapi::normalised(class, &resource.attributes);
        let parent = attributes.get("parent_id");
        match class {
            Class::Filter => self.filter(resource, &attributes),
            Class::Circuit => self.circuit(resource, &attributes),
            Class::Peering => self.loose_peering(resource, &attributes, parent),
            Class::Rule => {
                let filter = parent.and_then(Value::as_text).map(|id| id.to_string());
                let rule = match (&resource.exists, parent.and_then(Value::gap)) {
                    (Some(why), _) | (None, Some(why)) => Err((resource.span, why.to_string())),
                    (None, None) => Ok(self.rule(&attributes)),
                };
                self.rules.push(LooseRule { filter, rule });
            }
        }
    }

    fn filter(&mut self, resource: &Resource<'_, '_>, attributes: &Value<'_>) {
        let id = id(resource, attributes);
        let rules = match &resource.exists {
            Some(why) => Listing::Unresolved {
                span: resource.span,
                why: why.to_string(),
            },
            None => self.rules(attributes, resource.span),
        };
        let filter = RouteFilter {
            name: text(attributes, "name"),
            id: Some(id.clone()),
            location: text(attributes, "location"),
            provisioning_state: None,
            rules,
            peerings: Vec::new(),
            carrier: resource.carrier,
            span: resource.span,
        };
        let known = self
            .filters
            .get(&id.value)
            .and_then(|at| self.network.route_filters.get_mut(*at));
        match known {
            // `azapi_update_resource` changes what it names, and leaves alone what it does not.
            Some(known) if resource.kind == "azapi_update_resource" => {
                if !matches!(filter.rules, Listing::Absent { .. }) {
                    known.rules = filter.rules;
                }
            }
            _ => {
                self.filters.insert(id.value, self.network.route_filters.len());
                self.network.route_filters.push(filter);
            }
        }
    }

    fn rules(&self, attributes: &Value<'_>, span: Span) -> Listing<FilterRule> {
        let Some(rules) = attributes.get("rule") else {
            // The provider keeps what is there where nothing is said (`Optional`, `Computed`).
            return Listing::Absent { span };
        };
        let items = match &rules.data {
            Data::List(items) => &**items,
            Data::Object(_) => std::slice::from_ref(rules),
            _ => {
                let why = rules
                    .gap()
                    .map_or("something else stands where rules belong", |why| why);
                return Listing::Unresolved {
                    span: rules.span,
                    why: why.to_owned(),
                };
            }
        };
        if let Some((item, why)) = items.iter().find_map(|item| Some((item, item.gap()?))) {
            return Listing::Unresolved {
                span: item.span,
                why: why.to_string(),
            };
        }
        Listing::Known {
            span: rules.span,
            items: items.iter().map(|item| self.rule(item)).collect(),
        }
    }

    fn rule(&self, of: &Value<'_>) -> FilterRule {
        FilterRule {
            name: text(of, "name"),
            id: text(of, "id").filter(|id| !id.value.is_empty()),
            access: text(of, "access"),
            rule_type: text(of, "rule_type"),
            provisioning_state: None,
            communities: self.communities(of, "communities"),
            span: of.span,
        }
    }

    fn communities(&self, of: &Value<'_>, key: &str) -> Listing<FilterCommunity> {
        let Some(value) = of.get(key) else {
            return Listing::Absent { span: of.span };
        };
        let unresolved = |span: Span, why: &str| Listing::Unresolved {
            span,
            why: why.to_owned(),
        };
        let Some(items) = value.items() else {
            let why = value
                .gap()
                .map_or("something else stands where a list belongs", |why| why);
            return unresolved(value.span, why);
        };
        let mut communities = Vec::with_capacity(items.len());
        for item in items {
            let (text, form) = match (&item.data, item.as_text()) {
                (Data::Unknown(why) | Data::Failed(why), _) => return unresolved(item.span, why),
                (Data::Null, _) => return unresolved(item.span, "the value is null, known only after apply"),
                (_, Some(text)) => (text.to_string(), CommunityForm::Text),
                _ => {
                    if let Some(why) = item.inner_gap() {
                        return unresolved(item.span, why);
                    }
                    (self.slice(item.span).to_owned(), CommunityForm::Other)
                }
            };
            communities.push(FilterCommunity {
                text,
                form,
                span: item.span,
                comment: self.comment(item.span),
            });
        }
        Listing::Known {
            span: value.span,
            items: communities,
        }
    }

    fn slice(&self, span: Span) -> &str {
        self.sources
            .get(&span.source)
            .map_or("", |source| source.slice(span))
    }

    /// The comment on a value's line, with nothing but punctuation between.
    fn comment(&self, span: Span) -> Option<Spanned<String>> {
        let source = self.sources.get(&span.source)?;
        let text = source.text();
        if !super::files::is_hcl(&source.name) {
            return None;
        }
        let rest = text.get(span.end as usize..)?;
        let line = rest.split(['\n', '\r']).next()?;
        let comment = line.trim_start_matches([' ', '\t', ',', ']', ')', '}']);
        let start = span.end as usize + (line.len() - comment.len());
        let (mark, end) = match comment {
            line if line.starts_with('#') => (1, line.len()),
            line if line.starts_with("//") => (2, line.len()),
            line if line.starts_with("/*") => (2, line.find("*/")?),
            _ => return None,
        };
        let words = comment.get(mark..end)?.trim();
        let spanned = Spanned::new(source.range(start, start + comment.len()), words.to_owned());
        (!words.is_empty()).then_some(spanned)
    }

    fn circuit(&mut self, resource: &Resource<'_, '_>, attributes: &Value<'_>) {
        let id = id(resource, attributes);
        let sku = attributes.get("sku").map(first);
        let listed = match attributes.get("peering") {
            None => Listing::Absent { span: resource.span },
            Some(peerings) => self.listed_peerings(peerings),
        };
        let peerings = match &resource.exists {
            Some(why) => Listing::Unresolved {
                span: resource.span,
                why: why.to_string(),
            },
            None => listed,
        };
        self.circuits
            .insert(resource.address.clone(), self.network.circuits.len());
        self.network.circuits.push(Circuit {
            name: text(attributes, "name"),
            id: Some(id),
            location: text(attributes, "location"),
            sku_tier: sku.and_then(|sku| text(sku, "tier")),
            sku_family: sku.and_then(|sku| text(sku, "family")),
            state: None,
            provider_state: text(attributes, "service_provider_provisioning_state"),
            provisioning_state: None,
            peering_location: text(attributes, "peering_location"),
            peerings,
            carrier: resource.carrier,
            span: resource.span,
        });
    }

    fn listed_peerings(&self, peerings: &Value<'_>) -> Listing<Peering> {
        let unresolved = |(span, why): Gap| Listing::Unresolved { span, why };
        let Some(items) = peerings.items() else {
            let why = peerings
                .gap()
                .map_or("something else stands where peerings belong", |why| why);
            return unresolved((peerings.span, why.to_owned()));
        };
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            match self.peering(item, item.span) {
                Ok(peering) => all.push(peering),
                Err(gap) => return unresolved(gap),
            }
        }
        Listing::Known {
            span: peerings.span,
            items: all,
        }
    }

    fn loose_peering(
        &mut self,
        resource: &Resource<'_, '_>,
        attributes: &Value<'_>,
        circuit: Option<&Value<'_>>,
    ) {
        let peering = match &resource.exists {
            Some(why) => Err((resource.span, why.to_string())),
            None => self.peering(attributes, resource.span),
        };
        let peering = peering.map(|peering| Peering {
            id: Some(id(resource, attributes)),
            ..peering
        });
        self.peerings.push(LoosePeering {
            circuit: circuit.and_then(|circuit| circuit.origin.clone()),
            name: circuit.and_then(|circuit| {
                let name = circuit.as_text()?;
                (circuit.gap().is_none()).then(|| Spanned::new(circuit.span, name.to_string()))
            }),
            peering,
            span: resource.span,
            carrier: resource.carrier,
        });
    }

    /// Reads a peering; not where its route filter is not known, since then nothing can be said about it.
    fn peering(&self, of: &Value<'_>, span: Span) -> Result<Peering, Gap> {
        if let Some(why) = of.gap() {
            return Err((of.span, why.to_string()));
        }
        if let Some(kind) = of.get("peering_type")
            && let Some(why) = kind.gap()
        {
            return Err((kind.span, why.to_string()));
        }
        let ipv6 = match of.get("ipv6") {
            None => None,
            Some(ipv6) => match (ipv6.gap(), ipv6.items()) {
                (Some(why), _) => return Err((ipv6.span, why.to_string())),
                (None, Some([])) => None,
                _ => Some(self.ipv6(first(ipv6))?),
            },
        };
        let config = of.get("microsoft_peering_config").map(first);
        Ok(Peering {
            name: text(of, "name"),
            id: None,
            peering_type: text(of, "peering_type"),
            state: text(of, "state").or_else(|| disabled(of, "ipv4_enabled")),
            provisioning_state: None,
            azure_asn: asn(of, "azure_asn"),
            peer_asn: asn(of, "peer_asn"),
            primary: prefix(of, "primary_peer_address_prefix"),
            secondary: prefix(of, "secondary_peer_address_prefix"),
            vlan: number(of, "vlan_id"),
            route_filter: route_filter(of)?,
            config: config.and_then(|config| self.config(config)),
            ipv6,
            span,
        })
    }

    fn ipv6(&self, of: &Value<'_>) -> Result<Ipv6Peering, Gap> {
        if let Some(why) = of.gap() {
            return Err((of.span, why.to_string()));
        }
        let config = of.get("microsoft_peering").map(first);
        Ok(Ipv6Peering {
            primary: prefix(of, "primary_peer_address_prefix"),
            secondary: prefix(of, "secondary_peer_address_prefix"),
            state: text(of, "state").or_else(|| disabled(of, "enabled")),
            route_filter: route_filter(of)?,
            config: config.and_then(|config| self.config(config)),
            span: of.span,
        })
    }

    fn config(&self, of: &Value<'_>) -> Option<MicrosoftPeeringConfig> {
        // An empty list of blocks, as states have it, is no block.
        if of.items().is_some() {
            return None;
        }
        Some(MicrosoftPeeringConfig {
            advertised_communities: match of.gap() {
                Some(_) => self.prefixes_gap(of),
                None => self.communities(of, "advertised_communities"),
            },
            advertised_public_prefixes: match of.gap() {
                Some(_) => self.prefixes_gap(of),
                None => self.prefix_texts(of),
            },
            prefixes_state: None,
            customer_asn: asn(of, "customer_asn").filter(|asn| asn.value != Asn(0)),
            legacy_mode: number(of, "legacy_mode"),
            span: of.span,
        })
    }

    fn prefixes_gap<T>(&self, of: &Value<'_>) -> Listing<T> {
        Listing::Unresolved {
            span: of.span,
            why: of.gap().map_or_else(String::new, |why| why.to_string()),
        }
    }

    fn prefix_texts(&self, of: &Value<'_>) -> Listing<Spanned<String>> {
        let Some(value) = of.get("advertised_public_prefixes") else {
            return Listing::Absent { span: of.span };
        };
        let Some(items) = value.items() else {
            return self.prefixes_gap(value);
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item.as_text() {
                Some(text) => texts.push(Spanned::new(item.span, text.to_string())),
                None => return self.prefixes_gap(item),
            }
        }
        Listing::Known {
            span: value.span,
            items: texts,
        }
    }

    /// Gives rules and peerings to what they belong to.
    pub(super) fn finish(mut self) -> Network {
        for loose in std::mem::take(&mut self.rules) {
            let at = loose.filter.as_ref().and_then(|id| self.filters.get(id)).copied();
            let span = match &loose.rule {
                Ok(rule) => rule.span,
                Err((span, _)) => *span,
            };
            let at = at.unwrap_or_else(|| {
                let id = loose.filter.clone().map(|id| Spanned::new(span, id));
                self.filters.extend(
                    loose
                        .filter
                        .clone()
                        .map(|id| (id, self.network.route_filters.len())),
                );
                self.network.route_filters.push(RouteFilter {
                    name: None,
                    id,
                    location: None,
                    provisioning_state: None,
                    rules: Listing::Absent { span },
                    peerings: Vec::new(),
                    carrier: "terraform",
                    span,
                });
                self.network.route_filters.len() - 1
            });
            let Some(filter) = self.network.route_filters.get_mut(at) else {
                continue;
            };
            match (&mut filter.rules, loose.rule) {
                (Listing::Known { items, .. }, Ok(rule)) => items.push(rule),
                (Listing::Absent { .. }, Ok(rule)) => {
                    filter.rules = Listing::Known {
                        span,
                        items: vec![rule],
                    };
                }
                (Listing::Known { .. } | Listing::Absent { .. }, Err((span, why))) => {
                    filter.rules = Listing::Unresolved { span, why };
                }
                _ => {}
            }
        }
        self.gather_peerings();
        self.tell_inventions();
        self.network
    }

    fn gather_peerings(&mut self) {
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        for (at, circuit) in self.network.circuits.iter().enumerate() {
            for name in [&circuit.name, &circuit.id].into_iter().flatten() {
                by_name.insert(name.value.to_ascii_lowercase(), at);
            }
        }
        for loose in std::mem::take(&mut self.peerings) {
            let at = loose
                .circuit
                .as_ref()
                .and_then(|address| self.circuits.get(address))
                .or_else(|| by_name.get(&loose.name.as_ref()?.value.to_ascii_lowercase()))
                .copied();
            let at = at.unwrap_or_else(|| {
                // A circuit that stands elsewhere: known by its name at most.
                let at = self.network.circuits.len();
                if let Some(name) = &loose.name {
                    by_name.insert(name.value.to_ascii_lowercase(), at);
                }
                if let Some(address) = &loose.circuit {
                    self.circuits.insert(address.clone(), at);
                }
                self.network.circuits.push(Circuit {
                    name: loose.name.clone(),
                    id: None,
                    location: None,
                    sku_tier: None,
                    sku_family: None,
                    state: None,
                    provider_state: None,
                    provisioning_state: None,
                    peering_location: None,
                    peerings: Listing::Absent { span: loose.span },
                    carrier: loose.carrier,
                    span: loose.span,
                });
                at
            });
            let Some(circuit) = self.network.circuits.get_mut(at) else {
                continue;
            };
            match (&mut circuit.peerings, loose.peering) {
                (Listing::Known { items, .. }, Ok(peering)) => items.push(peering),
                (Listing::Absent { .. }, Ok(peering)) => {
                    circuit.peerings = Listing::Known {
                        span: circuit.span,
                        items: vec![peering],
                    };
                }
                (Listing::Known { .. } | Listing::Absent { .. }, Err((span, why))) => {
                    circuit.peerings = Listing::Unresolved { span, why };
                }
                _ => {}
            }
        }
    }

    /// `azurerm_route_filter_rule` is a resource that no release of the provider has (its list of resources, seen
    /// 2026-11; there was a proposal, never merged), though modules use it: a filter gets no rule from it.
    fn tell_inventions(&mut self) {
        const WHY: &str = "`azurerm_route_filter_rule` is a resource that no provider has, so the filter gets no rule \
                           from it; a `rule` block in the filter is what Terraform knows";
        for (span, origin) in std::mem::take(&mut self.inventions) {
            let mut told = false;
            for filter in &mut self.network.route_filters {
                let named = origin.as_ref().is_none_or(|origin| {
                    let id = filter.id.as_ref().map(|id| id.value.as_str());
                    id.is_some_and(|id| id.ends_with(&**origin))
                });
                if named && matches!(filter.rules, Listing::Absent { .. } | Listing::Unresolved { .. }) {
                    filter.rules = Listing::Unresolved {
                        span,
                        why: WHY.to_owned(),
                    };
                    told = true;
                }
            }
            if !told {
                let what =
                    "a rule that is never made: no provider has a resource `azurerm_route_filter_rule`";
                self.network.remarks.push(Remark {
                    span,
                    kind: RemarkKind::Incomplete {
                        what: what.to_owned(),
                    },
                });
            }
        }
    }
}

/// The id that the values hold, else the one that references come to.
fn id(resource: &Resource<'_, '_>, attributes: &Value<'_>) -> Spanned<String> {
    if resource.kind == "azapi_update_resource" {
        if let Some(id) = text(attributes, "resource_id") {
            return id;
        }
        if let (Some(parent), Some(name), Some(kind)) = (
            text(attributes, "parent_id"),
            text(attributes, "name"),
            text(attributes, "type"),
        ) {
            let kind = kind.value.split('@').next().unwrap_or("").to_owned();
            let value = format!(
                "{}/providers/{kind}/{}",
                parent.value.trim_end_matches('/'),
                name.value
            );
            return Spanned::new(name.span, value);
        }
    }
    text(attributes, "id")
        .filter(|id| !id.value.is_empty())
        .unwrap_or_else(|| Spanned::new(resource.span, resource.id.clone()))
}

/// A block as an object; blocks are lists in values, and objects may be in JSON.
fn first<'v, 'a>(value: &'v Value<'a>) -> &'v Value<'a> {
    value.items().and_then(<[_]>::first).unwrap_or(value)
}

fn text(of: &Value<'_>, key: &str) -> Option<Spanned<String>> {
    let value = of.get(key)?;
    let text = value.as_text()?;
    Some(Spanned::new(value.span, text.to_string()))
}

fn asn(of: &Value<'_>, key: &str) -> Option<Spanned<Asn>> {
    let text = text(of, key)?;
    Some(Spanned::new(text.span, text.value.parse().ok()?))
}

fn number(of: &Value<'_>, key: &str) -> Option<Spanned<u32>> {
    let text = text(of, key)?;
    Some(Spanned::new(text.span, text.value.parse().ok()?))
}

fn prefix(of: &Value<'_>, key: &str) -> Option<Spanned<IpNet>> {
    let text = text(of, key)?;
    let net = pairlint_model::bgp::prefix(&text.value).ok()?;
    Some(Spanned::new(text.span, net))
}

/// `enabled = false`; what is enabled needs no word.
fn disabled(of: &Value<'_>, key: &str) -> Option<Spanned<String>> {
    let value = of.get(key)?;
    (value.as_bool() == Some(false)).then(|| Spanned::new(value.span, "Disabled".to_owned()))
}

fn route_filter(of: &Value<'_>) -> Result<Option<Spanned<String>>, Gap> {
    let Some(value) = of.get("route_filter_id") else {
        return Ok(None);
    };
    if let Some(why) = value.gap() {
        return Err((value.span, why.to_string()));
    }
    match value.as_text() {
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => Ok(Some(Spanned::new(value.span, text.to_string()))),
        None => Err((value.span, "something else stands where an id belongs".to_owned())),
    }
}
