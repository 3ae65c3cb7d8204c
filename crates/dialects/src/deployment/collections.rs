//! Functions of their arguments alone: lists, objects, numbers, logic.

use std::borrow::Cow;

use pairlint_model::source::Span;

use super::evaluate::{LONGEST_LIST, MAXIMUM_COUNT, TOO_LARGE};
use super::expr::{Access, Op};
use super::operators::operate;
use super::reach::{element, joined};
use super::value::{Kind, Object, Value};

pub(super) fn object_of<'a, const N: usize>(
    properties: [(&'static str, Value<'a>); N],
    span: Span,
) -> Value<'a> {
    let properties = properties
        .into_iter()
        .map(|(key, value)| (Cow::Borrowed(key), value));
    let object = Object {
        properties: properties.collect(),
        open: None,
    };
    Value::object(object, span)
}

/// `None` where the function is another, or its arguments are not what it takes.
pub(super) fn plain<'a>(name: &str, args: &[Value<'a>], span: Span) -> Option<Value<'a>> {
    let operator = match name {
        "equals" => Some(Op::Equal),
        "less" => Some(Op::Less),
        "lessorequals" => Some(Op::LessOrEqual),
        "greater" => Some(Op::Greater),
        "greaterorequals" => Some(Op::GreaterOrEqual),
        "add" => Some(Op::Add),
        "sub" => Some(Op::Subtract),
        "mul" => Some(Op::Multiply),
        "div" => Some(Op::Divide),
        "mod" => Some(Op::Modulo),
        _ => None,
    };
    if let Some(operator) = operator {
        let [a, b] = args else { return None };
        return Some(operate(operator, a.clone(), b.clone(), span));
    }
    let bool = |value: bool| Some(Value::new(Kind::Bool(value), span));
    match (name, args) {
        ("createarray", _) => Some(Value::list(args.to_vec(), span)),
        ("array", [value]) => match &value.kind {
            Kind::List(_) => Some(value.clone()),
            Kind::Unknown(_) => None,
            _ => Some(Value::list(vec![value.clone()], span)),
        },
        ("createobject", _) => {
            let mut object = Object::default();
            for pair in args.chunks(2) {
                let [key, value] = pair else { return None };
                let Kind::Text(key) = &key.kind else { return None };
                object.set(key.clone(), value.clone());
            }
            Some(Value::object(object, span))
        }
        ("null", []) => Some(Value::null(span)),
        ("true", []) => bool(true),
        ("false", []) => bool(false),
        ("not", [value]) => match value.kind {
            Kind::Bool(value) => bool(!value),
            _ => None,
        },
        ("bool", [value]) => match &value.kind {
            Kind::Bool(value) => bool(*value),
            Kind::Int(value) => bool(*value != 0),
            Kind::Text(text) => bool(text.eq_ignore_ascii_case("true") || text == "1"),
            _ => None,
        },
        ("union", _) => union(args, span),
        ("intersection", [first, rest @ ..]) => intersection(first, rest, span),
        ("shallowmerge", [objects]) => {
            let mut merged = Object::default();
            for object in objects.as_list()? {
                let object = object.as_object()?;
                if object.open.is_some() {
                    return None;
                }
                for (key, value) in &object.properties {
                    merged.set(key.clone(), value.clone());
                }
            }
            Some(Value::object(merged, span))
        }
        (
            "flatten",
            [
                Value {
                    kind: Kind::List(lists),
                    ..
                },
            ],
        ) => {
            let mut items = Vec::new();
            for list in lists.iter() {
                items.extend(list.as_list()?.iter().cloned());
                if items.len() > LONGEST_LIST {
                    return Some(Value::unknown(TOO_LARGE, "{…}", span));
                }
            }
            Some(Value::list(items, span))
        }
        (
            "range",
            [
                Value {
                    kind: Kind::Int(start),
                    ..
                },
                Value {
                    kind: Kind::Int(count),
                    ..
                },
            ],
        ) => {
            let count = (*count).clamp(0, MAXIMUM_COUNT as i64);
            let number = |at: i64| Value::new(Kind::Int(start.saturating_add(at)), span);
            Some(Value::list((0..count).map(number).collect(), span))
        }
        (
            "first",
            [
                Value {
                    kind: Kind::List(items),
                    ..
                },
            ],
        ) => Some(items.first().cloned().unwrap_or(Value::null(span))),
        (
            "last",
            [
                Value {
                    kind: Kind::List(items),
                    ..
                },
            ],
        ) => Some(items.last().cloned().unwrap_or(Value::null(span))),
        (
            "skip",
            [
                Value {
                    kind: Kind::List(items),
                    span: at,
                },
                Value {
                    kind: Kind::Int(count),
                    ..
                },
            ],
        ) => {
            let count = usize::try_from(*count).unwrap_or(0).min(items.len());
            Some(Value::list(items.get(count..)?.to_vec(), *at))
        }
        (
            "take",
            [
                Value {
                    kind: Kind::List(items),
                    span: at,
                },
                Value {
                    kind: Kind::Int(count),
                    ..
                },
            ],
        ) => {
            let count = usize::try_from(*count).unwrap_or(0).min(items.len());
            Some(Value::list(items.get(..count)?.to_vec(), *at))
        }
        ("length", [value]) => {
            let length = match &value.kind {
                Kind::List(items) => items.len(),
                Kind::Text(text) => text.chars().count(),
                Kind::Object(object) if object.open.is_none() => object.properties.len(),
                _ => return None,
            };
            Some(Value::new(Kind::Int(length as i64), span))
        }
        ("empty", [value]) => match &value.kind {
            Kind::Null => bool(true),
            Kind::List(items) => bool(items.is_empty()),
            Kind::Text(text) => bool(text.is_empty()),
            Kind::Object(object) if object.open.is_none() || !object.properties.is_empty() => {
                bool(object.properties.is_empty())
            }
            _ => None,
        },
        (
            "contains",
            [
                Value {
                    kind: Kind::List(items),
                    ..
                },
                item,
            ],
        ) => bool(is_in(item, items)?),
        (
            "contains",
            [
                Value {
                    kind: Kind::Object(object),
                    ..
                },
                Value {
                    kind: Kind::Text(key),
                    ..
                },
            ],
        ) => match (object.get(key), &object.open) {
            (Some(_), _) => bool(true),
            (None, None) => bool(false),
            (None, Some(_)) => None,
        },
        ("indexof" | "lastindexof", [list, wanted]) if list.as_list().is_some() => {
            let mut found = -1;
            for (at, item) in list.as_list()?.iter().enumerate() {
                if item.equals(wanted)? {
                    found = at as i64;
                    if name == "indexof" {
                        break;
                    }
                }
            }
            Some(Value::new(Kind::Int(found), span))
        }
        ("indexfromend" | "tryindexfromend", [list, number]) => {
            let (items, Kind::Int(number)) = (list.as_list()?, &number.kind) else {
                return None;
            };
            let at = usize::try_from(*number)
                .ok()
                .filter(|number| *number > 0)
                .and_then(|number| items.len().checked_sub(number));
            match at.and_then(|at| items.get(at)) {
                Some(item) => Some(item.clone()),
                None if name == "tryindexfromend" => Some(Value::null(span)),
                None => Some(Value::unknown(
                    format!("there is no item {number} from the end"),
                    "{[]}",
                    span,
                )),
            }
        }
        ("tryget", [base, keys @ ..]) => Some(
            keys.iter()
                .fold(base.clone(), |base, key| element(&base, key, Access::Safe, span)),
        ),
        (
            "items",
            [
                Value {
                    kind: Kind::Object(object),
                    ..
                },
            ],
        ) if object.open.is_none() => {
            let mut pairs: Vec<_> = object.properties.iter().collect();
            // By their keys.
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            let item = |(key, value): &(Cow<'a, str>, Value<'a>)| {
                object_of(
                    [
                        ("key", Value::text(key.clone(), value.span)),
                        ("value", value.clone()),
                    ],
                    value.span,
                )
            };
            Some(Value::list(pairs.into_iter().map(item).collect(), span))
        }
        (
            "objectkeys",
            [
                Value {
                    kind: Kind::Object(object),
                    ..
                },
            ],
        ) if object.open.is_none() => {
            let keys = object.properties.iter();
            let keys = keys.map(|(key, value)| Value::text(key.clone(), value.span));
            Some(Value::list(keys.collect(), span))
        }
        ("int", [value]) => match &value.kind {
            Kind::Int(_) => Some(value.clone()),
            Kind::Text(text) => Some(Value::new(Kind::Int(text.trim().parse().ok()?), span)),
            _ => None,
        },
        ("min" | "max", _) => {
            let numbers = match args {
                [
                    Value {
                        kind: Kind::List(items),
                        ..
                    },
                ] => items.as_slice(),
                _ => args,
            };
            let numbers: Option<Vec<i64>> = numbers
                .iter()
                .map(|value| match value.kind {
                    Kind::Int(number) => Some(number),
                    _ => None,
                })
                .collect();
            let numbers = numbers?.into_iter();
            let found = if name == "min" {
                numbers.min()
            } else {
                numbers.max()
            };
            Some(Value::new(Kind::Int(found?), span))
        }
        ("any", [value]) => Some(value.clone()),
        // `!` of Bicep and its form in a template say only that it is not null.
        ("nonnull", [value]) => Some(value.clone()),
        (
            "concat",
            [
                Value {
                    kind: Kind::List(_), ..
                },
                ..,
            ],
        ) => {
            let mut items = Vec::new();
            for arg in args {
                items.extend(arg.as_list()?.iter().cloned());
                if items.len() > LONGEST_LIST {
                    return Some(Value::unknown(TOO_LARGE, "{…}", span));
                }
            }
            Some(Value::list(items, span))
        }
        ("concat", _) => Some(joined(args, "", span)),
        _ => None,
    }
}

/// Whether an item is in a list; `None` where something in it is not known.
fn is_in(item: &Value<'_>, items: &[Value<'_>]) -> Option<bool> {
    let mut known = Some(false);
    for other in items {
        match other.equals(item) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => known = None,
        }
    }
    known
}

/// Lists: what stands in all, in the order of the first. Objects: what all say alike.
fn intersection<'a>(first: &Value<'a>, rest: &[Value<'a>], span: Span) -> Option<Value<'a>> {
    if let Some(items) = first.as_list() {
        let mut both: Vec<Value<'a>> = Vec::new();
        for item in items {
            let mut everywhere = !is_in(item, &both)?;
            for other in rest {
                everywhere &= is_in(item, other.as_list()?)?;
            }
            if everywhere {
                both.push(item.clone());
            }
        }
        return Some(Value::list(both, span));
    }
    let object = first.as_object()?;
    let mut both = Object::default();
    for (key, value) in &object.properties {
        let mut everywhere = object.open.is_none().then_some(true)?;
        for other in rest {
            let other = other.as_object().filter(|other| other.open.is_none())?;
            everywhere &= match other.get(key) {
                Some(theirs) => theirs.equals(value)?,
                None => false,
            };
        }
        if everywhere {
            both.set(key.clone(), value.clone());
        }
    }
    Some(Value::object(both, span))
}

/// Lists: each item once, in the order of its first place. Objects: merged, the last wins, objects in them merged, too.
fn union<'a>(args: &[Value<'a>], span: Span) -> Option<Value<'a>> {
    if args.first()?.as_list().is_some() {
        let mut items: Vec<Value<'a>> = Vec::new();
        for arg in args {
            for item in arg.as_list()? {
                // Each is compared with all others.
                if items.len() > MAXIMUM_COUNT {
                    return Some(Value::unknown(TOO_LARGE, "{…}", span));
                }
                if !is_in(item, &items)? {
                    items.push(item.clone());
                }
            }
        }
        return Some(Value::list(items, span));
    }
    let mut merged = Object::default();
    for arg in args {
        let object = arg.as_object()?;
        merge(&mut merged, object, 0);
    }
    Some(Value::object(merged, span))
}

fn merge<'a>(into: &mut Object<'a>, from: &Object<'a>, depth: u32) {
    for (key, value) in &from.properties {
        let merged = match (into.get(key).map(|old| &old.kind), &value.kind) {
            (Some(Kind::Object(old)), Kind::Object(new)) if depth < 32 => {
                let mut both = Object::clone(old);
                merge(&mut both, new, depth + 1);
                Value::object(both, value.span)
            }
            _ => value.clone(),
        };
        into.set(key.clone(), merged);
    }
    if let Some(open) = &from.open {
        for (_, value) in &mut into.properties {
            value.kind = Kind::Unknown(open.clone());
        }
        into.open = Some(open.clone());
    }
}
