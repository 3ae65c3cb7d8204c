//! Azure exports: what `az`, Resource Manager, PowerShell and Resource Graph print as JSON of route filters
//! (`Microsoft.Network/routeFilters`) and circuits (`Microsoft.Network/expressRouteCircuits`).
//!
//! A carrier is read into one spanned tree (`node`); `class` says what an object of it is; `filter` and
//! `circuit` lower it. The shapes follow the REST reference of Azure Virtual Network, the output of `az
//! network route-filter` and `az network express-route`, and the models of the Az.Network PowerShell
//! module.

mod circuit;
mod class;
mod csv;
mod expression;
mod filter;
mod id;
mod reader;
mod secret;
mod sniff;
mod template;
mod templates;
mod text_form;
mod walk;
mod yaml_output;

use pairlint_model::network::Network;
use pairlint_model::remedy::{Change, Edit};
use pairlint_model::source::Source;

use crate::documents::{self as node, Document, json};
use crate::{Dialect, Fit, Kind, Together, edits};
use reader::{CIRCUIT_AS_JSON, FILTER_AS_JSON, Reader};

pub static DIALECT: Dialect = Dialect {
    name: "azure",
    kind: Kind::Azure,
    detect,
    parse,
    together: Some(Together {
        may_help: templates::may_help,
        needs: templates::needs,
        parse: templates::parse,
    }),
    edit: Some(edit),
};

/// Writes values into lists in brackets, or behind dashes where the export is YAML.
fn edit(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    // What would be deployed is no place to write into.
    if sniff::contains(source.text().as_bytes(), b"\"changetype\"", 0) {
        return None;
    }
    edits::document(source, change)
}

/// A file is ours if reading it gives anything; a look at its start and a scan for telling words keep
/// others cheap.
fn detect(source: &Source) -> Fit {
    if begins_with_ours(source) || !parse(source).is_empty() || templates::holds_values(source) {
        Fit::Certain
    } else {
        Fit::No
    }
}

/// What is looked at of a long text before all of it is read.
const BEGINNING: usize = 64 * 1024;

/// Whether several filters or circuits stand in the beginning of a long export in JSON, so that the rest need not be
/// read to know what it is. One alone may be what the cut made of something else.
fn begins_with_ours(source: &Source) -> bool {
    let text = source.text();
    let json = text.trim_start().starts_with(['{', '[']);
    if text.len() < 2 * BEGINNING || !json || is_of_terraform(source) {
        return false;
    }
    let mut end = BEGINNING;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let beginning = Source::new(
        source.id,
        source.name.as_str(),
        text.get(..end).unwrap_or_default(),
    );
    let network = parse(&beginning);
    network.route_filters.len() + network.circuits.len() > 1
}

fn parse(source: &Source) -> Network {
    templates::parse(&[source])
}

/// Terraform is another carrier, and its variable files look like what a query leaves of a filter.
fn is_of_terraform(source: &Source) -> bool {
    const OTHERS: &[&str] = &[".tf.json", ".tfvars.json", ".tfstate", ".tfstate.json"];
    let name = source.name.to_ascii_lowercase();
    OTHERS.iter().any(|end| name.ends_with(end)) || sniff::is_of_terraform(source.text())
}

/// Reads what is no template.
fn parse_export(source: &Source) -> Network {
    if is_of_terraform(source) {
        return Network::default();
    }
    match text_form::form(source.text()) {
        Some(text_form::Form::Json { preamble }) => read_json(source, preamble),
        Some(text_form::Form::Csv) => csv::read(source),
        Some(text_form::Form::Yaml) => yaml_output::read(source),
        Some(text_form::Form::Text(form)) => text_form::remarks(source, form),
        None => Network::default(),
    }
}

fn read_json(source: &Source, preamble: bool) -> Network {
    let tell = sniff::has_tell(source.text());
    if !tell && !sniff::names_resource_loosely(&source.name) {
        return Network::default();
    }
    let text = json::without_colours(source.text());
    let documents = json::documents(&text, source.id, preamble);
    read_documents(source, &documents, "JSON", tell)
}

/// `tell`: whether a document in which nothing is found may have been one of ours before it was damaged.
fn read_documents(source: &Source, documents: &[Document<'_>], syntax: &'static str, tell: bool) -> Network {
    let mut reader = Reader::new(source);
    reader.syntax = syntax;
    gather(reader, documents, tell)
}

/// Reads documents in the form of a tool that they do not show themselves.
fn read_wrapped(
    source: &Source,
    documents: &[Document<'_>],
    syntax: &'static str,
    wrapper: Option<&'static str>,
) -> Network {
    let mut reader = Reader::new(source);
    reader.syntax = syntax;
    reader.form = wrapper;
    gather(reader, documents, true)
}

fn gather(mut reader: Reader<'_>, documents: &[Document<'_>], tell: bool) -> Network {
    let mut found_in = Vec::with_capacity(documents.len());
    for document in documents {
        let before = (reader.found(), reader.network.remarks.len());
        reader.document(document);
        found_in.push(before != (reader.found(), reader.network.remarks.len()));
    }
    reader.gather_rules();
    reader.gather_peerings();
    let instead = if reader.network.route_filters.is_empty() && !reader.network.circuits.is_empty() {
        CIRCUIT_AS_JSON
    } else {
        FILTER_AS_JSON
    };
    // Of documents with nothing of ours, which may have come to it, one is enough.
    let mut others = usize::from(tell);
    for (document, found) in documents.iter().zip(found_in) {
        if let Some(span) = document.trailing.filter(|_| found) {
            reader.truncated(
                span,
                format!("{} with other text after it", reader.syntax),
                instead,
            );
        }
        let Some(damage) = &document.damage else { continue };
        if found || others > 0 {
            others -= usize::from(!found);
            reader.truncated(damage.span, damage.what.clone(), instead);
        }
    }
    if !reader.network.is_empty() || reader.ours {
        for document in documents {
            reader.secrets(&document.root);
        }
    }
    let mut network = reader.network;
    network.remarks.sort_by_key(|remark| remark.span);
    network
        .remarks
        .dedup_by(|a, b| a.span == b.span && a.kind == b.kind);
    network
}

#[cfg(test)]
mod tests {
    use pairlint_model::source::SourceId;

    use super::*;

    fn export(type_of: impl Fn(usize) -> &'static str, count: usize) -> String {
        let mut text = String::from("[\n");
        for number in 0..count {
            let kind = type_of(number);
            text.push_str(&format!(
                "  {{\n    \"id\": \"/subscriptions/0/resourceGroups/rg/providers/{kind}/n{number}\",\n    \
                 \"type\": \"{kind}\",\n    \"name\": \"n{number}\",\n    \"properties\": {{ \"rules\": [] }}\n  }},\n"
            ));
        }
        text.push_str("  {}\n]\n");
        text
    }

    #[track_caller]
    fn check(name: &str, text: &str, begins: bool, expected: Fit) {
        let source = Source::new(SourceId(0), name, text);
        assert_eq!((begins_with_ours(&source), detect(&source)), (begins, expected));
    }

    #[test]
    fn a_long_export_is_known_by_its_beginning() {
        const FILTER: &str = "Microsoft.Network/routeFilters";
        const OTHER: &str = "Microsoft.Network/virtualNetworks";
        let all = export(|_| FILTER, 2000);
        check("x.json", &all, true, Fit::Certain);
        // Damage behind the beginning changes nothing.
        check("x.json", &all[..all.len() - 100], true, Fit::Certain);
        check("x.tfstate", &all, false, Fit::No);
        // Where only the end is ours, all is read.
        let late = export(|number| if number < 1990 { OTHER } else { FILTER }, 2000);
        check("x.json", &late, false, Fit::Certain);
        check("x.json", &export(|_| OTHER, 2000), false, Fit::No);
        check("x.json", &export(|_| FILTER, 3), false, Fit::Certain);
    }
}
