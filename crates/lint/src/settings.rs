//! What the user declared: environments, what may pass, and how the network is meant to filter.

use std::collections::BTreeMap;
use std::net::IpAddr;

use pairlint_model::bgp::Community;
use pairlint_model::diagnostic::Severity;
use pairlint_model::source::Span;

use crate::tables::Cloud;

/// The declarations of `pairlint.toml` and of the command line, spelled as the user wrote them.
/// Spellings were checked against the tables before they came here.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub environments: Vec<Environment>,
    /// Azure regions of on-premises data gateways, by ARM name.
    pub gateways: Vec<String>,
    pub allow: Allow,
    /// `[microsoft] cloud`, the last resort where no export tells.
    pub cloud: Option<Cloud>,
    /// Sessions to Microsoft that do not show AS 12076 (a provider in between).
    pub microsoft_neighbors: Vec<IpAddr>,
    pub filtering: Filtering,
    pub sessions: Vec<SessionHint>,
    /// Severity by rule; `None` is off.
    pub levels: BTreeMap<String, Option<Severity>>,
    /// `--select`: only these run. Empty: all.
    pub select: Vec<String>,
    pub ignore: Vec<String>,
    /// What a run may say about things that are not there.
    pub absence: Absence,
    /// Days since 1970-01-01 of the date that counts as today.
    pub today: i64,
    /// `--allow-empty`: a run without anything to judge an environment against is in order.
    pub allow_empty: bool,
    /// `--all-policies`: hygiene also looks at policies that no session to Microsoft reaches.
    pub all_policies: bool,
}

impl Settings {
    /// The severity that the user gave a rule's findings, else the default; `None` where the rule is off.
    /// What a finding is worth is decided in this order: `--select` and `--ignore`, then `[rules]` and
    /// `--severity`, then the rule.
    pub fn level(&self, rule: &str, default: Severity) -> Option<Severity> {
        if !self.runs(rule) {
            return None;
        }
        match self.levels.get(rule) {
            Some(level) => *level,
            None => Some(default),
        }
    }

    /// Whether findings of the rule are reported at all.
    pub fn runs(&self, rule: &str) -> bool {
        let selected = self.select.is_empty() || self.select.iter().any(|name| name == rule);
        selected && !self.ignore.iter().any(|name| name == rule) && self.levels.get(rule) != Some(&None)
    }
}

/// One Power Platform environment, or a group of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    pub name: String,
    /// Where it is declared, if that is a file of the run; findings about the declaration point there.
    pub span: Option<Span>,
    /// Any spelling that the region table takes.
    pub region: String,
    /// This environment's own Azure regions, where its geography has more than one pair.
    pub azure_regions: Vec<String>,
    /// Globs; empty means no restriction.
    pub route_filters: Vec<String>,
    pub circuits: Vec<String>,
    pub devices: Vec<String>,
    /// `device[/vrf]/neighbor`.
    pub sessions: Vec<String>,
    /// Also judge where its connectors leave from.
    pub connectors: bool,
}

/// What may pass although no environment needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allow {
    pub communities: Vec<Community>,
    /// Service names and groups, resolved by the tables: `microsoft-365`.
    pub services: Vec<String>,
    pub azure_regions: Vec<String>,
}

/// Where the network is meant to filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Filtering {
    #[default]
    Both,
    RouteFilter,
    Router,
}

/// Ties a router's session to a peering or circuit, where its addresses do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionHint {
    pub device: String,
    pub neighbor: IpAddr,
    pub vrf: Option<String>,
    pub peering: Option<PeeringKind>,
    pub circuit: Option<String>,
}

/// Which of the two peerings on which AS 12076 speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeeringKind {
    Microsoft,
    Private,
}

/// How much of the network a run has seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Absence {
    /// Folders were walked: what is not there is missing.
    #[default]
    WholeTree,
    /// Only named files (a hook's batch): nothing is said about what is not there.
    NamedFiles,
}
