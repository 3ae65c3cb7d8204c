//! What stops the tool. What is wrong with its input is a diagnostic.

use std::fmt;
use std::io;

use pairlint_model::diagnostic::Diagnostic;
use pairlint_model::source::Source;

/// Why a run could not do its job. Each names the file or the option.
#[derive(Debug)]
pub enum Error {
    /// An option that makes no sense, alone or with another.
    Usage(String),
    /// A file that was named and cannot be read.
    Read { name: String, why: String },
    /// A file that was to be written.
    Write { name: String, source: io::Error },
    /// A configuration, baseline or table that is wrong, and where.
    Rejected(Box<Rejected>),
    /// Nothing of ours was in any file.
    Nothing { looked_at: String },
    /// Our own fault.
    Defect(String),
}

/// A file that the run depends on and that is not as it should be.
#[derive(Debug)]
pub struct Rejected {
    pub source: Source,
    pub problems: Vec<Diagnostic>,
}

impl Error {
    pub fn usage(text: impl Into<String>) -> Error {
        Error::Usage(text.into())
    }

    pub fn read(name: impl Into<String>, why: impl fmt::Display) -> Error {
        Error::Read {
            name: name.into(),
            why: why.to_string(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Usage(text) => f.write_str(text),
            Error::Read { name, why } => write!(f, "cannot read `{name}`: {why}"),
            Error::Write { name, source } => write!(f, "cannot write `{name}`: {}", plain(source)),
            Error::Rejected(rejected) => write!(f, "`{}` is wrong", rejected.source.name),
            Error::Nothing { looked_at } => write!(
                f,
                "no route filter, circuit or router configuration in {looked_at} (`--allow-empty` accepts that)"
            ),
            Error::Defect(text) => write!(
                f,
                "this is a defect of pairlint, please report it with the input that shows it: {text}"
            ),
        }
    }
}

/// What an I/O error means in words, without the operating system's number.
pub fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a part of its path is not a folder".to_owned(),
        _ => {
            let text = error.to_string();
            match text.find(" (os error") {
                Some(at) => text[..at].to_lowercase(),
                None => text,
            }
        }
    }
}
