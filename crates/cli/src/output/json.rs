//! `--format json`: the report for programs, schema `pairlint.report/1`.
//!
//! The structs are the contract (`spec` of the project: field names do not change within a version), so
//! they are our own and mirror nothing.

use std::collections::BTreeMap;

use pairlint_lint::matrix::{Passage, Row};
use pairlint_lint::peers::Evidence;
use pairlint_lint::sessions::SessionOutcome;
use pairlint_lint::settings::PeeringKind;
use pairlint_model::bgp::Asn;
use pairlint_model::diagnostic::{Diagnostic, Fact};
use pairlint_model::network::RemoteAs;
use pairlint_model::remedy::{Edit, Fix};
use pairlint_model::source::{Position, Sources, Span};
use schemars::JsonSchema;
use serde::Serialize;

use super::terminal::Look;
use super::{Format, Run};

pub static FORMAT: Format = Format {
    name: "json",
    summary: "the whole report for programs, schema `pairlint.report/1`",
    write: |run, _: Look| {
        // Serialising our own structs of numbers, texts and lists cannot fail.
        let mut text = serde_json::to_string_pretty(&Report::new(run)).unwrap_or_default();
        text.push('\n');
        text
    },
};

const SCHEMA: &str = "pairlint.report/1";

/// Returns the JSON Schema of the report.
pub fn report_schema() -> schemars::Schema {
    schemars::schema_for!(Report)
}

/// The report of a run of pairlint.
#[derive(Serialize, JsonSchema)]
struct Report<'a> {
    /// Always `pairlint.report/1`; new fields may appear within a version.
    schema: &'static str,
    tool: Tool,
    /// The date that counted as today.
    as_of: String,
    /// The reference tables that the run has looked into.
    tables: Vec<Table<'a>>,
    summary: Numbers,
    environments: Vec<Environment<'a>>,
    /// Sorted by file, line, column and rule.
    diagnostics: Vec<Finding<'a>>,
    sessions: Vec<Session<'a>>,
    /// Both sides in one verdict: environment × circuit × session.
    matrix: Vec<MatrixRow<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Table<'a> {
    name: &'a str,
    source: &'a str,
    /// The date of its facts; null where a supplied file does not tell.
    retrieved: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
struct Numbers {
    /// Files with a route filter, circuit or router configuration in them.
    files: usize,
    route_filters: usize,
    circuits: usize,
    /// Sessions to Microsoft, on both peerings.
    sessions: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    /// Findings that a waiver accepts; they are not in `diagnostics`.
    waived: usize,
    /// Findings that the baseline lists; they are not in `diagnostics`.
    baselined: usize,
    /// Findings that `--fix` has mended; they are not in `diagnostics`.
    fixed: usize,
    /// Findings with a fix that `--fix` applies.
    fixable: usize,
    /// Findings with a fix that takes `--unsafe-fixes`, too.
    fixable_unsafe: usize,
    /// Lines inside policies, lists and BGP sections that were not interpreted.
    uninterpreted_lines: usize,
    /// Other files that were looked into.
    skipped_files: usize,
    /// Files that a `.gitignore` leaves out although they look like ours.
    ignored_files: usize,
}

#[derive(Serialize, JsonSchema)]
struct Environment<'a> {
    name: &'a str,
    /// The Power Platform region.
    region: &'a str,
    required: Vec<String>,
    /// The route filters and sessions that were compared with what is required, and circuits that are down.
    judged_on: &'a [String],
    #[schemars(extend("enum" = ["met", "half", "missing", "unsure", "unchecked"]))]
    verdict: String,
}

/// One environment over one session of one circuit: the route filter sends, the peering and the session are up, the
/// import policy accepts.
#[derive(Serialize, JsonSchema)]
pub struct MatrixRow<'a> {
    environment: &'a str,
    /// The Power Platform region.
    region: &'a str,
    /// Null where no circuit of the run is known to carry the session.
    circuit: Option<&'a str>,
    /// Null where the run holds no session of the circuit.
    device: Option<&'a str>,
    neighbor: Option<&'a str>,
    vrf: Option<&'a str>,
    #[schemars(extend("enum" = ["ipv4", "ipv6"]))]
    family: String,
    #[schemars(extend("enum" = ["met", "half", "blocked", "unknown"]))]
    verdict: String,
    /// The first part that stops something.
    #[schemars(extend("enum" = ["circuit", "peering", "route-filter", "session", "import-policy", null]))]
    at: Option<String>,
    /// Why it is not met; null where it is.
    because: Option<&'a str>,
    /// What becomes of each required community: `through`, the part that stops it, or `unknown`.
    communities: BTreeMap<String, String>,
}

#[derive(Serialize, JsonSchema)]
struct Finding<'a> {
    rule: &'a str,
    #[schemars(extend("enum" = ["error", "warning", "note"]))]
    severity: String,
    message: &'a str,
    /// Relative to the working directory, with `/`.
    file: &'a str,
    /// Where to edit; for what is not there, the place where it belongs.
    range: Range,
    /// What is to be seen where; the first is the place of the finding.
    labels: Vec<Place<'a>>,
    help: Option<&'a str>,
    /// What the finding is about, as a waiver names it.
    object: Option<&'a str>,
    facts: BTreeMap<&'a str, Value<'a>>,
    /// One concrete route that shows the defect.
    witness: Option<Witness>,
    /// What mends it: with these edits made, the finding is gone and no new one is there.
    fix: Option<Correction<'a>>,
    /// Stable against moved lines.
    fingerprint: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Correction<'a> {
    /// What it does.
    title: &'a str,
    /// `unsafe` takes something away or rests on a guess, and has to be asked for.
    #[schemars(extend("enum" = ["safe", "unsafe"]))]
    safety: &'static str,
    /// To be made together; they do not overlap.
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Replacement<'a> {
    file: &'a str,
    /// What is replaced; empty where text is only put in.
    range: Range,
    replacement: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Range {
    start: Point,
    end: Point,
}

/// Lines and columns start at 1; a column counts Unicode scalar values; `offset` is in bytes of the text
/// as UTF-8 without a byte order mark.
#[derive(Serialize, JsonSchema)]
struct Point {
    line: u32,
    column: u32,
    offset: u32,
}

#[derive(Serialize, JsonSchema)]
struct Place<'a> {
    file: &'a str,
    range: Range,
    text: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Value<'a> {
    Text(&'a str),
    Number(u64),
    List(&'a [String]),
}

#[derive(Serialize, JsonSchema)]
struct Witness {
    prefix: String,
    communities: Vec<String>,
    as_path: String,
    #[schemars(extend("enum" = ["accept", "reject", "unsure"]))]
    verdict: String,
}

#[derive(Serialize, JsonSchema)]
struct Session<'a> {
    device: &'a str,
    file: &'a str,
    neighbor: &'a str,
    /// A number; `external` or `internal` where the configuration says no more; null where it says nothing.
    remote_as: Option<RemoteAsValue>,
    #[schemars(extend("enum" = ["microsoft", "private"]))]
    peering: &'static str,
    /// What told the peering: `declared`, `circuit`, `private-address` or `assumed`.
    peering_because: &'static str,
    vrf: Option<&'a str>,
    #[schemars(extend("enum" = ["ipv4", "ipv6"]))]
    family: String,
    /// Neither shut down nor left unactivated.
    active: bool,
    /// What the import attachment names, in the order in which it is tried.
    policies: &'a [String],
    /// For each community that is required, allowed or named by the session's policies: `all`, `some`, `none`
    /// or `unsure`. Empty on private peering.
    communities: BTreeMap<String, String>,
    /// The same for routes without a community of Microsoft's; null on private peering.
    untagged: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum RemoteAsValue {
    Number(u32),
    Word(&'static str),
}

impl<'a> Report<'a> {
    fn new(run: &'a Run<'a>) -> Report<'a> {
        let summary = run.summary;
        let table = |table: &'a pairlint_lint::tables::TableInfo| Table {
            name: &table.name,
            source: &table.source,
            retrieved: table.retrieved.as_deref(),
        };
        let environment = |environment: &'a pairlint_lint::outcomes::EnvironmentOutcome| Environment {
            name: &environment.name,
            region: &environment.region,
            required: environment.required.iter().map(ToString::to_string).collect(),
            judged_on: &environment.judged_on,
            verdict: environment.verdict.to_string(),
        };
        Report {
            schema: SCHEMA,
            tool: Tool {
                name: "pairlint",
                version: env!("CARGO_PKG_VERSION"),
            },
            as_of: run.as_of.to_string(),
            tables: run.tables.iter().map(table).collect(),
            summary: Numbers {
                files: summary.files,
                route_filters: summary.route_filters,
                circuits: summary.circuits,
                sessions: summary.sessions,
                errors: summary.errors,
                warnings: summary.warnings,
                notes: summary.notes,
                waived: summary.waived,
                baselined: summary.baselined,
                fixed: summary.fixed,
                fixable: summary.fixable,
                fixable_unsafe: summary.fixable_unsafe,
                uninterpreted_lines: summary.uninterpreted_lines,
                skipped_files: summary.skipped,
                ignored_files: summary.ignored,
            },
            environments: run.environments.iter().map(environment).collect(),
            diagnostics: run
                .diagnostics
                .iter()
                .zip(run.fingerprints)
                .map(|(finding, fingerprint)| Finding::new(finding, fingerprint, run.sources))
                .collect(),
            sessions: run
                .sessions
                .iter()
                .map(|session| Session::new(session, run.sources))
                .collect(),
            matrix: run.matrix.iter().map(MatrixRow::new).collect(),
        }
    }
}

impl<'a> Finding<'a> {
    fn new(finding: &'a Diagnostic, fingerprint: &'a str, sources: &'a Sources) -> Finding<'a> {
        let place = |label: &'a pairlint_model::diagnostic::Label| Place {
            file: &sources.get(label.span.source).name,
            range: Range::new(label.span, sources),
            text: &label.text,
        };
        // A finding without a place would be a rule's fault; its message is not lost.
        let nowhere = || {
            (
                "",
                Range {
                    start: point(None),
                    end: point(None),
                },
            )
        };
        let first = finding
            .labels
            .first()
            .map(place)
            .map(|place| (place.file, place.range));
        let (file, range) = first.unwrap_or_else(nowhere);
        let value = |fact: &'a Fact| match fact {
            Fact::Text(text) => Value::Text(text),
            Fact::Number(number) => Value::Number(*number),
            Fact::List(list) => Value::List(list),
        };
        Finding {
            rule: finding.rule,
            severity: finding.severity.to_string(),
            message: &finding.message,
            file,
            range,
            labels: finding.labels.iter().map(place).collect(),
            help: finding.help.as_deref(),
            object: finding.object.as_deref(),
            facts: finding
                .facts
                .iter()
                .map(|(key, fact)| (*key, value(fact)))
                .collect(),
            witness: finding.witness.as_ref().map(|witness| Witness {
                prefix: witness.prefix.to_string(),
                communities: witness.communities.iter().map(ToString::to_string).collect(),
                as_path: witness.as_path.to_string(),
                verdict: witness.verdict.to_string(),
            }),
            fix: finding.fix.as_ref().map(|fix| Correction::new(fix, sources)),
            fingerprint,
        }
    }
}

impl<'a> Correction<'a> {
    fn new(fix: &'a Fix, sources: &'a Sources) -> Correction<'a> {
        let replacement = |edit: &'a Edit| Replacement {
            file: &sources.get(edit.span.source).name,
            range: Range::new(edit.span, sources),
            replacement: &edit.replacement,
        };
        Correction {
            title: &fix.title,
            safety: if fix.is_safe() { "safe" } else { "unsafe" },
            edits: fix.edits.iter().map(replacement).collect(),
        }
    }
}

impl<'a> MatrixRow<'a> {
    pub fn new(row: &'a Row) -> MatrixRow<'a> {
        let session = row.session.as_ref();
        let passage = |passage: &Passage| match passage {
            Passage::Through => "through".to_owned(),
            Passage::Stopped(stop) => stop.to_string(),
            Passage::Unknown => "unknown".to_owned(),
        };
        MatrixRow {
            environment: &row.environment,
            region: &row.region,
            circuit: row.circuit.as_deref(),
            device: session.map(|session| session.device.as_str()),
            neighbor: session.map(|session| session.neighbor.as_str()),
            vrf: session.and_then(|session| session.vrf.as_deref()),
            family: row.family.to_string(),
            verdict: row.verdict.to_string(),
            at: row.at.map(|stop| stop.to_string()),
            because: Some(row.because.as_str()).filter(|because| !because.is_empty()),
            communities: row
                .communities
                .iter()
                .map(|(community, of)| (community.to_string(), passage(of)))
                .collect(),
        }
    }
}

impl<'a> Session<'a> {
    fn new(session: &'a SessionOutcome, sources: &'a Sources) -> Session<'a> {
        Session {
            device: &session.device,
            file: &sources.get(session.source).name,
            neighbor: &session.neighbor,
            remote_as: match session.remote_as {
                RemoteAs::Asn(Asn(number)) => Some(RemoteAsValue::Number(number)),
                RemoteAs::External => Some(RemoteAsValue::Word("external")),
                RemoteAs::Internal => Some(RemoteAsValue::Word("internal")),
                RemoteAs::Unknown => None,
            },
            peering: match session.peering {
                PeeringKind::Microsoft => "microsoft",
                PeeringKind::Private => "private",
            },
            peering_because: match session.evidence {
                Evidence::Declared => "declared",
                Evidence::Circuit => "circuit",
                Evidence::PrivateAddress => "private-address",
                Evidence::Assumed => "assumed",
            },
            vrf: session.vrf.as_deref(),
            family: session.family.to_string(),
            active: session.active,
            policies: &session.policies,
            communities: session
                .communities
                .iter()
                .map(|(community, verdict)| (community.to_string(), verdict.to_string()))
                .collect(),
            untagged: session.untagged.map(|verdict| verdict.to_string()),
        }
    }
}

impl Range {
    fn new(span: Span, sources: &Sources) -> Range {
        let source = sources.get(span.source);
        Range {
            start: point(Some(source.position(span.start))),
            end: point(Some(source.position(span.end))),
        }
    }
}

fn point(position: Option<Position>) -> Point {
    let position = position.unwrap_or(Position {
        line: 1,
        column: 1,
        offset: 0,
    });
    Point {
        line: position.line,
        column: position.column,
        offset: position.offset,
    }
}
