//! From the files of a configuration to its resources: folders, root modules, and the variable files that each is
//! evaluated with.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pairlint_model::network::{Listing, Network, Remark, RemarkKind};
use pairlint_model::source::{Source, SourceId, Spanned};

use super::eval::World;
use super::files::{self, Role};
use super::json;
use super::lower::{Builder, Resource};
use super::module::{Folder, Inputs, Module, for_all};
use super::reads::Text;
use super::syntax::{self, Parsed};
use super::tree::Expr;
use super::value::{Data, Value};
use crate::Need;

const VALIDATE: &str = "terraform validate";

struct Document<'s> {
    source: &'s Source,
    folder: &'s str,
    role: Role,
    parsed: Parsed,
}

impl Document<'_> {
    fn base(&self) -> &str {
        self.source.name.rsplit('/').next().unwrap_or("")
    }

    fn is_override(&self) -> bool {
        let stem = self.base().split('.').next().unwrap_or("");
        stem == "override" || stem.ends_with("_override")
    }

    fn is_variables(&self) -> bool {
        matches!(self.role, Role::Variables | Role::VariablesJson)
    }

    /// Terraform reads it without being told to, in the folder that it runs in.
    fn is_automatic(&self) -> bool {
        let base = self.base();
        base == "terraform.tfvars"
            || base == "terraform.tfvars.json"
            || base.ends_with(".auto.tfvars")
            || base.ends_with(".auto.tfvars.json")
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.parsed
            .body
            .attributes
            .iter()
            .map(|attribute| &*attribute.name)
    }
}

/// Reads configurations and what belongs to them; also returns what else they would read. `others` are files that
/// functions may read.
pub(super) fn read(
    files: &[(&Source, Role)],
    others: &[&Source],
    sources: &BTreeMap<SourceId, &Source>,
) -> (Network, BTreeSet<Need>) {
    let all: Vec<&Source> = files.iter().map(|(source, _)| *source).collect();
    let relevant = files::relevant(&all);
    let mut network = Network::default();
    let mut parsed: Vec<Document<'_>> = Vec::new();
    for &(source, role) in files {
        let folder = files::folder_of(&source.name);
        if !relevant.contains(folder) && !matches!(role, Role::Variables | Role::VariablesJson) {
            continue;
        }
        let file = Document {
            source,
            folder,
            role,
            parsed: match role {
                Role::ConfigurationJson => json::configuration(source),
                Role::VariablesJson => json::variables(source),
                _ => syntax::parse(source),
            },
        };
        if files::is_telling(source, role) {
            for (span, why) in &file.parsed.faults {
                let what = format!("Terraform that does not parse: {}", why.trim());
                network.remarks.push(super::fault(*span, what, VALIDATE));
            }
        }
        parsed.push(file);
    }
    parsed.sort_by_key(|file| (file.is_override(), file.source.name.clone()));
    let mut folders: BTreeMap<String, Folder<'_>> = BTreeMap::new();
    for file in parsed.iter().filter(|file| !file.is_variables()) {
        let folder = folders.entry(file.folder.to_owned()).or_default();
        folder.name = file.folder.to_owned();
        folder.add(&file.parsed.body);
    }
    let variables: Vec<&Document<'_>> = parsed.iter().filter(|file| file.is_variables()).collect();
    let texts = others
        .iter()
        .map(|source| (source.name.clone(), Text::new(source)));
    let texts: BTreeMap<String, Text<'_>> = texts.collect();
    let mut asked = BTreeSet::new();
    let roots = roots(&folders);
    let owners = owners(&variables, &folders, &roots);
    for (file, owner) in variables.iter().zip(&owners) {
        if owner.is_none() && files::is_telling(file.source, file.role) {
            let what = "variables of a Terraform module that is not among the files";
            network.remarks.push(Remark {
                span: file.source.range(0, 0),
                kind: RemarkKind::Incomplete {
                    what: what.to_owned(),
                },
            });
        }
    }
    for root in roots {
        let Some(folder) = folders.get(root) else { continue };
        let own: Vec<&Document<'_>> = variables
            .iter()
            .zip(&owners)
            .filter(|(_, owner)| **owner == Some(root))
            .map(|(file, _)| *file)
            .collect();
        let evaluated = evaluate((&folders, &texts), folder, &own, sources, &mut asked);
        network.extend(evaluated);
    }
    (network, asked)
}

/// The folders that no other calls as a module.
fn roots<'f>(folders: &'f BTreeMap<String, Folder<'_>>) -> Vec<&'f str> {
    let called = |folder: &Folder<'_>| -> BTreeSet<String> {
        let blocks = folder.modules.values().flatten();
        let sources = blocks.filter_map(|block| block.body.get("source")?.text());
        sources
            .filter_map(|source| files::local(&folder.name, source))
            .collect()
    };
    let mut reached: BTreeSet<String> = BTreeSet::new();
    for folder in folders.values() {
        reached.extend(called(folder).into_iter().filter(|name| *name != folder.name));
    }
    let mut roots: Vec<&str> = folders.keys().map(String::as_str).collect();
    roots.retain(|name| !reached.contains(*name));
    // Folders that call each other in a circle are nobody's modules; none may be passed over.
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&str> = roots.clone();
    for start in folders.keys().map(String::as_str).chain([""]) {
        while let Some(name) = open.pop() {
            if let Some((name, folder)) = folders.get_key_value(name)
                && seen.insert(name)
            {
                let next = called(folder);
                open.extend(
                    next.iter()
                        .filter_map(|name| Some(folders.get_key_value(name)?.0.as_str())),
                );
            }
        }
        if folders.contains_key(start) && !seen.contains(start) {
            roots.push(start);
            open.push(start);
        }
    }
    roots
}

/// The root module that each variable file is for: of its own folder, of the nearest above that has one, or the
/// only one there is. A file none of whose names the module declares is not for it.
fn owners<'f>(
    variables: &[&Document<'_>],
    folders: &'f BTreeMap<String, Folder<'_>>,
    roots: &[&'f str],
) -> Vec<Option<&'f str>> {
    let fits = |file: &Document<'_>, root: &str| {
        let folder = folders.get(root);
        folder.is_some_and(|folder| file.names().any(|name| folder.variables.contains_key(name)))
    };
    let owner = |file: &&Document<'_>| {
        let mut above = file.folder;
        loop {
            if let Some(root) = roots.iter().find(|root| **root == above) {
                return fits(file, root).then_some(*root);
            }
            if above.is_empty() {
                break;
            }
            above = files::folder_of(above);
        }
        let mut fitting = roots.iter().filter(|root| fits(file, root));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Some(*only),
            _ => None,
        }
    };
    variables.iter().map(owner).collect()
}

/// The files of each environment and its name. Files that set the same variable are alternatives; one that shares none
/// with any other of its folder goes with all.
fn environments<'v, 's>(root: &str, files: &[&'v Document<'s>]) -> Vec<(String, Vec<&'v Document<'s>>)> {
    let mut groups: BTreeMap<&str, Vec<&'v Document<'s>>> = BTreeMap::new();
    for file in files {
        if file.folder != root || !file.is_automatic() {
            groups.entry(file.folder).or_default().push(file);
        }
    }
    let mut common: Vec<&'v Document<'s>> = Vec::new();
    let mut sets: Vec<(String, Vec<&'v Document<'s>>)> = Vec::new();
    let own = |name: &str| {
        let inside = name.strip_prefix(root).unwrap_or(name);
        inside.trim_start_matches('/').to_owned()
    };
    for (folder, files) in groups {
        let alternative = |file: &Document<'_>| {
            let names: BTreeSet<&str> = file.names().collect();
            let others = files.iter().filter(|other| other.source.id != file.source.id);
            others
                .flat_map(|other| other.names())
                .any(|name| names.contains(name))
        };
        let (alternatives, shared): (Vec<_>, Vec<_>) =
            files.iter().copied().partition(|file| alternative(file));
        if folder != root && alternatives.is_empty() {
            // A folder for each environment.
            sets.push((own(folder), shared));
            continue;
        }
        match (alternatives.is_empty(), shared.as_slice()) {
            (true, [only]) => sets.push((own(&only.source.name), shared)),
            (true, _) => common.extend(shared),
            (false, _) => {
                for file in alternatives {
                    let mut with = shared.clone();
                    with.push(file);
                    sets.push((own(&file.source.name), with));
                }
            }
        }
    }
    if sets.is_empty() {
        sets.push((String::new(), Vec::new()));
    }
    let automatic: Vec<&'v Document<'s>> = files
        .iter()
        .copied()
        .filter(|file| file.folder == root && file.is_automatic())
        .collect();
    for (_, set) in &mut sets {
        let mut files = automatic.clone();
        // `terraform.tfvars` comes before those that are automatic by their ending (Terraform, "Variable
        // Definition Precedence").
        files.sort_by_key(|file| {
            (
                !file.base().starts_with("terraform.tfvars"),
                file.base().to_owned(),
            )
        });
        files.extend(common.iter().copied());
        files.append(set);
        *set = files;
    }
    sets
}

/// Evaluates a root module, once for each environment.
fn evaluate<'a>(
    (folders, texts): (&'a BTreeMap<String, Folder<'a>>, &'a BTreeMap<String, Text<'a>>),
    folder: &'a Folder<'a>,
    variables: &[&'a Document<'_>],
    sources: &BTreeMap<SourceId, &Source>,
    asked: &mut BTreeSet<Need>,
) -> Network {
    let sets = environments(&folder.name, variables);
    let several = sets.len() > 1;
    let plain = match folder.name.as_str() {
        "" => "terraform:".to_owned(),
        name => format!("terraform:/{name}"),
    };
    let mut networks = Vec::new();
    for (name, files) in sets {
        let mut values: BTreeMap<&'a str, &'a Expr> = BTreeMap::new();
        for file in files {
            let attributes = &file.parsed.body.attributes;
            values.extend(
                attributes
                    .iter()
                    .map(|attribute| (&*attribute.name, &attribute.value)),
            );
        }
        let world = World::new(folders, texts);
        let root = match several {
            true => format!("{plain}({name})"),
            false => plain.clone(),
        };
        let module = Rc::new(Module {
            folder,
            root: root.as_str().into(),
            path: String::new(),
            inputs: Inputs::Root(values),
            exists: None,
            depth: 0,
            cache: RefCell::default(),
        });
        let mut builder = Builder::new(sources);
        resources(&world, &module, &mut builder);
        asked.append(&mut world.asked.borrow_mut());
        // Modules that are not followed may hold anything.
        let mut calls = folder.modules.values().flatten();
        if let Some(call) = calls.next().filter(|_| world.is_spent()) {
            builder.network.remarks.push(Remark {
                span: call.span,
                kind: RemarkKind::Incomplete {
                    what: "a configuration that is too large to be evaluated".to_owned(),
                },
            });
        }
        module.cache.borrow_mut().clear();
        world.clear();
        networks.push((name, root, builder.finish()));
    }
    if several {
        return merged(networks, &plain);
    }
    networks
        .pop()
        .map_or_else(Network::default, |(_, _, network)| network)
}

fn resources<'a>(world: &World<'a>, module: &Rc<Module<'a>>, builder: &mut Builder<'_>) {
    for (kind, name) in module
        .folder
        .resources
        .keys()
        .filter(|(kind, _)| Builder::takes(kind))
    {
        let Some(all) = world.resource(module, kind, name) else {
            continue;
        };
        for_all(&all, &mut |data| {
            let Data::Resource(instance) = data else { return };
            let attributes: Value<'a> = world.configured(instance);
            builder.add(&Resource {
                kind: instance.kind,
                span: attributes.span,
                attributes,
                id: instance.id(),
                address: instance.address.clone(),
                exists: instance.exists.clone(),
                carrier: "terraform",
            });
        });
    }
    for name in module.folder.modules.keys() {
        let Some(all) = world.module(module, name) else {
            continue;
        };
        if all.gap().is_some() {
            world.unread_module(module, name, builder);
        }
        for_all(&all, &mut |data| {
            if let Data::Module(inner) = data {
                resources(world, inner, builder);
            }
        });
    }
}

/// Puts the environments together: what is the same in all of them is there once, and what differs says in its name
/// whose it is.
fn merged(networks: Vec<(String, String, Network)>, plain: &str) -> Network {
    // The text of a resource with the environment's part of every id taken out.
    let of_root = |text: String, root: &str| text.replace(&format!("{root}/"), &format!("{plain}/"));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for (_, root, network) in &networks {
        for filter in &network.route_filters {
            *counts.entry(of_root(format!("{filter:?}"), root)).or_default() += 1;
            *names.entry(filter.display_name().to_owned()).or_default() += 1;
        }
    }
    let total = networks.len();
    let mut shared_ids: BTreeSet<String> = BTreeSet::new();
    let mut whole = Network::default();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (set, root, mut network) in networks {
        for mut filter in std::mem::take(&mut network.route_filters) {
            let key = of_root(format!("{filter:?}"), &root);
            let common = counts.get(&key) == Some(&total);
            if let Some(id) = &mut filter.id
                && common
            {
                shared_ids.insert(id.value.clone());
                id.value = of_root(id.value.clone(), &root);
            }
            if common && !seen.insert(key) {
                continue;
            }
            if !common && names.get(filter.display_name()).is_some_and(|count| *count > 1) {
                let shown = format!("{} ({set})", filter.display_name());
                let span = filter.name.as_ref().map_or(filter.span, |name| name.span);
                filter.name = Some(Spanned::new(span, shown));
            }
            whole.route_filters.push(filter);
        }
        for mut circuit in std::mem::take(&mut network.circuits) {
            if let Listing::Known { items, .. } = &mut circuit.peerings {
                for peering in items {
                    let ipv6 = peering.ipv6.as_mut().and_then(|ipv6| ipv6.route_filter.as_mut());
                    for reference in [peering.route_filter.as_mut(), ipv6].into_iter().flatten() {
                        if shared_ids.contains(&reference.value) {
                            reference.value = of_root(reference.value.clone(), &root);
                        }
                    }
                }
            }
            // The same circuit in every environment is one, whatever it is called by reference.
            let mut nameless = circuit.clone();
            nameless.id = None;
            if let Listing::Known { items, .. } = &mut nameless.peerings {
                items.iter_mut().for_each(|peering| peering.id = None);
            }
            let key = format!("{nameless:?}");
            if seen.insert(key) {
                whole.circuits.push(circuit);
            }
        }
        whole.remarks.append(&mut network.remarks);
    }
    whole
}
