//! Accepted findings: waivers in the configuration and in comments.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use pairlint_lint::rules;
use pairlint_lint::settings::{Absence, Settings};
use pairlint_lint::tables::nearest;
use pairlint_model::diagnostic::{Diagnostic, Severity};
use pairlint_model::source::{Source, SourceId, Sources, Span};

use crate::config::{ConfigFile, WaiverEntry};
use crate::date::Date;
use crate::declared::{known_rule, meant};
use crate::paths;

/// A `[[waiver]]` of the configuration.
#[derive(Debug)]
pub struct FileWaiver {
    rule: &'static str,
    path: GlobMatcher,
    object: Option<String>,
    expires: Option<(Date, Span)>,
    /// The rule's name in the configuration, to point at.
    span: Span,
}

impl FileWaiver {
    /// Checks an entry; what is wrong with it otherwise.
    pub fn new(file: &ConfigFile, entry: &WaiverEntry) -> Result<FileWaiver, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let rule = known_rule(entry.rule.get_ref())
            .map_err(|why| problems.push(file.problem(&entry.rule, why, "no such rule")));
        // A `*` that crossed folders would waive more than it says.
        let glob = GlobBuilder::new(entry.path.get_ref().trim_start_matches("./"))
            .literal_separator(true)
            .build();
        let glob = glob.map_err(|error| {
            problems.push(file.problem(&entry.path, error.to_string(), "not a glob"));
        });
        if entry.reason.get_ref().trim().is_empty() {
            problems.push(file.problem(
                &entry.reason,
                "a waiver without a reason",
                "say why it is accepted",
            ));
        }
        let mut expires = None;
        if let Some(given) = &entry.expires {
            let date = given
                .get_ref()
                .date
                .and_then(|date| Date::from_civil(date.year.into(), date.month.into(), date.day.into()));
            match date {
                Some(date) => expires = Some((date, file.span(given))),
                None => problems.push(file.problem(given, "not a date", "expected a date, 2027-01-31")),
            }
        }
        match (rule, glob) {
            (Ok(rule), Ok(glob)) if problems.is_empty() => Ok(FileWaiver {
                rule,
                path: glob.compile_matcher(),
                object: entry.object.clone(),
                expires,
                span: file.span(&entry.rule),
            }),
            _ => Err(problems),
        }
    }

    fn covers(&self, finding: &Diagnostic) -> bool {
        let object = |wanted: &String| {
            let of_finding = finding.object.as_deref().unwrap_or("");
            wanted == of_finding || pairlint_lint::glob::matches(wanted, of_finding)
        };
        self.rule == finding.rule && self.object.as_ref().is_none_or(object)
    }
}

/// What waivers are judged by besides the findings.
pub struct Scene<'a> {
    pub sources: &'a Sources,
    /// The files that were read as part of the network.
    pub read: &'a [SourceId],
    pub settings: &'a Settings,
    pub today: Date,
    pub cwd: &'a Path,
    /// The folder of the configuration.
    pub folder: Option<&'a Path>,
    /// The folders that were walked.
    pub roots: &'a [PathBuf],
}

/// What is left after waiving.
#[derive(Debug, Default)]
pub struct Waived {
    pub kept: Vec<Diagnostic>,
    pub count: usize,
}

impl Scene<'_> {
    /// Takes out what is waived, and adds what is wrong with the waivers.
    pub fn apply(&self, findings: Vec<Diagnostic>, waivers: &[FileWaiver]) -> Waived {
        let names = if waivers.is_empty() {
            BTreeMap::new()
        } else {
            self.names()
        };
        let mut inline = self.inline();
        let mut by_line: BTreeMap<(SourceId, usize), Vec<usize>> = BTreeMap::new();
        for (index, comment) in inline.iter().enumerate() {
            for &line in &comment.lines {
                by_line
                    .entry((comment.span.source, line))
                    .or_default()
                    .push(index);
            }
        }
        let mut used = vec![false; waivers.len()];
        let mut waived = Waived::default();
        for finding in findings {
            let Some(label) = finding.labels.first() else {
                waived.kept.push(finding);
                continue;
            };
            let mut accepted = false;
            let source = label.span.source;
            let line = self.sources.get(source).line_of(label.span.start);
            for &index in by_line.get(&(source, line)).into_iter().flatten() {
                if let Some(comment) = inline
                    .get_mut(index)
                    .filter(|comment| comment.rule == finding.rule)
                {
                    comment.used = true;
                    accepted = true;
                }
            }
            for (waiver, used) in waivers.iter().zip(&mut used) {
                let here = || names.get(&source).is_some_and(|name| waiver.path.is_match(name));
                if waiver.expires.is_none_or(|(date, _)| date >= self.today)
                    && waiver.covers(&finding)
                    && here()
                {
                    *used = true;
                    accepted = true;
                }
            }
            if accepted {
                waived.count += 1;
            } else {
                waived.kept.push(finding);
            }
        }
        for (waiver, used) in waivers.iter().zip(used) {
            waived.kept.extend(self.judge(waiver, used, &names));
        }
        for comment in inline.into_iter().filter(|comment| !comment.used) {
            waived.kept.extend(self.judge_comment(&comment));
        }
        waived
    }

    /// The names of the files from the folder of the configuration.
    fn names(&self) -> BTreeMap<SourceId, String> {
        let folder = self.folder.unwrap_or(self.cwd);
        let name = |source: &Source| paths::relative(&self.cwd.join(&source.name), folder);
        self.sources
            .iter()
            .map(|source| (source.id, name(source)))
            .collect()
    }

    fn judge(
        &self,
        waiver: &FileWaiver,
        used: bool,
        names: &BTreeMap<SourceId, String>,
    ) -> Option<Diagnostic> {
        let mut read = self.read.iter().filter_map(|id| names.get(id));
        // A file that was not read may still hold what the waiver is for.
        let folder = self.folder.unwrap_or(self.cwd);
        let judged = read.any(|name| waiver.path.is_match(name))
            || self.roots.iter().any(|root| folder.starts_with(root));
        if !judged {
            return None;
        }
        if let Some((date, span)) = waiver.expires.filter(|(date, _)| *date < self.today) {
            let finding = self.finding(
                "expired-waiver",
                format!("the waiver of `{}` has expired", waiver.rule),
            )?;
            let help = "mend what it accepts, or agree on a new date";
            let finding = finding.label(span, format!("it ended on {date}")).help(help);
            return Some(self.about(finding, waiver.rule));
        }
        let silent = self.settings.absence == Absence::NamedFiles || !self.settings.runs(waiver.rule);
        if used || silent {
            return None;
        }
        let finding = self.finding(
            "unused-waiver",
            format!("the waiver of `{}` matches no finding", waiver.rule),
        )?;
        let finding = finding.label(waiver.span, "nothing to accept").help("remove it");
        Some(self.about(finding, waiver.rule))
    }

    fn judge_comment(&self, comment: &Comment) -> Option<Diagnostic> {
        if let Some((message, label)) = &comment.wrong {
            let help = "write `pairlint: allow <rule> -- <reason>`";
            let finding = self.finding("unused-waiver", message)?;
            return Some(self.about(finding.label(comment.span, label).help(help), comment.rule));
        }
        if self.settings.absence == Absence::NamedFiles || !self.settings.runs(comment.rule) {
            return None;
        }
        let finding = self.finding(
            "unused-waiver",
            format!("the waiver of `{}` matches no finding", comment.rule),
        )?;
        let label = "nothing to accept on this line or the next";
        let finding = finding.label(comment.span, label).help("remove the comment");
        Some(self.about(finding, comment.rule))
    }

    /// A waiver is known by its file and the rule that it names.
    fn about(&self, finding: Diagnostic, rule: &str) -> Diagnostic {
        let source = finding
            .labels
            .first()
            .map(|label| self.sources.get(label.span.source));
        let file = source.map_or("", |source| source.name.as_str());
        let identity = format!("{file}#{rule}");
        finding
            .object(if rule.is_empty() {
                file.to_owned()
            } else {
                rule.to_owned()
            })
            .identity(identity)
    }

    fn finding(&self, rule: &'static str, message: impl Into<String>) -> Option<Diagnostic> {
        finding(self.settings, rule, Severity::Warning, message)
    }

    fn inline(&self) -> Vec<Comment> {
        let read: BTreeSet<SourceId> = self.read.iter().copied().collect();
        read.iter()
            .flat_map(|&id| comments(self.sources.get(id)))
            .collect()
    }
}

/// Begins a finding that the command line makes itself; `None` where the rule is off.
pub fn finding(
    settings: &Settings,
    rule: &'static str,
    default: Severity,
    message: impl Into<String>,
) -> Option<Diagnostic> {
    let default = rules::named(rule).map_or(default, |rule| rule.severity);
    let level = settings.level(rule, default)?;
    Some(Diagnostic::new(rule, level, message))
}

/// `pairlint: allow <rule> -- <reason>` in a comment, for one rule.
#[derive(Debug, PartialEq, Eq)]
struct Comment {
    rule: &'static str,
    span: Span,
    /// The lines, from 0, whose findings it waives.
    lines: Vec<usize>,
    used: bool,
    /// Message and label, where it is no waiver.
    wrong: Option<(String, String)>,
}

const MARK: &str = "pairlint:";

/// How comments begin in the formats that have them: IOS and its kin, JSON with comments, HCL, Bicep,
/// YAML, XML, SQL-like scripts.
const OPENERS: &[&str] = &["!", "#", "//", "/*", "*", ";", "--", "<!--"];
const CLOSERS: &[&str] = &["*/", "-->"];

/// Words that people write where `allow` is meant.
const OTHER_WORDS: &[&str] = &["ignore", "disable", "skip", "waive", "off", "noqa", "suppress"];

/// Finds the waivers in the comments of a file.
fn comments(source: &Source) -> Vec<Comment> {
    let mut found = Vec::new();
    // Where the comment stands alone, it is for the next line that is not such a comment itself.
    let mut alone: Vec<(usize, usize)> = Vec::new();
    for (at, _) in source.text().match_indices(MARK) {
        let line = source.line_of(at as u32);
        let start = source.line_starts().get(line).map_or(0, |&start| start as usize);
        let before = source.text().get(start..at).unwrap_or("").trim_end();
        let Some(opener) = OPENERS.iter().find(|opener| before.ends_with(**opener)) else {
            continue;
        };
        let code = before.strip_suffix(opener).unwrap_or(before);
        let standalone = code
            .trim_matches(|c: char| c.is_whitespace() || "!#/*;-".contains(c))
            .is_empty();
        let rest = source.text().get(at + MARK.len()..).unwrap_or("");
        let rest = rest.split(['\n', '\r']).next().unwrap_or("");
        for (rule, span, wrong) in waiver_text(source, rest) {
            if standalone {
                alone.push((found.len(), line));
            }
            found.push(Comment {
                rule,
                span,
                lines: vec![line],
                used: false,
                wrong,
            });
        }
    }
    let lines: BTreeSet<usize> = alone.iter().map(|&(_, line)| line).collect();
    for (index, line) in alone {
        let target = (line + 1..).find(|next| !lines.contains(next));
        if let Some(comment) = found.get_mut(index) {
            comment.lines.extend(target);
        }
    }
    found
}

type Waiver = (&'static str, Span, Option<(String, String)>);

/// Reads what follows the mark, for each rule that it names.
fn waiver_text(source: &Source, rest: &str) -> Vec<Waiver> {
    let mut text = rest.trim();
    for closer in CLOSERS {
        text = text.strip_suffix(closer).unwrap_or(text).trim_end();
    }
    let word = text.split_whitespace().next().unwrap_or("");
    if word != "allow" {
        let meant_one = OTHER_WORDS.contains(&word) || nearest(word, ["allow"]).is_some();
        let wrong = (
            format!("`pairlint: {word}` is not a waiver"),
            "not understood".to_owned(),
        );
        return if meant_one {
            vec![("", source.span(word), Some(wrong))]
        } else {
            Vec::new()
        };
    }
    let (names, reason) = match text["allow".len()..].split_once("--") {
        Some((names, reason)) => (names.trim(), reason.trim()),
        None => (text["allow".len()..].trim(), ""),
    };
    if names.is_empty() {
        let wrong = ("a waiver that names no rule".to_owned(), "of what?".to_owned());
        return vec![("", source.span(word), Some(wrong))];
    }
    let mut waivers = Vec::new();
    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let span = source.span(name);
        let Some(rule) = rules::named(name) else {
            let near = nearest(name, rules::ALL.iter().map(|rule| rule.name));
            let wrong = (
                format!("there is no rule `{name}`{}", meant(near)),
                "no such rule".to_owned(),
            );
            waivers.push(("", span, Some(wrong)));
            continue;
        };
        let wrong = reason.is_empty().then(|| {
            let message = format!("the waiver of `{name}` gives no reason");
            (message, "add ` -- ` and why it is accepted".to_owned())
        });
        waivers.push((rule.name, span, wrong));
    }
    waivers
}
