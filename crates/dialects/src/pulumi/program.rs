//! Programs: configuration, variables and resources, evaluated as far as the text tells.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;

use pairlint_model::source::{Source, Span};

use super::interpolation::{Access, Piece, Reference, pieces};
use super::resources::{self, Class, Identity, Package};
use super::stack_of;
use crate::deployment::Instance;
use crate::deployment::data::{self, Language};
use crate::deployment::value::{Kind, Object, Value};
use crate::documents::{Document, Node, Object as NodeObject};

/// References that refer to each other.
const MAXIMUM_REFERENCES: u32 = 40;
/// How many values are evaluated for one program: references may fan out.
const MAXIMUM_STEPS: u32 = 200_000;

pub(super) fn instances<'a>(
    source: &Source,
    root: &Node<'a>,
    stacks: &[(&Source, Vec<Document<'_>>)],
) -> Vec<Instance<'a>> {
    let Some(object) = root.object() else {
        return Vec::new();
    };
    let Some(resources) = object.get("resources").and_then(Node::object) else {
        return Vec::new();
    };
    let program = Program {
        source,
        root: object,
        resources,
        stacks: stack_values(object, stacks),
        depth: Cell::new(0),
        steps: Cell::new(MAXIMUM_STEPS),
    };
    let mut found = Vec::new();
    for property in &resources.0 {
        let Some(declared) = program.declared(&property.key) else {
            continue;
        };
        if declared.object.has("get") {
            continue;
        }
        let inputs = program.inputs(&declared);
        let empty = Object::default();
        let identity = program.identity(&declared, &property.key, inputs.as_object().unwrap_or(&empty));
        let uncertain = program.uncertain(&declared);
        let (package, class) = declared.class;
        let mut instance = resources::instance((package, class), &inputs, identity, declared.span, uncertain);
        instance.cut = root.cut;
        found.push(instance);
    }
    found
}

/// What the configurations of the stacks say, by the keys of the program; `None` where they differ.
fn stack_values(
    program: &NodeObject<'_>,
    stacks: &[(&Source, Vec<Document<'_>>)],
) -> BTreeMap<String, Option<Given>> {
    let project = program.get("name").and_then(Node::text).unwrap_or("");
    let mut values: BTreeMap<String, Vec<Given>> = BTreeMap::new();
    for (source, documents) in stacks {
        let Some(stack) = stack_of(&source.name) else {
            continue;
        };
        let config = documents
            .iter()
            .find_map(|document| document.root.object()?.get("config")?.object());
        for property in config.map_or(&[][..], |config| &config.0) {
            let key = property
                .key
                .strip_prefix(project)
                .and_then(|key| key.strip_prefix(':'))
                .unwrap_or(&property.key);
            let items = property.value.list().map(|items| {
                let texts = items.iter().map(|item| Some(item.text()?.to_owned()));
                texts.collect::<Option<Vec<String>>>()
            });
            values.entry(key.to_owned()).or_default().push(Given {
                stack: stack.to_owned(),
                text: source.slice(property.value.span).to_owned(),
                items: items.flatten(),
            });
        }
    }
    values
        .into_iter()
        .map(|(key, mut given)| {
            let same = given.len() == stacks.len()
                && given
                    .windows(2)
                    .all(|pair| matches!(pair, [a, b] if a.text == b.text));
            (key, if same { given.pop() } else { None })
        })
        .collect()
}

/// A value in the configuration of a stack.
struct Given {
    stack: String,
    /// As written.
    text: String,
    /// The items, where it is a list of texts.
    items: Option<Vec<String>>,
}

struct Declared<'p, 'a> {
    class: (Package, Class),
    object: &'p NodeObject<'a>,
    span: Span,
}

struct Program<'p, 'a> {
    source: &'p Source,
    root: &'p NodeObject<'a>,
    resources: &'p NodeObject<'a>,
    stacks: BTreeMap<String, Option<Given>>,
    depth: Cell<u32>,
    steps: Cell<u32>,
}

impl<'a> Language<'a> for Program<'_, 'a> {
    fn source(&self) -> &Source {
        self.source
    }

    fn text(&self, text: &Cow<'a, str>, span: Span, _depth: u32) -> Value<'a> {
        if !text.contains("${") {
            return Value::text(text.clone(), span);
        }
        let pieces = pieces(text);
        if let [Piece::Reference(reference)] = pieces.as_slice() {
            return self.reference(reference, span);
        }
        let mut whole = String::new();
        let mut doubt: Option<String> = None;
        for piece in &pieces {
            match piece {
                Piece::Literal(literal) => whole.push_str(literal),
                Piece::Reference(reference) => {
                    let value = self.reference(reference, span);
                    if let Some(unknown) = value.as_unknown() {
                        doubt.get_or_insert_with(|| unknown.why.clone());
                    }
                    whole.push_str(&value.symbol());
                }
                Piece::Broken(inner) => {
                    doubt.get_or_insert_with(|| format!("`${{{inner}}}` cannot be evaluated"));
                    whole.push_str(inner);
                }
            }
            if whole.len() > 1 << 16 {
                return Value::unknown("the value is too large", "{…}", span);
            }
        }
        match doubt {
            Some(why) => Value::unknown(why, whole, span),
            None => Value::text(whole, span),
        }
    }

    /// Built-in functions: `fn::join: [",", [a, b]]`.
    fn special(&self, node: &Node<'a>, depth: u32) -> Option<Value<'a>> {
        let object = node.object()?;
        let function = object
            .0
            .iter()
            .find(|property| property.key.to_ascii_lowercase().starts_with("fn::"))?;
        let name = function.key.get(4..).unwrap_or("");
        let argument = || data::value(self, &function.value, depth + 1);
        Some(match name.to_ascii_lowercase().as_str() {
            "secret" => argument(),
            "join" => join(&argument(), node.span),
            "split" => split(&argument(), node.span),
            "select" => select(&argument(), node.span),
            _ => {
                let why = format!("`{}` is evaluated when the program runs", function.key);
                Value::unknown(why, format!("{{{name}@{}}}", node.span.start), node.span)
            }
        })
    }
}

impl<'p, 'a> Program<'p, 'a> {
    fn declared(&self, name: &str) -> Option<Declared<'p, 'a>> {
        let node = self.resources.get(name)?;
        let object = node.object()?;
        let class = resources::class(object.get("type")?.text()?)?;
        Some(Declared {
            class,
            object,
            span: node.span,
        })
    }

    fn inputs(&self, declared: &Declared<'_, 'a>) -> Value<'a> {
        match declared.object.get("properties") {
            Some(node) => data::value(self, node, 0),
            None => Value::object(Object::default(), declared.span),
        }
    }

    fn identity(&self, declared: &Declared<'_, 'a>, logical: &str, inputs: &Object<'a>) -> Identity<'a> {
        let (package, class) = declared.class;
        // The name in the program may be overridden.
        let logical = declared
            .object
            .get("name")
            .and_then(Node::text)
            .unwrap_or(logical);
        resources::identity(package, class, inputs, logical, declared.span)
    }

    /// Why a resource may differ from what the program says.
    fn uncertain(&self, declared: &Declared<'_, 'a>) -> Option<String> {
        let options = declared.object.get("options")?.object()?;
        let ignored = options.get("ignoreChanges")?;
        let names = ignored.list().unwrap_or(std::slice::from_ref(ignored));
        let telling = names.iter().filter_map(Node::text).find(|path| {
            [
                "rule",
                "communities",
                "access",
                "routeFilter",
                "peerings",
                "ipv6",
                "*",
            ]
            .iter()
            .any(|start| path.starts_with(start))
        });
        telling.map(|path| format!("changes to `{path}` are ignored (`ignoreChanges`)"))
    }

    fn reference(&self, reference: &Reference<'_>, span: Span) -> Value<'a> {
        let (depth, steps) = (self.depth.get(), self.steps.get());
        if depth > MAXIMUM_REFERENCES || steps == 0 {
            return Value::unknown(
                "references go round in circles",
                format!("{{{}}}", reference.text),
                span,
            );
        }
        self.depth.set(depth + 1);
        self.steps.set(steps - 1);
        let value = self.resolve(reference, span);
        self.depth.set(depth);
        value
    }

    fn resolve(&self, reference: &Reference<'_>, span: Span) -> Value<'a> {
        let symbol = || format!("{{{}}}", reference.text).replace('/', "|");
        let section = |keys: &[&str]| {
            keys.iter()
                .find_map(|key| self.root.get(key)?.object()?.get(reference.root))
        };
        if let Some(node) = section(&["variables"]) {
            return walk(data::value(self, node, 0), &reference.path, span, symbol);
        }
        if self.resources.has(reference.root) {
            return self.resource(reference, span);
        }
        let declared = section(&["config", "configuration"]);
        if declared.is_some() || self.stacks.contains_key(reference.root) {
            return walk(
                self.config(reference.root, declared, span),
                &reference.path,
                span,
                symbol,
            );
        }
        let why = match reference.root {
            "pulumi" => format!("`${{{}}}` is known when the program runs", reference.text),
            _ => format!("`${{{}}}` is not declared here", reference.text),
        };
        Value::unknown(why, symbol(), span)
    }

    /// The value of a key of the configuration: of the stacks, where they agree, else its default.
    fn config(&self, key: &str, declared: Option<&'p Node<'a>>, span: Span) -> Value<'a> {
        let unknown = |why: String| Value::unknown(why, format!("{{config {key}}}"), span);
        match self.stacks.get(key) {
            // Findings point at the program: the configuration may not be a file of the run.
            Some(Some(Given {
                items: Some(items), ..
            })) => {
                let items = items.iter().map(|item| Value::text(item.clone(), span));
                return Value::list(items.collect(), span);
            }
            Some(Some(given)) if is_plain(&given.text) => {
                let plain = given.text.trim_matches(['"', '\'']).to_owned();
                return Value::text(plain, span);
            }
            Some(Some(given)) => {
                let stack = &given.stack;
                return unknown(format!("`{key}` is set in the configuration of stack `{stack}`"));
            }
            Some(None) => {
                return unknown(format!("the stacks do not give one value for `{key}`"));
            }
            None => {}
        }
        let Some(node) = declared else {
            return unknown(format!("`{key}` has no value"));
        };
        match node.object() {
            Some(object) => match object.get("value").or_else(|| object.get("default")) {
                Some(value) => data::value(self, value, 0),
                None => unknown(format!(
                    "`{key}` has no value without the configuration of a stack"
                )),
            },
            None => data::value(self, node, 0),
        }
    }

    /// What another resource is known by: its id, its name, what it was given.
    fn resource(&self, reference: &Reference<'_>, span: Span) -> Value<'a> {
        let symbol = || format!("{{{}}}", reference.text).replace('/', "|");
        let later = || {
            let why = format!("`${{{}}}` is known when the resource is there", reference.text);
            Value::unknown(why, symbol(), span)
        };
        let Some(node) = self.resources.get(reference.root) else {
            return later();
        };
        let Some(object) = node.object() else {
            return later();
        };
        let declared = self.declared(reference.root);
        let member = match reference.path.first() {
            Some(Access::Member(member)) => *member,
            // The resource as such: where an id is wanted, its id.
            None => "id",
            Some(Access::Index(_)) => return later(),
        };
        if let Some(get) = object.get("get").and_then(Node::object) {
            return match (member, get.get("id")) {
                ("id", Some(id)) => data::value(self, id, 0),
                ("name", Some(id)) => match data::value(self, id, 0) {
                    Value {
                        kind: Kind::Text(id),
                        span,
                    } => Value::text(id.rsplit('/').next().unwrap_or("").to_owned(), span),
                    other => other,
                },
                _ => later(),
            };
        }
        let properties = object.get("properties").and_then(Node::object);
        if let (Some(declared), "id" | "name") = (&declared, member) {
            let inputs = self.inputs(declared);
            let empty = Object::default();
            let identity = self.identity(declared, reference.root, inputs.as_object().unwrap_or(&empty));
            return match member {
                "name" => Value {
                    span,
                    ..identity.name
                },
                // The subscription is in no program.
                _ if identity.whole => {
                    Value::unknown("the id is known when the resource is there", identity.id, span)
                }
                _ => Value::unknown("a part of the id is not known", identity.id, span),
            };
        }
        if member == "name" {
            let own = ["name", "resourceGroupName"]
                .iter()
                .find_map(|key| properties?.get(key));
            return match own {
                Some(own) => data::value(self, own, 0),
                None => Value::unknown(
                    "the name is made when the resource is",
                    format!("{{{}}}", reference.root),
                    span,
                ),
            };
        }
        match properties.and_then(|properties| properties.get(member)) {
            Some(input) => walk(
                data::value(self, input, 0),
                reference.path.get(1..).unwrap_or(&[]),
                span,
                symbol,
            ),
            None => later(),
        }
    }
}

/// A scalar of the configuration of a stack, neither encrypted nor a list.
fn is_plain(text: &str) -> bool {
    let text = text.trim_matches(['"', '\'']);
    let telling = text.contains(['\n', '{', '[', '&', '*', '|', '>']) || text.contains(": ");
    !text.is_empty() && !telling
}

fn walk<'a>(mut value: Value<'a>, path: &[Access<'_>], span: Span, symbol: impl Fn() -> String) -> Value<'a> {
    for access in path {
        let next = match (access, &value.kind) {
            (Access::Member(name), Kind::Object(object)) => object.get(name).cloned(),
            (Access::Index(at), Kind::List(items)) => items.get(*at).cloned(),
            (_, Kind::Unknown(unknown)) => return Value::unknown(unknown.why.clone(), symbol(), span),
            _ => None,
        };
        value = match next {
            Some(next) => next,
            None => return Value::unknown(format!("there is no `{}`", symbol()), symbol(), span),
        };
    }
    value
}

fn arguments<'v, 'a>(value: &'v Value<'a>) -> Option<(&'v Value<'a>, &'v Value<'a>)> {
    match value.as_list()? {
        [first, second] => Some((first, second)),
        _ => None,
    }
}

fn failed<'a>(name: &str, span: Span) -> Value<'a> {
    Value::unknown(
        format!("`fn::{name}` cannot be evaluated"),
        format!("{{{name}@{}}}", span.start),
        span,
    )
}

fn join<'a>(argument: &Value<'a>, span: Span) -> Value<'a> {
    let parts = arguments(argument).and_then(|(by, items)| Some((by.as_text()?, items.as_list()?)));
    let Some((by, items)) = parts else {
        return failed("join", span);
    };
    let symbols: Vec<String> = items.iter().map(Value::symbol).collect();
    let whole = symbols.join(by);
    match items.iter().find_map(Value::as_unknown) {
        Some(unknown) => Value::unknown(unknown.why.clone(), whole, span),
        None => Value::text(whole, span),
    }
}

fn split<'a>(argument: &Value<'a>, span: Span) -> Value<'a> {
    let parts = arguments(argument).and_then(|(by, text)| Some((by.as_text()?, text)));
    match parts {
        Some((by, text)) if !by.is_empty() && text.as_text().is_some() => {
            let items = text.as_text().unwrap_or("").split(by);
            Value::list(
                items
                    .map(|item| Value::text(item.to_owned(), text.span))
                    .collect(),
                text.span,
            )
        }
        _ => failed("split", span),
    }
}

fn select<'a>(argument: &Value<'a>, span: Span) -> Value<'a> {
    let item = arguments(argument).and_then(|(at, items)| match at.kind {
        Kind::Int(at) => items.as_list()?.get(usize::try_from(at).ok()?),
        _ => None,
    });
    item.cloned().unwrap_or_else(|| failed("select", span))
}
