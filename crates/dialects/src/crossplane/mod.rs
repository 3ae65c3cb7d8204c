//! Crossplane manifests of the Azure provider (`network.azure.upbound.io`, namespaced `network.azure.m.upbound.io`):
//! managed resources, lists of them, compositions that hold them.
//!
//! The provider is generated from Terraform's azurerm, so a resource has its attributes in camel case (crossplane-contrib/
//! provider-upjet-azure, `apis/network`). `masking` takes what Helm has not rendered yet out of the text, `manifests`
//! finds the resources, `references` ties them by names and labels.

mod manifests;
mod masking;
mod references;

use std::borrow::Cow;
use std::collections::BTreeMap;

use memchr::memmem;
use pairlint_model::network::{Network, Remark, RemarkKind};
use pairlint_model::source::{Source, SourceId};

use crate::deployment::File;
use crate::documents::yaml::{self, Text};
use crate::documents::{Document, json};
use crate::{Dialect, Fit, Kind, Need, Together, deployment, edits};
use manifests::Manifest;

pub static DIALECT: Dialect = Dialect {
    name: "crossplane",
    kind: Kind::Azure,
    detect,
    parse: |source| parse(&[source]),
    together: Some(Together {
        may_help: |_| false,
        needs: |_| Vec::<Need>::new(),
        parse,
    }),
    edit: Some(edits::document),
};

const RENDERED: &str = "helm template RELEASE CHART > manifests.yaml";
const WHOLE: &str = "kubectl get managed --output yaml > managed.yaml";

/// Whether a text names the provider's group and a kind of ours.
fn tells(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |word: &str| memmem::find(bytes, word.as_bytes()).is_some();
    (has("network.azure.upbound.io") || has("network.azure.m.upbound.io"))
        && (has("RouteFilter") || has("ExpressRouteCircuit"))
}

/// A manifest says at the margin, or in its first object, what it is.
fn is_manifest(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    start.starts_with('{')
        || text.lines().any(|line| {
            let line = line.trim_start_matches(['\u{feff}', '-', ' ']);
            line.starts_with("apiVersion:") || line.starts_with("\"apiVersion\":")
        })
}

fn detect(source: &Source) -> Fit {
    let text = source.text();
    if !tells(text) || !is_manifest(text) || parse(&[source]).is_empty() {
        return Fit::No;
    }
    Fit::Certain
}

/// References reach across files.
fn parse(files: &[&Source]) -> Network {
    let mut network = Network::default();
    let sources: Vec<&Source> = files
        .iter()
        .copied()
        .filter(|source| tells(source.text()))
        .collect();
    let masked: Vec<Cow<'_, str>> = sources
        .iter()
        .map(|source| masking::masked(source.text()))
        .collect();
    let texts: Vec<Text<'_>> = masked.iter().map(|text| Text::new(text)).collect();
    let mut documents: Vec<(&Source, Vec<Document<'_>>)> = Vec::with_capacity(sources.len());
    for (source, text) in sources.iter().zip(&texts) {
        let start = source.text().trim_start();
        let json = start.starts_with('{') && !start.starts_with("{{");
        let read = match json {
            true => json::documents(source.text(), source.id, false),
            false => yaml::documents(text, source.id),
        };
        documents.push((source, read));
    }
    let mut found: Vec<Manifest<'_>> = Vec::new();
    let mut files: BTreeMap<SourceId, File<'_>> = BTreeMap::new();
    for (source, documents) in &documents {
        let mut comments = Vec::new();
        for document in documents {
            let before = found.len();
            let templates = manifests::find(source, document, &mut found);
            network.route_filters.extend(templates);
            comments.extend(document.comments.iter().copied());
            let said = found.len() > before || tells(source.slice(document.root.span));
            if let Some(damage) = document.damage.as_ref().filter(|_| said) {
                let rendered = !source.text().contains("{{");
                network.remarks.push(Remark {
                    span: damage.span,
                    kind: RemarkKind::Truncated {
                        what: damage.what.clone(),
                        instead: if rendered { WHOLE } else { RENDERED }.to_owned(),
                    },
                });
            }
        }
        files.insert(source.id, File { source, comments });
    }
    let instances = references::instances(&found);
    network.extend(deployment::lower(&instances, &files));
    network
}
