//! Folders of Terraform, the modules that they are, and the instances of resources and modules in them.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use pairlint_model::source::Span;

use super::eval::{MODULE, World};
use super::tree::{Block, Body, Expr};
use super::value::{Data, Value};

/// What the files of a folder declare.
#[derive(Default)]
pub(super) struct Folder<'a> {
    pub name: String,
    pub variables: BTreeMap<&'a str, Vec<&'a Block>>,
    pub locals: BTreeMap<&'a str, &'a Expr>,
    pub outputs: BTreeMap<&'a str, &'a Block>,
    /// By label. Several blocks where an override file adds to one.
    pub modules: BTreeMap<&'a str, Vec<&'a Block>>,
    pub resources: BTreeMap<(&'a str, &'a str), Vec<&'a Block>>,
    pub data: BTreeMap<(&'a str, &'a str), Vec<&'a Block>>,
}

impl<'a> Folder<'a> {
    /// Adds a file; override files come last (Terraform, "Override Files").
    pub(super) fn add(&mut self, body: &'a Body) {
        for block in &body.blocks {
            let (first, second) = (block.label(0), block.label(1));
            match &*block.name {
                "variable" => self.variables.entry(first).or_default().push(block),
                "output" => drop(self.outputs.insert(first, block)),
                "module" => self.modules.entry(first).or_default().push(block),
                "resource" => self.resources.entry((first, second)).or_default().push(block),
                "data" => self.data.entry((first, second)).or_default().push(block),
                "locals" => {
                    let locals = &block.body.attributes;
                    self.locals
                        .extend(locals.iter().map(|local| (&*local.name, &local.value)));
                }
                _ => {}
            }
        }
    }
}

/// A module as it is called, or the root.
pub(super) struct Module<'a> {
    pub folder: &'a Folder<'a>,
    /// Which configuration, and with which variables: `terraform:envs/prod`.
    pub root: Rc<str>,
    /// `module.er["a"].`, empty for the root.
    pub path: String,
    pub inputs: Inputs<'a>,
    /// Why it is not known whether the module is called at all.
    pub exists: Option<Rc<str>>,
    pub depth: usize,
    /// What was evaluated; `None` while it is.
    pub cache: RefCell<HashMap<String, Option<Value<'a>>>>,
}

pub(super) enum Inputs<'a> {
    /// Values of variable files, the last counts.
    Root(BTreeMap<&'a str, &'a Expr>),
    Call {
        scope: Scope<'a>,
        blocks: Vec<&'a Block>,
    },
}

/// What names mean at a place.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    pub module: Rc<Module<'a>>,
    bindings: Option<Rc<Binding<'a>>>,
}

struct Binding<'a> {
    name: Rc<str>,
    value: Value<'a>,
    next: Option<Rc<Binding<'a>>>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(module: Rc<Module<'a>>) -> Scope<'a> {
        Scope {
            module,
            bindings: None,
        }
    }

    pub(super) fn with(&self, name: impl Into<Rc<str>>, value: Value<'a>) -> Scope<'a> {
        Scope {
            module: self.module.clone(),
            bindings: Some(Rc::new(Binding {
                name: name.into(),
                value,
                next: self.bindings.clone(),
            })),
        }
    }

    pub(super) fn bound(&self, name: &str) -> Option<&Value<'a>> {
        let mut next = self.bindings.as_ref();
        while let Some(binding) = next {
            if &*binding.name == name {
                return Some(&binding.value);
            }
            next = binding.next.as_ref();
        }
        None
    }
}

/// An instance of a resource or data source.
pub(super) struct Instance<'a> {
    pub scope: Scope<'a>,
    pub kind: &'a str,
    pub blocks: Vec<&'a Block>,
    /// `module.er.azurerm_route_filter.rf[0]`
    pub address: Rc<str>,
    pub exists: Option<Rc<str>>,
}

impl<'a> Instance<'a> {
    pub(super) fn id(&self) -> String {
        format!("{}/{}", self.scope.module.root, self.address)
    }
}

/// How often a resource or module is there.
pub(super) enum Expansion<'a> {
    Once,
    Count(Vec<Value<'a>>),
    Each(Vec<(Rc<str>, Value<'a>)>),
    /// It hangs on something that is not known; whether by `for_each`.
    Unknown {
        why: Rc<str>,
        each: bool,
    },
}

/// More instances than anybody has circuits.
const MOST: f64 = 1000.0;

impl<'a> World<'a> {
    fn expansion(&self, blocks: &[&'a Block], scope: &Scope<'a>) -> Expansion<'a> {
        let written = |name: &str| blocks.iter().rev().find_map(|block| block.body.get(name));
        if let Some(expr) = written("count") {
            let count = self.eval(expr, scope);
            return match (count.gap(), count.as_number()) {
                (None, Some(number)) if (0.0..=MOST).contains(&number) => Expansion::Count(
                    (0..number as u32)
                        .map(|index| Value::number(expr.span, f64::from(index)))
                        .collect(),
                ),
                (Some(why), _) => Expansion::Unknown {
                    why: why.clone(),
                    each: false,
                },
                _ => Expansion::Unknown {
                    why: "`count` is no number of instances".into(),
                    each: false,
                },
            };
        }
        if let Some(expr) = written("for_each") {
            let each = self.eval(expr, scope);
            return match self.pairs(&each) {
                Ok(pairs) => Expansion::Each(pairs),
                Err(why) => Expansion::Unknown { why, each: true },
            };
        }
        Expansion::Once
    }

    /// The keys and values that `for_each` walks: of a set, each value is its own key.
    pub(super) fn pairs(&self, of: &Value<'a>) -> Result<Vec<(Rc<str>, Value<'a>)>, Rc<str>> {
        match &of.data {
            Data::Object(entries) => Ok(entries.to_vec()),
            Data::List(items) => items
                .iter()
                .map(|item| match item.as_text() {
                    Some(text) => Ok((text, item.clone())),
                    None => Err(item
                        .gap()
                        .cloned()
                        .unwrap_or_else(|| "`for_each` walks a set of texts or a map".into())),
                })
                .collect(),
            _ => Err(of
                .gap()
                .cloned()
                .unwrap_or_else(|| "`for_each` walks a set of texts or a map".into())),
        }
    }

    /// Every instance of something that `make` makes one of, and what stands for all in expressions.
    pub(super) fn expand(
        &self,
        blocks: &[&'a Block],
        scope: &Scope<'a>,
        span: Span,
        make: impl Fn(Scope<'a>, String, Option<Rc<str>>) -> Value<'a>,
    ) -> Value<'a> {
        let counted = |index: Value<'a>| Value::object(span, [(Rc::from("index"), index)]);
        let each = |key: Value<'a>, value: Value<'a>| {
            Value::object(span, [(Rc::from("key"), key), (Rc::from("value"), value)])
        };
        match self.expansion(blocks, scope) {
            Expansion::Once => make(scope.clone(), String::new(), None),
            Expansion::Count(indices) => {
                let one = |(at, index): (usize, Value<'a>)| {
                    make(scope.with("count", counted(index)), format!("[{at}]"), None)
                };
                Value::list(span, indices.into_iter().enumerate().map(one).collect())
            }
            Expansion::Each(pairs) => Value::object(
                span,
                pairs.into_iter().map(|(key, value)| {
                    let key_value = Value::text(value.span, key.clone());
                    let inner = scope.with("each", each(key_value, value));
                    let suffix = format!("[\"{key}\"]");
                    (key, make(inner, suffix, None))
                }),
            ),
            Expansion::Unknown { why, each: false } => {
                let why: Rc<str> = format!("whether it is created hangs on `count`: {why}").into();
                let index = counted(Value::number(span, 0.0));
                let one = make(scope.with("count", index), "[0]".to_owned(), Some(why));
                Value::list(span, vec![one])
            }
            Expansion::Unknown { why, each: true } => {
                let why: Rc<str> = format!("how often it is created hangs on `for_each`: {why}").into();
                let unknown = || Value::unknown(span, why.clone());
                let inner = scope.with("each", each(unknown(), unknown()));
                let one = make(inner, "[each.key]".to_owned(), Some(why.clone()));
                Value::object(span, [(Rc::from("*"), one)])
            }
        }
    }

    /// What `type.name` stands for.
    pub(super) fn resource(
        &self,
        module: &Rc<Module<'a>>,
        kind: &'a str,
        name: &'a str,
    ) -> Option<Value<'a>> {
        let (key, blocks) = module.folder.resources.get_key_value(&(kind, name))?;
        Some(self.instances(module, "", *key, blocks))
    }

    pub(super) fn data_source(
        &self,
        module: &Rc<Module<'a>>,
        kind: &'a str,
        name: &'a str,
    ) -> Option<Value<'a>> {
        let (key, blocks) = module.folder.data.get_key_value(&(kind, name))?;
        Some(self.instances(module, "data.", *key, blocks))
    }

    fn instances(
        &self,
        module: &Rc<Module<'a>>,
        mode: &str,
        (kind, name): (&'a str, &'a str),
        blocks: &[&'a Block],
    ) -> Value<'a> {
        let span = blocks.first().map_or(super::NOWHERE, |block| block.span);
        let base = format!("{mode}{kind}.{name}");
        self.once(module, &base, span, || {
            self.expand(
                blocks,
                &Scope::new(module.clone()),
                span,
                |scope, suffix, exists| {
                    let instance = Instance {
                        scope,
                        kind,
                        blocks: blocks.to_vec(),
                        address: format!("{}{base}{suffix}", module.path).into(),
                        exists: exists.or_else(|| module.exists.clone()),
                    };
                    Value::new(span, Data::Resource(Rc::new(instance)))
                },
            )
        })
    }

    /// What `module.name` stands for; only modules of folders that were read are known.
    pub(super) fn module(&self, parent: &Rc<Module<'a>>, name: &str) -> Option<Value<'a>> {
        const DEEPEST: usize = 16;
        let (&name, blocks) = parent.folder.modules.get_key_value(name)?;
        let span = blocks.first().map_or(super::NOWHERE, |block| block.span);
        let base = format!("module.{name}");
        Some(self.once(parent, &base, span, || {
            let folder = blocks
                .iter()
                .rev()
                .find_map(|block| block.body.get("source")?.text())
                .and_then(|source| super::files::local(&parent.folder.name, source))
                .and_then(|folder| self.folder(&folder));
            let Some(folder) = folder.filter(|_| parent.depth < DEEPEST) else {
                return Value::unknown(span, format!("module `{name}` is not among the files"));
            };
            let scope = Scope::new(parent.clone());
            self.expand(blocks, &scope, span, |scope, suffix, exists| {
                if !self.spend(MODULE) {
                    return Value::unknown(span, "the configuration is too large to be evaluated");
                }
                let module = Rc::new(Module {
                    folder,
                    root: parent.root.clone(),
                    path: format!("{}{base}{suffix}.", parent.path),
                    inputs: Inputs::Call {
                        scope,
                        blocks: blocks.clone(),
                    },
                    exists: exists.or_else(|| parent.exists.clone()),
                    depth: parent.depth + 1,
                    cache: RefCell::default(),
                });
                self.modules.borrow_mut().push(module.clone());
                Value::new(span, Data::Module(module))
            })
        }))
    }
}

/// Calls `each` for every resource or module instance in a value.
pub(super) fn for_all<'a>(value: &Value<'a>, each: &mut dyn FnMut(&Data<'a>)) {
    match &value.data {
        Data::List(items) => items.iter().for_each(|item| for_all(item, each)),
        Data::Object(entries) => entries.iter().for_each(|(_, item)| for_all(item, each)),
        data => each(data),
    }
}
