//! From the configuration and the options to what the rules are told: spellings checked, tables read.

use std::path::PathBuf;

use ignore::gitignore::Gitignore;
use pairlint_lint::rules;
use pairlint_lint::settings::{Environment, Filtering, PeeringKind, SessionHint, Settings};
use pairlint_lint::tables::{Cloud, Tables, nearest};
use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::Diagnostic;
use pairlint_model::source::{Source, SourceId};
use toml::Spanned;

use crate::args::{Declarations, RuleOptions};
use crate::config::{self, CloudName, Config, ConfigFile, FilteringName, LevelName, PeeringName};
use crate::date::Date;
use crate::error::{Error, Rejected};
use crate::load::read_text;
use crate::paths;
use crate::waivers::FileWaiver;
use crate::walk;
use crate::world::World;

/// Everything that was declared before a file is read.
pub struct Declared {
    pub settings: Settings,
    pub tables: Tables,
    /// Files that findings can point at although they are no part of the network: the configuration, and
    /// the command line where it declares environments. Their ids are their indices.
    pub sources: Vec<Source>,
    pub waivers: Vec<FileWaiver>,
    /// `[files] exclude`.
    pub excludes: Option<Gitignore>,
    /// The folder of the configuration.
    pub folder: Option<PathBuf>,
    pub today: Date,
    /// What the supplied tables brought, for `--verbose`.
    pub notes: Vec<String>,
}

/// The name of the source that stands for the options.
const COMMAND_LINE: &str = "<command line>";

impl Declared {
    pub fn read(world: &World, given: &Declarations) -> Result<Declared, Error> {
        let today = today(world, given.as_of.as_deref())?;
        let path = match &given.tables.config {
            Some(path) => Some(path.clone()),
            None if given.tables.isolated => None,
            None => config::find(&world.cwd),
        };
        let mut declared = Declared {
            settings: Settings {
                today: today.0,
                ..Settings::default()
            },
            tables: Tables::embedded(),
            sources: Vec::new(),
            waivers: Vec::new(),
            excludes: None,
            folder: None,
            today,
            notes: Vec::new(),
        };
        for table in &given.tables.tables {
            let name = paths::slashed(table);
            let text = read_text(&world.cwd.join(table)).map_err(|why| Error::read(&name, why))?;
            declared
                .replace_table(&name, &text)
                .map_err(|why| Error::usage(format!("`{name}` is no table to use: {why}")))?;
        }
        if let Some(path) = path {
            let file = config::read(&path, &world.cwd, SourceId(0))?;
            declared.take_config(file)?;
        }
        declared.take_options(given)?;
        Ok(declared)
    }

    fn replace_table(&mut self, name: &str, text: &str) -> Result<String, String> {
        let replaced = self
            .tables
            .replace(name, text)
            .map_err(|error| error.to_string())?;
        let notes = replaced.notes.iter().map(|note| format!("{name}: {note}"));
        self.notes.extend(notes);
        Ok(replaced.table)
    }

    fn take_config(&mut self, file: ConfigFile) -> Result<(), Error> {
        let mut problems = Vec::new();
        self.take_tables(&file, &mut problems);
        self.take_entries(&file, &mut problems);
        for entry in &file.config.waiver {
            match FileWaiver::new(&file, entry) {
                Ok(waiver) => self.waivers.push(waiver),
                Err(wrong) => problems.extend(wrong),
            }
        }
        let globs = file.config.files.exclude.iter();
        let each = globs
            .clone()
            .map(|glob| (glob, walk::patterns(&file.folder, [glob.get_ref().as_str()])));
        for (glob, made) in each {
            if let Err(why) = made {
                problems.push(file.problem(glob, why, "here"));
            }
        }
        if !problems.is_empty() {
            let source = file.source;
            return Err(Error::Rejected(Box::new(Rejected { source, problems })));
        }
        self.excludes = walk::patterns(&file.folder, globs.map(|glob| glob.get_ref().as_str())).ok();
        self.folder = Some(file.folder);
        self.sources.push(file.source);
        Ok(())
    }

    fn take_tables(&mut self, file: &ConfigFile, problems: &mut Vec<Diagnostic>) {
        let tables = &file.config.tables;
        let given = [
            (&tables.service_tags, "service-tags"),
            (&tables.communities, "service-communities"),
        ];
        for (entry, kind) in given {
            let Some(entry) = entry else { continue };
            let path = file.folder.join(entry.get_ref());
            let replaced = read_text(&path)
                .map_err(|why| format!("cannot read the table: {why}"))
                .and_then(|text| self.replace_table(entry.get_ref(), &text));
            match replaced {
                Ok(table) if !table.starts_with(kind) && !table.starts_with("azure-communities") => {
                    let label = format!("this is a table of {table}");
                    problems.push(file.problem(entry, "a table under another table's key", label));
                }
                Ok(_) => {}
                Err(why) => problems.push(file.problem(entry, why, "this file")),
            }
        }
        for (region, value) in &file.config.communities {
            let Ok(community) = value.get_ref().parse::<Community>() else {
                let message = format!("`{}` is not a community", value.get_ref());
                problems.push(file.problem(value, message, "expected `12076:value`"));
                continue;
            };
            if let Err(error) = self.tables.add_community(region.get_ref(), community) {
                problems.push(file.problem(region, error.to_string(), "here"));
            }
        }
    }

    fn take_entries(&mut self, file: &ConfigFile, problems: &mut Vec<Diagnostic>) {
        let Config {
            environment,
            gateway,
            allow,
            microsoft,
            filtering,
            session,
            rules: levels,
            ..
        } = &file.config;
        for entry in environment {
            let region = entry.region.get_ref();
            let cloud = match self.tables.geography(region) {
                Ok(geography) => Some(geography.cloud),
                Err(error) => {
                    problems.push(file.problem(&entry.region, error.to_string(), "no Power Platform region"));
                    None
                }
            };
            let mut azure_regions = Vec::new();
            for name in &entry.azure_regions {
                match self.azure_region(name.get_ref(), cloud) {
                    Ok(region) => azure_regions.push(region),
                    Err(why) => problems.push(file.problem(name, why, "here")),
                }
            }
            self.settings.environments.push(Environment {
                name: entry.name.clone().unwrap_or_else(|| region.clone()),
                span: Some(file.span(&entry.region)),
                region: region.clone(),
                azure_regions,
                route_filters: entry.route_filters.clone(),
                circuits: entry.circuits.clone(),
                devices: entry.devices.clone(),
                sessions: entry.sessions.clone(),
                connectors: entry.connectors,
            });
        }
        for entry in gateway {
            match self.azure_region(entry.region.get_ref(), None) {
                Ok(region) => self.settings.gateways.push(region),
                Err(why) => problems.push(file.problem(&entry.region, why, "an Azure region is expected")),
            }
        }
        for value in &allow.communities {
            match value.get_ref().parse() {
                Ok(community) => self.settings.allow.communities.push(community),
                Err(_) => {
                    let message = format!("`{}` is not a community", value.get_ref());
                    problems.push(file.problem(value, message, "expected `12076:value`"));
                }
            }
        }
        for name in &allow.services {
            match self.service(name.get_ref()) {
                Ok(service) => self.settings.allow.services.push(service),
                Err(why) => problems.push(file.problem(name, why, "here")),
            }
        }
        for name in &allow.azure_regions {
            match self.azure_region(name.get_ref(), None) {
                Ok(region) => self.settings.allow.azure_regions.push(region),
                Err(why) => problems.push(file.problem(name, why, "here")),
            }
        }
        self.settings.cloud = microsoft.cloud.map(cloud_of);
        for text in &microsoft.neighbors {
            match text.get_ref().parse() {
                Ok(address) => self.settings.microsoft_neighbors.push(address),
                Err(_) => problems.push(not_an_address(file, text)),
            }
        }
        match (filtering, &microsoft.filtering) {
            (Some(one), Some(other)) if one.get_ref() != other.get_ref() => {
                let problem = file.problem(one, "`filtering` is given twice, and differently", "here");
                problems.push(problem.label(file.span(other), "and here"));
            }
            (Some(given), _) | (None, Some(given)) => {
                self.settings.filtering = filtering_of(*given.get_ref());
            }
            (None, None) => {}
        }
        for entry in session {
            match entry.neighbor.get_ref().parse() {
                Ok(neighbor) => self.settings.sessions.push(SessionHint {
                    device: entry.device.clone(),
                    neighbor,
                    vrf: entry.vrf.clone(),
                    peering: entry.peering.map(peering_of),
                    circuit: entry.circuit.clone(),
                }),
                Err(_) => problems.push(not_an_address(file, &entry.neighbor)),
            }
        }
        for (rule, level) in levels {
            match known_rule(rule.get_ref()) {
                Ok(name) => {
                    let level = level.get_ref().severity();
                    self.settings.levels.insert(name.to_owned(), level);
                }
                Err(why) => problems.push(file.problem(rule, why, "no such rule")),
            }
        }
    }

    /// `--region` and `--allow`.
    fn take_options(&mut self, given: &Declarations) -> Result<(), Error> {
        let mut text = String::new();
        let mut places = Vec::new();
        for value in &given.region {
            text.push_str("--region ");
            places.push((text.len(), text.len() + value.len()));
            text.push_str(value);
            text.push('\n');
        }
        let source = Source::new(SourceId(self.sources.len() as u32), COMMAND_LINE, text);
        for (value, (start, end)) in given.region.iter().zip(places) {
            let wrong = |why: String| Error::usage(format!("`--region {value}`: {why}"));
            let (name, list) = split_region(value);
            let geography = self
                .tables
                .geography(name)
                .map_err(|error| wrong(error.to_string()))?;
            let (cloud, region) = (geography.cloud, geography.name.clone());
            let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
            let azure_regions = names
                .map(|name| self.azure_region(name, Some(cloud)))
                .collect::<Result<Vec<String>, String>>()
                .map_err(wrong)?;
            let environment = Environment {
                name: region.clone(),
                span: Some(source.range(start, end)),
                region,
                azure_regions,
                ..Environment::default()
            };
            let same = |other: &Environment| {
                (&other.name, &other.azure_regions) == (&environment.name, &environment.azure_regions)
                    && other.span.is_some_and(|span| span.source == source.id)
            };
            if !self.settings.environments.iter().any(same) {
                self.settings.environments.push(environment);
            }
        }
        if !given.region.is_empty() {
            self.sources.push(source);
        }
        for value in &given.allow {
            self.allow(value)
                .map_err(|why| Error::usage(format!("`--allow {value}`: {why}")))?;
        }
        Ok(())
    }

    fn allow(&mut self, value: &str) -> Result<(), String> {
        let allow = &mut self.settings.allow;
        if value.contains(':') {
            let community = value.parse().map_err(|_| "not a community (`12076:value`)")?;
            allow.communities.push(community);
            return Ok(());
        }
        if let Ok(service) = self.service(value) {
            self.settings.allow.services.push(service);
            return Ok(());
        }
        if let Ok(region) = self.azure_region(value, None) {
            self.settings.allow.azure_regions.push(region);
            return Ok(());
        }
        let regions = self
            .tables
            .azure_regions()
            .iter()
            .map(|region| region.name.as_str());
        let near = nearest(value, service_names(&self.tables).chain(regions));
        Err(format!(
            "neither a community, nor a service, nor an Azure region{}",
            meant(near)
        ))
    }

    /// Returns the name of an Azure region in Azure Resource Manager.
    fn azure_region(&self, text: &str, cloud: Option<Cloud>) -> Result<String, String> {
        let Some(region) = self.tables.azure_region(text) else {
            let near = meant(self.tables.nearest_azure_region(text));
            return Err(format!("`{text}` is not an Azure region{near}"));
        };
        match cloud {
            Some(cloud) if cloud != region.cloud => Err(format!(
                "`{text}` is an Azure region of the cloud {}, the environment is in {cloud}",
                region.cloud
            )),
            _ => Ok(region.name.clone()),
        }
    }

    fn service(&self, text: &str) -> Result<String, String> {
        match self.tables.service(text) {
            Some(service) => Ok(service.name.clone()),
            None => {
                let near = meant(nearest(text, service_names(&self.tables)));
                Err(format!("`{text}` is not a service that has communities{near}"))
            }
        }
    }

    /// `--select`, `--ignore`, `--severity`, and what else concerns the rules.
    pub fn take_rule_options(&mut self, given: &RuleOptions, allow_empty: bool) -> Result<(), Error> {
        let names = |option: &str, list: &[String]| {
            let each = list
                .iter()
                .map(|name| name.trim())
                .filter(|name| !name.is_empty());
            each.map(|name| known_rule(name).map(str::to_owned))
                .collect::<Result<Vec<String>, String>>()
                .map_err(|why| Error::usage(format!("`--{option}`: {why}")))
        };
        self.settings.select = names("select", &given.select)?;
        self.settings.ignore = names("ignore", &given.ignore)?;
        for pair in &given.severity {
            let wrong = |why: String| Error::usage(format!("`--severity {pair}`: {why}"));
            let Some((rule, level)) = pair.split_once('=') else {
                return Err(wrong("expected RULE=LEVEL".to_owned()));
            };
            let rule = known_rule(rule).map_err(wrong)?;
            let Some(level) = LevelName::named(level) else {
                let near = meant(nearest(level, ["error", "warning", "note", "off"]));
                return Err(wrong(format!("a level is error, warning, note or off{near}")));
            };
            self.settings.levels.insert(rule.to_owned(), level.severity());
        }
        self.settings.allow_empty = allow_empty;
        self.settings.all_policies = given.all_policies;
        Ok(())
    }
}

/// Returns the rule's own spelling of its name.
pub fn known_rule(name: &str) -> Result<&'static str, String> {
    match rules::named(name) {
        Some(rule) => Ok(rule.name),
        None => {
            let near = meant(nearest(name, rules::ALL.iter().map(|rule| rule.name)));
            Err(format!("there is no rule `{name}`{near}"))
        }
    }
}

/// The words that follow a complaint about a misspelled name.
pub fn meant(near: Option<&str>) -> String {
    near.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

fn service_names(tables: &Tables) -> impl Iterator<Item = &str> {
    let services = tables.services().iter();
    services.flat_map(|service| {
        std::iter::once(&service.name)
            .chain(&service.aliases)
            .map(String::as_str)
    })
}

fn not_an_address(file: &ConfigFile, text: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` is not an IP address", text.get_ref());
    file.problem(text, message, "expected an address without a length")
}

/// Splits `NAME=AZURE,AZURE`. The address of an environment may have a `=` in its query.
fn split_region(value: &str) -> (&str, &str) {
    match value.rsplit_once('=') {
        Some((name, list)) if !name.contains('?') => (name, list),
        _ => (value, ""),
    }
}

fn today(world: &World, as_of: Option<&str>) -> Result<Date, Error> {
    if let Some(text) = as_of {
        let date = Date::parse(text);
        return date.ok_or_else(|| Error::usage(format!("`--as-of {text}`: expected a date, YYYY-MM-DD")));
    }
    if let Some(text) = world.variable("SOURCE_DATE_EPOCH") {
        let seconds = text.trim().parse().map(Date::from_unix_seconds);
        return seconds
            .map_err(|_| Error::usage(format!("SOURCE_DATE_EPOCH is not a number of seconds: {text}")));
    }
    Ok(world.today())
}

fn cloud_of(name: CloudName) -> Cloud {
    match name {
        CloudName::Public => Cloud::Public,
        CloudName::UsGov => Cloud::UsGov,
        CloudName::China => Cloud::China,
    }
}

fn filtering_of(name: FilteringName) -> Filtering {
    match name {
        FilteringName::Both => Filtering::Both,
        FilteringName::RouteFilter => Filtering::RouteFilter,
        FilteringName::Router => Filtering::Router,
    }
}

fn peering_of(name: PeeringName) -> PeeringKind {
    match name {
        PeeringName::Microsoft => PeeringKind::Microsoft,
        PeeringName::Private => PeeringKind::Private,
    }
}
