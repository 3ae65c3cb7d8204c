//! Plans and states in JSON: the values where Terraform has evaluated already (Terraform, "JSON Output Format",
//! format 1; state snapshots of version 4).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pairlint_model::network::Network;
use pairlint_model::source::{Source, SourceId};

use super::files;
use super::json;
use super::lower::{Builder, Resource};
use super::value::{Data, Value};

const SHOW: &str = "terraform show -json tfplan";

pub(super) fn read(source: &Source, sources: &BTreeMap<SourceId, &Source>) -> Network {
    if !files::is_telling(source, files::Role::Values) {
        return Network::default();
    }
    let root = match json::read(source) {
        Ok(root) => root,
        Err((span, why)) => {
            let mut network = Network::default();
            let what = format!("a plan or state of Terraform that is not whole JSON: {why}");
            network.remarks.push(super::fault(span, what, SHOW));
            return network;
        }
    };
    let mut reader = Reader {
        root: &root,
        prefix: format!("terraform:/{}", source.name),
        changes: changes(&root),
        ids: BTreeMap::new(),
        builder: Builder::new(sources),
    };
    if let Some(values) = root.get("planned_values").or_else(|| root.get("values")) {
        if let Some(module) = values.get("root_module") {
            let mut found = Vec::new();
            resources(module, 0, &mut found);
            reader.planned(&found);
        }
    } else if root.get("resources").is_some() {
        reader.snapshot();
    } else {
        // Only changes were kept of the plan.
        reader.changed();
    }
    reader.builder.finish()
}

struct Reader<'r, 's> {
    root: &'r Value<'static>,
    prefix: String,
    /// By address.
    changes: BTreeMap<Rc<str>, &'r Value<'static>>,
    /// What refers to a resource comes to this, by address.
    ids: BTreeMap<Rc<str>, String>,
    builder: Builder<'s>,
}

fn text(of: &Value<'_>, key: &str) -> Option<Rc<str>> {
    of.get(key)?.as_text()
}

fn changes<'r>(root: &'r Value<'static>) -> BTreeMap<Rc<str>, &'r Value<'static>> {
    let list = root.get("resource_changes").and_then(Value::items).unwrap_or(&[]);
    let change = |item: &'r Value<'static>| Some((text(item, "address")?, item.get("change")?));
    list.iter().filter_map(change).collect()
}

/// The resources of a module and of those below it.
fn resources<'r>(module: &'r Value<'static>, depth: usize, found: &mut Vec<&'r Value<'static>>) {
    if depth > 32 {
        return;
    }
    found.extend(module.get("resources").and_then(Value::items).unwrap_or(&[]));
    for child in module.get("child_modules").and_then(Value::items).unwrap_or(&[]) {
        resources(child, depth + 1, found);
    }
}

impl<'r> Reader<'r, '_> {
    fn planned(&mut self, found: &[&'r Value<'static>]) {
        let managed = |item: &&&Value<'static>| text(item, "mode").as_deref() != Some("data");
        let found: Vec<&Value<'static>> = found.iter().filter(managed).copied().collect();
        for item in &found {
            let Some(address) = text(item, "address") else {
                continue;
            };
            let id = item.get("values").and_then(|values| text(values, "id"));
            let id = id.map_or_else(|| format!("{}/{address}", self.prefix), |id| id.to_string());
            self.ids.insert(address, id);
        }
        for item in found {
            let (Some(address), Some(kind)) = (text(item, "address"), text(item, "type")) else {
                continue;
            };
            if self.deleted(&address) {
                continue;
            }
            let Some(values) = item.get("values") else {
                continue;
            };
            let unknown = self
                .changes
                .get(&address)
                .and_then(|change| change.get("after_unknown"));
            let values = match unknown {
                Some(unknown) => with_unknown(values, unknown),
                None => values.clone(),
            };
            self.add(&kind, address, values, item.span);
        }
    }

    /// What is deleted and not made anew is gone.
    fn deleted(&self, address: &str) -> bool {
        let actions = self.changes.get(address).and_then(|change| change.get("actions"));
        let actions = actions.and_then(Value::items).unwrap_or(&[]);
        matches!(actions, [only] if matches!(only.as_text().as_deref(), Some("delete" | "forget")))
    }

    fn changed(&mut self) {
        let list = self
            .root
            .get("resource_changes")
            .and_then(Value::items)
            .unwrap_or(&[]);
        for item in list {
            let (Some(address), Some(kind)) = (text(item, "address"), text(item, "type")) else {
                continue;
            };
            let Some(change) = item.get("change") else {
                continue;
            };
            let Some(after) = change.get("after").filter(|_| !self.deleted(&address)) else {
                continue;
            };
            if text(item, "mode").as_deref() == Some("data") {
                continue;
            }
            let id =
                text(after, "id").map_or_else(|| format!("{}/{address}", self.prefix), |id| id.to_string());
            self.ids.insert(address.clone(), id);
            let values = match change.get("after_unknown") {
                Some(unknown) => with_unknown(after, unknown),
                None => after.clone(),
            };
            self.add(&kind, address, values, item.span);
        }
    }

    /// The resources of a state file: `resources[].instances[]`.
    fn snapshot(&mut self) {
        for item in self.root.get("resources").and_then(Value::items).unwrap_or(&[]) {
            let (Some(kind), Some(name)) = (text(item, "type"), text(item, "name")) else {
                continue;
            };
            if text(item, "mode").as_deref() == Some("data") {
                continue;
            }
            let module = text(item, "module").map_or_else(String::new, |module| format!("{module}."));
            for instance in item.get("instances").and_then(Value::items).unwrap_or(&[]) {
                // What is about to be replaced is kept for a while (`deposed`).
                if instance.get("deposed").is_some() {
                    continue;
                }
                let index = match instance.get("index_key").map(|key| &key.data) {
                    Some(Data::Number(number)) => format!("[{}]", super::value::number_text(*number)),
                    Some(Data::Text(key)) => format!("[\"{key}\"]"),
                    _ => String::new(),
                };
                let Some(attributes) = instance.get("attributes") else {
                    continue;
                };
                let address: Rc<str> = format!("{module}{kind}.{name}{index}").into();
                self.add(&kind, address, attributes.clone(), instance.span);
            }
        }
    }

    fn add(
        &mut self,
        kind: &str,
        address: Rc<str>,
        values: Value<'static>,
        span: pairlint_model::source::Span,
    ) {
        if !Builder::takes(kind) {
            return;
        }
        let values = self.with_references(kind, &address, values);
        self.builder.add(&Resource {
            kind,
            attributes: values,
            span,
            id: format!("{}/{address}", self.prefix),
            address,
            exists: None,
            carrier: "terraform",
        });
    }

    /// Fills in ids that are only known after apply with what the configuration says they refer to.
    fn with_references(&self, kind: &str, address: &str, values: Value<'static>) -> Value<'static> {
        const IDS: &[(&str, &str)] = &[("azurerm_express_route_circuit_peering", "route_filter_id")];
        if kind.starts_with("azapi_") {
            return self.with_parent(address, values);
        }
        if !IDS.iter().any(|(of, _)| *of == kind) {
            return values;
        }
        let Some(entries) = values.entries() else {
            return values;
        };
        let mut entries = entries.to_vec();
        let own = self.configuration_of(address);
        for (key, value) in &mut entries {
            let expressions = own.and_then(|own| own.get("expressions"));
            let expression = expressions.and_then(|all| all.get(key));
            match (&**key, &value.data) {
                ("route_filter_id", Data::Unknown(_)) => self.fill(value, expression, address),
                ("ipv6", Data::List(items)) => {
                    let inner = expression.and_then(Value::items).and_then(<[_]>::first);
                    let inner = inner.and_then(|inner| inner.get("route_filter_id"));
                    let mut items = items.to_vec();
                    for item in &mut items {
                        let Some(fields) = item.entries() else { continue };
                        let mut fields = fields.to_vec();
                        for (key, field) in &mut fields {
                            if &**key == "route_filter_id" && field.gap().is_some() {
                                self.fill(field, inner, address);
                            }
                        }
                        *item = Value::object(item.span, fields);
                    }
                    *value = Value::list(value.span, items);
                }
                _ => {}
            }
        }
        Value::object(values.span, entries)
    }

    fn with_parent(&self, address: &str, values: Value<'static>) -> Value<'static> {
        let Some(entries) = values.entries() else {
            return values;
        };
        let mut entries = entries.to_vec();
        let expressions = self
            .configuration_of(address)
            .and_then(|own| own.get("expressions"));
        for (key, value) in &mut entries {
            if matches!(&**key, "parent_id" | "resource_id") && value.gap().is_some() {
                self.fill(value, expressions.and_then(|all| all.get(key)), address);
            }
        }
        Value::object(values.span, entries)
    }

    fn fill(&self, value: &mut Value<'static>, expression: Option<&'r Value<'static>>, address: &str) {
        let module = module_of(address);
        let mut found = BTreeSet::new();
        if let Some(expression) = expression {
            self.targets(expression, module, 0, &mut found);
        }
        let mut found = found.into_iter();
        if let (Some(target), None) = (found.next(), found.next())
            && let Some(id) = self.ids.get(&target)
        {
            value.data = Data::Text(id.as_str().into());
            value.origin = Some(target);
        }
    }

    /// The resources that an expression's references lead to, through the outputs and inputs of modules.
    fn targets(
        &self,
        expression: &'r Value<'static>,
        module: &str,
        depth: usize,
        found: &mut BTreeSet<Rc<str>>,
    ) {
        if depth > 16 {
            return;
        }
        let references = expression.get("references").and_then(Value::items).unwrap_or(&[]);
        for reference in references {
            let Some(reference) = reference.as_text() else {
                continue;
            };
            if let Some(name) = reference.strip_prefix("var.") {
                let name = name.split(['.', '[']).next().unwrap_or(name);
                let Some((above, call)) = split_module(module) else {
                    continue;
                };
                let calls = self
                    .module_configuration(above)
                    .and_then(|own| own.get("module_calls"));
                let call = calls.and_then(|calls| calls.get(plain(call)));
                let input = call.and_then(|call| call.get("expressions")?.get(name));
                if let Some(input) = input {
                    self.targets(input, above, depth + 1, found);
                }
            } else if reference.starts_with("module.") {
                // `module.rf.id`, also printed as `module.rf`.
                let mut parts = reference.splitn(3, '.');
                let (_, Some(call), Some(output)) = (parts.next(), parts.next(), parts.next()) else {
                    continue;
                };
                let below = format!("{module}module.{call}.");
                let own = self.module_configuration(&below);
                let output = output.split(['.', '[']).next().unwrap_or(output);
                let output = own.and_then(|own| own.get("outputs")?.get(output)?.get("expression"));
                if let Some(output) = output {
                    self.targets(output, &below, depth + 1, found);
                }
            } else {
                let address = format!("{module}{reference}");
                let address = address.strip_suffix(".id").unwrap_or(&address);
                let base = format!("{address}[");
                let mut all = self
                    .ids
                    .keys()
                    .filter(|key| &***key == address || key.starts_with(&base));
                if let (Some(only), None) = (all.next(), all.next()) {
                    found.insert(only.clone());
                }
            }
        }
    }

    /// The configuration of the module that a path of calls leads to.
    fn module_configuration(&self, path: &str) -> Option<&'r Value<'static>> {
        let mut module = self.root.get("configuration")?.get("root_module")?;
        let mut rest = path;
        while let Some(inner) = rest.strip_prefix("module.") {
            let (call, next) = split_call(inner)?;
            module = module.get("module_calls")?.get(plain(call))?.get("module")?;
            rest = next;
        }
        Some(module)
    }

    fn configuration_of(&self, address: &str) -> Option<&'r Value<'static>> {
        let module = module_of(address);
        let own = plain(address.get(module.len()..)?);
        let resources = self.module_configuration(module)?.get("resources")?.items()?;
        resources
            .iter()
            .find(|item| text(item, "address").as_deref() == Some(own))
    }
}

/// `rf[0]` and `rf["eu"]` without the index.
fn plain(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

/// Splits `er["a.b"].module.x.` after its first name; keys may hold dots.
fn split_call(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let end = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '.' && !quoted
    });
    let (end, _) = end?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// `module.er.` of `module.er.azurerm_route_filter.rf`.
fn module_of(address: &str) -> &str {
    let mut rest = address;
    while let Some(inner) = rest.strip_prefix("module.") {
        match split_call(inner) {
            Some((_, next)) => rest = next,
            None => break,
        }
    }
    address.get(..address.len() - rest.len()).unwrap_or("")
}

/// Splits `module.a.module.b.` into `module.a.` and `b`.
fn split_module(path: &str) -> Option<(&str, &str)> {
    let mut above = "";
    let mut rest = path;
    loop {
        let inner = rest.strip_prefix("module.")?;
        let (call, next) = split_call(inner)?;
        if next.is_empty() {
            return Some((above, call));
        }
        above = path.get(..path.len() - next.len())?;
        rest = next;
    }
}

/// A value with what is only known after apply marked: `after_unknown` is true there, and the value null or missing.
fn with_unknown<'a>(value: &Value<'a>, unknown: &Value<'a>) -> Value<'a> {
    match &unknown.data {
        Data::Bool(true) => Value::unknown(value.span, "it is only known after apply"),
        Data::Object(unknown) => {
            let Some(entries) = value.entries() else {
                return value.clone();
            };
            let mut made: BTreeMap<Rc<str>, Value<'a>> = entries.iter().cloned().collect();
            for (key, unknown) in unknown.iter() {
                let known = made.get(key).cloned().unwrap_or_else(|| Value::null(value.span));
                let marked = with_unknown(&known, unknown);
                if !marked.is_null() {
                    made.insert(key.clone(), marked);
                }
            }
            Value::object(value.span, made)
        }
        Data::List(unknown) => {
            let Some(items) = value.items() else {
                return value.clone();
            };
            let pairs = items.iter().enumerate().map(|(at, item)| match unknown.get(at) {
                Some(unknown) => with_unknown(item, unknown),
                None => item.clone(),
            });
            Value::list(value.span, pairs.collect())
        }
        _ => value.clone(),
    }
}
