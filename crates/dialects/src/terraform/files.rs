//! Which files are Terraform's, what each is for, and which belong together.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;
use pairlint_model::source::Source;

use crate::{Fit, Need};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Configuration,
    ConfigurationJson,
    Variables,
    VariablesJson,
    /// A plan or state in JSON.
    Values,
    /// What `terraform plan` prints for people, or logs as JSON lines.
    Report,
}

/// By its name alone.
pub(super) fn role_of_name(name: &str) -> Option<Role> {
    let name = name.rsplit('/').next().unwrap_or(name);
    // Editors' copies and hidden files are not read by Terraform either.
    if name.starts_with(['.', '#']) || name.ends_with('~') {
        return None;
    }
    let ends = |end: &str| name.len() > end.len() && name.ends_with(end);
    if ends(".tf") || ends(".tofu") {
        Some(Role::Configuration)
    } else if ends(".tf.json") || ends(".tofu.json") {
        Some(Role::ConfigurationJson)
    } else if ends(".tfvars") {
        Some(Role::Variables)
    } else if ends(".tfvars.json") {
        Some(Role::VariablesJson)
    } else {
        None
    }
}

/// Whether comments may stand in it.
pub(super) fn is_hcl(name: &str) -> bool {
    matches!(role_of_name(name), Some(Role::Configuration | Role::Variables))
}

/// Whether expressions may stand in it.
fn is_hcl_or_json(name: &str) -> bool {
    matches!(
        role_of_name(name),
        Some(Role::Configuration | Role::ConfigurationJson)
    )
}

pub(super) fn may_help(name: &str) -> bool {
    role_of_name(name).is_some()
}

/// Words that only files about route filters, circuits and their peerings hold.
fn tells(text: &[u8]) -> bool {
    const WORDS: &[&str] = &["azurerm_route_filter", "azurerm_express_route_circuit"];
    WORDS
        .iter()
        .any(|word| memmem::find(text, word.as_bytes()).is_some())
        || tells_azapi(text)
}

/// The types of Resource Manager that `azapi` resources name, in any case.
fn tells_azapi(text: &[u8]) -> bool {
    memmem::find(text, b"azapi_").is_some()
        && memmem::find_iter(text, b"/").any(|at| {
            let rest = text.get(at + 1..).unwrap_or(&[]);
            [&b"routefilters"[..], b"expressroutecircuits"]
                .iter()
                .any(|word| {
                    rest.get(..word.len())
                        .is_some_and(|start| start.eq_ignore_ascii_case(word))
                })
        })
}

fn tells_community(text: &[u8]) -> bool {
    memmem::find(text, b"\"12076:").is_some()
}

pub(super) fn role(source: &Source) -> Option<Role> {
    let text = source.text();
    if let Some(role) = role_of_name(&source.name) {
        return Some(role);
    }
    let bytes = text.as_bytes();
    let start = text.trim_start();
    if start.starts_with('{') {
        if start.starts_with("{\"@level\"") {
            return Some(Role::Report);
        }
        let has = |word: &str| memmem::find(bytes, word.as_bytes()).is_some();
        let ours = has("\"terraform_version\"")
            && [
                "\"planned_values\"",
                "\"resource_changes\"",
                "\"root_module\"",
                "\"lineage\"",
                "\"prior_state\"",
            ]
            .iter()
            .any(|word| has(word));
        return ours.then_some(Role::Values);
    }
    const MARKS: &[&str] = &[
        "Terraform will perform the following actions",
        "OpenTofu will perform the following actions",
        "Terraform used the selected providers",
        "Terraform planned the following actions",
    ];
    let report = MARKS
        .iter()
        .any(|mark| memmem::find(bytes, mark.as_bytes()).is_some());
    report.then_some(Role::Report)
}

/// Whether a file speaks of what we read.
pub(super) fn is_telling(source: &Source, role: Role) -> bool {
    let bytes = source.text().as_bytes();
    match role {
        Role::Configuration | Role::ConfigurationJson => tells(bytes) || tells_community(bytes),
        Role::Variables | Role::VariablesJson => tells_community(bytes),
        Role::Values => tells(bytes),
        Role::Report => tells(bytes) || memmem::find(bytes, b"12076:").is_some(),
    }
}

pub(super) fn detect(source: &Source) -> Fit {
    match role(source) {
        // The words may stand in names and outputs only.
        Some(Role::Values) if super::parse(&[source]).is_empty() => Fit::No,
        Some(role) if is_telling(source, role) => Fit::Certain,
        _ => Fit::No,
    }
}

/// The folder of a file; empty for the working directory.
pub(super) fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder that a module's `source` names; `None` where it is a registry's or a repository's.
pub(super) fn local(folder: &str, source: &str) -> Option<String> {
    if !source.starts_with("./") && !source.starts_with("../") && source != "." && source != ".." {
        return None;
    }
    Some(joined(folder, source))
}

/// A path as it is seen from a folder; steps up and empty steps are taken out.
pub(super) fn joined(folder: &str, path: &str) -> String {
    let folder = if path.starts_with('/') { "" } else { folder };
    let absolute = folder.starts_with('/') || path.starts_with('/');
    let mut parts: Vec<&str> = folder
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    if absolute { format!("/{path}") } else { path }
}

/// The way from a folder to another; `None` where it leads over a folder whose name is not known.
pub(super) fn relative(from: &str, to: &str) -> Option<String> {
    if from.starts_with('/') != to.starts_with('/') {
        return None;
    }
    let parts = |path: &'_ str| -> Vec<String> {
        path.split('/')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (from, to) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let (from, to) = (from.get(common..)?, to.get(common..)?);
    if from.iter().any(|part| part == "..") {
        return None;
    }
    let mut steps: Vec<&str> = from.iter().map(|_| "..").collect();
    steps.extend(to.iter().map(String::as_str));
    match steps.is_empty() {
        true => Some(".".to_owned()),
        false => Some(steps.join("/")),
    }
}

/// The local modules that a file calls, found without parsing it.
fn calls(source: &Source) -> BTreeSet<String> {
    let text = source.text();
    let folder = folder_of(&source.name);
    let quotes = memmem::find_iter(text.as_bytes(), b"\".");
    let paths = quotes.filter_map(|at| text.get(at + 1..)?.split(['"', '\n']).next());
    paths.filter_map(|path| local(folder, path)).collect()
}

/// The folders that matter: those that speak of what we read, the modules they call, and those that call them.
pub(super) fn relevant(files: &[&Source]) -> BTreeSet<String> {
    let mut relevant = BTreeSet::new();
    let mut called: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut callers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in files {
        let Some(role) = role_of_name(&source.name) else {
            continue;
        };
        let folder = folder_of(&source.name).to_owned();
        if matches!(role, Role::Configuration | Role::ConfigurationJson) {
            for path in calls(source) {
                callers.entry(path.clone()).or_default().insert(folder.clone());
                called.entry(folder.clone()).or_default().insert(path);
            }
        }
        if is_telling(source, role) {
            relevant.insert(folder);
        }
    }
    let mut open: Vec<String> = relevant.iter().cloned().collect();
    while let Some(folder) = open.pop() {
        let next = called
            .get(&folder)
            .into_iter()
            .chain(callers.get(&folder))
            .flatten();
        for folder in next {
            if relevant.insert(folder.clone()) {
                open.push(folder.clone());
            }
        }
    }
    relevant
}

/// Where people keep the variable files of their environments.
const PLACES_OF_VARIABLES: &[&str] = &[
    "config",
    "configs",
    "configuration",
    "env",
    "environment",
    "environments",
    "envs",
    "tfvars",
    "variables",
    "vars",
];

pub(super) fn needs(files: &[&Source]) -> Vec<Need> {
    let with_files: BTreeSet<&str> = files
        .iter()
        .filter(|source| {
            matches!(
                role_of_name(&source.name),
                Some(Role::Configuration | Role::ConfigurationJson)
            )
        })
        .map(|source| folder_of(&source.name))
        .collect();
    let mut needs = BTreeSet::new();
    let relevant = relevant(files);
    // What functions read is known where it is evaluated.
    let reads = files.iter().any(|source| {
        is_hcl_or_json(&source.name)
            && relevant.contains(folder_of(&source.name))
            && super::reads::may_read(source.text())
    });
    if reads {
        needs.append(&mut super::asked(files));
    }
    for folder in relevant {
        if with_files.contains(&*folder) {
            for place in PLACES_OF_VARIABLES {
                needs.insert(Need::Folder(join(&folder, place)));
            }
        } else {
            // A variable file in a folder of its own: the module stands above.
            let mut above = &*folder;
            for _ in 0..2 {
                if above.is_empty() || above.ends_with("..") {
                    break;
                }
                above = folder_of(above);
                needs.insert(Need::Folder(above.to_owned()));
            }
        }
        needs.insert(Need::Folder(folder));
    }
    needs.into_iter().collect()
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_source_names_a_folder() {
        check("", "./modules/er", Some("modules/er"));
        check("envs/prod", "../../modules/er/", Some("modules/er"));
        check("prod", "../../shared", Some("../shared"));
        check("../net", "../x", Some("../x"));
        check("/net/prod", "..", Some("/net"));
        check("prod", "Azure/avm-res-network-expressroutecircuit/azurerm", None);
        check("prod", "git::https://example.com/x.git", None);
    }

    #[test]
    fn a_path_is_seen_from_the_folder_terraform_runs_in() {
        let way = |from: &str, to: &str| relative(from, to);
        assert_eq!(way("", "").as_deref(), Some("."));
        assert_eq!(way("", "modules/er").as_deref(), Some("modules/er"));
        assert_eq!(
            way("envs/prod", "modules/er").as_deref(),
            Some("../../modules/er")
        );
        assert_eq!(way("../net", "../net/er").as_deref(), Some("er"));
        assert_eq!(way("prod", "../shared").as_deref(), Some("../../shared"));
        assert_eq!(way("../net", "er"), None);
        assert_eq!(
            joined("envs/prod", "../../modules/er/./a.yaml"),
            "modules/er/a.yaml"
        );
        assert_eq!(joined("envs/prod", "/etc/x"), "/etc/x");
    }

    #[track_caller]
    fn check(folder: &str, source: &str, expected: Option<&str>) {
        assert_eq!(local(folder, source).as_deref(), expected);
    }
}
