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
            Some(items.iter().fold(start, |sum, item| {
                env.eval(body, &bound(locals, &params, &[sum, item.clone()]))
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
        // The order of communities does not matter, and what is compared may be anything.
        ("sort", [_]) => Some(list.clone()),
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
