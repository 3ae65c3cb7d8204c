//! Which files of a run are deployed, with which values, and which are modules of others.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::network::{Network, Remark, RemarkKind};
use pairlint_model::source::{Source, SourceId};

use super::declarations::{self, Unit};
use crate::Need;
use crate::deployment::expr::{Entry, Expr, ExprKind};
use crate::deployment::{self, File, Given, Loaded, Target, Template, World, parameters};

/// Modules, parameter files, and JSON with parameters in their names.
pub(super) fn may_help(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".bicep")
        || name.ends_with(".bicepparam")
        || (name.ends_with(".json") && name.contains("param"))
}

/// What is loaded may have any other ending.
fn is_bicep(source: &Source) -> bool {
    let name = source.name.to_ascii_lowercase();
    name.ends_with(".bicep") || name.ends_with(".bicepparam") || super::is_nameless(&name)
}

fn is_param_file(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".bicepparam")
}

/// The modules, imports and loaded files of what is there, and the folders, where parameter files stand and files
/// that use a module.
pub(super) fn needs(files: &[&Source]) -> Vec<Need> {
    let mut needs = BTreeSet::new();
    for source in files.iter().filter(|source| is_bicep(source)) {
        let unit = declarations::read(source);
        let (modules, others) = paths(&unit);
        needs.extend(modules.into_iter().chain(others).map(Need::Named));
        let folder = parameters::split(&source.name).0.trim_end_matches('/');
        needs.insert(Need::Folder(folder.to_owned()));
        // Modules often stand one folder below the files that use them.
        if let Some((above, _)) = folder.rsplit_once('/') {
            needs.insert(Need::Folder(above.to_owned()));
        } else if !folder.is_empty() {
            needs.insert(Need::Folder(String::new()));
        }
    }
    needs.into_iter().collect()
}

/// The modules of a file, and the other files that it needs.
fn paths(unit: &Unit<'_>) -> (BTreeSet<String>, BTreeSet<String>) {
    let modules = unit
        .template
        .resources
        .iter()
        .filter_map(|resource| match &resource.target {
            Target::Module { path, .. } => path.clone(),
            _ => None,
        });
    let imports = unit.template.imports.values().map(|import| import.path.clone());
    let others = imports
        .chain(unit.loads.iter().cloned())
        .chain(unit.using.clone());
    (modules.collect(), others.collect())
}

pub(super) fn parse(files: &[&Source]) -> Network {
    let mut network = Network::default();
    let mut templates: BTreeMap<String, Template<'_>> = BTreeMap::new();
    let mut contents: BTreeMap<String, Loaded<'_>> = BTreeMap::new();
    let mut given: Vec<(Option<String>, Given<'_>)> = Vec::new();
    let mut values: Vec<Given<'_>> = Vec::new();
    let mut places: BTreeMap<SourceId, File<'_>> = BTreeMap::new();
    let mut called: BTreeSet<String> = BTreeSet::new();
    let mut loaded: BTreeSet<String> = BTreeSet::new();
    for source in files.iter().filter(|source| is_bicep(source)) {
        let unit = declarations::read(source);
        let (modules, _) = paths(&unit);
        loaded.extend(unit.loads.iter().cloned());
        if is_param_file(&source.name) {
            let name = source.name.clone();
            let file = unit.template;
            given.push((unit.using, Given { name, file }));
        } else {
            called.extend(modules.into_iter().filter(|path| *path != source.name));
            if let Some(span) = unit
                .cut
                .filter(|_| (super::DIALECT.detect)(source) != crate::Fit::No)
            {
                network.remarks.push(Remark {
                    span,
                    kind: RemarkKind::Truncated {
                        what: "Bicep that ends within a declaration".to_owned(),
                        instead: format!("az bicep build --file {} --stdout", source.name),
                    },
                });
            }
            templates.insert(source.name.clone(), unit.template);
        }
        let comments = unit.comments;
        places.insert(source.id, File { source, comments });
    }
    for source in files.iter().filter(|source| !is_bicep(source)) {
        if loaded.contains(&source.name) {
            contents.insert(source.name.clone(), Loaded::read(source));
        } else {
            values.extend(json_values(source));
        }
        let comments = Vec::new();
        places.entry(source.id).or_insert(File { source, comments });
    }
    for values in values {
        let of = parameters::owner(&values, &templates).map(str::to_owned);
        given.push((of, values));
    }
    for (of, given) in &given {
        let found = of.as_ref().is_some_and(|of| templates.contains_key(of));
        let source = files.iter().find(|source| source.name == given.name);
        if let Some(source) =
            source.filter(|source| !found && (super::DIALECT.detect)(source) != crate::Fit::No)
        {
            network.remarks.push(Remark {
                span: source.range(0, 0),
                kind: RemarkKind::Incomplete {
                    what: "a file of values whose Bicep file (`using`) is not read".to_owned(),
                },
            });
        }
    }
    let nothing_left = templates.keys().all(|name| called.contains(name));
    let world = World::new(&templates, &contents);
    for (name, template) in &templates {
        if called.contains(name) && !nothing_left {
            continue;
        }
        let mine = given.iter().filter(|(of, _)| of.as_ref() == Some(name));
        let mine: Vec<&Given<'_>> = mine.map(|(_, given)| given).collect();
        network.extend(deployment::deploy(&world, template, name, &mine, &places));
    }
    network
}

/// A JSON parameter file: `{"parameters": {"name": {"value": …}}}`.
fn json_values(source: &Source) -> Option<Given<'_>> {
    let text = source.text();
    if !text.contains("parameters") {
        return None;
    }
    let mut root = deployment::json_expression(source)?;
    let parameters = root.take("parameters")?;
    let ExprKind::Object(entries) = parameters.kind else {
        return None;
    };
    let mut file = Template::new("bicep");
    for entry in entries {
        let Entry::Property { key, mut value } = entry else {
            continue;
        };
        let ExprKind::Text(name) = key.kind else { continue };
        let span = value.span;
        let value = value
            .take("value")
            .unwrap_or_else(|| Expr::unsupported("the value is a secret of a key vault", span));
        file.outputs.push((name, value));
    }
    let name = source.name.clone();
    Some(Given { name, file })
}
