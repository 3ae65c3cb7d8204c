//! One line for each thing that was read.

use pairlint_model::network::{
    Circuit, CommunityForm, FilterCommunity, FilterRule, Listing, MicrosoftPeeringConfig, Network, Peering,
    RemarkKind, RouteFilter,
};
use pairlint_model::source::{Source, Span};

pub fn summary(source: &Source, network: &Network) -> Vec<String> {
    let filters = network.route_filters.iter().map(|it| filter(source, it));
    let circuits = network.circuits.iter().map(|it| circuit(source, it));
    let remarks = network.remarks.iter().map(|remark| {
        let place = place(source, remark.span);
        match &remark.kind {
            RemarkKind::Truncated { what, .. } => format!("remark truncated {place}: {what}"),
            RemarkKind::Incomplete { what } => format!("remark incomplete {place}: {what}"),
            RemarkKind::Secret { what } => format!("remark secret {place}: {what}"),
        }
    });
    filters.chain(circuits).chain(remarks).collect()
}

/// The text of a span; of a place between characters, what follows.
fn place(source: &Source, span: Span) -> String {
    let text = source.slice(span);
    let rest = source.text().get(span.end as usize..).unwrap_or("").trim();
    match (text.is_empty(), rest.is_empty()) {
        (false, _) => format!("`{text}`"),
        (true, true) => "end".to_owned(),
        (true, false) => format!("before `{rest}`"),
    }
}

/// What is known of a list, or its state.
fn listing<T>(source: &Source, listing: &Listing<T>, known: impl Fn(&[T]) -> String) -> String {
    let place = place(source, listing.span());
    match listing {
        Listing::Known { items, .. } => known(items),
        Listing::Absent { .. } => format!("absent {place}"),
        Listing::Truncated { .. } => format!("truncated {place}"),
        Listing::Unresolved { why, .. } => format!("unresolved {place}: {why}"),
    }
}

fn filter(source: &Source, filter: &RouteFilter) -> String {
    let rules = match &filter.rules {
        Listing::Known { items, .. } if items.is_empty() => {
            format!("no rules {}", place(source, filter.rules.span()))
        }
        Listing::Known { items, .. } => items
            .iter()
            .map(|it| rule(source, it))
            .collect::<Vec<_>>()
            .join(", "),
        other => format!("rules {}", listing(source, other, |_| String::new())),
    };
    format!("{} {}: {rules}", filter.display_name(), filter.carrier)
}

fn rule(source: &Source, rule: &FilterRule) -> String {
    let words = [&rule.name, &rule.access]
        .into_iter()
        .flatten()
        .map(|word| word.value.clone());
    words
        .chain([listing(source, &rule.communities, communities)])
        .collect::<Vec<_>>()
        .join(" ")
}

fn communities(items: &[FilterCommunity]) -> String {
    let values = items.iter().map(|item| match item.form {
        CommunityForm::Text => item.text.clone(),
        form => format!("{form:?}({})", item.text),
    });
    format!("[{}]", values.collect::<Vec<_>>().join(" "))
}

fn circuit(source: &Source, circuit: &Circuit) -> String {
    let peerings = match &circuit.peerings {
        Listing::Known { items, .. } if items.is_empty() => {
            format!("no peerings {}", place(source, circuit.peerings.span()))
        }
        Listing::Known { items, .. } => items
            .iter()
            .map(|it| peering(source, it))
            .collect::<Vec<_>>()
            .join(", "),
        other => format!("peerings {}", listing(source, other, |_| String::new())),
    };
    let words = [&circuit.state, &circuit.sku_tier]
        .into_iter()
        .flatten()
        .map(|word| format!(" {}", word.value));
    format!(
        "circuit {} {}{}: {peerings}",
        circuit.display_name(),
        circuit.carrier,
        words.collect::<String>()
    )
}

fn peering(source: &Source, peering: &Peering) -> String {
    let mut words: Vec<String> = [&peering.peering_type, &peering.state]
        .into_iter()
        .flatten()
        .map(|word| word.value.clone())
        .collect();
    if let (Some(azure), Some(peer)) = (&peering.azure_asn, &peering.peer_asn) {
        words.push(format!("{}/{}", azure.value, peer.value));
    }
    words.extend(
        [&peering.primary, &peering.secondary]
            .into_iter()
            .flatten()
            .map(|net| net.value.to_string()),
    );
    words.extend(peering.vlan.map(|vlan| format!("vlan={}", vlan.value)));
    words.extend(
        peering
            .route_filter
            .as_ref()
            .map(|id| format!("filter={}", last_segment(&id.value))),
    );
    words.extend(peering.config.as_ref().map(|it| config(source, it)));
    if let Some(ipv6) = &peering.ipv6 {
        let nets = [&ipv6.primary, &ipv6.secondary]
            .into_iter()
            .flatten()
            .map(|net| net.value.to_string());
        let state = ipv6.state.iter().map(|state| state.value.clone());
        let filter = ipv6
            .route_filter
            .iter()
            .map(|id| format!("filter={}", last_segment(&id.value)));
        words.push(format!(
            "ipv6({})",
            nets.chain(state).chain(filter).collect::<Vec<_>>().join(" ")
        ));
    }
    words.join(" ")
}

fn config(source: &Source, config: &MicrosoftPeeringConfig) -> String {
    let advertised = listing(source, &config.advertised_communities, communities);
    let prefixes = listing(source, &config.advertised_public_prefixes, |prefixes| {
        let texts: Vec<_> = prefixes.iter().map(|prefix| prefix.value.clone()).collect();
        format!("[{}]", texts.join(" "))
    });
    let legacy = config
        .legacy_mode
        .map(|mode| format!(" legacy={}", mode.value))
        .unwrap_or_default();
    format!("microsoft({advertised} {prefixes}{legacy})")
}

fn last_segment(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}
