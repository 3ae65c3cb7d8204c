//! The Azure reader: every shape and state on small inputs, every fixture as a snapshot, and every fixture
//! cut everywhere.

mod support;

#[path = "azure/carriers.rs"]
mod carriers;
#[path = "azure/circuits.rs"]
mod circuits;
#[path = "azure/damage.rs"]
mod damage;
#[path = "azure/dump.rs"]
mod dump;
#[path = "azure/expressions.rs"]
mod expressions;
#[path = "azure/filters.rs"]
mod filters;
#[path = "azure/fixtures.rs"]
mod fixtures;
#[path = "azure/summary.rs"]
mod summary;
#[path = "support/table.rs"]
mod table;
#[path = "azure/templates.rs"]
mod templates;
#[path = "azure/yaml.rs"]
mod yaml;

use pairlint_dialects::{Fit, azure};
use pairlint_model::network::Network;
use pairlint_model::source::{Source, SourceId};
use summary::summary;

const FILTER: &str = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/routeFilters/rf";
const CIRCUIT: &str =
    "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/expressRouteCircuits/er";

fn source(name: &str, text: &str) -> Source {
    Source::new(SourceId(0), name, text)
}

fn read(source: &Source) -> Network {
    (azure::DIALECT.parse)(source)
}

/// Fills in the ids and checks the summary of what is read; an empty one means that the file is not ours.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    check_named("export.json", text, expected);
}

#[track_caller]
fn check_named(name: &str, text: &str, expected: &[&str]) {
    let text = text.replace("$FILTER", FILTER).replace("$CIRCUIT", CIRCUIT);
    let source = source(name, &text);
    let network = read(&source);
    assert_eq!(summary(&source, &network), expected, "{text}");
    let found = (azure::DIALECT.detect)(&source) != Fit::No;
    assert_eq!(found, !expected.is_empty(), "{text}");
}
