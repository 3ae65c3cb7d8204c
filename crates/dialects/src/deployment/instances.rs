//! The resources of a deployment: loops run, parents and modules resolved, names and ids made.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use pairlint_model::source::Span;

use super::evaluate::{Env, LONGEST_LIST, Locals, MAXIMUM_COUNT, TOO_LARGE, local, with};
use super::expr::Expr;
use super::reach::{derived, joined};
use super::scopes;
use super::value::{Kind, Object, Unknown, Value};
use super::{Instance, Parent, Repeat, Resource, Target};

/// Where a resource keeps its whole name: `rf/rule`.
const PATH: &str = "\0path";
const COPY: &str = "\0copy";
/// Modules that hold modules, and templates in templates.
const MAXIMUM_NESTING: u32 = 12;

/// Every resource that speaks of routing, those of modules and nested templates included.
pub(super) fn all<'t, 'a>(env: &Rc<Env<'t, 'a>>) -> Vec<Instance<'a>> {
    let mut found = Vec::new();
    collect(env, None, 0, &mut found);
    found
}

fn is_ours(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    matches!(
        kind.as_str(),
        "microsoft.network/routefilters"
            | "microsoft.network/routefilters/routefilterrules"
            | "microsoft.network/expressroutecircuits"
            | "microsoft.network/expressroutecircuits/peerings"
    )
}

fn collect<'t, 'a>(env: &Rc<Env<'t, 'a>>, outer: Option<&str>, nesting: u32, found: &mut Vec<Instance<'a>>) {
    for (index, resource) in env.template.resources.iter().enumerate() {
        let deployment = matches!(resource.target, Target::Module { .. } | Target::Nested { .. });
        if !deployment && !is_ours(&resource.kind) {
            continue;
        }
        let (rounds, unknown) = match env.iterations(index) {
            Ok(rounds) => (rounds, None),
            // How many is not known: one stands for all.
            Err(unknown) => (vec![None], Some(unknown.why.clone())),
        };
        for (round, locals) in rounds.iter().enumerate() {
            let (deployed, doubt) = env.is_deployed(index, locals);
            if !deployed {
                continue;
            }
            let doubt = outer.map(str::to_owned).or_else(|| unknown.clone()).or(doubt);
            // More than any deployment may have: the last one stands for all others.
            if found.len() >= LONGEST_LIST || env.world.is_spent() {
                return found.extend(env.too_many(resource));
            }
            if !deployment {
                found.push(env.instance(resource, locals, doubt));
                continue;
            }
            match env.deployment(index, round, locals) {
                Some(inner) if nesting < MAXIMUM_NESTING => {
                    collect(&inner, doubt.as_deref(), nesting + 1, found);
                }
                Some(_) => found.extend(env.too_many(resource)),
                None if env.world.is_spent() => found.extend(env.too_many(resource)),
                None => found.extend(env.unread_module(resource, locals)),
            }
        }
    }
}

/// The numbers of a copy loop: for `copyIndex()` and `copyIndex('name')`.
pub(super) fn copy_locals<'a>(locals: &Locals<'a>, name: &str, at: usize, span: Span) -> Locals<'a> {
    let number = Value::new(Kind::Int(at as i64), span);
    let named = with(
        locals,
        Cow::Owned(format!("{COPY}:{}", name.to_ascii_lowercase())),
        number.clone(),
    );
    // Without a name the loop of the resource is meant, where there is one.
    match local(locals, COPY) {
        Some(_) => named,
        None => with(&named, Cow::Borrowed(COPY), number),
    }
}

pub(super) fn copy_index<'l, 'a>(locals: &'l Locals<'a>, name: Option<&str>) -> Option<&'l Value<'a>> {
    match name {
        Some(name) => local(locals, &format!("{COPY}:{}", name.to_ascii_lowercase())),
        None => local(locals, COPY),
    }
}

impl<'t, 'a> Env<'t, 'a> {
    /// The names of the loops around a resource, once for each time it is deployed.
    fn iterations(self: &Rc<Self>, index: usize) -> Result<Vec<Locals<'a>>, Rc<Unknown>> {
        let Some(resource) = self.resource(index) else {
            return Ok(Vec::new());
        };
        let outer = match resource.parent {
            // A parent stands before what is inside of it.
            Some(Parent::Around(parent)) if parent < index => self.iterations(parent)?,
            _ => vec![self.outer_scope().and_then(|(_, locals)| locals.clone())],
        };
        let mut rounds = Vec::new();
        for locals in outer {
            // Loops in loops.
            if rounds.len() > LONGEST_LIST {
                let value = Value::unknown(TOO_LARGE, "{…}", resource.span);
                return value
                    .as_unknown()
                    .map_or_else(|| Ok(Vec::new()), |why| Err(why.clone()));
            }
            match &resource.repeat {
                None => rounds.push(locals),
                Some(Repeat::For(head)) => rounds.extend(self.rounds(head, &locals)?),
                Some(Repeat::Copy { name, count }) => {
                    let value = self.eval(count, &locals);
                    let Kind::Int(times) = value.kind else {
                        let value = derived("copy", &[value], count.span);
                        return value
                            .as_unknown()
                            .map_or_else(|| Ok(Vec::new()), |why| Err(why.clone()));
                    };
                    let times = usize::try_from(times).unwrap_or(0).min(MAXIMUM_COUNT);
                    rounds.extend((0..times).map(|at| copy_locals(&locals, name, at, count.span)));
                }
            }
        }
        Ok(rounds)
    }

    /// Whether a resource is deployed, and why that is not certain. Without its parent it cannot be.
    fn is_deployed(self: &Rc<Self>, index: usize, locals: &Locals<'a>) -> (bool, Option<String>) {
        let Some(resource) = self.resource(index) else {
            return (false, None);
        };
        let around = match resource.parent {
            Some(Parent::Around(parent)) if parent < index => self.is_deployed(parent, locals),
            _ => (true, None),
        };
        let Some(condition) = &resource.condition else {
            return around;
        };
        match self.eval(condition, locals).kind {
            Kind::Bool(false) => (false, None),
            Kind::Bool(true) => around,
            Kind::Unknown(unknown) => (
                around.0,
                Some(format!("whether it is deployed is not known: {}", unknown.why)),
            ),
            _ => (around.0, Some("whether it is deployed is not known".to_owned())),
        }
    }

    fn instance(
        self: &Rc<Self>,
        resource: &'t Resource<'a>,
        locals: &Locals<'a>,
        uncertain: Option<String>,
    ) -> Instance<'a> {
        let (name, id) = self.identity(resource, locals);
        Instance {
            kind: resource.kind.to_ascii_lowercase(),
            name,
            id,
            body: self.eval(&resource.body, locals),
            span: resource.span,
            existing: matches!(resource.target, Target::Existing),
            uncertain,
            carrier: self.template.carrier,
            cut: self.template.cut,
        }
    }

    /// The whole name of a resource (`rf/rule`) and its id.
    fn identity(self: &Rc<Self>, resource: &'t Resource<'a>, locals: &Locals<'a>) -> (Value<'a>, String) {
        let name = match resource.body.property("name") {
            Some(name) => self.eval(name, locals),
            None => Value::unknown(
                "a resource has no name",
                format!("{{unnamed {}}}", resource.span.start),
                resource.span,
            ),
        };
        let parent = match &resource.parent {
            // A parent stands before what is inside of it.
            Some(Parent::Around(parent)) => {
                self.resource(*parent).map(|parent| self.identity(parent, locals))
            }
            Some(Parent::Named(parent)) => {
                let parent = self.eval(parent, locals);
                let known = parent
                    .as_object()
                    .and_then(|parent| Some((parent.get(PATH)?.clone(), parent.get("id")?.symbol())));
                Some(known.unwrap_or_else(|| self.unknown_parent(resource, &parent)))
            }
            _ => None,
        };
        if let Some((path, id)) = parent {
            let last = resource.kind.rsplit('/').next().unwrap_or_default();
            let id = format!("{id}/{last}/{}", name.symbol());
            let mut whole = joined(&[path, name.clone()], "/", name.span);
            whole.span = name.span;
            return (whole, id);
        }
        let scope = resource.scope.as_ref().map(|scope| self.eval(scope, locals));
        let scope = scope
            .as_ref()
            .and_then(scopes::of)
            .unwrap_or_else(|| self.scope.path());
        let id = scopes::id(&scope, &resource.kind, &name.symbol());
        (name, id)
    }

    /// A parent that is not known is none of those that are: a rule of it is no other filter's.
    fn unknown_parent(&self, resource: &Resource<'a>, parent: &Value<'a>) -> (Value<'a>, String) {
        let kind = resource.kind.rsplit_once('/').map_or("", |(kind, _)| kind);
        let symbol = match parent.as_unknown() {
            Some(unknown) => unknown.symbol.replace('/', "|"),
            None => format!("{{parent@{}}}", parent.span.start),
        };
        let id = scopes::id(&self.scope.path(), kind, &symbol);
        (Value::unknown("the parent is not known", symbol, parent.span), id)
    }

    /// What the symbolic name of a resource or module stands for; in a loop, for a list.
    pub(super) fn declared(self: &Rc<Self>, index: usize, span: Span) -> Value<'a> {
        let Some(resource) = self.resource(index) else {
            return Value::null(span);
        };
        match self.iterations(index) {
            Ok(rounds) if resource.repeat.is_some() => {
                let each = rounds.iter().enumerate();
                let items = each.map(|(round, locals)| self.reference(index, round, locals, span));
                Value::list(items.collect(), span)
            }
            Ok(rounds) => match rounds.first() {
                Some(locals) => self.reference(index, 0, locals, span),
                None => Value::null(span),
            },
            Err(unknown) => Value::new(Kind::Unknown(unknown), span),
        }
    }

    fn reference(self: &Rc<Self>, index: usize, round: usize, locals: &Locals<'a>, span: Span) -> Value<'a> {
        let Some(resource) = self.resource(index) else {
            return Value::null(span);
        };
        let (path, id) = self.identity(resource, locals);
        let mut object = Object::default();
        let mut name = path.clone();
        if let Kind::Text(text) = &path.kind {
            let last = text.rsplit('/').next().unwrap_or_default().to_owned();
            name.kind = Kind::Text(last.into());
        }
        let known = path.as_unknown().is_none();
        let mut set = |key: &'static str, value: Value<'a>| object.properties.push((key.into(), value));
        set(
            "id",
            match path.as_unknown() {
                Some(unknown) if !known => Value::unknown(unknown.why.clone(), id, span),
                _ => Value::text(id, span),
            },
        );
        set("name", name);
        set(PATH, path);
        if let Some(env) = self.deployment(index, round, locals) {
            let outputs = env.template.outputs.iter();
            let properties = outputs
                .map(|(name, value)| (name.clone(), env.eval(value, &None)))
                .collect();
            set(
                "outputs",
                Value::object(
                    Object {
                        properties,
                        open: None,
                    },
                    span,
                ),
            );
        } else {
            let why = match &resource.target {
                Target::Module { written, .. } => format!("module `{written}` is not read"),
                _ => "it is known when it is deployed".to_owned(),
            };
            let symbol = format!("{{{}}}", resource.span.start);
            object.open = Some(Rc::new(Unknown { why, symbol }));
        }
        Value::object(object, span)
    }

    /// The deployment that a module or nested template makes.
    pub(super) fn deployment(
        self: &Rc<Self>,
        index: usize,
        round: usize,
        locals: &Locals<'a>,
    ) -> Option<Rc<Env<'t, 'a>>> {
        let resource = self.resource(index)?;
        let (template, params) = match &resource.target {
            Target::Module { path, params, .. } => (self.world.templates.get(path.as_ref()?)?, params),
            Target::Nested { template, params } => (&**template, params),
            Target::Resource | Target::Existing => return None,
        };
        if let Some(env) = self.deployed.borrow().get(&(index, round)) {
            return Some(env.clone());
        }
        if !self.world.count_deployment() {
            return None;
        }
        let given = self.given(params.as_ref(), locals);
        let scope = resource.scope.as_ref().map(|scope| self.eval(scope, locals));
        let scope = match scope.as_ref().and_then(scopes::of) {
            Some(path) => scopes::parts(&path, &self.scope),
            None => self.scope.clone(),
        };
        let outer = (self.clone(), locals.clone());
        let env = Env::new(self.world, template, given, scope, Some(outer));
        self.deployed.borrow_mut().insert((index, round), env.clone());
        Some(env)
    }

    fn given(
        self: &Rc<Self>,
        params: Option<&'t Expr<'a>>,
        locals: &Locals<'a>,
    ) -> BTreeMap<String, Value<'a>> {
        let Some(params) = params else {
            return BTreeMap::new();
        };
        match self.eval(params, locals).as_object() {
            Some(object) => object
                .properties
                .iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
                .collect(),
            None => BTreeMap::new(),
        }
    }

    fn too_many(self: &Rc<Self>, resource: &'t Resource<'a>) -> [Instance<'a>; 1] {
        [Instance {
            kind: "microsoft.network/routefilters".to_owned(),
            name: Value::text("…", resource.span),
            id: String::new(),
            body: Value::null(resource.span),
            span: resource.span,
            existing: false,
            uncertain: Some(TOO_LARGE.to_owned()),
            carrier: self.template.carrier,
            cut: true,
        }]
    }

    /// A module of a registry, or one that is not there: where it is given communities, a filter is made that nobody
    /// here can read.
    fn unread_module(
        self: &Rc<Self>,
        resource: &'t Resource<'a>,
        locals: &Locals<'a>,
    ) -> Option<Instance<'a>> {
        let Target::Module { written, params, .. } = &resource.target else {
            return None;
        };
        let given = self.given(params.as_ref(), locals);
        given
            .values()
            .find(|value| holds_communities(value, &mut 10_000))?;
        let (name, id) = self.identity(resource, locals);
        Some(Instance {
            kind: "microsoft.network/routefilters".to_owned(),
            name,
            id,
            body: Value::null(resource.span),
            span: resource.span,
            existing: false,
            uncertain: Some(format!("module `{written}` is not read")),
            carrier: self.template.carrier,
            cut: self.template.cut,
        })
    }
}

/// Whether a community of Microsoft's stands somewhere in a value, as far as is looked.
fn holds_communities(value: &Value<'_>, steps: &mut u32) -> bool {
    let Some(left) = steps.checked_sub(1) else {
        return false;
    };
    *steps = left;
    match &value.kind {
        Kind::Text(text) => text.trim_start().starts_with("12076:"),
        Kind::List(items) => items.iter().any(|item| holds_communities(item, steps)),
        Kind::Object(object) => object
            .properties
            .iter()
            .any(|(_, value)| holds_communities(value, steps)),
        _ => false,
    }
}
