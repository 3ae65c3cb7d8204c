//! All contact with the world outside, in one place, so that a test can bring a world of its own.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::date::Date;

/// Where a run takes place.
pub struct World {
    /// The working directory, absolute. Every relative path starts here, and names in reports are
    /// relative to it.
    pub cwd: PathBuf,
    /// The environment variables that the tool looks at: see [`VARIABLES`].
    pub variables: BTreeMap<String, String>,
    pub stdin: Box<dyn Read>,
    pub out: Stream,
    pub err: Stream,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub now: i64,
    /// How many threads the machine runs at a time.
    pub threads: usize,
}

/// What is at the other end of an output stream.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stream {
    pub terminal: bool,
    /// Columns, where it is a terminal and says so.
    pub width: Option<usize>,
}

/// Every environment variable that has an effect. `NO_COLOR`, `CLICOLOR_FORCE` and `TERM` decide about
/// colour, the locale about drawing characters, `SOURCE_DATE_EPOCH` about the date.
pub const VARIABLES: &[&str] = &[
    "NO_COLOR",
    "CLICOLOR_FORCE",
    "TERM",
    "LC_ALL",
    "LC_CTYPE",
    "LANG",
    "SOURCE_DATE_EPOCH",
];

impl World {
    /// The process as it was started.
    pub fn real() -> io::Result<World> {
        let variables = VARIABLES
            .iter()
            .filter_map(|&name| Some((name.to_owned(), std::env::var_os(name)?)))
            .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
            .collect();
        let now = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_secs() as i64,
            Err(before) => -(before.duration().as_secs() as i64),
        };
        Ok(World {
            cwd: std::env::current_dir()?,
            variables,
            stdin: Box::new(io::stdin()),
            out: Stream {
                terminal: io::stdout().is_terminal(),
                width: columns(terminal_size::terminal_size_of(io::stdout())),
            },
            err: Stream {
                terminal: io::stderr().is_terminal(),
                width: columns(terminal_size::terminal_size_of(io::stderr())),
            },
            now,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        })
    }

    /// A variable that is set to something.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    pub fn today(&self) -> Date {
        Date::from_unix_seconds(self.now)
    }

    /// Whether the locale can show more than ASCII. Terminals on Windows can.
    pub fn unicode(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .find_map(|name| self.variable(name));
        let utf8 = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.contains("utf-8") || name.contains("utf8")
        };
        cfg!(windows) || locale.is_some_and(utf8)
    }
}

fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    size.map(|(width, _)| usize::from(width.0))
}
