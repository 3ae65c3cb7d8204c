//! Terraform: configurations (HCL and `.tf.json`) with their variable files and local modules, plans and states in
//! JSON.
//!
//! A folder is a module, so the files of a run are read together. `syntax` and `json` make one tree of the two
//! syntaxes; `eval` evaluates what route filters, circuits and peerings hang on, keeping every value's place;
//! `lower` makes them of the values; `plan` reads the values where Terraform has evaluated already. The language
//! is that of the Terraform documentation ("Terraform Language", v1.11), the resources are those of the providers
//! `hashicorp/azurerm` and `Azure/azapi`.

mod azapi;
mod bodies;
mod collections;
mod configuration;
mod eval;
mod fields;
mod files;
mod functions;
mod joining;
mod json;
mod lower;
mod module;
mod peerings;
mod plan;
mod report;
mod secret;
mod syntax;
mod templates;
mod texts;
mod tree;
mod types;
mod value;

use std::collections::BTreeMap;

use pairlint_model::network::{Network, Remark, RemarkKind};
use pairlint_model::remedy::{Change, Edit};
use pairlint_model::source::{Source, SourceId, Span};

use crate::edits::{Separator, values};
use crate::{Dialect, Kind, Together};
use files::Role;

pub static DIALECT: Dialect = Dialect {
    name: "terraform",
    kind: Kind::Azure,
    detect: files::detect,
    parse: |source| parse(&[source]),
    together: Some(Together {
        may_help: files::may_help,
        needs: files::needs,
        parse,
    }),
    edit: Some(edit),
};

/// Lists of the configuration and of variables; what Terraform has evaluated is no place to write into.
fn edit(source: &Source, change: &Change) -> Option<Vec<Edit>> {
    let json = match files::role(source)? {
        Role::Configuration | Role::Variables => false,
        Role::ConfigurationJson | Role::VariablesJson => true,
        Role::Values | Role::Report => return None,
    };
    let style = values::Style {
        quote: '"',
        separator: Separator::Comma,
        spread: json,
    };
    values::write(source, change, style)
}

/// A place for values that have none.
const NOWHERE: Span = Span {
    source: SourceId(0),
    start: 0,
    end: 0,
};

fn parse(files: &[&Source]) -> Network {
    let mut network = Network::default();
    let sources: BTreeMap<SourceId, &Source> = files.iter().map(|source| (source.id, *source)).collect();
    let mut configuration = Vec::new();
    for source in files {
        match files::role(source) {
            Some(Role::Values) => network.extend(plan::read(source, &sources)),
            Some(Role::Report) => network.remarks.extend(report::remark(source)),
            Some(role) => configuration.push((*source, role)),
            None => {}
        }
    }
    if !configuration.is_empty() {
        network.extend(configuration::read(&configuration, &sources));
    }
    network.remarks.sort_by_key(|remark| remark.span);
    network
        .remarks
        .dedup_by(|a, b| a.span == b.span && a.kind == b.kind);
    network
}

/// A file that is not whole.
fn fault(span: Span, what: String, instead: &str) -> Remark {
    Remark {
        span,
        kind: RemarkKind::Truncated {
            what,
            instead: instead.to_owned(),
        },
    }
}
