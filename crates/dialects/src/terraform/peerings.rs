//! Peerings of circuits.

use pairlint_model::bgp::Asn;
use pairlint_model::network::{Ipv6Peering, Listing, MicrosoftPeeringConfig, Peering};
use pairlint_model::source::{Span, Spanned};

use super::fields::{Gap, asn, disabled, first, number, prefix, route_filter, text};
use super::lower::{Builder, LoosePeering, Resource, id};
use super::value::Value;

impl Builder<'_> {
    pub(super) fn listed_peerings(&self, peerings: &Value<'_>) -> Listing<Peering> {
        let unresolved = |(span, why): Gap| Listing::Unresolved { span, why };
        let Some(items) = peerings.items() else {
            let why = peerings
                .gap()
                .map_or("something else stands where peerings belong", |why| why);
            return unresolved((peerings.span, why.to_owned()));
        };
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            match self.peering(item, item.span) {
                Ok(peering) => all.push(peering),
                Err(gap) => return unresolved(gap),
            }
        }
        Listing::Known {
            span: peerings.span,
            items: all,
        }
    }

    pub(super) fn loose_peering(
        &mut self,
        resource: &Resource<'_, '_>,
        attributes: &Value<'_>,
        circuit: Option<&Value<'_>>,
    ) {
        let peering = match &resource.exists {
            Some(why) => Err((resource.span, why.to_string())),
            None => self.peering(attributes, resource.span),
        };
        let peering = peering.map(|peering| Peering {
            id: Some(id(resource, attributes)),
            ..peering
        });
        self.peerings.push(LoosePeering {
            circuit: circuit.and_then(|circuit| circuit.origin.clone()),
            name: circuit.and_then(|circuit| {
                let name = circuit.as_text()?;
                (circuit.gap().is_none()).then(|| Spanned::new(circuit.span, name.to_string()))
            }),
            peering,
            span: resource.span,
            carrier: resource.carrier,
        });
    }

    /// Reads a peering; not where its route filter is not known, since then nothing can be said about it.
    pub(super) fn peering(&self, of: &Value<'_>, span: Span) -> Result<Peering, Gap> {
        if let Some(why) = of.gap() {
            return Err((of.span, why.to_string()));
        }
        if let Some(kind) = of.get("peering_type")
            && let Some(why) = kind.gap()
        {
            return Err((kind.span, why.to_string()));
        }
        let ipv6 = match of.get("ipv6") {
            None => None,
            Some(ipv6) => match (ipv6.gap(), ipv6.items()) {
                (Some(why), _) => return Err((ipv6.span, why.to_string())),
                (None, Some([])) => None,
                _ => Some(self.ipv6(first(ipv6))?),
            },
        };
        let config = of.get("microsoft_peering_config").map(first);
        Ok(Peering {
            name: text(of, "name"),
            id: None,
            peering_type: text(of, "peering_type"),
            state: text(of, "state").or_else(|| disabled(of, "ipv4_enabled")),
            provisioning_state: None,
            azure_asn: asn(of, "azure_asn"),
            peer_asn: asn(of, "peer_asn"),
            primary: prefix(of, "primary_peer_address_prefix"),
            secondary: prefix(of, "secondary_peer_address_prefix"),
            vlan: number(of, "vlan_id"),
            route_filter: route_filter(of)?,
            config: config.and_then(|config| self.config(config)),
            ipv6,
            span,
        })
    }

    pub(super) fn ipv6(&self, of: &Value<'_>) -> Result<Ipv6Peering, Gap> {
        if let Some(why) = of.gap() {
            return Err((of.span, why.to_string()));
        }
        let config = of.get("microsoft_peering").map(first);
        Ok(Ipv6Peering {
            primary: prefix(of, "primary_peer_address_prefix"),
            secondary: prefix(of, "secondary_peer_address_prefix"),
            state: text(of, "state").or_else(|| disabled(of, "enabled")),
            route_filter: route_filter(of)?,
            config: config.and_then(|config| self.config(config)),
            span: of.span,
        })
    }

    pub(super) fn config(&self, of: &Value<'_>) -> Option<MicrosoftPeeringConfig> {
        // An empty list of blocks, as states have it, is no block.
        if of.items().is_some() {
            return None;
        }
        Some(MicrosoftPeeringConfig {
            advertised_communities: match of.gap() {
                Some(_) => self.prefixes_gap(of),
                None => self.communities(of, "advertised_communities"),
            },
            advertised_public_prefixes: match of.gap() {
                Some(_) => self.prefixes_gap(of),
                None => self.prefix_texts(of),
            },
            prefixes_state: None,
            customer_asn: asn(of, "customer_asn").filter(|asn| asn.value != Asn(0)),
            legacy_mode: number(of, "legacy_mode"),
            span: of.span,
        })
    }

    pub(super) fn prefixes_gap<T>(&self, of: &Value<'_>) -> Listing<T> {
        Listing::Unresolved {
            span: of.span,
            why: of.gap().map_or_else(String::new, |why| why.to_string()),
        }
    }

    pub(super) fn prefix_texts(&self, of: &Value<'_>) -> Listing<Spanned<String>> {
        let Some(value) = of.get("advertised_public_prefixes") else {
            return Listing::Absent { span: of.span };
        };
        let Some(items) = value.items() else {
            return self.prefixes_gap(value);
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item.as_text() {
                Some(text) => texts.push(Spanned::new(item.span, text.to_string())),
                None => return self.prefixes_gap(item),
            }
        }
        Listing::Known {
            span: value.span,
            items: texts,
        }
    }
}
