//! From paths to a network: finds, reads, recognises and parses.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use ignore::gitignore::Gitignore;
use pairlint_dialects::{Dialect, Kind};
use pairlint_lint::tables::nearest;
use pairlint_model::network::Network;
use pairlint_model::source::{Source, SourceId, Sources};
use walkdir::WalkDir;

use crate::args::Inputs;
use crate::declared::meant;
use crate::error::Error;
use crate::load::{DeviceType, Loader, Ours, Outcome, read_stdin};
use crate::paths;
use crate::threads::Threads;
use crate::together::{self, Context, Family};
use crate::walk::{self, Found, Walker};
use crate::world::World;

/// What was found under the paths.
#[derive(Default)]
pub struct Gathered {
    pub sources: Sources,
    pub network: Network,
    /// The files that are part of the network, and the dialect of each.
    pub read: Vec<(SourceId, &'static str)>,
    /// Met on a walk and not readable: an empty source of that name, and why.
    pub unreadable: Vec<(SourceId, String)>,
    /// Files that were read to understand others; what is found in them is not reported.
    pub context: Context,
    /// Files on which a reader panicked, and its message.
    pub defects: Vec<(SourceId, String)>,
    /// Named and not readable.
    pub errors: Vec<Error>,
    pub skipped: usize,
    pub ignored: usize,
    /// There was more than was looked into.
    pub ignored_more: bool,
    pub linked_folders: usize,
    /// The folders that were walked.
    pub roots: Vec<PathBuf>,
    /// Standard input: the name that it goes by, and the bytes that it came in.
    pub stdin: Option<(String, Vec<u8>)>,
    /// The recognised files and what they are, for reading them again.
    ours: Vec<(SourceId, Vec<&'static Dialect>)>,
    families: Vec<Family>,
    /// How many things the run does at a time.
    pub threads: Threads,
}

/// What was read before it was read again.
pub struct Before {
    sources: Sources,
    network: Network,
    defects: Vec<(SourceId, String)>,
}

impl Before {
    pub fn defects(&self) -> usize {
        self.defects.len()
    }
}

impl Gathered {
    /// The ids of the files that are part of the network.
    pub fn ids(&self) -> Vec<SourceId> {
        self.read.iter().map(|(id, _)| *id).collect()
    }
}

/// Reads what the options name. `support` are sources that are no part of the network; they keep their ids.
pub fn gather(
    world: &mut World,
    inputs: &Inputs,
    exclude: Option<&Gitignore>,
    support: Vec<Source>,
    log: &mut dyn Write,
    verbose: bool,
) -> Result<Gathered, Error> {
    let device_types = device_types(&inputs.reading.device_type)?;
    let threads = match inputs.reading.jobs {
        0 => world.threads,
        jobs => jobs,
    };
    let threads = Threads::new(threads);
    let loader = Loader {
        device_types: &device_types,
        threads: &threads,
    };
    let (stdin, given): (Vec<&PathBuf>, Vec<&PathBuf>) = inputs
        .paths
        .iter()
        .partition(|path| path.as_path() == Path::new("-"));
    let given: Vec<PathBuf> = given.into_iter().cloned().collect();
    let mut excludes: Vec<Gitignore> = exclude.cloned().into_iter().collect();
    if !inputs.reading.exclude.is_empty() {
        let globs = inputs.reading.exclude.iter().map(String::as_str);
        let patterns = walk::patterns(&world.cwd, globs);
        excludes.push(patterns.map_err(|why| Error::usage(format!("`--exclude`: {why}")))?);
    }
    let walker = Walker {
        cwd: &world.cwd,
        excludes,
        no_ignore: inputs.reading.no_ignore,
        hidden: inputs.reading.hidden,
    };
    let walk = walker.walk(&given);
    let mut gathered = Gathered {
        errors: walk.errors,
        linked_folders: walk.linked_folders.len(),
        roots: walk.roots,
        ..Gathered::default()
    };
    let mut outcomes: Vec<(String, bool, Outcome)> = loader
        .read(&walk.files)
        .into_iter()
        .zip(&walk.files)
        .map(|(outcome, found)| (found.name.clone(), found.named, outcome))
        .collect();
    let unreadable = walk.unreadable.into_iter();
    outcomes.extend(unreadable.map(|(name, why)| (name, false, Outcome::Unreadable(why))));
    if !stdin.is_empty() {
        let name = inputs.reading.stdin_filename.clone();
        let outcome = match read_stdin(&mut world.stdin) {
            Ok(Some((text, bytes))) => {
                gathered.stdin = Some((name.clone(), bytes));
                loader.recognise(&name, text)
            }
            Ok(None) => Outcome::Skipped("not a text"),
            Err(why) => Outcome::Unreadable(why),
        };
        outcomes.push((name, true, outcome));
    }
    outcomes.sort_by(|a, b| a.0.cmp(&b.0));
    let mut say = |text: String| {
        if verbose {
            // The log is a courtesy; a closed standard error must not end the run.
            let _ = writeln!(log, "{text}");
        }
    };
    for name in &walk.excluded {
        say(format!("{name}: excluded"));
    }
    for name in &walk.linked_folders {
        say(format!("{name}: a link to a folder, not followed"));
    }
    let mut sources = support;
    let ours = gathered.sort_out(outcomes, &mut sources, &mut say);
    let named = |(id, dialects): &(SourceId, Vec<&'static Dialect>)| {
        (*id, dialects.first().map_or("", |dialect| dialect.name))
    };
    gathered.read.extend(ours.iter().map(named));
    gathered.families = together::families(&ours);
    for family in &mut gathered.families {
        let context = &mut gathered.context;
        family.complete(&world.cwd, &walk.files, &loader, &mut sources, context);
    }
    gathered.ours = ours;
    gathered.parse(&loader, &sources);
    gathered.sources = Sources::from(sources);
    gathered.look_at_ignored(&walk.ignored, &walker, &loader, &mut say);
    gathered.threads = threads;
    Ok(gathered)
}

impl Gathered {
    /// Reads the network out of the texts.
    fn parse(&mut self, loader: &Loader<'_>, sources: &[Source]) {
        let alone: Vec<(SourceId, Vec<&'static Dialect>)> = self
            .ours
            .iter()
            .map(|(id, dialects)| (*id, together::alone(dialects)))
            .filter(|(_, dialects)| !dialects.is_empty())
            .collect();
        let files: Vec<(&Source, &[&'static Dialect])> = alone
            .iter()
            .filter_map(|(id, dialects)| Some((sources.get(id.0 as usize)?, dialects.as_slice())))
            .collect();
        for ((source, _), parsed) in files.iter().zip(loader.parse(&files)) {
            self.network.extend(parsed.network);
            self.defects.extend(parsed.panic.map(|panic| (source.id, panic)));
        }
        for family in &self.families {
            let parsed = family.parse(sources);
            self.network.extend(parsed.network);
            let failed = family.ours.iter().zip(parsed.panic.iter().cycle());
            self.defects
                .extend(failed.map(|(id, panic)| (*id, panic.clone())));
        }
    }

    /// The dialect that a file is written in.
    pub fn writer(&self, id: SourceId) -> Option<&'static Dialect> {
        let own = self
            .dialects_of(id)
            .and_then(|dialects| dialects.first().copied());
        own.or_else(|| {
            // What helps a language is written in it.
            let family = self.families.iter().find(|family| family.is_helped_by(id))?;
            self.dialects_of(*family.ours.first()?)?.first().copied()
        })
    }

    /// What a file was recognised as; the files are numbered in their order.
    fn dialects_of(&self, id: SourceId) -> Option<&[&'static Dialect]> {
        let at = self.ours.binary_search_by_key(&id, |(ours, _)| *ours).ok()?;
        self.ours.get(at).map(|(_, dialects)| dialects.as_slice())
    }

    /// Reads the network again with other texts in some files; returns what was there before.
    pub fn reread(&mut self, texts: &BTreeMap<SourceId, String>) -> Before {
        let sources: Vec<Source> = self
            .sources
            .iter()
            .map(|source| {
                let text = texts
                    .get(&source.id)
                    .map_or_else(|| source.text(), String::as_str);
                Source::new(source.id, source.name.as_str(), text)
            })
            .collect();
        let before = Before {
            network: std::mem::take(&mut self.network),
            defects: std::mem::take(&mut self.defects),
            sources: std::mem::take(&mut self.sources),
        };
        let threads = std::mem::take(&mut self.threads);
        let loader = Loader {
            device_types: &[],
            threads: &threads,
        };
        self.parse(&loader, &sources);
        // What was met before anything was parsed stays as it is.
        let earlier = before
            .defects
            .iter()
            .filter(|(id, _)| !self.is_ours(*id))
            .cloned();
        let earlier: Vec<(SourceId, String)> = earlier.collect();
        self.defects.extend(earlier);
        self.sources = Sources::from(sources);
        self.threads = threads;
        before
    }

    pub fn restore(&mut self, before: Before) {
        self.network = before.network;
        self.defects = before.defects;
        self.sources = before.sources;
    }

    fn is_ours(&self, id: SourceId) -> bool {
        self.dialects_of(id).is_some()
    }

    /// Whether the files with these texts would be taken for what they were taken for.
    pub fn still_recognised(&self, before: &Before, texts: &BTreeMap<SourceId, String>) -> bool {
        let names = |sources: &Sources, id: SourceId| -> Vec<&str> {
            let found = pairlint_dialects::detect(sources.get(id));
            found.iter().map(|dialect| dialect.name).collect()
        };
        let mut changed = texts.keys().filter(|id| self.is_ours(**id));
        changed.all(|id| names(&self.sources, *id) == names(&before.sources, *id))
    }

    /// Gives every file that is ours its place among the sources, and notes what became of the others.
    fn sort_out(
        &mut self,
        outcomes: Vec<(String, bool, Outcome)>,
        sources: &mut Vec<Source>,
        say: &mut impl FnMut(String),
    ) -> Vec<(SourceId, Vec<&'static Dialect>)> {
        let mut ours = Vec::new();
        for (name, named, outcome) in outcomes {
            let id = SourceId(sources.len() as u32);
            match outcome {
                Outcome::Ours(file) => {
                    let Ours { mut source, dialects } = *file;
                    let names: Vec<&str> = dialects.iter().map(|dialect| dialect.name).collect();
                    say(format!("{name}: {}", names.join(" or ")));
                    source.id = id;
                    sources.push(source);
                    ours.push((id, dialects));
                }
                Outcome::Skipped(why) => {
                    say(format!("{name}: skipped, {why}"));
                    self.skipped += 1;
                }
                Outcome::Unreadable(why) if named => self.errors.push(Error::read(name, why)),
                Outcome::Unreadable(why) => {
                    sources.push(Source::new(id, name, ""));
                    self.unreadable.push((id, why));
                }
                Outcome::Defect { mut source, panic } => {
                    source.id = id;
                    sources.push(source);
                    self.defects.push((id, panic));
                }
            }
        }
        ours
    }

    /// Counts what looks like ours among what a `.gitignore` leaves out: exports often are.
    fn look_at_ignored(
        &mut self,
        ignored: &[PathBuf],
        walker: &Walker<'_>,
        loader: &Loader<'_>,
        say: &mut impl FnMut(String),
    ) {
        let mut looked_at = 0;
        for path in ignored {
            let entries = WalkDir::new(path).sort_by_file_name().into_iter();
            let files = entries
                .filter_entry(|entry| !BULKY.iter().any(|name| entry.file_name() == *name))
                .filter_map(Result::ok)
                .filter(|entry| entry.file_type().is_file() && likely(entry.path()));
            for entry in files {
                if looked_at == LOOKED_AT {
                    self.ignored_more = true;
                    return;
                }
                looked_at += 1;
                if entry.metadata().map_or(true, |meta| meta.len() > SIZE_LOOKED_AT) {
                    self.ignored_more = true;
                    continue;
                }
                let name = paths::relative(entry.path(), walker.cwd);
                let found = Found {
                    path: entry.into_path(),
                    name,
                    named: false,
                };
                if let [Outcome::Ours(_)] = loader.read(std::slice::from_ref(&found)).as_slice() {
                    say(format!("{}: left out by .gitignore", found.name));
                    self.ignored += 1;
                }
            }
        }
    }
}

/// How much of what is ignored is looked into: it is a courtesy and must cost next to nothing.
const LOOKED_AT: usize = 1000;
const SIZE_LOOKED_AT: u64 = 1024 * 1024;

/// Folders that are ignored everywhere and hold nobody's exports.
const BULKY: &[&str] = &[
    ".git",
    "node_modules",
    "target",
    ".terraform",
    ".venv",
    "venv",
    "__pycache__",
];

/// File names of exports, templates, variables and configurations.
fn likely(path: &Path) -> bool {
    const ENDINGS: &[&str] = &[
        "json",
        "jsonc",
        "tf",
        "tfvars",
        "tfstate",
        "bicep",
        "bicepparam",
        "yaml",
        "yml",
        "csv",
        "cfg",
        "conf",
        "config",
        "ios",
        "txt",
        "text",
        "log",
        "set",
        "rsc",
        "xml",
        "sh",
        "ps1",
        "azcli",
        "bat",
        "cmd",
    ];
    match path.extension() {
        None => true,
        Some(ending) => ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)),
    }
}

/// Reads `DIALECT=GLOB`.
fn device_types(given: &[String]) -> Result<Vec<DeviceType>, Error> {
    let one = |text: &String| {
        let wrong = |why: String| Error::usage(format!("`--device-type {text}`: {why}"));
        let Some((name, glob)) = text.split_once('=') else {
            return Err(wrong("expected DIALECT=GLOB".to_owned()));
        };
        let routers = || {
            let all = pairlint_dialects::DIALECTS.iter();
            all.filter(|dialect| dialect.kind == Kind::Router)
        };
        let Some(dialect) = routers().find(|dialect| dialect.name == name) else {
            let near = meant(nearest(name, routers().map(|dialect| dialect.name)));
            return Err(wrong(format!("there is no router dialect `{name}`{near}")));
        };
        // A plain file name is meant in every folder.
        let glob = glob.trim_start_matches("./");
        let pattern = if glob.contains('/') {
            glob.to_owned()
        } else {
            format!("**/{glob}")
        };
        let glob = GlobBuilder::new(&pattern).literal_separator(true).build();
        let glob = glob.map_err(|error| wrong(error.to_string()))?;
        Ok(DeviceType {
            dialect,
            glob: glob.compile_matcher(),
        })
    };
    given.iter().map(one).collect()
}
