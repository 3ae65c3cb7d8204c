//! Resource Manager templates and their parameter files, as JSON, into what a deployment is made of.

use std::borrow::Cow;

use pairlint_model::source::{Source, Span};

use super::expression;
use super::node::{Kind, Node, Object};
use crate::deployment::expr::{Copy, Element, Entry, Expr, ExprKind};
use crate::deployment::{Function, Given, Param, Parent, Repeat, Resource, Target, Template, parameters};

const DEPLOYMENTS: &str = "Microsoft.Resources/deployments";
const MAXIMUM_DEPTH: u32 = 60;
/// Templates in templates.
const MAXIMUM_NESTING: u32 = 8;

fn names_schema(object: &Object<'_>, name: &str) -> bool {
    let schema = object.get("$schema").and_then(Node::text);
    schema.is_some_and(|schema| schema.to_ascii_lowercase().contains(name))
}

/// Whether the root of a document is a template: by its schema, or by what every template has.
pub(super) fn is_template(root: &Node<'_>) -> bool {
    root.object().is_some_and(|object| {
        names_schema(object, "deploymenttemplate")
            || (object.has("contentVersion") && object.has("resources"))
    })
}

pub(super) fn is_parameters(root: &Node<'_>) -> bool {
    root.object().is_some_and(|object| {
        names_schema(object, "deploymentparameters")
            || (object.has("contentVersion") && object.has("parameters") && !object.has("resources"))
    })
}

/// The values of a parameter file.
pub(super) fn values<'a>(source: &Source, root: &Node<'a>) -> Given<'a> {
    let mut file = Template::new("arm");
    let parameters = root
        .object()
        .and_then(|object| object.get("parameters")?.object());
    for property in parameters.map_or(&[][..], |object| &object.0) {
        file.outputs
            .push((property.key.clone(), value(source, &property.value)));
    }
    Given {
        name: source.name.clone(),
        file,
    }
}

/// `{"value": …}`; what a key vault holds is not in the file.
fn value<'a>(source: &Source, node: &Node<'a>) -> Expr<'a> {
    let object = node.object();
    match object.and_then(|object| object.get("value")) {
        Some(value) => expr(source, value, 0),
        // The form of a loop: `"copy": [{"name": "value", …}]`.
        None if object.is_some_and(|object| object.has("copy")) => {
            let loops = object.and_then(|object| object.get("copy"));
            let loops = loops.map(|node| copies(source, node, 1)).unwrap_or_default();
            match loops
                .into_iter()
                .find(|copy| copy.name.eq_ignore_ascii_case("value"))
            {
                Some(copy) => Expr::new(ExprKind::Copy(Box::new(copy)), node.span),
                None => Expr::unsupported("the parameter has no value", node.span),
            }
        }
        None if object.is_some_and(|object| object.has("reference")) => {
            Expr::unsupported("the value is a secret of a key vault", node.span)
        }
        None => Expr::unsupported("the parameter has no value", node.span),
    }
}

pub(super) fn read<'a>(source: &Source, root: &Node<'a>) -> Template<'a> {
    nested(source, root, 0)
}

fn nested<'a>(source: &Source, root: &Node<'a>, nesting: u32) -> Template<'a> {
    let mut template = Template::new("arm");
    let Some(object) = root.object() else {
        return template;
    };
    let part = |key: &str| object.get(key).and_then(Node::object);
    for property in part("parameters").map_or(&[][..], |object| &object.0) {
        let inner = property.value.object();
        let flag = |key: &str| {
            let node = inner.and_then(|inner| inner.get(key));
            node.is_some_and(|node| source.slice(node.span).eq_ignore_ascii_case("true"))
        };
        let param = Param {
            default: inner
                .and_then(|inner| inner.get("defaultValue"))
                .map(|node| expr(source, node, 0)),
            nullable: flag("nullable"),
            span: property.value.span,
        };
        template.params.insert(property.key.to_ascii_lowercase(), param);
    }
    if let Some(variables) = part("variables") {
        for property in &variables.0 {
            if property.key.eq_ignore_ascii_case("copy") && property.value.list().is_some() {
                for copy in copies(source, &property.value, 0) {
                    let (name, span) = (copy.name.to_ascii_lowercase(), property.value.span);
                    let copy = Expr::new(ExprKind::Copy(Box::new(copy)), span);
                    template.vars.insert(name, copy);
                }
                continue;
            }
            let value = expr(source, &property.value, 0);
            template.vars.insert(property.key.to_ascii_lowercase(), value);
        }
    }
    functions(source, object, &mut template);
    for property in part("outputs").map_or(&[][..], |object| &object.0) {
        let inner = property.value.object();
        if let Some(value) = inner.and_then(|inner| inner.get("value")) {
            template
                .outputs
                .push((property.key.clone(), expr(source, value, 0)));
        } else if let Some(copy) = inner.and_then(|inner| inner.get("copy")?.object()) {
            let part = |key: &str| match copy.get(key) {
                Some(node) => expr(source, node, 1),
                None => Expr::unsupported(format!("a loop has no `{key}`"), property.value.span),
            };
            let copy = Copy {
                name: property.key.clone(),
                count: part("count"),
                input: part("input"),
            };
            let copy = Expr::new(ExprKind::Copy(Box::new(copy)), property.value.span);
            template.outputs.push((property.key.clone(), copy));
        }
    }
    template.cut = root.cut;
    if let Some(resources) = object.get("resources") {
        declare(source, resources, None, nesting, &mut template);
    }
    template
}

fn functions<'a>(source: &Source, object: &Object<'a>, template: &mut Template<'a>) {
    let namespaces = object.get("functions").and_then(Node::list).unwrap_or(&[]);
    for namespace in namespaces.iter().filter_map(Node::object) {
        let name = namespace.get("namespace").and_then(Node::text).unwrap_or("");
        let members = namespace.get("members").and_then(Node::object);
        for member in members.map_or(&[][..], |members| &members.0) {
            let Some(inner) = member.value.object() else {
                continue;
            };
            let body = inner
                .get("output")
                .and_then(|output| output.object()?.get("value"));
            let Some(body) = body else { continue };
            let params = inner.get("parameters").and_then(Node::list).unwrap_or(&[]);
            let params = params
                .iter()
                .filter_map(|param| match &param.object()?.get("name")?.kind {
                    Kind::Text(name) => Some(name.clone()),
                    _ => None,
                });
            let function = Function {
                params: params.collect(),
                body: expr(source, body, 0),
            };
            let name = format!("{name}.{}", member.key).to_ascii_lowercase();
            template.functions.insert(name, function);
        }
    }
}

/// Reads resources: a list, or an object by symbolic names (`languageVersion` 2.0).
fn declare<'a>(
    source: &Source,
    resources: &Node<'a>,
    parent: Option<(usize, &str)>,
    nesting: u32,
    template: &mut Template<'a>,
) {
    match &resources.kind {
        Kind::List(items) => {
            for item in items {
                resource(source, item, parent, nesting, template);
            }
        }
        Kind::Object(object) => {
            for property in &object.0 {
                if let Some(index) = resource(source, &property.value, parent, nesting, template) {
                    template.symbols.insert(property.key.to_ascii_lowercase(), index);
                }
            }
        }
        _ => {}
    }
}

fn resource<'a>(
    source: &Source,
    node: &Node<'a>,
    parent: Option<(usize, &str)>,
    nesting: u32,
    template: &mut Template<'a>,
) -> Option<usize> {
    let object = node.object()?;
    let written = match &object.get("type")?.kind {
        Kind::Text(kind) => kind,
        _ => return None,
    };
    let kind: Cow<'a, str> = match parent {
        Some((_, outer)) if !written.starts_with("Microsoft.") => Cow::Owned(format!("{outer}/{written}")),
        _ => written.clone(),
    };
    // A child may be written with its whole type; its name is the last part all the same.
    let parent = parent.filter(|(_, outer)| {
        let prefix = kind.get(..outer.len());
        prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(outer))
    });
    let deployment = kind.eq_ignore_ascii_case(DEPLOYMENTS);
    let name = object.get("name").map(|name| expr(source, name, 0));
    let ours = kind
        .get(..18)
        .is_some_and(|start| start.eq_ignore_ascii_case("Microsoft.Network/"));
    let body = match name {
        Some(name) if !ours => Expr::new(
            ExprKind::Object(vec![Entry::Property {
                key: Expr::text("name", name.span),
                value: name,
            }]),
            node.span,
        ),
        _ => body(source, node, object),
    };
    let repeat = object
        .get("copy")
        .and_then(Node::object)
        .map(|copy| Repeat::Copy {
            name: match copy.get("name").map(|name| &name.kind) {
                Some(Kind::Text(name)) => name.clone(),
                _ => Cow::Borrowed(""),
            },
            count: match copy.get("count") {
                Some(count) => expr(source, count, 0),
                None => Expr::unsupported("a loop has no count", node.span),
            },
        });
    let existing = object
        .get("existing")
        .is_some_and(|node| source.slice(node.span) == "true");
    let index = template.resources.len();
    template.resources.push(Resource {
        kind: kind.clone(),
        target: if deployment {
            target(source, object, nesting)
        } else if existing {
            Target::Existing
        } else {
            Target::Resource
        },
        condition: object.get("condition").map(|node| expr(source, node, 0)),
        repeat,
        parent: parent.map(|(index, _)| Parent::Around(index)),
        body,
        scope: if deployment {
            scope(source, object, node.span)
        } else {
            None
        },
        span: node.span,
    });
    if let Some(children) = object.get("resources") {
        declare(source, children, Some((index, &kind)), nesting, template);
    }
    Some(index)
}

/// What is deployed, without what steers the deployment.
fn body<'a>(source: &Source, node: &Node<'a>, object: &Object<'a>) -> Expr<'a> {
    const STEERS: &[&str] = &[
        "type",
        "apiVersion",
        "condition",
        "copy",
        "dependsOn",
        "resources",
        "existing",
    ];
    let kept = object
        .0
        .iter()
        .filter(|property| !STEERS.iter().any(|key| property.key.eq_ignore_ascii_case(key)));
    let kept = Object(kept.cloned().collect());
    let mut body = Expr::new(ExprKind::Object(entries(source, &kept, 1)), node.span);
    if node.cut {
        let cut = Expr::unsupported("the file ends within it", node.span);
        if let ExprKind::Object(entries) = &mut body.kind {
            entries.push(Entry::Spread(cut));
        }
    }
    body
}

/// The group, and perhaps the subscription, that a nested deployment goes to.
fn scope<'a>(source: &Source, object: &Object<'a>, span: Span) -> Option<Expr<'a>> {
    let group = expr(source, object.get("resourceGroup")?, 0);
    let subscription = object.get("subscriptionId").map(|node| expr(source, node, 0));
    let args = subscription.into_iter().chain([group]).collect();
    let name = Cow::Borrowed("resourceGroup");
    Some(Expr::new(ExprKind::Call { name, args }, span))
}

fn target<'a>(source: &Source, object: &Object<'a>, nesting: u32) -> Target<'a> {
    let properties = object.get("properties").and_then(Node::object);
    let params = properties
        .and_then(|inner| inner.get("parameters"))
        .and_then(|node| {
            let entries = node.object()?.0.iter().map(|property| Entry::Property {
                key: Expr::text(property.key.clone(), property.value.span),
                value: value(source, &property.value),
            });
            Some(Expr::new(ExprKind::Object(entries.collect()), node.span))
        });
    let template = properties.and_then(|inner| inner.get("template"));
    if let Some(template) = template.filter(|_| nesting < MAXIMUM_NESTING) {
        let options = properties.and_then(|inner| inner.get("expressionEvaluationOptions")?.object());
        let inner = options.and_then(|options| options.get("scope")?.text());
        let mut template = nested(source, template, nesting + 1);
        // The default is the outer scope ("Use linked and nested templates").
        template.outer_scope = !inner.is_some_and(|scope| scope.eq_ignore_ascii_case("inner"));
        return Target::Nested {
            template: Box::new(template),
            params,
        };
    }
    let link = properties.and_then(|inner| inner.get("templateLink")?.object());
    let text = |key: &str| match &link?.get(key)?.kind {
        Kind::Text(text) => Some(text.clone()),
        _ => None,
    };
    let relative = text("relativePath");
    let path = relative
        .as_ref()
        .and_then(|path| parameters::resolve(&source.name, path));
    let written = relative
        .or_else(|| text("uri"))
        .or_else(|| text("id"))
        .unwrap_or(Cow::Borrowed("template"));
    Target::Module {
        written,
        path,
        params,
    }
}

/// A value of a template as an expression.
fn expr<'a>(source: &Source, node: &Node<'a>, depth: u32) -> Expr<'a> {
    let span = node.span;
    if depth > MAXIMUM_DEPTH {
        return Expr::unsupported("the template is too deep to be evaluated", span);
    }
    if node.cut {
        return Expr::unsupported("the file ends within it", span);
    }
    let kind = match &node.kind {
        Kind::Null => ExprKind::Null,
        Kind::Opaque(why) => return Expr::unsupported(*why, span),
        Kind::Bool => ExprKind::Bool(source.slice(span) == "true"),
        Kind::Number(digits) => match digits.parse() {
            Ok(number) => ExprKind::Int(number),
            Err(_) => ExprKind::Text(Cow::Borrowed(digits)),
        },
        Kind::Text(text) => return expression::of_text(text, span, source.slice(span)),
        Kind::List(items) => {
            let items = items.iter();
            ExprKind::List(
                items
                    .map(|item| Element::One(expr(source, item, depth + 1)))
                    .collect(),
            )
        }
        Kind::Object(object) => ExprKind::Object(entries(source, object, depth + 1)),
    };
    Expr::new(kind, span)
}

fn entries<'a>(source: &Source, object: &Object<'a>, depth: u32) -> Vec<Entry<'a>> {
    let mut made = Vec::with_capacity(object.0.len());
    for property in &object.0 {
        let node = &property.value;
        if property.key.eq_ignore_ascii_case("copy") && node.list().is_some() {
            made.extend(
                copies(source, node, depth)
                    .into_iter()
                    .map(|copy| Entry::Property {
                        key: Expr::text(copy.name.clone(), node.span),
                        value: Expr::new(ExprKind::Copy(Box::new(copy)), node.span),
                    }),
            );
            continue;
        }
        // Readers of JSON do not agree on which of two equal keys counts (RFC 8259, 4).
        let contradicted = object.0.len() < 256
            && object
                .all(&property.key)
                .any(|other| source.slice(other.span) != source.slice(node.span));
        let value = if contradicted {
            Expr::unsupported(
                format!("`{}` stands twice in one object", property.key),
                node.span,
            )
        } else {
            expr(source, node, depth)
        };
        made.push(Entry::Property {
            key: Expr::text(property.key.clone(), node.span),
            value,
        });
    }
    made
}

/// The loops of an object: `"copy": [{"name": …, "count": …, "input": …}]`.
fn copies<'a>(source: &Source, node: &Node<'a>, depth: u32) -> Vec<Copy<'a>> {
    let items = node.list().unwrap_or(&[]).iter().filter_map(|item| {
        let object = item.object()?;
        let Kind::Text(name) = &object.get("name")?.kind else {
            return None;
        };
        let part = |key: &str| match object.get(key) {
            Some(node) => expr(source, node, depth + 1),
            None => Expr::unsupported(format!("a loop has no `{key}`"), item.span),
        };
        Some(Copy {
            name: name.clone(),
            count: part("count"),
            input: part("input"),
        })
    });
    items.collect()
}
