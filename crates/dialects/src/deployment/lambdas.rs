//! Functions over lists with lambdas.

use std::borrow::Cow;
use std::rc::Rc;

use pairlint_model::source::Span;

use super::evaluate::{Env, Locals, with};
use super::expr::{Expr, ExprKind};
use super::reach::derived;
use super::value::{Kind, Object, Value};

/// `None` where the arguments are not what the function takes.
pub(super) fn call<'t, 'a>(
    env: &Rc<Env<'t, 'a>>,
    name: &str,
    list: &'t Expr<'a>,
    rest: &'t [Expr<'a>],
    locals: &Locals<'a>,
    span: Span,
) -> Option<Value<'a>> {
    let list = env.eval(list, locals);
    if name == "mapvalues" {
        let (params, body) = lambda_of(rest.first()?)?;
        let mut object = Object::clone(match &list.kind {
            Kind::Object(object) => object,
            _ => return Some(derived(name, &[list], span)),
        });
        for (_, value) in &mut object.properties {
            *value = env.eval(body, &bound(locals, &params, std::slice::from_ref(value)));
        }
        return Some(Value::object(object, span));
    }
    let Kind::List(items) = &list.kind else {
        return Some(derived(name, &[list], span));
    };
    match (name, rest) {
        ("map", [lambda]) => {
            let (params, body) = lambda_of(lambda)?;
            let each = items.iter().enumerate().map(|(at, item)| {
                let at = Value::new(Kind::Int(at as i64), span);
                env.eval(body, &bound(locals, &params, &[item.clone(), at]))
            });
            Some(Value::list(each.collect(), span))
        }
        ("filter", [lambda]) => {
            let (params, body) = lambda_of(lambda)?;
            let mut kept = Vec::new();
            for (at, item) in items.iter().enumerate() {
                let at = Value::new(Kind::Int(at as i64), span);
                let verdict = env.eval(body, &bound(locals, &params, &[item.clone(), at]));
                match verdict.kind {
                    Kind::Bool(true) => kept.push(item.clone()),
                    Kind::Bool(false) => {}
                    _ => return Some(derived(name, &[verdict], span)),
                }
            }
            Some(Value::list(kept, span))
        }
        ("reduce", [start, lambda]) => {
            let (params, body) = lambda_of(lambda)?;
            let start = env.eval(start, locals);
            Some(items.iter().enumerate().fold(start, |sum, (at, item)| {
                let at = Value::new(Kind::Int(at as i64), span);
                env.eval(body, &bound(locals, &params, &[sum, item.clone(), at]))
            }))
        }
        ("toobject", [key, value @ ..]) => {
            let (params, body) = lambda_of(key)?;
            let mut object = Object::default();
            for item in items.iter() {
                let locals_of = |params: &[Cow<'a, str>]| bound(locals, params, std::slice::from_ref(item));
                let key = env.eval(body, &locals_of(&params));
                let Kind::Text(key) = key.kind else {
                    return Some(derived(name, &[key], span));
                };
                let value = match value.first() {
                    Some(value) => {
                        let (params, body) = lambda_of(value)?;
                        env.eval(body, &locals_of(&params))
                    }
                    None => item.clone(),
                };
                object.set(key, value);
            }
            Some(Value::object(object, span))
        }
        ("groupby", [key, value @ ..]) => {
            let (params, body) = lambda_of(key)?;
            let mut groups: Vec<(Cow<'a, str>, Vec<Value<'a>>)> = Vec::new();
            for item in items.iter() {
                let locals_of = |params: &[Cow<'a, str>]| bound(locals, params, std::slice::from_ref(item));
                let key = env.eval(body, &locals_of(&params));
                let Kind::Text(key) = key.kind else {
                    return Some(derived(name, &[key], span));
                };
                let value = match value.first() {
                    Some(value) => {
                        let (params, body) = lambda_of(value)?;
                        env.eval(body, &locals_of(&params))
                    }
                    None => item.clone(),
                };
                match groups
                    .iter_mut()
                    .find(|(known, _)| known.eq_ignore_ascii_case(&key))
                {
                    Some((_, group)) => group.push(value),
                    None => groups.push((key, vec![value])),
                }
                // Each key is looked for among all others.
                if groups.len() > super::evaluate::MAXIMUM_COUNT {
                    return Some(Value::unknown(super::evaluate::TOO_LARGE, "{…}", span));
                }
            }
            let mut object = Object::default();
            for (key, group) in groups {
                object.properties.push((key, Value::list(group, span)));
            }
            Some(Value::object(object, span))
        }
        ("sort", [lambda]) => {
            let (params, body) = lambda_of(lambda)?;
            let mut sorted: Vec<Value<'a>> = Vec::with_capacity(items.len());
            // By halves, stable: behind all that it does not come before.
            for item in items.iter() {
                let (mut low, mut high) = (0, sorted.len());
                while low < high {
                    let middle = low.midpoint(high);
                    let other = sorted.get(middle)?.clone();
                    let before = env.eval(body, &bound(locals, &params, &[item.clone(), other]));
                    match before.kind {
                        Kind::Bool(true) => high = middle,
                        Kind::Bool(false) => low = middle + 1,
                        _ => return Some(derived(name, &[before], span)),
                    }
                }
                sorted.insert(low, item.clone());
            }
            Some(Value::list(sorted, span))
        }
        _ => None,
    }
}

fn bound<'a>(locals: &Locals<'a>, params: &[Cow<'a, str>], values: &[Value<'a>]) -> Locals<'a> {
    let pairs = params.iter().zip(values);
    pairs.fold(locals.clone(), |locals, (name, value)| {
        with(&locals, name.clone(), value.clone())
    })
}

/// The parameters and the body of a lambda.
pub(super) fn lambda_of<'t, 'a>(expr: &'t Expr<'a>) -> Option<(Vec<Cow<'a, str>>, &'t Expr<'a>)> {
    match &expr.kind {
        ExprKind::Lambda { params, body } => Some((params.clone(), body)),
        // The form of templates: `lambda('a', 'b', body)`.
        ExprKind::Call { name, args } if name.eq_ignore_ascii_case("lambda") => {
            let (body, params) = args.split_last()?;
            let params: Option<Vec<Cow<'a, str>>> = params
                .iter()
                .map(|param| match &param.kind {
                    ExprKind::Text(name) => Some(name.clone()),
                    _ => None,
                })
                .collect();
            Some((params?, body))
        }
        _ => None,
    }
}
