//! Evaluates expressions in the scope of one deployment.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use pairlint_model::source::Span;

use super::expr::{Copy, Element, Entry, Expr, ExprKind, For, Op};
use super::reach::{derived, element, joined, member};
use super::value::{Kind, Object, Unknown, Value};
use super::{Loaded, Resource, Template};

/// Deeper expressions are in no file that people write; the stack is not endless.
const MAXIMUM_DEPTH: u32 = 80;
pub(super) const TOO_LARGE: &str = "the expression is too large to be evaluated";
/// How many expressions are evaluated for the files of one run.
const MAXIMUM_STEPS: u32 = 1_000_000;
/// How many modules and nested templates are deployed for them. Modules that hold one another multiply: twelve levels
/// of eight each are more than any machine can count.
const MAXIMUM_DEPLOYMENTS: u32 = 10_000;
/// How many items a list may have that functions make.
pub(super) const LONGEST_LIST: usize = 100_000;
/// Resource Manager allows 800 iterations of a loop.
pub(super) const MAXIMUM_COUNT: usize = 5000;

/// Everything that templates may refer to, by file name, and what is left of the work.
pub struct World<'t, 'a> {
    pub templates: &'t BTreeMap<String, Template<'a>>,
    /// What `loadJsonContent` and its like give.
    pub loaded: &'t BTreeMap<String, Loaded<'a>>,
    depth: Cell<u32>,
    steps: Cell<u32>,
    deployments: Cell<u32>,
}

impl<'t, 'a> World<'t, 'a> {
    pub fn new(
        templates: &'t BTreeMap<String, Template<'a>>,
        loaded: &'t BTreeMap<String, Loaded<'a>>,
    ) -> World<'t, 'a> {
        World {
            templates,
            loaded,
            depth: Cell::new(0),
            steps: Cell::new(0),
            deployments: Cell::new(0),
        }
    }

    /// Whether one more module may be deployed.
    pub(super) fn count_deployment(&self) -> bool {
        let count = self.deployments.get().saturating_add(1);
        self.deployments.set(count);
        count <= MAXIMUM_DEPLOYMENTS
    }

    /// Whether one was asked for that may not.
    pub(super) fn is_spent(&self) -> bool {
        self.deployments.get() > MAXIMUM_DEPLOYMENTS
    }
}

/// Where resources are deployed to: segments of their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    pub subscription: String,
    pub group: String,
}

impl Scope {
    pub fn path(&self) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/{}",
            self.subscription, self.group
        )
    }
}

/// Names of loops and lambdas, the innermost first.
#[derive(Debug)]
pub struct Frame<'a> {
    name: Cow<'a, str>,
    value: Value<'a>,
    next: Locals<'a>,
}

pub type Locals<'a> = Option<Rc<Frame<'a>>>;

pub(super) fn with<'a>(locals: &Locals<'a>, name: Cow<'a, str>, value: Value<'a>) -> Locals<'a> {
    Some(Rc::new(Frame {
        name,
        value,
        next: locals.clone(),
    }))
}

pub(super) fn local<'l, 'a>(locals: &'l Locals<'a>, name: &str) -> Option<&'l Value<'a>> {
    let mut frame = locals.as_ref();
    while let Some(here) = frame {
        if here.name == name {
            return Some(&here.value);
        }
        frame = here.next.as_ref();
    }
    None
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Param(String),
    Var(String),
    Declared(usize),
}

/// A template being deployed.
pub struct Env<'t, 'a> {
    pub(super) world: &'t World<'t, 'a>,
    pub(super) template: &'t Template<'a>,
    given: BTreeMap<String, Value<'a>>,
    pub(super) scope: Scope,
    /// Whose parameters and variables are used instead.
    outer: Option<(Rc<Env<'t, 'a>>, Locals<'a>)>,
    /// `None` while it is evaluated.
    memo: RefCell<BTreeMap<Key, Option<Value<'a>>>>,
    pub(super) deployed: RefCell<BTreeMap<(usize, usize), Rc<Env<'t, 'a>>>>,
}

impl<'t, 'a> Env<'t, 'a> {
    /// A deployment of its own; its name stands for the subscription, which nothing tells.
    pub fn root(
        world: &'t World<'t, 'a>,
        template: &'t Template<'a>,
        name: &str,
        given: BTreeMap<String, Value<'a>>,
    ) -> Rc<Env<'t, 'a>> {
        let scope = Scope {
            subscription: name.replace('/', ":"),
            group: "{resourceGroup}".to_owned(),
        };
        Env::new(world, template, given, scope, None)
    }

    pub(super) fn new(
        world: &'t World<'t, 'a>,
        template: &'t Template<'a>,
        given: BTreeMap<String, Value<'a>>,
        scope: Scope,
        outer: Option<(Rc<Env<'t, 'a>>, Locals<'a>)>,
    ) -> Rc<Env<'t, 'a>> {
        Rc::new(Env {
            world,
            template,
            given,
            scope,
            outer,
            memo: RefCell::default(),
            deployed: RefCell::default(),
        })
    }

    /// Parts a deployment from those in it; they know each other, and would never be freed.
    pub(super) fn part(&self) {
        for inner in self.deployed.take().values() {
            inner.part();
        }
    }

    pub fn outputs(self: &Rc<Self>) -> BTreeMap<String, Value<'a>> {
        let outputs = self.template.outputs.iter();
        outputs
            .map(|(name, value)| (name.to_ascii_lowercase(), self.eval(value, &None)))
            .collect()
    }

    pub fn eval(self: &Rc<Self>, expr: &'t Expr<'a>, locals: &Locals<'a>) -> Value<'a> {
        let (depth, steps) = (&self.world.depth, &self.world.steps);
        if depth.get() >= MAXIMUM_DEPTH || steps.get() >= MAXIMUM_STEPS {
            return Value::unknown(TOO_LARGE, "{…}", expr.span);
        }
        depth.set(depth.get() + 1);
        steps.set(steps.get() + 1);
        let value = self.eval_kind(expr, locals);
        depth.set(depth.get() - 1);
        value
    }

    fn eval_kind(self: &Rc<Self>, expr: &'t Expr<'a>, locals: &Locals<'a>) -> Value<'a> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Null => Value::null(span),
            ExprKind::Bool(value) => Value::new(Kind::Bool(*value), span),
            ExprKind::Int(value) => Value::new(Kind::Int(*value), span),
            ExprKind::Text(text) => Value::new(Kind::Text(text.clone()), span),
            ExprKind::Concat(parts) => self.concat(parts, locals, span),
            ExprKind::List(elements) => self.list(elements, locals, span),
            ExprKind::Object(entries) => self.object(entries, locals, span),
            ExprKind::Name(name) => self.named(name, locals, span),
            ExprKind::Call { name, args } => self.call(name, args, locals, span),
            ExprKind::Member { base, name, access } => {
                let base = self.eval(base, locals);
                member(&base, name, *access, span)
            }
            ExprKind::Index { base, index, access } => {
                let (base, index) = (self.eval(base, locals), self.eval(index, locals));
                element(&base, &index, *access, span)
            }
            ExprKind::If(parts) => self.choice(parts, locals, span),
            ExprKind::Binary(op, sides) => self.binary(*op, sides, locals, span),
            ExprKind::Not(inner) => {
                let value = self.eval(inner, locals);
                match value.kind {
                    Kind::Bool(value) => Value::new(Kind::Bool(!value), span),
                    _ => derived("!", &[value], span),
                }
            }
            ExprKind::Negate(inner) => {
                let value = self.eval(inner, locals);
                match value.kind {
                    Kind::Int(value) => Value::new(Kind::Int(value.wrapping_neg()), span),
                    _ => derived("-", &[value], span),
                }
            }
            ExprKind::For(each) => self.each(each, locals, span),
            ExprKind::Copy(copy) => self.copies(copy, locals, span),
            ExprKind::Lambda { .. } => Value::unknown("a lambda stands where a value belongs", "{=>}", span),
            ExprKind::Unsupported(why) => {
                let symbol = format!("{{{}:{}}}", span.source.0, span.start);
                Value::unknown(why.clone(), symbol, span)
            }
        }
    }

    fn concat(self: &Rc<Self>, parts: &'t [Expr<'a>], locals: &Locals<'a>, span: Span) -> Value<'a> {
        let parts: Vec<Value<'a>> = parts.iter().map(|part| self.eval(part, locals)).collect();
        joined(&parts, "", span)
    }

    fn list(self: &Rc<Self>, elements: &'t [Element<'a>], locals: &Locals<'a>, span: Span) -> Value<'a> {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            match element {
                Element::One(expr) => items.push(self.eval(expr, locals)),
                Element::Spread(expr) => {
                    let value = self.eval(expr, locals);
                    match value.as_list() {
                        Some(inner) if items.len() + inner.len() <= LONGEST_LIST => {
                            items.extend(inner.iter().cloned());
                        }
                        Some(_) => return Value::unknown(TOO_LARGE, "{…}", span),
                        None => return derived("...", &[value], span),
                    }
                }
            }
        }
        Value::list(items, span)
    }

    fn object(self: &Rc<Self>, entries: &'t [Entry<'a>], locals: &Locals<'a>, span: Span) -> Value<'a> {
        let mut object = Object::default();
        let mut open = None;
        for entry in entries {
            match entry {
                Entry::Property { key, value } => {
                    let key = match &key.kind {
                        ExprKind::Text(key) => key.clone(),
                        _ => match self.eval(key, locals).kind {
                            Kind::Text(key) => key,
                            _ => {
                                open = Some(("a name of a property is not known", key.span));
                                continue;
                            }
                        },
                    };
                    // Most objects are small; equal keys were sorted out by the reader.
                    let value = self.eval(value, locals);
                    if object.properties.len() < 64 {
                        object.set(key, value);
                    } else {
                        object.properties.push((key, value));
                    }
                }
                Entry::Spread(expr) => {
                    let value = self.eval(expr, locals);
                    match &value.kind {
                        Kind::Object(inner) => {
                            for (key, value) in &inner.properties {
                                object.set(key.clone(), value.clone());
                            }
                            object.open = object.open.take().or_else(|| inner.open.clone());
                        }
                        Kind::Null => {}
                        Kind::Unknown(unknown) => hide(&mut object, unknown),
                        _ => open = Some(("something else than an object is spread", expr.span)),
                    }
                }
            }
        }
        if let Some((why, at)) = open {
            let unknown = Unknown {
                why: why.to_owned(),
                symbol: format!("{{{}}}", at.start),
            };
            hide(&mut object, &Rc::new(unknown));
        }
        Value::object(object, span)
    }

    fn choice(self: &Rc<Self>, parts: &'t [Expr<'a>; 3], locals: &Locals<'a>, span: Span) -> Value<'a> {
        let [condition, yes, no] = parts;
        let condition = self.eval(condition, locals);
        match condition.kind {
            Kind::Bool(true) => self.eval(yes, locals),
            Kind::Bool(false) => self.eval(no, locals),
            _ => {
                let (yes, no) = (self.eval(yes, locals), self.eval(no, locals));
                match yes.equals(&no) {
                    Some(true) => yes,
                    _ => derived("if", &[condition, yes, no], span),
                }
            }
        }
    }

    fn binary(
        self: &Rc<Self>,
        op: Op,
        sides: &'t [Expr<'a>; 2],
        locals: &Locals<'a>,
        span: Span,
    ) -> Value<'a> {
        let [left, right] = sides;
        let a = self.eval(left, locals);
        match (op, &a.kind) {
            (Op::Coalesce, Kind::Null) => return self.eval(right, locals),
            (Op::Coalesce, Kind::Unknown(_)) => {}
            (Op::Coalesce, _) | (Op::Or, Kind::Bool(true)) | (Op::And, Kind::Bool(false)) => return a,
            _ => {}
        }
        let b = self.eval(right, locals);
        super::operators::operate(op, a, b, span)
    }

    fn each(self: &Rc<Self>, each: &'t For<'a>, locals: &Locals<'a>, span: Span) -> Value<'a> {
        let rounds = match self.rounds(&each.head, locals) {
            Ok(rounds) => rounds,
            Err(unknown) => return Value::new(Kind::Unknown(unknown), span),
        };
        let mut items = Vec::with_capacity(rounds.len());
        for locals in rounds {
            if let Some(condition) = &each.condition {
                let condition = self.eval(condition, &locals);
                match condition.kind {
                    Kind::Bool(true) => {}
                    Kind::Bool(false) => continue,
                    _ => return derived("for", &[condition], span),
                }
            }
            items.push(self.eval(&each.body, &locals));
        }
        Value::list(items, span)
    }

    /// The names of a loop, once for each item.
    pub(super) fn rounds(
        self: &Rc<Self>,
        head: &'t super::expr::Loop<'a>,
        locals: &Locals<'a>,
    ) -> Result<Vec<Locals<'a>>, Rc<Unknown>> {
        let list = self.eval(&head.list, locals);
        let Some(items) = list.as_list() else {
            let value = derived("for", &[list], head.list.span);
            return Err(value.as_unknown().cloned().unwrap_or_else(nothing_known));
        };
        let numbered = items.iter().take(MAXIMUM_COUNT).enumerate();
        Ok(numbered
            .map(|(at, item)| {
                let locals = with(locals, head.item.clone(), item.clone());
                match &head.index {
                    Some(index) => {
                        let at = Value::new(Kind::Int(at as i64), head.list.span);
                        with(&locals, index.clone(), at)
                    }
                    None => locals,
                }
            })
            .collect())
    }

    fn copies(self: &Rc<Self>, copy: &'t Copy<'a>, locals: &Locals<'a>, span: Span) -> Value<'a> {
        let count = self.eval(&copy.count, locals);
        let rounds = match count.kind {
            Kind::Int(count) => usize::try_from(count)
                .ok()
                .filter(|&count| count <= MAXIMUM_COUNT),
            _ => None,
        };
        let Some(rounds) = rounds else {
            return derived("copy", &[count], span);
        };
        let each = (0..rounds).map(|at| {
            let locals = super::instances::copy_locals(locals, &copy.name, at, span);
            self.eval(&copy.input, &locals)
        });
        Value::list(each.collect(), span)
    }

    fn named(self: &Rc<Self>, name: &str, locals: &Locals<'a>, span: Span) -> Value<'a> {
        if let Some(value) = local(locals, name) {
            return value.clone();
        }
        let key = name.to_ascii_lowercase();
        if self.template.params.contains_key(&key) {
            return self.parameter(name, span);
        }
        if self.template.vars.contains_key(&key) {
            return self.variable(name, span);
        }
        if let Some(value) = self.imported(&key, span) {
            return value;
        }
        match self.template.symbols.get(&key) {
            Some(&index) => self.declared_once(index, span),
            None => Value::unknown(
                format!("`{name}` is not defined in the file"),
                format!("{{{name}}}"),
                span,
            ),
        }
    }

    /// The other file that a name is imported from, and its name there.
    pub(super) fn import(self: &Rc<Self>, key: &str) -> Option<(Rc<Env<'t, 'a>>, Option<&'t str>)> {
        let import = self.template.imports.get(key)?;
        let template = self.world.templates.get(&import.path)?;
        let env = Env::new(self.world, template, BTreeMap::new(), self.scope.clone(), None);
        Some((env, import.name.as_deref()))
    }

    fn imported(self: &Rc<Self>, key: &str, span: Span) -> Option<Value<'a>> {
        let (env, name) = self.import(key)?;
        let Some(name) = name else {
            let vars = env.template.vars.keys();
            let properties = vars.map(|name| (Cow::Owned(name.clone()), env.variable(name, span)));
            let object = Object {
                properties: properties.collect(),
                open: None,
            };
            return Some(Value::object(object, span));
        };
        Some(env.variable(name, span))
    }

    pub(super) fn parameter(self: &Rc<Self>, name: &str, span: Span) -> Value<'a> {
        if let Some((outer, _)) = self.outer_scope() {
            return outer.parameter(name, span);
        }
        let key = name.to_ascii_lowercase();
        let param = self.template.params.get(&key);
        if let Some(value) = self.given.get(&key) {
            // Null asks for the default.
            if !value.is_null() || param.is_none_or(|param| param.default.is_none()) {
                return value.clone();
            }
        }
        let Some(param) = param else {
            return Value::unknown(
                format!("parameter `{name}` is not declared"),
                format!("{{{name}}}"),
                span,
            );
        };
        match &param.default {
            Some(default) => self.remembered(Key::Param(key), default),
            None if param.nullable && self.is_called() => Value::null(span),
            None => Value::unknown(
                format!("parameter `{name}` has no value"),
                format!("{{{name}}}"),
                param.span,
            ),
        }
    }

    /// Whether all parameters that need a value have one. Where they have not, somebody who is not in the run
    /// gives them, and may give the optional ones, too.
    fn is_called(&self) -> bool {
        let mut params = self.template.params.iter();
        params.all(|(name, param)| param.nullable || param.default.is_some() || self.given.contains_key(name))
    }

    pub(super) fn variable(self: &Rc<Self>, name: &str, span: Span) -> Value<'a> {
        if let Some((outer, _)) = self.outer_scope() {
            return outer.variable(name, span);
        }
        let key = name.to_ascii_lowercase();
        match self.template.vars.get(&key) {
            Some(value) => self.remembered(Key::Var(key), value),
            None => Value::unknown(
                format!("variable `{name}` is not declared"),
                format!("{{{name}}}"),
                span,
            ),
        }
    }

    pub(super) fn outer_scope(&self) -> Option<&(Rc<Env<'t, 'a>>, Locals<'a>)> {
        self.outer.as_ref().filter(|_| self.template.outer_scope)
    }

    fn declared_once(self: &Rc<Self>, index: usize, span: Span) -> Value<'a> {
        let known = self.memo.borrow().get(&Key::Declared(index)).cloned();
        match known {
            Some(Some(value)) => return Value { span, ..value },
            Some(None) => return Value::unknown("it refers to itself", "{itself}", span),
            None => {}
        }
        self.memo.borrow_mut().insert(Key::Declared(index), None);
        let value = self.declared(index, span);
        let remembered = Some(value.clone());
        self.memo.borrow_mut().insert(Key::Declared(index), remembered);
        value
    }

    fn remembered(self: &Rc<Self>, key: Key, expr: &'t Expr<'a>) -> Value<'a> {
        let known = self.memo.borrow().get(&key).cloned();
        match known {
            Some(Some(value)) => return value,
            Some(None) => return Value::unknown("it refers to itself", "{itself}", expr.span),
            None => {}
        }
        self.memo.borrow_mut().insert(key.clone(), None);
        let value = self.eval(expr, &None);
        self.memo.borrow_mut().insert(key, Some(value.clone()));
        value
    }

    pub(super) fn resource(&self, index: usize) -> Option<&'t Resource<'a>> {
        self.template.resources.get(index)
    }
}

/// What an object held may have been changed by something that is not known.
fn hide<'a>(object: &mut Object<'a>, unknown: &Rc<Unknown>) {
    for (_, value) in &mut object.properties {
        value.kind = Kind::Unknown(unknown.clone());
    }
    object.open = Some(unknown.clone());
}

fn nothing_known() -> Rc<Unknown> {
    Rc::new(Unknown {
        why: "the expression is not evaluated".to_owned(),
        symbol: "{…}".to_owned(),
    })
}
