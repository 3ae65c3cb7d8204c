//! `--format sarif`: SARIF 2.1.0 (OASIS Standard, 2020), for code-scanning services.

use std::collections::{BTreeMap, HashMap};

use pairlint_lint::rules::{self, Rule};
use pairlint_model::diagnostic::{Diagnostic, Fact, Severity, Witness};
use pairlint_model::remedy::{Edit, Fix};
use pairlint_model::source::{Sources, Span};
use serde::Serialize;

use super::terminal::Look;
use super::{Format, Run};

pub static FORMAT: Format = Format {
    name: "sarif",
    summary: "SARIF 2.1.0, for code-scanning services",
    write: |run, _: Look| {
        // Serialising our own structs of numbers, texts and lists cannot fail.
        let mut text = serde_json::to_string_pretty(&log(run)).unwrap_or_default();
        text.push('\n');
        text
    },
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The name under which a service is told where the working directory is.
const ROOT: &str = "%SRCROOT%";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<'a> {
    tool: Tool,
    /// Columns count Unicode scalar values, which are code points.
    column_kind: &'static str,
    original_uri_base_ids: BTreeMap<&'static str, Base>,
    results: Vec<SarifResult<'a>>,
    properties: RunProperties<'a>,
}

#[derive(Serialize)]
struct Base {
    description: Text,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Text,
    full_description: Text,
    help: Help,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Correction<'a>>,
    partial_fingerprints: BTreeMap<&'static str, &'a str>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Correction<'a> {
    description: Text,
    artifact_changes: Vec<ArtifactChange<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Content<'a>,
}

/// Taken as it is: braces stand for nothing here.
#[derive(Serialize)]
struct Content<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    /// The column after the last character (SARIF 3.30.8).
    end_column: u32,
}

#[derive(Serialize)]
struct Properties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'a str>,
    facts: BTreeMap<&'a str, Value<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value<'a> {
    Text(&'a str),
    Number(u64),
    List(&'a [String]),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunProperties<'a> {
    as_of: String,
    tables: Vec<Table<'a>>,
}

#[derive(Serialize)]
struct Table<'a> {
    name: &'a str,
    source: &'a str,
    retrieved: Option<&'a str>,
}

fn log<'a>(run: &'a Run<'a>) -> Log<'a> {
    let mut all: Vec<&'static Rule> = rules::ALL.to_vec();
    all.sort_by_key(|rule| rule.name);
    let index: HashMap<&str, usize> = all.iter().enumerate().map(|(at, rule)| (rule.name, at)).collect();
    let base = Base {
        description: Text {
            text: "The folder in which pairlint ran.".to_owned(),
        },
    };
    let tables = run.tables.iter().map(|table| Table {
        name: &table.name,
        source: &table.source,
        retrieved: table.retrieved.as_deref(),
    });
    let results = run.diagnostics.iter().zip(run.fingerprints);
    let results = results
        .map(|(finding, fingerprint)| result(finding, fingerprint, &index, run.sources))
        .collect();
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [SarifRun {
            tool: Tool {
                driver: Driver {
                    name: "pairlint",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: all.iter().map(|rule| descriptor(rule)).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: BTreeMap::from([(ROOT, base)]),
            results,
            properties: RunProperties {
                as_of: run.as_of.to_string(),
                tables: tables.collect(),
            },
        }],
    }
}

fn descriptor(rule: &'static Rule) -> Descriptor {
    let sentence = || {
        let mut characters = rule.summary.chars();
        let first = characters.next().into_iter().flat_map(char::to_uppercase);
        Text {
            text: format!("{}.", first.chain(characters).collect::<String>()),
        }
    };
    Descriptor {
        id: rule.name,
        short_description: sentence(),
        full_description: sentence(),
        help: Help {
            text: rule.page,
            markdown: rule.page,
        },
        default_configuration: Configuration {
            level: level(rule.severity),
        },
    }
}

fn result<'a>(
    finding: &'a Diagnostic,
    fingerprint: &'a str,
    index: &HashMap<&str, usize>,
    sources: &Sources,
) -> SarifResult<'a> {
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    let place = |span: Span, text: &str| Location {
        id: None,
        physical_location: physical(span, sources),
        logical_locations: Vec::new(),
        message: (!text.is_empty()).then(|| message(text)),
    };
    let mut labels = finding.labels.iter();
    let object = finding.object.iter().map(|object| LogicalLocation {
        fully_qualified_name: object.clone(),
    });
    let first = labels.next().map(|label| Location {
        logical_locations: object.collect(),
        ..place(label.span, &label.text)
    });
    let mut related: Vec<Location> = labels.map(|label| place(label.span, &label.text)).collect();
    if let (Some(witness), Some(label)) = (&finding.witness, finding.labels.first()) {
        related.push(place(label.span, &route(witness)));
    }
    for (number, location) in related.iter_mut().enumerate() {
        location.id = Some(number + 1);
    }
    let facts = finding.facts.iter().map(|(key, fact)| {
        let value = match fact {
            Fact::Text(text) => Value::Text(text),
            Fact::Number(number) => Value::Number(*number),
            Fact::List(list) => Value::List(list),
        };
        (*key, value)
    });
    SarifResult {
        rule_id: finding.rule,
        rule_index: index.get(finding.rule).copied(),
        level: level(finding.severity),
        message: message(&text),
        locations: first.into_iter().collect(),
        related_locations: related,
        fixes: finding.fix.iter().map(|fix| correction(fix, sources)).collect(),
        partial_fingerprints: BTreeMap::from([("pairlint/v1", fingerprint)]),
        properties: Properties {
            object: finding.object.as_deref(),
            facts: facts.collect(),
        },
    }
}

fn correction<'a>(fix: &'a Fix, sources: &Sources) -> Correction<'a> {
    let caution = if fix.is_safe() {
        ""
    } else {
        " (unsafe: look at it first)"
    };
    let files = fix.edits.chunk_by(|a, b| a.span.source == b.span.source);
    let change = |edits: &'a [Edit]| {
        let first = edits.first()?;
        let replacement = |edit: &'a Edit| Replacement {
            deleted_region: physical(edit.span, sources).region,
            inserted_content: Content {
                text: &edit.replacement,
            },
        };
        Some(ArtifactChange {
            artifact_location: artifact(&sources.get(first.span.source).name),
            replacements: edits.iter().map(replacement).collect(),
        })
    };
    Correction {
        description: message(&format!("{}{caution}", fix.title)),
        artifact_changes: files.filter_map(change).collect(),
    }
}

/// The route that shows the defect, in words.
fn route(witness: &Witness) -> String {
    let communities: Vec<String> = witness.communities.iter().map(ToString::to_string).collect();
    let communities = match communities.is_empty() {
        true => "without communities".to_owned(),
        false => format!("with {}", communities.join(" ")),
    };
    let path = match witness.as_path.0.is_empty() {
        true => "empty AS path".to_owned(),
        false => format!("AS path {}", witness.as_path),
    };
    format!(
        "witness: {} {communities}, {path}: {}",
        witness.prefix, witness.verdict
    )
}

/// A message string; braces stand for arguments there, so one that is meant is doubled (SARIF 3.11.5).
fn message(text: &str) -> Text {
    Text {
        text: text.replace('{', "{{").replace('}', "}}"),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn physical(span: Span, sources: &Sources) -> PhysicalLocation {
    let source = sources.get(span.source);
    let (start, end) = (source.position(span.start), source.position(span.end));
    PhysicalLocation {
        artifact_location: artifact(&source.name),
        region: Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        },
    }
}

/// A file's name as a URI: relative to the working directory, unless it is elsewhere.
fn artifact(name: &str) -> ArtifactLocation {
    let drive = name.as_bytes().get(1) == Some(&b':') && name.as_bytes().get(2) == Some(&b'/');
    let (prefix, base) = match (name.starts_with('/'), drive) {
        (true, _) => ("file://", None),
        (false, true) => ("file:///", None),
        (false, false) => ("", Some(ROOT)),
    };
    let mut uri = prefix.to_owned();
    for (at, byte) in name.bytes().enumerate() {
        // RFC 3986, 2.3 and 3.3; a colon in the first segment of a relative reference would begin a scheme.
        let plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) || (drive && at == 1);
        match plain {
            true => uri.push(char::from(byte)),
            false => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    ArtifactLocation {
        uri,
        uri_base_id: base,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_uris() {
        let check = |name: &str, uri: &str, base: Option<&str>| {
            let artifact = artifact(name);
            assert_eq!(
                (artifact.uri.as_str(), artifact.uri_base_id),
                (uri, base),
                "{name}"
            );
        };
        check("filters/rf prod.json", "filters/rf%20prod.json", Some(ROOT));
        check("a:b#ü.cfg", "a%3Ab%23%C3%BC.cfg", Some(ROOT));
        check("<stdin>", "%3Cstdin%3E", Some(ROOT));
        check("../edge.cfg", "../edge.cfg", Some(ROOT));
        check("/etc/edge 1.cfg", "file:///etc/edge%201.cfg", None);
        check("C:/nets/edge.cfg", "file:///C:/nets/edge.cfg", None);
    }

    #[test]
    fn braces_are_doubled() {
        assert_eq!(message("a {0} and }").text, "a {{0}} and }}");
    }
}
