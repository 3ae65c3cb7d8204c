//! Terraform: configurations (HCL and `.tf.json`) with their variable files and local modules, plans and states in
//! JSON.
//!
//! A folder is a module, so the files of a run are read together. `syntax` and `json` make one tree of the two
//! syntaxes; `eval` evaluates what route filters, circuits and peerings hang on, keeping every value's place;
//! `lower` makes them of the values; `plan` reads the values where Terraform has evaluated already. The language
//! is that of the Terraform documentation ("Terraform Language", v1.11), the resources are those of the providers
//! `hashicorp/azurerm` and `Azure/azapi`.

mod addresses;
mod azapi;
mod bodies;
mod collections;
mod configuration;
mod encodings;
mod eval;
mod fields;
mod files;
mod functions;
mod heredocs;
mod joining;
mod json;
mod lower;
mod module;
mod patterns;
mod peerings;
mod plan;
mod reads;
mod report;
mod secret;
mod syntax;
mod templates;
mod texts;
mod tree;
mod types;
mod unread;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::network::{Network, Remark, RemarkKind};
use pairlint_model::remedy::{Change, Edit};
use pairlint_model::source::{Source, SourceId, Span};

use crate::edits::{Separator, values};
use crate::{Dialect, Kind, Need, Together};
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
    let sorted = Sorted::of(files);
    for source in &sorted.values {
        network.extend(plan::read(source, &sources));
    }
    for source in &sorted.reports {
        network.remarks.extend(report::remark(source));
    }
    if !sorted.configuration.is_empty() {
        let (read, _) = configuration::read(&sorted.configuration, &sorted.others, &sources);
        network.extend(read);
    }
    network.remarks.sort_by_key(|remark| remark.span);
    network
        .remarks
        .dedup_by(|a, b| a.span == b.span && a.kind == b.kind);
    network
}

/// The files that configurations read while they are evaluated, and that are not there yet.
fn asked(files: &[&Source]) -> BTreeSet<Need> {
    let sources: BTreeMap<SourceId, &Source> = files.iter().map(|source| (source.id, *source)).collect();
    let sorted = Sorted::of(files);
    configuration::read(&sorted.configuration, &sorted.others, &sources).1
}

/// The files of a run by what they are for.
#[derive(Default)]
struct Sorted<'s> {
    configuration: Vec<(&'s Source, Role)>,
    /// Plans and states.
    values: Vec<&'s Source>,
    reports: Vec<&'s Source>,
    /// What a configuration may read.
    others: Vec<&'s Source>,
}

impl<'s> Sorted<'s> {
    fn of(files: &[&'s Source]) -> Sorted<'s> {
        let mut sorted = Sorted::default();
        for source in files {
            match files::role(source) {
                Some(Role::Values) => sorted.values.push(source),
                Some(Role::Report) => sorted.reports.push(source),
                Some(role) => sorted.configuration.push((source, role)),
                None => sorted.others.push(source),
            }
        }
        sorted
    }
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
