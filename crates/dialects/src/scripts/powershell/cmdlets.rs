//! Commands of the Az.Network module that make or change route filters and peerings, and of those that send bodies.

use pairlint_model::source::Span;

use super::parameters::Parameters;
use super::values::Argument;
use super::{Script, object};
use crate::deployment::value::{Kind, Value};
use crate::scripts::az;
use crate::scripts::world::{Peering, Rule, Text, id_value, reference};

/// Keys of objects that stand for something of the service.
pub(super) const FILTER: &str = "\0filter";
pub(super) const CIRCUIT: &str = "\0circuit";
const RULE: &str = "\0rule";

pub(super) fn index(value: &Text, key: &str) -> Option<usize> {
    match value.as_object()?.get(key)?.kind {
        Kind::Int(at) => usize::try_from(at).ok(),
        _ => None,
    }
}

fn number(at: usize, span: Span) -> Text {
    Value::new(Kind::Int(at as i64), span)
}

/// A list, whatever was given.
pub(super) fn listed(value: &Text) -> Text {
    match value.kind {
        Kind::List(_) | Kind::Unknown(_) | Kind::Null => value.clone(),
        _ => Value::list(vec![value.clone()], value.span),
    }
}

impl Script<'_> {
    pub(super) fn command(&mut self, input: Option<Text>) -> Text {
        let start = self.at;
        let name = self.word().to_owned();
        self.at += name.len().max(1);
        let arguments = self.arguments();
        let end = self.text.get(..self.at).unwrap_or("").trim_end().len();
        let span = self.source.range(start, end.max(start));
        let lower = name.to_ascii_lowercase();
        if matches!(lower.as_str(), "az" | "az.cmd" | "az.exe") {
            return self.az(arguments, span);
        }
        let parameters = Parameters::new(arguments, span);
        let lower = lower.replace("-azurerm", "-az");
        let found = match lower.as_str() {
            "new-azroutefilterruleconfig" => Some(rule(&parameters)),
            "new-azroutefilter" => Some(self.new_filter(&parameters)),
            "get-azroutefilter" => self.get_filter(&parameters),
            "add-azroutefilterruleconfig" | "set-azroutefilterruleconfig" => {
                self.put_rule(&parameters, input)
            }
            "remove-azroutefilterruleconfig" => self.remove_rule(&parameters, input),
            "set-azroutefilter" => self.set_filter(&parameters, input),
            "remove-azroutefilter" => {
                self.remove_filter(&parameters, input);
                None
            }
            "new-azexpressroutecircuit" | "get-azexpressroutecircuit" => {
                self.circuit(&parameters, lower.starts_with("new"))
            }
            "add-azexpressroutecircuitpeeringconfig" | "set-azexpressroutecircuitpeeringconfig" => {
                self.put_peering(&parameters, input)
            }
            "new-azexpressroutecircuitpeeringconfig" => Some(peering_object(&parameters)),
            "set-azexpressroutecircuit" => input.or_else(|| parameters.get("ExpressRouteCircuit").cloned()),
            "invoke-azrestmethod" => {
                self.send(&parameters);
                None
            }
            // What writes or shows a value hands it on.
            "write-output" | "tee-object" | "out-null" => input,
            _ => None,
        };
        found.unwrap_or_else(|| {
            let written = crate::scripts::posix::short(self.source.slice(span));
            let symbol = format!("{{{written}}}").replace('/', "|");
            Value::unknown(
                format!("what `{written}` gives is known when the script runs"),
                symbol,
                span,
            )
        })
    }

    fn az(&mut self, arguments: Vec<Argument>, span: Span) -> Text {
        let mut words = Vec::new();
        for argument in arguments {
            match argument {
                // Only one dash was read.
                Argument::Parameter(name) => words.push(Value::text(format!("-{name}"), span)),
                Argument::Value(value) | Argument::Splat(value) => match &value.kind {
                    Kind::List(items) => words.extend(items.iter().cloned()),
                    Kind::Int(number) => words.push(Value::text(number.to_string(), value.span)),
                    _ => words.push(value),
                },
            }
        }
        let doubt = self.doubt();
        az::run(self.source, &mut self.world, &words, span, doubt);
        let mut all = vec![Value::text("az".to_owned(), span)];
        all.extend(words);
        az::id_of_output(&all, span)
            .unwrap_or_else(|| Value::unknown("what `az` prints is known when the script runs", "{az}", span))
    }

    fn handle(&self, at: usize, span: Span) -> Text {
        let Some(filter) = self.world.filters.get(at) else {
            return Value::null(span);
        };
        object(
            vec![
                (FILTER, Some(number(at, span))),
                ("Id", Some(id_value(&filter.id, span))),
                ("Name", Some(filter.name.clone())),
            ],
            span,
        )
    }

    fn new_filter(&mut self, parameters: &Parameters) -> Text {
        let at = self
            .world
            .filter(&parameters.group(), &parameters.name(), parameters.span);
        // A filter that is made where there is none, without rules, says nothing of them.
        let ruled = parameters.get("Rule").is_some();
        let doubt = self.doubt().filter(|_| ruled).map(str::to_owned);
        let doubt = doubt.or_else(|| parameters.open());
        if let Some(filter) = self.world.filters.get_mut(at) {
            filter.touched = true;
            filter.deleted = false;
            filter.location = parameters.get("Location").cloned();
            filter.doubt = filter.doubt.take().or(doubt);
            if ruled {
                filter.rules.clear();
            }
        }
        if let Some(rules) = parameters.get("Rule").cloned() {
            self.give_rules(at, &rules);
        }
        self.handle(at, parameters.span)
    }

    /// Puts rule objects into a filter.
    pub(super) fn give_rules(&mut self, at: usize, rules: &Text) {
        let rules = listed(rules);
        let Some(filter) = self.world.filters.get_mut(at) else {
            return;
        };
        let unclear = rules
            .as_list()
            .is_none_or(|items| items.iter().any(|item| index(item, RULE).is_none()));
        if unclear && !rules.is_null() {
            let why = rules.as_unknown().map(|unknown| unknown.why.clone());
            filter
                .doubt
                .get_or_insert_with(|| why.unwrap_or_else(|| "the rules are not known".to_owned()));
            return;
        }
        for item in rules.as_list().unwrap_or(&[]) {
            filter.rules.push(rule_of(item));
        }
    }

    fn get_filter(&mut self, parameters: &Parameters) -> Option<Text> {
        let name = parameters.get("Name")?.clone();
        let at = self.world.filter(&parameters.group(), &name, parameters.span);
        let made_here = self.world.filters.get(at).is_some_and(|filter| filter.touched);
        if !made_here {
            self.fetched.insert(at, true);
        }
        Some(self.handle(at, parameters.span))
    }

    fn filter_of(&self, parameters: &Parameters, input: Option<&Text>) -> Option<(Text, usize)> {
        let handle = parameters.get("RouteFilter").or(input)?;
        Some((handle.clone(), index(handle, FILTER)?))
    }

    fn put_rule(&mut self, parameters: &Parameters, input: Option<Text>) -> Option<Text> {
        let (handle, at) = self.filter_of(parameters, input.as_ref())?;
        let made = rule(parameters);
        let doubt = self.doubt().map(str::to_owned).or_else(|| parameters.open());
        let filter = self.world.filters.get_mut(at)?;
        filter.touched = true;
        filter.doubt = filter.doubt.take().or(doubt);
        let new = rule_of(&made);
        let slot = filter.rule(new.name.clone().as_ref(), new.span)?;
        *slot = new;
        self.pending.insert(at, true);
        Some(handle)
    }

    fn remove_rule(&mut self, parameters: &Parameters, input: Option<Text>) -> Option<Text> {
        let (handle, at) = self.filter_of(parameters, input.as_ref())?;
        let doubt = self.doubt().map(str::to_owned);
        let name = parameters.name().symbol().to_ascii_lowercase();
        let filter = self.world.filters.get_mut(at)?;
        filter.touched |= doubt.is_some();
        filter.doubt = filter.doubt.take().or(doubt);
        filter.rules.retain(|rule| {
            rule.name.as_ref().map(|name| name.symbol().to_ascii_lowercase()) != Some(name.clone())
        });
        self.pending.insert(at, true);
        Some(handle)
    }

    fn set_filter(&mut self, parameters: &Parameters, input: Option<Text>) -> Option<Text> {
        let (handle, at) = self.filter_of(parameters, input.as_ref())?;
        self.pending.insert(at, false);
        Some(handle)
    }

    fn remove_filter(&mut self, parameters: &Parameters, input: Option<Text>) {
        let by_handle = input.as_ref().or_else(|| parameters.get("InputObject"));
        let at = by_handle.and_then(|handle| index(handle, FILTER)).or_else(|| {
            let name = parameters.get("Name")?.clone();
            Some(self.world.filter(&parameters.group(), &name, parameters.span))
        });
        let doubt = self.doubt().map(str::to_owned);
        let Some(filter) = at.and_then(|at| self.world.filters.get_mut(at)) else {
            return;
        };
        match doubt {
            Some(doubt) => filter.doubt = filter.doubt.take().or(Some(doubt)),
            None => filter.deleted = true,
        }
    }

    fn circuit(&mut self, parameters: &Parameters, new: bool) -> Option<Text> {
        let name = parameters.get("Name")?.clone();
        let span = parameters.span;
        let at = self.world.circuit(&parameters.group(), &name, span);
        let doubt = self.doubt().map(str::to_owned);
        let circuit = self.world.circuits.get_mut(at)?;
        if new {
            circuit.touched = true;
            circuit.doubt = circuit.doubt.take().or(doubt);
            circuit.location = parameters.get("Location").cloned();
            circuit.tier = parameters.get("SkuTier").cloned();
            circuit.family = parameters.get("SkuFamily").cloned();
            circuit.place = parameters.get("PeeringLocation").cloned();
        }
        let id = circuit.id.clone();
        if let Some(peerings) = parameters.get("Peering").map(listed).filter(|_| new) {
            for peering in peerings.as_list().unwrap_or(&[]) {
                self.give_peering(at, peering);
            }
        }
        Some(object(
            vec![
                (CIRCUIT, Some(number(at, span))),
                ("Id", Some(id_value(&id, span))),
                ("Name", Some(name)),
            ],
            span,
        ))
    }

    /// Puts a peering object into a circuit.
    fn give_peering(&mut self, at: usize, peering: &Text) {
        let Some(circuit) = self.world.circuits.get_mut(at) else {
            return;
        };
        let Some(given) = peering.as_object().filter(|object| object.get("Name").is_some()) else {
            circuit
                .doubt
                .get_or_insert_with(|| "a peering is not known".to_owned());
            return;
        };
        let Some(name) = given.get("Name") else { return };
        if let Some(made) = circuit.peering(name, peering.span) {
            let get = |key: &str| given.get(key).cloned();
            fill(made, &get);
        }
    }

    fn put_peering(&mut self, parameters: &Parameters, input: Option<Text>) -> Option<Text> {
        let handle = parameters.get("ExpressRouteCircuit").cloned().or(input)?;
        let at = index(&handle, CIRCUIT)?;
        let doubt = self.doubt().map(str::to_owned).or_else(|| parameters.open());
        let (name, span) = (parameters.name(), parameters.span);
        let circuit = self.world.circuits.get_mut(at)?;
        circuit.touched = true;
        let peering = circuit.peering(&name, span)?;
        peering.doubt = peering.doubt.take().or(doubt);
        fill(peering, &|key| parameters.get(key).cloned());
        Some(handle)
    }

    /// `Invoke-AzRestMethod -Method PUT -Path … -Payload …`.
    fn send(&mut self, parameters: &Parameters) {
        let method = parameters.get("Method").map_or_else(String::new, Value::symbol);
        let path = parameters.get("Path").or_else(|| parameters.get("Uri"));
        let mut words = vec![
            Value::text("rest".to_owned(), parameters.span),
            Value::text("--method".to_owned(), parameters.span),
            Value::text(method, parameters.span),
        ];
        for (option, value) in [("--url", path), ("--body", parameters.get("Payload"))] {
            if let Some(value) = value {
                words.push(Value::text(option.to_owned(), parameters.span));
                words.push(value.clone());
            }
        }
        let doubt = self.doubt();
        az::run(self.source, &mut self.world, &words, parameters.span, doubt);
    }

    /// What was changed and never sent is not there.
    pub(super) fn finish(&mut self) {
        for (at, pending) in &self.pending {
            let Some(filter) = self.world.filters.get_mut(*at) else {
                continue;
            };
            if *pending && filter.touched {
                filter.doubt.get_or_insert_with(|| {
                    "the filter is changed and not sent (`Set-AzRouteFilter`)".to_owned()
                });
            }
        }
    }
}

/// The object of a rule.
fn rule(parameters: &Parameters) -> Text {
    let open = parameters.open();
    let communities = match open {
        Some(why) => Some(Value::unknown(why, "{communities}", parameters.span)),
        None => parameters.get("CommunityList").map(listed),
    };
    object(
        vec![
            (RULE, Some(number(0, parameters.span))),
            ("Name", parameters.get("Name").cloned()),
            ("Access", parameters.get("Access").cloned()),
            (
                "RouteFilterRuleType",
                parameters.get("RouteFilterRuleType").cloned(),
            ),
            ("Communities", communities),
        ],
        parameters.span,
    )
}

fn rule_of(made: &Text) -> Rule {
    let get = |key: &str| made.as_object().and_then(|object| object.get(key)).cloned();
    Rule {
        name: get("Name"),
        access: get("Access"),
        kind: get("RouteFilterRuleType"),
        communities: get("Communities").map(|communities| listed(&communities)),
        span: made.span,
    }
}

const PEERING_PARAMETERS: &[&str] = &[
    "Name",
    "PeeringType",
    "PeerASN",
    "PrimaryPeerAddressPrefix",
    "SecondaryPeerAddressPrefix",
    "VlanId",
    "SharedKey",
    "RouteFilter",
    "RouteFilterId",
    "PeerAddressType",
    "MicrosoftConfigAdvertisedPublicPrefixes",
    "MicrosoftConfigCustomerAsn",
    "LegacyMode",
];

fn peering_object(parameters: &Parameters) -> Text {
    let properties = PEERING_PARAMETERS
        .iter()
        .map(|key| (*key, parameters.get(key).cloned()))
        .collect();
    object(properties, parameters.span)
}

/// The parameters of a peering as the properties that Resource Manager has.
fn fill(peering: &mut Peering, get: &dyn Fn(&str) -> Option<Text>) {
    let ipv6 = get("PeerAddressType").is_some_and(|kind| kind.symbol().eq_ignore_ascii_case("IPv6"));
    let filter = get("RouteFilterId")
        .or_else(|| {
            let filter = get("RouteFilter")?;
            match filter.as_object() {
                Some(object) => object.get("Id").cloned(),
                None => Some(filter),
            }
        })
        .map(reference);
    for (key, given) in [
        ("peeringType", "PeeringType"),
        ("peerASN", "PeerASN"),
        ("vlanId", "VlanId"),
        ("sharedKey", "SharedKey"),
    ] {
        peering.set(false, key, get(given));
    }
    for (key, given) in [
        ("primaryPeerAddressPrefix", "PrimaryPeerAddressPrefix"),
        ("secondaryPeerAddressPrefix", "SecondaryPeerAddressPrefix"),
        ("customerASN", "MicrosoftConfigCustomerAsn"),
        ("legacyMode", "LegacyMode"),
    ] {
        peering.set(ipv6, key, get(given));
    }
    let prefixes = get("MicrosoftConfigAdvertisedPublicPrefixes").map(|prefixes| listed(&prefixes));
    peering.set(ipv6, "advertisedPublicPrefixes", prefixes);
    peering.set(ipv6, "routeFilter", filter);
}
