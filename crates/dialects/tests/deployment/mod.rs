//! What the files of a deployment declare, as text: every value with the file and line that it stands in.

use std::fmt::Write;

use pairlint_model::network::{Circuit, FilterCommunity, Listing, Network, RemarkKind};
use pairlint_model::source::{Source, Span};

pub fn dump(sources: &[Source], network: &Network) -> String {
    let mut out = String::new();
    let place = |span: Span| place(sources, span);
    for filter in &network.route_filters {
        let id = filter.id.as_ref().map_or("", |id| id.value.as_str());
        let _ = writeln!(
            out,
            "filter {} [{}] {}",
            filter.display_name(),
            filter.carrier,
            place(filter.span)
        );
        let _ = writeln!(out, "  id {id}");
        if let Some(location) = &filter.location {
            let _ = writeln!(out, "  location {} {}", location.value, place(location.span));
        }
        match &filter.rules {
            Listing::Known { span, items } => {
                let _ = writeln!(out, "  rules {} {}", items.len(), place(*span));
                for rule in items {
                    let word = |text: &Option<pairlint_model::source::Spanned<String>>| {
                        text.as_ref().map_or("-".to_owned(), |text| text.value.clone())
                    };
                    let _ = writeln!(
                        out,
                        "    rule {} {} {} {}",
                        word(&rule.name),
                        word(&rule.access),
                        word(&rule.rule_type),
                        place(rule.span)
                    );
                    communities(&mut out, sources, &rule.communities);
                }
            }
            other => state(&mut out, sources, "  rules", other),
        }
    }
    for circuit in &network.circuits {
        self::circuit(&mut out, sources, circuit);
    }
    for remark in &network.remarks {
        let what = match &remark.kind {
            RemarkKind::Truncated { what, .. } => format!("truncated: {what}"),
            RemarkKind::Incomplete { what } => format!("incomplete: {what}"),
            RemarkKind::Secret { what } => format!("secret: {what}"),
        };
        let _ = writeln!(out, "remark {what} {}", place(remark.span));
    }
    out
}

fn circuit(out: &mut String, sources: &[Source], circuit: &Circuit) {
    let _ = writeln!(
        out,
        "circuit {} [{}] {}",
        circuit.display_name(),
        circuit.carrier,
        place(sources, circuit.span)
    );
    let text = |text: &Option<pairlint_model::source::Spanned<String>>| {
        text.as_ref().map_or("-".to_owned(), |text| text.value.clone())
    };
    let _ = writeln!(out, "  id {}", text(&circuit.id));
    let _ = writeln!(
        out,
        "  sku {} {} at {} in {}",
        text(&circuit.sku_tier),
        text(&circuit.sku_family),
        text(&circuit.peering_location),
        text(&circuit.location)
    );
    let Listing::Known { items, .. } = &circuit.peerings else {
        return state(out, sources, "  peerings", &circuit.peerings);
    };
    for peering in items {
        let _ = writeln!(
            out,
            "  peering {} {}",
            text(&peering.name),
            place(sources, peering.span)
        );
        let net = |net: &Option<pairlint_model::source::Spanned<pairlint_model::bgp::IpNet>>| {
            net.as_ref().map_or("-".to_owned(), |net| net.value.to_string())
        };
        let _ = writeln!(
            out,
            "    {} {} asn {} vlan {} {} {}",
            text(&peering.peering_type),
            text(&peering.state),
            peering
                .peer_asn
                .map_or("-".to_owned(), |asn| asn.value.to_string()),
            peering.vlan.map_or("-".to_owned(), |vlan| vlan.value.to_string()),
            net(&peering.primary),
            net(&peering.secondary)
        );
        let _ = writeln!(out, "    filter {}", text(&peering.route_filter));
        if let Some(config) = &peering.config {
            communities(out, sources, &config.advertised_communities);
        }
    }
}

fn communities(out: &mut String, sources: &[Source], list: &Listing<FilterCommunity>) {
    let Listing::Known { span, items } = list else {
        return state(out, sources, "      communities", list);
    };
    let _ = writeln!(out, "      communities {}", place(sources, *span));
    for item in items {
        let comment = item
            .comment
            .as_ref()
            .map_or(String::new(), |comment| format!(" {}", comment.value));
        let _ = writeln!(
            out,
            "        {} {}{comment}",
            item.text,
            place(sources, item.span)
        );
    }
}

fn state<T>(out: &mut String, sources: &[Source], what: &str, list: &Listing<T>) {
    let state = match list {
        Listing::Known { .. } => "known".to_owned(),
        Listing::Absent { .. } => "absent".to_owned(),
        Listing::Truncated { .. } => "truncated".to_owned(),
        Listing::Unresolved { why, .. } => format!("unresolved: {why}"),
    };
    let _ = writeln!(out, "{what} {state} {}", place(sources, list.span()));
}

fn place(sources: &[Source], span: Span) -> String {
    let source = sources
        .iter()
        .find(|source| source.id == span.source)
        .expect("a file of the run");
    let text = source
        .text()
        .get(span.start as usize..span.end as usize)
        .unwrap_or_else(|| panic!("{span:?} of {}", source.name));
    let position = source.position(span.start);
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(40).collect();
    format!("@{}:{}:{} `{short}`", source.name, position.line, position.column)
}
