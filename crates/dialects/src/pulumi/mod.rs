//! Pulumi programs in YAML (`Pulumi.yaml`, `Main.yaml`), with the configuration of their stacks, and states of stacks in
//! JSON (`pulumi stack export`, `pulumi preview --json`).
//!
//! The language is that of the Pulumi documentation ("Pulumi YAML language reference"), the resources are those of the
//! packages `azure-native` (Resource Manager's, flattened) and `azure` (bridged from Terraform's azurerm). `program`
//! evaluates what a program says, `state` reads what is there, `resources` makes both into resources of a deployment.

mod interpolation;
mod program;
mod resources;
mod state;

use std::collections::BTreeMap;

use memchr::memmem;
use pairlint_model::network::{Network, Remark, RemarkKind};
use pairlint_model::remedy::{Change, Edit};
use pairlint_model::source::{Source, SourceId};

use crate::deployment::File;
use crate::documents::yaml::{self, Text};
use crate::documents::{Document, Node, json};
use crate::{Dialect, Fit, Kind, Need, Together, deployment, edits};

pub static DIALECT: Dialect = Dialect {
    name: "pulumi",
    kind: Kind::Azure,
    detect,
    parse: |source| parse(&[source]),
    together: Some(Together {
        may_help,
        needs,
        parse,
    }),
    edit: Some(edit),
};

/// Lists of a program; what Pulumi has computed, a state or a preview, is no place to write into.
fn edit(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    let computed = source.text().trim_start().starts_with('{');
    (!computed).then(|| edits::document(source, change))?
}

const STATE: &str = "pulumi stack export --file stack.json";
const PROGRAM: &str = "pulumi preview --json > preview.json";

/// Whether a text names a resource of ours by its type, in one of the packages.
fn tells(text: &str) -> bool {
    let bytes = text.as_bytes();
    let packages = [&b"azure-native"[..], b"azure:network"];
    packages
        .iter()
        .any(|package| memmem::find(bytes, package).is_some())
        && [&b":RouteFilter"[..], b":ExpressRouteCircuit"]
            .iter()
            .any(|kind| memmem::find(bytes, kind).is_some())
}

fn is_json(text: &str) -> bool {
    text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
        .starts_with('{')
}

fn detect(source: &Source) -> Fit {
    let text = source.text();
    if !tells(text) || !is_json(text) && !has_resources(text) {
        return Fit::No;
    }
    match parse(&[source]).is_empty() {
        true => Fit::No,
        false => Fit::Certain,
    }
}

/// Whether `resources` stands at the margin, as in every program with any.
fn has_resources(text: &str) -> bool {
    text.starts_with("resources:") || text.contains("\nresources:") || text.contains("\u{feff}resources:")
}

/// `Pulumi.prod.yaml`, the configuration of a stack.
fn stack_of(name: &str) -> Option<&str> {
    let name = name.rsplit('/').next().unwrap_or(name);
    let inner = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"))?;
    inner.strip_prefix("Pulumi.").filter(|stack| !stack.is_empty())
}

fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn may_help(name: &str) -> bool {
    stack_of(name).is_some()
}

fn needs(files: &[&Source]) -> Vec<Need> {
    let programs = files
        .iter()
        .filter(|source| tells(source.text()) && !is_json(source.text()));
    programs
        .map(|source| Need::Folder(folder_of(&source.name).to_owned()))
        .collect()
}

fn parse(files: &[&Source]) -> Network {
    let mut network = Network::default();
    let stacks: Vec<&Source> = files
        .iter()
        .copied()
        .filter(|source| stack_of(&source.name).is_some() && !tells(source.text()))
        .collect();
    for source in files {
        let text = source.text();
        if !tells(text) {
            continue;
        }
        if is_json(text) {
            let documents = json::documents(text, source.id, false);
            network.extend(read(source, &documents, STATE, |root| {
                state::instances(source, root)
            }));
        } else if has_resources(text) {
            let plain = Text::new(text);
            let documents = yaml::documents(&plain, source.id);
            let near: Vec<&Source> = stacks
                .iter()
                .copied()
                .filter(|stack| folder_of(&stack.name) == folder_of(&source.name))
                .collect();
            let texts: Vec<(&Source, Text<'_>)> = near
                .iter()
                .map(|stack| (*stack, Text::new(stack.text())))
                .collect();
            let read_stacks: Vec<(&Source, Vec<Document<'_>>)> = texts
                .iter()
                .map(|(stack, text)| (*stack, yaml::documents(text, stack.id)))
                .collect();
            network.extend(read(source, &documents, PROGRAM, |root| {
                program::instances(source, root, &read_stacks)
            }));
        }
    }
    network
}

fn read<'a, 'd>(
    source: &'d Source,
    documents: &'d [Document<'a>],
    instead: &str,
    instances: impl Fn(&'d Node<'a>) -> Vec<deployment::Instance<'a>>,
) -> Network {
    let mut network = Network::default();
    for document in documents {
        let found = instances(&document.root);
        if found.is_empty() {
            continue;
        }
        let mut files: BTreeMap<SourceId, File<'_>> = BTreeMap::new();
        let comments = document.comments.clone();
        files.insert(source.id, File { source, comments });
        network.extend(deployment::lower(&found, &files));
        if let Some(damage) = &document.damage {
            network.remarks.push(Remark {
                span: damage.span,
                kind: RemarkKind::Truncated {
                    what: damage.what.clone(),
                    instead: instead.to_owned(),
                },
            });
        }
    }
    network
}
