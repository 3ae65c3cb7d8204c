//! Route filters, with their rules from all places that a deployment may put them in.

use std::collections::BTreeMap;

use pairlint_model::network::{FilterRule, Listing, RouteFilter};
use pairlint_model::source::{Span, Spanned};

use super::Instance;
use super::lower::{Lowering, Properties, canonical, doubt, list, parent_id, properties, text, unresolved};
use super::value::{Object, Value};

const FILTER: &str = "microsoft.network/routefilters";
const RULE: &str = "microsoft.network/routefilters/routefilterrules";

pub(super) fn read(lowering: &mut Lowering<'_, '_>, instances: &[Instance<'_>]) -> Vec<RouteFilter> {
    let mut filters: Vec<RouteFilter> = Vec::new();
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    let here = |kind: &'static str| {
        instances
            .iter()
            .filter(move |instance| instance.kind == kind && !instance.existing)
    };
    for instance in here(FILTER) {
        let filter = filter(lowering, instance);
        by_id.insert(canonical(&instance.id), filters.len());
        filters.push(filter);
    }
    for instance in here(RULE) {
        let parent = parent_id(&instance.id);
        let at = *by_id.entry(canonical(parent)).or_insert(filters.len());
        if at == filters.len() {
            filters.push(elsewhere(instance, parent));
        }
        let rule = standing_alone(lowering, instance);
        if let Some(filter) = filters.get_mut(at) {
            add(filter, rule, instance);
        }
    }
    filters
}

fn filter(lowering: &Lowering<'_, '_>, instance: &Instance<'_>) -> RouteFilter {
    let (place, inner) = properties(&instance.body);
    let rules = match (&instance.uncertain, inner) {
        (Some(why), _) => unresolved(instance.span, why),
        (None, Properties::Unknown(why)) => unresolved(place, &why),
        (None, Properties::Empty) => Listing::Absent { span: place },
        (None, Properties::Object(object)) => list(object, "rules", place, |item| rule(lowering, item)),
    };
    RouteFilter {
        name: Some(lowering.name(instance)),
        id: lowering.id(instance),
        location: instance.body.as_object().and_then(|body| text(body, "location")),
        provisioning_state: None,
        rules,
        peerings: Vec::new(),
        carrier: instance.carrier,
        span: instance.span,
    }
}

/// The filter of a rule whose filter is not in the deployment.
fn elsewhere(rule: &Instance<'_>, id: &str) -> RouteFilter {
    let name = id.rsplit('/').next().unwrap_or(id);
    let name = name.to_owned();
    RouteFilter {
        name: Some(Spanned::new(rule.name.span, name)),
        id: Some(Spanned::new(rule.name.span, id.to_owned())),
        location: None,
        provisioning_state: None,
        rules: Listing::Absent { span: rule.span },
        peerings: Vec::new(),
        carrier: rule.carrier,
        span: rule.span,
    }
}

fn rule(lowering: &Lowering<'_, '_>, item: &Value<'_>) -> Result<FilterRule, String> {
    let Some(object) = item.as_object() else {
        return Err("something else stands where a rule belongs".to_owned());
    };
    if let (None, Some(open)) = (object.get("properties"), &object.open) {
        return Err(open.why.clone());
    }
    let name = object
        .get("name")
        .map(|name| Spanned::new(name.span, name.symbol()));
    Ok(rule_of(lowering, name, item, item.span))
}

fn standing_alone(lowering: &Lowering<'_, '_>, instance: &Instance<'_>) -> FilterRule {
    let name = instance.name.symbol();
    let name = name.rsplit('/').next().unwrap_or(&name).to_owned();
    let name = Some(Spanned::new(instance.name.span, name));
    rule_of(lowering, name, &instance.body, instance.span)
}

fn rule_of(
    lowering: &Lowering<'_, '_>,
    name: Option<Spanned<String>>,
    body: &Value<'_>,
    span: Span,
) -> FilterRule {
    let (place, inner) = properties(body);
    let empty = Object::default();
    let (object, communities) = match inner {
        Properties::Object(object) => (object, lowering.communities(object, "communities", place)),
        Properties::Empty => (&empty, Listing::Absent { span: place }),
        Properties::Unknown(why) => (&empty, unresolved(place, &why)),
    };
    // Whether the communities pass hangs on these two.
    let doubt = doubt(object, "access").or_else(|| doubt(object, "routeFilterRuleType"));
    FilterRule {
        name,
        id: None,
        access: text(object, "access"),
        rule_type: text(object, "routeFilterRuleType"),
        provisioning_state: None,
        communities: match doubt {
            Some((span, why)) => unresolved(span, &why),
            None => communities,
        },
        span,
    }
}

/// Adds a rule that stands apart. An exported template repeats each rule inside of its filter and beside it.
fn add(filter: &mut RouteFilter, rule: FilterRule, instance: &Instance<'_>) {
    if let Some(why) = &instance.uncertain {
        filter.rules = unresolved(rule.span, why);
        return;
    }
    if instance.cut {
        filter.rules = Listing::Truncated { span: rule.span };
        return;
    }
    match &mut filter.rules {
        Listing::Absent { .. } => {
            filter.rules = Listing::Known {
                span: rule.span,
                items: vec![rule],
            };
        }
        Listing::Truncated { .. } | Listing::Unresolved { .. } => {}
        Listing::Known { items, .. } => {
            let same = |other: &FilterRule| {
                let name = |rule: &FilterRule| rule.name.as_ref().map(|name| name.value.to_lowercase());
                name(other).is_some() && name(other) == name(&rule)
            };
            match items.iter().find(|other| same(other)) {
                None => items.push(rule),
                Some(other) if says_the_same(other, &rule) => {}
                Some(_) => {
                    let name = rule.name.as_ref().map_or("", |name| name.value.as_str());
                    let why = format!("rule `{name}` is deployed twice, with different content");
                    filter.rules = unresolved(rule.span, &why);
                }
            }
        }
    }
}

fn says_the_same(a: &FilterRule, b: &FilterRule) -> bool {
    let access = |rule: &FilterRule| rule.access.as_ref().map(|access| access.value.to_lowercase());
    let texts = |rule: &FilterRule| match &rule.communities {
        Listing::Known { items, .. } => {
            let mut texts: Vec<String> = items.iter().map(|item| item.text.clone()).collect();
            texts.sort();
            Some(texts)
        }
        _ => None,
    };
    access(a) == access(b) && texts(a).is_some() && texts(a) == texts(b)
}
