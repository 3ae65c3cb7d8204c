//! Which files are read: those that were named, and those in the folders that were.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use walkdir::{DirEntry, WalkDir};

use crate::error::{Error, plain};
use crate::paths;

/// What the options say about walking.
pub struct Walker<'a> {
    pub cwd: &'a Path,
    /// Patterns in the manner of `.gitignore`, each list from its own folder.
    pub excludes: Vec<Gitignore>,
    pub no_ignore: bool,
    pub hidden: bool,
}

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// As reports call it.
    pub name: String,
    /// Named outright, and not met on a walk: then it has to be readable.
    pub named: bool,
}

/// What a walk met.
#[derive(Debug, Default)]
pub struct Walk {
    /// Sorted by name, each file once.
    pub files: Vec<Found>,
    /// Named and not there.
    pub errors: Vec<Error>,
    /// Met on a walk and not readable: name and reason.
    pub unreadable: Vec<(String, String)>,
    /// Files and folders that a `.gitignore` leaves out.
    pub ignored: Vec<PathBuf>,
    pub excluded: Vec<String>,
    /// Links to folders, which are not followed.
    pub linked_folders: Vec<String>,
    /// The folders that were walked, absolute.
    pub roots: Vec<PathBuf>,
}

/// Returns the matcher of a list of patterns that start from a folder.
pub fn patterns<'a>(root: &Path, globs: impl IntoIterator<Item = &'a str>) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new(root);
    for glob in globs {
        builder
            .add_line(None, glob)
            .map_err(|error| format!("`{glob}` is not a pattern: {error}"))?;
    }
    builder.build().map_err(|error| error.to_string())
}

impl Walker<'_> {
    /// Finds the files under the paths, which are relative to the working directory.
    pub fn walk(&self, given: &[PathBuf]) -> Walk {
        let mut walk = Walk::default();
        let mut links = Vec::new();
        for path in given {
            let full = self.cwd.join(path);
            match std::fs::metadata(&full) {
                Ok(meta) if meta.is_dir() => self.folder(&full, &mut walk, &mut links),
                Ok(_) => walk.files.push(self.found(full, true)),
                Err(error) => {
                    let name = paths::slashed(path);
                    walk.errors.push(Error::read(name, plain(&error)));
                }
            }
        }
        self.follow(links, &mut walk);
        // A file may be reached in two ways; being named outright is the stronger.
        walk.files
            .sort_by(|a, b| (&a.name, !a.named).cmp(&(&b.name, !b.named)));
        walk.files.dedup_by(|a, b| a.name == b.name);
        for list in [&mut walk.excluded, &mut walk.linked_folders] {
            list.sort();
            list.dedup();
        }
        walk.ignored.sort();
        walk.ignored.dedup();
        walk.unreadable.sort();
        walk.unreadable.dedup();
        walk
    }

    fn found(&self, path: PathBuf, named: bool) -> Found {
        // A file descriptor of a shell's `<(…)`: a way through the file system to it means nothing.
        let name = if path.starts_with("/dev") {
            paths::slashed(&path)
        } else {
            paths::relative(&path, self.cwd)
        };
        Found { path, name, named }
    }

    /// Walks a folder, without recursion and without following links.
    fn folder(&self, root: &Path, walk: &mut Walk, links: &mut Vec<PathBuf>) {
        walk.roots.push(paths::normalised(root));
        let mut ignores = Ignores::above(root, self.no_ignore);
        let mut entries = WalkDir::new(root).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(root).to_owned();
                    let why = error
                        .io_error()
                        .map_or_else(|| "it could not be walked".to_owned(), plain);
                    walk.unreadable.push((paths::relative(&path, self.cwd), why));
                    continue;
                }
            };
            let is_folder = entry.file_type().is_dir();
            if entry.depth() > 0 {
                match self.verdict(&entry, &mut ignores) {
                    Verdict::Read => {}
                    left_out => {
                        if is_folder {
                            entries.skip_current_dir();
                        }
                        match left_out {
                            Verdict::Ignored => walk.ignored.push(entry.into_path()),
                            Verdict::Excluded => walk.excluded.push(paths::relative(entry.path(), self.cwd)),
                            _ => {}
                        }
                        continue;
                    }
                }
            }
            if is_folder {
                ignores.enter(entry.path(), entry.depth(), self.no_ignore);
            } else if entry.path_is_symlink() {
                links.push(entry.into_path());
            } else {
                // Devices, pipes and sockets too: reading says what is wrong with them.
                walk.files.push(self.found(entry.into_path(), false));
            }
        }
    }

    fn verdict(&self, entry: &DirEntry, ignores: &mut Ignores) -> Verdict {
        let is_folder = entry.file_type().is_dir();
        if hidden(entry.file_name()) && (!self.hidden || entry.file_name() == ".git") {
            return Verdict::Hidden;
        }
        let excluded = |patterns: &Gitignore| patterns.matched(entry.path(), is_folder).is_ignore();
        if self.excludes.iter().any(excluded) {
            return Verdict::Excluded;
        }
        if ignores.leave_out(entry.path(), entry.depth(), is_folder) {
            return Verdict::Ignored;
        }
        Verdict::Read
    }

    /// Reads what links lead to, unless the walk meets the same file anyway. Links to folders are not
    /// followed, as ripgrep does not, but they are told.
    fn follow(&self, links: Vec<PathBuf>, walk: &mut Walk) {
        if links.is_empty() {
            return;
        }
        let mut known: BTreeSet<PathBuf> = walk
            .files
            .iter()
            .filter_map(|found| found.path.canonicalize().ok())
            .collect();
        for link in links {
            let name = paths::relative(&link, self.cwd);
            match std::fs::metadata(&link) {
                Err(error) => walk
                    .unreadable
                    .push((name, format!("a link that leads nowhere: {}", plain(&error)))),
                Ok(meta) if meta.is_dir() => walk.linked_folders.push(name),
                Ok(_) => {
                    let target = link.canonicalize().unwrap_or_else(|_| link.clone());
                    if known.insert(target) {
                        walk.files.push(self.found(link, false));
                    }
                }
            }
        }
    }
}

enum Verdict {
    Read,
    Hidden,
    Excluded,
    Ignored,
}

fn hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().first() == Some(&b'.')
}

/// The `.gitignore` files that apply at a point of a walk, outermost first.
struct Ignores(Vec<(usize, Gitignore)>);

impl Ignores {
    /// Those above a folder, up to the top of its repository.
    fn above(root: &Path, no_ignore: bool) -> Ignores {
        let mut found = Vec::new();
        if no_ignore {
            return Ignores(found);
        }
        let root = paths::normalised(root);
        let Some(top) = root.ancestors().find(|folder| folder.join(".git").exists()) else {
            return Ignores(found);
        };
        let between = root
            .ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(top));
        for folder in between.collect::<Vec<_>>().into_iter().rev() {
            found.push((0, of_folder(folder)));
        }
        // `git` reads this one after all others; here it comes first, being the outermost.
        let exclude = top.join(".git/info/exclude");
        if exclude.is_file() {
            let mut builder = GitignoreBuilder::new(top);
            builder.add(exclude);
            found.insert(0, (0, builder.build().unwrap_or_else(|_| Gitignore::empty())));
        }
        Ignores(found)
    }

    fn enter(&mut self, folder: &Path, depth: usize, no_ignore: bool) {
        self.leave(depth);
        if !no_ignore && folder.join(".gitignore").is_file() {
            self.0.push((depth + 1, of_folder(folder)));
        }
    }

    /// Forgets the files of folders that the walk has left.
    fn leave(&mut self, depth: usize) {
        while self.0.last().is_some_and(|(of, _)| *of > depth) {
            self.0.pop();
        }
    }

    /// The innermost file that says something decides.
    fn leave_out(&mut self, path: &Path, depth: usize, is_folder: bool) -> bool {
        self.leave(depth);
        let path = paths::normalised(path);
        let mut verdicts = self
            .0
            .iter()
            .rev()
            .map(|(_, rules)| rules.matched(&path, is_folder));
        verdicts
            .find(|verdict| !verdict.is_none())
            .is_some_and(|verdict| verdict.is_ignore())
    }
}

/// A pattern that is not one is left out, as git does.
fn of_folder(folder: &Path) -> Gitignore {
    let mut builder = GitignoreBuilder::new(paths::normalised(folder));
    builder.add(folder.join(".gitignore"));
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
