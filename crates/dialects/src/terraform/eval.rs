//! Evaluates expressions, lazily: what nobody asks for costs nothing, and what cannot be known is a value
//! that says why.
//!
//! The language is HCL's native syntax specification with Terraform's references ("References to Named
//! Values").

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pairlint_model::source::Span;

use super::module::{Folder, Inputs, Module, Scope};
use super::reads::{self, Text};
use super::tree::{Expr, For, ITEM, Kind, Operator};
use super::types;
use super::value::{Data, Value};
use crate::Need;

/// All folders of a run, and how much may still be evaluated.
pub(super) struct World<'a> {
    folders: &'a BTreeMap<String, Folder<'a>>,
    /// Other files, which functions may read.
    pub(super) texts: &'a BTreeMap<String, Text<'a>>,
    /// Those that functions wanted to read, and that are not there.
    pub(super) asked: RefCell<BTreeSet<Need>>,
    fuel: Cell<u32>,
    depth: Cell<u32>,
    /// Every module that was called, to be freed: it knows its caller, and the caller keeps it.
    pub(super) modules: RefCell<Vec<Rc<Module<'a>>>>,
}

/// Enough for any configuration, and over in a moment.
const FUEL: u32 = 2_000_000;
/// What calling a module takes. Modules that call one another multiply: eight calls in a module of itself are more
/// than any machine can follow.
pub(super) const MODULE: usize = 200;
/// Values within a value that anybody may walk through.
const LARGEST: u32 = 100_000;
/// Calls within calls that the smallest stack holds.
const DEEPEST: u32 = 200;

impl<'a> World<'a> {
    pub(super) fn new(
        folders: &'a BTreeMap<String, Folder<'a>>,
        texts: &'a BTreeMap<String, Text<'a>>,
    ) -> World<'a> {
        World {
            folders,
            texts,
            asked: RefCell::default(),
            fuel: Cell::new(FUEL),
            depth: Cell::new(0),
            modules: RefCell::default(),
        }
    }

    /// Whether something was left undone.
    pub(super) fn is_spent(&self) -> bool {
        self.fuel.get() == 0
    }

    /// Forgets what was evaluated.
    pub(super) fn clear(&self) {
        for module in self.modules.take() {
            module.cache.borrow_mut().clear();
        }
    }

    pub(super) fn folder(&self, name: &str) -> Option<&'a Folder<'a>> {
        self.folders.get(name)
    }

    /// Takes from what may still be evaluated; false where nothing is left.
    pub(super) fn spend(&self, steps: usize) -> bool {
        let left = self
            .fuel
            .get()
            .checked_sub(u32::try_from(steps).unwrap_or(u32::MAX));
        self.fuel.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Evaluates once and keeps the value in the module.
    pub(super) fn once(
        &self,
        module: &Module<'a>,
        key: &str,
        span: Span,
        make: impl FnOnce() -> Value<'a>,
    ) -> Value<'a> {
        if let Some(known) = module.cache.borrow().get(key) {
            let cycle = || Value::failed(span, format!("`{key}` hangs on itself"));
            return known.clone().unwrap_or_else(cycle);
        }
        module.cache.borrow_mut().insert(key.to_owned(), None);
        let value = make();
        module
            .cache
            .borrow_mut()
            .insert(key.to_owned(), Some(value.clone()));
        value
    }

    pub(super) fn eval(&self, expr: &'a Expr, scope: &Scope<'a>) -> Value<'a> {
        if !self.spend(1) || self.depth.get() >= DEEPEST {
            return Value::unknown(expr.span, "the configuration is too large to be evaluated");
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.kind(expr, scope);
        self.depth.set(self.depth.get() - 1);
        if value.weight > LARGEST {
            return Value::unknown(expr.span, "the value is too large to be evaluated");
        }
        value
    }

    fn kind(&self, expr: &'a Expr, scope: &Scope<'a>) -> Value<'a> {
        let span = expr.span;
        match &expr.kind {
            Kind::Null => Value::null(span),
            Kind::Bool(value) => Value::bool(span, *value),
            Kind::Number(number) => Value::number(span, *number),
            Kind::Text(text) => Value::text(span, text.clone()),
            Kind::Template(parts) => self.template(parts, scope, span),
            Kind::List(items) => Value::list(span, items.iter().map(|item| self.eval(item, scope)).collect()),
            Kind::Object(entries) => self.object(entries, scope, span),
            Kind::Variable(name) => match scope.bound(name) {
                Some(value) => value.clone(),
                None => Value::failed(span, format!("`{name}` is no value")),
            },
            Kind::Attribute(of, name) => match self.reference(of, name, scope, span) {
                // What is not known is not known here.
                Some(value) if value.gap().is_some() => value.at(span),
                Some(value) => value,
                None => self.attribute(&self.eval(of, scope), name, span),
            },
            Kind::Index(of, index) => {
                let of = self.eval(of, scope);
                let index = self.eval(index, scope);
                self.index(&of, &index, span)
            }
            Kind::Splat(of, each) => self.splat(&self.eval(of, scope), each, scope, span),
            Kind::Conditional(three) => self.conditional(three, scope),
            Kind::Call {
                name,
                arguments,
                expand,
            } => self.call(name, arguments, *expand, scope, span),
            Kind::Not(inner) => {
                let value = self.eval(inner, scope);
                match (value.gap(), value.as_bool()) {
                    (None, Some(inner)) => Value::bool(span, !inner),
                    (None, None) => Value::failed(span, "`!` needs true or false"),
                    _ => value,
                }
            }
            Kind::Negate(inner) => {
                let value = self.eval(inner, scope);
                match (value.gap(), value.as_number()) {
                    (None, Some(number)) => Value::number(span, -number),
                    (None, None) => Value::failed(span, "`-` needs a number"),
                    _ => value,
                }
            }
            Kind::Binary(operator, two) => self.binary(*operator, two, scope, span),
            Kind::For(inner) => self.for_expr(inner, scope, span),
            Kind::Unsupported(why) => Value::unknown(span, why.clone()),
        }
    }

    fn object(&self, entries: &'a [(Expr, Expr)], scope: &Scope<'a>, span: Span) -> Value<'a> {
        let mut made = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let key = self.eval(key, scope);
            let Some(text) = key.as_text() else {
                return gap_of(&key, span, "a key must be a text");
            };
            made.push((text, self.eval(value, scope)));
        }
        Value::object(span, made)
    }

    /// What a name with an attribute stands for, where it is no value of its own: `var.x`, `type.name`.
    fn reference(&self, of: &'a Expr, name: &'a str, scope: &Scope<'a>, span: Span) -> Option<Value<'a>> {
        let module = &scope.module;
        let missing = |what: &str| Value::unknown(span, format!("{what} is not among the files"));
        if let Kind::Attribute(inner, kind) = &of.kind {
            let Kind::Variable(root) = &inner.kind else {
                return None;
            };
            if &**root != "data" || scope.bound(root).is_some() {
                return None;
            }
            let value = self.data_source(module, kind, name);
            return Some(value.unwrap_or_else(|| missing(&format!("`data.{kind}.{name}`"))));
        }
        let Kind::Variable(root) = &of.kind else {
            return None;
        };
        if scope.bound(root).is_some() {
            return None;
        }
        Some(match &**root {
            "var" => self.variable(module, name, span),
            "local" => match module.folder.locals.get_key_value(name) {
                Some((name, expr)) => self.once(module, &format!("local.{name}"), span, || {
                    self.eval(expr, &Scope::new(module.clone()))
                }),
                None => missing(&format!("`local.{name}`")),
            },
            "module" => match self.module(module, name) {
                Some(value) => value,
                None => missing(&format!("module `{name}`")),
            },
            "path" => match reads::path(module, name) {
                Some(path) => Value::text(span, path),
                None => Value::unknown(span, format!("`path.{name}` is not known")),
            },
            "terraform" => Value::unknown(
                span,
                format!("`terraform.{name}` is only known when Terraform runs"),
            ),
            "data" => return None,
            kind => match self.resource(module, kind, name) {
                Some(value) => value,
                None => missing(&format!("`{kind}.{name}`")),
            },
        })
    }

    fn variable(&self, module: &Rc<Module<'a>>, name: &str, span: Span) -> Value<'a> {
        self.once(module, &format!("var.{name}"), span, || {
            let declared = module.folder.variables.get(name);
            let setting = |key: &str| declared?.iter().rev().find_map(|block| block.body.get(key));
            let own = Scope::new(module.clone());
            let given = match &module.inputs {
                Inputs::Root(values) => values.get(name).map(|value| self.eval(value, &own)),
                Inputs::Call { scope, blocks } => {
                    let argument = blocks.iter().rev().find_map(|block| block.body.get(name));
                    argument.map(|argument| self.eval(argument, scope))
                }
            };
            let nullable = setting("nullable").is_none_or(|expr| !matches!(expr.kind, Kind::Bool(false)));
            let given = given.filter(|value| nullable || !value.is_null());
            let value = given.or_else(|| setting("default").map(|default| self.eval(default, &own)));
            match value {
                None => Value::unknown(span, format!("`var.{name}` has no value")),
                Some(_) if declared.is_none() => {
                    Value::unknown(span, format!("`var.{name}` is not declared among the files"))
                }
                Some(value) => match setting("type") {
                    Some(constraint) => types::convert(self, value, constraint, &own),
                    None => value,
                },
            }
        })
    }

    pub(super) fn attribute(&self, of: &Value<'a>, name: &str, span: Span) -> Value<'a> {
        match &of.data {
            Data::Unknown(_) | Data::Failed(_) => of.at(span),
            Data::Object(entries) => match entries.iter().find(|(key, _)| &**key == name) {
                Some((_, value)) => value.clone(),
                // The one instance of an unknown `for_each`.
                None if entries.iter().any(|(key, _)| &**key == "*") => {
                    Value::unknown(span, "it is not known which instances there are")
                }
                None => Value::failed(span, format!("there is no attribute `{name}`")),
            },
            Data::Resource(instance) => self.resource_attribute(instance, name, span),
            Data::Module(module) => match module.folder.outputs.get_key_value(name) {
                Some((name, block)) => {
                    let value = block.body.get("value");
                    self.once(module, &format!("output.{name}"), span, || match value {
                        Some(value) => self.eval(value, &Scope::new(module.clone())),
                        None => Value::null(span),
                    })
                }
                None => Value::failed(span, format!("the module has no output `{name}`")),
            },
            Data::Null => Value::failed(span, format!("the value is null and has no `{name}`")),
            _ => Value::failed(span, format!("the value has no attribute `{name}`")),
        }
    }

    /// The keys and values of a collection.
    pub(super) fn walk(&self, of: &Value<'a>) -> Result<Vec<(Value<'a>, Value<'a>)>, Rc<str>> {
        match &of.data {
            Data::List(items) if self.spend(items.len()) => Ok(items
                .iter()
                .enumerate()
                .map(|(at, item)| (Value::number(item.span, at as f64), item.clone()))
                .collect()),
            Data::Object(entries) if self.spend(entries.len()) => {
                if let [(key, item)] = &**entries
                    && &**key == "*"
                    && matches!(item.data, Data::Resource(_) | Data::Module(_))
                {
                    return Err("it is not known which instances there are".into());
                }
                Ok(entries
                    .iter()
                    .map(|(key, item)| (Value::text(item.span, key.clone()), item.clone()))
                    .collect())
            }
            Data::Unknown(why) | Data::Failed(why) => Err(why.clone()),
            _ => Err("it is no list and no map".into()),
        }
    }

    pub(super) fn index(&self, of: &Value<'a>, index: &Value<'a>, span: Span) -> Value<'a> {
        if of.gap().is_some() {
            return of.at(span);
        }
        if index.gap().is_some() {
            return index.at(span);
        }
        match &of.data {
            Data::List(items) => match index.as_number() {
                Some(at) if at >= 0.0 && at.fract() == 0.0 => match items.get(at as usize) {
                    Some(item) => item.clone(),
                    None => Value::failed(span, "the list has no such item"),
                },
                _ => Value::failed(span, "an item of a list is named by its number"),
            },
            _ => match index.as_text() {
                Some(key) => self.attribute(of, &key, span),
                None => Value::failed(span, "the key is no text"),
            },
        }
    }

    fn splat(&self, of: &Value<'a>, each: &'a Expr, scope: &Scope<'a>, span: Span) -> Value<'a> {
        let items: Vec<Value<'a>> = match &of.data {
            Data::Unknown(_) | Data::Failed(_) => return of.at(span),
            Data::List(items) => items.to_vec(),
            // Anything but a list is a list of itself, and null an empty one.
            Data::Null => Vec::new(),
            _ => vec![of.clone()],
        };
        let each = |item| self.eval(each, &scope.with(ITEM, item));
        Value::list(span, items.into_iter().map(each).collect())
    }

    fn conditional(&self, [condition, then, otherwise]: &'a [Expr; 3], scope: &Scope<'a>) -> Value<'a> {
        let decided = self.eval(condition, scope);
        match (decided.gap(), decided.as_bool()) {
            (None, Some(true)) => self.eval(then, scope),
            (None, Some(false)) => self.eval(otherwise, scope),
            (None, None) => Value::failed(condition.span, "a condition must be true or false"),
            (Some(_), _) => decided.at(condition.span),
        }
    }

    fn binary(&self, operator: Operator, [a, b]: &'a [Expr; 2], scope: &Scope<'a>, span: Span) -> Value<'a> {
        let (a, b) = (self.eval(a, scope), self.eval(b, scope));
        let logic = match operator {
            Operator::And => Some(false),
            Operator::Or => Some(true),
            _ => None,
        };
        if let Some(deciding) = logic {
            // Terraform 1.x evaluates both sides; one that decides alone makes the other's gap no matter.
            let known = |value: &Value<'a>| value.gap().is_none().then(|| value.as_bool()).flatten();
            let (left, right) = (known(&a), known(&b));
            if left == Some(deciding) || right == Some(deciding) {
                return Value::bool(span, deciding);
            }
            return match (left, right) {
                (Some(_), Some(_)) => Value::bool(span, !deciding),
                (None, _) => gap_of(&a, span, "a condition must be true or false"),
                (_, None) => gap_of(&b, span, "a condition must be true or false"),
            };
        }
        if matches!(operator, Operator::Equal | Operator::NotEqual) {
            return match a.equals(&b) {
                Some(equal) => Value::bool(span, equal == (operator == Operator::Equal)),
                None => gap_of(
                    if a.inner_gap().is_some() { &a } else { &b },
                    span,
                    "it cannot be compared",
                ),
            };
        }
        for side in [&a, &b] {
            if side.gap().is_some() {
                return side.at(span);
            }
        }
        let (Some(a), Some(b)) = (a.as_number(), b.as_number()) else {
            return Value::failed(span, "the operator needs numbers");
        };
        let number = |number: f64| match number.is_finite() {
            true => Value::number(span, number),
            false => Value::failed(span, "a division by zero"),
        };
        match operator {
            Operator::LessEqual => Value::bool(span, a <= b),
            Operator::GreaterEqual => Value::bool(span, a >= b),
            Operator::Less => Value::bool(span, a < b),
            Operator::Greater => Value::bool(span, a > b),
            Operator::Plus => number(a + b),
            Operator::Minus => number(a - b),
            Operator::Times => number(a * b),
            Operator::Divide => number(a / b),
            _ => number(a % b),
        }
    }

    fn for_expr(&self, inner: &'a For, scope: &Scope<'a>, span: Span) -> Value<'a> {
        let collection = self.eval(&inner.collection, scope);
        let pairs = match self.walk(&collection) {
            Ok(pairs) => pairs,
            Err(why) => {
                let refused = !matches!(
                    collection.data,
                    Data::Unknown(_) | Data::Object(_) | Data::List(_)
                );
                let data = if refused {
                    Data::Failed(why)
                } else {
                    Data::Unknown(why)
                };
                return Value::new(span, data);
            }
        };
        let mut list = Vec::new();
        let mut groups: BTreeMap<Rc<str>, Vec<Value<'a>>> = BTreeMap::new();
        for (key, value) in pairs {
            let mut inside = scope.with(inner.value_name.clone(), value);
            if let Some(name) = &inner.key_name {
                inside = inside.with(name.clone(), key);
            }
            if let Some(condition) = &inner.condition {
                let decided = self.eval(condition, &inside);
                match (decided.gap(), decided.as_bool()) {
                    (None, Some(true)) => {}
                    (None, Some(false)) => continue,
                    _ => return gap_of(&decided, span, "a condition must be true or false"),
                }
            }
            let made = self.eval(&inner.value, &inside);
            let Some(key) = &inner.key else {
                list.push(made);
                continue;
            };
            let key = self.eval(key, &inside);
            let Some(text) = key.as_text() else {
                return gap_of(&key, span, "a key must be a text");
            };
            let group = groups.entry(text).or_default();
            if !group.is_empty() && !inner.grouping {
                return Value::failed(span, "two items have one key");
            }
            group.push(made);
        }
        if inner.key.is_none() {
            return Value::list(span, list);
        }
        let grouping = inner.grouping;
        let one = |mut group: Vec<Value<'a>>| match (grouping, group.pop()) {
            (false, Some(only)) => only,
            (_, last) => {
                group.extend(last);
                Value::list(span, group)
            }
        };
        Value::object(span, groups.into_iter().map(|(key, group)| (key, one(group))))
    }
}

/// The value's own gap, else a refusal.
pub(super) fn gap_of<'a>(value: &Value<'a>, span: Span, why: &str) -> Value<'a> {
    match value.inner_gap() {
        Some(gap) => {
            let gap = gap.clone();
            match value.data {
                Data::Failed(_) => Value::failed(span, gap),
                _ => Value::unknown(span, gap),
            }
        }
        None => Value::failed(span, why),
    }
}
