//! Everything a rule may look at, worked out once for the run.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use pairlint_model::bgp::{Community, Family};
use pairlint_model::diagnostic::Diagnostic;
use pairlint_model::network::{Network, Owner, Peering};
use pairlint_model::policy::Verdict;
use pairlint_model::source::{SourceId, Sources, Span};

use crate::circuits::{self, CircuitView};
use crate::environments::{self, Allowed, DeclaredEnvironment};
use crate::exports::Exports;
use crate::filters::{self, FilterView};
use crate::joins::{self, Joins};
use crate::judging;
use crate::peers::{self, Peer};
use crate::reach::{self, Reach};
use crate::scope::{Scope, ScopedBy};
use crate::settings::Settings;
use crate::tables::{Cloud, CommunityEntry, Tables};
use crate::verdicts::SessionVerdicts;

/// Everything a rule may look at.
pub struct Context<'a> {
    pub network: &'a Network,
    /// For quoting a line in a message; rules do not parse.
    pub sources: &'a Sources,
    pub tables: &'a Tables,
    pub settings: &'a Settings,
    pub joins: Joins<'a>,
    /// In the order in which they are declared.
    pub environments: Vec<DeclaredEnvironment<'a>>,
    /// What may pass whatever the environments are.
    pub allowed: Allowed,
    /// In the order of [`Network::route_filters`].
    pub filters: Vec<FilterView<'a>>,
    /// Each circuit once, in the order of its first export.
    pub circuits: Vec<CircuitView<'a>>,
    pub exports: Exports,
    /// The sessions to Microsoft, on both peerings.
    pub peers: Vec<Peer<'a>>,
    pub scope: Scope,
    /// For each device, what the import policies of its sessions on Microsoft peering use; `None` where it
    /// has no such session.
    pub reaches: Vec<Option<Reach<'a>>>,
    /// What the sessions on Microsoft peering accept; empty until they were judged.
    pub verdicts: Vec<SessionVerdicts>,
    /// For each circuit, by the index of its first export, its sessions.
    peers_of_circuit: Vec<Vec<usize>>,
    values: OnceLock<Vec<ValueSite<'a>>>,
}

/// A community that is spelled out somewhere, and what is known about the place.
#[derive(Debug, Clone, Copy)]
pub struct ValueSite<'a> {
    pub community: Community,
    pub span: Span,
    pub cloud: Option<Cloud>,
    /// The value stands there to let routes in: an allowing rule, a permitting entry.
    pub permitted: bool,
    pub holder: Holder,
    /// The community list of a device in which it stands.
    pub list: Option<&'a str>,
}

/// What holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// Index into [`Context::filters`].
    Filter(usize),
    /// A list or policy of a device; index into [`Network::devices`].
    Device {
        index: usize,
        /// A session on private peering uses the same list, or the value is not in a list of its own.
        also_private: bool,
    },
}

impl<'a> Context<'a> {
    pub fn new(
        network: &'a Network,
        sources: &'a Sources,
        tables: &'a Tables,
        settings: &'a Settings,
    ) -> Context<'a> {
        let mut cx = Context::unjudged(network, sources, tables, settings);
        cx.verdicts = judging::judge_all(&cx);
        cx
    }

    /// The same without what the sessions accept.
    pub fn unjudged(
        network: &'a Network,
        sources: &'a Sources,
        tables: &'a Tables,
        settings: &'a Settings,
    ) -> Context<'a> {
        let joins = Joins::new(network);
        let filters = filters::read_all(network, tables);
        let peers = peers::find(network, &joins, settings);
        let scope = Scope::new(&settings.environments, network, &filters, &joins, &peers);
        let mut cx = Context {
            network,
            sources,
            tables,
            settings,
            environments: environments::resolve(settings, tables),
            allowed: Allowed::new(settings, tables),
            reaches: import_reaches(network, &peers, true),
            circuits: circuits::read_all(network, &joins),
            exports: Exports::new(network, settings),
            joins,
            filters,
            peers,
            scope,
            verdicts: Vec::new(),
            peers_of_circuit: Vec::new(),
            values: OnceLock::new(),
        };
        cx.peers_of_circuit = vec![Vec::new(); network.circuits.len()];
        for (index, peer) in cx.peers.iter().enumerate() {
            let of_circuit = peer
                .circuit
                .and_then(|circuit| cx.peers_of_circuit.get_mut(circuit));
            of_circuit.into_iter().for_each(|peers| peers.push(index));
        }
        cx
    }

    /// The environments that a filter has to serve.
    pub fn filter_environments(
        &self,
        filter: usize,
    ) -> impl Iterator<Item = (&DeclaredEnvironment<'a>, ScopedBy)> {
        self.declared(self.scope.of_filter(filter))
    }

    /// The environments that a session has to serve.
    pub fn peer_environments(
        &self,
        peer: usize,
    ) -> impl Iterator<Item = (&DeclaredEnvironment<'a>, ScopedBy)> {
        self.declared(self.scope.of_peer(peer))
    }

    fn declared<'c>(
        &'c self,
        scope: &'c [crate::scope::InScope],
    ) -> impl Iterator<Item = (&'c DeclaredEnvironment<'a>, ScopedBy)> {
        let found = scope.iter();
        found.filter_map(|scoped| Some((self.environments.get(scoped.environment)?, scoped.by)))
    }

    /// The environments that a circuit has to serve.
    pub fn circuit_environments(
        &self,
        circuit: &CircuitView<'_>,
    ) -> impl Iterator<Item = (&DeclaredEnvironment<'a>, ScopedBy)> {
        self.declared(self.scope.of_circuit(circuit.index))
    }

    /// The circuits in an environment's scope.
    pub fn circuits_of(&self, environment: usize) -> impl Iterator<Item = (&CircuitView<'a>, ScopedBy)> {
        self.circuits.iter().filter_map(move |circuit| {
            let mut scopes = self.scope.of_circuit(circuit.index).iter();
            let found = scopes.find(|scoped| scoped.environment == environment)?;
            Some((circuit, found.by))
        })
    }

    /// The circuit of that first export.
    pub fn circuit(&self, index: usize) -> Option<&CircuitView<'a>> {
        let at = self
            .circuits
            .binary_search_by_key(&index, |view| view.index)
            .ok()?;
        self.circuits.get(at)
    }

    /// The sessions that a circuit is known to carry, as indices into the peers.
    pub fn peers_of_circuit(&self, circuit: &CircuitView<'_>) -> &[usize] {
        self.peers_of_circuit
            .get(circuit.index)
            .map_or(&[], Vec::as_slice)
    }

    /// The verdicts of a session, one for each family; they stand in the order of the peers.
    pub fn verdicts_of(&self, peer: usize) -> &[SessionVerdicts] {
        let start = self.verdicts.partition_point(|verdicts| verdicts.peer < peer);
        let end = self.verdicts.partition_point(|verdicts| verdicts.peer <= peer);
        self.verdicts.get(start..end).unwrap_or(&[])
    }

    /// The filters that a peering names for a family, as far as they are in the run.
    pub fn filters_at(&self, peering: &Peering, family: Family) -> Vec<&FilterView<'a>> {
        let reference = joins::filter_reference(peering, family);
        let named = reference.map_or(&[][..], |reference| self.joins.filters_named(&reference.value));
        named
            .iter()
            .filter_map(|&filter| self.filters.get(filter))
            .collect()
    }

    /// What the environments of a session require, any of their possible sets taken whole.
    pub fn required_at_peer(&self, peer: usize) -> BTreeSet<Community> {
        let environments = self.peer_environments(peer);
        environments
            .flat_map(|(environment, _)| environment.required())
            .collect()
    }

    /// Whether an environment of the filter needs the community, or it may pass anyway.
    pub fn needed_at_filter(&self, filter: usize, community: Community) -> bool {
        self.allowed.has(self.filter_cloud(filter), community)
            || self
                .filter_environments(filter)
                .any(|(environment, _)| environment.needs(community))
    }

    /// The same for a session.
    pub fn needed_at_peer(&self, peer: usize, community: Community) -> bool {
        self.allowed.has(self.peer_cloud(peer), community)
            || self
                .peer_environments(peer)
                .any(|(environment, _)| environment.needs(community))
    }

    /// Everything that is needed on a session.
    pub fn needed_set_at_peer(&self, peer: usize) -> BTreeSet<Community> {
        let mut needed = self.allowed.communities(self.peer_cloud(peer));
        for (environment, _) in self.peer_environments(peer) {
            needed.extend(environment.needed());
        }
        needed
    }

    /// The cloud of a filter: its own, else that of its environments where they agree, else the declared.
    pub fn filter_cloud(&self, filter: usize) -> Option<Cloud> {
        let own = self.filters.get(filter).and_then(|view| view.own_cloud);
        own.or_else(|| one(self.filter_environments(filter).filter_map(|(e, _)| e.cloud)))
            .or(self.settings.cloud)
    }

    /// The cloud of a session: that of its filters or circuit, of its environments, else the declared.
    pub fn peer_cloud(&self, peer: usize) -> Option<Cloud> {
        let of_circuit = self
            .peers
            .get(peer)
            .and_then(|peer| self.circuit_cloud(peer.circuit?));
        of_circuit
            .or_else(|| one(self.peer_environments(peer).filter_map(|(e, _)| e.cloud)))
            .or(self.settings.cloud)
    }

    /// The cloud that a circuit's location or id names, else that of its filters where they agree.
    pub fn circuit_cloud(&self, circuit: usize) -> Option<Cloud> {
        let exported = self.circuit(circuit)?;
        let location = exported.first(|circuit| circuit.location.as_ref());
        let region = location.and_then(|location| self.tables.azure_region(&location.value));
        let by_id = || filters::cloud_of_id(&exported.first(|circuit| circuit.id.as_ref())?.value);
        let filters = self.joins.filters_of_circuit(circuit).iter();
        let by_filter = || one(filters.filter_map(|&filter| self.filters.get(filter)?.own_cloud));
        region
            .map(|region| region.cloud)
            .or_else(by_id)
            .or_else(by_filter)
    }

    /// What a value means in a cloud; where none is known, in every cloud.
    pub fn entries(&self, cloud: Option<Cloud>, community: Community) -> Vec<&'a CommunityEntry> {
        match cloud {
            Some(cloud) => self.tables.community(cloud, community).iter().collect(),
            None => self.tables.community_any_cloud(community).collect(),
        }
    }

    /// What a value stands for, as people call it; `None` where no table knows it.
    pub fn meaning(&self, cloud: Option<Cloud>, community: Community) -> Option<&'a str> {
        let here = self.entries(cloud, community);
        let anywhere = || self.tables.community_any_cloud(community).next();
        let entry = here.first().copied().or_else(anywhere);
        entry.map(|entry| entry.name.as_str())
    }

    /// `12076:51003` (North Europe), or the bare value where no table knows it.
    pub fn quoted(&self, cloud: Option<Cloud>, community: Community) -> String {
        match self.meaning(cloud, community) {
            Some(name) => format!("`{community}` ({name})"),
            None => format!("`{community}`"),
        }
    }

    /// Where a finding about an environment points: its declaration, else what has to serve it, else the
    /// first thing of the run.
    pub fn place_of(&self, environment: usize) -> Span {
        let declared = self.environments.get(environment).and_then(|e| e.declared.span);
        let filter = || {
            let (index, _) = self.scope.filters_of(environment).next()?;
            self.filters.get(index).map(FilterView::list_span)
        };
        let peer = || {
            let (index, _) = self.scope.peers_of(environment).next()?;
            self.peers.get(index).map(|peer| peer.neighbor.span)
        };
        declared
            .or_else(filter)
            .or_else(peer)
            .unwrap_or_else(|| self.anywhere())
    }

    /// A place for findings that have none of their own: the first filter, session or device, else the start
    /// of the first file.
    pub fn anywhere(&self) -> Span {
        let filter = self
            .network
            .route_filters
            .first()
            .map(|filter| filter.span.at_start());
        let session = || {
            self.network
                .devices
                .iter()
                .find_map(|device| device.neighbors.first())
        };
        let circuit = || {
            self.network
                .circuits
                .first()
                .map(|circuit| circuit.span.at_start())
        };
        let device = || {
            let source = self.network.devices.first()?.source;
            Some(self.sources.get(source).range(0, 0))
        };
        filter
            .or_else(|| session().map(|neighbor| neighbor.span))
            .or_else(circuit)
            .or_else(device)
            .unwrap_or(Span {
                source: SourceId(0),
                start: 0,
                end: 0,
            })
    }

    /// Every readable community that is spelled out in a route filter, or in a list or policy that a session
    /// on Microsoft peering uses. Values of other autonomous systems in policies are the network's own
    /// business.
    pub fn values(&self) -> &[ValueSite<'a>] {
        self.values.get_or_init(|| self.collect_values())
    }

    fn collect_values(&self) -> Vec<ValueSite<'a>> {
        let mut sites = Vec::new();
        for (index, view) in self.filters.iter().enumerate() {
            let cloud = self.filter_cloud(index);
            let values = view.values.iter();
            sites.extend(values.filter_map(|value| {
                Some(ValueSite {
                    community: value.reading.community()?,
                    span: value.written.span,
                    cloud,
                    permitted: value.allowed,
                    holder: Holder::Filter(index),
                    list: None,
                })
            }));
        }
        let private = import_reaches(self.network, &self.peers, false);
        for (index, (reach, private)) in self.reaches.iter().zip(&private).enumerate() {
            let Some(reach) = reach else { continue };
            let cloud = self.device_cloud(index);
            for literal in reach
                .literals
                .iter()
                .filter(|literal| literal.community.asn == 12076)
            {
                let also_private = private.as_ref().is_some_and(|private| match literal.list {
                    Some(list) => private.used.contains(&Owner::CommunityList(list.to_owned())),
                    None => private.literals.contains(literal),
                });
                sites.push(ValueSite {
                    community: literal.community,
                    span: literal.span,
                    cloud,
                    permitted: literal.verdict == Verdict::Accept,
                    holder: Holder::Device { index, also_private },
                    list: literal.list,
                });
            }
        }
        sites
    }

    /// Begins a finding of a rule about a value, with its object and facts.
    pub fn about(&self, site: &ValueSite<'_>, finding: Diagnostic) -> Diagnostic {
        let (object, identity) = match site.holder {
            Holder::Filter(filter) => match self.filters.get(filter) {
                Some(view) => (view.name().to_owned(), view.identity()),
                None => return finding,
            },
            Holder::Device { index, .. } => {
                let device = self.device_name(index);
                let object = match site.list {
                    Some(list) => format!("{device}/{list}"),
                    None => device.to_owned(),
                };
                let identity = object.to_lowercase();
                (object, identity)
            }
        };
        finding
            .object(object)
            .identity(identity)
            .fact("communities", vec![site.community])
    }

    /// ``route filter `rf-prod```, ``community list `MS` on `edge1```.
    pub fn place(&self, site: &ValueSite<'_>) -> String {
        match (site.holder, site.list) {
            (Holder::Filter(filter), _) => {
                let name = self.filters.get(filter).map_or("", FilterView::name);
                format!("route filter `{name}`")
            }
            (Holder::Device { index, .. }, Some(list)) => {
                format!("community list `{list}` on `{}`", self.device_name(index))
            }
            (Holder::Device { index, .. }, None) => format!("a policy on `{}`", self.device_name(index)),
        }
    }

    fn device_name(&self, index: usize) -> &'a str {
        self.network
            .devices
            .get(index)
            .map_or("", |device| device.name.as_str())
    }

    /// The one cloud of a device's sessions on Microsoft peering.
    fn device_cloud(&self, device: usize) -> Option<Cloud> {
        let peers = self.peers_of_device(device).filter(|&peer| {
            let peer = self.peers.get(peer);
            peer.is_some_and(Peer::is_microsoft)
        });
        one(peers.filter_map(|peer| self.peer_cloud(peer))).or(self.settings.cloud)
    }

    /// The indices of a device's sessions to Microsoft; peers stand in the order of their devices.
    pub fn peers_of_device(&self, device: usize) -> std::ops::Range<usize> {
        let start = self.peers.partition_point(|peer| peer.device_index < device);
        let end = self.peers.partition_point(|peer| peer.device_index <= device);
        start..end
    }
}

/// The one value that all have; `None` where there is none or they differ.
fn one<T: PartialEq>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut values = values;
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// For each device, what the import chains of its sessions on one of the two peerings use.
fn import_reaches<'a>(network: &'a Network, peers: &[Peer<'a>], microsoft: bool) -> Vec<Option<Reach<'a>>> {
    let mut reaches: Vec<Option<Reach<'a>>> = Vec::new();
    reaches.resize_with(network.devices.len(), || None);
    let of_peering = peers.iter().filter(|peer| peer.is_microsoft() == microsoft);
    let of_peering: Vec<&Peer<'a>> = of_peering.collect();
    for sessions in of_peering.chunk_by(|a, b| a.device_index == b.device_index) {
        let Some(first) = sessions.first() else { continue };
        let families = sessions.iter().flat_map(|peer| &peer.neighbor.families);
        let chains = families.map(|family| &family.import);
        if let Some(reach) = reaches.get_mut(first.device_index) {
            *reach = Some(reach::reach_all(first.device, chains));
        }
    }
    reaches
}
