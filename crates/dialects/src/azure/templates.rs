//! Which templates of a run are deployed, and with which parameter files.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;
use pairlint_model::network::{Network, Remark, RemarkKind};
use pairlint_model::source::{Source, SourceId};

use super::node::Document;
use super::reader::{FILTER_AS_JSON, Reader};
use super::{json, sniff, template};
use crate::Need;
use crate::deployment::{self, File, Given, Target, Template, World, parameters};

/// Parameter files by their usual names, and Bicep files, which they may be for.
pub(super) fn may_help(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    (name.ends_with(".json") && name.contains("param")) || name.ends_with(".bicep")
}

/// The parameter files beside a template, and the templates that it links to.
pub(super) fn needs(files: &[&Source]) -> Vec<Need> {
    let mut needs = BTreeSet::new();
    for source in files.iter().filter(|source| may_be_template(source.text())) {
        if holds_values(source) {
            needs.extend(templates_of(&source.name).map(Need::Named));
        }
        let folder = parameters::split(&source.name).0.trim_end_matches('/');
        needs.insert(Need::Folder(folder.to_owned()));
        if source.text().contains("relativePath") {
            let text = json::without_colours(source.text());
            for document in json::documents(&text, source.id, false) {
                let linked = linked(&template::read(source, &document.root));
                needs.extend(linked.into_iter().map(Need::Named));
            }
        }
    }
    needs.into_iter().collect()
}

/// The templates that a file of values may be for, by its name, also of Bicep.
fn templates_of(name: &str) -> impl Iterator<Item = String> {
    let dots = name.match_indices('.').map(|(at, _)| at);
    let stems = dots
        .filter_map(|at| name.get(..at))
        .filter(|stem| !stem.ends_with('/'));
    stems.flat_map(|stem| [format!("{stem}.json"), format!("{stem}.bicep")])
}

fn linked(template: &Template<'_>) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for resource in &template.resources {
        match &resource.target {
            Target::Module { path, .. } => paths.extend(path.clone()),
            Target::Nested { template, .. } => paths.extend(linked(template)),
            Target::Resource | Target::Existing => {}
        }
    }
    paths
}

/// Whether a file is a parameter file with communities of Microsoft's in it.
pub(super) fn holds_values(source: &Source) -> bool {
    let text = source.text();
    is_json(text)
        && sniff::contains(text.as_bytes(), b"deploymentparameters", 10)
        && memmem::find(text.as_bytes(), b"\"12076:").is_some()
}

fn is_json(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    start.starts_with(['{', '/'])
}

fn may_be_template(text: &str) -> bool {
    let bytes = text.as_bytes();
    is_json(text)
        && (sniff::contains(bytes, b"\"contentversion\"", 8)
            || sniff::contains(bytes, b"deploymenttemplate", 6))
}

/// Reads exports one by one, and templates with what belongs to them.
pub(super) fn parse(files: &[&Source]) -> Network {
    let mut network = Network::default();
    let mut templates: Vec<(&Source, Cow<'_, str>)> = Vec::new();
    for source in files {
        let text = source.text();
        // A template of other resources may still link to one of ours.
        let ours = || {
            sniff::has_tell(text)
                || sniff::contains(text.as_bytes(), b"deploymentparameters", 10)
                || text.contains("relativePath")
        };
        if may_be_template(text) && ours() {
            templates.push((source, json::without_colours(text)));
        } else if !source.name.ends_with(".bicep") {
            network.extend(super::parse_export(source));
        }
    }
    let bicep = files.iter().filter(|source| source.name.ends_with(".bicep"));
    let bicep: Vec<String> = bicep.map(|source| source.name.clone()).collect();
    if !templates.is_empty() {
        read(&templates, &bicep, &mut network);
    }
    network
}

/// `others` are templates that are read as another language.
fn read(files: &[(&Source, Cow<'_, str>)], others: &[String], network: &mut Network) {
    let mut texts: BTreeMap<SourceId, File<'_>> = BTreeMap::new();
    let mut templates: BTreeMap<String, Template<'_>> = BTreeMap::new();
    let mut given: Vec<Given<'_>> = Vec::new();
    let mut documents: Vec<(&Source, Vec<Document<'_>>)> = Vec::new();
    for (source, text) in files {
        documents.push((source, json::documents(text, source.id, false)));
    }
    for (source, documents) in &documents {
        // Several documents in one file are several templates, or exports.
        let mut export = documents.is_empty();
        let mut comments = Vec::new();
        for (at, document) in documents.iter().enumerate() {
            if template::is_template(&document.root) {
                let name = match at {
                    0 => source.name.clone(),
                    at => format!("{}#{at}", source.name),
                };
                templates.insert(name, template::read(source, &document.root));
            } else if template::is_parameters(&document.root) {
                given.push(template::values(source, &document.root));
            } else {
                export = true;
            }
            comments.extend(document.comments.iter().copied());
        }
        if export {
            network.extend(super::parse_export(source));
        }
        texts.insert(source.id, File { source, comments });
    }
    for given in &given {
        let source = files
            .iter()
            .map(|(source, _)| source)
            .find(|source| source.name == given.name);
        let owned = parameters::owner(given, &templates).is_some()
            || templates_of(&given.name).any(|name| others.contains(&name))
            || others
                .iter()
                .any(|other| parameters::split(other).0 == parameters::split(&given.name).0);
        if let Some(source) = source.filter(|source| !owned && holds_values(source)) {
            network.remarks.push(Remark {
                span: source.range(0, 0),
                kind: RemarkKind::Incomplete {
                    what: "a file of parameter values whose template is not read".to_owned(),
                },
            });
        }
    }
    let called: BTreeSet<String> = templates.values().flat_map(linked).collect();
    let nothing = BTreeMap::new();
    let world = World::new(&templates, &nothing);
    for (name, template) in &templates {
        if called.contains(name) && called.len() < templates.len() {
            continue;
        }
        let mine = given
            .iter()
            .filter(|given| parameters::owner(given, &templates) == Some(name));
        let mine: Vec<&Given<'_>> = mine.collect();
        let deployed = deployment::deploy(&world, template, name, &mine, &texts);
        network.extend(deployed);
    }
    for (source, documents) in &documents {
        for document in documents
            .iter()
            .filter(|document| template::is_template(&document.root))
        {
            damage(source, document, network);
        }
    }
}

/// What is to be said about the file of a template: that it is cut, and keys in it.
fn damage(source: &Source, document: &Document<'_>, network: &mut Network) {
    let found = network
        .route_filters
        .iter()
        .any(|filter| filter.span.source == source.id);
    if !found && !sniff::names_resource(source.text()) {
        return;
    }
    let mut reader = Reader::new(source);
    if let Some(damage) = &document.damage {
        reader.truncated(damage.span, damage.what.clone(), FILTER_AS_JSON);
    } else if let Some(span) = document.trailing {
        reader.truncated(span, "JSON with other text after it", FILTER_AS_JSON);
    }
    reader.secrets(&document.root);
    for remark in reader.network.remarks {
        let known = network
            .remarks
            .iter()
            .any(|other| other.span == remark.span && matches!(other.kind, RemarkKind::Secret { .. }));
        if !known {
            network.remarks.push(remark);
        }
    }
}
