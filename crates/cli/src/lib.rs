//! Finds files, runs the line from bytes to diagnostics, prints the result.
//!
//! [`run`] is the whole program; it meets the world only through [`World`] and two writers, so tests run
//! it in-process and side by side.

mod args;
mod baseline;
mod check;
mod commands;
mod config;
mod date;
mod declared;
mod decode;
mod error;
mod fingerprint;
mod fix;
mod gather;
mod load;
mod output;
mod paths;
mod secrets;
mod threads;
mod together;
mod waivers;
mod walk;
mod world;

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::{CommandFactory, FromArgMatches};
use pairlint_model::source::{SourceId, Sources};

use args::{Cli, Color, Command, Global};
use error::{Error, Rejected};
use output::{Look, PLAIN, Renderer};
use secrets::Secrets;

pub use decode::decode;
pub use world::{Stream, World};

/// How a run ends, as scripts and hooks see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// Nothing at or above `--fail-on`.
    Clean = 0,
    Findings = 1,
    /// The run could not do its job.
    Failed = 2,
}

/// Runs pairlint with the arguments of a command line, the program's name first, and returns the exit code.
pub fn run(
    world: &mut World,
    args: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let args = with_command(args.into_iter().collect());
    let mut streams = Streams { world, out, err };
    // A panic is a defect, but the exit code is a contract even then.
    let code = match catch_unwind(AssertUnwindSafe(|| streams.run(args))) {
        Ok(code) => code,
        Err(panic) => {
            let text = load::panic_text(panic.as_ref());
            streams.complain(&Error::Defect(text).to_string());
            Code::Failed
        }
    };
    code as u8
}

/// The world, and the two ways out of it.
pub(crate) struct Streams<'a> {
    pub world: &'a mut World,
    pub out: &'a mut dyn Write,
    pub err: &'a mut dyn Write,
}

impl Streams<'_> {
    fn run(&mut self, args: Vec<OsString>) -> Code {
        let width = self.world.out.width.unwrap_or(PLAIN.width);
        let parsed = Cli::command()
            .term_width(width.clamp(40, PLAIN.width))
            .try_get_matches_from(args);
        let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
            Ok(cli) => cli,
            Err(error) => return self.answer(&error),
        };
        match self.dispatch(&cli) {
            Ok(code) => code,
            Err(error) => {
                self.report(&cli.global, error);
                Code::Failed
            }
        }
    }

    fn dispatch(&mut self, cli: &Cli) -> Result<Code, Error> {
        match &cli.command {
            Command::Check(check) => check::check(self, &cli.global, check),
            other => commands::run(self, &cli.global, other),
        }
    }

    /// Prints a help or version text, or what is wrong with the arguments.
    fn answer(&mut self, error: &clap::Error) -> Code {
        let text = error.render().to_string();
        if error.use_stderr() {
            let _ = self.err.write_all(text.as_bytes());
            return Code::Failed;
        }
        match self.print(&text) {
            Ok(()) => Code::Clean,
            Err(_) => Code::Failed,
        }
    }

    fn report(&mut self, global: &Global, error: Error) {
        let Error::Rejected(rejected) = error else {
            return self.complain(&error.to_string());
        };
        let Rejected { source, problems } = *rejected;
        // Findings point at the source by its place among the sources, where it now is the last.
        let before = (0..source.id.0).map(|id| pairlint_model::source::Source::new(SourceId(id), "", ""));
        let sources = Sources::from(before.chain([source]).collect::<Vec<_>>());
        let (secrets, look) = (Secrets::default(), self.look_of(global, self.world.err));
        let renderer = Renderer::new(&sources, &secrets, look);
        let mut text = String::new();
        for (index, problem) in problems.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            renderer.draw(problem, &mut text);
        }
        let _ = self.err.write_all(text.as_bytes());
    }

    /// Says what stopped the tool.
    pub fn complain(&mut self, text: &str) {
        // With standard error closed there is nobody to tell, and the exit code still says it.
        let _ = writeln!(self.err, "error: {text}");
    }

    /// Says something that is no finding.
    pub fn remark(&mut self, global: &Global, text: &str) {
        if !global.quiet {
            let _ = writeln!(self.err, "{text}");
        }
    }

    /// Writes to standard output. A reader that has seen enough and closes the pipe is not an error.
    pub fn print(&mut self, text: &str) -> Result<(), Error> {
        self.print_bytes(text.as_bytes())
    }

    /// Writes bytes to standard output as they are.
    pub fn print_bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let written = self.out.write_all(bytes).and_then(|()| self.out.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Write {
                name: "standard output".to_owned(),
                source: error,
            }),
            _ => Ok(()),
        }
    }

    /// How standard output looks.
    pub fn look(&self, global: &Global) -> Look {
        self.look_of(global, self.world.out)
    }

    pub fn look_of(&self, global: &Global, stream: Stream) -> Look {
        let world = &self.world;
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            // https://no-color.org and https://bixense.com/clicolors.
            Color::Auto if world.variable("NO_COLOR").is_some() => false,
            Color::Auto if world.variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Color::Auto => stream.terminal && world.variable("TERM") != Some("dumb"),
        };
        Look {
            color,
            unicode: stream.terminal && world.unicode(),
            width: stream.width.unwrap_or(PLAIN.width).clamp(40, 120),
        }
    }
}

/// `pairlint PATH…` is `pairlint check PATH…`: puts the command in where none is.
fn with_command(mut args: Vec<OsString>) -> Vec<OsString> {
    if args.is_empty() {
        args.push("pairlint".into());
    }
    let mut rest = args.iter().skip(1);
    let names = Command::names();
    while let Some(arg) = rest.next() {
        match arg.to_str() {
            // These may stand before a command.
            Some("-q" | "--quiet" | "-v" | "--verbose") => {}
            Some("--color") => {
                rest.next();
            }
            Some(text) if text.starts_with("--color=") => {}
            Some("-h" | "--help" | "-V" | "--version") => return args,
            Some(text) if names.iter().any(|name| name == text) => return args,
            _ => break,
        }
    }
    args.insert(1, "check".into());
    args
}
