//! What a run comes to, in numbers and in one line.

use pairlint_lint::outcomes::{EnvironmentOutcome, EnvironmentVerdict};
use pairlint_model::diagnostic::{Diagnostic, Severity};

use super::counted;

/// The numbers of a run.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Files with something of ours in them.
    pub files: usize,
    pub route_filters: usize,
    pub circuits: usize,
    pub sessions: usize,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    pub waived: usize,
    pub baselined: usize,
    /// Findings that `--fix` has mended.
    pub fixed: usize,
    /// Findings with a fix: a safe one, and one that has to be asked for.
    pub fixable: usize,
    pub fixable_unsafe: usize,
    /// Lines inside policies, lists and BGP sections that were not interpreted.
    pub uninterpreted_lines: usize,
    /// Files that were looked into and hold nothing of ours.
    pub skipped: usize,
    /// Files that a `.gitignore` leaves out although they look like ours.
    pub ignored: usize,
    /// Not all that is left out was looked into.
    pub ignored_more: bool,
    pub linked_folders: usize,
}

impl Summary {
    pub fn count(&mut self, findings: &[Diagnostic]) {
        let of = |severity| {
            findings
                .iter()
                .filter(|finding| finding.severity == severity)
                .count()
        };
        (self.errors, self.warnings, self.notes) =
            (of(Severity::Error), of(Severity::Warning), of(Severity::Note));
        let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
        let (safe, others): (Vec<_>, Vec<_>) = fixes.partition(|fix| fix.is_safe());
        (self.fixable, self.fixable_unsafe) = (safe.len(), others.len());
    }

    /// The line that always ends a report.
    pub fn line(&self, environments: &[EnvironmentOutcome]) -> String {
        let mut parts = vec![format!("{} in {}", self.found(), self.met())];
        parts.extend(self.fixes());
        parts.push(self.verdicts(environments));
        if self.uninterpreted_lines > 0 {
            parts.push(format!(
                "{} not interpreted",
                counted(self.uninterpreted_lines, "line")
            ));
        }
        if self.skipped > 0 {
            parts.push(format!("{} skipped", counted(self.skipped, "other file")));
        }
        if self.ignored > 0 {
            let least = if self.ignored_more { "at least " } else { "" };
            let files = match self.ignored {
                1 => "1 file that looks like one of ours is".to_owned(),
                many => format!("{many} files that look like ours are"),
            };
            parts.push(format!(
                "{least}{files} left out by .gitignore (`--no-ignore` reads them)"
            ));
        }
        if self.linked_folders > 0 {
            parts.push(format!(
                "{} not followed",
                counted(self.linked_folders, "linked folder")
            ));
        }
        parts.join("; ")
    }

    fn found(&self) -> String {
        let severities = [
            (self.errors, "error"),
            (self.warnings, "warning"),
            (self.notes, "note"),
        ];
        let mut found: Vec<String> = severities
            .into_iter()
            .filter(|&(number, _)| number > 0)
            .map(|(number, noun)| counted(number, noun))
            .collect();
        if found.is_empty() {
            found.push("nothing found".to_owned());
        }
        let others = [
            (self.fixed, "fixed"),
            (self.waived, "waived"),
            (self.baselined, "in the baseline"),
        ];
        for (number, word) in others {
            if number > 0 {
                found.push(format!("{number} {word}"));
            }
        }
        found.join(", ")
    }

    fn fixes(&self) -> Option<String> {
        match (self.fixable, self.fixable_unsafe) {
            (0, 0) => None,
            (safe, 0) => Some(format!("{safe} fixable with `--fix`")),
            (0, others) => Some(format!("{others} fixable with `--fix --unsafe-fixes`")),
            (safe, others) => Some(format!(
                "{safe} fixable with `--fix`, {others} more with `--unsafe-fixes`"
            )),
        }
    }

    fn met(&self) -> String {
        let things = [
            (self.route_filters, "route filter"),
            (self.circuits, "circuit"),
            (self.sessions, "session"),
        ];
        let things: Vec<String> = things
            .into_iter()
            .filter(|&(number, _)| number > 0)
            .map(|(number, noun)| counted(number, noun))
            .collect();
        match things.as_slice() {
            [] => counted(self.files, "file"),
            things => format!("{} with {}", counted(self.files, "file"), things.join(", ")),
        }
    }

    fn verdicts(&self, environments: &[EnvironmentOutcome]) -> String {
        if environments.is_empty() {
            return "no environment declared: nothing was required".to_owned();
        }
        let met = environments
            .iter()
            .filter(|one| one.verdict == EnvironmentVerdict::Met)
            .count();
        let others: Vec<String> = environments
            .iter()
            .filter(|one| one.verdict != EnvironmentVerdict::Met)
            .map(|one| format!("{} {}", one.name, one.verdict))
            .collect();
        let all = environments.len();
        match others.as_slice() {
            [] if all == 1 => "the environment is met".to_owned(),
            [] => format!("all {all} environments are met"),
            // A screen is not a report of hundreds of environments.
            others if others.len() > 3 => format!("{met} of {all} environments met"),
            others => format!(
                "{met} of {} met ({})",
                counted(all, "environment"),
                others.join(", ")
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines() {
        let one = |name: &str, verdict| EnvironmentOutcome {
            name: name.to_owned(),
            region: "Europe".to_owned(),
            required: Vec::new(),
            judged_on: Vec::new(),
            verdict,
        };
        let clean = Summary {
            files: 1,
            route_filters: 1,
            ..Summary::default()
        };
        check(
            &clean,
            &[],
            "nothing found in 1 file with 1 route filter; no environment declared: nothing was required",
        );
        check(
            &clean,
            &[one("prod", EnvironmentVerdict::Met)],
            "nothing found in 1 file with 1 route filter; the environment is met",
        );
        let full = Summary {
            files: 3,
            route_filters: 1,
            circuits: 2,
            sessions: 2,
            errors: 1,
            warnings: 2,
            notes: 0,
            waived: 1,
            baselined: 4,
            fixed: 5,
            fixable: 1,
            fixable_unsafe: 1,
            uninterpreted_lines: 1,
            skipped: 12,
            ignored: 2,
            ignored_more: true,
            linked_folders: 1,
        };
        check(
            &full,
            &[
                one("prod", EnvironmentVerdict::Met),
                one("test", EnvironmentVerdict::Half),
            ],
            "1 error, 2 warnings, 5 fixed, 1 waived, 4 in the baseline in 3 files with 1 route filter, 2 circuits, 2 \
             sessions; 1 fixable with `--fix`, 1 more with `--unsafe-fixes`; 1 of 2 environments met (test half); 1 line not interpreted; 12 other files skipped; at least \
             2 files that look like ours are left out by .gitignore (`--no-ignore` reads them); 1 linked folder not \
             followed",
        );
    }

    #[track_caller]
    fn check(summary: &Summary, environments: &[EnvironmentOutcome], expected: &str) {
        assert_eq!(summary.line(environments), expected);
    }
}
