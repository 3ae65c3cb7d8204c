//! Finds the managed resources in manifests: alone, in lists, in compositions, in whatever else wraps them.

use std::borrow::Cow;

use pairlint_model::network::{Listing, RouteFilter};
use pairlint_model::source::{Source, Span};

use super::masking::MARK;
use crate::deployment::data::{self, Language};
use crate::deployment::value::{Object, Value};
use crate::documents::{Document, Node, Object as NodeObject};

const MAXIMUM_DEPTH: u32 = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Filter,
    Circuit,
    Peering,
    /// Names a group for others.
    ResourceGroup,
}

pub(super) struct Manifest<'a> {
    pub class: Class,
    pub namespace: String,
    pub name: Option<Value<'a>>,
    /// The name in Azure, where it is not that of the manifest.
    pub external: Option<Value<'a>>,
    pub labels: Vec<(String, String)>,
    /// The composition around it, by its place: selectors look for resources of the same one.
    pub composition: Option<u32>,
    pub values: Value<'a>,
    pub span: Span,
    pub uncertain: Option<String>,
    pub cut: bool,
}

pub(super) fn class(api_version: &str, kind: &str) -> Option<Class> {
    let (group, _) = api_version.split_once('/')?;
    match (group, kind) {
        ("network.azure.upbound.io" | "network.azure.m.upbound.io", "RouteFilter") => Some(Class::Filter),
        ("network.azure.upbound.io" | "network.azure.m.upbound.io", "ExpressRouteCircuit") => {
            Some(Class::Circuit)
        }
        ("network.azure.upbound.io" | "network.azure.m.upbound.io", "ExpressRouteCircuitPeering") => {
            Some(Class::Peering)
        }
        ("azure.upbound.io" | "azure.m.upbound.io", "ResourceGroup") => Some(Class::ResourceGroup),
        _ => None,
    }
}

struct Manifests<'s> {
    source: &'s Source,
    /// Why nothing of the document is certain.
    open: Option<String>,
}

impl<'a> Language<'a> for Manifests<'_> {
    fn source(&self) -> &Source {
        self.source
    }

    fn text(&self, text: &Cow<'a, str>, span: Span, _depth: u32) -> Value<'a> {
        if text.contains(MARK) || text.contains("${") || text.contains("{{") {
            let written = self.source.slice(span).trim_matches(['"', '\'']);
            let why = format!("`{}` is not rendered", short(written));
            return Value::unknown(why, written.replace('/', "|"), span);
        }
        Value::text(text.clone(), span)
    }

    fn special(&self, _node: &Node<'a>, _depth: u32) -> Option<Value<'a>> {
        None
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    }
}

/// Finds the resources of a document; returns filters that are written in templates within it, which nobody here can
/// read.
pub(super) fn find<'a>(
    source: &Source,
    document: &Document<'a>,
    found: &mut Vec<Manifest<'a>>,
) -> Vec<RouteFilter> {
    // Directives stand before the first key, too, and belong to the document that follows.
    let span = document.root.span;
    let text = source.text();
    let before = text.get(..span.start as usize).unwrap_or("");
    let start = before.rfind("\n---").unwrap_or(0);
    let rest = text.get(span.end as usize..).unwrap_or("");
    let end = span.end as usize + rest.find("\n---").unwrap_or(rest.len());
    let around = text.get(start..end).unwrap_or("");
    let directive = around
        .lines()
        .any(|line| line.trim_start().starts_with("{{") && !is_silent(line));
    let manifests = Manifests {
        source,
        open: directive.then(|| "the template is not rendered".to_owned()),
    };
    let mut templates = Vec::new();
    let at = Place {
        composition: None,
        patched: None,
        depth: 0,
    };
    manifests.visit(&document.root, at, found, &mut templates);
    templates
}

/// A comment, or a variable, makes nothing of the document.
fn is_silent(line: &str) -> bool {
    let inside = line
        .trim_start()
        .trim_start_matches("{{")
        .trim_start_matches('-')
        .trim_start();
    let alone = line.trim_end().ends_with("}}");
    alone && (inside.starts_with("/*") || inside.starts_with('$'))
}

#[derive(Clone)]
struct Place {
    composition: Option<u32>,
    patched: Option<String>,
    depth: u32,
}

impl Manifests<'_> {
    fn visit<'a>(
        &self,
        node: &Node<'a>,
        place: Place,
        found: &mut Vec<Manifest<'a>>,
        templates: &mut Vec<RouteFilter>,
    ) {
        if place.depth > MAXIMUM_DEPTH {
            return;
        }
        let inner = Place {
            depth: place.depth + 1,
            ..place.clone()
        };
        if let Some(items) = node.list() {
            for item in items {
                self.visit(item, inner.clone(), found, templates);
            }
            return;
        }
        let Some(object) = node.object() else {
            if let Some(text) = node.text() {
                templates.extend(template(node, text));
            }
            return;
        };
        let (api, kind) = (text(object, "apiVersion"), text(object, "kind"));
        if let (Some(api), Some(kind)) = (api, kind) {
            if let Some(class) = class(api, kind) {
                found.extend(self.manifest(node, object, class, place));
                return;
            }
            if kind == "Composition" && api.contains("crossplane.io/") {
                let composition = Some(node.span.start);
                let inner = Place { composition, ..inner };
                for property in &object.0 {
                    self.visit(&property.value, inner.clone(), found, templates);
                }
                return;
            }
        }
        // A resource of a composition beside the patches to it.
        let patches = object.get("patches").filter(|_| object.has("base"));
        for property in &object.0 {
            let mut inner = inner.clone();
            if property.key == "base" {
                inner.patched = patches.and_then(patched);
            }
            self.visit(&property.value, inner, found, templates);
        }
    }

    fn manifest<'a>(
        &self,
        node: &Node<'a>,
        object: &NodeObject<'a>,
        class: Class,
        place: Place,
    ) -> Option<Manifest<'a>> {
        let metadata = object.get("metadata").and_then(Node::object);
        let spec = object.get("spec").and_then(Node::object);
        let value = |node: &Node<'a>| data::value(self, node, 0);
        let annotations = metadata.and_then(|metadata| metadata.get("annotations")?.object());
        let policies = spec.and_then(|spec| spec.get("managementPolicies")?.list());
        // Observed resources are managed elsewhere.
        let observed = policies.is_some_and(|policies| {
            !policies.is_empty() && policies.iter().all(|policy| policy.text() == Some("Observe"))
        });
        if observed && class != Class::ResourceGroup {
            return None;
        }
        let paused = annotations
            .and_then(|annotations| annotations.get("crossplane.io/paused")?.text())
            .is_some_and(|paused| paused == "true");
        let creates_only = policies.is_some_and(|policies| {
            !policies
                .iter()
                .any(|policy| matches!(policy.text(), Some("*" | "Update")))
        });
        let why = self.open.clone().or(place.patched);
        let why =
            why.or_else(|| paused.then(|| "reconciliation is paused (`crossplane.io/paused`)".to_owned()));
        let why = why.or_else(|| {
            (creates_only && policies.is_some())
                .then(|| "the manifest does not update the resource (`managementPolicies`)".to_owned())
        });
        let labels = metadata.and_then(|metadata| metadata.get("labels")?.object());
        let labels = labels.map_or(&[][..], |labels| &labels.0);
        Some(Manifest {
            class,
            namespace: metadata
                .and_then(|metadata| metadata.get("namespace")?.text())
                .unwrap_or("")
                .to_owned(),
            name: metadata.and_then(|metadata| metadata.get("name")).map(value),
            external: annotations
                .and_then(|annotations| annotations.get("crossplane.io/external-name"))
                .map(value),
            labels: labels
                .iter()
                .filter_map(|label| Some((label.key.to_string(), label.value.text()?.to_owned())))
                .collect(),
            composition: place.composition,
            values: self.values(node, spec),
            span: node.span,
            uncertain: why,
            cut: node.cut,
        })
    }

    /// `forProvider`, with what only counts when the resource is made.
    fn values<'a>(&self, node: &Node<'a>, spec: Option<&NodeObject<'a>>) -> Value<'a> {
        let part = |key: &str| {
            spec.and_then(|spec| spec.get(key))
                .map(|node| data::value(self, node, 0))
        };
        let desired = part("forProvider");
        let initial = part("initProvider");
        let mut desired = desired.unwrap_or_else(|| Value::object(Object::default(), node.span));
        let initial = initial.as_ref().and_then(Value::as_object);
        if let (Some(object), Some(initial)) = (desired.as_object(), initial) {
            let mut object = object.clone();
            for (key, value) in &initial.properties {
                if object.get(key).is_none() {
                    let why = "`initProvider` only counts when the resource is made";
                    object.set(key.clone(), Value::unknown(why, value.symbol(), value.span));
                }
            }
            desired = Value::object(object, desired.span);
        }
        desired
    }
}

fn text<'o>(object: &'o NodeObject<'_>, key: &str) -> Option<&'o str> {
    object.get(key)?.text()
}

/// What the patches of a composition change of that which we read.
fn patched(patches: &Node<'_>) -> Option<String> {
    const TELLING: &[&str] = &[
        "spec.forProvider.rule",
        "spec.forProvider.routeFilter",
        "spec.forProvider.ipv6",
    ];
    for patch in patches.list().unwrap_or(&[]) {
        let Some(object) = patch.object() else { continue };
        let from = text(object, "fromFieldPath");
        let to = text(object, "toFieldPath").or(from);
        let set = text(object, "type") == Some("PatchSet");
        match to {
            _ if set => return Some("a set of patches may change it".to_owned()),
            Some(to)
                if TELLING.iter().any(|start| to.starts_with(start))
                    || to == "spec"
                    || to == "spec.forProvider" =>
            {
                return Some(format!("a patch of the composition sets `{to}`"));
            }
            _ => {}
        }
    }
    None
}

/// A template within a text (`function-go-templating`): recognised, and not read.
fn template(node: &Node<'_>, text: &str) -> Option<RouteFilter> {
    let kind = text.lines().any(|line| {
        matches!(
            line.trim_start_matches([' ', '-']).trim_end(),
            "kind: RouteFilter"
        )
    });
    (kind && super::tells(text)).then(|| RouteFilter {
        name: None,
        id: None,
        location: None,
        provisioning_state: None,
        rules: Listing::Unresolved {
            span: node.span,
            why: "the template within the text is not rendered".to_owned(),
        },
        peerings: Vec::new(),
        carrier: "crossplane",
        span: node.span,
    })
}
