//! Writes mended files back as they were: in their encoding, in their place, with their permissions.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use pairlint_model::source::{SourceId, Sources};

use crate::decode::{decode, encode};
use crate::error::Error;

/// The texts of changed files as they were read.
#[derive(Debug, Default)]
pub struct Originals(BTreeMap<SourceId, String>);

impl Originals {
    /// Keeps the texts of files that are about to change.
    pub fn keep<'i>(&mut self, ids: impl Iterator<Item = &'i SourceId>, sources: &Sources) {
        for id in ids {
            let text = || sources.get(*id).text().to_owned();
            self.0.entry(*id).or_insert_with(text);
        }
    }

    /// The files whose text is another one now, and what it was.
    pub fn changed<'s>(&'s self, sources: &'s Sources) -> impl Iterator<Item = (SourceId, &'s str)> {
        self.0
            .iter()
            .map(|(id, text)| (*id, text.as_str()))
            .filter(|(id, text)| sources.get(*id).text() != *text)
    }
}

/// Writes a file anew, if it still holds the text that was read.
pub fn write(cwd: &Path, name: &str, before: &str, after: &str) -> Result<(), Error> {
    let failed = |source: io::Error| Error::Write {
        name: name.to_owned(),
        source,
    };
    // A link stays one: what it leads to is written.
    let path = fs::canonicalize(cwd.join(name)).map_err(failed)?;
    let bytes = fs::read(&path).map_err(failed)?;
    let now = decode(bytes.clone());
    // Two links may lead to one file.
    if now.as_deref() == Some(after) {
        return Ok(());
    }
    if now.as_deref() != Some(before) {
        return Err(failed(io::Error::other("it has changed since it was read")));
    }
    let bytes = encode(after, &bytes).ok_or_else(|| {
        failed(io::Error::other(
            "its encoding is damaged, and writing it would change more than the fix",
        ))
    })?;
    replace(&path, &bytes).map_err(failed)
}

/// Puts a new file in the place of the old one, so that no reader ever meets half of it.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let permissions = fs::metadata(path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::other("it is read-only"));
    }
    let (beside, mut file) = beside(path)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::set_permissions(&beside, permissions))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A new hidden file in the same folder: a rename within a folder is atomic.
fn beside(path: &Path) -> io::Result<(PathBuf, fs::File)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut taken = None;
    for attempt in 0..100 {
        let beside = path.with_file_name(format!(".{name}.pairlint-{attempt}"));
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(file) => return Ok((beside, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(taken.unwrap_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists)))
}
