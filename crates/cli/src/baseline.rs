//! Findings that were there before: accepted as they are, until they go away.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pairlint_lint::settings::{Absence, Settings};
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::source::{Source, SourceId, Sources};
use serde::{Deserialize, Serialize};

use crate::config::problem;
use crate::error::{Error, Rejected};
use crate::load::read_text;
use crate::paths;
use crate::waivers;

const SCHEMA: &str = "pairlint.baseline/1";

/// The file. Only the fingerprint counts; the rest is for those who review it.
#[derive(Debug, Serialize, Deserialize)]
struct BaselineFile {
    schema: String,
    findings: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    fingerprint: String,
    rule: String,
    /// Relative to the folder of the baseline.
    file: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(default)]
    message: String,
}

/// A baseline that was read.
pub struct Baseline {
    entries: Vec<Entry>,
    folder: PathBuf,
    source: SourceId,
}

impl Baseline {
    /// Reads a baseline and adds it to the sources, so that findings can point into it.
    pub fn read(path: &Path, cwd: &Path, sources: &mut Sources) -> Result<Baseline, Error> {
        let full = paths::normalised(&cwd.join(path));
        let name = paths::relative(&full, cwd);
        let text = read_text(&full).map_err(|why| Error::read(&name, why))?;
        let parsed: Result<BaselineFile, serde_json::Error> = serde_json::from_str(&text);
        let rejected = |text: String, line: usize, column: usize, message: String| {
            let source = Source::new(SourceId(0), name.clone(), text);
            let start = source.line_starts().get(line).map_or(0, |&start| start as usize);
            let span = source.range(start + column, start + column);
            let problems = vec![problem(message).label(span, "here")];
            Error::Rejected(Box::new(Rejected { source, problems }))
        };
        let file = match parsed {
            Ok(file) => file,
            Err(error) => {
                let (line, column) = (error.line().saturating_sub(1), error.column().saturating_sub(1));
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or("").to_owned();
                return Err(rejected(text, line, column, format!("not a baseline: {message}")));
            }
        };
        if file.schema != SCHEMA {
            let message = format!("not a baseline of this version: `schema` is not `{SCHEMA}`");
            return Err(rejected(text, 0, 0, message));
        }
        Ok(Baseline {
            entries: file.findings,
            folder: full.parent().map_or_else(|| cwd.to_owned(), Path::to_owned),
            source: sources.add(name, text),
        })
    }

    /// Takes out the findings that are listed; returns how many they were.
    pub fn apply(&self, findings: &mut Vec<Diagnostic>, fingerprints: &mut Vec<String>) -> Accepted {
        let listed: BTreeSet<&str> = self
            .entries
            .iter()
            .map(|entry| entry.fingerprint.as_str())
            .collect();
        let mut occurring = BTreeSet::new();
        let mut kept = Vec::new();
        let mut kept_fingerprints = Vec::new();
        for (finding, fingerprint) in findings.drain(..).zip(fingerprints.drain(..)) {
            if listed.contains(fingerprint.as_str()) {
                occurring.insert(fingerprint);
            } else {
                kept.push(finding);
                kept_fingerprints.push(fingerprint);
            }
        }
        (*findings, *fingerprints) = (kept, kept_fingerprints);
        Accepted { occurring }
    }

    /// Reports the entries that no longer occur, as far as this run can tell.
    pub fn unused(
        &self,
        accepted: &Accepted,
        sources: &Sources,
        read: &[SourceId],
        roots: &[PathBuf],
        cwd: &Path,
        settings: &Settings,
    ) -> Vec<Diagnostic> {
        if settings.absence == Absence::NamedFiles {
            return Vec::new();
        }
        let source = sources.get(self.source);
        let places = places(source);
        let full = |id: &SourceId| paths::normalised(&cwd.join(&sources.get(*id).name));
        let read: BTreeSet<PathBuf> = read.iter().map(full).collect();
        let mut found = Vec::new();
        for entry in &self.entries {
            let file = paths::normalised(&self.folder.join(&entry.file));
            // Not read, but it would have been: it is gone.
            let gone = || roots.iter().any(|root| file.starts_with(root)) && !file.exists();
            let judged = read.contains(&file) || gone();
            if !judged || accepted.occurring.contains(&entry.fingerprint) || !settings.runs(&entry.rule) {
                continue;
            }
            let what = match &entry.object {
                Some(object) => format!("`{}` in `{object}`", entry.rule),
                None => format!("`{}`", entry.rule),
            };
            let message = format!("the baseline accepts {what}, which no longer occurs");
            let place = places.get(entry.fingerprint.as_str()).copied();
            let span = place.map_or(source.range(0, 0), |at| {
                source.range(at, at + entry.fingerprint.len())
            });
            let finding = waivers::finding(settings, "unused-waiver", Severity::Warning, message);
            found.extend(finding.map(|finding| {
                finding
                    .label(span, format!("was in {}", entry.file))
                    .help("remove the entry, or write the baseline again with `--write-baseline`")
                    .object(entry.rule.clone())
                    .identity(format!("{}#{}", source.name, entry.fingerprint))
            }));
        }
        found
    }
}

/// What of a baseline was met.
pub struct Accepted {
    occurring: BTreeSet<String>,
}

impl Accepted {
    pub fn count(&self) -> usize {
        self.occurring.len()
    }
}

/// Where each fingerprint stands in the file.
fn places(source: &Source) -> BTreeMap<&str, usize> {
    let text = source.text();
    let keys = text.match_indices("\"fingerprint\"");
    keys.filter_map(|(at, key)| {
        let after = at + key.len();
        let rest = text.get(after..)?;
        let opening = after + rest.find('"')? + 1;
        let value = text.get(opening..)?.split('"').next()?;
        Some((value, opening))
    })
    .collect()
}

/// Writes all findings as a baseline, one to a line so that changes read well in a review.
pub fn write(
    path: &Path,
    cwd: &Path,
    findings: &[Diagnostic],
    fingerprints: &[String],
    sources: &Sources,
) -> Result<(), Error> {
    let full = paths::normalised(&cwd.join(path));
    let folder = full.parent().unwrap_or(cwd);
    let entry = |(finding, fingerprint): (&Diagnostic, &String)| {
        let source = finding.labels.first().map(|label| sources.get(label.span.source));
        let file = source.map_or_else(String::new, |source| {
            paths::relative(&cwd.join(&source.name), folder)
        });
        Entry {
            fingerprint: fingerprint.clone(),
            rule: finding.rule.to_owned(),
            file,
            object: finding.object.clone(),
            message: finding.message.clone(),
        }
    };
    let mut entries: Vec<Entry> = findings.iter().zip(fingerprints).map(entry).collect();
    entries.sort_by(|a, b| {
        let key = |entry: &Entry| (entry.rule.clone(), entry.file.clone(), entry.object.clone());
        key(a)
            .cmp(&key(b))
            .then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    let lines: Vec<String> = entries
        .iter()
        .filter_map(|entry| serde_json::to_string(entry).ok())
        .collect();
    let mut text = format!("{{\n  \"schema\": \"{SCHEMA}\",\n  \"findings\": [");
    for (index, line) in lines.iter().enumerate() {
        text.push_str(if index == 0 { "\n    " } else { ",\n    " });
        text.push_str(line);
    }
    text.push_str(if lines.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
    std::fs::write(&full, text).map_err(|source| Error::Write {
        name: paths::relative(&full, cwd),
        source,
    })
}
