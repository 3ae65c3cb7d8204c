//! The commands beside `check`.

mod accepts;
mod diff;
mod generate;
mod init;
mod regions;
mod tables;
mod trace;

use clap::CommandFactory;
use pairlint_lint::rules;
use serde::Serialize;

use crate::args::{Cli, Command, Global, ListFormat, SchemaOf};
use crate::config::Config;
use crate::declared::known_rule;
use crate::error::Error;
use crate::output::report_schema;
use crate::{Code, Streams};

pub use generate::HELP as GENERATE_HELP;

pub fn run(streams: &mut Streams<'_>, global: &Global, command: &Command) -> Result<Code, Error> {
    let text = match command {
        Command::Check(check) => return crate::check::check(streams, global, check),
        Command::Trace(given) => return trace::trace(streams, global, given),
        Command::Accepts(given) => return accepts::accepts(streams, global, given),
        Command::Diff(given) => return diff::diff(streams, global, given),
        Command::Generate(given) => generate::generate(streams, given)?,
        Command::Init { inputs } => return init::init(streams, global, inputs),
        Command::Explain { rule } => explain(rule)?,
        Command::Rules { format } => list_rules(*format),
        Command::Regions { name, format, tables } => {
            regions::regions(streams, name.as_deref(), *format, tables)?
        }
        Command::Tables {
            check: Some(file), ..
        } => tables::check(streams, file)?,
        Command::Tables { format, tables, .. } => tables::list(streams, *format, tables)?,
        Command::Schema { of } => schema(*of),
        Command::Completions { shell } => completions(*shell),
        Command::Man => man()?,
    };
    streams.print(&text)?;
    Ok(Code::Clean)
}

/// The rule's page, as it is in the documentation.
fn explain(name: &str) -> Result<String, Error> {
    let name = known_rule(name).map_err(Error::Usage)?;
    let page = rules::named(name).map_or("", |rule| rule.page);
    Ok(format!("{}\n", page.trim_end()))
}

#[derive(Serialize)]
struct RuleList {
    schema: &'static str,
    rules: Vec<RuleEntry>,
}

#[derive(Serialize)]
struct RuleEntry {
    name: &'static str,
    severity: String,
    summary: &'static str,
}

fn list_rules(format: ListFormat) -> String {
    let mut all: Vec<_> = rules::ALL.iter().collect();
    all.sort_by_key(|rule| rule.name);
    match format {
        ListFormat::Json => json(&RuleList {
            schema: "pairlint.rules/1",
            rules: all
                .into_iter()
                .map(|rule| RuleEntry {
                    name: rule.name,
                    severity: rule.severity.to_string(),
                    summary: rule.summary,
                })
                .collect(),
        }),
        ListFormat::Human => {
            let width = all.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
            let line = |rule: &&&rules::Rule| {
                format!(
                    "{:width$}  {:7}  {}\n",
                    rule.name,
                    rule.severity.to_string(),
                    rule.summary
                )
            };
            all.iter().map(line).collect()
        }
    }
}

/// Writes our own structs, which cannot fail.
pub(super) fn json<T: Serialize>(value: &T) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn schema(of: SchemaOf) -> String {
    let mut schema = match of {
        SchemaOf::Report => report_schema(),
        SchemaOf::Config => schemars::schema_for!(Config),
        SchemaOf::Diff => diff::schema(),
    };
    let title = match of {
        SchemaOf::Report => "pairlint.report/1",
        SchemaOf::Config => "pairlint.toml",
        SchemaOf::Diff => "pairlint.diff/1",
    };
    schema.insert("title".to_owned(), title.into());
    json(&schema)
}

fn completions(shell: clap_complete::Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "pairlint", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// One page: the program, then each command with its options.
fn man() -> Result<String, Error> {
    let cli = Cli::command().disable_help_subcommand(true);
    let mut page = Vec::new();
    let failed = |source| Error::Write {
        name: "the manual page".to_owned(),
        source,
    };
    let top = clap_mangen::Man::new(cli.clone());
    top.render_title(&mut page).map_err(failed)?;
    top.render_name_section(&mut page).map_err(failed)?;
    top.render_synopsis_section(&mut page).map_err(failed)?;
    top.render_description_section(&mut page).map_err(failed)?;
    for command in cli.get_subcommands() {
        let name = command.get_name().to_owned();
        page.extend_from_slice(format!(".SH \"PAIRLINT {}\"\n", name.to_uppercase()).as_bytes());
        let man = clap_mangen::Man::new(command.clone().bin_name(format!("pairlint {name}")));
        let mut section = Vec::new();
        man.render_synopsis_section(&mut section).map_err(failed)?;
        man.render_description_section(&mut section).map_err(failed)?;
        man.render_options_section(&mut section).map_err(failed)?;
        // Sections of a command are subsections of the page.
        page.extend_from_slice(
            String::from_utf8_lossy(&section)
                .replace(".SH ", ".SS ")
                .as_bytes(),
        );
    }
    let tail = ".SH \"EXIT STATUS\"\n.TP\n0\nNothing at or above the severity of \\-\\-fail\\-on.\n.TP\n1\nFindings.\n.TP\n2\nThe \
                run could not do its job.\n.SH ENVIRONMENT\n.TP\nNO_COLOR\nNo colour where it is not asked for.\n.TP\n\
                SOURCE_DATE_EPOCH\nThe date that counts as today, in seconds since 1970.\n.SH FILES\n.TP\npairlint.toml\nThe \
                configuration, looked for from the working directory upward.\n";
    page.extend_from_slice(tail.as_bytes());
    Ok(String::from_utf8_lossy(&page).into_owned())
}
