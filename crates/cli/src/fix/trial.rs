//! Tries fixes: what is read and judged again with the edits made must lack their findings, and hold nothing new.

use std::collections::{BTreeMap, BTreeSet};

use pairlint_model::diagnostic::{Diagnostic, Fact};
use pairlint_model::remedy::{Edit, Fix};
use pairlint_model::source::{SourceId, Sources};

use super::{applied, collide, written};
use crate::fingerprint;
use crate::gather::Gathered;
use crate::output::counted;

/// Finds what is to be said about what was read: after waivers, before a baseline.
pub type Judge<'j> = dyn Fn(&Gathered) -> Vec<Diagnostic> + 'j;

/// How much text is read again to try fixes, and how often: a run must not take forever because it finds much.
struct Effort {
    read_again: usize,
    least: usize,
    most: usize,
}

/// Where fixes are asked for.
const TO_FIX: Effort = Effort {
    read_again: 16 * 1024 * 1024,
    least: 12,
    most: 64,
};

/// Where they are only to be told of: a large run takes twice as long for it, not longer.
const TO_TELL: Effort = Effort {
    read_again: 1024 * 1024,
    least: 1,
    most: 64,
};

/// How much text is read again, and for how many fixes, to see that each holds without the others that it was tried with.
const TRIED_ALONE: usize = 2 * 1024 * 1024;
const FEW: usize = 24;

/// How many fixes are considered at a time.
const CONSIDERED: usize = 1000;

/// The fixes of a run's findings.
#[derive(Debug, Default)]
pub struct Trial {
    /// For each finding, in order.
    pub fixes: Vec<Option<Fix>>,
    /// Which of them can be made together, the safe ones only.
    pub safe: Vec<usize>,
    /// The same with the unsafe ones.
    pub all: Vec<usize>,
}

impl Trial {
    /// Writes and tries the fixes of findings, harder where they are `asked` for. `before` is all that the judge has
    /// to say now.
    pub fn run(
        asked: bool,
        findings: &[Diagnostic],
        before: &[Diagnostic],
        gathered: &mut Gathered,
        judge: &Judge<'_>,
    ) -> Trial {
        let mut considered = 0;
        let candidates = findings.iter().map(|finding| {
            if considered == CONSIDERED {
                return None;
            }
            let fix = written(finding, gathered)?;
            considered += 1;
            Some(fix)
        });
        let candidates: Vec<Option<Fix>> = candidates.collect();
        let mut trial = Trial {
            fixes: vec![None; findings.len()],
            ..Trial::default()
        };
        let of = |safe: bool| -> Vec<usize> {
            let fixes = candidates.iter().enumerate();
            let found = fixes.filter(|(_, fix)| fix.as_ref().is_some_and(|fix| fix.is_safe() == safe));
            found.map(|(at, _)| at).collect()
        };
        let (safe, others) = (of(true), of(false));
        if safe.is_empty() && others.is_empty() {
            return trial;
        }
        let effort = if asked { TO_FIX } else { TO_TELL };
        let size: usize = gathered.sources.iter().map(|source| source.text().len()).sum();
        let mut tries = Tries {
            findings,
            candidates: &candidates,
            before: Known::of(before, &gathered.sources),
            gathered,
            judge,
            left: (effort.read_again / size.max(1)).clamp(effort.least, effort.most),
        };
        tries.take(&mut trial.safe, &safe);
        trial.all.clone_from(&trial.safe);
        tries.take(&mut trial.all, &others);
        let taken: BTreeSet<usize> = trial.all.iter().copied().collect();
        let alone: Vec<usize> = safe
            .iter()
            .chain(&others)
            .copied()
            .filter(|at| !taken.contains(at))
            .filter(|at| tries.hold(&[*at]))
            .collect();
        let mut by_themselves = match trial.all.len() {
            0..=FEW => TRIED_ALONE / size.max(1),
            _ => 0,
        };
        for at in &trial.all {
            let stage = if safe.contains(at) {
                &trial.safe
            } else {
                &trial.all
            };
            let own = by_themselves == 0 || stage.len() == 1;
            by_themselves = by_themselves.saturating_sub(1);
            let fix = if own {
                tries.fix(*at).cloned()
            } else {
                tries.offered(*at, stage)
            };
            if let Some(place) = trial.fixes.get_mut(*at) {
                *place = fix;
            }
        }
        for at in &alone {
            if let (Some(place), Some(fix)) = (trial.fixes.get_mut(*at), candidates.get(*at)) {
                place.clone_from(fix);
            }
        }
        trial
    }
}

struct Tries<'t, 'j> {
    findings: &'t [Diagnostic],
    candidates: &'t [Option<Fix>],
    before: Known,
    gathered: &'t mut Gathered,
    judge: &'t Judge<'j>,
    left: usize,
}

impl Tries<'_, '_> {
    /// Takes of a group what can be made together with what is taken: all at once where that holds, else by halves.
    fn take(&mut self, taken: &mut Vec<usize>, group: &[usize]) {
        let mut edits: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
        let mut fitting = Vec::new();
        let candidates = self.candidates;
        for at in taken.iter().chain(group) {
            let Some(fix) = candidates.get(*at).and_then(Option::as_ref) else {
                continue;
            };
            let others = |edit: &Edit| edits.get(&edit.span.source).into_iter().flatten();
            if !fix
                .edits
                .iter()
                .any(|edit| others(edit).any(|other| collide(edit, other)))
            {
                for edit in &fix.edits {
                    edits.entry(edit.span.source).or_default().push(edit);
                }
                fitting.push(*at);
            }
        }
        let already: BTreeSet<usize> = taken.iter().copied().collect();
        fitting.retain(|at| !already.contains(at));
        self.halve(taken, &fitting);
    }

    fn halve(&mut self, taken: &mut Vec<usize>, group: &[usize]) {
        if group.is_empty() {
            return;
        }
        let together: Vec<usize> = taken.iter().chain(group).copied().collect();
        if self.hold(&together) {
            taken.extend(group);
        } else if group.len() > 1 {
            let (first, second) = group.split_at(group.len() / 2);
            self.halve(taken, first);
            self.halve(taken, second);
        }
    }

    /// A fix of several that hold together as it is offered by itself: with those that it needs beside it.
    fn offered(&mut self, at: usize, stage: &[usize]) -> Option<Fix> {
        if self.hold(&[at]) {
            return self.fix(at).cloned();
        }
        let rule = self.findings.get(at)?.rule;
        let of_rule = |other: &usize| {
            self.findings
                .get(*other)
                .is_some_and(|finding| finding.rule == rule)
        };
        let alike: Vec<usize> = stage.iter().copied().filter(of_rule).collect();
        let together = if alike.len() > 1 && self.hold(&alike) {
            alike.as_slice()
        } else {
            stage
        };
        let mut fix = self.fix(at)?.clone();
        for other in together.iter().filter_map(|other| self.fix(*other)) {
            fix.edits.extend(other.edits.iter().cloned());
            fix.safety = fix.safety.max(other.safety);
        }
        fix.edits.sort();
        fix.edits.dedup();
        let more = counted(together.len() - 1, "other finding");
        fix.title = format!("{}, together with the fix of {more}", fix.title);
        Some(fix)
    }

    fn fix(&self, at: usize) -> Option<&Fix> {
        self.candidates.get(at)?.as_ref()
    }

    /// Whether the findings are gone and nothing new is said with these fixes made.
    fn hold(&mut self, group: &[usize]) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let edits = group
            .iter()
            .filter_map(|at| self.fix(*at))
            .flat_map(|fix| &fix.edits);
        let texts = applied(edits, &self.gathered.sources);
        let mended: Vec<&Diagnostic> = group.iter().filter_map(|at| self.findings.get(*at)).collect();
        let mended = Known::of(mended.iter().copied(), &self.gathered.sources);
        let earlier = self.gathered.reread(&texts);
        let same_kind = self.gathered.defects.len() == earlier.defects()
            && self.gathered.still_recognised(&earlier, &texts);
        let after = match same_kind {
            true => Some(Known::of(&(self.judge)(self.gathered), &self.gathered.sources)),
            false => None,
        };
        self.gathered.restore(earlier);
        after.is_some_and(|after| after.is_within(&self.before, &mended))
    }
}

/// Findings by what makes them the same in another run, and how many of each there are.
struct Known(BTreeMap<u128, (Gist, usize)>);

/// What a finding is about, without its place and its words.
struct Gist {
    rule: &'static str,
    object: Option<String>,
    facts: BTreeMap<&'static str, Fact>,
    /// What its remedy leaves.
    leaves: &'static [&'static str],
}

impl Known {
    fn of<'d>(findings: impl IntoIterator<Item = &'d Diagnostic>, sources: &Sources) -> Known {
        let mut known: BTreeMap<u128, (Gist, usize)> = BTreeMap::new();
        for finding in findings {
            let gist = || Gist {
                rule: finding.rule,
                object: finding.identity.clone().or_else(|| finding.object.clone()),
                facts: finding.facts.clone(),
                leaves: finding.remedy.as_ref().map_or(&[], |remedy| remedy.leaves),
            };
            let (_, count) = known
                .entry(fingerprint::identity(finding, sources))
                .or_insert_with(|| (gist(), 0));
            *count += 1;
        }
        Known(known)
    }

    fn count(&self, identity: u128) -> usize {
        self.0.get(&identity).map_or(0, |(_, count)| *count)
    }

    /// Nothing is here that was not there before, and what was to be mended is gone.
    fn is_within(&self, before: &Known, mended: &Known) -> bool {
        self.0.iter().all(|(identity, (gist, count))| {
            let allowed = before.count(*identity).saturating_sub(mended.count(*identity));
            let new = before.count(*identity) == 0;
            *count <= allowed
                || (new && (gist.is_less_than_one_of(before, mended) || gist.is_left_by(mended)))
        })
    }
}

impl Gist {
    /// It says of communities that a mended finding is about what that finding could not leave unsaid.
    fn is_left_by(&self, mended: &Known) -> bool {
        const ABOUT: &str = "communities";
        let Some(Fact::List(here)) = self.facts.get(ABOUT) else {
            return false;
        };
        let mut leaving = mended
            .0
            .values()
            .map(|(gist, _)| gist)
            .filter(|gist| gist.leaves.contains(&self.rule));
        leaving.any(|gist| match gist.facts.get(ABOUT) {
            Some(Fact::List(there)) => here.iter().all(|one| there.contains(one)),
            _ => false,
        })
    }

    /// A finding that lists fewer things than it did is no new one.
    fn is_less_than_one_of(&self, before: &Known, mended: &Known) -> bool {
        let mut others = before
            .0
            .iter()
            .filter(|(identity, _)| mended.count(**identity) == 0);
        others.any(|(_, (other, _))| {
            let same = self.rule == other.rule && self.object == other.object;
            same && self.facts.len() == other.facts.len()
                && self
                    .facts
                    .iter()
                    .all(|(key, fact)| match (fact, other.facts.get(key)) {
                        (Fact::List(here), Some(Fact::List(there))) => {
                            here.iter().all(|one| there.contains(one))
                        }
                        (here, there) => Some(here) == there,
                    })
        })
    }
}
