//! Fixes until nothing more is to be fixed, and says or writes what came of it.

use std::path::Path;

use pairlint_lint::Report;
use pairlint_model::diagnostic::Diagnostic;
use pairlint_model::remedy::Fix;
use pairlint_model::source::Source;

use super::applied;
use super::diff::unified;
use super::files::{self, Originals};
use super::trial::Trial;
use crate::Streams;
use crate::args::{FixOptions, Global};
use crate::baseline::{Accepted, Baseline};
use crate::decode::encode;
use crate::error::Error;
use crate::fingerprint::fingerprints;
use crate::gather::Gathered;
use crate::output::counted;
use crate::secrets::Secrets;

/// What the rules have to say, after waivers.
pub struct Judged {
    pub report: Report,
    pub findings: Vec<Diagnostic>,
    pub waived: usize,
}

/// One fix may make room for another; what takes more rounds than this goes in a circle.
const ROUNDS: usize = 16;

/// How fixes are to be made.
pub struct Fixing<'f> {
    pub options: &'f FixOptions,
    pub judge: &'f dyn Fn(&Gathered) -> Judged,
    pub baseline: Option<&'f Baseline>,
}

/// What is left to say, and what was changed.
pub struct Outcome {
    pub report: Report,
    /// Without those that the baseline accepts.
    pub findings: Vec<Diagnostic>,
    pub waived: usize,
    pub accepted: Option<Accepted>,
    pub fixed: usize,
    originals: Originals,
    /// The secrets of the files as they were.
    secrets: Secrets,
}

impl Fixing<'_> {
    /// Judges, and makes the fixes that are asked for in what was read; no file is touched.
    pub fn run(&self, gathered: &mut Gathered) -> Outcome {
        let secrets = Secrets::of(&gathered.network);
        let mut originals = Originals::default();
        let mut fixed = 0;
        let mut rounds = 0;
        loop {
            let judged = (self.judge)(gathered);
            let mut findings = judged.findings.clone();
            let mut fingerprints = fingerprints(&findings, &gathered.sources);
            let accepted = self
                .baseline
                .map(|baseline| baseline.apply(&mut findings, &mut fingerprints));
            let again = |gathered: &Gathered| (self.judge)(gathered).findings;
            let trial = Trial::run(&findings, &judged.findings, gathered, &again);
            let chosen = match (self.options.fix || self.options.diff, self.options.unsafe_fixes) {
                (false, _) => &[][..],
                (true, false) => &trial.safe,
                (true, true) => &trial.all,
            };
            if chosen.is_empty() || rounds == ROUNDS {
                for (finding, fix) in findings.iter_mut().zip(trial.fixes) {
                    finding.fix = fix;
                }
                return Outcome {
                    report: judged.report,
                    findings,
                    waived: judged.waived,
                    accepted,
                    fixed,
                    originals,
                    secrets,
                };
            }
            let fixes = chosen.iter().filter_map(|at| trial.fixes.get(*at)?.as_ref());
            let texts = applied(fixes.flat_map(|fix: &Fix| &fix.edits), &gathered.sources);
            originals.keep(texts.keys(), &gathered.sources);
            drop(gathered.reread(&texts));
            fixed += chosen.len();
            rounds += 1;
        }
    }
}

impl Outcome {
    /// Prints what would change; returns whether anything would.
    pub fn print_diff(
        &self,
        streams: &mut Streams<'_>,
        global: &Global,
        gathered: &Gathered,
    ) -> Result<bool, Error> {
        let secrets = Secrets::of(&gathered.network);
        let mut text = String::new();
        let mut files = 0;
        for (id, before) in self.originals.changed(&gathered.sources) {
            let after = gathered.sources.get(id);
            let before = Source::new(id, after.name.as_str(), before);
            text.push_str(&unified((&before, &self.secrets), (after, &secrets)));
            files += 1;
        }
        streams.print(&text)?;
        let held_back = self.held_back();
        let more = match held_back {
            0 => String::new(),
            more => format!("; {more} more with `--unsafe-fixes`"),
        };
        let said = match files {
            0 => format!("nothing to fix{more}"),
            _ => format!(
                "would fix {} in {}{more}",
                counted(self.fixed, "finding"),
                counted(files, "file")
            ),
        };
        streams.remark(global, &said);
        Ok(files > 0)
    }

    /// How many findings have a fix that was not asked for.
    fn held_back(&self) -> usize {
        let fixes = self.findings.iter().filter_map(|finding| finding.fix.as_ref());
        fixes.filter(|fix| !fix.is_safe()).count()
    }

    /// Writes the changed files; returns what went wrong.
    pub fn write(&self, cwd: &Path, gathered: &Gathered) -> Vec<Error> {
        let mut errors = Vec::new();
        for (id, before) in self.originals.changed(&gathered.sources) {
            let after = gathered.sources.get(id);
            if !is_stdin(gathered, &after.name) {
                errors.extend(files::write(cwd, &after.name, before, after.text()).err());
            }
        }
        errors
    }

    /// Standard input with the fixes made, in the encoding that it came in, where there was any.
    pub fn stdin(&self, gathered: &Gathered) -> Result<Option<Vec<u8>>, Error> {
        let Some((name, bytes)) = &gathered.stdin else {
            return Ok(None);
        };
        let mut changed = self.originals.changed(&gathered.sources);
        let found = changed.find(|(id, _)| gathered.sources.get(*id).name == *name);
        let Some((id, _)) = found else {
            return Ok(Some(bytes.clone()));
        };
        let encoded = encode(gathered.sources.get(id).text(), bytes);
        encoded.map(Some).ok_or_else(|| Error::Write {
            name: "standard output".to_owned(),
            source: std::io::Error::other("the encoding of the input is damaged"),
        })
    }
}

fn is_stdin(gathered: &Gathered, name: &str) -> bool {
    gathered.stdin.as_ref().is_some_and(|(stdin, _)| stdin == name)
}
