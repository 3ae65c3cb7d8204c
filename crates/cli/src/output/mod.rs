//! How a run is shown: one file for each format.

mod azure_devops;
mod checkstyle;
mod excerpt;
mod finding;
mod github;
mod gitlab;
mod html;
mod human;
mod json;
mod junit;
mod markdown;
pub mod markup;
mod matrix;
mod rdjson;
mod sarif;
mod statistics;
mod summary;
mod terminal;

use pairlint_lint::matrix::Row;
use pairlint_lint::outcomes::EnvironmentOutcome;
use pairlint_lint::sessions::SessionOutcome;
use pairlint_lint::tables::TableInfo;
use pairlint_model::diagnostic::Diagnostic;
use pairlint_model::network::Network;
use pairlint_model::source::{SourceId, Sources};

use crate::date::Date;
use crate::secrets::Secrets;

pub use excerpt::printable;
pub use json::{MatrixRow, report_schema};
pub use matrix::matrix;
pub use summary::Summary;
pub use terminal::{Look, PLAIN, Renderer};

/// A way to print a report.
pub struct Format {
    /// As `--format` takes it.
    pub name: &'static str,
    /// One line for `--help`.
    pub summary: &'static str,
    pub write: fn(&Run<'_>, Look) -> String,
}

/// Every format. A new one is a file and a line here.
pub static FORMATS: &[&Format] = &[
    &human::FORMAT,
    &json::FORMAT,
    &sarif::FORMAT,
    &github::FORMAT,
    &gitlab::FORMAT,
    &azure_devops::FORMAT,
    &junit::FORMAT,
    &checkstyle::FORMAT,
    &rdjson::FORMAT,
    &markdown::FORMAT,
    &html::FORMAT,
];

/// Everything that a run has to say.
pub struct Run<'a> {
    pub sources: &'a Sources,
    pub network: &'a Network,
    pub secrets: &'a Secrets,
    /// The files that are part of the network.
    pub read: &'a [SourceId],
    /// In the order in which they are shown.
    pub diagnostics: &'a [Diagnostic],
    /// One for each finding.
    pub fingerprints: &'a [String],
    pub environments: &'a [EnvironmentOutcome],
    pub sessions: &'a [SessionOutcome],
    pub matrix: &'a [Row],
    /// The tables that the run has looked into.
    pub tables: &'a [TableInfo],
    pub as_of: Date,
    pub summary: &'a Summary,
    pub quiet: bool,
    pub statistics: bool,
}

/// Returns `1 file`, `2 files`.
pub fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
