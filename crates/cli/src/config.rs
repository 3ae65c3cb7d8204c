//! `pairlint.toml`: finding it, reading it, and saying where it is wrong.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pairlint_lint::tables::nearest;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::source::{Source, SourceId, Span};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::error::{Error, Rejected};
use crate::load::read_text;
use crate::paths;

/// The name that is looked for.
pub const FILE_NAME: &str = "pairlint.toml";

/// The configuration of pairlint: what a network is declared to serve, and what may be found in it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "pairlint.toml")]
pub struct Config {
    /// One for each Power Platform environment, or group of them.
    pub environment: Vec<EnvironmentEntry>,
    /// On-premises data gateways: one Azure region each.
    pub gateway: Vec<GatewayEntry>,
    /// What may pass although no environment needs it.
    pub allow: AllowEntries,
    pub microsoft: MicrosoftEntries,
    /// Where the network is meant to filter.
    #[schemars(with = "Option<FilteringName>")]
    pub filtering: Option<Spanned<FilteringName>>,
    /// Ties a router's session to a peering or circuit, where the addresses of the peering do not.
    pub session: Vec<SessionEntry>,
    /// Communities of Azure regions that the table does not have yet.
    #[schemars(with = "BTreeMap<String, String>")]
    pub communities: BTreeMap<Spanned<String>, Spanned<String>>,
    pub tables: TableEntries,
    /// How severe each rule's findings are.
    #[schemars(with = "BTreeMap<String, LevelName>")]
    pub rules: BTreeMap<Spanned<String>, Spanned<LevelName>>,
    /// Accepted findings, each with its reason.
    pub waiver: Vec<WaiverEntry>,
    pub files: FileEntries,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EnvironmentEntry {
    /// What reports call it; default: the region as written.
    pub name: Option<String>,
    /// Power Platform region: name, alias, code, Dataverse host, or the address of an environment.
    #[schemars(with = "String")]
    pub region: Spanned<String>,
    /// The environment's own Azure regions, where its geography has more than one pair.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub azure_regions: Vec<Spanned<String>>,
    /// Which route filters must carry it: globs on name or resource id; default: all.
    #[serde(default)]
    pub route_filters: Vec<String>,
    /// Which circuits serve it: globs on name or resource id.
    #[serde(default)]
    pub circuits: Vec<String>,
    /// Which routers must accept it: globs; default: all that peer with Microsoft.
    #[serde(default)]
    pub devices: Vec<String>,
    /// Which sessions must accept it: globs on `device[/vrf]/neighbor`.
    #[serde(default)]
    pub sessions: Vec<String>,
    /// Also judge where its connectors leave from.
    #[serde(default)]
    pub connectors: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GatewayEntry {
    /// The Azure region of the gateway.
    #[schemars(with = "String")]
    pub region: Spanned<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct AllowEntries {
    /// Values: `12076:5060`.
    #[schemars(with = "Vec<String>")]
    pub communities: Vec<Spanned<String>>,
    /// Services and groups of services: `microsoft-365`.
    #[schemars(with = "Vec<String>")]
    pub services: Vec<Spanned<String>>,
    /// Azure regions: `uksouth`.
    #[schemars(with = "Vec<String>")]
    pub azure_regions: Vec<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct MicrosoftEntries {
    /// The cloud, where no export tells; default: public.
    pub cloud: Option<CloudName>,
    /// Sessions to Microsoft that do not show AS 12076 (a provider in between).
    #[schemars(with = "Vec<String>")]
    pub neighbors: Vec<Spanned<String>>,
    /// Where the network is meant to filter.
    #[schemars(with = "Option<FilteringName>")]
    pub filtering: Option<Spanned<FilteringName>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CloudName {
    Public,
    UsGov,
    China,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FilteringName {
    /// The route filter and the routers both let in only what is needed.
    Both,
    /// The routers take what the route filter sends.
    RouteFilter,
    /// The route filter is wide, and the routers choose.
    Router,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SessionEntry {
    /// The router's hostname.
    pub device: String,
    /// The address of the other side.
    #[schemars(with = "String")]
    pub neighbor: Spanned<String>,
    pub vrf: Option<String>,
    pub peering: Option<PeeringName>,
    /// The circuit's name or resource id.
    pub circuit: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PeeringName {
    Microsoft,
    Private,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct TableEntries {
    /// A service-tags download, relative to this file.
    #[schemars(with = "Option<String>")]
    pub service_tags: Option<Spanned<String>>,
    /// The output of `az network route-filter rule list-service-communities`, relative to this file.
    #[schemars(with = "Option<String>")]
    pub communities: Option<Spanned<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LevelName {
    Error,
    Warning,
    Note,
    Off,
}

impl LevelName {
    /// Reads the word as `--severity` takes it.
    pub fn named(text: &str) -> Option<LevelName> {
        match text {
            "error" => Some(LevelName::Error),
            "warning" => Some(LevelName::Warning),
            "note" => Some(LevelName::Note),
            "off" => Some(LevelName::Off),
            _ => None,
        }
    }

    pub fn severity(self) -> Option<Severity> {
        match self {
            LevelName::Error => Some(Severity::Error),
            LevelName::Warning => Some(Severity::Warning),
            LevelName::Note => Some(Severity::Note),
            LevelName::Off => None,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WaiverEntry {
    /// The rule's name.
    #[schemars(with = "String")]
    pub rule: Spanned<String>,
    /// Which files: a glob, relative to this file.
    #[schemars(with = "String")]
    pub path: Spanned<String>,
    /// Which object in them; default: all.
    pub object: Option<String>,
    /// Why the finding is accepted.
    #[schemars(with = "String")]
    pub reason: Spanned<String>,
    /// The last day on which it is; after it the waiver is itself a finding.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub expires: Option<Spanned<toml::value::Datetime>>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FileEntries {
    /// What is not read, in the manner of `.gitignore`, relative to this file.
    #[schemars(with = "Vec<String>")]
    pub exclude: Vec<Spanned<String>>,
}

/// A configuration and where it comes from.
#[derive(Debug)]
pub struct ConfigFile {
    pub config: Config,
    /// Paths and globs in it start from here.
    pub folder: PathBuf,
    /// With the id that the file has among the sources of the run.
    pub source: Source,
}

impl ConfigFile {
    pub fn span<T>(&self, part: &Spanned<T>) -> Span {
        let range = part.span();
        self.source.range(range.start, range.end)
    }

    /// A thing that is wrong with the configuration.
    pub fn problem<T>(
        &self,
        part: &Spanned<T>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Diagnostic {
        problem(message).label(self.span(part), label)
    }
}

/// Begins a complaint about a file that the run depends on.
pub fn problem(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new("configuration", Severity::Error, message)
}

/// Returns the nearest configuration from a folder upward.
pub fn find(from: &Path) -> Option<PathBuf> {
    let folders = from.ancestors();
    folders
        .map(|folder| folder.join(FILE_NAME))
        .find(|path| path.is_file())
}

/// Reads a configuration; `id` is its place among the sources.
pub fn read(path: &Path, cwd: &Path, id: SourceId) -> Result<ConfigFile, Error> {
    let path = paths::normalised(&cwd.join(path));
    let name = paths::relative(&path, cwd);
    let text = read_text(&path).map_err(|why| Error::read(&name, why))?;
    let source = Source::new(id, name, text);
    match toml::from_str(source.text()) {
        Ok(config) => Ok(ConfigFile {
            config,
            folder: path.parent().map_or_else(|| cwd.to_owned(), Path::to_owned),
            source,
        }),
        Err(error) => {
            let problems = vec![explained(&source, &error)];
            Err(Error::Rejected(Box::new(Rejected { source, problems })))
        }
    }
}

/// Turns what serde says about a wrong key or value into a finding with the nearest valid spelling.
fn explained(source: &Source, error: &toml::de::Error) -> Diagnostic {
    let span = error.span().map_or_else(
        || source.range(0, 0),
        |range| source.range(range.start, range.end),
    );
    let message = error.message();
    // "unknown field `regoin`, expected one of `name`, `region`" and "unknown variant `bth`, expected …".
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (what, kind) = if message.starts_with("unknown field") {
        ("key", "keys")
    } else if message.starts_with("unknown variant") {
        ("value", "values")
    } else {
        return problem(lowered(message)).label(span, "here");
    };
    let [wrong, valid @ ..] = quoted.as_slice() else {
        return problem(lowered(message)).label(span, "here");
    };
    let label = match nearest(wrong, valid.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("no such {what}"),
    };
    let finding = problem(format!("unknown {what} `{wrong}`")).label(span, label);
    if valid.is_empty() {
        return finding;
    }
    let list: Vec<String> = valid.iter().map(|name| format!("`{name}`")).collect();
    finding.help(format!("the {kind} here are {}", list.join(", ")))
}

/// Messages are one fact in lower case; serde's may have several lines.
fn lowered(message: &str) -> String {
    let line = message.trim().replace('\n', "; ");
    let mut letters = line.chars();
    match letters.next() {
        Some(first) if !line.starts_with("TOML") => first.to_lowercase().chain(letters).collect(),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_configuration() {
        let config: Config = toml::from_str(
            r#"
            filtering = "router"
            [[environment]]
            name = "contoso-prod"
            region = "europe"
            azure-regions = ["westeurope", "northeurope"]
            route-filters = ["rf-*"]
            connectors = true
            [[gateway]]
            region = "westeurope"
            [allow]
            communities = ["12076:5060"]
            [microsoft]
            cloud = "usgov"
            neighbors = ["192.0.2.2"]
            [[session]]
            device = "edge1"
            neighbor = "192.0.2.2"
            peering = "private"
            [communities]
            swedencentral = "12076:51060"
            [rules]
            extra-community = "off"
            [[waiver]]
            rule = "extra-community"
            path = "filters/*.json"
            reason = "migration"
            expires = 2027-01-31
            [files]
            exclude = ["old/"]
            "#,
        )
        .unwrap();
        assert_eq!(config.environment[0].region.get_ref(), "europe");
        assert_eq!(config.microsoft.cloud, Some(CloudName::UsGov));
        let (region, value) = config.communities.first_key_value().unwrap();
        assert_eq!(
            (region.get_ref().as_str(), value.get_ref().as_str()),
            ("swedencentral", "12076:51060")
        );
        assert_eq!(config.rules.values().next().unwrap().get_ref(), &LevelName::Off);
        assert!(config.waiver[0].expires.is_some());
    }

    #[test]
    fn what_is_wrong_is_shown_with_the_nearest_spelling() {
        check(
            "[[environment]]\nregoin = \"europe\"\n",
            "unknown key `regoin`",
            ("regoin", "did you mean `region`?"),
        );
        check(
            "[microsft]\n",
            "unknown key `microsft`",
            ("microsft", "did you mean `microsoft`?"),
        );
        check(
            "filtering = \"routr\"\n",
            "unknown value `routr`",
            ("\"routr\"", "did you mean `router`?"),
        );
        check(
            "[rules]\nextra-community = \"fatal\"\n",
            "unknown value `fatal`",
            ("\"fatal\"", "no such value"),
        );
        check(
            "[[gateway]]\nregion = 3\n",
            "invalid type: integer `3`, expected a string",
            ("3", "here"),
        );
        check(
            "[[environment]]\nname = \"x\"\n",
            "missing field `region`",
            ("[[environment]]", "here"),
        );
    }

    #[track_caller]
    fn check(text: &str, message: &str, (place, label): (&str, &str)) {
        let source = Source::new(SourceId(0), FILE_NAME, text);
        let error = toml::from_str::<Config>(text).unwrap_err();
        let finding = explained(&source, &error);
        assert_eq!(finding.message, message);
        assert_eq!(finding.labels[0].text, label);
        assert_eq!(source.slice(finding.labels[0].span), place);
    }
}
