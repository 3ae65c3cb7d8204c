//! Circuits and their peerings.

use std::collections::BTreeMap;

use pairlint_model::bgp::{Asn, IpNet, decimal, prefix};
use pairlint_model::network::{Circuit, Ipv6Peering, Listing, MicrosoftPeeringConfig, Peering};
use pairlint_model::source::{Span, Spanned};

use super::class::is_depth_mark;
use super::id::{ResourceId, canonical};
use super::json;
use super::node::{Kind, Node, Object};
use super::reader::{CIRCUIT_AS_DEEP_JSON, CIRCUIT_AS_JSON, Gap, Reader, expression};

/// A peering that stood outside of its circuit, which only its id names.
pub(super) struct LoosePeering {
    circuit: Option<Spanned<String>>,
    peering: Result<Peering, (Span, Gap)>,
    /// The list that it stood in, else the peering.
    list: Span,
    whole: bool,
    carrier: &'static str,
}

impl Reader<'_> {
    pub(super) fn circuit(&mut self, node: &Node<'_>) {
        let Some(object) = node.object() else { return };
        self.check_keys(node, CIRCUIT_AS_JSON);
        let part = |key: &str| object.field(key).and_then(Node::object);
        let (sku, provider) = (part("sku"), part("serviceProviderProperties"));
        let circuit = Circuit {
            name: self.text(object, "name"),
            id: self.text(object, "id"),
            location: self.text(object, "location"),
            sku_tier: sku.and_then(|sku| self.text(sku, "tier")),
            sku_family: sku.and_then(|sku| self.text(sku, "family")),
            state: self.text(object, "circuitProvisioningState"),
            provider_state: self.text(object, "serviceProviderProvisioningState"),
            provisioning_state: self.text(object, "provisioningState"),
            peering_location: provider.and_then(|provider| self.text(provider, "peeringLocation")),
            peerings: self.circuit_peerings(node, object),
            carrier: self.carrier(object),
            span: node.span,
        };
        self.network.circuits.push(circuit);
        for key in ["sku", "serviceProviderProperties"] {
            let text = object
                .field(key)
                .filter(|node| node.text().is_some_and(is_depth_mark));
            self.lost.extend(text.map(|node| node.span));
        }
        self.report_lost(object, CIRCUIT_AS_JSON, CIRCUIT_AS_DEEP_JSON);
    }

    /// A peering outside of its circuit; `list` is the list around it and whether that is whole.
    pub(super) fn loose_peering(&mut self, node: &Node<'_>, list: Option<(Span, bool)>) {
        let Some(object) = node.object() else { return };
        let circuit = object.get("id").and_then(|id| {
            let parent = ResourceId::parse(id.text()?)?.parent;
            Some(Spanned::new(self.part(id, parent), parent.to_owned()))
        });
        let peering = if is_selection(object) {
            self.selection(node);
            Err((node.span, Gap::Query))
        } else {
            self.peering(node, object)
        };
        if let Err((span, Gap::Depth)) = peering {
            self.lost.push(span);
        }
        self.report_lost(object, CIRCUIT_AS_JSON, CIRCUIT_AS_DEEP_JSON);
        let (list, whole) = list.unwrap_or((node.span, !node.cut));
        let whole = whole && !self.paged;
        self.peerings.push(LoosePeering {
            circuit,
            peering,
            list,
            whole,
            carrier: self.carrier(object),
        });
    }

    /// Gives the peerings that stood alone to their circuits, and makes the circuits that did not stand in
    /// the file.
    pub(super) fn gather_peerings(&mut self) {
        let mut circuits: BTreeMap<String, usize> = BTreeMap::new();
        let mut ids: BTreeMap<(usize, String), usize> = BTreeMap::new();
        for (index, circuit) in self.network.circuits.iter().enumerate() {
            if let Some(id) = &circuit.id {
                circuits.insert(canonical(&id.value), index);
            }
            for (at, peering) in circuit.peerings.items().iter().enumerate() {
                ids.extend(peering_id(peering).map(|id| ((index, id), at)));
            }
        }
        for loose in std::mem::take(&mut self.peerings) {
            let key = loose.circuit.as_ref().map(|id| canonical(&id.value));
            let index = key.as_ref().and_then(|key| circuits.get(key)).copied();
            let index = index.unwrap_or(self.network.circuits.len());
            circuits.extend(key.map(|key| (key, index)));
            if index == self.network.circuits.len() {
                self.network.circuits.push(Circuit {
                    name: None,
                    id: loose.circuit.clone(),
                    location: None,
                    sku_tier: None,
                    sku_family: None,
                    state: None,
                    provider_state: None,
                    provisioning_state: None,
                    peering_location: None,
                    peerings: Listing::Absent { span: loose.list },
                    carrier: loose.carrier,
                    span: loose.list,
                });
            }
            let Some(circuit) = self.network.circuits.get_mut(index) else {
                continue;
            };
            let id = loose
                .peering
                .as_ref()
                .ok()
                .and_then(peering_id)
                .map(|id| (index, id));
            let same = id.as_ref().and_then(|id| ids.get(id)).copied();
            if let Some(added) = add_peering(&mut circuit.peerings, loose, same) {
                ids.extend(id.map(|id| (id, added)));
            }
        }
    }

    fn circuit_peerings(&mut self, node: &Node<'_>, object: &Object<'_>) -> Listing<Peering> {
        let (span, items) = self.list(node, "peerings");
        let peerings = match items {
            Ok(items) => self.peering_items(span, items),
            Err(gap) => {
                self.lost.extend((gap == Gap::Depth).then_some(span));
                gap.listing(span)
            }
        };
        let absent = matches!(peerings, Listing::Absent { .. });
        if (absent || !self.lost.is_empty())
            && let Some(rescued) = self.rescued_peerings(object)
        {
            self.lost.clear();
            return rescued;
        }
        self.report_lost(object, CIRCUIT_AS_JSON, CIRCUIT_AS_DEEP_JSON);
        peerings
    }

    /// The peerings from `PeeringsText`, as the rules of a filter from `RulesText`.
    fn rescued_peerings(&mut self, object: &Object<'_>) -> Option<Listing<Peering>> {
        let node = object.get("PeeringsText")?;
        let mut documents = json::documents(node.text()?, self.source.id, false);
        let mut document = documents
            .pop()
            .filter(|document| documents.is_empty() && document.damage.is_none())?;
        document.root.place(node.span);
        let lost = std::mem::take(&mut self.lost);
        let peerings = match self.items(&document.root) {
            Ok(items) => self.peering_items(node.span, items),
            Err(_) => Listing::Truncated { span: node.span },
        };
        if self.lost.is_empty() && peerings.is_known() {
            return Some(peerings);
        }
        self.lost = lost;
        None
    }

    fn peering_items(&mut self, span: Span, items: &[Node<'_>]) -> Listing<Peering> {
        let mut peerings = Vec::with_capacity(items.len());
        for item in items {
            let Some(object) = item.object() else {
                let why = item.text().and_then(expression);
                let why = why.unwrap_or_else(|| "something else stands where a peering belongs".to_owned());
                return Listing::Unresolved { span, why };
            };
            if is_selection(object) {
                self.selection(item);
                return Gap::Query.listing(span);
            }
            match self.peering(item, object) {
                Ok(peering) => peerings.push(peering),
                Err((at, gap)) => {
                    self.lost.extend((gap == Gap::Depth).then_some(at));
                    return gap.listing(span);
                }
            }
        }
        Listing::Known {
            span,
            items: peerings,
        }
    }

    fn selection(&mut self, node: &Node<'_>) {
        let what = "some fields of a peering (`--query`), from which it cannot be told whether it has a route filter";
        self.incomplete(node.span, what);
    }

    /// Reads a peering; not where its route filter or its IPv6 half is lost, since then nothing can be said
    /// about it.
    fn peering(&mut self, node: &Node<'_>, object: &Object<'_>) -> Result<Peering, (Span, Gap)> {
        if node.cut {
            return Err((node.span, Gap::Cut));
        }
        self.check_keys(node, CIRCUIT_AS_JSON);
        Ok(Peering {
            name: self.text(object, "name"),
            id: self.text(object, "id"),
            peering_type: self.text(object, "peeringType"),
            state: self.text(object, "state"),
            provisioning_state: self.text(object, "provisioningState"),
            azure_asn: self.asn(object, "azureASN"),
            peer_asn: self.asn(object, "peerASN"),
            primary: self.prefix(object, "primaryPeerAddressPrefix"),
            secondary: self.prefix(object, "secondaryPeerAddressPrefix"),
            vlan: self.number(object, "vlanId"),
            route_filter: self.route_filter_reference(object)?,
            config: self.config(object),
            ipv6: self.ipv6(object)?,
            span: node.span,
        })
    }

    fn ipv6(&mut self, object: &Object<'_>) -> Result<Option<Ipv6Peering>, (Span, Gap)> {
        let Some(node) = object.field("ipv6PeeringConfig") else {
            return Ok(None);
        };
        let Kind::Object(inner) = &node.kind else {
            return lost_object(node).map(|()| None);
        };
        if inner.0.is_empty() {
            return Ok(None);
        }
        self.check_keys(node, CIRCUIT_AS_JSON);
        Ok(Some(Ipv6Peering {
            primary: self.prefix(inner, "primaryPeerAddressPrefix"),
            secondary: self.prefix(inner, "secondaryPeerAddressPrefix"),
            state: self.text(inner, "state"),
            route_filter: self.route_filter_reference(inner)?,
            config: self.config(inner),
            span: node.span,
        }))
    }

    /// The id of the filter that a peering names. What else stands in the object is not the filter: clients
    /// send and print an empty one there.
    fn route_filter_reference(&self, object: &Object<'_>) -> Result<Option<Spanned<String>>, (Span, Gap)> {
        let Some(node) = object.field("routeFilter") else {
            return Ok(None);
        };
        match &node.kind {
            Kind::Object(inner) if inner.0.iter().all(|property| property.value.is_null()) => Ok(None),
            Kind::Object(inner) => match self.text(inner, "id") {
                Some(id) => Ok(Some(id)),
                None => Err((
                    node.span,
                    Gap::Unresolved("a route filter without an id".to_owned()),
                )),
            },
            Kind::Text(text) if ResourceId::parse(text).is_some() => {
                Ok(Some(Spanned::new(node.span, text.to_string())))
            }
            _ => lost_object(node).map(|()| None),
        }
    }

    fn config(&mut self, object: &Object<'_>) -> Option<MicrosoftPeeringConfig> {
        let node = object.field("microsoftPeeringConfig")?;
        let Kind::Object(inner) = &node.kind else {
            let Err((span, gap)) = lost_object(node) else {
                return None;
            };
            self.lost.extend((gap == Gap::Depth).then_some(span));
            return Some(MicrosoftPeeringConfig {
                advertised_communities: gap.clone().listing(span),
                advertised_public_prefixes: gap.listing(span),
                prefixes_state: None,
                customer_asn: None,
                legacy_mode: None,
                span,
            });
        };
        self.check_keys(node, CIRCUIT_AS_JSON);
        let (span, communities) = self.list(node, "advertisedCommunities");
        Some(MicrosoftPeeringConfig {
            advertised_communities: self.community_list(span, communities),
            advertised_public_prefixes: self.prefix_texts(node),
            prefixes_state: self.text(inner, "advertisedPublicPrefixesState"),
            customer_asn: self.asn(inner, "customerASN"),
            legacy_mode: self.number(inner, "legacyMode"),
            span: node.span,
        })
    }

    fn prefix_texts(&mut self, config: &Node<'_>) -> Listing<Spanned<String>> {
        let (span, items) = self.list(config, "advertisedPublicPrefixes");
        let items = match items {
            Ok(items) => items,
            Err(gap) => {
                self.lost.extend((gap == Gap::Depth).then_some(span));
                return gap.listing(span);
            }
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item.text() {
                Some(text) => match expression(text) {
                    Some(why) => return Listing::Unresolved { span, why },
                    None => texts.push(Spanned::new(item.span, text.to_owned())),
                },
                None => texts.push(Spanned::new(item.span, self.source.slice(item.span).to_owned())),
            }
        }
        Listing::Known { span, items: texts }
    }

    fn asn(&mut self, object: &Object<'_>, key: &str) -> Option<Spanned<Asn>> {
        self.value(object, key, "an AS number", |text| text.parse().ok())
    }

    fn number(&mut self, object: &Object<'_>, key: &str) -> Option<Spanned<u32>> {
        self.value(object, key, "a number", |text| decimal(text).ok())
    }

    fn prefix(&mut self, object: &Object<'_>, key: &str) -> Option<Spanned<IpNet>> {
        self.value(object, key, "a prefix", |text| prefix(text).ok())
    }

    /// Reads a number or a text; remarks where it is not what belongs there.
    fn value<T>(
        &mut self,
        object: &Object<'_>,
        key: &str,
        kind: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Spanned<T>> {
        let node = object.field(key)?;
        let text = match &node.kind {
            Kind::Null => return None,
            Kind::Text(text) if text.trim().is_empty() => return None,
            Kind::Text(text) => text.trim(),
            Kind::Number(digits) => digits,
            Kind::Bool | Kind::List(_) | Kind::Object(_) | Kind::Opaque(_) => "",
        };
        let value = read(text);
        if value.is_none() {
            let what = format!("an export whose `{key}` is not {kind}");
            self.truncated(node.span, what, CIRCUIT_AS_JSON);
        }
        Some(Spanned::new(node.span, value?))
    }
}

/// What stands where an object belongs: nothing, or something that PowerShell or a template put there.
fn lost_object(node: &Node<'_>) -> Result<(), (Span, Gap)> {
    match &node.kind {
        Kind::Null => Ok(()),
        Kind::Text(text) if text.is_empty() => Ok(()),
        Kind::Text(text) => Err((node.span, expression(text).map_or(Gap::Depth, Gap::Unresolved))),
        _ => Err((
            node.span,
            Gap::Unresolved("something else stands where an object belongs".to_owned()),
        )),
    }
}

/// Whether a query chose some fields of a peering that may have a filter. A whole one has an etag and a
/// state of provisioning in every form; without a filter its reference is left out, which a selection
/// cannot be told from.
fn is_selection(object: &Object<'_>) -> bool {
    let whole = [
        "etag",
        "properties",
        "provisioningState",
        "azureASN",
        "routeFilter",
    ];
    let other = object
        .text("peeringType")
        .is_some_and(|kind| !kind.eq_ignore_ascii_case("MicrosoftPeering"));
    !other && !whole.iter().any(|key| object.has(key))
}

fn peering_id(peering: &Peering) -> Option<String> {
    peering.id.as_ref().map(|id| canonical(&id.value))
}

/// Adds a peering to a circuit and returns its index there; not where the circuit has it as its peering
/// `same`.
fn add_peering(peerings: &mut Listing<Peering>, loose: LoosePeering, same: Option<usize>) -> Option<usize> {
    let peering = match loose.peering {
        Ok(peering) if loose.whole => peering,
        Ok(_) => return gap_in(peerings, loose.list, Gap::Cut),
        Err((span, gap)) => return gap_in(peerings, span, gap),
    };
    match peerings {
        Listing::Absent { .. } => {
            *peerings = Listing::Known {
                span: loose.list,
                items: vec![peering],
            };
            Some(0)
        }
        Listing::Known { items, .. } => {
            let known = same.and_then(|same| items.get(same));
            if known.is_some_and(|known| is_same_peering(known, &peering)) {
                return None;
            }
            items.push(peering);
            Some(items.len() - 1)
        }
        Listing::Truncated { .. } | Listing::Unresolved { .. } => None,
    }
}

/// Makes a list unknown, unless it is already.
fn gap_in(peerings: &mut Listing<Peering>, span: Span, gap: Gap) -> Option<usize> {
    if matches!(peerings, Listing::Absent { .. } | Listing::Known { .. }) {
        *peerings = gap.listing(span);
    }
    None
}

fn is_same_peering(a: &Peering, b: &Peering) -> bool {
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| canonical(&text.value));
    let key = |peering: &Peering| {
        (
            [
                text(&peering.id),
                text(&peering.state),
                text(&peering.route_filter),
                text(&peering.provisioning_state),
            ],
            [
                peering.primary.map(|net| net.value),
                peering.secondary.map(|net| net.value),
            ],
            [
                peering.azure_asn.map(|asn| asn.value),
                peering.peer_asn.map(|asn| asn.value),
            ],
            peering.vlan.map(|vlan| vlan.value),
            peering
                .ipv6
                .as_ref()
                .map(|ipv6| (text(&ipv6.state), text(&ipv6.route_filter))),
        )
    };
    key(a) == key(b)
}
