//! The command line.

use std::path::PathBuf;

use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};
use pairlint_model::diagnostic::Severity;

#[derive(Debug, Parser)]
#[command(
    name = "pairlint",
    version,
    about = "A compliance linter for networks that reach Microsoft Power Platform over Azure ExpressRoute",
    long_about = "Checks that Azure route filters and the routers behind ExpressRoute circuits let in the routes of \
                  both Azure regions of a Power Platform geography, and nothing that nobody needs.",
    after_help = "`pairlint PATH…` is short for `pairlint check PATH…`, and `pairlint` alone checks the working \
                  directory.\nExit codes: 0 nothing found, 1 findings, 2 the run could not do its job.",
    max_term_width = 100
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Print findings and errors only
    #[arg(short, long, global = true, help_heading = "General")]
    pub quiet: bool,
    /// Say on standard error which files were read as what, and which were skipped and why
    #[arg(
        short,
        long,
        global = true,
        help_heading = "General",
        conflicts_with = "quiet"
    )]
    pub verbose: bool,
    /// When to use colour; `NO_COLOR` in the environment turns it off where this is `auto`
    #[arg(
        long,
        global = true,
        help_heading = "General",
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read every file, check, and report
    Check(Box<Check>),
    /// Print a rule's page: what it finds, why it matters, how to mend it
    Explain {
        /// The rule's name
        rule: String,
    },
    /// List every rule: name, default severity, one sentence
    Rules {
        #[arg(long, value_name = "NAME", default_value = "human")]
        format: ListFormat,
    },
    /// List the Power Platform regions: names, codes, hosts, Azure regions, communities, caveats
    Regions {
        /// Show that region only: any spelling that `region` in the configuration takes
        name: Option<String>,
        #[arg(long, value_name = "NAME", default_value = "human")]
        format: ListFormat,
        #[command(flatten)]
        tables: TableOptions,
    },
    /// List the reference tables in use: name, source, date, number of entries
    Tables {
        /// Check whether a file can be used as a table, and say what it would replace
        #[arg(long, value_name = "FILE")]
        check: Option<PathBuf>,
        #[arg(long, value_name = "NAME", default_value = "human")]
        format: ListFormat,
        #[command(flatten)]
        tables: TableOptions,
    },
    /// Follow one route through sessions, policies or a list: the verdict, and each line that decided
    #[command(after_help = TRACE_HELP)]
    Trace(Box<Trace>),
    /// Show what each session to Microsoft lets in: for each community all, some or none of its routes
    Accepts(Box<Accepts>),
    /// Compare the behaviour of two trees or files: which routes are newly accepted or newly rejected
    #[command(after_help = DIFF_HELP)]
    Diff(Box<Diff>),
    /// Write a compliant route filter or import policy for a Power Platform region
    #[command(after_help = crate::commands::GENERATE_HELP)]
    Generate(Generate),
    /// Write a `pairlint.toml` from what is found, with a comment on each entry
    Init {
        #[command(flatten)]
        inputs: Inputs,
    },
    /// Print the JSON Schema of the JSON report, of `diff --format json` or of `pairlint.toml`
    Schema { of: SchemaOf },
    /// Print a completion script for a shell
    Completions { shell: clap_complete::Shell },
    /// Print the manual page
    Man,
}

impl Command {
    /// The names of all commands, so that paths can be told from them.
    pub fn names() -> Vec<String> {
        let cli = Cli::command();
        let names = cli.get_subcommands().map(|command| command.get_name().to_owned());
        names.chain(["help".to_owned()]).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    Human,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    Report,
    Config,
    Diff,
}

/// Which files are read, and how.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Input")]
pub struct Inputs {
    /// Files and folders; `-` is standard input. Folders are walked, a file named outright is always read
    #[arg(value_name = "PATH", default_value = ".", help_heading = None)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub reading: Reading,
}

/// How files are read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Input")]
pub struct Reading {
    /// The name that standard input goes by in reports
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    pub stdin_filename: String,
    /// Read files that match as that dialect, where the text does not show it
    #[arg(long, value_name = "DIALECT=GLOB")]
    pub device_type: Vec<String>,
    /// Leave out what matches, in the manner of `.gitignore`, from the working directory
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Also read what `.gitignore` leaves out
    #[arg(long)]
    pub no_ignore: bool,
    /// Also read hidden files and folders
    #[arg(long)]
    pub hidden: bool,
    /// How many files are read at a time; 0 is as many as the machine has processors
    #[arg(short, long, value_name = "N", default_value_t = 0)]
    pub jobs: usize,
}

/// Where tables and declarations come from.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Declarations")]
pub struct TableOptions {
    /// The configuration; default: the nearest `pairlint.toml` from the working directory upward
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long, conflicts_with = "config")]
    pub isolated: bool,
    /// A reference table that replaces the embedded one: a service-tags download, or the output of
    /// `az network route-filter rule list-service-communities`
    #[arg(long, value_name = "FILE")]
    pub tables: Vec<PathBuf>,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Declarations")]
pub struct Declarations {
    #[command(flatten)]
    pub tables: TableOptions,
    /// Declare an environment in that Power Platform region: name, alias, code, Dataverse host or address,
    /// and its own Azure regions where its geography has more than one pair
    #[arg(long, value_name = "NAME[=AZURE,AZURE]")]
    pub region: Vec<String>,
    /// A community, service name or Azure region that may pass although nothing requires it
    #[arg(long, value_name = "VALUE")]
    pub allow: Vec<String>,
    /// The date that counts as today; `SOURCE_DATE_EPOCH` in the environment does the same
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
}

#[derive(Debug, Clone, Default, Args)]
pub struct Check {
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub declarations: Declarations,
    #[command(flatten)]
    pub rules: RuleOptions,
    #[command(flatten)]
    pub fixes: FixOptions,
    #[command(flatten)]
    pub output: OutputOptions,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Rules")]
pub struct RuleOptions {
    /// Run these rules only
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// How severe a rule's findings are: error, warning, note or off
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',')]
    pub severity: Vec<String>,
    /// Look for dead statements and entries, empty and unused definitions also in policies that no session to
    /// Microsoft uses
    #[arg(long)]
    pub all_policies: bool,
    /// Accept the findings that this file lists
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all findings of this run to a baseline file
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Fixes")]
pub struct FixOptions {
    /// Apply the safe fixes to the files, and report what is left; text from standard input is written to standard
    /// output, and the report to standard error
    #[arg(long)]
    pub fix: bool,
    /// Print what `--fix` would change as a unified diff, and change nothing; the exit code is 1 where it would change
    /// something
    #[arg(long, conflicts_with_all = ["format", "write_baseline"])]
    pub diff: bool,
    /// With `--fix` or `--diff`: also the fixes that take something away or rest on a guess
    #[arg(long)]
    pub unsafe_fixes: bool,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputOptions {
    /// How to print the report, to standard output or a file; can be given several times
    #[arg(long, value_name = "NAME[=FILE]", action = ArgAction::Append)]
    pub format: Vec<String>,
    /// The severity from which the exit code is 1
    #[arg(long, value_name = "LEVEL", default_value = "warning")]
    pub fail_on: FailOn,
    /// Count the findings of each rule, and the lines that were not interpreted
    #[arg(long)]
    pub statistics: bool,
    /// Files without anything to check are in order
    #[arg(long)]
    pub allow_empty: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Error,
    #[default]
    Warning,
    Note,
    Never,
}

const TRACE_HELP: &str = "Without `--policy` and `--list` the route goes through every session that carries its \
address family.\nExit codes: 0 the route was traced, whatever the verdict; 2 nothing matched, or the run could not \
do its job.\n\nExample: an IOS edge whose community list names 12076:51002 and 12076:51003 on one line rejects a route \
with one of them:\n  pairlint trace edge.cfg --prefix 198.51.100.0/24 --community 12076:51002";

#[derive(Debug, Clone, Args)]
pub struct Trace {
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub route: RouteOptions,
    #[command(flatten)]
    pub through: Through,
    #[arg(long, value_name = "NAME", default_value = "human", help_heading = "Output")]
    pub format: ListFormat,
}

const DIFF_HELP: &str = "Sessions are matched by device, VRF, neighbor and address family, route filters by resource \
id, else by name. Text that changes nothing is not reported; what cannot be decided is reported as unsure.\nExit codes: 0 \
the same behaviour, 1 behaviour differs or may differ, 2 the run could not do its job.\n\nExample: what a branch would \
change, one file as it is on `main` against the file at hand:\n  pairlint diff <(git show main:edge1.cfg) edge1.cfg";

#[derive(Debug, Clone, Args)]
pub struct Diff {
    /// The file or folder as it was; `-` is standard input
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The file or folder as it is to be
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    #[command(flatten)]
    pub reading: Reading,
    #[command(flatten)]
    pub tables: TableOptions,
    #[arg(long, value_name = "NAME", default_value = "human", help_heading = "Output")]
    pub format: DiffFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    Human,
    Json,
    Markdown,
}

#[derive(Debug, Clone, Args)]
pub struct Accepts {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Devices of that name only
    #[arg(long, value_name = "NAME", help_heading = "Sessions")]
    pub device: Option<String>,
    /// Sessions with that neighbor only: its address, or `VRF/address`
    #[arg(long, value_name = "ADDRESS", help_heading = "Sessions")]
    pub neighbor: Option<String>,
    #[command(flatten)]
    pub declarations: Declarations,
    #[arg(long, value_name = "NAME", default_value = "human", help_heading = "Output")]
    pub format: ListFormat,
}

#[derive(Debug, Clone, Args)]
pub struct Generate {
    /// The Power Platform region: name, alias, code, Dataverse host or address, and its own Azure regions where
    /// its geography has more than one pair
    #[arg(long, value_name = "NAME[=AZURE,AZURE]")]
    pub region: String,
    /// What to write it for
    #[arg(long = "for", value_name = "TARGET")]
    pub target: String,
    /// The name of the route filter, or of the policy and what belongs to it
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// A community, service name or Azure region that is let in too; can be given several times
    #[arg(long, value_name = "VALUE")]
    pub allow: Vec<String>,
    #[command(flatten)]
    pub tables: TableOptions,
}

/// The route that is traced.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Route")]
pub struct RouteOptions {
    /// Its prefix, with the length
    #[arg(long, value_name = "PREFIX")]
    pub prefix: String,
    /// A community that it carries: `asn:value` or a well-known name (no-export, no-advertise, local-as,
    /// graceful-shutdown, blackhole, no-peer, accept-own, internet); can be given several times
    #[arg(long, value_name = "COMMUNITY")]
    pub community: Vec<String>,
    /// A large community that it carries, `global:local:local`; can be given several times
    #[arg(long, value_name = "COMMUNITY")]
    pub large_community: Vec<String>,
    /// Its AS path, nearest AS first. Default: `12076` on sessions whose remote AS is 12076, on internal ones,
    /// for policies and for lists; else the remote AS followed by 12076; empty with `--direction out`
    #[arg(long, value_name = "ASNS")]
    pub as_path: Option<String>,
    /// Its MED; what hangs on the MED is unsure where it is not given
    #[arg(long, value_name = "NUMBER")]
    pub med: Option<u32>,
    #[arg(long, value_name = "NUMBER")]
    pub local_preference: Option<u32>,
    /// Its origin; what hangs on the origin is unsure where it is not given
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Option<TracedOrigin>,
    /// Whether the neighbor sends the route or is sent it
    #[arg(long, value_name = "DIRECTION", default_value = "in")]
    pub direction: Direction,
}

/// What the route goes through.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Through")]
pub struct Through {
    /// Devices of that name only
    #[arg(long, value_name = "NAME")]
    pub device: Option<String>,
    /// Sessions with that neighbor only: its address, or `VRF/address`
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["policy", "list"])]
    pub neighbor: Option<String>,
    /// That policy alone, without a session's default; given several times, they are a chain
    #[arg(long, value_name = "NAME", conflicts_with = "list")]
    pub policy: Vec<String>,
    /// The lists of that name alone: community, large community, prefix, AS path and access lists
    #[arg(long, value_name = "NAME")]
    pub list: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TracedOrigin {
    Igp,
    Egp,
    Incomplete,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Direction {
    In,
    Out,
}

impl FailOn {
    /// Whether a finding of that severity makes the run fail.
    pub fn includes(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Note => true,
            FailOn::Never => false,
        }
    }
}
