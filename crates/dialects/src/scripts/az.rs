//! Commands of the Azure CLI that make or change route filters, circuits and peerings (reference of `az network
//! route-filter`, `az network express-route`, `az rest`, `az resource`).

use pairlint_model::source::{Source, Span};

use super::json_body;
use super::world::{self, FILTER, Text, World, id_value, reference, unnamed};
use crate::deployment::id_of;
use crate::deployment::value::Value;

/// The words of a command with its options.
pub(super) struct Arguments {
    options: Vec<(String, Vec<Text>)>,
}

impl Arguments {
    /// Words that start with a dash are options; what follows are their values.
    pub(super) fn new(words: &[Text]) -> Arguments {
        let mut options: Vec<(String, Vec<Text>)> = Vec::new();
        for word in words {
            let text = word.as_text().unwrap_or("");
            let dashed = text.starts_with('-')
                && text
                    .as_bytes()
                    .get(1)
                    .is_some_and(|b| *b == b'-' || b.is_ascii_alphabetic());
            if !dashed {
                if let Some((_, values)) = options.last_mut() {
                    values.push(word.clone());
                }
                continue;
            }
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (text, None),
            };
            let value = value.map(|value| {
                let start = word.span.end.saturating_sub(value.len() as u32);
                let exact = word.span.end - word.span.start == text.len() as u32;
                let span = Span {
                    start: if exact { start } else { word.span.start },
                    ..word.span
                };
                Value::text(value.to_owned(), span)
            });
            options.push((name.to_ascii_lowercase(), value.into_iter().collect()));
        }
        Arguments { options }
    }

    fn values(&self, names: &[&str]) -> Option<&[Text]> {
        self.options
            .iter()
            .rev()
            .find(|(name, _)| {
                names.iter().any(|wanted| {
                    // Options may be shortened as long as they are clear.
                    name == wanted
                        || name.len() > 4 && name.starts_with("--") && wanted.starts_with(name.as_str())
                })
            })
            .map(|(_, values)| values.as_slice())
    }

    fn one(&self, names: &[&str]) -> Option<Text> {
        self.values(names)?.first().cloned()
    }

    fn has(&self, name: &str) -> bool {
        self.options
            .iter()
            .any(|(known, _)| known == name || known.starts_with(&format!("{name}[")))
    }
}

/// Runs `az`, without that word.
pub(super) fn run(source: &Source, world: &mut World, words: &[Text], span: Span, doubt: Option<&str>) {
    let verbs: Vec<String> = words
        .iter()
        .map_while(|word| word.as_text().filter(|text| !text.starts_with('-')))
        .map(str::to_ascii_lowercase)
        .collect();
    let arguments = Arguments::new(words.get(verbs.len()..).unwrap_or(&[]));
    let verbs: Vec<&str> = verbs.iter().map(String::as_str).collect();
    let mut command = Az {
        source,
        world,
        arguments: &arguments,
        span,
        doubt: doubt.map(str::to_owned),
    };
    match verbs.as_slice() {
        ["network", "route-filter", verb] => command.filter(verb),
        ["network", "route-filter", "rule", verb] => command.rule(verb),
        ["network", "express-route", verb] => command.circuit(verb),
        ["network", "express-route", "peering", verb] => command.peering(verb),
        ["rest"] => command.rest(),
        ["resource", verb @ ("create" | "update")] => command.resource(verb),
        _ => {}
    }
}

/// The id of what `az … show --query id` prints.
pub(super) fn id_of_output(words: &[Text], span: Span) -> Option<Text> {
    let verbs: Vec<&str> = words
        .iter()
        .map_while(|word| word.as_text().filter(|text| !text.starts_with('-')))
        .collect();
    let (kind, names): (&str, &[&str]) = match verbs.as_slice() {
        ["az", "network", "route-filter", "show" | "create"] => (FILTER, &["--name", "-n"]),
        ["az", "network", "express-route", "show" | "create"] => (world::CIRCUIT, &["--name", "-n"]),
        _ => return None,
    };
    let arguments = Arguments::new(words.get(verbs.len()..)?);
    let query = arguments.one(&["--query"])?;
    if !matches!(query.as_text()?, "id" | "[id]" | "ID") {
        return None;
    }
    let group = arguments
        .one(&["--resource-group", "-g"])
        .unwrap_or_else(|| unnamed("resourceGroup", span));
    let name = arguments.one(names)?;
    Some(id_value(&id_of(&group.symbol(), kind, &[&name.symbol()]), span))
}

struct Az<'w, 'c> {
    source: &'c Source,
    world: &'w mut World,
    arguments: &'c Arguments,
    span: Span,
    doubt: Option<String>,
}

impl Az<'_, '_> {
    fn group(&self) -> Text {
        self.arguments
            .one(&["--resource-group", "-g"])
            .unwrap_or_else(|| Value::unknown("the default group of the CLI", "{resourceGroup}", self.span))
    }

    fn name(&self, names: &[&str], what: &str) -> Text {
        self.arguments
            .one(&["--ids"])
            .or_else(|| self.arguments.one(names))
            .unwrap_or_else(|| unnamed(what, self.span))
    }

    /// What generic options do to a resource is not followed.
    fn generic(&self) -> Option<String> {
        let options = self.arguments.options.iter();
        let mut telling = options.filter(|(name, values)| {
            let tags = values
                .first()
                .and_then(Value::as_text)
                .is_some_and(|path| path.starts_with("tags"));
            !tags
                && ["--set", "--add", "--remove"]
                    .iter()
                    .any(|option| name == option || name.starts_with(&format!("{option}[")))
        });
        telling
            .next()
            .map(|(name, _)| format!("what `{name}` changes is not followed"))
    }

    fn filter(&mut self, verb: &str) {
        if !matches!(verb, "create" | "update" | "delete") {
            return;
        }
        let (group, name) = (self.group(), self.name(&["--name", "-n"], "route filter"));
        let at = self.world.filter(&group, &name, self.span);
        // A filter that is made where there is none says nothing of its rules.
        let doubt = match verb {
            "create" => self.generic(),
            _ => self.doubt.clone().or_else(|| self.generic()),
        };
        let location = self.arguments.one(&["--location", "-l"]);
        let Some(filter) = self.world.filters.get_mut(at) else {
            return;
        };
        // A tag says nothing of rules.
        let telling = verb != "update" || doubt.is_some();
        filter.touched |= telling;
        filter.location = location.or(filter.location.take());
        match verb {
            "delete" if doubt.is_none() => filter.deleted = true,
            "create" => {
                filter.deleted = false;
                filter.doubt = filter.doubt.take().or(doubt);
            }
            _ => filter.doubt = filter.doubt.take().or(doubt),
        }
    }

    fn rule(&mut self, verb: &str) {
        if !matches!(verb, "create" | "update" | "delete") {
            return;
        }
        let (group, name) = (self.group(), self.name(&["--filter-name"], "route filter"));
        let of_ids = self.arguments.one(&["--ids"]).is_some();
        let own = self.arguments.one(&["--name", "-n", "--rule-name"]);
        let communities = self
            .arguments
            .values(&["--communities"])
            .map(|values| list(values, self.span));
        let access = self.arguments.one(&["--access"]);
        let kind = self.arguments.one(&["--rule-type", "--route-filter-rule-type"]);
        let indexed = self
            .arguments
            .options
            .iter()
            .any(|(name, _)| name.starts_with("--communities["))
            .then(|| "a single community is changed by its index".to_owned());
        let at = match of_ids {
            // The filter is two segments up.
            true => {
                let id = name.symbol();
                let parent = id.rsplitn(3, '/').nth(2).unwrap_or("").to_owned();
                let shown = parent.rsplit('/').next().unwrap_or("").to_owned();
                let shown = Value::text(shown, name.span);
                self.world.filter_of_id(parent, &shown, self.span)
            }
            false => self.world.filter(&group, &name, self.span),
        };
        let doubt = self.doubt.clone().or_else(|| self.generic()).or(indexed);
        let span = self.span;
        let Some(filter) = self.world.filters.get_mut(at) else {
            return;
        };
        filter.touched = true;
        if doubt.is_some() {
            filter.doubt = filter.doubt.take().or(doubt);
            return;
        }
        if verb == "delete" {
            let wanted = own.map(|own| own.symbol().to_ascii_lowercase());
            filter
                .rules
                .retain(|rule| rule.name.as_ref().map(|name| name.symbol().to_ascii_lowercase()) != wanted);
            return;
        }
        let Some(rule) = filter.rule(own.as_ref(), span) else {
            return;
        };
        if verb == "create" {
            (rule.access, rule.kind, rule.communities) = (None, None, None);
            rule.span = span;
        }
        rule.access = access.or(rule.access.take());
        rule.kind = kind.or(rule.kind.take());
        rule.communities = communities.or(rule.communities.take());
    }

    fn circuit(&mut self, verb: &str) {
        if !matches!(verb, "create" | "update") {
            return;
        }
        let (group, name) = (self.group(), self.name(&["--name", "-n"], "circuit"));
        let at = self.world.circuit(&group, &name, self.span);
        let one = |names: &[&str]| self.arguments.one(names);
        let (location, tier, family, place) = (
            one(&["--location", "-l"]),
            one(&["--sku-tier"]),
            one(&["--sku-family"]),
            one(&["--peering-location"]),
        );
        let Some(circuit) = self.world.circuits.get_mut(at) else {
            return;
        };
        circuit.touched = true;
        circuit.location = location.or(circuit.location.take());
        circuit.tier = tier.or(circuit.tier.take());
        circuit.family = family.or(circuit.family.take());
        circuit.place = place.or(circuit.place.take());
    }

    fn peering(&mut self, verb: &str) {
        if !matches!(verb, "create" | "update") {
            return;
        }
        let group = self.group();
        let circuit = self.name(&["--circuit-name"], "circuit");
        let kind = self.arguments.one(&["--peering-type"]);
        let name = self.arguments.one(&["--name", "-n"]).or_else(|| kind.clone());
        let Some(name) = name else { return };
        let ipv6 = self
            .arguments
            .one(&["--ip-version"])
            .and_then(|version| version.as_text().map(|text| text.eq_ignore_ascii_case("ipv6")))
            .unwrap_or(false);
        let filter = self.arguments.one(&["--route-filter"]).map(|filter| {
            let text = filter.symbol();
            let named = !text.starts_with('/') && filter.as_unknown().is_none() && !text.is_empty();
            reference(match named {
                true => id_value(&id_of(&group.symbol(), FILTER, &[&text]), filter.span),
                false => filter,
            })
        });
        let prefixes = self
            .arguments
            .values(&["--advertised-public-prefixes"])
            .map(|values| list(values, self.span));
        let doubt = self.doubt.clone().or_else(|| self.generic());
        let at = self.world.circuit(&group, &circuit, self.span);
        let span = self.span;
        let one = |names: &[&str]| self.arguments.one(names);
        let values = [
            ("peerASN", one(&["--peer-asn"])),
            ("vlanId", one(&["--vlan-id"])),
            ("primaryPeerAddressPrefix", one(&["--primary-peer-subnet"])),
            ("secondaryPeerAddressPrefix", one(&["--secondary-peer-subnet"])),
            ("sharedKey", one(&["--shared-key"])),
            ("customerASN", one(&["--customer-asn"])),
            ("legacyMode", one(&["--legacy-mode"])),
        ];
        let Some(circuit) = self.world.circuits.get_mut(at) else {
            return;
        };
        circuit.touched = true;
        let Some(peering) = circuit.peering(&name, span) else {
            return;
        };
        peering.doubt = peering.doubt.take().or(doubt);
        peering.set(false, "peeringType", kind);
        for (key, value) in values {
            let common = matches!(key, "peerASN" | "vlanId" | "sharedKey");
            peering.set(ipv6 && !common, key, value);
        }
        peering.set(ipv6, "routeFilter", filter);
        peering.set(ipv6, "advertisedPublicPrefixes", prefixes);
    }

    /// `az rest --method put --url … --body …`.
    fn rest(&mut self) {
        let method = self.arguments.one(&["--method", "-m"]);
        let method = method
            .as_ref()
            .and_then(Value::as_text)
            .unwrap_or("get")
            .to_ascii_lowercase();
        if !matches!(method.as_str(), "put" | "patch" | "post") {
            return;
        }
        let Some(url) = self.arguments.one(&["--url", "--uri", "-u"]) else {
            return;
        };
        let Some((kind, id)) = target(&url.symbol()) else {
            return;
        };
        let body = self.arguments.one(&["--body", "-b"]);
        self.send(kind, &id, body, method == "put");
    }

    fn send(&mut self, kind: &str, id: &str, body: Option<Text>, whole: bool) {
        let body = match body {
            Some(body) => match body.as_text() {
                Some(text) if text.starts_with('@') => Value::unknown(
                    format!("the body is in the file `{}`", text.trim_start_matches('@')),
                    "{body}",
                    body.span,
                ),
                Some(text) => json_body(self.source, text, body.span),
                None => body,
            },
            None => Value::unknown("the command has no body", "{body}", self.span),
        };
        // A part of a resource leaves the rest as it is.
        let part =
            (!whole && body.as_object().is_none()).then(|| "a part of the resource is changed".to_owned());
        let doubt = self.doubt.clone().or(part);
        self.world
            .sent
            .push(world::sent(kind, id, body, self.span, doubt));
    }

    fn resource(&mut self, verb: &str) {
        let kind = self.arguments.one(&["--resource-type"]);
        let kind = kind
            .as_ref()
            .and_then(Value::as_text)
            .unwrap_or("")
            .to_ascii_lowercase();
        let namespace = self.arguments.one(&["--namespace"]);
        let namespace = namespace
            .as_ref()
            .and_then(Value::as_text)
            .unwrap_or("microsoft.network");
        let kind = match kind.contains('/') {
            true => kind,
            false => format!("{}/{kind}", namespace.to_ascii_lowercase()),
        };
        let ids = self.arguments.one(&["--ids", "--id"]);
        let (kind, id) = match ids.as_ref().and_then(|id| target(&id.symbol())) {
            Some((kind, id)) => (kind.to_owned(), id),
            None => {
                let name = self.name(&["--name", "-n"], "resource");
                let proper = [
                    "microsoft.network/routefilters",
                    "microsoft.network/expressroutecircuits",
                ];
                if !proper.contains(&kind.as_str()) {
                    return;
                }
                let id = id_of(&self.group().symbol(), &kind, &[&name.symbol()]);
                (kind, id)
            }
        };
        if verb == "update" {
            let body = Value::unknown(
                "what `az resource update` changes is not followed",
                "{body}",
                self.span,
            );
            self.world
                .sent
                .push(world::sent(&kind, &id, body, self.span, self.doubt.clone()));
            return;
        }
        let full = self.arguments.has("--is-full-object");
        let properties = self.arguments.one(&["--properties", "-p"]);
        let body = properties.map(|properties| match properties.as_text() {
            Some(text) if !text.starts_with('@') => {
                let inner = json_body(self.source, text, properties.span);
                match full {
                    true => inner,
                    false => crate::deployment::azurerm::wrapped(inner, &[], properties.span),
                }
            }
            _ => Value::unknown("the properties are in a file", "{body}", properties.span),
        });
        let body =
            body.unwrap_or_else(|| Value::unknown("the command has no properties", "{body}", self.span));
        self.world
            .sent
            .push(world::sent(&kind, &id, body, self.span, self.doubt.clone()));
    }
}

/// The kind and id that a URL or id means, where it is one of ours.
fn target(url: &str) -> Option<(&'static str, String)> {
    let path = url.split('?').next()?;
    let at = path.to_ascii_lowercase().find("/subscriptions/")?;
    let id = path.get(at..)?.trim_end_matches('/');
    let lower = id.to_ascii_lowercase();
    let (_, inner) = lower.rsplit_once("/providers/")?;
    let parts: Vec<&str> = inner.split('/').collect();
    let kind = match parts.as_slice() {
        ["microsoft.network", "routefilters", _] => "microsoft.network/routefilters",
        ["microsoft.network", "routefilters", _, "routefilterrules", _] => {
            "microsoft.network/routefilters/routefilterrules"
        }
        ["microsoft.network", "expressroutecircuits", _] => "microsoft.network/expressroutecircuits",
        ["microsoft.network", "expressroutecircuits", _, "peerings", _] => {
            "microsoft.network/expressroutecircuits/peerings"
        }
        _ => return None,
    };
    Some((kind, id.to_owned()))
}

/// The values of an option that takes several; `[a,b]` is a list in the CLI's shorthand, `a,b` one value.
fn list(values: &[Text], span: Span) -> Text {
    let place = match (values.first(), values.last()) {
        (Some(first), Some(last))
            if first.span.source == last.span.source && first.span.start <= last.span.start =>
        {
            first.span.to(last.span)
        }
        (Some(first), _) => first.span,
        _ => span,
    };
    let mut items = Vec::with_capacity(values.len());
    for value in values {
        match value.as_text().map(str::trim) {
            Some(text) if text.starts_with('[') && text.ends_with(']') => {
                let inner = text.get(1..text.len() - 1).unwrap_or("");
                let parts = inner.split(',').map(|part| part.trim().trim_matches(['"', '\'']));
                items.extend(
                    parts
                        .filter(|part| !part.is_empty())
                        .map(|part| Value::text(part.to_owned(), value.span)),
                );
            }
            Some("null") => return Value::null(value.span),
            _ => items.push(value.clone()),
        }
    }
    Value::list(items, place)
}
