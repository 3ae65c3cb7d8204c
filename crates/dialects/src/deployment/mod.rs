//! Deployments of Azure resources: what Resource Manager templates and Bicep files declare, evaluated as a
//! deployment would.
//!
//! The two are spellings of one language (Bicep compiles to templates), so what a dialect reads is the same tree of
//! expressions, and everything that follows is shared. A value keeps the place of its literal. What cannot be
//! evaluated is a value, too, and says why.

pub mod azurerm;
mod circuits;
mod collections;
pub mod data;
mod evaluate;
pub mod expr;
mod files;
mod filters;
mod functions;
mod instances;
mod json_text;
mod lambdas;
mod lower;
mod networks;
mod operators;
pub mod parameters;
mod reach;
mod scopes;
mod strings;
pub mod value;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::network::Network;
use pairlint_model::source::{Source, SourceId, Span, Spanned};

use evaluate::Env;
pub use evaluate::World;
use expr::{Expr, Loop};
pub use files::Loaded;
pub use json_text::expression as json_expression;
use value::Value;

/// One template or Bicep file.
#[derive(Debug)]
pub struct Template<'a> {
    /// `arm` or `bicep`.
    pub carrier: &'static str,
    /// By their names in lower case, as are variables, functions and symbols.
    pub params: BTreeMap<String, Param<'a>>,
    pub vars: BTreeMap<String, Expr<'a>>,
    pub functions: BTreeMap<String, Function<'a>>,
    pub resources: Vec<Resource<'a>>,
    /// Symbolic names: indices into `resources`.
    pub symbols: BTreeMap<String, usize>,
    pub outputs: Vec<(Cow<'a, str>, Expr<'a>)>,
    /// Names from other files.
    pub imports: BTreeMap<String, Import>,
    /// Parameters and variables are those of the template around it (`expressionEvaluationOptions`).
    pub outer_scope: bool,
    /// The file ends within it: more may have followed.
    pub cut: bool,
}

impl Template<'_> {
    pub fn new(carrier: &'static str) -> Self {
        Template {
            carrier,
            params: BTreeMap::new(),
            vars: BTreeMap::new(),
            functions: BTreeMap::new(),
            resources: Vec::new(),
            symbols: BTreeMap::new(),
            outputs: Vec::new(),
            imports: BTreeMap::new(),
            outer_scope: false,
            cut: false,
        }
    }
}

#[derive(Debug)]
pub struct Param<'a> {
    pub default: Option<Expr<'a>>,
    /// May be left out, and is null then.
    pub nullable: bool,
    pub span: Span,
}

/// A variable or function of another file; without a name, all of them.
#[derive(Debug)]
pub struct Import {
    pub path: String,
    pub name: Option<String>,
}

#[derive(Debug)]
pub struct Function<'a> {
    pub params: Vec<Cow<'a, str>>,
    pub body: Expr<'a>,
}

#[derive(Debug)]
pub struct Resource<'a> {
    /// With its namespace, without the API version: `Microsoft.Network/routeFilters`.
    pub kind: Cow<'a, str>,
    pub target: Target<'a>,
    pub condition: Option<Expr<'a>>,
    pub repeat: Option<Repeat<'a>>,
    pub parent: Option<Parent<'a>>,
    /// The object, without what stands above.
    pub body: Expr<'a>,
    pub scope: Option<Expr<'a>>,
    pub span: Span,
}

/// What a declaration leads to.
#[derive(Debug)]
pub enum Target<'a> {
    Resource,
    /// Names a resource that is there already.
    Existing,
    /// Another file, by its name among the files of the run where it is one.
    Module {
        written: Cow<'a, str>,
        path: Option<String>,
        params: Option<Expr<'a>>,
    },
    Nested {
        template: Box<Template<'a>>,
        params: Option<Expr<'a>>,
    },
}

#[derive(Debug)]
pub enum Repeat<'a> {
    For(Loop<'a>),
    Copy { name: Cow<'a, str>, count: Expr<'a> },
}

#[derive(Debug)]
pub enum Parent<'a> {
    /// It stands inside of this resource.
    Around(usize),
    /// `parent:`.
    Named(Expr<'a>),
}

/// A file of the run with the comments in it, in the order of the text.
pub struct File<'a> {
    pub source: &'a Source,
    pub comments: Vec<Spanned<&'a str>>,
}

/// A file that gives values to the parameters of a template: they are its outputs.
#[derive(Debug)]
pub struct Given<'a> {
    pub name: String,
    pub file: Template<'a>,
}

/// Deploys a template with its defaults, or once for each file of values, and reads route filters and circuits.
pub fn deploy<'t, 'a>(
    world: &'t World<'t, 'a>,
    template: &'t Template<'a>,
    name: &str,
    given: &[&'t Given<'a>],
    files: &BTreeMap<SourceId, File<'a>>,
) -> Network {
    let several = given.len() > 1;
    let once = [None];
    let runs: Vec<Option<&'t Given<'a>>> = given.iter().map(|given| Some(*given)).collect();
    let runs = if runs.is_empty() { &once } else { runs.as_slice() };
    let mut deployed: Vec<(Network, &str)> = Vec::new();
    for run in runs {
        let label = run.map_or("", |given| given.name.rsplit('/').next().unwrap_or(&given.name));
        // The same template deployed twice is two networks.
        let deployment = match several {
            true => format!("{name} {label}"),
            false => name.to_owned(),
        };
        let values = run.map(|given| Env::root(world, &given.file, &deployment, BTreeMap::new()).outputs());
        let env = Env::root(world, template, &deployment, values.unwrap_or_default());
        deployed.push((lower::read(&instances::all(&env), files), label));
        env.part();
    }
    if several {
        tell_apart(&mut deployed);
    }
    let mut network = Network::default();
    deployed.into_iter().for_each(|(part, _)| network.extend(part));
    network
}

/// Where several deployments hold a filter or circuit of one name, the name says which file of values it is from.
fn tell_apart(deployed: &mut [(Network, &str)]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (network, _) in deployed.iter() {
        let names: BTreeSet<String> = names(network).map(|name| name.value.to_lowercase()).collect();
        for name in names {
            *seen.entry(name).or_default() += 1;
        }
    }
    for (network, label) in deployed {
        let filters = network.route_filters.iter_mut().map(|filter| &mut filter.name);
        let circuits = network.circuits.iter_mut().map(|circuit| &mut circuit.name);
        for name in filters.chain(circuits).flatten() {
            if seen
                .get(&name.value.to_lowercase())
                .is_some_and(|times| *times > 1)
            {
                name.value = format!("{} ({label})", name.value);
            }
        }
    }
}

fn names(network: &Network) -> impl Iterator<Item = &Spanned<String>> {
    let filters = network
        .route_filters
        .iter()
        .filter_map(|filter| filter.name.as_ref());
    let circuits = network
        .circuits
        .iter()
        .filter_map(|circuit| circuit.name.as_ref());
    filters.chain(circuits)
}

/// Reads route filters and circuits of resources, each with what stands apart from it.
pub(crate) fn lower(instances: &[Instance<'_>], files: &BTreeMap<SourceId, File<'_>>) -> Network {
    lower::read(instances, files)
}

/// The id of a resource, from what its group and its names stand for.
pub(crate) fn id_of(group: &str, kind: &str, names: &[&str]) -> String {
    let scope = format!("/subscriptions/{{subscription}}/resourceGroups/{group}");
    // A slash in a name would look like a segment of the id.
    let names: Vec<String> = names.iter().map(|name| name.replace('/', "|")).collect();
    scopes::id(&scope, kind, &names.join("/"))
}

/// A resource as it would be deployed.
pub(crate) struct Instance<'a> {
    /// In lower case.
    pub kind: String,
    pub name: Value<'a>,
    pub id: String,
    pub body: Value<'a>,
    pub span: Span,
    pub existing: bool,
    /// Why it is not certain that it is deployed, or how often.
    pub uncertain: Option<String>,
    pub carrier: &'static str,
    /// More may have been declared beside it.
    pub cut: bool,
}
