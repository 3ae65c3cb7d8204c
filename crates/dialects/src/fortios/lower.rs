//! From the tree to the model: the meaning of each object, with what the platform leaves unsaid made explicit.

mod bgp;
mod interface;
mod lists;
mod neighbor;
mod objects;
mod originations;
mod prefix;
mod route_map;

use std::collections::BTreeMap;

use pairlint_model::network::{Device, Network};
use pairlint_model::source::Source;

use super::platform::PLATFORM;
use super::syntax::{self, Block, Body, Item, Tree};
use crate::notes::{Notes, stem};
use crate::refusals;

/// The tables of one virtual domain, by their path.
#[derive(Default)]
struct Tables<'t, 'a> {
    by_path: BTreeMap<&'a str, Vec<&'t Block<'a>>>,
}

impl<'t, 'a> Tables<'t, 'a> {
    fn add(&mut self, body: &'t Body<'a>) {
        for item in &body.items {
            match item {
                Item::Section(block) if block.words.rest() == "global" => self.add(&block.body),
                Item::Section(block) => self.by_path.entry(block.words.rest()).or_default().push(block),
                Item::Line(_) | Item::Entry(_) => {}
            }
        }
    }

    fn get(&self, path: &str) -> &[&'t Block<'a>] {
        self.by_path.get(path).map_or(&[], Vec::as_slice)
    }

    /// Something here is about routes.
    fn routes(&self) -> bool {
        ROUTING.iter().any(|path| self.by_path.contains_key(path))
    }
}

const ROUTING: &[&str] = &[
    "router bgp",
    "router route-map",
    "router prefix-list",
    "router prefix-list6",
    "router access-list",
    "router access-list6",
    "router community-list",
    "router extcommunity-list",
    "router aspath-list",
    // Pieces are shown without what stands around them.
    "neighbor",
    "neighbor-group",
    "neighbor-range",
];

/// Lowers a text; each virtual domain that has routes of its own becomes a device, since names count within it only.
pub(super) fn network(source: &Source, network: &mut Network) {
    let tree = syntax::read(source.text());
    let mut whole = Tables::default();
    whole.add(&tree.body);
    let mut domains: BTreeMap<&str, Tables<'_, '_>> = BTreeMap::new();
    for block in whole.get("vdom") {
        for item in &block.body.items {
            if let Item::Entry(entry) = item
                && let Some(name) = entry.words.only()
            {
                domains.entry(name).or_default().add(&entry.body);
            }
        }
    }
    domains.retain(|_, tables| tables.routes());
    let hostname = hostname(&whole).or(tree.prompt);
    let several = domains.len() > 1 || (whole.routes() && !domains.is_empty());
    let mut scopes: Vec<(Option<&str>, &Tables<'_, '_>)> = Vec::new();
    if whole.routes() || domains.is_empty() {
        scopes.push((None, &whole));
    }
    scopes.extend(domains.iter().map(|(name, tables)| (Some(*name), tables)));
    if scopes.iter().all(|(_, tables)| !tables.routes()) && hostname.is_none() && !tree.whole {
        return;
    }
    for (at, (domain, tables)) in scopes.into_iter().enumerate() {
        let total = if at == 0 { tree.total } else { 0 };
        let scope = Scope {
            tree: &tree,
            domain,
            several,
            hostname,
            total,
        };
        scope.device(source, &whole, tables, network);
    }
}

/// What a device is made of.
struct Scope<'s, 'a> {
    tree: &'s Tree<'a>,
    domain: Option<&'a str>,
    /// There are other domains with routes.
    several: bool,
    hostname: Option<&'a str>,
    /// Lines of the file, counted for its first device.
    total: u32,
}

impl<'a> Scope<'_, 'a> {
    fn device(
        &self,
        source: &Source,
        whole: &Tables<'_, 'a>,
        tables: &Tables<'_, 'a>,
        network: &mut Network,
    ) {
        let mut notes = Notes::new(source, self.total);
        let stem = stem(&source.name);
        let mut name = self.hostname.unwrap_or(&stem).to_owned();
        if let (true, Some(domain)) = (self.several, self.domain) {
            name = format!("{name}/{domain}");
        }
        let mut device = Device::new(name, source.id, super::DIALECT.name, PLATFORM);
        device.hostname = self.hostname.map(|name| source.spanned(name, name.to_owned()));
        device.fragment = self.hostname.is_none() && !self.tree.whole;
        prefix::lists(tables, &mut device, &mut notes);
        lists::communities(tables, &mut device, &mut notes);
        lists::as_paths(tables, &mut device, &mut notes);
        route_map::policies(tables, &mut device, &mut notes);
        bgp::sessions(tables, self.domain, &mut device, &mut notes);
        // Interfaces belong to the whole device and name their domain.
        device.interfaces = interface::interfaces(whole.get("system interface"), self.domain, &notes);
        device.interfaces.extend(interface::interfaces(
            tables.get("system interface"),
            None,
            &notes,
        ));
        device.interfaces.sort_by_key(|interface| interface.name.span);
        device.interfaces.dedup_by_key(|interface| interface.name.span);
        originations::originations(tables, self.domain, &mut device, &notes);
        let remarks = notes.finish(&mut device);
        refusals::out_of_range(&mut device, source, "the command line refuses the value");
        network.devices.push(device);
        network.remarks.extend(remarks);
    }
}

fn hostname<'a>(whole: &Tables<'_, 'a>) -> Option<&'a str> {
    let lines = whole
        .get("system global")
        .iter()
        .flat_map(|block| &block.body.items);
    let mut names = lines.filter_map(|item| match item {
        Item::Line(line) => objects::setting(line)
            .filter(|setting| setting.key == "hostname")?
            .value(),
        _ => None,
    });
    names.next_back()
}
