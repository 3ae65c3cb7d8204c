//! `pairlint generate`: a compliant route filter or import policy for a Power Platform region.

mod arm;
mod az;
mod bicep;
mod eos;
mod frr;
mod ios;
mod junos;
mod nxos;
mod powershell;
mod route_map;
mod terraform;
mod vyos;
mod xr;

use std::collections::BTreeMap;

use pairlint_lint::environments::{self, Allowed};
use pairlint_lint::tables::{Cloud, Tables, nearest};
use pairlint_model::bgp::Community;

use crate::Streams;
use crate::args::{Declarations, Generate};
use crate::declared::{Declared, meant};
use crate::error::Error;

pub const HELP: &str = "\
Targets that make a route filter, and put it on the Microsoft peering where one is named:
  az          a script of `az` commands
  powershell  a script of Az commands
  terraform   resources of `azurerm`
  bicep       a Bicep file
  arm         a template of Azure Resource Manager

Targets that write an import policy and sessions:
  eos         Arista EOS
  frr         FRRouting
  ios         Cisco IOS and IOS XE
  junos       Juniper Junos
  nxos        Cisco NX-OS
  vyos        VyOS
  xr          Cisco IOS-XR

Example:
  pairlint generate --region europe --for ios > power-platform.cfg";

/// What is written and how.
struct Target {
    /// As `--for` takes it.
    name: &'static str,
    write: fn(&Plan) -> String,
    /// How its names begin where none is given.
    default_name: fn(&str) -> String,
}

/// Every target. A new one is a file and a line here.
static TARGETS: &[&Target] = &[
    &arm::TARGET,
    &az::TARGET,
    &bicep::TARGET,
    &eos::TARGET,
    &frr::TARGET,
    &ios::TARGET,
    &junos::TARGET,
    &nxos::TARGET,
    &powershell::TARGET,
    &terraform::TARGET,
    &vyos::TARGET,
    &xr::TARGET,
];

/// What has to pass, and what is to be said about it.
struct Plan {
    /// The name of the filter or policy.
    name: String,
    /// `Europe`.
    region: String,
    cloud: Cloud,
    values: Vec<Value>,
    /// One remark each, without the comment sign: sources, caveats, what to fill in.
    remarks: Vec<String>,
}

/// A community, and what it stands for.
struct Value {
    community: Community,
    name: String,
}

pub fn generate(streams: &Streams<'_>, given: &Generate) -> Result<String, Error> {
    let Some(target) = TARGETS.iter().find(|target| target.name == given.target) else {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        let near = meant(nearest(&given.target, names.iter().copied()));
        return Err(Error::usage(format!(
            "`--for {}`: there is no such target{near} (there are `{}`)",
            given.target,
            names.join("`, `")
        )));
    };
    let declarations = Declarations {
        tables: given.tables.clone(),
        region: vec![given.region.clone()],
        allow: given.allow.clone(),
        ..Declarations::default()
    };
    let mut declared = Declared::read(streams.world, &declarations)?;
    // The configuration may declare others: only the region of the command line is written.
    let last = declared.settings.environments.pop();
    declared.settings.environments = last.into_iter().collect();
    let mut plan = plan(&declared)?;
    plan.name = match &given.name {
        Some(name) => usable(name)?,
        None => (target.default_name)(&plan.region),
    };
    Ok((target.write)(&plan))
}

/// A name that needs no quoting in any target.
fn usable(name: &str) -> Result<String, Error> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let ends = name.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    match begins && ends && name.chars().all(plain) && name.len() <= 60 {
        true => Ok(name.to_owned()),
        false => Err(Error::usage(format!(
            "`--name {name}`: a name has at most 60 letters, digits, `-`, `_` and `.`, and begins and ends with a \
             letter or digit"
        ))),
    }
}

fn plan(declared: &Declared) -> Result<Plan, Error> {
    let tables = &declared.tables;
    let resolved = environments::resolve(&declared.settings, tables);
    let Some((environment, geography)) = resolved.first().and_then(|e| Some((e, e.geography?))) else {
        return Err(Error::usage("the region is not known"));
    };
    let region = geography.name.clone();
    let Some(set) = environment.region_sets.first() else {
        return Err(Error::usage(format!(
            "no source tells which Azure regions {region} needs; name them, as in `--region \"{region}=AZURE,AZURE\"`"
        )));
    };
    let mut values = BTreeMap::new();
    for azure in &set.regions {
        if let Some(community) = azure.community {
            values.insert(community, azure.display.clone());
        }
    }
    let undocumented: Vec<&str> = environment
        .undocumented()
        .map(|azure| azure.display.as_str())
        .collect();
    if values.is_empty() {
        return Err(Error::usage(format!(
            "no community is documented for {}, so nothing can be written for {region}; look into the output of `az \
             network route-filter rule list-service-communities -o json` and give it with `--tables`",
            undocumented.join(" and ")
        )));
    }
    let mut remarks = vec![format!("Power Platform in {region} needs {}.", set.display())];
    for source in sources(tables, &geography.sources) {
        remarks.push(source);
    }
    if !undocumented.is_empty() {
        remarks.push(format!(
            "NOT COMPLETE: no community is documented for {}. Its routes do not pass until the value is added.",
            undocumented.join(" and ")
        ));
    }
    if environment.is_ambiguous() {
        let others: Vec<String> = environment
            .region_sets
            .iter()
            .skip(1)
            .map(|set| set.display())
            .collect();
        remarks.push(format!(
            "ASSUMED: {}. Environments of this region may run in {} instead; look with Get-EnvironmentRegion, and give \
             the pair, as in --region \"{region}={}\".",
            set.display(),
            others.join(", or in "),
            environment
                .region_sets
                .get(1)
                .map(|set| set.regions.iter().map(|azure| azure.name.as_str()).collect::<Vec<_>>().join(","))
                .unwrap_or_default()
        ));
    }
    if !environment.sure {
        remarks.push(format!(
            "The list of Azure regions is not certain (confidence {}).",
            geography.confidence
        ));
    }
    let allowed = Allowed::new(&declared.settings, tables).communities(Some(geography.cloud));
    for community in allowed {
        let known = tables.community(geography.cloud, community).first();
        let name = known.map_or("not in the tables", |entry| entry.name.as_str());
        values.entry(community).or_insert_with(|| name.to_owned());
        if known.is_some_and(|entry| entry.authorization == Some(true)) {
            remarks.push(format!("{community} ({name}) needs Microsoft's authorisation."));
        }
    }
    Ok(Plan {
        name: String::new(),
        region,
        cloud: geography.cloud,
        values: values
            .into_iter()
            .map(|(community, name)| Value { community, name })
            .collect(),
        remarks,
    })
}

/// Where the facts come from, and of which day they are.
fn sources(tables: &Tables, keys: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    let infos = tables.list();
    if let Some(info) = infos
        .iter()
        .find(|info| info.supplied && info.name == "service-communities")
        .or_else(|| infos.iter().find(|info| info.name == "azure-communities"))
    {
        let date = info.retrieved.as_deref().unwrap_or("no date");
        let source = info.source.split(" (").next().unwrap_or_default();
        lines.push(format!("Communities: {source}, {date}."));
    }
    for source in keys.iter().filter_map(|key| tables.geography_source(key)).take(2) {
        let date = source
            .date
            .as_deref()
            .map_or_else(String::new, |date| format!(", {date}"));
        lines.push(format!("Regions: {}{date}.", source.what));
    }
    lines
}

/// What a route filter is called where no name is given.
fn filter_name(region: &str) -> String {
    format!("rf-power-platform-{}", dashed(region).to_lowercase())
}

/// What the lists and policies of a router are called where no name is given.
fn policy_name(region: &str) -> String {
    format!("POWER-PLATFORM-{}", dashed(region).to_uppercase())
}

/// Words of a name joined by a dash: `United Arab Emirates` is `United-Arab-Emirates`.
fn dashed(name: &str) -> String {
    let words = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// Lines of at most 100 columns behind a comment sign.
fn commented(sign: &str, text: &str, out: &mut String) {
    let mut line = sign.to_owned();
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > 100 && line.len() > sign.len() {
            out.push_str(&line);
            out.push('\n');
            line = format!("{sign}  ");
        }
        line.push(' ');
        line.push_str(word);
    }
    out.push_str(&line);
    out.push('\n');
}
