//! Reads files, tells what they are, and has each parsed; one that cannot be read costs only itself.

use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use globset::GlobMatcher;
use pairlint_dialects::Dialect;
use pairlint_model::network::Network;
use pairlint_model::source::{Source, SourceId};
use rayon::prelude::*;

use crate::decode::{SNIFFED, Sniff, decode, sniff};
use crate::error::plain;
use crate::threads::{FEW, Threads};
use crate::walk::Found;

/// Spans are 32 bits wide.
const LONGEST: u64 = u32::MAX as u64 - 1;

/// How files are read.
pub struct Loader<'a> {
    pub device_types: &'a [DeviceType],
    pub threads: &'a Threads,
}

/// `--device-type`: files that match are of that dialect, whatever they look like.
pub struct DeviceType {
    pub dialect: &'static Dialect,
    /// On names relative to the working directory.
    pub glob: GlobMatcher,
}

/// What became of a file.
pub enum Outcome {
    /// One of ours. The source has no place among the others yet.
    Ours(Box<Ours>),
    /// Nothing of ours, and why.
    Skipped(&'static str),
    Unreadable(String),
    /// A reader panicked.
    Defect {
        source: Source,
        panic: String,
    },
}

/// A file that dialects have recognised: one, or all that it may be in.
pub struct Ours {
    pub source: Source,
    pub dialects: Vec<&'static Dialect>,
}

/// A file after parsing.
pub struct Parsed {
    pub network: Network,
    /// The message of a panic.
    pub panic: Option<String>,
}

impl Parsed {
    pub fn of(parse: impl FnOnce() -> Network) -> Parsed {
        match catch_unwind(AssertUnwindSafe(parse)) {
            Ok(network) => Parsed { network, panic: None },
            Err(panic) => Parsed {
                network: Network::default(),
                panic: Some(panic_text(panic.as_ref())),
            },
        }
    }
}

impl Loader<'_> {
    /// Reads files and recognises what is ours, in the order given.
    pub fn read(&self, files: &[Found]) -> Vec<Outcome> {
        self.each(files, |found| self.read_one(found))
    }

    fn read_one(&self, found: &Found) -> Outcome {
        match read_file(&found.path, found.named) {
            Ok(Content::Text(text)) => self.recognise(&found.name, text),
            Ok(Content::Binary) => Outcome::Skipped("not a text file"),
            Err(why) => Outcome::Unreadable(why),
        }
    }

    /// Tells which dialect a text is in.
    pub fn recognise(&self, name: &str, text: String) -> Outcome {
        let source = Source::new(SourceId(0), name, text);
        let forced = self.device_types.iter().find(|given| given.glob.is_match(name));
        if let Some(forced) = forced {
            let dialects = vec![forced.dialect];
            return Outcome::Ours(Box::new(Ours { source, dialects }));
        }
        match catch_unwind(AssertUnwindSafe(|| pairlint_dialects::detect(&source))) {
            Ok(dialects) if !dialects.is_empty() => Outcome::Ours(Box::new(Ours { source, dialects })),
            Ok(_) => Outcome::Skipped("nothing that pairlint checks"),
            Err(panic) => Outcome::Defect {
                source,
                panic: panic_text(panic.as_ref()),
            },
        }
    }

    /// Reads files that others need. What is not readable, or no text, is nobody's help.
    pub fn read_texts(&self, files: &[Found]) -> Vec<Option<String>> {
        self.each(files, |found| match read_file(&found.path, false) {
            Ok(Content::Text(text)) => Some(text),
            Ok(Content::Binary) | Err(_) => None,
        })
    }

    /// Parses files that are ours, in the order given; their sources are in their places now.
    pub fn parse(&self, files: &[(&Source, &[&'static Dialect])]) -> Vec<Parsed> {
        self.each(files, |(source, dialects)| {
            Parsed::of(|| pairlint_dialects::parse(source, dialects))
        })
    }

    fn each<T: Sync, R: Send>(&self, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        if items.len() > FEW {
            let all = || items.par_iter().map(&work).collect();
            return self.threads.run(items.len(), all);
        }
        items.iter().map(work).collect()
    }
}

enum Content {
    Text(String),
    Binary,
}

/// Reads a file that is one, in whatever encoding.
fn read_file(path: &Path, named: bool) -> Result<Content, String> {
    let meta = std::fs::metadata(path).map_err(|error| plain(&error))?;
    if meta.is_dir() {
        return Err("it is a folder".to_owned());
    }
    // Opening a pipe waits for a writer, perhaps for ever. The exception is a descriptor that a shell has
    // made for `<(…)`, which can only be there on purpose.
    let descriptor = named && (path.starts_with("/dev/fd") || path == Path::new("/dev/stdin"));
    if !meta.is_file() && !descriptor {
        return Err("it is neither a file nor a folder".to_owned());
    }
    if meta.len() > LONGEST {
        return sniff_large(path);
    }
    let file = File::open(path).map_err(|error| plain(&error))?;
    read(file, meta.len()).map_err(|error| plain(&error))
}

/// An image of a disk is nothing of ours, but a text of that size may be.
fn sniff_large(path: &Path) -> Result<Content, String> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(|error| plain(&error))?;
    file.take(SNIFFED as u64)
        .read_to_end(&mut head)
        .map_err(|error| plain(&error))?;
    match sniff(&head) {
        Sniff::Binary => Ok(Content::Binary),
        _ => Err(TOO_LARGE.to_owned()),
    }
}

const TOO_LARGE: &str = "it is larger than 4 GiB";

/// Reads standard input: its text, and the bytes that it came in.
pub fn read_stdin(stdin: &mut dyn Read) -> Result<Option<(String, Vec<u8>)>, String> {
    let mut bytes = Vec::new();
    let mut stdin = stdin.take(LONGEST + 1);
    stdin.read_to_end(&mut bytes).map_err(|error| plain(&error))?;
    match read(bytes.as_slice(), bytes.len() as u64).map_err(|error| plain(&error))? {
        Content::Text(text) => Ok(Some((text, bytes))),
        Content::Binary => Ok(None),
    }
}

fn read(mut input: impl Read, expected: u64) -> io::Result<Content> {
    let mut bytes = Vec::new();
    input.by_ref().take(SNIFFED as u64).read_to_end(&mut bytes)?;
    if sniff(&bytes) == Sniff::Binary {
        return Ok(Content::Binary);
    }
    bytes.reserve_exact((expected.min(LONGEST) as usize).saturating_sub(bytes.len()));
    // The file may have grown since it was measured, and a pipe has no length.
    let rest = LONGEST + 1 - bytes.len() as u64;
    input.take(rest).read_to_end(&mut bytes)?;
    let too_large = || io::Error::new(io::ErrorKind::FileTooLarge, TOO_LARGE);
    if bytes.len() as u64 > LONGEST {
        return Err(too_large());
    }
    match decode(bytes) {
        Some(text) if text.len() as u64 > LONGEST => Err(too_large()),
        Some(text) => Ok(Content::Text(text)),
        None => Ok(Content::Binary),
    }
}

/// The message of a panic.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "it panicked".to_owned())
}

/// Reads a text file that the run depends on: configuration, baseline, table.
pub fn read_text(path: &Path) -> Result<String, String> {
    match read_file(path, true)? {
        Content::Text(text) => Ok(text),
        Content::Binary => Err("it is not a text file".to_owned()),
    }
}
