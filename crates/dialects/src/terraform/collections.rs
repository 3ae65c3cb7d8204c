//! Functions on lists, sets and maps.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::eval::World;
use super::functions::Call;
use super::types::{self, set};
use super::value::{Data, Value};

/// Those that refuse what they cannot take.
pub(super) const NAMES: &[&str] = &[
    "alltrue",
    "anytrue",
    "chunklist",
    "coalesce",
    "coalescelist",
    "compact",
    "concat",
    "contains",
    "distinct",
    "element",
    "flatten",
    "index",
    "keys",
    "length",
    "lookup",
    "matchkeys",
    "max",
    "merge",
    "min",
    "one",
    "range",
    "reverse",
    "setintersection",
    "setproduct",
    "setsubtract",
    "setunion",
    "slice",
    "sort",
    "sum",
    "tolist",
    "tomap",
    "transpose",
    "values",
    "zipmap",
    "toset",
    "tostring",
    "tonumber",
    "tobool",
];

/// Returns the value of a call; `None` where the arguments do not fit, or the function is another.
pub(super) fn call<'a>(world: &World<'a>, call: &Call<'_, 'a>) -> Option<Value<'a>> {
    if call.name == "concat" && call.arguments.is_empty() {
        return call.list(Vec::new());
    }
    let first = call.get(0)?;
    match call.name {
        "alltrue" | "anytrue" => {
            let every = call.name == "alltrue";
            let mut all = Vec::new();
            for item in call.items(0)? {
                all.push(if item.is_null() { false } else { item.as_bool()? });
            }
            call.of_bool(if every {
                all.iter().all(|x| *x)
            } else {
                all.iter().any(|x| *x)
            })
        }
        "chunklist" => {
            let (items, size) = (call.items(0)?, call.number(1)?);
            let size = if size < 1.0 {
                items.len().max(1)
            } else {
                size as usize
            };
            call.list(
                items
                    .chunks(size)
                    .map(|chunk| Value::list(call.span, chunk.to_vec()))
                    .collect(),
            )
        }
        "coalesce" => {
            // The first that is neither null nor an empty text.
            let empty = |value: &Value<'a>| matches!(&value.data, Data::Text(text) if text.is_empty());
            match call
                .arguments
                .iter()
                .find(|value| !value.is_null() && !empty(value))
            {
                Some(value) => Some(value.clone()),
                None => call.fail("every argument is null or empty"),
            }
        }
        "coalescelist" => match call.arguments.iter().find(|value| has_items(value)) {
            Some(value) => Some(value.clone()),
            None => call.fail("every list is empty"),
        },
        "compact" => {
            let keep =
                |item: &&Value<'a>| !item.is_null() && item.as_text().is_none_or(|text| !text.is_empty());
            let list = call.list(call.items(0)?.iter().filter(keep).cloned().collect())?;
            list.inner_gap().is_none().then_some(list)
        }
        "concat" => {
            let mut all = Vec::new();
            for list in call.arguments {
                all.extend(list.items()?.iter().cloned());
            }
            call.list(all)
        }
        "contains" => {
            let wanted = call.get(1)?;
            let mut known = true;
            for item in call.items(0)? {
                match item.equals(wanted) {
                    Some(true) => return call.of_bool(true),
                    Some(false) => {}
                    None => known = false,
                }
            }
            known.then(|| call.of_bool(false))?
        }
        "distinct" => {
            let mut all: Vec<Value<'a>> = Vec::new();
            let mut seen = std::collections::BTreeSet::new();
            for item in call.items(0)? {
                let mut json = String::new();
                if !item.write_json(&mut json) {
                    return None;
                }
                if seen.insert(json) {
                    all.push(item.clone());
                }
            }
            call.list(all)
        }
        "element" => {
            let (items, at) = (call.items(0)?, call.number(1)?);
            if items.is_empty() {
                return call.fail("the list is empty");
            }
            items.get(at.rem_euclid(items.len() as f64) as usize).cloned()
        }
        "flatten" => {
            let mut all = Vec::new();
            flatten(world, call.items(0)?, &mut all)?;
            call.list(all)
        }
        "index" => {
            let wanted = call.get(1)?;
            for (at, item) in call.items(0)?.iter().enumerate() {
                if item.equals(wanted)? {
                    return call.of_number(at as f64);
                }
            }
            call.fail("the item is not in the list")
        }
        "keys" => match &first.data {
            Data::Object(entries) if !is_open(first) => call.list(
                entries
                    .iter()
                    .map(|(key, value)| Value::text(value.span, key.clone()))
                    .collect(),
            ),
            _ => None,
        },
        "values" => match &first.data {
            Data::Object(entries) if !is_open(first) => {
                call.list(entries.iter().map(|(_, value)| value.clone()).collect())
            }
            _ => None,
        },
        "length" => match &first.data {
            Data::List(items) => call.of_number(items.len() as f64),
            Data::Object(entries) if !is_open(first) => call.of_number(entries.len() as f64),
            Data::Text(text) => call.of_number(text.chars().count() as f64),
            _ => None,
        },
        "lookup" => {
            let (entries, key) = (first.entries()?, call.text(1)?);
            match (entries.iter().find(|(name, _)| *name == key), call.get(2)) {
                (Some((_, value)), _) => Some(value.clone()),
                (None, _) if is_open(first) => None,
                (None, Some(default)) => Some(default.clone()),
                (None, None) => call.fail("the map has no such key"),
            }
        }
        "matchkeys" => {
            let (values, keys, wanted) = (call.items(0)?, call.items(1)?, call.items(2)?);
            if keys.len() != values.len() {
                return call.fail("there are not as many keys as values");
            }
            let mut kept = Vec::new();
            for (value, key) in values.iter().zip(keys) {
                let mut found = false;
                for other in wanted {
                    found |= key.equals(other)?;
                }
                if found {
                    kept.push(value.clone());
                }
            }
            call.list(kept)
        }
        "max" | "min" => {
            let most = call.name == "max";
            let mut best = first.as_number()?;
            for value in call.arguments {
                let number = value.as_number()?;
                best = if most { best.max(number) } else { best.min(number) };
            }
            call.of_number(best)
        }
        "merge" => {
            let mut all: BTreeMap<Rc<str>, Value<'a>> = BTreeMap::new();
            for value in call.arguments.iter().filter(|value| !value.is_null()) {
                if is_open(value) {
                    return None;
                }
                all.extend(value.entries()?.iter().cloned());
            }
            Some(Value::object(call.span, all))
        }
        "one" => match &first.data {
            Data::Null => Some(first.clone()),
            Data::List(items) => match &**items {
                [] => Some(Value::null(call.span)),
                [only] => Some(only.clone()),
                _ => call.fail("the list has several items"),
            },
            _ => Some(first.clone()),
        },
        "range" => range(world, call),
        "reverse" => call.list(call.items(0)?.iter().rev().cloned().collect()),
        "setintersection" | "setsubtract" | "setunion" => sets(call),
        "setproduct" => product(world, call),
        "slice" => {
            let (from, to) = (call.number(1)?, call.number(2)?);
            if from < 0.0 || to < from {
                return call.fail("the range is none");
            }
            match call.items(0)?.get(from as usize..to as usize) {
                Some(part) => call.list(part.to_vec()),
                None => call.fail("the list is shorter"),
            }
        }
        "sort" => {
            let mut all = call.items(0)?.to_vec();
            if all.iter().any(|item| item.as_text().is_none()) {
                return None;
            }
            all.sort_by_key(Value::as_text);
            call.list(all)
        }
        "sum" => {
            if call.items(0)?.is_empty() {
                return call.fail("there is nothing to add");
            }
            let mut sum = 0.0;
            for item in call.items(0)? {
                sum += item.as_number()?;
            }
            call.of_number(sum)
        }
        "tolist" => {
            let items = types::of_one_type(first.items()?.iter());
            Some(Value::list(first.span, items))
        }
        "tomap" if is_open(first) => None,
        "tomap" => {
            let entries = first.entries()?;
            let values = types::of_one_type(entries.iter().map(|(_, value)| value));
            let keys = entries.iter().map(|(key, _)| key.clone());
            Some(Value::object(first.span, keys.zip(values)))
        }
        "transpose" => {
            let mut all: BTreeMap<Rc<str>, Vec<Value<'a>>> = BTreeMap::new();
            for (key, values) in first.entries()? {
                for value in values.items()? {
                    let keys = all.entry(value.as_text()?).or_default();
                    keys.push(Value::text(value.span, key.clone()));
                }
            }
            let lists = all.into_iter();
            Some(Value::object(
                call.span,
                lists.map(|(key, keys)| (key, Value::list(call.span, keys))),
            ))
        }
        "zipmap" => {
            let (keys, values) = (call.items(0)?, call.items(1)?);
            if keys.len() != values.len() {
                return call.fail("there are not as many keys as values");
            }
            let mut all = Vec::with_capacity(keys.len());
            for (key, value) in keys.iter().zip(values) {
                all.push((key.as_text()?, value.clone()));
            }
            Some(Value::object(call.span, all))
        }
        _ => None,
    }
}

/// The instances of a resource of which it is not known how many there are.
fn is_open(value: &Value<'_>) -> bool {
    value
        .entries()
        .is_some_and(|all| matches!(all, [(key, item)] if &**key == "*" && matches!(item.data, Data::Resource(_) | Data::Module(_))))
}

fn has_items(value: &Value<'_>) -> bool {
    value.items().is_some_and(|items| !items.is_empty())
}

fn flatten<'a>(world: &World<'a>, items: &[Value<'a>], all: &mut Vec<Value<'a>>) -> Option<()> {
    if !world.spend(items.len()) {
        return None;
    }
    for item in items {
        match &item.data {
            Data::List(inner) => flatten(world, inner, all)?,
            // Whether it is a list is not known.
            Data::Unknown(_) | Data::Failed(_) => return None,
            _ => all.push(item.clone()),
        }
    }
    Some(())
}

/// Every combination, the last list turning fastest.
fn product<'a>(world: &World<'a>, call: &Call<'_, 'a>) -> Option<Value<'a>> {
    if call.arguments.len() < 2 {
        return call.fail("it needs two sets");
    }
    let mut rows: Vec<Vec<Value<'a>>> = vec![Vec::new()];
    for list in call.arguments {
        let items = list.items()?;
        if !world.spend(
            rows.len()
                .saturating_mul(items.len())
                .saturating_mul(call.arguments.len()),
        ) {
            return None;
        }
        rows = rows
            .iter()
            .flat_map(|row| {
                items.iter().map(|item| {
                    let mut longer = row.clone();
                    longer.push(item.clone());
                    longer
                })
            })
            .collect();
    }
    let rows = rows.into_iter().map(|row| Value::list(call.span, row));
    call.list(rows.collect())
}

fn range<'a>(world: &World<'a>, call: &Call<'_, 'a>) -> Option<Value<'a>> {
    let (from, to) = match call.arguments.len() {
        1 => (0.0, call.number(0)?),
        _ => (call.number(0)?, call.number(1)?),
    };
    let step = match call.get(2) {
        Some(step) => step.as_number()?,
        None if to < from => -1.0,
        None => 1.0,
    };
    // Terraform makes no more than 1024 either.
    let count = ((to - from) / step).ceil();
    if step == 0.0 || !(0.0..=1024.0).contains(&count) || !world.spend(count as usize) {
        return call.fail("the range is none, or too long");
    }
    let number = |at: u32| Value::number(call.span, from + step * f64::from(at));
    call.list((0..count as u32).map(number).collect())
}

fn sets<'a>(call: &Call<'_, 'a>) -> Option<Value<'a>> {
    let mut all: Vec<Value<'a>> = call.items(0)?.to_vec();
    for other in call.arguments.get(1..)? {
        let other = other.items()?;
        if call.name == "setunion" {
            all.extend(other.iter().cloned());
            continue;
        }
        let keep_found = call.name == "setintersection";
        let mut kept = Vec::new();
        for item in all {
            let mut found = false;
            for candidate in other {
                found |= item.equals(candidate)?;
            }
            if found == keep_found {
                kept.push(item);
            }
        }
        all = kept;
    }
    let made = set(&Value::list(call.span, all));
    made.gap().is_none().then_some(made)
}
