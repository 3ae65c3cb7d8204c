//! The functions of Resource Manager and Bicep (the reference of ARM template functions and of Bicep functions).

use std::borrow::Cow;
use std::rc::Rc;

use pairlint_model::source::Span;

use super::evaluate::{Env, LONGEST_LIST, Locals, MAXIMUM_COUNT, TOO_LARGE, derived, element, joined, local};
use super::expr::{Access, Expr, Op};
use super::instances::copy_index;
use super::value::{Kind, Object, Value};
use super::{Target, lambdas, scopes, strings};

/// Under which a function of the template keeps what it was called with.
const ARGUMENT: &str = "\0argument:";

impl<'t, 'a> Env<'t, 'a> {
    pub(super) fn call(
        self: &Rc<Self>,
        name: &str,
        args: &'t [Expr<'a>],
        locals: &Locals<'a>,
        span: Span,
    ) -> Value<'a> {
        let lower = name.to_ascii_lowercase();
        if let Some(value) = self.call_lazily(&lower, args, locals, span) {
            return value;
        }
        let values: Vec<Value<'a>> = args.iter().map(|arg| self.eval(arg, locals)).collect();
        let (env, own) = match lower.split_once('.') {
            Some((space, name)) if self.template.imports.contains_key(space) => {
                (self.import(space).map(|(env, _)| env), name.to_owned())
            }
            _ => match self.import(&lower) {
                Some((env, name)) => (Some(env), name.unwrap_or("").to_ascii_lowercase()),
                None => (None, lower.clone()),
            },
        };
        let env = env.unwrap_or_else(|| self.clone());
        if let Some(function) = env.template.functions.get(&own) {
            let mut inner = None;
            for (param, value) in function.params.iter().zip(&values) {
                inner = super::evaluate::with(&inner, param.clone(), value.clone());
                let key = format!("{ARGUMENT}{}", param.to_ascii_lowercase());
                inner = super::evaluate::with(&inner, key.into(), value.clone());
            }
            return env.eval(&function.body, &inner);
        }
        if let Some(value) = self.about_deployment(&lower, &values, locals, span) {
            return value;
        }
        let value = plain(&lower, &values, span).or_else(|| strings::plain(&lower, &values, span));
        value.unwrap_or_else(|| derived(name, &values, span))
    }

    /// Functions that do not look at all of their arguments, or not at their values.
    fn call_lazily(
        self: &Rc<Self>,
        name: &str,
        args: &'t [Expr<'a>],
        locals: &Locals<'a>,
        span: Span,
    ) -> Option<Value<'a>> {
        match (name, args) {
            ("if", [condition, yes, no]) => {
                let condition = self.eval(condition, locals);
                match condition.kind {
                    Kind::Bool(true) => Some(self.eval(yes, locals)),
                    Kind::Bool(false) => Some(self.eval(no, locals)),
                    _ => {
                        let (yes, no) = (self.eval(yes, locals), self.eval(no, locals));
                        Some(match yes.equals(&no) {
                            Some(true) => yes,
                            _ => derived("if", &[condition, yes, no], span),
                        })
                    }
                }
            }
            ("and", _) => self.junction(args, false, locals, span),
            ("or", _) => self.junction(args, true, locals, span),
            ("coalesce", _) => {
                for arg in args {
                    let value = self.eval(arg, locals);
                    if !value.is_null() {
                        return Some(match value.kind {
                            Kind::Unknown(_) => derived("coalesce", &[value], span),
                            _ => value,
                        });
                    }
                }
                Some(Value::null(span))
            }
            ("map" | "filter" | "reduce" | "sort" | "mapvalues" | "toobject", [first, rest @ ..]) => {
                lambdas::call(self, name, first, rest, locals, span)
            }
            _ => None,
        }
    }

    fn junction(
        self: &Rc<Self>,
        args: &'t [Expr<'a>],
        decides: bool,
        locals: &Locals<'a>,
        span: Span,
    ) -> Option<Value<'a>> {
        let mut open = None;
        for arg in args {
            let value = self.eval(arg, locals);
            match value.kind {
                Kind::Bool(value) if value == decides => return Some(Value::new(Kind::Bool(decides), span)),
                Kind::Bool(_) => {}
                _ => open = Some(value),
            }
        }
        Some(match open {
            Some(value) => derived("and", &[value], span),
            None => Value::new(Kind::Bool(!decides), span),
        })
    }

    /// Functions that know the deployment: its parameters, its scope, its resources.
    fn about_deployment(
        self: &Rc<Self>,
        name: &str,
        args: &[Value<'a>],
        locals: &Locals<'a>,
        span: Span,
    ) -> Option<Value<'a>> {
        let first = args.first().and_then(Value::as_text);
        match name {
            "parameters" => {
                let name = first?;
                match local(locals, &format!("{ARGUMENT}{}", name.to_ascii_lowercase())) {
                    Some(value) => Some(value.clone()),
                    None => Some(self.parameter(name, span)),
                }
            }
            "variables" => Some(self.variable(first?, span)),
            "lambdavariables" => local(locals, first?).cloned(),
            "copyindex" => {
                let offset = args.last().and_then(|value| match value.kind {
                    Kind::Int(offset) => Some(offset),
                    _ => None,
                });
                let Kind::Int(at) = copy_index(locals, first)?.kind else {
                    return None;
                };
                Some(Value::new(
                    Kind::Int(at.saturating_add(offset.unwrap_or(0))),
                    span,
                ))
            }
            "resourceid" => self.resource_id(args, span),
            "subscriptionresourceid" => match args {
                [subscription, kind, name, names @ ..] if !is_type(subscription) => {
                    let scope = format!("/subscriptions/{}", subscription.symbol());
                    let names: Vec<Value<'a>> = [name].into_iter().chain(names).cloned().collect();
                    Some(id_value(&scope, kind, &names, args, span))
                }
                [kind, names @ ..] => {
                    let scope = format!("/subscriptions/{}", self.scope.subscription);
                    Some(id_value(&scope, kind, names, args, span))
                }
                [] => None,
            },
            "tenantresourceid" => {
                let (kind, names) = args.split_first()?;
                Some(id_value("", kind, names, args, span))
            }
            "extensionresourceid" => match args {
                [scope, kind, names @ ..] => Some(id_value(&scope.symbol(), kind, names, args, span)),
                _ => None,
            },
            "resourcegroup" => Some(self.resource_group(args, span)),
            "subscription" => {
                let id = args
                    .first()
                    .map_or_else(|| self.scope.subscription.clone(), Value::symbol);
                let symbol = Value::unknown("the subscription is known when it is deployed", &*id, span);
                Some(object_of(
                    [
                        ("id", Value::text(format!("/subscriptions/{id}"), span)),
                        ("subscriptionId", symbol),
                    ],
                    span,
                ))
            }
            "reference" => self.referenced(args.first()?, span),
            "resourceinfo" => {
                let index = *self.template.symbols.get(&first?.to_ascii_lowercase())?;
                Some(self.declared(index, span))
            }
            "loadjsoncontent" | "loadtextcontent" | "loadyamlcontent" => {
                let loaded = self.world.texts.get(first?)?;
                let value = self.eval(loaded, &None);
                match args.get(1).and_then(Value::as_text) {
                    Some(path) if name == "loadjsoncontent" => {
                        let steps = path.trim_start_matches(['$', '.']).split('.');
                        Some(steps.fold(value, |value, step| {
                            super::evaluate::member(&value, step, Access::Strict, span)
                        }))
                    }
                    _ => Some(value),
                }
            }
            _ => None,
        }
    }

    /// `resourceId([subscription], [group], type, name, …)`.
    fn resource_id(&self, args: &[Value<'a>], span: Span) -> Option<Value<'a>> {
        let at = args.iter().position(is_type)?;
        let (before, rest) = args.split_at(at);
        let (kind, names) = rest.split_first()?;
        let mut scope = self.scope.clone();
        match before {
            [] => {}
            [group] => scope.group = group.symbol(),
            [subscription, group] => {
                scope.subscription = subscription.symbol();
                scope.group = group.symbol();
            }
            _ => return None,
        }
        Some(id_value(&scope.path(), kind, names, args, span))
    }

    fn resource_group(&self, args: &[Value<'a>], span: Span) -> Value<'a> {
        let mut scope = self.scope.clone();
        match args {
            [group] => scope.group = group.symbol(),
            [subscription, group] => {
                scope.subscription = subscription.symbol();
                scope.group = group.symbol();
            }
            _ => {}
        }
        let known =
            |name: &str| Value::unknown("the resource group is known when it is deployed", name, span);
        object_of(
            [
                ("id", Value::text(scope.path(), span)),
                ("name", known(&scope.group)),
                ("location", known("{resourceGroup.location}")),
            ],
            span,
        )
    }

    /// `reference(…)` of a deployment, by its name, id or symbol: its outputs. Of others: known when deployed.
    fn referenced(self: &Rc<Self>, what: &Value<'a>, span: Span) -> Option<Value<'a>> {
        let what = what.symbol();
        let symbol = self.template.symbols.get(&what.to_ascii_lowercase()).copied();
        let name = what.rsplit('/').next().unwrap_or(&what);
        let index = symbol.or_else(|| {
            let mut resources = self.template.resources.iter().enumerate();
            resources.find_map(|(index, resource)| {
                let deployment = matches!(resource.target, Target::Nested { .. });
                let named = deployment.then(|| resource.body.property("name")).flatten()?;
                (self.eval(named, &None).symbol() == name).then_some(index)
            })
        })?;
        let env = self.deployment(index, 0, &None)?;
        let outputs = env.template.outputs.iter().map(|(name, value)| {
            let value = env.eval(value, &None);
            (name.clone(), object_of([("value", value)], span))
        });
        let outputs = Object {
            properties: outputs.collect(),
            open: None,
        };
        Some(object_of([("outputs", Value::object(outputs, span))], span))
    }
}

/// Whether an argument is the type of a resource, not the name of a group.
fn is_type(value: &Value<'_>) -> bool {
    value
        .as_text()
        .is_some_and(|text| text.contains('/') && text.contains('.'))
}

fn id_value<'a>(
    scope: &str,
    kind: &Value<'a>,
    names: &[Value<'a>],
    args: &[Value<'a>],
    span: Span,
) -> Value<'a> {
    let names: Vec<String> = names.iter().map(Value::symbol).collect();
    let id = scopes::id(scope, &kind.symbol(), &names.join("/"));
    match args.iter().find_map(Value::as_unknown) {
        Some(unknown) => Value::unknown(unknown.why.clone(), id, span),
        None => Value::text(id, span),
    }
}

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

/// Functions of their arguments alone: lists, objects, numbers, logic.
fn plain<'a>(name: &str, args: &[Value<'a>], span: Span) -> Option<Value<'a>> {
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
        ("union" | "shallowmerge", _) => union(args, span),
        (
            "intersection",
            [
                Value {
                    kind: Kind::List(a), ..
                },
                Value {
                    kind: Kind::List(b), ..
                },
            ],
        ) => {
            let mut both = Vec::new();
            for item in a.iter() {
                if is_in(item, b)? {
                    both.push(item.clone());
                }
            }
            Some(Value::list(both, span))
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

/// Applies an operator.
pub(super) fn operate<'a>(op: Op, a: Value<'a>, b: Value<'a>, span: Span) -> Value<'a> {
    let decided = match (op, &a.kind, &b.kind) {
        (Op::Coalesce, ..) => None,
        (Op::Or, _, Kind::Bool(true)) | (Op::And, Kind::Bool(true), Kind::Bool(true)) => {
            Some(Kind::Bool(true))
        }
        (Op::And, _, Kind::Bool(false)) | (Op::Or, Kind::Bool(false), Kind::Bool(false)) => {
            Some(Kind::Bool(false))
        }
        (Op::Equal, ..) => a.equals(&b).map(Kind::Bool),
        (Op::NotEqual, ..) => a.equals(&b).map(|equal| Kind::Bool(!equal)),
        (Op::Like, Kind::Text(a), Kind::Text(b)) => Some(Kind::Bool(a.to_lowercase() == b.to_lowercase())),
        (Op::NotLike, Kind::Text(a), Kind::Text(b)) => Some(Kind::Bool(a.to_lowercase() != b.to_lowercase())),
        (_, Kind::Int(a), Kind::Int(b)) => number(op, *a, *b),
        (_, Kind::Text(a), Kind::Text(b)) => compared(op, a.cmp(b)),
        _ => None,
    };
    match decided {
        Some(kind) => Value::new(kind, span),
        None => derived(&format!("{op:?}"), &[a, b], span),
    }
}

fn compared<'a>(op: Op, order: std::cmp::Ordering) -> Option<Kind<'a>> {
    Some(Kind::Bool(match op {
        Op::Less => order.is_lt(),
        Op::LessOrEqual => order.is_le(),
        Op::Greater => order.is_gt(),
        Op::GreaterOrEqual => order.is_ge(),
        _ => return None,
    }))
}

fn number<'a>(op: Op, a: i64, b: i64) -> Option<Kind<'a>> {
    let number = match op {
        Op::Add => a.checked_add(b)?,
        Op::Subtract => a.checked_sub(b)?,
        Op::Multiply => a.checked_mul(b)?,
        Op::Divide => a.checked_div(b)?,
        Op::Modulo => a.checked_rem(b)?,
        _ => return compared(op, a.cmp(&b)),
    };
    Some(Kind::Int(number))
}
