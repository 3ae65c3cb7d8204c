//! Route filters and circuits.

use pairlint_model::bgp::Asn;
use pairlint_model::network::{
    Circuit, CommunityForm, FilterCommunity, FilterRule, Ipv6Peering, Listing, MicrosoftPeeringConfig,
    Peering, RouteFilter,
};
use pairlint_model::source::{Span, Spanned};

use super::Case;

impl Case {
    /// A filter with one allowing rule.
    pub fn filter(self, name: &str, values: &[&str]) -> Case {
        self.filter_with_access(name, "Allow", values)
    }

    pub fn denying_filter(self, name: &str, values: &[&str]) -> Case {
        self.filter_with_access(name, "Deny", values)
    }

    fn filter_with_access(mut self, name: &str, access: &str, values: &[&str]) -> Case {
        let filter = self.begin_filter(name);
        let rule = self.rule("allow", access, values);
        self.end_filter(filter, |span| Listing::Known {
            span,
            items: vec![rule],
        })
    }

    pub fn filter_without_rules(mut self, name: &str) -> Case {
        let filter = self.begin_filter(name);
        let span = self.write("[]");
        self.end_filter(filter, |_| Listing::Known {
            span,
            items: Vec::new(),
        })
    }

    /// A filter whose communities are an expression.
    pub fn unresolved_filter(self, name: &str) -> Case {
        self.filter_with_list(name, "var.communities", |span| Listing::Unresolved {
            span,
            why: "var.communities has no value".to_owned(),
        })
    }

    pub fn truncated_filter(self, name: &str) -> Case {
        self.filter_with_list(name, "System.Object[]", |span| Listing::Truncated { span })
    }

    fn filter_with_list(
        mut self,
        name: &str,
        text: &str,
        listing: impl FnOnce(Span) -> Listing<FilterCommunity>,
    ) -> Case {
        let filter = self.begin_filter(name);
        let mut rule = self.rule("allow", "Allow", &[]);
        rule.communities = listing(self.write(text));
        self.end_filter(filter, |span| Listing::Known {
            span,
            items: vec![rule],
        })
    }

    pub fn absent_filter(mut self, name: &str) -> Case {
        let filter = self.begin_filter(name);
        self.end_filter(filter, |span| Listing::Absent { span: span.at_end() })
    }

    fn begin_filter(&mut self, name: &str) -> RouteFilter {
        let name = self.word(name);
        let location = self.location.clone();
        let location = (!location.is_empty()).then(|| self.word(&location));
        RouteFilter {
            span: name.span,
            name: Some(name),
            id: None,
            location,
            provisioning_state: None,
            rules: Listing::Absent { span: self.write("") },
            peerings: Vec::new(),
            carrier: "test",
        }
    }

    fn end_filter(
        mut self,
        mut filter: RouteFilter,
        rules: impl FnOnce(Span) -> Listing<FilterRule>,
    ) -> Case {
        filter.span = filter.span.to(self.write(""));
        filter.rules = rules(filter.span);
        self.write("\n");
        self.network.route_filters.push(filter);
        self
    }

    fn rule(&mut self, name: &str, access: &str, values: &[&str]) -> FilterRule {
        let name = self.word(name);
        let access = self.word(access);
        let mut items = Vec::new();
        let open = self.write("[");
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.write(", ");
            }
            items.push(FilterCommunity {
                text: (*value).to_owned(),
                form: CommunityForm::Text,
                span: self.write(&format!("\"{value}\"")),
                comment: None,
            });
        }
        let span = open.to(self.write("]"));
        self.write(" ");
        FilterRule {
            span: name.span.to(span),
            name: Some(name),
            id: None,
            access: Some(access),
            rule_type: None,
            provisioning_state: None,
            communities: Listing::Known { span, items },
        }
    }

    fn rules_mut(&mut self) -> &mut Vec<FilterRule> {
        let filter = self.network.route_filters.last_mut().expect("a filter");
        match &mut filter.rules {
            Listing::Known { items, .. } => items,
            _ => panic!("a filter without rules"),
        }
    }

    /// One more rule for the last filter, named `second`.
    pub fn second_rule(mut self, values: &[&str]) -> Case {
        let rule = self.rule("second", "Allow", values);
        self.rules_mut().push(rule);
        self
    }

    /// The type of the last filter's first rule.
    pub fn rule_type(mut self, kind: &str) -> Case {
        let kind = self.word(kind);
        self.rules_mut().first_mut().expect("a rule").rule_type = Some(kind);
        self
    }

    /// A comment on a value of the last filter's first rule.
    pub fn comment(mut self, value: usize, text: &str) -> Case {
        let comment = self.word(text);
        let rule = self.rules_mut().first_mut().expect("a rule");
        let Listing::Known { items, .. } = &mut rule.communities else {
            panic!("no list")
        };
        items.get_mut(value).expect("a value").comment = Some(comment);
        self
    }

    /// The resource id of the last filter.
    pub fn id(mut self, id: &str) -> Case {
        let id = self.word(id);
        self.network.route_filters.last_mut().expect("a filter").id = Some(id);
        self
    }

    /// A circuit whose Microsoft peering has the link network and names the filters.
    pub fn circuit(mut self, name: &str, network: &str, filter: Option<&str>) -> Case {
        self.add_circuit(name, "MicrosoftPeering", network, filter);
        self
    }

    pub fn private_circuit(mut self, name: &str, network: &str) -> Case {
        self.add_circuit(name, "AzurePrivatePeering", network, None);
        self
    }

    fn add_circuit(&mut self, name: &str, kind: &str, network: &str, filter: Option<&str>) {
        let name = self.word(name);
        let kind = self.word(kind);
        let net = self.word(network);
        let filter = filter.map(|filter| self.word(filter));
        let peering = Peering {
            name: None,
            id: None,
            peering_type: Some(kind),
            state: None,
            provisioning_state: None,
            azure_asn: None,
            peer_asn: None,
            primary: Some(net.map(|net| net.parse().expect("a prefix"))),
            secondary: None,
            vlan: None,
            route_filter: filter,
            config: None,
            ipv6: None,
            span: name.span,
        };
        self.network.circuits.push(Circuit {
            span: name.span,
            name: Some(name),
            id: None,
            location: None,
            sku_tier: None,
            sku_family: None,
            state: None,
            provider_state: None,
            provisioning_state: None,
            peering_location: None,
            peerings: Listing::Known {
                span: peering.span,
                items: vec![peering],
            },
            carrier: "test",
        });
        self.write("\n");
    }

    fn circuit_mut(&mut self) -> &mut Circuit {
        self.network.circuits.last_mut().expect("a circuit")
    }

    fn peering_mut(&mut self) -> &mut Peering {
        match &mut self.circuit_mut().peerings {
            Listing::Known { items, .. } => items.last_mut().expect("a peering"),
            _ => panic!("a circuit without peerings"),
        }
    }

    /// The last filter's own word about a peering that uses it.
    pub fn attached_to(mut self, peering: &str) -> Case {
        let id = self.word(peering);
        let filter = self.network.route_filters.last_mut().expect("a filter");
        filter.peerings.push(id);
        self
    }

    /// What follows changes the last circuit.
    pub fn circuit_id(mut self, id: &str) -> Case {
        let id = self.word(id);
        self.circuit_mut().id = Some(id);
        self
    }

    pub fn circuit_location(mut self, location: &str) -> Case {
        let location = self.word(location);
        self.circuit_mut().location = Some(location);
        self
    }

    pub fn provider_state(mut self, state: &str) -> Case {
        let state = self.word(state);
        self.circuit_mut().provider_state = Some(state);
        self
    }

    pub fn sku(mut self, tier: &str) -> Case {
        let tier = self.word(tier);
        self.circuit_mut().sku_tier = Some(tier);
        self
    }

    pub fn peering_location(mut self, location: &str) -> Case {
        let location = self.word(location);
        self.circuit_mut().peering_location = Some(location);
        self
    }

    pub fn peering_state(mut self, state: &str) -> Case {
        let state = self.word(state);
        self.peering_mut().state = Some(state);
        self
    }

    pub fn peering_filter(mut self, filter: &str) -> Case {
        let filter = self.word(filter);
        self.peering_mut().route_filter = Some(filter);
        self
    }

    pub fn secondary(mut self, network: &str) -> Case {
        let network = self.word(network);
        self.peering_mut().secondary = Some(network.map(|net| net.parse().expect("a prefix")));
        self
    }

    pub fn peer_asn(mut self, asn: u32) -> Case {
        let word = self.word(&asn.to_string());
        self.peering_mut().peer_asn = Some(word.map(|_| Asn(asn)));
        self
    }

    /// The IPv6 half of the peering.
    pub fn ipv6(mut self, network: &str, filter: Option<&str>) -> Case {
        let network = self.word(network);
        let filter = filter.map(|filter| self.word(filter));
        self.peering_mut().ipv6 = Some(Ipv6Peering {
            span: network.span,
            primary: Some(network.map(|net| net.parse().expect("a prefix"))),
            secondary: None,
            state: None,
            route_filter: filter,
            config: None,
        });
        self
    }

    /// What the peering says about communities and public prefixes.
    pub fn config(mut self, communities: &[&str], prefixes: &[&str], legacy: u32) -> Case {
        let communities = self.texts(communities, |text, span| FilterCommunity {
            text: text.to_owned(),
            form: CommunityForm::Text,
            span,
            comment: None,
        });
        let prefixes = self.texts(prefixes, |text, span| Spanned::new(span, text.to_owned()));
        let legacy = self.word(&legacy.to_string()).map(|_| legacy);
        self.peering_mut().config = Some(MicrosoftPeeringConfig {
            span: communities.span(),
            advertised_communities: communities,
            advertised_public_prefixes: prefixes,
            prefixes_state: None,
            customer_asn: None,
            legacy_mode: Some(legacy),
        });
        self
    }

    pub fn prefixes_state(mut self, state: &str) -> Case {
        let state = self.word(state);
        self.peering_mut()
            .config
            .as_mut()
            .expect("a config")
            .prefixes_state = Some(state);
        self
    }

    fn texts<T>(&mut self, texts: &[&str], item: impl Fn(&str, Span) -> T) -> Listing<T> {
        let mut items = Vec::new();
        let open = self.write("[");
        for (index, text) in texts.iter().enumerate() {
            if index > 0 {
                self.write(", ");
            }
            let span = self.write(&format!("\"{text}\""));
            items.push(item(text, span));
        }
        let span = open.to(self.write("]"));
        self.write(" ");
        Listing::Known { span, items }
    }
}
