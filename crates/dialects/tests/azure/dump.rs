//! A network as text: every value with its place, and for places of values the text they cover.

use std::fmt::Display;

use pairlint_model::network::{
    Circuit, FilterCommunity, FilterRule, Ipv6Peering, Listing, MicrosoftPeeringConfig, Network, Peering,
    RemarkKind, RouteFilter,
};
use pairlint_model::source::{Source, Span, Spanned};

pub fn dump(source: &Source, network: &Network) -> String {
    let mut dump = Dump {
        source,
        out: String::new(),
        depth: 0,
    };
    for filter in &network.route_filters {
        dump.filter(filter);
    }
    for circuit in &network.circuits {
        dump.circuit(circuit);
    }
    for remark in &network.remarks {
        let text = match &remark.kind {
            RemarkKind::Truncated { what, instead } => {
                format!("truncated: this is {what}; instead: {instead}")
            }
            RemarkKind::Incomplete { what } => format!("incomplete: this is {what}"),
            RemarkKind::Secret { what } => format!("secret: {what}"),
        };
        dump.line(format_args!("{text} {}", dump.place(remark.span)));
    }
    dump.out
}

struct Dump<'s> {
    source: &'s Source,
    out: String,
    depth: usize,
}

impl Dump<'_> {
    fn line(&mut self, text: impl Display) {
        let indent = self.depth * 2;
        self.out.push_str(&format!("{:indent$}{text}\n", ""));
    }

    fn inside(&mut self, body: impl FnOnce(&mut Self)) {
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }

    /// Line and column of both ends, and the text between on one line.
    fn place(&self, span: Span) -> String {
        let (start, end) = (self.source.position(span.start), self.source.position(span.end));
        format!("@{}:{}-{}:{}", start.line, start.column, end.line, end.column)
    }

    fn value<T: Display>(&mut self, key: &str, value: &Option<Spanned<T>>) {
        let Some(value) = value else { return };
        let text = self.source.slice(value.span);
        let place = self.place(value.span);
        self.line(format_args!("{key}: {} {place} `{}`", value.value, short(text)));
    }

    fn listing<T>(&mut self, key: &str, listing: &Listing<T>, each: impl Fn(&mut Self, &T)) {
        let place = self.place(listing.span());
        match listing {
            Listing::Known { items, .. } => {
                self.line(format_args!("{key}: {} {place}", items.len()));
                self.inside(|dump| items.iter().for_each(|item| each(dump, item)));
            }
            Listing::Absent { .. } => self.line(format_args!("{key}: absent {place}")),
            Listing::Truncated { .. } => self.line(format_args!("{key}: truncated {place}")),
            Listing::Unresolved { why, .. } => self.line(format_args!("{key}: unresolved ({why}) {place}")),
        }
    }

    fn filter(&mut self, filter: &RouteFilter) {
        let place = self.place(filter.span);
        self.line(format_args!(
            "route filter `{}` [{}] {place}",
            filter.display_name(),
            filter.carrier
        ));
        self.inside(|dump| {
            dump.value("name", &filter.name);
            dump.value("id", &filter.id);
            dump.value("location", &filter.location);
            dump.value("provisioning state", &filter.provisioning_state);
            dump.listing("rules", &filter.rules, Self::rule);
        });
    }

    fn rule(&mut self, rule: &FilterRule) {
        let place = self.place(rule.span);
        self.line(format_args!("rule {place}"));
        self.inside(|dump| {
            dump.value("name", &rule.name);
            dump.value("id", &rule.id);
            dump.value("access", &rule.access);
            dump.value("type", &rule.rule_type);
            dump.value("provisioning state", &rule.provisioning_state);
            dump.listing("communities", &rule.communities, Self::community);
        });
    }

    fn community(&mut self, community: &FilterCommunity) {
        let place = self.place(community.span);
        let text = short(self.source.slice(community.span));
        self.line(format_args!(
            "{:?} {} {place} `{text}`",
            community.form, community.text
        ));
        self.inside(|dump| dump.value("comment", &community.comment));
    }

    fn circuit(&mut self, circuit: &Circuit) {
        let place = self.place(circuit.span);
        self.line(format_args!(
            "circuit `{}` [{}] {place}",
            circuit.display_name(),
            circuit.carrier
        ));
        self.inside(|dump| {
            dump.value("name", &circuit.name);
            dump.value("id", &circuit.id);
            dump.value("location", &circuit.location);
            dump.value("sku tier", &circuit.sku_tier);
            dump.value("sku family", &circuit.sku_family);
            dump.value("state", &circuit.state);
            dump.value("provider state", &circuit.provider_state);
            dump.value("provisioning state", &circuit.provisioning_state);
            dump.value("peering location", &circuit.peering_location);
            dump.listing("peerings", &circuit.peerings, Self::peering);
        });
    }

    fn peering(&mut self, peering: &Peering) {
        let place = self.place(peering.span);
        self.line(format_args!("peering {place}"));
        self.inside(|dump| {
            dump.value("name", &peering.name);
            dump.value("id", &peering.id);
            dump.value("type", &peering.peering_type);
            dump.value("state", &peering.state);
            dump.value("provisioning state", &peering.provisioning_state);
            dump.value("azure asn", &peering.azure_asn);
            dump.value("peer asn", &peering.peer_asn);
            dump.value("primary", &peering.primary);
            dump.value("secondary", &peering.secondary);
            dump.value("vlan", &peering.vlan);
            dump.value("route filter", &peering.route_filter);
            if let Some(config) = &peering.config {
                dump.config(config);
            }
            if let Some(ipv6) = &peering.ipv6 {
                dump.ipv6(ipv6);
            }
        });
    }

    fn ipv6(&mut self, ipv6: &Ipv6Peering) {
        let place = self.place(ipv6.span);
        self.line(format_args!("ipv6 {place}"));
        self.inside(|dump| {
            dump.value("primary", &ipv6.primary);
            dump.value("secondary", &ipv6.secondary);
            dump.value("state", &ipv6.state);
            dump.value("route filter", &ipv6.route_filter);
            if let Some(config) = &ipv6.config {
                dump.config(config);
            }
        });
    }

    fn config(&mut self, config: &MicrosoftPeeringConfig) {
        let place = self.place(config.span);
        self.line(format_args!("microsoft {place}"));
        self.inside(|dump| {
            dump.listing(
                "advertised communities",
                &config.advertised_communities,
                Self::community,
            );
            dump.listing(
                "advertised prefixes",
                &config.advertised_public_prefixes,
                |dump, prefix| {
                    dump.value("prefix", &Some(prefix.clone()));
                },
            );
            dump.value("prefixes state", &config.prefixes_state);
            dump.value("customer asn", &config.customer_asn);
            dump.value("legacy mode", &config.legacy_mode);
        });
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(48) {
        Some((at, _)) => format!("{}…", text[..at].escape_debug()),
        None => text.to_owned(),
    }
}
