//! Type constraints of variables: what they turn a value into, and what optional attributes default to
//! (Terraform, "Type Constraints").

use std::collections::BTreeMap;
use std::rc::Rc;

use super::eval::{World, gap_of};
use super::module::Scope;
use super::tree::{Expr, Kind};
use super::value::{Data, Value};

/// Converts a value to what a variable's `type` says.
pub(super) fn convert<'a>(world: &World<'a>, value: Value<'a>, to: &'a Expr, scope: &Scope<'a>) -> Value<'a> {
    if !world.spend(1) || value.gap().is_some() || value.is_null() {
        return value;
    }
    match &to.kind {
        Kind::Variable(name) => primitive(value, name),
        // `"string"` is how versions before 0.12 wrote it.
        Kind::Text(name) => primitive(value, name),
        Kind::Call { name, arguments, .. } => {
            let inner = arguments.first();
            match &**name {
                "list" | "set" | "tuple" if value.items().is_some() => {
                    let items = value.items().unwrap_or(&[]);
                    let converted: Vec<Value<'a>> = match (&**name, inner.map(|inner| &inner.kind)) {
                        ("tuple", Some(Kind::List(types))) => {
                            let pairs = items.iter().zip(types);
                            pairs
                                .map(|(item, to)| convert(world, item.clone(), to, scope))
                                .collect()
                        }
                        _ => items
                            .iter()
                            .map(|item| optional(world, item, inner, scope))
                            .collect(),
                    };
                    let list = Value::list(value.span, converted);
                    if &**name == "set" { set(&list) } else { list }
                }
                "map" if value.entries().is_some() => {
                    let entries = value.entries().unwrap_or(&[]).iter();
                    Value::object(
                        value.span,
                        entries.map(|(key, item)| (key.clone(), optional(world, item, inner, scope))),
                    )
                }
                "object" => object(world, &value, inner, scope),
                _ => value,
            }
        }
        _ => value,
    }
}

fn optional<'a>(world: &World<'a>, item: &Value<'a>, to: Option<&'a Expr>, scope: &Scope<'a>) -> Value<'a> {
    match to {
        Some(to) => convert(world, item.clone(), to, scope),
        None => item.clone(),
    }
}

/// Attributes that the type does not name are dropped, and those that are optional and not given get their default.
fn object<'a>(world: &World<'a>, value: &Value<'a>, to: Option<&'a Expr>, scope: &Scope<'a>) -> Value<'a> {
    let (Some(entries), Some(Kind::Object(types))) = (value.entries(), to.map(|to| &to.kind)) else {
        return value.clone();
    };
    let mut made: BTreeMap<Rc<str>, Value<'a>> = BTreeMap::new();
    for (name, to) in types {
        let Some(name) = name.text() else { continue };
        let given = entries
            .iter()
            .find(|(key, _)| &**key == name)
            .map(|(_, item)| item);
        let (to, default) = match &to.kind {
            Kind::Call { name, arguments, .. } if &**name == "optional" => match arguments.as_slice() {
                [to] => (to, Some(None)),
                [to, default] => (to, Some(Some(default))),
                _ => (to, Some(None)),
            },
            _ => (to, None),
        };
        let item = match (given.filter(|item| !item.is_null()), default) {
            (Some(item), _) => convert(world, item.clone(), to, scope),
            (None, Some(Some(default))) => convert(world, world.eval(default, scope), to, scope),
            (None, Some(None)) => Value::null(value.span),
            (None, None) => match given {
                Some(null) => null.clone(),
                None => Value::failed(value.span, format!("attribute `{name}` is required")),
            },
        };
        made.insert(name.into(), item);
    }
    Value::object(value.span, made)
}

fn primitive<'a>(value: Value<'a>, name: &str) -> Value<'a> {
    let converted = match name {
        "string" => match value.data {
            Data::Json(_) => None,
            _ => value.as_text().map(Data::Text),
        },
        "number" => value.as_number().map(Data::Number),
        "bool" => value.as_bool().map(Data::Bool),
        _ => None,
    };
    match converted {
        Some(data) => Value { data, ..value },
        None => value,
    }
}

/// A list without what stands in it twice.
pub(super) fn set<'a>(list: &Value<'a>) -> Value<'a> {
    let Some(items) = list.items() else {
        return list.clone();
    };
    let mut texts = std::collections::BTreeSet::new();
    let mut distinct: Vec<Value<'a>> = Vec::with_capacity(items.len());
    for item in &of_one_type(items.iter()) {
        if item.inner_gap().is_some() {
            return gap_of(item, list.span, "");
        }
        let mut json = String::new();
        // What has no form as JSON is a resource, and none equals another.
        if !item.write_json(&mut json) || texts.insert(json) {
            distinct.push(item.clone());
        }
    }
    // Terraform walks a set of texts in their order.
    if distinct.iter().all(|item| matches!(item.data, Data::Text(_))) {
        distinct.sort_by_key(Value::as_text);
    }
    Value {
        data: Data::List(distinct.into()),
        ..list.clone()
    }
}

/// The items of a list or map have one type: where one is a text, numbers and truth values become texts.
pub(super) fn of_one_type<'v, 'a: 'v>(items: impl Iterator<Item = &'v Value<'a>> + Clone) -> Vec<Value<'a>> {
    let texts = items.clone().any(|item| matches!(item.data, Data::Text(_)));
    let one = |item: &Value<'a>| match (&item.data, item.as_text()) {
        (Data::Number(_) | Data::Bool(_), Some(text)) if texts => Value {
            data: Data::Text(text),
            ..item.clone()
        },
        _ => item.clone(),
    };
    items.map(one).collect()
}
