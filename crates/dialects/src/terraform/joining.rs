//! Rules, peerings and what they belong to, once all resources are there.

use std::collections::BTreeMap;

use pairlint_model::network::{Circuit, Listing, Network, Remark, RemarkKind, RouteFilter};
use pairlint_model::source::Spanned;

use super::lower::Builder;

impl Builder<'_> {
    /// Gives rules and peerings to what they belong to.
    pub(super) fn finish(mut self) -> Network {
        for loose in std::mem::take(&mut self.rules) {
            let at = loose.filter.as_ref().and_then(|id| self.filters.get(id)).copied();
            let span = match &loose.rule {
                Ok(rule) => rule.span,
                Err((span, _)) => *span,
            };
            let at = at.unwrap_or_else(|| {
                let id = loose.filter.clone().map(|id| Spanned::new(span, id));
                self.filters.extend(
                    loose
                        .filter
                        .clone()
                        .map(|id| (id, self.network.route_filters.len())),
                );
                self.network.route_filters.push(RouteFilter {
                    name: None,
                    id,
                    location: None,
                    provisioning_state: None,
                    rules: Listing::Absent { span },
                    peerings: Vec::new(),
                    carrier: "terraform",
                    span,
                });
                self.network.route_filters.len() - 1
            });
            let Some(filter) = self.network.route_filters.get_mut(at) else {
                continue;
            };
            match (&mut filter.rules, loose.rule) {
                (Listing::Known { items, .. }, Ok(rule)) => items.push(rule),
                (Listing::Absent { .. }, Ok(rule)) => {
                    filter.rules = Listing::Known {
                        span,
                        items: vec![rule],
                    };
                }
                (Listing::Known { .. } | Listing::Absent { .. }, Err((span, why))) => {
                    filter.rules = Listing::Unresolved { span, why };
                }
                _ => {}
            }
        }
        self.gather_peerings();
        self.tell_inventions();
        self.network
    }

    fn gather_peerings(&mut self) {
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        for (at, circuit) in self.network.circuits.iter().enumerate() {
            for name in [&circuit.name, &circuit.id].into_iter().flatten() {
                by_name.insert(name.value.to_ascii_lowercase(), at);
            }
        }
        for loose in std::mem::take(&mut self.peerings) {
            let at = loose
                .circuit
                .as_ref()
                .and_then(|address| self.circuits.get(address))
                .or_else(|| by_name.get(&loose.name.as_ref()?.value.to_ascii_lowercase()))
                .copied();
            let at = at.unwrap_or_else(|| {
                // A circuit that stands elsewhere: known by its name at most.
                let at = self.network.circuits.len();
                if let Some(name) = &loose.name {
                    by_name.insert(name.value.to_ascii_lowercase(), at);
                }
                if let Some(address) = &loose.circuit {
                    self.circuits.insert(address.clone(), at);
                }
                self.network.circuits.push(Circuit {
                    name: loose.name.clone(),
                    id: None,
                    location: None,
                    sku_tier: None,
                    sku_family: None,
                    state: None,
                    provider_state: None,
                    provisioning_state: None,
                    peering_location: None,
                    peerings: Listing::Absent { span: loose.span },
                    carrier: loose.carrier,
                    span: loose.span,
                });
                at
            });
            let Some(circuit) = self.network.circuits.get_mut(at) else {
                continue;
            };
            match (&mut circuit.peerings, loose.peering) {
                (Listing::Known { items, .. }, Ok(peering)) => items.push(peering),
                (Listing::Absent { .. }, Ok(peering)) => {
                    circuit.peerings = Listing::Known {
                        span: circuit.span,
                        items: vec![peering],
                    };
                }
                (Listing::Known { .. } | Listing::Absent { .. }, Err((span, why))) => {
                    circuit.peerings = Listing::Unresolved { span, why };
                }
                _ => {}
            }
        }
    }

    /// `azurerm_route_filter_rule` is a resource that no release of the provider has (its list of resources, seen
    /// 2026-11; there was a proposal, never merged), though modules use it: a filter gets no rule from it.
    fn tell_inventions(&mut self) {
        const WHY: &str = "`azurerm_route_filter_rule` is a resource that no provider has, so the filter gets no rule \
                           from it; a `rule` block in the filter is what Terraform knows";
        for (span, origin) in std::mem::take(&mut self.inventions) {
            let mut told = false;
            for filter in &mut self.network.route_filters {
                let named = origin.as_ref().is_none_or(|origin| {
                    let id = filter.id.as_ref().map(|id| id.value.as_str());
                    id.is_some_and(|id| id.ends_with(&**origin))
                });
                if named && matches!(filter.rules, Listing::Absent { .. } | Listing::Unresolved { .. }) {
                    filter.rules = Listing::Unresolved {
                        span,
                        why: WHY.to_owned(),
                    };
                    told = true;
                }
            }
            if !told {
                let what =
                    "a rule that is never made: no provider has a resource `azurerm_route_filter_rule`";
                self.network.remarks.push(Remark {
                    span,
                    kind: RemarkKind::Incomplete {
                        what: what.to_owned(),
                    },
                });
            }
        }
    }
}
