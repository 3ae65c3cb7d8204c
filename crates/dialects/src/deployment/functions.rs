//! The functions of Resource Manager and Bicep (the reference of ARM template functions and of Bicep functions).

use std::rc::Rc;

use pairlint_model::source::Span;

use super::collections::object_of;
use super::evaluate::{Env, Locals, local};
use super::expr::{Access, Expr, ExprKind};
use super::files::{self, Step};
use super::instances::copy_index;
use super::reach::{derived, element, member};
use super::value::{Kind, Object, Value};
use super::{Target, collections, lambdas, networks, scopes, strings};

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
        let value = collections::plain(&lower, &values, span)
            .or_else(|| strings::plain(&lower, &values, span))
            .or_else(|| networks::plain(&lower, &values, span));
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
            ("nameof", [named]) => {
                let name = match &named.kind {
                    ExprKind::Name(name) | ExprKind::Member { name, .. } => name.clone(),
                    _ => return None,
                };
                Some(Value::text(name, span))
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
            (
                "map" | "filter" | "reduce" | "sort" | "mapvalues" | "toobject" | "groupby",
                [first, rest @ ..],
            ) => lambdas::call(self, name, first, rest, locals, span),
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
            "loadjsoncontent" | "loadtextcontent" | "loadyamlcontent" => self.load(name, args, span),
            _ => None,
        }
    }

    /// A file that is loaded; of JSON and YAML perhaps only what a path names.
    fn load(self: &Rc<Self>, name: &str, args: &[Value<'a>], span: Span) -> Option<Value<'a>> {
        let loaded = self.world.loaded.get(args.first()?.as_text()?)?;
        let content = match name {
            "loadtextcontent" => &loaded.text,
            "loadjsoncontent" => loaded.json.as_ref()?,
            _ => loaded.yaml.as_ref()?,
        };
        let value = self.eval(content, &None);
        match args.get(1) {
            Some(path) if name != "loadtextcontent" => {
                let steps = files::steps(path.as_text()?)?;
                Some(steps.into_iter().fold(value, |value, step| match step {
                    Step::Name(name) => member(&value, &name, Access::Strict, span),
                    Step::Item(at) => {
                        let at = Value::new(Kind::Int(at), span);
                        element(&value, &at, Access::Strict, span)
                    }
                }))
            }
            _ => Some(value),
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
