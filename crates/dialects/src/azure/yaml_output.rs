//! YAML as `az` prints it (`--output yaml`, `yamlc`): the objects of its JSON in another syntax, with sorted keys.
//!
//! YAML has no brackets, so a file that ends early still parses. The tools print the `type` of a resource last, the
//! type of a rule and the VLAN of a peering behind all lists: where these are there, an object is whole.

use std::borrow::Cow;

use pairlint_model::network::Network;
use pairlint_model::source::{Source, Span};

use super::sniff;
use super::text_form::is_yaml;
use crate::documents::yaml::{self, Text};
use crate::documents::{Damage, Document, Kind, Node, Object};

/// Whether a text may be YAML of ours, from its start; the rest shows when it is read.
pub(super) fn may_be(text: &str) -> bool {
    let content = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let lines = content.lines().filter(|line| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with('#') && !line.starts_with('%')
    });
    let starts = |line: &str| {
        let line = line.trim_start_matches("- ").trim_end();
        let key = line.split(':').next().unwrap_or("");
        let key = key.trim_matches(['"', '\'']);
        line == "---"
            || line == "-"
            || line.contains(':')
                && !key.is_empty()
                && key
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_-.$".contains(c))
            || line.starts_with("12076:")
    };
    lines.take(1).any(starts)
}

/// Programs, manifests and playbooks, which say what they are at the margin.
fn is_of_others(text: &str) -> bool {
    const OTHERS: &[&str] = &[
        "apiVersion:",
        "runtime:",
        "hosts:",
        "tasks:",
        "- hosts:",
        "steps:",
        "jobs:",
        "stages:",
    ];
    text.contains("azure-native:")
        || text.contains("azure:network/")
        || text
            .lines()
            .any(|line| OTHERS.iter().any(|other| line.starts_with(other)))
}

pub(super) fn read(source: &Source) -> Network {
    let text = source.text();
    if !sniff::has_tell(text) || is_of_others(text) {
        return Network::default();
    }
    let plain = Text::new(text);
    let mut documents: Vec<Document<'_>> = Vec::new();
    for document in yaml::documents(&plain, source.id) {
        split(document, &mut documents);
    }
    if let Some(last) = documents.last_mut() {
        mark_end(source, last);
    }
    // A page with YAML in it, or a program, is not damaged YAML.
    let ours = is_yaml(text);
    super::read_documents(source, &documents, "YAML", ours)
}

/// Takes apart what `>>` has joined: objects behind each other are one object whose keys start anew.
fn split<'a>(document: Document<'a>, documents: &mut Vec<Document<'a>>) {
    let first = document.root.object().and_then(|object| object.0.first());
    let first: Option<Cow<'a, str>> = first.map(|property| property.key.clone());
    let (Some(first), Kind::Object(_)) = (first, &document.root.kind) else {
        return documents.push(document);
    };
    let starts = |object: &Object<'_>| object.0.iter().filter(|property| property.key == first).count();
    if document.root.object().is_none_or(|object| starts(object) < 2) {
        return documents.push(document);
    }
    let Kind::Object(Object(properties)) = document.root.kind else {
        return;
    };
    let mut parts: Vec<Vec<_>> = Vec::new();
    for property in properties {
        if property.key == first {
            parts.push(Vec::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(property);
        }
    }
    let count = parts.len();
    let mut damage = document.damage;
    let mut start = document.root.span.start;
    for (at, properties) in parts.into_iter().enumerate() {
        let end = properties.last().map_or(start, |last| last.value.span.end);
        let span = Span {
            start: start.min(end),
            end,
            ..document.root.span
        };
        start = end;
        let last = at + 1 == count;
        let mut part = Document {
            root: Node {
                kind: Kind::Object(Object(properties)),
                span,
                cut: last && document.root.cut,
            },
            comments: document.comments.clone(),
            damage: if last { damage.take() } else { None },
            trailing: None,
        };
        if !last && ends(&part.root) == End::Early {
            cut(&mut part);
        }
        documents.push(part);
    }
}

/// Marks what the end of the file has cut.
fn mark_end(source: &Source, document: &mut Document<'_>) {
    if document.damage.is_some() {
        return;
    }
    let early = match ends(&document.root) {
        End::Whole => false,
        End::Early => true,
        // The tools end the last line.
        End::Unknown => !source.text().ends_with('\n'),
    };
    if early {
        cut(document);
    }
}

fn cut(document: &mut Document<'_>) {
    let end = document.root.span.at_end();
    cut_last(&mut document.root);
    document.damage = Some(Damage {
        span: end,
        what: "YAML that ends early".to_owned(),
    });
}

/// Marks the last value and all that it stands in.
fn cut_last(node: &mut Node<'_>) {
    let last = match &mut node.kind {
        Kind::List(items) => items.last_mut(),
        Kind::Object(object) => object.0.last_mut().map(|property| &mut property.value),
        _ => return,
    };
    node.cut = true;
    if let Some(last) = last {
        cut_last(last);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Whole,
    Early,
    /// Of a shape that a query made, or a person.
    Unknown,
}

fn ends(node: &Node<'_>) -> End {
    match &node.kind {
        Kind::List(items) => match (items.first(), items.last()) {
            (Some(first), Some(last)) if lacks(last, first) => End::Early,
            (_, Some(last)) => ends(last),
            _ => End::Unknown,
        },
        Kind::Object(object) => object_ends(object),
        _ => End::Unknown,
    }
}

/// Whether an item has not all that every item of such a list has.
fn lacks(item: &Node<'_>, other: &Node<'_>) -> bool {
    let (Some(item), Some(other)) = (item.object(), other.object()) else {
        return false;
    };
    ["etag", "id", "name", "provisioningState", "resourceGroup", "type"]
        .iter()
        .any(|key| other.has(key) && !item.has(key))
}

fn object_ends(object: &Object<'_>) -> End {
    if object.field("peeringType").is_some() && object.field("vlanId").is_some_and(|vlan| !vlan.is_null()) {
        // The last digits may be missing.
        return End::Unknown;
    }
    if is_whole(object) {
        return End::Whole;
    }
    // What an answer of the service holds, as printed, has one of these.
    let raw = ["etag", "provisioningState", "resourceGroup"]
        .iter()
        .any(|key| object.has(key));
    // A rule of which nothing is there that comes behind its communities.
    let rule = object.has("access") && object.has("communities") && !object.has("name");
    if raw || rule {
        return End::Early;
    }
    object.0.last().map_or(End::Unknown, |last| ends(&last.value))
}

fn is_whole(object: &Object<'_>) -> bool {
    const OURS: &[&str] = &[
        "microsoft.network/routefilters",
        "microsoft.network/routefilters/routefilterrules",
        "microsoft.network/expressroutecircuits",
        "microsoft.network/expressroutecircuits/peerings",
    ];
    if object.field("peeringType").is_some() {
        return false;
    }
    let typed = object.get("type").is_some_and(|kind| match &kind.kind {
        Kind::Null => !kind.span.is_empty(),
        Kind::Text(text) => {
            let text = text.to_ascii_lowercase();
            let cut = OURS.iter().any(|ours| ours.starts_with(&text));
            OURS.contains(&&*text) || !cut
        }
        _ => false,
    });
    let rule = object
        .field("routeFilterRuleType")
        .and_then(Node::text)
        .is_some_and(|kind| kind == "Community");
    typed || rule
}
