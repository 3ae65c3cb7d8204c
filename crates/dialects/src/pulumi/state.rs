//! States of stacks: what is there, with the ids that Azure gave; and previews.

use std::borrow::Cow;

use pairlint_model::source::{Source, Span};

use super::resources::{self, Identity};
use crate::deployment::Instance;
use crate::deployment::data::{self, Language};
use crate::deployment::value::{Object, Value};
use crate::documents::{Node, Object as NodeObject, json};

/// What a preview puts in place of what is not known yet (`plugin.UnknownStringValue` of the SDK).
const UNKNOWN: &str = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/// The property that makes an object a value of its own kind, and the kinds (`resource/sig` of the SDK).
const SIGNATURE: &str = "4dabf18193072939515e22adb298388d";
const SECRET: &str = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT: &str = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

pub(super) fn instances<'a>(source: &Source, root: &Node<'a>) -> Vec<Instance<'a>> {
    let Some(object) = root.object() else {
        return Vec::new();
    };
    let state = State { source };
    let latest = |key: &str| object.get(key).and_then(Node::object);
    let resources = latest("deployment")
        .or_else(|| latest("checkpoint").and_then(|checkpoint| checkpoint.get("latest")?.object()))
        .and_then(|deployment| deployment.get("resources"));
    let mut found = Vec::new();
    if let Some(resources) = resources {
        for item in resources.list().unwrap_or(&[]) {
            found.extend(state.instance(item, item.object(), resources.cut || root.cut));
        }
    }
    for step in object.get("steps").and_then(Node::list).unwrap_or(&[]) {
        let Some(inner) = step.object() else { continue };
        let after = inner
            .get("newState")
            .or_else(|| inner.get("oldState").filter(|_| inner.text("op") == Some("same")));
        if let Some(after) = after.filter(|_| inner.text("op") != Some("delete")) {
            found.extend(state.instance(after, after.object(), root.cut));
        }
    }
    found
}

struct State<'s> {
    source: &'s Source,
}

impl<'a> Language<'a> for State<'_> {
    fn source(&self) -> &Source {
        self.source
    }

    fn text(&self, text: &Cow<'a, str>, span: Span, _depth: u32) -> Value<'a> {
        match text.as_ref() {
            UNKNOWN => Value::unknown(
                "the value is known when the stack is updated",
                format!("{{@{}}}", span.start),
                span,
            ),
            _ => Value::text(text.clone(), span),
        }
    }

    fn special(&self, node: &Node<'a>, depth: u32) -> Option<Value<'a>> {
        let object = node.object()?;
        let kind = object.get(SIGNATURE)?.text()?;
        let unknown = |why: &str| Value::unknown(why, format!("{{@{}}}", node.span.start), node.span);
        Some(match kind {
            SECRET => match object.get("plaintext").and_then(Node::text) {
                // The value as JSON text.
                Some(text) => self
                    .plaintext(text, node.span, depth)
                    .unwrap_or_else(|| unknown("the value is a secret")),
                None => match object.get("value") {
                    Some(value) => data::value(self, value, depth + 1),
                    None => unknown("the value is a secret that is encrypted"),
                },
            },
            OUTPUT => match object.get("value") {
                Some(value) => data::value(self, value, depth + 1),
                None => unknown("the value is known when the stack is updated"),
            },
            _ => unknown("the value is of a kind that is not read"),
        })
    }
}

impl State<'_> {
    /// A secret that was exported with `--show-secrets`.
    fn plaintext<'a>(&self, text: &str, span: Span, depth: u32) -> Option<Value<'a>> {
        if depth > 8 {
            return None;
        }
        let mut documents = json::documents(text, self.source.id, false);
        if documents.is_empty() {
            // JSON of a text only is no document.
            let inner = text.trim().strip_prefix('"')?.strip_suffix('"')?;
            return (!inner.contains('\\')).then(|| Value::text(inner.to_owned(), span));
        }
        let mut document = documents
            .pop()
            .filter(|document| documents.is_empty() && document.damage.is_none())?;
        document.root.place(span);
        let value = data::value(self, &document.root, depth + 1);
        Some(value.owned())
    }

    fn instance<'a>(
        &self,
        node: &Node<'a>,
        object: Option<&NodeObject<'a>>,
        cut: bool,
    ) -> Option<Instance<'a>> {
        let object = object?;
        let class = resources::class(object.get("type")?.text()?)?;
        let marked = object
            .get("delete")
            .is_some_and(|delete| self.source.slice(delete.span) == "true");
        if marked {
            return None;
        }
        let filled = |key: &str| {
            object
                .get(key)
                .filter(|node| node.object().is_some_and(|object| !object.0.is_empty()))
        };
        let values = filled("outputs").or_else(|| filled("inputs"));
        let inputs = match values {
            Some(values) => data::value(self, values, 0),
            None => Value::object(Object::default(), node.span),
        };
        let id = object.get("id").and_then(|id| Some((id.text()?, id.span)));
        let empty = Object::default();
        let properties = inputs.as_object().unwrap_or(&empty);
        let logical = object.get("urn").and_then(Node::text).unwrap_or("");
        let logical = logical.rsplit("::").next().unwrap_or("");
        let identity = match id.filter(|(id, _)| id.starts_with("/subscriptions/")) {
            Some((id, span)) => Identity {
                name: properties
                    .get("name")
                    .cloned()
                    .unwrap_or_else(|| Value::text(id.rsplit('/').next().unwrap_or("").to_owned(), span)),
                id: id.to_owned(),
                whole: true,
            },
            None => resources::identity(class.0, class.1, properties, logical, node.span),
        };
        let mut instance = resources::instance(class, &inputs, identity, node.span, None);
        instance.cut = cut || node.cut;
        Some(instance)
    }
}
