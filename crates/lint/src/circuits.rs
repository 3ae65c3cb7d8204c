//! The circuits of a run, each once, however many files export it, and whether routes can arrive over them.

use std::collections::BTreeSet;

use pairlint_model::bgp::{Family, IpNet};
use pairlint_model::diagnostic::Diagnostic;
use pairlint_model::network::{Circuit, Ipv6Peering, MicrosoftPeeringConfig, Network, Peering};
use pairlint_model::source::{Span, Spanned};

use crate::joins::{Joins, filter_reference, id_key, peering_kind};
use crate::settings::PeeringKind;

/// A circuit with all that its exports say about it.
#[derive(Debug)]
pub struct CircuitView<'a> {
    /// Index of its first export in [`Network::circuits`], by which joins and scopes know it.
    pub index: usize,
    /// Every export of the same resource id.
    pub exports: Vec<&'a Circuit>,
    /// The peerings of all exports; what two of them say alike stands here once.
    pub peerings: Vec<&'a Peering>,
    /// Some export lists the peerings, so that one which is not among them does not exist.
    pub complete: bool,
}

/// Why no route arrives over a peering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Obstacle<'a> {
    pub at: Part,
    /// The key of the export: `circuitProvisioningState`.
    pub key: &'static str,
    pub state: &'a Spanned<String>,
}

/// The part of a connection that lets nothing through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Circuit,
    Peering,
}

impl<'a> CircuitView<'a> {
    pub fn name(&self) -> &'a str {
        let mut exports = self.exports.iter();
        let named = exports.find(|circuit| circuit.name.is_some());
        named
            .or(self.exports.first())
            .map_or("circuit", |circuit| circuit.display_name())
    }

    /// The name under which fingerprints know the circuit: its resource id, else its name.
    pub fn identity(&self) -> String {
        match self.first(|circuit| circuit.id.as_ref()) {
            Some(id) => id_key(&id.value),
            None => self.name().to_lowercase(),
        }
    }

    /// What the first export says that says anything.
    pub fn first<T>(&self, part: impl Fn(&'a Circuit) -> Option<&'a T>) -> Option<&'a T> {
        self.exports.iter().find_map(|circuit| part(circuit))
    }

    /// `Standard`, `Premium`, `Local`.
    pub fn has_tier(&self, tier: &str) -> Option<&'a Spanned<String>> {
        let written = self.first(|circuit| circuit.sku_tier.as_ref());
        written.filter(|written| is(written, tier))
    }

    pub fn peering_location(&self) -> Option<&'a Spanned<String>> {
        self.first(|circuit| circuit.peering_location.as_ref())
    }

    pub fn microsoft(&self) -> impl Iterator<Item = &'a Peering> {
        let peerings = self.peerings.iter().copied();
        peerings.filter(|peering| peering_kind(peering) == Some(PeeringKind::Microsoft))
    }

    /// Where a finding about the circuit as a whole points: its name, else its first line.
    pub fn span(&self) -> Span {
        let name = self.first(|circuit| circuit.name.as_ref().or(circuit.id.as_ref()));
        let whole = || self.exports.first().map(|circuit| circuit.span.at_start());
        name.map(|name| name.span).or_else(whole).unwrap_or(Span {
            source: pairlint_model::source::SourceId(0),
            start: 0,
            end: 0,
        })
    }

    /// Everything that keeps routes from arriving over one of its peerings in a family; states that are on
    /// their way (`Updating`) keep nothing.
    pub fn obstacles(&self, peering: &'a Peering, family: Family) -> Vec<Obstacle<'a>> {
        let mut found = Vec::new();
        let mut add = |at, key, state: Option<&'a Spanned<String>>, stops: &[&str]| {
            let stopped = state.filter(|state| stops.iter().any(|stop| is(state, stop)));
            found.extend(stopped.map(|state| Obstacle { at, key, state }));
        };
        let circuit = |part: fn(&'a Circuit) -> Option<&'a Spanned<String>>| self.first(part);
        add(
            Part::Circuit,
            "circuitProvisioningState",
            circuit(|circuit| circuit.state.as_ref()),
            &["Disabled", "Disabling"],
        );
        add(
            Part::Circuit,
            "serviceProviderProvisioningState",
            circuit(|circuit| circuit.provider_state.as_ref()),
            &["NotProvisioned", "Provisioning", "Deprovisioning"],
        );
        let failed: &[&str] = &["Failed", "Deleting"];
        let provisioning = circuit(|circuit| circuit.provisioning_state.as_ref());
        add(Part::Circuit, "provisioningState", provisioning, failed);
        add(Part::Peering, "state", peering.state.as_ref(), &["Disabled"]);
        let provisioning = peering.provisioning_state.as_ref();
        add(Part::Peering, "provisioningState", provisioning, failed);
        if family == Family::Ipv6 {
            let state = peering.ipv6.as_ref().and_then(|ipv6| ipv6.state.as_ref());
            add(Part::Peering, "state", state, &["Disabled"]);
        }
        found
    }

    /// Names the circuit in a finding.
    pub fn about(&self, finding: Diagnostic) -> Diagnostic {
        finding.object(self.name()).identity(self.identity())
    }

    /// The peering is up as far as the exports tell.
    pub fn is_active(&self, peering: &'a Peering, family: Family) -> bool {
        self.obstacles(peering, family).is_empty()
    }
}

fn is(text: &Spanned<String>, wanted: &str) -> bool {
    text.value.trim().eq_ignore_ascii_case(wanted)
}

/// Looks at every circuit, in the order of its first export.
pub fn read_all<'a>(network: &'a Network, joins: &Joins<'a>) -> Vec<CircuitView<'a>> {
    let mut views: Vec<CircuitView<'a>> = Vec::new();
    let mut place = vec![None; network.circuits.len()];
    for (index, circuit) in network.circuits.iter().enumerate() {
        let first = joins.first_export(index);
        let at = place.get(first).copied().flatten().unwrap_or(views.len());
        if at == views.len() {
            views.push(CircuitView {
                index: first,
                exports: Vec::new(),
                peerings: Vec::new(),
                complete: false,
            });
            if let Some(place) = place.get_mut(first) {
                *place = Some(at);
            }
        }
        let Some(view) = views.get_mut(at) else { continue };
        view.exports.push(circuit);
        view.complete |= circuit.peerings.is_known();
        for peering in circuit.peerings.items() {
            if !view
                .peerings
                .iter()
                .any(|known| differences(known, peering).is_empty())
            {
                view.peerings.push(peering);
            }
        }
    }
    views
}

/// Whether a family is set up on the peering.
pub fn has_family(peering: &Peering, family: Family) -> bool {
    match family {
        Family::Ipv4 => {
            peering.primary.is_some() || peering.secondary.is_some() || has_no_ipv6_addresses(peering)
        }
        Family::Ipv6 => !has_no_ipv6_addresses(peering) || filter_reference(peering, family).is_some(),
    }
}

fn has_no_ipv6_addresses(peering: &Peering) -> bool {
    let addresses = |ipv6: &Ipv6Peering| ipv6.primary.is_some() || ipv6.secondary.is_some();
    !peering.ipv6.as_ref().is_some_and(addresses)
}

/// What Microsoft is told about a family of the peering.
pub fn config(peering: &Peering, family: Family) -> Option<&MicrosoftPeeringConfig> {
    match family {
        Family::Ipv4 => peering.config.as_ref(),
        Family::Ipv6 => peering.ipv6.as_ref()?.config.as_ref(),
    }
}

/// The link networks of a family, the primary one first.
pub fn links(peering: &Peering, family: Family) -> [Option<&Spanned<IpNet>>; 2] {
    match family {
        Family::Ipv4 => [peering.primary.as_ref(), peering.secondary.as_ref()],
        Family::Ipv6 => match &peering.ipv6 {
            Some(ipv6) => [ipv6.primary.as_ref(), ipv6.secondary.as_ref()],
            None => [None, None],
        },
    }
}

/// A peering from before route filters, which announces without one (Microsoft, "Configure route filters for
/// Microsoft peering", 2025-01-31).
pub fn is_legacy(peering: &Peering) -> bool {
    let mut configs = Family::BOTH
        .into_iter()
        .filter_map(|family| config(peering, family));
    configs.any(|config| config.legacy_mode.is_some_and(|mode| mode.value != 0))
}

/// What two exports of one peering say differently, by the key of the export. What only one of them says is no
/// difference.
pub fn differences(a: &Peering, b: &Peering) -> Vec<(&'static str, Span, Span)> {
    let mut found = Differences::default();
    found.text("peeringType", &a.peering_type, &b.peering_type);
    if a.peering_type.is_none() || b.peering_type.is_none() {
        found.text("name", &a.name, &b.name);
    }
    found.text("state", &a.state, &b.state);
    found.id(
        "routeFilter",
        (&a.route_filter, a.span),
        (&b.route_filter, b.span),
    );
    found.value("peerASN", &a.peer_asn, &b.peer_asn);
    found.value("primaryPeerAddressPrefix", &a.primary, &b.primary);
    found.value("secondaryPeerAddressPrefix", &a.secondary, &b.secondary);
    found.value("vlanId", &a.vlan, &b.vlan);
    // Some tools print an empty half where there is none.
    let ipv6 = |peering: &'_ Peering| has_family(peering, Family::Ipv6);
    match (
        a.ipv6.as_ref().filter(|_| ipv6(a)),
        b.ipv6.as_ref().filter(|_| ipv6(b)),
    ) {
        (Some(a), Some(b)) => {
            found.text("state", &a.state, &b.state);
            found.id(
                "routeFilter",
                (&a.route_filter, a.span),
                (&b.route_filter, b.span),
            );
            found.value("primaryPeerAddressPrefix", &a.primary, &b.primary);
            found.value("secondaryPeerAddressPrefix", &a.secondary, &b.secondary);
        }
        (None, None) => {}
        _ => found.0.push(("ipv6PeeringConfig", a.span, b.span)),
    }
    if let (Some(a), Some(b)) = (&a.config, &b.config) {
        let communities = |config: &MicrosoftPeeringConfig| -> BTreeSet<String> {
            let values = config.advertised_communities.items().iter();
            values.map(|value| value.text.trim().to_owned()).collect()
        };
        let prefixes = |config: &MicrosoftPeeringConfig| -> BTreeSet<String> {
            let values = config.advertised_public_prefixes.items().iter();
            values.map(|value| value.value.trim().to_owned()).collect()
        };
        let known = a.advertised_communities.is_known() && b.advertised_communities.is_known();
        if known && communities(a) != communities(b) {
            let places = (a.advertised_communities.span(), b.advertised_communities.span());
            found.0.push(("advertisedCommunities", places.0, places.1));
        }
        let known = a.advertised_public_prefixes.is_known() && b.advertised_public_prefixes.is_known();
        if known && prefixes(a) != prefixes(b) {
            let places = (
                a.advertised_public_prefixes.span(),
                b.advertised_public_prefixes.span(),
            );
            found.0.push(("advertisedPublicPrefixes", places.0, places.1));
        }
    }
    found.0
}

/// Differences between two exports of one thing.
#[derive(Debug, Default)]
pub struct Differences(pub Vec<(&'static str, Span, Span)>);

impl Differences {
    /// Letter case is nothing that Azure keeps.
    pub fn text(&mut self, key: &'static str, a: &Option<Spanned<String>>, b: &Option<Spanned<String>>) {
        if let (Some(a), Some(b)) = (a, b)
            && !a.value.trim().eq_ignore_ascii_case(b.value.trim())
        {
            self.0.push((key, a.span, b.span));
        }
    }

    fn value<T: PartialEq>(&mut self, key: &'static str, a: &Option<Spanned<T>>, b: &Option<Spanned<T>>) {
        if let (Some(a), Some(b)) = (a, b)
            && a.value != b.value
        {
            self.0.push((key, a.span, b.span));
        }
    }

    /// A reference that one of them lacks is a difference: exports leave out what is not set.
    fn id(
        &mut self,
        key: &'static str,
        (a, of_a): (&Option<Spanned<String>>, Span),
        (b, of_b): (&Option<Spanned<String>>, Span),
    ) {
        let same = match (a, b) {
            (Some(a), Some(b)) => id_key(&a.value) == id_key(&b.value),
            (None, None) => true,
            _ => false,
        };
        if !same {
            let place = |id: &Option<Spanned<String>>, whole: Span| {
                id.as_ref().map_or(whole.at_start(), |id| id.span)
            };
            self.0.push((key, place(a, of_a), place(b, of_b)));
        }
    }
}
