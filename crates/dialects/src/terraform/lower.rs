//! Resources with their values into filters, circuits and peerings.

use std::collections::BTreeMap;
use std::rc::Rc;

use pairlint_model::network::{
    Circuit, CommunityForm, FilterCommunity, FilterRule, Listing, Network, Peering, RouteFilter,
};
use pairlint_model::source::{Source, SourceId, Span, Spanned};

use super::azapi::{self, Class};
use super::fields::{first, text};
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
    pub(super) network: Network,
    pub(super) filters: BTreeMap<String, usize>,
    pub(super) circuits: BTreeMap<Rc<str>, usize>,
    pub(super) rules: Vec<LooseRule>,
    pub(super) peerings: Vec<LoosePeering>,
    /// `azurerm_route_filter_rule`, and the filter that it names.
    pub(super) inventions: Vec<(Span, Option<Rc<str>>)>,
}

pub(super) struct LooseRule {
    pub filter: Option<String>,
    pub rule: Result<FilterRule, (Span, String)>,
}

pub(super) struct LoosePeering {
    /// The address of the circuit, where a reference tells it.
    pub circuit: Option<Rc<str>>,
    /// Its name or id as text.
    pub name: Option<Spanned<String>>,
    pub peering: Result<Peering, (Span, String)>,
    pub span: Span,
    pub carrier: &'static str,
}

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

    pub(super) fn communities(&self, of: &Value<'_>, key: &str) -> Listing<FilterCommunity> {
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
}

/// The id that the values hold, else the one that references come to.
pub(super) fn id(resource: &Resource<'_, '_>, attributes: &Value<'_>) -> Spanned<String> {
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
