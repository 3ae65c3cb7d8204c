//! `pairlint init`: a configuration from what is found, to be read and corrected.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_lint::sessions::SessionOutcome;
use pairlint_lint::settings::{PeeringKind, Settings};
use pairlint_lint::tables::{Availability, Cloud, CommunityKind, Geography, Tables};
use pairlint_model::bgp::Community;
use pairlint_model::network::{CommunityForm, Network};

use crate::args::{Global, Inputs};
use crate::config::FILE_NAME;
use crate::error::Error;
use crate::gather::{Gathered, gather};
use crate::output::counted;
use crate::{Code, Streams};

pub fn init(streams: &mut Streams<'_>, global: &Global, inputs: &Inputs) -> Result<Code, Error> {
    let path = streams.world.cwd.join(FILE_NAME);
    if path.exists() {
        let text = format!("`{FILE_NAME}` is there already; it was left as it is");
        return Err(Error::Usage(text));
    }
    let gathered = gather(
        streams.world,
        inputs,
        None,
        Vec::new(),
        streams.err,
        global.verbose,
    )?;
    for error in &gathered.errors {
        streams.complain(&error.to_string());
    }
    if !gathered.errors.is_empty() {
        return Ok(Code::Failed);
    }
    let text = configuration(&gathered, &Tables::embedded());
    // Not written over a file that appeared in the meantime.
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path);
    let written = written.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(|source| Error::Write {
        name: FILE_NAME.to_owned(),
        source,
    })?;
    let network = &gathered.network;
    let found = [
        counted(network.route_filters.len(), "route filter"),
        counted(network.circuits.len(), "circuit"),
        counted(network.devices.len(), "router"),
    ];
    streams.print(&format!(
        "wrote {FILE_NAME} from {}; read it before you rely on it\n",
        found.join(", ")
    ))?;
    Ok(Code::Clean)
}

fn configuration(gathered: &Gathered, tables: &Tables) -> String {
    let network = &gathered.network;
    let report = pairlint_lint::check(network, &gathered.sources, tables, &Settings::default());
    let carriers = carriers(network, &report.sessions);
    let mut text = String::from(
        "# What this network is declared to serve. `pairlint explain <rule>` says what each finding means.\n",
    );
    environments(&carriers, tables, &mut text);
    allowed(&carriers, tables, &mut text);
    found(gathered, &report.sessions, &mut text);
    text
}

/// Which communities each filter and each session takes, as far as that is known.
fn carriers(network: &Network, sessions: &[SessionOutcome]) -> BTreeMap<String, BTreeSet<Community>> {
    let mut carriers: BTreeMap<String, BTreeSet<Community>> = BTreeMap::new();
    for filter in &network.route_filters {
        let values = filter
            .communities()
            .filter(|value| value.form == CommunityForm::Text);
        let values = values.filter_map(|value| value.text.trim().parse::<Community>().ok());
        let name = format!("route filter {}", filter.display_name());
        carriers.entry(name).or_default().extend(values);
    }
    for session in sessions
        .iter()
        .filter(|session| session.peering == PeeringKind::Microsoft)
    {
        let accepted = session
            .communities
            .iter()
            .filter(|(_, verdict)| verdict.to_string() == "all");
        let name = format!("session {}/{}", session.device, session.neighbor);
        carriers
            .entry(name)
            .or_default()
            .extend(accepted.map(|(community, _)| *community));
    }
    carriers.retain(|_, values| !values.is_empty());
    carriers
}

/// Writes an environment for each geography whose Azure regions are all let in, and a remark for each
/// that is let in by half.
fn environments(carriers: &BTreeMap<String, BTreeSet<Community>>, tables: &Tables, text: &mut String) {
    let mut whole = Vec::new();
    let mut half = Vec::new();
    let all: BTreeSet<Community> = carriers.values().flatten().copied().collect();
    for geography in tables.geographies() {
        let Some((set, values)) = best_set(geography, tables, &all) else {
            continue;
        };
        if values.is_empty() || geography.availability == Availability::Unannounced {
            continue;
        }
        let missing: Vec<&Community> = values.iter().filter(|value| !all.contains(value)).collect();
        let entry = (geography, set, values.clone());
        if missing.is_empty() {
            whole.push(entry);
        } else if missing.len() < values.len() {
            half.push(entry);
        }
    }
    // A geography of one region is a part of another's pair more often than it is meant.
    let larger: Vec<BTreeSet<Community>> = whole.iter().map(|(_, _, values)| values.clone()).collect();
    let contained = |values: &BTreeSet<Community>| {
        larger
            .iter()
            .any(|other| other.len() > values.len() && values.is_subset(other))
    };
    let covered: BTreeSet<Community> = larger.iter().flatten().copied().collect();
    for (geography, set, values) in &whole {
        let by: Vec<&str> = carriers
            .iter()
            .filter(|(_, carried)| values.is_subset(carried))
            .map(|(name, _)| name.as_str())
            .collect();
        let by = match by.as_slice() {
            [] => "several filters and sessions together".to_owned(),
            names if names.len() <= 3 => names.join(", "),
            names => format!("{} and {} more", names[..2].join(", "), names.len() - 2),
        };
        let needs: Vec<String> = values.iter().map(ToString::to_string).collect();
        let sign = if contained(values) { "# " } else { "" };
        text.push_str(&format!(
            "\n# {} needs {}; let in by {by}.\n",
            geography.name,
            needs.join(" and ")
        ));
        if !sign.is_empty() {
            text.push_str(
                "# Its Azure regions belong to another environment above or below too, so it is left out.\n",
            );
        }
        text.push_str(&format!(
            "{sign}[[environment]]\n{sign}name = {}\n{sign}region = {}\n",
            quoted(&geography.name.to_lowercase().replace(' ', "-")),
            quoted(&geography.name)
        ));
        if !geography.alternatives.is_empty() {
            let names: Vec<String> = set.iter().map(|name| quoted(name)).collect();
            text.push_str(&format!("{sign}azure-regions = [{}]\n", names.join(", ")));
        }
    }
    for (geography, set, values) in half {
        let open: BTreeSet<&Community> = values.iter().filter(|value| all.contains(value)).collect();
        if open.iter().all(|value| covered.contains(value)) {
            continue;
        }
        let missing: Vec<String> = values
            .iter()
            .filter(|value| !all.contains(value))
            .map(ToString::to_string)
            .collect();
        text.push_str(&format!(
            "\n# One half of {} is let in, {} is not. If an environment is there, declare it:\n# [[environment]]\n# region = {}\n",
            geography.name,
            missing.join(" and "),
            quoted(&geography.name)
        ));
        if !geography.alternatives.is_empty() {
            let names: Vec<String> = set.iter().map(|name| quoted(name)).collect();
            text.push_str(&format!("# azure-regions = [{}]\n", names.join(", ")));
        }
    }
    if whole.is_empty() {
        text.push_str(
            "\n# No geography is let in whole. Declare where your environments are (`pairlint regions` lists the names):\n\
             # [[environment]]\n# name = \"prod\"\n# region = \"Europe\"\n",
        );
    }
}

/// The set of Azure regions of which most is let in, and its communities; of equals the geography's own.
fn best_set<'a>(
    geography: &'a Geography,
    tables: &Tables,
    all: &BTreeSet<Community>,
) -> Option<(&'a [String], BTreeSet<Community>)> {
    let sets = geography.region_sets().filter_map(|set| {
        let values: Option<BTreeSet<Community>> = set
            .iter()
            .map(|name| tables.regional_community(geography.cloud, name))
            .collect();
        // A region without a documented community can be told by nobody.
        Some((set, values?))
    });
    let mut best: Option<(&[String], BTreeSet<Community>)> = None;
    for (set, values) in sets {
        let share = |values: &BTreeSet<Community>| (values.is_subset(all), values.intersection(all).count());
        if best.as_ref().is_none_or(|(_, best)| share(&values) > share(best)) {
            best = Some((set, values));
        }
    }
    best
}

/// Writes what is let in beside the regions: services by name.
fn allowed(carriers: &BTreeMap<String, BTreeSet<Community>>, tables: &Tables, text: &mut String) {
    let all: BTreeSet<Community> = carriers.values().flatten().copied().collect();
    let mut lines = Vec::new();
    for value in all {
        let entries = tables.community(Cloud::Public, value).first();
        let entry = entries.or_else(|| tables.community_any_cloud(value).next());
        if let Some(entry) = entry.filter(|entry| entry.kind == CommunityKind::GlobalService) {
            lines.push(format!("#   {}, # {}\n", quoted(&value.to_string()), entry.name));
        }
    }
    if lines.is_empty() {
        return;
    }
    text.push_str("\n# Let in today beside the regions; take the signs away from what is meant to pass.\n# [allow]\n# communities = [\n");
    text.extend(lines);
    text.push_str("# ]\n");
}

/// Writes what was found, as remarks.
fn found(gathered: &Gathered, sessions: &[SessionOutcome], text: &mut String) {
    let mut names: BTreeSet<String> = BTreeSet::new();
    names.extend(
        gathered
            .network
            .route_filters
            .iter()
            .map(|filter| format!("route filter {}", filter.display_name())),
    );
    names.extend(
        gathered
            .network
            .circuits
            .iter()
            .map(|circuit| format!("circuit {}", circuit.display_name())),
    );
    for session in sessions {
        let kind = match session.peering {
            PeeringKind::Microsoft => "Microsoft peering",
            PeeringKind::Private => "private peering, not judged",
        };
        let vrf = session
            .vrf
            .as_ref()
            .map_or_else(String::new, |vrf| format!("{vrf}/"));
        names.insert(format!(
            "session {}/{vrf}{} ({kind})",
            session.device, session.neighbor
        ));
    }
    if names.is_empty() {
        return;
    }
    text.push_str("\n# Found, and in every environment's scope unless its `route-filters`, `circuits`, `devices` or `sessions` say otherwise:\n");
    for name in names {
        text.push_str(&format!("#   {}\n", name.replace(char::is_control, " ")));
    }
    let others: BTreeSet<&str> = gathered
        .network
        .devices
        .iter()
        .filter(|device| sessions.iter().all(|session| session.source != device.source))
        .map(|device| device.name.as_str())
        .collect();
    if !others.is_empty() {
        let names: Vec<String> = others
            .iter()
            .map(|name| name.replace(char::is_control, " "))
            .collect();
        text.push_str(&format!(
            "\n# No session with AS 12076 was found on {}. Where a provider stands in between, name the sessions:\n\
             # [microsoft]\n# neighbors = [\"192.0.2.2\"]\n",
            names.join(", ")
        ));
    }
}

/// A TOML string; JSON's escapes are a subset of TOML's.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
