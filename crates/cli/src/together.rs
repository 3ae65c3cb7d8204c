//! Files that are only understood together: reads what the recognised ones need, and has each language's
//! parsed at once.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use pairlint_dialects::{Dialect, Need, Together};
use pairlint_model::source::{Source, SourceId};

use crate::load::{Loader, Parsed};
use crate::paths;
use crate::walk::Found;

/// How many files a language may ask for beyond those that were found, and how large one may be: variables
/// and modules are small, and a wrong name must not read a disk.
const MOST: usize = 10_000;
const LARGEST: u64 = 16 * 1024 * 1024;

/// The files of one language.
pub struct Family {
    together: &'static Together,
    /// Those that were recognised, in the order of their names.
    pub ours: Vec<SourceId>,
    /// Those that were read because others need them.
    helping: Vec<SourceId>,
}

/// What helps and was not among the files of the run: it is read, and not reported.
#[derive(Default)]
pub struct Context {
    pub ids: BTreeSet<SourceId>,
}

/// Sorts the recognised files of such languages by language; empty, and free of cost, in most runs.
pub fn families(ours: &[(SourceId, Vec<&'static Dialect>)]) -> Vec<Family> {
    let mut families: BTreeMap<&str, Family> = BTreeMap::new();
    for (id, dialects) in ours {
        for dialect in dialects {
            let Some(together) = &dialect.together else {
                continue;
            };
            let family = families.entry(dialect.name).or_insert_with(|| Family {
                together,
                ours: Vec::new(),
                helping: Vec::new(),
            });
            family.ours.push(*id);
        }
    }
    families.into_values().collect()
}

/// The dialects of a file in which it speaks for itself. A capture may hold an export and a configuration.
pub fn alone(dialects: &[&'static Dialect]) -> Vec<&'static Dialect> {
    let alone = dialects.iter().filter(|dialect| dialect.together.is_none());
    alone.copied().collect()
}

impl Family {
    /// Reads what the files need: first what was walked and may help, then what is asked for.
    pub fn complete(
        &mut self,
        cwd: &Path,
        walked: &[Found],
        loader: &Loader<'_>,
        sources: &mut Vec<Source>,
        context: &mut Context,
    ) {
        // A file of another language may help this one, too: parameters in JSON.
        let mut known: BTreeMap<String, SourceId> = sources
            .iter()
            .map(|source| (source.name.clone(), source.id))
            .collect();
        let beside: Vec<Found> = walked
            .iter()
            .filter(|found| (self.together.may_help)(&found.name))
            .cloned()
            .collect();
        let run: BTreeSet<&str> = walked.iter().map(|found| found.name.as_str()).collect();
        self.read(beside, loader, sources, &mut known);
        let mut asked = BTreeSet::new();
        loop {
            let needs = {
                let files = self.files(sources);
                // A reader that fails here fails again when it parses, and is reported then.
                catch_unwind(AssertUnwindSafe(|| (self.together.needs)(&files))).unwrap_or_default()
            };
            let new: Vec<Need> = needs
                .into_iter()
                .filter(|need| asked.insert(need.clone()))
                .collect();
            let mut found = Vec::new();
            for need in new {
                found.extend(self.places(cwd, need));
            }
            found.sort_by(|a, b| a.name.cmp(&b.name));
            found.dedup_by(|a, b| a.name == b.name);
            found.truncate(MOST.saturating_sub(self.helping.len()));
            let from = self.helping.len();
            self.read(found, loader, sources, &mut known);
            let new = self.helping.get(from..).unwrap_or_default();
            if new.is_empty() {
                break;
            }
            context.ids.extend(new.iter().copied().filter(|id| {
                let source = sources.get(id.0 as usize);
                source.is_some_and(|source| !run.contains(source.name.as_str()))
            }));
        }
    }

    fn read(
        &mut self,
        files: Vec<Found>,
        loader: &Loader<'_>,
        sources: &mut Vec<Source>,
        known: &mut BTreeMap<String, SourceId>,
    ) {
        let (read, new): (Vec<Found>, Vec<Found>) = files
            .into_iter()
            .partition(|found| known.contains_key(&found.name));
        let mut mine: BTreeSet<SourceId> = self.ours.iter().chain(&self.helping).copied().collect();
        let others = read.iter().filter_map(|found| known.get(&found.name));
        let others = others.filter(|id| mine.insert(**id));
        self.helping.extend(others);
        for (found, text) in new.iter().zip(loader.read_texts(&new)) {
            let Some(text) = text else { continue };
            let id = SourceId(sources.len() as u32);
            known.insert(found.name.clone(), id);
            sources.push(Source::new(id, found.name.as_str(), text));
            self.helping.push(id);
        }
    }

    /// The files at a place that are there.
    fn places(&self, cwd: &Path, need: Need) -> Vec<Found> {
        let found = |path: std::path::PathBuf| Found {
            name: paths::relative(&path, cwd),
            path,
            named: false,
        };
        let small =
            |path: &Path| std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() <= LARGEST);
        let beside = |folder: &str, wanted: &dyn Fn(&str) -> bool| {
            let entries = std::fs::read_dir(cwd.join(folder)).into_iter().flatten();
            let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
            let wanted = paths.filter(|path| {
                let name = path.file_name().map(|name| name.to_string_lossy());
                name.is_some_and(|name| wanted(&name))
            });
            wanted.collect::<Vec<_>>().into_iter()
        };
        match need {
            Need::Named(name) => {
                let path = cwd.join(name);
                small(&path).then(|| found(path)).into_iter().collect()
            }
            Need::Folder(name) => beside(&name, &|name| (self.together.may_help)(name))
                .filter(|path| small(path))
                .map(found)
                .collect(),
            Need::Ending { folder, end } => beside(&folder, &|name| name.ends_with(&end))
                .filter(|path| small(path))
                .map(found)
                .collect(),
        }
    }

    pub fn is_helped_by(&self, id: SourceId) -> bool {
        self.helping.contains(&id)
    }

    fn files<'s>(&self, sources: &'s [Source]) -> Vec<&'s Source> {
        let ids = self.ours.iter().chain(&self.helping);
        let mut files: Vec<&Source> = ids.filter_map(|id| sources.get(id.0 as usize)).collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files
    }

    pub fn parse(&self, sources: &[Source]) -> Parsed {
        let files = self.files(sources);
        Parsed::of(|| (self.together.parse)(&files))
    }
}
