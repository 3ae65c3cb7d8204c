//! The Terraform reader: expressions one by one, every shape on small inputs, every fixture as a snapshot, and every
//! fixture cut everywhere.

mod support;

#[path = "terraform/expressions.rs"]
mod expressions;
#[path = "terraform/fixtures.rs"]
mod fixtures;
#[path = "terraform/shapes.rs"]
mod shapes;
#[path = "support/table.rs"]
mod table;
#[path = "terraform/values.rs"]
mod values;

use pairlint_dialects::terraform;
use pairlint_model::network::{Listing, Network, RemarkKind};
use pairlint_model::source::{Source, SourceId, Span};

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    let source = |(at, (name, text)): (usize, &(&str, &str))| Source::new(SourceId(at as u32), *name, *text);
    files.iter().enumerate().map(source).collect()
}

fn read(sources: &[Source]) -> Network {
    let all: Vec<&Source> = sources.iter().collect();
    let together = terraform::DIALECT.together.as_ref().expect("read together");
    (together.parse)(&all)
}

/// `file:line`, and the line's text.
fn place(sources: &[Source], span: Span) -> String {
    let source = &sources[span.source.0 as usize];
    format!("{}:{}", source.name, source.position(span.start).line)
}

/// One line for each thing that is read.
fn summary(sources: &[Source], network: &Network) -> Vec<String> {
    let mut lines = Vec::new();
    for filter in &network.route_filters {
        let rules = match &filter.rules {
            Listing::Known { items, .. } => {
                let rules: Vec<String> = items
                    .iter()
                    .map(|rule| match &rule.communities {
                        Listing::Known { items, .. } => {
                            let all: Vec<String> = items
                                .iter()
                                .map(|item| {
                                    let comment = item.comment.as_ref().map(|c| format!(" ({})", c.value));
                                    format!(
                                        "{}{} {}",
                                        item.text,
                                        comment.unwrap_or_default(),
                                        place(sources, item.span)
                                    )
                                })
                                .collect();
                            format!("[{}]", all.join(", "))
                        }
                        Listing::Absent { .. } => "no communities".to_owned(),
                        Listing::Truncated { .. } => "cut".to_owned(),
                        Listing::Unresolved { why, .. } => format!("unresolved: {why}"),
                    })
                    .collect();
                if rules.is_empty() {
                    "no rule".to_owned()
                } else {
                    rules.join(" and ")
                }
            }
            Listing::Absent { .. } => "rules not given".to_owned(),
            Listing::Truncated { .. } => "rules cut".to_owned(),
            Listing::Unresolved { why, .. } => format!("rules unresolved: {why}"),
        };
        lines.push(format!("{}: {rules}", filter.display_name()));
    }
    for circuit in &network.circuits {
        let peerings = match &circuit.peerings {
            Listing::Known { items, .. } => {
                let one = |peering: &pairlint_model::network::Peering| {
                    let kind = peering
                        .peering_type
                        .as_ref()
                        .map_or("?", |kind| kind.value.as_str());
                    let filter = peering
                        .route_filter
                        .as_ref()
                        .map_or("none", |id| id.value.as_str());
                    let ipv6 = peering.ipv6.as_ref().map(|ipv6| {
                        let filter = ipv6.route_filter.as_ref().map_or("none", |id| id.value.as_str());
                        format!(" / {filter}")
                    });
                    format!("{kind} {filter}{}", ipv6.unwrap_or_default())
                };
                items.iter().map(one).collect::<Vec<_>>().join(", ")
            }
            Listing::Absent { .. } => "peerings not given".to_owned(),
            Listing::Truncated { .. } => "peerings cut".to_owned(),
            Listing::Unresolved { why, .. } => format!("peerings unresolved: {why}"),
        };
        lines.push(format!("circuit {}: {peerings}", circuit.display_name()));
    }
    for remark in &network.remarks {
        let text = match &remark.kind {
            RemarkKind::Truncated { what, .. } => format!("truncated: {what}"),
            RemarkKind::Incomplete { what } => format!("incomplete: {what}"),
            RemarkKind::Secret { what } => format!("secret: {what}"),
        };
        lines.push(format!("{text} {}", place(sources, remark.span)));
    }
    lines
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let sources = sources(files);
    let network = read(&sources);
    assert_eq!(summary(&sources, &network), expected);
}
